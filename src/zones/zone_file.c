#include "zones/zone_file.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "zones/zone_parser.h"
#include "zones/zone_table_build.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

/* The file goes through one buffer in pieces; what a piece holds of a line that goes on in the next moves to the front.
 * Then what its lines said is settled. What is to be done next of all this is a function, `turn`, that does a part of
 * it. */

enum { PIECE = 32 * 1024 };

static const int64_t largest = 2LL << 30; /* bytes, unpacked: a small packed file can hold anything */

static const char too_many[] = "it has more than 8 million ranges";

/* Where the bytes come from; the first that is set counts. */
struct source {
    gzFile packed;
    const char *bytes;
    size_t left;
    int fd; /* also of the packed file; -1 = none */
};

struct reading {
    const char *(*turn)(struct zone_file *); /* returns what is wrong, or NULL; NULL: all is done */
    struct source source;
    char *piece;
    size_t held;   /* of the piece before */
    int64_t total; /* bytes, unpacked */
    struct zone_table_build *settling;
};

struct zone_file {
    char *path;
    struct stat status; /* of the file when it was read */
    struct zone_parser lines;
    struct reading *reading; /* NULL when it is ready */
};

/* ---- settling ---- */

static const char *
update_result(struct zone_file *zone)
{
    struct zone_parser *lines = &zone->lines;
    if (!zone_table_build_step(zone->reading->settling))
        return NULL;
    zone->reading->turn = NULL;
    if (lines->table.overfull)
        return too_many;
    if (!lines->vars.has_soa && lines->table.addresses.count == 0 && lines->table.rows.count == 0 &&
        lines->table.excluded.count == 0)
        return "it is no zone file (not one entry, and no $SOA)";
    return NULL;
}

/* ---- pieces ---- */

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

