/* An address as it was then, beside what is true now, as a page. */
#ifndef ENTRY_PAGE_H
#define ENTRY_PAGE_H

#include "draw/page.h"
#include "journal/journal.h"
#include "pages/case_around.h"

/* How much is known of now. */
enum entry_now { ENTRY_ASKING, ENTRY_KNOWN, ENTRY_NOT_ASKED };

/* `now` is what is known so far; what differs is marked once everything is (ENTRY_KNOWN). */
void entry_page(struct page *, const struct observation *then, const struct observation *now, enum entry_now,
                const struct case_around *);

#endif
