#include "zones/zone_file.h"

#include "base/clock.h"
#include "base/sort.h"
#include "base/textfile.h"
#include "base/unpack.h"
#include "zones/zone_parser.h"
#include "zones/zone_table_build.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The file passes through one buffer in pieces; the unfinished line of a piece moves to the front. Then the table is
 * built from the lines. `turn` is the function that does the next part of all this. */

enum {
    PIECE = 32 * 1024,
    TEXT_MOST = 254, /* bytes of a text that rbldnsd sends: one less than a string of a TXT record can hold */
};

/* A small packed file can hold anything. */
static const int64_t largest = 2LL << 30, largest_packed = 256 << 20; /* bytes, unpacked */
enum {
    RATIO_MOST = 100, /* to 1; zone files shrink to a third or a tenth */
    RATIO_FROM = 1 << 20,
    IDLE_MOST = 1000000, /* lines without an entry, unless as many have one */
    LINE_MOST = 1 << 20, /* bytes */
};

static const char too_many[] = "it has more than 8 million ranges";

struct reading {
    const char *(*turn)(struct zone_file *); /* returns a problem or NULL; NULL = all is done */
    struct unpack *packed;                   /* the source is the first of these three that is set */
    const char *bytes;
    int fd;      /* of the packed file, too; -1 = none */
    size_t left; /* of `bytes` */
    char *piece;
    size_t held;   /* bytes of the unfinished line */
    int64_t total; /* bytes, unpacked */
    struct zone_table_build *build;
};

struct zone_file {
    char *path;
    struct stat status; /* of the file when it was read */
    struct zone_parser parser;
    struct reading *reading; /* NULL when it is ready */
};

/* ---- pieces ---- */

static const char *
build(struct zone_file *zone)
{
    const struct zone_parser *p = &zone->parser;
    if (!zone_table_build_step(zone->reading->build))
        return NULL;
    zone->reading->turn = NULL;
    if (p->table.overfull)
        return too_many;
    if (!p->has_soa && p->table.addresses.count == 0 && p->table.rows.count == 0 && p->table.excluded.count == 0)
        return "it is no zone file (not one entry, and no $SOA)";
    return NULL;
}

static const char *
read_end(struct zone_file *zone)
{
    struct reading *r = zone->reading;
    struct stat after;
    const char *problem = r->packed ? unpack_problem(r->packed) : NULL;
    if (problem)
        return problem;
    if (r->fd >= 0 && (fstat(r->fd, &after) != 0 || !textfile_is_same(&zone->status, &after)))
        return "it was written to meanwhile; put a new one in its place by renaming";
    zone_parser_end(&zone->parser, r->piece, r->held);
    if (zone->parser.table.overfull)
        return too_many;
    r->build = zone_table_build_new(&zone->parser.table);
    r->turn = build;
    return NULL;
}

/* Returns which limit the part that was read exceeds, and what to do; NULL = none. */
static const char *
find_excess(const struct zone_file *zone)
{
    const struct reading *r = zone->reading;
    const struct zone_parser *p = &zone->parser;
    if (r->total > largest)
        return "it is larger than 2 GiB, the limit" DATA_DATE_CURE;
    if (r->packed && r->total > largest_packed)
        return "it unpacks to more than 256 MiB, the limit for packed files; if it is right, unpack it with gunzip";
    if (r->packed && r->total > RATIO_FROM && r->total / RATIO_MOST > zone->status.st_size)
        return "it unpacks to more than 100 times its size, the limit; if it is right, unpack it with gunzip";
    if (p->idle + p->rejected > IDLE_MOST && p->idle + p->rejected > p->line / 2)
        return "it has more than 1 million lines without an entry, and fewer with one" DATA_DATE_CURE;
    if (p->skipped > LINE_MOST)
        return "it has a line longer than 1 MiB, the limit" DATA_DATE_CURE;
    return p->table.overfull ? too_many : NULL;
}

