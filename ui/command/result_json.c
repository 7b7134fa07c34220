/* The JSON contract: every key is always there, null means "not asked" or "not known". */
#include "command/result.h"

#include "base/text.h"
#include "command/parts_json.h"
#include "verdict/differences.h"
#include "verdict/list_words.h"
#include "verdict/reception.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static json_t *
strings(char *const *at, size_t count)
{
    json_t *array = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(array, parts_json_string(at[i]));
    return array;
}

struct json_t *
result_verdict_json(const struct verdict *v)
{
    json_t *o = json_object(), *ends = json_array(), *advice = json_array();
    parts_json_set(o, "state", parts_json_string(verdict_state_name(v->state)));
    parts_json_set(o, "cause", parts_json_causes(v->causes));
    parts_json_set(o, "headline", parts_json_string(v->headline));
    parts_json_set(o, "actor", parts_json_text(actor_name(v->actor)));
    for (size_t i = 0; i < v->advice.count; i++)
        json_array_append_new(advice, parts_json_string(v->advice.at[i].text));
    parts_json_set(o, "advice", advice);
    for (size_t i = 0; i < v->ends.count; i++) {
        json_t *end = json_object();
        parts_json_set(end, "text", parts_json_string(v->ends.at[i].text));
        parts_json_set(end, "estimate", json_boolean(v->ends.at[i].estimate));
        json_array_append_new(ends, end);
    }
    parts_json_set(o, "ends", ends);
    parts_json_set(o, "notes", strings(v->notes.at, v->notes.count));
    return o;
}

/* Sets the keys that all lists have. */
static void
set_finding(json_t *o, const struct list_result *f)
{
    static const char *const sources[] = {[SOURCE_NONE] = NULL, [SOURCE_DNS] = "dns", [SOURCE_ZONE] = "zone"};
    json_t *answers = json_array();
    char text[ADDR_TEXT];
    for (size_t i = 0; i < f->answers.count; i++)
        json_array_append_new(answers, parts_json_string(addr_text(&f->answers.at[i], text)));
    parts_json_set(o, "state", parts_json_string(list_state_name(f->state)));
    parts_json_set(o, "answers", answers);
    parts_json_set(o, "txt", strings(f->txt.at, f->txt.count));
    parts_json_set(o, "ttl", parts_json_number(f->ttl, f->ttl > 0));
    parts_json_set(o, "rtt_ms", f->rtt_us >= 0 ? json_real((double)f->rtt_us / 1000) : json_null());
    parts_json_set(o, "source", parts_json_text(sources[f->source]));
    parts_json_set(o, "detail", parts_json_text(f->detail));
    parts_json_set_zone(o, f->serial, list_result_date(f));
}

/* The net that decides comes first. */
static json_t *
nets_json(const struct result *r)
{
    const struct listed_net *deciding = evidence_deciding_net(r->evidence);
    bool old = data_date_age(list_result_date(evidence_level(r->evidence, 2))) == DATA_STALE;
    json_t *nets = json_array();
    for (size_t i = 0; i < r->evidence->nets.count; i++) {
        const struct listed_net *net = &r->evidence->nets.at[i];
        json_t *o = parts_json_net(net, r->policy, old);
        struct buf detail = {0};
        differences_on_net(&detail, r->evidence, net);
        parts_json_set(o, "detail", parts_json_text(buf_string(&detail)));
        int64_t age = net->from_zone ? list_result_file_age_ms(evidence_level(r->evidence, 2)) : -1;
        parts_json_set(o, "stale", json_boolean(net->stale));
        parts_json_set(o, "zone_age_s", parts_json_number(age / 1000, age >= 0));
        if (net->stale)
            parts_json_set(o, "clears", json_null());
        json_array_insert_new(nets, net == deciding ? 0 : json_array_size(nets), o);
        buf_free(&detail);
    }
    return nets;
}

