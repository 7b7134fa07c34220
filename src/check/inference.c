#include "check/inference.h"

#include "base/buf.h"

#include <stdlib.h>
#include <string.h>

static int
by_prefix_narrow_first(const void *a, const void *b)
{
    const struct listed_net *x = a, *y = b;
    return (int)y->prefix.length - (int)x->prefix.length;
}

void
inference_nets(struct evidence *e, const struct policy *policy)
{
    const struct list_result *f = evidence_level(e, 2);
    vec_clear(&e->nets);
    for (size_t i = 0; f->state == STATE_LISTED && i < f->texts.count; i++) {
        const struct listing *t = &f->texts.at[i];
        bool is_net = t->form == LISTING_L2 || t->form == LISTING_L2_OLD || t->form == LISTING_L2_PERMANENT;
        bool is_new = true;
        for (size_t k = 0; k < e->nets.count; k++)
            is_new = is_new && !prefix_equal(&e->nets.at[k].prefix, &t->net);
        if (!is_net || !is_new || !prefix_holds(&t->net, &e->address))
            continue;
        vec_push(&e->nets, ((struct listed_net){
                               .prefix = t->net,
                               .kind = t->kind,
                               .permanent = t->form == LISTING_L2_PERMANENT,
                               .impacts = t->impacts,
                               .abusers = t->abusers,
                               .limit = policy_limit(policy, t->net.length),
                               .holder = t->holder,
                           }));
    }
    if (e->nets.count > 1)
        qsort(e->nets.at, e->nets.count, sizeof e->nets.at[0], by_prefix_narrow_first);
}

void
inference_outdated(struct list_result *f, int64_t max_age_ms)
{
    struct data_date date = data_date_of_serial(f->serial);
    struct buf why = {0};
    if (max_age_ms == 0 || !f->list->part || !list_state_is_known(f->state) || date.by == DATED_UNKNOWN)
        return;
    buf_text(&why, "its data are ");
    if (data_date_exceeds(date, max_age_ms, &why)) {
        free(f->detail);
        f->state = STATE_UNHEALTHY;
        f->detail = buf_take(&why);
    }
    buf_free(&why);
}

void
inference_rewriter(struct evidence *e, const struct list_result *f)
{
    struct addr suspect = f->foreign.family ? f->foreign : e->rewriter;
    const char *first = NULL; /* operator that gave it */
    size_t lists = 0;
    bool operators = false, alone = true;
    for (size_t i = 0; i < e->lists.count && suspect.family; i++) {
        const struct list_result *other = &e->lists.at[i];
        if (!list_is_asked(other->list, e->address.family))
            continue;
        alone = alone && strcmp(other->list->run_by, f->list->run_by) == 0;
        if (!addr_equal(&other->foreign, &suspect))
            continue;
        first = first ? first : other->list->run_by;
        operators |= strcmp(first, other->list->run_by) != 0;
        lists++;
    }
    if (operators || (alone && lists > 1)) {
        e->rewritten = true;
        e->rewriter = suspect;
    } else if (addr_equal(&suspect, &e->rewriter)) {
        e->rewritten = false;
    }
}
