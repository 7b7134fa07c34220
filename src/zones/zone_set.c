#include "zones/zone_set.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "zones/zone_health.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Other programs fetch mirrors while we run. rsync puts a whole new file in place of the old one; wget writes into it,
 * and a reader that comes too soon sees its beginning. */

/* The reading of one list's file. */
struct load {
    struct zone_file *file; /* NULL = nothing to read, or it failed */
    char *doubt;            /* of the file that was read; NULL = sound */
    int64_t bytes;          /* on disk */
};

/* New files stay here until all are read, and then replace the old ones together. */
struct reading {
    struct load *loads; /* by place in the catalogue */
    size_t list;        /* being read */
    struct buf faults;
    bool failed; /* a file cannot be read */
    bool keeps;  /* ... or not replace the old one */
};

struct zone_set {
    char *directory;
    const struct catalogue *catalogue;
    unsigned levels;          /* wanted, ZONE_SET_LEVEL; ZONE_SET_ALL = every list */
    bool opened;              /* the first reading succeeded */
    struct zone_file **files; /* by place in the catalogue */
    char **doubts;            /* of them; NULL = sound */
    char **ignored;           /* what is said of worse twins, plain or packed; NULL = none */
    int64_t max_age_ms;       /* 0 = any */
    struct reading *reading;  /* NULL = none */
};

/* Whether a file of that name exists, readable or not; zeroes the status of one that is not. */
static bool
find_file(const char *path, struct stat *status)
{
    if (stat(path, status) == 0)
        return true;
    *status = (struct stat){0};
    return errno != ENOENT;
}

struct zone_set *
zone_set_new(const char *directory, const struct catalogue *catalogue, unsigned levels)
{
    struct zone_set *zones = mem_zero(sizeof *zones);
    zones->directory = mem_copy(directory);
    zones->catalogue = catalogue;
    zones->levels = levels;
    zones->files = mem_zero(catalogue_count(catalogue) * sizeof *zones->files);
    zones->doubts = mem_zero(catalogue_count(catalogue) * sizeof *zones->doubts);
    zones->ignored = mem_zero(catalogue_count(catalogue) * sizeof *zones->ignored);
    return zones;
}

void
zone_set_max_age(struct zone_set *zones, int64_t max_age_ms)
{
    zones->max_age_ms = max_age_ms;
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
    for (size_t list = 0; list < catalogue_count(zones->catalogue); list++) {
        zone_file_free(r->loads[list].file);
        free(r->loads[list].doubt);
    }
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
    for (size_t list = 0; list < catalogue_count(zones->catalogue); list++) {
        zone_file_free(zones->files[list]);
        free(zones->doubts[list]);
        free(zones->ignored[list]);
    }
    free(zones->files);
    free(zones->doubts);
    free(zones->ignored);
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
    return zones->doubts[list->index] ? NULL : zones->files[list->index];
}

const char *
zone_set_doubt(const struct zone_set *zones, const struct list *list)
{
    return zones->doubts[list->index];
}

const char *
zone_set_ignored(const struct zone_set *zones, const struct list *list)
{
    return zones->ignored[list->index];
}

enum list_state
zone_set_state(const struct zone_set *zones, const struct list *list, uint32_t address)
{
    const struct zone_file *file = zone_set_at(zones, list);
    if (file)
        return zone_file_lists(file, address) ? STATE_LISTED : STATE_CLEAR;
    return zone_set_doubt(zones, list) ? STATE_UNHEALTHY : STATE_UNASKED;
}

/* ---- a reading ---- */

static void
add_fault(struct reading *r, const char *text)
{
    buf_format(&r->faults, "%s%s", r->faults.count ? "; " : "", text);
}

static int64_t
written_ms(const struct stat *status)
{
    return (int64_t)status->st_mtim.tv_sec * 1000 + status->st_mtim.tv_nsec / 1000000;
}

/* Whether the packed file goes before the plain one: by its data, then, from the same hour, by the later writing.
 * `packed_later_ms` is by how much it was written later. Sets *why the other one is not read. */
static bool
prefers_packed(const char *plain, const char *packed, int64_t packed_later_ms, const char **why)
{
    struct data_date date = zone_file_peek(plain), other = zone_file_peek(packed);
    bool alike = date.at_ms == other.at_ms;
    bool prefers = alike ? packed_later_ms > 0 : data_date_worse(date, other).at_ms == date.at_ms;
    enum data_age age = data_date_age(prefers ? date : other);
    *why = age == DATA_UNDATED    ? "it cannot be read"
           : age == DATA_FUTURE   ? "it is dated in the future"
           : !alike               ? "the other file of this list is newer"
           : packed_later_ms != 0 ? "the other file of this list is as new and was written later"
                                  : "the other file of this list is as new";
    return prefers;
}

/* Returns the path of the list's file, of a plain and a packed one the better; NULL = there is none. Sets *bytes. */
static char *
choose_file(struct zone_set *zones, const struct list *list, int64_t *bytes)
{
    size_t count = strlen(zones->directory);
    struct buf plain = {0}, packed = {0};
    struct stat plain_status, packed_status, link;
    const char *why = NULL;
    buf_format(&plain, "%s%s%s", zones->directory, count && zones->directory[count - 1] == '/' ? "" : "/", list->zone);
    buf_format(&packed, "%s.gz", plain.at);
    bool has_plain = find_file(plain.at, &plain_status), has_packed = find_file(packed.at, &packed_status),
         takes_packed = has_packed;
    free(zones->ignored[list->index]);
    zones->ignored[list->index] = NULL;
    if (has_plain && has_packed)
        takes_packed =
            prefers_packed(plain.at, packed.at, written_ms(&packed_status) - written_ms(&plain_status), &why);
    bool names_plain = takes_packed || (!has_plain && lstat(plain.at, &link) == 0);
    if (!why && lstat(names_plain ? plain.at : packed.at, &link) == 0)
        why = "it is a link that leads nowhere";
    if (why) {
        struct buf ignored = {0};
        buf_format(&ignored, "%s%s is not read, because %s", list->zone, names_plain ? "" : ".gz", why);
        zones->ignored[list->index] = buf_take(&ignored);
    }
    *bytes = takes_packed ? packed_status.st_size : plain_status.st_size;
    if (takes_packed) {
        buf_free(&plain);
        return buf_take(&packed);
    }
    buf_free(&packed);
    if (has_plain)
        return buf_take(&plain);
    buf_free(&plain);
    return NULL;
}

