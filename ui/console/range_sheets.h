/* The tables of a range (range.h), which is the `self` of these sheets. */
#ifndef RANGE_SHEETS_H
#define RANGE_SHEETS_H

#include "range.h"
#include "sheet.h"

/* What is listed in it: by address, with what the journal knows of each if there is one, or in /24 blocks. An item is a
 * row of the range. */
const struct sheet_model *range_sheet_spots(bool by_address, bool has_journal);

/* The nets published around and inside. An item is a net of the range. */
const struct sheet_model *range_sheet_nets(void);

#endif
