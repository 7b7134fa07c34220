/* What ails the test server as a whole, whatever its rules say: limits for its clients, gaps, and EDNS on the way. */
#ifndef ILL_H
#define ILL_H

#include "rule.h"

/* Takes the value of --limit, --gap or --edns (scenario.c), or says what is wrong with it and ends the program. */
void ill_limit(const char *text);
void ill_gap(const char *text);
void ill_edns(const char *text);

enum ill { ILL_NONE, ILL_DROP, ILL_REFUSE };

/* Says what becomes of a question while `held` others are held back, and makes of it what arrives. */
enum ill ill_of(struct question *, size_t held);

#endif
