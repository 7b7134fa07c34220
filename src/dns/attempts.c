#include "dns/attempts.h"

#include "base/clock.h"
#include "dns/routing.h"
#include "dns/silence.h"

#include <arpa/nameser.h>

enum {
    TRUNCATED = 0x02,       /* in the third byte of a packet */
    PAUSE_US = 1000000,     /* before an unhurried question; shorter for a server that ... */
    PAUSE_SHORT_US = 90000, /* ... never answered */
    FAILURES_SOME = 4,      /* of a question, after one that failed first was answered ... */
    FAILURES_MOST = 8,      /* ... or many were */
    LOSSES_PLAIN = 3, /* attempts lost before a question goes without EDNS, because long answers may be what is lost */
};

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
        routing_next(q);
    else
        routing_rest(q, s);
}

/* Asks again what failed, the more often the more such questions were answered a moment later. Many come from load. */
static void
take_failure(struct question *q, const struct attempt *t, const struct answer *answer, int64_t now_us)
{
    struct server *s = t->server;
    struct course *course = &q->courses[s->index];
    bool may_be_load = server_group(s, q->group)->answered && s->recoveries >= SERVER_RECOVERIES;
    suspect_edns(q, t);
    q->last = *answer;
    course->misses++;
    course->failures++;
    unsigned most = s->recoveries > 0 ? FAILURES_SOME : s->resolver->options.tries;
    course->over = course->failures >= (may_be_load ? FAILURES_MOST : most);
    if (may_be_load)
        congestion_missed(&s->congestion, true, t->sent_us, now_us);
    routing_rest(q, s);
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
    int64_t now_us = s->answered_us;
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
        r->counts.repeated += q->courses[s->index].misses > 0;
    }
    if (t->kind != CHANNEL_TCP && count > 2 && packet[2] & TRUNCATED) {
        q->tcp = true;
        routing_await(q, s);
    } else if (answer.outcome == OUTCOME_REFUSED) {
        take_refusal(q, t, &answer, now_us);
    } else if (answer.outcome == OUTCOME_SERVFAIL) {
        take_failure(q, t, &answer, now_us);
    } else if (rejected && retry_without_edns(q, t)) {
        routing_await(q, s);
    } else if (answer.outcome == OUTCOME_MALFORMED || answer.rcode == ns_r_notimpl) {
        q->last = answer;
        q->courses[s->index].misses++;
        q->courses[s->index].over = true;
        routing_next(q);
    } else {
        routing_conclude(q, &answer);
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
        routing_conclude(q, NULL);
        return;
    }
    if (result == CHANNEL_JUNK && !q->suspect) {
        q->suspect = true;
        routing_await(q, s);
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
        silence_shun(s, t->sent_us);
    routing_next(q);
    if (outage) {
        s->silent_count = SERVER_SILENT_NAMES; /* it is not the name */
        silence_consider(s, t->sent_us);
    }
}

static void
on_done(void *arg, enum channel_result result, const uint8_t *packet, size_t count)
{
    struct attempt *t = arg;
    struct server *s = t->server;
    struct resolver *r = s->resolver;
    t->ended = true;
    resolver_schedule(r, 0);
    if (r->moved && t->question && !t->question->queue)
        question_enter(t->question, r->moved);
    if (result == CHANNEL_SILENCE && !t->lost && !r->moved)
        return; /* silence_expire ends it, because c-ares shortens the time as it sees fit */
    if (!t->lost)
        queue_remove(server_queue(t), &t->link);
    if (result == CHANNEL_ANSWER) {
        r->counts.answered += !t->lost;
        s->answered_us = clock_now_us();
        s->shunned_until_ms = s->given_up_until_us = s->silent_since_us = 0;
        s->silences = s->silent_count = 0;
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
may_send(struct resolver *r, struct server *s, int64_t now_us)
{
    const struct question *next = question_first(&s->waiting);
    size_t in_flight = server_in_flight(s);
    int64_t due;
    if (!next || (in_flight > 0 && (next->suspect || s->spoilt || s->exclusive)))
        return false;
    bool may = congestion_may_send(&s->congestion, in_flight, now_us, &due);
    if (!may && due > 0)
        resolver_schedule(r, due / 1000 + 1);
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
send_question(struct question *q, int64_t now_us)
{
    struct resolver *r = q->resolver;
    struct server *s = q->server;
    struct attempt *t = pool_take(&s->attempts, sizeof *t);
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

void
attempts_send(struct server *s)
{
    for (int64_t now_us = clock_now_us(); may_send(s->resolver, s, now_us); now_us = clock_now_us())
        send_question(question_first(&s->waiting), now_us);
}
