#include "asn/allocations.h"

#include "asn/asn_build.h"
#include "asn/asn_file.h"
#include "asn/dump.h"
#include "base/date.h"
#include "base/mem.h"
#include "base/sort.h"
#include "base/vec.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    FIELDS = 7, /* of a row: registry, country, type, start, value, date, status */
    DAY_SHIFT = 17,
    COUNTRY_SHIFT = 7,
    REGISTRY_SHIFT = 4,
    LETTER_BITS = 5,
    STATUS_MASK = 15,
    IPV6_BITS = 64, /* that a block's start has */
    MOST = 1 << 22,
    DAY_MS = 24 * 60 * 60 * 1000,
};

static const struct {
    const char *written, *name;
} registries[] = {{"afrinic", "AFRINIC"}, {"apnic", "APNIC"},      {"arin", "ARIN"},
                  {"lacnic", "LACNIC"},   {"ripencc", "RIPE NCC"}, {"iana", "IANA"}};

enum { REGISTRIES = sizeof registries / sizeof registries[0] };

static const char *const statuses[] = {[ALLOCATION_ALLOCATED] = "allocated",
                                       [ALLOCATION_ASSIGNED] = "assigned",
                                       [ALLOCATION_AVAILABLE] = "available",
                                       [ALLOCATION_RESERVED] = "reserved"};

enum { STATUSES = sizeof statuses / sizeof statuses[0] };

const char *
allocation_status_name(enum allocation_status status)
{
    return statuses[status];
}

/* ---- statistics ---- */

struct build {
    VEC(struct asn_file_block) ipv4, ipv6;
    struct asn_built *built;
};

static bool
is_word(const struct dump_field *field, const char *word)
{
    return field->count == strlen(word) && memcmp(field->at, word, field->count) == 0;
}

/* Reads a day, "19930901"; "" and "00000000" are none. */
static int64_t
day_ms(const struct dump_field *field)
{
    char text[sizeof "YYYYMMDD"] = "";
    int64_t ms = 0;
    if (field->count == sizeof text - 1)
        memcpy(text, field->at, field->count);
    return date_parse_form(text, "YYYYMMDD", &ms) ? ms : 0;
}

/* Packs what a row says beside its addresses. Returns false if it is no row. */
static bool
pack(const struct dump_line *line, uint32_t *out)
{
    const struct dump_field *country = &line->fields[1];
    size_t registry = 0, status = 0;
    while (registry < REGISTRIES && !is_word(&line->fields[0], registries[registry].written))
        registry++;
    while (status < STATUSES && !is_word(&line->fields[6], statuses[status]))
        status++;
    uint32_t letters = 0;
    if (country->count == 2 && country->at[0] >= 'A' && country->at[0] <= 'Z' && country->at[1] >= 'A' &&
        country->at[1] <= 'Z' && !is_word(country, "ZZ"))
        letters = (uint32_t)(country->at[0] - 'A' + 1) << LETTER_BITS | (uint32_t)(country->at[1] - 'A' + 1);
    *out = (uint32_t)(day_ms(&line->fields[5]) / DAY_MS) << DAY_SHIFT | letters << COUNTRY_SHIFT |
           (uint32_t)registry << REGISTRY_SHIFT | (uint32_t)status;
    return registry < REGISTRIES && status < STATUSES;
}

