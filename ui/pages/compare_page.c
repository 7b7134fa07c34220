#include "pages/compare_page.h"

#include "base/clock.h"
#include "base/text.h"
#include "check/range_summary.h"
#include "pages/figure.h"
#include "verdict/phrases.h"

#include <math.h>
#include <string.h>

enum {
    LABEL = 17,
    SIGN = 2,
    GAP = 2,
    /* columns */ TIGHT_GAP = 1, /* ... where all subjects fit only so */
    CELL_LEAST = 10              /* the least room of a text, which takes several rows if need be */
};

static const char counts[] = "level 1", impacts[] = "level 2 (of an AS: levels 1 and 2)", database[] = "ASN database",
                  clean[] = "levels 1, 2 and 3";

const struct compare_row compare_rows[COMPARISON_ROWS] = {
    [COMPARISON_ADDRESSES] = {"addresses", "addresses", database, COMPARE_INTEGER},
    [COMPARISON_LISTED] = {"listed", "listed on level 1", counts, COMPARE_INTEGER},
    [COMPARISON_DENSITY] = {"listed_per_100000", "  per 100,000", counts, COMPARE_TENTHS},
    [COMPARISON_IMPACTS] = {"impacts", "impacts", impacts, COMPARE_INTEGER},
    [COMPARISON_LIMIT] = {"limit", "  limit", "policy", COMPARE_TENTHS},
    [COMPARISON_OVER] = {"impacts_to_limit", "  of the limit", impacts, COMPARE_TIMES},
    [COMPARISON_LEVEL2] = {"level2", "level 2", "level 2", COMPARE_COVER},
    [COMPARISON_LEVEL3] = {"level3", "level 3", "level 3", COMPARE_COVER},
    [COMPARISON_SCORE] = {"score", "  score, limit 50", impacts, COMPARE_TENTHS},
    [COMPARISON_RANGES] = {"ranges", "ranges", database, COMPARE_INTEGER},
    [COMPARISON_CLEAN_RANGES] = {"clean_ranges", "clean ranges", clean, COMPARE_INTEGER},
    [COMPARISON_CLEAN_ADDRESSES] = {"clean_addresses", "  addresses", clean, COMPARE_INTEGER},
    [COMPARISON_LARGEST] = {"largest_clean_range", "  largest", clean, COMPARE_RANGE},
};

/* The rows of text behind the figures. */
enum {
    ROW_NET = COMPARISON_ROWS,
    ROW_LEVELS,
    ROW_FIRST,
    ROW_LAST,
    ROW_LISTED,
    ROW_IMPACTS,
    ROW_VERDICT,
    ROW_COMPLAINTS,
    ROW_ENDED,
    ROWS,
    ROW_NAME = ROWS /* of the titles */
};

static const char *const labels[ROWS - COMPARISON_ROWS] = {"  of the net", "levels as of", "journal, first",
                                                           "  last",       "  listed",     "  impacts",
                                                           "  verdict",    "complaints",   "  ended after"};

/* ---- cells ---- */

static void
put_some(struct buf *out, size_t some, double all)
{
    text_number(out, (int64_t)some);
    buf_text(out, " of ");
    text_number(out, (int64_t)all);
}

