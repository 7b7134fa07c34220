#include "dns/server.h"

enum {
    SHUNNED_MS = 30000,
    SLACK_US = 10000, /* lateness that a paced server may catch up with */
};

void
server_init(struct server *s, size_t index, struct endpoint endpoint)
{
    *s = (struct server){.index = index, .endpoint = endpoint};
    TAILQ_INIT(&s->waiting);
    TAILQ_INIT(&s->in_flight);
}

/* Once its time is up, a shunned server gets one question to prove itself; the others do not follow before. */
void
server_await(struct server *s, struct question *q, int64_t now_ms)
{
    if (s->shunned_until_ms)
        s->shunned_until_ms = now_ms + SHUNNED_MS;
    q->server = s;
    TAILQ_INSERT_TAIL(&s->waiting, q, link);
    s->waiting_count++;
}

void
server_launch(struct question *q)
{
    struct server *s = q->server;
    TAILQ_REMOVE(&s->waiting, q, link);
    s->waiting_count--;
    TAILQ_INSERT_TAIL(&s->in_flight, q, link);
    s->in_flight_count++;
}

void
server_land(struct question *q)
{
    TAILQ_REMOVE(&q->server->in_flight, q, link);
    q->server->in_flight_count--;
}

int64_t
server_free_us(const struct server *s, unsigned window, unsigned per_second)
{
    if (s->in_flight_count >= window)
        return INT64_MAX;
    return per_second ? s->next_us : INT64_MIN;
}

void
server_pace(struct server *s, unsigned per_second, int64_t now_us)
{
    if (per_second == 0)
        return;
    if (s->next_us < now_us - SLACK_US)
        s->next_us = now_us - SLACK_US;
    s->next_us += 1000000 / per_second;
}

void
server_answered(struct server *s, int64_t now_us)
{
    s->answered_us = now_us;
    s->shunned_until_ms = 0;
}

bool
server_missed(struct server *s, int64_t sent_us, int64_t now_ms)
{
    bool news = s->shunned_until_ms == 0;
    if (s->answered_us > sent_us)
        return false;
    s->shunned_until_ms = now_ms + SHUNNED_MS;
    return news;
}

struct server *
server_best(struct server *servers, size_t count, const struct question *q, unsigned tries, int64_t now_ms)
{
    struct server *best = NULL;
    unsigned best_rank = 0;
    for (size_t i = 0; i < count; i++) {
        unsigned rank = 2 * q->failed[i] + (now_ms < servers[i].shunned_until_ms);
        if (q->failed[i] < tries && (!best || rank < best_rank)) {
            best = &servers[i];
            best_rank = rank;
        }
    }
    return best;
}
