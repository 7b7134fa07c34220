#include "zonefile.h"

#include "mem.h"
#include "text.h"
#include "vec.h"
#include "zoneline.h"
#include "zonetable.h"
#include "zonevars.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

/* The file goes through one buffer in pieces; each piece ends with a line, and what is left of the next line moves to
 * the front. Nearly all lines of the large zones are one bare address: these are read in place, all others are taken
 * apart by zoneline and zonevars. */

enum {
    PIECE = 32 * 1024,
    LINE_MOST = 64 * 1024,             /* bytes; rbldnsd has the same bound. The beginning of a longer line counts */
    SHORTEST = sizeof "1.1.1.1\n" - 1, /* line with a bare address */
    WARNING_TEXT = 80,
};

static const int64_t largest = 2LL << 30; /* bytes, unpacked: a small packed file can hold anything */

static const char too_many[] = "it has more than 8 million ranges";

struct zonefile {
    char *path;
    struct stat status; /* of the file when it was read */
    struct zonevars vars;
    struct zonetable table;
    VEC(struct zonefile_warning) warnings;
    size_t warning_count;
};

/* ---- lines ---- */

struct reader {
    struct zonefile *zone;
    size_t line;
    bool skipping; /* the rest of a line that is too long */
    bool has_nul;  /* this piece, somewhere */
};

static void
warn(struct reader *r, const char *text, const char *end, const char *why)
{
    struct zonefile *zone = r->zone;
    if (zone->warning_count++ >= ZONEFILE_WARNINGS)
        return;
    struct buf clean = {0};
    text_clean(&clean, text, (size_t)(end - text), WARNING_TEXT);
    vec_push(&zone->warnings, ((struct zonefile_warning){r->line, buf_take(&clean), why}));
}

/* What is left of the line becomes a text of the table. */
static struct zonetable_text
keep_text(struct reader *r, const struct zoneline *line)
{
    size_t count = (size_t)(line->end - line->at);
    if (count > ZONETABLE_TEXT) {
        warn(r, line->at, line->end, "the text is longer than 255 bytes; the rest is cut off");
        count = ZONETABLE_TEXT;
    }
    return zonetable_keep(&r->zone->table, line->at, count);
}

/* ":A:text", for the lines after it. */
static const char *
read_default(struct reader *r, struct zoneline line)
{
    bool own;
    const char *why = zoneline_value(&line, &own);
    if (why == NULL)
        zonetable_set_fallback(&r->zone->table, own ? keep_text(r, &line) : (struct zonetable_text){0, 0});
    return why;
}

/* "[!]range [value]" */
static const char *
read_entry(struct reader *r, struct zoneline line)
{
    struct zonefile *zone = r->zone;
    uint32_t first, last;
    bool own, excluded = zoneline_take(&line, '!');
    if (excluded)
        zoneline_skip_blanks(&line);
    const char *why = zoneline_range(&line, &first, &last);
    if (why)
        return why;
    if (zone->vars.range_most && last - first >= zone->vars.range_most)
        return "the range is larger than $MAXRANGE4 allows";
    if (excluded) {
        zonetable_exclude(&zone->table, first, last);
        return NULL;
    }
    why = zoneline_value(&line, &own);
    if (why)
        return why;
    if (own) {
        struct zonetable_text text = keep_text(r, &line);
        zonetable_add(&zone->table, first, last, &text);
    } else
        zonetable_add(&zone->table, first, last, NULL);
    return NULL;
}

/* "$SOA ...", also hidden from other programs as "#$SOA", ";$SOA", ":$SOA". */
static bool
take_special(struct zoneline *line)
{
    bool hidden = zoneline_is_over(line) || *line->at == ':';
    if (hidden && line->end - line->at > 1 && line->at[1] == '$') {
        line->at += 2;
        return true;
    }
    return zoneline_take(line, '$');
}

