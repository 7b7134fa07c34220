/* What the files of the journal share about cases. Private to the room. */
#ifndef CASE_EDIT_H
#define CASE_EDIT_H

#include "base/buf.h"
#include "journal/cases.h"

/* Read the case of a row, the second without notes and contacts; `out` must be freed only after JOURNAL_DONE. */
enum journal_result journal_case_read(struct journal *, int64_t id, struct journal_case *out, struct fault *);
enum journal_result journal_case_read_fields(struct journal *, int64_t id, struct journal_case *out, struct fault *);

/* Selects at most ?2 cases of resource ?1: those that are not closed first, then the newest. */
#define JOURNAL_CASES_OF                                                                                               \
    "SELECT id FROM cases WHERE matter = ?1 ORDER BY state = 'closed', opened_ms DESC, uid DESC LIMIT ?2"
/* Returns the row of the case with that uuid; 0 = none, or a failure (then *result says so). */
int64_t journal_case_of_uuid(struct journal *, const struct uuid *, enum journal_result *result, struct fault *);

/* Replaces the words of a case (current notes, ticket, tags, contacts) in the index of words. */
enum journal_result journal_case_index(struct journal *, int64_t id, struct fault *);

/* Stores a note in an empty buffer as in the journal: clean lines, without empty ones at both ends. JOURNAL_FAILED with
 * a fault: it has more than CASE_NOTE_MOST bytes. */
enum journal_result journal_case_clean_note(struct buf *out, const char *text, struct fault *);
/* Appends tags as they are stored: separated by spaces, lower case (of ASCII), sorted, without doubles. Words beyond
 * CASE_TAGS_MOST bytes are left out; false then. */
enum { CASE_TAGS_MOST = 512 };
bool journal_case_clean_tags(struct buf *out, const char *text);

#endif
