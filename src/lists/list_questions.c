#include "lists/list_questions.h"

#include "base/clock.h"
#include "base/pool.h"
#include "base/queue.h"
#include "lists/data_date.h"
#include "lists/freshness.h"
#include "lists/list_key.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A self-test, usually three questions, begins when so many answers wait for it, and not fewer than are under way, or
 * when nothing else has been under way for LULL_MS: longer than the questions of a sweep are apart. */
enum {
    CONFIRM_AT = 64,
    LULL_MS = 30,
    NAME_USUAL = 72, /* bytes of the name of a question, at most as a rule */
    RESOLVER_FLAGS = RESOLVER_FRESH | RESOLVER_FORGET,
    SELF_TEST = LIST_QUESTION_LABEL | LIST_QUESTION_LISTED | LIST_QUESTION_UNLISTED,
};

enum stage {
    STAGE_ASKED,
    STAGE_PAUSED,      /* the answer is old; asked again when the timer fires */
    STAGE_UNVOUCHED,   /* answered by a server that is being asked for the test point or the random label */
    STAGE_BLIND,       /* answered before the random label of the self-test under way */
    STAGE_UNCONFIRMED, /* the answer waits for a self-test */
    STAGE_READY,       /* to be delivered */
};

struct question {
    struct queue_link link;
    struct pace_turn turn;
    struct list_questions *questions;
    enum stage stage;
    enum record_type type;
    unsigned flags;
    unsigned asking; /* the resolver's flags, of the last time */
    resolver_done *done;
    void *arg;
    struct freshness_tries tries;
    struct timer again;
    struct answer *answer; /* the last; NULL = none yet */
    unsigned tried;        /* servers whose answer did not count, and the one asked instead, as bits; 0 = all counted */
    unsigned proof;        /* the last self-test that had begun when it became unconfirmed ... */
    bool doubted;          /* ... and the last that had ended had failed */
    bool confirmed;        /* a later one has passed; the answer's own server must have, too */
    struct answer plain;   /* the last answer, if it has no records */
    char name[];
};

/* What a server knows of the list: denials need the test point, listings a random label that it denies. With several
 * servers, one may answer the self-test and another the questions. */
enum knowledge { KNOWLEDGE_NONE, KNOWLEDGE_ASKED, KNOWLEDGE_GOOD, KNOWLEDGE_BAD };

struct witness {
    struct witness *next;
    struct list_questions *questions;
    struct pace_turn turn;
    struct endpoint server;
    bool listings; /* it vouches for them, not for denials */
    enum knowledge knowledge;
};

struct list_questions {
    struct loop *loop;
    struct resolver *resolver;
    struct pace *pace;
    const struct catalogue *catalogue;
    const struct list *list;
    unsigned labels; /* in the list's zone */
    void (*prove)(void *arg);
    void *arg;
    struct freshness freshness;
    struct queue open, unconfirmed, ready; /* by stage */
    size_t asked;                          /* questions that want confirmation and have no answer that counts */
    size_t listings;                       /* of those that are unconfirmed */
    struct pool pool;
    struct timer lull;
    unsigned proof; /* number of the last self-test */
    bool proving, blind, failed;
    unsigned failures;               /* questions in a row that got no usable answer */
    char test_point[LIST_ZONE + 72]; /* its question; "" = the list has none that is listed */
    char label[LIST_ZONE + 72];      /* the question of the last random label; "" = none yet */
    struct witness *witnesses;       /* those without knowledge are free */
};

struct list_questions *
list_questions_new(struct loop *loop, struct resolver *resolver, struct pace *pace, const struct catalogue *catalogue,
                   const struct list *list, const char *test_point, void (*prove)(void *arg), void *arg)
{
    struct list_questions *qs = mem_alloc(sizeof *qs);
    *qs = (struct list_questions){.loop = loop, .resolver = resolver, .pace = pace, .list = list, .labels = 1};
    qs->catalogue = catalogue;
    qs->prove = prove;
    qs->arg = arg;
    qs->lull = (struct timer){.fire = prove, .arg = arg};
    for (const char *dot = list->zone; (dot = strchr(dot, '.')); dot++)
        qs->labels++;
    snprintf(qs->test_point, sizeof qs->test_point, "%s", test_point);
    qs->pool.bytes = sizeof(struct question) + NAME_USUAL;
    queue_init(&qs->open);
    queue_init(&qs->unconfirmed);
    queue_init(&qs->ready);
    return qs;
}

