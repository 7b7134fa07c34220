#include "verdict/verdict.h"

#include <stdlib.h>

const char *
verdict_state_name(enum verdict_state state)
{
    static const char *const names[] = {
        [VERDICT_CLEAR] = "clear",
        [VERDICT_COLLATERAL] = "collateral",
        [VERDICT_DIRECT] = "direct",
        [VERDICT_UNKNOWN] = "unknown",
    };
    return names[state];
}

const char *
actor_name(enum actor actor)
{
    static const char *const names[] = {
        [ACTOR_UNKNOWN] = NULL,          [ACTOR_NOBODY] = "nobody",     [ACTOR_YOU] = "you",
        [ACTOR_NET_OWNER] = "net owner", [ACTOR_PROVIDER] = "provider", [ACTOR_CARRIER] = "provider",
    };
    return names[actor];
}

/* ---- the judgement ---- */

void
list_states_add(struct list_states *states, const struct list *list, enum list_state state, enum list_scope scope,
                unsigned weight)
{
    static const unsigned causes[] = {
        [SCOPE_IP] = CAUSE_ADDRESS, [SCOPE_RANGE] = CAUSE_ALLOCATION,  [SCOPE_ASN] = CAUSE_PROVIDER,
        [SCOPE_DOMAIN] = 0,         [SCOPE_POLICY] = CAUSE_ALLOCATION, [SCOPE_ALLOW] = 0,
    };
    if (list->level)
        states->levels[list->level - 1] = state;
    else if (list->is_exemption)
        states->exemption = state;
    else if (list->is_backscatterer)
        states->backscatterer = state;
    else if (state == STATE_LISTED && weight > 0) {
        states->others |= causes[scope];
        states->direct += scope == SCOPE_IP && weight >= LIST_DIRECT_WEIGHT;
    }
}

void
list_states_expect(struct list_states *states, const struct list *list, bool known)
{
    bool weighty = list_is_weighty(list);
    states->wanted |= list->level ? 1U << (list->level - 1) : 0;
    states->quorum += weighty;
    states->believed += weighty && known;
    states->known += known && list->scope != SCOPE_ALLOW && (list->part || list->weight > 0);
}

void
list_states_limit(struct list_states *states, const struct catalogue *catalogue)
{
    unsigned level1 = states->wanted & 1;
    if (catalogue->quorum > 0 && states->quorum + level1 > catalogue->quorum)
        states->quorum = catalogue->quorum - level1;
    if (catalogue->quorum > 0)
        states->cut_off = 0;
}

struct list_states
list_states_of(const struct evidence *e)
{
    struct list_states states = {0};
    for (size_t i = 0; i < e->lists.count; i++) {
        const struct list_result *f = &e->lists.at[i];
        list_states_add(&states, f->list, f->state, list_result_scope(f), list_result_weight(f));
        if (evidence_expects(e, f))
            list_states_expect(&states, f->list, list_state_is_known(f->state));
        states.cut_off += f->cut_off && evidence_misses(e, f);
    }
    list_states_limit(&states, e->catalogue);
    return states;
}

/* Returns whether level 1 or a list of the quorum is not known, or one that was cut off, or no list at all is. */
static bool
is_quorum_missed(const struct list_states *states)
{
    return (states->wanted & 1 && !list_state_is_known(states->levels[0])) || states->believed < states->quorum ||
           states->cut_off > 0 || states->known == 0;
}

static enum verdict_state
judge(const struct list_states *states, unsigned listed)
{
    bool clear = true;
    if (listed & CAUSE_ADDRESS || states->direct)
        return VERDICT_DIRECT;
    bool level1_missing = states->wanted & 1 && !list_state_is_known(states->levels[0]);
    if (states->backscatterer == STATE_LISTED && !level1_missing)
        return VERDICT_DIRECT;
    if (is_quorum_missed(states))
        return VERDICT_UNKNOWN;
    if (listed | states->others)
        return VERDICT_COLLATERAL;
    if (states->exemption == STATE_LISTED) /* levels 2 and 3 do not apply, so they need not be known */
        return VERDICT_CLEAR;
    for (unsigned i = 0; i < LIST_LEVELS; i++)
        clear = clear && (!(states->wanted & 1U << i) || list_state_is_known(states->levels[i]));
    return clear ? VERDICT_CLEAR : VERDICT_UNKNOWN;
}

struct judgement
judgement_of(const struct list_states *states)
{
    unsigned listed = 0;
    for (unsigned i = 0; i < LIST_LEVELS; i++)
        listed |= states->levels[i] == STATE_LISTED ? 1U << i : 0; /* CAUSE_* are in the order of the levels */
    return (struct judgement){
        .state = judge(states, listed),
        .listed = listed,
        .others = states->others,
        .causes = listed | states->others | (states->backscatterer == STATE_LISTED ? CAUSE_ADDRESS : 0),
    };
}

const struct list_result *
verdict_leader(const struct verdict *v, const list_results *others)
{
    for (size_t i = 0; i < others->count && list_result_weight(others->at[i]) >= LIST_QUORUM_WEIGHT; i++)
        if (v->state != VERDICT_DIRECT || list_result_scope(others->at[i]) == SCOPE_IP)
            return others->at[i];
    return NULL;
}

void
verdict_fini(struct verdict *v)
{
    free(v->headline);
    free(v->brief);
    free(v->remedy);
    for (size_t i = 0; i < v->ends.count; i++) {
        free(v->ends.at[i].text);
        free(v->ends.at[i].brief);
    }
    vec_free(&v->ends);
    for (size_t i = 0; i < v->advice.count; i++) {
        free(v->advice.at[i].text);
        free(v->advice.at[i].brief);
    }
    vec_free(&v->advice);
    for (size_t i = 0; i < v->notes.count; i++)
        free(v->notes.at[i]);
    vec_free(&v->notes);
}
