/* Private to zones: what a zone file lists. Bare single addresses, listed with the default text or excluded, are sorted
 * arrays of numbers; everything else is rows.
 *
 * A row is a prefix; a range is cut into prefixes. Once built (zone_table_build.h), rows are sorted by start, wider
 * first, and each knows the row around it: prefixes nest or are apart, so all rows that contain an address are found
 * from the last row that starts before it, outwards. `addresses` then has each listed address once, whether it is bare
 * or a row; an address that is also a row, or is excluded, is no longer bare but a row like others. */
#ifndef ZONE_TABLE_H
#define ZONE_TABLE_H

#include "base/buf.h"
#include "base/vec.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum {
    ZONE_TABLE_ROWS = 1 << 23, /* limit, so that a small packed file cannot exhaust the memory */
    ZONE_TABLE_TEXT = 255,     /* longest text */
};

#define ZONE_TABLE_NONE UINT32_MAX

/* A part of zone_table.texts. */
struct zone_table_text {
    uint32_t at;
    uint8_t count;
};

struct zone_table_row {
    uint32_t start;
    uint32_t text;
    uint32_t around; /* the last row of the next wider prefix around this one, or ZONE_TABLE_NONE */
    uint8_t text_count;
    uint8_t length;
    bool excluded; /* and wider than a single address */
};

/* Where each stretch of the address space begins in a sorted array, so that a search has little left to do. */
struct zone_table_index {
    uint32_t *places;
    unsigned shift;
    uint32_t stretch, at; /* progress of building */
};

/* Zero it before use. Single addresses may be pushed to the first two arrays. */
struct zone_table {
    VEC(uint32_t) addresses;
    VEC(uint32_t) excluded;
    VEC(struct zone_table_row) rows;
    VEC(uint32_t) wide; /* places of the rows that are listed and wider than /32 */
    struct zone_table_index addresses_index, excluded_index, rows_index;
    struct buf texts;
    size_t text_bytes;               /* upper limit, 0 = unknown */
    struct zone_table_text fallback; /* of rows added without a text */
    struct zone_table_text bare;     /* of the bare addresses: the default of the first of them */
    bool fallback_is_other;          /* differs from that of the bare addresses */
    bool overfull;                   /* rows beyond ZONE_TABLE_ROWS were dropped */
};

void zone_table_fini(struct zone_table *);

/* Reserves memory for at most so many addresses and bytes of texts, to save copying. Must come first. */
void zone_table_reserve(struct zone_table *, size_t addresses, size_t text_bytes);

/* Reserves room for so many more addresses and one, and returns where it begins. */
uint32_t *zone_table_room(struct zone_table *, size_t more);

/* Stores a text of at most ZONE_TABLE_TEXT bytes. */
struct zone_table_text zone_table_keep(struct zone_table *, const char *text, size_t count);
void zone_table_set_fallback(struct zone_table *, struct zone_table_text);

/* Adds a range; NULL is the fallback text. The text of an excluded one does not matter. */
void zone_table_add(struct zone_table *, uint32_t first, uint32_t last, const struct zone_table_text *, bool excluded);

/* Adds one row as it is. */
void zone_table_add_row(struct zone_table *, uint32_t start, unsigned length, struct zone_table_text, bool excluded);

/* Builds the index of a sorted array, a part at each call. Returns true when it is complete. */
bool zone_table_index_build(struct zone_table_index *, const uint32_t *numbers, size_t step, size_t count);

/* ---- rows and arrays ---- */

static inline uint32_t
zone_table_row_last(const struct zone_table_row *row)
{
    return row->length ? row->start | (uint32_t)((1ULL << (32 - row->length)) - 1) : UINT32_MAX;
}

static inline bool
zone_table_is_same_prefix(const struct zone_table_row *a, const struct zone_table_row *b)
{
    return a->start == b->start && a->length == b->length;
}

static inline bool
zone_table_is_same_text(const struct zone_table *table, struct zone_table_text a, struct zone_table_text b)
{
    return a.count == b.count &&
           (a.at == b.at || a.count == 0 || memcmp(table->texts.at + a.at, table->texts.at + b.at, a.count) == 0);
}

/* Distances of neighbours in a searched array: numbers, or rows, which begin with their number. */
_Static_assert(offsetof(struct zone_table_row, start) == 0, "a row begins with the number it is sorted by");
enum { ZONE_TABLE_NUMBER = 1, ZONE_TABLE_ROW = sizeof(struct zone_table_row) / sizeof(uint32_t) };

static inline const uint32_t *
zone_table_row_starts(const struct zone_table *table)
{
    return (const uint32_t *)table->rows.at;
}

/* Returns the place of the first number from low to before high that is not smaller; they are `step` numbers apart. */
static inline size_t
zone_table_search(const uint32_t *numbers, size_t step, size_t low, size_t high, uint32_t number)
{
    for (size_t count = high - low; count > 0;) {
        size_t half = (count + 1) / 2; /* no branch, because the processor would guess half of them wrong */
        low += numbers[(low + half - 1) * step] < number ? half : 0;
        count -= half;
    }
    return low;
}

static inline size_t
zone_table_index_search(const struct zone_table_index *index, const uint32_t *numbers, size_t step, uint32_t number)
{
    const uint32_t *place = &index->places[number >> index->shift];
    return zone_table_search(numbers, step, place[0], place[1], number);
}

/* ---- look-ups in a built table ---- */

/* Returns the place of the first address that is not smaller. */
static inline size_t
zone_table_place(const struct zone_table *table, uint32_t address)
{
    return zone_table_index_search(&table->addresses_index, table->addresses.at, ZONE_TABLE_NUMBER, address);
}

/* Whether the address is excluded as a single one. */
static inline bool
zone_table_excludes(const struct zone_table *table, uint32_t address)
{
    size_t place = zone_table_index_search(&table->excluded_index, table->excluded.at, ZONE_TABLE_NUMBER, address);
    return place < table->excluded.count && table->excluded.at[place] == address;
}

/* Returns the narrowest row that contains the address, or the next wider one; ZONE_TABLE_NONE at the end. */
uint32_t zone_table_around(const struct zone_table *, uint32_t address);

static inline uint32_t
zone_table_outwards(const struct zone_table *table, uint32_t row)
{
    const struct zone_table_row *at = &table->rows.at[row];
    return row > 0 && zone_table_is_same_prefix(at, at - 1) ? row - 1 : at->around;
}

/* Whether the address is bare; `row` is the narrowest that contains it. */
bool zone_table_has_bare(const struct zone_table *, uint32_t address, uint32_t row);

#endif
