/* Evaluates the SPF record of a domain (RFC 7208): whether one address may send, or which addresses may.
 *
 * Records are read by the grammar of spf_record.h in both cases, terms are evaluated in their order, and their limits
 * are counted in the same way: 10 terms that ask DNS, 2 of them without an answer, 10 MX or PTR names of a term. A
 * check ends at the first error; an enumeration goes on, to find what else the record would allow (SPF_LOOKUPS_MOST
 * lookups). */
#ifndef SPF_H
#define SPF_H

#include "dns/resolver.h"
#include "domain/spf_report.h"

#include <stdbool.h>

struct spf_question {
    const char *domain;   /* whose record is read; NULL = that of the sender, or without one of helo */
    struct addr ip;       /* of the client; family ADDR_NONE = enumerate */
    const char *sender;   /* MAIL FROM: an address, a domain, or "" */
    const char *helo;     /* NULL = the domain */
    const char *receiver; /* our host name, for explanations; NULL = "unknown" */
};

struct spf;

/* Begins. `done` is called when it has ended, never from inside; it may free the evaluation. */
struct spf *spf_new(struct loop *, struct resolver *, const struct spf_question *, void (*done)(void *arg), void *arg);
/* Drops the questions under way. NULL is fine. */
void spf_free(struct spf *);

/* Returns whether `done` was called; until then the owner has not seen the result. */
bool spf_has_ended(const struct spf *);

/* Returns what is known so far; it lives as long as the evaluation. */
const struct spf_report *spf_report(const struct spf *);

#endif
