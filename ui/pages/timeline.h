/* What happened to an address, a net or an ASN, as far as the journal knows: what changed between two looks, who came
 * and left, and what people did about it, in the order of time. */
#ifndef TIMELINE_H
#define TIMELINE_H

#include "draw/sparkline.h"
#include "journal/journal.h"

enum timeline_kind {
    TIMELINE_LOOK,     /* something was seen that was not so before */
    TIMELINE_ZONE,     /* the figures of a net or an ASN in a zone file */
    TIMELINE_CAME,     /* addresses on level 1 */
    TIMELINE_LEFT,     /* ... no more */
    TIMELINE_CASE,     /* state, ticket, tags, follow-up */
    TIMELINE_NOTE,     /* what people wrote, and ... */
    TIMELINE_REPLACED, /* ... wrote anew since */
    TIMELINE_CONTACT
};

enum { TIMELINE_NONE = -1 };

struct timeline_item {
    int64_t at_ms;
    enum timeline_kind kind;
    char *text;          /* lines parted by \n, the most important first */
    char *times;         /* the moments beside at_ms; NULL = none */
    struct addr address; /* of whom it speaks; family 0 = of none in particular */
    bool seconds;        /* it takes them to tell its moment from another that is shown */
    int look;            /* of TIMELINE_LOOK: its place among the observations; else TIMELINE_NONE */
    size_t place;        /* in the order in which the items were found */
};

struct timeline {
    struct resource resource;
    journal_observations looks;      /* newest first */
    bool more;                       /* there are older ones */
    VEC(struct timeline_item) items; /* newest first */
    struct sparkline sparkline;
    struct sparkline_words words; /* of it */
    char what[96];
};

/* Zeroed is empty. Reads all of it anew; false with a reason. */
bool timeline_gather(struct timeline *, struct journal *, const struct resource *, struct fault *);
void timeline_fini(struct timeline *);

/* For the parts of gathering. Adds an item, and takes what is in the buffers (times may be NULL). */
void timeline_add(struct timeline *, struct timeline_item, struct buf *text, struct buf *times);
/* Adds what people did: of all cases of the matter. */
bool timeline_add_cases(struct timeline *, struct journal *, struct fault *);

#endif
