/* One look at a target through one list: whether the list has it, in a scope that is worth an alarm. */
#ifndef LOOK_H
#define LOOK_H

#include "verdict/evidence.h"
#include "verdict/verdict.h"

enum look_scope { LOOK_ADDRESS, LOOK_NET, LOOK_PROVIDER, LOOK_POLICY, LOOK_SCOPES };

const char *look_scope_name(enum look_scope); /* "address", "net", "provider", "policy" */

enum look_state { LOOK_UNKNOWN, LOOK_CLEAR, LOOK_LISTED };

struct look {
    enum look_state state;
    bool at_once; /* it is believed without a second look: level 1, or a list of the address of weight 4 */
    bool named;   /* a receiver named the list when it refused mail */
};

/* Returns the scope in which a list has the target, LOOK_SCOPES = none that is worth an alarm. Lists of an address of
 * weight 1 do not count. */
enum look_scope look_scope_of(const struct list_result *);

/* Looks in one scope through one list, NULL = it was not asked. A listing is known as soon as it is proved; it is gone
 * only if the list says so after an investigation that ended, and of the address itself only with a verdict. */
struct look look_at(enum look_scope, const struct evidence *, const struct verdict *, const struct list_result *);

#endif
