/* Counts the questions to lists that a batch of addresses means, before they are asked. */
#ifndef BATCH_SIZE_H
#define BATCH_SIZE_H

#include "base/buf.h"
#include "check/engine.h"
#include "targets/target.h"

/* Questions that need no consent. */
enum { BATCH_FREELY = 100 * 1000 };

/* Starts zeroed. */
struct batch_size {
    size_t addresses, lists; /* lists: the most that one address is asked about */
    uint64_t questions;
    bool more; /* addresses follow that are not counted yet */
};

/* Adds an address, unless it is answered without questions. */
void batch_size_add_address(struct batch_size *, const struct engine *, const struct addr *);

/* Adds the addresses among these targets. */
void batch_size_add(struct batch_size *, const struct engine *, const struct targets *);

/* Adds the targets of these lines. The last line may be incomplete. */
void batch_size_add_lines(struct batch_size *, const struct engine *, const char *bytes, size_t count);

/* Appends "10,000 addresses x 45 lists = 450,000 questions, about 4 min at 2,000 a second". */
void batch_size_put(const struct batch_size *, const struct catalogue *, struct buf *out);

#endif