static const char *
take(void *arg, const struct dump_line *line)
{
    struct build *build = arg;
    const struct dump_field *fields = line->fields;
    struct asn_file_block block;
    struct addr start;
    uint64_t size;
    if (line->count == FIELDS - 1 && is_word(&fields[line->count - 1], "summary"))
        return NULL;
    if (line->count == FIELDS && fields[0].count > 0 && fields[0].at[0] >= '0' && fields[0].at[0] <= '9') {
        build->built->dated_ms = day_ms(&fields[5]); /* the head: version, registry, serial, rows, first and last day */
        return NULL;
    }
    if (line->count >= FIELDS && is_word(&fields[2], "asn")) {
        build->built->left_out++;
        return NULL;
    }
    bool is_ipv4 = line->count >= FIELDS && is_word(&fields[2], "ipv4");
    if (line->count < FIELDS || (!is_ipv4 && !is_word(&fields[2], "ipv6")) || !pack(line, &block.what))
        return "it is no row of delegated-extended statistics";
    if (!addr_parse_bytes(fields[3].at, fields[3].count, &start) || (start.family == ADDR_V4) != is_ipv4)
        return "it has no first address";
    block.start = is_ipv4 ? addr_to_v4(&start) : addr_high(&start);
    uint64_t most = is_ipv4 ? (UINT64_C(1) << 32) - block.start : IPV6_BITS;
    if (!dump_number(&fields[4], most, &size) || size == 0)
        return is_ipv4 ? "it has no number of addresses" : "it has no prefix length";
    block.size = (uint32_t)(is_ipv4 ? size - 1 : size);
    if (build->ipv4.count + build->ipv6.count >= MOST)
        return "more rows than the registries have";
    if (is_ipv4)
        vec_push(&build->ipv4, block);
    else
        vec_push(&build->ipv6, block);
    return NULL;
}

static int
by_start(const void *a, const void *b)
{
    const struct asn_file_block *x = a, *y = b;
    if (x->start != y->start)
        return x->start < y->start ? -1 : 1;
    return x->size < y->size ? -1 : x->size > y->size;
}

bool
asn_build_allocations(const char *stats, const char *to, struct asn_built *built, struct fault *fault)
{
    struct build build = {.built = built};
    struct asn_file file;
    struct dump_bad bad = {0};
    int64_t changed_ms;
    *built = (struct asn_built){0};
    bool ok = dump_read(stats, '|', take, &build, &bad, &changed_ms, fault);
    size_t ipv4 = build.ipv4.count, ipv6 = build.ipv6.count;
    built->rows = ipv4 + ipv6;
    built->skipped = bad.count;
    built->skipped_first = bad.first;
    if (ok && built->rows == 0)
        ok = fault_set(fault, "cannot use %s: it has no blocks of addresses", stats);
    if (ok) {
        built->dated_ms = built->dated_ms ? built->dated_ms : changed_ms;
        asn_file_new(&file, ASN_FILE_ALLOCATIONS, built->rows * sizeof(struct asn_file_block));
        struct asn_file_head *head = (void *)file.bytes;
        struct asn_file_block *blocks = (void *)(head + 1);
        if (ipv4 > 0)
            memcpy(blocks, build.ipv4.at, ipv4 * sizeof *blocks);
        if (ipv6 > 0)
            memcpy(blocks + ipv4, build.ipv6.at, ipv6 * sizeof *blocks);
        qsort(blocks, ipv4, sizeof *blocks, by_start);
        qsort(blocks + ipv4, ipv6, sizeof *blocks, by_start);
        head->counts[0] = (uint32_t)ipv4;
        head->counts[1] = (uint32_t)ipv6;
        head->dated_ms = built->dated_ms;
        while (asn_file_write(&file, to, true, fault))
            ;
        asn_file_close(&file);
        ok = !*fault->text;
    }
    vec_free(&build.ipv4);
    vec_free(&build.ipv6);
    return ok;
}

/* ---- reading ---- */

struct allocations {
    struct asn_file file;
    const struct asn_file_block *blocks;
    size_t ipv4_count, ipv6_count;
};

struct allocations *
allocations_open(const char *path, struct fault *fault)
{
    struct allocations *a = mem_zero(sizeof *a);
    if (asn_file_open(&a->file, path, ASN_FILE_ALLOCATIONS, fault))
        return a;
    free(a);
    return NULL;
}

bool
allocations_step(struct allocations *a, struct fault *fault)
{
    if (asn_file_step(&a->file, fault))
        return true;
    const struct asn_file_head *head = asn_file_head(&a->file);
    size_t all = (a->file.size - sizeof *head) / sizeof *a->blocks;
    if (!*fault->text && (uint64_t)head->counts[0] + head->counts[1] > all)
        asn_file_damaged(&a->file, fault);
    if (!*fault->text) {
        a->blocks = (const void *)(head + 1);
        a->ipv4_count = head->counts[0];
        a->ipv6_count = head->counts[1];
    }
    return false;
}

