/* The address's name, and whether the name leads back to the address. */
#ifndef NAMING_H
#define NAMING_H

#include "check/inquiry.h"

struct naming {
    struct inquiry *inquiry;
    unsigned left; /* forward confirmations under way */
};

/* Fills evidence->ptr; not to be called while it is asked for. */
void naming_ask(struct naming *);

/* For those who want no more than the name: what is asked for ("77.113.0.203.in-addr.arpa"; returns `out`), and what
 * the answer says: PTR_NONE, PTR_FAILED, or a name that nothing confirms, PTR_UNVERIFIED. */
enum { NAMING_QUESTION = ADDR_REVERSED_TEXT + sizeof "in-addr.arpa" };
const char *naming_question(const struct addr *, char out[static NAMING_QUESTION]);
void naming_read(struct ptr *, const struct answer *);

#endif
