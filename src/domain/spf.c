#include "domain/spf.h"

#include "base/clock.h"
#include "base/text.h"
#include "domain/spf_names.h"
#include "domain/spf_nets.h"
#include "domain/spf_record.h"
#include "domain/spf_report.h"

#include <arpa/nameser.h>
#include <stdio.h>
#include <strings.h>

/* What the answers under way are for. */
enum step { STEP_RECORD, STEP_HOSTS, STEP_ADDRESSES, STEP_EXISTS, STEP_EXPLANATION };

/* A record on the way from the domain's own to the one that is read. */
struct frame {
    char name[SPF_NAME];
    struct spf_record record;
    size_t at;       /* next term */
    char all;        /* qualifier of its "all", 0 = not met */
    bool redirected; /* stands in for the one before it; otherwise that one includes it */
    bool left;       /* its redirect was followed */
    unsigned group;
    struct spf_nets nets;
};

struct spf {
    struct loop *loop;
    struct resolver *resolver;
    void (*done)(void *arg);
    void *arg;
    struct timer ending; /* calls `done` */
    bool ended;          /* the result is known ... */
    bool told;           /* ... and `done` was called */

    struct addr ip;
    char *local, *sender_domain, *helo, *receiver;
    VEC(struct frame) frames;
    enum step step;
    size_t pending;  /* answers */
    bool explaining; /* the result is "fail": its text is fetched */
    bool has_text;
    struct buf text;          /* of the explanation, before its macros are replaced */
    enum outcome failure;     /* of an answer of this step; OUTCOME_DATA = none */
    bool exists;              /* an answer of this step had a record */
    VEC(struct prefix) found; /* by this step: nets around addresses */
    struct spf_names names;   /* of the client */
    enum spf_result error;    /* the first one of an enumeration; SPF_NONE = none */
    bool cut;                 /* nets are missing */
    struct spf_report report;
};

static bool
enumerates(const struct spf *spf)
{
    return spf->ip.family == ADDR_NONE;
}

static struct frame *
top_of(struct spf *spf)
{
    return &spf->frames.at[spf->frames.count - 1];
}

/* ---- results ---- */

static void
end(struct spf *spf, enum spf_result result)
{
    struct spf_report *report = &spf->report;
    report->result = spf->error != SPF_NONE ? spf->error : result;
    if (report->result == SPF_PERMERROR || report->result == SPF_TEMPERROR) { /* no term decided it */
        free(report->matched);
        report->matched = NULL;
    }
    spf_report_conclude(report, spf->frames.count > 0 ? &spf->frames.at[0].nets : NULL, spf->cut);
    spf->ended = true;
    loop_timer_set(spf->loop, &spf->ending, clock_now_ms());
}

/* Ends a check with an error. An enumeration goes on, and remembers that no receiver does. */
static void
fail_with(struct spf *spf, enum spf_result error)
{
    if (!enumerates(spf))
        end(spf, error);
    else if (spf->error == SPF_NONE)
        spf->error = error;
}

/* Counts a term that asks DNS. Returns whether it may. */
static bool
count_lookup(struct spf *spf)
{
    if (++spf->report.lookups > SPF_LOOKUPS)
        fail_with(spf, SPF_PERMERROR);
    if (spf->report.lookups > SPF_LOOKUPS_MOST)
        end(spf, SPF_PERMERROR);
    return !spf->ended;
}

static void
count_void(struct spf *spf)
{
    if (++spf->report.voids > SPF_VOIDS)
        fail_with(spf, SPF_PERMERROR);
}

/* ---- questions ---- */

static void on_answer(void *arg, const struct answer *);

/* Asks for a name in presentation form. */
static void
ask(struct spf *spf, const char *name, enum record_type type)
{
    spf->pending++;
    resolver_ask(spf->resolver, name, type, 0, on_answer, spf);
}

static void
begin(struct spf *spf, enum step step)
{
    spf->step = step;
    spf->failure = OUTCOME_DATA;
    spf->exists = false;
    vec_clear(&spf->found);
}

/* Asks for the addresses of a host of the client's family, or both. */
static void
ask_addresses(struct spf *spf, const char *name)
{
    if (spf->ip.family != ADDR_V6)
        ask(spf, name, RECORD_A);
    if (spf->ip.family != ADDR_V4)
        ask(spf, name, RECORD_AAAA);
}

