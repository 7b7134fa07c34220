/* The ASes that level 3 lists, read from its zone file. Its rows are prefixes, and a row's text names the AS that
 * caused it: an AS whose range lies inside another's listing is not on level 3 itself, though its addresses are. A text
 * that names no AS counts for the AS that announces the prefix. */
#ifndef LEVEL3_H
#define LEVEL3_H

#include "asn/asn_table.h"
#include "density/cover.h"
#include "zones/zone_set.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum level3 { LEVEL3_UNKNOWN /* no zone file */, LEVEL3_ABSENT, LEVEL3_OWN };

/* Returns how much of a prefix that `asn` announces the zone file lists. Sets *other to an AS that the texts name
 * instead of `asn`; 0 = none, or they name `asn`, too. */
enum cover level3_cover(const struct zone_file *, const struct prefix *, uint32_t asn, uint32_t *other);

/* What level 3 lists of an AS. */
struct level3_tally {
    bool named, unnamed; /* by a text that names it, or in a row without a name that begins in its ranges */
    uint64_t addresses;  /* listed, in its ranges */
};

/* Counts the listed addresses of every AS, by its place in the ASN table, one range or row a call. Start zeroed except
 * for the file, which may be NULL. Returns false after the last row. */
struct level3_walk {
    const struct zone_file *file;
    size_t row;
    const char *text; /* of the previous row; rows without a text of their own share one */
    uint32_t asn;     /* that the text names */
    uint64_t at, end; /* of the current outermost row, what is not counted yet */
};
bool level3_walk(struct level3_walk *, const struct asn_table *, struct level3_tally *);

#endif
