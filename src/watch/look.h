/* One look at a target, by scope: whether lists of its address, its net, its provider or of policy list it. */
#ifndef LOOK_H
#define LOOK_H

#include "base/buf.h"
#include "verdict/evidence.h"
#include "verdict/verdict.h"

enum look_scope { LOOK_ADDRESS, LOOK_NET, LOOK_PROVIDER, LOOK_POLICY, LOOK_SCOPES };

const char *look_scope_name(enum look_scope); /* "address", "net", "provider", "policy" */

enum look_state { LOOK_UNKNOWN, LOOK_CLEAR, LOOK_LISTED };

struct look {
    enum look_state state;
    bool at_once;     /* a list that is believed without a second look: level 1, or one of the address of weight 4 */
    bool named;       /* a receiver named one of the lists when it refused mail */
    struct buf lists; /* zones of the lists that list it, with one space between */
};

/* Looks at one scope. It is clear only if the lists that decide it are known, and each list of `told`, which listed it
 * when that was reported, is: silence is no all-clear. Lists of an address of weight 1 do not count. Replaces the
 * content of `out`, which starts zeroed; the caller frees its lists. */
void look_at(struct look *out, enum look_scope, const struct evidence *, const struct verdict *, const char *told);

#endif
