/* The history of an address, a prefix or an AS in the journal: observations, counts, neighbours, rejections and cases,
 * in one vector of dated items for screen, text and JSON.
 *
 *     struct history h = {0};
 *     if (history_read(&h, journal, &resource, 300, 1, &fault))
 *         for (size_t i = 0; i < h.items.count; i++)   // newest first
 *             switch (h.items.at[i].kind) ...
 *     history_fini(&h);
 *
 * Items hold no words: they point into the other vectors of the history. */
#ifndef HISTORY_H
#define HISTORY_H

#include "journal/journal.h"
#include "journal/outside.h"

enum history_kind {
    HISTORY_OBSERVATION,    /* index: in observations */
    HISTORY_COUNT,          /* index: in counts */
    HISTORY_LISTED,         /* index and number: the neighbours (in `came`) that were first seen on level 1 then */
    HISTORY_DELISTED,       /* likewise (in `left`): last seen on level 1 then; absent_ms is when they were off it */
    HISTORY_REJECTIONS,     /* index: in rejections; at the time of the last of them */
    HISTORY_OUTSIDE,        /* index: in outside; at the first time of the period */
    HISTORY_CASE_OPENED,    /* index: in cases, also below: the kinds from here on are about cases */
    HISTORY_CASE_STATE,     /* its state was set: closed, waiting, or open again */
    HISTORY_CASE_TICKET,    /* the ticket was set, or removed (NULL) */
    HISTORY_CASE_TAGS,      /* the tags were set, or removed (NULL) */
    HISTORY_CASE_FOLLOW_UP, /* the follow-up was set, or removed (due_ms 0) */
    HISTORY_CASE_DUE,       /* the follow-up of a case that is not closed has become due */
    HISTORY_NOTE,           /* number: in the case's notes, also of notes that were replaced; none is empty */
    HISTORY_CONTACT,        /* number: in the case's contacts */
};

enum { HISTORY_NONE = -1 };

struct history_item {
    int64_t at_ms;
    enum history_kind kind;
    size_t index, number;
    int before; /* of an observation: the place of the one before at the same address; HISTORY_NONE = not read */
};
typedef VEC(struct history_item) history_items;

struct history {
    struct resource resource;
    journal_observations observations; /* newest first; those from `shown` on only to compare with */
    size_t shown;
    bool more;                        /* there are more observations than are shown */
    journal_counts counts;            /* of a prefix or an AS, oldest first */
    journal_neighbours came, left;    /* of an IPv4 prefix of /24 or longer: by first_ms; those that left by last_ms */
    seen_rejection_groups rejections; /* of an address: by receiver and list, the most first */
    outside_periods outside;          /* what other sources saw of it, and of the prefixes around it */
    journal_cases cases;              /* those that are not closed first, then the newest */
    history_items items;              /* newest first */
};

/* Reads all of it, with items for at most `most` observations; `behind` are read beyond them, to compare with (for an
 * address one is enough). False with a fault. */
bool history_read(struct history *, struct journal *, const struct resource *, size_t most, size_t behind,
                  struct fault *);
void history_fini(struct history *); /* zeroed is fine */

/* Appends the observations of a resource, newest first, at most `most`: for an address its own; for a prefix those of
 * addresses in it; for an AS those of addresses that it announces or that level 3 lists for it. */
bool journal_history(struct journal *, const struct resource *, size_t most, journal_observations *out, struct fault *);

/* Adds the observations of an address, in the order of time, with seen_add. */
bool journal_seen(struct journal *, const struct addr *, struct seen *out, struct fault *);

#endif
