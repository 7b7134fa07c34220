/* Questions about one address. Each is recorded in its evidence as an exchange. */
#ifndef EXCHANGES_H
#define EXCHANGES_H

#include "base/vec.h"
#include "check/engine.h"
#include "verdict/evidence.h"

enum { EXCHANGES_NAME = 256 }; /* room for the name of a question */

struct exchanges_question;

struct exchanges {
    const struct engine *engine; /* without a resolver no question may be sent */
    struct evidence *evidence;
    unsigned flags;             /* for resolver_ask */
    void (*changed)(void *arg); /* after each answer; may free all of this */
    void *arg;
    VEC(struct exchanges_question *) questions; /* under way */
};

/* `name` is the name of the question. */
typedef void exchanges_done(void *arg, const char *name, const struct answer *);

/* Asks a question. The answer never arrives from inside. A repeated question keeps its place in the record. */
void exchanges_put(struct exchanges *, enum subject, const char *name, enum record_type, exchanges_done *, void *arg);
/* Asks a list about the address. */
void exchanges_put_to_list(struct exchanges *, const struct list *, enum record_type, exchanges_done *, void *arg);

/* Drops the questions under way. */
void exchanges_fini(struct exchanges *);

#endif
