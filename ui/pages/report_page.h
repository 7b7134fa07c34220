/* A report about one target as a document of HTML, for people who have no console: verdict, picture, what ends it,
 * history, what was done. Each appends the whole document. */
#ifndef REPORT_PAGE_H
#define REPORT_PAGE_H

#include "check/complaints.h"
#include "check/range_summary.h"
#include "check/survey.h"
#include "density/provider.h"
#include "pages/address_facts.h"
#include "pages/timeline.h"

/* So many looks of the journal are read for one. */
enum { REPORT_LOOKS = 200 };

/* The history may be empty; NULL = the journal was not read. The facts are not live, and their cases were read. */
void report_page_address(struct buf *out, const struct address_facts *, const char *label, const struct timeline *);

/* `another` says whether another address of the provider helps; "" = not known. */
void report_page_range(struct buf *out, const struct range_summary *, const struct dataset *, const char *another,
                       const struct timeline *);

void report_page_provider(struct buf *out, const struct provider *, const struct dataset *, const struct complaints *,
                          const struct timeline *);

void report_page_domain(struct buf *out, const struct survey *, const struct verdict *);

#endif
