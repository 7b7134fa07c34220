/* What was understood of a rejection, as the samples in tests/bounce write it. */
#ifndef REJECTION_FIXTURE_H
#define REJECTION_FIXTURE_H

#include "base/buf.h"
#include "bounce/rejection.h"

#include <stdbool.h>

/* Compares one line, "KEY = VALUE", and prints a difference. Returns whether it holds. */
bool rejection_holds(const struct rejection *, const char *title, const char *line);

/* Reads a file of samples below tests/bounce; fails the test if it cannot be read. The caller frees `out`. */
void rejection_samples(const char *name, struct buf *out);

#endif
