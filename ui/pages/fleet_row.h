/* Facts about one target of many, and about all of them together. */
#ifndef FLEET_ROW_H
#define FLEET_ROW_H

#include "check/bulk.h"
#include "check/survey.h"
#include "journal/cases.h"
#include "journal/observation.h"
#include "targets/fleet.h"
#include "verdict/verdict.h"

enum fleet_change {
    FLEET_NOT_COMPARED, /* without a journal, or the look is not over */
    FLEET_SAME,
    FLEET_CHANGED,
    FLEET_FIRST /* the first look at the target */
};

/* A state beside those of verdicts: no list of the run can have the target, so that nothing is in doubt. */
enum { FLEET_UNLISTABLE = VERDICT_UNKNOWN + 1, FLEET_STATES };
/* Returns the name of the verdict, or "unlistable". */
const char *fleet_row_state_name(unsigned state);

struct fleet_row {
    const struct fleet_target *target;
    bool awaited;    /* the first look is not over: the rest may change */
    unsigned state;  /* enum verdict_state, or FLEET_UNLISTABLE */
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
    bool has_case;
    enum case_state case_state;
    int64_t due_ms;        /* its follow-up; 0 = none */
    char *note;            /* the first line of its note; NULL = none */
    unsigned case_version; /* of the journal from which the caller read the case */
};

/* Returns whether words, with one space between, contain this one. */
bool fleet_row_has_word(const char *words, const char *word);

/* The facts about a target. */
struct fleet_finding {
    const struct evidence *evidence; /* NULL: `error` says why */
    const struct verdict *verdict;
    const struct survey *survey;    /* of a domain; else NULL */
    const struct observation *then; /* the look before; NULL = there is none */
    const struct observation *now;  /* NULL = not compared */
    const char *error;
};

/* Sets a row from a look, and compares it with the look before, and with what the row had. Replaces that, except its
 * target and case. */
void fleet_row_set(struct fleet_row *, const struct fleet_finding *);

/* Sets the case of a row; NULL = there is none. */
void fleet_row_set_case(struct fleet_row *, const struct journal_case *);

/* Starts zeroed. */
struct fleet_rows {
    VEC(struct fleet_row) list;
};
void fleet_rows_fini(struct fleet_rows *);

/* Returns the number of rows with a state, without those awaited. A target without a look is unknown. */
size_t fleet_rows_count(const struct fleet_rows *, unsigned state);
/* Returns the number of those awaited. */
size_t fleet_rows_awaited(const struct fleet_rows *);

/* Appends what the listed targets (without any: all) have in common, a net or a provider: "All 5 listed targets are in
 * 203.0.113.0/24."; nothing for fewer than two, or if they have nothing in common. */
void fleet_rows_common(const struct fleet_rows *, struct buf *out);

/* Appends "30 targets: 2 direct, 5 collateral, 22 clear, 1 unknown", and how many are not listable, or not asked about.
 */
void fleet_rows_summary(const struct fleet_rows *, struct buf *out);

#endif
