/* The PTR names of some addresses, asked at once: of at most PTR_NAMES_MOST, evenly spread, because a sample shows what
 * names have in common. They are not forward-confirmed. */
#ifndef PTR_NAMES_H
#define PTR_NAMES_H

#include "check/engine.h"

enum { PTR_NAMES_MOST = 64 };

struct ptr_names;

/* Asks about a sample of `count` IPv4 addresses; named(arg, place, name) is called from the loop for each; the
 * name is clean, and NULL where there is none. The engine outlives it. NULL when offline, or when no address may be
 * asked about. */
struct ptr_names *ptr_names_new(const struct engine *, const uint32_t *addresses, size_t count,
                                void (*named)(void *arg, size_t place, const char *name), void *arg);
/* Returns how many answers are awaited. */
size_t ptr_names_pending(const struct ptr_names *);
/* Drops questions under way. NULL is fine. */
void ptr_names_free(struct ptr_names *);

#endif
