#include "session/paths.h"

#include <stdlib.h>
#include <string.h>

char *
paths_expand(const char *typed)
{
    const char *home = getenv("HOME");
    struct buf path = {0};
    if (home && typed[0] == '~' && (typed[1] == '/' || !typed[1])) {
        buf_text(&path, home);
        typed++;
    }
    buf_text(&path, typed);
    return buf_take(&path);
}

void
paths_shorten(struct buf *out, const char *path)
{
    const char *home = getenv("HOME");
    size_t count = home ? strlen(home) : 0;
    while (count > 0 && home[count - 1] == '/')
        count--;
    if (count > 0 && strncmp(path, home, count) == 0 && path[count] == '/')
        buf_format(out, "~%s", path + count);
    else
        buf_text(out, path);
}
