#include "dns/resolver.h"

#include "base/clock.h"
#include "dns/answer_cache.h"
#include "dns/server.h"
#include "dns/system_servers.h"

#include <arpa/nameser.h>
#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* This file decides which server to ask when, and what an answer is worth; channel.c carries the packets.
 *
 * A question is in one queue at a time: asked -> waiting at a server -> in flight there (in no queue, but it has an
 * attempt), perhaps back to waiting; then it is delivered and freed. resolver_ask neither sends nor calls back: it sets
 * the timer `work`, whose turn does both. The callbacks of channels send nothing either, so that the window bounds the
 * work of one reading of a socket.
 *
 * An attempt that is late counts as lost, and the question is asked again, but its answer is still welcome. */

enum {
    TRUNCATED = 0x02, /* in the third byte of a packet */
    SHUNNED_MS = 30000,
    GIVEN_UP_US = 5000000,  /* until a server that was given up is tested again */
    REST_US = 300000,       /* before a server that failed is asked the same again */
    PAUSE_US = 1000000,     /* before an unhurried question; shorter for a server that ... */
    PAUSE_SHORT_US = 90000, /* ... never answered */
    ANSWERS_MANY = 500,     /* makes a batch of a run, so that an outage is waited for */
    OUTAGE_MANY_US = 15000000,
    FAILURES_SOME = 4, /* of a question, after one that failed first was answered ... */
    FAILURES_MOST = 8, /* ... or many were */
    RECOVERIES = 8,    /* failures or losses that were none a moment later: they come from load */
    LOSSES_PLAIN = 3,  /* attempts lost before a question goes without EDNS, because long answers may be what is lost */
    PATIENCE_LEAST_MS = 6000,
    TIMEOUT_MOST_MS = 600000,
};

struct resolver {
    struct loop *loop;
    struct resolver_options options;
    struct server servers[RESOLVER_SERVERS];
    struct queue asked, resting;
    struct question *delivered; /* whose waiters are being called */
    struct hashtable under_way;
    struct answer_cache *cache;
    struct timer work;
    struct resolver_counts counts;
    struct queue *moved; /* takes the questions of servers that are being closed, else NULL */
    struct system_servers system;
    bool is_stale; /* the system's servers may have changed */
    void (*report)(void *arg, const char *sentence);
    void *report_arg;
    struct answer_room room;
};

/* Lets `work` run at `due_ms` at the latest; 0 is at once, because the loop takes a time in the past for now. */
static void
schedule(struct resolver *r, int64_t due_ms)
{
    if (!loop_timer_is_set(&r->work) || due_ms < r->work.due_ms)
        loop_timer_set(r->loop, &r->work, due_ms);
}

static void
schedule_work(void *resolver)
{
    schedule(resolver, 0);
}

/* ---- a question and its waiters ---- */

/* Calls the waiters and frees the question. A waiter may ask again and may make others leave. */
static void
deliver(struct question *q, const struct answer *answer)
{
    struct resolver *r = q->resolver;
    if (q->under_way)
        hashtable_remove(q->under_way, &q->entry);
    q->under_way = NULL;
    r->delivered = q;
    for (size_t i = 0; i < q->waiters.count; i++)
        if (q->waiters.at[i].done)
            q->waiters.at[i].done(q->waiters.at[i].arg, answer);
    r->delivered = NULL;
    question_free(q);
}

/* Remembers and delivers the answer; NULL: there is none, or that of a failing server. */
static void
conclude(struct question *q, struct answer *answer)
{
    question_withdraw(q);
    if (!answer && !question_has_answer(q)) {
        q->last.rtt_us = -1;
        q->last.at_ms = clock_wall_ms();
    }
    if (!answer)
        answer = &q->last;
    answer->tries = q->packets;
    answer->asked = answer->agreed = 0;
    for (size_t i = 0; i < RESOLVER_SERVERS; i++) {
        answer->asked |= (uint8_t)(q->courses[i].asked << i);
        answer->agreed |= (uint8_t)((q->courses[i].asked && q->courses[i].outcome == answer->outcome) << i);
    }
    if (!(q->flags & RESOLVER_FORGET))
        answer_cache_add(q->resolver->cache, q->key, q->key_count, answer, clock_now_ms());
    deliver(q, answer);
}

/* ---- which server next ---- */

