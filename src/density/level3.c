#include "density/level3.h"

#include "zones/zonelisting.h"

enum { ROWS = 64 };

static uint32_t
named_by(const struct zonefile *file, const struct zonefile_row *row)
{
    struct zonelisting said = {0};
    zonelisting_read(&said, file, row, addr_to_v4(&row->prefix.addr));
    uint32_t asn = said.listing.holder.asn;
    zonelisting_fini(&said);
    return asn;
}

enum level3
level3_of(const struct zones *zones, uint32_t address, uint32_t asn, uint32_t *other)
{
    const struct zonefile *file = zones_at(zones, LIST_LEVEL3);
    struct zonefile_row rows[ROWS];
    *other = 0;
    if (!file)
        return LEVEL3_UNKNOWN;
    size_t count = zonefile_answer(file, address, rows, ROWS);
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
is_known(const struct zonefile_row *row, const struct asnmap *map, const bool *listed)
{
    uint32_t asn;
    size_t place;
    return zonelisting_last_asn(row, &asn) && asnmap_find(map, asn, &place) && listed[place];
}

bool
level3_walk(struct level3_walk *walk, const struct asnmap *map, bool *listed)
{
    if (!walk->file || walk->row >= zonefile_row_count(walk->file))
        return false;
    struct zonefile_row row = zonefile_row_at(walk->file, walk->row++);
    size_t place;
    if (row.text != walk->text) {
        walk->text = NULL;
        if (is_known(&row, map, listed))
            return true;
        walk->text = row.text;
        walk->asn = named_by(walk->file, &row);
    }
    if (walk->asn ? asnmap_find(map, walk->asn, &place)
                  : asnmap_locate(map, addr_to_v4(&row.prefix.addr), &place, NULL))
        listed[place] = true;
    return true;
}
