/* Names that two journals never give to different things: UUIDs (RFC 9562). Those of version 7 sort by the time at
 * which they were made, so that new ones go to the end of an index. */
#ifndef UUID_H
#define UUID_H

#include <stdbool.h>
#include <stdint.h>

enum { UUID_BYTES = 16, UUID_TEXT = 37 };

struct uuid {
    uint8_t bytes[UUID_BYTES];
};

/* A new one of version 7, made at this wall time. */
struct uuid uuid_new(int64_t wall_ms);

/* The one that every journal gives to what has that name: of version 8, so that it is none of the others. */
struct uuid uuid_of_name(const char *name);

/* "01890a5d-ac96-774b-bcce-b302099a8057". Returns `out`. */
const char *uuid_text(const struct uuid *, char out[static UUID_TEXT]);
/* Exactly that form, in lower or upper case; any version. */
bool uuid_parse(const char *text, struct uuid *out);

/* <0, 0, >0: bytewise. */
int uuid_compare(const struct uuid *, const struct uuid *);

#endif
