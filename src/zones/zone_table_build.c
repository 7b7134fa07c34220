#include "zones/zone_table_build.h"

#include "base/sort.h"

#include <stdlib.h>
#include <string.h>

/* Each stage is a function that handles a batch at each call, from the place `at` on, and returns true when it is done;
 * `at` and `kept` are then 0 again. Some of the stages in the middle add rows, which then are sorted once more. */

enum stage {
    SORT_ADDRESSES,
    THIN_ADDRESSES,
    SORT_EXCLUDED,
    THIN_EXCLUDED,
    INDEX_EXCLUDED,
    SORT_ROWS,
    THIN_ROWS,
    HIDE_EXCLUDED,
    HIDE_RANGES,
    LIST_ROWS,
    MERGE_LISTED,
    SORT_ALL_ROWS,
    THIN_ALL_ROWS,
    LINK_ROWS,
    INDEX_ROWS,
    INDEX_ADDRESSES,
    TRIM_TEXTS,
    BUILT
};

enum {
    ADDRESS_BITS = 32,
    HOST_KEY = 25, /* from this length on rows count as single addresses: exclusions among them exclude these */
    LENGTH_BITS = 6,
    KEY_BITS = ADDRESS_BITS + LENGTH_BITS,
    DIGIT_BITS = 10,
    DIGITS = 1 << DIGIT_BITS,
    BATCH = 1 << 14,    /* items passed through */
    SEARCHES = 1 << 11, /* searches among all addresses */
};

struct zone_table_build {
    struct zone_table *table;
    enum stage stage;
    size_t at, kept;
    size_t sorted_rows; /* rows behind these were added since the last sort */
    struct sort_numbers *sort;

    struct zone_table_row *spare; /* rows are dealt there and back in the passes of a radix sort */
    uint32_t places[DIGITS + 1];
    unsigned shift;
    bool dealing;

