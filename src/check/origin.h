/* The origin AS of the address: from the ASN database at once, or from Team Cymru by DNS. */
#ifndef ORIGIN_H
#define ORIGIN_H

#include "check/exchanges.h"
#include "density/dataset.h"

struct origin {
    struct exchanges *exchanges;
    const struct dataset *dataset; /* which has the ASN database */
    void (*learnt)(void *arg);     /* the announced prefix is known */
    void *arg;

    bool waits;        /* for the database */
    unsigned revision; /* of the database that was asked */
};

/* Fills evidence->network. Waits for a database that is being read. Does not repeat a question under way. */
void origin_ask(struct origin *);

#endif
