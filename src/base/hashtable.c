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

/* Returns the slot of an entry with this hash; NULL = the free one for it. */
static struct hashtable_slot *
slot_of(const struct hashtable *table, uint64_t hash, const struct hashtable_entry *entry)
{
    size_t place = hash & (table->room - 1);
    while (table->slots[place].entry && table->slots[place].entry != entry)
        place = (place + 1) & (table->room - 1);
    return &table->slots[place];
}

struct hashtable_entry *
hashtable_find(const struct hashtable *table, const void *key, size_t key_count)
{
    if (table->count == 0)
        return NULL;
    uint64_t hash = hash_of(key, key_count);
    for (size_t place = hash & (table->room - 1); table->slots[place].entry; place = (place + 1) & (table->room - 1)) {
        const struct hashtable_slot *slot = &table->slots[place];
        if (slot->hash == hash && slot->entry->key_count == key_count && memcmp(slot->entry->key, key, key_count) == 0)
            return slot->entry;
    }
    return NULL;
}

void
hashtable_add(struct hashtable *table, struct hashtable_entry *entry)
{
    if (2 * table->count >= table->room) {
        struct hashtable old = *table;
        table->room = old.room ? 2 * old.room : ROOM_FIRST;
        table->slots = mem_zero(table->room * sizeof table->slots[0]);
        for (size_t i = 0; i < old.room; i++)
            if (old.slots[i].entry)
                *slot_of(table, old.slots[i].hash, NULL) = old.slots[i];
        free(old.slots);
    }
    entry->hash = hash_of(entry->key, entry->key_count);
    *slot_of(table, entry->hash, NULL) = (struct hashtable_slot){entry->hash, entry};
    table->count++;
}

/* Moves up the entries behind that would not be found behind a free slot. */
void
hashtable_remove(struct hashtable *table, struct hashtable_entry *entry)
{
    size_t mask = table->room - 1, hole = (size_t)(slot_of(table, entry->hash, entry) - table->slots);
    for (size_t at = (hole + 1) & mask; table->slots[at].entry; at = (at + 1) & mask)
        if (((at - table->slots[at].hash) & mask) >= ((at - hole) & mask)) {
            table->slots[hole] = table->slots[at];
            hole = at;
        }
    table->slots[hole].entry = NULL;
    table->count--;
}

void
hashtable_free(struct hashtable *table)
{
    free(table->slots);
    *table = (struct hashtable){0};
}
