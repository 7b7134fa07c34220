#include "dns/answer_cache.h"

#include "base/hashtable.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

/* Copies lie behind each other in a ring of bytes, so that a batch writes memory in order; the table finds them. What
 * is replaced or has expired stays in its place, dead, until it is the oldest. */

struct kept {
    struct hashtable_entry entry;
    size_t bytes; /* to the next one */
    int64_t good_until_ms;
    bool dead;
    struct answer answer[]; /* one; behind it the rest of the copy, then the key */
};

struct answer_cache {
    struct hashtable table;
    char *ring;
    size_t limit, count; /* bytes; copies, the dead, too */
    size_t first, next;  /* places of the oldest copy, and of the next one */
    size_t end;          /* of the last copy before the ring began anew */
};

struct answer_cache *
answer_cache_new(size_t bytes)
{
    struct answer_cache *cache = mem_zero(sizeof *cache);
    cache->limit = bytes;
    return cache;
}

void
answer_cache_free(struct answer_cache *cache)
{
    if (!cache)
        return;
    hashtable_free(&cache->table);
    free(cache->ring);
    free(cache);
}

static void
retire(struct answer_cache *cache, struct kept *kept)
{
    if (!kept->dead)
        hashtable_remove(&cache->table, &kept->entry);
    kept->dead = true;
}

/* Returns the place for so many bytes, and drops the oldest copies for it. */
static struct kept *
make_room(struct answer_cache *cache, size_t bytes)
{
    for (;;) {
        if (cache->count == 0)
            cache->first = cache->next = 0;
        bool anew = cache->count > 0 && cache->next <= cache->first;
        if ((anew ? cache->first : cache->limit) - cache->next >= bytes)
            return (struct kept *)(void *)(cache->ring + cache->next);
        if (!anew) {
            cache->end = cache->next;
            cache->next = 0;
            continue;
        }
        struct kept *oldest = (struct kept *)(void *)(cache->ring + cache->first);
        retire(cache, oldest);
        cache->count--;
        cache->first += oldest->bytes;
        if (cache->first == cache->end)
            cache->first = 0;
    }
}

void
answer_cache_add(struct answer_cache *cache, const void *key, size_t key_count, const struct answer *answer,
                 int64_t now_ms)
{
    struct hashtable_entry *old = hashtable_find(&cache->table, key, key_count);
    if (old)
        retire(cache, mem_container(old, struct kept, entry));
    size_t copied = answer_bytes(answer), bytes = sizeof(struct kept) + copied + key_count;
    bytes += -bytes % _Alignof(struct kept);
    if (bytes > cache->limit)
        return;
    if (!cache->ring)
        cache->ring = mem_alloc(cache->limit);
    struct kept *kept = make_room(cache, bytes);
    char *own_key = (char *)kept->answer + copied;
    *kept = (struct kept){.bytes = bytes, .entry = {.key = own_key, .key_count = key_count}};
    memcpy(own_key, key, key_count);
    answer_copy_into(kept->answer, answer)->remembered = true;
    int64_t shortest_ms = answer->outcome == OUTCOME_DATA ? ANSWER_CACHE_SHORTEST_MS : ANSWER_CACHE_FAILURE_MS;
    kept->good_until_ms = now_ms + (answer->ttl ? (int64_t)answer->ttl * 1000 : shortest_ms);
    hashtable_add(&cache->table, &kept->entry);
    cache->next += bytes;
    cache->count++;
}

const struct answer *
answer_cache_find(struct answer_cache *cache, const void *key, size_t key_count, int64_t now_ms)
{
    struct hashtable_entry *entry = hashtable_find(&cache->table, key, key_count);
    struct kept *kept = entry ? mem_container(entry, struct kept, entry) : NULL;
    if (kept && kept->good_until_ms <= now_ms) {
        retire(cache, kept);
        kept = NULL;
    }
    return kept ? kept->answer : NULL;
}
