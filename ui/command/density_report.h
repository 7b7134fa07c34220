/* A prefix and an ASN in the formats of the command line. Each appends to `out`, ended by a newline. */
#ifndef DENSITY_REPORT_H
#define DENSITY_REPORT_H

#include "asn/asn_table.h"
#include "density/density.h"
#include "density/provider.h"
#include "draw/page.h"
#include "journal/journal.h"
#include "lists/policy.h"
#include "zones/zone_set.h"

#include <stdbool.h>

/* Whether there is the list's zone file, without which the command would take silence for clear. */
bool density_report_can(const struct zone_set *, const char *command, unsigned level, struct fault *);

/* All that is known of a prefix. */
struct range_report {
    struct prefix prefix;
    size_t listed;
    int64_t limit;
    bool has_nets; /* there is a level 2 zone file; the next two */
    density_nets around, inside;
    density_blocks blocks;
    struct ladder ladder;
    density_neighbour_list neighbours; /* of a /24 and longer: all; of a wider prefix the first RANGE_NEIGHBOURS */
    uint32_t serial;                   /* of level 1's file */
    const struct policy *policy;
    bool has_seen; /* there is a journal; the next two: what it knows, in the order of the addresses ... */
    journal_neighbours stayed, left; /* ... and those that left last first */
};

enum { RANGE_NEIGHBOURS = 4096 };

/* `record`: the database's, NULL = not known. */
void density_report_range_init(struct range_report *, const struct prefix *, const struct zone_set *,
                               const struct policy *, const struct prefix *record);
/* What the journal knows of those that are or were listed in it. False with a fault. */
bool density_report_range_seen(struct range_report *, struct journal *, struct fault *);
void density_report_range_fini(struct range_report *);

void density_report_range_text(struct page *, const struct range_report *);
void density_report_range_json(struct buf *out, const struct range_report *, bool pretty);
void density_report_range_csv(struct buf *out, const struct range_report *);

/* An ASN: where it stands, its ranges, and whether another address there would help. */
struct asn_report {
    struct provider provider;
    const struct zone_set *zones;
    const struct policy *policy;
};

/* At most `most` of the ranges are shown, those with the most impacts and listed addresses first. */
void density_report_asn_text(struct page *, const struct asn_report *, size_t most);
void density_report_asn_json(struct buf *out, const struct asn_report *, bool pretty);
void density_report_asn_csv_head(struct buf *out);
void density_report_asn_csv(struct buf *out, const struct asn *, const struct asn_density *);

/* A ranking: `order` are `count` places of ASNs in the map. */
void density_report_top_text(struct page *, const struct asn_table *, const struct world *, const size_t *order,
                             size_t count);
void density_report_top_json(struct buf *out, const struct asn_table *, const struct world *, const size_t *order,
                             size_t count, bool pretty);

#endif
