/* A hash table of things that carry their own entry; it owns neither them nor their keys. */
#ifndef HASHTABLE_H
#define HASHTABLE_H

#include <stddef.h>
#include <stdint.h>

struct hashtable_entry {
    const void *key; /* bytes, which must stay as long as the entry is in */
    size_t key_count;
    uint64_t hash;                /* table's own */
    struct hashtable_entry *next; /* table's own */
};

struct hashtable {
    struct hashtable_entry **heads;
    size_t room, count; /* room is 0 or a power of 2 */
};

/* The entry with this key, or NULL. */
struct hashtable_entry *hashtable_find(const struct hashtable *, const void *key, size_t key_count);

/* `key` and `key_count` are set, and no entry in the table has the same key. */
void hashtable_add(struct hashtable *, struct hashtable_entry *);

/* The entry must be in the table. */
void hashtable_remove(struct hashtable *, struct hashtable_entry *);

/* Frees the table, not the entries. */
void hashtable_free(struct hashtable *);

#endif
