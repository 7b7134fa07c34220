#include "check/exchanges.h"

#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct exchanges_question {
    struct exchanges *exchanges;
    size_t exchange;
    exchanges_done *done;
    void *arg;
};

/* ---- the record ---- */

static void
note_records(struct exchange *x, const struct answer *answer)
{
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
}

static void
note_answer(struct exchange *x, const struct answer *answer)
{
    x->pending = false;
    x->outcome = answer->outcome;
    x->rcode = answer->rcode;
    x->ttl = answer->ttl;
    x->rtt_us = answer->rtt_us;
    x->at_ms = answer->at_ms;
    x->remembered = answer->remembered;
    x->server = answer->server;
    note_records(x, answer);
}

static size_t
exchange_slot(struct evidence *e, const char *name, enum record_type type)
{
    for (size_t i = 0; i < e->exchanges.count; i++)
        if (e->exchanges.at[i].type == type && strcmp(e->exchanges.at[i].name, name) == 0)
            return i;
    vec_push(&e->exchanges, ((struct exchange){.name = mem_copy(name), .type = type, .rcode = -1, .rtt_us = -1}));
    return e->exchanges.count - 1;
}

/* ---- questions ---- */

static void
forget(struct exchanges *exchanges, const struct exchanges_question *question)
{
    for (size_t i = 0; i < exchanges->questions.count; i++)
        if (exchanges->questions.at[i] == question) {
            exchanges->questions.at[i] = exchanges->questions.at[--exchanges->questions.count];
            return;
        }
}

/* Whoever is told may put more questions: then exchanges move, but not their names. */
static void
on_answer(void *arg, const struct answer *answer)
{
    struct exchanges_question *question = arg;
    struct exchanges *exchanges = question->exchanges;
    struct exchange *x = &exchanges->evidence->exchanges.at[question->exchange];
    note_answer(x, answer);
    forget(exchanges, question);
    question->done(question->arg, x->name, answer);
    free(question);
    exchanges->changed(exchanges->arg);
}

static void
put(struct exchanges *exchanges, size_t exchange, exchanges_done *done, void *arg)
{
    struct exchange *x = &exchanges->evidence->exchanges.at[exchange];
    struct exchanges_question *question = mem_alloc(sizeof *question);
    *question = (struct exchanges_question){exchanges, exchange, done, arg};
    x->pending = true;
    exchanges->evidence->finished_ms = 0;
    vec_push(&exchanges->questions, question);
    resolver_ask(exchanges->resolver, x->name, x->type, exchanges->flags, on_answer, question);
}

void
exchanges_put(struct exchanges *exchanges, enum subject subject, const char *name, enum record_type type,
              exchanges_done *done, void *arg)
{
    size_t slot = exchange_slot(exchanges->evidence, name, type);
    exchanges->evidence->exchanges.at[slot].subject = subject;
    put(exchanges, slot, done, arg);
}

void
exchanges_put_to_list(struct exchanges *exchanges, const struct list *list, enum record_type type, exchanges_done *done,
                      void *arg)
{
    char reversed[ADDR_REVERSED_TEXT], name[EXCHANGES_NAME];
    snprintf(name, sizeof name, "%s.%s", addr_reversed(&exchanges->evidence->address, reversed), list->zone);
    size_t slot = exchange_slot(exchanges->evidence, name, type);
    exchanges->evidence->exchanges.at[slot].subject = SUBJECT_LIST;
    exchanges->evidence->exchanges.at[slot].list = list;
    put(exchanges, slot, done, arg);
}

void
exchanges_fini(struct exchanges *exchanges)
{
    for (size_t i = 0; i < exchanges->questions.count; i++) {
        resolver_forget(exchanges->resolver, exchanges->questions.at[i]);
        free(exchanges->questions.at[i]);
    }
    vec_free(&exchanges->questions);
}
