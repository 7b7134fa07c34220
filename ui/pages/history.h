/* What happened to an address, a net or an ASN, as far as the journal knows: what changed between two looks, who came
 * and left, and what people did about it, in the order of time. */
#ifndef HISTORY_H
#define HISTORY_H

#include "draw/spark.h"
#include "journal/journal.h"

enum history_kind {
    HISTORY_LOOK,     /* something was seen that was not so before */
    HISTORY_ZONE,     /* the figures of a net or an ASN in a zone file */
    HISTORY_CAME,     /* addresses on level 1 */
    HISTORY_LEFT,     /* ... no more */
    HISTORY_CASE,     /* state, ticket, tags, follow-up */
    HISTORY_NOTE,     /* what people wrote, and ... */
    HISTORY_REPLACED, /* ... wrote anew since */
    HISTORY_TOLD
};

enum { HISTORY_NONE = -1 };

struct history_item {
    int64_t at_ms;
    enum history_kind kind;
    char *text;          /* lines parted by \n, the most important first */
    char *times;         /* the moments beside at_ms; NULL = none */
    struct addr address; /* of whom it speaks; family 0 = of none in particular */
    bool seconds;        /* it takes them to tell its moment from another that is shown */
    int look;            /* of HISTORY_LOOK: its place among the observations; else HISTORY_NONE */
    size_t place;        /* in the order in which the items were found */
};

struct history {
    struct matter matter;
    journal_observations looks;     /* newest first */
    bool more;                      /* there are older ones */
    VEC(struct history_item) items; /* newest first */
    struct spark spark;
    struct spark_words words; /* of it */
    char what[96];
};

/* Zeroed is empty. Reads all of it anew; false with a reason. */
bool history_gather(struct history *, struct journal *, const struct matter *, struct fault *);
void history_fini(struct history *);

/* For the parts of gathering. Adds an item, and takes what is in the buffers (times may be NULL). */
void history_add(struct history *, struct history_item, struct buf *text, struct buf *times);
/* Adds what people did: of all cases of the matter. */
bool history_add_cases(struct history *, struct journal *, struct fault *);

#endif
