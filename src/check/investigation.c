/* The result of a list combines two things: its answer (struct list_query) and its self-test; see update_result(). */
#include "check/investigation.h"

#include "base/clock.h"
#include "base/text.h"
#include "check/exchanges.h"
#include "check/inference.h"
#include "check/origin.h"
#include "check/ptr.h"
#include "check/zone_lookup.h"
#include "verdict/explain.h"

#include <stdlib.h>
#include <string.h>

enum { RECHECK_FLOOR_MS = 60 * 1000 };

/* The A answer of a list, before the self-test counts. */
struct list_query {
    bool have;
    enum list_state state;
    char *detail;
    bool text_pending;
    bool held;  /* until the list's first self-test ends */
    bool waits; /* for that, or with its answer for the self-test under way */
    struct timer recheck;
    bool overdue; /* its time came when the answer was not wanted */
    struct investigation *investigation;
    size_t list; /* its place in the catalogue */
};

struct investigation {
    const struct engine *engine;
    struct health *health; /* of the address's family; NULL when offline */
    struct evidence evidence;
    struct list_query *queries; /* by place in the catalogue */
    size_t waits;               /* of them: of a batch, few in many hear of a self-test */
    struct exchanges exchanges;
    struct ptr_lookup ptr_lookup;
    struct origin origin;
    struct timer begin; /* asks the first questions, unless that was done at once */
    investigation_changed *changed;
    void *arg;
    bool follow;
    bool (*wanted)(void *arg); /* whether to ask again now; NULL = always */
    unsigned zone_set_version; /* of the zone files in the evidence */
    bool unrecorded;           /* it has ended, and its result waits for the zone files or the journal */
};

void
investigation_remember(struct investigation *inv)
{
    if (inv->engine->recorder)
        recorder_seen(inv->engine->recorder, &inv->evidence.address, &inv->evidence.seen);
}

static void
look_up_zones(struct investigation *inv)
{
    inv->zone_set_version = inv->engine->dataset.zones_revision;
    if (inv->engine->dataset.zones)
        zone_lookup(&inv->evidence, inv->engine->dataset.zones, &inv->engine->dataset.policy);
}

/* Records the evidence, with the newest zone files. */
static void
record_now(struct investigation *inv)
{
    struct verdict verdict;
    inv->unrecorded = false;
    if (inv->zone_set_version != inv->engine->dataset.zones_revision)
        look_up_zones(inv);
    if (!recorder_stores(inv->engine->recorder)) {
        struct evidence *e = &inv->evidence; /* without a journal, past states live as long as the investigation */
        for (size_t i = 0; i < e->lists.count && e->seen.known; i++) {
            const struct list_result *f = &e->lists.at[i];
            int64_t seen_ms = list_result_seen_ms(f);
            if (seen_ms > 0)
                seen_add(&e->seen, f->list->zone, f->state, seen_ms, seen_ms);
        }
        return;
    }
    struct evidence own = inv->evidence;
    own.for_anyone = false;
    verdict_reach(&verdict, &own, &inv->engine->dataset.policy);
    recorder_add(inv->engine->recorder, &own, &verdict);
    verdict_fini(&verdict);
    investigation_remember(inv);
}

static void
record(struct investigation *inv)
{
    const struct engine *engine = inv->engine;
    if (!inv->evidence.target)
        return;
    inv->unrecorded = engine->journal_awaited || (engine->recorder && engine->dataset.zones_awaited);
    if (engine->recorder && !inv->unrecorded)
        record_now(inv);
}

/* Notes the servers in use: those of the system may have changed since. */
static void
note_servers(struct investigation *inv)
{
    size_t count = 0;
    const struct endpoint *servers = inv->engine->resolver ? resolver_servers(inv->engine->resolver, &count) : NULL;
    vec_clear(&inv->evidence.servers);
    for (size_t i = 0; i < count; i++)
        vec_push(&inv->evidence.servers, servers[i]);
}

