#include "dns/resolver.h"

#include "base/clock.h"
#include "dns/attempts.h"
#include "dns/routing.h"
#include "dns/silence.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Takes the questions of dns/resolver.h in and runs its turns; routing.c says which server is next, attempts.c sends
 * and judges what comes back, silence.c what does not, and channel.c carries the packets.
 *
 * resolver_ask neither sends nor calls back: it sets the timer `work`, whose turn does both. The callbacks of channels
 * send nothing either, so that the window bounds the work of one reading of a socket. */

enum { TIMEOUT_MOST_MS = 600000, NAME_USUAL = 72 /* bytes of the name of a question, at most as a rule */ };

static void
schedule_work(void *resolver)
{
    resolver_schedule(resolver, 0);
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
                         .expiry = {.fire = silence_on_expiry, .arg = s}};
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
            routing_next(q);
        }
    }
    resolver_report(r, news.text);
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
        routing_begin(q);
    }
    for (struct question *q; (q = question_first(&r->resting));) {
        if (q->rests_until_us > clock_now_us()) {
            resolver_schedule(r, q->rests_until_us / 1000 + 1);
            break;
        }
        question_withdraw(q);
        routing_next(q);
    }
    for (size_t i = 0; i < r->options.server_count; i++) {
        struct server *s = &r->servers[i];
        if (s->stranded)
            silence_abandon(s);
        attempts_send(s);
        for (int kind = 0; kind < CHANNEL_KINDS; kind++)
            channel_watch(s->channels[kind]);
        server_watch(s);
    }
}

void
resolver_ask(struct resolver *r, const char *name, enum record_type type, unsigned flags, resolver_done *done,
             void *arg)
{
    question_enter(question_new(r, &r->questions, name, type, flags, (struct waiter){done, arg, NULL}), &r->asked);
    r->counts.asked++;
    r->is_stale |= (flags & RESOLVER_FRESH) || r->under_way.count == 0;
    resolver_schedule(r, 0);
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
    r->questions.bytes = sizeof(struct question) + NAME_USUAL;
    queue_init(&r->asked);
    queue_init(&r->resting);
    for (size_t i = 0; i < all.server_count; i++)
        open_server(r, i);
    return r;
}

struct resolver *
resolver_alone(const struct resolver *of, size_t place, bool tcp)
{
    struct resolver_options alone = of->options;
    struct fault ignored; /* of the system's file, which is not read */
    alone.servers[0] = of->options.servers[place];
    alone.servers[0].tcp |= tcp;
    alone.server_count = 1;
    alone.answer_cache = 0;
    return resolver_new(of->loop, &alone, &ignored);
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
        routing_deliver(q, &answer);
    }
    loop_timer_clear(r->loop, &r->work);
    hashtable_free(&r->under_way);
    pool_fini(&r->questions);
    answer_cache_free(r->cache);
    free(r);
}

void
resolver_on_report(struct resolver *r, void (*report_to)(void *arg, const char *sentence), void *arg)
{
    r->report = report_to;
    r->report_arg = arg;
    if (r->system.path)
        resolver_report(r, r->system.unusable);
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
