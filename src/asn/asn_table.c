#include "asn/asn_table.h"

#include "asn/asn_file.h"
#include "asn/asn_rows.h"
#include "asn/asn_table_parts.h"
#include "asn/asn_walk.h"
#include "asn/asndb_tree.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/folder.h"
#include "base/mem.h"
#include "base/sort.h"
#include "base/text.h"

#include <dirent.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The work has stages, each done in batches, between which the clock is read: a compact file is read and checked; a
 * database is walked, made a compact file, which is written, and then checked alike. */

enum {
    IPV4_BITS = 32,
    BLOCK_BITS = 14,
    BLOCKS = 1 << (IPV4_BITS - BLOCK_BITS),
    CHECK_BATCH = 64 * 1024, /* numbers between two looks at the clock */
    MODE = 0700,
};

enum stage { READING, WALKING, ARRANGING, KEEPING, CHECKING, READY, FAILED };

struct asn_table {
    enum stage stage;
    const struct asndb *db; /* NULL = the file alone is known */
    char *kept;             /* path of the database's compact file; NULL = none */
    char *path;             /* of the source */
    struct asn_walk *walk;
    struct asn_file file;
    struct asn_table_parts parts;
    size_t done;        /* of the numbers that are checked */
    struct fault fault; /* "" = none */
    uint32_t *blocks;   /* first range at or after n << BLOCK_BITS; one more at the end */
    uint32_t *covers;   /* 1 + the most specific range that holds all of a block; 0 = none */
};

/* ---- a database's compact file ---- */

static void
put_identity(uint64_t out[static 4], const struct stat *file)
{
    out[0] = (uint64_t)file->st_dev;
    out[1] = (uint64_t)file->st_ino;
    out[2] = (uint64_t)file->st_size;
    out[3] = (uint64_t)file->st_mtim.tv_sec * 1000000000 + (uint64_t)file->st_mtim.tv_nsec;
}

static char *
kept_path(const char *folder, const uint64_t id[static 4])
{
    struct buf path = {0};
    buf_format(&path, "%s%llx-%llx-%llx-%llx.asn", folder, (unsigned long long)id[0], (unsigned long long)id[1],
               (unsigned long long)id[2], (unsigned long long)id[3]);
    return buf_take(&path);
}

/* Opens the compact file of a database with that state, if there is one that was made from it. */
static bool
open_kept(struct asn_table *table, const char *folder, const struct stat *status)
{
    uint64_t id[4];
    struct fault ignored;
    put_identity(id, status);
    table->kept = kept_path(folder, id);
    if (!asn_file_open(&table->file, table->kept, ASN_FILE_ANNOUNCED, &ignored))
        return false;
    table->stage = READING;
    return true;
}

struct asn_table *
asn_table_new(const struct asndb *db, const char *kept)
{
    struct asn_table *table = mem_zero(sizeof *table);
    table->db = db;
    table->path = mem_copy(asndb_path(db));
    table->stage = WALKING;
    if (!kept || !open_kept(table, kept, asndb_status(db)))
        table->walk = asn_walk_new(db);
    return table;
}

struct asn_table *
asn_table_kept(const char *path, const char *kept)
{
    struct asn_table *table = mem_zero(sizeof *table);
    struct stat status;
    if ((table->path = asndb_reader_first(path, &status)) && open_kept(table, kept, &status))
        return table;
    asn_table_free(table);
    return NULL;
}

struct asn_table *
asn_table_open(const char *path, struct fault *fault)
{
    struct asn_table *table = mem_zero(sizeof *table);
    table->path = mem_copy(path);
    if (asn_file_open(&table->file, path, ASN_FILE_ANNOUNCED, fault))
        return table;
    asn_table_free(table);
    return NULL;
}

void
asn_table_free(struct asn_table *table)
{
    if (table == NULL)
        return;
    asn_walk_free(table->walk);
    asn_file_close(&table->file);
    free(table->blocks);
    free(table->covers);
    free(table->kept);
    free(table->path);
    free(table);
}

