/* A rejection in words, for both faces: who refused whom because of which list, and what to do. */
#ifndef REJECTION_PAGE_H
#define REJECTION_PAGE_H

#include "bounce/rejection.h"
#include "draw/page.h"
#include "verdict/evidence.h"

/* How many equal rejections there are, and from when to when in seconds; 0 = not known. */
struct rejection_equal {
    uint64_t count;
    int64_t first, last;
};

/* Adds the rejection. `equal` counts those that it stands for, NULL = it alone. `now` is the evidence about the
 * rejected address, NULL = it was not checked. */
void rejection_page(struct page *, const struct rejection *, const struct rejection_equal *equal,
                    const struct evidence *now);

/* Whether the list that the rejection names has the address now. */
enum rejection_now {
    REJECTION_NOW_NONE /* it names none */,
    REJECTION_NOW_UNKNOWN,
    REJECTION_NOW_LISTED,
    REJECTION_NOW_GONE
};
enum rejection_now rejection_page_now(const struct rejection *, const struct evidence *now);

/* Appends the same: "The rejection of 2026-11-30 09:14 UTC named UCEPROTECT Level 2. That listing is gone since." Names
 * other lists that have the address now. Nothing for REJECTION_NOW_NONE. */
void rejection_page_since(const struct rejection *, const struct evidence *now, struct buf *out);

#endif
