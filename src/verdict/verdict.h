/* The judgement about one address: types, names and the pure decision.
 *
 * Level 1 is caused by the address itself, level 2 by its neighbours, level 3 by its provider. A level without a
 * believable answer makes the verdict unknown, never clear. */
#ifndef VERDICT_H
#define VERDICT_H

#include "base/vec.h"
#include "verdict/evidence.h"

#include <stdbool.h>

enum verdict_state {
    VERDICT_CLEAR,      /* no listing that counts; every level passed its self-test, or levels 2 and 3 do not apply */
    VERDICT_COLLATERAL, /* only neighbours, provider or policy, or lists of little effect */
    VERDICT_DIRECT,     /* the address itself */
    VERDICT_UNKNOWN,    /* cannot tell: level 1, or a list of the quorum, is not known, or the run ended too early */
};

const char *verdict_state_name(enum verdict_state); /* "clear", "collateral", "direct", "unknown" */

enum cause { CAUSE_ADDRESS = 1, CAUSE_ALLOCATION = 2, CAUSE_PROVIDER = 4, CAUSE_DOMAIN = 8 /* by its name */ };

static inline const char *
cause_name(enum cause cause)
{
    return cause == CAUSE_ADDRESS      ? "address"
           : cause == CAUSE_ALLOCATION ? "allocation"
           : cause == CAUSE_PROVIDER   ? "provider"
                                       : "domain";
}

/* The states of the lists that decide the verdict. Zeroed: nothing was asked. */
struct list_states {
    enum list_state levels[LIST_LEVELS], exemption, backscatterer;
    unsigned others;           /* CAUSE_* of the listings on lists without a part in the escalation that count */
    unsigned direct;           /* of these, the ones of the address itself on lists of LIST_DIRECT_WEIGHT and more */
    unsigned wanted;           /* bit of each level that must be believed before the verdict is clear */
    unsigned quorum, believed; /* lists of LIST_QUORUM_WEIGHT that must be believed, and that are */
    unsigned known;            /* lists whose listings count, and that are listed or clear */
    unsigned cut_off;          /* lists that the run cut off and that could list the address itself */
};

/* Adds the state of one list, with the scope and the weight that a listing has by its answers: the list's, or less. */
void list_states_add(struct list_states *, const struct list *, enum list_state, enum list_scope, unsigned weight);

/* Adds a list that was asked to the quorum. */
void list_states_expect(struct list_states *, const struct list *, bool known);

/* Limits the quorum to the number that the user wants, level 1 included. */
void list_states_limit(struct list_states *, const struct catalogue *);

/* Returns the states of the evidence. */
struct list_states list_states_of(const struct evidence *);

/* The decision without words. */
struct judgement {
    enum verdict_state state;
    unsigned listed; /* CAUSE_* of the levels that list the address */
    unsigned others; /* CAUSE_* of lists without a part in the escalation */
    unsigned causes; /* CAUSE_* of every listing */
};

struct judgement judgement_of(const struct list_states *);

enum actor { ACTOR_UNKNOWN, ACTOR_NOBODY, ACTOR_YOU, ACTOR_NET_OWNER, ACTOR_PROVIDER, ACTOR_CARRIER };

/* Returns "nobody", "you", "net owner" or "provider"; NULL for ACTOR_UNKNOWN. */
const char *actor_name(enum actor);

/* How a listing ends: a sentence, the same in few words, the level (0 = another list), and whether it is an estimate.
 */
struct statement {
    char *text;
    char *brief;
    unsigned level;
    bool estimate;
};

/* What to do: a sentence, and the same in few words; NULL = it has no shorter form. */
struct advice {
    char *text;
    char *brief;
    bool in_provider; /* it leads to another address of the provider */
    bool complains;   /* it tells others to end the listing */
};

struct verdict {
    enum verdict_state state;
    bool pending;    /* a list is awaited: the rest may change */
    unsigned listed; /* CAUSE_* of the levels that list the address */
    unsigned others; /* CAUSE_* of lists without a part in the escalation */
    unsigned causes; /* CAUSE_* of every listing */
    enum actor actor;
    enum actor then;            /* the next one to act; ACTOR_UNKNOWN = none */
    char *headline;             /* one sentence with the figures */
    char *brief, *remedy;       /* the same for a screen: who is listed; who can end it, or "" */
    VEC(struct statement) ends; /* how each listing ends */
    VEC(struct advice) advice;  /* in order of urgency */
    VEC(char *) notes;          /* limits of the answer: hidden nets, stale zones, missing texts; ... */
    size_t notes_of_weight;     /* ... the first of them; the rest is about lists for others, and lines that cannot be
                                   parsed */
};

/* Returns whether backscatter is the only listing of the address itself. */
static inline bool
verdict_is_backscatter(const struct verdict *v)
{
    return v->causes & CAUSE_ADDRESS && !((v->listed | v->others) & CAUSE_ADDRESS);
}

/* Returns the listing, on a list without a part in the escalation, that matters more than those of the levels beside
 * it; NULL = none. `others` are those of evidence_others. */
const struct list_result *verdict_leader(const struct verdict *, const list_results *others);

void verdict_fini(struct verdict *);

#endif
