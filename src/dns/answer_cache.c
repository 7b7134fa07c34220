#include "dns/answer_cache.h"

#include "base/hashtable.h"
#include "base/queue.h"

#include <stdlib.h>
#include <string.h>

/* Each entry is in the table and in the queue, which is in order of arrival; `used` is the sum of their bytes. */

struct kept {
    struct hashtable_entry entry;
    struct queue_link link;
    size_t bytes;
    int64_t good_until_ms;
    struct answer answer[]; /* one; behind it the rest of the copy, then the key */
};

struct answer_cache {
    struct hashtable table;
    struct queue queue;
    size_t used, limit;
};

struct answer_cache *
answer_cache_new(size_t bytes)
{
    struct answer_cache *cache = mem_zero(sizeof *cache);
    queue_init(&cache->queue);
    cache->limit = bytes;
    return cache;
}

static void
drop(struct answer_cache *cache, struct kept *kept)
{
    hashtable_remove(&cache->table, &kept->entry);
    queue_remove(&cache->queue, &kept->link);
    cache->used -= kept->bytes;
    free(kept);
}

void
answer_cache_free(struct answer_cache *cache)
{
    if (!cache)
        return;
    while (cache->queue.count > 0)
        drop(cache, mem_container(queue_first(&cache->queue), struct kept, link));
    hashtable_free(&cache->table);
    free(cache);
}

void
answer_cache_add(struct answer_cache *cache, const void *key, size_t key_count, const struct answer *answer,
                 int64_t now_ms)
{
    struct hashtable_entry *old = hashtable_find(&cache->table, key, key_count);
    if (old)
        drop(cache, mem_container(old, struct kept, entry));
    size_t copied = answer_bytes(answer), bytes = sizeof(struct kept) + copied + key_count;
    if (bytes > cache->limit)
        return;
    while (cache->limit - cache->used < bytes)
        drop(cache, mem_container(queue_first(&cache->queue), struct kept, link));
    struct kept *kept = mem_alloc(bytes);
    char *own_key = (char *)kept->answer + copied;
    *kept = (struct kept){.bytes = bytes, .entry = {.key = own_key, .key_count = key_count}};
    memcpy(own_key, key, key_count);
    answer_copy_into(kept->answer, answer)->remembered = true;
    int64_t shortest_ms = answer->outcome == OUTCOME_DATA ? ANSWER_CACHE_SHORTEST_MS : ANSWER_CACHE_FAILURE_MS;
    kept->good_until_ms = now_ms + (answer->ttl ? (int64_t)answer->ttl * 1000 : shortest_ms);
    hashtable_add(&cache->table, &kept->entry);
    queue_add(&cache->queue, &kept->link);
    cache->used += bytes;
}

const struct answer *
answer_cache_find(struct answer_cache *cache, const void *key, size_t key_count, int64_t now_ms)
{
    struct hashtable_entry *entry = hashtable_find(&cache->table, key, key_count);
    struct kept *kept = entry ? mem_container(entry, struct kept, entry) : NULL;
    if (kept && kept->good_until_ms <= now_ms) {
        drop(cache, kept);
        kept = NULL;
    }
    return kept ? kept->answer : NULL;
}
