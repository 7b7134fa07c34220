#include "zones/zone_set.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Mirrors are fetched by other programs while we run. rsync puts a whole new file in place of the old one; wget writes
 * into it, and a reader that comes too soon sees its beginning.
 *
 * A reading goes through the lists that have a file to be read. What it reads stays beside what was there, until all is
 * read: then the new files take the places of the old ones together. */

/* Of one list. */
struct errand {
    struct zone_file *file; /* to be read, or read; NULL when there is none */
    int64_t bytes;          /* on disk */
};

struct reading {
    struct errand *errands; /* by place in the catalogue */
    size_t list;            /* the errand that is under way */
    struct buf faults;
};

struct zone_set {
    char *directory;
    const struct catalogue *catalogue;
    unsigned levels;          /* those that are wanted, ZONE_SET_LEVEL; ZONE_SET_ALL = every list */
    bool opened;              /* a reading came to a good end */
    struct zone_file **files; /* by place in the catalogue */
    struct reading *reading;  /* NULL when none is under way */
};

static char *
join(const char *directory, const char *name)
{
    struct buf path = {0};
    size_t count = strlen(directory);
    buf_format(&path, "%s%s%s", directory, count && directory[count - 1] == '/' ? "" : "/", name);
    return buf_take(&path);
}

/* Whether something of that name is there, readable or not, and how large it is. */
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

