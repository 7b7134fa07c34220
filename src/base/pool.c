#include "base/pool.h"

#include "base/mem.h"

#include <stdlib.h>

struct pool_block {
    struct pool_block *next;
};

/* Where a reuse of freed memory is to be found, every block is malloc's. */
#ifdef __SANITIZE_ADDRESS__
enum { KEEPS = 0 };
#else
enum { KEEPS = 1 };
#endif

void *
pool_take(struct pool *pool, size_t bytes)
{
    struct pool_block *block = pool->free;
    if (bytes > pool->bytes)
        return mem_alloc(bytes);
    if (!block)
        return mem_alloc(pool->bytes);
    pool->free = block->next;
    return block;
}

void
pool_give(struct pool *pool, void *block, size_t bytes)
{
    struct pool_block *given = block;
    if (!KEEPS || bytes > pool->bytes) {
        free(block);
        return;
    }
    given->next = pool->free;
    pool->free = given;
}

void
pool_fini(struct pool *pool)
{
    for (struct pool_block *block = pool->free, *next; block; block = next) {
        next = block->next;
        free(block);
    }
    pool->free = NULL;
}
