/* Finds the name that a misspelt word was meant to be. */
#ifndef SPELLING_H
#define SPELLING_H

#include <stddef.h>

/* Set the word and zero the rest; then offer names. */
struct spelling {
    const char *word;
    const char *nearest; /* borrowed; NULL = no name so far is near enough */
    size_t distance;     /* of `nearest` */
};

/* Takes the name as the nearest if fewer letters must be added, removed or replaced than for those before, and no more
 * than a third of the word's. */
void spelling_offer(struct spelling *, const char *name);

/* Offers the names at the start of `count` rows of a table. Returns the nearest, or NULL. */
const char *spelling_find(const char *word, const void *rows, size_t row_size, size_t count);

#endif
