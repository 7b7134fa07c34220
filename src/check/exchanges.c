#include "check/exchanges.h"

#include "base/text.h"
#include "lists/list_key.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct exchanges_question {
    struct exchanges *exchanges;
    size_t exchange;
    exchanges_done *done;
    void *arg;
};

/* The callback may ask more questions: that moves the exchanges, but not their names. */
static void
on_answer(void *arg, const struct answer *answer)
{
    struct exchanges_question *question = arg;
    struct exchanges *exchanges = question->exchanges;
    struct exchange *x = &exchanges->evidence->exchanges.at[question->exchange];
    struct answer *masked = NULL;
    size_t place = 0;
    if (x->type == RECORD_PTR && answer->count > 0) /* lists mask theirs; whoever names a host may have a key in it */
        answer = masked = list_key_copy_answer(exchanges->engine->dataset.catalogue, answer);
    x->pending = false;
    x->outcome = answer->outcome;
    x->rcode = answer->rcode;
    x->ttl = answer->ttl;
    x->rtt_us = answer->rtt_us;
    x->at_ms = answer->at_ms;
    x->remembered = answer->remembered;
    x->server = answer->server;
    x->asked = answer->asked;
    x->agreed = answer->agreed;
    for (size_t i = 0; i < x->records.count; i++)
        free(x->records.at[i]);
    vec_clear(&x->records);
    for (size_t i = 0; i < answer->count; i++) {
        const struct record *r = &answer->records[i];
        char text[ADDR_TEXT];
        if (r->type == RECORD_A || r->type == RECORD_AAAA)
            vec_push(&x->records, mem_copy(addr_text(&r->addr, text)));
        else
            vec_push(&x->records, text_clean_copy(r->text, r->text_count));
    }
    while (exchanges->questions.at[place] != question)
        place++;
    exchanges->questions.at[place] = exchanges->questions.at[--exchanges->questions.count];
    question->done(question->arg, x->name, answer);
    free(masked);
    free(question);
    exchanges->changed(exchanges->arg);
}

/* A list has one name of each type; only the others need be compared. */
static bool
is_same(const struct exchange *x, const struct list *list, const char *name, enum record_type type)
{
    return x->list == list && x->type == type && (list || strcmp(x->name, name) == 0);
}

/* `list` is NULL unless it is the subject. */
static void
put(struct exchanges *exchanges, enum subject subject, const struct list *list, const char *name, enum record_type type,
    exchanges_done *done, void *arg)
{
    struct evidence *e = exchanges->evidence;
    size_t slot = 0;
    while (slot < e->exchanges.count && !is_same(&e->exchanges.at[slot], list, name, type))
        slot++;
    if (slot == e->exchanges.count)
        vec_push(&e->exchanges, ((struct exchange){.name = mem_copy(name), .type = type, .rcode = -1, .rtt_us = -1}));
    struct exchange *x = &e->exchanges.at[slot];
    struct exchanges_question *question = mem_alloc(sizeof *question);
    *question = (struct exchanges_question){exchanges, slot, done, arg};
    x->subject = subject;
    x->list = list;
    x->pending = true;
    e->finished_ms = 0;
    vec_push(&exchanges->questions, question);
    const struct engine *engine = exchanges->engine;
    unsigned confirmed = engine->targets > ENGINE_SOME && type == RECORD_A ? HEALTH_CONFIRMED : 0;
    unsigned once = engine->distinct && engine->targets > ENGINE_SOME ? RESOLVER_FORGET : 0;
    if (list)
        health_put(health_of_family(engine->health, e->address.family), list, x->name, type,
                   exchanges->flags | confirmed | once, on_answer, question);
    else
        resolver_ask(engine->resolver, x->name, type, exchanges->flags, on_answer, question);
}

void
exchanges_put(struct exchanges *exchanges, enum subject subject, const char *name, enum record_type type,
              exchanges_done *done, void *arg)
{
    put(exchanges, subject, NULL, name, type, done, arg);
}

void
exchanges_put_to_list(struct exchanges *exchanges, const struct list *list, enum record_type type, exchanges_done *done,
                      void *arg)
{
    char reversed[ADDR_REVERSED_TEXT], name[ADDR_REVERSED_TEXT + sizeof "KEY." + LIST_ZONE];
    char *end = stpcpy(name, addr_reversed(&exchanges->evidence->address, reversed));
    *end++ = '.';
    stpcpy(end, list->shown);
    put(exchanges, SUBJECT_LIST, list, name, type, done, arg);
}

void
exchanges_fini(struct exchanges *exchanges)
{
    for (size_t i = 0; i < exchanges->questions.count; i++) {
        struct exchanges_question *question = exchanges->questions.at[i];
        const struct list *list = exchanges->evidence->exchanges.at[question->exchange].list;
        if (list)
            health_forget(health_of_family(exchanges->engine->health, exchanges->evidence->address.family), list,
                          question);
        else
            resolver_forget(exchanges->engine->resolver, question);
        free(question);
    }
    vec_free(&exchanges->questions);
}
