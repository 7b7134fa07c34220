#include "dns/memory.h"

#include "base/mem.h"
#include "base/table.h"

#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

/* Each memory is one block: the struct, its records, then the key and the texts. It is in the table and in the queue,
 * which is in the order of arrival; `used` is the sum of the blocks. */

struct kept {
    struct entry entry;
    TAILQ_ENTRY(kept) link;
    size_t bytes;
    int64_t good_until_ms;
    struct answer answer;
    struct record records[];
};

struct memory {
    struct table table;
    TAILQ_HEAD(, kept) queue;
    size_t used, limit;
};

struct memory *
memory_new(size_t bytes)
{
    struct memory *memory = mem_zero(sizeof *memory);
    TAILQ_INIT(&memory->queue);
    memory->limit = bytes;
    return memory;
}

static void
drop(struct memory *memory, struct kept *kept)
{
    table_remove(&memory->table, &kept->entry);
    TAILQ_REMOVE(&memory->queue, kept, link);
    memory->used -= kept->bytes;
    free(kept);
}

void
memory_free(struct memory *memory)
{
    if (!memory)
        return;
    while (!TAILQ_EMPTY(&memory->queue))
        drop(memory, TAILQ_FIRST(&memory->queue));
    table_free(&memory->table);
    free(memory);
}

static int64_t
lifetime_ms(const struct answer *answer)
{
    if (answer->outcome != OUTCOME_DATA && answer->ttl == 0)
        return MEMORY_FAILURE_MS;
    return answer->ttl ? (int64_t)answer->ttl * 1000 : MEMORY_SHORTEST_MS;
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
find(const struct memory *memory, const void *key, size_t key_count)
{
    struct entry *entry = table_find(&memory->table, key, key_count);
    return entry ? table_item(entry, struct kept, entry) : NULL;
}

void
memory_keep(struct memory *memory, const void *key, size_t key_count, const struct answer *answer, int64_t now_ms)
{
    struct kept *kept = find(memory, key, key_count);
    size_t bytes = size_of(answer, key_count);
    if (kept)
        drop(memory, kept);
    if (bytes > memory->limit)
        return;
    while (memory->limit - memory->used < bytes)
        drop(memory, TAILQ_FIRST(&memory->queue));
    kept = copy(key, key_count, answer, bytes);
    kept->good_until_ms = now_ms + lifetime_ms(answer);
    table_add(&memory->table, &kept->entry);
    TAILQ_INSERT_TAIL(&memory->queue, kept, link);
    memory->used += bytes;
}

const struct answer *
memory_find(struct memory *memory, const void *key, size_t key_count, int64_t now_ms)
{
    struct kept *kept = find(memory, key, key_count);
    if (kept && kept->good_until_ms <= now_ms) {
        drop(memory, kept);
        kept = NULL;
    }
    return kept ? &kept->answer : NULL;
}
