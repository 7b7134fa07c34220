/* Asks one list. Asks again for an answer that is older than the list (freshness.h), and delivers an answer on demand
 * only after a self-test that began later has passed, because lists and resolvers can turn bad at any time. */
#ifndef LIST_QUESTIONS_H
#define LIST_QUESTIONS_H

#include "base/loop.h"
#include "dns/resolver.h"
#include "lists/catalogue.h"
#include "lists/pace.h"

#include <stdbool.h>

/* Flags besides those of the resolver. */
enum {
    LIST_QUESTION_CONFIRMED = 1 << 8, /* wait for a self-test that begins after the answer */
    /* questions of the self-test, which the next server is asked where one fails: */
    LIST_QUESTION_LABEL = 1 << 9,   /* a random label: no cache has the answer, so that it shows the age of the list */
    LIST_QUESTION_LISTED = 1 << 10, /* a test point that must be listed ... */
    LIST_QUESTION_UNLISTED = 1 << 11, /* ... or not */
};

struct list_questions;

/* Calls `prove` when answers wait for a self-test. `test_point` is the question of the one that must be listed; "" =
 * the list has none. */
struct list_questions *list_questions_new(struct loop *, struct resolver *, struct pace *, const struct catalogue *,
                                          const struct list *, const char *test_point, void (*prove)(void *arg),
                                          void *arg);
/* Drops all questions. NULL is fine. */
void list_questions_free(struct list_questions *);

/* Asks once. What stays old after some tries is delivered as `stale`. Never called back from inside. */
void list_questions_put(struct list_questions *, const char *name, enum record_type, unsigned flags, resolver_done *,
                        void *arg);
/* Drops the questions of this `arg`. */
void list_questions_forget(struct list_questions *, const void *arg);

/* Tells that a self-test begins: answers wait for that of its random label, if it has one, to be compared with. */
void list_questions_begin_proof(struct list_questions *, bool label);
/* Tells that it ended, and delivers the answers that came before it began. After a failed one, answers that came
 * meanwhile are asked for again as soon as one passes. */
void list_questions_end_proof(struct list_questions *, bool passed);

/* Returns whether a listing waits for a self-test. */
bool list_questions_hold_listing(const struct list_questions *);

/* Returns whether a record at a listed test point is documented by the list, or 127.0.0.2, the usual one (RFC 5782),
 * and means what its weightiest code means: a policy code alone proves nothing of a list of abuse. If not, appends half
 * a sentence to `why` unless that is NULL. */
bool list_questions_prove(const struct list *, const struct answer *, struct buf *why);

/* Returns how many questions, the last ones, got no usable answer. */
unsigned list_questions_failures(const struct list_questions *);

#endif
