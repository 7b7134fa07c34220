#include "density/countries.h"

#include "zones/zone_listing.h"

#include <stdlib.h>
#include <string.h>

static void
read_holder(const struct zone_file *file, const struct zone_file_row *row, struct holder *out)
{
    struct zone_listing said = {0};
    zone_listing_read(&said, file, row, addr_to_v4(&row->prefix.addr));
    *out = said.listing.holder;
    zone_listing_fini(&said);
}

static void
take_row(struct countries *countries, const struct asn_table *map, const struct zone_file *file,
         const struct zone_file_row *row)
{
    uint32_t asn;
    size_t place;
    struct holder holder;
    if (!zone_listing_last_asn(row, &asn) || !asn_table_find(map, asn, &place) || *countries->codes[place])
        return;
    read_holder(file, row, &holder);
    if (holder.asn == asn)
        memcpy(countries->codes[place], holder.country, sizeof holder.country);
}

static void
take_file(struct countries *countries, const struct asn_table *map, const struct zone_file *file)
{
    const char *last = NULL; /* rows without a text of their own share one */
    for (size_t i = 0; file && i < zone_file_row_count(file); i++) {
        struct zone_file_row row = zone_file_row_at(file, i);
        if (row.text != last)
            take_row(countries, map, file, &row);
        last = row.text;
    }
}

void
countries_fill(struct countries *countries, const struct asn_table *map, const struct zone_set *zones)
{
    countries_fini(countries);
    countries->count = asn_table_count(map);
    countries->codes = mem_zero(countries->count * sizeof *countries->codes + 1);
    take_file(countries, map, zone_set_level(zones, 2));
    take_file(countries, map, zone_set_level(zones, 3));
}

void
countries_fini(struct countries *countries)
{
    free(countries->codes);
    *countries = (struct countries){0};
}

const char *
countries_at(const struct countries *countries, size_t asn)
{
    return asn < countries->count ? countries->codes[asn] : "";
}
