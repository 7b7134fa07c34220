/* The verdict in one true sentence with the figures in it. */
#ifndef HEADLINE_H
#define HEADLINE_H

#include "base/buf.h"
#include "lists/policy.h"
#include "verdict/verdict.h"

/* Writes the headline; `lead` names the cause. state, pending, listed, others and causes of the verdict must be set. */
void headline_write(struct buf *out, const struct verdict *, const char *lead, const struct evidence *,
                    const struct policy *);

#endif
