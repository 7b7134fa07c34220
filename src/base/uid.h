/* Names that two journals never give to different things: UUIDs (RFC 9562). Those of version 7 sort by the time at which
 * they were made, so that new ones go to the end of an index. */
#ifndef UID_H
#define UID_H

#include <stdbool.h>
#include <stdint.h>

enum { UID_BYTES = 16, UID_TEXT = 37 };

struct uid {
    uint8_t bytes[UID_BYTES];
};

/* A new one of version 7, made at this wall time. */
struct uid uid_new(int64_t wall_ms);

/* The one that every journal gives to what has that name: of version 8, so that it is none of the others. */
struct uid uid_of_name(const char *name);

/* "01890a5d-ac96-774b-bcce-b302099a8057". Returns `out`. */
const char *uid_text(const struct uid *, char out[static UID_TEXT]);
/* Exactly that form, in lower or upper case; any version. */
bool uid_parse(const char *text, struct uid *out);

/* <0, 0, >0: bytewise. */
int uid_compare(const struct uid *, const struct uid *);

#endif
