/* The lists that observations refer to, by zone, and the sets of them. Private to the room. */
#ifndef LIST_TABLE_H
#define LIST_TABLE_H

#include "journal/db.h"
#include "journal/observation.h"

/* Returns the row of a list, made when it is missing; 0 = a failure. */
int64_t journal_list_id(struct journal *, const char *zone, const char *part, struct fault *);

/* Returns the row of the set of an observation's lists, made when it is missing; 0 = a failure. */
int64_t journal_list_set_id(struct journal *, const observed_lists *, struct fault *);

/* Adds the lists of a row of observation, all with their states and texts. */
enum journal_result journal_lists_read(struct journal *, int64_t observation_id, int64_t set_id, observed_lists *out,
                                       struct fault *);

#endif
