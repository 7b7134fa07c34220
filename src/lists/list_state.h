/* The states of a list about an address. */
#ifndef LIST_STATE_H
#define LIST_STATE_H

#include <stdbool.h>

/* Only LISTED and CLEAR are statements about an address. */
enum list_state {
    STATE_UNASKED,   /* no question was sent */
    STATE_CLEAR,     /* NXDOMAIN, or NOERROR without data, from a list that passed its self-test */
    STATE_LISTED,    /* an answer inside 127/8 that means a listing, from a list that passed its self-test */
    STATE_REFUSED,   /* the operator declines to answer this resolver (127.255.255.0/24 and the list's own codes) */
    STATE_ERROR,     /* SERVFAIL, REFUSED, FORMERR, an unreachable server ... */
    STATE_TIMEOUT,   /* silence */
    STATE_INVALID,   /* an answer no DNSBL gives: outside 127/8, 127.0.0.1 where undocumented, damaged */
    STATE_UNHEALTHY, /* the list failed its own test points in this run */
    STATE_DEAD,      /* the list is known to have been shut down */
    STATE_COUNT
};

/* Returns "listed", "clear" ..., the words of the JSON contract. */
const char *list_state_name(enum list_state);

/* Returns whether the state is a statement about the address. */
static inline bool
list_state_is_known(enum list_state state)
{
    return state == STATE_LISTED || state == STATE_CLEAR;
}

#endif
