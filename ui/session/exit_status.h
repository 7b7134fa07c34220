/* Exit statuses: a contract with scripts and monitoring systems. */
#ifndef EXIT_STATUS_H
#define EXIT_STATUS_H

#include "verdict/verdict.h"

enum exit_status {
    STATUS_CLEAR = 0,      /* not listed */
    STATUS_COLLATERAL = 1, /* allocation or provider only */
    STATUS_DIRECT = 2,     /* the address itself */
    STATUS_UNKNOWN = 3,    /* cannot tell */
    STATUS_USAGE = 64,     /* wrong arguments or input (EX_USAGE of sysexits.h) */
    STATUS_FILE = 74,      /* a file cannot be read or written (EX_IOERR) */
    STATUS_INTERRUPTED = 130,
};

enum exit_status exit_status_of(enum verdict_state);

/* Returns the worse of two verdicts, in the order direct, unknown, collateral, clear. */
enum exit_status exit_status_worse(enum exit_status, enum exit_status);

/* Maps usage and file errors to STATUS_UNKNOWN, because monitoring systems know only 0 to 3. */
static inline int
exit_status_for_monitoring(int status)
{
    return status == STATUS_USAGE || status == STATUS_FILE ? STATUS_UNKNOWN : status;
}

/* Prints the sentence to stderr, cleaned and on one line, and returns `status`. */
int exit_status_report(const char *sentence, int status);

/* From now on appends the sentences there, with "; " in between, because a screen covers stderr; NULL ends it. */
void exit_status_divert(struct buf *to);

#endif