/* Asks for the record of a domain that is included, replaces the one before, or is the first. */
static void
push_frame(struct spf *spf, const char *name, bool redirected, unsigned group)
{
    struct frame frame = {.redirected = redirected, .group = group};
    char presented[SPF_PRESENTED];
    for (size_t i = 0; i < spf->frames.count; i++)
        if (strcasecmp(spf->frames.at[i].name, name) == 0) {
            spf_report_problem(&spf->report, "%s leads to itself", name);
            fail_with(spf, SPF_PERMERROR);
            return;
        }
    snprintf(frame.name, sizeof frame.name, "%s", name);
    vec_push(&spf->frames, frame);
    begin(spf, STEP_RECORD);
    ask(spf, spf_macro_present(name, presented), RECORD_TXT);
}

static struct spf_macros
macros_of(const struct spf *spf, const struct frame *frame)
{
    return (struct spf_macros){.ip = spf->ip,
                               .local = spf->local,
                               .sender_domain = spf->sender_domain,
                               .domain = frame->name,
                               .helo = spf->helo,
                               .receiver = spf->receiver,
                               .validated = spf_names_best(&spf->names, frame->name),
                               .now_s = clock_wall_ms() / 1000};
}

/* Expands the domain of a term. Returns false if no packet can carry it, and the term matches nothing. */
static bool
name_of(const struct spf *spf, const struct frame *frame, const struct spf_term *term, char out[static SPF_NAME])
{
    struct spf_macros macros = macros_of(spf, frame);
    if (term->domain.count > 0)
        return spf_macro_name(out, term->domain, &macros);
    snprintf(out, SPF_NAME, "%s", frame->name);
    return true;
}

/* ---- PTR names of the client ---- */

static void advance(struct spf *);

static void
on_names(void *arg)
{
    struct spf *spf = arg;
    spf->pending--;
    advance(spf);
}

static void
ask_names(struct spf *spf)
{
    spf->pending++;
    spf_names_ask(&spf->names, spf->resolver, &spf->ip, on_names, spf);
}

/* ---- records ---- */

/* Returns whether the record on top is that of the domain, or stands in for it. */
static bool
is_outermost(const struct spf *spf)
{
    for (size_t i = 1; i < spf->frames.count; i++)
        if (!spf->frames.at[i].redirected)
            return false;
    return true;
}

/* Ends the record on top, with the result of its terms, and those that this decides. */
static void
finish_record(struct spf *spf, enum spf_result result)
{
    bool own = true; /* the record on top decides: not one that stands in for it, whose exp alone counts then */
    for (;;) {
        struct frame *frame = top_of(spf);
        if (result == SPF_FAIL && own && !enumerates(spf) && is_outermost(spf) && frame->record.exp) {
            spf->explaining = true;
            return;
        }
        if (spf->frames.count == 1) {
            end(spf, result);
            return;
        }
        struct frame ended = *frame;
        spf->frames.count--;
        struct frame *parent = top_of(spf);
        char qualifier = ended.redirected ? '+' : parent->record.terms.at[parent->at - 1].qualifier;
        for (size_t i = 0; i < ended.nets.pass.count; i++)
            spf->cut |= !spf_nets_add(&parent->nets, &ended.nets.pass.at[i], qualifier);
        spf_nets_fini(&ended.nets);
        spf_record_fini(&ended.record);
        if (!ended.redirected && (enumerates(spf) || result != SPF_PASS))
            return;
        own = !ended.redirected;
        if (own)
            result = spf_report_result(qualifier);
    }
}

/* Acts on what a term matched: of an enumeration the nets, of a check whether the client is in them. Returns whether
 * that decides. */
static bool
settle(struct spf *spf, const struct spf_term *term, bool matches)
{
    struct frame *frame = top_of(spf);
    for (size_t i = 0; i < spf->found.count; i++) {
        struct spf_net net = {spf->found.at[i], frame->group, spf->error != SPF_NONE};
        if (enumerates(spf))
            spf->cut |= !spf_nets_add(&frame->nets, &net, term->qualifier);
        else
            matches |= prefix_holds(&net.prefix, &spf->ip);
    }
    if (!matches || enumerates(spf))
        return false;
    spf_report_match(&spf->report, term->text.at, term->text.count, frame->name);
    finish_record(spf, spf_report_result(term->qualifier));
    return true;
}

