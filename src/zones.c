#include "zones.h"

#include "mem.h"
#include "text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct zones {
    char *directory;
    struct zonefile *files[LIST_COUNT];
};

/* The path of a list's file without ".gz", which zonefile_load tries itself; whether there is either. */
static bool
find_file(const struct zones *zones, enum list_id id, struct buf *path)
{
    buf_clear(path);
    buf_format(path, "%s/%s", zones->directory, catalogue_at(id)->zone);
    if (access(buf_string(path), F_OK) == 0)
        return true;
    buf_text(path, ".gz");
    bool packed = access(buf_string(path), F_OK) == 0;
    path->at[path->count -= strlen(".gz")] = '\0';
    return packed;
}

static bool
load_all(struct zones *zones, size_t *loaded, struct fault *fault)
{
    struct buf path = {0};
    bool ok = true;
    for (size_t i = 0; i < LIST_COUNT && ok; i++) {
        if (!find_file(zones, (enum list_id)i, &path))
            continue;
        zones->files[i] = zonefile_load(buf_string(&path), fault);
        ok = zones->files[i] != NULL;
        *loaded += ok;
    }
    buf_free(&path);
    return ok;
}

struct zones *
zones_open(const char *directory, struct fault *fault)
{
    struct zones *zones = mem_zero(sizeof *zones);
    size_t loaded = 0;
    zones->directory = mem_copy(directory);
    bool ok = load_all(zones, &loaded, fault);
    if (ok && loaded == 0) {
        char *clean = text_clean_copy(directory, strlen(directory));
        ok = access(directory, R_OK | X_OK) != 0
                 ? fault_set(fault, "cannot read the zone folder %s: %s", clean, strerror(errno))
                 : fault_set(fault, "no zone file in %s; it should hold %s and the like, plain or .gz", clean,
                             catalogue_at(LIST_LEVEL1)->zone);
        free(clean);
    }
    if (ok)
        return zones;
    zones_close(zones);
    return NULL;
}

void
zones_close(struct zones *zones)
{
    if (!zones)
        return;
    for (size_t i = 0; i < LIST_COUNT; i++)
        zonefile_free(zones->files[i]);
    free(zones->directory);
    free(zones);
}

const char *
zones_directory(const struct zones *zones)
{
    return zones->directory;
}

const struct zonefile *
zones_at(const struct zones *zones, enum list_id id)
{
    return zones->files[id];
}

/* Whoever writes a zone in place shows us half of it for a moment: a file that had an SOA and has none now is such a
 * half, and so is one that cannot be read. */
static bool
reload(struct zones *zones, enum list_id id, const char *path, struct fault *fault)
{
    struct zonefile *old = zones->files[id], *fresh = zonefile_load(path, fault);
    if (fresh && old && zonefile_has_soa(old) && !zonefile_has_soa(fresh)) {
        fault_set(fault, "%s has no SOA any more, so it is not whole: the one read before stays", path);
        zonefile_free(fresh);
        fresh = NULL;
    }
    if (!fresh)
        return false;
    zonefile_free(old);
    zones->files[id] = fresh;
    return true;
}

bool
zones_reload(struct zones *zones, struct fault *fault)
{
    struct buf path = {0};
    bool changed = false;
    fault->text[0] = '\0';
    for (size_t i = 0; i < LIST_COUNT; i++) {
        if (zones->files[i] && !zonefile_has_changed(zones->files[i]))
            continue;
        if (find_file(zones, (enum list_id)i, &path))
            changed |= reload(zones, (enum list_id)i, buf_string(&path), fault);
        else if (zones->files[i])
            fault_set(fault, "%s is gone: the one read before stays", buf_string(&path));
    }
    buf_free(&path);
    return changed;
}
