/* The keys that work here, from the tables of keymap.h, and the words of the field. */
#ifndef HELP_H
#define HELP_H

#include "console/app/app.h"
#include "draw/text_page.h"

/* Adds the words and their meanings to the page. */
typedef void help_words(struct text_page *, bool ascii);

void help_open(struct app *, help_words *);

#endif