static void
finish_if_done(struct investigation *inv)
{
    struct evidence *e = &inv->evidence;
    bool asks = inv->exchanges.questions.count > 0; /* most of the time; the lists take longer to look through */
    if (asks || evidence_is_pending(e) || e->finished_ms != 0)
        return;
    e->finished_ms = clock_wall_ms();
    note_servers(inv);
    record(inv);
}

/* The caller may free the investigation in `changed`. */
static void
report_change(void *arg)
{
    struct investigation *inv = arg;
    finish_if_done(inv);
    inv->changed(inv->arg);
}

/* ---- lists ---- */

static void
update_around(void *arg)
{
    struct investigation *inv = arg;
    if (inv->engine->dataset.zones)
        zone_lookup_more(&inv->evidence, inv->engine->dataset.zones, &inv->engine->dataset.policy);
}

static void
set_waits(struct list_query *query, bool waits)
{
    query->investigation->waits += (size_t)waits - (size_t)query->waits;
    query->waits = waits;
}

/* Combines the answer with the self-test of its list. */
static void
update_result(struct investigation *inv, size_t place)
{
    struct evidence *e = &inv->evidence;
    struct list_result *f = &e->lists.at[place];
    struct list_query *query = &inv->queries[place];
    const struct list_health *list_health = health_at(inv->health, f->list);
    f->pending = !query->have || query->text_pending || !list_health->done || list_health->pending;
    set_waits(query, f->pending && query->have);
    if (f->pending)
        return;
    bool passed = list_health->state == STATE_CLEAR;
    bool blame_list = !passed && (list_state_is_known(query->state) || list_health->state == STATE_UNHEALTHY);
    const char *detail = blame_list ? list_health->detail : query->detail;
    f->source = SOURCE_DNS;
    evidence_note_proof(e, f, passed);
    f->filtered = list_health->filtered;
    f->unserved = list_health->unserved && !f->list->part;
    f->cut_off = false;
    f->state = blame_list ? list_health->state : query->state;
    free(f->detail);
    f->detail = detail && *detail ? text_clean_copy(detail, strlen(detail)) : NULL;
    if (f->serial == 0)
        f->serial = list_health->serial;
    inference_outdated(f, inv->engine->max_age_ms);
    if (f->state != STATE_LISTED)
        list_result_clear_texts(f);
    if (list_health->foreign.family && !f->foreign.family)
        f->foreign = list_health->foreign;
    if (f->list->level == 2)
        inference_nets(e, &inv->engine->dataset.policy);
    if (f->list->level == 2 || f->list->is_exemption)
        update_around(inv);
    inference_rewriter(e, f);
    if (inv->follow && f->due_ms)
        loop_timer_set(inv->engine->loop, &inv->queries[place].recheck, f->due_ms);
}

static void
on_list_text(void *arg, const char *name, const struct answer *answer)
{
    struct list_query *query = arg;
    struct list_result *f = &query->investigation->evidence.lists.at[query->list];
    (void)name;
    list_result_clear_texts(f);
    f->txt_missing = answer->outcome != OUTCOME_DATA || answer->stale;
    f->txt_partial = answer->partial || answer->dropped > 0;
    for (size_t i = 0; i < answer->count && !answer->stale; i++) {
        struct listing text;
        char *clean = text_clean_copy(answer->records[i].text, answer->records[i].text_count);
        listing_parse(clean, &text);
        vec_push(&f->txt, clean);
        vec_push(&f->texts, text);
    }
    query->text_pending = false;
    update_result(query->investigation, query->list);
}

