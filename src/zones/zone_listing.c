#include "zones/zone_listing.h"

#include "base/text.h"

#include <string.h>

void
zone_listing_read(struct zone_listing *said, const struct zone_file *file, const struct zone_file_row *row,
                  uint32_t address)
{
    buf_clear(&said->raw);
    buf_clear(&said->clean);
    zone_file_text(file, row, address, &said->raw);
    text_clean(&said->clean, buf_string(&said->raw), said->raw.count, TEXT_CLEAN_MAX);
    listing_parse(buf_string(&said->clean), &said->listing);
}

void
zone_listing_fini(struct zone_listing *said)
{
    buf_free(&said->raw);
    buf_free(&said->clean);
}

struct holder
zone_listing_holder(const struct zone_file *file, const struct zone_file_row *row)
{
    struct zone_listing said = {0};
    zone_listing_read(&said, file, row, addr_to_v4(&row->prefix.addr));
    struct holder holder = said.listing.holder;
    zone_listing_fini(&said);
    return holder;
}

bool
zone_listing_last_asn(const struct zone_file_row *row, uint32_t *asn)
{
    const char *end = row->text + row->text_count, *slash = end;
    while ((slash = memrchr(row->text, '/', (size_t)(slash - row->text)))) {
        const char *at = slash + 3;
        if (at >= end || strncasecmp(slash, "/AS", 3) != 0 || (unsigned char)(*at - '0') > 9)
            continue;
        for (*asn = 0; at < end && (unsigned char)(*at - '0') <= 9; at++)
            *asn = *asn * 10 + (unsigned char)(*at - '0');
        return true;
    }
    return false;
}
