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

/* Returns whether the listing is one of this scope that is worth an alarm. */
static bool
counts(enum look_scope scope, const struct list_result *f)
{
    static const enum look_scope scopes[] = {
        [SCOPE_IP] = LOOK_ADDRESS,     [SCOPE_RANGE] = LOOK_NET,     [SCOPE_ASN] = LOOK_PROVIDER,
        [SCOPE_DOMAIN] = LOOK_ADDRESS, [SCOPE_POLICY] = LOOK_POLICY, [SCOPE_ALLOW] = LOOK_SCOPES};
    enum list_scope of = list_result_scope(f);
    bool minor = (of == SCOPE_IP || of == SCOPE_DOMAIN) && !f->list->part && list_result_weight(f) < LIST_DIRECT_WEIGHT;
    return f->state == STATE_LISTED && list_result_is_counted(f) && !minor && scopes[of] == scope;
}

/* Returns whether a zone is one of several with spaces between. */
static bool
has_zone(const char *zones, const char *zone)
{
    size_t count = strlen(zone);
    for (const char *at = zones; (at = strstr(at, zone)); at += count)
        if ((at == zones || at[-1] == ' ') && (at[count] == ' ' || !at[count]))
            return true;
    return false;
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

/* Returns whether no listing means that there is none. */
static bool
is_clear(enum look_scope scope, const struct evidence *e, const struct verdict *v, const char *told)
{
    unsigned level = scope == LOOK_NET ? 2 : scope == LOOK_PROVIDER ? 3 : 0;
    if (e->finished_ms == 0 || (level == 0 && v->state == VERDICT_UNKNOWN))
        return false;
    for (size_t i = 0; i < e->lists.count; i++) {
        const struct list_result *f = &e->lists.at[i];
        bool decides = (level > 0 && f->list->level == level) || has_zone(told, f->list->zone);
        if (decides && evidence_expects(e, f) && !list_state_is_known(f->state))
            return false;
    }
    return true;
}

void
look_at(struct look *out, enum look_scope scope, const struct evidence *e, const struct verdict *v, const char *told)
{
    buf_clear(&out->lists);
    out->at_once = out->named = false;
    for (size_t i = 0; i < e->lists.count; i++) {
        const struct list_result *f = &e->lists.at[i];
        if (!counts(scope, f))
            continue;
        buf_format(&out->lists, "%s%s", out->lists.count > 0 ? " " : "", f->list->zone);
        out->named |= is_named(e, f->list);
        out->at_once |= scope == LOOK_ADDRESS && (f->list->level == 1 || list_result_weight(f) >= WEIGHT_AT_ONCE);
    }
    out->state = out->lists.count > 0 ? LOOK_LISTED : is_clear(scope, e, v, told) ? LOOK_CLEAR : LOOK_UNKNOWN;
}
