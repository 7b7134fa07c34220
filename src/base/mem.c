#include "base/mem.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

static void (*restore_hook)(void);
static bool gives_back;

void
mem_on_exhausted(void (*restore)(void))
{
    restore_hook = restore;
}

static void *
insist(void *block)
{
    if (block)
        return block;
    if (restore_hook)
        restore_hook();
    fputs("whylisted: out of memory\n", stderr);
    abort();
}

void *
mem_alloc(size_t bytes)
{
    return insist(malloc(bytes ? bytes : 1));
}

void *
mem_zero(size_t bytes)
{
    return insist(calloc(1, bytes ? bytes : 1));
}

void *
mem_large(size_t bytes)
{
    void *block = NULL;
    if (bytes < MEM_LARGE || gives_back || posix_memalign(&block, MEM_LARGE, bytes) != 0)
        return mem_alloc(bytes);
#ifdef MADV_HUGEPAGE
    madvise(block, bytes, MADV_HUGEPAGE);
#endif
    return block;
}

void
mem_give_back(void)
{
    gives_back = true;
#ifdef __GLIBC__                           /* raises its thresholds with each larger block otherwise */
    mallopt(M_MMAP_THRESHOLD, 128 * 1024); /* more than the 85 KiB of each small sort in SQLite */
    mallopt(M_TRIM_THRESHOLD, 256 * 1024);
#endif
}

void *
mem_grow(void *old, size_t bytes)
{
    return insist(realloc(old, bytes ? bytes : 1));
}

char *
mem_copy_bytes(const char *bytes, size_t count)
{
    char *copy = mem_alloc(count + 1);
    memcpy(copy, bytes, count);
    copy[count] = '\0';
    return copy;
}