/* Appends the question to the server's queue. A shunned server whose time is up gets one question as a test; the others
 * do not follow before its answer. The same goes for one that was given up. */
static void
await(struct question *q, struct server *s)
{
    if (s->shunned_until_ms)
        s->shunned_until_ms = clock_now_ms() + SHUNNED_MS;
    if (s->given_up_until_us)
        s->given_up_until_us = clock_now_us() + GIVEN_UP_US;
    q->server = s;
    question_enter(q, &s->waiting);
    schedule(q->resolver, 0);
}

/* Returns the first server with the fewest misses, shunned ones last among equals; NULL if all had their attempts. A
 * server that was given up counts only for a question that must be fresh, because a person may have asked it. */
static struct server *
best_server(struct question *q)
{
    struct resolver *r = q->resolver;
    struct server *best = NULL;
    int best_rank = 0;
    for (size_t i = 0; i < r->options.server_count; i++) {
        struct server *s = &r->servers[i];
        const struct course *course = &q->courses[i];
        int rank = 2 * course->misses + (clock_now_ms() < s->shunned_until_ms);
        bool elsewhere = q->flags >= RESOLVER_AT && q->flags / RESOLVER_AT != i + 1;
        bool given_up = clock_now_us() < s->given_up_until_us && (course->misses > 0 || !(q->flags & RESOLVER_FRESH));
        if (!course->over && !given_up && !elsewhere && (!best || rank < best_rank)) {
            best = s;
            best_rank = rank;
        }
    }
    return best;
}

/* Sends the question to the best server, or ends it when there is none. */
static void
route(struct question *q)
{
    struct server *best = best_server(q);
    q->tcp = q->suspect = false;
    if (!question_is_wanted(q))
        question_free(q);
    else if (best)
        await(q, best);
    else
        conclude(q, NULL);
}

/* Routes a question that a server failed, after a rest if only the same server is left. */
static void
rest(struct question *q, const struct server *s)
{
    if (best_server(q) != s) {
        route(q);
        return;
    }
    q->rests_until_us = clock_now_us() + REST_US;
    question_enter(q, &q->resolver->resting);
}

/* Shuns a server that has answered nothing since the question was sent, and routes what waits for it anew when that
 * begins. Each of these questions finds a server, if only the same one, so that no waiter is called here. */
static void
shun(struct server *s, int64_t sent_us)
{
    struct queue stranded;
    if (s->answered_us > sent_us)
        return;
    bool is_new = s->shunned_until_ms == 0;
    s->shunned_until_ms = clock_now_ms() + SHUNNED_MS;
    if (!is_new)
        return;
    queue_init(&stranded);
    queue_move(&stranded, &s->waiting);
    for (struct question *next; (next = question_first(&stranded));) {
        queue_remove(&stranded, &next->link);
        next->queue = NULL; /* it was moved without its knowledge */
        route(next);
    }
}

static void
report(const struct resolver *r, const char *sentence)
{
    if (r->report && *sentence)
        r->report(r->report_arg, sentence);
}

/* ---- silence ---- */

/* Says that questions are ended unasked, if there are any. */
static void
report_silence(const struct server *s)
{
    const struct resolver *r = s->resolver;
    size_t unasked = r->asked.count;
    char name[ENDPOINT_TEXT];
    struct fault fault;
    for (struct queue_link *link = queue_first(&s->waiting); link; link = queue_next(&s->waiting, link))
        unasked += mem_container(link, struct question, link)->packets == 0;
    if (unasked == 0)
        return;
    fault_set(
        &fault,
        "the resolver %s gave no answer to %llu questions in a row; it is tested every %d s, and the others are not "
        "asked until it answers",
        endpoint_text(s->endpoint, name), (unsigned long long)s->silences, GIVEN_UP_US / 1000000);
    report(r, fault.text);
}