static void
read_line(struct reader *r, const char *at, const char *end)
{
    while (end > at && (end[-1] == ' ' || end[-1] == '\t'))
        end--;
    const char *nul = r->has_nul ? memchr(at, '\0', (size_t)(end - at)) : NULL;
    struct zoneline line = {at, nul ? nul : end};
    const char *why = NULL;
    zoneline_skip_blanks(&line);
    if (take_special(&line))
        why = zonevars_special(&r->zone->vars, line);
    else if (!zoneline_is_over(&line))
        why = *line.at == ':' ? read_default(r, line) : read_entry(r, line);
    if (why)
        warn(r, at, end, why);
}

static void
read_long_line(struct reader *r, const char *at)
{
    warn(r, at, at + LINE_MOST, "the line is longer than 64 KiB; the rest is cut off");
    read_line(r, at, at + LINE_MOST);
}

/* What follows a line that is nothing but one address; NULL for any other. Stops at the newline. */
static inline const char *
take_bare_line(const char *s, uint32_t *address)
{
    s = zoneline_quad(s, address);
    return s && *s == '\n' ? s + 1 : NULL;
}

/* As many of them as there are in a row. Returns what follows them. */
static const char *
read_bare_lines(struct reader *r, const char *at, const char *end)
{
    struct zonetable *table = &r->zone->table;
    size_t count = 0;
    uint32_t address, *out = zonetable_room(table, (size_t)(end - at) / SHORTEST);
    for (const char *next; at < end && (next = take_bare_line(at, &address)); at = next)
        out[count++] = address;
    table->addresses.count += count;
    r->line += count;
    return at;
}

/* Whether the line may be that of a bare address. */
static bool
is_short(const char *at, const char *end)
{
    return memchr(at, '\n', end - at < ZONELINE_QUAD ? (size_t)(end - at) : ZONELINE_QUAD);
}

/* Whole lines, each with its newline. */
static void
read_lines(struct reader *r, const char *at, const char *end)
{
    struct zonetable *table = &r->zone->table;
    while (at < end) {
        uint32_t address;
        const char *next;
        if (!table->fallback_is_other && is_short(at, end) && (at = read_bare_lines(r, at, end)) == end)
            return;
        r->line++;
        if (*at == '!' && (next = take_bare_line(at + 1, &address))) {
            vec_push(&table->excluded, address);
            at = next;
            continue;
        }
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        if (newline - at > LINE_MOST)
            read_long_line(r, at);
        else
            read_line(r, at, newline);
        at = newline + 1;
    }
}

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

/* Reads the whole lines, moves the rest to the front and returns how much that is. */
static size_t
read_piece(struct reader *r, char *piece, size_t count)
{
    char *at = piece, *end = piece + count;
    r->has_nul = memchr(piece, '\0', count);
    if (r->skipping) {
        char *newline = memchr(at, '\n', count);
        if (newline == NULL)
            return 0;
        at = newline + 1;
        r->skipping = false;
    }
    char *newline = memrchr(at, '\n', (size_t)(end - at));
    if (newline) {
        read_lines(r, at, newline + 1);
        at = newline + 1;
    }
    if (end - at > LINE_MOST) {
        r->line++;
        read_long_line(r, at);
        r->skipping = true;
        return 0;
    }
    memmove(piece, at, (size_t)(end - at));
    return (size_t)(end - at);
}

/* rbldnsd takes an unfinished last line as it is, and so do we: both would say the same of it. */
static void
read_last_line(struct reader *r, char *at, size_t count)
{
    if (count == 0)
        return;
    r->line++;
    warn(r, at, at + count, "the file ends within this line");
    read_line(r, at, at + count);
}

