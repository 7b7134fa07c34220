/* One row of the journal: evidence and verdict of an address, without round trips, TTLs and queries, with the time span
 * in which they did not change. */
#ifndef OBSERVATION_H
#define OBSERVATION_H

#include "base/buf.h"
#include "base/uuid.h"
#include "density/density.h"
#include "verdict/evidence.h"
#include "verdict/verdict.h"

#include <stdbool.h>
#include <stdint.h>

/* The result of one list. */
struct observed_list {
    char *zone;       /* "dnsbl-1.uceprotect.net" */
    const char *part; /* a static string: "level1", "level2", "level3", "exemption", "backscatterer"; NULL = none */
    enum list_state state;
    VEC(char *) texts;   /* of a list that is listed: clean, as answered, without doubles */
    int64_t answered_ms; /* when it answered over DNS; 0 = it did not, or this was read from a journal */
};
/* The parts in that order, then the others by zone. A list that was not asked is missing. */
typedef VEC(struct observed_list) observed_lists;

struct observation {
    struct uuid uuid;
    struct addr address;
    int64_t first_ms, last_ms; /* wall time: first and last seen like this */
    uint32_t times;            /* how often */
    enum source source;        /* of level 1's state: DNS or zone file */
    char *resolver;            /* "127.0.0.1:53", the first of several; NULL = none was asked */
    uint32_t serial;           /* of level 1's zone, 0 = not known */
    enum verdict_state verdict;
    unsigned causes; /* CAUSE_* */
    char *headline;
    observed_lists lists;
    density_nets nets;     /* without doubles, narrowest first */
    uint32_t asn;          /* origin AS; 0 = not known */
    char *org;             /* NULL = none */
    char country[3];       /* or "" */
    uint32_t score_asn;    /* the AS that level 3 lists, 0 = none ... */
    double score;          /* ... and its score, negative = none published */
    char *name;            /* PTR, NULL = none */
    bool knows_neighbours; /* the headline counts them from a current zone file; false if read from a journal */
};

/* Makes all of `out` but the uuid. Its time is that of the newest answer of a list, which may come from the cache. If
 * everything came from zone files, it is the time of level 1's zone (without it, of the first list that has one), or
 * now. Omits nets that only a stale file has. The caller calls observation_fini. */
void observation_make(struct observation *out, const struct evidence *, const struct verdict *);
void observation_fini(struct observation *); /* zeroed is fine; zeroes it */
void observation_copy(struct observation *out, const struct observation *from);

/* Return the static string of a part, NULL for an unknown one; and the part at an index, NULL after the last. */
const char *observation_part(const char *part);
const char *observation_part_at(size_t);
/* Adds a list in its place, or returns the one with that zone. The pointer is valid until the next one is added. */
struct observed_list *observed_list_add(observed_lists *, const char *zone, const char *part, enum list_state);
/* <0: `a` comes first. */
int observed_list_order(const struct observed_list *a, const struct observed_list *b);
void observed_list_add_text(struct observed_list *, const char *text);
void observed_lists_fini(observed_lists *);

/* Return the list with a part ("level2"), or a zone; NULL: it was not asked. */
const struct observed_list *observed_list_find(const observed_lists *, const char *part, const char *zone);
static inline const struct observed_list *
observed_list_of_part(const observed_lists *lists, const char *part)
{
    return observed_list_find(lists, part, NULL);
}
static inline const struct observed_list *
observed_list_of_zone(const observed_lists *lists, const char *zone)
{
    return observed_list_find(lists, NULL, zone);
}
/* Return the state of the list with a part. STATE_UNASKED = it was not asked. */
static inline enum list_state
observed_lists_state(const observed_lists *lists, const char *part)
{
    const struct observed_list *list = observed_list_of_part(lists, part);
    return list ? list->state : STATE_UNASKED;
}
static inline enum list_state
observation_state(const struct observation *o, const char *part)
{
    return observed_lists_state(&o->lists, part);
}
static inline enum list_state
observed_lists_level(const observed_lists *lists, unsigned level) /* 1, 2, 3 */
{
    return observed_lists_state(lists, observation_part_at(level - 1));
}
/* Returns a bit for each level with that state: 1, 2, 4. */
unsigned observed_lists_levels(const observed_lists *, enum list_state);

/* Adds the states with seen_add. */
void observation_add_seen(struct seen *, const observed_lists *, int64_t first_ms, int64_t last_ms);

/* Sorts the nets; drops lists that were not asked, texts of clear lists, and all but the first of equal nets. */
void observation_order(struct observation *);

/* Returns until when all of it is known to be true: the time of the oldest answer, because other lists may have been
 * asked again since; last_ms without answers. */
int64_t observation_confirmed_ms(const struct observation *);

/* Returns whether `now` differs from `then` only by an answer that is not newer than `then`: `now` repeats an old
 * answer, because another observation has asked again since. */
bool observation_is_behind(const struct observation *then, const struct observation *now);

/* Returns whether `now`, the same as `then`, lacks nets or neighbours, as without zone files, so that the headline of
 * `then` says more. */
bool observation_says_less(const struct observation *then, const struct observation *now);

/* One difference between two observations. `then` and `now` are short and clean: "listed", "no answer", "23 impacts
 * (limit 9)", "-" where there was none, "not known". */
struct difference {
    char what[48]; /* "verdict", "level 1", "203.0.112.0/22", "score", "announced by", "name", "text of level 1" */
    char then[96], now[96];
    char change[96]; /* of a figure: "impacts 19 -> 23 (limit 9)"; else "" */
};
typedef VEC(struct difference) observation_differences;
/* Appends the differences to `out` (may be NULL), most important first; returns whether there are any. */
bool observation_compare(observation_differences *out, const struct observation *then, const struct observation *now);
/* Returns whether `now` found nothing new since `then`: the same verdict, states, nets and figures, holder, score,
 * texts and name. Times, resolver, serial, headline and source do not count; holder and name are an ASN and a host
 * name, however they are written.
 *
 * Every state counts: a list that was listed and gives no answer now (timeout, refused, not asked ...) has changed, and
 * changes again when it answers, so that nothing is said to last until `now` that was not seen then. But only the list
 * itself has changed: no answer is never "clear", and its texts, nets and score are unknown then, not gone.
 *
 * A fact that was unknown then and is known now is new; what is unknown now is no change. This holds for texts that
 * could not be had, for nets that DNS hides, for holder and name. So the two must not be swapped. */
static inline bool
observation_same(const struct observation *then, const struct observation *now)
{
    return !observation_compare(NULL, then, now);
}

/* Makes `then` comparable with `now` where the user has chosen other lists since: leaves out the lists that `now` did
 * not ask, and takes over what only those say that `then` did not ask. */
void observation_match(struct observation *then, const struct observation *now);
/* Like observation_compare, but of the lists that both asked. */
bool observation_compare_matched(observation_differences *out, const struct observation *then,
                                 const struct observation *now);

/* Appends a difference as one line: "level 1: clear -> listed", "203.0.112.0/22: impacts 19 -> 23 (limit 9)". */
void observation_difference_text(struct buf *out, const struct difference *);

#endif
