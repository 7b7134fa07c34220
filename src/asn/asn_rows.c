#include "asn/asn_rows.h"

#include "asn/asn_table_parts.h"
#include "asn/asndb.h"
#include "base/sort.h"
#include "base/text.h"

#include <stdlib.h>

enum {
    BATCH = 8 * 1024, /* rows or ASes between two looks at the clock */
    FIRST_SLOTS = 1 << 12,
};

void
asn_rows_free(struct asn_rows *rows)
{
    vec_free(&rows->ipv4);
    vec_free(&rows->ipv6);
    vec_free(&rows->ases);
    buf_free(&rows->text);
    free(rows->slots);
    free(rows->sorted);
    free(rows->ends);
    sort_numbers_free(rows->sort);
    *rows = (struct asn_rows){0};
}

/* ---- ASes ---- */

/* Returns the slot of a number, or the free one for it. */
static uint32_t *
slot_of(const struct asn_rows *rows, uint32_t number)
{
    size_t at = number * UINT64_C(0x9E3779B97F4A7C15) >> 32 & (rows->room - 1); /* Fibonacci hashing */
    while (rows->slots[at] != 0 && rows->ases.at[rows->slots[at] - 1].number != number)
        at = (at + 1) & (rows->room - 1);
    return &rows->slots[at];
}

static void
grow(struct asn_rows *rows)
{
    free(rows->slots);
    rows->room = rows->room ? 2 * rows->room : FIRST_SLOTS;
    rows->slots = mem_zero(rows->room * sizeof *rows->slots);
    for (size_t i = 0; i < rows->ases.count; i++)
        *slot_of(rows, rows->ases.at[i].number) = (uint32_t)i + 1;
}

uint32_t
asn_rows_as(struct asn_rows *rows, uint32_t number)
{
    if (2 * rows->ases.count >= rows->room)
        grow(rows);
    uint32_t *slot = slot_of(rows, number);
    if (*slot == 0) {
        vec_push(&rows->ases, ((struct asn_rows_as){.number = number}));
        *slot = (uint32_t)rows->ases.count;
    }
    return *slot - 1;
}

bool
asn_rows_has(const struct asn_rows *rows, uint32_t number)
{
    return rows->room > 0 && *slot_of(rows, number) != 0;
}

void
asn_rows_name(struct asn_rows *rows, uint32_t as, const char *name, size_t count)
{
    char clean[ASNDB_ORG];
    if (rows->ases.at[as].name || count == 0)
        return;
    text_clean_into(clean, sizeof clean, name, count);
    if (rows->text.count == 0)
        buf_byte(&rows->text, '\0'); /* place 0 is "" */
    rows->ases.at[as].name = (uint32_t)rows->text.count;
    buf_bytes(&rows->text, clean, strlen(clean) + 1);
}

/* ---- rows ---- */

void
asn_rows_add(struct asn_rows *rows, const struct prefix *prefix, uint32_t as, uint16_t peers)
{
    bool is_ipv4 = prefix->addr.family == ADDR_V4;
    struct asn_row row = {.as = as, .peers = peers, .length = prefix->length};
    row.start = is_ipv4 ? addr_to_v4(&prefix->addr) : addr_high(&prefix->addr);
    rows->ases.at[as].has_ipv4 |= is_ipv4;
    if (is_ipv4)
        vec_push(&rows->ipv4, row);
    else
        vec_push(&rows->ipv6, row);
}

static int
by_place(const void *a, const void *b)
{
    const struct asn_row *x = a, *y = b;
    if (x->start != y->start)
        return x->start < y->start ? -1 : 1;
    if (x->length != y->length)
        return x->length < y->length ? -1 : 1;
    if (x->peers != y->peers)
        return x->peers > y->peers ? -1 : 1;
    return x->as < y->as ? -1 : x->as > y->as; /* the one that came first */
}

/* Sorts and drops repeated origins of a prefix, which may differ in their peers. Returns the rows that are left. */
static size_t
sort_rows(struct asn_row *rows, size_t count)
{
    size_t kept = 0, first = 0;
    if (count > 0)
        qsort(rows, count, sizeof *rows, by_place);
    for (size_t i = 0; i < count; i++) {
        if (rows[i].start != rows[first].start || rows[i].length != rows[first].length || kept == 0)
            first = kept;
        size_t same = first;
        while (same < kept && rows[same].as != rows[i].as)
            same++;
        if (same == kept)
            rows[kept++] = rows[i];
    }
    return kept;
}

void
asn_rows_sort(struct asn_rows *rows)
{
    rows->ipv4.count = sort_rows(rows->ipv4.at, rows->ipv4.count);
    rows->ipv6.count = sort_rows(rows->ipv6.at, rows->ipv6.count);
}

/* ---- the file ---- */

