/* A provider: sentences about it, and the table of its ranges. */
#ifndef PROVIDER_TABLE_H
#define PROVIDER_TABLE_H

#include "density/provider.h"
#include "draw/table_model.h"

/* Says what level 3's zone file lists, if there is one, and then the estimate, with its call only if there is none. */
void provider_table_sentence(const struct provider *, struct buf *out);
/* "3,183,616 addresses in 205 ranges, 479 listed (336 outside published nets) ..." */
void provider_table_figures(const struct provider *, const struct policy *, struct buf *out);

/* A provider is the `self` of the model, an item one of its ranges. */
extern const struct table_model provider_table;
/* The column to sort by so that the worst ranges come first. */
enum { PROVIDER_COLUMN_IMPACTS = 5 };

#endif
