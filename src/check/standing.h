/* Where an address stands: what a row of a table says of it. A small value; from the evidence of an investigation, or,
 * for very many addresses, straight from the local files, which takes a fraction of a microsecond and gives the same.
 */
#ifndef STANDING_H
#define STANDING_H

#include "asn/asnindex.h"
#include "check/investigation.h"
#include "verdict/evidence.h"
#include "verdict/verdict.h"

#include <stdbool.h>
#include <stdint.h>

/* The published net that a row names: the outermost with impacts, else the outermost that is listed by hand, else the
 * outermost. */
struct standing_net {
    bool have;
    struct prefix prefix;
    int64_t impacts; /* LISTING_UNKNOWN = listed by hand, or its text does not say */
    int64_t limit;
};

struct standing {
    enum state lists[LIST_COUNT];
    struct judgement judgement;
    uint32_t asn;    /* who announces the address; 0 = not known */
    const char *org; /* clean, "" = not known; borrowed, from the evidence or until the next question */
    size_t org_count;
    struct standing_net net;
    bool has_score;
    double score; /* level 3 */
};

void standing_of(struct standing *out, const struct evidence *);

/* Answers for very many addresses from the engine's zone files and its ASN database, neither of which may change
 * meanwhile; the engine must outlive it. Asks nobody: it is for engines without a resolver. */
struct standings;

struct standings *standings_new(const struct engine *);
void standings_free(struct standings *); /* NULL is fine */

/* Several at once, at most STANDINGS_MOST. */
enum { STANDINGS_MOST = ASNINDEX_MOST };
void standings_find(struct standings *, const struct addr *const *addresses, size_t count, struct standing *out);

#endif
