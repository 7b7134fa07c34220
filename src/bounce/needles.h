/* Finds the first of several words in many bytes, at a gigabyte a second. Private to the room. */
#ifndef NEEDLES_H
#define NEEDLES_H

#include <stddef.h>

struct needles;

/* Takes words of at least 4 bytes in lower case, which must live as long. They match in either case. */
struct needles *needles_new(const char *const *words, size_t count);
void needles_free(struct needles *); /* NULL is fine */

/* Returns where the first word begins; NULL = there is none. */
const char *needles_find(const struct needles *, const char *bytes, size_t count);

#endif
