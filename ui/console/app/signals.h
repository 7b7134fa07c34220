/* Signals of a program that has taken the terminal over: numbers from a pipe, and a rescue before one that kills. */
#ifndef SIGNALS_H
#define SIGNALS_H

#include "base/fault.h"

#include <stdbool.h>

/* Sends SIGINT, SIGTERM, SIGHUP, SIGTSTP, SIGCONT and SIGWINCH to the pipe from here on. A second SIGINT, SIGTERM or
 * SIGHUP of the same kind, and any signal that means a crash, calls rescue (async-signal-safe) and then does what it
 * did before. Returns the pipe's descriptor to poll for reading; -1 with a reason. */
int signals_start(void (*rescue)(void), struct fault *);

/* Returns the next signal that came; 0 = no more. */
int signals_next(void);

/* While another program has the terminal, ^Z stops both, and SIGCONT is not sent to the pipe. */
void signals_lend(bool lent);

/* Restores the state before signals_start; may be called without it. */
void signals_stop(void);

#endif
