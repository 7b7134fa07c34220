/* What a sweep found, in the formats of the command line; a partial one says so. Each appends to `out`. */
#ifndef SWEEP_REPORT_H
#define SWEEP_REPORT_H

#include "check/sweep.h"
#include "draw/page.h"

void sweep_report_text(struct page *, const struct sweep *, const struct prefix *);
void sweep_report_json(struct buf *out, const struct sweep *, const struct prefix *, bool pretty);
/* A row for each address: address, state. */
void sweep_report_csv(struct buf *out, const struct sweep *, const struct prefix *);

/* A line for a monitoring system; below it the addresses that are listed, if there are any. */
void sweep_report_nagios(struct buf *out, const struct sweep *, const struct prefix *);

/* The exit status for it (exit_status.h): an address is listed, or one is not known, or all are clear. */
int sweep_report_status(const struct sweep *);

#endif
