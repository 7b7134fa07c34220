#include "dns/question.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

struct question *
question_new(const char *name, enum record_type type, unsigned flags, struct waiter waiter)
{
    size_t count = strlen(name);
    struct question *q = mem_alloc(sizeof *q + count + 2);
    *q = (struct question){.first = waiter, .flags = flags, .last = {.outcome = OUTCOME_TIMEOUT, .rcode = -1}};
    if (count > 1 && name[count - 1] == '.' && name[count - 2] != '\\')
        count--;
    q->key[0] = (uint8_t)type;
    for (size_t i = 0; i < count; i++)
        q->key[1 + i] = (uint8_t)(name[i] >= 'A' && name[i] <= 'Z' ? name[i] - 'A' + 'a' : name[i]);
    q->key[1 + count] = '\0';
    q->key_count = 1 + count;
    return q;
}

void
question_free(struct question *q)
{
    vec_free(&q->more);
    free(q);
}

enum record_type
question_type(const struct question *q)
{
    return (enum record_type)q->key[0];
}

const char *
question_name(const struct question *q)
{
    return (const char *)q->key + 1;
}

bool
question_is_wanted(const struct question *q)
{
    for (size_t i = 0; i < q->more.count; i++)
        if (q->more.at[i].done)
            return true;
    return q->first.done != NULL;
}

void
question_join(struct question *q, struct waiter waiter)
{
    vec_push(&q->more, waiter);
}

void
question_leave(struct question *q, const void *arg)
{
    if (q->first.arg == arg)
        q->first.done = NULL;
    for (size_t i = 0; i < q->more.count; i++)
        if (q->more.at[i].arg == arg)
            q->more.at[i].done = NULL;
}

void
question_tell(const struct question *q, const struct answer *answer)
{
    if (q->first.done)
        q->first.done(q->first.arg, answer);
    for (size_t i = 0; i < q->more.count; i++)
        if (q->more.at[i].done)
            q->more.at[i].done(q->more.at[i].arg, answer);
}
