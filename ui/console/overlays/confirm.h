/* A question with yes or no. */
#ifndef CONFIRM_H
#define CONFIRM_H

#include "console/app/app.h"

/* Calls answer(arg, yes) once the user has pressed `y` or `n`; the question is gone from the screen by then. */
void confirm_open(struct app *, const char *question, void (*answer)(void *arg, bool yes), void *arg);

#endif
