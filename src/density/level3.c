#include "density/level3.h"

#include "zones/zone_listing.h"

enum { ROWS = 64 };

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
        uint32_t named = zone_listing_holder(file, &rows[i]).asn;
        if (named == asn) {
            *other = 0;
            return LEVEL3_OWN;
        }
        *other = named ? named : *other;
    }
    return count == 0 ? LEVEL3_ABSENT : *other ? LEVEL3_OTHER : LEVEL3_OWN;
}

bool
level3_walk(struct level3_walk *walk, const struct asn_table *map, bool *listed)
{
    if (!walk->file || walk->row >= zone_file_row_count(walk->file))
        return false;
    struct zone_file_row row = zone_file_row_at(walk->file, walk->row++);
    uint32_t last;
    size_t place;
    if (row.text != walk->text) {
        /* Most rows name an AS that is already listed, so read no more of the text than the number at its end. */
        walk->text = NULL;
        if (zone_listing_last_asn(&row, &last) && asn_table_find(map, last, &place) && listed[place])
            return true;
        walk->text = row.text;
        walk->asn = zone_listing_holder(walk->file, &row).asn;
    }
    if (walk->asn ? asn_table_find(map, walk->asn, &place)
                  : asn_table_locate(map, addr_to_v4(&row.prefix.addr), &place, NULL))
        listed[place] = true;
    return true;
}
