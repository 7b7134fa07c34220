/* What went wrong in the world outside, as one sentence that a postmaster can act on. */
#ifndef FAULT_H
#define FAULT_H

#include <stdbool.h>

enum { FAULT_ROOM = 480 };

struct fault {
    char text[FAULT_ROOM];
};

/* Writes the sentence ("cannot open /x/asn.mmdb: no such file; name one with --asn-db") and returns false,
 * so that a failing function ends with `return fault_set(fault, ...)`. The sentence has no final period and
 * no newline; foreign text in it must have been cleaned (text.h). */
bool fault_set(struct fault *, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
