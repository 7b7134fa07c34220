/* UUIDs (RFC 9562): names that two journals never give to different things. Those of version 7 sort by the time when
 * they were made, so that new ones go to the end of an index. */
#ifndef UUID_H
#define UUID_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { UUID_BYTES = 16, UUID_TEXT = 37 };

struct uuid {
    uint8_t bytes[UUID_BYTES];
};

/* Returns a new one of version 7, made at this wall time. */
struct uuid uuid_new(int64_t wall_ms);

/* Returns a new one of version 4, which says nothing of its time. */
struct uuid uuid_random(void);

/* Returns the one that every journal derives from this name, of version 8 and therefore different from all others. */
struct uuid uuid_of_name(const char *name);

/* Formats "01890a5d-ac96-774b-bcce-b302099a8057". Returns `out`. */
const char *uuid_text(const struct uuid *, char out[static UUID_TEXT]);

/* Parses exactly that form, in lower or upper case; any version. */
bool uuid_parse(const char *text, struct uuid *out);

/* Orders bytewise: <0, 0, >0. */
static inline int
uuid_compare(const struct uuid *a, const struct uuid *b)
{
    return memcmp(a->bytes, b->bytes, UUID_BYTES);
}

#endif
