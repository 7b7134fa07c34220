/* The lists that observations refer to, by zone, and the sets of them. Private to the room. */
#ifndef LIST_TABLE_H
#define LIST_TABLE_H

#include "base/buf.h"
#include "journal/db.h"
#include "journal/observation.h"

/* Returns the row of the set of an observation's lists, made when it is missing; 0 = a failure. Appends the value of
 * the column `results`. */
int64_t journal_lists_write(struct journal *, const observed_lists *, struct buf *results, struct fault *);

/* Adds the lists of a row of observation with their states and texts: from its column `lists`, and the one with
 * `results`. */
enum journal_result journal_lists_read(struct journal *, struct sqlite3_stmt *row, int set_column, int results_column,
                                       observed_lists *out, struct fault *);

#endif
