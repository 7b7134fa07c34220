/* The answers of this run that are still good: bounded in bytes, the oldest goes first. */
#ifndef MEMORY_H
#define MEMORY_H

#include "dns/answer.h"

#include <stddef.h>
#include <stdint.h>

/* A failure says nothing for long, but for so long nobody asks a dead server the same again. */
enum { MEMORY_FAILURE_MS = 5000, MEMORY_SHORTEST_MS = 1000 };

struct memory;

struct memory *memory_new(size_t bytes);
void memory_free(struct memory *); /* NULL is fine */

/* Keeps a copy, in place of what was known under this key: for the answer's TTL, at least MEMORY_SHORTEST_MS; without
 * one MEMORY_FAILURE_MS. */
void memory_keep(struct memory *, const void *key, size_t key_count, const struct answer *, int64_t now_ms);

/* The answer if it is still good, marked `remembered`, or NULL. Borrowed until the next call of memory_*. */
const struct answer *memory_find(struct memory *, const void *key, size_t key_count, int64_t now_ms);

#endif
