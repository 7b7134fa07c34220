/* Cells of CSV (RFC 4180). */
#ifndef CSV_H
#define CSV_H

#include "base/buf.h"

#include <stddef.h>

/* Appends a cell, NULL as an empty one. Quotes a cell that a spreadsheet would run as a formula. */
void csv_cell(struct buf *out, const char *text);

/* Like csv_cell, to memory with at least CSV_ROOM bytes; returns the end. */
#define CSV_ROOM(count) (2 * (count) + sizeof "\"'\"")
char *csv_put(char *at, const char *text, size_t count);

#endif