static void
on_list(void *arg, const char *name, const struct answer *answer)
{
    struct list_query *query = arg;
    struct investigation *inv = query->investigation;
    struct list_result *f = &inv->evidence.lists.at[query->list];
    struct buf detail = {0};
    (void)name;
    list_result_clear_answer(f);
    for (size_t i = 0; i < answer->count; i++)
        vec_push(&f->answers, answer->records[i].addr);
    query->have = true;
    query->state = health_read(f->list, answer, &detail, &f->foreign);
    free(query->detail);
    query->detail = detail.count > 0 ? buf_take(&detail) : NULL;
    f->ttl = answer->ttl;
    f->rtt_us = answer->rtt_us;
    f->answered_ms = answer->at_ms;
    int64_t left_ms = answer->at_ms + (int64_t)answer->ttl * 1000 - clock_wall_ms();
    f->due_ms = answer->ttl ? clock_now_ms() + (left_ms > RECHECK_FLOOR_MS ? left_ms : RECHECK_FLOOR_MS) : 0;
    f->serial = answer->serial;
    f->stale = answer->stale;
    /* A list that failed its self-test may list everything; nobody reads its texts. */
    const struct list_health *health = health_at(inv->health, f->list);
    bool has_text = query->state == STATE_LISTED && (!health->done || health->state == STATE_CLEAR);
    query->text_pending |= has_text;
    if (has_text) /* the old texts stay until then */
        exchanges_put_to_list(&inv->exchanges, f->list, RECORD_TXT, on_list_text, query);
    else
        list_result_clear_texts(f);
    update_result(inv, query->list);
}

/* Takes the state of a list that is not asked from its self-test. */
static void
take_self_test(struct investigation *inv, size_t place)
{
    struct list_query *query = &inv->queries[place];
    const struct list_health *health = health_at(inv->health, inv->evidence.lists.at[place].list);
    list_result_clear_answer(&inv->evidence.lists.at[place]);
    size_t point = 0; /* that says why; its answer is that to any question */
    while (point < health->points.count && health->points.at[point].state != health->state)
        point++;
    query->have = true;
    query->state = health->state;
    free(query->detail);
    query->detail = mem_copy(point < health->points.count ? health->points.at[point].detail : health->detail);
    update_result(inv, place);
}

/* Asks a list, unless it rests. A list is not asked about more than a few targets before its first self-test. */
static void
ask_list(struct investigation *inv, size_t place, bool again)
{
    struct list_result *f = &inv->evidence.lists.at[place];
    struct list_query *query = &inv->queries[place];
    const struct engine *engine = inv->engine;
    loop_timer_clear(engine->loop, &query->recheck);
    query->have = false;
    f->pending = true;
    if (again && !list_state_is_known(f->state)) /* its reason may name servers that are no longer asked */
        f->state = STATE_UNASKED;
    health_ask(inv->health, f->list, again);
    query->held = engine->targets > ENGINE_FEW && !health_at(inv->health, f->list)->done;
    set_waits(query, query->held);
    if (health_rests(inv->health, f->list))
        take_self_test(inv, place);
    else if (!query->held)
        exchanges_put_to_list(&inv->exchanges, f->list, RECORD_A, on_list, query);
}

static void
on_self_test(void *arg, const struct list *list)
{
    struct investigation *inv = arg;
    if (inv->waits == 0 || list->index >= inv->evidence.lists.count) /* lists of domains say nothing about addresses */
        return;
    struct list_query *query = &inv->queries[list->index];
    struct health *health = inv->health;
    if (!query->waits || !inv->evidence.lists.at[list->index].pending || (query->held && health_repeat(health, list)))
        return;
    if (!query->held)
        update_result(inv, list->index);
    else if (health_rests(health, list))
        take_self_test(inv, list->index);
    else
        exchanges_put_to_list(&inv->exchanges, list, RECORD_A, on_list, query);
    query->held = false;
    set_waits(query, query->have && inv->evidence.lists.at[list->index].pending);
    report_change(inv);
}

static void
on_recheck(void *arg)
{
    struct list_query *query = arg;
    struct investigation *inv = query->investigation;
    query->overdue = inv->wanted && !inv->wanted(inv->arg);
    if (query->overdue)
        return;
    inv->exchanges.flags = RESOLVER_FRESH;
    ask_list(inv, query->list, false);
    report_change(inv);
}

/* ---- the whole ---- */

static bool
is_asked(const struct investigation *inv, size_t place)
{
    return list_is_asked(inv->evidence.lists.at[place].list, inv->evidence.address.family);
}

