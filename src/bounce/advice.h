/* The words for what to do about a rejection. */
#ifndef ADVICE_H
#define ADVICE_H

#include "base/buf.h"
#include "bounce/rejection.h"

#include <stdbool.h>

/* Appends the sentence of one advice. */
void advice_words(const struct rejection *, enum rejection_advice, struct buf *out);

/* Appends a note to the other postmaster, in lines, where the receiver's configuration is at fault. Returns false and
 * appends nothing where it is not. */
bool advice_note(const struct rejection *, struct buf *out);

#endif
