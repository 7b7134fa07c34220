/* SIGINT and SIGTERM as an event of the loop, for commands that run without a screen. */
#ifndef INTERRUPT_H
#define INTERRUPT_H

#include "base/loop.h"

#include <stdbool.h>

/* From now on either signal ends the current loop_turn and makes interrupt_came() true. A second one kills. */
void interrupt_watch(struct loop *);
bool interrupt_came(void);

#endif
