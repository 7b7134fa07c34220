/* The tables of a range (range_command.h), which is the `self` of these sheets. */
#ifndef RANGE_TABLES_H
#define RANGE_TABLES_H

#include "draw/table_model.h"
#include "pages/range.h"

/* What is listed in it, by address, an item being a row of the range: with what the journal knows of each if there is
 * one, and with the names if they are asked for. Such a sheet's model is made to measure, and stays where it is. */
enum { RANGE_COLUMNS = 6 };
struct range_table {
    struct table_model model;
    struct table_column columns[RANGE_COLUMNS];
};
void range_table_addresses(struct range_table *, bool has_journal, bool has_names);
/* The column of the names. */
size_t range_table_names(void);

/* The same in /24 blocks. */
const struct table_model *range_table_blocks(void);
/* The column by which they are sorted at first. */
size_t range_table_blocks_order(void);

/* The nets published around and inside. An item is a net of the range. */
const struct table_model *range_table_nets(void);

#endif
