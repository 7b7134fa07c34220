/* Each question is an `ask`: it knows what part of the evidence its answer belongs to. Answers of lists go through two
 * gates: what the answer says by itself (`heard`), and whether the list proved itself; settle() puts the two together
 * into the finding that others see. */
#include "investigation.h"

#include "clock.h"
#include "lookup.h"
#include "origin.h"
#include "text.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A name with more PTR records than this is confirmed by the first ones only: a spammer's zone may hold thousands. */
enum { PTR_NAMES = 4, RECHECK_FLOOR_MS = 60 * 1000, NAME_ROOM = 256 };

struct ask;
typedef void ask_done(struct investigation *, const struct ask *, const struct answer *);

struct ask {
    struct investigation *investigation;
    ask_done *done;
    enum list_id list; /* for the questions to lists */
    size_t exchange;
    char *name; /* of a forward confirmation */
};

/* What a list's A answer said, before the list proved itself. */
struct heard {
    bool have;
    enum state state;
    char *detail;
    bool text_pending;
    struct timer recheck;
    struct investigation *investigation;
    enum list_id list;
};

struct investigation {
    const struct engine *engine;
    struct evidence evidence;
    struct heard heard[LIST_COUNT];
    VEC(struct ask *) asks; /* under way */
    investigation_changed *changed;
    void *arg;
    bool follow;
    unsigned ask_flags;    /* RESOLVER_FRESH when asking again */
    unsigned forward_left; /* forward confirmations under way */
};

static void ask_network(struct investigation *);

/* ---- questions and their record ---- */

static void
note_records(struct exchange *x, const struct answer *answer)
{
    for (size_t i = 0; i < x->records.count; i++)
        free(x->records.at[i]);
    vec_clear(&x->records);
    for (size_t i = 0; i < answer->count; i++) {
        const struct record *r = &answer->records[i];
        char text[ADDR_TEXT];
        if (r->type == RECORD_A || r->type == RECORD_AAAA)
            vec_push(&x->records, mem_copy(addr_text(&r->addr, text)));
        else
            vec_push(&x->records, text_clean_copy(r->text, r->text_count));
    }
}

static void
note_answer(struct exchange *x, const struct answer *answer)
{
    x->pending = false;
    x->outcome = answer->outcome;
    x->rcode = answer->rcode;
    x->ttl = answer->ttl;
    x->rtt_us = answer->rtt_us;
    x->at_ms = answer->at_ms;
    x->remembered = answer->remembered;
    x->server = answer->server;
    note_records(x, answer);
}

/* The place of a question in the record; a question asked again takes its old place. */
static size_t
exchange_slot(struct evidence *e, const char *name, enum record_type type)
{
    for (size_t i = 0; i < e->exchanges.count; i++)
        if (e->exchanges.at[i].type == type && strcmp(e->exchanges.at[i].name, name) == 0)
            return i;
    vec_push(&e->exchanges, ((struct exchange){.name = mem_copy(name), .type = type, .rcode = -1, .rtt_us = -1}));
    return e->exchanges.count - 1;
}

static void
ask_free(struct ask *ask)
{
    free(ask->name);
    free(ask);
}

static void
forget_ask(struct investigation *inv, struct ask *ask)
{
    for (size_t i = 0; i < inv->asks.count; i++)
        if (inv->asks.at[i] == ask) {
            inv->asks.at[i] = inv->asks.at[--inv->asks.count];
            return;
        }
}

static void
finish_if_done(struct investigation *inv)
{
    struct evidence *e = &inv->evidence;
    if (!evidence_is_pending(e) && e->finished_ms == 0)
        e->finished_ms = clock_wall_ms();
}

/* Nothing of the investigation may be touched after it. */
static void
report_change(struct investigation *inv)
{
    finish_if_done(inv);
    inv->changed(inv->arg);
}

static void
on_answer(void *arg, const struct answer *answer)
{
    struct ask *ask = arg;
    struct investigation *inv = ask->investigation;
    note_answer(&inv->evidence.exchanges.at[ask->exchange], answer);
    forget_ask(inv, ask);
    ask->done(inv, ask, answer);
    ask_free(ask);
    report_change(inv);
}

static struct ask *
put(struct investigation *inv, enum subject subject, const char *name, enum record_type type, ask_done *done)
{
    struct ask *ask = mem_zero(sizeof *ask);
    ask->investigation = inv;
    ask->done = done;
    ask->exchange = exchange_slot(&inv->evidence, name, type);
    inv->evidence.exchanges.at[ask->exchange].subject = subject;
    inv->evidence.exchanges.at[ask->exchange].pending = true;
    inv->evidence.finished_ms = 0;
    vec_push(&inv->asks, ask);
    resolver_ask(inv->engine->resolver, name, type, inv->ask_flags, on_answer, ask);
    return ask;
}

