/* What people wrote that concerns an address: its own cases, and those of nets that hold it and of ASNs that announce
 * it or are blamed for it; and what a sweep of this run found around it. */
#ifndef CASE_AROUND_H
#define CASE_AROUND_H

#include "draw/top.h"
#include "journal/journal.h"
#include "journal/keeper.h"

/* Zeroed is nothing. */
struct case_around {
    journal_cases own;    /* those that are not closed first, then the newest */
    journal_cases around; /* one a matter, as journal_case_find: the narrowest net first, ASNs last */
    bool swept;           /* its /24 was, ... */
    VEC(uint32_t) listed; /* ... and these were found, sorted */
};

enum { CASE_AROUND_ASNS = 2 };

/* Reads the cases anew; without a journal there is nothing. An ASN of 0 is none. */
void case_around_read(struct case_around *, struct journal *, const struct addr *,
                      const uint32_t asns[static CASE_AROUND_ASNS]);
void case_around_fini(struct case_around *);

/* What stands on top of a view of a net or an ASN. Zeroed is not read yet. */
struct case_headline {
    char *text;   /* NULL = it has no case */
    char *others; /* which things in it or around it have one; NULL = none */
    bool read, is_closed;
    unsigned version; /* of the journal */
};
/* "Case open since 2026-07-04, ticket 4711: the first line of its note", read anew once the journal has changed. */
void case_headline_read(struct case_headline *, struct keeper *, const struct matter *);
void case_headline_fini(struct case_headline *);
/* Adds both. */
void case_headline_put(const struct case_headline *, struct top *);

#endif
