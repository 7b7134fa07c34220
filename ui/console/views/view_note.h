/* The note of a case, to be written. */
#ifndef VIEW_NOTE_H
#define VIEW_NOTE_H

#include "console/views/navigator.h"

/* Where there is no journal to keep it in, nothing opens, and the app says why. */
void view_note_open(struct nav *, const struct resource *);

#endif
