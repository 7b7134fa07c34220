/* The table of many targets, worst first. */
#ifndef FLEET_TABLE_H
#define FLEET_TABLE_H

#include "draw/table_model.h"
#include "pages/fleet_row.h"

/* The rows are the `self` of the model. */
extern const struct table_model fleet_table;
/* Copies the model to *model and its columns to columns[TABLE_COLUMNS], as wide as the labels and names of the rows,
 * which can be sorted by label from then on. Cases have a column if a row has one. */
void fleet_table_fit(struct fleet_rows *, struct table_column *columns, struct table_model *model);

/* Glyph and role of a state. */
struct table_sign fleet_table_sign(unsigned state);
/* Returns how early a state comes: direct, unknown, collateral, clear, not listable; FLEET_STATES is for those awaited.
 */
int fleet_table_place(unsigned state);
/* The column to sort by so that the worst targets come first. */
enum { FLEET_TABLE_ORDER = 0 };

#endif
