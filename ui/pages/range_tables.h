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

/* The blocks with listed addresses; an item is a row of the range. */
extern const struct table_model range_table_blocks;

/* The nets published around and inside; an item is a net of the range. */
extern const struct table_model range_table_nets;

/* The column of the names of addresses, and the one that blocks are sorted by at first. */
enum { RANGE_COLUMN_NAME = 1, RANGE_COLUMN_CAUSE = 6 };

#endif