void
allocations_free(struct allocations *a)
{
    if (!a)
        return;
    asn_file_close(&a->file);
    free(a);
}

int64_t
allocations_dated_ms(const struct allocations *a)
{
    return asn_file_head(&a->file)->dated_ms;
}

/* Returns the last address of a block, as a number of its family. */
static uint64_t
last_of(const struct asn_file_block *block, bool is_ipv4)
{
    unsigned length = block->size < IPV6_BITS ? block->size : IPV6_BITS;
    uint64_t rest = is_ipv4 ? block->size : length == 0 ? UINT64_MAX : ((UINT64_C(1) << (IPV6_BITS - length)) - 1);
    return block->start + rest;
}

bool
allocations_find(const struct allocations *a, const struct addr *address, struct allocation *out)
{
    bool is_ipv4 = address->family == ADDR_V4;
    const struct asn_file_block *blocks = is_ipv4 ? a->blocks : a->blocks + a->ipv4_count;
    uint64_t number = is_ipv4 ? addr_to_v4(address) : addr_high(address);
    size_t behind;
    sort_search(behind, 0, is_ipv4 ? a->ipv4_count : a->ipv6_count, blocks[behind].start <= number);
    if (behind == 0 || number > last_of(&blocks[behind - 1], is_ipv4))
        return false;
    const struct asn_file_block *block = &blocks[behind - 1];
    uint32_t letters = block->what >> COUNTRY_SHIFT, registry = block->what >> REGISTRY_SHIFT & 7;
    uint32_t status = block->what & STATUS_MASK, first = letters >> LETTER_BITS & 31, second = letters & 31;
    *out = (struct allocation){.registry = registries[registry < REGISTRIES ? registry : REGISTRIES - 1].name,
                               .since_ms = (int64_t)(block->what >> DAY_SHIFT) * DAY_MS,
                               .status = status < STATUSES ? status : ALLOCATION_RESERVED};
    out->first = is_ipv4 ? addr_from_v4((uint32_t)block->start) : addr_from_high(block->start);
    out->last = is_ipv4 ? addr_from_v4((uint32_t)last_of(block, true)) : addr_from_high(last_of(block, false));
    if (!is_ipv4)
        memset(out->last.bytes + 8, 0xFF, 8);
    if (first > 0 && first <= 26 && second > 0 && second <= 26)
        snprintf(out->country, sizeof out->country, "%c%c", (char)('A' + first - 1), (char)('A' + second - 1));
    return true;
}

bool
allocation_prefix(const struct allocation *block, struct prefix *out)
{
    unsigned bits = block->first.family == ADDR_V4 ? 32 : 128, length = 0;
    while (length < bits &&
           ((block->first.bytes[length / 8] ^ block->last.bytes[length / 8]) >> (7 - length % 8) & 1) == 0)
        length++;
    *out = prefix_around(&block->first, length);
    struct prefix around = prefix_around(&block->last, length);
    if (!addr_equal(&out->addr, &block->first) || !prefix_equal(out, &around))
        return false;
    for (; length < bits; length++)
        if ((block->last.bytes[length / 8] >> (7 - length % 8) & 1) == 0)
            return false;
    return true;
}

const char *
allocation_text(const struct allocation *block, char out[static ALLOCATION_TEXT])
{
    struct prefix prefix;
    char text[PREFIX_TEXT], first[ADDR_TEXT], last[ADDR_TEXT];
    if (allocation_prefix(block, &prefix))
        snprintf(out, ALLOCATION_TEXT, "%s", prefix_text(&prefix, text));
    else
        snprintf(out, ALLOCATION_TEXT, "%s - %s", addr_text(&block->first, first), addr_text(&block->last, last));
    return out;
}
