/* One line to be typed. */
#ifndef PROMPT_H
#define PROMPT_H

#include "console/app/app.h"

/* Gets the typed text; returns false with a reason, which is then shown under the line. */
typedef bool prompt_submit(void *arg, const char *text, struct fault *);

/* Passes the text to submit on Enter, and closes if it is accepted; passes it to `typed` at each change (NULL = not),
 * and calls dropped(arg) on Esc, which closes the prompt (NULL = not). `label` is a literal; `initial` may be NULL. */
void prompt_open_heard(struct app *, const char *label, const char *initial, prompt_submit *typed,
                       prompt_submit *submit, void (*dropped)(void *arg), void *arg);

/* Like prompt_open, for text that may have lines, such as a bounce. A paste is shown in one line and submitted with its
 * lines, unless it was edited. `lines` is `initial` with its line breaks; NULL = it has none. */
void prompt_open_lines(struct app *, const char *label, const char *initial, const char *lines, prompt_submit *submit,
                       void *arg);

static inline void
prompt_open(struct app *app, const char *label, const char *initial, prompt_submit *submit, void *arg)
{
    prompt_open_heard(app, label, initial, NULL, submit, NULL, arg);
}

#endif
