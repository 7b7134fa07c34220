/* Reads a file, or the files of a folder, by its name. */
#include "bounce/bounce_reader.h"

#include "base/buf.h"
#include "base/vec.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef VEC(char *) names;

static int
by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Adds the files of a folder that are not hidden, in order. Returns false with errno. */
static bool
list_files(const char *folder, names *out)
{
    DIR *open = opendir(folder);
    struct dirent *entry;
    size_t first = out->count;
    if (!open)
        return false;
    while ((entry = readdir(open))) {
        struct buf path = {0};
        struct stat status;
        buf_format(&path, "%s/%s", folder, entry->d_name);
        if (*entry->d_name != '.' && stat(path.at, &status) == 0 && S_ISREG(status.st_mode))
            vec_push(out, buf_take(&path));
        buf_free(&path);
    }
    closedir(open);
    qsort(out->at + first, out->count - first, sizeof *out->at, by_name);
    return true;
}

static bool
read_file(struct bounce_reader *reader, const char *path, struct fault *fault)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return fault_set(fault, "cannot open %s: %s", path, strerror(errno));
    bool ok = bounce_reader_descriptor(reader, fd, path, fault);
    close(fd);
    return ok;
}

/* Reads the mails of a Maildir, or of a folder of files. A mail that another program moves meanwhile is left out. */
static bool
read_folder(struct bounce_reader *reader, const char *path, struct fault *fault)
{
    static const char *const parts[] = {"new", "cur"};
    names files = {0};
    bool ok = true;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        struct buf part = {0};
        buf_format(&part, "%s/%s", path, parts[i]);
        list_files(part.at, &files);
        buf_free(&part);
    }
    if (files.count == 0 && !list_files(path, &files))
        ok = fault_set(fault, "cannot open %s: %s", path, strerror(errno));
    for (size_t i = 0; i < files.count; i++) {
        ok = ok && (read_file(reader, files.at[i], fault) || access(files.at[i], F_OK) != 0);
        free(files.at[i]);
    }
    vec_free(&files);
    return ok;
}

bool
bounce_reader_path(struct bounce_reader *reader, const char *path, struct fault *fault)
{
    struct stat status;
    if (stat(path, &status) != 0)
        return fault_set(fault, "cannot open %s: %s", path, strerror(errno));
    return S_ISDIR(status.st_mode) ? read_folder(reader, path, fault) : read_file(reader, path, fault);
}
