/* The rows of the journal that pass a filter: their keys, in the order of the search, and the entries of those on the
 * screen. The first rows are found at once; the search goes on in pieces, between which keys are answered. */
#ifndef JOURNAL_RESULTS_H
#define JOURNAL_RESULTS_H

#include "base/vec.h"
#include "journal/search.h"

enum {
    JOURNAL_LIST_PATIENCE_MS = 12,  /* for the first rows */
    JOURNAL_LIST_PIECE_MS = 8,      /* of the search for the others */
    JOURNAL_LIST_AHEAD = 64,        /* rows found beyond the screen before the user scrolls to them */
    JOURNAL_LIST_EAGER_PIECES = 100 /* searched without need, so that the number of rows is known */
};

/* Zeroed is empty. */
struct journal_list {
    journal_keys keys;  /* due follow-ups first, then newest first */
    size_t wanted;      /* rows needed */
    int64_t now_ms;     /* of the last search: decides which follow-ups are due */
    size_t due;         /* rows that are due */
    bool partly;        /* the search was stopped before its end, by the caller or a fault */
    struct fault fault; /* why the last search failed; "" = it did not */

    struct journal_search *search; /* for the rows behind the last one; NULL = no more rows */
    unsigned pieces;               /* searched so far */

    journal_entries page; /* entries of the rows from ... */
    size_t page_row;      /* ... this one on */
};

void journal_list_fini(struct journal_list *);

/* Begins a list of the rows that pass the filter (NULL = all). Returns false and leaves the list unchanged if that
 * takes longer than JOURNAL_LIST_PATIENCE_MS, unless `thorough`. */
bool journal_list_begin(struct journal_list *, struct journal *, const struct filter *, bool thorough);
/* Reads the rows again after the journal has changed: keeps their order and puts new ones on top. */
void journal_list_renew(struct journal_list *, struct journal *, const struct filter *);

/* Drops the entries, so that they are read again when needed. */
static inline void
journal_list_reread(struct journal_list *list)
{
    journal_entries_fini(&list->page);
}

/* Returns the entry of a row, valid until the next call; NULL if it is gone or cannot be read. */
const struct journal_entry *journal_list_at(struct journal_list *, struct journal *, size_t row);

/* Sets the number of rows needed; SIZE_MAX = all, even if the search was stopped. */
void journal_list_want(struct journal_list *, size_t rows);
/* Returns whether needed rows are not found yet. */
static inline bool
journal_list_is_awaited(const struct journal_list *list)
{
    return list->search && !list->partly && list->keys.count < list->wanted;
}

/* Returns whether journal_list_work has work left. */
bool journal_list_is_busy(const struct journal_list *);
/* Searches a piece. */
void journal_list_work(struct journal_list *, struct journal *);

/* ---- going to the next match ---- */

/* Zeroed looks for nothing. */
struct journal_seek {
    char *text;                    /* as typed; NULL = nothing */
    struct journal_search *wanted; /* the filter that a row must pass */
    bool on, backwards, around;    /* under way; to rows above; past the end of the list */
    size_t at;                     /* the row to examine */
    uint64_t looked;               /* rows examined */
};

enum journal_seek_end {
    JOURNAL_SEEK_ON_THE_WAY,
    JOURNAL_SEEK_FOUND,
    JOURNAL_SEEK_ROUND, /* found past the end of the list */
    JOURNAL_SEEK_NONE,
};

void journal_seek_fini(struct journal_seek *);
/* Sets the filter; "" looks for nothing. Returns false with a fault and changes nothing if it cannot be parsed. */
bool journal_seek_set(struct journal_seek *, const char *text, struct fault *);
void journal_seek_begin(struct journal_seek *, size_t from, bool backwards);
/* Examines a piece of the list, and requests rows that are not found yet; *row is the match. */
enum journal_seek_end journal_seek_work(struct journal_seek *, struct journal_list *, struct journal *,
                                        int64_t patience_ms, size_t *row, struct fault *);

#endif
