/* One line to be typed. */
#ifndef PROMPT_H
#define PROMPT_H

#include "console/app/app.h"

/* Gets the typed text; returns false with a reason, which is then shown under the line. */
typedef bool prompt_submit(void *arg, const char *text, struct fault *);

/* Enter hands the text to submit: false leaves the prompt open with the reason under the line. Esc closes it. `label`
 * is a literal; `initial` may be NULL. */
void prompt_open(struct app *, const char *label, const char *initial, prompt_submit *, void *arg);

/* The same, heard while the user types: `typed` gets the text at each change, `entered` on Enter; what one refuses is
 * said under the line. Esc closes it and calls dropped(arg). */
void prompt_open_heard(struct app *, const char *label, const char *initial, prompt_submit *typed,
                       prompt_submit *entered, void (*dropped)(void *arg), void *arg);
/* The same for both. */
void prompt_open_live(struct app *, const char *label, const char *initial, prompt_submit *typed,
                      void (*dropped)(void *arg), void *arg);

#endif
