/* The PTR names of the addresses of a net, each asked for when it is on the screen. Questions leave once the visible
 * rows have not changed for PTR_CACHE_REST_MS, so that scrolling costs nothing; answers stay as long as the cache.
 * Names are not forward-confirmed, because that would double the questions. */
#ifndef PTR_CACHE_H
#define PTR_CACHE_H

#include "check/engine.h"

enum { PTR_CACHE_REST_MS = 150, PTR_CACHE_MOST = 256 };

struct ptr_cache;

/* For an IPv4 prefix of at most PTR_CACHE_MOST addresses. The engine outlives it. is_visible(arg) says whether the rows
 * can be seen when the questions are about to leave; changed(arg) is called after each answer. NULL when offline, and
 * when the addresses are not routable. */
struct ptr_cache *ptr_cache_new(const struct engine *, const struct prefix *, bool (*is_visible)(void *arg),
                                void (*changed)(void *arg), void *arg);
/* Drops questions under way. NULL is fine. */
void ptr_cache_free(struct ptr_cache *);

/* Sets the addresses that are on the screen. */
void ptr_cache_show(struct ptr_cache *, const uint32_t *addresses, size_t count);

/* Returns UNASKED, ASKING (visible, and not known yet), NONE, FAILED or UNVERIFIED: a name. */
const struct ptr *ptr_cache_at(const struct ptr_cache *, uint32_t address);

/* Returns whether to distrust "no name", because no list has proved that the resolver works. */
bool ptr_cache_are_doubted(const struct ptr_cache *);

#endif
