#include "zonefile.h"

#include "mem.h"
#include "text.h"
#include "zonelines.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

/* The file goes through one buffer in pieces; what a piece holds of a line that goes on in the next moves to the front.
 */

enum { PIECE = 32 * 1024 };

static const int64_t largest = 2LL << 30; /* bytes, unpacked: a small packed file can hold anything */

static const char too_many[] = "it has more than 8 million ranges";

struct zonefile {
    char *path;
    struct stat status; /* of the file when it was read */
    struct zonelines lines;
};

/* ---- pieces ---- */

/* Where the bytes come from; the first that is set counts. */
struct source {
    gzFile packed;
    const char *bytes;
    size_t left;
    int fd;
};

static ssize_t
fetch(struct source *source, char *out, size_t room)
{
    ssize_t got;
    if (source->packed)
        return gzread(source->packed, out, (unsigned)room);
    if (source->bytes) {
        size_t count = source->left < room ? source->left : room;
        memcpy(out, source->bytes, count);
        source->bytes += count;
        source->left -= count;
        return (ssize_t)count;
    }
    do
        got = read(source->fd, out, room);
    while (got < 0 && errno == EINTR);
    return got;
}

/* NULL, or what is wrong. */
static const char *
read_all(struct zonefile *zone, struct source *source)
{
    char *piece = mem_alloc(ZONELINES_LONGEST + PIECE);
    const char *problem = NULL;
    size_t held = 0;
    int64_t total = 0;
    ssize_t got;
    while (!problem && (got = fetch(source, piece + held, PIECE)) != 0)
        if (got < 0)
            problem = source->packed ? "its packed content is damaged" : strerror(errno);
        else if ((total += got) > largest)
            problem = "it is larger than 2 GiB";
        else if (zone->lines.table.overfull)
            problem = too_many;
        else
            held = zonelines_read(&zone->lines, piece, held + (size_t)got);
    if (!problem)
        zonelines_end(&zone->lines, piece, held);
    free(piece);
    return problem;
}

/* ---- files ---- */

static struct zonefile *
new_zone(const char *path)
{
    struct zonefile *zone = mem_zero(sizeof *zone);
    zone->path = mem_copy(path);
    return zone;
}

static const char *
settle(struct zonefile *zone)
{
    if (zone->lines.table.overfull)
        return too_many;
    zonetable_settle(&zone->lines.table);
    if (zone->lines.table.overfull)
        return too_many;
    if (!zone->lines.vars.has_soa && zone->lines.table.addresses.count == 0 && zone->lines.table.rows.count == 0 &&
        zone->lines.table.excluded.count == 0)
        return "it is no zone file (not one entry, and no $SOA)";
    return NULL;
}

/* Hands the zone out, or frees it when there is a problem. */
static struct zonefile *
finish(struct zonefile *zone, const char *problem, struct fault *fault)
{
    fault->text[0] = '\0';
    if (problem == NULL)
        problem = settle(zone);
    if (problem == NULL)
        return zone;
    char *clean = text_clean_copy(zone->path, strlen(zone->path));
    fault_set(fault, "cannot use the zone file %s: %s", clean, problem);
    free(clean);
    zonefile_free(zone);
    return NULL;
}

struct zonefile *
zonefile_parse(const void *bytes, size_t count, struct fault *fault)
{
    struct zonefile *zone = new_zone("");
    struct source source = {.bytes = count ? bytes : "", .left = count};
    return finish(zone, read_all(zone, &source), fault);
}

/* Opens the file or its packed twin, and notes its name. Waits for no pipe and no device. */
static int
open_zone(struct zonefile *zone)
{
    enum { FLAGS = O_RDONLY | O_CLOEXEC | O_NONBLOCK };
    int fd = open(zone->path, FLAGS);
    if (fd >= 0 || errno != ENOENT)
        return fd;
    struct buf twin = {0};
    buf_format(&twin, "%s.gz", zone->path);
    fd = open(buf_string(&twin), FLAGS);
    if (fd >= 0) {
        free(zone->path);
        zone->path = buf_take(&twin);
    }
    buf_free(&twin);
    return fd;
}

