/* A provider as a table of its ranges, with a head over it. */
#ifndef ASN_SHEET_H
#define ASN_SHEET_H

#include "provider.h"
#include "sheet.h"

/* "2,874 impacts (estimate), needed 1,591.8: 1.81 times, over" */
void asn_sheet_sentence(const struct provider *, struct buf *out);
/* "3,183,616 addresses in 205 ranges, 479 listed (336 outside published nets) ..." */
void asn_sheet_figures(const struct provider *, const struct policy *, struct buf *out);

/* A provider is the `self` of the sheet, an item one of its ranges. */
const struct sheet_model *asn_sheet(void);

#endif
