/* The origin AS of the address: from the ASN database at once, or from Team Cymru by DNS. */
#ifndef ORIGIN_H
#define ORIGIN_H

#include "asn/asndb.h"
#include "check/exchanges.h"

struct origin {
    struct exchanges *exchanges;
    const struct asndb *asndb; /* NULL = none */
    void (*learnt)(void *arg); /* the announced prefix is known */
    void *arg;
};

/* Fills evidence->network. Does not repeat a question under way. */
void origin_ask(struct origin *);

#endif
