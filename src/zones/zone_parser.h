/* What the lines of a zone file say: variables, a table of what is listed, and warnings of lines that were not
 * understood. */
#ifndef ZONE_PARSER_H
#define ZONE_PARSER_H

#include "base/vec.h"
#include "zones/zone_file.h"
#include "zones/zone_table.h"
#include "zones/zone_vars.h"

#include <stdbool.h>
#include <stddef.h>

enum {
    ZONE_PARSER_LONGEST = 64 * 1024,               /* bytes; rbldnsd has the same bound, the rest of a line is lost */
    ZONE_PARSER_SHORTEST = sizeof "1.1.1.1\n" - 1, /* line with an address */
};

/* Zero it before use. */
struct zone_parser {
    struct zone_vars vars;
    struct zone_table table;
    VEC(struct zone_file_warning) warnings;
    size_t warning_count; /* with those that are not kept */
    size_t line;          /* read last, counted from 1 */
    bool skipping;        /* the rest of a line that is too long */
    bool has_nul;         /* this piece, somewhere */
};

void zone_parser_fini(struct zone_parser *);

/* Reads the whole lines of a piece, moves to its front what it holds of the next line, and returns how much that is: at
 * most ZONE_PARSER_LONGEST bytes. The next piece begins with them. */
size_t zone_parser_read(struct zone_parser *, char *piece, size_t count);

/* The file ended behind such a rest. */
void zone_parser_end(struct zone_parser *, char *rest, size_t count);

#endif
