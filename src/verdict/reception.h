/* Whether a receiver with published settings would block the address: its points for today's listings. Information,
 * which no verdict depends on. */
#ifndef RECEPTION_H
#define RECEPTION_H

#include "base/buf.h"
#include "lists/receivers.h"
#include "verdict/evidence.h"

#include <stddef.h>

enum reception_blocks { RECEPTION_PASSES, RECEPTION_BLOCKS, RECEPTION_OPEN };

struct reception_hit {
    const struct list_result *result;
    const struct addr *answer; /* that has the points; NULL = any */
    double points;
};

struct reception {
    const struct receiver *receiver;
    double sum;
    size_t unknown;               /* its sites whose lists are not known to list the address or not ... */
    enum reception_blocks blocks; /* ... which may decide: then OPEN */
    VEC(struct reception_hit) hits;
};

/* Applies the receiver to the evidence, both borrowed. The caller calls reception_fini. */
void reception_of(struct reception *, const struct receiver *, const struct evidence *);
void reception_fini(struct reception *);

/* Writes "mailcow (2026-08): would block, 10 points of 6: Spamhaus PBL 8, SpamCop 2". */
void reception_words(struct buf *out, const struct reception *);

#endif
