/* Many targets at once: what is known of each, and the table of them, worst first. */
#ifndef FLEET_TABLE_H
#define FLEET_TABLE_H

#include "check/bulk.h"
#include "check/survey.h"
#include "draw/table_model.h"
#include "journal/observation.h"
#include "targets/fleet.h"
#include "verdict/verdict.h"

enum fleet_change {
    FLEET_NOT_COMPARED, /* without a journal, or the look is not over */
    FLEET_SAME,
    FLEET_CHANGED,
    FLEET_FIRST /* the first look at the target */
};

struct fleet_row {
    const struct fleet_target *target;
    bool awaited; /* the first look is not over: the rest may change */
    enum verdict_state state;
    unsigned causes; /* CAUSE_* */
    enum actor actor;
    char *block;     /* that lists of addresses list instead of the one: its /64; NULL = they list the address */
    bool by_policy;  /* no list has its net for abuse */
    bool has_levels; /* level 1 to 3 know addresses of its family */
    enum list_state levels[LIST_LEVELS];
    size_t others;          /* counted listings on lists without a part in the escalation */
    bool listed_when_first; /* since_ms is the journal's first look */
    int64_t since_ms;       /* wall time of the earliest listing that lasts; 0 = not listed, or not known */
    int64_t seen_ms;        /* wall time of the look; 0 = there was none */
    char *headline, *brief; /* NULL without a look */
    char *advice;           /* the most urgent; NULL = none */
    char *error;            /* why there was no look; NULL */
    char *zones;            /* of all counted listings, with spaces between; "" = none */
    char *org;              /* that announces the address; "" = not known */
    char *name;             /* confirmed PTR name; NULL = none */
    uint32_t asn;           /* 0 = not known */
    bool has_score;
    double score;           /* level 3 */
    struct summary_net net; /* that decides */
    enum fleet_change change;
    char *changes; /* in a few words; "" = none that says something */
    bool seen;     /* the user has seen them */
    size_t rank;   /* its place by label; set by fleet_table_fit */
};

/* Sets a row from a look, and from the look before it: `then` NULL = there is none, `now` NULL = not compared. Without
 * evidence, `error` says why. Replaces what the row had, except its target; a change since that counts, too. */
void fleet_row_set(struct fleet_row *, const struct evidence *, const struct verdict *, const struct observation *then,
                   const struct observation *now, const char *error);

/* Notes whether the addresses of a domain changed, on the row that its survey has set. */
void fleet_row_compare(struct fleet_row *, const struct survey *);

/* Starts zeroed. */
struct fleet_rows {
    VEC(struct fleet_row) list;
};
void fleet_rows_fini(struct fleet_rows *);

/* Returns the number of rows with a verdict, without those awaited. A target without a look is unknown. */
size_t fleet_rows_count(const struct fleet_rows *, enum verdict_state);

/* Appends what the listed targets (without any: all) have in common, a net or a provider: "All 5 listed targets are in
 * 203.0.113.0/24."; nothing for fewer than two, or if they have nothing in common. */
void fleet_rows_common(const struct fleet_rows *, struct buf *out);

/* Appends "30 targets: 2 direct, 5 collateral, 22 clear, 1 unknown". */
void fleet_rows_summary(const struct fleet_rows *, struct buf *out);

/* The rows are the `self` of the model. */
extern const struct table_model fleet_table;
/* Copies the model to *model and its columns to columns[TABLE_COLUMNS], as wide as the labels and names of the rows,
 * which can be sorted by label from then on. */
void fleet_table_fit(struct fleet_rows *, struct table_column *columns, struct table_model *model);

/* Glyph and role of a verdict. */
struct table_sign fleet_table_sign(enum verdict_state);
/* The column to sort by so that the worst targets come first. */
enum { FLEET_TABLE_ORDER = 0 };

#endif
