/* The words of the field, and the keys to move and to type. */
#ifndef HELP_H
#define HELP_H

#include "console/app/app.h"
#include "draw/text_page.h"

/* Adds the words and their meanings to the page. */
typedef void help_words(struct text_page *, bool ascii);

/* Opens them in a box. */
void help_open(struct app *, help_words *);

#endif
