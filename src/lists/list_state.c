#include "lists/list_state.h"

static const char *const names[STATE_COUNT] = {
    [STATE_UNASKED] = "unasked", [STATE_CLEAR] = "clear",         [STATE_LISTED] = "listed",
    [STATE_REFUSED] = "refused", [STATE_ERROR] = "error",         [STATE_TIMEOUT] = "timeout",
    [STATE_INVALID] = "invalid", [STATE_UNHEALTHY] = "unhealthy", [STATE_DEAD] = "dead",
};

const char *
list_state_name(enum list_state state)
{
    return names[state];
}
