#include "command/fleet_json.h"

#include "command/parts_json.h"

/* The keys are those of `check`. */
static struct json_t *
verdict_json(const struct fleet_row *row)
{
    struct json_t *o = parts_json_object(), *advice = parts_json_array();
    if (row->advice)
        parts_json_push(advice, parts_json_string(row->advice));
    parts_json_set(o, "state", parts_json_string(fleet_row_state_name(row->state)));
    parts_json_set(o, "cause", parts_json_causes(row->causes));
    parts_json_set(o, "headline", parts_json_text(row->headline));
    parts_json_set(o, "actor", parts_json_text(actor_name(row->actor)));
    parts_json_set(o, "advice", advice);
    return o;
}

struct json_t *
fleet_json_row(const struct fleet_row *row)
{
    const struct fleet_target *target = row->target;
    const struct summary_net *net = &row->net;
    bool is_domain = target->address.family == ADDR_NONE,
         compared = row->change == FLEET_SAME || row->change == FLEET_CHANGED;
    struct json_t *o = parts_json_object();
    parts_json_set(o, "target", parts_json_string(target->text));
    parts_json_set(o, "label", parts_json_text(target->label));
    parts_json_set(o, "tags", parts_json_tags(target->tags));
    parts_json_set(o, "kind",
                   parts_json_string(is_domain                           ? "domain"
                                     : target->address.family == ADDR_V6 ? "ipv6"
                                                                         : "ipv4"));
    parts_json_set(o, "address", parts_json_text(is_domain ? NULL : target->text));
    parts_json_set(o, "finished", parts_json_time(row->seen_ms));
    parts_json_set(o, "error", parts_json_text(row->error));
    parts_json_set(o, "verdict", verdict_json(row));
    parts_json_set(o, "listed", parts_json_tags(row->zones));
    parts_json_set(o, "since", parts_json_time(row->since_ms));
    parts_json_set(o, "asn", parts_json_number(row->asn, row->asn > 0));
    parts_json_set(o, "org", parts_json_text(row->org));
    parts_json_set(o, "prefix", net->have ? parts_json_prefix(&net->prefix) : parts_json_text(NULL));
    parts_json_set(o, "impacts", parts_json_number(net->impacts, net->have && net->impacts != LISTING_UNKNOWN));
    parts_json_set(o, "limit", parts_json_number(net->limit, net->have && net->limit > 0));
    parts_json_set(o, "score", row->has_score ? parts_json_decimal(row->score, 10) : parts_json_text(NULL));
    parts_json_set(o, "changed", compared ? parts_json_bool(row->change == FLEET_CHANGED) : parts_json_text(NULL));
    parts_json_set(o, "changes", parts_json_text(row->changes));
    parts_json_set(o, "case", parts_json_text(row->has_case ? case_state_name(row->case_state) : NULL));
    parts_json_set(o, "note", parts_json_text(row->note));
    return o;
}

struct json_t *
fleet_json_summary(const struct fleet_rows *rows)
{
    static const unsigned states[] = {VERDICT_DIRECT, VERDICT_COLLATERAL, VERDICT_CLEAR, VERDICT_UNKNOWN,
                                      FLEET_UNLISTABLE};
    struct json_t *o = parts_json_object();
    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++)
        parts_json_set(o, fleet_row_state_name(states[i]),
                       parts_json_number((int64_t)fleet_rows_count(rows, states[i]), true));
    return o;
}
