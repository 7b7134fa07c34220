/* A provider as a table of its ranges, with a head over it. */
#ifndef ASN_SHEET_H
#define ASN_SHEET_H

#include "console/widgets/sheet.h"
#include "density/provider.h"

/* Where it stands: first what level 3's zone file says, if it is there, then the estimate, which leaves open what is
 * listed only where that is not known. */
void asn_sheet_sentence(const struct provider *, struct buf *out);
/* "score 76.8 (estimate; limit 50, and 50 impacts)" */
void asn_sheet_score(const struct provider *, const struct policy *, struct buf *out);
/* "3,183,616 addresses in 205 ranges, 479 listed (336 outside published nets) ..." */
void asn_sheet_figures(const struct provider *, const struct policy *, struct buf *out);

/* A provider is the `self` of the sheet, an item one of its ranges. */
const struct sheet_model *asn_sheet(void);
/* Whether it is sorted so that the cleanest come first. */
bool asn_sheet_is_by_cleanest(const struct sheet *);

#endif
