/* A matter as a filter sees it, and as it stands in a list: what is known of it is read only when somebody asks. */
#ifndef ROW_H
#define ROW_H

#include "base/filter.h"
#include "journal/journal.h"

struct sqlite3_stmt;

/* The figures that a filter may name, by column. */
enum journal_figure {
    JOURNAL_FIGURE_IMPACTS,
    JOURNAL_FIGURE_LIMIT,
    JOURNAL_FIGURE_SCORE,
    JOURNAL_FIGURE_LISTED,
    JOURNAL_FIGURE_CHANGES,
    JOURNAL_FIGURES
};

/* The words behind state:, by number: those of verdicts, of cases, and one that is neither's. */
enum {
    JOURNAL_STATE_VERDICT = 0,
    JOURNAL_STATE_CASE = VERDICT_UNKNOWN + 1,
    JOURNAL_STATE_DUE = JOURNAL_STATE_CASE + CASE_CLOSED + 1,
    JOURNAL_STATES
};

/* A word of the filter, and as it is compared. */
struct journal_needle {
    const char *word;
    char *folded;
};

struct journal_look {
    struct journal *journal;
    int64_t now_ms;
    VEC(struct journal_needle) needles;
    enum journal_result result; /* of reading; JOURNAL_DONE as long as all went well */
    struct fault *fault;

    /* The matter, and of it what was read so far. */
    int64_t id, newest; /* rows; newest 0 = no observation */
    unsigned has;
    double score; /* NAN = none */
    uint32_t score_asn;
    char country[3];
    int64_t case_id;
    struct journal_entry entry;
};

void journal_look_init(struct journal_look *, struct journal *, const struct filter *, int64_t now_ms, struct fault *);
void journal_look_fini(struct journal_look *);

/* What a statement must select for journal_look_at, from matter m. */
#define JOURNAL_LOOK "SELECT m.id, m.text, m.seen_ms, m.newest FROM matter m "
/* Looks at the matter of the row. False: it makes no sense. */
bool journal_look_at(struct journal_look *, struct sqlite3_stmt *row);
/* The same by id. False: there is none, or a failure. */
bool journal_look_up(struct journal_look *, int64_t id);

/* Whether there is something to show of it: an observation, or a case. */
bool journal_look_is_of_something(struct journal_look *);
/* Whether its case is due. */
bool journal_look_is_due(struct journal_look *);

/* The eye's `self` is the look; there is only item 0. */
extern const struct filter_eye journal_look_eye;

/* Everything that stands in a list, which becomes the caller's; false: a failure. */
bool journal_look_take(struct journal_look *, struct journal_entry *out);

#endif
