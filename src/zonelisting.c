#include "zonelisting.h"

#include "text.h"

void
zonelisting_read(struct zonelisting *said, const struct zonefile *file, const struct zonefile_row *row,
                 uint32_t address)
{
    buf_clear(&said->raw);
    buf_clear(&said->clean);
    zonefile_text(file, row, address, &said->raw);
    text_clean(&said->clean, buf_string(&said->raw), said->raw.count, TEXT_CLEAN_MAX);
    listing_parse(buf_string(&said->clean), &said->listing);
}

void
zonelisting_fini(struct zonelisting *said)
{
    buf_free(&said->raw);
    buf_free(&said->clean);
}
