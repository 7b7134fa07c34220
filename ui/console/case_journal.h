/* The part of an address's page that people wrote: its case in the journal. */
#ifndef CASE_JOURNAL_H
#define CASE_JOURNAL_H

#include "console/page.h"
#include "journal.h"

/* One row of the case, one more for a follow-up, and the first lines of its note; of a closed case only the first.
 * Nothing of NULL. */
void case_journal(struct page *, const struct journal_case *);

/* "waiting since 2026-07-04, ticket 4711, tags hosting vip" */
void case_journal_words(struct buf *out, const struct journal_case *);

/* "was due 2026-07-04, 2 d ago", "due 2026-07-09, in 2 d 4 h" */
void case_journal_due(struct buf *out, int64_t due_ms);

#endif