/* Gives a server up that has been silent for too long. What is in flight joins what waits, and `work` ends it all. */
static void
consider_giving_up(struct server *s, int64_t sent_us)
{
    const struct resolver_options *o = &s->resolver->options;
    int64_t now_us = clock_now_us();
    if (s->answered_us > sent_us)
        return;
    s->silences++;
    if (s->silent_since_us == 0)
        s->silent_since_us = sent_us;
    int64_t patience_us = s->answers >= ANSWERS_MANY ? OUTAGE_MANY_US : o->timeout_ms * o->tries * 1000;
    if (s->answers > 0 && patience_us < PATIENCE_LEAST_MS * 1000)
        patience_us = PATIENCE_LEAST_MS * 1000;
    if (now_us - s->silent_since_us < patience_us)
        return;
    if (s->given_up_until_us == 0)
        report_silence(s);
    s->given_up_until_us = now_us + GIVEN_UP_US;
    s->resolver->is_stale = s->stranded = true;
    server_strand(s, &s->waiting);
    schedule(s->resolver, 0);
}

/* Ends what waits for a server that was given up, except a test. One at a time, because a waiter may make others leave.
 */
static void
abandon(struct server *s)
{
    s->stranded = false;
    for (size_t left = s->waiting.count; left > 0 && s->waiting.count > 0; left--) {
        struct question *q = question_first(&s->waiting);
        question_withdraw(q);
        q->courses[s->index].misses++;
        route(q);
    }
}

/* Handles an attempt whose time is up: the question is asked again, here or elsewhere, until its patience ends. */
static void
expire(struct attempt *t)
{
    struct server *s = t->server;
    struct question *q = t->question;
    const struct resolver_options *o = &s->resolver->options;
    int64_t now_us = clock_now_us(), sent_us = t->sent_us;
    bool detour = server_is_detour(t);
    server_lose(t);
    s->resolver->counts.timeouts++;
    if (!detour)
        congestion_missed(&s->congestion, false, sent_us, now_us);
    if (s->edns == EDNS_TESTED && t->kind == CHANNEL_EDNS)
        s->edns = EDNS_DROPPED;
    if (q) {
        struct course *course = &q->courses[s->index];
        course->plain = course->plain || (s->edns == EDNS_UNKNOWN && t->kind == CHANNEL_EDNS);
        course->misses++;
        course->losses += course->losses < UINT8_MAX;
        course->waited_ms += (int32_t)((now_us - sent_us + 999) / 1000);
        int64_t patience_ms = o->timeout_ms * o->tries << (s->rescues >= RECOVERIES);
        /* a short timeout is for one attempt, not for a server that loses some, or is away for a moment */
        if ((s->rescues > 0 || (s->silent_since_us > 0 && s->answers > 0)) && patience_ms < PATIENCE_LEAST_MS)
            patience_ms = PATIENCE_LEAST_MS;
        course->over = course->over || course->waited_ms >= patience_ms;
        if (!question_has_answer(q)) {
            q->last.outcome = OUTCOME_TIMEOUT;
            q->last.tcp = t->kind == CHANNEL_TCP;
        }
        if (!detour)
            shun(s, sent_us);
        route(q);
    }
    if (t->ended)
        server_drop(t);
    consider_giving_up(s, sent_us);
}

static void
on_expiry(void *arg)
{
    struct server *s = arg;
    int64_t now_us = clock_now_us();
    for (size_t i = 0; i <= SERVER_LEVELS; i++)
        for (struct queue_link *link; (link = queue_first(&s->in_flight[i]));) {
            struct attempt *t = mem_container(link, struct attempt, link);
            if (server_due_us(t) > now_us)
                break;
            expire(t);
        }
    schedule(s->resolver, 0);
}

/* ---- answers ---- */

/* Notes that EDNS may be why a question failed, at a server of which nothing better is known. Servers and boxes on the
 * way that are older than EDNS answer it with any code (RFC 6891 section 7). */
static void
suspect_edns(struct question *q, const struct attempt *t)
{
    struct server *s = t->server;
    if (t->kind != CHANNEL_EDNS || s->edns == EDNS_WORKS)
        return;
    if (s->edns == EDNS_TESTED)
        s->edns = EDNS_DROPPED;
    q->courses[s->index].plain = true;
}

/* Asks again what was refused, later and slower; passes a final refusal on. */
static void
take_refusal(struct question *q, const struct attempt *t, const struct answer *answer, int64_t now_us)
{
    struct server *s = t->server;
    struct course *course = &q->courses[s->index];
    bool final = server_refuses(s, t, q, now_us);
    bool momentary = !final && !s->picky && (s->limited || s->answers == 0);
    suspect_edns(q, t);
    q->last = *answer;
    course->misses++;
    course->failures += !final && !momentary;
    course->over = final;
    if (final)
        congestion_answered(&s->congestion, t->sent_us, now_us);
    else if (momentary)
        congestion_missed(&s->congestion, true, t->sent_us, now_us);
    if (final || momentary)
        route(q);
    else
        rest(q, s);
}