/* ---- lists ---- */

static void
put_to_list(struct investigation *inv, enum list_id id, enum record_type type, ask_done *done)
{
    char reversed[ADDR_REVERSED_TEXT], name[NAME_ROOM];
    snprintf(name, sizeof name, "%s.%s", addr_reversed(&inv->evidence.address, reversed), catalogue_at(id)->zone);
    struct ask *ask = put(inv, SUBJECT_LIST, name, type, done);
    ask->list = id;
    inv->evidence.exchanges.at[ask->exchange].list = id;
}

static int
by_prefix_narrow_first(const void *a, const void *b)
{
    const struct net *x = a, *y = b;
    return (int)y->prefix.length - (int)x->prefix.length;
}

static bool
net_is_known(const struct evidence *e, const struct prefix *prefix)
{
    for (size_t i = 0; i < e->nets.count; i++)
        if (prefix_equal(&e->nets.at[i].prefix, prefix))
            return true;
    return false;
}

static bool
names_net(const struct listing *text)
{
    return text->form == LISTING_L2 || text->form == LISTING_L2_OLD || text->form == LISTING_L2_PERMANENT;
}

static void
derive_nets(struct investigation *inv)
{
    struct evidence *e = &inv->evidence;
    const struct finding *f = &e->lists[LIST_LEVEL2];
    vec_clear(&e->nets);
    for (size_t i = 0; f->state == STATE_LISTED && i < f->texts.count; i++) {
        const struct listing *t = &f->texts.at[i];
        if (!names_net(t) || !prefix_holds(&t->net, &e->address) || net_is_known(e, &t->net))
            continue;
        vec_push(&e->nets, ((struct net){
                               .prefix = t->net,
                               .kind = t->kind,
                               .permanent = t->form == LISTING_L2_PERMANENT,
                               .impacts = t->impacts,
                               .abusers = t->abusers,
                               .limit = policy_limit(&inv->engine->policy, t->net.length),
                               .holder = t->holder,
                           }));
    }
    if (e->nets.count > 1)
        qsort(e->nets.at, e->nets.count, sizeof e->nets.at[0], by_prefix_narrow_first);
}

static void
look_around(struct investigation *inv)
{
    if (inv->engine->zones)
        lookup_more(&inv->evidence, inv->engine->zones, &inv->engine->policy);
}

/* Two lists that give the same address outside 127/8 have not got it from their operators. */
static void
derive_rewriting(struct evidence *e)
{
    e->rewritten = false;
    for (size_t i = 0; i < LIST_COUNT && !e->rewritten; i++)
        for (size_t j = 0; j < i && !e->rewritten; j++)
            if (e->lists[i].foreign.family && addr_equal(&e->lists[i].foreign, &e->lists[j].foreign)) {
                e->rewritten = true;
                e->rewriter = e->lists[i].foreign;
            }
}

static void
set_detail(struct finding *f, const char *detail)
{
    free(f->detail);
    f->detail = detail && *detail ? text_clean_copy(detail, strlen(detail)) : NULL;
}

/* What the list says, given that it proved itself or did not. */
static void
believe(struct finding *f, const struct heard *heard, const struct proof *proof)
{
    bool proved = proof->state == STATE_CLEAR;
    f->source = SOURCE_DNS;
    bool blame_proof = !proved && (state_is_known(heard->state) || proof->state == STATE_UNHEALTHY);
    f->state = blame_proof ? proof->state : heard->state;
    set_detail(f, blame_proof ? proof->detail : heard->detail);
    if (f->state != STATE_LISTED)
        finding_clear_texts(f);
    if (proof->foreign.family && !f->foreign.family)
        f->foreign = proof->foreign;
    if (proof->serial > f->serial)
        f->serial = proof->serial;
}

static void
settle(struct investigation *inv, enum list_id id)
{
    struct finding *f = &inv->evidence.lists[id];
    const struct heard *heard = &inv->heard[id];
    const struct proof *proof = proofs_at(inv->engine->proofs, id);
    f->pending = !heard->have || heard->text_pending || !proof->done || proof->pending;
    if (f->pending)
        return;
    believe(f, heard, proof);
    if (id == LIST_LEVEL2)
        derive_nets(inv);
    if (id == LIST_LEVEL2 || id == LIST_EXEMPTION)
        look_around(inv);
    derive_rewriting(&inv->evidence);
    if (inv->follow && f->due_ms)
        loop_timer_set(inv->engine->loop, &inv->heard[id].recheck, f->due_ms);
}

