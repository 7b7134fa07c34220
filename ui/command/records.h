/* The items of a table model as CSV rows and JSON objects: the columns that the
 * model names as its records. */
#ifndef RECORDS_H
#define RECORDS_H

#include "base/buf.h"
#include "draw/table_model.h"

struct json_t;

/* Appends the head and a row for each of `count` items. */
void records_csv(struct buf *, const struct table_model *, void *self, const size_t *items, size_t count);
/* Returns an object, which the caller owns. */
struct json_t *records_json(const struct table_model *, void *self, size_t item);

#endif
