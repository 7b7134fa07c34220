/* An ASN and each of its ranges: how much levels 1, 2 and 3 list there, and whether another address of this provider
 * would help. Gathered once; plain data then. */
#ifndef PROVIDER_H
#define PROVIDER_H

#include "asn/asn_table.h"
#include "base/buf.h"
#include "base/vec.h"
#include "density/density.h"
#include "lists/policy.h"
#include "zones/zone_set.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How much of a range level 2 lists. */
enum provider_cover { PROVIDER_FREE, PROVIDER_PARTS, PROVIDER_WHOLE };

const char *provider_cover_name(enum provider_cover); /* "none", "parts", "whole" */

struct provider_range {
    struct prefix prefix;
    size_t listed;   /* addresses on level 1 */
    size_t near;     /* the same in the /24 around a range that is longer: neighbours, too */
    size_t nets;     /* published: itself, and inside it */
    int64_t impacts; /* of the outermost of these; LISTING_UNKNOWN = none is published */
    enum provider_cover cover;
    bool level3;          /* level 3 lists it, as far as that is known ... */
    uint32_t other;       /* ... for this other ASN; 0 = for its own */
    struct prefix around; /* the narrowest net that lists all of it and more; of no family = none */
};

struct provider {
    uint32_t asn;
    bool announces; /* the map knows it */
    char *org;      /* clean */
    bool counted;   /* the zone files are there, and so all that follows */
    struct asn_density density;
    VEC(struct provider_range) ranges; /* in order of address */
    size_t clean;                      /* how many of them are */
    bool knows_level3;                 /* its zone file is there */
    size_t level3;                     /* ranges that it lists ... */
    size_t others;                     /* ... and how many of these for other ASNs */
};

/* Zeroed is empty. Without a map (NULL) nothing is known, without a world only the ranges; a world has zones. */
void provider_gather(struct provider *, uint32_t asn, const struct asn_table *, const struct world *,
                     const struct zone_set *, const struct policy *);
void provider_fini(struct provider *);

/* The nets of a range: itself, if it is published, and those inside it. */
void provider_nets(density_nets *out, const struct zone_set *, const struct policy *, const struct prefix *range);

/* The share of the addresses in `near` that level 1 lists. */
double provider_near_share(const struct provider_range *);

/* The clean ranges, or of these only those that level 3 does not list, if there are any; the largest first. At most
 * `room` places in `ranges` are put out; returns how many there are. */
size_t provider_cleanest(const struct provider *, size_t *out, size_t room);

/* What level 3's zone file says of it: "On level 3, all of its ranges.", "Not on level 3 itself: its only range lies in
 * what level 3 lists for AS64496." Nothing without that file. */
void provider_stands(const struct provider *, struct buf *out);

/* Would another address of this provider help? Two answers, each a sentence: what level 3 does, and what there is in
 * its ranges. Nothing when it is not counted. */
void provider_on_level3(const struct provider *, struct buf *out);
void provider_on_ranges(const struct provider *, struct buf *out);
/* Both, without saying the same twice. */
void provider_advice(const struct provider *, struct buf *out);

#endif
