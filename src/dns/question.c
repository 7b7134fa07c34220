#include "dns/question.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

struct question *
question_first(const struct queue *queue)
{
    struct queue_link *link = queue_first(queue);
    return link ? mem_container(link, struct question, link) : NULL;
}

void
question_withdraw(struct question *q)
{
    if (q->queue)
        queue_remove(q->queue, &q->link);
    q->queue = NULL;
}

void
question_enter(struct question *q, struct queue *queue)
{
    question_withdraw(q);
    q->queue = queue;
    queue_add(queue, &q->link);
}

struct question *
question_new(struct resolver *r, struct pool *pool, const char *name, enum record_type type, unsigned flags,
             struct waiter waiter)
{
    size_t count = strlen(name);
    struct question *q = pool_take(pool, sizeof *q + count + 2);
    memset(q, 0, offsetof(struct question, last));
    q->waiter = waiter;
    q->resolver = r;
    q->flags = flags;
    q->pool = pool;
    q->bytes = sizeof *q + count + 2;
    q->last = (struct answer){.outcome = OUTCOME_TIMEOUT, .rcode = -1};
    if (count > 1 && name[count - 1] == '.' && name[count - 2] != '\\')
        count--;
    q->key[0] = (uint8_t)type;
    for (size_t i = 0; i < count; i++)
        q->key[1 + i] = (uint8_t)(name[i] >= 'A' && name[i] <= 'Z' ? name[i] - 'A' + 'a' : name[i]);
    q->key[1 + count] = '\0';
    q->key_count = 1 + count;
    /* the type and, without its first label, the last three labels; two below arpa */
    int labels = count > 4 && memcmp(q->key + 1 + count - 5, ".arpa", 5) == 0 ? 2 : 3;
    const uint8_t *first = memchr(q->key, '.', q->key_count);
    q->group = 2166136261u ^ q->key[0];
    for (const uint8_t *at = q->key + count; first && at > first && (*at != '.' || --labels > 0); at--)
        q->group = (q->group ^ *at) * 16777619u;
    return q;
}

void
question_free(struct question *q)
{
    if (q->under_way)
        hashtable_remove(q->under_way, &q->entry);
    for (struct attempt *t = q->attempts; t; t = t->next)
        t->question = NULL;
    for (struct waiter *w = q->waiter.next, *next; w; w = next) {
        next = w->next;
        free(w);
    }
    pool_give(q->pool, q, q->bytes);
}

void
question_join(struct question *q, const struct question *same)
{
    struct waiter *last = &q->waiter;
    while (last->next)
        last = last->next;
    last->next = mem_alloc(sizeof *last->next);
    *last->next = same->waiter;
}

bool
question_is_wanted(const struct question *q)
{
    const struct waiter *w = &q->waiter;
    while (w && !w->done)
        w = w->next;
    return w;
}

void
question_leave(struct question *q, const void *arg)
{
    for (struct waiter *w = &q->waiter; w; w = w->next)
        if (w->arg == arg)
            w->done = NULL;
}

bool
question_has_answer(const struct question *q)
{
    return q->last.server.addr.family != ADDR_NONE;
}
