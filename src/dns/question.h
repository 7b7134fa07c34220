/* Private to dns: a question on its way through queues and servers, and those who wait for its answer. */
#ifndef QUESTION_H
#define QUESTION_H

#include "base/hashtable.h"
#include "base/pool.h"
#include "base/queue.h"
#include "dns/channel.h"

struct resolver;
struct server;

enum { QUESTION_SERVERS = 8 };

struct waiter {
    void (*done)(void *arg, const struct answer *); /* NULL when the asker went away */
    void *arg;
    struct waiter *next;
};

/* What a question met at one server. */
struct course {
    uint16_t misses; /* attempts without a useful answer, of which ... */
    uint8_t losses;  /* ... without any */
    uint8_t failures;
    bool asked;
    enum outcome outcome; /* the last one; OUTCOME_TIMEOUT = none yet */
    bool over, plain;     /* have no more attempts; send without EDNS */
    bool overtaken;       /* refused, though a question sent a moment later was answered */
    int32_t waited_ms;
    int64_t refused_us; /* when the last attempt that was refused was sent */
};

struct question {
    struct queue_link link;
    struct queue *queue;          /* in which it is, NULL = in flight or being delivered */
    struct hashtable_entry entry; /* in `under_way` */
    struct hashtable *under_way;  /* table of the questions that others may join; NULL = not in it */
    struct waiter waiter;         /* most have one; those of equal questions follow */
    struct resolver *resolver;
    struct server *server;    /* at which it waits or is in flight */
    struct attempt *attempts; /* that may still be answered */
    int64_t rests_until_us;
    uint32_t group; /* type and domain, as a hash */
    unsigned flags; /* enum resolver_flags */
    unsigned packets;
    bool tcp;
    bool suspect; /* was in flight when junk came, and must be in flight alone next time */
    struct pool *pool;
    size_t bytes; /* of this, for the pool */
    size_t key_count;
    struct answer last;                      /* delivered if no better answer comes */
    struct course courses[QUESTION_SERVERS]; /* not set for more servers than there are: most are one */
    uint8_t key[]; /* the type, then the name: lower case, without the final dot, NUL-terminated */
};

/* One packet sent. */
struct attempt {
    struct queue_link link;    /* in server.in_flight, until it is answered or lost */
    struct attempt *next;      /* of the same question */
    struct question *question; /* NULL when it needs no answer any more */
    struct server *server;
    enum channel_kind kind;
    unsigned level;
    int64_t sent_us;
    bool lost, ended; /* in our eyes; in those of the channel */
};

/* Returns a question of this waiter, in no queue; the pool must outlive it. */
struct question *question_new(struct resolver *, struct pool *, const char *name, enum record_type, unsigned flags,
                              struct waiter);

/* Frees a question that is in no queue. */
void question_free(struct question *);

/* Adds the waiter of a question that asks the same. */
void question_join(struct question *, const struct question *same);

/* Whether anybody waits for the answer. */
bool question_is_wanted(const struct question *);

/* Drops the waiters with this argument. */
void question_leave(struct question *, const void *arg);

/* Whether any server answered, be it with SERVFAIL. */
bool question_has_answer(const struct question *);

/* Returns the first question of a queue, or NULL. */
struct question *question_first(const struct queue *);

/* Takes the question out of the queue that it is in, if any, and (enter) adds it to another. */
void question_withdraw(struct question *);
void question_enter(struct question *, struct queue *);

#endif
