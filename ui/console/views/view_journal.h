/* The journal: everything that was looked at or noted, newest first, what is to be followed up on top. */
#ifndef VIEW_JOURNAL_H
#define VIEW_JOURNAL_H

#include "console/views/navigator.h"

void view_journal_open(struct nav *);

#endif