/* Asks again what failed, the more often the more such questions were answered a moment later. Many come from load. */
static void
take_failure(struct question *q, const struct attempt *t, const struct answer *answer, int64_t now_us)
{
    struct server *s = t->server;
    struct course *course = &q->courses[s->index];
    bool may_be_load = server_group(s, q->group)->answered && s->recoveries >= RECOVERIES;
    suspect_edns(q, t);
    q->last = *answer;
    course->misses++;
    course->failures++;
    unsigned most = s->recoveries > 0 ? FAILURES_SOME : s->resolver->options.tries;
    course->over = course->failures >= (may_be_load ? FAILURES_MOST : most);
    if (may_be_load)
        congestion_missed(&s->congestion, true, t->sent_us, now_us);
    rest(q, s);
}

/* Handles FORMERR, NOTIMP and BADVERS. The server may not know EDNS, which c-ares 1.18 switches off for the whole
 * channel at FORMERR. So the question is sent once more without; if EDNS was not the reason, the channel must be opened
 * anew to have it back. */
static bool
retry_without_edns(struct question *q, const struct attempt *t)
{
    struct course *course = &q->courses[t->server->index];
    bool again = t->kind == CHANNEL_EDNS && !course->plain;
    if (again && t->server->edns == EDNS_TESTED)
        t->server->edns = EDNS_DROPPED;
    course->plain = course->plain || again;
    t->server->spoilt |= !again && t->kind != CHANNEL_TCP;
    return again;
}

static void
receive(struct question *q, struct attempt *t, const uint8_t *packet, size_t count)
{
    struct resolver *r = q->resolver;
    struct server *s = t->server;
    int64_t now_us = clock_now_us();
    struct answer answer = {.rtt_us = now_us - t->sent_us, .tcp = t->kind == CHANNEL_TCP};
    answer.server = *s->endpoint;
    answer.at_ms = clock_wall_ms();
    answer_parse(packet, count, (enum record_type)q->key[0], &r->room, &answer);
    q->courses[s->index].outcome = answer.outcome;
    bool refused = answer.outcome == OUTCOME_REFUSED || answer.outcome == OUTCOME_SERVFAIL;
    bool rejected = answer.outcome == OUTCOME_FORMERR || answer.outcome == OUTCOME_RCODE;
    if (t->kind == CHANNEL_EDNS && !refused && !rejected)
        s->edns = EDNS_WORKS;
    if (refused && t->lost)
        return; /* the question is being asked again already */
    question_withdraw(q);
    if (!refused) {
        server_count_answer(s, t, q->group, now_us);
        s->recoveries += q->courses[s->index].failures > 0;
        s->rescues += q->courses[s->index].losses > 0;
    }
    if (t->kind != CHANNEL_TCP && count > 2 && packet[2] & TRUNCATED) {
        q->tcp = true;
        await(q, s);
    } else if (answer.outcome == OUTCOME_REFUSED) {
        take_refusal(q, t, &answer, now_us);
    } else if (answer.outcome == OUTCOME_SERVFAIL) {
        take_failure(q, t, &answer, now_us);
    } else if (rejected && retry_without_edns(q, t)) {
        await(q, s);
    } else if (answer.outcome == OUTCOME_MALFORMED || answer.rcode == ns_r_notimpl) {
        q->last = answer;
        q->courses[s->index].misses++;
        q->courses[s->index].over = true;
        route(q);
    } else {
        conclude(q, &answer);
    }
}

