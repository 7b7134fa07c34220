/* What people wrote that concerns an address: its own cases, and those of nets that hold it and of ASNs that announce
 * it or are blamed for it; and what a sweep of this run found around it. */
#ifndef RELATED_CASES_H
#define RELATED_CASES_H

#include "draw/header.h"
#include "journal/journal.h"
#include "journal/recorder.h"

/* Zeroed is nothing. */
struct related_cases {
    journal_cases own;    /* those that are not closed first, then the newest */
    journal_cases around; /* one a matter, as journal_case_find: the narrowest net first, ASNs last */
    bool swept;           /* its /24 was, ... */
    VEC(uint32_t) listed; /* ... and these were found, sorted */
};

enum { RELATED_CASES_ASNS = 2 };

/* Reads the cases anew; without a journal there is nothing. An ASN of 0 is none. */
void related_cases_read(struct related_cases *, struct journal *, const struct addr *,
                        const uint32_t asns[static RELATED_CASES_ASNS]);
void related_cases_fini(struct related_cases *);

/* What stands on top of a view of a net or an ASN. Zeroed is not read yet. */
struct related_headline {
    char *text;   /* NULL = it has no case */
    char *others; /* which things in it or around it have one; NULL = none */
    bool read, is_closed;
    unsigned version; /* of the journal */
};
/* "Case open since 2026-07-04, ticket 4711: the first line of its note", read anew once the journal has changed. */
void related_headline_read(struct related_headline *, struct recorder *, const struct resource *);
void related_headline_fini(struct related_headline *);
/* Adds both. */
void related_headline_put(const struct related_headline *, struct header *);

#endif
