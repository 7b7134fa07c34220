/* A hash table of things that contain their own entry; it owns neither them nor their keys. Zero it before use. */
#ifndef HASHTABLE_H
#define HASHTABLE_H

#include <stddef.h>
#include <stdint.h>

struct hashtable_entry {
    const void *key; /* bytes, which must live as long as the entry is in the table */
    size_t key_count;
    uint64_t hash; /* private to the table */
};

/* Private to the table: the hash is beside the pointer, because the entries of a large table are in no cache. */
struct hashtable_slot {
    uint64_t hash;
    struct hashtable_entry *entry; /* NULL = free */
};

struct hashtable {
    struct hashtable_slot *slots;
    size_t room, count; /* room is 0 or a power of 2 */
};

/* Returns the entry with this key, or NULL. */
struct hashtable_entry *hashtable_find(const struct hashtable *, const void *key, size_t key_count);

/* Returns an entry, of all when called for each place below `room`, or NULL. */
static inline struct hashtable_entry *
hashtable_at(const struct hashtable *table, size_t place)
{
    return table->slots[place].entry;
}

/* Adds an entry whose key is set and is not yet in the table. */
void hashtable_add(struct hashtable *, struct hashtable_entry *);

/* Removes an entry that is in the table. */
void hashtable_remove(struct hashtable *, struct hashtable_entry *);

/* Frees the table, not the entries. */
void hashtable_free(struct hashtable *);

#endif
