#include "zones/zone_table_build.h"

#include "base/mem.h"
#include "base/radix.h"

#include <stdlib.h>
#include <string.h>

/* Each stage is a function that does a part of its work at each call, from the place `at` on, and is true when it is
 * done; then `at` and `kept` are 0 again. */

enum {
    ADDRESS_BITS = 32,
    HOST_KEY = 25, /* from this length on rows count as single addresses: exclusions among them exclude these */
    LENGTH_BITS = 6,
    KEY_BITS = ADDRESS_BITS + LENGTH_BITS,
    DIGIT_BITS = 10,
    DIGITS = 1 << DIGIT_BITS,
    BATCH = 1 << 14,    /* of what is gone through */
    SEARCHES = 1 << 11, /* of what is looked up among all addresses */
};

struct zone_table_build {
    struct zone_table *table;
    unsigned stage;
    size_t at, kept;
    size_t settled_rows; /* the rows that were in order last; those behind have come since */
    struct radix *radix;

    struct zone_table_row *spare; /* for sorting the rows, to which they are dealt in passes */
    uint32_t places[DIGITS + 1];
    unsigned shift;
    bool dealing;

    size_t next; /* on the way through the bare addresses: those before `kept` stay, those from here on are to come */
    uint64_t excluded_before; /* on the way through the rows: as far as an excluded one reached */
    VEC(uint32_t) listed;     /* single addresses that are rows */
    uint32_t around;
};

static size_t
batch_end(const struct zone_table_build *s, size_t count)
{
    return count - s->at < BATCH ? count : s->at + BATCH;
}

/* ---- numbers ---- */

static bool
sort_numbers(struct zone_table_build *s, uint32_t *numbers, size_t count)
{
    if (!s->radix)
        s->radix = radix_new(numbers, count);
    if (!radix_step(s->radix))
        return false;
    radix_free(s->radix);
    s->radix = NULL;
    return true;
}

/* Of sorted numbers each stays once. */
static bool
thin_numbers(struct zone_table_build *s, uint32_t *numbers, size_t *count)
{
    size_t i = s->at, kept = s->kept, end = batch_end(s, *count);
    if (i == 0 && i < end)
        i = kept = 1;
    if (i == kept)
        while (i < end && numbers[i] != numbers[i - 1])
            kept = ++i;
    for (; i < end; i++)
        if (numbers[i] != numbers[kept - 1])
            numbers[kept++] = numbers[i];
    s->at = end;
    s->kept = kept;
    if (end < *count)
        return false;
    *count = kept;
    return true;
}

static bool
sort_addresses(struct zone_table_build *s)
{
    return sort_numbers(s, s->table->addresses.at, s->table->addresses.count);
}

static bool
thin_addresses(struct zone_table_build *s)
{
    return thin_numbers(s, s->table->addresses.at, &s->table->addresses.count);
}

static bool
sort_excluded(struct zone_table_build *s)
{
    return sort_numbers(s, s->table->excluded.at, s->table->excluded.count);
}

static bool
thin_excluded(struct zone_table_build *s)
{
    return thin_numbers(s, s->table->excluded.at, &s->table->excluded.count);
}

/* ---- rows ---- */

static inline uint32_t
digit_of(const struct zone_table_row *row, unsigned shift)
{
    return ((uint64_t)row->start << LENGTH_BITS | row->length) >> shift & (DIGITS - 1);
}

static void
count_digits(struct zone_table_build *s, size_t end)
{
    const struct zone_table_row *rows = s->table->rows.at;
    uint32_t *places = s->places;
    for (size_t i = s->at; i < end; i++)
        places[digit_of(&rows[i], s->shift) + 1]++;
}

static void
deal_rows(struct zone_table_build *s, size_t end)
{
    const struct zone_table_row *from = s->table->rows.at;
    struct zone_table_row *to = s->spare;
    uint32_t *places = s->places;
    for (size_t i = s->at; i < end; i++)
        to[places[digit_of(&from[i], s->shift)]++] = from[i];
}

static void
end_pass(struct zone_table_build *s)
{
    struct zone_table_row *swap = s->table->rows.at;
    s->table->rows.at = s->spare;
    s->spare = swap;
    s->shift += DIGIT_BITS;
    memset(s->places, 0, sizeof s->places);
}

