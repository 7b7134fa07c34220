/* What an address was seen to be at one time, and until when nothing about it changed: evidence and verdict without
 * all that passes (round trips, TTLs, questions). This is what the journal keeps. */
#ifndef OBSERVATION_H
#define OBSERVATION_H

#include "density.h"
#include "evidence.h"
#include "uid.h"
#include "verdict.h"

#include <stdbool.h>
#include <stdint.h>

/* A raw text of a list, clean. */
struct observed_text {
    enum list_id list;
    char *text;
};

struct observation {
    struct uid uid;
    struct addr address;
    int64_t first_ms, last_ms; /* wall: when it was seen so first, and last */
    uint32_t times;            /* how often */
    enum source source;        /* of level 1's state: DNS or zone file */
    char *resolver;            /* "127.0.0.1:53", of several the first; NULL = none was asked */
    uint32_t serial;           /* of level 1's zone, 0 = not known */
    enum verdict_state verdict;
    unsigned causes; /* CAUSE_* */
    char *headline;  /* as it was said then */
    enum state states[LIST_COUNT];
    density_nets nets; /* by their prefixes, narrowest first; from_zone as it was */
    uint32_t asn;      /* who announces the address; 0 = not known */
    char *org;         /* NULL = none */
    char country[3];   /* or "" */
    uint32_t score_asn; /* whom level 3 names, 0 = nobody ... */
    double score;       /* ... and his score, negative = none published */
    char *name;         /* PTR, NULL = none */
    VEC(struct observed_text) texts; /* by list, then as answered, without doubles */
};

/* What the evidence amounts to now: all of `out` but uid, which stays zeroed. When everything came from zone files the
 * time is that of level 1's zone, which is when it was true, else the evidence's finished_ms (or now). The caller calls
 * observation_fini. */
void observation_make(struct observation *out, const struct evidence *, const struct verdict *);
void observation_fini(struct observation *); /* zeroed is fine; zeroes it */
void observation_copy(struct observation *out, const struct observation *);

/* Whether a look at an address found nothing new: the same states, nets with their figures, holder, score, texts and
 * name. Times, resolver, serial, headline and source do not count, nor does a text that the one or the other lacks
 * because the list itself was silent. */
bool observation_same(const struct observation *, const struct observation *);

/* What differs between two looks, in words, most important first; nothing when nothing does. `then` and `now` are short
 * and clean ("listed", "23 impacts of 9"), "-" for nothing; they live as long as the list. */
struct difference {
    char what[48]; /* "level 1", "203.0.112.0/22" */
    char then[96], now[96];
};
typedef VEC(struct difference) observation_differences;
void observation_compare(observation_differences *out, const struct observation *then, const struct observation *now);

#endif
