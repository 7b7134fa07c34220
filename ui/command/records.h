/* The items of a table model as CSV rows and JSON objects: the columns that the
 * model names as its records. */
#ifndef RECORDS_H
#define RECORDS_H

#include "base/buf.h"
#include "draw/table_model.h"

struct json_t;

void records_csv_head(struct buf *, const struct table_model *);
void records_csv(struct buf *, const struct table_model *, void *self, size_t item);
/* Returns an object, which the caller owns. */
struct json_t *records_json(const struct table_model *, void *self, size_t item);

#endif
