/* A choice of one line among a few. */
#ifndef MENU_H
#define MENU_H

#include "console/app/app.h"

/* Enter closes the menu and calls chosen(arg, line); leaving it, also by the action that opened it, calls nothing. The
 * lines are copied. The line `at` is marked as the present one (MENU_NONE: none is); the cursor starts on another. */
#define MENU_NONE SIZE_MAX
void menu_open(struct app *, enum action opener, const char *title, const char *const *lines, size_t count, size_t at,
               size_t cursor, void (*chosen)(void *arg, size_t line), void *arg);

#endif