static struct question *
first_of(const struct queue *queue)
{
    struct queue_link *link = queue_first(queue);
    return link ? mem_container(link, struct question, link) : NULL;
}

static void
question_free(struct question *q)
{
    if (q->answer != &q->plain)
        free(q->answer);
    pool_give(&q->questions->pool, q, sizeof *q + strlen(q->name) + 1);
}

/* Counts a question that enters or leaves a stage. */
static void
count(const struct question *q, int change)
{
    struct list_questions *qs = q->questions;
    if (q->stage == STAGE_UNCONFIRMED)
        qs->listings += q->answer->outcome == OUTCOME_DATA ? (size_t)change : 0;
    else if (q->flags & LIST_QUESTION_CONFIRMED && q->stage != STAGE_READY)
        qs->asked += (size_t)change;
}

static struct queue *
queue_of(const struct question *q)
{
    struct list_questions *qs = q->questions;
    return q->stage == STAGE_READY ? &qs->ready : q->stage == STAGE_UNCONFIRMED ? &qs->unconfirmed : &qs->open;
}

static void
enter(struct question *q, enum stage stage)
{
    struct queue *before = queue_of(q);
    count(q, -1);
    q->stage = stage;
    count(q, 1);
    if (queue_of(q) == before)
        return;
    queue_remove(before, &q->link);
    queue_add(queue_of(q), &q->link);
}

/* Has a self-test made when enough answers wait for it. */
static void
consider_proof(struct list_questions *qs)
{
    bool wanted = qs->unconfirmed.count > 0 && !qs->proving;
    if (!wanted || qs->asked > 0)
        loop_timer_clear(qs->loop, &qs->lull);
    else if (!loop_timer_is_set(&qs->lull))
        loop_timer_set(qs->loop, &qs->lull, clock_now_ms() + LULL_MS);
    if (wanted && qs->unconfirmed.count >= CONFIRM_AT && qs->unconfirmed.count >= qs->asked)
        qs->prove(qs->arg);
}

static bool
is_denial(const struct answer *answer)
{
    return answer->outcome == OUTCOME_NXDOMAIN || answer->outcome == OUTCOME_NODATA;
}

static bool
is_known(const struct answer *answer)
{
    return answer->outcome == OUTCOME_DATA || is_denial(answer);
}

/* Calls back for what is ready. Callbacks may ask and forget. */
static void
deliver(struct list_questions *qs)
{
    for (struct question *q; (q = first_of(&qs->ready));) {
        queue_remove(&qs->ready, &q->link);
        qs->failures = is_known(q->answer) ? 0 : qs->failures + 1;
        q->done(q->arg, q->answer);
        question_free(q);
    }
    consider_proof(qs);
}

/* ---- servers that know the list ---- */

/* Returns the number of the server among the resolver's, from 1; 0 if it is not there any more. */
static unsigned
server_number(const struct list_questions *qs, const struct endpoint *server)
{
    size_t count;
    const struct endpoint *servers = resolver_servers(qs->resolver, &count);
    for (unsigned i = 0; i < count; i++)
        if (endpoint_equal(&servers[i], server))
            return i + 1;
    return 0;
}

/* Returns what is known of the server; a new witness if nothing is. */
static struct witness *
witness_of(struct list_questions *qs, const struct endpoint *server, bool listings)
{
    struct witness *unused = NULL;
    for (struct witness *w = qs->witnesses; w; w = w->next) {
        if (w->knowledge != KNOWLEDGE_NONE && w->listings == listings && endpoint_equal(&w->server, server))
            return w;
        if (w->knowledge == KNOWLEDGE_NONE)
            unused = w;
    }
    if (!unused) {
        unused = mem_alloc(sizeof *unused);
        unused->next = qs->witnesses;
        qs->witnesses = unused;
    }
    *unused = (struct witness){.next = unused->next, .questions = qs, .server = *server, .listings = listings};
    return unused;
}

/* Returns whether the list documents the answer; 127.0.0.2 is the usual one (RFC 5782). */
static bool
is_documented(const struct list *list, const struct addr *answer)
{
    static const struct addr usual = {ADDR_V4, {127, 0, 0, 2}};
    bool known = return_codes_document(&list->codes, answer) || addr_equal(answer, &usual);
    for (size_t i = 0; i < list->points.count && !known; i++)
        known = addr_equal(&list->points.at[i].answer, answer);
    return known;
}

