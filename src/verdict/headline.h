/* The verdict in one true sentence with the figures in it. */
#ifndef HEADLINE_H
#define HEADLINE_H

#include "base/buf.h"
#include "lists/policy.h"
#include "verdict/verdict.h"

/* Writes the headline; `lead` names the cause, as a template. state, pending, listed, others and causes of the verdict
 * must be set. */
void headline_write(struct buf *out, const struct verdict *, const char *lead, const struct evidence *,
                    const struct policy *);

/* Writes the headline in a few words, and who can end the listing, or what is not known; `brief` is the rule's, a
 * template. The actors must be set, too. */
void headline_write_brief(struct buf *out, struct buf *remedy, const struct verdict *, const char *brief,
                          const struct evidence *);

#endif
