/* Whether receivers with published settings would block an address, in rows and in one line. */
#ifndef RECEPTION_ROWS_H
#define RECEPTION_ROWS_H

#include "draw/page.h"
#include "verdict/reception.h"

/* Adds a heading and a row for each receiver that gives the address points; nothing without any. */
void reception_rows_add(struct page *, const struct receivers *, const struct evidence *);

/* Writes "Would block: mailcow 17/6 points. Not known: docker-mailserver 1/3." */
void reception_rows_line(struct buf *out, const struct receivers *, const struct evidence *);

#endif
