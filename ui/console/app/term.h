/* The real terminal. There is one, so it is started and stopped rather than made; the only file that knows curses. */
#ifndef TERM_H
#define TERM_H

#include "base/fault.h"
#include "console/app/screen.h"

#include <stdbool.h>

enum term_colour { TERM_COLOUR_AUTO, TERM_COLOUR_ALWAYS, TERM_COLOUR_NEVER };

/* Takes the terminal over. setlocale() comes first. `ascii` forces ASCII; without it, ASCII is used where the locale's
 * charset is not UTF-8. AUTO obeys NO_COLOR. From here until term_stop the terminal is restored on any way out: also on
 * SIGTERM, SIGHUP, SIGINT (EVENT_GONE; a second one ends at once), fatal signals and lack of memory. */
struct screen *term_start(bool ascii, enum term_colour, struct fault *);

/* Gives the terminal back; may be called twice, and when it never started. Takes its descriptors out of the loop, so
 * the loop must still live. */
void term_stop(void);

/* The signal that asked us to end, 0 = none: raise it again after all has been put away. */
int term_signal(void);

#endif
