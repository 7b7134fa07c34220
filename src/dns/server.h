/* One DNS server as the resolver sees it: its queue, window, pace and health. Nobody else's business. */
#ifndef SERVER_H
#define SERVER_H

#include "dns/question.h"

struct server {
    struct endpoint endpoint;
    size_t index; /* its place in the order of servers */
    struct questions waiting, in_flight;
    size_t waiting_count, in_flight_count;
    int64_t answered_us;      /* when it last did; 0 = never */
    int64_t shunned_until_ms; /* 0 = it is not */
    int64_t next_us;          /* when a paced server may be asked again */
};

void server_init(struct server *, size_t index, struct endpoint);

/* A question's way: to the end of the queue, from there in flight, and back again. */
void server_await(struct server *, struct question *, int64_t now_ms);
void server_launch(struct question *);
void server_land(struct question *);

/* When the next question may be sent: a time that is past for "now", INT64_MAX for "when an answer has come". */
int64_t server_free_us(const struct server *, unsigned window, unsigned per_second);
/* Takes note that one is sent. */
void server_pace(struct server *, unsigned per_second, int64_t now_us);

/* It answered; it did not answer what was sent then. A server that answered nothing since is shunned for a while: it
 * goes last. True when that is news. */
void server_answered(struct server *, int64_t now_us);
bool server_missed(struct server *, int64_t sent_us, int64_t now_ms);

/* The first server with the fewest failed tries at this question, of these one that answers before one that is shunned;
 * NULL when all had their tries. */
struct server *server_best(struct server *servers, size_t count, const struct question *, unsigned tries,
                           int64_t now_ms);

#endif
