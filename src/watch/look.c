#include "watch/look.h"

#include <string.h>

enum { WEIGHT_AT_ONCE = 4 };

const char *
look_scope_name(enum look_scope scope)
{
    static const char *const names[] = {
        [LOOK_ADDRESS] = "address", [LOOK_NET] = "net", [LOOK_PROVIDER] = "provider", [LOOK_POLICY] = "policy"};
    return names[scope];
}

enum look_scope
look_scope_of(const struct list_result *f)
{
    static const enum look_scope scopes[] = {
        [SCOPE_IP] = LOOK_ADDRESS,     [SCOPE_RANGE] = LOOK_NET,     [SCOPE_ASN] = LOOK_PROVIDER,
        [SCOPE_DOMAIN] = LOOK_ADDRESS, [SCOPE_POLICY] = LOOK_POLICY, [SCOPE_ALLOW] = LOOK_SCOPES};
    enum list_scope of = list_result_scope(f);
    bool minor = (of == SCOPE_IP || of == SCOPE_DOMAIN) && !f->list->part && list_result_weight(f) < LIST_DIRECT_WEIGHT;
    return f->state == STATE_LISTED && list_result_is_counted(f) && !minor ? scopes[of] : LOOK_SCOPES;
}

/* Returns whether a receiver named the list lately when it refused mail of the address. */
static bool
is_named(const struct evidence *e, const struct list *list)
{
    for (size_t i = 0; i < e->seen.rejections.count; i++) {
        const struct seen_rejections *r = &e->seen.rejections.at[i];
        if (strcmp(r->zone, list->zone) == 0 || (r->level > 0 && r->level == list->level))
            return true;
    }
    return false;
}

struct look
look_at(enum look_scope scope, const struct evidence *e, const struct verdict *v, const struct list_result *f)
{
    struct look look = {LOOK_UNKNOWN, false, false};
    if (!f)
        return look;
    look.at_once = scope == LOOK_ADDRESS && (f->list->level == 1 || list_result_weight(f) >= WEIGHT_AT_ONCE);
    look.named = is_named(e, f->list);
    if (look_scope_of(f) == scope)
        look.state = LOOK_LISTED;
    else if (e->finished_ms != 0 && list_state_is_known(f->state) &&
             (scope != LOOK_ADDRESS || v->state != VERDICT_UNKNOWN))
        look.state = LOOK_CLEAR;
    return look;
}
