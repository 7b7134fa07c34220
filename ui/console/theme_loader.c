#include "console/theme_loader.h"

#include "base/textfile.h"
#include "session/paths.h"

#include <stdlib.h>
#include <string.h>

static bool
read_theme(struct theme_loader *loader, struct fault *fault)
{
    struct theme theme;
    bool ok = theme_read(loader->path, &theme, fault);
    if (ok)
        loader->theme = theme;
    role_use(ok ? &loader->theme : NULL);
    return ok;
}

bool
theme_loader_start(struct theme_loader *loader, const char *name, struct fault *fault)
{
    struct buf file = {0};
    const struct theme *builtin = theme_builtin(name);
    if (builtin)
        role_use(builtin);
    if (builtin || strcmp(name, "auto") == 0 || strcmp(name, "mono") == 0)
        return true;
    buf_format(&file, "themes/%s.conf", name);
    loader->path = strchr(name, '/') ? NULL : paths_usual("XDG_CONFIG_HOME", ".config", buf_string(&file));
    buf_free(&file);
    if (!loader->path)
        return fault_set(fault, "--theme %.60s: not a theme; choose auto, dark, light, mono or a name", name);
    if (stat(loader->path, &loader->read) < 0)
        loader->read = (struct stat){0};
    return read_theme(loader, fault);
}

bool
theme_loader_check(struct theme_loader *loader, struct fault *fault)
{
    struct stat now = {0}, *before = &loader->read;
    fault->text[0] = '\0';
    if (!loader->path || (stat(loader->path, &now) < 0 && before->st_ino == 0))
        return false;
    if (textfile_is_same(&now, before))
        return false;
    *before = now;
    read_theme(loader, fault);
    return true;
}

void
theme_loader_stop(struct theme_loader *loader)
{
    role_use(NULL);
    free(loader->path);
    *loader = (struct theme_loader){0};
}
