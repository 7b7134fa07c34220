/* Columns are pages of their own, laid out first and joined then. Places are reserved, so that nothing jumps while
 * answers come in. */
#include "pages/address_page.h"

#include "base/clock.h"
#include "base/text.h"
#include "pages/address_bars.h"
#include "pages/address_density.h"
#include "pages/address_detail.h"
#include "pages/address_map.h"
#include "pages/address_rows.h"
#include "pages/reception_rows.h"
#include "verdict/phrases.h"

#include <string.h>

enum {
    TWO_COLUMNS = 78, /* columns of the screen from which text is beside the map ... */
    THREE_COLUMNS = 160,
    MAP_COLS = 40,
    LONG = 56, /* columns of a column from which sentences are whole */
    COLUMNS = 3,
    MAP_ROWS = 13 /* of the map and the worst of it, at least */
};

/* ---- head ---- */

/* Opens the last look beside the address as it is now. */
static void
changes_row(struct page *p, const struct address_facts *facts)
{
    struct buf text = {0};
    buf_format(&text, "since last look: %s", facts->since);
    page_glyph(p, 0, ROLE_KEY, GLYPH_BULLET);
    if (facts->live) {
        page_target(p, address_key(ADDRESS_KEY_CHANGES, 0), 0, p->cols);
        page_text(p, 2, p->cols - 4, ROLE_STRONG, buf_string(&text));
        page_right(p, p->cols - 1, 1, ROLE_KEY, "v");
    } else {
        page_wrap(p, 2, ROLE_STRONG, buf_string(&text));
    }
    buf_free(&text);
}

/* The command line has the names, and the headline with its figures. */
static void
head_rows(struct page *p, const struct address_facts *facts)
{
    const struct verdict *v = facts->verdict;
    enum role role = v->pending ? ROLE_ASKING : address_headline_role(v->state);
    int width = text_width(v->brief), remedy = text_width(v->remedy);
    uint64_t key = address_key(ADDRESS_KEY_TEXT, 0), note = address_key(ADDRESS_KEY_DETAIL, 1);
    page_row(p, key);
    page_wrap(p, 0, role, v->brief);
    bool beside = width + 2 + remedy <= p->cols, notes = v->notes_of_weight > 0;
    if (beside)
        page_right(p, p->cols - remedy, remedy, ROLE_PLAIN, v->remedy);
    page_row(p, beside ? note : key);
    if (!beside) {
        page_wrap(p, 0, ROLE_PLAIN, v->remedy);
        if (!notes && !facts->since)
            return;
        page_row(p, note);
    }
    if (notes) {
        page_target(p, note, 0, p->cols);
        page_glyph(p, 0, ROLE_WARN, GLYPH_WARN);
        page_text(p, 2, 0, ROLE_WARN, v->notes.at[0]);
    } else if (facts->since) {
        changes_row(p, facts);
    }
}

/* ---- sections ---- */

/* The first heading of a column goes into the line above it. */
struct column {
    struct page *page;
    struct buf title;
};

static void
heading(struct column *c, const char *text)
{
    if (c->page->rows.count == 0) {
        buf_text(&c->title, text);
        return;
    }
    address_heading(c->page, text);
}

/* Begins a row with a sign or a number before a text that wraps. */
static void
item(struct column *c, const char *number, enum role role, const char *text)
{
    enum { COL_TEXT = 2 };
    page_row(c->page, 0);
    page_text(c->page, 0, 1, ROLE_DIM, number);
    page_wrap(c->page, COL_TEXT, role, text);
}

static void
target_row(struct page *p, size_t row, uint64_t key)
{
    vec_push(&p->targets, ((struct page_target){.row = row, .cols = p->cols, .key = key}));
}

static void
ends_section(struct column *c, const struct address_facts *facts)
{
    const struct verdict *v = facts->verdict;
    size_t estimates = 0;
    for (size_t i = 0; i < v->ends.count; i++)
        estimates += v->ends.at[i].estimate;
    if (v->ends.count > 0)
        heading(c, estimates == v->ends.count ? "When it ends (estimates)" : "When it ends");
    for (size_t i = 0; i < v->ends.count; i++) {
        const struct statement *end = &v->ends.at[i];
        bool same = i > 0 && v->ends.at[i - 1].level == end->level;
        const char number[] = {same ? ' ' : end->level > 0 ? (char)('0' + end->level) : 'b', '\0'};
        item(c, number, end->estimate ? ROLE_ESTIMATE : ROLE_PLAIN,
             facts->live && c->page->cols < LONG ? end->brief : end->text);
    }
}

