/* One server of the resolver: what its answers show, judged by the same functions as a check. */
#ifndef DOCTOR_SERVER_H
#define DOCTOR_SERVER_H

#include "check/engine.h"

/* Something that the answers show. */
struct doctor_finding {
    bool harms;  /* answers of lists */
    char *what;  /* a sentence */
    char *proof; /* a question and its raw answer, clean */
    char *cure;  /* sentences; NULL = none is needed, or known */
};

enum doctor_state { DOCTOR_UNASKED, DOCTOR_NO, DOCTOR_YES };

/* What a list gives through the server. DOCTOR_REFUSED: also a list for registered resolvers that fails where others
 * answer, and one of whose zone the server knows nothing. DOCTOR_SILENT: no answer at all. DOCTOR_FAILED: an answer
 * that cannot be believed. DOCTOR_UNTESTED: a list of domains, or one with a resolver of its own. */
enum doctor_use { DOCTOR_USABLE, DOCTOR_REFUSED, DOCTOR_SILENT, DOCTOR_FAILED, DOCTOR_UNTESTED, DOCTOR_USES };

struct doctor_server {
    struct endpoint endpoint;
    bool pending; /* the rest is known when the last answer is there */
    enum doctor_state udp, tcp, edns;
    unsigned size;                       /* of an answer by UDP that it takes, by EDNS; 0 = not known */
    const char *kind;                    /* DOCTOR_OWN ...; NULL = not known */
    struct addr asker;                   /* from which its questions come; family ADDR_NONE = not known */
    bool fit;                            /* a verdict can be reached through it */
    VEC(struct doctor_finding) findings; /* the harmful ones first */
    VEC(const struct list *) lists[DOCTOR_USES];
};

#define DOCTOR_OWN "own"             /* asks the lists' servers itself, from this machine or its own address */
#define DOCTOR_PUBLIC "public"       /* serves everybody: lists refuse it for that */
#define DOCTOR_FORWARDER "forwarder" /* has another one ask */

/* Questions besides the self-tests. */
enum doctor_probe {
    DOCTOR_PROBE_FIRST,   /* the test point of level 1 */
    DOCTOR_PROBE_TCP,     /* the same by TCP */
    DOCTOR_PROBE_AGAIN,   /* ... later, if the first answer was to live for seconds only */
    DOCTOR_PROBE_MISSING, /* a name that does not exist */
    DOCTOR_PROBE_VERSION, /* the name of the program */
    DOCTOR_PROBE_ASKER,   /* from where the server asks */
    DOCTOR_PROBE_ASKER_TOO,
    DOCTOR_PROBES
};

struct doctor_question {
    char name[HEALTH_QUESTION];
    enum record_type type;
    struct answer *answer; /* NULL = not asked */
};

struct doctor_exam {
    const struct engine *engine;
    struct health *health; /* of this server alone */
    struct doctor_question questions[DOCTOR_PROBES];
    struct resolver_counts counts;
};

/* Returns whether an examination tests the list: not one with a resolver of its own. */
static inline bool
doctor_server_asks(const struct list *list)
{
    return (list_is_asked(list, ADDR_V4) || list_is_asked(list, ADDR_V6)) && list->resolver.addr.family == ADDR_NONE;
}

/* Sets all but endpoint and pending, of a zeroed server. */
void doctor_server_judge(const struct doctor_exam *, struct doctor_server *);
void doctor_server_fini(struct doctor_server *);

#endif
