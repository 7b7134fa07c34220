#include "dns/server.h"

#include <stdlib.h>

enum {
    GROUPS = 64,
    REFUSALS_MOST = 30, /* of one question, while others are answered */
    OVERTAKEN_US = 2000000,
    BUSY_US = 500000, /* that a server may be away from all questions before they are asked again */
};

/* How long a server that gave so many answers may refuse for the moment: limits count by the second, or by the minute.
 */
static const struct {
    uint64_t answers;
    int64_t patience_us;
} patiences[] = {{500, 90000000}, {20, 15000000}, {0, 1000000}};

/* ---- attempts ---- */

bool
server_is_detour(const struct attempt *t)
{
    return t->kind == CHANNEL_TCP && !t->server->endpoint->tcp;
}

struct queue *
server_queue(const struct attempt *t)
{
    return &t->server->in_flight[t->kind == CHANNEL_TCP ? SERVER_LEVELS : t->level];
}

void
server_lose(struct attempt *t)
{
    queue_remove(server_queue(t), &t->link);
    t->lost = true;
}

void
server_drop(struct attempt *t)
{
    if (t->question) {
        struct attempt **at = &t->question->attempts;
        while (*at != t)
            at = &(*at)->next;
        *at = t->next;
    }
    if (t->server->alone == t)
        t->server->alone = NULL;
    pool_give(&t->server->attempts, t, sizeof *t);
}

size_t
server_in_flight(const struct server *s)
{
    size_t count = 0;
    for (size_t i = 0; i <= SERVER_LEVELS; i++)
        count += s->in_flight[i].count;
    return count;
}

int64_t
server_due_us(const struct attempt *t)
{
    const struct server *s = t->server;
    int64_t most_us = s->timeout_ms * 1000;
    int64_t wait_us = t->kind == CHANNEL_TCP ? most_us : congestion_timeout_us(&s->congestion, t->level, most_us);
    bool may_be_busy = t->level == 0 && s->good_sent_us <= t->sent_us;
    if (may_be_busy && wait_us < BUSY_US)
        wait_us = most_us < BUSY_US ? most_us : BUSY_US;
    return t->sent_us + wait_us;
}

void
server_strand(struct server *s, struct queue *queue)
{
    for (size_t i = 0; i <= SERVER_LEVELS; i++)
        for (struct queue_link *link; (link = queue_first(&s->in_flight[i]));) {
            struct attempt *t = mem_container(link, struct attempt, link);
            server_lose(t);
            if (t->question && !t->question->queue)
                question_enter(t->question, queue);
            if (t->ended)
                server_drop(t);
        }
}

void
server_watch(struct server *s)
{
    int64_t first_ms = INT64_MAX;
    for (size_t i = 0; i <= SERVER_LEVELS; i++)
        if (s->in_flight[i].count > 0) {
            int64_t due_ms =
                server_due_us(mem_container(queue_first(&s->in_flight[i]), struct attempt, link)) / 1000 + 1;
            first_ms = due_ms < first_ms ? due_ms : first_ms;
        }
    if (first_ms == INT64_MAX)
        loop_timer_clear(s->loop, &s->expiry);
    else if (!loop_timer_is_set(&s->expiry) || first_ms < s->expiry.due_ms)
        loop_timer_set(s->loop, &s->expiry, first_ms);
}

/* ---- what its answers say ---- */

struct group *
server_group(struct server *s, uint32_t key)
{
    for (size_t i = 0; i < s->groups.count; i++)
        if (s->groups.at[i].key == key)
            return &s->groups.at[i];
    if (s->groups.count == GROUPS) {
        s->groups.at[key % GROUPS] = (struct group){.key = key};
        return &s->groups.at[key % GROUPS];
    }
    vec_push(&s->groups, (struct group){.key = key});
    return &s->groups.at[s->groups.count - 1];
}

void
server_count_answer(struct server *s, const struct attempt *t, uint32_t group, int64_t now_us)
{
    s->answers++;
    if (t->sent_us > s->good_sent_us)
        s->good_sent_us = t->sent_us;
    s->refused_since_us = 0;
    s->refuses = false;
    server_group(s, group)->answered = true;
    if (server_is_detour(t))
        return;
    if (t->lost)
        congestion_answered_late(&s->congestion, t->sent_us, now_us);
    else
        congestion_answered(&s->congestion, t->sent_us, now_us);
    if (t->kind == CHANNEL_PLAIN && s->edns == EDNS_UNKNOWN)
        s->edns = EDNS_DOUBTED;
}

bool
server_refuses(struct server *s, const struct attempt *t, struct question *q, int64_t now_us)
{
    struct group *group = server_group(s, q->group);
    struct course *course = &q->courses[s->index];
    bool unhurried = s->alone == t;
    size_t row = 0;
    while (s->answers < patiences[row].answers)
        row++;
    if (s->refused_since_us == 0)
        s->refused_since_us = now_us;
    course->overtaken |= course->refused_us > 0 && s->good_sent_us > course->refused_us &&
                         s->good_sent_us - course->refused_us <= OVERTAKEN_US;
    course->refused_us = t->sent_us;
    s->picky |= unhurried && course->overtaken;
    if (group->answered)
        s->limited = true;
    else if (s->answers > 0)
        group->refused |= s->limited ? unhurried : course->failures > 0;
    s->refuses |= unhurried && !s->picky &&
                  (s->answers == 0 || (group->answered && now_us - s->refused_since_us >= patiences[row].patience_us));
    return s->refuses || group->refused || (s->picky && course->overtaken) || course->misses >= REFUSALS_MOST;
}

/* ---- from beginning to end ---- */

void
server_open(struct server *s, unsigned window, unsigned tries, void (*moved)(void *resolver))
{
    s->attempts.bytes = sizeof(struct attempt);
    queue_init(&s->waiting);
    for (size_t i = 0; i <= SERVER_LEVELS; i++)
        queue_init(&s->in_flight[i]);
    congestion_init(&s->congestion, window);
    for (int kind = 0; kind < CHANNEL_KINDS; kind++)
        s->channels[kind] =
            channel_new(s->loop, s->endpoint, (enum channel_kind)kind, s->timeout_ms * tries, moved, s->resolver);
}

void
server_close(struct server *s, struct queue *moved)
{
    for (int kind = 0; kind < CHANNEL_KINDS; kind++)
        channel_free(s->channels[kind]);
    server_strand(s, moved);
    for (struct question *q; (q = question_first(&s->waiting));) {
        question_enter(q, moved);
    }
    vec_free(&s->groups);
    pool_fini(&s->attempts);
    loop_timer_clear(s->loop, &s->expiry);
}
