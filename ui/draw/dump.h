/* A grid as plain text, for reports and golden tests. */
#ifndef DUMP_H
#define DUMP_H

#include "base/buf.h"
#include "draw/grid.h"

/* Appends the rows without trailing blanks, each with a newline, and without the empty rows at the end. With `roles`,
 * each cell shows the letter of its role (role.h) instead, or '#' when it is selected. */
void dump_grid(struct buf *out, const struct grid *, bool roles);

#endif