static void
on_list_text(struct investigation *inv, const struct ask *ask, const struct answer *answer)
{
    struct finding *f = &inv->evidence.lists[ask->list];
    finding_clear_texts(f);
    f->txt_missing = answer->outcome != OUTCOME_DATA;
    f->txt_partial = answer->partial || answer->dropped > 0;
    for (size_t i = 0; i < answer->count; i++) {
        struct listing text;
        char *clean = text_clean_copy(answer->records[i].text, answer->records[i].text_count);
        listing_parse(clean, &text);
        vec_push(&f->txt, clean);
        vec_push(&f->texts, text);
    }
    inv->heard[ask->list].text_pending = false;
    settle(inv, ask->list);
}

static void
ask_list_text(struct investigation *inv, enum list_id id)
{
    inv->heard[id].text_pending = true;
    put_to_list(inv, id, RECORD_TXT, on_list_text);
}

static void
note_timing(struct finding *f, const struct answer *answer)
{
    f->ttl = answer->ttl;
    f->rtt_us = answer->rtt_us;
    f->answered_ms = answer->at_ms;
    int64_t left_ms = answer->at_ms + (int64_t)answer->ttl * 1000 - clock_wall_ms();
    f->due_ms = answer->ttl ? clock_now_ms() + (left_ms > RECHECK_FLOOR_MS ? left_ms : RECHECK_FLOOR_MS) : 0;
    if (answer->serial)
        f->serial = answer->serial;
}

static void
on_list(struct investigation *inv, const struct ask *ask, const struct answer *answer)
{
    struct heard *heard = &inv->heard[ask->list];
    struct finding *f = &inv->evidence.lists[ask->list];
    struct buf detail = {0};

    finding_clear_answer(f);
    for (size_t i = 0; i < answer->count; i++)
        vec_push(&f->answers, answer->records[i].addr);
    heard->have = true;
    heard->state = proof_read(answer, &detail, &f->foreign);
    free(heard->detail);
    heard->detail = buf_take(&detail);
    note_timing(f, answer);
    if (heard->state == STATE_LISTED)
        ask_list_text(inv, ask->list); /* the old texts stay until the new ones are here */
    else
        finding_clear_texts(f);
    settle(inv, ask->list);
}

static void
ask_list(struct investigation *inv, enum list_id id, bool again)
{
    loop_timer_clear(inv->engine->loop, &inv->heard[id].recheck);
    inv->heard[id].have = false;
    inv->evidence.lists[id].pending = true;
    proofs_ask(inv->engine->proofs, id, again);
    put_to_list(inv, id, RECORD_A, on_list);
}

static void
on_proof(void *arg, enum list_id id)
{
    struct investigation *inv = arg;
    if (inv->evidence.lists[id].pending) {
        settle(inv, id);
        report_change(inv);
    }
}

static void
on_recheck(void *arg)
{
    struct heard *heard = arg;
    struct investigation *inv = heard->investigation;
    inv->ask_flags = RESOLVER_FRESH;
    ask_list(inv, heard->list, false);
    report_change(inv);
}

/* ---- name ---- */

/* PTR names are written by whoever holds the address; only what can be a host name is asked for again. */
static bool
is_host_name(const char *name, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!isalnum((unsigned char)name[i]) && !strchr("-._", name[i]))
            return false;
    return count > 0 && count < NAME_ROOM - 1;
}

static void
set_ptr(struct ptr *ptr, enum ptr_state state, const char *name)
{
    ptr->state = state;
    if (name) {
        free(ptr->name);
        ptr->name = mem_copy(name);
    }
}

static void
on_forward(struct investigation *inv, const struct ask *ask, const struct answer *answer)
{
    struct ptr *ptr = &inv->evidence.ptr;
    bool failed =
        answer->outcome != OUTCOME_DATA && answer->outcome != OUTCOME_NODATA && answer->outcome != OUTCOME_NXDOMAIN;
    for (size_t i = 0; i < answer->count; i++)
        if (ptr->state != PTR_CONFIRMED && addr_equal(&answer->records[i].addr, &inv->evidence.address))
            set_ptr(ptr, PTR_CONFIRMED, ask->name);
    if (failed)
        ptr->outcome = answer->outcome;
    if (--inv->forward_left == 0 && ptr->state == PTR_ASKING)
        ptr->state = ptr->outcome == OUTCOME_DATA ? PTR_UNCONFIRMED : PTR_UNVERIFIED;
}

