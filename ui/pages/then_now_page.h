/* The page of an address as an observation saw it, beside its state now. */
#ifndef THEN_NOW_PAGE_H
#define THEN_NOW_PAGE_H

#include "draw/page.h"
#include "journal/journal.h"
#include "pages/related_cases.h"

/* How much is known about the state now. */
enum then_now { THEN_NOW_ASKING, THEN_NOW_KNOWN, THEN_NOW_NOT_ASKED };

/* `now` is what is known so far; differences are marked once all of it is (THEN_NOW_KNOWN). */
void then_now_page(struct page *, const struct observation *then, const struct observation *now, enum then_now,
                   const struct related_cases *);

#endif