/* Takes the one SPF record of an answer. */
static void
read_record(struct spf *spf, const struct answer *answer)
{
    struct frame *frame = top_of(spf);
    size_t count;
    const struct record *found = spf_record_find(answer, &count);
    struct fault fault;
    if (spf->failure != OUTCOME_DATA || (count == 0 && answer->dropped > 0)) {
        spf_report_problem(&spf->report, "the TXT records of %s cannot be read: %s", frame->name,
                           spf->failure != OUTCOME_DATA ? outcome_name(spf->failure) : "they are too long");
        fail_with(spf, SPF_TEMPERROR);
    } else if (count != 1 && (count > 1 || spf->frames.count > 1)) {
        spf_report_problem(&spf->report, count > 1 ? "%s has several SPF records" : "%s has no SPF record",
                           frame->name);
        fail_with(spf, SPF_PERMERROR);
    } else if (count == 0) {
        end(spf, SPF_NONE);
    } else {
        if (spf->frames.count == 1)
            spf->report.record = text_clean_copy(found->text, found->text_count);
        if (!spf_record_read(&frame->record, (struct spf_span){found->text, found->text_count}, &fault)) {
            spf_report_problem(&spf->report, "%s: %s", frame->name, fault.text);
            fail_with(spf, SPF_PERMERROR);
            spf_record_fini(&frame->record);
        }
    }
}

/* ---- the explanation of a failure ---- */

/* Takes its text. One that is wrong in any way is none. */
static void
read_explanation(struct spf *spf, const struct answer *answer)
{
    const struct record *record = answer->records;
    spf->has_text = true;
    if (answer->count == 1 && answer->dropped == 0 && record->text_count > 0 &&
        spf_macro_is_valid((struct spf_span){record->text, record->text_count}, "", true))
        buf_bytes(&spf->text, record->text, record->text_count);
}

/* Asks for the text, then expands it; before each, for the names of the client if a macro wants one. */
static void
explain(struct spf *spf)
{
    struct frame *frame = top_of(spf);
    struct spf_span text =
        spf->has_text ? (struct spf_span){buf_string(&spf->text), spf->text.count} : frame->record.exp->domain;
    struct spf_macros macros = macros_of(spf, frame);
    char name[SPF_NAME], presented[SPF_PRESENTED];
    if (spf_macro_uses(text, "p") && !spf->names.asked) {
        ask_names(spf);
    } else if (spf->has_text) {
        struct buf words = {0};
        spf_macro_expand(&words, text, &macros);
        if (words.count > 0)
            spf->report.explanation = buf_take(&words);
        end(spf, SPF_FAIL);
    } else if (spf_macro_name(name, text, &macros)) {
        begin(spf, STEP_EXPLANATION);
        ask(spf, spf_macro_present(name, presented), RECORD_TXT);
    } else {
        end(spf, SPF_FAIL);
    }
}

/* ---- terms ---- */

/* Names a term whose answer depends on the client. */
static void
add_unknowable(struct spf *spf, const struct spf_term *term)
{
    struct spf_group *group = &spf->report.groups.at[top_of(spf)->group];
    if (group->unknowable.count < SPF_PROBLEMS_MOST)
        vec_push(&group->unknowable, text_clean_copy(term->text.at, term->text.count));
}

/* Goes into the record of an include or a redirect. */
static void
enter_record(struct spf *spf, const struct spf_term *term, const char *name)
{
    struct frame *frame = top_of(spf);
    unsigned labels, group = frame->group;
    if (!spf_macro_is_name(name, &labels) || labels < 2) {
        spf_report_problem(&spf->report, "\"%.*s\" names no domain", (int)term->text.count, term->text.at);
        fail_with(spf, SPF_PERMERROR);
        return;
    }
    if (enumerates(spf) && term->kind == SPF_INCLUDE && is_outermost(spf)) {
        vec_push(&spf->report.groups, ((struct spf_group){.by = text_clean_copy(name, strlen(name))}));
        group = (unsigned)spf->report.groups.count - 1;
    }
    push_frame(spf, name, term->kind == SPF_REDIRECT, group);
}

