#include "dns/silence.h"

#include "base/clock.h"
#include "dns/routing.h"

enum {
    ANSWERS_MANY = 500, /* makes a batch of a run, so that an outage is waited for */
    OUTAGE_MANY_US = 15000000,
    PATIENCE_LEAST_MS = 6000,
};

void
silence_shun(struct server *s, int64_t sent_us)
{
    struct queue stranded;
    if (s->answered_us > sent_us)
        return;
    bool is_new = s->shunned_until_ms == 0;
    s->shunned_until_ms = clock_now_ms() + SERVER_SHUNNED_MS;
    if (!is_new)
        return;
    queue_init(&stranded);
    queue_move(&stranded, &s->waiting);
    for (struct question *next; (next = question_first(&stranded));) {
        queue_remove(&stranded, &next->link);
        next->queue = NULL; /* it was moved without its knowledge */
        routing_next(next);
    }
}

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
        "the resolver %s gave no answer to %llu packets in a row; it is tested every %d s, and the others are not "
        "asked until it answers",
        endpoint_text(s->endpoint, name), (unsigned long long)s->silences, SERVER_GIVEN_UP_US / 1000000);
    resolver_report(r, fault.text);
}

/* Notes the name of a question that got no answer, whatever its type. */
static void
note_name(struct server *s, const struct question *q)
{
    uint32_t hash = 2166136261U; /* FNV-1a */
    bool known = s->silent_count == SERVER_SILENT_NAMES;
    for (size_t i = 1; i < q->key_count; i++)
        hash = (hash ^ q->key[i]) * 16777619U;
    for (size_t i = 0; i < s->silent_count && !known; i++)
        known = s->silent_names[i] == hash;
    if (!known)
        s->silent_names[s->silent_count++] = hash;
}

void
silence_consider(struct server *s, int64_t sent_us)
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
    /* if it has answered others, the servers of a few names may be the silent ones */
    bool few = s->answers > 0 && s->silent_count < SERVER_SILENT_NAMES;
    if (few || now_us - s->silent_since_us < patience_us)
        return;
    if (s->given_up_until_us == 0)
        report_silence(s);
    s->given_up_until_us = now_us + SERVER_GIVEN_UP_US;
    s->resolver->is_stale = s->stranded = true;
    server_strand(s, &s->waiting);
    resolver_schedule(s->resolver, 0);
}

void
silence_abandon(struct server *s)
{
    s->stranded = false;
    /* one at a time, because a waiter may make others leave */
    for (size_t left = s->waiting.count; left > 0 && s->waiting.count > 0; left--) {
        struct question *q = question_first(&s->waiting);
        question_withdraw(q);
        q->courses[s->index].misses++;
        routing_next(q);
    }
}

/* Returns whether a list, rather than the server, is silent: the server answers other questions without a limit, but
 * never one of this group, and this one was lost before. Fewer questions would not help, and would wait for each other.
 */
static bool
is_mute(struct server *s, const struct question *q)
{
    return q && q->courses[s->index].losses > 0 && s->answers > 0 && congestion_limit(&s->congestion) <= 0 &&
           !server_group(s, q->group)->answered;
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
    bool mute = is_mute(s, q);
    if (!detour && !mute)
        congestion_missed(&s->congestion, false, sent_us, now_us);
    if (s->edns == EDNS_TESTED && t->kind == CHANNEL_EDNS)
        s->edns = EDNS_DROPPED;
    if (q) {
        struct course *course = &q->courses[s->index];
        note_name(s, q);
        course->plain = course->plain || (s->edns == EDNS_UNKNOWN && t->kind == CHANNEL_EDNS);
        course->misses++;
        course->losses += course->losses < UINT8_MAX;
        course->waited_ms += (int32_t)((now_us - sent_us + 999) / 1000);
        int64_t patience_ms = o->timeout_ms * o->tries << (!mute && s->rescues >= SERVER_RECOVERIES);
        /* a short timeout is for one attempt, not for a server that loses some, or is away for a moment */
        if (!mute && (s->rescues > 0 || (s->silent_since_us > 0 && s->answers > 0)) && patience_ms < PATIENCE_LEAST_MS)
            patience_ms = PATIENCE_LEAST_MS;
        course->over = course->over || course->waited_ms >= patience_ms;
        if (!question_has_answer(q)) {
            q->last.outcome = OUTCOME_TIMEOUT;
            q->last.tcp = t->kind == CHANNEL_TCP;
        }
        if (!detour)
            silence_shun(s, sent_us);
        routing_next(q);
    }
    if (t->ended)
        server_drop(t);
    silence_consider(s, sent_us);
}

void
silence_on_expiry(void *arg)
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
    resolver_schedule(s->resolver, 0);
}