static bool
is_same_file(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
           a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

/* What is wrong with a file of which all was read, or NULL. */
static const char *
check_end(const struct zone_file *zone, const struct source *source)
{
    struct stat after;
    int error = Z_OK;
    if (source->packed)
        gzerror(source->packed, &error);
    if (error != Z_OK && error != Z_STREAM_END)
        return "its packed content is damaged or incomplete";
    if (source->fd >= 0 && (fstat(source->fd, &after) != 0 || !is_same_file(&zone->status, &after)))
        return "it was written to meanwhile; put a new one in its place by renaming";
    return NULL;
}

static const char *
read_end(struct zone_file *zone)
{
    struct reading *r = zone->reading;
    const char *problem = check_end(zone, &r->source);
    if (problem)
        return problem;
    zone_parser_end(&zone->lines, r->piece, r->held);
    if (zone->lines.table.overfull)
        return too_many;
    r->settling = zone_table_build_new(&zone->lines.table);
    r->turn = update_result;
    return NULL;
}

static const char *
read_piece(struct zone_file *zone)
{
    struct reading *r = zone->reading;
    ssize_t got = fetch(&r->source, r->piece + r->held, PIECE);
    if (got < 0)
        return r->source.packed ? "its packed content is damaged" : strerror(errno);
    if (got == 0)
        return read_end(zone);
    if ((r->total += got) > largest)
        return "it is larger than 2 GiB";
    if (zone->lines.table.overfull)
        return too_many;
    r->held = zone_parser_read(&zone->lines, r->piece, r->held + (size_t)got);
    return NULL;
}

static void
begin_pieces(struct reading *r)
{
    r->piece = mem_alloc(ZONE_PARSER_LONGEST + PIECE);
    r->turn = read_piece;
}

/* ---- files ---- */

/* Opens the file or its packed twin, and notes its name. Waits for no pipe and no device. */
static int
open_file(struct zone_file *zone)
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
is_packed(int fd)
{
    uint8_t magic[2];
    return pread(fd, magic, sizeof magic, 0) == sizeof magic && magic[0] == 0x1F && magic[1] == 0x8B;
}

/* As it says itself at its end, or 0 when it cannot be so many. It may be a lie: memory is reserved by it, not filled.
 */
static int64_t
unpacked_bytes(int fd, int64_t packed_bytes)
{
    enum { DEFLATE_MOST = 1032 }; /* times smaller than what was packed */
    uint8_t end[4];
    if (pread(fd, end, sizeof end, packed_bytes - (int64_t)sizeof end) != sizeof end)
        return 0;
    int64_t count = (int64_t)end[3] << 24 | end[2] << 16 | end[1] << 8 | end[0];
    return count / DEFLATE_MOST <= packed_bytes ? count : 0;
}

static bool
unpack(struct source *source)
{
    int copy = fcntl(source->fd, F_DUPFD_CLOEXEC, 0);
    source->packed = copy < 0 ? NULL : gzdopen(copy, "rb");
    if (source->packed)
        gzbuffer(source->packed, PIECE);
    else if (copy >= 0)
        close(copy);
    return source->packed;
}

static const char *
read_begin(struct zone_file *zone)
{
    struct source *source = &zone->reading->source;
    source->fd = open_file(zone);
    if (source->fd < 0 || fstat(source->fd, &zone->status) != 0)
        return strerror(errno);
    if (!S_ISREG(zone->status.st_mode))
        return "it is not a regular file";
    bool packed = is_packed(source->fd);
    if (packed && !unpack(source))
        return "it cannot be unpacked now";
    int64_t count = packed ? unpacked_bytes(source->fd, zone->status.st_size) : zone->status.st_size;
    if (count <= largest)
        zone_table_reserve(&zone->lines.table, (size_t)count / ZONE_PARSER_SHORTEST + 1, (size_t)count);
    begin_pieces(zone->reading);
    return NULL;
}

struct zone_file *
zone_file_new(const char *path)
{
    struct zone_file *zone = mem_zero(sizeof *zone);
    zone->path = mem_copy(path);
    zone->reading = mem_zero(sizeof *zone->reading);
    zone->reading->turn = read_begin;
    zone->reading->source.fd = -1;
    return zone;
}

static void
end_reading(struct zone_file *zone)
{
    struct reading *r = zone->reading;
    if (!r)
        return;
    if (r->source.packed)
        gzclose(r->source.packed);
    if (r->source.fd >= 0)
        close(r->source.fd);
    zone_table_build_free(r->settling);
    free(r->piece);
    free(r);
    zone->reading = NULL;
}

static enum zone_file_progress
fail(struct zone_file *zone, const char *problem, struct fault *fault)
{
    char *clean = text_clean_copy(zone->path, strlen(zone->path));
    fault_set(fault, "cannot use the zone file %s: %s", clean, problem);
    free(clean);
    end_reading(zone);
    return ZONE_FILE_FAILED;
}

enum zone_file_progress
zone_file_step(struct zone_file *zone, int64_t budget_us, struct fault *fault)
{
    int64_t began_us = clock_now_us();
    fault->text[0] = '\0';
    while (zone->reading) {
        const char *problem = zone->reading->turn(zone);
        if (problem)
            return fail(zone, problem, fault);
        if (!zone->reading->turn)
            end_reading(zone);
        else if (clock_now_us() - began_us >= budget_us)
            return ZONE_FILE_READING;
    }
    return ZONE_FILE_READY;
}

int64_t
zone_file_bytes_read(const struct zone_file *zone)
{
    const struct reading *r = zone->reading;
    if (!r || r->settling)
        return zone->status.st_size;
    return r->source.packed ? gzoffset(r->source.packed) : r->total;
}

/* All of it, or NULL. */
static struct zone_file *
finish(struct zone_file *zone, struct fault *fault)
{
    if (zone_file_step(zone, INT64_MAX, fault) == ZONE_FILE_READY)
        return zone;
    zone_file_free(zone);
    return NULL;
}

struct zone_file *
zone_file_load(const char *path, struct fault *fault)
{
    return finish(zone_file_new(path), fault);
}

struct zone_file *
zone_file_parse(const void *bytes, size_t count, struct fault *fault)
{
    struct zone_file *zone = zone_file_new("");
    zone->reading->source.bytes = count ? bytes : "";
    zone->reading->source.left = count;
    begin_pieces(zone->reading);
    return finish(zone, fault);
}

void
zone_file_free(struct zone_file *zone)
{
    if (zone == NULL)
        return;
    end_reading(zone);
    zone_parser_fini(&zone->lines);
    free(zone->path);
    free(zone);
}

const char *
zone_file_path(const struct zone_file *zone)
{
    return zone->path;
}

bool
zone_file_has_soa(const struct zone_file *zone)
{
    return zone->lines.vars.has_soa;
}

uint32_t
zone_file_serial(const struct zone_file *zone)
{
    return zone->lines.vars.serial;
}

uint32_t
zone_file_ttl(const struct zone_file *zone)
{
    return zone->lines.vars.ttl ? zone->lines.vars.ttl : zone->lines.vars.soa_ttl;
}

bool
zone_file_has_changed(const struct zone_file *zone)
{
    struct stat now;
    return stat(zone->path, &now) != 0 || !is_same_file(&zone->status, &now);
}

size_t
zone_file_warning_count(const struct zone_file *zone)
{
    return zone->lines.warning_count;
}

const struct zone_file_warning *
zone_file_warning_at(const struct zone_file *zone, size_t index)
{
    return &zone->lines.warnings.at[index];
}

/* ---- what is listed ---- */

static struct zone_file_row
make_row(const struct zone_file *zone, uint32_t start, unsigned length, bool excluded, struct zone_table_text text)
{
    return (struct zone_file_row){
        .prefix = {addr_from_v4(start), (uint8_t)length},
        .excluded = excluded,
        .text = buf_string(&zone->lines.table.texts) + text.at,
        .text_count = text.count,
    };
}

static struct zone_file_row
row_at(const struct zone_file *zone, uint32_t index)
{
    const struct zone_table_row *row = &zone->lines.table.rows.at[index];
    return make_row(zone, row->start, row->length, row->excluded, (struct zone_table_text){row->text, row->text_count});
}

/* What concerns one address alone and is no row of the table. */
static size_t
find_single(const struct zone_file *zone, uint32_t address, uint32_t around, struct zone_file_row *out, size_t room)
{
    size_t count = 0;
    if (zone_table_excludes(&zone->lines.table, address) && count++ < room)
        out[0] = make_row(zone, address, 32, true, (struct zone_table_text){0, 0});
    if (zone_table_has_bare(&zone->lines.table, address, around) && count++ < room)
        out[count - 1] = make_row(zone, address, 32, false, zone->lines.table.bare);
    return count;
}

size_t
zone_file_find(const struct zone_file *zone, uint32_t address, struct zone_file_row *out, size_t room)
{
    const struct zone_table *table = &zone->lines.table;
    uint32_t row = zone_table_around(table, address);
    size_t count = find_single(zone, address, row, out, room);
    for (; row != ZONE_TABLE_NONE; row = zone_table_outwards(table, row))
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
zone_file_answer(const struct zone_file *zone, uint32_t address, struct zone_file_row *out, size_t room)
{
    const struct zone_table *table = &zone->lines.table;
    uint32_t row = zone_table_around(table, address);
    bool bare = zone_table_has_bare(table, address, row);
    if ((!bare && row == ZONE_TABLE_NONE) || zone_table_excludes(table, address))
        return 0;
    size_t count = 0;
    if (bare && count++ < room)
        out[0] = make_row(zone, address, 32, false, table->bare);
    unsigned key = count ? 32 : 0;
    for (; row != ZONE_TABLE_NONE; row = zone_table_outwards(table, row)) {
        const struct zone_table_row *at = &table->rows.at[row];
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
zone_file_lists(const struct zone_file *zone, uint32_t address)
{
    return zone_file_answer(zone, address, NULL, 0) > 0;
}

void
zone_file_text(const struct zone_file *zone, const struct zone_file_row *row, uint32_t address, struct buf *out)
{
    if (!row->excluded)
        zone_vars_text(&zone->lines.vars, row->text, row->text_count, address, out);
}

bool
zone_file_text_is_alike(const struct zone_file *zone, const struct zone_file_row *row)
{
    return zone_vars_is_alike(&zone->lines.vars, row->text, row->text_count);
}

/* ---- walks ---- */

const uint32_t *
zone_file_addresses(const struct zone_file *zone, size_t *count)
{
    *count = zone->lines.table.addresses.count;
    return zone->lines.table.addresses.at;
}

size_t
zone_file_count(const struct zone_file *zone, uint32_t first, uint32_t last, size_t *from)
{
    const struct zone_table *table = &zone->lines.table;
    size_t begin = zone_table_place(table, first);
    size_t end = last == UINT32_MAX ? table->addresses.count : zone_table_place(table, last + 1);
    if (from)
        *from = begin;
    return end > begin ? end - begin : 0;
}

size_t
zone_file_row_count(const struct zone_file *zone)
{
    return zone->lines.table.wide.count;
}

struct zone_file_row
zone_file_row_at(const struct zone_file *zone, size_t index)
{
    return row_at(zone, zone->lines.table.wide.at[index]);
}

size_t
zone_file_row_from(const struct zone_file *zone, uint32_t address)
{
    const struct zone_table *table = &zone->lines.table;
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
