/* The cases in the journal that concern an address: its own, those of nets that contain it and of ASNs that announce it
 * or are blamed for it. And the headline with the case of a net or an ASN. */
#ifndef RELATED_CASES_H
#define RELATED_CASES_H

#include "draw/header.h"
#include "journal/journal.h"
#include "journal/recorder.h"

/* Zeroed is empty. */
struct related_cases {
    journal_cases own;    /* open ones first, then the newest */
    journal_cases around; /* one per resource, as journal_case_find: the narrowest net first, ASNs last */
    bool swept;           /* the /24 was swept in this run, ... */
    VEC(uint32_t) listed; /* ... which found these, sorted */
};

enum { RELATED_CASES_ASNS = 2 };

/* Reads the cases again; without a journal there are none. An ASN of 0 is none. */
void related_cases_read(struct related_cases *, struct journal *, const struct addr *,
                        const uint32_t asns[static RELATED_CASES_ASNS]);
void related_cases_fini(struct related_cases *);

/* Adds rows for the case (with follow-up, last contact and the first lines of its note), for the case before it, and
 * one for each case around it. NULL = none. */
void related_cases_rows(struct page *, const struct related_cases *);

/* "waiting since 2026-07-04, ticket 4711, tags hosting vip" */
void related_case_words(struct buf *out, const struct journal_case *);
/* "was due 2026-07-04, 2 d ago", "due 2026-07-09, in 2 d 4 h" */
void related_case_due(struct buf *out, int64_t due_ms);

/* The paragraphs about cases above a view of a net or an ASN. Zeroed is not read yet. */
struct related_headline {
    char *text;   /* "Case open since 2026-07-04, ticket 4711: the first line of its note"; NULL = no case */
    char *others; /* resources in it or around it that have a case; NULL = none */
    bool read, is_closed;
    unsigned version; /* of the journal */
};
/* Reads it again if the journal has changed. */
void related_headline_read(struct related_headline *, struct recorder *, const struct resource *);
void related_headline_fini(struct related_headline *);
void related_headline_put(const struct related_headline *, struct header *);

#endif
