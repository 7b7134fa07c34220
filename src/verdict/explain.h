/* The verdict in words: headline, actor, advice, forecast and notes. */
#ifndef EXPLAIN_H
#define EXPLAIN_H

#include "lists/policy.h"
#include "verdict/evidence.h"
#include "verdict/verdict.h"

/* Judges the evidence as it is now. The caller calls verdict_fini. */
void verdict_reach(struct verdict *, const struct evidence *, const struct policy *);

/* Like verdict_reach, but without forecast, advice and notes. */
void verdict_reach_headline(struct verdict *, const struct evidence *, const struct policy *);

#endif
