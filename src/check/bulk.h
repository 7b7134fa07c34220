/* One table row about an address: list states, verdict, AS, deciding net, score. A small value, from the evidence of an
 * investigation or, for very many addresses, straight from the local files in a fraction of a microsecond. */
#ifndef BULK_H
#define BULK_H

#include "asn/asn_bulk.h"
#include "check/investigation.h"
#include "verdict/evidence.h"
#include "verdict/verdict.h"

#include <stdbool.h>
#include <stdint.h>

/* The published net of a row: density_deciding. */
struct summary_net {
    bool have;
    struct prefix prefix;
    int64_t impacts; /* LISTING_UNKNOWN = listed by hand, or its text does not say */
    int64_t limit;
};

enum { SUMMARY_WORDS = 4 }; /* bits of lists: 256, more than are known */

struct summary {
    const struct catalogue *catalogue; /* of the lists below; NULL = no list was asked */
    uint64_t listed_on[SUMMARY_WORDS]; /* the lists without a part in the escalation that list it: bit by place */
    unsigned not_counted;              /* those that were asked, and neither list it nor say clear */
    struct list_states states;
    struct judgement judgement;
    uint32_t asn;    /* that announces the address; 0 = not known */
    const char *org; /* clean, "" = not known; borrowed, from the evidence or until the next question */
    size_t org_count;
    struct summary_net net;
    bool has_score;
    double score; /* level 3 */
    bool has_age;
    int64_t age_s; /* of the data that the states come from, the least reassuring one; negative = from the future */
};

void summary_of(struct summary *out, const struct evidence *);

/* Answers for very many addresses from the zone files and the ASN database of an engine without a resolver. Neither may
 * change meanwhile, and the engine must outlive it. */
struct bulk;

struct bulk *bulk_new(const struct engine *);
void bulk_free(struct bulk *); /* NULL is fine */

/* Fills several rows, at most BULK_MOST. */
enum { BULK_MOST = ASN_BULK_MOST };
void bulk_find(struct bulk *, const struct addr *const *addresses, size_t count, struct summary *out);

#endif
