/* A hash table of things that carry their own entry; it owns neither them nor their keys. */
#ifndef TABLE_H
#define TABLE_H

#include <stddef.h>
#include <stdint.h>

struct entry {
    const void *key; /* bytes, which must stay as long as the entry is in */
    size_t key_count;
    uint64_t hash;      /* table's own */
    struct entry *next; /* table's own */
};

struct table {
    struct entry **heads;
    size_t room, count; /* room is 0 or a power of 2 */
};

/* The entry with this key, or NULL. */
struct entry *table_find(const struct table *, const void *key, size_t key_count);

/* `key` and `key_count` are set, and no entry in the table has the same key. */
void table_add(struct table *, struct entry *);

/* The entry must be in the table. */
void table_remove(struct table *, struct entry *);

/* Frees the table, not the entries. */
void table_free(struct table *);

/* The struct of this type whose field `field` the entry is. */
#define table_item(entry, type, field) ((type *)(void *)((char *)(entry)-offsetof(type, field)))

#endif
