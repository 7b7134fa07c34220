/* Settings files: [section], key = value or key: value, and comments that begin with # or ; at the start of a line or
 * behind a blank. */
#ifndef INIFILE_H
#define INIFILE_H

#include "base/fault.h"

#include <stdbool.h>
#include <stddef.h>

enum { INIFILE_MOST = 256 * 1024 }; /* bytes of a file */

/* One key, as written: foreign, unclean, and valid for the call. `section` is "" before the first one. */
struct inifile_entry {
    const char *section, *key, *value;
    unsigned line;
};

/* Takes an entry. Returns false with a fault, which may quote the entry, to end the reading; file and line are put in
 * front of it. */
typedef bool inifile_take(void *arg, const struct inifile_entry *, struct fault *);

/* Hands over every entry in order. A line that is no entry, section, comment or blank is a fault, and so is a file that
 * textfile_read refuses. */
bool inifile_read(const char *path, inifile_take *, void *arg, struct fault *);

/* Does so for a text in memory, called `name` in faults. */
bool inifile_parse(const char *name, const char *text, size_t count, inifile_take *, void *arg, struct fault *);

/* Receives a fault, with file and line. */
typedef void inifile_report(void *arg, const char *sentence);

/* How to read a file whose sections are blocks that hold or are left out as a whole, each with one fault that is
 * reported; the other blocks hold. Callbacks return false with a fault. The caller sets the first part. */
struct inifile_blocks {
    const char *path;
    inifile_take
        *begin; /* a block; key and value mean nothing. `section` is "" if an entry precedes the first section */
    inifile_take *take;                                /* an entry of a block without a fault so far */
    bool (*end)(void *arg, bool good, struct fault *); /* a block, `good` if it has no fault so far */
    bool (*is_foreign)(const char *section);           /* passes over sections of others; NULL = there are none */
    void (*hide)(void *arg, char *sentence);           /* removes secrets from a fault; NULL = there are none */
    void *arg;
    inifile_report *report; /* NULL = none */
    void *report_arg;

    bool begun, good; /* the block */
    unsigned line;    /* of its section */
    size_t faults, unreported;
    struct fault fault;
};

/* Hands over the blocks of a text. A line that is no entry, section, comment or blank is a fault of its block; if a
 * bracket of a section is missing, the block before it holds, and what follows it is left out. */
void inifile_parse_blocks(struct inifile_blocks *, const char *text, size_t count);

/* Hands over the blocks of the file `path`. Returns false with a fault, and hands over none, if it cannot be read. */
bool inifile_read_blocks(struct inifile_blocks *, struct fault *);

/* Hands over entries that are parsed already. */
void inifile_hand_over(struct inifile_blocks *, const struct inifile_entry *, size_t count);

/* Reports a fault that the caller has found in a line, and counts it among those of the file. */
void inifile_complain(struct inifile_blocks *, unsigned line, const struct fault *);

/* Puts "path:line: " in front of a fault that was found after the reading. Returns false. */
static inline bool
inifile_place(const char *path, unsigned line, struct fault *fault)
{
    return fault_set(fault, "%s:%u: %s", path, line, fault->text);
}

#endif
