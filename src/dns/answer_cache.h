/* Private to dns: the answers of this run that are still valid, bounded in bytes; the oldest goes first. */
#ifndef ANSWER_CACHE_H
#define ANSWER_CACHE_H

#include "dns/answer.h"

#include <stddef.h>
#include <stdint.h>

/* Failures are remembered just long enough not to ask a dead server the same again at once. */
enum { ANSWER_CACHE_FAILURE_MS = 5000, ANSWER_CACHE_SHORTEST_MS = 1000 };

struct answer_cache;

struct answer_cache *answer_cache_new(size_t bytes);
void answer_cache_free(struct answer_cache *); /* NULL is fine */

/* Stores a copy in place of the answer under this key: for the answer's TTL, at least ANSWER_CACHE_SHORTEST_MS; for
 * ANSWER_CACHE_FAILURE_MS if a failure has no TTL. */
void answer_cache_add(struct answer_cache *, const void *key, size_t key_count, const struct answer *, int64_t now_ms);

/* Returns the answer, marked `remembered`, or NULL if there is none or it has expired. Borrowed until the next call of
 * answer_cache_*. */
const struct answer *answer_cache_find(struct answer_cache *, const void *key, size_t key_count, int64_t now_ms);

#endif