static json_t *
level_json(const struct result *r, unsigned number)
{
    const struct evidence *e = r->evidence;
    const struct list_result *f = evidence_level(e, number);
    json_t *o = json_object();
    parts_json_set(o, "level", json_integer(number));
    parts_json_set(o, "zone", parts_json_string(f->list->zone));
    set_finding(o, f);
    if (number == 2) {
        parts_json_set(o, "nets", nets_json(r));
        unsigned hidden = evidence_hidden_from(e);
        parts_json_set(o, "hidden_from", parts_json_number(hidden, hidden > 0));
    }
    if (number == 3) {
        const struct listing *l3 = evidence_level3(e);
        static const struct holder nobody;
        parts_json_set_holder(o, l3 ? &l3->holder : &nobody);
        parts_json_set(o, "score", l3 && l3->form == LISTING_L3 ? json_real(l3->score) : json_null());
        parts_json_set(o, "limit", json_real(r->policy->score));
    }
    return o;
}

static json_t *
list_json(const struct list_result *f)
{
    json_t *o = json_object();
    parts_json_set(o, "zone", parts_json_string(f->list->zone));
    set_finding(o, f);
    return o;
}

/* One for each answer. */
static json_t *
meanings_json(const struct list_result *f)
{
    static const char *const usual[] = {
        [CODE_INFO] = "information", [CODE_ALLOW] = "known as good",   [CODE_POLICY] = "listed by policy",
        [CODE_LISTED] = "listed",    [CODE_INVALID] = "not a listing", [CODE_REFUSED] = "a refusal"};
    json_t *array = json_array();
    for (size_t i = 0; i < f->answers.count; i++) {
        struct list_result one = *f;
        struct buf text = {0};
        one.answers.at = &f->answers.at[i];
        one.answers.count = 1;
        list_words_meaning(&text, &one);
        json_array_append_new(array,
                              parts_json_string(text.count > 0 ? buf_string(&text) : usual[list_result_meaning(&one)]));
        buf_free(&text);
    }
    return array;
}

json_t *
result_list_json(const struct list_result *f)
{
    json_t *o = list_json(f);
    struct buf why = {0};
    bool listed = f->state == STATE_LISTED;
    enum list_scope scope = listed ? list_result_scope(f) : f->list->scope;
    list_words_why_not(&why, f);
    parts_json_set(o, "operator", parts_json_text(f->list->run_by));
    parts_json_set(o, "scope", parts_json_string(list_scope_name(scope)));
    parts_json_set(o, "weight", json_integer(listed ? list_result_weight(f) : f->list->weight));
    parts_json_set(o, "counted", json_boolean(why.count == 0));
    parts_json_set(o, "why_not_counted", parts_json_text(buf_string(&why)));
    parts_json_set(o, "meanings", meanings_json(f));
    parts_json_set(o, "delist", parts_json_text(f->list->delist));
    buf_free(&why);
    return o;
}

/* The lists without a part in the escalation; null when there are none. */
static json_t *
lists_json(const struct evidence *e)
{
    json_t *array = json_array();
    for (size_t i = 0; i < e->lists.count; i++)
        if (!e->lists.at[i].list->part)
            json_array_append_new(array, result_list_json(&e->lists.at[i]));
    if (json_array_size(array) > 0)
        return array;
    json_decref(array);
    return json_null();
}

/* What receivers with published settings would do; null if they were not read. */
static json_t *
receivers_json(const struct result *r)
{
    json_t *array = r->receivers ? json_array() : json_null();
    for (size_t i = 0; r->receivers && i < r->receivers->list.count; i++) {
        const struct receiver *receiver = &r->receivers->list.at[i];
        struct reception reception;
        json_t *o = json_object(), *hits = json_array();
        reception_of(&reception, receiver, r->evidence);
        for (size_t k = 0; k < reception.hits.count; k++) {
            json_t *hit = json_object();
            parts_json_set(hit, "zone", parts_json_string(reception.hits.at[k].result->list->zone));
            parts_json_set(hit, "points", json_real(reception.hits.at[k].points));
            json_array_append_new(hits, hit);
        }
        bool open = reception.blocks == RECEPTION_OPEN;
        parts_json_set(o, "name", parts_json_string(receiver->name));
        parts_json_set(o, "date", parts_json_text(receiver->dated));
        parts_json_set(o, "sum", json_real(reception.sum));
        parts_json_set(o, "threshold", json_real(receiver->threshold));
        parts_json_set(o, "blocks", open ? json_null() : json_boolean(reception.blocks == RECEPTION_BLOCKS));
        parts_json_set(o, "unknown", json_integer((json_int_t)reception.unknown));
        parts_json_set(o, "hits", hits);
        json_array_append_new(array, o);
        reception_fini(&reception);
    }
    return array;
}

