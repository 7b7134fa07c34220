#include "density/countries.h"

#include "zones/zone_listing.h"

#include <stdlib.h>
#include <string.h>

void
countries_fill(struct countries *countries, const struct asn_table *map, const struct zone_set *zones)
{
    countries_fini(countries);
    countries->count = asn_table_count(map);
    countries->codes = mem_zero(countries->count * sizeof *countries->codes + 1);
    for (unsigned level = 2; level <= 3; level++) {
        const struct zone_file *file = zone_set_level(zones, level);
        const char *last = NULL; /* shared by rows without their own text */
        for (size_t i = 0; file && i < zone_file_row_count(file); i++) {
            struct zone_file_row row = zone_file_row_at(file, i);
            uint32_t asn;
            size_t place;
            bool same = row.text == last;
            last = row.text;
            if (same || !zone_listing_last_asn(&row, &asn) || !asn_table_find(map, asn, &place) ||
                *countries->codes[place])
                continue;
            struct holder holder = zone_listing_holder(file, &row);
            if (holder.asn == asn)
                memcpy(countries->codes[place], holder.country, sizeof holder.country);
        }
    }
}

void
countries_fini(struct countries *countries)
{
    free(countries->codes);
    *countries = (struct countries){0};
}
