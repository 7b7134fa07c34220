/* Keys of lists, which are a part of the names in questions and must not be shown. */
#ifndef LIST_KEY_H
#define LIST_KEY_H

#include "lists/catalogue.h"

#include <stddef.h>

/* Replaces keys in a string by "KEY": those of all lists that are known, and every label that stands before the zone of
 * a list with a key. The string becomes no longer. */
void list_key_mask_all(const struct catalogue *, char *text);

/* Does so in a reply, where also what looks like a key before an unknown zone is one. Returns the new length. */
size_t list_key_mask_reply(const struct catalogue *, char *text, size_t count);

/* Replaces every label that looks like a key. */
void list_key_mask_looks(char *text);

/* Returns whether a label looks like the key of an operator: 20 letters and digits or more. */
bool list_key_looks(const char *label, size_t count);

struct answer;

/* Returns a copy of an answer with records, for free(), whose texts and names are masked so. */
struct answer *list_key_copy_answer(const struct catalogue *, const struct answer *);

/* Returns the bytes of a key with its dot before a zone: before that of a list with a key, or one that looks like the
 * key of an operator, 20 letters and digits or more; 0 = there is none. */
size_t list_key_before(const struct catalogue *, const char *zone);

/* Replaces everything in a fault about a file or an option that may be a key: also what looks like one, and what
 * follows the word "key" in a quotation. */
void list_key_hide(const struct catalogue *, char *text);

/* Does so by the built-in lists, as the `hide` of struct inifile_blocks. */
void list_key_hide_any(void *unused, char *text);

#endif
