#include "zonetable.h"

#include "mem.h"
#include "radix.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

enum {
    ADDRESS_BITS = 32,
    HOST_KEY = 25, /* from this length on rows count as single addresses: exclusions among them exclude these */
    FEW_TEXTS = 32 << 10,
};

void
zonetable_fini(struct zonetable *table)
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

uint32_t
zonetable_row_last(const struct zonetable_row *row)
{
    return row->length ? row->start | (uint32_t)((1ULL << (ADDRESS_BITS - row->length)) - 1) : UINT32_MAX;
}

static bool
is_same_prefix(const struct zonetable_row *a, const struct zonetable_row *b)
{
    return a->start == b->start && a->length == b->length;
}

static bool
is_same_text(const struct zonetable *table, struct zonetable_text a, struct zonetable_text b)
{
    return a.count == b.count &&
           (a.at == b.at || a.count == 0 || memcmp(table->texts.at + a.at, table->texts.at + b.at, a.count) == 0);
}

/* ---- searching ---- */

/* The arrays that are searched are numbers, or rows, whose first field is a number: that `step` numbers further is the
 * next. */
_Static_assert(offsetof(struct zonetable_row, start) == 0, "a row begins with the number it is sorted by");
enum { STEP_NUMBER = 1, STEP_ROW = sizeof(struct zonetable_row) / sizeof(uint32_t) };

static const uint32_t *
row_starts(const struct zonetable *table)
{
    return (const uint32_t *)table->rows.at;
}

/* The place of the first number from low to before high that is not smaller. */
static inline size_t
find_place(const uint32_t *numbers, size_t step, size_t low, size_t high, uint32_t number)
{
    for (size_t count = high - low; count > 0;) {
        size_t half = (count + 1) / 2; /* no branch to guess: half of the guesses would be wrong */
        low += numbers[(low + half - 1) * step] < number ? half : 0;
        count -= half;
    }
    return low;
}

static inline size_t
find_by_index(const struct zonetable_index *index, const uint32_t *numbers, size_t step, uint32_t number)
{
    const uint32_t *place = &index->places[number >> index->shift];
    return find_place(numbers, step, place[0], place[1], number);
}

static void
build_index(struct zonetable_index *index, const uint32_t *numbers, size_t step, size_t count)
{
    enum { IN_STRETCH = 16, BITS_MOST = 16 };
    unsigned bits = 1;
    while (bits < BITS_MOST && count >> bits > IN_STRETCH)
        bits++;
    uint32_t stretches = (uint32_t)1 << bits, stretch = 0;
    index->shift = ADDRESS_BITS - bits;
    index->places = mem_alloc((stretches + 1) * sizeof *index->places);
    for (uint32_t place = 0; place < count; place++)
        while (stretch <= numbers[place * step] >> index->shift)
            index->places[stretch++] = place;
    while (stretch <= stretches)
        index->places[stretch++] = (uint32_t)count;
}

/* ---- filling ---- */

void
zonetable_reserve(struct zonetable *table, size_t addresses)
{
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

/* From the first texts on in large blocks, unless they are few. */
static void
grow_texts(struct zonetable *table)
{
    struct buf *texts = &table->texts;
    size_t room = texts->room < FEW_TEXTS ? FEW_TEXTS : texts->room < MEM_LARGE ? MEM_LARGE : texts->room * 2;
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
    table->fallback_is_other = !is_same_text(table, text, table->bare);
}

static void
add_row(struct zonetable *table, uint32_t start, unsigned length, struct zonetable_text text, bool excluded)
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
            add_row(table, (uint32_t)at, length, text ? *text : table->fallback, false);
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
            add_row(table, (uint32_t)at, length, (struct zonetable_text){0, 0}, true);
        at += 1ULL << (ADDRESS_BITS - length);
    }
}

/* ---- settling ---- */

enum { LENGTH_BITS = 6, KEY_BITS = ADDRESS_BITS + LENGTH_BITS, DIGIT_BITS = 10, DIGITS = 1 << DIGIT_BITS };

static inline uint32_t
digit_of(const struct zonetable_row *row, unsigned shift)
{
    return ((uint64_t)row->start << LENGTH_BITS | row->length) >> shift & (DIGITS - 1);
}

