/* What is known of an ASN and of each of its ranges: gathered once, and then shown. */
#ifndef PROVIDER_H
#define PROVIDER_H

#include "atlas.h"
#include "sheet.h"
#include "vec.h"

/* How much of a range level 2 lists. */
enum provider_cover { PROVIDER_FREE, PROVIDER_PARTS, PROVIDER_WHOLE };

struct provider_range {
    struct prefix prefix;
    size_t listed;   /* addresses on level 1 */
    size_t nets;     /* published: itself, and inside it */
    int64_t impacts; /* of the outermost of these; LISTING_UNKNOWN = none is published */
    enum provider_cover cover;
};

struct provider {
    uint32_t asn;
    bool announces; /* the map knows it */
    char *org;      /* clean */
    bool counted;   /* the zone files are there, and so all that follows */
    struct asn_density density;
    VEC(struct provider_range) ranges;
    size_t clean; /* ranges without a listed address or a published net */
    bool knows_level3;
    size_t level3; /* ranges that level 3 lists */
};

/* Zeroed is empty. */
void provider_gather(struct provider *, struct atlas *, uint32_t asn);
void provider_fini(struct provider *);

/* "2,874 impacts (estimate), needed 1,591.8: 1.81 times, over" */
void provider_sentence(const struct provider *, struct buf *out);
/* "3,183,616 addresses in 205 ranges, 479 listed (336 outside published nets) ..." */
void provider_figures(const struct provider *, const struct policy *, struct buf *out);
/* Whether another address of this provider would help. */
void provider_advice(const struct provider *, struct buf *out);

/* The table of its ranges; a provider is the `self` of the sheet, an item one of its ranges. */
const struct sheet_model *provider_sheet(void);

#endif
