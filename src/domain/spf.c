#include "domain/spf.h"

#include "base/clock.h"
#include "base/text.h"
#include "domain/spf_nets.h"
#include "domain/spf_record.h"

#include <arpa/nameser.h>
#include <stdarg.h>
#include <stdio.h>
#include <strings.h>

/* What the answers under way are for. */
enum step { STEP_RECORD, STEP_HOSTS, STEP_ADDRESSES, STEP_EXISTS, STEP_NAMES, STEP_EXPLANATION };

/* NARROWEST_OPEN: nets with a shorter prefix are more than anyone has. */
enum { PRESENTED = 2 * SPF_NAME, NARROWEST_OPEN = 8 };

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

/* A PTR name of the client. */
struct ptr_name {
    struct spf *spf;
    char text[NS_MAXDNAME];
    bool valid;
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
    struct buf text;            /* of the explanation, before its macros are replaced */
    enum outcome failure;       /* of an answer of this step; OUTCOME_DATA = none */
    bool exists;                /* an answer of this step had a record */
    VEC(struct prefix) found;   /* by this step: nets around addresses */
    VEC(struct ptr_name) names; /* at most SPF_NAMES */
    bool has_names, names_void;
    enum spf_result error; /* the first one of an enumeration; SPF_NONE = none */
    bool cut;              /* nets are missing */
    struct spf_report report;
};

const char *
spf_result_name(enum spf_result result)
{
    static const char *const names[] = {"none", "neutral", "pass", "fail", "softfail", "temperror", "permerror"};
    return names[result];
}

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

/* Adds a sentence about the record; foreign text is cleaned. */
static void __attribute__((format(printf, 2, 3))) add_problem(struct spf *spf, const char *format, ...)
{
    char sentence[2 * TEXT_CLEAN_MAX];
    va_list args;
    va_start(args, format);
    vsnprintf(sentence, sizeof sentence, format, args);
    va_end(args);
    if (spf->report.problems.count < SPF_PROBLEMS_MOST)
        vec_push(&spf->report.problems, text_clean_copy(sentence, strlen(sentence)));
}

