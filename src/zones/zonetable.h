/* What a zone lists: single addresses in bare sorted arrays, those that are listed with the default text and those that
 * are excluded; everything else as rows.
 *
 * A row is a prefix; a range is cut into them. Once settled (zonesettling.h), rows are in order of start, wider first,
 * and each knows the row around it: prefixes nest or are apart, so whatever holds an address is found from the last row
 * that starts before it, outwards. The addresses are those that are listed, each once, whether bare or as a row; one
 * that also is a row, or that is excluded, is no longer bare but a row like others. */
#ifndef ZONETABLE_H
#define ZONETABLE_H

#include "base/buf.h"
#include "base/vec.h"
#include "zones/zoneindex.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    ZONETABLE_ROWS = 1 << 23, /* most of them, so that a small packed file cannot take all memory */
    ZONETABLE_TEXT = 255,     /* longest text */
};

#define ZONETABLE_NONE UINT32_MAX

/* A stretch of zonetable.texts. */
struct zonetable_text {
    uint32_t at;
    uint8_t count;
};

struct zonetable_row {
    uint32_t start;
    uint32_t text;
    uint32_t around; /* the last row of the next wider prefix around this one, or ZONETABLE_NONE */
    uint8_t text_count;
    uint8_t length;
    bool excluded; /* and wider than a single address */
};

/* Zero it before use. Single addresses may be pushed to the first two arrays. */
struct zonetable {
    VEC(uint32_t) addresses;
    VEC(uint32_t) excluded;
    VEC(struct zonetable_row) rows;
    VEC(uint32_t) wide; /* the rows that are listed and wider than /32 */
    struct zoneindex addresses_index, excluded_index, rows_index;
    struct buf texts;
    size_t text_bytes;              /* most of them, 0 = not known */
    struct zonetable_text fallback; /* for what comes next and has no text of its own */
    struct zonetable_text bare;     /* of the bare addresses: the default of the first of them */
    bool fallback_is_other;         /* than that of the bare addresses */
    bool overfull;                  /* more than ZONETABLE_ROWS were added, and left out */
};

void zonetable_fini(struct zonetable *);

/* To be called first, when it is known that there will be at most so many addresses, and bytes of texts: spares
 * copying.
 */
void zonetable_reserve(struct zonetable *, size_t addresses, size_t text_bytes);

/* Room for so many more addresses, and one: behind the last. */
uint32_t *zonetable_room(struct zonetable *, size_t more);

/* Keeps a text of at most ZONETABLE_TEXT bytes. */
struct zonetable_text zonetable_keep(struct zonetable *, const char *text, size_t count);
void zonetable_set_fallback(struct zonetable *, struct zonetable_text);

/* Adds a range; without a text it has the fallback. */
void zonetable_add(struct zonetable *, uint32_t first, uint32_t last, const struct zonetable_text *);
void zonetable_exclude(struct zonetable *, uint32_t first, uint32_t last);

/* Adds one row as it is; of an excluded one the text does not count. */
void zonetable_add_row(struct zonetable *, uint32_t start, unsigned length, struct zonetable_text, bool excluded);

/* ---- look-ups, once it is settled ---- */

/* The place of the first address that is not smaller. */
size_t zonetable_place(const struct zonetable *, uint32_t address);

/* Whether the address is excluded as a single one. */
bool zonetable_excludes(const struct zonetable *, uint32_t address);

/* The narrowest row that holds the address, or ZONETABLE_NONE; and from there the next that does. */
uint32_t zonetable_around(const struct zonetable *, uint32_t address);
uint32_t zonetable_outwards(const struct zonetable *, uint32_t row);

/* Whether the address, around which this is the narrowest row, is a bare one. */
bool zonetable_has_bare(const struct zonetable *, uint32_t address, uint32_t row);

/* ---- rows ---- */

uint32_t zonetable_row_last(const struct zonetable_row *);

static inline bool
zonetable_is_same_prefix(const struct zonetable_row *a, const struct zonetable_row *b)
{
    return a->start == b->start && a->length == b->length;
}

bool zonetable_is_same_text(const struct zonetable *, struct zonetable_text, struct zonetable_text);

/* How far numbers, and rows, are apart in the arrays that are searched by zoneindex.h. */
_Static_assert(offsetof(struct zonetable_row, start) == 0, "a row begins with the number it is sorted by");
enum { ZONETABLE_NUMBER = 1, ZONETABLE_ROW = sizeof(struct zonetable_row) / sizeof(uint32_t) };

static inline const uint32_t *
zonetable_row_starts(const struct zonetable *table)
{
    return (const uint32_t *)table->rows.at;
}

#endif
