/* The JSON contract: every key is always there, null means "not asked" or "not known". */
#include "command/result.h"

#include "clock.h"
#include "text.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static json_t *
text_or_null(const char *text)
{
    return text && *text ? json_string(text) : json_null();
}

/* A file's name may hold any bytes, a JSON string may not. */
static json_t *
path_json(const char *path)
{
    char *clean = text_clean_copy(path, strlen(path));
    json_t *string = json_string(clean);
    free(clean);
    return string;
}

static json_t *
number_or_null(int64_t number, bool known)
{
    return known ? json_integer(number) : json_null();
}

static json_t *
time_or_null(int64_t wall_ms)
{
    char text[CLOCK_TEXT];
    if (wall_ms <= 0)
        return json_null();
    clock_rfc3339(wall_ms, text);
    return json_string(text);
}

static json_t *
strings(char *const *at, size_t count)
{
    json_t *array = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(array, json_string(at[i]));
    return array;
}

static json_t *
addresses(const struct finding *f)
{
    json_t *array = json_array();
    char text[ADDR_TEXT];
    for (size_t i = 0; i < f->answers.count; i++)
        json_array_append_new(array, json_string(addr_text(&f->answers.at[i], text)));
    return array;
}

static void
set(json_t *object, const char *key, json_t *value)
{
    json_object_set_new(object, key, value);
}

static json_t *
verdict_json(const struct verdict *v)
{
    static const struct {
        unsigned cause;
        const char *name;
    } causes[] = {{CAUSE_ADDRESS, "address"}, {CAUSE_ALLOCATION, "allocation"}, {CAUSE_PROVIDER, "provider"}};
    json_t *o = json_object(), *cause = json_array();
    for (size_t i = 0; i < sizeof causes / sizeof causes[0]; i++)
        if (v->causes & causes[i].cause)
            json_array_append_new(cause, json_string(causes[i].name));
    set(o, "state", json_string(verdict_state_name(v->state)));
    set(o, "cause", cause);
    set(o, "headline", json_string(v->headline));
    set(o, "actor", text_or_null(actor_name(v->actor)));
    set(o, "advice", strings(v->advice.at, v->advice.count));
    json_t *ends = json_array();
    for (size_t i = 0; i < v->ends.count; i++) {
        json_t *end = json_object();
        set(end, "text", json_string(v->ends.at[i].text));
        set(end, "estimate", json_boolean(v->ends.at[i].estimate));
        json_array_append_new(ends, end);
    }
    set(o, "ends", ends);
    set(o, "notes", strings(v->notes.at, v->notes.count));
    return o;
}

/* What all lists have: state, answers, how it was learnt. */
static void
set_finding(json_t *o, const struct finding *f)
{
    set(o, "state", json_string(state_name(f->state)));
    set(o, "answers", addresses(f));
    set(o, "txt", strings(f->txt.at, f->txt.count));
    set(o, "ttl", number_or_null(f->ttl, f->ttl > 0));
    set(o, "rtt_ms", f->rtt_us >= 0 ? json_real((double)f->rtt_us / 1000) : json_null());
    set(o, "source", f->state == STATE_UNASKED ? json_null() : json_string("dns"));
    set(o, "detail", text_or_null(f->detail));
    char serial[16];
    snprintf(serial, sizeof serial, "%u", f->serial);
    set(o, "zone_serial", f->serial ? json_string(serial) : json_null());
    int64_t age = evidence_zone_age_ms(f);
    set(o, "zone_age_s", number_or_null(age / 1000, age >= 0));
}

static json_t *
clears_json(const struct net *net, const struct policy *policy)
{
    json_t *o = json_object();
    set(o, "impacts_to_lose", json_integer(policy_to_lose(net->impacts, net->limit)));
    set(o, "estimate_hours", json_integer(policy_hours_to_clear(policy, net->impacts, net->limit)));
    return o;
}

static void
set_holder(json_t *o, const struct holder *holder)
{
    set(o, "asn", number_or_null(holder->asn, holder->asn > 0));
    set(o, "org", text_or_null(holder->org));
    set(o, "country", text_or_null(holder->country));
}

static json_t *
net_json(const struct net *net, const struct policy *policy)
{
    json_t *o = json_object();
    char prefix[PREFIX_TEXT];
    bool counted = net->impacts != LISTING_UNKNOWN, measured = counted && net->limit > 0;
    set(o, "prefix", json_string(prefix_text(&net->prefix, prefix)));
    set(o, "kind", json_string(net_kind_name(net->kind)));
    set(o, "permanent", json_boolean(net->permanent));
    set(o, "impacts", number_or_null(net->impacts, counted));
    set(o, "limit", net->permanent ? json_null() : number_or_null(net->limit, net->limit > 0));
    set(o, "over", number_or_null(net->impacts - net->limit, measured));
    set_holder(o, &net->holder);
    set(o, "clears", measured ? clears_json(net, policy) : json_null());
    return o;
}

