#include "density/level3.h"

#include "zones/zone_listing.h"

enum { ROWS = 64 };

static uint32_t
named_by(const struct zone_file *file, const struct zone_file_row *row)
{
    struct zone_listing said = {0};
    zone_listing_read(&said, file, row, addr_to_v4(&row->prefix.addr));
    uint32_t asn = said.listing.holder.asn;
    zone_listing_fini(&said);
    return asn;
}

enum level3
level3_of(const struct zone_set *zones, uint32_t address, uint32_t asn, uint32_t *other)
{
    const struct zone_file *file = zone_set_level(zones, 3);
    struct zone_file_row rows[ROWS];
    *other = 0;
    if (!file)
        return LEVEL3_UNKNOWN;
    size_t count = zone_file_answer(file, address, rows, ROWS);
    for (size_t i = 0; i < count && i < ROWS; i++) {
        uint32_t named = named_by(file, &rows[i]);
        if (named == asn) {
            *other = 0;
            return LEVEL3_OWN;
        }
        *other = named ? named : *other;
    }
    return count == 0 ? LEVEL3_ABSENT : *other ? LEVEL3_OTHER : LEVEL3_OWN;
}

/* Most rows are of ASNs that are known by then: so no more of them is read than the number that their text ends with.
 */
static bool
is_known(const struct zone_file_row *row, const struct asn_table *map, const bool *listed)
{
    uint32_t asn;
    size_t place;
    return zone_listing_last_asn(row, &asn) && asn_table_find(map, asn, &place) && listed[place];
}

bool
level3_walk(struct level3_walk *walk, const struct asn_table *map, bool *listed)
{
    if (!walk->file || walk->row >= zone_file_row_count(walk->file))
        return false;
    struct zone_file_row row = zone_file_row_at(walk->file, walk->row++);
    size_t place;
    if (row.text != walk->text) {
        walk->text = NULL;
        if (is_known(&row, map, listed))
            return true;
        walk->text = row.text;
        walk->asn = named_by(walk->file, &row);
    }
    if (walk->asn ? asn_table_find(map, walk->asn, &place)
                  : asn_table_locate(map, addr_to_v4(&row.prefix.addr), &place, NULL))
        listed[place] = true;
    return true;
}
