/* Asks the lists of domains about domains. The answer of a list counts once the list has passed its self-test. */
#ifndef DOMAIN_LISTS_H
#define DOMAIN_LISTS_H

#include "check/engine.h"
#include "verdict/evidence.h"

struct domain_lists;

/* The answer of a list about a name. */
struct domain_list {
    char *name;
    bool foreign; /* of a host that belongs to another domain */
    struct list_result result;
};

enum { DOMAIN_LISTS_NAMES = 16 };

/* Asks nothing yet. `changed` is called after each answer, never from inside. The engine, which has a resolver,
 * outlives it. */
struct domain_lists *domain_lists_new(const struct engine *, void (*changed)(void *arg), void *arg);
/* Drops the questions under way. NULL is fine. */
void domain_lists_free(struct domain_lists *);

/* Asks each list about a name in ASCII, unless it was asked before. Ignores names beyond DOMAIN_LISTS_NAMES, and
 * addresses, for which such lists answer with an error. */
void domain_lists_add(struct domain_lists *, const char *name, bool foreign);

/* Return how many answers there are or will be, of how many names; and one of them, where the same lists follow each
 * other for every name. */
size_t domain_lists_count(const struct domain_lists *);
size_t domain_lists_names(const struct domain_lists *);
const struct domain_list *domain_lists_at(const struct domain_lists *, size_t place);

#endif
