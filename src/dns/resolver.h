/* Questions to DNS servers: asynchronous, bounded, answered exactly once.
 *
 * Each server has a window: never more than `window` questions in flight towards it, the rest wait here in order. A
 * question that times out or meets an unreachable or failing server (SERVFAIL, REFUSED, NOTIMP, a malformed answer)
 * goes to the next server; the last word counts, and any word counts more than silence. A server that did not answer
 * goes last for half a minute. A truncated answer is asked for again by TCP. Answers are remembered for their TTL and
 * failures for some seconds, so that a run asks one question once; a question that is already under way is not sent
 * twice. */
#ifndef RESOLVER_H
#define RESOLVER_H

#include "base/addr.h"
#include "base/fault.h"
#include "base/loop.h"
#include "dns/answer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The window fits into the 64 KiB socket buffer of a sleeping rbldnsd: Linux takes 118 small packets into it, of a
 * reader that is behind. */
enum { RESOLVER_SERVERS = 8, RESOLVER_WINDOW = 112 };

/* The longest answer that is asked for: rbldnsd leaves out texts that do not fit, without saying so, and six need 1500
 * bytes. */
enum { RESOLVER_EDNS_BYTES = 4096 };

struct resolver_options {
    struct endpoint servers[RESOLVER_SERVERS];
    size_t server_count; /* 0: those of the system */
    int64_t timeout_ms;  /* for one try; default 3000 */
    unsigned tries;      /* for one server; default 2 */
    unsigned window;     /* questions in flight towards one server; default RESOLVER_WINDOW */
    unsigned per_second; /* towards one server, 0 = unpaced */
    size_t answer_cache; /* bytes of answers to remember, 0 = none; default 16 MiB */
};

/* Defaults in every field, no servers. */
void resolver_options_default(struct resolver_options *);

struct resolver;

/* Fails when the system names no resolver and none was given. The loop must outlive it. */
struct resolver *resolver_new(struct loop *, const struct resolver_options *, struct fault *);

/* Every question under way is answered OUTCOME_CANCELLED first. Not from inside a resolver_done. NULL is fine. */
void resolver_free(struct resolver *);

/* The answer lives for the call. Never called from inside resolver_ask. */
typedef void resolver_done(void *arg, const struct answer *);

enum resolver_flags {
    RESOLVER_FRESH = 1,  /* ask even if remembered ("ask again"); joins a question that is under way */
    RESOLVER_FORGET = 2, /* neither look up nor remember: sweeps, whose every question is new */
};

/* Asks for `name` (absolute, with or without the final dot). A name that no packet can carry (a label over 63 bytes
 * ...) is answered OUTCOME_FORMERR without a try. */
void resolver_ask(struct resolver *, const char *name, enum record_type, unsigned flags, resolver_done *, void *arg);

/* Drops every question of this `arg`; their callbacks are not called. For an asker that goes away. */
void resolver_forget(struct resolver *, const void *arg);

struct resolver_counts {
    uint64_t asked;      /* questions put by callers */
    uint64_t remembered; /* ... answered from memory or joined */
    uint64_t sent;       /* packets */
    uint64_t answered;   /* packets that came back in time */
    uint64_t timeouts;   /* tries without an answer */
    size_t in_flight, waiting;
    int64_t rtt_us; /* smoothed round trip, -1 = none yet */
};

void resolver_counts(const struct resolver *, struct resolver_counts *out);

/* The servers in use, in order. */
size_t resolver_server_count(const struct resolver *);
struct endpoint resolver_server_at(const struct resolver *, size_t index);

#endif
