#include "pages/journal_rows.h"

#include "base/clock.h"
#include "base/text.h"
#include "pages/address_rows.h"
#include "pages/fleet_table.h"
#include "verdict/phrases.h"

#include <limits.h>
#include <string.h>

enum { MARK, SEEN, RESOURCE, LEVELS, IMPACTS, HOLDER, CASE, VERDICT, NOTE };
enum { LEVEL_COUNT = 3, YEAR = 5 /* bytes of a year and its hyphen */, MONTH = 7, DAY = 10, MINUTE = 11 };

/* The case column has room for the state and the follow-up day, on wide screens also for ticket and tags. */
enum { CASE_LEAST = 17, CASE_LEAST_WIDE = 26, NARROW = 60 /* no case */, WIDE = 110, RESOURCE_LEAST = 15 };

static const struct column columns[JOURNAL_ROWS_COLUMNS] = {
    [MARK] = {"", 1, 1, 0, false},           [SEEN] = {"as of", MINUTE, MINUTE, 1, false},
    [RESOURCE] = {"what", 18, 15, 0, false}, [LEVELS] = {"123", 3, 3, 2, false},
    [IMPACTS] = {"impacts", 9, 9, 3, true},  [HOLDER] = {"holder", 26, 18, 5, false},
    [CASE] = {"case", 40, 7, 4, false},      [VERDICT] = {"verdict", 10, 10, COLUMNS_SPARE, false},
    [NOTE] = {"note", 60, 24, 8, false},
};

static int
limit(int wanted, int least, int most)
{
    return wanted < least ? least : wanted > most ? most : wanted;
}

void
journal_rows_fit(int cols, const struct journal_rows_need *need, int widths[static JOURNAL_ROWS_COLUMNS])
{
    struct column fitted[JOURNAL_ROWS_COLUMNS];
    memcpy(fitted, columns, sizeof fitted);
    bool whole = need->resource <= cols / 2; /* an address is nothing when it is cut */
    fitted[RESOURCE].width = limit(need->resource, RESOURCE_LEAST, whole ? cols / 2 : columns[RESOURCE].width);
    fitted[RESOURCE].least = limit(need->resource, RESOURCE_LEAST, whole ? cols / 2 : columns[RESOURCE].least);
    fitted[CASE].width = fitted[CASE].least = 0;
    if (need->a_case > 0) {
        fitted[CASE].width = limit(need->a_case, columns[CASE].least, columns[CASE].width);
        fitted[CASE].least = limit(need->a_case, columns[CASE].least, cols >= WIDE ? CASE_LEAST_WIDE : CASE_LEAST);
        fitted[HOLDER].least = PHRASES_SHORT;
        if (cols >= NARROW && cols < WIDE)
            fitted[SEEN].width = fitted[SEEN].least = limit(need->seen, DAY - YEAR, MONTH);
    }
    columns_fit(fitted, JOURNAL_ROWS_COLUMNS, cols, widths);
}

/* The year replaces the time of day unless it is the current one. With less than MINUTE columns, the time of day is
 * that of today alone, and there is no day in other years. */
static void
put_date(struct buf *out, int64_t at_ms, int64_t now_ms, int cols)
{
    char at[CLOCK_MINUTE], now[CLOCK_MINUTE];
    clock_minute(at_ms, at);
    clock_minute(now_ms, now);
    if (strncmp(at, now, YEAR) != 0)
        buf_format(out, "%.*s", cols < DAY ? MONTH : DAY, at);
    else if (cols < MINUTE && strncmp(at, now, DAY) == 0)
        buf_text(out, at + DAY + 1);
    else
        buf_format(out, "%.*s", cols < MINUTE ? DAY - YEAR : MINUTE, at + YEAR);
}

static enum role
put_case(struct buf *out, const struct journal_entry *e, int64_t now_ms)
{
    if (!e->has_case)
        return ROLE_DIM;
    buf_text(out, case_state_name(e->case_state));
    if (e->due_ms && e->case_state != CASE_CLOSED) {
        buf_text(out, " due ");
        put_date(out, e->due_ms, now_ms, DAY);
    }
    if (e->ticket)
        buf_format(out, " %s", e->ticket);
    if (e->tags)
        buf_format(out, " %s", e->tags);
    return journal_entry_is_due(e, now_ms) ? ROLE_WARN : e->case_state == CASE_CLOSED ? ROLE_DIM : ROLE_STRONG;
}

