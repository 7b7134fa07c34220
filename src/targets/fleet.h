/* The fleet: a file with the addresses that a mail desk sends from, one target a line, with label, tags and comment.
 *
 *     203.0.113.25        mx1 [prod out]          # a comment
 *     203.0.113.32/28     pool A [shared]         # each of its addresses; a prefix has at most 256
 *     2001:db8::25        mx6 [silent:2026-12-24] # planned silence until that day begins, UTC
 *     example.org         our shop
 *     include customers   # relative to this file
 */
#ifndef FLEET_H
#define FLEET_H

#include "base/buf.h"
#include "base/hashtable.h"
#include "targets/target.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

enum { FLEET_MOST = 65536, FLEET_FILES_MOST = 256 };

struct fleet_target {
    struct hashtable_entry entry; /* its key is the text */
    struct addr address;          /* family ADDR_NONE: a domain */
    char *text;                   /* as resource_text writes it, or the domain */
    char *label, *tags;           /* clean, "" = none; the tags in lower case, with one space between */
    int64_t silent_until_ms;      /* wall; 0 = not silent */
    size_t file, line;            /* where it was named first; file: place in `files` */
};

/* Starts zeroed. */
struct fleet {
    VEC(struct fleet_target *) targets; /* in the order of the files, none twice */
    VEC(char *) files;
    VEC(struct stat) read; /* of the files as they were read; st_ino 0: not a file */
    size_t bad;            /* lines that could not be read */
    struct hashtable by_text;
};

/* Receives a clean sentence about one line, which names file and line. */
typedef void fleet_report(void *arg, const char *sentence);

/* Reads a file and those that it includes. Reports each line that names no target, each file that cannot be included,
 * and targets that were named before, of which the first counts. Returns false with a fault if the file itself cannot
 * be read. */
bool fleet_read(struct fleet *, const char *path, const struct catalogue *, fleet_report *, void *arg, struct fault *);
/* Reads lines of a text, which may not include files; `name` stands for the file in sentences. */
void fleet_read_text(struct fleet *, const char *name, const char *text, size_t count, const struct catalogue *,
                     fleet_report *, void *arg);
/* Splits "mx1 [prod out] behind" into the label "mx1 behind" and the tags "prod out"; false with a fault. The caller
 * frees the buffers in any case. */
bool fleet_split_label(const char *text, struct buf *label, struct buf *tags, int64_t *silent_until_ms, struct fault *);
/* Returns whether one of its files changed or went since it was read. */
bool fleet_is_changed(const struct fleet *);
void fleet_fini(struct fleet *);

#endif
