/* What a user names as a target: an address, perhaps in brackets, perhaps with a label behind it. */
#ifndef TARGET_H
#define TARGET_H

#include "base/addr.h"
#include "base/fault.h"

#include <stdbool.h>

enum { TARGET_ROOM = 256 };

struct target {
    char text[TARGET_ROOM];  /* as written, clean, without brackets and blanks */
    char label[TARGET_ROOM]; /* clean; "" = none */
    struct addr address;
};

enum target_line { TARGET_FOUND, TARGET_EMPTY, TARGET_BAD };

/* One argument: blanks around it are ignored. False with a sentence that says what a target is. */
bool target_parse(const char *text, struct target *out, struct fault *);

/* "AS64500" in any case, and "mail.example": what targets are taken for that are no addresses. */
bool target_is_asn(const char *text);
bool target_is_name(const char *text);

/* One line of input: a target, a blank and a label; `#` begins a comment; CR at the end is ignored. */
enum target_line target_parse_line(const char *line, size_t count, struct target *out, struct fault *);

#endif
