/* What the parts of looking for matters share. */
#ifndef JOURNAL_FIND_H
#define JOURNAL_FIND_H

#include "filter.h"
#include "journal.h"
#include "vec.h"

typedef journal_keys journal_id_list;

/* Puts into `out` the ids of all matters of which a term of the filter may hold, in any order and perhaps twice, by
 * that term for which there are the fewest. *complete: there are no others; it stays false when that would be too much
 * to look through for each term, or none can be looked up. `most` is how much: ids from indexes are one each, ids from
 * rows eight. */
enum journal_result journal_gather(struct journal *, const struct filter *, size_t most, journal_id_list *out,
                                   bool *complete, struct fault *);

#endif
