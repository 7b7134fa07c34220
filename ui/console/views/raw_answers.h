/* The raw questions and answers behind a row of an address's page, and the self-tests of its lists. */
#ifndef RAW_ANSWERS_H
#define RAW_ANSWERS_H

#include "check/engine.h"
#include "console/app/app.h"
#include "draw/text_page.h"
#include "verdict/evidence.h"

/* The pointers must outlive it. */
struct raw_answers {
    const struct engine *engine;
    const struct evidence *evidence;
    const unsigned *changes; /* counts changes of the evidence */
    uint64_t row_key;        /* address_rows.h; 0 = all questions */
};

/* Adds them to the page, which may be NULL; returns whether the row has any. */
bool raw_answers_add(const struct raw_answers *, struct text_page *);
/* Adds what a list answered to the questions of its self-test. */
void raw_answers_add_self_test(struct text_page *, const struct list_health *, const struct list *);
/* Opens a page of them over the view of the evidence; each change fills it again. */
void raw_answers_open(struct app *, const struct raw_answers *);

#endif
