/* Words about single lists: names, what listings mean, and why results do not count. */
#ifndef LIST_WORDS_H
#define LIST_WORDS_H

#include "base/buf.h"
#include "verdict/evidence.h"

#include <stdbool.h>

/* Writes the name of a list: "Spamhaus CSS (zen.spamhaus.org)" if a code of its answers has a name, else the title with
 * the zone, or the zone alone. */
void list_words_name(struct buf *out, const struct list_result *);

/* Writes the same of one answer without the zone: "Spamhaus CSS" if its code has a name, else (NULL: in any case) the
 * title. */
void list_words_part(struct buf *out, const struct list *, const struct addr *answer);

/* Writes the same of all answers without the zone; the zone if the list has no other name. */
void list_words_short_name(struct buf *out, const struct list_result *);

/* Writes the names of several, at most `most`, and the number of the rest: "a, b and 3 more". */
void list_words_names(struct buf *out, const list_results *, size_t most);

/* Writes the meaning of each answer: "CSS: spam from many addresses; unknown code 127.0.0.77"; nothing if the list only
 * says listed. */
void list_words_meaning(struct buf *out, const struct list_result *);

/* Returns the answer that lists by policy beside others that list the address itself: it stays when those end. NULL =
 * there is none. */
const struct addr *list_words_policy_beside(const struct list_result *);

/* Writes what lists of one scope have, at least one: "203.0.113.77", "2001:db8:1:2::/64" if all list so much, "your
 * net", "your provider". */
void list_words_subject(struct buf *out, const list_results *, const struct evidence *);

/* Writes the extent of the listing: "your address", "2001:db8:1:2::/64", "your net", "your provider", "policy". */
void list_words_extent(struct buf *out, const struct list_result *, const struct evidence *);

/* Returns what a list in this state did, that is neither listed nor clear, or several did: "gave no answer". */
const char *list_words_state(enum list_state, bool several);

/* Writes why the result does not count, as half a sentence: "not for this resolver: ...". Returns false, and writes
 * nothing, if it counts. */
bool list_words_why_not(struct buf *out, const struct list_result *);

#endif
