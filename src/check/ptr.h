/* The address's name, and whether the name leads back to the address. */
#ifndef PTR_H
#define PTR_H

#include "check/exchanges.h"

struct ptr_lookup {
    struct exchanges *exchanges;
    unsigned left; /* forward confirmations under way */
};

/* Fills evidence->ptr; not to be called while it is asked for. */
void ptr_ask(struct ptr_lookup *);

/* For those who want no more than the name: what is asked for ("77.113.0.203.in-addr.arpa"; returns `out`), and what
 * the answer says: PTR_NONE, PTR_FAILED, or a name that nothing confirms, PTR_UNVERIFIED. */
enum { PTR_QUESTION = ADDR_REVERSED_TEXT + sizeof "in-addr.arpa" };
const char *ptr_question(const struct addr *, char out[static PTR_QUESTION]);
void ptr_read(struct ptr *, const struct answer *);

#endif
