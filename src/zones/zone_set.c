#include "zones/zone_set.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Other programs fetch mirrors while we run. rsync puts a whole new file in place of the old one; wget writes into it,
 * and a reader that comes too soon sees its beginning. */

/* The reading of one list's file. */
struct load {
    struct zone_file *file; /* NULL = nothing to read, or it failed */
    int64_t bytes;          /* on disk */
};

/* New files stay here until all are read, and then replace the old ones together. */
struct reading {
    struct load *loads; /* by place in the catalogue */
    size_t list;        /* being read */
    struct buf faults;
};

struct zone_set {
    char *directory;
    const struct catalogue *catalogue;
    unsigned levels;          /* wanted, ZONE_SET_LEVEL; ZONE_SET_ALL = every list */
    bool opened;              /* the first reading succeeded */
    struct zone_file **files; /* by place in the catalogue */
    struct reading *reading;  /* NULL = none */
};

/* Whether a file of that name exists, readable or not, and its size. */
static bool
find_file(const char *path, int64_t *bytes)
{
    struct stat status;
    *bytes = 0;
    if (stat(path, &status) != 0)
        return errno != ENOENT;
    *bytes = status.st_size;
    return true;
}

struct zone_set *
zone_set_new(const char *directory, const struct catalogue *catalogue, unsigned levels)
{
    struct zone_set *zones = mem_zero(sizeof *zones);
    zones->directory = mem_copy(directory);
    zones->catalogue = catalogue;
    zones->levels = levels;
    zones->files = mem_zero(catalogue_count(catalogue) * sizeof *zones->files);
    return zones;
}

struct zone_set *
zone_set_open_some(const char *directory, const struct catalogue *catalogue, unsigned levels, struct fault *fault)
{
    struct zone_set *zones = zone_set_new(directory, catalogue, levels);
    if (zone_set_step(zones, INT64_MAX, fault) == ZONE_SET_CHANGED)
        return zones;
    zone_set_close(zones);
    return NULL;
}

/* Frees the reading with the files that replaced none. */
static void
end_reading(struct zone_set *zones)
{
    struct reading *r = zones->reading;
    if (r == NULL)
        return;
    for (size_t list = 0; list < catalogue_count(zones->catalogue); list++)
        zone_file_free(r->loads[list].file);
    buf_free(&r->faults);
    free(r->loads);
    free(r);
    zones->reading = NULL;
}

void
zone_set_close(struct zone_set *zones)
{
    if (zones == NULL)
        return;
    end_reading(zones);
    for (size_t list = 0; list < catalogue_count(zones->catalogue); list++)
        zone_file_free(zones->files[list]);
    free(zones->files);
    free(zones->directory);
    free(zones);
}

const char *
zone_set_directory(const struct zone_set *zones)
{
    return zones->directory;
}

const struct catalogue *
zone_set_catalogue(const struct zone_set *zones)
{
    return zones->catalogue;
}

const struct zone_file *
zone_set_at(const struct zone_set *zones, const struct list *list)
{
    return zones->files[list->index];
}

/* ---- a reading ---- */

static void
add_fault(struct reading *r, const char *text)
{
    buf_format(&r->faults, "%s%s", r->faults.count ? "; " : "", text);
}

static void
begin_load(struct zone_set *zones, const struct list *list)
{
    struct load *load = &zones->reading->loads[list->index];
    const struct zone_file *old = zone_set_at(zones, list);
    bool wanted = zones->levels == ZONE_SET_ALL || zones->levels & ZONE_SET_LEVEL(list->level);
    size_t count = strlen(zones->directory);
    struct buf path = {0}, twin = {0};
    if (!wanted || (old && !zone_file_has_changed(old)))
        return;
    buf_format(&path, "%s%s%s", zones->directory, count && zones->directory[count - 1] == '/' ? "" : "/", list->zone);
    buf_format(&twin, "%s.gz", path.at);
    if (find_file(path.at, &load->bytes) || find_file(twin.at, &load->bytes)) {
        load->file = zone_file_new(path.at);
    } else if (old) {
        struct fault gone;
        fault_set(&gone, "the zone file of %s is gone", list->zone);
        add_fault(zones->reading, gone.text);
    }
    buf_free(&path);
    buf_free(&twin);
}

