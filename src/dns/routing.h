/* Private to dns: the resolver's state, and the way of a question from server to server until it is answered.
 *
 * A question is in one queue at a time: asked -> waiting at a server -> in flight there (in no queue, but it has an
 * attempt), perhaps back to waiting; then it is delivered and freed. */
#ifndef ROUTING_H
#define ROUTING_H

#include "base/pool.h"
#include "dns/answer_cache.h"
#include "dns/resolver.h"
#include "dns/server.h"
#include "dns/system_servers.h"

struct resolver {
    struct loop *loop;
    struct resolver_options options;
    struct server servers[RESOLVER_SERVERS];
    struct queue asked, resting; /* not yet begun; until they may be asked the same server again */
    struct question *delivered;  /* whose waiters are being called */
    struct hashtable under_way;
    struct pool questions;
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
void resolver_schedule(struct resolver *, int64_t due_ms);

/* Passes a sentence on to resolver_on_report; does nothing for "". */
void resolver_report(const struct resolver *, const char *sentence);

/* Takes a question's first step: answers it from the cache, joins it to an equal one under way, or routes it. */
void routing_begin(struct question *);

/* Sends the question to the best server, or ends it when no server is left. */
void routing_next(struct question *);

/* Routes a question that a server failed, after a rest if only the same server is left. */
void routing_rest(struct question *, const struct server *);

/* Appends the question to the server's queue. A shunned server whose time is up gets one question as a test; the others
 * do not follow before its answer. The same goes for one that was given up. */
void routing_await(struct question *, struct server *);

/* Remembers and delivers the answer; NULL stands for the last failure, or for silence. */
void routing_conclude(struct question *, struct answer *);

/* Calls the waiters and frees the question. A waiter may ask again and may make others leave. */
void routing_deliver(struct question *, const struct answer *);

#endif
