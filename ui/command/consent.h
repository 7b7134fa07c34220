/* Asks the user before something is done. */
#ifndef CONSENT_H
#define CONSENT_H

#include <stdbool.h>

/* Returns whether there is a terminal on which a question can be asked and answered. */
bool consent_can_ask(void);

/* Asks "QUESTION [y/N] " there. Returns whether the answer is yes; an interrupt is none. */
bool consent_ask(const char *question);

#endif