/* ---- stages ---- */

static bool
step_reading(struct asn_table *table, struct fault *fault)
{
    if (asn_file_step(&table->file, fault))
        return true;
    table->stage = *fault->text ? FAILED : CHECKING;
    return !*fault->text;
}

static bool
step_walking(struct asn_table *table, struct fault *fault)
{
    if (!asn_walk_step(table->walk))
        return true;
    if (table->walk->problem) {
        table->stage = FAILED;
        return fault_set(fault, "cannot use %s: %s; fetch the file again, or name another with --asn-db", table->path,
                         table->walk->problem);
    }
    table->stage = ARRANGING;
    return true;
}

/* Removes the compact files of other databases, and what a process that was killed left. */
static void
remove_others(const char *kept)
{
    const char *name = strrchr(kept, '/');
    char *folder = mem_copy_bytes(kept, (size_t)(name - kept));
    DIR *entries = opendir(folder);
    for (struct dirent *entry; entries && (entry = readdir(entries));) {
        struct buf path = {0};
        buf_format(&path, "%s/%s", folder, entry->d_name);
        if (fnmatch("*-*-*-*.asn*", entry->d_name, 0) == 0 && strcmp(entry->d_name, name + 1) != 0)
            unlink(path.at);
        buf_free(&path);
    }
    if (entries)
        closedir(entries);
    free(folder);
}

static bool
step_arranging(struct asn_table *table)
{
    if (!asn_rows_step(&table->walk->rows, &table->file))
        return true;
    struct asn_file_head *head = (void *)table->file.bytes;
    const char *type = asndb_type(table->db);
    size_t count = strlen(type) < ASN_FILE_SOURCE ? strlen(type) : ASN_FILE_SOURCE - 1;
    memcpy(head->source, type, count);
    head->dated_ms = asndb_built_ms(table->db);
    put_identity(head->identity, asndb_status(table->db));
    asn_walk_free(table->walk);
    table->walk = NULL;
    asndb_rest(table->db);
    char *folder = table->kept ? folder_of(table->kept) : NULL;
    if (folder)
        folder_make(folder, MODE);
    free(folder);
    table->stage = table->kept ? KEEPING : CHECKING;
    return true;
}

static bool
step_keeping(struct asn_table *table)
{
    struct fault fault;
    if (asn_file_write(&table->file, table->kept, false, &fault))
        return true;
    if (!*fault.text)
        remove_others(table->kept);
    table->stage = CHECKING;
    return true;
}

/* ---- checking ---- */

static bool
begin_checking(struct asn_table *table)
{
    const struct asn_file *file = &table->file;
    uint64_t bytes = asn_table_parts_measure(&table->parts, asn_file_head(file)->counts);
    const struct asn_table_parts *parts = &table->parts;
    if (parts->text_count == 0 || bytes > file->size - sizeof(struct asn_file_head))
        return false;
    asn_table_parts_place(&table->parts, file);
    table->blocks = mem_zero((BLOCKS + 1) * sizeof *table->blocks);
    table->covers = mem_zero(BLOCKS * sizeof *table->covers);
    return parts->text[0] == '\0' && parts->text[parts->text_count - 1] == '\0';
}

/* Whether ASes from..end are in order, their lists and names in bounds. */
static bool
check_ases(const struct asn_table_parts *parts, size_t from, size_t end)
{
    bool sound = true;
    for (size_t i = from; i < end; i++) {
        bool is_first = i == 0 || i == parts->count;
        sound &= parts->names[i] < parts->text_count && (is_first || parts->numbers[i] > parts->numbers[i - 1]);
        sound &= i >= parts->count ||
                 (parts->ends[i] <= parts->ipv4_count && (is_first || parts->ends[i] >= parts->ends[i - 1]));
    }
    return sound;
}

