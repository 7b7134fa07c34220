#include "pages/journal_rows.h"

#include "base/clock.h"
#include "base/text.h"
#include "pages/address_rows.h"

#include <string.h>

enum { MARK, SEEN, RESOURCE, LEVELS, IMPACTS, HOLDER, CASE, VERDICT, NOTE };
enum { LEVEL_COUNT = 3, YEAR = 5 /* bytes of a year and its hyphen */, DAY = 10 };

/* Of a case there is to be room for the state and the day to look again, and on wide screens for ticket and tags. */
enum { CASE_LEAST = 18, CASE_LEAST_WIDE = 26, WIDE = 110, ASN_LEAST = 8, RESOURCE_LEAST = 12 };

static const struct column columns[JOURNAL_ROWS_COLUMNS] = {
    [MARK] = {"", 1, 1, 0, false},           [SEEN] = {"as of", 11, 11, 1, false},
    [RESOURCE] = {"what", 18, 15, 0, false}, [LEVELS] = {"123", 3, 3, 2, false},
    [IMPACTS] = {"impacts", 9, 9, 3, true},  [HOLDER] = {"holder", 26, 18, 4, false},
    [CASE] = {"case", 40, 7, 5, false},      [VERDICT] = {"verdict", 10, 10, COLUMNS_SPARE, false},
    [NOTE] = {"note", 60, 24, 8, false},
};

/* It holds glyphs. */
static bool
is_drawn_here(size_t column)
{
    return column == MARK || column == LEVELS;
}

static int
limit(int columns_wanted, int least, int most)
{
    return columns_wanted < least ? least : columns_wanted > most ? most : columns_wanted;
}

void
journal_rows_fit(int cols, const struct journal_rows_need *need, int widths[static JOURNAL_ROWS_COLUMNS])
{
    struct column fitted[JOURNAL_ROWS_COLUMNS];
    memcpy(fitted, columns, sizeof fitted);
    fitted[RESOURCE].width = limit(need->resource, RESOURCE_LEAST, columns[RESOURCE].width);
    fitted[RESOURCE].least = limit(need->resource, RESOURCE_LEAST, columns[RESOURCE].least);
    fitted[CASE].width = fitted[CASE].least = 0;
    if (need->a_case > 0) {
        fitted[CASE].width = limit(need->a_case, columns[CASE].least, columns[CASE].width);
        fitted[CASE].least = limit(need->a_case, columns[CASE].least, cols >= WIDE ? CASE_LEAST_WIDE : CASE_LEAST);
        fitted[HOLDER].least = ASN_LEAST;
    }
    columns_fit(fitted, JOURNAL_ROWS_COLUMNS, cols, widths);
}

void
journal_rows_head(const struct canvas *canvas, int row, const int widths[static JOURNAL_ROWS_COLUMNS])
{
    columns_head(canvas, row, columns, JOURNAL_ROWS_COLUMNS, widths);
}

/* The year only where it is another than this one. */
static void
put_moment(struct buf *out, int64_t at_ms, int64_t now_ms, bool minutes)
{
    char at[CLOCK_MINUTE], now[CLOCK_MINUTE];
    clock_minute(at_ms, at);
    clock_minute(now_ms, now);
    if (strncmp(at, now, YEAR) != 0)
        buf_format(out, "%.*s", DAY, at);
    else
        buf_format(out, "%.*s", minutes ? CLOCK_MINUTE : DAY - YEAR, at + YEAR);
}

static enum role
verdict_role(const struct journal_entry *e)
{
    static const enum role roles[] = {
        [VERDICT_CLEAR] = ROLE_HEADLINE_GOOD,
        [VERDICT_COLLATERAL] = ROLE_HEADLINE_COLLATERAL,
        [VERDICT_DIRECT] = ROLE_HEADLINE_BAD,
        [VERDICT_UNKNOWN] = ROLE_HEADLINE_UNKNOWN,
    };
    return e->observed ? roles[e->verdict] : ROLE_STRONG;
}

static enum role
put_impacts(struct buf *out, const struct journal_entry *e)
{
    if (!e->observed || !e->net.addr.family || e->impacts < 0)
        return ROLE_DIM;
    text_number(out, e->impacts);
    if (e->limit > 0) {
        buf_byte(out, '/');
        text_number(out, e->limit);
    }
    return ROLE_PLAIN;
}

static enum role
put_holder(struct buf *out, const struct journal_entry *e)
{
    if (e->observed && e->asn)
        buf_format(out, "AS%u%s%s", e->asn, e->org ? " " : "", e->org ? e->org : "");
    return ROLE_PLAIN;
}

