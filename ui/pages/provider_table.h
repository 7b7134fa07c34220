/* A provider as a table of its ranges, with a head over it. */
#ifndef PROVIDER_TABLE_H
#define PROVIDER_TABLE_H

#include "density/provider.h"
#include "draw/table_model.h"

/* Where it stands: first what level 3's zone file says, if it is there, then the estimate, which leaves open what is
 * listed only where that is not known. */
void provider_table_sentence(const struct provider *, struct buf *out);
/* "score 76.8 (estimate; limit 50, and 50 impacts)" */
void provider_table_score(const struct provider *, const struct policy *, struct buf *out);
/* "3,183,616 addresses in 205 ranges, 479 listed (336 outside published nets) ..." */
void provider_table_figures(const struct provider *, const struct policy *, struct buf *out);

/* A provider is the `self` of the sheet, an item one of its ranges. */
const struct table_model *provider_table(void);
/* Its column to sort by so that the cleanest come first. */
size_t provider_table_cleanest(void);

#endif