bool
list_questions_prove(const struct list *list, const struct answer *answer, struct buf *why)
{
    enum code_meaning wanted = CODE_INFO;
    struct addr answers[ANSWER_RECORDS] = {{0}};
    char text[ADDR_TEXT];
    bool documents = false, proves = false, known = false;
    for (size_t i = 0; i < list->codes.count; i++)
        if (list->codes.at[i].meaning < CODE_INVALID) {
            documents = true;
            wanted = list->codes.at[i].meaning > wanted ? list->codes.at[i].meaning : wanted;
        }
    for (size_t i = 0; i < answer->count; i++) {
        answers[i] = answer->records[i].addr;
        bool counts = !documents || is_documented(list, &answers[i]);
        known |= counts;
        proves |= counts && return_codes_judge(&list->codes, &answers[i], 1) >= wanted;
    }
    enum code_meaning meaning = return_codes_judge(&list->codes, answers, answer->count);
    proves = proves && code_meaning_state(meaning) == STATE_LISTED;
    if (!proves && why)
        buf_format(why, "answered %s, %s", addr_text(&answers[0], text),
                   known ? "a lesser code than that of its listings" : "which the list does not document");
    return proves;
}

/* Whether an answer of the self-test is as wanted: a denial, or a listing. */
static bool
passes(const struct list_questions *qs, bool denial, const struct answer *answer)
{
    if (denial || answer->outcome != OUTCOME_DATA || answer->count == 0)
        return denial && is_denial(answer);
    return list_questions_prove(qs->list, answer, NULL);
}

/* Asks the resolver, by the name with the key in it. */
static void
ask_resolver(struct list_questions *qs, const char *name, enum record_type type, unsigned flags, resolver_done *done,
             void *arg)
{
    const struct list *list = qs->list;
    char asked[2 * LIST_ZONE];
    if (list->access == ACCESS_KEY) {
        int labels = (int)(strlen(name) - strlen(list->shown));
        snprintf(asked, sizeof asked, "%.*s%s", labels, name, list->asked);
        name = asked;
    }
    resolver_ask(qs->resolver, name, type, flags, done, arg);
}

static void weigh(struct question *q);
static void ask(struct question *q, unsigned flags);

static void
on_witness(void *arg, const struct answer *answer)
{
    struct witness *w = arg;
    struct list_questions *qs = w->questions;
    pace_leave(&w->turn);
    w->knowledge = passes(qs, w->listings, answer) ? KNOWLEDGE_GOOD : KNOWLEDGE_BAD;
    for (struct queue_link *link = queue_first(&qs->open), *next; link; link = next) {
        struct question *q = mem_container(link, struct question, link);
        next = queue_next(&qs->open, link);
        if (q->stage == STAGE_UNVOUCHED && endpoint_equal(&q->answer->server, &w->server))
            weigh(q);
    }
    deliver(qs);
}

static void
on_witness_turn(struct pace_turn *turn)
{
    struct witness *w = mem_container(turn, struct witness, turn);
    struct list_questions *qs = w->questions;
    ask_resolver(qs, w->listings ? qs->label : qs->test_point, RECORD_A,
                 RESOLVER_FRESH | RESOLVER_FORGET | RESOLVER_AT * server_number(qs, &w->server), on_witness, w);
}

/* Asks the next server that did not fail, because the last answer does not count; false = there is none. */
static bool
ask_elsewhere(struct question *q)
{
    struct list_questions *qs = q->questions;
    bool listing = q->answer->outcome == OUTCOME_DATA;
    size_t count;
    const struct endpoint *servers = resolver_servers(qs->resolver, &count);
    q->tried |= 1u << server_number(qs, &q->answer->server);
    for (unsigned i = 1; i <= count; i++) {
        const struct witness *w = witness_of(qs, &servers[i - 1], listing);
        if (q->tried >> i & 1 || (w->knowledge == KNOWLEDGE_BAD && !(q->flags & SELF_TEST)))
            continue;
        q->tried |= 1u << i;
        ask(q, RESOLVER_FORGET | RESOLVER_AT * i);
        return true;
    }
    return false;
}

/* Returns whether an answer counts: for a denial its server must know the test point, for a listing deny a random
 * label; an answer of the self-test counts when it passes. If not, the question waits or is asked elsewhere, because a
 * bad server must not hide a good one; when nobody is left, the answer is marked. */