/* Whether IPv4 ranges from..end are prefixes in order, with an AS. Counts them in their blocks, and puts each over the
 * blocks that it holds, once for all its origins. */
static bool
check_ranges(struct asn_table *table, size_t from, size_t end)
{
    const struct asn_table_parts *parts = &table->parts;
    uint64_t last = from > 0 ? (uint64_t)parts->ranges[from - 1].start << 8 | (uint8_t)parts->ranges[from - 1].what : 0;
    bool sound = true;
    for (size_t i = from; i < end && sound; i++) {
        const struct asn_range *range = &parts->ranges[i];
        unsigned length = (uint8_t)range->what, block = range->start >> BLOCK_BITS;
        uint64_t place = (uint64_t)range->start << 8 | length; /* in this order */
        sound = length <= IPV4_BITS && range->what >> ASN_PLACE_SHIFT < parts->count &&
                parts->lists[i] < parts->ipv4_count && place >= last &&
                (range->start & (uint32_t)(UINT64_C(0xFFFFFFFF) >> length)) == 0;
        table->blocks[block + 1]++;
        if (sound && length <= IPV4_BITS - BLOCK_BITS && (i == 0 || place > last))
            for (size_t k = 0; k < (size_t)BLOCKS >> length; k++)
                table->covers[block + k] = (uint32_t)i + 1;
        last = place;
    }
    return sound;
}

static bool
check_ipv6(const struct asn_table_parts *parts, size_t from, size_t end)
{
    bool sound = true;
    for (size_t i = from; i < end; i++)
        sound &= parts->whats6[i] >> ASN_PLACE_SHIFT < parts->count + parts->others &&
                 (uint8_t)parts->whats6[i] <= ASN_IPV6_BITS && (i == 0 || parts->starts6[i] >= parts->starts6[i - 1]);
    return sound;
}

/* Every number that leads somewhere is checked, and order where a search relies on it: one batch of one of the parts,
 * which are numbered through. */
static bool
step_checking(struct asn_table *table, struct fault *fault)
{
    bool sound = table->blocks || begin_checking(table);
    const struct asn_table_parts *parts = &table->parts;
    size_t ases = parts->count + parts->others, ranges = ases + parts->ipv4_count, all = ranges + parts->ipv6_count;
    size_t from = table->done, part = from < ases ? ases : from < ranges ? ranges : all;
    size_t end = part - from < CHECK_BATCH ? part : from + CHECK_BATCH;
    if (sound)
        sound = from < ases     ? check_ases(parts, from, end)
                : from < ranges ? check_ranges(table, from - ases, end - ases)
                                : check_ipv6(parts, from - ranges, end - ranges);
    table->done = end;
    if (!sound) {
        table->stage = FAILED;
        return asn_file_damaged(&table->file, fault);
    }
    if (table->done == all) {
        for (size_t i = 0; i < BLOCKS; i++)
            table->blocks[i + 1] += table->blocks[i];
        table->stage = READY;
    }
    return true;
}

enum asn_table_progress
asn_table_step(struct asn_table *table, int64_t budget_us, struct fault *fault)
{
    struct fault *why = &table->fault;
    int64_t began = clock_now_us();
    bool ok = true;
    while (ok && table->stage < READY) {
        ok = table->stage == READING     ? step_reading(table, why)
             : table->stage == WALKING   ? step_walking(table, why)
             : table->stage == ARRANGING ? step_arranging(table)
             : table->stage == KEEPING   ? step_keeping(table)
                                         : step_checking(table, why);
        if (!ok && table->db && table->file.path) { /* the kept file is damaged */
            asn_file_close(&table->file);
            why->text[0] = '\0';
            free(table->blocks);
            free(table->covers);
            table->blocks = table->covers = NULL;
            table->done = 0;
            table->walk = asn_walk_new(table->db);
            table->stage = WALKING;
            ok = true;
        }
        if (table->stage < READY && clock_now_us() - began >= budget_us)
            return ASN_TABLE_WALKING;
    }
    if (table->stage == READY)
        return ASN_TABLE_READY;
    *fault = *why;
    return ASN_TABLE_FAILED;
}

