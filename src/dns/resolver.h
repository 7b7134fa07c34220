/* Asks DNS servers: asynchronous, bounded, and every question is answered exactly once.
 *
 * Each server has a window, and a pace if it limits its clients: congestion.h. The other questions wait in order. A
 * question that is lost, refused or meets a failing server goes to the next one, and comes back to this one later and
 * slower: a momentary refusal is no answer. REFUSED counts after an unhurried question was refused, too. The last
 * answer counts, and any answer counts more than silence. A server that did not answer comes last for half a minute;
 * one that answers nothing for `tries` times `timeout_ms` (longer, if it answered a lot before) is given up: what waits
 * for it ends at once, and a question now and then tests it. A truncated answer is asked for again over TCP. Answers
 * are remembered for their TTL, failures for some seconds, and equal questions under way are sent once. */
#ifndef RESOLVER_H
#define RESOLVER_H

#include "base/addr.h"
#include "base/fault.h"
#include "base/loop.h"
#include "dns/answer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    RESOLVER_SERVERS = 8,
    RESOLVER_WINDOW = 112, /* questions to have under way, so that no server idles: see CONGESTION_BUFFER */
};

struct resolver_options {
    struct endpoint servers[RESOLVER_SERVERS];
    size_t server_count;     /* 0 = use the system's */
    int64_t timeout_ms;      /* longest wait for one try; default 3000 */
    unsigned tries;          /* a server has `tries` times `timeout_ms` for a question; default 2 */
    unsigned window;         /* questions in flight towards one server, 0 = as it takes them */
    size_t answer_cache;     /* bytes of answers to remember, 0 = none; default 16 MiB */
    const char *system_file; /* in place of /etc/resolv.conf, NULL = that; borrowed */
};

/* Sets the defaults in every field, and no servers. */
static inline void
resolver_options_default(struct resolver_options *options)
{
    *options = (struct resolver_options){.timeout_ms = 3000, .tries = 2, .answer_cache = 16 << 20};
}

struct resolver;

/* Returns a resolver, or NULL with a fault if no server is given and the system names none that can be used. The loop
 * must outlive it. The system's servers are read again when their file changes: before a run of questions, before a
 * fresh one, and when they are silent. */
struct resolver *resolver_new(struct loop *, const struct resolver_options *, struct fault *);

/* Returns a resolver that asks one server alone, by its place, and with `tcp` by TCP alone; as patient as the first
 * one, and without a cache. */
struct resolver *resolver_alone(const struct resolver *, size_t place, bool tcp);

/* Answers every question under way with OUTCOME_CANCELLED first. Must not be called from a resolver_done. NULL is fine.
 */
void resolver_free(struct resolver *);

/* Receives the answer, which lives for the call. Never called from inside resolver_ask. */
typedef void resolver_done(void *arg, const struct answer *);

enum resolver_flags {
    RESOLVER_FRESH = 1,    /* ask even if the answer is remembered; may join a question under way */
    RESOLVER_FORGET = 2,   /* neither look up nor remember: for sweeps, because all of their questions are new */
    RESOLVER_AT = 1 << 16, /* times the number of a server, from 1: ask this one alone; with RESOLVER_FORGET */
};

/* Asks for `name` (absolute, with or without the final dot). A name that no packet can carry (a label over 63 bytes
 * ...) is answered OUTCOME_FORMERR without a try. */
void resolver_ask(struct resolver *, const char *name, enum record_type, unsigned flags, resolver_done *, void *arg);

/* Drops every question of this `arg` without calling back. */
void resolver_forget(struct resolver *, const void *arg);

/* Passes on what a person must know about the servers: a line of the system's file that cannot be used (at once, if it
 * was met already), a change of that file, and a server that is given up while questions wait. */
void resolver_on_report(struct resolver *, void (*report)(void *arg, const char *sentence), void *arg);

struct resolver_counts {
    uint64_t asked;      /* questions of callers */
    uint64_t remembered; /* ... answered from the cache, or joined to one under way */
    uint64_t sent;       /* packets */
    uint64_t answered;   /* packets that came back in time */
    uint64_t timeouts;   /* tries without an answer in time */
    uint64_t repeated;   /* questions that were lost or failed at first, and then answered by the same server */
    uint64_t silences;   /* ... in a row, towards a server that was given up; 0 = none is */
    size_t in_flight, waiting;
    double per_second; /* that a server takes from us, 0 = no limit was met */
};

void resolver_counts(const struct resolver *, struct resolver_counts *out);

/* Returns the servers in use, in order; the resolver owns the array. */
const struct endpoint *resolver_servers(const struct resolver *, size_t *count);

#endif