/* Shows the key of the view that an item leads to. */
static void
advice_section(struct column *c, const struct address_facts *facts)
{
    const struct verdict *v = facts->verdict;
    for (size_t i = 0; i < v->advice.count; i++) {
        const struct advice *advice = &v->advice.at[i];
        const char number[] = {(char)('1' + i % 9), '\0'};
        bool opens = facts->live && advice->in_provider && facts->asns.path,
             is_short = facts->live && advice->brief && c->page->cols < LONG;
        const char *key = opens ? "a" : facts->live && advice->complains ? "c" : NULL;
        struct buf text = {0};
        if (i == 0)
            heading(c, "What to do");
        size_t row = c->page->rows.count;
        buf_text(&text, is_short ? advice->brief : advice->text);
        if (key && !is_short)
            buf_format(&text, " (%s)", key);
        item(c, number, ROLE_PLAIN, buf_string(&text));
        if (key && is_short)
            page_right(c->page, c->page->cols - 1, 1, ROLE_KEY, key);
        if (opens)
            target_row(c->page, row, address_key(ADDRESS_KEY_NETWORK, 0));
        buf_free(&text);
    }
}

static void
notes_section(struct column *c, const struct address_facts *facts)
{
    const struct verdict *v = facts->verdict;
    size_t first = facts->live, count = facts->live ? v->notes_of_weight : v->notes.count; /* the first is on top */
    struct buf other_name = {0};
    if (!facts->live)
        phrases_other_name(&other_name, facts->evidence);
    if (count > first || other_name.count > 0)
        heading(c, "Notes");
    for (size_t i = first; i < count; i++)
        item(c, "!", ROLE_PLAIN, v->notes.at[i]);
    if (other_name.count > 0)
        item(c, " ", ROLE_PLAIN, buf_string(&other_name));
    buf_free(&other_name);
}

/* "Case waiting, ticket NET-4711, told abuse@harbor.example, due 2026-07-09" */
static void
put_case(struct buf *out, const struct journal_case *a_case)
{
    char due[CLOCK_MINUTE];
    enum { DAY = 10 };
    buf_format(out, "Case %s", case_state_name(a_case->state));
    if (a_case->ticket)
        buf_format(out, ", ticket %s", a_case->ticket);
    if (a_case->contacts.count > 0)
        buf_format(out, ", told %s", a_case->contacts.at[a_case->contacts.count - 1].who);
    if (a_case->due_ms && a_case->state != CASE_CLOSED)
        buf_format(out, ", %s %.*s", a_case->due_ms <= clock_wall_ms() ? "was due" : "due", DAY,
                   clock_minute(a_case->due_ms, due));
}

/* Adds the first line of the note, cut at the edge. */
static void
note_row(struct page *p, uint64_t key, const struct journal_case *a_case)
{
    struct buf note = {0}, line = {0};
    journal_case_note_text(a_case, &note);
    text_clean(&line, buf_string(&note), strcspn(buf_string(&note), "\n"), (size_t)p->cols);
    if (line.count > 0) {
        page_row(p, key);
        page_text(p, 0, 0, ROLE_DIM, buf_string(&line));
    }
    buf_free(&note);
    buf_free(&line);
}

/* The case opens its history, and each of those around the history of its resource. In few words where room is short.
 */
static void
cases_section(struct column *c, const struct address_facts *facts)
{
    size_t first = c->page->rows.count;
    const struct related_cases *cases = facts->cases;
    uint64_t own = address_key(ADDRESS_KEY_CASE, 0);
    struct buf text = {0};
    if (!facts->live || c->page->cols >= LONG) {
        related_cases_rows(c->page, cases);
    } else if (cases->own.count > 0) {
        page_gap(c->page);
        page_row(c->page, own);
        put_case(&text, &cases->own.at[0]);
        page_wrap(c->page, 0, cases->own.at[0].state == CASE_CLOSED ? ROLE_DIM : ROLE_STRONG, buf_string(&text));
        note_row(c->page, own, &cases->own.at[0]);
    }
    for (size_t i = 0; facts->live && c->page->cols < LONG && i < cases->around.count; i++) {
        char resource[RESOURCE_TEXT];
        page_row(c->page, address_key(ADDRESS_KEY_AROUND, (uint32_t)i));
        page_format(c->page, 0, 0, ROLE_PLAIN, "%s: case %s", resource_text(&cases->around.at[i].resource, resource),
                    case_state_name(cases->around.at[i].state));
    }
    for (size_t i = first; facts->live && i < c->page->rows.count; i++) {
        uint64_t key = c->page->rows.at[i].key;
        bool again = i > first && c->page->rows.at[i - 1].key == key;
        if (!again && (key == own || address_key_kind(key) == ADDRESS_KEY_AROUND))
            target_row(c->page, i, key);
    }
    buf_free(&text);
}

