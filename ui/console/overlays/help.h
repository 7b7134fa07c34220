/* The keys that do something here, from the tables of keymap.h. */
#ifndef HELP_H
#define HELP_H

#include "console/app/app.h"

void help_open(struct app *);

#endif
