/* The words for what to do about a rejection. */
#ifndef ADVICE_H
#define ADVICE_H

#include "base/buf.h"
#include "bounce/rejection.h"

#include <stdbool.h>

/* Appends the sentence of one advice. */
void advice_words(const struct rejection *, enum rejection_advice, struct buf *out);

#endif
