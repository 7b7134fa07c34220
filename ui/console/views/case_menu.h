/* What a user says of a case besides its note, in one menu: its state, ticket, tags, whom he told, when to look again.
 */
#ifndef CASE_MENU_H
#define CASE_MENU_H

#include "console/views/navigator.h"

/* Where there is no journal to keep it in, nothing opens, and the app says why. */
void case_menu_open(struct nav *, const struct resource *);

#endif
