#include "base/unpack.h"

#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

enum { PIECE = 32 * 1024 };

struct unpack {
    gzFile file;
};

struct unpack *
unpack_new(int fd)
{
    int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    gzFile file = copy < 0 ? NULL : gzdopen(copy, "rb");
    if (!file) {
        if (copy >= 0)
            close(copy);
        return NULL;
    }
    gzbuffer(file, PIECE);
    struct unpack *unpack = mem_alloc(sizeof *unpack);
    unpack->file = file;
    return unpack;
}

void
unpack_free(struct unpack *unpack)
{
    if (!unpack)
        return;
    gzclose(unpack->file);
    free(unpack);
}

ssize_t
unpack_read(struct unpack *unpack, char *to, size_t count)
{
    return gzread(unpack->file, to, (unsigned)count);
}

const char *
unpack_problem(struct unpack *unpack)
{
    int error = Z_OK;
    gzerror(unpack->file, &error);
    if (error == Z_ERRNO)
        return strerror(errno);
    return error == Z_OK || error == Z_STREAM_END ? NULL : "its packed content is damaged or incomplete";
}

int64_t
unpack_offset(struct unpack *unpack)
{
    return gzoffset(unpack->file);
}
