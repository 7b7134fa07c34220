/* Finds the first of several words in many bytes. Private to the room. */
#ifndef NEEDLES_H
#define NEEDLES_H

#include <stddef.h>

struct needles;

/* Takes words of at least 4 bytes in lower case, which must live as long, and a sample of the text. They match in
 * either case. */
struct needles *needles_new(const char *const *words, size_t count, const char *sample, size_t sample_count);
void needles_free(struct needles *); /* NULL is fine */

/* Returns where a word begins, of several that overlap any one, else the first; NULL = there is none. */
const char *needles_find(const struct needles *, const char *bytes, size_t count);

#endif
