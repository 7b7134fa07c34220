/* A small view of its own for tests of the console that need no engine: a table of made-up neighbours. */
#ifndef TEST_TOY_VIEW_H
#define TEST_TOY_VIEW_H

#include "console/app/app.h"

struct toy;

/* `rows` rows, numbered from `first`. */
struct toy *toy_open(struct app *, const char *title, unsigned first, unsigned rows);
/* Rows numbered before the first, as if new answers had come in. */
void toy_prepend(struct toy *, unsigned rows);
/* All rows go, and come back. */
void toy_hide(struct toy *, bool hidden);
/* The changes that it was told of. */
unsigned toy_changes(const struct toy *);
/* What `i` is connected to: opens a toy for any text of digits, and refuses the rest. arg is the app. */
bool toy_submit(void *arg, const char *text, struct fault *);

#endif
