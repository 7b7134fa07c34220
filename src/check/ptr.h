/* The PTR name of the address, and whether the name resolves back to the address. */
#ifndef PTR_H
#define PTR_H

#include "check/exchanges.h"

struct ptr_lookup {
    struct exchanges *exchanges;
    unsigned left; /* forward confirmations under way */
};

/* Fills evidence->ptr. Must not be called while a question is under way. */
void ptr_ask(struct ptr_lookup *);

/* For the name alone: writes the name of the question ("77.113.0.203.in-addr.arpa"; returns `out`), and reads the
 * answer: PTR_NONE, PTR_FAILED, or an unconfirmed name, PTR_UNVERIFIED. */
enum { PTR_QUESTION = ADDR_REVERSED_TEXT + sizeof "in-addr.arpa" };
const char *ptr_question(const struct addr *, char out[static PTR_QUESTION]);
void ptr_read(struct ptr *, const struct answer *);

#endif