/* Handles an attempt that could not be carried. An unreachable server that has answered before is waited for. */
static void
miss(struct question *q, const struct attempt *t, enum channel_result result)
{
    struct resolver *r = q->resolver;
    struct server *s = t->server;
    struct course *course = &q->courses[s->index];
    if (result == CHANNEL_UNASKABLE) {
        q->last.outcome = OUTCOME_FORMERR;
        q->packets--;
        r->counts.sent--;
        conclude(q, NULL);
        return;
    }
    if (result == CHANNEL_JUNK && !q->suspect) {
        q->suspect = true;
        await(q, s);
        return;
    }
    course->outcome = result == CHANNEL_JUNK ? OUTCOME_MALFORMED : OUTCOME_UNREACHABLE;
    bool outage = result == CHANNEL_UNREACHABLE && !server_is_detour(t) && s->answers > 0;
    if (!question_has_answer(q)) {
        q->last.outcome = course->outcome;
        q->last.tcp = t->kind == CHANNEL_TCP;
    }
    course->misses++;
    course->failures += !outage;
    course->over = course->failures >= r->options.tries;
    if (outage)
        congestion_missed(&s->congestion, true, t->sent_us, clock_now_us());
    if (!server_is_detour(t) && result != CHANNEL_JUNK)
        shun(s, t->sent_us);
    route(q);
    if (outage)
        consider_giving_up(s, t->sent_us);
}

static void
on_done(void *arg, enum channel_result result, const uint8_t *packet, size_t count)
{
    struct attempt *t = arg;
    struct server *s = t->server;
    struct resolver *r = s->resolver;
    t->ended = true;
    schedule(r, 0);
    if (r->moved && t->question && !t->question->queue)
        question_enter(t->question, r->moved);
    if (result == CHANNEL_SILENCE && !t->lost && !r->moved)
        return; /* on_expiry ends it, because c-ares shortens the time as it sees fit */
    if (!t->lost)
        queue_remove(server_queue(t), &t->link);
    if (result == CHANNEL_ANSWER) {
        r->counts.answered += !t->lost;
        s->answered_us = clock_now_us();
        s->shunned_until_ms = s->given_up_until_us = s->silent_since_us = 0;
        s->silences = 0;
    }
    struct question *q = t->question;
    if (q && !r->moved && result == CHANNEL_ANSWER)
        receive(q, t, packet, count);
    else if (q && !r->moved && !t->lost)
        miss(q, t, result);
    server_drop(t);
}

/* ---- sending ---- */

/* Whether the server's next question may go now. A question that must be in flight alone, or a channel to be opened
 * anew, waits until nothing is in flight. */
static bool
may_send(struct resolver *r, struct server *s)
{
    const struct question *next = question_first(&s->waiting);
    size_t in_flight = server_in_flight(s);
    int64_t due;
    if (!next || (in_flight > 0 && (next->suspect || s->spoilt || s->exclusive)))
        return false;
    bool may = congestion_may_send(&s->congestion, in_flight, clock_now_us(), &due);
    if (!may && due > 0)
        schedule(r, due / 1000 + 1);
    return may;
}

/* Returns the channel for a question; the first after a doubt about EDNS tests it. */
static enum channel_kind
choose_channel(const struct question *q, struct server *s)
{
    const struct course *course = &q->courses[s->index];
    if (q->tcp || s->endpoint->tcp)
        return CHANNEL_TCP;
    if (course->plain || course->losses >= LOSSES_PLAIN || (s->edns == EDNS_UNKNOWN && s->silent_since_us > 0))
        return CHANNEL_PLAIN;
    if (s->edns == EDNS_DOUBTED) {
        s->edns = EDNS_TESTED;
        return CHANNEL_EDNS;
    }
    return s->edns == EDNS_TESTED || s->edns == EDNS_DROPPED ? CHANNEL_PLAIN : CHANNEL_EDNS;
}

static void
send_question(struct question *q)
{
    struct resolver *r = q->resolver;
    struct server *s = q->server;
    struct attempt *t = mem_zero(sizeof *t);
    int64_t now_us = clock_now_us();
    struct course *course = &q->courses[s->index];
    unsigned level = course->misses;
    if (!course->asked)
        course->outcome = OUTCOME_TIMEOUT;
    course->asked = true;
    if (s->spoilt)
        channel_close(s->channels[CHANNEL_EDNS]);
    s->spoilt = false;
    bool unhurried = server_in_flight(s) == 0 && now_us - s->sent_us >= (s->answers > 0 ? PAUSE_US : PAUSE_SHORT_US);
    question_withdraw(q);
    *t = (struct attempt){.next = q->attempts, .question = q, .server = s, .sent_us = now_us};
    t->kind = choose_channel(q, s);
    level = level > s->congestion.dry ? level : s->congestion.dry;
    t->level = level < SERVER_LEVELS ? level : SERVER_LEVELS - 1;
    q->attempts = t;
    queue_add(server_queue(t), &t->link);
    q->packets++;
    r->counts.sent++;
    s->sent_us = now_us;
    s->alone = unhurried ? t : NULL;
    s->exclusive = q->suspect;
    congestion_sent(&s->congestion, now_us);
    channel_send(s->channels[t->kind], (const char *)q->key + 1, (enum record_type)q->key[0], on_done, t);
}