/* Puts number and name, shortens the name by words if there is no room, and leaves out the number if there is none. */
static void
put_holder(struct buf *out, const struct journal_entry *e, int cols)
{
    const char *org = e->org ? e->org : "";
    struct buf brief = {0};
    phrases_holder(out, e->asn, org, "");
    if (text_width(buf_string(out)) > cols) {
        buf_clear(out);
        phrases_short_holder(&brief, e->asn, org, ""); /* it may be the number */
        phrases_holder(out, e->asn, buf_string(&brief), "");
        bool twice = strncmp(buf_string(out), buf_string(&brief), brief.count) == 0;
        if (twice || text_width(buf_string(out)) > cols) {
            buf_clear(out);
            buf_text(out, buf_string(&brief));
        }
    }
    buf_free(&brief);
}

/* Puts the cell of a column with so many columns. */
static enum role
put_cell(struct buf *out, const struct journal_entry *e, size_t column, int cols, int64_t now_ms)
{
    enum role verdict_role = e->observed ? address_headline_role(e->verdict) : ROLE_STRONG;
    char resource[RESOURCE_TEXT];
    switch (column) {
    case SEEN:
        put_date(out, e->seen_ms, now_ms, cols);
        return ROLE_DIM;
    case RESOURCE:
        buf_text(out, resource_text(&e->resource, resource));
        return verdict_role;
    case VERDICT:
        buf_text(out, e->observed ? verdict_state_name(e->verdict) : "");
        return verdict_role;
    case IMPACTS:
        if (!e->observed || !e->net.addr.family || e->impacts < 0)
            return ROLE_DIM;
        text_number(out, e->impacts);
        if (e->limit > 0) {
            buf_byte(out, '/');
            text_number(out, e->limit);
        }
        return ROLE_PLAIN;
    case HOLDER:
        put_holder(out, e, cols);
        return ROLE_PLAIN;
    case CASE:
        return put_case(out, e, now_ms);
    case NOTE:
        buf_text(out, e->has_case && e->note ? e->note : "");
        return ROLE_PLAIN;
    default:
        return ROLE_PLAIN;
    }
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
    buf_clear(&text);
    put_date(&text, e->seen_ms, now_ms, 0);
    columns_wanted = (int)text.count;
    need->seen = columns_wanted > need->seen ? columns_wanted : need->seen;
    buf_free(&text);
}

void
journal_rows_draw(const struct canvas *canvas, int row, const int widths[static JOURNAL_ROWS_COLUMNS],
                  const struct journal_entry *e, int64_t now_ms)
{
    struct column_cell cells[JOURNAL_ROWS_COLUMNS] = {0};
    struct buf texts[JOURNAL_ROWS_COLUMNS] = {0};
    if (!e) {
        columns_row(canvas, row, columns, JOURNAL_ROWS_COLUMNS, widths, NULL);
        return;
    }
    int mark = -1, levels = -1, col = 0; /* the first cells; -1 = hidden */
    for (size_t i = 0; i < JOURNAL_ROWS_COLUMNS; i++) {
        if (widths[i] > 0) {
            mark = i == MARK ? col : mark;
            levels = i == LEVELS ? col : levels;
            col += widths[i] + COLUMNS_GAP;
        }
        if (widths[i] == 0)
            continue;
        cells[i].role = put_cell(&texts[i], e, i, widths[i], now_ms);
        cells[i].text = buf_string(&texts[i]);
    }
    columns_row(canvas, row, columns, JOURNAL_ROWS_COLUMNS, widths, cells);
    struct table_sign verdict = fleet_table_sign(e->verdict); /* in the gap beside the mark */
    if (mark >= 0 && e->observed)
        canvas_glyph(canvas, row, mark + 1, verdict.role, verdict.glyph);
    for (int i = 0; levels >= 0 && e->observed && i < LEVEL_COUNT; i++) {
        enum list_state state = observed_lists_level(&e->lists, (unsigned)i + 1);
        if (state == STATE_UNASKED && e->resource.prefix.addr.family == ADDR_V6)
            continue; /* the levels do not know these */
        canvas_glyph(canvas, row, levels + i, address_looks[state].role, address_looks[state].glyph);
    }
    if (mark >= 0 && journal_entry_is_due(e, now_ms))
        canvas_glyph(canvas, row, mark, ROLE_WARN, GLYPH_WARN);
    else if (mark >= 0 && widths[CASE] == 0 && e->has_case && e->case_state != CASE_CLOSED)
        canvas_glyph(canvas, row, mark, ROLE_STRONG, GLYPH_BULLET);
    for (size_t i = 0; i < JOURNAL_ROWS_COLUMNS; i++)
        buf_free(&texts[i]);
}

