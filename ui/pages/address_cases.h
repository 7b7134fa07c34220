/* The part of an address's page that people wrote: its case in the journal, and those of what is around it. */
#ifndef ADDRESS_CASES_H
#define ADDRESS_CASES_H

#include "draw/page.h"
#include "journal/journal.h"
#include "pages/related_cases.h"

/* One row of the case, one more for a follow-up, the first lines of its note, and a row of the case before it; a row
 * for each thing around it that has a case. NULL = nothing of all that. */
void address_cases(struct page *, const struct related_cases *);

/* "waiting since 2026-07-04, ticket 4711, tags hosting vip" */
void address_cases_words(struct buf *out, const struct journal_case *);

/* The same, and the first line of its note. */
void address_cases_line(struct buf *out, const struct journal_case *);

/* "was due 2026-07-04, 2 d ago", "due 2026-07-09, in 2 d 4 h" */
void address_cases_due(struct buf *out, int64_t due_ms);

#endif
