/* Allocate or die: nothing in the program carries on without memory, so nothing checks for it. */
#ifndef MEM_H
#define MEM_H

#include <stddef.h>

/* Uninitialised and zeroed memory; never NULL. The caller frees with free(). */
void *mem_alloc(size_t bytes);
void *mem_zero(size_t bytes);

/* Uninitialised memory for a large table that is filled at once. From MEM_LARGE bytes on it lies on large pages, where
 * the system has them: the page faults of small ones take as long as all the filling. What is not used of it costs
 * nothing. */
enum { MEM_LARGE = 2 << 20 };
void *mem_large(size_t bytes);

/* From now on large blocks that are freed go back to the system at once, and none lies on large pages, for which the
 * system may have to tidy up for some milliseconds: for a process that lives long, and answers soon. */
void mem_give_back(void);

/* realloc() that does not fail. */
void *mem_grow(void *old, size_t bytes);

/* A fresh copy of a string (NULL gives NULL), or of its first `bytes` bytes plus a NUL. */
char *mem_copy(const char *string);
char *mem_copy_bytes(const char *bytes, size_t count);

/* Called once before the process dies for lack of memory: the place to restore the terminal. */
void mem_on_exhausted(void (*restore)(void));

/* The struct of this type whose field `field` is at `pointer`. */
#define mem_container(pointer, type, field) ((type *)(void *)((char *)(pointer)-offsetof(type, field)))

#endif