static void
begin_load(struct zone_set *zones, const struct list *list)
{
    struct load *load = &zones->reading->loads[list->index];
    const struct zone_file *old = zones->files[list->index];
    bool wanted =
        list_is_asked(list, ADDR_V4) && (zones->levels == ZONE_SET_ALL || zones->levels & ZONE_SET_LEVEL(list->level));
    char *path = wanted ? choose_file(zones, list, &load->bytes) : NULL;
    struct fault fault;
    if (path && (!old || strcmp(path, zone_file_path(old)) != 0 || zone_file_has_changed(old)))
        load->file = zone_file_new(path);
    if (!path && old) {
        fault_set(&fault, "the zone file of %s is gone", list->zone);
        add_fault(zones->reading, fault.text);
        zones->reading->keeps = true;
    }
    if (load->file && zone_set_ignored(zones, list))
        add_fault(zones->reading, zone_set_ignored(zones, list));
    free(path);
}

static bool
begin_reading(struct zone_set *zones, struct fault *fault)
{
    struct stat status;
    if (!zones->opened) {
        int error = stat(zones->directory, &status) != 0  ? errno
                    : !S_ISDIR(status.st_mode)            ? ENOTDIR
                    : access(zones->directory, X_OK) != 0 ? errno
                                                          : 0;
        if (error)
            return fault_set(fault, "cannot read the zone files in %s: %s", zones->directory, strerror(error));
    }
    zones->reading = mem_zero(sizeof *zones->reading);
    zones->reading->loads = mem_zero(catalogue_count(zones->catalogue) * sizeof *zones->reading->loads);
    for (size_t list = 0; list < catalogue_count(zones->catalogue); list++)
        begin_load(zones, catalogue_list(zones->catalogue, list));
    return true;
}

size_t
zone_set_compare(struct zone_set *zones, const struct list *list, size_t had)
{
    const struct zone_file *file = zone_set_at(zones, list);
    size_t has = file ? zone_health_entries(file) : 0;
    if (file)
        zones->doubts[list->index] = zone_health_shrunk(has, had);
    return zones->doubts[list->index] ? 0 : has;
}

/* Takes a file that was read, unless it is in doubt and the old one is not. */
static void
judge_load(struct zone_set *zones, const struct list *list, struct load *load)
{
    const struct zone_file *old = zone_set_at(zones, list);
    struct fault fault;
    load->doubt = zone_health_doubt(load->file, list);
    if (!load->doubt)
        load->doubt = zone_health_outdated(load->file, zones->max_age_ms);
    if (!load->doubt && old && zone_file_quality(old).has_soa && !zone_file_quality(load->file).has_soa)
        load->doubt = mem_copy("its zone file has lost its $SOA, so it is only half written" DATA_DATE_CURE);
    if (!load->doubt && old)
        load->doubt = zone_health_shrunk(zone_health_entries(load->file), zone_health_entries(old));
    if (!load->doubt)
        return;
    fault_set(&fault, "%s is not used: %s", list->zone, load->doubt);
    add_fault(zones->reading, fault.text);
    if (!old)
        return;
    zones->reading->keeps = true;
    zone_file_free(load->file);
    load->file = NULL;
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
    const struct list *list = catalogue_list(zones->catalogue, r->list++);
    if (progress == ZONE_FILE_READY) {
        judge_load(zones, list, load);
        return true;
    }
    add_fault(r, fault.text);
    r->failed = true;
    r->keeps |= zone_set_at(zones, list) != NULL;
    zone_file_free(load->file);
    load->file = NULL;
    return true;
}

/* Replaces the old files by the new ones. The first reading succeeds if it has a file and none that cannot be read. */
static enum zone_set_progress
finish_reading(struct zone_set *zones, struct fault *fault)
{
    struct reading *r = zones->reading;
    bool changed = false, failed = r->failed && !zones->opened;
    if (zones->opened && r->keeps)
        buf_text(&r->faults, "; the data read before are kept");
    fault_set(fault, "%s", buf_string(&r->faults));
    for (size_t list = 0; list < catalogue_count(zones->catalogue) && !failed; list++) {
        struct load *load = &r->loads[list];
        if (!load->file && zones->files[list] && !zones->doubts[list]) {
            zones->doubts[list] = zone_health_outdated(zones->files[list], zones->max_age_ms);
            changed |= zones->doubts[list] != NULL;
        }
        if (!load->file)
            continue;
        zone_file_free(zones->files[list]);
        free(zones->doubts[list]);
        zones->files[list] = load->file;
        zones->doubts[list] = load->doubt;
        load->file = NULL;
        load->doubt = NULL;
        changed = true;
    }
    end_reading(zones);
    zones->opened |= changed;
    if (zones->opened)
        return changed ? ZONE_SET_CHANGED : ZONE_SET_SAME;
    if (!failed)
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
           (zones->opened || !r->failed)) { /* a failure ends the first reading */
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