/* NULL, or what is wrong. */
static const char *
read_all(struct zonefile *zone, struct source *source)
{
    struct reader r = {.zone = zone};
    char *piece = mem_alloc(LINE_MOST + PIECE);
    const char *problem = NULL;
    size_t held = 0;
    int64_t total = 0;
    ssize_t got;
    while (!problem && (got = fetch(source, piece + held, PIECE)) != 0)
        if (got < 0)
            problem = source->packed ? "its packed content is damaged" : strerror(errno);
        else if ((total += got) > largest)
            problem = "it is larger than 2 GiB";
        else if (zone->table.overfull)
            problem = too_many;
        else
            held = read_piece(&r, piece, held + (size_t)got);
    if (!problem)
        read_last_line(&r, piece, held);
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
    if (zone->table.overfull)
        return too_many;
    zonetable_settle(&zone->table);
    if (zone->table.overfull)
        return too_many;
    if (!zone->vars.has_soa && zone->table.addresses.count == 0 && zone->table.rows.count == 0 &&
        zone->table.excluded.count == 0)
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
        zonetable_reserve(&zone->table, (size_t)zone->status.st_size / SHORTEST + 1);
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
    for (size_t i = 0; i < zone->warnings.count; i++)
        free((char *)zone->warnings.at[i].text);
    vec_free(&zone->warnings);
    zonevars_fini(&zone->vars);
    zonetable_fini(&zone->table);
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
    return zone->vars.has_soa;
}

uint32_t
zonefile_serial(const struct zonefile *zone)
{
    return zone->vars.serial;
}

uint32_t
zonefile_ttl(const struct zonefile *zone)
{
    return zone->vars.ttl ? zone->vars.ttl : zone->vars.soa_ttl;
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
    return zone->warning_count;
}

const struct zonefile_warning *
zonefile_warning_at(const struct zonefile *zone, size_t index)
{
    return &zone->warnings.at[index];
}

/* ---- what is listed ---- */

static struct zonefile_row
make_row(const struct zonefile *zone, uint32_t start, unsigned length, bool excluded, struct zonetable_text text)
{
    return (struct zonefile_row){
        .prefix = {addr_from_v4(start), (uint8_t)length},
        .excluded = excluded,
        .text = buf_string(&zone->table.texts) + text.at,
        .text_count = text.count,
    };
}

static struct zonefile_row
row_at(const struct zonefile *zone, uint32_t index)
{
    const struct zonetable_row *row = &zone->table.rows.at[index];
    return make_row(zone, row->start, row->length, row->excluded, (struct zonetable_text){row->text, row->text_count});
}

/* What concerns one address alone and is no row of the table. */
static size_t
find_single(const struct zonefile *zone, uint32_t address, uint32_t around, struct zonefile_row *out, size_t room)
{
    size_t count = 0;
    if (zonetable_excludes(&zone->table, address) && count++ < room)
        out[0] = make_row(zone, address, 32, true, (struct zonetable_text){0, 0});
    if (zonetable_has_bare(&zone->table, address, around) && count++ < room)
        out[count - 1] = make_row(zone, address, 32, false, zone->table.bare);
    return count;
}

size_t
zonefile_find(const struct zonefile *zone, uint32_t address, struct zonefile_row *out, size_t room)
{
    const struct zonetable *table = &zone->table;
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
    const struct zonetable *table = &zone->table;
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
        zonevars_text(&zone->vars, row->text, row->text_count, address, out);
}

bool
zonefile_text_is_alike(const struct zonefile *zone, const struct zonefile_row *row)
{
    return zonevars_is_alike(&zone->vars, row->text, row->text_count);
}

/* ---- walks ---- */

const uint32_t *
zonefile_addresses(const struct zonefile *zone, size_t *count)
{
    *count = zone->table.addresses.count;
    return zone->table.addresses.at;
}

size_t
zonefile_count(const struct zonefile *zone, uint32_t first, uint32_t last, size_t *from)
{
    const struct zonetable *table = &zone->table;
    size_t begin = zonetable_place(table, first);
    size_t end = last == UINT32_MAX ? table->addresses.count : zonetable_place(table, last + 1);
    if (from)
        *from = begin;
    return end > begin ? end - begin : 0;
}

size_t
zonefile_row_count(const struct zonefile *zone)
{
    return zone->table.wide.count;
}

struct zonefile_row
zonefile_row_at(const struct zonefile *zone, size_t index)
{
    return row_at(zone, zone->table.wide.at[index]);
}

size_t
zonefile_row_from(const struct zonefile *zone, uint32_t address)
{
    const struct zonetable *table = &zone->table;
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