static json_t *
level_json(const struct result *r, enum list_id id)
{
    const struct evidence *e = r->evidence;
    const struct dnsbl *list = catalogue_at(id);
    json_t *o = json_object();
    set(o, "level", json_integer(list->level));
    set(o, "zone", json_string(list->zone));
    set_finding(o, &e->lists[id]);
    if (id == LIST_LEVEL2) {
        json_t *nets = json_array();
        for (size_t i = 0; i < e->nets.count; i++)
            json_array_append_new(nets, net_json(&e->nets.at[i], r->policy));
        set(o, "nets", nets);
        unsigned hidden = evidence_hidden_from(e);
        set(o, "hidden_from", number_or_null(hidden, hidden > 0));
    }
    if (id == LIST_LEVEL3) {
        const struct listing *l3 = evidence_level3(e);
        static const struct holder nobody;
        set_holder(o, l3 ? &l3->holder : &nobody);
        set(o, "score", l3 && l3->form == LISTING_L3 ? json_real(l3->score) : json_null());
        set(o, "limit", json_real(r->policy->score));
    }
    return o;
}

static json_t *
list_json(const struct evidence *e, enum list_id id)
{
    json_t *o = json_object();
    set(o, "zone", json_string(catalogue_at(id)->zone));
    set_finding(o, &e->lists[id]);
    return o;
}

static json_t *
network_json(const struct result *r)
{
    const struct network *n = &r->evidence->network;
    static const char *const sources[] = {[NETWORK_UNKNOWN] = NULL, [NETWORK_MMDB] = "mmdb", [NETWORK_CYMRU] = "cymru"};
    json_t *o = json_object(), *db = json_null();
    char prefix[PREFIX_TEXT];
    set(o, "asn", number_or_null(n->asn, n->asn > 0));
    set(o, "org", text_or_null(n->org));
    set(o, "country", text_or_null(n->country));
    set(o, "record", n->has_record ? json_string(prefix_text(&n->record, prefix)) : json_null());
    set(o, "bgp_prefix", n->has_bgp ? json_string(prefix_text(&n->bgp, prefix)) : json_null());
    set(o, "addresses", json_null());
    set(o, "ranges", json_null());
    set(o, "source", text_or_null(sources[n->source]));
    if (r->asndb && n->source == NETWORK_MMDB) {
        db = json_object();
        set(db, "file", path_json(asndb_path(r->asndb)));
        set(db, "type", json_string(asndb_type(r->asndb)));
        set(db, "built", time_or_null(asndb_built_ms(r->asndb)));
    }
    set(o, "database", db);
    set(o, "problem", text_or_null(n->problem));
    return o;
}

static json_t *
ptr_json(const struct ptr *ptr)
{
    json_t *o = json_object();
    bool known = ptr->state == PTR_CONFIRMED || ptr->state == PTR_UNCONFIRMED;
    set(o, "name", text_or_null(ptr->name));
    set(o, "confirmed", known ? json_boolean(ptr->state == PTR_CONFIRMED) : json_null());
    return o;
}

static void
set_evidence(json_t *o, const struct result *r)
{
    static const enum list_id levels[] = {LIST_LEVEL1, LIST_LEVEL2, LIST_LEVEL3};
    json_t *array = json_array();
    for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++)
        json_array_append_new(array, level_json(r, levels[i]));
    set(o, "levels", array);
    set(o, "exemption", list_json(r->evidence, LIST_EXEMPTION));
    set(o, "backscatterer", list_json(r->evidence, LIST_BACKSCATTERER));
    set(o, "network", network_json(r));
    set(o, "ptr", ptr_json(&r->evidence->ptr));
}

static void
set_nothing(json_t *o)
{
    static const char *const keys[] = {"levels", "exemption", "backscatterer", "network", "ptr"};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        set(o, keys[i], json_null());
}

static const char *
kind_of(const struct evidence *e)
{
    return e->address.family == ADDR_V6 ? "ipv6" : "ipv4";
}

void
result_json(struct buf *out, const struct result *r, bool pretty)
{
    const struct evidence *e = r->evidence;
    json_t *o = json_object();
    char address[ADDR_TEXT];
    set(o, "schema", json_integer(1));
    set(o, "tool", json_string(PACKAGE_NAME " " PACKAGE_VERSION));
    set(o, "target", json_string(r->target));
    set(o, "label", text_or_null(r->label));
    set(o, "kind", e ? json_string(kind_of(e)) : json_null());
    set(o, "address", e ? json_string(addr_text(&e->address, address)) : json_null());
    set(o, "started", time_or_null(e ? e->started_ms : 0));
    set(o, "finished", time_or_null(e ? e->finished_ms : 0));
    set(o, "error", text_or_null(r->error));
    set(o, "verdict", e ? verdict_json(r->verdict) : json_null());
    if (e)
        set_evidence(o, r);
    else
        set_nothing(o);
    set(o, "escalation", json_null());
    set(o, "neighbours", json_null());
    set(o, "lists", json_null());
    char *text = json_dumps(o, (pretty ? JSON_INDENT(2) : JSON_COMPACT) | JSON_REAL_PRECISION(9));
    buf_text(out, text);
    buf_byte(out, '\n');
    free(text);
    json_decref(o);
}
