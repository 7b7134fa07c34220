/* Finds addresses, prefixes and ASes in the journal by a filter, and reads their rows for a list. */
#ifndef SEARCH_H
#define SEARCH_H

#include "base/filter.h"
#include "journal/journal.h"

/* A row of a list: the newest observation of a resource and its case in short. */
struct journal_entry {
    struct resource resource;
    int64_t seen_ms;    /* of the newest observation or, if later, the last change of the case; 0 = the row is gone */
    bool observed;      /* false: there is no observation, and the fields down to `changes` are empty */
    struct uuid newest; /* uid of the observation */
    enum verdict_state verdict;
    unsigned causes;
    observed_lists lists; /* without texts */
    uint32_t asn;
    char *org, *name;  /* NULL = none */
    struct prefix net; /* the widest published net; family 0 = none */
    int64_t impacts, limit;
    uint32_t changes; /* number of observations */
    bool has_case;    /* false: the fields below are empty */
    enum case_state case_state;
    int64_t due_ms;
    char *ticket, *tags, *note; /* NULL = none; the first line of the note */
};
typedef VEC(struct journal_entry) journal_entries;
void journal_entries_fini(journal_entries *);
/* Returns whether its follow-up is due. */
static inline bool
journal_entry_is_due(const struct journal_entry *e, int64_t now_ms)
{
    return e->has_case && e->case_state != CASE_CLOSED && e->due_ms != 0 && e->due_ms <= now_ms;
}

/* The terms that a filter of the journal may have: every kind; the figures impacts, limit, score, listed (number of
 * levels) and changes; the states of verdicts and cases, and "due". as: means the origin AS or the AS named by level 3;
 * state:, tag: and due: mean the case that journal_case_find returns, ticket: and contact: any case. A word is compared
 * with the beginning of the resource's text, and with the words of the newest name and organisation and of the notes,
 * tickets, tags and contacts of all cases, each from its beginning. */
const struct filter_language *journal_filter(void);

/* A search returns due follow-ups first, those due longest before the others, then the newest. A key is valid while the
 * journal is open. The filter need not outlive the search; NULL means everything. */
typedef VEC(int64_t) journal_keys;
struct journal_search *journal_search_new(const struct filter *, int64_t now_ms);
void journal_search_free(struct journal_search *); /* NULL is fine */
/* Leaves out rows last seen before that time. */
void journal_search_since(struct journal_search *, int64_t since_ms);

/* Appends keys until `out` has `most`, about patience_ms are over, or all are found. The journal may change between two
 * calls; a row that changes meanwhile may be missed. The due follow-ups are all found by the first call. */
bool journal_search_run(struct journal_search *, struct journal *, size_t most, int64_t patience_ms, journal_keys *out,
                        struct fault *);
bool journal_search_ended(const struct journal_search *);
size_t journal_search_due(const struct journal_search *);      /* due follow-ups found */
uint64_t journal_search_looked(const struct journal_search *); /* rows examined */

/* Moves *at through `keys`, forwards or backwards, to the next row that passes the filter; *found = false: none does up
 * to *at, which is the end, or the row reached after patience_ms. */
bool journal_search_next(const struct journal_search *, struct journal *, const journal_keys *keys, bool backwards,
                         int64_t patience_ms, size_t *at, bool *found, struct fault *);

/* Reads the rows of keys, in their order. */
bool journal_read(struct journal *, const int64_t *keys, size_t count, journal_entries *out, struct fault *);

/* Reads the first `most` rows; *more = there are others. After patience_ms (JOURNAL_PATIENT: however long it takes) the
 * result is unknown, not empty: *late, which may be NULL, is set and `out` stays empty. */
#define JOURNAL_PATIENT (INT64_MAX / 4)
bool journal_find(struct journal *, const struct filter *, int64_t now_ms, size_t most, int64_t patience_ms,
                  journal_entries *out, bool *more, bool *late, struct fault *);

#endif