/* Sets where the announced prefix comes from, and the block that a registry gave away. */
static void
put_ranges(json_t *o, const struct network *n)
{
    json_t *bgp = json_null(), *allocation = json_null();
    const struct allocation *a = &n->allocation;
    char text[ALLOCATION_TEXT], day[CLOCK_TEXT];
    if (n->has_bgp) {
        json_t *origins = json_array();
        bgp = json_object();
        for (size_t i = 0; i < n->origin_count; i++)
            json_array_append_new(origins, json_integer(n->origins[i]));
        parts_json_set(bgp, "source", parts_json_text(n->bgp_source));
        parts_json_set(bgp, "built", parts_json_time(n->bgp_dated_ms));
        parts_json_set(bgp, "origins", origins);
    }
    if (n->has_allocation) {
        allocation = json_object();
        parts_json_set(allocation, "range", parts_json_string(allocation_text(a, text)));
        parts_json_set(allocation, "registry", parts_json_string(a->registry));
        parts_json_set(allocation, "country", parts_json_text(a->country));
        parts_json_set(allocation, "since",
                       parts_json_text(a->since_ms ? clock_text(a->since_ms, "%Y-%m-%d", day, sizeof day) : NULL));
        parts_json_set(allocation, "status", parts_json_string(allocation_status_name(a->status)));
        parts_json_set(allocation, "built", parts_json_time(n->allocation_dated_ms));
    }
    parts_json_set(o, "bgp", bgp);
    parts_json_set(o, "allocation", allocation);
}

static json_t *
network_json(const struct result *r)
{
    const struct network *n = &r->evidence->network;
    static const char *const sources[] = {[NETWORK_UNKNOWN] = NULL,
                                          [NETWORK_MMDB] = "mmdb",
                                          [NETWORK_CYMRU] = "cymru",
                                          [NETWORK_ANNOUNCED] = "announced"};
    json_t *o = json_object(), *db = json_null();
    size_t place;
    bool found = r->map && n->asn > 0 && asn_table_find(r->map, n->asn, &place);
    struct asn asn = {0};
    if (found)
        asn = asn_table_at(r->map, place);
    /* An ASN that the database knows but its table does not announces nothing over IPv4. */
    bool counted = found || (r->map && n->asn > 0 && (n->source == NETWORK_MMDB || n->source == NETWORK_ANNOUNCED));
    parts_json_set(o, "asn", parts_json_number(n->asn, n->asn > 0));
    parts_json_set(o, "org", parts_json_text(n->org));
    parts_json_set(o, "country", parts_json_text(n->country));
    parts_json_set(o, "record", n->has_record ? parts_json_prefix(&n->record) : json_null());
    parts_json_set(o, "bgp_prefix", n->has_bgp ? parts_json_prefix(&n->bgp) : json_null());
    parts_json_set(o, "addresses", parts_json_number((int64_t)asn.addresses, counted));
    parts_json_set(o, "ranges", parts_json_number((int64_t)asn.range_count, counted));
    parts_json_set(o, "source", parts_json_text(sources[n->source]));
    if (r->database.path && (counted || n->has_record || n->source == NETWORK_MMDB)) {
        db = json_object();
        char *path = text_clean_copy(r->database.path, strlen(r->database.path));
        parts_json_set(db, "file", parts_json_string(path)); /* cleaned: a path may contain any bytes */
        free(path);
        parts_json_set(db, "type", parts_json_string(r->database.type));
        parts_json_set(db, "built", parts_json_time(r->database.dated_ms));
    }
    parts_json_set(o, "database", db);
    put_ranges(o, n);
    parts_json_set(o, "problem", parts_json_text(n->problem));
    return o;
}