static void
end(struct spf *spf, enum spf_result result)
{
    struct spf_report *report = &spf->report;
    report->result = spf->error != SPF_NONE ? spf->error : result;
    if (report->lookups > SPF_LOOKUPS)
        add_problem(spf, "the record needs %s%u DNS lookups, and receivers allow %d",
                    report->lookups > SPF_LOOKUPS_MOST ? "more than " : "",
                    report->lookups > SPF_LOOKUPS_MOST ? SPF_LOOKUPS_MOST : report->lookups, SPF_LOOKUPS);
    if (report->voids > SPF_VOIDS)
        add_problem(spf, "%u of its lookups find nothing, and receivers allow %d", report->voids, SPF_VOIDS);
    if (spf->cut)
        add_problem(spf, "it has more nets than this program reads");
    if (spf->frames.count > 0) {
        const struct spf_nets *nets = &spf->frames.at[0].nets;
        bool open = false;
        for (size_t i = 0; i < nets->pass.count; i++) {
            open |= !nets->pass.at[i].lost && nets->pass.at[i].prefix.length < NARROWEST_OPEN;
            vec_push(&report->nets, nets->pass.at[i]);
            report->groups.at[nets->pass.at[i].group].nets++;
        }
        if (open)
            add_problem(spf, "it lets strangers pass: anyone may send as this domain");
    }
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

static enum spf_result
result_of(char qualifier)
{
    return qualifier == '-' ? SPF_FAIL : qualifier == '~' ? SPF_SOFTFAIL : qualifier == '?' ? SPF_NEUTRAL : SPF_PASS;
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

/* Writes a name as macros made it in presentation form; returns `out`. */
static const char *
present(const char *name, char out[static PRESENTED])
{
    char *end = out;
    for (; *name; name++) {
        if (*name == '\\')
            *end++ = '\\';
        *end++ = *name;
    }
    *end = '\0';
    return out;
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
    char presented[PRESENTED];
    for (size_t i = 0; i < spf->frames.count; i++)
        if (strcasecmp(spf->frames.at[i].name, name) == 0) {
            add_problem(spf, "%s leads to itself", name);
            fail_with(spf, SPF_PERMERROR);
            return;
        }
    snprintf(frame.name, sizeof frame.name, "%s", name);
    vec_push(&spf->frames, frame);
    begin(spf, STEP_RECORD);
    ask(spf, present(name, presented), RECORD_TXT);
}

/* Returns the name of the client that %{p} stands for: the domain itself, or a name in it, or any other. */
static const char *
validated_name(const struct spf *spf, const char *domain)
{
    const char *best = NULL;
    int best_rank = 0;
    for (size_t i = 0; i < spf->names.count; i++) {
        const char *name = spf->names.at[i].text;
        size_t count = strlen(name), suffix = strlen(domain);
        bool ends = count >= suffix && strcasecmp(name + count - suffix, domain) == 0;
        int rank = ends && count == suffix ? 3 : ends && name[count - suffix - 1] == '.' ? 2 : 1;
        if (spf->names.at[i].valid && rank > best_rank) {
            best = name;
            best_rank = rank;
        }
    }
    return best;
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
                               .validated = validated_name(spf, frame->name),
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
on_name_addresses(void *arg, const struct answer *answer)
{
    struct ptr_name *name = arg;
    struct spf *spf = name->spf;
    for (size_t i = 0; i < answer->count; i++)
        name->valid |= addr_equal(&answer->records[i].addr, &spf->ip);
    if (--spf->pending == 0)
        advance(spf);
}

static void
ask_names(struct spf *spf)
{
    char reversed[ADDR_REVERSED_TEXT], name[SPF_NAME];
    snprintf(name, sizeof name, "%s.%s", addr_reversed(&spf->ip, reversed),
             spf->ip.family == ADDR_V4 ? "in-addr.arpa" : "ip6.arpa");
    spf->has_names = true;
    begin(spf, STEP_NAMES);
    ask(spf, name, RECORD_PTR);
}

/* Takes the first names, and asks whether they lead back to the client. */
static void
read_names(struct spf *spf, const struct answer *answer)
{
    spf->names_void = answer->outcome == OUTCOME_NODATA || answer->outcome == OUTCOME_NXDOMAIN;
    for (size_t i = 0; i < answer->count && i < SPF_NAMES; i++) {
        struct ptr_name name = {.spf = spf};
        snprintf(name.text, sizeof name.text, "%.*s", (int)answer->records[i].text_count, answer->records[i].text);
        vec_push(&spf->names, name);
    }
    for (size_t i = 0; i < spf->names.count; i++) { /* which stay in place from here on */
        spf->pending++;
        resolver_ask(spf->resolver, spf->names.at[i].text, spf->ip.family == ADDR_V4 ? RECORD_A : RECORD_AAAA, 0,
                     on_name_addresses, &spf->names.at[i]);
    }
}

/* Returns whether a valid name of the client is the domain or in it. */
static bool
has_name_in(const struct spf *spf, const char *domain)
{
    const char *name = validated_name(spf, domain);
    size_t count = name ? strlen(name) : 0, suffix = strlen(domain);
    return count >= suffix && strcasecmp(name + count - suffix, domain) == 0 &&
           (count == suffix || name[count - suffix - 1] == '.');
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
            result = result_of(qualifier);
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
    struct buf words = {0};
    text_clean(&words, term->text.at, term->text.count, TEXT_CLEAN_MAX);
    buf_text(&words, " in ");
    text_clean(&words, frame->name, strlen(frame->name), SPF_NAME);
    free(spf->report.matched);
    spf->report.matched = buf_take(&words);
    finish_record(spf, result_of(term->qualifier));
    return true;
}

/* Takes the one SPF record of an answer. */
static void
read_record(struct spf *spf, const struct answer *answer)
{
    struct frame *frame = top_of(spf);
    const struct record *found = NULL;
    size_t count = 0;
    struct fault fault;
    for (size_t i = 0; i < answer->count; i++)
        if (spf_record_is((struct spf_span){answer->records[i].text, answer->records[i].text_count})) {
            found = &answer->records[i];
            count++;
        }
    if (spf->failure != OUTCOME_DATA || (count == 0 && answer->dropped > 0)) {
        add_problem(spf, "the TXT records of %s cannot be read: %s", frame->name,
                    spf->failure != OUTCOME_DATA ? outcome_name(spf->failure) : "they are too long");
        fail_with(spf, SPF_TEMPERROR);
    } else if (count != 1 && (count > 1 || spf->frames.count > 1)) {
        add_problem(spf, count > 1 ? "%s has several SPF records" : "%s has no SPF record", frame->name);
        fail_with(spf, SPF_PERMERROR);
    } else if (count == 0) {
        end(spf, SPF_NONE);
    } else {
        if (spf->frames.count == 1)
            spf->report.record = text_clean_copy(found->text, found->text_count);
        if (!spf_record_read(&frame->record, (struct spf_span){found->text, found->text_count}, &fault)) {
            add_problem(spf, "%s: %s", frame->name, fault.text);
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
    char name[SPF_NAME], presented[PRESENTED];
    if (spf_macro_uses(text, "p") && !spf->has_names) {
        ask_names(spf);
    } else if (spf->has_text) {
        struct buf words = {0};
        spf_macro_expand(&words, text, &macros);
        if (words.count > 0)
            spf->report.explanation = buf_take(&words);
        end(spf, SPF_FAIL);
    } else if (spf_macro_name(name, text, &macros)) {
        begin(spf, STEP_EXPLANATION);
        ask(spf, present(name, presented), RECORD_TXT);
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
        add_problem(spf, "\"%.*s\" names no domain", (int)term->text.count, term->text.at);
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
    char name[SPF_NAME], presented[PRESENTED];
    bool named = name_of(spf, frame, term, name);
    if (!count_lookup(spf))
        return;
    if (enumerates(spf) &&
        (term->kind == SPF_PTR || term->kind == SPF_EXISTS || spf_macro_uses(term->domain, SPF_MACROS_OF_CONNECTION))) {
        add_unknowable(spf, term);
    } else if (term->kind == SPF_INCLUDE || term->kind == SPF_REDIRECT) {
        enter_record(spf, term, name);
    } else if (term->kind == SPF_PTR) {
        if (spf->names_void)
            count_void(spf);
        if (!spf->ended)
            settle(spf, term, named && has_name_in(spf, name));
    } else if (!named) {
        count_void(spf);
    } else if (term->kind == SPF_A) {
        begin(spf, STEP_ADDRESSES);
        ask_addresses(spf, present(name, presented));
    } else {
        begin(spf, term->kind == SPF_MX ? STEP_HOSTS : STEP_EXISTS);
        ask(spf, present(name, presented), term->kind == SPF_MX ? RECORD_MX : RECORD_A);
    }
}

static void
run_term(struct spf *spf)
{
    struct frame *frame = top_of(spf);
    const struct spf_term *term = &frame->record.terms.at[frame->at];
    bool asks_names = term->kind == SPF_PTR || (term->kind != SPF_EXP && term->kind != SPF_OTHER &&
                                                term->kind != SPF_REDIRECT && spf_macro_uses(term->domain, "p"));
    if (asks_names && !spf->has_names && !enumerates(spf)) {
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
        add_problem(spf, "an mx of %s has %zu hosts, and receivers allow %d", top_of(spf)->name,
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
        add_problem(spf, "\"%.*s\" of %s cannot be looked up: %s", (int)term->text.count, term->text.at, frame->name,
                    outcome_name(spf->failure));
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
            finish_record(spf, frame->all ? result_of(frame->all) : SPF_NEUTRAL);
        } else if (spf_macro_uses(redirect->domain, "p") && !spf->has_names && !enumerates(spf)) {
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
    case STEP_NAMES:
        read_names(spf, answer);
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
    for (size_t i = 0; i < spf->names.count; i++)
        resolver_forget(spf->resolver, &spf->names.at[i]);
    for (size_t i = 0; i < spf->frames.count; i++) {
        spf_nets_fini(&spf->frames.at[i].nets);
        spf_record_fini(&spf->frames.at[i].record);
    }
    for (size_t i = 0; i < spf->report.problems.count; i++)
        free(spf->report.problems.at[i]);
    for (size_t i = 0; i < spf->report.groups.count; i++) {
        struct spf_group *group = &spf->report.groups.at[i];
        for (size_t k = 0; k < group->unknowable.count; k++)
            free(group->unknowable.at[k]);
        vec_free(&group->unknowable);
        free(group->by);
    }
    vec_free(&spf->report.problems);
    vec_free(&spf->report.groups);
    vec_free(&spf->report.nets);
    free(spf->report.record);
    free(spf->report.explanation);
    free(spf->report.matched);
    buf_free(&spf->text);
    vec_free(&spf->frames);
    vec_free(&spf->found);
    vec_free(&spf->names);
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
