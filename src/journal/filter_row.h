/* Filters as SQL: conditions on a row, and the indexes that find the rows for which a term may hold. */
#ifndef FILTER_ROW_H
#define FILTER_ROW_H

#include "base/buf.h"
#include "base/filter.h"
#include "journal/journal.h"

struct sqlite3;

/* Must follow "FROM matter m" before a condition. The case is the one that journal_case_find returns. */
#define FILTER_ROW_CASE                                                                                                \
    "(SELECT id FROM cases WHERE matter = m.id ORDER BY state = 'closed', opened_ms DESC, uid DESC LIMIT 1)"
#define FILTER_ROW_JOINS " LEFT JOIN observation o ON o.id = m.newest LEFT JOIN cases c ON c.id = " FILTER_ROW_CASE " "

/* A column of the net that decides (density_deciding): the one farthest over its limit, else the widest. */
#define FILTER_ROW_TIMES "iif(permanent OR impacts IS NULL OR net_limit = 0, 0.0, impacts * 1.0 / net_limit)"
#define FILTER_ROW_LENGTH "CAST(substr(net, instr(net, '/') + 1) AS INTEGER)"
#define FILTER_ROW_NET(column)                                                                                         \
    "(SELECT " column " FROM observation_net WHERE observation = m.newest ORDER BY " FILTER_ROW_TIMES " DESC,"         \
    " impacts IS NULL, permanent DESC, iif(" FILTER_ROW_TIMES " > 0, -1, 1) * " FILTER_ROW_LENGTH " LIMIT 1)"

/* The values of "state:" in their order: verdicts, states of cases, and "due". */
enum {
    FILTER_ROW_STATE_CASE = VERDICT_UNKNOWN + 1,
    FILTER_ROW_STATE_DUE = FILTER_ROW_STATE_CASE + CASE_CLOSED + 1,
    FILTER_ROW_STATES
};

const struct filter_language *filter_row_language(void);

/* Registers the functions that conditions call. */
int filter_row_register(struct sqlite3 *);

/* Appends a SELECT of the ids of resources whose case is due. */
void filter_row_due(struct buf *sql, int64_t now_ms);

/* Appends an expression that is true for rows that match the term, negated or not. */
void filter_row_term(struct buf *sql, const struct filter_term *, int64_t now_ms);

/* Appends a SELECT of the ids, perhaps repeated, of all resources that may match the term. False: no index has them. */
bool filter_row_candidates(struct buf *sql, const struct filter_term *);

#endif
