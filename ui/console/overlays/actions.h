/* The actions that work in every page: ask about a target, the palette, search, copy, write to a file. */
#ifndef ACTIONS_H
#define ACTIONS_H

#include "console/overlays/palette.h"

struct actions;

/* Registers them with the app, which actions_free must outlive. */
struct actions *actions_new(struct app *, help_words *);
/* NULL is fine. */
void actions_free(struct actions *);

/* Hands each target and command that the user types or pastes to submit, which opens a view or refuses it with a
 * reason. `label` is a literal that says what may be typed; the palette lists the commands (NULL = none). */
void actions_on_target(struct actions *, const char *label, const struct palette_command *, prompt_submit *, void *arg);
void actions_ask_target(struct actions *, const char *initial);

#endif