    size_t next;              /* bare addresses before `kept` stay, those from here on are to be seen */
    uint64_t excluded_before; /* where the excluded rows seen so far end */
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
sort_array(struct zone_table_build *s, uint32_t *numbers, size_t count)
{
    if (!s->sort)
        s->sort = sort_numbers_new(numbers, count);
    if (!sort_numbers_step(s->sort))
        return false;
    sort_numbers_free(s->sort);
    s->sort = NULL;
    return true;
}

/* Removes the repetitions of sorted numbers. */
static bool
thin_array(struct zone_table_build *s, uint32_t *numbers, size_t *count)
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

/* ---- rows ---- */

static inline uint32_t
digit_of(const struct zone_table_row *row, unsigned shift)
{
    return ((uint64_t)row->start << LENGTH_BITS | row->length) >> shift & (DIGITS - 1);
}

/* Counts the rows with each digit, or deals them out by it. */
static void
pass_rows(struct zone_table_build *s, size_t end)
{
    const struct zone_table_row *from = s->table->rows.at;
    struct zone_table_row *to = s->spare;
    uint32_t *places = s->places;
    if (s->dealing)
        for (size_t i = s->at; i < end; i++)
            to[places[digit_of(&from[i], s->shift)]++] = from[i];
    else
        for (size_t i = s->at; i < end; i++)
            places[digit_of(&from[i], s->shift) + 1]++;
    s->at = end;
}

/* Sorts by start, wider first. Stable: rows of one prefix stay in the order of the file. */
static bool
sort_rows(struct zone_table_build *s)
{
    struct zone_table *table = s->table;
    size_t count = table->rows.count, end = batch_end(s, count);
    if (count == s->sorted_rows)
        return true;
    if (!s->spare) {
        table->rows.room = count;
        s->spare = mem_alloc(count * sizeof *s->spare);
    }
    pass_rows(s, end);
    if (end < count)
        return false;
    s->at = 0;
    s->dealing = !s->dealing;
    if (s->dealing) {
        for (unsigned digit = 0; digit < DIGITS; digit++)
            s->places[digit + 1] += s->places[digit];
        return false;
    }
    struct zone_table_row *swap = table->rows.at;
    table->rows.at = s->spare;
    s->spare = swap;
    s->shift += DIGIT_BITS;
    memset(s->places, 0, sizeof s->places);
    if (s->shift < KEY_BITS)
        return false;
    s->shift = 0;
    free(s->spare);
    s->spare = NULL;
    return true;
}

/* Removes rows equal to the one before. Equal rows with another row of their prefix between them stay. */
static bool
thin_rows(struct zone_table_build *s)
{
    struct zone_table *table = s->table;
    struct zone_table_row *rows = table->rows.at;
    size_t count = table->rows.count, end = batch_end(s, count);
    if (count == s->sorted_rows)
        return true;
    for (size_t i = s->at; i < end; i++) {
        const struct zone_table_row *a = &rows[i], *b = &rows[s->kept > 0 ? s->kept - 1 : 0];
        bool same = s->kept > 0 && zone_table_is_same_prefix(a, b) && a->excluded == b->excluded &&
                    zone_table_is_same_text(table, (struct zone_table_text){a->text, a->text_count},
                                            (struct zone_table_text){b->text, b->text_count});
        if (!same)
            rows[s->kept++] = rows[i];
    }
    s->at = end;
    if (end < count)
        return false;
    table->rows.count = s->sorted_rows = s->kept;
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

/* Keeps the bare addresses up to this place. Returns true when they all are in their new place. */
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

/* Turns the bare addresses that single exclusions, or excluded rows, cover into rows, because they are not listed. */
static bool
hide_bare(struct zone_table_build *s, bool by_rows)
{
    struct zone_table *table = s->table;
    const uint32_t *at = table->addresses.at;
    size_t count = table->addresses.count, exclusions = by_rows ? s->sorted_rows : table->excluded.count;
    for (unsigned left = SEARCHES; left > 0 && s->at < exclusions && s->next < count; left--, s->at++) {
        struct zone_table_row row = {.excluded = true, .length = ADDRESS_BITS};
        if (by_rows)
            row = table->rows.at[s->at];
        else
            row.start = table->excluded.at[s->at];
        uint32_t last = zone_table_row_last(&row);
        if (!row.excluded || row.length < HOST_KEY || at[s->next] > last)
            continue;
        if (!keep_until(s, zone_table_search(at, ZONE_TABLE_NUMBER, s->next, count, row.start)))
            return false;
        for (; s->next < count && at[s->next] <= last; s->next++)
            zone_table_add_row(table, at[s->next], ADDRESS_BITS, table->bare, false);
    }
    if ((s->at < exclusions && s->next < count) || !keep_until(s, count))
        return false;
    table->addresses.count = s->kept;
    s->next = 0;
    return true;
}

/* Collects single addresses that are rows and not excluded; the bare twin of one becomes a row, too. */
static bool
list_rows(struct zone_table_build *s)
{
    struct zone_table *table = s->table;
    const uint32_t *at = table->addresses.at;
    size_t count = table->addresses.count, left = s->sorted_rows - s->at;
    for (size_t end = s->at + (left < SEARCHES ? left : SEARCHES); s->at < end; s->at++) {
        struct zone_table_row row = table->rows.at[s->at];
        uint32_t last = zone_table_row_last(&row);
        if (row.excluded && row.length >= HOST_KEY && last >= s->excluded_before)
            s->excluded_before = (uint64_t)last + 1;
        if (row.length < ADDRESS_BITS || row.start < s->excluded_before || zone_table_excludes(table, row.start))
            continue;
        size_t place = zone_table_search(at, ZONE_TABLE_NUMBER, 0, count, row.start);
        if (place < count && at[place] == row.start)
            zone_table_add_row(table, row.start, ADDRESS_BITS, table->bare, false);
        else if (s->listed.count == 0 || s->listed.at[s->listed.count - 1] != row.start)
            vec_push(&s->listed, row.start);
    }
    return s->at == s->sorted_rows;
}

/* Merges these into the addresses, from the back on, which needs no second array: `at` of them are placed, `kept` of
 * the others moved. */
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

/* ---- the whole ---- */

static bool
run_stage(struct zone_table_build *s)
{
    struct zone_table *t = s->table;
    switch (s->stage) {
    case SORT_ADDRESSES:
        return sort_array(s, t->addresses.at, t->addresses.count);
    case THIN_ADDRESSES:
        return thin_array(s, t->addresses.at, &t->addresses.count);
    case SORT_EXCLUDED:
        return sort_array(s, t->excluded.at, t->excluded.count);
    case THIN_EXCLUDED:
        return thin_array(s, t->excluded.at, &t->excluded.count);
    case INDEX_EXCLUDED:
        return zone_table_index_build(&t->excluded_index, t->excluded.at, ZONE_TABLE_NUMBER, t->excluded.count);
    case SORT_ROWS:
    case SORT_ALL_ROWS:
        return sort_rows(s);
    case THIN_ROWS:
    case THIN_ALL_ROWS:
        return thin_rows(s);
    case HIDE_EXCLUDED:
        return hide_bare(s, false);
    case HIDE_RANGES:
        return hide_bare(s, true);
    case LIST_ROWS:
        return list_rows(s);
    case MERGE_LISTED:
        return merge_listed(s);
    case LINK_ROWS:
        return link_rows(s);
    case INDEX_ROWS:
        return zone_table_index_build(&t->rows_index, zone_table_row_starts(t), ZONE_TABLE_ROW, t->rows.count);
    case INDEX_ADDRESSES:
        return zone_table_index_build(&t->addresses_index, t->addresses.at, ZONE_TABLE_NUMBER, t->addresses.count);
    case TRIM_TEXTS: /* room for more was reserved on large pages */
        if (t->texts.count > 0) {
            t->texts.room = t->texts.count + 1;
            t->texts.at = mem_grow(t->texts.at, t->texts.room);
        }
        return true;
    case BUILT:
        break;
    }
    return false;
}

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
    sort_numbers_free(s->sort);
    free(s->spare);
    vec_free(&s->listed);
    free(s);
}

bool
zone_table_build_step(struct zone_table_build *s)
{
    if (run_stage(s)) {
        s->stage++;
        s->at = s->kept = 0;
    }
    return s->stage == BUILT;
}
