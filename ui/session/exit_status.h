/* The exit statuses, a contract with scripts and monitoring. */
#ifndef EXIT_STATUS_H
#define EXIT_STATUS_H

#include "verdict/verdict.h"

enum exit_status {
    STATUS_CLEAR = 0,      /* nothing that counts */
    STATUS_COLLATERAL = 1, /* allocation or provider only */
    STATUS_DIRECT = 2,     /* the address itself */
    STATUS_UNKNOWN = 3,    /* cannot tell */
    STATUS_USAGE = 64,     /* wrong words on the command line or in the input (sysexits.h EX_USAGE) */
    STATUS_FILE = 74,      /* a file cannot be read or written (EX_IOERR) */
    STATUS_INTERRUPTED = 130,
};

enum exit_status exit_status_of(enum verdict_state);

/* The worse of two verdicts in the order direct, unknown, collateral, clear. */
enum exit_status exit_status_worse(enum exit_status, enum exit_status);

/* A monitoring system knows 0 to 3 only: what went wrong otherwise is an unknown state to it. */
int exit_status_for_monitoring(int status);

/* Prints the sentence to stderr, clean and in one line, and returns the status that it is about. */
int exit_status_report(const char *sentence, int status);

#endif