static enum role
put_figure(const struct comparison_subject *s, enum comparison_row row, struct buf *out)
{
    const struct comparison_figure *figure = &s->figures[row];
    char prefix[PREFIX_TEXT];
    if (figure->kind == FIGURE_UNKNOWN || figure->kind == FIGURE_NONE) {
        buf_text(out, figure->kind == FIGURE_NONE ? "-" : "?");
        return figure->kind == FIGURE_NONE ? ROLE_DIM : ROLE_UNKNOWN;
    }
    buf_text(out, figure->kind == FIGURE_ESTIMATE ? "~" : figure->kind == FIGURE_AT_LEAST ? ">=" : "");
    switch (compare_rows[row].kind) {
    case COMPARE_INTEGER:
        if (row != COMPARISON_CLEAN_RANGES) {
            text_number(out, (int64_t)figure->value);
        } else {
            put_some(out, (size_t)figure->value, s->figures[COMPARISON_RANGES].value);
            buf_text(out, s->resource.kind == RESOURCE_ASN || s->resource.prefix.length > RANGE_BLOCK ? "" : " /24s");
        }
        break;
    case COMPARE_TENTHS:
        if (row == COMPARISON_LIMIT && s->resource.kind != RESOURCE_ASN)
            text_number(out, (int64_t)figure->value);
        else
            text_decimal(out, figure->value);
        break;
    case COMPARE_TIMES:
        if (figure->value >= 10)
            figure_times(out, figure->value);
        else
            buf_format(out, "%.2fx", ranking_ratio_shown(figure->value));
        break;
    case COMPARE_COVER:
        if (s->resource.kind == RESOURCE_ASN && figure->value > COVER_NONE)
            put_some(out, s->touched[row == COMPARISON_LEVEL3], s->figures[COMPARISON_RANGES].value);
        else
            buf_text(out, cover_name((enum cover)figure->value));
        break;
    case COMPARE_RANGE:
        buf_text(out, s->best.addr.family == ADDR_NONE ? "none" : prefix_text(&s->best, prefix));
        break;
    }
    return figure->kind == FIGURE_EXACT ? ROLE_PLAIN : ROLE_ESTIMATE;
}

static void
put_change(struct buf *out, int64_t then, int64_t now)
{
    if (now < 0)
        return;
    if (then >= 0) {
        text_number(out, then);
        buf_text(out, " -> ");
    }
    text_number(out, now);
}

static void
put_words(const struct comparison_subject *s, int row, struct buf *out)
{
    const struct comparison_look *then = &s->then, *now = &s->now;
    bool has_then = then->at_ms != 0, is_address = s->resource.kind == RESOURCE_ADDRESS;
    char text[PREFIX_TEXT], minute[CLOCK_MINUTE];
    int64_t first_ms = has_then ? then->at_ms : now->at_ms, last_ms = has_then ? now->at_ms : 0;
    int64_t at_ms = row == ROW_LEVELS ? s->told_ms : row == ROW_FIRST ? first_ms : last_ms;
    switch (row) {
    case ROW_NET:
        if (s->published)
            buf_text(out, prefix_text(&s->net, text));
        else if (s->resource.kind != RESOURCE_ASN && s->figures[COMPARISON_LEVEL2].kind == FIGURE_EXACT)
            buf_text(out, "not published");
        break;
    case ROW_LEVELS:
    case ROW_FIRST:
    case ROW_LAST:
        if (at_ms != 0)
            buf_format(out, "%.10s", clock_minute(at_ms, minute));
        break;
    case ROW_LISTED:
        if (now->at_ms != 0)
            put_change(out, has_then ? then->listed : -1, now->listed);
        break;
    case ROW_IMPACTS:
        buf_text(out, now->at_ms != 0 && s->resource.kind == RESOURCE_ASN ? "~" : "");
        if (now->at_ms != 0)
            put_change(out, has_then ? then->impacts : -1, now->impacts);
        break;
    case ROW_COMPLAINTS:
        if (s->complaints.count > 0)
            text_number(out, (int64_t)s->complaints.count);
        break;
    case ROW_ENDED:
        complaints_ended_words(out, &s->complaints);
        break;
    default:
        if (now->at_ms != 0 && is_address)
            buf_format(out, "%s%s%s", has_then ? verdict_state_name(then->verdict) : "", has_then ? " -> " : "",
                       verdict_state_name(now->verdict));
        break;
    }
}

static enum role
put_cell(const struct comparison_subject *s, int row, struct buf *out)
{
    char name[RESOURCE_TEXT];
    if (row == ROW_NAME) {
        buf_text(out, resource_text(&s->resource, name));
        return ROLE_TITLE;
    }
    if (row < COMPARISON_ROWS)
        return put_figure(s, (enum comparison_row)row, out);
    put_words(s, row, out);
    return ROLE_PLAIN;
}

/* ---- the table ---- */