/* By start, wider first. Stable: rows of one prefix stay in the order of the file. */
static void
sort_rows(struct zonetable *table)
{
    size_t count = table->rows.count;
    struct zonetable_row *from = table->rows.at, *to = mem_alloc(count * sizeof *to);
    for (unsigned shift = 0; shift < KEY_BITS; shift += DIGIT_BITS) {
        uint32_t places[DIGITS + 1] = {0};
        for (size_t i = 0; i < count; i++)
            places[digit_of(&from[i], shift) + 1]++;
        for (unsigned digit = 0; digit < DIGITS; digit++)
            places[digit + 1] += places[digit];
        for (size_t i = 0; i < count; i++)
            to[places[digit_of(&from[i], shift)]++] = from[i];
        struct zonetable_row *swap = from;
        from = to;
        to = swap;
    }
    free(to);
    table->rows.at = from;
    table->rows.room = count;
}

static bool
is_same_row(const struct zonetable *table, const struct zonetable_row *a, const struct zonetable_row *b)
{
    return is_same_prefix(a, b) && a->excluded == b->excluded &&
           is_same_text(table, (struct zonetable_text){a->text, a->text_count},
                        (struct zonetable_text){b->text, b->text_count});
}

/* Of equal rows the first stays. Those that are apart because another row of the same prefix lies between both stay. */
static void
settle_rows(struct zonetable *table)
{
    if (table->rows.count == 0)
        return;
    sort_rows(table);
    size_t kept = 1;
    for (size_t i = 1; i < table->rows.count; i++)
        if (!is_same_row(table, &table->rows.at[i], &table->rows.at[kept - 1]))
            table->rows.at[kept++] = table->rows.at[i];
    table->rows.count = kept;
}

/* In order, each once; returns how many stay. */
static size_t
settle_numbers(uint32_t *numbers, size_t count)
{
    size_t kept = 1;
    radix_sort(numbers, count);
    while (kept < count && numbers[kept] != numbers[kept - 1])
        kept++;
    for (size_t i = kept; i < count; i++)
        if (numbers[i] != numbers[kept - 1])
            numbers[kept++] = numbers[i];
    return kept < count ? kept : count;
}

/* Puts other sorted addresses among ours, from the back on, which needs no second array. */
static void
merge_addresses(struct zonetable *table, const uint32_t *other, size_t other_count)
{
    size_t ours = table->addresses.count, to = ours + other_count;
    table->addresses.count = table->addresses.room = to;
    table->addresses.at = mem_grow(table->addresses.at, to * sizeof *table->addresses.at);
    uint32_t *at = table->addresses.at;
    while (other_count)
        at[--to] = ours && at[ours - 1] > other[other_count - 1] ? at[--ours] : other[--other_count];
}

/* On its way through the bare addresses: those before `kept` stay, those from `next` on are to come. */
struct sweep {
    struct zonetable *table;
    size_t kept, next;
};

/* The bare addresses up to this place stay. */
static void
keep_until(struct sweep *s, size_t place)
{
    uint32_t *at = s->table->addresses.at;
    if (s->kept != s->next)
        memmove(at + s->kept, at + s->next, (place - s->next) * sizeof *at);
    s->kept += place - s->next;
    s->next = place;
}

/* The bare addresses in this range, which is not before the last, become rows: they are not listed. */
static void
hide_bare(struct sweep *s, uint32_t first, uint32_t last)
{
    struct zonetable *table = s->table;
    const uint32_t *at = table->addresses.at;
    if (s->next == table->addresses.count || at[s->next] > last)
        return;
    keep_until(s, find_place(at, STEP_NUMBER, s->next, table->addresses.count, first));
    for (; s->next < table->addresses.count && at[s->next] <= last; s->next++)
        add_row(table, at[s->next], ADDRESS_BITS, table->bare, false);
}

static void
end_sweep(struct sweep *s)
{
    keep_until(s, s->table->addresses.count);
    s->table->addresses.count = s->kept;
}

static void
hide_excluded(struct zonetable *table)
{
    struct sweep singles = {.table = table}, rows = {.table = table};
    size_t row_count = table->rows.count;
    for (size_t i = 0; i < table->excluded.count && singles.next < table->addresses.count; i++)
        hide_bare(&singles, table->excluded.at[i], table->excluded.at[i]);
    end_sweep(&singles);
    for (size_t i = 0; i < row_count; i++) {
        struct zonetable_row row = table->rows.at[i];
        if (row.excluded && row.length >= HOST_KEY)
            hide_bare(&rows, row.start, zonetable_row_last(&row));
    }
    end_sweep(&rows);
}