/* ---- ASes ---- */

struct asn_data
asn_table_source(const struct asn_table *table)
{
    const struct asn_file_head *head = asn_file_head(&table->file);
    return (struct asn_data){table->path, head->source, head->dated_ms, head->identity[1] == 0};
}

size_t
asn_table_count(const struct asn_table *table)
{
    return table->stage == READY ? table->parts.count : 0;
}

static size_t
list_begin(const struct asn_table *table, size_t asn)
{
    return asn > 0 ? table->parts.ends[asn - 1] : 0;
}

static const char *
name_of(const struct asn_table *table, size_t asn)
{
    return table->parts.text + table->parts.names[asn];
}

struct asn
asn_table_at(const struct asn_table *table, size_t index)
{
    struct asn asn;
    asn.number = table->parts.numbers[index];
    asn.addresses = table->parts.addresses[index];
    asn.range_count = asn_table_range_count(table, index);
    text_clean_into(asn.org, sizeof asn.org, name_of(table, index), strlen(name_of(table, index)));
    return asn;
}

uint32_t
asn_table_number(const struct asn_table *table, size_t index)
{
    return table->parts.numbers[index];
}

uint64_t
asn_table_addresses(const struct asn_table *table, size_t index)
{
    return table->parts.addresses[index];
}

size_t
asn_table_range_count(const struct asn_table *table, size_t index)
{
    return table->parts.ends[index] - list_begin(table, index);
}

bool
asn_table_find(const struct asn_table *table, uint32_t number, size_t *index)
{
    size_t count = asn_table_count(table), place;
    sort_search(place, 0, count, table->parts.numbers[place] < number);
    *index = place;
    return place < count && table->parts.numbers[place] == number;
}

static struct prefix
prefix_of(const struct asn_range *range)
{
    return (struct prefix){addr_from_v4(range->start), (uint8_t)range->what};
}

struct prefix
asn_table_range(const struct asn_table *table, size_t asn, size_t index)
{
    return prefix_of(&table->parts.ranges[table->parts.lists[list_begin(table, asn) + index]]);
}

static char
lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool
begins_with(const char *text, const char *word)
{
    while (*word != '\0' && lower(*text) == lower(*word)) {
        text++;
        word++;
    }
    return *word == '\0';
}

bool
asn_table_matches(const struct asn_table *table, size_t index, const char *text)
{
    const char *digits = begins_with(text, "as") ? text + 2 : text;
    int64_t number;
    size_t used = text_read_integer(digits, UINT32_MAX, &number);
    if (used > 0 && digits[used] == '\0' && number == asn_table_number(table, index))
        return true;
    /* strcasestr takes three times as long in such short names, and a search passes all of them at each key */
    char first = lower(*text);
    for (const char *at = name_of(table, index); *at != '\0'; at++)
        if (lower(*at) == first && begins_with(at, text))
            return true;
    return first == '\0';
}

/* ---- addresses ---- */

static bool
holds(const struct asn_range *range, uint32_t address)
{
    return (uint64_t)(address ^ range->start) >> (IPV4_BITS - (uint8_t)range->what) == 0;
}

/* Returns the first range that starts behind an address. */
static size_t
behind(const struct asn_table *table, uint32_t address)
{
    size_t place, block = address >> BLOCK_BITS;
    sort_search(place, table->blocks[block], table->blocks[block + 1], table->parts.ranges[place].start <= address);
    return place;
}

/* Returns 1 + the place of the most specific range of an address; 0 = none. The last one that starts no later and holds
 * it is in its block, or holds the block. */
