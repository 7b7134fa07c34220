/* The tables of a range: listed addresses, /24 blocks and published nets. */
#ifndef RANGE_TABLES_H
#define RANGE_TABLES_H

#include "check/range_summary.h"
#include "draw/table_model.h"

/* A table of addresses or blocks, and the `self` of its model. An item is one of `spots`: the range's rows, or others
 * of its kind. Addresses have columns for what journal and PTR names say if there are any, and blocks for impacts if
 * level 2 lists any of them. The model points into the struct, which must not move. */
enum { RANGE_COLUMNS = 8 };
struct range_table {
    const struct range_summary *range;
    const range_spots *spots;
    struct table_model model;
    struct table_column columns[RANGE_COLUMNS];
};
void range_table_addresses(struct range_table *, const struct range_summary *, bool has_journal, bool has_names);
/* Fills `out` with the addresses of a table, of which `items` are wanted, for a reader elsewhere: by address, equal
 * consecutive ones as one row, and names only if all are known. */
void range_table_export(const struct range_table *, const size_t *items, size_t count, struct range_table *out,
                        range_spots *spots);
void range_table_blocks(struct range_table *, const struct range_summary *);

/* The nets published around and inside; an item is a net of the range, which is the `self`. */
extern const struct table_model range_table_nets;

/* Append the PTR name of an address of the cache, which may be NULL, and for how long the journal has seen an address
 * listed: "3 d+", at least that, "new". Both return the role. */
enum role range_table_name(struct buf *, const struct ptr_cache *, uint32_t address);
enum role range_table_age(struct buf *, const struct range_summary *, const struct range_spot *);

/* The column of the names of addresses, and the one that blocks are sorted by at first. */
enum { RANGE_COLUMN_NAME = 1, RANGE_COLUMN_LISTED = 1 };

#endif
