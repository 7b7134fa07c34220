/* The answers of this run that are still good: bounded in bytes, the oldest goes first. */
#ifndef ANSWER_CACHE_H
#define ANSWER_CACHE_H

#include "dns/answer.h"

#include <stddef.h>
#include <stdint.h>

/* A failure says nothing for long, but for so long nobody asks a dead server the same again. */
enum { ANSWER_CACHE_FAILURE_MS = 5000, ANSWER_CACHE_SHORTEST_MS = 1000 };

struct answer_cache;

struct answer_cache *answer_cache_new(size_t bytes);
void answer_cache_free(struct answer_cache *); /* NULL is fine */

/* Keeps a copy, in place of what was known under this key: for the answer's TTL, at least ANSWER_CACHE_SHORTEST_MS;
 * without one ANSWER_CACHE_FAILURE_MS. */
void answer_cache_keep(struct answer_cache *, const void *key, size_t key_count, const struct answer *, int64_t now_ms);

/* The answer if it is still good, marked `remembered`, or NULL. Borrowed until the next call of answer_cache_*. */
const struct answer *answer_cache_find(struct answer_cache *, const void *key, size_t key_count, int64_t now_ms);

#endif
