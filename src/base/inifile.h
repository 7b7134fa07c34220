/* Settings files: [section], key = value, comment lines that begin with # or ;. */
#ifndef INIFILE_H
#define INIFILE_H

#include "base/fault.h"

#include <stdbool.h>
#include <stddef.h>

/* One key, as written: foreign and unclean, and lives for the call. `section` is "" before the first one. */
struct inifile_entry {
    const char *section, *key, *value;
    unsigned line;
};

/* Takes an entry, or sets the fault to what is wrong with it and returns false, which ends the reading. The sentence
 * may quote the entry: it is cleaned, and file and line are put in front of it. */
typedef bool inifile_take(void *arg, const struct inifile_entry *, struct fault *);

/* Hands over every entry in order. Anything that is not an entry, a section, a comment or blank is a fault. */
bool inifile_read(const char *path, inifile_take *, void *arg, struct fault *);

/* The same of a text at hand, that is called `name` in faults. */
bool inifile_parse(const char *name, const char *text, size_t count, inifile_take *, void *arg, struct fault *);

/* Puts "path:line: " in front of a fault that was found after the reading, and cleans it. Returns false. */
bool inifile_place(const char *path, unsigned line, struct fault *);

#endif
