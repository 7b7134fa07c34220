#include "command/bounce_status.h"

/* Returns the status of a rejection for a list that anybody can ask, as a verdict judges it. */
static enum exit_status
status_of_list(const struct rejection *r)
{
    const struct list *list = r->list.known;
    if (list->scope == SCOPE_ALLOW)
        return STATUS_UNKNOWN;
    if (list->scope == SCOPE_DOMAIN || (!list->level && list->weight == 0))
        return STATUS_CLEAR;
    bool itself = list->scope == SCOPE_IP && r->party == PARTY_SENDER && list->weight >= LIST_DIRECT_WEIGHT;
    return itself ? STATUS_DIRECT : STATUS_COLLATERAL;
}

enum exit_status
bounce_status(const struct rejection *r)
{
    bool refused = r->kind != REJECTION_NONE && r->kind != REJECTION_COMPLAINT && !r->inbound;
    bool blames_others = r->party == PARTY_RECEIVER || r->party == PARTY_RECIPIENT;
    if (!refused || blames_others)
        return STATUS_CLEAR;
    if (r->list.known)
        return status_of_list(r);
    for (size_t i = 0; i < REJECTION_ADVICE; i++)
        if (r->advice[i] == ADVICE_RATE || r->advice[i] == ADVICE_PTR || r->advice[i] == ADVICE_CONTENT)
            return STATUS_CLEAR;
    if (*r->list.name)
        return r->party == PARTY_PROVIDER ? STATUS_COLLATERAL : STATUS_UNKNOWN;
    return r->advice[0] == ADVICE_POSTMASTER ? STATUS_UNKNOWN : STATUS_CLEAR;
}
