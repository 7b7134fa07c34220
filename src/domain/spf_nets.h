/* The addresses that a record lets pass, term by term. The first term that matches an address decides about it. */
#ifndef SPF_NETS_H
#define SPF_NETS_H

#include "base/addr.h"
#include "base/vec.h"

enum { SPF_NETS_MOST = 4000 };

struct spf_net {
    struct prefix prefix;
    unsigned group; /* who brings it, by place */
    bool lost;      /* behind an error: no receiver comes so far */
};

/* Zeroed is empty. */
struct spf_nets {
    VEC(struct spf_net) pass;
    VEC(struct prefix) except; /* decided by a term with another qualifier */
};

/* Adds a net that a term matches. Returns false, with a part of the net missing, if there are too many. */
bool spf_nets_add(struct spf_nets *, const struct spf_net *, char qualifier);

static inline void
spf_nets_fini(struct spf_nets *nets)
{
    vec_free(&nets->pass);
    vec_free(&nets->except);
}

#endif