/* Sets null for a line that is no target. */
static void
set_evidence(json_t *o, const struct result *r)
{
    static const char *const keys[] = {"levels", "exemption", "backscatterer", "network", "ptr"};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0] && !r->evidence; i++)
        parts_json_set(o, keys[i], json_null());
    if (!r->evidence)
        return;
    json_t *array = json_array();
    for (unsigned level = 1; level <= LIST_LEVELS; level++)
        json_array_append_new(array, level_json(r, level));
    parts_json_set(o, "levels", array);
    parts_json_set(o, "exemption", list_json(evidence_exemption(r->evidence)));
    parts_json_set(o, "backscatterer", list_json(evidence_backscatterer(r->evidence)));
    /* A resolver that is not believable cannot say "none". */
    const struct evidence *e = r->evidence;
    bool doubted = evidence_is_doubted(e);
    parts_json_set(o, "network", doubted && e->network.unannounced ? json_null() : network_json(r));
    json_t *ptr = json_null();
    if (!doubted || e->ptr.state != PTR_NONE) {
        bool asked = e->ptr.state == PTR_CONFIRMED || e->ptr.state == PTR_UNCONFIRMED;
        ptr = json_object();
        parts_json_set(ptr, "name", parts_json_text(e->ptr.name));
        parts_json_set(ptr, "confirmed", asked ? json_boolean(e->ptr.state == PTR_CONFIRMED) : json_null());
    }
    parts_json_set(o, "ptr", ptr);
}

/* The listed addresses of the /24, also the address itself. Without a zone file only the /24 is known. */
static json_t *
neighbours_json(const struct evidence *e)
{
    json_t *o = json_object(), *array = e->has_density ? json_array() : json_null();
    struct prefix around = prefix_around(&e->address, 24);
    for (size_t i = 0; i < e->neighbours.count; i++)
        json_array_append_new(array, parts_json_v4(e->neighbours.at[i].address));
    parts_json_set(o, "prefix", parts_json_prefix(&around));
    parts_json_set(o, "listed", parts_json_number((int64_t)e->neighbours.count, e->has_density));
    parts_json_set(o, "addresses", array);
    parts_json_set(o, "source", parts_json_text(e->has_density ? "zone" : NULL));
    const struct file_result *level1 = &evidence_level(e, 1)->file;
    parts_json_set_zone(o, level1->serial, level1->date);
    return o;
}

static json_t *
case_json(const struct journal_case *c)
{
    json_t *o = json_object(), *contacts = json_array();
    struct buf note = {0};
    journal_case_note_text(c, &note);
    for (size_t i = 0; i < c->contacts.count; i++) {
        json_t *contact = json_object();
        parts_json_set(contact, "at", parts_json_time(c->contacts.at[i].at_ms));
        parts_json_set(contact, "who", parts_json_text(c->contacts.at[i].who));
        parts_json_set(contact, "what", parts_json_text(c->contacts.at[i].what));
        json_array_append_new(contacts, contact);
    }
    parts_json_set(o, "state", parts_json_string(case_state_name(c->state)));
    parts_json_set(o, "since", parts_json_time(c->state_ms));
    parts_json_set(o, "opened", parts_json_time(c->opened_ms));
    parts_json_set(o, "ticket", parts_json_text(c->ticket));
    parts_json_set(o, "tags", parts_json_tags(c->tags));
    parts_json_set(o, "due", parts_json_time(c->due_ms));
    parts_json_set(o, "note", note.count > 0 ? parts_json_string(buf_string(&note)) : json_null());
    parts_json_set(o, "contacts", contacts);
    buf_free(&note);
    return o;
}

