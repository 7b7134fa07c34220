/* The complaints about a provider, a prefix or an address in the journal, and what came of them. */
#ifndef COMPLAINTS_H
#define COMPLAINTS_H

#include "base/buf.h"
#include "base/fault.h"
#include "base/resource.h"
#include "base/vec.h"
#include "density/dataset.h"

struct journal;

struct complaints {
    size_t count;
    int64_t first_ms;
    VEC(int64_t) ended; /* after how many ms, the shortest first */
    size_t again;       /* of those ended: the last look found it listed again */
    size_t listed;      /* none ended, and the last look still found the listing */
    size_t unseen;      /* there was no look since */
};

/* Counts those about the resource itself, about what is inside a prefix, and about what an AS announces, as far as the
 * dataset knows. Replaces *out, zeroed at first. False with a fault. */
bool complaints_read(struct complaints *out, struct journal *, struct dataset *, const struct resource *,
                     struct fault *);
static inline void
complaints_fini(struct complaints *complaints)
{
    vec_free(&complaints->ended);
}

/* Writes "3 complaints since 2026-03-02: 2 listings ended, after 4 and 9 days, of which 1 is listed again; 1 is
 * still listed"; nothing without any. */
void complaints_words(struct buf *out, const struct complaints *);
/* Returns the whole days that an end took. */
long long complaints_days(int64_t ended);
/* Writes how quickly: "4 and 9 days", of more than three "4 to 31 days"; nothing if none ended. */
void complaints_ended_words(struct buf *out, const struct complaints *);

#endif