static size_t
find_range(const struct asn_table *table, uint32_t address)
{
    const struct asn_range *ranges = table->parts.ranges;
    size_t found = behind(table, address), begin = table->blocks[address >> BLOCK_BITS];
    while (found > begin && !holds(&ranges[found - 1], address))
        found--;
    if (found == begin)
        return table->covers[address >> BLOCK_BITS];
    while (found > 1 && ranges[found - 2].start == ranges[found - 1].start &&
           (uint8_t)ranges[found - 2].what == (uint8_t)ranges[found - 1].what)
        found--; /* to the main origin */
    return found;
}

bool
asn_table_locate(const struct asn_table *table, uint32_t address, size_t *asn, struct prefix *range)
{
    size_t found = table->stage == READY ? find_range(table, address) : 0;
    if (found == 0)
        return false;
    *asn = table->parts.ranges[found - 1].what >> ASN_PLACE_SHIFT;
    if (range != NULL)
        *range = prefix_of(&table->parts.ranges[found - 1]);
    return true;
}

uint64_t
asn_table_next(const struct asn_table *table, uint32_t address)
{
    size_t count = table->parts.ipv4_count, place = behind(table, address), found = find_range(table, address);
    const struct asn_range *ranges = table->parts.ranges;
    uint64_t next = UINT64_C(1) << IPV4_BITS, end = next;
    if (place < count)
        next = ranges[place].start;
    if (found > 0)
        end = ranges[found - 1].start + (UINT64_C(1) << (IPV4_BITS - (uint8_t)ranges[found - 1].what));
    return end < next ? end : next;
}

/* As find_range, for IPv6. */
static size_t
find_ipv6(const struct asn_table_parts *parts, uint64_t address)
{
    size_t end;
    sort_search(end, 0, parts->ipv6_count, parts->starts6[end] <= address);
    for (; end > 0; end--) {
        unsigned length = (uint8_t)parts->whats6[end - 1];
        uint64_t start = parts->starts6[end - 1], differs = address ^ start;
        if (length == 0 || differs >> (ASN_IPV6_BITS - length) == 0)
            break;
        int common = __builtin_clzll(differs);
        uint64_t both = common > 0 ? address & ~(UINT64_MAX >> common) : 0;
        size_t last = end;
        if (start != both) {
            sort_search(end, 0, last, parts->starts6[end] <= both);
            end++; /* the loop takes one */
        }
    }
    while (end > 1 && parts->starts6[end - 2] == parts->starts6[end - 1] &&
           (uint8_t)parts->whats6[end - 2] == (uint8_t)parts->whats6[end - 1])
        end--;
    return end;
}

bool
asn_table_announced(const struct asn_table *table, const struct addr *address, struct asn_announced *out)
{
    const struct asn_table_parts *parts = &table->parts;
    bool is_ipv4 = address->family == ADDR_V4;
    size_t count = is_ipv4 ? parts->ipv4_count : parts->ipv6_count;
    if (table->stage != READY)
        return false;
    size_t found = is_ipv4 ? find_range(table, addr_to_v4(address)) : find_ipv6(parts, addr_high(address));
    if (found == 0)
        return false;
    unsigned length = is_ipv4 ? (uint8_t)parts->ranges[found - 1].what : (uint8_t)parts->whats6[found - 1];
    *out = (struct asn_announced){.prefix = prefix_around(address, length)};
    for (size_t i = found - 1; i < count && out->count < ASN_ORIGINS; i++) {
        uint32_t what = is_ipv4 ? parts->ranges[i].what : parts->whats6[i];
        bool is_same = is_ipv4 ? parts->ranges[i].start == parts->ranges[found - 1].start
                               : parts->starts6[i] == parts->starts6[found - 1];
        if (!is_same || (uint8_t)what != length)
            break;
        out->origins[out->count++] = parts->numbers[what >> ASN_PLACE_SHIFT];
        if (out->count == 1)
            text_clean_into(out->org, sizeof out->org, name_of(table, what >> ASN_PLACE_SHIFT),
                            strlen(name_of(table, what >> ASN_PLACE_SHIFT)));
    }
    return true;
}
