/* How long an address has been on or off each list, as the journal saw it: "since" means "first seen so", and the state
 * between two looks is unknown. */
#ifndef SEEN_H
#define SEEN_H

#include "base/buf.h"
#include "base/vec.h"
#include "lists/list_state.h"

#include <stdbool.h>
#include <stdint.h>

/* One list. A run is a series of looks with the same state, LISTED or CLEAR; looks with another state do not end it. */
struct seen_list {
    char *zone;             /* of the list */
    enum list_state state;  /* as last seen: LISTED or CLEAR; UNASKED = never seen to be either */
    int64_t since_ms;       /* first and ... */
    int64_t until_ms;       /* ... last time of that run */
    int64_t other_ms;       /* last time of the run before it, 0 = none ... */
    int64_t other_since_ms; /* ... and its first time */
    uint32_t listings;      /* runs of LISTED */
    int64_t outside_ms;     /* since when another source had it, before our first look at it; 0 = not known */
    const char *outside;    /* the name of that source; static */
};

/* Mails that a receiver refused because of a list. */
struct seen_rejections {
    char *receiver; /* "" = not known */
    char *zone;     /* of the list; "" = it has none */
    char *list;     /* its name */
    unsigned level; /* of UCEPROTECT; 0 = none */
    uint64_t count;
    int64_t first_ms, last_ms; /* 0 = not known */
};

typedef VEC(struct seen_rejections) seen_rejection_groups;
void seen_rejections_fini(seen_rejection_groups *);

struct seen {
    bool known;                       /* the address is in the journal */
    int64_t first_ms;                 /* first time of all */
    uint32_t changes;                 /* number of observations; 0 = made by seen_add */
    VEC(struct seen_list) lists;      /* only lists that were checked */
    seen_rejection_groups rejections; /* of the last SEEN_REJECTIONS_DAYS, the most first */
};

enum { SEEN_REJECTIONS_DAYS = 30 };

void seen_fini(struct seen *);

/* Adds a look at one list, or several with the same state from first_ms to last_ms, in the order of time. A look that
 * began before the last one was over counts only if it has the same state. */
void seen_add(struct seen *, const char *zone, enum list_state, int64_t first_ms, int64_t last_ms);

/* Returns the history of a list, an empty one if it was never checked. Borrowed. */
const struct seen_list *seen_find(const struct seen *, const char *zone);

/* Adds a look to one list; a state that is not LISTED or CLEAR changes nothing. */
void seen_add_state(struct seen_list *, enum list_state, int64_t first_ms, int64_t last_ms);

/* Writes since when the state holds; first_ms is the journal's first look at the address: "first seen listed 2026-11-03
 * 14:05, last seen clear 2026-11-02 09:00 UTC", "first seen clear ...; listed from ... to ... UTC". Writes nothing for
 * a list that was never LISTED, nor after a single look. */
void seen_words(struct buf *out, const struct seen_list *, int64_t first_ms);
/* Appends so much of it, of a listing, as fits on a narrow screen: "first seen 2026-11-26 08:00, last clear 2026-11-25
 * 07:00"; nothing after one look. */
void seen_brief_words(struct buf *out, const struct seen_list *);

/* Writes how often and since when: "once, on Monday", "3 times since Monday", "3 times since 2026-11-02". */
void seen_rejections_words(struct buf *out, const struct seen_rejections *);

#endif
