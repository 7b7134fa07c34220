#include "density/cover.h"

#include "density/density.h"

enum { ROWS = 64 };

const char *
cover_name(enum cover cover)
{
    static const char *const names[] = {[COVER_NONE] = "none", [COVER_PARTS] = "parts", [COVER_WHOLE] = "whole"};
    return names[cover];
}

/* Counts the single addresses that are listed, without the test record, from `first` to before `end`. */
static uint64_t
count_singles(const struct zone_file *file, uint64_t first, uint64_t end)
{
    if (first >= end)
        return 0;
    bool has_test = first <= DENSITY_TEST_POINT && DENSITY_TEST_POINT < end;
    return zone_file_count(file, (uint32_t)first, (uint32_t)(end - 1), NULL) -
           (has_test ? zone_file_count(file, DENSITY_TEST_POINT, DENSITY_TEST_POINT, NULL) : 0);
}

enum cover
cover_of(const struct zone_file *file, const struct prefix *prefix)
{
    struct zone_file_row rows[ROWS];
    uint64_t next = addr_to_v4(&prefix->addr), size = prefix_size(prefix), end = next + size, listed = 0;
    size_t count = zone_file_find(file, (uint32_t)next, rows, ROWS);
    bool whole = false, excluded = false;
    for (size_t i = 0; i < count && i < ROWS; i++) { /* narrowest first: the first that holds the prefix decides */
        if (rows[i].prefix.length > prefix->length)
            continue;
        if ((whole || excluded) && rows[i].prefix.length < rows[i - 1].prefix.length)
            break;
        whole = whole || !rows[i].excluded;
        excluded = excluded || rows[i].excluded;
    }
    if (whole && !excluded)
        return prefix->length == 32 && next == DENSITY_TEST_POINT ? COVER_NONE : COVER_WHOLE;
    /* Rows come wider first, and nest or are apart; `next` is behind the last one counted. */
    for (size_t i = zone_file_row_from(file, (uint32_t)next); i < zone_file_row_count(file); i++) {
        struct zone_file_row row = zone_file_row_at(file, i);
        uint64_t start = addr_to_v4(&row.prefix.addr);
        if (start >= end)
            break;
        if (start < next || row.prefix.length <= prefix->length)
            continue;
        listed += count_singles(file, next, start) + prefix_size(&row.prefix);
        next = start + prefix_size(&row.prefix);
    }
    listed += count_singles(file, next, end);
    return cover_from(listed, size);
}
