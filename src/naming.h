/* The address's name, and whether the name leads back to the address. */
#ifndef NAMING_H
#define NAMING_H

#include "inquiry.h"

struct naming {
    struct inquiry *inquiry;
    unsigned left; /* forward confirmations under way */
};

/* Fills evidence->ptr; not to be called while it is asked for. */
void naming_ask(struct naming *);

#endif