static bool
is_same_file(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
           a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

static const char *
read_packed(struct zonefile *zone, int fd)
{
    int error;
    int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    struct source source = {.packed = copy < 0 ? NULL : gzdopen(copy, "rb")};
    if (source.packed == NULL) {
        if (copy >= 0)
            close(copy);
        return "it cannot be unpacked now";
    }
    gzbuffer(source.packed, PIECE);
    const char *problem = read_all(zone, &source);
    gzerror(source.packed, &error);
    gzclose(source.packed);
    return problem || error == Z_OK || error == Z_STREAM_END ? problem : "its packed content is damaged or incomplete";
}

static const char *
read_file(struct zonefile *zone, int fd)
{
    struct stat after;
    uint8_t magic[2];
    if (fstat(fd, &zone->status) != 0)
        return strerror(errno);
    if (!S_ISREG(zone->status.st_mode))
        return "it is not a regular file";
    bool packed = pread(fd, magic, sizeof magic, 0) == sizeof magic && magic[0] == 0x1F && magic[1] == 0x8B;
    if (!packed && zone->status.st_size <= largest)
        zonetable_reserve(&zone->lines.table, (size_t)zone->status.st_size / ZONELINES_SHORTEST + 1);
    const char *problem = packed ? read_packed(zone, fd) : read_all(zone, &(struct source){.fd = fd});
    if (problem)
        return problem;
    if (fstat(fd, &after) != 0 || !is_same_file(&zone->status, &after))
        return "it was written to meanwhile; put a new one in its place by renaming";
    return NULL;
}

struct zonefile *
zonefile_load(const char *path, struct fault *fault)
{
    struct zonefile *zone = new_zone(path);
    int fd = open_zone(zone);
    const char *problem = fd < 0 ? strerror(errno) : read_file(zone, fd);
    if (fd >= 0)
        close(fd);
    return finish(zone, problem, fault);
}

void
zonefile_free(struct zonefile *zone)
{
    if (zone == NULL)
        return;
    zonelines_fini(&zone->lines);
    free(zone->path);
    free(zone);
}

const char *
zonefile_path(const struct zonefile *zone)
{
    return zone->path;
}

bool
zonefile_has_soa(const struct zonefile *zone)
{
    return zone->lines.vars.has_soa;
}

uint32_t
zonefile_serial(const struct zonefile *zone)
{
    return zone->lines.vars.serial;
}

uint32_t
zonefile_ttl(const struct zonefile *zone)
{
    return zone->lines.vars.ttl ? zone->lines.vars.ttl : zone->lines.vars.soa_ttl;
}

bool
zonefile_has_changed(const struct zonefile *zone)
{
    struct stat now;
    return stat(zone->path, &now) != 0 || !is_same_file(&zone->status, &now);
}

size_t
zonefile_warning_count(const struct zonefile *zone)
{
    return zone->lines.warning_count;
}

const struct zonefile_warning *
zonefile_warning_at(const struct zonefile *zone, size_t index)
{
    return &zone->lines.warnings.at[index];
}

/* ---- what is listed ---- */

static struct zonefile_row
make_row(const struct zonefile *zone, uint32_t start, unsigned length, bool excluded, struct zonetable_text text)
{
    return (struct zonefile_row){
        .prefix = {addr_from_v4(start), (uint8_t)length},
        .excluded = excluded,
        .text = buf_string(&zone->lines.table.texts) + text.at,
        .text_count = text.count,
    };
}

static struct zonefile_row
row_at(const struct zonefile *zone, uint32_t index)
{
    const struct zonetable_row *row = &zone->lines.table.rows.at[index];
    return make_row(zone, row->start, row->length, row->excluded, (struct zonetable_text){row->text, row->text_count});
}

/* What concerns one address alone and is no row of the table. */
static size_t
find_single(const struct zonefile *zone, uint32_t address, uint32_t around, struct zonefile_row *out, size_t room)
{
    size_t count = 0;
    if (zonetable_excludes(&zone->lines.table, address) && count++ < room)
        out[0] = make_row(zone, address, 32, true, (struct zonetable_text){0, 0});
    if (zonetable_has_bare(&zone->lines.table, address, around) && count++ < room)
        out[count - 1] = make_row(zone, address, 32, false, zone->lines.table.bare);
    return count;
}

size_t
zonefile_find(const struct zonefile *zone, uint32_t address, struct zonefile_row *out, size_t room)
{
    const struct zonetable *table = &zone->lines.table;
    uint32_t row = zonetable_around(table, address);
    size_t count = find_single(zone, address, row, out, room);
    for (; row != ZONETABLE_NONE; row = zonetable_outwards(table, row))
        if (count++ < room)
            out[count - 1] = row_at(zone, row);
    return count;
}

/* rbldnsd keeps a range as keys of whole octets, as many as it takes. */
static unsigned
key_length(unsigned length)
{
    return length > 24 ? 32 : length > 16 ? 24 : length > 8 ? 16 : 8;
}

size_t
zonefile_answer(const struct zonefile *zone, uint32_t address, struct zonefile_row *out, size_t room)
{
    const struct zonetable *table = &zone->lines.table;
    uint32_t row = zonetable_around(table, address);
    bool bare = zonetable_has_bare(table, address, row);
    if ((!bare && row == ZONETABLE_NONE) || zonetable_excludes(table, address))
        return 0;
    size_t count = 0;
    if (bare && count++ < room)
        out[0] = make_row(zone, address, 32, false, table->bare);
    unsigned key = count ? 32 : 0;
    for (; row != ZONETABLE_NONE; row = zonetable_outwards(table, row)) {
        const struct zonetable_row *at = &table->rows.at[row];
        if (key && key_length(at->length) != key)
            break;
        if (at->excluded)
            return 0;
        key = key_length(at->length);
        if (count++ < room)
            out[count - 1] = row_at(zone, row);
    }
    return count;
}

bool
zonefile_lists(const struct zonefile *zone, uint32_t address)
{
    return zonefile_answer(zone, address, NULL, 0) > 0;
}

void
zonefile_text(const struct zonefile *zone, const struct zonefile_row *row, uint32_t address, struct buf *out)
{
    if (!row->excluded)
        zonevars_text(&zone->lines.vars, row->text, row->text_count, address, out);
}

bool
zonefile_text_is_alike(const struct zonefile *zone, const struct zonefile_row *row)
{
    return zonevars_is_alike(&zone->lines.vars, row->text, row->text_count);
}

/* ---- walks ---- */

const uint32_t *
zonefile_addresses(const struct zonefile *zone, size_t *count)
{
    *count = zone->lines.table.addresses.count;
    return zone->lines.table.addresses.at;
}

size_t
zonefile_count(const struct zonefile *zone, uint32_t first, uint32_t last, size_t *from)
{
    const struct zonetable *table = &zone->lines.table;
    size_t begin = zonetable_place(table, first);
    size_t end = last == UINT32_MAX ? table->addresses.count : zonetable_place(table, last + 1);
    if (from)
        *from = begin;
    return end > begin ? end - begin : 0;
}

size_t
zonefile_row_count(const struct zonefile *zone)
{
    return zone->lines.table.wide.count;
}

struct zonefile_row
zonefile_row_at(const struct zonefile *zone, size_t index)
{
    return row_at(zone, zone->lines.table.wide.at[index]);
}

size_t
zonefile_row_from(const struct zonefile *zone, uint32_t address)
{
    const struct zonetable *table = &zone->lines.table;
    size_t low = 0, high = table->wide.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (table->rows.at[table->wide.at[middle]].start < address)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}