/* Asks for the name, and the lists, except what is being asked, because its answer will be fresh. */
static void
ask_name_and_lists(struct investigation *inv, bool again)
{
    struct evidence *e = &inv->evidence;
    if (e->ptr.state != PTR_ASKING)
        ptr_ask(&inv->ptr_lookup);
    for (size_t i = 0; i < e->lists.count; i++)
        if (!e->lists.at[i].pending && is_asked(inv, i))
            ask_list(inv, i, again);
}

/* Takes a timer's turn, or forestalls it. */
static void
begin(void *arg)
{
    struct investigation *inv = arg;
    struct evidence *e = &inv->evidence;
    loop_timer_clear(inv->engine->loop, &inv->begin);
    e->ptr.state = PTR_UNASKED;
    for (size_t i = 0; i < e->lists.count; i++)
        e->lists.at[i].pending = false;
    ask_name_and_lists(inv, false);
}

/* Shows what `begin` will ask as asked. */
static void
begin_later(struct investigation *inv)
{
    struct evidence *e = &inv->evidence;
    e->ptr.state = PTR_ASKING;
    for (size_t i = 0; i < e->lists.count; i++)
        e->lists.at[i].pending = is_asked(inv, i);
    loop_timer_set(inv->engine->loop, &inv->begin, clock_now_ms());
}

static void
ask_all(struct investigation *inv, bool first)
{
    struct evidence *e = &inv->evidence;
    inv->exchanges.flags = first ? 0 : RESOLVER_FRESH;
    origin_ask(&inv->origin);
    look_up_zones(inv);
    if (e->offline || e->reserved)
        return;
    if (loop_timer_is_set(&inv->begin))
        begin(inv);
    else if (first && inv->engine->draws_first)
        begin_later(inv);
    else
        ask_name_and_lists(inv, !first);
}

const char *
investigation_barred(const struct engine *engine, const struct addr *address)
{
    return engine->ask_examples && addr_is_example(address) ? NULL : addr_reserved(address);
}

struct investigation *
investigation_new(const struct engine *engine, const char *target, const char *label, const struct addr *address,
                  investigation_changed *changed, void *arg)
{
    struct investigation *inv = mem_zero(sizeof *inv);
    inv->engine = engine;
    inv->health = health_of_family(engine->health, address->family);
    inv->begin = (struct timer){.fire = begin, .arg = inv};
    inv->changed = changed;
    inv->arg = arg;
    evidence_init(&inv->evidence, engine->dataset.catalogue, target, label, address);
    inv->queries = mem_zero(inv->evidence.lists.count * sizeof *inv->queries);
    inv->evidence.offline = engine->resolver == NULL;
    inv->evidence.for_anyone = engine->for_anyone;
    inv->evidence.reserved = investigation_barred(engine, address);
    inv->exchanges =
        (struct exchanges){.engine = engine, .evidence = &inv->evidence, .changed = report_change, .arg = inv};
    inv->ptr_lookup.exchanges = &inv->exchanges;
    inv->origin =
        (struct origin){.exchanges = &inv->exchanges, .dataset = &engine->dataset, .learnt = update_around, .arg = inv};
    note_servers(inv);
    for (size_t i = 0; i < inv->evidence.lists.count; i++) {
        struct list_query *query = &inv->queries[i];
        *query = (struct list_query){.investigation = inv, .list = i};
        query->recheck = (struct timer){.fire = on_recheck, .arg = query};
    }
    investigation_remember(inv);
    if (engine->health)
        health_listen(inv->health, on_self_test, inv);
    ask_all(inv, true);
    finish_if_done(inv);
    return inv;
}

void
investigation_free(struct investigation *inv)
{
    if (!inv)
        return;
    if (inv->unrecorded && inv->engine->recorder)
        record_now(inv);
    if (inv->engine->health)
        health_unlisten(inv->health, inv);
    loop_timer_clear(inv->engine->loop, &inv->begin);
    exchanges_fini(&inv->exchanges);
    for (size_t i = 0; i < inv->evidence.lists.count; i++) {
        loop_timer_clear(inv->engine->loop, &inv->queries[i].recheck);
        free(inv->queries[i].detail);
    }
    evidence_fini(&inv->evidence);
    free(inv->queries);
    free(inv);
}