/* Sorts the numbers; those without IPv4 ranges, of which an MMDB's walk has none, at once. */
static bool
sort_ases(struct asn_rows *rows, struct asn_file *file)
{
    (void)file;
    if (!rows->sort) {
        size_t count = rows->ases.count, others = count;
        rows->sorted = mem_alloc((count + 1) * sizeof *rows->sorted);
        for (size_t i = 0; i < count; i++)
            rows->sorted[rows->ases.at[i].has_ipv4 ? rows->ipv4_ases++ : --others] = rows->ases.at[i].number;
        rows->sort = sort_numbers_new(rows->sorted + others, count - others);
        while (!sort_numbers_step(rows->sort))
            ;
        sort_numbers_free(rows->sort);
        rows->sort = sort_numbers_new(rows->sorted, rows->ipv4_ases);
    }
    return sort_numbers_step(rows->sort);
}

static bool
lay_out(struct asn_rows *rows, struct asn_file *file)
{
    struct asn_table_parts parts;
    size_t count = rows->ases.count;
    if (rows->text.count == 0)
        buf_byte(&rows->text, '\0');
    uint32_t counts[ASN_FILE_COUNTS] = {(uint32_t)rows->ipv4_ases, (uint32_t)(count - rows->ipv4_ases),
                                        (uint32_t)rows->ipv4.count, (uint32_t)rows->ipv6.count,
                                        (uint32_t)rows->text.count};
    asn_file_new(file, ASN_FILE_ANNOUNCED, (size_t)asn_table_parts_measure(&parts, counts));
    memcpy(((struct asn_file_head *)(void *)file->bytes)->counts, counts, sizeof counts);
    asn_table_parts_place(&parts, file);
    for (size_t i = 0; i < count; i++) {
        struct asn_rows_as *as = &rows->ases.at[*slot_of(rows, rows->sorted[i]) - 1];
        parts.numbers[i] = as->number;
        parts.names[i] = as->name;
        parts.addresses[i] = parts.ends[i] = 0;
        as->place = (uint32_t)i;
    }
    memcpy(parts.text, rows->text.at, rows->text.count);
    rows->ends = mem_zero((count + 1) * sizeof *rows->ends);
    return true;
}

static struct asn_table_parts
parts_of(const struct asn_file *file)
{
    struct asn_table_parts parts;
    asn_table_parts_measure(&parts, asn_file_head(file)->counts);
    asn_table_parts_place(&parts, file);
    return parts;
}

static bool
write_ranges(struct asn_rows *rows, struct asn_file *file)
{
    struct asn_table_parts parts = parts_of(file);
    size_t end = rows->done + BATCH < parts.ipv4_count ? rows->done + BATCH : parts.ipv4_count;
    for (; rows->done < end; rows->done++) {
        const struct asn_row *row = &rows->ipv4.at[rows->done];
        uint32_t place = rows->ases.at[row->as].place;
        uint64_t behind = row->start + (UINT64_C(1) << (32 - row->length));
        parts.ranges[rows->done] = (struct asn_range){(uint32_t)row->start, place << ASN_PLACE_SHIFT | row->length};
        parts.ends[place]++;
        if (row->start >= rows->ends[place]) { /* else inside a range of the same AS */
            parts.addresses[place] += behind - row->start;
            rows->ends[place] = behind;
        }
    }
    if (rows->done < parts.ipv4_count)
        return false;
    for (size_t i = 0; i < parts.ipv6_count; i++) {
        const struct asn_row *row = &rows->ipv6.at[i];
        parts.starts6[i] = row->start;
        parts.whats6[i] = rows->ases.at[row->as].place << ASN_PLACE_SHIFT;
        parts.whats6[i] |= row->length;
    }
    for (size_t i = 0, begin = 0; i < rows->ases.count; i++) {
        uint32_t count = parts.ends[i];
        parts.ends[i] = (uint32_t)begin;
        begin += count;
    }
    return true;
}

/* A counting sort: each list grows from its begin to its end. */
static bool
write_lists(struct asn_rows *rows, struct asn_file *file)
{
    struct asn_table_parts parts = parts_of(file);
    size_t end = rows->done + BATCH < parts.ipv4_count ? rows->done + BATCH : parts.ipv4_count;
    for (; rows->done < end; rows->done++)
        parts.lists[parts.ends[parts.ranges[rows->done].what >> ASN_PLACE_SHIFT]++] = (uint32_t)rows->done;
    return rows->done == parts.ipv4_count;
}

/* Each handles one batch and returns whether that was its last. */
static bool (*const stages[])(struct asn_rows *, struct asn_file *) = {sort_ases, lay_out, write_ranges, write_lists};

bool
asn_rows_step(struct asn_rows *rows, struct asn_file *file)
{
    if (stages[rows->stage](rows, file)) {
        rows->stage++;
        rows->done = 0;
    }
    return rows->stage == sizeof stages / sizeof stages[0];
}
