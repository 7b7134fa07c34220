/* A question with yes or no. */
#ifndef CONFIRM_H
#define CONFIRM_H

#include "console/app/app.h"

/* Asks, and closes; then calls answer(arg, yes). */
void confirm_open(struct app *, const char *question, void (*answer)(void *arg, bool yes), void *arg);

#endif
