/* Answers of lists go through two gates: what the answer says by itself (`heard`), and whether the list proved itself;
 * settle() puts the two together into the finding that others see. */
#include "check/investigation.h"

#include "base/clock.h"
#include "base/text.h"
#include "check/announcer.h"
#include "check/inquiry.h"
#include "check/lookup.h"
#include "check/naming.h"
#include "journal/keeper.h"

#include <stdlib.h>
#include <string.h>

enum { RECHECK_FLOOR_MS = 60 * 1000 };

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
    struct inquiry inquiry;
    struct naming naming;
    struct announcer announcer;
    investigation_changed *changed;
    void *arg;
    bool follow;
    unsigned zones_version; /* of the engine's zone files that were looked into */
    bool unkept;            /* it has ended, and what it found waits for the zone files */
};

void
investigation_remember(struct investigation *inv)
{
    if (inv->engine->keeper)
        keeper_past(inv->engine->keeper, &inv->evidence.address, &inv->evidence.past);
}

/* What cannot be kept is known for as long as the investigation lasts. */
static void
bear_in_mind(struct evidence *e)
{
    for (size_t i = 0; i < LIST_COUNT && e->past.known; i++)
        e->past.lists[i] = evidence_past(e, (enum list_id)i);
}

static void
look_into_zones(struct investigation *inv)
{
    inv->zones_version = inv->engine->zones_version;
    if (inv->engine->zones)
        lookup_zones(&inv->evidence, inv->engine->zones, &inv->engine->policy);
}

/* The zone files may have come, or changed, without anybody having told it yet: what is kept knows them. */
static void
keep_now(struct investigation *inv)
{
    struct verdict verdict;
    inv->unkept = false;
    if (inv->zones_version != inv->engine->zones_version)
        look_into_zones(inv);
    if (!keeper_keeps(inv->engine->keeper)) {
        bear_in_mind(&inv->evidence);
        return;
    }
    verdict_reach(&verdict, &inv->evidence, &inv->engine->policy);
    keeper_saw(inv->engine->keeper, &inv->evidence, &verdict);
    verdict_fini(&verdict);
    investigation_remember(inv);
}

static void
keep(struct investigation *inv)
{
    inv->unkept = inv->engine->keeper && inv->engine->zones_awaited;
    if (inv->engine->keeper && !inv->unkept)
        keep_now(inv);
}

static void
finish_if_done(struct investigation *inv)
{
    struct evidence *e = &inv->evidence;
    if (evidence_is_pending(e) || e->finished_ms != 0)
        return;
    e->finished_ms = clock_wall_ms();
    keep(inv);
}

/* Nothing of the investigation may be touched after it. */
static void
report_change(struct investigation *inv)
{
    finish_if_done(inv);
    inv->changed(inv->arg);
}

static void
on_change(void *arg)
{
    report_change(arg);
}

/* ---- lists ---- */

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
look_around(void *arg)
{
    struct investigation *inv = arg;
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
on_list_text(void *arg, const char *name, const struct answer *answer)
{
    struct heard *heard = arg;
    struct finding *f = &heard->investigation->evidence.lists[heard->list];
    (void)name;
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
    heard->text_pending = false;
    settle(heard->investigation, heard->list);
}

static void
ask_list_text(struct heard *heard)
{
    heard->text_pending = true;
    inquiry_put_to_list(&heard->investigation->inquiry, heard->list, RECORD_TXT, on_list_text, heard);
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
on_list(void *arg, const char *name, const struct answer *answer)
{
    struct heard *heard = arg;
    struct finding *f = &heard->investigation->evidence.lists[heard->list];
    struct buf detail = {0};

    (void)name;
    finding_clear_answer(f);
    for (size_t i = 0; i < answer->count; i++)
        vec_push(&f->answers, answer->records[i].addr);
    heard->have = true;
    heard->state = proof_read(answer, &detail, &f->foreign);
    free(heard->detail);
    heard->detail = buf_take(&detail);
    note_timing(f, answer);
    if (heard->state == STATE_LISTED)
        ask_list_text(heard); /* the old texts stay until the new ones are here */
    else
        finding_clear_texts(f);
    settle(heard->investigation, heard->list);
}

static void
ask_list(struct investigation *inv, enum list_id id, bool again)
{
    loop_timer_clear(inv->engine->loop, &inv->heard[id].recheck);
    inv->heard[id].have = false;
    inv->evidence.lists[id].pending = true;
    proofs_ask(inv->engine->proofs, id, again);
    inquiry_put_to_list(&inv->inquiry, id, RECORD_A, on_list, &inv->heard[id]);
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
    inv->inquiry.flags = RESOLVER_FRESH;
    ask_list(inv, heard->list, false);
    report_change(inv);
}

/* ---- the whole ---- */

/* What is under way already is not asked twice: its answer will be as fresh as any. */
static void
ask_everything(struct investigation *inv, bool again)
{
    struct evidence *e = &inv->evidence;
    inv->inquiry.flags = again ? RESOLVER_FRESH : 0;
    announcer_ask(&inv->announcer);
    look_into_zones(inv);
    if (e->offline || e->reserved)
        return;
    if (e->ptr.state != PTR_ASKING)
        naming_ask(&inv->naming);
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
    inv->inquiry =
        (struct inquiry){.resolver = engine->resolver, .evidence = &inv->evidence, .changed = on_change, .arg = inv};
    inv->naming.inquiry = &inv->inquiry;
    inv->announcer = (struct announcer){&inv->inquiry, engine->asndb, look_around, inv};
    for (size_t i = 0; engine->resolver && i < resolver_server_count(engine->resolver); i++)
        vec_push(&inv->evidence.servers, resolver_server_at(engine->resolver, i));
    for (size_t i = 0; i < LIST_COUNT; i++) {
        struct heard *heard = &inv->heard[i];
        *heard = (struct heard){.investigation = inv, .list = (enum list_id)i};
        heard->recheck = (struct timer){.fire = on_recheck, .arg = heard};
    }
    investigation_remember(inv);
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
    if (inv->unkept)
        keep_now(inv);
    if (inv->engine->proofs)
        proofs_unlisten(inv->engine->proofs, inv);
    inquiry_fini(&inv->inquiry);
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
    look_into_zones(inv);
    if (inv->evidence.finished_ms != 0)
        keep(inv);
    if (inv->engine->zones)
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
