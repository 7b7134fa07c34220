/* Private to check: what follows from the answers of the lists, once they are there. */
#ifndef INFERENCE_H
#define INFERENCE_H

#include "lists/policy.h"
#include "verdict/evidence.h"

/* Takes the nets around the address from the texts of level 2, the narrowest first. */
void inference_nets(struct evidence *, const struct policy *);

/* Doubts a state that comes from data older than --max-age (0 = any). Only the serials of the escalation's lists are
 * dates. */
void inference_outdated(struct list_result *, int64_t max_age_ms);

/* Notes an answer that no DNSBL gives, if lists of several operators gave it: they did not do that together. Lists of
 * one operator count as several if no other operator is asked. */
void inference_rewriter(struct evidence *, const struct list_result *);

#endif
