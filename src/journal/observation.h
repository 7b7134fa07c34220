/* What an address was seen to be at one time, and until when nothing about it changed: evidence and verdict without
 * all that passes (round trips, TTLs, questions). This is what the journal keeps. */
#ifndef OBSERVATION_H
#define OBSERVATION_H

#include "base/buf.h"
#include "base/uuid.h"
#include "density/density.h"
#include "verdict/evidence.h"
#include "verdict/verdict.h"

#include <stdbool.h>
#include <stdint.h>

/* A raw text of a list, clean. */
struct observed_text {
    enum list_id list;
    char *text;
};

struct observation {
    struct uuid uuid;
    struct addr address;
    int64_t first_ms, last_ms; /* wall: when it was seen so first, and last */
    uint32_t times;            /* how often */
    enum source source;        /* of level 1's state: DNS or zone file */
    char *resolver;            /* "127.0.0.1:53", of several the first; NULL = none was asked */
    uint32_t serial;           /* of level 1's zone, 0 = not known */
    enum verdict_state verdict;
    unsigned causes; /* CAUSE_* */
    char *headline;  /* as it was said then */
    enum list_state states[LIST_COUNT];
    density_nets nets;               /* by their prefixes, narrowest first; from_zone as it was */
    uint32_t asn;                    /* who announces the address; 0 = not known */
    char *org;                       /* NULL = none */
    char country[3];                 /* or "" */
    uint32_t score_asn;              /* whom level 3 names, 0 = nobody ... */
    double score;                    /* ... and his score, negative = none published */
    char *name;                      /* PTR, NULL = none */
    VEC(struct observed_text) texts; /* by list, then as answered, without doubles */
    int64_t answered_ms[LIST_COUNT]; /* when each list itself answered over DNS; 0 = it did not, or this was read from a
                                        journal, which does not keep it */
    bool knows_neighbours; /* a zone file tells of them as they are now, and so does the headline; false of what was
                              read from a journal */
};

/* What the evidence amounts to now: all of `out` but uid, which stays zeroed. Its time is that of the newest answer of
 * a list, which may be a remembered one. When everything came from zone files it is that of level 1's zone (without it,
 * of the first list's that there is), which is when it was true; when there is neither, now. Nets that a stale file
 * alone knows are left out: nobody saw them then. The caller calls observation_fini. */
void observation_make(struct observation *out, const struct evidence *, const struct verdict *);
void observation_fini(struct observation *); /* zeroed is fine; zeroes it */
void observation_copy(struct observation *out, const struct observation *);

/* Puts nets and texts, however they were gathered, into their order, and drops doubles: of equal nets the first stays.
 */
void observation_order(struct observation *);

/* Until when all of it is known to have been so: the oldest answer of a list, since the others may have been asked
 * again meanwhile; last_ms when it came from elsewhere. */
int64_t observation_confirmed_ms(const struct observation *);

/* Whether `now` says of a list something else than `then` does, by an answer that is no younger than `then`: another
 * look has asked again meanwhile, and this one repeats what it heard before. */
bool observation_is_behind(const struct observation *then, const struct observation *now);

/* Whether a look at the address, `now`, found nothing new since `then`: the same verdict, states, nets with their
 * figures, holder, score, texts and name. Times, resolver, serial, headline and source do not count; holder and name
 * are an ASN and a host name, however they are written.
 *
 * Every state of a list counts, so that nothing is said to last until `now` which was not heard then: a list that was
 * listed and is silent now (no answer, refused, not asked ...) has changed, and again when it is heard again. But only
 * the list itself has changed: silence is never "clear", and what it would have told, its texts, nets and score, is
 * not known then, and not gone.
 *
 * The same of what a list that was heard did not tell, because its text could not be had or no zone file shows what the
 * DNS hides, and of holder and name: what is known now and was not then is new, what is not known now is no change. So
 * the two are not to be swapped. */
bool observation_same(const struct observation *then, const struct observation *now);

/* Whether `now`, which is the same as `then`, knows less of what is around the address, as without zone files: then its
 * headline says less, too, and that of `then` stays. */
bool observation_says_less(const struct observation *then, const struct observation *now);

/* What differs between two looks, in words, most important first: nothing exactly when observation_same. `then` and
 * `now` are short and clean: "listed", "no answer", "23 impacts (limit 9)", "-" where there was none, "not known" where
 * that is all that can be said. */
struct difference {
    char what[48]; /* "verdict", "level 1", "203.0.112.0/22", "score", "announced by", "name", "text of level 1" */
    char then[96], now[96];
    char change[96]; /* of a figure: "impacts 19 -> 23 (limit 9)"; else "" */
};
typedef VEC(struct difference) observation_differences;
void observation_compare(observation_differences *out, const struct observation *then, const struct observation *now);
/* A difference in one line: "level 1: clear -> listed", "203.0.112.0/22: impacts 19 -> 23 (limit 9)". */
void observation_difference_text(struct buf *out, const struct difference *);

#endif
