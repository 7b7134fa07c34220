#include "zones/zonetable.h"

#include "base/mem.h"

#include <assert.h>
#include <string.h>

enum {
    ADDRESS_BITS = 32,
    FEW_TEXTS = 32 << 10,
};

void
zonetable_fini(struct zonetable *table)
{
    vec_free(&table->addresses);
    vec_free(&table->excluded);
    vec_free(&table->rows);
    vec_free(&table->wide);
    zoneindex_free(&table->addresses_index);
    zoneindex_free(&table->excluded_index);
    zoneindex_free(&table->rows_index);
    buf_free(&table->texts);
}

uint32_t
zonetable_row_last(const struct zonetable_row *row)
{
    return row->length ? row->start | (uint32_t)((1ULL << (ADDRESS_BITS - row->length)) - 1) : UINT32_MAX;
}

bool
zonetable_is_same_text(const struct zonetable *table, struct zonetable_text a, struct zonetable_text b)
{
    return a.count == b.count &&
           (a.at == b.at || a.count == 0 || memcmp(table->texts.at + a.at, table->texts.at + b.at, a.count) == 0);
}

/* ---- filling ---- */

void
zonetable_reserve(struct zonetable *table, size_t addresses, size_t text_bytes)
{
    table->text_bytes = text_bytes;
    table->addresses.at = mem_large(addresses * sizeof *table->addresses.at);
    table->addresses.room = addresses;
}

uint32_t *
zonetable_room(struct zonetable *table, size_t more)
{
    size_t need = table->addresses.count + more + 1;
    if (need > table->addresses.room) {
        table->addresses.room = need + need / 2;
        table->addresses.at = mem_grow(table->addresses.at, table->addresses.room * sizeof *table->addresses.at);
    }
    return table->addresses.at + table->addresses.count;
}

/* Few texts take little; more begin on a large block with room for all, if it is known how much that is. */
static void
grow_texts(struct zonetable *table)
{
    struct buf *texts = &table->texts;
    if (texts->room >= MEM_LARGE) {
        texts->room *= 2;
        texts->at = mem_grow(texts->at, texts->room);
        return;
    }
    size_t most = table->text_bytes + ZONETABLE_TEXT + 1, room = most > MEM_LARGE ? most : MEM_LARGE;
    if (texts->room < FEW_TEXTS)
        room = FEW_TEXTS;
    char *at = mem_large(room);
    if (texts->count)
        memcpy(at, texts->at, texts->count);
    free(texts->at);
    texts->at = at;
    texts->room = room;
}

struct zonetable_text
zonetable_keep(struct zonetable *table, const char *text, size_t count)
{
    assert(count <= ZONETABLE_TEXT);
    if (table->texts.room - table->texts.count <= ZONETABLE_TEXT)
        grow_texts(table);
    struct zonetable_text kept = {(uint32_t)table->texts.count, (uint8_t)count};
    buf_bytes(&table->texts, text, count);
    return kept;
}

void
zonetable_set_fallback(struct zonetable *table, struct zonetable_text text)
{
    table->fallback = text;
    if (table->addresses.count == 0)
        table->bare = text;
    table->fallback_is_other = !zonetable_is_same_text(table, text, table->bare);
}

void
zonetable_add_row(struct zonetable *table, uint32_t start, unsigned length, struct zonetable_text text, bool excluded)
{
    if (table->rows.count == ZONETABLE_ROWS)
        table->overfull = true;
    else
        vec_push(&table->rows, ((struct zonetable_row){.start = start,
                                                       .text = text.at,
                                                       .around = ZONETABLE_NONE,
                                                       .text_count = text.count,
                                                       .length = (uint8_t)length,
                                                       .excluded = excluded}));
}

/* The length of the widest prefix that begins at `first` and does not reach beyond `last`. */
static unsigned
widest_length(uint32_t first, uint32_t last)
{
    uint64_t count = (uint64_t)last - first + 1;
    unsigned aligned = first ? (unsigned)__builtin_ctz(first) : ADDRESS_BITS;
    unsigned fits = 63 - (unsigned)__builtin_clzll(count);
    return ADDRESS_BITS - (aligned < fits ? aligned : fits);
}

void
zonetable_add(struct zonetable *table, uint32_t first, uint32_t last, const struct zonetable_text *text)
{
    bool bare = text == NULL && !table->fallback_is_other;
    for (uint64_t at = first; at <= last;) {
        unsigned length = widest_length((uint32_t)at, last);
        if (bare && length == ADDRESS_BITS)
            vec_push(&table->addresses, (uint32_t)at);
        else
            zonetable_add_row(table, (uint32_t)at, length, text ? *text : table->fallback, false);
        at += 1ULL << (ADDRESS_BITS - length);
    }
}

void
zonetable_exclude(struct zonetable *table, uint32_t first, uint32_t last)
{
    for (uint64_t at = first; at <= last;) {
        unsigned length = widest_length((uint32_t)at, last);
        if (length == ADDRESS_BITS)
            vec_push(&table->excluded, (uint32_t)at);
        else
            zonetable_add_row(table, (uint32_t)at, length, (struct zonetable_text){0, 0}, true);
        at += 1ULL << (ADDRESS_BITS - length);
    }
}

/* ---- look-ups ---- */

size_t
zonetable_place(const struct zonetable *table, uint32_t address)
{
    return zoneindex_find(&table->addresses_index, table->addresses.at, ZONETABLE_NUMBER, address);
}

bool
zonetable_excludes(const struct zonetable *table, uint32_t address)
{
    size_t place = zoneindex_find(&table->excluded_index, table->excluded.at, ZONETABLE_NUMBER, address);
    return place < table->excluded.count && table->excluded.at[place] == address;
}

uint32_t
zonetable_around(const struct zonetable *table, uint32_t address)
{
    const struct zonetable_row *rows = table->rows.at;
    size_t behind = address == UINT32_MAX
                        ? table->rows.count
                        : zoneindex_find(&table->rows_index, zonetable_row_starts(table), ZONETABLE_ROW, address + 1);
    uint32_t row = (uint32_t)behind - 1; /* ZONETABLE_NONE when even the first starts behind */
    while (row != ZONETABLE_NONE && zonetable_row_last(&rows[row]) < address)
        row = rows[row].around;
    return row;
}

uint32_t
zonetable_outwards(const struct zonetable *table, uint32_t row)
{
    const struct zonetable_row *at = &table->rows.at[row];
    return row > 0 && zonetable_is_same_prefix(at, at - 1) ? row - 1 : at->around;
}

bool
zonetable_has_bare(const struct zonetable *table, uint32_t address, uint32_t row)
{
    if (row != ZONETABLE_NONE && table->rows.at[row].length == ADDRESS_BITS)
        return false;
    size_t place = zonetable_place(table, address);
    return place < table->addresses.count && table->addresses.at[place] == address;
}
