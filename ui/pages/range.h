/* The sentences about a range, the same on the screen and on the command line.
 * Each appends to `out`, nothing where it has nothing to say. */
#ifndef RANGE_H
#define RANGE_H

#include "check/range_summary.h"
#include "draw/table_model.h"

/* What a level says of a range in a line: a sign, words ("19 impacts, limit 4 (4.8x)", "parts"), and how many times the
 * limit the impacts are, at least; 0 = not known. */
struct range_level {
    struct table_sign sign;
    struct buf words;
    double times;
};
/* Fill it; the words belong to the caller. */
void range_level2(const struct range_summary *, struct range_level *);
void range_level3(const struct range_summary *, struct range_level *);
/* "12 listed addresses, 240 not listed, 4 not answered yet": what a sweep has found. */
void range_swept(const struct range_summary *, struct buf *out);

/* "63 of 65,536 addresses are on level 1 (<0.1 %), in 28 of 256 /24s."; nothing if they are not counted. */
void range_counts(const struct range_summary *, struct buf *out);

/* "28 of 256 /24s listed, 15 with 1": what the rows are. */
void range_spots_name(const struct range_summary *, bool roomy, struct buf *out);

/* "203.0.113.0/24: 3 of 256 addresses are on level 1 (1.2 %), limit 4 impacts; published: 19 impacts (4.8x); not
 * on level 3" */
void range_sentence(const struct range_summary *, struct buf *out);
/* Says whether another address of the provider helps, where levels 2 or 3 list any of the range. Counted only if the
 * dataset has the ranking. */
void range_another(const struct range_summary *, struct dataset *, const struct dns_facts *, struct buf *out);
/* Says that level 3 lists the provider, but not the range. Counted as above. */
void range_spared(const struct range_summary *, struct dataset *, struct buf *out);
/* Says that sweep and zone file differ, with their ages; and which addresses only one of them lists. */
void range_difference(const struct range_summary *, struct buf *out);
void range_contradicted(const struct range_summary *, struct buf *out);
/* Says that the nets come from DNS answers, not from the zone file. */
void range_nets_source(const struct range_summary *, struct buf *out);
/* Names the provider that announces it. */
void range_holder(const struct range_summary *, struct buf *out);

/* ", at least 12 impacts, limit 9 if announced": what is known of a prefix that is not published. Level 2 lists
 * announced prefixes and /24s, and no zone file says which prefixes are announced. */
void range_unpublished(struct buf *out, unsigned length, int64_t limit, int64_t least);
/* ", limit 9 impacts"; nothing without a limit. */
void range_limit(struct buf *out, int64_t limit);

/* Returns the next narrower or wider net around an address that is published or announced, or its /24; of no family
 * without one. */
struct prefix range_step(const struct range_summary *, const struct addr *, bool wider);

#endif
