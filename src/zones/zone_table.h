/* What a zone lists: single addresses in bare sorted arrays, those that are listed with the default text and those that
 * are excluded; everything else as rows.
 *
 * A row is a prefix; a range is cut into them. Once settled (zone_table_build.h), rows are in order of start, wider
 * first, and each knows the row around it: prefixes nest or are apart, so whatever holds an address is found from the
 * last row that starts before it, outwards. The addresses are those that are listed, each once, whether bare or as a
 * row; one that also is a row, or that is excluded, is no longer bare but a row like others. */
#ifndef ZONE_TABLE_H
#define ZONE_TABLE_H

#include "base/buf.h"
#include "base/vec.h"
#include "zones/zone_index.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    ZONE_TABLE_ROWS = 1 << 23, /* most of them, so that a small packed file cannot take all memory */
    ZONE_TABLE_TEXT = 255,     /* longest text */
};

#define ZONE_TABLE_NONE UINT32_MAX

/* A stretch of zonetable.texts. */
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

/* Zero it before use. Single addresses may be pushed to the first two arrays. */
struct zone_table {
    VEC(uint32_t) addresses;
    VEC(uint32_t) excluded;
    VEC(struct zone_table_row) rows;
    VEC(uint32_t) wide; /* the rows that are listed and wider than /32 */
    struct zone_index addresses_index, excluded_index, rows_index;
    struct buf texts;
    size_t text_bytes;               /* most of them, 0 = not known */
    struct zone_table_text fallback; /* for what comes next and has no text of its own */
    struct zone_table_text bare;     /* of the bare addresses: the default of the first of them */
    bool fallback_is_other;          /* than that of the bare addresses */
    bool overfull;                   /* more than ZONE_TABLE_ROWS were added, and left out */
};

void zone_table_fini(struct zone_table *);

/* To be called first, when it is known that there will be at most so many addresses, and bytes of texts: spares
 * copying.
 */
void zone_table_reserve(struct zone_table *, size_t addresses, size_t text_bytes);

/* Room for so many more addresses, and one: behind the last. */
uint32_t *zone_table_room(struct zone_table *, size_t more);

/* Keeps a text of at most ZONE_TABLE_TEXT bytes. */
struct zone_table_text zone_table_keep(struct zone_table *, const char *text, size_t count);
void zone_table_set_fallback(struct zone_table *, struct zone_table_text);

/* Adds a range; without a text it has the fallback. */
void zone_table_add(struct zone_table *, uint32_t first, uint32_t last, const struct zone_table_text *);
void zone_table_exclude(struct zone_table *, uint32_t first, uint32_t last);

/* Adds one row as it is; of an excluded one the text does not count. */
void zone_table_add_row(struct zone_table *, uint32_t start, unsigned length, struct zone_table_text, bool excluded);

/* ---- look-ups, once it is settled ---- */

/* The place of the first address that is not smaller. */
size_t zone_table_place(const struct zone_table *, uint32_t address);

/* Whether the address is excluded as a single one. */
bool zone_table_excludes(const struct zone_table *, uint32_t address);

/* The narrowest row that holds the address, or ZONE_TABLE_NONE; and from there the next that does. */
uint32_t zone_table_around(const struct zone_table *, uint32_t address);
uint32_t zone_table_outwards(const struct zone_table *, uint32_t row);

/* Whether the address, around which this is the narrowest row, is a bare one. */
bool zone_table_has_bare(const struct zone_table *, uint32_t address, uint32_t row);

/* ---- rows ---- */

uint32_t zone_table_row_last(const struct zone_table_row *);

static inline bool
zone_table_is_same_prefix(const struct zone_table_row *a, const struct zone_table_row *b)
{
    return a->start == b->start && a->length == b->length;
}

bool zone_table_is_same_text(const struct zone_table *, struct zone_table_text, struct zone_table_text);

/* How far numbers, and rows, are apart in the arrays that are searched by zone_index.h. */
_Static_assert(offsetof(struct zone_table_row, start) == 0, "a row begins with the number it is sorted by");
enum { ZONE_TABLE_NUMBER = 1, ZONE_TABLE_ROW = sizeof(struct zone_table_row) / sizeof(uint32_t) };

static inline const uint32_t *
zone_table_row_starts(const struct zone_table *table)
{
    return (const uint32_t *)table->rows.at;
}

#endif
