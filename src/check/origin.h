/* Who announces the address: the ASN database, at once, or Team Cymru by DNS. */
#ifndef ORIGIN_H
#define ORIGIN_H

#include "asn/asndb.h"
#include "check/exchanges.h"

struct origin {
    struct exchanges *exchanges;
    const struct asndb *asndb; /* NULL = none */
    void (*learnt)(void *arg); /* the announced prefix was answered */
    void *arg;
};

/* Fills evidence->network. What is under way is not asked again. */
void origin_ask(struct origin *);

#endif
