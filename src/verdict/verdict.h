/* The judgement: why the address is listed, whose doing it is, who can act, what ends it.
 *
 * The decision table of the field, as data. Level 1 is the address's own doing, level 2 the neighbours', level 3 the
 * provider's; a list that gave no believable answer makes the verdict unknown rather than clear. */
#ifndef VERDICT_H
#define VERDICT_H

#include "base/vec.h"
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

/* The states of all lists, as far as they bear on the verdict. Zeroed: nothing was asked. */
struct list_states {
    enum list_state levels[LIST_LEVELS], exemption, backscatterer;
    unsigned others; /* CAUSE_* of the listings on lists without a part in the escalation that count */
};

void list_states_add(struct list_states *, const struct list_result *);
/* The same of a list that is known by its zone file alone. */
void list_states_set(struct list_states *, const struct list *, enum list_state);

/* What the states amount to, without a word about it. */
struct judgement {
    enum verdict_state state;
    unsigned listed; /* CAUSE_* of the levels that list the address */
    unsigned others; /* CAUSE_* of lists without a part in the escalation */
    unsigned causes; /* CAUSE_* of every listing */
};

struct judgement judgement_of(const struct list_states *);

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
    unsigned listed; /* CAUSE_* of the levels that list the address */
    unsigned others; /* CAUSE_* of lists without a part in the escalation */
    unsigned causes; /* CAUSE_* of every listing */
    enum actor actor;
    enum actor then;            /* who comes after the first; ACTOR_UNKNOWN = nobody */
    char *headline;             /* one true sentence with the figures in it */
    VEC(struct statement) ends; /* what ends it */
    VEC(char *) advice;         /* what to do, first things first */
    VEC(char *) notes;          /* what limits the answer: hidden nets, stale zones, missing texts */
};

/* Whether the address is a cause by its backscatter alone. */
bool verdict_is_backscatter(const struct verdict *);

void verdict_fini(struct verdict *);

#endif
