/* Where an address stands: what a row of a table says of it. A small value; from the evidence of an investigation, or,
 * for very many addresses, straight from the local files, which takes a fraction of a microsecond and gives the same.
 */
#ifndef BULK_H
#define BULK_H

#include "asn/asn_bulk.h"
#include "check/investigation.h"
#include "verdict/evidence.h"
#include "verdict/verdict.h"

#include <stdbool.h>
#include <stdint.h>

/* The published net that a row names: the outermost with impacts, else the outermost that is listed by hand, else the
 * outermost. */
struct summary_net {
    bool have;
    struct prefix prefix;
    int64_t impacts; /* LISTING_UNKNOWN = listed by hand, or its text does not say */
    int64_t limit;
};

struct summary {
    struct list_states states;
    struct judgement judgement;
    uint32_t asn;    /* who announces the address; 0 = not known */
    const char *org; /* clean, "" = not known; borrowed, from the evidence or until the next question */
    size_t org_count;
    struct summary_net net;
    bool has_score;
    double score; /* level 3 */
};

void summary_of(struct summary *out, const struct evidence *);

/* Answers for very many addresses from the engine's zone files and its ASN database, neither of which may change
 * meanwhile; the engine must outlive it. Asks nobody: it is for engines without a resolver. */
struct bulk;

struct bulk *bulk_new(const struct engine *);
void bulk_free(struct bulk *); /* NULL is fine */

/* Several at once, at most BULK_MOST. */
enum { BULK_MOST = ASN_BULK_MOST };
void bulk_find(struct bulk *, const struct addr *const *addresses, size_t count, struct summary *out);

#endif
