/* Private to dns: one server, what is in flight towards it, and what its answers and silences say about it. */
#ifndef SERVER_H
#define SERVER_H

#include "base/loop.h"
#include "base/pool.h"
#include "base/vec.h"
#include "dns/congestion.h"
#include "dns/question.h"

enum {
    SERVER_LEVELS = 6,            /* times that a question was lost, as far as they lengthen the wait */
    SERVER_RECOVERIES = 8,        /* this many come from load */
    SERVER_SHUNNED_MS = 30000,    /* without an answer; then it is tested */
    SERVER_GIVEN_UP_US = 5000000, /* until it is tested again */
    SERVER_SILENT_NAMES = 8,      /* mean that a server is silent, and not theirs, if it has answered others */
};

/* Questions of one type below one domain: a server may refuse or ignore all of them. */
struct group {
    uint32_t key;
    bool answered, refused;
};

enum edns { EDNS_UNKNOWN, EDNS_WORKS, EDNS_DOUBTED, EDNS_TESTED, EDNS_DROPPED };

struct server {
    struct resolver *resolver;
    struct loop *loop;
    size_t index;                    /* among the resolver's */
    const struct endpoint *endpoint; /* borrowed */
    int64_t timeout_ms;              /* longest wait for one attempt */
    struct channel *channels[CHANNEL_KINDS];
    struct congestion congestion;
    struct queue waiting, in_flight[SERVER_LEVELS + 1]; /* by level, the last is TCP; each in order of sending */
    struct timer expiry;
    enum edns edns;
    bool spoilt;                 /* EDNS must be switched on again as soon as nothing is in flight */
    bool exclusive;              /* the last packet must be in flight alone */
    bool stranded;               /* what waits must be routed anew */
    const struct attempt *alone; /* sent without hurry, and nothing since */
    int64_t sent_us;             /* time of the last packet */
    int64_t answered_us;         /* time of the last answer; 0 = none yet */
    uint64_t answers;            /* that were useful */
    int64_t silent_since_us;     /* 0 = not silent */
    uint64_t silences;           /* attempts in a row, about ... */
    size_t silent_count;         /* ... these names, as hashes: */
    uint32_t silent_names[SERVER_SILENT_NAMES];
    unsigned recoveries;       /* questions that failed first and were answered a moment later */
    unsigned rescues;          /* ... that were lost first */
    int64_t refused_since_us;  /* 0 = the last answer was useful */
    int64_t good_sent_us;      /* when the youngest answered attempt was sent */
    bool picky;                /* refuses some names, whenever they are asked */
    bool limited, refuses;     /* for the moment; whatever it is asked */
    int64_t shunned_until_ms;  /* 0 = not shunned */
    int64_t given_up_until_us; /* 0 = not given up */
    VEC(struct group) groups;
    struct pool attempts;
};

/* Opens the channels of a server whose first fields are set. `moved` is called with the resolver after each reading of
 * a socket. `window` is for congestion_init, and a question may take `tries` times timeout_ms. */
void server_open(struct server *, unsigned window, unsigned tries, void (*moved)(void *resolver));

/* Ends every attempt. The questions, and those that wait, join `moved`. */
void server_close(struct server *, struct queue *moved);

size_t server_in_flight(const struct server *);

/* Moves the questions that are in flight to a queue, and counts their attempts as lost. */
void server_strand(struct server *, struct queue *);

/* Sets the timer for the attempt that is due first. It may fire too early: moving it with each answer would cost more.
 */
void server_watch(struct server *);

/* Returns the group with this key; the pointer is good until the next call. */
struct group *server_group(struct server *, uint32_t key);

/* Notes a useful answer. */
void server_count_answer(struct server *, const struct attempt *, uint32_t group, int64_t now_us);

/* Whether a refusal is the server's word, and not that of a moment: it refuses an unhurried question, or questions of
 * this group while it answers all others. */
bool server_refuses(struct server *, const struct attempt *, struct question *, int64_t now_us);

/* Whether an attempt is by TCP only because of a truncated answer: it says nothing about the server. */
bool server_is_detour(const struct attempt *);

/* Returns the queue of an attempt that is in flight. */
struct queue *server_queue(const struct attempt *);

/* Takes an attempt out of the window; it may still be answered. */
void server_lose(struct attempt *);

/* Frees an attempt that is in no queue. */
void server_drop(struct attempt *);

/* Returns when an attempt counts as lost: soon if one that was sent later has been answered (RFC 8985), because else
 * the server may only be busy. */
int64_t server_due_us(const struct attempt *);

#endif
