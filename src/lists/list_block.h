/* Private to lists: what a list owns, and the words of its block in a file. */
#ifndef LIST_BLOCK_H
#define LIST_BLOCK_H

#include "lists/catalogue.h"

#include <stdbool.h>
#include <stddef.h>

enum { LIST_BLOCK_SCOPES = SCOPE_ALLOW + 1, LIST_BLOCK_STATUSES = LIST_FRAUDULENT + 1, LIST_BLOCK_ACCESSES = 3 };

extern const char *const list_block_scopes[LIST_BLOCK_SCOPES];
extern const char *const list_block_statuses[LIST_BLOCK_STATUSES];
extern const char *const list_block_accesses[LIST_BLOCK_ACCESSES];

/* Returns a text of the list, which it owns; `offset` is that of the member. */
static inline char **
list_block_text(struct list *list, size_t offset)
{
    return (char **)((char *)list + offset);
}

/* Frees a text. */
void list_block_free_text(char *);

/* Gives the list a deep copy of everything that another one owns, but the zones in questions. */
void list_block_copy(struct list *, const struct list *from);

/* Fills in texts that the block does not give, and the zones in questions. */
void list_block_complete(struct list *);

void list_block_fini_codes(return_codes *);
void list_block_fini(struct list *);

/* Sets the key. Returns false if it is no label of a name. list_block_complete must follow. */
bool list_block_set_key(struct list *, const char *key);

#endif
