/* What the special lines of a zone file set, and what comes of it in the texts. */
#ifndef ZONE_VARS_H
#define ZONE_VARS_H

#include "base/buf.h"
#include "zones/zone_line.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    ZONE_VARS_TEXT = 254, /* most bytes that rbldnsd makes of a text, one less than a string of a TXT record holds */
    ZONE_VARS_BASE = 10,  /* $= comes after $0..$9 */
    ZONE_VARS_COUNT
};

/* Zero it before use. */
struct zone_vars {
    bool has_soa;
    uint32_t serial, soa_ttl;
    uint32_t ttl;
    uint32_t range_most; /* addresses; 0 = no bound */
    char *texts[ZONE_VARS_COUNT];
};

/* Takes a special line without its "$". Of each only the first counts, except $TTL and $MAXRANGE4. Returns NULL, or why
 * it is not understood. */
const char *zone_vars_special(struct zone_vars *, struct zone_line);

/* Appends a text as it is sent for this address. */
void zone_vars_text(const struct zone_vars *, const char *text, size_t count, uint32_t address, struct buf *out);

/* Whether it is sent for each address alike, but for the address itself, which may end it ("?ipr=$"). */
bool zone_vars_is_alike(const struct zone_vars *, const char *text, size_t count);

void zone_vars_fini(struct zone_vars *);

#endif