void
investigation_stop(struct investigation *inv, const char *why)
{
    struct evidence *e = &inv->evidence;
    loop_timer_clear(inv->engine->loop, &inv->begin);
    for (size_t i = 0; i < e->lists.count; i++) {
        struct list_result *f = &e->lists.at[i];
        if (!f->pending)
            continue;
        f->txt_missing |= inv->queries[i].text_pending; /* what lists it counts without the text */
        inv->queries[i].text_pending = false;
        update_result(inv, i);
        if (!f->pending)
            continue;
        free(f->detail);
        f->pending = false;
        f->cut_off = true;
        f->source = SOURCE_DNS;
        f->state = STATE_TIMEOUT;
        f->detail = mem_copy(why);
        list_result_clear_texts(f);
    }
    if (e->ptr.state == PTR_ASKING) {
        e->ptr.state = e->ptr.name ? PTR_UNVERIFIED : PTR_FAILED;
        e->ptr.outcome = OUTCOME_TIMEOUT;
    }
    if (e->network.pending) {
        e->network.pending = false;
        free(e->network.problem);
        e->network.problem = mem_copy(why);
    }
}

const struct evidence *
investigation_evidence(const struct investigation *inv)
{
    return &inv->evidence;
}

void
investigation_again(struct investigation *inv)
{
    ask_all(inv, false);
}

void
investigation_zones_changed(struct investigation *inv)
{
    look_up_zones(inv);
    if (inv->evidence.finished_ms != 0)
        record(inv);
    if (inv->engine->dataset.zones)
        report_change(inv);
}

void
investigation_journal_opened(struct investigation *inv)
{
    investigation_remember(inv);
    if (inv->unrecorded)
        record(inv);
    report_change(inv);
}

void
investigation_asndb_changed(struct investigation *inv)
{
    if (inv->origin.revision == inv->engine->dataset.asndb_revision)
        return;
    origin_ask(&inv->origin);
    report_change(inv);
}

void
investigation_follow(struct investigation *inv, bool (*wanted)(void *arg))
{
    inv->follow = true;
    inv->wanted = wanted;
    for (size_t i = 0; i < inv->evidence.lists.count; i++)
        if (!inv->evidence.lists.at[i].pending && inv->evidence.lists.at[i].due_ms)
            loop_timer_set(inv->engine->loop, &inv->queries[i].recheck, inv->evidence.lists.at[i].due_ms);
}

void
investigation_catch_up(struct investigation *inv)
{
    for (size_t i = 0; i < inv->evidence.lists.count; i++) {
        if (inv->queries[i].overdue)
            loop_timer_set(inv->engine->loop, &inv->queries[i].recheck, clock_now_ms());
        inv->queries[i].overdue = false;
    }
}

void
investigation_answer_another(struct investigation *inv, struct dataset *dataset, const struct dns_facts *facts)
{
    struct evidence *e = &inv->evidence;
    struct provider unknown = {.asn = e->network.asn};
    struct buf text = {0};
    free(e->another);
    e->another = NULL;
    e->another_pending = false;
    if (!evidence_asks_another(e))
        return;
    const struct provider *provider = dataset_provider(dataset, e->network.asn);
    e->another_pending = !provider && dataset_is_counting(dataset);
    if (e->another_pending)
        return;
    enum level3 told = dns_facts_level3(facts, unknown.asn);
    e->another_helps = provider_another(provider ? provider : &unknown, told, &text);
    if (text.count > 0)
        e->another = buf_take(&text);
    e->another_clean = provider && e->another_helps ? provider->clean : 0;
    e->another_ranges = provider ? provider->ranges.count : 0;
    e->another_over = provider && provider_is_over(provider, told);
    e->another_barred =
        !e->another_helps &&
        (provider && provider->knows_level3 ? provider->level3[COVER_WHOLE] == e->another_ranges : told == LEVEL3_OWN);
    buf_free(&text);
}
