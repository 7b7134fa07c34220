/* Who announces the address: the ASN database, at once, or Team Cymru by DNS. */
#ifndef ANNOUNCER_H
#define ANNOUNCER_H

#include "asn/asndb.h"
#include "check/inquiry.h"

struct announcer {
    struct inquiry *inquiry;
    const struct asndb *asndb; /* NULL = none */
    void (*learnt)(void *arg); /* the announced prefix was answered */
    void *arg;
};

/* Fills evidence->network. What is under way is not asked again. */
void announcer_ask(struct announcer *);

#endif
