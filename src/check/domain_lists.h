/* Asks the lists of domains about domains. The answer of a list counts once the list has passed its self-test. */
#ifndef DOMAIN_LISTS_H
#define DOMAIN_LISTS_H

#include "check/engine.h"
#include "verdict/evidence.h"

struct domain_lists;

enum { DOMAIN_LISTS_NAMES = 2 };

/* Begins; of the names, NULL is left out. `changed` is called after each answer, never from inside. The engine, which
 * has a resolver, outlives it. */
struct domain_lists *domain_lists_new(const struct engine *, const char *const names[static DOMAIN_LISTS_NAMES],
                                      void (*changed)(void *arg), void *arg);
/* Drops the questions under way. NULL is fine. */
void domain_lists_free(struct domain_lists *);

size_t domain_lists_count(const struct domain_lists *);
/* Returns the result of a list; *name is what it was asked about. */
const struct list_result *domain_lists_at(const struct domain_lists *, size_t place, const char **name);

#endif
