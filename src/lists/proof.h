/* A list proves itself before it is believed.
 *
 * In each run every list is asked three questions beside those about targets: its positive test point 127.0.0.2, which
 * must be listed, its negative one 127.0.0.1, which must not be (RFC 5782 section 5), and a random label, to which only
 * a wildcard or a lying resolver answers. Until these are answered, what the list says of a target is hearsay. */
#ifndef PROOF_H
#define PROOF_H

#include "dns/resolver.h"
#include "lists/catalogue.h"
#include "lists/listing.h"

#include <stdbool.h>
#include <stdint.h>

enum { PROOF_DETAIL = 200, PROOF_POINTS = 3, PROOF_VALID_MS = 10 * 60 * 1000, PROOF_FAILED_MS = 60 * 1000 };

/* What one test point answered. */
struct proof_point {
    const char *name;               /* "test point 127.0.0.2", "a random label" */
    char question[128];             /* the name that was asked for */
    enum state wanted;              /* LISTED or CLEAR */
    enum state state;               /* UNASKED until there is an answer */
    char detail[PROOF_DETAIL - 32]; /* half a sentence when it is neither listed nor clear */
};

/* What is known of one list in this run. */
struct proof {
    bool pending;              /* the test points are being asked */
    bool done;                 /* they have been, at least once */
    enum state state;          /* STATE_CLEAR: proved itself. Else UNHEALTHY, or what kept it from proving itself:
                                  REFUSED, ERROR, TIMEOUT, INVALID */
    char detail[PROOF_DETAIL]; /* half a sentence: "its test point 127.0.0.2 is not listed"; "" when proved */
    uint32_t serial;           /* of the zone's SOA, YYYYMMDDHH German time; 0 = not seen */
    struct addr foreign;       /* an answer outside 127/8, if one was given */
    struct proof_point points[PROOF_POINTS];
    int64_t at_ms; /* monotonic time of the last answer */
};

struct proofs;

/* Called whenever the proof of a list is complete. */
typedef void proofs_changed(void *arg, enum list_id);

struct proofs *proofs_new(struct resolver *);
void proofs_free(struct proofs *);

/* Starts a list's proof unless one is under way, or not older than PROOF_VALID_MS (one that failed: PROOF_FAILED_MS);
 * `again` starts it in any case. */
void proofs_ask(struct proofs *, enum list_id, bool again);

const struct proof *proofs_at(const struct proofs *, enum list_id);

/* Listeners are told in the order in which they came. */
void proofs_listen(struct proofs *, proofs_changed *, void *arg);
void proofs_unlisten(struct proofs *, void *arg);

/* What one answer to a DNSBL's A question says by itself, before the list is believed. What is neither LISTED nor CLEAR
 * is explained in `detail` by half a sentence; an answer outside 127/8 is put into *foreign. */
enum state proof_read(const struct answer *, struct buf *detail, struct addr *foreign);

#endif
