/* Private to domain: the PTR names of a client that lead back to it (RFC 7208 section 5.5). */
#ifndef SPF_NAMES_H
#define SPF_NAMES_H

#include "base/vec.h"
#include "dns/resolver.h"

#include <arpa/nameser.h>
#include <stdbool.h>

struct spf_name {
    struct spf_names *names;
    char text[NS_MAXDNAME];
    bool valid; /* leads back */
};

/* Zeroed: not asked. */
struct spf_names {
    bool asked;
    bool none; /* the client has no PTR record */

    /* private */
    struct resolver *resolver;
    struct addr ip;
    VEC(struct spf_name) list; /* at most SPF_NAMES */
    size_t pending;            /* answers */
    void (*done)(void *arg);
    void *arg;
};

/* Asks for the names, and for the addresses of each; calls `done` at the end, never from inside. */
void spf_names_ask(struct spf_names *, struct resolver *, const struct addr *ip, void (*done)(void *arg), void *arg);
/* Drops the questions under way. */
void spf_names_fini(struct spf_names *);

/* Returns the valid name that %{p} stands for: the domain itself, or a name in it, or any other; NULL = none. */
const char *spf_names_best(const struct spf_names *, const char *domain);
/* Returns whether a valid name is the domain or in it. */
bool spf_names_has_in(const struct spf_names *, const char *domain);

#endif
