/* Targets as users write them: an address, perhaps in brackets, perhaps followed by a label. */
#ifndef TARGET_H
#define TARGET_H

#include "base/addr.h"
#include "base/fault.h"

#include <stdbool.h>

enum { TARGET_ROOM = 256 };

struct target {
    char text[TARGET_ROOM];  /* as written, cleaned, without brackets and spaces */
    char label[TARGET_ROOM]; /* clean; "" = none */
    struct addr address;
};

enum target_line { TARGET_FOUND, TARGET_EMPTY, TARGET_BAD };

/* Parses one argument and ignores spaces around it. Returns false with a sentence that proposes another form. */
bool target_parse(const char *text, struct target *out, struct fault *);

/* Returns whether the text is an AS number, "AS64500" in any case. */
bool target_is_asn(const char *text);

/* Returns whether the word is a DNS name: letters, digits, hyphens, underscores and dots, with a last label that begins
 * with a letter. */
bool target_is_name(const char *word, size_t count);

/* Parses one line of input: a target, a space and a label. Ignores comments (#) and a CR at the end. */
enum target_line target_parse_line(const char *line, size_t count, struct target *out, struct fault *);

#endif