/* Rows of single addresses come among the addresses, unless they are excluded; a bare twin becomes a row. */
static void
list_rows(struct zonetable *table)
{
    VEC(uint32_t) listed = {0};
    uint64_t excluded_before = 0;
    size_t row_count = table->rows.count;
    for (size_t i = 0; i < row_count; i++) {
        struct zonetable_row row = table->rows.at[i];
        uint32_t last = zonetable_row_last(&row);
        if (row.excluded && row.length >= HOST_KEY && last >= excluded_before)
            excluded_before = (uint64_t)last + 1;
        if (row.length < ADDRESS_BITS || row.start < excluded_before || zonetable_excludes(table, row.start))
            continue;
        size_t place = find_place(table->addresses.at, STEP_NUMBER, 0, table->addresses.count, row.start);
        if (place < table->addresses.count && table->addresses.at[place] == row.start)
            add_row(table, row.start, ADDRESS_BITS, table->bare, false);
        else if (listed.count == 0 || listed.at[listed.count - 1] != row.start)
            vec_push(&listed, row.start);
    }
    merge_addresses(table, listed.at, listed.count);
    vec_free(&listed);
}

static void
link_rows(struct zonetable *table)
{
    uint32_t around = ZONETABLE_NONE;
    for (uint32_t i = 0; i < table->rows.count; i++) {
        struct zonetable_row *row = &table->rows.at[i];
        while (around != ZONETABLE_NONE && zonetable_row_last(&table->rows.at[around]) < row->start)
            around = table->rows.at[around].around;
        bool same = around != ZONETABLE_NONE && is_same_prefix(&table->rows.at[around], row);
        row->around = same ? table->rows.at[around].around : around;
        around = i;
        if (!row->excluded && row->length < ADDRESS_BITS)
            vec_push(&table->wide, i);
    }
}

void
zonetable_settle(struct zonetable *table)
{
    table->addresses.count = settle_numbers(table->addresses.at, table->addresses.count);
    table->excluded.count = settle_numbers(table->excluded.at, table->excluded.count);
    build_index(&table->excluded_index, table->excluded.at, STEP_NUMBER, table->excluded.count);
    settle_rows(table);
    size_t row_count = table->rows.count;
    hide_excluded(table);
    list_rows(table);
    if (table->rows.count > row_count)
        settle_rows(table);
    link_rows(table);
    build_index(&table->addresses_index, table->addresses.at, STEP_NUMBER, table->addresses.count);
    build_index(&table->rows_index, row_starts(table), STEP_ROW, table->rows.count);
}

/* ---- look-ups ---- */

size_t
zonetable_place(const struct zonetable *table, uint32_t address)
{
    return find_by_index(&table->addresses_index, table->addresses.at, STEP_NUMBER, address);
}

bool
zonetable_excludes(const struct zonetable *table, uint32_t address)
{
    size_t place = find_by_index(&table->excluded_index, table->excluded.at, STEP_NUMBER, address);
    return place < table->excluded.count && table->excluded.at[place] == address;
}

uint32_t
zonetable_around(const struct zonetable *table, uint32_t address)
{
    const struct zonetable_row *rows = table->rows.at;
    size_t behind = address == UINT32_MAX ? table->rows.count
                                          : find_by_index(&table->rows_index, row_starts(table), STEP_ROW, address + 1);
    uint32_t row = (uint32_t)behind - 1; /* ZONETABLE_NONE when even the first starts behind */
    while (row != ZONETABLE_NONE && zonetable_row_last(&rows[row]) < address)
        row = rows[row].around;
    return row;
}

uint32_t
zonetable_outwards(const struct zonetable *table, uint32_t row)
{
    const struct zonetable_row *at = &table->rows.at[row];
    return row > 0 && is_same_prefix(at, at - 1) ? row - 1 : at->around;
}

bool
zonetable_has_bare(const struct zonetable *table, uint32_t address, uint32_t row)
{
    if (row != ZONETABLE_NONE && table->rows.at[row].length == ADDRESS_BITS)
        return false;
    size_t place = zonetable_place(table, address);
    return place < table->addresses.count && table->addresses.at[place] == address;
}
