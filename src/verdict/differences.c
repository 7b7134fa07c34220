#include "verdict/differences.h"

#include "verdict/phrases.h"

/* Returns whether the file differs; *other is its net, NULL = the file lacks the net. */
static bool
differs(const struct evidence *e, const struct listed_net *net, const struct listed_net **other)
{
    const struct list_result *f = evidence_level(e, 2);
    if (net->from_zone || !f->file.have || f->source != SOURCE_DNS || !list_state_is_known(f->state))
        return false;
    *other = NULL;
    for (size_t i = 0; i < e->local_nets.count && !*other; i++)
        if (prefix_equal(&e->local_nets.at[i].prefix, &net->prefix))
            *other = &e->local_nets.at[i];
    return !*other || net->impacts != (*other)->impacts || net->abusers != (*other)->abusers ||
           net->permanent != (*other)->permanent;
}

bool
differences_on_net(struct buf *out, const struct evidence *e, const struct listed_net *net)
{
    const struct listed_net *other;
    if (!differs(e, net, &other))
        return false;
    if (other)
        phrases_net(out, other);
    buf_text(out, other ? " in the zone file (" : "not in the zone file (");
    data_date_put(out, evidence_level(e, 2)->file.date);
    buf_byte(out, ')');
    return true;
}

/* Nets that DNS hides are not absent. */
static void
on_nets(struct verdict *v, const struct evidence *e)
{
    struct buf nets = {0}, out = {0};
    for (size_t i = 0; i < e->nets.count + e->local_nets.count; i++) {
        bool local = i >= e->nets.count;
        const struct listed_net *net = local ? &e->local_nets.at[i - e->nets.count] : &e->nets.at[i], *other = NULL;
        char prefix[PREFIX_TEXT];
        if (local ? evidence_dns_net(e, &net->prefix, NULL) != DNS_NET_ABSENT : !differs(e, net, &other))
            continue;
        buf_format(&nets, "%s%s: ", nets.count > 0 ? "; " : "", prefix_text(&net->prefix, prefix));
        phrases_net(&nets, net);
        buf_text(&nets, local ? " in the file, not in the DNS" : " in the DNS, ");
        if (other)
            phrases_net(&nets, other);
        buf_text(&nets, local ? "" : other ? " in the file" : "not in the file");
    }
    if (nets.count > 0) {
        buf_format(&out, "%s: the DNS (data ", catalogue_level(e->catalogue, 2)->zone);
        data_date_put(&out, list_result_date(evidence_level(e, 2)));
        buf_text(&out, ") and the zone file (");
        data_date_put(&out, evidence_level(e, 2)->file.date);
        buf_format(&out, ") differ. %s.", buf_string(&nets));
        vec_push(&v->notes, buf_take(&out));
    }
    buf_free(&nets);
}

void
differences_write(struct verdict *v, const struct evidence *e)
{
    for (size_t i = 0; i < e->lists.count; i++) {
        const struct list_result *f = &e->lists.at[i];
        struct buf out = {0};
        if (!f->file.have || f->source != SOURCE_DNS || !list_state_is_known(f->state))
            continue;
        if (f->state != f->file.state) {
            buf_format(&out, "%s: the DNS says %s (data ", f->list->zone, list_state_name(f->state));
            data_date_put(&out, list_result_date(f));
            buf_format(&out, "), the zone file says %s (", list_state_name(f->file.state));
            data_date_put(&out, f->file.date);
            buf_text(&out, ").");
            vec_push(&v->notes, buf_take(&out));
        } else if (f->list->level == 2) {
            on_nets(v, e);
        }
    }
}
