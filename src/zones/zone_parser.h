/* Private to zones: reads the lines of an rbldnsd ip4set zone file into variables, a table and warnings of lines that
 * were not understood. */
#ifndef ZONE_PARSER_H
#define ZONE_PARSER_H

#include "base/vec.h"
#include "zones/zone_table.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    ZONE_PARSER_LONGEST = 64 * 1024,               /* bytes of a line; rbldnsd, too, drops the rest */
    ZONE_PARSER_SHORTEST = sizeof "1.1.1.1\n" - 1, /* line with an address */
    ZONE_PARSER_ANSWERS = 32,
    ZONE_PARSER_WARNINGS = 100, /* stored; further ones are counted only */
    ZONE_PARSER_BASE = 10,      /* place of $=, behind $0..$9 */
    ZONE_PARSER_TEXTS
};

struct zone_parser_warning {
    size_t line;
    char *text; /* clean, shortened */
    const char *why;
};

/* Zero it before use. */
struct zone_parser {
    struct zone_table table;
    bool has_soa;
    uint32_t serial;
    int64_t stamp_ms, expiry_ms;    /* $TIMESTAMP: the latest, and the earliest; 0 = none */
    uint32_t range_most;            /* addresses, $MAXRANGE4; 0 = no limit */
    char *texts[ZONE_PARSER_TEXTS]; /* $0..$9 and $=; NULL = not set */
    VEC(struct zone_parser_warning) warnings;
    size_t warning_count;
    VEC(uint32_t)
    answers;         /* A values between colons, each once; further ones beyond ZONE_PARSER_ANSWERS are left out */
    size_t line;     /* read last, counted from 1 */
    size_t idle;     /* lines with a comment at most */
    size_t rejected; /* lines that were not understood, or not read to their end */
    bool skipping;   /* the rest of a line that is too long ... */
    size_t skipped;  /* ... and its bytes so far */
    bool has_nul;    /* the current piece contains one */
    bool had_nul;    /* any piece did */
    bool includes;   /* $INCLUDE names another file */
    bool is_cut;     /* the file ended within a line */
};

void zone_parser_fini(struct zone_parser *);

/* Reads the whole lines of a piece and moves the unfinished last line to its front, where the next piece must follow.
 * Returns the bytes of that line, at most ZONE_PARSER_LONGEST. */
size_t zone_parser_read(struct zone_parser *, char *piece, size_t count);

/* Reads the unfinished line with which the file ended. */
void zone_parser_end(struct zone_parser *, char *rest, size_t count);

#endif