static const char *
read_piece(struct zone_file *zone)
{
    struct reading *r = zone->reading;
    char *to = r->piece + r->held;
    ssize_t got;
    if (r->packed) {
        got = unpack_read(r->packed, to, PIECE);
    } else if (r->bytes) {
        got = (ssize_t)(r->left < PIECE ? r->left : PIECE);
        memcpy(to, r->bytes, (size_t)got);
        r->bytes += got;
        r->left -= (size_t)got;
    } else {
        do
            got = read(r->fd, to, PIECE);
        while (got < 0 && errno == EINTR);
    }
    if (got < 0)
        return r->packed ? unpack_problem(r->packed) : strerror(errno);
    if (got == 0)
        return read_end(zone);
    r->total += got;
    r->held = zone_parser_read(&zone->parser, r->piece, r->held + (size_t)got);
    return find_excess(zone);
}

/* ---- files ---- */

/* Reserves memory for the size of the file, or that which a packed one states at its end, if the format can shrink so
 * much. It may be a lie: the memory is not filled. */
static const char *
read_begin(struct zone_file *zone)
{
    enum {
        FLAGS = O_RDONLY | O_CLOEXEC | O_NONBLOCK, /* waits for no pipe and no device */
        DEFLATE_MOST = 1032
    }; /* the best ratio of the format */
    struct reading *r = zone->reading;
    uint8_t magic[2], end[4];
    r->fd = open(zone->path, FLAGS);
    if (r->fd < 0 || fstat(r->fd, &zone->status) != 0)
        return strerror(errno);
    if (!S_ISREG(zone->status.st_mode))
        return "it is not a regular file";
    int64_t count = zone->status.st_size;
    if (pread(r->fd, magic, sizeof magic, 0) == sizeof magic && magic[0] == 0x1F && magic[1] == 0x8B) {
        r->packed = unpack_new(r->fd);
        if (!r->packed)
            return "it cannot be unpacked now";
        bool stated = pread(r->fd, end, sizeof end, count - (int64_t)sizeof end) == sizeof end;
        int64_t unpacked = stated ? (int64_t)end[3] << 24 | end[2] << 16 | end[1] << 8 | end[0] : 0;
        count = unpacked / DEFLATE_MOST <= count && unpacked <= largest_packed ? unpacked : 0;
    }
    if (count <= largest)
        zone_table_reserve(&zone->parser.table, (size_t)count / ZONE_PARSER_SHORTEST + 1, (size_t)count);
    r->turn = read_piece;
    return NULL;
}

struct zone_file *
zone_file_new(const char *path)
{
    struct zone_file *zone = mem_zero(sizeof *zone);
    zone->path = mem_copy(path);
    zone->reading = mem_zero(sizeof *zone->reading);
    zone->reading->turn = read_begin;
    zone->reading->piece = mem_alloc(ZONE_PARSER_LONGEST + PIECE);
    zone->reading->fd = -1;
    return zone;
}

static void
end_reading(struct zone_file *zone)
{
    struct reading *r = zone->reading;
    if (!r)
        return;
    unpack_free(r->packed);
    if (r->fd >= 0)
        close(r->fd);
    zone_table_build_free(r->build);
    free(r->piece);
    free(r);
    zone->reading = NULL;
}

enum zone_file_progress
zone_file_step(struct zone_file *zone, int64_t budget_us, struct fault *fault)
{
    int64_t began_us = clock_now_us();
    fault->text[0] = '\0';
    while (zone->reading) {
        const char *problem = zone->reading->turn(zone);
        if (problem) {
            fault_set(fault, "cannot use the zone file %s: %s", zone->path, problem);
            end_reading(zone);
            return ZONE_FILE_FAILED;
        }
        if (!zone->reading->turn)
            end_reading(zone);
        else if (clock_now_us() - began_us >= budget_us)
            return ZONE_FILE_READING;
    }
    return ZONE_FILE_READY;
}

struct data_date
zone_file_peek(const char *path)
{
    enum { PIECES = 2 };
    struct zone_file *zone = zone_file_new(path);
    const char *problem = read_begin(zone);
    for (int i = 0; !problem && i < PIECES && zone->reading->turn == read_piece; i++)
        problem = read_piece(zone);
    bool readable = zone->status.st_nlink > 0 && S_ISREG(zone->status.st_mode);
    struct data_date date = readable ? zone_file_date(zone) : (struct data_date){0};
    zone_file_free(zone);
    return date;
}

int64_t
zone_file_bytes_read(const struct zone_file *zone)
{
    const struct reading *r = zone->reading;
    if (!r || r->build)
        return zone->status.st_size;
    return r->packed ? unpack_offset(r->packed) : r->total;
}

