/* The judgement: why the address is listed, whose doing it is, who can act, what ends it.
 *
 * The decision table of the field, as data. Level 1 is the address's own doing, level 2 the neighbours', level 3 the
 * provider's; a list that gave no believable answer makes the verdict unknown rather than clear. */
#ifndef VERDICT_H
#define VERDICT_H

#include "base/vec.h"
#include "lists/policy.h"
#include "verdict/evidence.h"

#include <stdbool.h>

enum verdict_state {
    VERDICT_CLEAR,      /* nothing that counts; every level proved itself, or levels 2 and 3 do not apply */
    VERDICT_COLLATERAL, /* only neighbours or provider */
    VERDICT_DIRECT,     /* the address itself */
    VERDICT_UNKNOWN,    /* cannot tell */
};

const char *verdict_state_name(enum verdict_state); /* "clear", "collateral", "direct", "unknown" */

enum cause { CAUSE_ADDRESS = 1, CAUSE_ALLOCATION = 2, CAUSE_PROVIDER = 4 };

const char *cause_name(enum cause); /* "address", "allocation", "provider" */

/* What the states of the lists amount to, without a word about it. */
struct judgement {
    enum verdict_state state;
    unsigned listed; /* CAUSE_* of the levels that list the address */
    unsigned causes; /* CAUSE_* of every listing */
};

struct judgement judgement_of(const enum list_state lists[static LIST_COUNT]);

enum actor { ACTOR_UNKNOWN, ACTOR_NOBODY, ACTOR_YOU, ACTOR_NET_OWNER, ACTOR_PROVIDER, ACTOR_CARRIER };

const char *
    actor_name(enum actor); /* "nobody", "you", "net owner", "provider" (a carrier is one, too); NULL for unknown */

/* One sentence, and whether it is an estimate. */
struct statement {
    char *text;
    bool estimate;
};

struct verdict {
    enum verdict_state state;
    bool pending;    /* a list is awaited: what follows is true so far */
    unsigned causes; /* CAUSE_* of every listing */
    enum actor actor;
    enum actor then;            /* who comes after the first; ACTOR_UNKNOWN = nobody */
    char *headline;             /* one true sentence with the figures in it */
    VEC(struct statement) ends; /* what ends it */
    VEC(char *) advice;         /* what to do, first things first */
    size_t if_level3;           /* place in it, from 1 on, of what depends on level 3, which is not known; 0 = none */
    VEC(char *) notes;          /* what limits the answer: hidden nets, stale zones, missing texts */
};

/* Whether, the levels that list the address being `listed` (CAUSE_*), it is its backscatter alone that makes it a
 * cause. */
bool verdict_is_backscatter(const struct verdict *, unsigned listed);

/* Judges the evidence as it is now. The caller calls verdict_fini. */
void verdict_reach(struct verdict *, const struct evidence *, const struct policy *);
/* The same for those who tell it in one line: without what ends it, advice and notes. */
void verdict_reach_headline(struct verdict *, const struct evidence *, const struct policy *);
/* An estimate of whether level 3 lists who announces the address, of files that are not stale: of advice that depends
 * on level 3 it says what is so then. */
void verdict_take_estimate(struct verdict *, const struct evidence *, enum call);
void verdict_fini(struct verdict *);

#endif