static bool
begin_reading(struct zone_set *zones, struct fault *fault)
{
    struct stat status;
    if (!zones->opened) {
        int error = stat(zones->directory, &status) != 0 ? errno : S_ISDIR(status.st_mode) ? 0 : ENOTDIR;
        if (error)
            return fault_set(fault, "cannot read the zone files in %s: %s", zones->directory, strerror(error));
    }
    zones->reading = mem_zero(sizeof *zones->reading);
    zones->reading->loads = mem_zero(catalogue_count(zones->catalogue) * sizeof *zones->reading->loads);
    for (size_t list = 0; list < catalogue_count(zones->catalogue); list++)
        begin_load(zones, catalogue_list(zones->catalogue, list));
    return true;
}

static size_t
count_entries(const struct zone_file *file)
{
    size_t count;
    zone_file_addresses(file, &count);
    return count + zone_file_row_count(file);
}

/* Whether a new file may replace the old one. Small zones may shrink as they like. */
static bool
check_successor(const struct zone_file *old, const struct zone_file *new, struct fault *fault)
{
    enum { SMALL = 100 };
    size_t had = count_entries(old), has = count_entries(new);
    struct buf why = {0};
    if (zone_file_has_soa(old) && !zone_file_has_soa(new))
        buf_text(&why, "its $SOA is missing");
    else if (had >= SMALL && has < had / 2) {
        buf_text(&why, "it has only ");
        text_number(&why, (int64_t)has);
        buf_text(&why, " entries instead of ");
        text_number(&why, (int64_t)had);
    }
    bool sound = why.count == 0;
    if (!sound)
        fault_set(fault, "the zone file %s looks half written: %s", zone_file_path(new), buf_string(&why));
    buf_free(&why);
    return sound;
}

/* Reads the next file, or a part of it. Returns false when the time is up. */
static bool
run_load(struct zone_set *zones, int64_t budget_us)
{
    struct reading *r = zones->reading;
    struct load *load = &r->loads[r->list];
    struct fault fault;
    enum zone_file_progress progress = zone_file_step(load->file, budget_us, &fault);
    if (progress == ZONE_FILE_READING)
        return false;
    const struct zone_file *old = zones->files[r->list++];
    if (progress == ZONE_FILE_READY && (!old || check_successor(old, load->file, &fault)))
        return true;
    add_fault(r, fault.text);
    zone_file_free(load->file);
    load->file = NULL;
    return true;
}

/* Replaces the old files by the new ones. The first reading succeeds if it has a file and no fault. */
static enum zone_set_progress
finish_reading(struct zone_set *zones, struct fault *fault)
{
    struct reading *r = zones->reading;
    bool changed = false;
    if (zones->opened && r->faults.count)
        buf_text(&r->faults, "; the data read before are kept");
    fault_set(fault, "%s", buf_string(&r->faults));
    for (size_t list = 0; list < catalogue_count(zones->catalogue) && (zones->opened || !*fault->text); list++) {
        struct load *load = &r->loads[list];
        if (!load->file)
            continue;
        zone_file_free(zones->files[list]);
        zones->files[list] = load->file;
        load->file = NULL;
        changed = true;
    }
    end_reading(zones);
    if (zones->opened)
        return changed ? ZONE_SET_CHANGED : ZONE_SET_SAME;
    zones->opened = changed;
    if (changed)
        return ZONE_SET_CHANGED;
    if (!*fault->text)
        fault_set(fault, "no zone file is in %s: it needs at least %s, or the same packed as .gz", zones->directory,
                  catalogue_level(zones->catalogue, 1)->zone);
    return ZONE_SET_FAILED;
}

enum zone_set_progress
zone_set_step(struct zone_set *zones, int64_t budget_us, struct fault *fault)
{
    int64_t began_us = clock_now_us(), left_us = budget_us;
    if (!zones->reading && !begin_reading(zones, fault))
        return ZONE_SET_FAILED;
    fault->text[0] = '\0';
    struct reading *r = zones->reading;
    while (r->list < catalogue_count(zones->catalogue) &&
           (zones->opened || r->faults.count == 0)) { /* a fault ends the first reading */
        if (!r->loads[r->list].file)
            r->list++;
        else if (left_us < 0 || !run_load(zones, left_us))
            return ZONE_SET_READING;
        else
            left_us = budget_us - (clock_now_us() - began_us);
    }
    return finish_reading(zones, fault);
}

unsigned
zone_set_percent(const struct zone_set *zones)
{
    const struct reading *r = zones->reading;
    int64_t done = 0, all = 0;
    for (size_t list = 0; r && list < catalogue_count(zones->catalogue); list++) {
        const struct load *load = &r->loads[list];
        int64_t bytes = list < r->list || !load->file ? load->bytes : zone_file_bytes_read(load->file);
        all += load->bytes;
        done += bytes < load->bytes ? bytes : load->bytes;
    }
    return all > 0 ? (unsigned)(100 * done / all) : 0;
}
