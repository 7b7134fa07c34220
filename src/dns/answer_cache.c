#include "dns/answer_cache.h"

#include "base/hashtable.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

/* Each memory is one block: the struct, its records, then the key and the texts. It is in the table and in the queue,
 * which is in the order of arrival; `used` is the sum of the blocks. */

struct kept {
    struct hashtable_entry entry;
    TAILQ_ENTRY(kept) link;
    size_t bytes;
    int64_t good_until_ms;
    struct answer answer;
    struct record records[];
};

struct answer_cache {
    struct hashtable table;
    TAILQ_HEAD(, kept) queue;
    size_t used, limit;
};

struct answer_cache *
answer_cache_new(size_t bytes)
{
    struct answer_cache *answer_cache = mem_zero(sizeof *answer_cache);
    TAILQ_INIT(&answer_cache->queue);
    answer_cache->limit = bytes;
    return answer_cache;
}

static void
drop(struct answer_cache *answer_cache, struct kept *kept)
{
    hashtable_remove(&answer_cache->table, &kept->entry);
    TAILQ_REMOVE(&answer_cache->queue, kept, link);
    answer_cache->used -= kept->bytes;
    free(kept);
}

void
answer_cache_free(struct answer_cache *answer_cache)
{
    if (!answer_cache)
        return;
    while (!TAILQ_EMPTY(&answer_cache->queue))
        drop(answer_cache, TAILQ_FIRST(&answer_cache->queue));
    hashtable_free(&answer_cache->table);
    free(answer_cache);
}

static int64_t
lifetime_ms(const struct answer *answer)
{
    if (answer->outcome != OUTCOME_DATA && answer->ttl == 0)
        return ANSWER_CACHE_FAILURE_MS;
    return answer->ttl ? (int64_t)answer->ttl * 1000 : ANSWER_CACHE_SHORTEST_MS;
}

static size_t
size_of(const struct answer *answer, size_t key_count)
{
    size_t bytes = sizeof(struct kept) + answer->count * sizeof(struct record) + key_count;
    for (size_t i = 0; i < answer->count; i++)
        bytes += answer->records[i].text_count;
    return bytes;
}

static struct kept *
copy(const void *key, size_t key_count, const struct answer *answer, size_t bytes)
{
    struct kept *kept = mem_alloc(bytes);
    char *room = (char *)&kept->records[answer->count];
    *kept = (struct kept){.bytes = bytes, .answer = *answer, .entry = {.key = room, .key_count = key_count}};
    kept->answer.records = kept->records;
    kept->answer.remembered = true;
    memcpy(room, key, key_count);
    room += key_count;
    for (size_t i = 0; i < answer->count; i++) {
        struct record *record = &kept->records[i];
        *record = answer->records[i];
        if (record->text_count > 0)
            memcpy(room, record->text, record->text_count);
        record->text = room;
        room += record->text_count;
    }
    return kept;
}

static struct kept *
find(const struct answer_cache *answer_cache, const void *key, size_t key_count)
{
    struct hashtable_entry *entry = hashtable_find(&answer_cache->table, key, key_count);
    return entry ? table_item(entry, struct kept, entry) : NULL;
}

void
answer_cache_keep(struct answer_cache *answer_cache, const void *key, size_t key_count, const struct answer *answer,
                  int64_t now_ms)
{
    struct kept *kept = find(answer_cache, key, key_count);
    size_t bytes = size_of(answer, key_count);
    if (kept)
        drop(answer_cache, kept);
    if (bytes > answer_cache->limit)
        return;
    while (answer_cache->limit - answer_cache->used < bytes)
        drop(answer_cache, TAILQ_FIRST(&answer_cache->queue));
    kept = copy(key, key_count, answer, bytes);
    kept->good_until_ms = now_ms + lifetime_ms(answer);
    hashtable_add(&answer_cache->table, &kept->entry);
    TAILQ_INSERT_TAIL(&answer_cache->queue, kept, link);
    answer_cache->used += bytes;
}

const struct answer *
answer_cache_find(struct answer_cache *answer_cache, const void *key, size_t key_count, int64_t now_ms)
{
    struct kept *kept = find(answer_cache, key, key_count);
    if (kept && kept->good_until_ms <= now_ms) {
        drop(answer_cache, kept);
        kept = NULL;
    }
    return kept ? &kept->answer : NULL;
}
