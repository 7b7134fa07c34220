/* Keys of lists, which are a part of the names in questions and must not be shown. */
#ifndef LIST_KEY_H
#define LIST_KEY_H

#include "lists/catalogue.h"

#include <stddef.h>

/* Replaces keys in a text by "KEY": the list's own, and every label that stands before the zone of a list with a key.
 * Returns the new length, which is no longer; the text needs no NUL. */
size_t list_key_mask(const struct list *, char *text, size_t count);

/* The same for the keys of all lists that are known, in a string. */
void list_key_mask_all(const struct catalogue *, char *text);

/* Returns the bytes of a key with its dot before a zone: before that of a list with a key, or one that looks like the
 * key of an operator, 20 letters and digits or more; 0 = there is none. */
size_t list_key_before(const struct catalogue *, const char *zone);

/* Replaces everything in a fault about lists.conf or --lists that may be a key: also what looks like one, and what
 * follows the word "key" in a quotation. */
void list_key_hide(const struct catalogue *, char *text);

#endif
