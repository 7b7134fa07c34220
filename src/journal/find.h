/* What the parts of looking for matters share. */
#ifndef FIND_H
#define FIND_H

#include "base/filter.h"
#include "base/vec.h"
#include "journal/journal.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef journal_keys journal_id_list;

/* Sorted, and each once: tidy. */
void journal_ids_tidy(journal_id_list *);
bool journal_ids_have(const journal_id_list *tidy, int64_t id);

/* Puts into `out`, which is empty, the ids of matters that are all that may pass the filter, tidy: those of the term
 * for which there are the fewest, less those for which another does not hold when that is quick to say. `expected` is
 * about how many there are of each term; what is expected to be too much is not asked for. *complete: there are no
 * others; it stays false when each term would be too much to look through, or none can be looked up. `most` is how
 * much: ids from indexes are one each, ids from rows eight. */
enum journal_result journal_gather(struct journal *, const struct filter *, const size_t *expected, size_t most,
                                   journal_id_list *out, bool *complete, struct fault *);

#endif