struct zone_file *
zone_file_parse(const void *bytes, size_t count, struct fault *fault)
{
    struct zone_file *zone = zone_file_new("");
    zone->reading->bytes = count ? bytes : "";
    zone->reading->left = count;
    zone->reading->turn = read_piece;
    if (zone_file_step(zone, INT64_MAX, fault) == ZONE_FILE_READY)
        return zone;
    zone_file_free(zone);
    return NULL;
}

void
zone_file_free(struct zone_file *zone)
{
    if (zone == NULL)
        return;
    end_reading(zone);
    zone_parser_fini(&zone->parser);
    free(zone->path);
    free(zone);
}

const char *
zone_file_path(const struct zone_file *zone)
{
    return zone->path;
}

uint32_t
zone_file_serial(const struct zone_file *zone)
{
    return zone->parser.serial;
}

struct data_date
zone_file_date(const struct zone_file *zone)
{
    struct data_date date = data_date_of_serial(zone->parser.serial);
    const struct timespec *mtime = &zone->status.st_mtim;
    if (date.by == DATED_UNKNOWN && zone->parser.stamp_ms > 0)
        date = (struct data_date){DATED_BY_STAMP, zone->parser.stamp_ms};
    else if (date.by == DATED_UNKNOWN && zone->status.st_nlink > 0) /* not from memory */
        date = (struct data_date){DATED_BY_FILE, (int64_t)mtime->tv_sec * 1000 + mtime->tv_nsec / 1000000};
    return date;
}

bool
zone_file_has_changed(const struct zone_file *zone)
{
    struct stat now;
    return stat(zone->path, &now) != 0 || !textfile_is_same(&zone->status, &now);
}

_Static_assert(ZONE_FILE_WARNINGS == (int)ZONE_PARSER_WARNINGS, "all stored warnings can be had");

size_t
zone_file_warning_count(const struct zone_file *zone)
{
    return zone->parser.warning_count;
}

struct zone_file_warning
zone_file_warning_at(const struct zone_file *zone, size_t index)
{
    const struct zone_parser_warning *warning = &zone->parser.warnings.at[index];
    return (struct zone_file_warning){warning->line, warning->text, warning->why};
}

struct zone_file_quality
zone_file_quality(const struct zone_file *zone)
{
    const struct zone_parser *p = &zone->parser;
    return (struct zone_file_quality){
        .has_soa = p->has_soa,
        .lines = p->line - p->idle,
        .rejected = p->rejected,
        .is_cut = p->is_cut,
        .has_nul = p->had_nul,
        .includes = p->includes,
        .stamp_ms = p->stamp_ms,
        .expiry_ms = p->expiry_ms,
        .answers = p->answers.at,
        .answer_count = p->answers.count,
    };
}

/* ---- one address ---- */

static struct zone_file_row
make_row(const struct zone_file *zone, uint32_t start, unsigned length, bool excluded, struct zone_table_text text)
{
    return (struct zone_file_row){
        .prefix = {addr_from_v4(start), (uint8_t)length},
        .excluded = excluded,
        .text = buf_string(&zone->parser.table.texts) + text.at,
        .text_count = text.count,
    };
}

static struct zone_file_row
row_at(const struct zone_file *zone, uint32_t index)
{
    const struct zone_table_row *row = &zone->parser.table.rows.at[index];
    return make_row(zone, row->start, row->length, row->excluded, (struct zone_table_text){row->text, row->text_count});
}

size_t
zone_file_find(const struct zone_file *zone, uint32_t address, struct zone_file_row *out, size_t room)
{
    const struct zone_table *table = &zone->parser.table;
    uint32_t row = zone_table_around(table, address);
    size_t count = 0;
    if (zone_table_excludes(table, address) && count++ < room)
        out[0] = make_row(zone, address, 32, true, (struct zone_table_text){0, 0});
    if (zone_table_has_bare(table, address, row) && count++ < room)
        out[count - 1] = make_row(zone, address, 32, false, table->bare);
    for (; row != ZONE_TABLE_NONE; row = zone_table_outwards(table, row))
        if (count++ < room)
            out[count - 1] = row_at(zone, row);
    return count;
}

