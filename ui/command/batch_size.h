/* Counts the questions that a batch of addresses means, before they are asked. */
#ifndef BATCH_SIZE_H
#define BATCH_SIZE_H

#include "base/buf.h"
#include "check/engine.h"
#include "targets/target.h"

/* Questions that need no consent. */
enum { BATCH_FREELY = 100 * 1000, BATCH_DOMAIN = 16 };

/* Starts zeroed. */
struct batch_size {
    size_t addresses, lists; /* lists: the most that one address is asked about */
    size_t domains;          /* each counts as BATCH_DOMAIN addresses more, because SPF tells only during the run */
    size_t of_family[2];     /* addresses: IPv4, IPv6 */
    uint64_t questions;      /* about the addresses, to lists */
    uint64_t others;         /* about their names and networks */
    bool more;               /* addresses follow that are not counted yet */
    bool distinct;           /* no address comes twice in the lines */
};

/* Adds an address, unless it is answered without questions; or a domain, whose family is ADDR_NONE. */
void batch_size_add_target(struct batch_size *, const struct engine *, const struct addr *);

/* Returns how many targets an engine should expect. */
size_t batch_size_targets(const struct batch_size *);

/* Adds the addresses and domains among these targets. */
void batch_size_add(struct batch_size *, const struct engine *, const struct targets *);

/* Adds the targets of these lines. The last line may be incomplete. */
void batch_size_add_lines(struct batch_size *, const struct engine *, const char *bytes, size_t count);

/* Returns whether all questions, those of self-tests included, are at most BATCH_FREELY. */
bool batch_size_is_free(const struct batch_size *, const struct catalogue *);

/* Appends how long the slowest operator's pace makes the run, and whether a deadline (0 = none) ends it before. Returns
 * false and appends nothing if that is some seconds at most. */
bool batch_size_put_pace(const struct batch_size *, const struct catalogue *, int64_t deadline_ms, struct buf *out);

/* Reports the same of a run of IPv4 self-tests alone on stderr. */
void batch_size_report_self_tests(const struct catalogue *, int64_t deadline_ms);

/* Appends "10,000 addresses x 45 lists = 450,000 questions and about 48,000 for names, networks and self-tests, about 4
 * min at 2,000 a second". */
void batch_size_put(const struct batch_size *, const struct catalogue *, struct buf *out);

#endif
