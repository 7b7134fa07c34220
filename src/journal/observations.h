/* Observations as rows: one in observation, one in observation_net for each net; names of organisations are shared in
 * org. Private to the room. */
#ifndef OBSERVATIONS_H
#define OBSERVATIONS_H

#include "journal/db.h"
#include "journal/observation.h"

/* The columns that journal_observation_read needs: `o` is the observation, `m` its resource, `org` its organisation. */
#define JOURNAL_OBSERVATION                                                                                            \
    "o.id, o.uid, m.text, o.first_ms, o.last_ms, o.times, o.source, o.resolver, o.serial, o.verdict, o.causes,"        \
    " o.headline, o.lists, o.results, o.asn, org.name, o.country, o.score_asn, o.score, o.name"
enum { JOURNAL_OBSERVATION_COLUMNS = 20 };
/* The same with its tables; a WHERE and an ORDER BY may follow. */
#define JOURNAL_OBSERVATIONS                                                                                           \
    "SELECT " JOURNAL_OBSERVATION " FROM observation o JOIN matter m ON m.id = o.matter"                               \
    " LEFT JOIN org ON org.id = o.org "
/* Reads the current row of the statement, and checks it, because the file may be foreign. */
enum journal_result journal_observation_read(struct journal *, struct sqlite3_stmt *, struct observation *out,
                                             struct fault *);
/* Reads the first row of such a bound statement (NULL is fine), and resets it; *id 0 when it has none. */
enum journal_result journal_observation_find(struct journal *, struct sqlite3_stmt *, int64_t *id,
                                             struct observation *out, struct fault *);

/* Writes a new row of a resource, or replaces row `id` (0 = new); *made (may be NULL) is its id. */
enum journal_result journal_observation_write(struct journal *, const struct observation *, int64_t resource_id,
                                              int64_t id, int64_t *made, struct fault *);

#endif