static enum role
put_case(struct buf *out, const struct journal_entry *e, int64_t now_ms)
{
    if (!e->has_case)
        return ROLE_DIM;
    buf_text(out, case_state_name(e->case_state));
    if (e->due_ms && e->case_state != CASE_CLOSED) {
        buf_text(out, " due ");
        put_moment(out, e->due_ms, now_ms, false);
    }
    if (e->ticket)
        buf_format(out, " %s", e->ticket);
    if (e->tags)
        buf_format(out, " %s", e->tags);
    return journal_entry_is_due(e, now_ms) ? ROLE_WARN : e->case_state == CASE_CLOSED ? ROLE_DIM : ROLE_STRONG;
}

static enum role
put_cell(struct buf *out, const struct journal_entry *e, size_t column, int64_t now_ms)
{
    char resource[RESOURCE_TEXT];
    switch (column) {
    case SEEN:
        put_moment(out, e->seen_ms, now_ms, true);
        return ROLE_DIM;
    case RESOURCE:
        buf_text(out, resource_text(&e->resource, resource));
        return verdict_role(e);
    case VERDICT:
        buf_text(out, e->observed ? verdict_state_name(e->verdict) : "");
        return verdict_role(e);
    case IMPACTS:
        return put_impacts(out, e);
    case HOLDER:
        return put_holder(out, e);
    case CASE:
        return put_case(out, e, now_ms);
    case NOTE:
        buf_text(out, e->has_case && e->note ? e->note : "");
        return ROLE_PLAIN;
    default:
        return ROLE_PLAIN;
    }
}

static void
draw_levels(const struct canvas *canvas, int row, int col, const struct journal_entry *e)
{
    for (int i = 0; e->observed && i < LEVEL_COUNT; i++)
        canvas_glyph(canvas, row, col + i, address_state_role(e->states[LIST_LEVEL1 + i]),
                     address_state_glyph(e->states[LIST_LEVEL1 + i]));
}

/* Where a column begins; -1 = it does not show. */
static int
column_at(const int *widths, size_t column)
{
    int col = 0;
    for (size_t i = 0; i < column; i++)
        col += widths[i] > 0 ? widths[i] + COLUMNS_GAP : 0;
    return widths[column] > 0 ? col : -1;
}

void
journal_rows_measure(struct journal_rows_need *need, const struct journal_entry *e, int64_t now_ms)
{
    char resource[RESOURCE_TEXT];
    struct buf text = {0};
    int columns_wanted = text_width(resource_text(&e->resource, resource));
    need->resource = columns_wanted > need->resource ? columns_wanted : need->resource;
    put_case(&text, e, now_ms);
    columns_wanted = text_width(buf_string(&text));
    need->a_case = columns_wanted > need->a_case ? columns_wanted : need->a_case;
    buf_free(&text);
}

void
journal_rows_draw(const struct canvas *canvas, int row, const int widths[static JOURNAL_ROWS_COLUMNS],
                  const struct journal_entry *e, int64_t now_ms)
{
    struct column_cell cells[JOURNAL_ROWS_COLUMNS] = {0};
    struct buf texts[JOURNAL_ROWS_COLUMNS] = {0};
    for (size_t i = 0; i < JOURNAL_ROWS_COLUMNS; i++) {
        if (widths[i] == 0 || is_drawn_here(i))
            continue;
        cells[i].role = put_cell(&texts[i], e, i, now_ms);
        cells[i].text = buf_string(&texts[i]);
    }
    columns_row(canvas, row, columns, JOURNAL_ROWS_COLUMNS, widths, cells);
    if (column_at(widths, LEVELS) >= 0)
        draw_levels(canvas, row, column_at(widths, LEVELS), e);
    if (column_at(widths, MARK) >= 0 && journal_entry_is_due(e, now_ms))
        canvas_glyph(canvas, row, column_at(widths, MARK), ROLE_WARN, GLYPH_WARN);
    else if (column_at(widths, MARK) >= 0 && widths[CASE] == 0 && e->has_case && e->case_state != CASE_CLOSED)
        canvas_glyph(canvas, row, column_at(widths, MARK), ROLE_STRONG, GLYPH_BULLET);
    for (size_t i = 0; i < JOURNAL_ROWS_COLUMNS; i++)
        buf_free(&texts[i]);
}

void
journal_rows_text(struct buf *out, const struct journal_entry *e, int64_t now_ms)
{
    for (size_t i = 0; i < JOURNAL_ROWS_COLUMNS; i++) {
        struct buf text = {0};
        if (!is_drawn_here(i))
            put_cell(&text, e, i, now_ms);
        if (text.count > 0)
            buf_format(out, "%s%s", out->count > 0 ? " " : "", buf_string(&text));
        buf_free(&text);
    }
}