static void
ask_forward(struct investigation *inv, const struct record *record)
{
    enum record_type type = inv->evidence.address.family == ADDR_V6 ? RECORD_AAAA : RECORD_A;
    char name[NAME_ROOM];
    snprintf(name, sizeof name, "%.*s", (int)record->text_count, record->text);
    inv->forward_left++;
    put(inv, SUBJECT_NAME, name, type, on_forward)->name = mem_copy(name);
}

static void
on_ptr(struct investigation *inv, const struct ask *ask, const struct answer *answer)
{
    (void)ask;
    struct ptr *ptr = &inv->evidence.ptr;
    free(ptr->name);
    *ptr = (struct ptr){.state = PTR_ASKING, .count = answer->count, .outcome = answer->outcome};
    if (answer->outcome == OUTCOME_NXDOMAIN || answer->outcome == OUTCOME_NODATA) {
        ptr->state = PTR_NONE;
        return;
    }
    if (answer->outcome != OUTCOME_DATA) {
        ptr->state = PTR_FAILED;
        return;
    }
    ptr->name = text_clean_copy(answer->records[0].text, answer->records[0].text_count);
    inv->forward_left = 0;
    for (size_t i = 0; i < answer->count && i < PTR_NAMES; i++)
        if (is_host_name(answer->records[i].text, answer->records[i].text_count))
            ask_forward(inv, &answer->records[i]);
    if (inv->forward_left == 0)
        ptr->state = PTR_UNVERIFIED;
}

static void
ask_ptr(struct investigation *inv)
{
    char reversed[ADDR_REVERSED_TEXT], name[NAME_ROOM];
    const struct addr *a = &inv->evidence.address;
    snprintf(name, sizeof name, "%s.%s", addr_reversed(a, reversed),
             a->family == ADDR_V6 ? "ip6.arpa" : "in-addr.arpa");
    inv->evidence.ptr.state = PTR_ASKING;
    put(inv, SUBJECT_NAME, name, RECORD_PTR, on_ptr);
}

/* ---- network ---- */

static void
on_as_name(struct investigation *inv, const struct ask *ask, const struct answer *answer)
{
    (void)ask;
    struct network *n = &inv->evidence.network;
    n->pending = false;
    if (answer->count > 0) {
        char *clean = text_clean_copy(answer->records[0].text, answer->records[0].text_count);
        char org[ORIGIN_ORG];
        if (origin_parse_as(clean, org))
            snprintf(n->org, sizeof n->org, "%s", org);
        free(clean);
    }
}

static bool
best_origin(const struct answer *answer, struct origin *best)
{
    bool found = false;
    for (size_t i = 0; i < answer->count; i++) {
        char *clean = text_clean_copy(answer->records[i].text, answer->records[i].text_count);
        struct origin origin;
        if (origin_parse(clean, &origin) && (!found || origin_is_better(&origin, best))) {
            *best = origin;
            found = true;
        }
        free(clean);
    }
    return found;
}

static void
network_unknown(struct network *n, const char *problem)
{
    n->pending = false;
    free(n->problem);
    n->problem = mem_copy(problem);
}

static void
on_origin(struct investigation *inv, const struct ask *ask, const struct answer *answer)
{
    (void)ask;
    struct network *n = &inv->evidence.network;
    struct origin origin;
    n->unannounced = answer->outcome == OUTCOME_NXDOMAIN || answer->outcome == OUTCOME_NODATA;
    if (!best_origin(answer, &origin)) {
        char problem[128];
        const char *database = inv->engine->asndb ? "not in the ASN database" : "no ASN database";
        if (n->unannounced)
            snprintf(problem, sizeof problem, "not announced according to Team Cymru");
        else
            snprintf(problem, sizeof problem, "%s, and Team Cymru: %s", database,
                     answer->outcome == OUTCOME_DATA ? "answer not understood" : outcome_name(answer->outcome));
        network_unknown(n, problem);
        return;
    }
    struct buf name = {0};
    free(n->problem);
    n->problem = NULL;
    n->source = NETWORK_CYMRU;
    n->asn = origin.asn;
    n->has_bgp = true;
    n->bgp = origin.prefix;
    snprintf(n->country, sizeof n->country, "%s", origin.country);
    look_around(inv);
    origin_as_name(&name, origin.asn);
    put(inv, SUBJECT_NETWORK, buf_string(&name), RECORD_TXT, on_as_name);
    buf_free(&name);
}

