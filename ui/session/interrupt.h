/* SIGINT and SIGTERM as events of the loop, for commands without a screen. */
#ifndef INTERRUPT_H
#define INTERRUPT_H

#include "base/loop.h"

#include <stdbool.h>

/* Catches both signals: the first ends the current loop_turn and makes interrupt_came() true, a second kills. */
void interrupt_watch(struct loop *);
bool interrupt_came(void);

#endif