/* rbldnsd stores a range as keys of whole octets, as many as it takes. */
size_t
zone_file_answer(const struct zone_file *zone, uint32_t address, struct zone_file_row *out, size_t room)
{
    const struct zone_table *table = &zone->parser.table;
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
        unsigned row_key = at->length > 24 ? 32 : at->length > 16 ? 24 : at->length > 8 ? 16 : 8;
        if (key && row_key != key)
            break;
        if (at->excluded)
            return 0;
        key = row_key;
        if (count++ < room)
            out[count - 1] = row_at(zone, row);
    }
    return count;
}

/* Appends to a text that began at `start`, up to TEXT_MOST bytes of it. */
static void
put(struct buf *out, size_t start, const char *bytes, size_t count)
{
    size_t room = TEXT_MOST - (out->count - start);
    buf_bytes(out, bytes, count < room ? count : room);
}

void
zone_file_text(const struct zone_file *zone, const struct zone_file_row *row, uint32_t address, struct buf *out)
{
    char quad[ADDR_TEXT];
    struct addr queried = addr_from_v4(address);
    const char *base = zone->parser.texts[ZONE_PARSER_BASE], *own = row->text, *end = row->text + row->text_count;
    size_t start = out->count;
    if (row->excluded)
        return;
    bool bare = own < end && *own == '='; /* "=text" goes without the base */
    own += bare;
    const char *form = base && !bare ? base : own, *form_end = base && !bare ? base + strlen(base) : end;
    addr_text(&queried, quad);
    while (form < form_end && out->count - start < TEXT_MOST) {
        const char *dollar = memchr(form, '$', (size_t)(form_end - form)), *value = quad;
        size_t value_count = strlen(quad);
        put(out, start, form, (size_t)((dollar ? dollar : form_end) - form));
        if (!dollar)
            break;
        char name = dollar + 1 < form_end ? dollar[1] : '\0';
        form = dollar + 2;
        if (name == '$' || (name >= '0' && name <= '9')) {
            value = name == '$' ? NULL : zone->parser.texts[name - '0'];
            form -= value == NULL && name != '$'; /* a variable that is not set stays as it is */
            value = value ? value : "$";
            value_count = strlen(value);
        } else if (name == '=' && own < end) {
            value = own;
            value_count = (size_t)(end - own);
        } else if (name != '=') {
            form = dollar + 1;
        }
        put(out, start, value, value_count); /* variables in it are not replaced again */
    }
}

bool
zone_file_text_is_alike(const struct zone_file *zone, const struct zone_file_row *row)
{
    enum { LONGEST_QUAD = sizeof "255.255.255.255" - 1 };
    const char *text = row->text, *dollar = memchr(text, '$', row->text_count);
    if (zone->parser.texts[ZONE_PARSER_BASE] && !(row->text_count > 0 && *text == '='))
        return false;
    bool ends = dollar && dollar + 1 == text + row->text_count && dollar > text && dollar[-1] == '=';
    return !dollar || (ends && row->text_count - 1 + LONGEST_QUAD <= TEXT_MOST);
}

/* ---- everything ---- */

const uint32_t *
zone_file_addresses(const struct zone_file *zone, size_t *count)
{
    *count = zone->parser.table.addresses.count;
    return zone->parser.table.addresses.at;
}

size_t
zone_file_count(const struct zone_file *zone, uint32_t first, uint32_t last, size_t *from)
{
    const struct zone_table *table = &zone->parser.table;
    size_t begin = zone_table_place(table, first);
    size_t end = last == UINT32_MAX ? table->addresses.count : zone_table_place(table, last + 1);
    if (from)
        *from = begin;
    return end > begin ? end - begin : 0;
}

size_t
zone_file_row_count(const struct zone_file *zone)
{
    return zone->parser.table.wide.count;
}

struct zone_file_row
zone_file_row_at(const struct zone_file *zone, size_t index)
{
    return row_at(zone, zone->parser.table.wide.at[index]);
}

size_t
zone_file_row_from(const struct zone_file *zone, uint32_t address)
{
    const struct zone_table *table = &zone->parser.table;
    size_t place;
    sort_search(place, 0, table->wide.count, table->rows.at[table->wide.at[place]].start < address);
    return place;
}
