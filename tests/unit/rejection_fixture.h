/* Samples of tests/bounce, and what must be understood of each. */
#ifndef REJECTION_FIXTURE_H
#define REJECTION_FIXTURE_H

#include "bounce/rejection.h"

#include <stddef.h>

enum { REJECTIONS_MOST = 16 };

struct rejections {
    struct rejection at[REJECTIONS_MOST];
    size_t count; /* may be more */
};

/* Keeps a rejection in the struct rejections `arg`. */
void rejections_keep(void *arg, struct rejection *);

/* Reads a text into an empty `out`. */
typedef void rejections_read(const char *text, size_t count, struct rejections *out);

/* Reads each sample of a file, with `begin` and `end` around each of its lines, and compares the rejections. Prints
 * each difference, and fails the test if there is one, or fewer than `least` samples. */
void rejections_compare(const char *file, const char *begin, const char *end, rejections_read *, size_t least);

#endif
