/* What went wrong outside the program, as one sentence that a postmaster can act on. */
#ifndef FAULT_H
#define FAULT_H

#include <stdbool.h>

enum { FAULT_ROOM = 480 };

struct fault {
    char text[FAULT_ROOM];
};

/* Sets the sentence ("cannot open /x/asn.mmdb: no such file; name one with --asn-db"), without a final period, and
 * returns false, so that a failing function ends with `return fault_set(fault, ...)`. Cleans the whole sentence, so
 * that paths and other foreign text may be passed as they are. */
bool fault_set(struct fault *, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