/* By start, wider first. Stable: rows of one prefix stay in the order of the file. */
static bool
sort_rows(struct zone_table_build *s)
{
    struct zone_table *table = s->table;
    size_t count = table->rows.count, end = batch_end(s, count);
    if (count == s->settled_rows)
        return true;
    if (!s->spare) {
        table->rows.room = count;
        s->spare = mem_alloc(count * sizeof *s->spare);
    }
    (s->dealing ? deal_rows : count_digits)(s, end);
    s->at = end;
    if (end < count)
        return false;
    s->at = 0;
    if (s->dealing)
        end_pass(s);
    else
        for (unsigned digit = 0; digit < DIGITS; digit++)
            s->places[digit + 1] += s->places[digit];
    s->dealing = !s->dealing;
    if (s->shift < KEY_BITS)
        return false;
    s->shift = 0;
    free(s->spare);
    s->spare = NULL;
    return true;
}

static bool
is_same_row(const struct zone_table *table, const struct zone_table_row *a, const struct zone_table_row *b)
{
    return zone_table_is_same_prefix(a, b) && a->excluded == b->excluded &&
           zone_table_is_same_text(table, (struct zone_table_text){a->text, a->text_count},
                                   (struct zone_table_text){b->text, b->text_count});
}

/* Of equal rows the first stays. Those that are apart because another row of the same prefix lies between both stay. */
static bool
thin_rows(struct zone_table_build *s)
{
    struct zone_table *table = s->table;
    struct zone_table_row *rows = table->rows.at;
    size_t count = table->rows.count, end = batch_end(s, count);
    if (count == s->settled_rows)
        return true;
    for (size_t i = s->at; i < end; i++)
        if (s->kept == 0 || !is_same_row(table, &rows[i], &rows[s->kept - 1]))
            rows[s->kept++] = rows[i];
    s->at = end;
    if (end < count)
        return false;
    table->rows.count = s->settled_rows = s->kept;
    return true;
}

static bool
link_rows(struct zone_table_build *s)
{
    struct zone_table *table = s->table;
    struct zone_table_row *rows = table->rows.at;
    size_t end = batch_end(s, table->rows.count);
    uint32_t around = s->at ? s->around : ZONE_TABLE_NONE;
    for (uint32_t i = (uint32_t)s->at; i < end; i++) {
        struct zone_table_row *row = &rows[i];
        while (around != ZONE_TABLE_NONE && zone_table_row_last(&rows[around]) < row->start)
            around = rows[around].around;
        bool same = around != ZONE_TABLE_NONE && zone_table_is_same_prefix(&rows[around], row);
        row->around = same ? rows[around].around : around;
        around = i;
        if (!row->excluded && row->length < ADDRESS_BITS)
            vec_push(&table->wide, i);
    }
    s->around = around;
    s->at = end;
    return end == table->rows.count;
}

/* ---- between both ---- */

/* The bare addresses up to this place stay. True when they all are where they belong. */
static bool
keep_until(struct zone_table_build *s, size_t place)
{
    uint32_t *at = s->table->addresses.at;
    size_t count = place - s->next;
    if (s->kept != s->next) {
        count = count < BATCH ? count : BATCH;
        memmove(at + s->kept, at + s->next, count * sizeof *at);
    }
    s->kept += count;
    s->next += count;
    return s->next == place;
}

static bool
keep_rest(struct zone_table_build *s)
{
    if (!keep_until(s, s->table->addresses.count))
        return false;
    s->table->addresses.count = s->kept;
    s->next = 0;
    return true;
}

/* The bare addresses in this range, which is not before the last, become rows: they are not listed. True when they are.
 */
static bool
hide_bare(struct zone_table_build *s, uint32_t first, uint32_t last)
{
    struct zone_table *table = s->table;
    const uint32_t *at = table->addresses.at;
    size_t count = table->addresses.count;
    if (s->next == count || at[s->next] > last)
        return true;
    if (!keep_until(s, zone_index_search(at, ZONE_TABLE_NUMBER, s->next, count, first)))
        return false;
    for (; s->next < count && at[s->next] <= last; s->next++)
        zone_table_add_row(table, at[s->next], ADDRESS_BITS, table->bare, false);
    return true;
}

/* Those that single addresses exclude. */
static bool
hide_singles(struct zone_table_build *s)
{
    const struct zone_table *table = s->table;
    for (unsigned left = SEARCHES; left > 0; left--) {
        if (s->at == table->excluded.count || s->next == table->addresses.count)
            return keep_rest(s);
        if (!hide_bare(s, table->excluded.at[s->at], table->excluded.at[s->at]))
            return false;
        s->at++;
    }
    return false;
}

/* Those that rows exclude. */
static bool
hide_ranges(struct zone_table_build *s)
{
    for (unsigned left = SEARCHES; left > 0; left--) {
        if (s->at == s->settled_rows || s->next == s->table->addresses.count)
            return keep_rest(s);
        struct zone_table_row row = s->table->rows.at[s->at];
        if (row.excluded && row.length >= HOST_KEY && !hide_bare(s, row.start, zone_table_row_last(&row)))
            return false;
        s->at++;
    }
    return false;
}