static bool
is_vouched(struct question *q)
{
    struct list_questions *qs = q->questions;
    size_t count;
    const struct endpoint *servers = resolver_servers(qs->resolver, &count);
    bool only = count == 1 && endpoint_equal(&servers[0], &q->answer->server);
    bool listing = q->answer->outcome == OUTCOME_DATA;
    const char *proof = listing ? qs->label : qs->test_point;
    if (!is_known(q->answer) || only)
        return true;
    if (q->flags & SELF_TEST)
        return passes(qs, !(q->flags & LIST_QUESTION_LISTED), q->answer) || !ask_elsewhere(q);
    struct witness *w = *proof ? witness_of(qs, &q->answer->server, listing) : NULL;
    if (!w || w->knowledge == KNOWLEDGE_GOOD)
        return true;
    if (w->knowledge != KNOWLEDGE_BAD) {
        enter(q, STAGE_UNVOUCHED);
        if (w->knowledge == KNOWLEDGE_NONE)
            pace_enter(qs->pace, &w->turn, on_witness_turn, true);
        w->knowledge = KNOWLEDGE_ASKED;
        return false;
    }
    q->answer->unproven = !ask_elsewhere(q);
    return q->answer->unproven;
}

/* Whether the answer denies by data that are stale by their own date: another server may have fresh ones. */
static bool
denies_by_old_data(const struct question *q)
{
    return is_denial(q->answer) && data_date_age(data_date_of_serial(q->answer->serial)) == DATA_STALE;
}

static void
weigh(struct question *q)
{
    struct list_questions *qs = q->questions;
    int64_t pause_ms;
    if (!is_vouched(q) || (denies_by_old_data(q) && ask_elsewhere(q)))
        return;
    enum freshness_call call = freshness_judge(&qs->freshness, q->answer, qs->labels, &q->tries, &pause_ms);
    if (call == FRESHNESS_AGAIN) {
        enter(q, STAGE_PAUSED);
        loop_timer_set(qs->loop, &q->again, clock_now_ms() + pause_ms);
        return;
    }
    q->answer->stale = call == FRESHNESS_STALE;
    if (call == FRESHNESS_BARE)
        q->answer->outcome = OUTCOME_MALFORMED;
    q->proof = qs->proof;
    q->doubted = qs->failed;
    /* A failure says nothing about the address, so that no self-test need confirm it. */
    bool waits = q->flags & LIST_QUESTION_CONFIRMED && is_known(q->answer) && !q->confirmed;
    waits = waits && !q->answer->stale && !q->answer->unproven;
    enter(q, waits ? STAGE_UNCONFIRMED : STAGE_READY);
}

/* Keeps a copy of an answer, without keys in its texts, of which other lists know none but may repeat one. */
static void
keep_answer(struct question *q, const struct answer *answer)
{
    if (q->answer != &q->plain)
        free(q->answer);
    q->answer =
        answer->count > 0 ? list_key_copy_answer(q->questions->catalogue, answer) : answer_copy_into(&q->plain, answer);
}

static void
on_answer(void *arg, const struct answer *answer)
{
    struct question *q = arg;
    struct list_questions *qs = q->questions;
    pace_leave(&q->turn);
    if (is_known(answer) || !q->tried) /* a server asked instead may fail where the first one did not */
        keep_answer(q, answer);
    freshness_learn(&qs->freshness, answer, qs->labels);
    bool label = q->flags & LIST_QUESTION_LABEL;
    bool proof = is_known(answer) && (label || strcmp(q->name, qs->test_point) == 0);
    struct witness *w = proof ? witness_of(qs, &answer->server, label) : NULL;
    if (w && w->knowledge != KNOWLEDGE_ASKED)
        w->knowledge = passes(qs, label, answer) ? KNOWLEDGE_GOOD : KNOWLEDGE_BAD;
    if (label && is_vouched(q)) {
        enter(q, STAGE_READY);
        qs->blind = false;
        for (struct queue_link *link = queue_first(&qs->open), *next; link; link = next) {
            struct question *held = mem_container(link, struct question, link);
            next = queue_next(&qs->open, link);
            if (held->stage == STAGE_BLIND)
                weigh(held);
        }
    } else if (!label && qs->blind) {
        enter(q, STAGE_BLIND);
    } else if (!label) {
        weigh(q);
    }
    deliver(qs);
}

