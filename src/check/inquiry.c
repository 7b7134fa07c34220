#include "check/inquiry.h"

#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct inquiry_question {
    struct inquiry *inquiry;
    size_t exchange;
    inquiry_done *done;
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
forget(struct inquiry *inquiry, const struct inquiry_question *question)
{
    for (size_t i = 0; i < inquiry->questions.count; i++)
        if (inquiry->questions.at[i] == question) {
            inquiry->questions.at[i] = inquiry->questions.at[--inquiry->questions.count];
            return;
        }
}

/* Whoever is told may put more questions: then exchanges move, but not their names. */
static void
on_answer(void *arg, const struct answer *answer)
{
    struct inquiry_question *question = arg;
    struct inquiry *inquiry = question->inquiry;
    struct exchange *x = &inquiry->evidence->exchanges.at[question->exchange];
    note_answer(x, answer);
    forget(inquiry, question);
    question->done(question->arg, x->name, answer);
    free(question);
    inquiry->changed(inquiry->arg);
}

static void
put(struct inquiry *inquiry, size_t exchange, inquiry_done *done, void *arg)
{
    struct exchange *x = &inquiry->evidence->exchanges.at[exchange];
    struct inquiry_question *question = mem_alloc(sizeof *question);
    *question = (struct inquiry_question){inquiry, exchange, done, arg};
    x->pending = true;
    inquiry->evidence->finished_ms = 0;
    vec_push(&inquiry->questions, question);
    resolver_ask(inquiry->resolver, x->name, x->type, inquiry->flags, on_answer, question);
}

void
inquiry_put(struct inquiry *inquiry, enum subject subject, const char *name, enum record_type type, inquiry_done *done,
            void *arg)
{
    size_t slot = exchange_slot(inquiry->evidence, name, type);
    inquiry->evidence->exchanges.at[slot].subject = subject;
    put(inquiry, slot, done, arg);
}

void
inquiry_put_to_list(struct inquiry *inquiry, enum list_id id, enum record_type type, inquiry_done *done, void *arg)
{
    char reversed[ADDR_REVERSED_TEXT], name[INQUIRY_NAME];
    snprintf(name, sizeof name, "%s.%s", addr_reversed(&inquiry->evidence->address, reversed), catalogue_at(id)->zone);
    size_t slot = exchange_slot(inquiry->evidence, name, type);
    inquiry->evidence->exchanges.at[slot].subject = SUBJECT_LIST;
    inquiry->evidence->exchanges.at[slot].list = id;
    put(inquiry, slot, done, arg);
}

void
inquiry_fini(struct inquiry *inquiry)
{
    for (size_t i = 0; i < inquiry->questions.count; i++) {
        resolver_forget(inquiry->resolver, inquiry->questions.at[i]);
        free(inquiry->questions.at[i]);
    }
    vec_free(&inquiry->questions);
}
