/* Keeps freed blocks of about one size for reuse, newest first, because they are still in the processor's cache, and
 * malloc searches long for blocks of some hundred bytes. A zeroed pool is for use once `bytes` is set. */
#ifndef POOL_H
#define POOL_H

#include <stddef.h>

struct pool_block;

struct pool {
    size_t bytes; /* of a block; larger ones are not kept */
    struct pool_block *free;
};

/* Returns uninitialised memory, to be given back with the same number of bytes. */
void *pool_take(struct pool *, size_t bytes);
void pool_give(struct pool *, void *block, size_t bytes);

/* Frees the blocks that were given back. */
void pool_fini(struct pool *);

#endif
