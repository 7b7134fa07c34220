/* What can be done here: the actions with their keys, the commands and the words, found by typing. */
#ifndef PALETTE_H
#define PALETTE_H

#include "console/overlays/help.h"
#include "console/overlays/prompt.h"

/* A command that takes a text; a list of them ends in one without a name. */
struct palette_command {
    const char *name;
    const char *arguments; /* what to type after it, "" = nothing */
    const char *help;      /* an imperative sentence */
};

struct palette_source {
    const struct palette_command *commands; /* NULL = none, and no text is taken */
    prompt_submit *submit;                  /* takes a command with its arguments, or a target; NULL = none */
    void *arg;
    const char *target_label; /* over a prompt for targets */
    help_words *words;
};

/* The source outlives the palette. */
void palette_open(struct app *, const struct palette_source *);

#endif
