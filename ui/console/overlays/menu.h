/* A choice of one line among a few. */
#ifndef MENU_H
#define MENU_H

#include "console/app/app.h"

/* Enter closes the menu and calls chosen(arg, line); leaving it, also by the action that opened it, calls nothing. The
 * lines are copied. The cursor starts on the line `at`, which is marked as the present one (MENU_NONE: none is). */
#define MENU_NONE SIZE_MAX
void menu_open(struct app *, enum action opener, const char *title, const char *const *lines, size_t count, size_t at,
               void (*chosen)(void *arg, size_t line), void *arg);
/* Like menu_open, but with the cursor on another line. */
void menu_open_on(struct app *, enum action opener, const char *title, const char *const *lines, size_t count,
                  size_t at, size_t cursor, void (*chosen)(void *arg, size_t line), void *arg);

#endif
