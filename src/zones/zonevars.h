/* What the special lines of a zone file set, and what comes of it in the texts. */
#ifndef ZONEVARS_H
#define ZONEVARS_H

#include "base/buf.h"
#include "zones/zoneline.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    ZONEVARS_TEXT = 254, /* most bytes that rbldnsd makes of a text, one less than a string of a TXT record holds */
    ZONEVARS_BASE = 10,  /* $= comes after $0..$9 */
    ZONEVARS_COUNT
};

/* Zero it before use. */
struct zonevars {
    bool has_soa;
    uint32_t serial, soa_ttl;
    uint32_t ttl;
    uint32_t range_most; /* addresses; 0 = no bound */
    char *texts[ZONEVARS_COUNT];
};

/* Takes a special line without its "$". Of each only the first counts, except $TTL and $MAXRANGE4. Returns NULL, or why
 * it is not understood. */
const char *zonevars_special(struct zonevars *, struct zoneline);

/* Appends a text as it is sent for this address. */
void zonevars_text(const struct zonevars *, const char *text, size_t count, uint32_t address, struct buf *out);

/* Whether it is sent for each address alike, but for the address itself, which may end it ("?ipr=$"). */
bool zonevars_is_alike(const struct zonevars *, const char *text, size_t count);

void zonevars_fini(struct zonevars *);

#endif
