/* What the lines of a zone file say: variables, a table of what is listed, and warnings of lines that were not
 * understood. */
#ifndef ZONELINES_H
#define ZONELINES_H

#include "base/vec.h"
#include "zones/zonefile.h"
#include "zones/zonetable.h"
#include "zones/zonevars.h"

#include <stdbool.h>
#include <stddef.h>

enum {
    ZONELINES_LONGEST = 64 * 1024,               /* bytes; rbldnsd has the same bound, the rest of a line is lost */
    ZONELINES_SHORTEST = sizeof "1.1.1.1\n" - 1, /* line with an address */
};

/* Zero it before use. */
struct zonelines {
    struct zonevars vars;
    struct zonetable table;
    VEC(struct zonefile_warning) warnings;
    size_t warning_count; /* with those that are not kept */
    size_t line;          /* read last, counted from 1 */
    bool skipping;        /* the rest of a line that is too long */
    bool has_nul;         /* this piece, somewhere */
};

void zonelines_fini(struct zonelines *);

/* Reads the whole lines of a piece, moves to its front what it holds of the next line, and returns how much that is: at
 * most ZONELINES_LONGEST bytes. The next piece begins with them. */
size_t zonelines_read(struct zonelines *, char *piece, size_t count);

/* The file ended behind such a rest. */
void zonelines_end(struct zonelines *, char *rest, size_t count);

#endif
