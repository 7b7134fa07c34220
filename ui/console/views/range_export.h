/* The addresses of a range for a file. */
#ifndef RANGE_EXPORT_H
#define RANGE_EXPORT_H

#include "console/widgets/table.h"
#include "pages/range_tables.h"

/* Appends the rows that pass the filter of a table of addresses, those with equal neighbours joined. */
void range_export_addresses(const struct table *shown, const struct range_table *, int cols, bool ascii,
                            struct buf *out);

#endif
