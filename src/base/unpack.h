/* The bytes of a file as they are, or unpacked if gzip packed them. */
#ifndef UNPACK_H
#define UNPACK_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct unpack;

/* Returns a reader of an open descriptor, of which it has a copy of its own; NULL with errno. */
struct unpack *unpack_new(int fd);
void unpack_free(struct unpack *); /* NULL is fine */

/* Reads until there are `count` bytes or the end; -1 = failure. */
ssize_t unpack_read(struct unpack *, char *to, size_t count);

/* Returns why the last bytes may be wrong or missing, as a half sentence; NULL = they are sound. */
const char *unpack_problem(struct unpack *);

/* Returns how many bytes of the descriptor were used. */
int64_t unpack_offset(struct unpack *);

#endif