/* Takes a question's first step: answers it from the cache, joins it to an equal one under way, or routes it. */
static void
begin(struct question *q)
{
    struct resolver *r = q->resolver;
    const struct answer *known = NULL;
    struct hashtable_entry *same = NULL;
    if (!(q->flags & RESOLVER_FORGET)) {
        same = hashtable_find(&r->under_way, q->key, q->key_count);
        if (!(q->flags & RESOLVER_FRESH))
            known = answer_cache_find(r->cache, q->key, q->key_count, clock_now_ms());
        r->counts.remembered += known || same;
    }
    if (known) {
        deliver(q, known);
    } else if (same) {
        vec_push(&mem_container(same, struct question, entry)->waiters, q->waiters.at[0]);
        question_free(q);
    } else {
        q->under_way = q->flags & RESOLVER_FORGET ? NULL : &r->under_way;
        q->entry = (struct hashtable_entry){.key = q->key, .key_count = q->key_count};
        if (q->under_way)
            hashtable_add(&r->under_way, &q->entry);
        route(q);
    }
}

/* ---- servers ---- */

static_assert((int)RESOLVER_SERVERS <= (int)QUESTION_SERVERS && (int)RESOLVER_SERVERS <= (int)SYSTEM_SERVERS_MOST,
              "room for all servers");

static void
open_server(struct resolver *r, size_t index)
{
    struct server *s = &r->servers[index];
    *s = (struct server){.resolver = r,
                         .loop = r->loop,
                         .index = index,
                         .endpoint = &r->options.servers[index],
                         .timeout_ms = r->options.timeout_ms,
                         .expiry = {.fire = on_expiry, .arg = s}};
    server_open(s, r->options.window, r->options.tries, schedule_work);
}

/* Ends every attempt. The questions, and those that wait, join `moved`. */
static void
close_servers(struct resolver *r, struct queue *moved)
{
    r->moved = moved;
    for (size_t i = 0; i < r->options.server_count; i++)
        server_close(&r->servers[i], moved);
    for (struct question *q; (q = question_first(&r->resting));) {
        question_enter(q, moved);
    }
    r->moved = NULL;
}

/* Reads the system's servers again if their file has changed; what is under way begins anew with them. */
static void
follow_system(struct resolver *r)
{
    struct fault news;
    struct queue moved;
    r->is_stale = false;
    if (!r->system.path)
        return;
    bool others = system_servers_follow(&r->system, &news);
    if (others) {
        queue_init(&moved);
        close_servers(r, &moved);
        memcpy(r->options.servers, r->system.at, sizeof r->system.at);
        r->options.server_count = r->system.count;
        for (size_t i = 0; i < r->system.count; i++)
            open_server(r, i);
        for (struct question *q; (q = question_first(&moved));) {
            question_withdraw(q);
            memset(q->courses, 0, sizeof q->courses);
            route(q);
        }
    }
    report(r, news.text);
}

/* Begins the questions asked before this turn, leaving those that callbacks add to the next one, and sends. */
static void
work(void *arg)
{
    struct resolver *r = arg;
    if (r->is_stale)
        follow_system(r);
    for (size_t left = r->asked.count; left > 0 && r->asked.count > 0; left--) {
        struct question *q = question_first(&r->asked);
        question_withdraw(q);
        begin(q);
    }
    for (struct question *q; (q = question_first(&r->resting));) {
        if (q->rests_until_us > clock_now_us()) {
            schedule(r, q->rests_until_us / 1000 + 1);
            break;
        }
        question_withdraw(q);
        route(q);
    }
    for (size_t i = 0; i < r->options.server_count; i++) {
        struct server *s = &r->servers[i];
        if (s->stranded)
            abandon(s);
        while (may_send(r, s))
            send_question(question_first(&s->waiting));
        for (int kind = 0; kind < CHANNEL_KINDS; kind++)
            channel_watch(s->channels[kind]);
        server_watch(s);
    }
}

