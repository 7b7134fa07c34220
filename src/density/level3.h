/* Whom level 3 lists, as its zone file has it. Its rows are prefixes, and the text of a row names the ASN for which it
 * is there: a provider whose range lies in what is listed for another is not on level 3 itself, though its addresses
 * are. A text that names nobody is taken for that of whoever announces the prefix. */
#ifndef LEVEL3_H
#define LEVEL3_H

#include "asn/asn_table.h"
#include "zones/zone_set.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum level3 { LEVEL3_UNKNOWN /* no zone file */, LEVEL3_ABSENT, LEVEL3_OWN, LEVEL3_OTHER };

/* Of an address that an ASN announces; *other is whom it names instead, 0 = nobody else. */
enum level3 level3_of(const struct zone_set *, uint32_t address, uint32_t asn, uint32_t *other);

/* All whom it lists: one bit of the map's order each, found row by row. Begins zeroed but for the file, which may be
 * NULL; false when there is no row more. */
struct level3_walk {
    const struct zone_file *file;
    size_t row;
    const char *text; /* of the row before: rows without one of their own share one */
    uint32_t asn;     /* that it names */
};
bool level3_walk(struct level3_walk *, const struct asn_table *, bool *listed);

#endif
