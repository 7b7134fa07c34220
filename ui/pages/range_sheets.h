/* The tables of a range (range.h), which is the `self` of these sheets. */
#ifndef RANGE_SHEETS_H
#define RANGE_SHEETS_H

#include "console/widgets/sheet.h"
#include "pages/range.h"

/* What is listed in it, by address, an item being a row of the range: with what the journal knows of each if there is
 * one, and with the names if they are asked for. Such a sheet's model is made to measure, and stays where it is. */
enum { RANGE_COLUMNS = 6 };
struct range_sheet {
    struct sheet_model model;
    struct sheet_column columns[RANGE_COLUMNS];
};
void range_sheet_addresses(struct range_sheet *, bool has_journal, bool has_names);
/* The addresses of which such a sheet shows the names on that canvas, as it was drawn last; returns how many. */
size_t range_sheet_named(const struct sheet *, const struct canvas *, uint32_t addresses[static NAMES_MOST]);

/* The same in /24 blocks. */
const struct sheet_model *range_sheet_blocks(void);
/* The column by which they are sorted at first. */
size_t range_sheet_blocks_order(void);

/* The nets published around and inside. An item is a net of the range. */
const struct sheet_model *range_sheet_nets(void);

#endif