static bool
look_up_network(struct investigation *inv)
{
    struct network *n = &inv->evidence.network;
    struct asndb_record record;
    struct fault fault = {""};
    if (!inv->engine->asndb)
        return false;
    if (!asndb_find(inv->engine->asndb, &inv->evidence.address, &record, &fault)) {
        network_unknown(n, *fault.text ? fault.text : "not in the ASN database");
        return false;
    }
    n->source = NETWORK_MMDB;
    n->asn = record.asn;
    snprintf(n->org, sizeof n->org, "%s", record.org);
    n->has_record = true;
    n->record = record.record;
    return true;
}

/* The database first: it is at hand and complete. Team Cymru when there is none, or when it does not know. */
static void
ask_network(struct investigation *inv)
{
    struct network *n = &inv->evidence.network;
    if (n->pending || look_up_network(inv))
        return;
    if (!inv->engine->resolver || inv->evidence.reserved) {
        if (!n->problem)
            network_unknown(n, "no ASN database");
        return;
    }
    struct buf name = {0};
    origin_name(&name, &inv->evidence.address);
    n->pending = true;
    put(inv, SUBJECT_NETWORK, buf_string(&name), RECORD_TXT, on_origin);
    buf_free(&name);
}

/* ---- the whole ---- */

/* What is under way already is not asked twice: its answer will be as fresh as any. */
static void
ask_everything(struct investigation *inv, bool again)
{
    struct evidence *e = &inv->evidence;
    inv->ask_flags = again ? RESOLVER_FRESH : 0;
    ask_network(inv);
    if (inv->engine->zones)
        lookup_zones(e, inv->engine->zones, &inv->engine->policy);
    if (e->offline || e->reserved)
        return;
    if (e->ptr.state != PTR_ASKING)
        ask_ptr(inv);
    if (e->address.family != ADDR_V4) /* the operator lists IPv4 only: never ask a v4-only list about v6 */
        return;
    for (size_t i = 0; i < LIST_COUNT; i++)
        if (!e->lists[i].pending)
            ask_list(inv, (enum list_id)i, again);
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
    inv->changed = changed;
    inv->arg = arg;
    evidence_init(&inv->evidence, target, label, address);
    inv->evidence.offline = engine->resolver == NULL;
    inv->evidence.reserved = investigation_barred(engine, address);
    for (size_t i = 0; engine->resolver && i < resolver_server_count(engine->resolver); i++)
        vec_push(&inv->evidence.servers, resolver_server_at(engine->resolver, i));
    for (size_t i = 0; i < LIST_COUNT; i++) {
        struct heard *heard = &inv->heard[i];
        *heard = (struct heard){.investigation = inv, .list = (enum list_id)i};
        heard->recheck = (struct timer){.fire = on_recheck, .arg = heard};
    }
    if (engine->proofs)
        proofs_listen(engine->proofs, on_proof, inv);
    ask_everything(inv, false);
    finish_if_done(inv);
    return inv;
}

void
investigation_free(struct investigation *inv)
{
    if (!inv)
        return;
    if (inv->engine->proofs)
        proofs_unlisten(inv->engine->proofs, inv);
    for (size_t i = 0; i < inv->asks.count; i++) {
        resolver_forget(inv->engine->resolver, inv->asks.at[i]);
        ask_free(inv->asks.at[i]);
    }
    vec_free(&inv->asks);
    for (size_t i = 0; i < LIST_COUNT; i++) {
        loop_timer_clear(inv->engine->loop, &inv->heard[i].recheck);
        free(inv->heard[i].detail);
    }
    evidence_fini(&inv->evidence);
    free(inv);
}

const struct evidence *
investigation_evidence(const struct investigation *inv)
{
    return &inv->evidence;
}

void
investigation_again(struct investigation *inv)
{
    ask_everything(inv, true);
}

void
investigation_zones_changed(struct investigation *inv)
{
    if (!inv->engine->zones)
        return;
    lookup_zones(&inv->evidence, inv->engine->zones, &inv->engine->policy);
    report_change(inv);
}

void
investigation_follow(struct investigation *inv)
{
    inv->follow = true;
    for (size_t i = 0; i < LIST_COUNT; i++)
        if (!inv->evidence.lists[i].pending && inv->evidence.lists[i].due_ms)
            loop_timer_set(inv->engine->loop, &inv->heard[i].recheck, inv->evidence.lists[i].due_ms);
}