/* Evaluates a term that asks DNS. */
static void
look_up(struct spf *spf, const struct spf_term *term)
{
    struct frame *frame = top_of(spf);
    char name[SPF_NAME], presented[SPF_PRESENTED];
    bool named = name_of(spf, frame, term, name);
    if (!count_lookup(spf))
        return;
    if (enumerates(spf) &&
        (term->kind == SPF_PTR || term->kind == SPF_EXISTS || spf_macro_uses(term->domain, SPF_MACROS_OF_CONNECTION))) {
        add_unknowable(spf, term);
    } else if (term->kind == SPF_INCLUDE || term->kind == SPF_REDIRECT) {
        enter_record(spf, term, name);
    } else if (term->kind == SPF_PTR) {
        if (spf->names.none)
            count_void(spf);
        if (!spf->ended)
            settle(spf, term, named && spf_names_has_in(&spf->names, name));
    } else if (!named) {
        count_void(spf);
    } else if (term->kind == SPF_A) {
        begin(spf, STEP_ADDRESSES);
        ask_addresses(spf, spf_macro_present(name, presented));
    } else {
        begin(spf, term->kind == SPF_MX ? STEP_HOSTS : STEP_EXISTS);
        ask(spf, spf_macro_present(name, presented), term->kind == SPF_MX ? RECORD_MX : RECORD_A);
    }
}

static void
run_term(struct spf *spf)
{
    struct frame *frame = top_of(spf);
    const struct spf_term *term = &frame->record.terms.at[frame->at];
    bool asks_names = term->kind == SPF_PTR || (term->kind != SPF_EXP && term->kind != SPF_OTHER &&
                                                term->kind != SPF_REDIRECT && spf_macro_uses(term->domain, "p"));
    if (asks_names && !spf->names.asked && !enumerates(spf)) {
        ask_names(spf);
        return;
    }
    frame->at++;
    begin(spf, STEP_ADDRESSES);
    switch (term->kind) {
    case SPF_ALL:
        if (enumerates(spf)) {
            vec_push(&spf->found, ((struct prefix){.addr.family = ADDR_V4}));
            vec_push(&spf->found, ((struct prefix){.addr.family = ADDR_V6}));
        }
        frame->all = term->qualifier;
        frame->at = frame->record.terms.count;
        settle(spf, term, true);
        break;
    case SPF_IP4:
    case SPF_IP6:
        vec_push(&spf->found, term->net);
        settle(spf, term, false);
        break;
    case SPF_REDIRECT:
    case SPF_EXP:
    case SPF_OTHER:
        break;
    default:
        look_up(spf, term);
    }
}

/* ---- answers ---- */

/* Asks for the addresses of the first hosts of an MX answer. */
static void
read_hosts(struct spf *spf, const struct answer *answer)
{
    if (answer->count + answer->dropped > SPF_NAMES) {
        spf_report_problem(&spf->report, "an mx of %s has %zu hosts, and receivers allow %d", top_of(spf)->name,
                           answer->count + answer->dropped, SPF_NAMES);
        fail_with(spf, SPF_PERMERROR);
    }
    spf->step = STEP_ADDRESSES;
    for (size_t i = 0; i < answer->count && i < SPF_NAMES && !spf->ended; i++) {
        char host[NS_MAXDNAME];
        snprintf(host, sizeof host, "%.*s", (int)answer->records[i].text_count, answer->records[i].text);
        if (strcmp(host, ".") != 0) /* a null MX: RFC 7505 */
            ask_addresses(spf, host);
    }
}

/* Ends a term whose answers are all there. */
static void
conclude(struct spf *spf)
{
    struct frame *frame = top_of(spf);
    const struct spf_term *term = &frame->record.terms.at[frame->at - 1];
    if (settle(spf, term, spf->exists))
        return;
    if (spf->failure != OUTCOME_DATA) {
        spf_report_problem(&spf->report, "\"%.*s\" of %s cannot be looked up: %s", (int)term->text.count, term->text.at,
                           frame->name, outcome_name(spf->failure));
        fail_with(spf, SPF_TEMPERROR);
    } else if (spf->found.count == 0 && !spf->exists) {
        count_void(spf);
    }
}

/* Goes on until answers are awaited or the result is known. */
static void
advance(struct spf *spf)
{
    while (!spf->ended && spf->pending == 0) {
        struct frame *frame = top_of(spf);
        const struct spf_term *redirect = frame->record.redirect;
        if (spf->explaining) {
            explain(spf);
        } else if (frame->at < frame->record.terms.count) {
            run_term(spf);
        } else if (!redirect || frame->all || frame->left) {
            finish_record(spf, frame->all ? spf_report_result(frame->all) : SPF_NEUTRAL);
        } else if (spf_macro_uses(redirect->domain, "p") && !spf->names.asked && !enumerates(spf)) {
            ask_names(spf);
        } else {
            frame->left = true;
            look_up(spf, redirect);
        }
    }
}