void
resolver_ask(struct resolver *r, const char *name, enum record_type type, unsigned flags, resolver_done *done,
             void *arg)
{
    struct question *q = question_new(r, name, type, flags);
    vec_push(&q->waiters, ((struct waiter){done, arg}));
    question_enter(q, &r->asked);
    r->counts.asked++;
    r->is_stale |= (flags & RESOLVER_FRESH) || r->under_way.count == 0;
    schedule(r, 0);
}

static void
forget_in(struct queue *queue, const void *arg)
{
    for (struct queue_link *link = queue_first(queue), *next; link; link = next) {
        struct question *q = mem_container(link, struct question, link);
        next = queue_next(queue, link);
        question_leave(q, arg);
        if (!question_is_wanted(q)) {
            question_withdraw(q);
            question_free(q);
        }
    }
}

void
resolver_forget(struct resolver *r, const void *arg)
{
    forget_in(&r->asked, arg);
    if (r->delivered)
        question_leave(r->delivered, arg);
    forget_in(&r->resting, arg);
    for (size_t i = 0; i < r->options.server_count; i++) {
        struct server *s = &r->servers[i];
        forget_in(&s->waiting, arg);
        for (size_t level = 0; level <= SERVER_LEVELS; level++)
            for (struct queue_link *link = queue_first(&s->in_flight[level]); link;
                 link = queue_next(&s->in_flight[level], link)) {
                struct attempt *t = mem_container(link, struct attempt, link);
                if (t->question)
                    question_leave(t->question, arg);
            }
    }
}

/* ---- from beginning to end ---- */

struct resolver *
resolver_new(struct loop *loop, const struct resolver_options *options, struct fault *fault)
{
    struct resolver_options all = *options, usual;
    struct system_servers system = {.path = NULL};
    resolver_options_default(&usual);
    if (all.tries == 0 || all.tries > UINT8_MAX)
        all.tries = usual.tries;
    if (all.timeout_ms <= 0 || all.timeout_ms > TIMEOUT_MOST_MS)
        all.timeout_ms = usual.timeout_ms;
    if (all.server_count == 0) {
        if (!system_servers_read(&system, all.system_file ? all.system_file : SYSTEM_SERVERS_FILE, fault))
            return NULL;
        memcpy(all.servers, system.at, sizeof system.at);
        all.server_count = system.count;
    }
    struct resolver *r = mem_zero(sizeof *r);
    r->loop = loop;
    r->options = all;
    r->system = system;
    r->work = (struct timer){.fire = work, .arg = r};
    r->cache = answer_cache_new(all.answer_cache);
    queue_init(&r->asked);
    queue_init(&r->resting);
    for (size_t i = 0; i < all.server_count; i++)
        open_server(r, i);
    return r;
}

void
resolver_free(struct resolver *r)
{
    if (!r)
        return;
    assert(!r->delivered);
    close_servers(r, &r->asked);
    for (struct question *q; (q = question_first(&r->asked));) { /* callbacks may add questions */
        struct answer answer = {.outcome = OUTCOME_CANCELLED, .rcode = -1, .rtt_us = -1, .tries = q->packets};
        answer.at_ms = clock_wall_ms();
        question_withdraw(q);
        deliver(q, &answer);
    }
    loop_timer_clear(r->loop, &r->work);
    hashtable_free(&r->under_way);
    answer_cache_free(r->cache);
    free(r);
}

void
resolver_on_report(struct resolver *r, void (*report_to)(void *arg, const char *sentence), void *arg)
{
    r->report = report_to;
    r->report_arg = arg;
    if (r->system.path)
        report(r, r->system.unusable);
}

void
resolver_counts(const struct resolver *r, struct resolver_counts *out)
{
    *out = r->counts;
    out->waiting = r->asked.count + r->resting.count;
    for (size_t i = 0; i < r->options.server_count; i++) {
        const struct server *s = &r->servers[i];
        double limit = congestion_limit(&s->congestion);
        out->in_flight += server_in_flight(s);
        out->waiting += s->waiting.count;
        if (limit > 0 && (out->per_second <= 0 || limit < out->per_second))
            out->per_second = limit;
        if (s->given_up_until_us)
            out->silences = s->silences;
    }
}

const struct endpoint *
resolver_servers(const struct resolver *r, size_t *count)
{
    *count = r->options.server_count;
    return r->options.servers;
}
