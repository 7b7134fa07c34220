/* A grid as plain text, for reports and golden tests. */
#ifndef DUMP_H
#define DUMP_H

#include "base/buf.h"
#include "draw/grid.h"

/* The rows without trailing blanks, each ended by a newline; empty rows at the end are left out. */
void dump_text(struct buf *out, const struct grid *);

/* The same with the letter of its role (role.h) in each cell's place; upper and lower case are told apart, '.' is
 * plain, and a selected cell shows '#'. */
void dump_roles(struct buf *out, const struct grid *);

#endif
