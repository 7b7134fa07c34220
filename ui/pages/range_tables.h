/* The tables of a range: listed addresses, /24 blocks and published nets. The range is the `self` of the models. */
#ifndef RANGE_TABLES_H
#define RANGE_TABLES_H

#include "check/range_summary.h"
#include "draw/table_model.h"

/* The listed addresses; an item is a row of the range. The model has columns for what journal and PTR names say if
 * there are any; it points into the struct, which must not move. */
enum { RANGE_COLUMNS = 6 };
struct range_table {
    struct table_model model;
    struct table_column columns[RANGE_COLUMNS];
};
void range_table_addresses(struct range_table *, bool has_journal, bool has_names);
/* Returns the column of the names. */
size_t range_table_names(void);

/* The blocks with listed addresses; an item is a row of the range. */
const struct table_model *range_table_blocks(void);
/* Returns the column to sort them by at first. */
size_t range_table_blocks_order(void);

/* The nets published around and inside; an item is a net of the range. */
const struct table_model *range_table_nets(void);

#endif
