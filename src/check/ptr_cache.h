/* The PTR names of the addresses of a net, each asked for when it is on the screen. Nothing is asked before what shows
 * has stood still for PTR_CACHE_REST_MS, so that rows that fly by cost nothing; an answer stays as long as the names.
 * They are not forward-confirmed: that takes as many questions again, and is for the case of an address. */
#ifndef PTR_CACHE_H
#define PTR_CACHE_H

#include "check/investigation.h"
#include "console/app/app.h"
#include "verdict/evidence.h"

enum { PTR_CACHE_REST_MS = 150, PTR_CACHE_MOST = 256 };

struct ptr_cache;

/* Of an IPv4 prefix of at most PTR_CACHE_MOST addresses, for a view of the app: nothing is asked while another page
 * covers it. The engine outlives them; `changed` is given the view after each answer. NULL when nobody may be asked:
 * offline, or the addresses are not routable. */
struct ptr_cache *ptr_cache_new(const struct engine *, const struct prefix *, struct app *, void *view,
                                void (*changed)(void *view));
/* What is under way is forgotten. NULL is fine. */
void ptr_cache_free(struct ptr_cache *);

/* These addresses are on the screen, and no others. */
void ptr_cache_show(struct ptr_cache *, const uint32_t *addresses, size_t count);

/* UNASKED, ASKING (on the screen, and not known yet), NONE, FAILED or UNVERIFIED: a name. */
const struct ptr *ptr_cache_at(const struct ptr_cache *, uint32_t address);

/* What no resolver can be believed to deny that knows none of the lists. */
bool ptr_cache_are_doubted(const struct ptr_cache *);

#endif
