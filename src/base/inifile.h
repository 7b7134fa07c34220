/* Settings files: [section], key = value, and comments that begin with # or ; at the start of a line or behind a blank.
 */
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

/* Puts "path:line: " in front of a fault that was found after the reading. Returns false. */
static inline bool
inifile_place(const char *path, unsigned line, struct fault *fault)
{
    return fault_set(fault, "%s:%u: %s", path, line, fault->text);
}

#endif
