/* A question with yes or no. */
#ifndef VIEW_CONFIRM_H
#define VIEW_CONFIRM_H

#include "app.h"

/* Calls yes(arg) on `y`, and then in any case done(arg), which may free arg; done may be NULL. */
void view_confirm_open(struct app *, const char *question, void (*yes)(void *arg), void (*done)(void *arg), void *arg);

#endif
