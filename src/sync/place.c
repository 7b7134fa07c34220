#include "sync/place.h"

#include "base/mem.h"
#include "base/unpack.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PIECE = 256 * 1024 };

char *
place_beside(const char *path, const char *suffix)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    struct buf beside = {0};
    buf_format(&beside, "%.*s.%s.%s", (int)(name - path), path, name, suffix);
    return buf_take(&beside);
}

char *
place_identity(const char *path)
{
    struct stat status;
    struct buf identity = {0};
    if (stat(path, &status) != 0)
        return NULL;
    buf_format(&identity, "%lld %lld.%09ld", (long long)status.st_size, (long long)status.st_mtim.tv_sec,
               status.st_mtim.tv_nsec);
    return buf_take(&identity);
}

int
place_create(const char *path, struct fault *fault)
{
    unlink(path);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd < 0)
        fault_set(fault, "cannot write %s: %s", path, strerror(errno));
    return fd;
}

/* Makes a file or folder durable. File systems that cannot do so for a folder say EINVAL. */
static bool
make_durable(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    bool ok = fd >= 0 && (fsync(fd) == 0 || errno == EINVAL);
    int error = errno;
    if (fd >= 0)
        close(fd);
    errno = error;
    return ok;
}

bool
place_move(const char *from, const char *to, struct fault *fault)
{
    const char *slash = strrchr(to, '/');
    char *folder = mem_copy_bytes(slash ? to : ".", slash ? (size_t)(slash + 1 - to) : 1);
    bool ok = make_durable(from) && rename(from, to) == 0 && make_durable(folder);
    if (!ok)
        fault_set(fault, "cannot write %s: %s", to, strerror(errno));
    free(folder);
    return ok;
}

static bool
write_all(int fd, const char *bytes, size_t count)
{
    while (count > 0) {
        ssize_t wrote = write(fd, bytes, count);
        if (wrote < 0)
            return false;
        bytes += wrote;
        count -= (size_t)wrote;
    }
    return true;
}

/* Closes a file that was written, and reports what failed. Removes it then. */
static bool
end_writing(int fd, const char *path, bool ok, struct fault *fault)
{
    int error = errno;
    bool closed = close(fd) == 0;
    if (ok && closed)
        return true;
    fault_set(fault, "cannot write %s: %s", path, strerror(ok ? errno : error));
    unlink(path);
    return false;
}

bool
place_write(const char *path, const struct buf *text, struct fault *fault)
{
    char *beside = place_beside(path, "new");
    int fd = place_create(beside, fault);
    bool ok = fd >= 0 && end_writing(fd, beside, write_all(fd, buf_string(text), text->count), fault) &&
              place_move(beside, path, fault);
    free(beside);
    return ok;
}

/* Returns whether a page of a web server came in place of the file. */
static bool
is_page(const char *bytes, size_t count)
{
    while (count > 0 && strchr(" \t\r\n\xEF\xBB\xBF", *bytes)) {
        bytes++;
        count--;
    }
    return count > 5 && (strncasecmp(bytes, "<html", 5) == 0 || strncmp(bytes, "<!", 2) == 0 ||
                         strncasecmp(bytes, "<?xml", 5) == 0 || strncasecmp(bytes, "<head", 5) == 0);
}

/* Copies until the end, or returns why the content is no good. */
static const char *
unpack_all(struct unpack *unpack, int out, int64_t most, bool *written)
{
    char *piece = mem_alloc(PIECE);
    const char *why = NULL;
    int64_t total = 0;
    ssize_t got = 1;
    while (!why && *written && got > 0) {
        got = unpack_read(unpack, piece, PIECE);
        why = unpack_problem(unpack);
        if (got <= 0)
            break;
        if (total == 0 && is_page(piece, (size_t)got))
            why = "it is an HTML page; a login page or a proxy may be in the way";
        total += got;
        if (total > most || total > PIECE + PLACE_RATIO * unpack_offset(unpack))
            why = "it unpacks to far more than such a file has";
        *written = why || write_all(out, piece, (size_t)got);
    }
    free(piece);
    return why ? why : total == 0 && *written ? "it is empty" : NULL;
}

bool
place_unpack(const char *from, const char *to, int64_t most, struct fault *fault)
{
    int in = open(from, O_RDONLY | O_CLOEXEC), out = place_create(to, fault);
    struct unpack *unpack = in < 0 ? NULL : unpack_new(in);
    bool written = true, ok = false;
    if (!unpack)
        fault_set(fault, "cannot read %s: %s", from, strerror(errno));
    if (unpack && out >= 0) {
        const char *why = unpack_all(unpack, out, most, &written);
        ok = end_writing(out, to, written, fault) && (!why || fault_set(fault, "%s", why));
    }
    unpack_free(unpack);
    if (in >= 0)
        close(in);
    return ok;
}

bool
place_copy(const char *from, const char *to, int64_t most, struct fault *fault)
{
    struct stat status;
    return place_unpack(from, to, most, fault) &&
           ((stat(from, &status) == 0 &&
             utimensat(AT_FDCWD, to, (const struct timespec[]){status.st_atim, status.st_mtim}, 0) == 0) ||
            fault_set(fault, "cannot date %s: %s", to, strerror(errno)));
}
