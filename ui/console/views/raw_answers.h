/* The raw questions and answers behind a row of an address's page, and the self-tests of its lists. */
#ifndef RAW_ANSWERS_H
#define RAW_ANSWERS_H

#include "check/engine.h"
#include "console/app/app.h"
#include "verdict/evidence.h"

/* Outlived by what it points to. */
struct raw_answers {
    const struct engine *engine;
    const struct evidence *evidence;
    const unsigned *changes; /* of the evidence; another number after each change */
    uint64_t row_key;        /* address_rows.h; 0 = all questions */
};

/* Returns whether there are any for the row. */
bool raw_answers_exist(const struct raw_answers *);
/* Opens a page of them, filled again after each change. The view of the evidence is below it. */
void raw_answers_open(struct app *, const struct raw_answers *);

#endif
