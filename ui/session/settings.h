/* The settings of the command line and of the configuration file, one table for both and for the help text. */
#ifndef SETTINGS_H
#define SETTINGS_H

#include "session/options.h"

enum { SETTINGS_MOST = 100 };

typedef bool settings_apply_value(struct options *, const char *value, struct fault *);

/* One row an option, in the order of the help text. Without a function, the value goes to the field: a text, the number
 * of a word in `words`, a number or time, the constant, or true. */
struct setting {
    const char *group; /* heading above it in the help text, NULL = as before */
    const char *name;
    const char *value; /* its placeholder in the help text; NULL: a switch */
    const char *help;
    bool in_config; /* allowed in the configuration file: `name = value`, for a switch `name = yes` or `no` */
    settings_apply_value *function;
    size_t field;
    const char *const *words;
    const char *offers; /* words that complete a value besides others, NULL = none */
    int constant;
    double seconds;       /* the most of them; the field has milliseconds */
    unsigned most;        /* of a number */
    char letter;          /* its short form, 0 = none */
    bool secret;          /* not on a command line, which every user of the machine can read */
    const char *standard; /* its default; NULL: none, the first of `words`, or no */
    const char *only;     /* the command that takes it, "journal note"; NULL = others, too */
};
extern const struct setting settings[];
extern const size_t settings_count; /* SETTINGS_MOST at most */
extern const size_t settings_shown; /* without the secret ones, which are the last */

/* Where a value is written. */
struct setting_place {
    const char *path; /* "" = the command line */
    unsigned line;
};

/* Gives zeroed options every default. */
void settings_begin(struct options *);
void settings_end(struct options *);

/* Sets what the setting says, and notes value and place. `value` is NULL for a switch, which a file may set to "no". A
 * resolver joins those of the same file and replaces others. Returns false with a fault if the value makes no sense. */
bool settings_apply(struct options *, const struct setting *, const char *value, const struct setting_place *,
                    struct fault *);

/* Returns a setting of the command line that is for another command than this; NULL = there is none. */
const struct setting *settings_misplaced(const struct options *, const char *command);

/* Returns the default as text; NULL = none. */
const char *settings_standard(const struct setting *);

/* Returns the name that is meant, of those allowed in the configuration file or of all; NULL = none is near. */
const char *settings_nearest(const char *name, bool in_config);

/* Adds a target, which must outlive the options. */
void settings_add_target(struct options *, char *text);

/* Returns "open, waiting or closed" from the names at the start of `count` rows of a table; the caller frees it. */
char *settings_names(const void *rows, size_t row_size, size_t count);

#endif
