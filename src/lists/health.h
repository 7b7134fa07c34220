/* A list proves itself before it is believed.
 *
 * In each run every list is asked three questions beside those about targets: its positive test point 127.0.0.2, which
 * must be listed, its negative one 127.0.0.1, which must not be (RFC 5782 section 5), and a random label, to which only
 * a wildcard or a lying resolver answers. Until these are answered, what the list says of a target is hearsay. */
#ifndef HEALTH_H
#define HEALTH_H

#include "dns/resolver.h"
#include "lists/catalogue.h"
#include "lists/listing_text.h"

#include <stdbool.h>
#include <stdint.h>

enum { HEALTH_DETAIL = 200, HEALTH_POINTS = 3, HEALTH_VALID_MS = 10 * 60 * 1000, HEALTH_FAILED_MS = 60 * 1000 };

/* What one test point answered. */
struct health_point {
    const char *name;                /* "test point 127.0.0.2", "a random label" */
    char question[128];              /* the name that was asked for */
    enum list_state wanted;          /* LISTED or CLEAR */
    enum list_state state;           /* UNASKED until there is an answer */
    char detail[HEALTH_DETAIL - 32]; /* half a sentence when it is neither listed nor clear */
};

/* What is known of one list in this run. */
struct list_health {
    bool pending;               /* the test points are being asked */
    bool done;                  /* they have been, at least once */
    enum list_state state;      /* STATE_CLEAR: proved itself. Else UNHEALTHY, or what kept it from proving itself:
                              REFUSED, ERROR, TIMEOUT, INVALID */
    char detail[HEALTH_DETAIL]; /* half a sentence: "its test point 127.0.0.2 is not listed"; "" when proved */
    uint32_t serial;            /* of the zone's SOA, YYYYMMDDHH German time; 0 = not seen */
    struct addr foreign;        /* an answer outside 127/8, if one was given */
    struct health_point points[HEALTH_POINTS];
    int64_t at_ms; /* monotonic time of the last answer */
};

struct health;

/* Called whenever the proof of a list is complete. */
typedef void health_changed(void *arg, enum list_id);

struct health *health_new(struct resolver *);
void health_free(struct health *);

/* Starts a list's proof unless one is under way, or not older than HEALTH_VALID_MS (one that failed: HEALTH_FAILED_MS);
 * `again` starts it in any case. */
void health_ask(struct health *, enum list_id, bool again);

const struct list_health *health_at(const struct health *, enum list_id);

/* Listeners are told in the order in which they came. */
void health_listen(struct health *, health_changed *, void *arg);
void health_unlisten(struct health *, void *arg);

/* What one answer to a DNSBL's A question says by itself, before the list is believed. What is neither LISTED nor CLEAR
 * is explained in `detail` by half a sentence; an answer outside 127/8 is put into *foreign. */
enum list_state health_read(const struct answer *, struct buf *detail, struct addr *foreign);

#endif
