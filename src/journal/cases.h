/* What the parts of the journal share about cases. As they are stored: each by itself, with all its notes. */
#ifndef CASES_H
#define CASES_H

#include "base/buf.h"
#include "journal/journal.h"

/* Reads the case of that row, and the same without notes and told; `out` is to be freed only when JOURNAL_DONE. */
enum journal_result journal_case_read(struct journal *, int64_t id, struct journal_case *out, struct fault *);
enum journal_result journal_case_read_fields(struct journal *, int64_t id, struct journal_case *out, struct fault *);

/* The row of the case that journal_case_find chooses; 0 = none, or a failure, which *result tells. */
int64_t journal_case_id(struct journal *, int64_t resource_id, enum journal_result *result, struct fault *);
/* The row of the case of that name; *id 0 = none. */
enum journal_result journal_case_find_uuid(struct journal *, const struct uuid *, int64_t *id, struct fault *);

/* Puts the words of a case (its current notes, ticket, tags, who was told) into the index of words in place of those
 * that were there. */
enum journal_result journal_case_index(struct journal *, int64_t id, struct fault *);

/* Appends a note as it is stored: its lines clean, without empty ones before and behind. */
void journal_case_clean_note(struct buf *out, const char *text);
/* JOURNAL_FAILED, and why: it has more than CASE_NOTE_MOST bytes. */
enum journal_result journal_case_too_long(size_t bytes, struct fault *);
/* Appends tags as they are stored: parted by blanks or commas they become words in lower case (of ASCII), sorted,
 * without doubles. Words that do not fit into CASE_TAGS_MOST bytes are left out; false then. */
enum { CASE_TAGS_MOST = 512 };
bool journal_case_clean_tags(struct buf *out, const char *text);

#endif
