/* Allocation that never fails: the program cannot go on without memory, so no caller checks for it. */
#ifndef MEM_H
#define MEM_H

#include <stddef.h>
#include <string.h>

/* Return uninitialised or zeroed memory, which the caller frees with free(). */
void *mem_alloc(size_t bytes);
void *mem_zero(size_t bytes);

/* Like realloc(). */
void *mem_grow(void *old, size_t bytes);

/* Returns uninitialised memory for a table that is filled at once. From MEM_LARGE bytes on it is on huge pages, if the
 * system has them, because the page faults of small ones take as long as all the filling. Unused parts cost nothing. */
enum { MEM_LARGE = 2 << 20 };
void *mem_large(size_t bytes);

/* For the console: returns freed memory to the system at once and avoids huge pages, whose compaction can stall for
 * milliseconds. */
void mem_give_back(void);

/* Returns a fresh copy of some bytes and a NUL. */
char *mem_copy_bytes(const char *bytes, size_t count);

/* Returns a fresh copy of a string; NULL for NULL. */
static inline char *
mem_copy(const char *string)
{
    return string ? mem_copy_bytes(string, strlen(string)) : NULL;
}

/* Sets a function that restores the terminal before the process ends for lack of memory. */
void mem_on_exhausted(void (*restore)(void));

/* The struct of this type whose field `field` is at `pointer`. */
#define mem_container(pointer, type, field) ((type *)(void *)((char *)(pointer)-offsetof(type, field)))

/* Returns the last byte of that value among `count` bytes, or NULL. macOS has no memrchr. */
static inline void *
mem_last(const void *bytes, char value, size_t count)
{
    while (count-- > 0)
        if (((const char *)bytes)[count] == value)
            return (char *)bytes + count;
    return NULL;
}

#endif
