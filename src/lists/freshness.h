/* Tells answers of a list that are older than the list: resolvers that serve expired answers (RFC 8767) hand one out
 * and fetch the new answer only then. Pure functions on plain values. */
#ifndef FRESHNESS_H
#define FRESHNESS_H

#include "dns/answer.h"

/* Everything that the answers of one list have shown in this run. Zeroed = nothing yet. */
struct freshness {
    uint32_t serial;         /* the newest */
    unsigned zone_labels;    /* of the zone that it belongs to */
    uint32_t longest_ttl[2]; /* of negative and of positive answers */
    bool denies;             /* it knows denials that are not bare */
};

/* The answers to one question so far. Zeroed = none yet. */
struct freshness_tries {
    unsigned count;
    uint32_t first_ttl;
};

/* Notes the serial and the TTL of an answer of the list, to any question. `list_labels` is the number of labels in the
 * list's zone. */
void freshness_learn(struct freshness *, const struct answer *, unsigned list_labels);

/* AGAIN: ask again after *pause_ms, because the resolver may be fetching the answer; STALE: the answer stays old; BARE:
 * it stays a denial that may be none, where the list's others are sound. */
enum freshness_call { FRESHNESS_GOOD, FRESHNESS_AGAIN, FRESHNESS_STALE, FRESHNESS_BARE };

/* Judges an answer, which counts as another try. */
enum freshness_call freshness_judge(const struct freshness *, const struct answer *, unsigned list_labels,
                                    struct freshness_tries *, int64_t *pause_ms);

#endif
