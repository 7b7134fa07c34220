/* The keys that do something here, from the tables of keymap.h. */
#ifndef VIEW_HELP_H
#define VIEW_HELP_H

#include "console/app/app.h"

void view_help_open(struct app *);

#endif