/* How often which receiver refused mail lately because of which list. */
static json_t *
rejections_json(const seen_rejection_groups *groups)
{
    json_t *array = json_array();
    for (size_t i = 0; i < groups->count; i++) {
        const struct seen_rejections *r = &groups->at[i];
        json_t *o = json_object();
        parts_json_set(o, "receiver", parts_json_text(r->receiver));
        parts_json_set(o, "list", parts_json_text(r->list));
        parts_json_set(o, "zone", parts_json_text(r->zone));
        parts_json_set(o, "level", parts_json_number(r->level, r->level > 0));
        parts_json_set(o, "count", json_integer((json_int_t)r->count));
        parts_json_set(o, "first", parts_json_time(r->first_ms));
        parts_json_set(o, "last", parts_json_time(r->last_ms));
        json_array_append_new(array, o);
    }
    return array;
}

/* The three levels in the journal and now, the rejections, and the case. */
static json_t *
history_json(const struct evidence *e, const struct journal_case *a_case)
{
    json_t *o = json_object(), *array = json_array();
    parts_json_set(o, "first_seen", parts_json_time(e->seen.first_ms));
    parts_json_set(o, "observations", json_integer(e->seen.changes));
    for (unsigned number = 1; number <= LIST_LEVELS; number++) {
        struct seen_list seen = evidence_seen(e, evidence_level(e, number));
        bool listed = seen.state == STATE_LISTED;
        json_t *level = json_object();
        parts_json_set(level, "level", json_integer(number));
        parts_json_set(level, "state",
                       list_state_is_known(seen.state) ? parts_json_string(list_state_name(seen.state)) : json_null());
        parts_json_set(level, "since", parts_json_time(seen.since_ms));
        parts_json_set(level, "seen_clear_before", parts_json_time(listed ? seen.other_ms : 0));
        parts_json_set(level, "seen_listed_before", parts_json_time(listed ? 0 : seen.other_ms));
        parts_json_set(level, "listings", json_integer(seen.listings));
        json_array_append_new(array, level);
    }
    parts_json_set(o, "levels", array);
    parts_json_set(o, "rejections", rejections_json(&e->seen.rejections));
    parts_json_set(o, "case", a_case ? case_json(a_case) : json_null());
    return o;
}

struct json_t *
result_json_value(const struct result *r)
{
    const struct evidence *e = r->evidence;
    char address[ADDR_TEXT];
    if (r->survey)
        return result_domain_json(r);
    json_t *o = json_object(), *rungs = e && e->has_density ? json_array() : json_null();
    parts_json_set(o, "schema", json_integer(1));
    parts_json_set(o, "tool", parts_json_string(PACKAGE_NAME " " PACKAGE_VERSION));
    parts_json_set(o, "target", parts_json_string(r->target));
    parts_json_set(o, "label", parts_json_text(r->label));
    parts_json_set(o, "kind", parts_json_text(!e ? NULL : e->address.family == ADDR_V6 ? "ipv6" : "ipv4"));
    parts_json_set(o, "address", e ? parts_json_string(addr_text(&e->address, address)) : json_null());
    parts_json_set(o, "started", parts_json_time(e ? e->started_ms : 0));
    parts_json_set(o, "finished", parts_json_time(e ? e->finished_ms : 0));
    parts_json_set(o, "error", parts_json_text(r->error));
    parts_json_set(o, "verdict", e ? result_verdict_json(r->verdict) : json_null());
    set_evidence(o, r);
    for (size_t i = 0; e && e->has_density && i < e->ladder.rungs.count; i++)
        json_array_append_new(rungs, parts_json_rung(&e->ladder.rungs.at[i]));
    parts_json_set(o, "escalation", rungs);
    parts_json_set(o, "neighbours", e && e->address.family == ADDR_V4 ? neighbours_json(e) : json_null());
    parts_json_set(o, "history",
                   e && (e->seen.known || e->seen.rejections.count > 0 || r->a_case) ? history_json(e, r->a_case)
                                                                                     : json_null());
    parts_json_set(o, "lists", e ? lists_json(e) : json_null());
    parts_json_set(o, "receivers", e ? receivers_json(r) : json_null());
    return o;
}

void
result_json(struct buf *out, const struct result *r, bool pretty)
{
    parts_json_print(out, result_json_value(r), pretty);
}
