/* The real terminal, started and stopped because there is only one. No other file knows curses. */
#ifndef TERM_H
#define TERM_H

#include "base/fault.h"
#include "console/app/screen.h"

#include <stdbool.h>

enum term_colour { TERM_COLOUR_AUTO, TERM_COLOUR_ALWAYS, TERM_COLOUR_NEVER };

struct term_options {
    bool ascii;              /* forces ASCII, which is also used where the locale's charset is not UTF-8 */
    enum term_colour colour; /* AUTO obeys NO_COLOR */
    bool mouse;              /* takes the mouse from the terminal */
    bool asks_background;    /* chooses the theme for a dark or light background, if the terminal tells it at once */
};

/* Takes the terminal over; setlocale() comes first. From here until term_stop any way out restores the terminal: also
 * SIGTERM, SIGHUP, SIGINT (EVENT_GONE; a second one ends at once), fatal signals and lack of memory. */
struct screen *term_start(const struct term_options *, struct fault *);

/* Restores the terminal; may be called twice, and without a start. The loop must still live, because its descriptors
 * are taken out of it. */
void term_stop(void);

/* Returns the signal that asked the program to end, 0 = none: raise it again after cleaning up. */
int term_signal(void);

#endif