/* A row of a single address comes among the addresses, unless it is excluded; its bare twin becomes a row. */
static void
list_row(struct zone_table_build *s, struct zone_table_row row)
{
    struct zone_table *table = s->table;
    uint32_t last = zone_table_row_last(&row);
    if (row.excluded && row.length >= HOST_KEY && last >= s->excluded_before)
        s->excluded_before = (uint64_t)last + 1;
    if (row.length < ADDRESS_BITS || row.start < s->excluded_before || zone_table_excludes(table, row.start))
        return;
    size_t place = zone_index_search(table->addresses.at, ZONE_TABLE_NUMBER, 0, table->addresses.count, row.start);
    if (place < table->addresses.count && table->addresses.at[place] == row.start)
        zone_table_add_row(table, row.start, ADDRESS_BITS, table->bare, false);
    else if (s->listed.count == 0 || s->listed.at[s->listed.count - 1] != row.start)
        vec_push(&s->listed, row.start);
}

static bool
list_rows(struct zone_table_build *s)
{
    size_t left = s->settled_rows - s->at, end = s->at + (left < SEARCHES ? left : SEARCHES);
    for (; s->at < end; s->at++)
        list_row(s, s->table->rows.at[s->at]);
    return end == s->settled_rows;
}

/* Puts them among ours, from the back on, which needs no second array: so many of them are placed, so many of ours
 * kept. */
static bool
merge_listed(struct zone_table_build *s)
{
    struct zone_table *table = s->table;
    if (s->listed.count == 0)
        return true;
    if (s->at == 0 && s->kept == 0) {
        table->addresses.count = table->addresses.room = table->addresses.count + s->listed.count;
        table->addresses.at = mem_grow(table->addresses.at, table->addresses.room * sizeof *table->addresses.at);
    }
    uint32_t *at = table->addresses.at;
    const uint32_t *listed = s->listed.at;
    size_t theirs = s->listed.count - s->at, ours = table->addresses.count - s->listed.count - s->kept;
    for (unsigned left = BATCH; theirs > 0 && left > 0; left--) {
        size_t to = ours + theirs - 1;
        at[to] = ours > 0 && at[ours - 1] > listed[theirs - 1] ? at[--ours] : listed[--theirs];
    }
    s->at = s->listed.count - theirs;
    s->kept = table->addresses.count - s->listed.count - ours;
    return theirs == 0;
}

/* ---- the indexes ---- */

static bool
index_addresses(struct zone_table_build *s)
{
    struct zone_table *table = s->table;
    return zone_index_build(&table->addresses_index, table->addresses.at, ZONE_TABLE_NUMBER, table->addresses.count);
}

static bool
index_excluded(struct zone_table_build *s)
{
    struct zone_table *table = s->table;
    return zone_index_build(&table->excluded_index, table->excluded.at, ZONE_TABLE_NUMBER, table->excluded.count);
}

static bool
index_rows(struct zone_table_build *s)
{
    struct zone_table *table = s->table;
    return zone_index_build(&table->rows_index, zone_table_row_starts(table), ZONE_TABLE_ROW, table->rows.count);
}

/* Room was made for more than there are, as large pages. */
static bool
trim_texts(struct zone_table_build *s)
{
    struct buf *texts = &s->table->texts;
    if (texts->count > 0) {
        texts->room = texts->count + 1;
        texts->at = mem_grow(texts->at, texts->room);
    }
    return true;
}

/* ---- the whole ---- */

/* Some of the stages in the middle add rows, which then are put in order once more. */
static bool (*const stages[])(struct zone_table_build *) = {
    sort_addresses, thin_addresses, sort_excluded, thin_excluded,   index_excluded, sort_rows,
    thin_rows,      hide_singles,   hide_ranges,   list_rows,       merge_listed,   sort_rows,
    thin_rows,      link_rows,      index_rows,    index_addresses, trim_texts,
};

enum { STAGES = sizeof stages / sizeof stages[0] };

struct zone_table_build *
zone_table_build_new(struct zone_table *table)
{
    struct zone_table_build *s = mem_zero(sizeof *s);
    s->table = table;
    return s;
}

void
zone_table_build_free(struct zone_table_build *s)
{
    if (!s)
        return;
    radix_free(s->radix);
    free(s->spare);
    vec_free(&s->listed);
    free(s);
}

bool
zone_table_build_step(struct zone_table_build *s)
{
    if (s->stage < STAGES && stages[s->stage](s)) {
        s->stage++;
        s->at = s->kept = 0;
    }
    return s->stage == STAGES;
}