/* The same, perhaps with ".gz" behind. */
static bool
find_either(const char *path, int64_t *bytes)
{
    struct buf twin = {0};
    buf_format(&twin, "%s.gz", path);
    bool there = find_file(path, bytes) || find_file(buf_string(&twin), bytes);
    buf_free(&twin);
    return there;
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
zone_set_open(const char *directory, const struct catalogue *catalogue, struct fault *fault)
{
    return zone_set_open_some(directory, catalogue, ZONE_SET_ALL, fault);
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

/* What was read and took nobody's place goes with it. */
static void
end_reading(struct zone_set *zones)
{
    struct reading *r = zones->reading;
    if (r == NULL)
        return;
    for (size_t list = 0; list < catalogue_count(zones->catalogue); list++)
        zone_file_free(r->errands[list].file);
    buf_free(&r->faults);
    free(r->errands);
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

const struct zone_file *
zone_set_level(const struct zone_set *zones, unsigned level)
{
    return zone_set_at(zones, catalogue_level(zones->catalogue, level));
}

static size_t
count_entries(const struct zone_file *file)
{
    size_t count;
    zone_file_addresses(file, &count);
    return count + zone_file_row_count(file);
}

/* Whether the new one may take the place of the old one. Small zones may shrink as they like. */
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
    if (!sound) {
        char *clean = text_clean_copy(zone_file_path(new), strlen(zone_file_path(new)));
        fault_set(fault, "the zone file %s looks half written: %s", clean, buf_string(&why));
        free(clean);
    }
    buf_free(&why);
    return sound;
}

/* ---- a reading ---- */

static void
add_fault(struct reading *r, const char *text)
{
    buf_format(&r->faults, "%s%s", r->faults.count ? "; " : "", text);
}

static void
begin_errand(struct zone_set *zones, const struct list *list)
{
    struct reading *r = zones->reading;
    struct errand *errand = &r->errands[list->index];
    const struct zone_file *old = zone_set_at(zones, list);
    bool wanted = zones->levels == ZONE_SET_ALL || zones->levels & ZONE_SET_LEVEL(list->level);
    if (!wanted || (old && !zone_file_has_changed(old)))
        return;
    char *path = join(zones->directory, list->zone);
    if (find_either(path, &errand->bytes)) {
        errand->file = zone_file_new(path);
    } else if (old) {
        struct fault gone;
        fault_set(&gone, "the zone file of %s is gone", list->zone);
        add_fault(r, gone.text);
    }
    free(path);
}

static bool
begin_reading(struct zone_set *zones, struct fault *fault)
{
    if (!zones->opened && !check_directory(zones->directory, fault))
        return false;
    zones->reading = mem_zero(sizeof *zones->reading);
    zones->reading->errands = mem_zero(catalogue_count(zones->catalogue) * sizeof *zones->reading->errands);
    for (size_t list = 0; list < catalogue_count(zones->catalogue); list++)
        begin_errand(zones, catalogue_list(zones->catalogue, list));
    return true;
}

/* The file of the errand is read to its end, or failed. */
static void
end_errand(struct zone_set *zones, enum zone_file_progress progress, struct fault *fault)
{
    struct reading *r = zones->reading;
    struct errand *errand = &r->errands[r->list];
    const struct zone_file *old = zones->files[r->list++];
    if (progress == ZONE_FILE_READY && (!old || check_successor(old, errand->file, fault)))
        return;
    add_fault(r, fault->text);
    zone_file_free(errand->file);
    errand->file = NULL;
}

/* Each new file takes its place. */
static bool
take_over(struct zone_set *zones)
{
    bool changed = false;
    for (size_t list = 0; list < catalogue_count(zones->catalogue); list++) {
        struct errand *errand = &zones->reading->errands[list];
        if (!errand->file)
            continue;
        zone_file_free(zones->files[list]);
        zones->files[list] = errand->file;
        errand->file = NULL;
        changed = true;
    }
    return changed;
}

/* The first reading is good when there is no fault and at least one file. */
static enum zone_set_progress
end_opening(struct zone_set *zones, struct fault *fault)
{
    fault_set(fault, "%s", buf_string(&zones->reading->faults));
    zones->opened = !*fault->text && take_over(zones);
    if (!zones->opened && !*fault->text) {
        char *clean = text_clean_copy(zones->directory, strlen(zones->directory));
        fault_set(fault, "no zone file is in %s: it needs at least %s, or the same packed as .gz", clean,
                  catalogue_level(zones->catalogue, 1)->zone);
        free(clean);
    }
    end_reading(zones);
    return zones->opened ? ZONE_SET_CHANGED : ZONE_SET_FAILED;
}

static enum zone_set_progress
end_reloading(struct zone_set *zones, struct fault *fault)
{
    struct buf *faults = &zones->reading->faults;
    if (faults->count)
        buf_text(faults, "; the data read before are kept");
    fault_set(fault, "%s", buf_string(faults));
    bool changed = take_over(zones);
    end_reading(zones);
    return changed ? ZONE_SET_CHANGED : ZONE_SET_SAME;
}

/* NULL: none is left, or it need not be done because the first reading has failed. */
static struct errand *
next_errand(struct zone_set *zones)
{
    struct reading *r = zones->reading;
    size_t count = catalogue_count(zones->catalogue);
    while (r->list < count && !r->errands[r->list].file)
        r->list++;
    return r->list < count && (zones->opened || r->faults.count == 0) ? &r->errands[r->list] : NULL;
}

/* False when the time is up. */
static bool
run_errand(struct zone_set *zones, struct errand *errand, int64_t budget_us)
{
    struct fault fault;
    enum zone_file_progress progress = zone_file_step(errand->file, budget_us, &fault);
    if (progress != ZONE_FILE_READING)
        end_errand(zones, progress, &fault);
    return progress != ZONE_FILE_READING;
}

enum zone_set_progress
zone_set_step(struct zone_set *zones, int64_t budget_us, struct fault *fault)
{
    int64_t began_us = clock_now_us(), left_us = budget_us;
    if (!zones->reading && !begin_reading(zones, fault))
        return ZONE_SET_FAILED;
    fault->text[0] = '\0';
    for (struct errand *errand; (errand = next_errand(zones)); left_us = budget_us - (clock_now_us() - began_us))
        if (left_us < 0 || !run_errand(zones, errand, left_us))
            return ZONE_SET_READING;
    return zones->opened ? end_reloading(zones, fault) : end_opening(zones, fault);
}

bool
zone_set_reload(struct zone_set *zones, struct fault *fault)
{
    return zone_set_step(zones, INT64_MAX, fault) == ZONE_SET_CHANGED;
}

unsigned
zone_set_percent(const struct zone_set *zones)
{
    const struct reading *r = zones->reading;
    int64_t done = 0, all = 0;
    for (size_t list = 0; r && list < catalogue_count(zones->catalogue); list++) {
        const struct errand *errand = &r->errands[list];
        int64_t bytes = list < r->list || !errand->file ? errand->bytes : zone_file_bytes_read(errand->file);
        all += errand->bytes;
        done += bytes < errand->bytes ? bytes : errand->bytes;
    }
    return all > 0 ? (unsigned)(100 * done / all) : 0;
}
