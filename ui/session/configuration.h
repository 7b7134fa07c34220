/* The configuration: the machine's file, then the user's, which overrides it setting by setting. */
#ifndef CONFIGURATION_H
#define CONFIGURATION_H

#include "base/buf.h"
#include "base/fault.h"
#include "session/options.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

/* Reads the file `named`, or (NULL) the usual two. Returns false with a fault, without keys of lists, that names file
 * and line. */
bool configuration_read(struct options *, const char *named, struct fault *);

/* Reads one file, over what the options have. */
bool configuration_read_file(struct options *, const char *path, struct fault *);

/* Appends a configuration with every setting and its default, all commented out. */
void configuration_put_defaults(struct buf *out);

/* Appends a row for each setting: its value, and where that is written. Secrets are masked. */
void configuration_put(struct buf *out, const struct options *);

/* Appends those of the command line, but --offline, as lines for a configuration file in any folder. */
void configuration_put_typed(struct buf *out, const struct options *);

/* Returns what differs between the settings of two runs for the console: nothing, only the theme, or more. */
enum configuration_change { CONFIGURATION_SAME, CONFIGURATION_THEME, CONFIGURATION_MORE };
enum configuration_change configuration_compare(const struct options *, const struct options *);

/* The files of a run's settings, as they were read last. */
enum { CONFIGURATION_FILES = 8 };
struct configuration_files {
    char *paths[CONFIGURATION_FILES];
    struct stat read[CONFIGURATION_FILES];
    size_t count;
};

/* Remembers lists, receivers, policy and configuration as they are now. */
void configuration_files_start(struct configuration_files *, const struct options *);
/* Returns whether one of them has changed since the last call; *lists = one besides the configuration. */
bool configuration_files_changed(struct configuration_files *, bool *lists);
void configuration_files_stop(struct configuration_files *);

#endif
