/* One question on its way through the resolver, and those who wait for its answer. Nobody else's business. */
#ifndef QUESTION_H
#define QUESTION_H

#include "base/hashtable.h"
#include "base/vec.h"
#include "dns/answer.h"
#include "dns/resolver.h"

#include <sys/queue.h>

struct waiter {
    resolver_done *done; /* NULL when it went away */
    void *arg;
};

struct server;

struct question {
    TAILQ_ENTRY(question) link;   /* the one list it is in */
    struct hashtable_entry entry; /* in the table of those under way, when `under_way` */
    bool under_way;
    struct waiter first;
    VEC(struct waiter) more;
    struct resolver *resolver;
    struct server *server; /* where it waits or is in flight */
    int64_t sent_us;
    int64_t until_us; /* when this try is over, 0 = not begun */
    unsigned flags;   /* enum resolver_flags */
    unsigned packets;
    uint8_t failed[RESOLVER_SERVERS]; /* tries that each server let pass */
    bool tcp;
    bool doubted;       /* met FORMERR and was asked again without EDNS */
    bool suspect;       /* was in flight when junk came, and must be so alone */
    struct answer last; /* what will be told if nobody does better */
    size_t key_count;
    uint8_t key[]; /* the type, then the name: lower case, without the final dot, NUL-terminated */
};

TAILQ_HEAD(questions, question);

struct question *question_new(const char *name, enum record_type, unsigned flags, struct waiter);
void question_free(struct question *); /* in no list and no table */

enum record_type question_type(const struct question *);
const char *question_name(const struct question *);

/* Whether anybody still waits. */
bool question_is_wanted(const struct question *);
void question_join(struct question *, struct waiter);
/* Those with this `arg` wait no more. */
void question_leave(struct question *, const void *arg);

/* Calls everybody who waits; each may make others leave. */
void question_tell(const struct question *, const struct answer *);

#endif
