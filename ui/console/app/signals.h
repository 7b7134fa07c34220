/* Signals of a program that has taken the terminal over: as numbers out of a pipe, and a last deed before one that
 * kills. */
#ifndef SIGNALS_H
#define SIGNALS_H

#include "base/fault.h"

#include <stdbool.h>

/* From here on SIGINT, SIGTERM, SIGHUP, SIGTSTP, SIGCONT and SIGWINCH come out of the pipe. A second SIGINT, SIGTERM or
 * SIGHUP of the same kind, and any signal that means a crash, calls rescue (async-signal-safe) and then does what it
 * did before signals_start. */
bool signals_start(void (*rescue)(void), struct fault *);

/* To poll for reading. */
int signals_fd(void);
/* The next signal that came; 0 = no more. */
int signals_next(void);

/* Stops the whole process group, as ^Z does on a terminal in its ordinary state; returns when it goes on, of which no
 * SIGCONT tells again. */
void signals_suspend(void);

/* While another program has the terminal, ^Z stops us together with it. */
void signals_lend(bool lent);

/* As before signals_start; may be called without it. */
void signals_stop(void);

#endif
