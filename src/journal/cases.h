/* Cases: state, ticket, tags, follow-up, notes and contacts of a resource. */
#ifndef CASES_H
#define CASES_H

#include "base/buf.h"
#include "base/fault.h"
#include "base/resource.h"
#include "base/uuid.h"
#include "base/vec.h"
#include "journal/access.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum case_state { CASE_OPEN, CASE_WAITING, CASE_CLOSED };
const char *case_state_name(enum case_state); /* "open", "waiting", "closed" */
bool case_state_parse(const char *word, enum case_state *out);

struct case_note {
    struct uuid uuid;
    int64_t at_ms;
    char *text;   /* clean lines, separated by \n */
    bool current; /* not replaced yet; several are current after a merge of journals that had each changed it */
};

/* A contact: the person, the time and the subject. */
struct case_contact {
    struct uuid uuid;
    int64_t at_ms;
    char *who, *what; /* what: NULL = not said */
};

struct journal_case {
    struct uuid uuid;
    struct resource resource;
    int64_t opened_ms;
    enum case_state state;
    int64_t state_ms; /* when the state was set; likewise for the fields below, 0 = never */
    char *ticket;     /* NULL = none */
    int64_t ticket_ms;
    char *tags; /* lower case, sorted, separated by one space; NULL = none */
    int64_t tags_ms;
    int64_t due_ms; /* follow-up, 0 = none */
    int64_t due_set_ms;
    VEC(struct case_note) notes;       /* by time */
    VEC(struct case_contact) contacts; /* by time */
};
void journal_case_fini(struct journal_case *);

/* Reads the case of a resource: the newest that is not closed, else the newest; false: none, or a fault. */
bool journal_case_find(struct journal *, const struct resource *, struct journal_case *out, struct fault *);

/* Reads all cases of a resource: those that are not closed first, then the newest. False with a fault. */
typedef VEC(struct journal_case) journal_cases;
bool journal_cases_of(struct journal *, const struct resource *, journal_cases *out, struct fault *);
void journal_cases_fini(journal_cases *);
/* Returns the number of a case among all of its resource: 1 was opened first. */
size_t journal_case_number(const journal_cases *, size_t at);
/* Returns the first line of its ticket, tags, current notes or contacts that matches a filter's word; the caller frees.
 * NULL = none matches. */
char *journal_case_line_with(const struct journal_case *, const char *word);

/* Returns whether an earlier current note has the same text, so that one of them is enough to read. */
bool journal_case_note_is_duplicate(const struct journal_case *, size_t at);
/* Appends the current notes, oldest first, without empty ones and duplicates, separated by a line "----". */
void journal_case_note_text(const struct journal_case *, struct buf *out);

/* Changes to the case of a resource. They open a case (state open) if every case is closed, but a state reopens the
 * closed one. A value that is set already, or is removed where there is none, changes and opens nothing. The first case
 * of a resource has the same uuid in every journal (and so has the second ...): when two people open it and merge their
 * journals, it is one case with both notes. */
enum journal_result journal_case_set_state(struct journal *, const struct resource *, enum case_state, struct fault *);
enum journal_result journal_case_set_ticket(struct journal *, const struct resource *, const char *ticket,
                                            struct fault *);
/* Tags are separated by spaces or commas; too many are a fault. */
enum journal_result journal_case_set_tags(struct journal *, const struct resource *, const char *tags, struct fault *);
enum journal_result journal_case_set_due(struct journal *, const struct resource *, int64_t due_ms, struct fault *);
/* Replaces all current notes; "" leaves an empty one. Text is cleaned line by line. More than CASE_NOTE_MOST bytes are
 * a fault. */
enum { CASE_NOTE_MOST = 64 * 1024 };
enum journal_result journal_case_set_note(struct journal *, const struct resource *, const char *text, struct fault *);
/* `who` must not be empty; `what` may be NULL. */
enum journal_result journal_case_add_contact(struct journal *, const struct resource *, const char *who,
                                             const char *what, int64_t at_ms, struct fault *);
/* Like journal_case_add_contact, but opens no case while there is a closed one, whose end it may be. */
enum journal_result journal_case_add_report(struct journal *, const struct resource *, const char *who,
                                            const char *what, int64_t at_ms, struct fault *);

#endif
