/* What an evaluation of SPF reports. */
#ifndef SPF_REPORT_H
#define SPF_REPORT_H

#include "domain/spf_nets.h"

#include <stdbool.h>
#include <stddef.h>

enum spf_result { SPF_NONE, SPF_NEUTRAL, SPF_PASS, SPF_FAIL, SPF_SOFTFAIL, SPF_TEMPERROR, SPF_PERMERROR };

enum {
    SPF_LOOKUPS = 10,
    SPF_VOIDS = 2,
    SPF_NAMES = 10,
    SPF_LOOKUPS_MOST = 100,
    SPF_PROBLEMS_MOST = 20,
};

/* Returns the name of RFC 7208: "pass", "permerror" ... */
const char *spf_report_name(enum spf_result);

/* What brings nets: the record itself, or an include in it, with all that comes by it. */
struct spf_group {
    char *by;               /* domain, clean */
    VEC(char *) unknowable; /* terms that depend on the sender, as written, clean */
    size_t nets;
};

struct spf_report {
    enum spf_result result; /* of the address; of an enumeration: what any other address gets */
    char *record;           /* of the domain, clean; NULL = none */
    char *explanation;      /* of SPF_FAIL, foreign and unclean; NULL = none */
    char *matched;          /* the term that decided, with its domain; NULL = none did */
    unsigned lookups, voids;
    VEC(char *) problems;         /* sentences, clean */
    VEC(struct spf_group) groups; /* of an enumeration; the first is the domain's own */
    VEC(struct spf_net) nets;     /* that pass */
    bool open;                    /* they hold so much of the internet that anyone may send */
};

/* ---- for the evaluation alone ---- */

/* Adds a sentence about the record, at most SPF_PROBLEMS_MOST of them; foreign text is cleaned. */
void spf_report_problem(struct spf_report *, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Names the term that decided, and whose it is. */
void spf_report_match(struct spf_report *, const char *term, size_t count, const char *domain);

/* Returns the result of a match: of + - ~ or ?. */
enum spf_result spf_report_result(char qualifier);

/* Adds the limits that the record exceeds, and the nets that pass (NULL = none). `cut`: nets are missing. */
void spf_report_conclude(struct spf_report *, const struct spf_nets *, bool cut);

void spf_report_fini(struct spf_report *);

#endif