/* Returns whether a row says anything of one of the subjects. */
static bool
row_speaks(const struct comparison *c, int row)
{
    bool speaks = false;
    if (row == COMPARISON_RANGES) /* with the clean ones */
        return false;
    for (size_t i = 0; i < c->subjects.count && !speaks; i++) {
        struct buf text = {0};
        if (row < COMPARISON_ROWS)
            speaks = c->subjects.at[i].figures[row].kind != FIGURE_NONE;
        else
            put_words(&c->subjects.at[i], row, &text);
        speaks = speaks || text.count > 0;
        buf_free(&text);
    }
    return speaks;
}

static int
column_width(const struct comparison_subject *s)
{
    int width = 0;
    for (int row = 0; row <= ROW_NAME; row++) {
        struct buf text = {0};
        put_cell(s, row, &text);
        int cell = text_width(buf_string(&text));
        width = cell > width ? cell : width;
        buf_free(&text);
    }
    return SIGN + width;
}

/* Subjects side by side. */
struct beside {
    size_t first, end;
    int widths[COMPARISON_MOST]; /* by place in the comparison, with the sign */
    int gap;
};

/* Returns the bytes of the text that fit into a row: words, the first half of an address, or as many as there is room
 * for. */
static size_t
row_bytes(const char *text, size_t room)
{
    size_t count = strlen(text), blank = 0, dots = 0;
    if (count <= room)
        return count;
    for (size_t i = 0; i <= room; i++)
        blank = text[i] == ' ' ? i : blank;
    for (size_t i = 0; i < room && blank == 0; i++)
        if (text[i] == '.' && ++dots == 2)
            return i + 1;
    return blank > 0 ? blank : room;
}

static const char *
label_of(int row)
{
    return row < COMPARISON_ROWS ? compare_rows[row].label : row < ROWS ? labels[row - COMPARISON_ROWS] : "";
}

static void
put_row(struct page *p, const struct comparison *c, int col, int row, const struct beside *b)
{
    bool bare = row >= COMPARISON_CLEAN_RANGES && row <= COMPARISON_LARGEST && !c->knows_level3, more = true;
    size_t done[COMPARISON_MOST] = {0};
    for (bool begins = true; more; begins = false) {
        int at = col + LABEL;
        more = false;
        page_row(p, 0);
        if (begins)
            page_format(p, col, LABEL, ROLE_DIM, "%s%s", label_of(row), bare ? " 1-2" : "");
        for (size_t i = b->first; i < b->end; at += b->widths[i++] + b->gap) {
            const struct comparison_subject *s = &c->subjects.at[i];
            struct buf text = {0}, line = {0};
            int room = b->widths[i] - SIGN;
            enum role role = put_cell(s, row, &text);
            const char *rest = buf_string(&text) + done[i];
            buf_bytes(&line, rest, row_bytes(rest, (size_t)room));
            done[i] += line.count;
            done[i] += rest[line.count] == ' ';
            more = more || done[i] < text.count;
            bool is_best = row < COMPARISON_ROWS && comparison_is_best(c, s, (enum comparison_row)row);
            if (is_best && begins)
                page_glyph(p, at + room - text_width(buf_string(&line)), ROLE_CLEAR, GLYPH_BULLET);
            page_right(p, at + SIGN, room, is_best ? ROLE_STRONG : role, buf_string(&line));
            buf_free(&line);
            buf_free(&text);
        }
    }
}

static void
put_block(struct page *p, const struct comparison *c, int col, const struct beside *b)
{
    page_gap(p);
    put_row(p, c, col, ROW_NAME, b);
    for (int row = 0; row < ROWS; row++) {
        if (row != ROW_NET && row_speaks(c, row))
            put_row(p, c, col, row, b);
        if (row == COMPARISON_OVER && row_speaks(c, ROW_NET))
            put_row(p, c, col, ROW_NET, b);
    }
}

/* Returns the columns of all subjects if none has more than `most`. */
static int
columns_of(const struct beside *b, size_t count, int most)
{
    int sum = ((int)count - 1) * b->gap;
    for (size_t i = 0; i < count; i++)
        sum += b->widths[i] < most ? b->widths[i] : most;
    return sum;
}

/* Puts all subjects side by side, if need be with long texts in several rows, or else as many as fit beside each other
 * and the others below. */
