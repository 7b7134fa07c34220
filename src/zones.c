#include "zones.h"

#include "buf.h"
#include "mem.h"
#include "text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Mirrors are fetched by other programs while we run. rsync puts a whole new file in place of the old one; wget writes
 * into it, and a reader that comes too soon sees its beginning. */

struct zones {
    char *directory;
    unsigned lists; /* those that are wanted, 1u << LIST_LEVEL1 and so on */
    struct zonefile *files[LIST_COUNT];
};

static char *
join(const char *directory, const char *name)
{
    struct buf path = {0};
    size_t count = strlen(directory);
    buf_format(&path, "%s%s%s", directory, count && directory[count - 1] == '/' ? "" : "/", name);
    return buf_take(&path);
}

/* Whether something of that name is there: readable or not. */
static bool
exists(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 || errno != ENOENT;
}

static bool
exists_packed(const char *path)
{
    struct buf twin = {0};
    buf_format(&twin, "%s.gz", path);
    bool there = exists(buf_string(&twin));
    buf_free(&twin);
    return there;
}

/* NULL with an empty fault: there is no such file, or it is not wanted. */
static struct zonefile *
load(const struct zones *zones, enum list_id list, struct fault *fault)
{
    fault->text[0] = '\0';
    if ((zones->lists >> list & 1) == 0)
        return NULL;
    char *path = join(zones->directory, catalogue_at(list)->zone);
    struct zonefile *file = NULL;
    if (exists(path) || exists_packed(path))
        file = zonefile_load(path, fault);
    free(path);
    return file;
}

/* Whether there is a directory. */
static bool
check_directory(const char *directory, struct fault *fault)
{
    struct stat status;
    int error = stat(directory, &status) != 0 ? errno : S_ISDIR(status.st_mode) ? 0 : ENOTDIR;
    if (error == 0)
        return true;
    char *clean = text_clean_copy(directory, strlen(directory));
    fault_set(fault, "cannot read the zone files in %s: %s", clean, strerror(error));
    free(clean);
    return false;
}

static bool
load_all(struct zones *zones, struct fault *fault)
{
    size_t count = 0;
    if (!check_directory(zones->directory, fault))
        return false;
    for (enum list_id list = 0; list < LIST_COUNT; list++) {
        zones->files[list] = load(zones, list, fault);
        if (fault->text[0])
            return false;
        count += zones->files[list] != NULL;
    }
    if (count > 0)
        return true;
    char *clean = text_clean_copy(zones->directory, strlen(zones->directory));
    fault_set(fault, "no zone file is in %s: it needs at least %s, or the same packed as .gz", clean,
              catalogue_at(LIST_LEVEL1)->zone);
    free(clean);
    return false;
}

struct zones *
zones_open(const char *directory, struct fault *fault)
{
    return zones_open_some(directory, ZONES_ALL, fault);
}

struct zones *
zones_open_some(const char *directory, unsigned lists, struct fault *fault)
{
    struct zones *zones = mem_zero(sizeof *zones);
    zones->directory = mem_copy(directory);
    zones->lists = lists;
    if (load_all(zones, fault))
        return zones;
    zones_close(zones);
    return NULL;
}

void
zones_close(struct zones *zones)
{
    if (zones == NULL)
        return;
    for (enum list_id list = 0; list < LIST_COUNT; list++)
        zonefile_free(zones->files[list]);
    free(zones->directory);
    free(zones);
}

const char *
zones_directory(const struct zones *zones)
{
    return zones->directory;
}

const struct zonefile *
zones_at(const struct zones *zones, enum list_id list)
{
    return zones->files[list];
}

static size_t
count_entries(const struct zonefile *file)
{
    size_t count;
    zonefile_addresses(file, &count);
    return count + zonefile_row_count(file);
}

/* Whether the new one may take the place of the old one. Small zones may shrink as they like. */
static bool
check_successor(const struct zonefile *old, const struct zonefile *new, struct fault *fault)
{
    enum { SMALL = 100 };
    size_t had = count_entries(old), has = count_entries(new);
    struct buf why = {0};
    if (zonefile_has_soa(old) && !zonefile_has_soa(new))
        buf_text(&why, "its $SOA is missing");
    else if (had >= SMALL && has < had / 2) {
        buf_text(&why, "it has only ");
        text_number(&why, (int64_t)has);
        buf_text(&why, " entries instead of ");
        text_number(&why, (int64_t)had);
    }
    bool sound = why.count == 0;
    if (!sound) {
        char *clean = text_clean_copy(zonefile_path(new), strlen(zonefile_path(new)));
        fault_set(fault, "the zone file %s looks half written: %s", clean, buf_string(&why));
        free(clean);
    }
    buf_free(&why);
    return sound;
}

/* Whether a new one took the place of the old one, or of none. */
static bool
reload_one(struct zones *zones, enum list_id list, struct fault *fault)
{
    struct zonefile *old = zones->files[list];
    fault->text[0] = '\0';
    if (old && !zonefile_has_changed(old))
        return false;
    struct zonefile *new = load(zones, list, fault);
    if (new == NULL) {
        if (old && fault->text[0] == '\0')
            fault_set(fault, "the zone file of %s is gone", catalogue_at(list)->zone);
        return false;
    }
    if (old && !check_successor(old, new, fault)) {
        zonefile_free(new);
        return false;
    }
    zonefile_free(old);
    zones->files[list] = new;
    return true;
}

bool
zones_reload(struct zones *zones, struct fault *fault)
{
    struct buf faults = {0};
    bool changed = false;
    for (enum list_id list = 0; list < LIST_COUNT; list++) {
        struct fault one;
        changed |= reload_one(zones, list, &one);
        if (one.text[0])
            buf_format(&faults, "%s%s", faults.count ? "; " : "", one.text);
    }
    if (faults.count)
        buf_text(&faults, "; the data read before are kept");
    fault_set(fault, "%s", buf_string(&faults));
    buf_free(&faults);
    return changed;
}
