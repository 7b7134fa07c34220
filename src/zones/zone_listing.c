#include "zones/zone_listing.h"

#include "base/mem.h"
#include "base/text.h"

#include <string.h>

void
zone_listing_read(struct zone_listing *out, const struct zone_file *file, const struct zone_file_row *row,
                  uint32_t address)
{
    buf_clear(&out->raw);
    buf_clear(&out->clean);
    zone_file_text(file, row, address, &out->raw);
    text_clean(&out->clean, buf_string(&out->raw), out->raw.count, TEXT_CLEAN_MAX);
    listing_parse(buf_string(&out->clean), &out->listing);
}

struct holder
zone_listing_holder(const struct zone_file *file, const struct zone_file_row *row)
{
    struct zone_listing read = {0};
    zone_listing_read(&read, file, row, addr_to_v4(&row->prefix.addr));
    struct holder holder = read.listing.holder;
    zone_listing_fini(&read);
    return holder;
}

bool
zone_listing_last_asn(const struct zone_file_row *row, uint32_t *asn)
{
    const char *end = row->text + row->text_count, *slash = end;
    while ((slash = mem_last(row->text, '/', (size_t)(slash - row->text)))) {
        const char *at = slash + 3;
        if (at >= end || strncasecmp(slash, "/AS", 3) != 0 || (unsigned char)(*at - '0') > 9)
            continue;
        for (*asn = 0; at < end && (unsigned char)(*at - '0') <= 9; at++)
            *asn = *asn * 10 + (unsigned char)(*at - '0');
        return true;
    }
    return false;
}
