#include "session/paths.h"

#include "base/textfile.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

char *
paths_usual(const char *variable, const char *fallback, const char *name)
{
    const char *base = getenv(variable), *home = getenv("HOME");
    struct buf path = {0};
    if (base && *base == '/')
        buf_format(&path, "%s/whylisted/%s", base, name);
    else if (home && *home == '/')
        buf_format(&path, "%s/%s/whylisted/%s", home, fallback, name);
    return path.count > 0 ? buf_take(&path) : NULL;
}

char *
paths_usual_file(const char *variable, const char *fallback, const char *name)
{
    char *path = paths_usual(variable, fallback, name);
    if (path && !textfile_is_missing(path))
        return path;
    free(path);
    return NULL;
}

char *
paths_data(const char *name)
{
    char *own = paths_usual_file("XDG_DATA_HOME", ".local/share", name);
    struct buf path = {0};
    if (own)
        return own;
    buf_format(&path, "/var/lib/whylisted/%s", name);
    if (!textfile_is_missing(buf_string(&path)))
        return buf_take(&path);
    buf_free(&path);
    return NULL;
}

char *
paths_program(const char *started, const char *name)
{
    struct buf path = {0};
    const char *slash = started ? strrchr(started, '/') : NULL;
    if (slash)
        buf_format(&path, "%.*s/%s", (int)(slash - started), started, name);
    if (path.count == 0 || access(path.at, X_OK) != 0) {
        buf_clear(&path);
        buf_format(&path, "%s/%s", LIBEXEC_FOLDER, name);
    }
    return buf_take(&path);
}
