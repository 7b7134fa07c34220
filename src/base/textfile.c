#include "base/textfile.h"

#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool
textfile_is_missing(const char *path)
{
    struct stat status;
    if (stat(path, &status) == 0 || errno != ENOENT)
        return false;
    char *part = mem_copy(path);
    bool is_missing = true;
    for (size_t end = 1; path[end - 1] && is_missing; end++) { /* a folder of the path may be the link */
        if (path[end] && path[end] != '/')
            continue;
        part[end] = '\0';
        is_missing = lstat(part, &status) != 0 || !S_ISLNK(status.st_mode) || stat(part, &status) == 0;
        part[end] = path[end];
    }
    free(part);
    return is_missing;
}

/* Reads an open file. Returns why it cannot be used, NULL = it can. */
static const char *
read_whole(int fd, size_t most, struct buf *out)
{
    struct stat before, after, null;
    size_t begin = out->count;
    ssize_t got;
    if (fstat(fd, &before) != 0)
        return strerror(errno);
    bool is_null = S_ISCHR(before.st_mode) && stat("/dev/null", &null) == 0 && null.st_rdev == before.st_rdev;
    if (!S_ISREG(before.st_mode) && !is_null)
        return S_ISDIR(before.st_mode) ? "it is a folder" : "not a regular file";
    do {
        char *end = buf_room(out, 4096);
        got = read(fd, end, 4096);
        buf_wrote(out, end + (got > 0 ? got : 0));
    } while ((got > 0 && out->count - begin <= most) || (got < 0 && errno == EINTR));
    if (got < 0 || fstat(fd, &after) != 0)
        return strerror(errno);
    if (out->count - begin > most)
        return "too large for such a file";
    if (!textfile_is_same(&before, &after))
        return "it changed while it was read; try again";
    return NULL;
}

bool
textfile_read(const char *path, size_t most, struct buf *out, struct fault *fault)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0) {
        bool leads_nowhere = errno == ENOENT && !textfile_is_missing(path);
        const char *why = leads_nowhere ? "a link on this path leads nowhere" : strerror(errno);
        return fault_set(fault, "cannot open %s: %s", path, why);
    }
    size_t begin = out->count, line = 1;
    const char *why = read_whole(fd, most, out);
    close(fd);
    if (why)
        return fault_set(fault, "cannot read %s: %s", path, why);
    const char *at = buf_string(out) + begin, *nul = memchr(at, '\0', out->count - begin);
    for (; nul && at < nul; at++)
        line += *at == '\n';
    return !nul || fault_set(fault, "%s:%zu: a NUL byte: this is not a text file", path, line);
}

bool
textfile_is_same(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
           a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec &&
           a->st_ctim.tv_sec == b->st_ctim.tv_sec && a->st_ctim.tv_nsec == b->st_ctim.tv_nsec;
}
