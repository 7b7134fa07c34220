#include "dns/routing.h"

#include "base/clock.h"

#include <string.h>

enum { REST_US = 300000 /* before a server that failed is asked the same again */ };

void
resolver_schedule(struct resolver *r, int64_t due_ms)
{
    if (!loop_timer_is_set(&r->work) || due_ms < r->work.due_ms)
        loop_timer_set(r->loop, &r->work, due_ms);
}

void
resolver_report(const struct resolver *r, const char *sentence)
{
    if (r->report && *sentence)
        r->report(r->report_arg, sentence);
}

void
routing_deliver(struct question *q, const struct answer *answer)
{
    struct resolver *r = q->resolver;
    if (q->under_way)
        hashtable_remove(q->under_way, &q->entry);
    q->under_way = NULL;
    r->delivered = q;
    for (const struct waiter *w = &q->waiter; w; w = w->next)
        if (w->done)
            w->done(w->arg, answer);
    r->delivered = NULL;
    question_free(q);
}

void
routing_conclude(struct question *q, struct answer *answer)
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
    for (size_t i = 0; i < q->resolver->options.server_count; i++) {
        answer->asked |= (uint8_t)(q->courses[i].asked << i);
        answer->agreed |= (uint8_t)((q->courses[i].asked && q->courses[i].outcome == answer->outcome) << i);
    }
    if (!(q->flags & RESOLVER_FORGET))
        answer_cache_add(q->resolver->cache, q->key, q->key_count, answer, clock_now_ms());
    routing_deliver(q, answer);
}

void
routing_await(struct question *q, struct server *s)
{
    if (s->shunned_until_ms)
        s->shunned_until_ms = clock_now_ms() + SERVER_SHUNNED_MS;
    if (s->given_up_until_us)
        s->given_up_until_us = clock_now_us() + SERVER_GIVEN_UP_US;
    q->server = s;
    question_enter(q, &s->waiting);
    resolver_schedule(q->resolver, 0);
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
        int rank = 2 * course->misses + (s->shunned_until_ms && clock_now_ms() < s->shunned_until_ms);
        bool elsewhere = q->flags >= RESOLVER_AT && q->flags / RESOLVER_AT != i + 1;
        bool given_up = s->given_up_until_us && clock_now_us() < s->given_up_until_us &&
                        (course->misses > 0 || !(q->flags & RESOLVER_FRESH));
        if (!course->over && !given_up && !elsewhere && (!best || rank < best_rank)) {
            best = s;
            best_rank = rank;
        }
    }
    return best;
}

void
routing_next(struct question *q)
{
    struct server *best = best_server(q);
    q->tcp = q->suspect = false;
    if (!question_is_wanted(q))
        question_free(q);
    else if (best)
        routing_await(q, best);
    else
        routing_conclude(q, NULL);
}

void
routing_rest(struct question *q, const struct server *s)
{
    if (best_server(q) != s) {
        routing_next(q);
        return;
    }
    q->rests_until_us = clock_now_us() + REST_US;
    question_enter(q, &q->resolver->resting);
}

void
routing_begin(struct question *q)
{
    struct resolver *r = q->resolver;
    const struct answer *known = NULL;
    struct hashtable_entry *same = NULL;
    memset(q->courses, 0, r->options.server_count * sizeof q->courses[0]);
    if (!(q->flags & RESOLVER_FORGET)) {
        same = hashtable_find(&r->under_way, q->key, q->key_count);
        if (!(q->flags & RESOLVER_FRESH))
            known = answer_cache_find(r->cache, q->key, q->key_count, clock_now_ms());
        r->counts.remembered += known || same;
    }
    if (known) {
        routing_deliver(q, known);
    } else if (same) {
        question_join(mem_container(same, struct question, entry), q);
        question_free(q);
    } else {
        q->under_way = q->flags & RESOLVER_FORGET ? NULL : &r->under_way;
        q->entry = (struct hashtable_entry){.key = q->key, .key_count = q->key_count};
        if (q->under_way)
            hashtable_add(&r->under_way, &q->entry);
        routing_next(q);
    }
}
