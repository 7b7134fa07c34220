/* Private to asn: the lines of a large text file of tables, plain or packed by gzip, whose other lines are skipped. */
#ifndef DUMP_H
#define DUMP_H

#include "base/fault.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DUMP_FIELDS = 8 };

/* A line, cut at a separator. */
struct dump_line {
    struct dump_field {
        const char *at;
        size_t count;
    } fields[DUMP_FIELDS];
    size_t count; /* further fields belong to the last */
};

/* Takes a line; returns NULL, or why it cannot be parsed, as half a sentence. */
typedef const char *dump_take(void *arg, const struct dump_line *);

/* Lines that cannot be parsed, of one or several files. */
struct dump_bad {
    size_t count;
    struct fault first; /* by file and line; "" = none */
};

/* Reads all lines but empty ones and those that begin with '%' or '#'. Adds to *bad. Returns false with a fault if the
 * file cannot be read, is cut off, unpacks to more than such files have, or has too many bad lines: more than a
 * hundredth, or than half of a short file.
 * *changed_ms: when the file was changed. */
bool dump_read(const char *path, char separator, dump_take *, void *arg, struct dump_bad *bad, int64_t *changed_ms,
               struct fault *);

/* Reads a whole field as a number of at most `most`. */
bool dump_number(const struct dump_field *, uint64_t most, uint64_t *out);

#endif