static void
on_answer(void *arg, const struct answer *answer)
{
    struct spf *spf = arg;
    const struct frame *frame = top_of(spf);
    enum step step = spf->step;
    spf->pending--;
    bool unaskable = answer->outcome == OUTCOME_FORMERR && answer->tries == 0; /* a name that c-ares refuses */
    if (answer->outcome != OUTCOME_DATA && answer->outcome != OUTCOME_NODATA && answer->outcome != OUTCOME_NXDOMAIN &&
        !unaskable)
        spf->failure = answer->outcome;
    switch (step) {
    case STEP_RECORD:
        read_record(spf, answer);
        break;
    case STEP_HOSTS:
        read_hosts(spf, answer);
        break;
    case STEP_ADDRESSES:
        for (size_t i = 0; i < answer->count; i++) {
            const struct addr *address = &answer->records[i].addr;
            unsigned length = frame->record.terms.at[frame->at - 1].lengths[address->family == ADDR_V6];
            vec_push(&spf->found, prefix_around(address, length));
        }
        break;
    case STEP_EXISTS:
        spf->exists |= answer->count > 0;
        break;
    case STEP_EXPLANATION:
        read_explanation(spf, answer);
        break;
    }
    if (spf->ended || spf->pending > 0)
        return;
    if (step == STEP_HOSTS || step == STEP_ADDRESSES || step == STEP_EXISTS)
        conclude(spf);
    advance(spf);
}

/* ---- the whole ---- */

static void
on_end(void *arg)
{
    struct spf *spf = arg;
    spf->told = true;
    spf->done(spf->arg);
}

/* Takes the sender apart: without a local part it is "postmaster", without a domain that of HELO. */
static void
set_sender(struct spf *spf, const struct spf_question *q)
{
    const char *sender = q->sender ? q->sender : "", *at = strrchr(sender, '@');
    const char *domain = at ? at + 1 : sender, *fallback = q->helo ? q->helo : q->domain;
    spf->local = at && at > sender ? mem_copy_bytes(sender, (size_t)(at - sender)) : mem_copy("postmaster");
    spf->sender_domain = mem_copy(*domain ? domain : fallback ? fallback : "");
    spf->helo = mem_copy(q->helo ? q->helo : spf->sender_domain);
    spf->receiver = mem_copy(q->receiver);
}

struct spf *
spf_new(struct loop *loop, struct resolver *resolver, const struct spf_question *q, void (*done)(void *arg), void *arg)
{
    struct spf *spf = mem_zero(sizeof *spf);
    *spf = (struct spf){.loop = loop, .resolver = resolver, .done = done, .arg = arg, .ip = q->ip};
    spf->ending = (struct timer){.fire = on_end, .arg = spf};
    addr_unmap(&spf->ip);
    set_sender(spf, q);
    char name[SPF_NAME];
    unsigned labels;
    const char *domain = q->domain ? q->domain : spf->sender_domain;
    size_t count = strlen(domain);
    count -= count > 0 && domain[count - 1] == '.';
    snprintf(name, sizeof name, "%.*s", count < sizeof name ? (int)count : 0, domain);
    vec_push(&spf->report.groups, ((struct spf_group){.by = text_clean_copy(name, strlen(name))}));
    if (spf_macro_is_name(name, &labels) && labels > 1)
        push_frame(spf, name, false, 0);
    else
        end(spf, SPF_NONE);
    return spf;
}

void
spf_free(struct spf *spf)
{
    if (!spf)
        return;
    loop_timer_clear(spf->loop, &spf->ending);
    resolver_forget(spf->resolver, spf);
    for (size_t i = 0; i < spf->frames.count; i++) {
        spf_nets_fini(&spf->frames.at[i].nets);
        spf_record_fini(&spf->frames.at[i].record);
    }
    spf_report_fini(&spf->report);
    buf_free(&spf->text);
    vec_free(&spf->frames);
    vec_free(&spf->found);
    spf_names_fini(&spf->names);
    free(spf->local);
    free(spf->sender_domain);
    free(spf->helo);
    free(spf->receiver);
    free(spf);
}

bool
spf_has_ended(const struct spf *spf)
{
    return spf->told;
}

const struct spf_report *
spf_report(const struct spf *spf)
{
    return &spf->report;
}
