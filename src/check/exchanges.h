/* Questions that are put for one address. Each is recorded in its evidence as an exchange, as it was answered, and the
 * answer goes to whoever put it. */
#ifndef EXCHANGES_H
#define EXCHANGES_H

#include "base/vec.h"
#include "dns/resolver.h"
#include "verdict/evidence.h"

enum { EXCHANGES_NAME = 256 }; /* room for a name that is asked for */

struct exchanges_question;

struct exchanges {
    struct resolver *resolver; /* NULL: nobody is asked, and nothing may be put */
    struct evidence *evidence;
    unsigned flags;             /* for resolver_ask */
    void (*changed)(void *arg); /* after each answer, which was noted and told; the inquiry may be gone after it */
    void *arg;
    VEC(struct exchanges_question *) questions; /* under way */
};

/* `name` is what was asked for. */
typedef void exchanges_done(void *arg, const char *name, const struct answer *);

/* Never answered from inside. A question that was put before takes its old place in the record. */
void exchanges_put(struct exchanges *, enum subject, const char *name, enum record_type, exchanges_done *, void *arg);
/* About the address itself. */
void exchanges_put_to_list(struct exchanges *, const struct list *, enum record_type, exchanges_done *, void *arg);

/* Nobody is told any more. */
void exchanges_fini(struct exchanges *);

#endif