static void
on_turn(struct pace_turn *turn)
{
    struct question *q = mem_container(turn, struct question, turn);
    ask_resolver(q->questions, q->name, q->type, q->asking, on_answer, q);
}

/* Asks the question, perhaps again; before others if a self-test waits for it. */
static void
ask(struct question *q, unsigned flags)
{
    enter(q, STAGE_ASKED);
    q->confirmed = false;
    q->asking = flags | (q->flags & RESOLVER_FORGET);
    pace_enter(q->questions->pace, &q->turn, on_turn, q->flags & SELF_TEST);
}

static void
on_again(void *arg)
{
    struct question *q = arg;
    unsigned server = q->tried ? server_number(q->questions, &q->answer->server) : 0;
    ask(q, RESOLVER_FRESH | (server ? RESOLVER_FORGET | RESOLVER_AT * server : 0));
}

void
list_questions_put(struct list_questions *qs, const char *name, enum record_type type, unsigned flags,
                   resolver_done *done, void *arg)
{
    size_t length = strlen(name) + 1;
    struct question *q = pool_take(&qs->pool, sizeof *q + length);
    memset(q, 0, offsetof(struct question, plain));
    q->questions = qs;
    q->type = type;
    q->flags = flags;
    q->done = done;
    q->arg = arg;
    q->again = (struct timer){.fire = on_again, .arg = q};
    memcpy(q->name, name, length);
    if (flags & LIST_QUESTION_LABEL)
        snprintf(qs->label, sizeof qs->label, "%s", name);
    queue_add(&qs->open, &q->link);
    count(q, 1);
    consider_proof(qs);
    ask(q, flags & RESOLVER_FLAGS);
}

static void
drop(struct question *q)
{
    count(q, -1);
    loop_timer_clear(q->questions->loop, &q->again);
    if (q->stage == STAGE_ASKED)
        resolver_forget(q->questions->resolver, q);
    pace_leave(&q->turn);
    queue_remove(queue_of(q), &q->link);
    question_free(q);
}

void
list_questions_forget(struct list_questions *qs, const void *arg)
{
    struct queue *queues[] = {&qs->open, &qs->unconfirmed, &qs->ready};
    for (size_t i = 0; i < sizeof queues / sizeof queues[0]; i++)
        for (struct queue_link *link = queue_first(queues[i]), *next; link; link = next) {
            struct question *q = mem_container(link, struct question, link);
            next = queue_next(queues[i], link);
            if (q->arg == arg)
                drop(q);
        }
    consider_proof(qs);
}

void
list_questions_free(struct list_questions *qs)
{
    if (!qs)
        return;
    for (struct question *q;
         (q = first_of(&qs->open)) || (q = first_of(&qs->unconfirmed)) || (q = first_of(&qs->ready));)
        drop(q);
    for (struct witness *w = qs->witnesses, *next; w; w = next) {
        next = w->next;
        if (w->knowledge == KNOWLEDGE_ASKED) {
            resolver_forget(qs->resolver, w);
            pace_leave(&w->turn);
        }
        free(w);
    }
    loop_timer_clear(qs->loop, &qs->lull);
    pool_fini(&qs->pool);
    free(qs);
}

void
list_questions_begin_proof(struct list_questions *qs, bool label)
{
    qs->proof++;
    qs->proving = true;
    qs->blind = label;
    for (struct witness *w = qs->witnesses; w; w = w->next) /* a server may have turned bad */
        if (w->knowledge != KNOWLEDGE_ASKED)
            w->knowledge = KNOWLEDGE_NONE;
    loop_timer_clear(qs->loop, &qs->lull);
}

void
list_questions_end_proof(struct list_questions *qs, bool passed)
{
    qs->proving = false;
    qs->failed = !passed;
    for (struct queue_link *link = queue_first(&qs->unconfirmed), *next; link; link = next) {
        struct question *q = mem_container(link, struct question, link);
        next = queue_next(&qs->unconfirmed, link);
        if (q->proof == qs->proof)
            continue;
        if (passed && q->doubted) {
            q->tries = (struct freshness_tries){0};
            q->tried = 0;
            on_again(q);
            continue;
        }
        q->confirmed = passed;
        if (!passed || is_vouched(q))
            enter(q, STAGE_READY);
    }
    deliver(qs);
}

bool
list_questions_hold_listing(const struct list_questions *qs)
{
    return qs->listings > 0;
}

unsigned
list_questions_failures(const struct list_questions *qs)
{
    return qs->failures;
}
