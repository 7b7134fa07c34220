#include "zones/zone_table.h"

#include "base/mem.h"

#include <assert.h>
#include <string.h>

enum {
    ADDRESS_BITS = 32,
    FEW_TEXTS = 32 << 10,
};

void
zone_table_fini(struct zone_table *table)
{
    vec_free(&table->addresses);
    vec_free(&table->excluded);
    vec_free(&table->rows);
    vec_free(&table->wide);
    zone_index_free(&table->addresses_index);
    zone_index_free(&table->excluded_index);
    zone_index_free(&table->rows_index);
    buf_free(&table->texts);
}

uint32_t
zone_table_row_last(const struct zone_table_row *row)
{
    return row->length ? row->start | (uint32_t)((1ULL << (ADDRESS_BITS - row->length)) - 1) : UINT32_MAX;
}

bool
zone_table_is_same_text(const struct zone_table *table, struct zone_table_text a, struct zone_table_text b)
{
    return a.count == b.count &&
           (a.at == b.at || a.count == 0 || memcmp(table->texts.at + a.at, table->texts.at + b.at, a.count) == 0);
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

/* Few texts take little; more begin on a large block with room for all, if it is known how much that is. */
static void
grow_texts(struct zone_table *table)
{
    struct buf *texts = &table->texts;
    if (texts->room >= MEM_LARGE) {
        texts->room *= 2;
        texts->at = mem_grow(texts->at, texts->room);
        return;
    }
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

struct zone_table_text
zone_table_keep(struct zone_table *table, const char *text, size_t count)
{
    assert(count <= ZONE_TABLE_TEXT);
    if (table->texts.room - table->texts.count <= ZONE_TABLE_TEXT)
        grow_texts(table);
    struct zone_table_text kept = {(uint32_t)table->texts.count, (uint8_t)count};
    buf_bytes(&table->texts, text, count);
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
zone_table_add(struct zone_table *table, uint32_t first, uint32_t last, const struct zone_table_text *text)
{
    bool bare = text == NULL && !table->fallback_is_other;
    for (uint64_t at = first; at <= last;) {
        unsigned length = widest_length((uint32_t)at, last);
        if (bare && length == ADDRESS_BITS)
            vec_push(&table->addresses, (uint32_t)at);
        else
            zone_table_add_row(table, (uint32_t)at, length, text ? *text : table->fallback, false);
        at += 1ULL << (ADDRESS_BITS - length);
    }
}

void
zone_table_exclude(struct zone_table *table, uint32_t first, uint32_t last)
{
    for (uint64_t at = first; at <= last;) {
        unsigned length = widest_length((uint32_t)at, last);
        if (length == ADDRESS_BITS)
            vec_push(&table->excluded, (uint32_t)at);
        else
            zone_table_add_row(table, (uint32_t)at, length, (struct zone_table_text){0, 0}, true);
        at += 1ULL << (ADDRESS_BITS - length);
    }
}

/* ---- look-ups ---- */

size_t
zone_table_place(const struct zone_table *table, uint32_t address)
{
    return zone_index_find(&table->addresses_index, table->addresses.at, ZONE_TABLE_NUMBER, address);
}

bool
zone_table_excludes(const struct zone_table *table, uint32_t address)
{
    size_t place = zone_index_find(&table->excluded_index, table->excluded.at, ZONE_TABLE_NUMBER, address);
    return place < table->excluded.count && table->excluded.at[place] == address;
}

uint32_t
zone_table_around(const struct zone_table *table, uint32_t address)
{
    const struct zone_table_row *rows = table->rows.at;
    size_t behind = address == UINT32_MAX ? table->rows.count
                                          : zone_index_find(&table->rows_index, zone_table_row_starts(table),
                                                            ZONE_TABLE_ROW, address + 1);
    uint32_t row = (uint32_t)behind - 1; /* ZONE_TABLE_NONE when even the first starts behind */
    while (row != ZONE_TABLE_NONE && zone_table_row_last(&rows[row]) < address)
        row = rows[row].around;
    return row;
}

uint32_t
zone_table_outwards(const struct zone_table *table, uint32_t row)
{
    const struct zone_table_row *at = &table->rows.at[row];
    return row > 0 && zone_table_is_same_prefix(at, at - 1) ? row - 1 : at->around;
}

bool
zone_table_has_bare(const struct zone_table *table, uint32_t address, uint32_t row)
{
    if (row != ZONE_TABLE_NONE && table->rows.at[row].length == ADDRESS_BITS)
        return false;
    size_t place = zone_table_place(table, address);
    return place < table->addresses.count && table->addresses.at[place] == address;
}
