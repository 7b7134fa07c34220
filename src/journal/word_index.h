/* The index of words: host names and organisations of resources. Private to the room. */
#ifndef WORD_INDEX_H
#define WORD_INDEX_H

#include "journal/db.h"

/* The table matter_text has all resources but those of the observations that were added last, fewer than
 * JOURNAL_INDEX_LAG: "id > (SELECT observation FROM matter_text_upto)". A search examines these besides. */
enum { JOURNAL_INDEX_LAG = 64 };

/* An observation was added, and its resource's newest is set. */
enum journal_result journal_index_added(struct journal *, int64_t observation_id, struct fault *);
/* Replaces the words of a resource by those of its newest observation's name and organisation. */
enum journal_result journal_index_resource(struct journal *, int64_t resource_id, struct fault *);
/* Removes a resource that nothing refers to any more, and its words. */
enum journal_result journal_resource_remove(struct journal *, int64_t resource_id, struct fault *);

#endif