void
journal_rows_text(struct buf *out, const struct journal_entry *e, int64_t now_ms)
{
    for (size_t i = 0; i < JOURNAL_ROWS_COLUMNS; i++) {
        struct buf text = {0};
        put_cell(&text, e, i, INT_MAX, now_ms);
        if (text.count > 0)
            buf_format(out, "%s%s", out->count > 0 ? " " : "", buf_string(&text));
        buf_free(&text);
    }
}

/* ---- records ---- */

enum {
    F_TARGET,
    F_KIND,
    F_LAST,
    F_VERDICT,
    F_ASN = JOURNAL_FIELD_LISTS + 5, /* parts */
    F_ORG,
    F_NAME,
    F_PREFIX,
    F_IMPACTS,
    F_LIMIT,
    F_OBSERVATIONS,
    F_CASE,
    F_DUE,
    F_TICKET,
    F_TAGS,
    F_NOTE
};

const char *const journal_rows_fields[JOURNAL_FIELDS] = {
    "target",    "kind",          "last", "state", "level1", "level2", "level3",
    "exemption", "backscatterer", "asn",  "org",   "name",   "prefix", "impacts",
    "limit",     "observations",  "case", "due",   "ticket", "tags",   "note"};

static const char *
text_of(const struct journal_entry *e, size_t field, char room[static RESOURCE_TEXT])
{
    static const char *const kinds[] = {[RESOURCE_ADDRESS] = "address", [RESOURCE_NET] = "net", [RESOURCE_ASN] = "asn"};
    int64_t at_ms = field == F_DUE ? e->due_ms : e->seen_ms;
    switch (field) {
    case F_TARGET:
        return resource_text(&e->resource, room);
    case F_KIND:
        return kinds[e->resource.kind];
    case F_LAST:
    case F_DUE:
        return at_ms > 0 ? clock_rfc3339(at_ms, room) : NULL;
    case F_VERDICT:
        return e->observed ? verdict_state_name(e->verdict) : NULL;
    case F_ORG:
        return e->org;
    case F_NAME:
        return e->name;
    case F_PREFIX:
        return e->observed && e->net.addr.family ? prefix_text(&e->net, room) : NULL;
    case F_CASE:
        return e->has_case ? case_state_name(e->case_state) : NULL;
    case F_TICKET:
        return e->ticket;
    case F_TAGS:
        return e->tags;
    case F_NOTE:
        return e->note;
    default:
        if (!e->observed || field < JOURNAL_FIELD_LISTS || field >= F_ASN)
            return NULL;
        return list_state_name(observed_lists_state(&e->lists, observation_part_at(field - JOURNAL_FIELD_LISTS)));
    }
}

void
journal_rows_value(const struct journal_entry *e, size_t field, struct journal_value *out)
{
    bool has_net = e->observed && e->net.addr.family;
    const struct {
        int64_t number;
        bool is_known;
    } numbers[JOURNAL_FIELDS] = {
        [F_ASN] = {e->asn, e->asn > 0},
        [F_IMPACTS] = {e->impacts, has_net && e->impacts >= 0},
        [F_LIMIT] = {e->limit, has_net && e->limit > 0},
        [F_OBSERVATIONS] = {e->changes, true},
    };
    out->text = text_of(e, field, out->room);
    out->number = numbers[field].number;
    out->is_number = numbers[field].is_known;
}
