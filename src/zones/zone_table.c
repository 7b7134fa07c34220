#include "zones/zone_table.h"

#include <assert.h>
#include <string.h>

enum {
    ADDRESS_BITS = 32,
    FEW_TEXTS = 32 << 10, /* bytes */
    IN_STRETCH = 16,      /* numbers in a stretch of an index, on average */
    INDEX_BITS = 16,
    INDEX_BATCH = 1 << 15,
};

void
zone_table_fini(struct zone_table *table)
{
    vec_free(&table->addresses);
    vec_free(&table->excluded);
    vec_free(&table->rows);
    vec_free(&table->wide);
    free(table->addresses_index.places);
    free(table->excluded_index.places);
    free(table->rows_index.places);
    buf_free(&table->texts);
}

/* ---- filling ---- */

void
zone_table_reserve(struct zone_table *table, size_t addresses, size_t text_bytes)
{
    table->text_bytes = text_bytes;
    table->addresses.at = mem_large(addresses * sizeof *table->addresses.at);
    table->addresses.room = addresses;
}

uint32_t *
zone_table_room(struct zone_table *table, size_t more)
{
    size_t need = table->addresses.count + more + 1;
    if (need > table->addresses.room) {
        table->addresses.room = need + need / 2;
        table->addresses.at = mem_grow(table->addresses.at, table->addresses.room * sizeof *table->addresses.at);
    }
    return table->addresses.at + table->addresses.count;
}

/* Starts small, because few texts are common; more get a large block with room for all, if their size is known. */
struct zone_table_text
zone_table_keep(struct zone_table *table, const char *text, size_t count)
{
    struct buf *texts = &table->texts;
    assert(count <= ZONE_TABLE_TEXT);
    if (texts->room - texts->count <= ZONE_TABLE_TEXT && texts->room >= MEM_LARGE) {
        texts->room *= 2;
        texts->at = mem_grow(texts->at, texts->room);
    } else if (texts->room - texts->count <= ZONE_TABLE_TEXT) {
        size_t most = table->text_bytes + ZONE_TABLE_TEXT + 1, room = most > MEM_LARGE ? most : MEM_LARGE;
        if (texts->room < FEW_TEXTS)
            room = FEW_TEXTS;
        char *at = mem_large(room);
        if (texts->count)
            memcpy(at, texts->at, texts->count);
        free(texts->at);
        texts->at = at;
        texts->room = room;
    }
    struct zone_table_text kept = {(uint32_t)texts->count, (uint8_t)count};
    buf_bytes(texts, text, count);
    return kept;
}

void
zone_table_set_fallback(struct zone_table *table, struct zone_table_text text)
{
    table->fallback = text;
    if (table->addresses.count == 0)
        table->bare = text;
    table->fallback_is_other = !zone_table_is_same_text(table, text, table->bare);
}

void
zone_table_add_row(struct zone_table *table, uint32_t start, unsigned length, struct zone_table_text text,
                   bool excluded)
{
    if (table->rows.count == ZONE_TABLE_ROWS)
        table->overfull = true;
    else
        vec_push(&table->rows, ((struct zone_table_row){.start = start,
                                                        .text = text.at,
                                                        .around = ZONE_TABLE_NONE,
                                                        .text_count = text.count,
                                                        .length = (uint8_t)length,
                                                        .excluded = excluded}));
}

void
zone_table_add(struct zone_table *table, uint32_t first, uint32_t last, const struct zone_table_text *text,
               bool excluded)
{
    bool bare = text == NULL && !table->fallback_is_other;
    for (uint64_t at = first; at <= last;) { /* the widest prefix that begins at `at` and ends at `last` or before */
        unsigned aligned = at ? (unsigned)__builtin_ctzll(at) : ADDRESS_BITS;
        unsigned fits = 63 - (unsigned)__builtin_clzll(last - at + 1);
        unsigned length = ADDRESS_BITS - (aligned < fits ? aligned : fits);
        if (excluded && length == ADDRESS_BITS)
            vec_push(&table->excluded, (uint32_t)at);
        else if (excluded)
            zone_table_add_row(table, (uint32_t)at, length, (struct zone_table_text){0, 0}, true);
        else if (bare && length == ADDRESS_BITS)
            vec_push(&table->addresses, (uint32_t)at);
        else
            zone_table_add_row(table, (uint32_t)at, length, text ? *text : table->fallback, false);
        at += 1ULL << (ADDRESS_BITS - length);
    }
}

/* ---- look-ups ---- */

bool
zone_table_index_build(struct zone_table_index *index, const uint32_t *numbers, size_t step, size_t count)
{
    if (!index->places) {
        unsigned bits = 1;
        while (bits < INDEX_BITS && count >> bits > IN_STRETCH)
            bits++;
        index->shift = ADDRESS_BITS - bits;
        index->places = mem_alloc((((size_t)1 << bits) + 1) * sizeof *index->places);
    }
    uint32_t *places = index->places, stretch = index->stretch, at = index->at;
    unsigned shift = index->shift;
    size_t end = count - at < INDEX_BATCH ? count : at + INDEX_BATCH;
    for (; at < end; at++)
        while (stretch <= numbers[at * step] >> shift)
            places[stretch++] = at;
    if (end == count)
        while (stretch <= (uint32_t)1 << (ADDRESS_BITS - shift))
            places[stretch++] = (uint32_t)count;
    index->stretch = stretch;
    index->at = at;
    return end == count;
}

uint32_t
zone_table_around(const struct zone_table *table, uint32_t address)
{
    const struct zone_table_row *rows = table->rows.at;
    size_t behind = table->rows.count;
    if (address < UINT32_MAX)
        behind = zone_table_index_search(&table->rows_index, zone_table_row_starts(table), ZONE_TABLE_ROW, address + 1);
    uint32_t row = (uint32_t)behind - 1; /* ZONE_TABLE_NONE when even the first starts behind */
    while (row != ZONE_TABLE_NONE && zone_table_row_last(&rows[row]) < address)
        row = rows[row].around;
    return row;
}

bool
zone_table_has_bare(const struct zone_table *table, uint32_t address, uint32_t row)
{
    if (row != ZONE_TABLE_NONE && table->rows.at[row].length == ADDRESS_BITS)
        return false;
    size_t place = zone_table_place(table, address);
    return place < table->addresses.count && table->addresses.at[place] == address;
}
