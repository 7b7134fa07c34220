/* A question with yes or no. */
#ifndef VIEW_CONFIRM_H
#define VIEW_CONFIRM_H

#include "console/app/app.h"

/* Calls answer(arg, yes) once the user has pressed `y` or `n`; the question is gone from the screen by then. */
void view_confirm_open(struct app *, const char *question, void (*answer)(void *arg, bool yes), void *arg);

#endif
