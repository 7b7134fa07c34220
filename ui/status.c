#include "status.h"

enum status
status_of(enum verdict_state state)
{
    static const enum status statuses[] = {
        [VERDICT_CLEAR] = STATUS_CLEAR,
        [VERDICT_COLLATERAL] = STATUS_COLLATERAL,
        [VERDICT_DIRECT] = STATUS_DIRECT,
        [VERDICT_UNKNOWN] = STATUS_UNKNOWN,
    };
    return statuses[state];
}

enum status
status_worse(enum status a, enum status b)
{
    static const int badness[] = {
        [STATUS_CLEAR] = 0, [STATUS_COLLATERAL] = 1, [STATUS_UNKNOWN] = 2, [STATUS_DIRECT] = 3};
    return badness[a] >= badness[b] ? a : b;
}