static void
put_blocks(struct page *p, const struct comparison *c, int col)
{
    struct beside b = {.gap = GAP};
    size_t count = c->subjects.count;
    int room = p->cols - col - LABEL, most = SIGN + CELL_LEAST;
    for (size_t i = 0; i < count; i++)
        b.widths[i] = column_width(&c->subjects.at[i]);
    if (columns_of(&b, count, p->cols) > room)
        b.gap = TIGHT_GAP;
    if (columns_of(&b, count, most) > room)
        most = p->cols;
    while (most < p->cols && columns_of(&b, count, most + 1) <= room)
        most++;
    for (size_t i = 0; i < count; i++)
        b.widths[i] = b.widths[i] < most ? b.widths[i] : most;
    while (b.first < count) {
        int used = b.widths[b.end++];
        while (b.end < count && used + b.gap + b.widths[b.end] <= room)
            used += b.gap + b.widths[b.end++];
        put_block(p, c, col, &b);
        b.first = b.end;
    }
}

/* ---- the page ---- */

static void
put_subject(struct page *p, const struct comparison_subject *s, int col, uint64_t key, int width)
{
    char name[RESOURCE_TEXT];
    struct buf text = {0};
    const char *reserved = s->resource.kind == RESOURCE_ASN ? NULL : prefix_reserved(&s->resource.prefix);
    page_row(p, key);
    page_text(p, col, 0, ROLE_STRONG, resource_text(&s->resource, name));
    if (s->unannounced)
        buf_text(&text, "announces nothing");
    else if (reserved && s->figures[COMPARISON_LISTED].kind == FIGURE_NONE)
        buf_format(&text, "not routable (%s): no DNSBL can list it", reserved);
    else if (s->spans)
        buf_text(&text, "spans several providers");
    else if (s->resource.kind != RESOURCE_ASN)
        phrases_holder(&text, s->asn, s->org ? s->org : "", "");
    else
        buf_text(&text, s->org ? s->org : "");
    page_text(p, col + width + GAP, 0, ROLE_PLAIN, buf_string(&text));
    buf_free(&text);
}

/* Says how many rows each subject is best in: "• best of its row: AS64500 in 5, AS64501 in 1 of 6". */
static void
put_answer(struct page *p, const struct comparison *c, int col)
{
    struct buf text = {0};
    size_t rows = 0;
    for (size_t i = 0; i < c->subjects.count; i++) {
        const struct comparison_subject *s = &c->subjects.at[i];
        char name[RESOURCE_TEXT];
        size_t best_in = 0;
        rows = 0;
        for (enum comparison_row row = 0; row < COMPARISON_ROWS; row++) {
            rows += !isnan(comparison_best(c, row));
            best_in += comparison_is_best(c, s, row);
        }
        if (best_in > 0)
            buf_format(&text, "%s%s in %zu",
                       text.count > 0 ? ", " : "best of its row: ", resource_text(&s->resource, name), best_in);
    }
    if (text.count > 0) {
        buf_format(&text, " of %zu", rows);
        page_row(p, 0);
        page_glyph(p, col, ROLE_CLEAR, GLYPH_BULLET);
        page_wrap(p, col + SIGN, ROLE_STRONG, buf_string(&text));
    }
    buf_free(&text);
}

void
compare_page(struct page *p, const struct comparison *c, const struct dataset *dataset, int col)
{
    struct buf sources = {0};
    size_t count = c->subjects.count;
    int width = 0;
    for (size_t i = 0; i < count; i++) {
        char name[RESOURCE_TEXT];
        int own = text_width(resource_text(&c->subjects.at[i].resource, name));
        width = own > width ? own : width;
    }
    for (size_t i = 0; i < count; i++)
        put_subject(p, &c->subjects.at[i], col, i + 1, width);
    put_answer(p, c, col);
    put_blocks(p, c, col);
    page_gap(p);
    struct asn_data asns = dataset_asn_source(dataset);
    bool fresh = figure_sources(&sources, dataset->zones, &asns);
    page_row(p, 0);
    page_wrap(p, col, fresh ? ROLE_DIM : ROLE_WARN, buf_string(&sources));
    buf_free(&sources);
    page_row(p, 0);
    page_text(p, col, 0, ROLE_DIM, "~ estimate    ? not known");
}
