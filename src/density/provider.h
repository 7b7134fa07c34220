/* A provider (AS) and its ranges: how much each level lists there, and whether another of its addresses would help. */
#ifndef PROVIDER_H
#define PROVIDER_H

#include "asn/asn_table.h"
#include "base/buf.h"
#include "base/vec.h"
#include "density/cover.h"
#include "density/density.h"
#include "density/ranking.h"
#include "lists/listing_text.h"
#include "lists/policy.h"
#include "zones/zone_set.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct provider_range {
    struct prefix prefix;
    size_t listed;   /* addresses on level 1 */
    size_t near;     /* the same, but in the whole /24 around a longer range */
    size_t nets;     /* published nets: the range itself and those inside it */
    int64_t impacts; /* of the outermost of them; LISTING_UNKNOWN = none published */
    enum cover level2, level3;
    bool quiet;           /* levels 1 and 2 list nothing in it, nor level 1 in the /24 around a longer one */
    bool clean;           /* nor does level 3, as far as it is known */
    uint32_t other;       /* the other AS that the level 3 text names; 0 = its own */
    struct prefix around; /* the narrowest wider net that lists it; no family = none */
};

struct provider {
    uint32_t asn;
    bool announces;                /* the ASN table has it */
    char *org;                     /* clean */
    char country[LISTING_COUNTRY]; /* "FR", as a listing in one of its ranges names it; "" = not known */
    bool counted;                  /* zone files were present; the members below are set */
    struct asn_density density;
    VEC(struct provider_range) ranges; /* in order of address */
    size_t quiet, clean;               /* how many ranges are */
    bool knows_level3;                 /* its zone file was present */
    size_t level3[COVER_COUNT];        /* ranges by how much of them level 3 lists */
    size_t others;                     /* listed because of other ASes alone */
};

/* Fills a zeroed provider. Without an ASN table (NULL) it stays empty, without a ranking it has only the ranges; with a
 * ranking there must be zones. */
void provider_gather(struct provider *, uint32_t asn, const struct asn_table *, const struct ranking *,
                     const struct zone_set *, const struct policy *);
void provider_fini(struct provider *);

/* Fills `out` with the published nets of a range: the range itself, then those inside it. */
void provider_nets(density_nets *out, const struct zone_set *, const struct policy *, const struct prefix *range);

/* Returns the share of listed addresses around a range (`near`), 0 to 1. */
double provider_near_share(const struct provider_range *);

/* Copies the places of the clean ranges, largest first, at most `room`. Returns how many there are. */
size_t provider_cleanest(const struct provider *, size_t *out, size_t room);

/* Appends what level 3's zone file says: "On level 3, all of its ranges." or "Not on level 3 itself: its only range is
 * inside level 3 listings of AS64496." Appends nothing without that file. */
void provider_stands(const struct provider *, struct buf *out);

/* Returns whether, for want of anything better, our estimate says that level 3 lists all of this provider. `told` is
 * what the DNS says of the AS. */
bool provider_is_over(const struct provider *, enum level3 told);

/* Appends whether another address of this provider would help, as one sentence without its full stop: "58 of 603
 * ranges of AS16276 are clean on all levels: an address there helps". `told` is what the DNS says of the
 * AS, which counts without level 3's zone file. Returns whether an address would help as far as is known; appends
 * nothing and returns false when nothing is known. */
bool provider_another(const struct provider *, enum level3 told, struct buf *out);

#endif
