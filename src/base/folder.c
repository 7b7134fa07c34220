#include "base/folder.h"

#include "base/mem.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

char *
folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    if (!slash)
        return mem_copy(".");
    return slash == path ? mem_copy("/") : mem_copy_bytes(path, (size_t)(slash - path));
}

bool
folder_make(const char *path, mode_t mode)
{
    struct stat is, around;
    if (stat(path, &is) == 0)
        return true;
    char *above = folder_of(path);
    bool known = strcmp(above, path) == 0 || folder_make(above, mode), made = known && mkdir(path, mode) == 0;
    bool done = made ? stat(path, &is) == 0 && chmod(path, (is.st_mode & 0777) | 0700) == 0 : known && errno == EEXIST;
    if (made && geteuid() == 0 && stat(above, &around) == 0 && chown(path, around.st_uid, around.st_gid) != 0)
        done = false;
    free(above);
    return done;
}
