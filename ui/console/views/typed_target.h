/* What the user types or pastes at the prompt: a target, a command with its target, a bounce, or lines of targets. */
#ifndef TYPED_TARGET_H
#define TYPED_TARGET_H

#include "console/overlays/palette.h"
#include "console/views/navigator.h"

/* The commands that typed_target_open takes. */
extern const struct palette_command typed_target_commands[];

/* Opens the address, prefix or AS that the user typed, with or without a command ("range 203.0.113.77"), or the world
 * filtered by words that may be a provider's name. Returns false with a reason if it is none of them. */
bool typed_target_open(struct nav *, const char *text, struct fault *);

/* Returns whether words that name no target may be a provider's name: "Example Hosting". */
bool typed_target_may_be_provider(const char *text);

#endif
