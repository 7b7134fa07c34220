#include "base/hashtable.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

enum { ROOM_FIRST = 64 };

/* Multiplies and folds 8 bytes at a time. */
static uint64_t
hash_of(const void *key, size_t count)
{
    const uint8_t *bytes = key;
    uint64_t hash = 0xcbf29ce484222325 ^ count;
    for (size_t taken; count > 0; bytes += taken, count -= taken) {
        uint64_t word = 0;
        taken = count < sizeof word ? count : sizeof word;
        memcpy(&word, bytes, taken);
        hash = (hash ^ word) * 0x9e3779b97f4a7c15;
        hash ^= hash >> 32;
    }
    return hash;
}

struct hashtable_entry *
hashtable_find(const struct hashtable *table, const void *key, size_t key_count)
{
    if (table->count == 0)
        return NULL;
    uint64_t hash = hash_of(key, key_count);
    struct hashtable_entry *at = table->heads[hash & (table->room - 1)];
    while (at && (at->hash != hash || at->key_count != key_count || memcmp(at->key, key, key_count) != 0))
        at = at->next;
    return at;
}

void
hashtable_add(struct hashtable *table, struct hashtable_entry *entry)
{
    if (table->count == table->room) {
        struct hashtable old = *table;
        table->room = old.room ? 2 * old.room : ROOM_FIRST;
        table->heads = mem_zero(table->room * sizeof(struct hashtable_entry *));
        for (size_t i = 0; i < old.room; i++)
            for (struct hashtable_entry *at = old.heads[i], *next; at; at = next) {
                struct hashtable_entry **head = &table->heads[at->hash & (table->room - 1)];
                next = at->next;
                at->next = *head;
                *head = at;
            }
        free(old.heads);
    }
    entry->hash = hash_of(entry->key, entry->key_count);
    struct hashtable_entry **head = &table->heads[entry->hash & (table->room - 1)];
    entry->next = *head;
    *head = entry;
    table->count++;
}

void
hashtable_remove(struct hashtable *table, struct hashtable_entry *entry)
{
    struct hashtable_entry **link = &table->heads[entry->hash & (table->room - 1)];
    while (*link != entry)
        link = &(*link)->next;
    *link = entry->next;
    table->count--;
}

void
hashtable_free(struct hashtable *table)
{
    free(table->heads);
    *table = (struct hashtable){0};
}
