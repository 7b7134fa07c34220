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

/* ---- the judgement ---- */

void
list_states_add(struct list_states *states, const struct list *list, enum list_state state, enum code_meaning meaning)
{
    static const unsigned causes[] = {
        [SCOPE_IP] = CAUSE_ADDRESS, [SCOPE_RANGE] = CAUSE_ALLOCATION,  [SCOPE_ASN] = CAUSE_PROVIDER,
        [SCOPE_DOMAIN] = 0,         [SCOPE_POLICY] = CAUSE_ALLOCATION, [SCOPE_ALLOW] = 0,
    };
    unsigned cause = list->weight > 0 && meaning != CODE_ALLOW ? causes[list->scope] : 0;
    if (list->level)
        states->levels[list->level - 1] = state;
    else if (list->is_exemption)
        states->exemption = state;
    else if (list->is_backscatterer)
        states->backscatterer = state;
    else if (state == STATE_LISTED)
        states->others |= cause && meaning == CODE_POLICY ? CAUSE_ALLOCATION : cause;
}

static enum verdict_state
judge(const struct list_states *states, unsigned listed)
{
    if ((listed | states->others) & CAUSE_ADDRESS)
        return VERDICT_DIRECT;
    if (!list_state_is_known(states->levels[0]))
        return VERDICT_UNKNOWN;
    if (states->backscatterer == STATE_LISTED)
        return VERDICT_DIRECT;
    if (listed | states->others)
        return VERDICT_COLLATERAL;
    if (states->exemption == STATE_LISTED) /* levels 2 and 3 do not apply, so they need not be known */
        return VERDICT_CLEAR;
    return list_state_is_known(states->levels[1]) && list_state_is_known(states->levels[2]) ? VERDICT_CLEAR
                                                                                            : VERDICT_UNKNOWN;
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
