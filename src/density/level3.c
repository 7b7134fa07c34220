#include "density/level3.h"

#include "zones/zone_listing.h"

enum { ROWS = 64 };

/* Reads the holder of a row. Returns whether it is `asn` itself. */
static bool
is_of(const struct zone_file *file, const struct zone_file_row *row, uint32_t asn, uint32_t *other)
{
    uint32_t named = zone_listing_holder(file, row).asn;
    *other = named && named != asn ? named : *other;
    return named == asn;
}

enum cover
level3_cover(const struct zone_file *file, const struct prefix *prefix, uint32_t asn, uint32_t *other)
{
    enum cover cover = cover_of(file, prefix);
    uint32_t first = addr_to_v4(&prefix->addr);
    uint64_t end = first + prefix_size(prefix);
    struct zone_file_row rows[ROWS];
    const char *text = NULL; /* of the previous row; rows without a text of their own share one */
    size_t count = cover == COVER_NONE ? 0 : zone_file_find(file, first, rows, ROWS);
    bool own = false;
    *other = 0;
    for (size_t i = 0; i < count && i < ROWS && !own; i++)
        own = !rows[i].excluded && is_of(file, &rows[i], asn, other);
    size_t all = cover == COVER_NONE ? 0 : zone_file_row_count(file);
    for (size_t i = zone_file_row_from(file, first); i < all && !own; i++) {
        struct zone_file_row row = zone_file_row_at(file, i);
        if (addr_to_v4(&row.prefix.addr) >= end)
            break;
        own = row.text != text && is_of(file, &row, asn, other);
        text = row.text;
    }
    *other = own ? 0 : *other;
    return cover;
}

/* Counts up to the next address that may be in another range. */
static void
count_range(struct level3_walk *walk, const struct asn_table *map, struct level3_tally *tallies)
{
    size_t place;
    uint64_t next = asn_table_next(map, (uint32_t)walk->at);
    next = next < walk->end ? next : walk->end;
    if (asn_table_locate(map, (uint32_t)walk->at, &place, NULL))
        tallies[place].addresses += next - walk->at;
    walk->at = next;
}

bool
level3_walk(struct level3_walk *walk, const struct asn_table *map, struct level3_tally *tallies)
{
    if (walk->at < walk->end) {
        count_range(walk, map, tallies);
        return true;
    }
    if (!walk->file || walk->row >= zone_file_row_count(walk->file))
        return false;
    struct zone_file_row row = zone_file_row_at(walk->file, walk->row++);
    uint64_t start = addr_to_v4(&row.prefix.addr);
    uint32_t last;
    size_t place;
    if (start >= walk->end) { /* else inside the one before, which is counted */
        walk->at = start;
        walk->end = start + prefix_size(&row.prefix);
    }
    if (row.text != walk->text) {
        /* Most rows name an AS that is already listed, so read no more of the text than the number at its end. */
        walk->text = NULL;
        if (zone_listing_last_asn(&row, &last) && asn_table_find(map, last, &place) && tallies[place].named)
            return true;
        walk->text = row.text;
        walk->asn = zone_listing_holder(walk->file, &row).asn;
    }
    if (walk->asn && asn_table_find(map, walk->asn, &place))
        tallies[place].named = true;
    else if (!walk->asn && asn_table_locate(map, (uint32_t)start, &place, NULL))
        tallies[place].unnamed = true;
    return true;
}