static void
outlook(struct column *c, const struct address_facts *facts)
{
    ends_section(c, facts);
    advice_section(c, facts);
    if (facts->since && facts->verdict->notes_of_weight > 0) { /* a note has the place under the verdict */
        page_gap(c->page);
        page_row(c->page, 0);
        changes_row(c->page, facts);
    }
    cases_section(c, facts);
    notes_section(c, facts);
    if (!facts->live && facts->evidence->has_density) {
        struct buf title = {0};
        address_density_title(&title, facts->evidence, false);
        heading(c, buf_string(&title));
        address_density_ladder(c->page, facts->evidence);
        buf_free(&title);
    }
}

/* ---- columns ---- */

/* Draws the line over the columns, with the title of each. */
static void
border_row(struct page *p, const struct column *columns, size_t count, uint64_t key)
{
    int col = 0;
    page_row(p, key);
    for (size_t i = 0; i < count; i++) {
        int end = col + columns[i].page->cols, at = col;
        if (columns[i].title.count > 0)
            at = page_text(p, at, end - at - 1, ROLE_TITLE, buf_string(&columns[i].title)) + 1;
        for (end += i + 1 < count; at < end; at++)
            page_glyph(p, at, ROLE_LINE, GLYPH_LINE_H);
        if (i + 1 < count)
            page_glyph(p, at - 1, ROLE_LINE, GLYPH_LINE_TEE);
        col = end - 1 + PAGE_COLUMN_GAP;
    }
    if (key)
        page_target(p, key, 0, columns[0].page->cols);
}

/* Adds a column below the others, with its title. */
static void
add_below(struct page *p, struct column *c, uint64_t key)
{
    if (c->page->rows.count == 0)
        return;
    page_gap(p);
    page_row(p, key);
    page_text(p, 0, 0, ROLE_TITLE, buf_string(&c->title));
    if (key)
        page_target(p, key, 0, p->cols);
    page_columns(p, c->page, 1);
}

/* Returns how many columns there are, and sets their widths. */
static size_t
divide(int cols, bool beside, struct page pages[static COLUMNS])
{
    size_t count = !beside ? 1 : cols >= THREE_COLUMNS ? 3 : cols >= TWO_COLUMNS ? 2 : 1;
    int rest = cols - MAP_COLS - PAGE_COLUMN_GAP * ((int)count - 1);
    page_begin(&pages[0], count > 1 ? MAP_COLS : cols);
    page_begin(&pages[1], count > 2 ? rest / 2 : count > 1 ? rest : cols);
    page_begin(&pages[2], rest - rest / 2);
    return count;
}

static void
lay_out_columns(struct page *p, const struct address_facts *facts, int rows, size_t net)
{
    const struct evidence *e = facts->evidence;
    struct prefix nets[ADDRESS_MAP_NETS];
    struct page pages[COLUMNS] = {0};
    struct column columns[COLUMNS] = {{.page = &pages[0]}, {.page = &pages[1]}, {.page = &pages[2]}};
    bool listable = e->address.family == ADDR_V4 && !e->reserved && (!e->offline || evidence_has_zone_file(e));
    size_t count = divide(p->cols, facts->live && listable, pages), known = address_map_nets(e, nets);
    const struct prefix *shown = &nets[net < known ? net : known - 1];
    int left = count > 1 ? rows - (int)p->rows.count - 1 : 0;
    uint64_t key = 0;
    if (listable && address_map(&pages[0], facts, shown, left > MAP_ROWS ? left : MAP_ROWS, &columns[0].title))
        key = facts->live ? address_key(ADDRESS_KEY_MAP, shown->length) : 0;
    outlook(&columns[1], facts);
    if (count > 2) {
        address_density_title(&columns[2].title, e, true);
        address_density_ladder(&pages[2], e);
        address_density_neighbours(&pages[2], e, facts->cases, facts->names);
        address_heading(&pages[2], "Names");
        address_detail_names(&pages[2], e, pages[2].cols);
    }
    if (count > 2 && pages[2].rows.count == 0)
        count = 2;
    if (count > 1) {
        border_row(p, columns, count, key);
        page_columns(p, pages, count);
    } else {
        add_below(p, &columns[0], key);
        add_below(p, &columns[1], 0);
    }
    for (size_t i = 0; i < COLUMNS; i++) {
        page_fini(&pages[i]);
        buf_free(&columns[i].title);
    }
}

void
address_page(struct page *p, const struct address_facts *facts, int rows, size_t net)
{
    if (facts->live)
        head_rows(p, facts);
    else
        address_detail_head(p, facts);
    address_bars(p, facts);
    if (!facts->live && facts->receivers)
        reception_rows_add(p, facts->receivers, facts->evidence);
    lay_out_columns(p, facts, rows, net);
    p->pointed = facts->live;
}
