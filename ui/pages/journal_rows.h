/* Entries of the journal as table rows on the screen and as records of CSV and JSON. */
#ifndef JOURNAL_ROWS_H
#define JOURNAL_ROWS_H

#include "draw/canvas.h"
#include "draw/columns.h"
#include "journal/search.h"

enum { JOURNAL_ROWS_COLUMNS = 9 };

/* The widest cells of the columns that adapt. Zeroed: none was shown yet. */
struct journal_rows_need {
    int seen, resource, a_case; /* 0 = no case */
};
void journal_rows_measure(struct journal_rows_need *, const struct journal_entry *, int64_t now_ms);
void journal_rows_fit(int cols, const struct journal_rows_need *, int widths[static JOURNAL_ROWS_COLUMNS]);

/* Draws an entry, NULL = the titles; now_ms decides which follow-ups are due. */
void journal_rows_draw(const struct canvas *, int row, const int widths[static JOURNAL_ROWS_COLUMNS],
                       const struct journal_entry *, int64_t now_ms);
/* Appends the texts of all columns, separated by blanks. */
void journal_rows_text(struct buf *out, const struct journal_entry *, int64_t now_ms);

/* ---- records ---- */

enum {
    JOURNAL_FIELD_KIND = 1,
    JOURNAL_FIELD_VERDICT = 3,
    JOURNAL_FIELD_LISTS, /* one for each part */
    JOURNAL_FIELD_CASE = 16,
    JOURNAL_FIELD_TAGS = 19,
    JOURNAL_FIELDS = 21
};
extern const char *const journal_rows_fields[JOURNAL_FIELDS]; /* as CSV names them */

/* text NULL and not is_number: there is none. */
struct journal_value {
    const char *text;
    int64_t number;
    bool is_number;
    char room[RESOURCE_TEXT];
};
void journal_rows_value(const struct journal_entry *, size_t field, struct journal_value *out);

#endif
