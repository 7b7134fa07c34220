/* Reads the command line and the configuration file. */
#ifndef COMMAND_LINE_H
#define COMMAND_LINE_H

#include "base/buf.h"
#include "base/fault.h"
#include "session/options.h"

/* The commands, and the actions of `journal` in the order of their enum. */
struct command_word {
    const char *name;
    int value; /* of enum command or enum journal_action */
    const char *usage, *help;
};
extern const struct command_word command_words[], command_words_journal[];
extern const size_t command_words_count, command_words_journal_count;

/* Reads the configuration file, then argv, which overrides it. Returns false with a fault and the exit status for it.
 * Reorders argv: arguments that are not options come last. */
bool command_line_parse(struct options *, int argc, char **argv, struct fault *, int *status);
void command_line_fini(struct options *);

/* Appends the text of --help. */
void command_line_help(struct buf *out);

#endif
