#include "pages/doctor_page.h"

#include "base/text.h"

enum { COL = 1, LABEL = 16, CELL_LEAST = 21, GAP = 2, SIGN = 2 };

/* Returns "yes", "no" or "not asked". */
static const char *
state_word(enum doctor_state state)
{
    return state == DOCTOR_YES ? "yes" : state == DOCTOR_NO ? "no" : "not asked";
}

/* ---- cells of the table ---- */

enum row {
    ROW_FIT,
    ROW_UDP,
    ROW_TCP,
    ROW_EDNS,
    ROW_KIND,
    ROW_USABLE,
    ROW_REFUSED,
    ROW_SILENT,
    ROW_FAILED,
    ROW_UNTESTED,
    ROWS
};

static const char *const labels[ROWS] = {"fit to ask",   "UDP",      "TCP",      "EDNS",           "kind",
                                         "lists usable", "  refuse", "  silent", "  not believed", "  not tested"};

static enum role
put_cell(struct buf *out, const struct doctor_server *s, enum row row)
{
    const enum doctor_state states[] = {[ROW_UDP] = s->udp, [ROW_TCP] = s->tcp, [ROW_EDNS] = s->edns};
    bool is_state = row >= ROW_UDP && row <= ROW_EDNS;
    if (row == ROW_FIT)
        buf_text(out, s->fit ? "yes" : "no");
    else if (is_state)
        buf_text(out, state_word(states[row]));
    else if (row == ROW_KIND)
        buf_text(out, s->kind ? s->kind : "not known");
    else
        text_number(out, (int64_t)s->lists[row - ROW_USABLE].count);
    if (row == ROW_EDNS && s->size > 0) {
        buf_text(out, ", ");
        text_number(out, s->size);
        buf_text(out, " bytes");
    }
    return row == ROW_FIT ? s->fit ? ROLE_CLEAR : ROLE_WARN : ROLE_PLAIN;
}

/* Adds the servers from `from` on side by side. */
static void
add_table(struct page *p, const struct doctor *doctor, size_t from, size_t count, int cell)
{
    struct buf text = {0};
    char name[ENDPOINT_TEXT];
    page_gap(p);
    page_row(p, 0);
    for (size_t i = 0; i < count; i++)
        page_text(p, COL + LABEL + (int)i * cell, cell - GAP, ROLE_STRONG,
                  endpoint_text(&doctor_at(doctor, from + i)->endpoint, name));
    for (enum row row = 0; row < ROWS; row++) {
        page_row(p, 0);
        page_text(p, COL, LABEL - GAP, ROLE_DIM, labels[row]);
        for (size_t i = 0; i < count; i++) {
            const struct doctor_server *s = doctor_at(doctor, from + i);
            buf_clear(&text);
            enum role role = s->pending ? ROLE_ASKING : put_cell(&text, s, row);
            int col = COL + LABEL + (int)i * cell;
            if (row == ROW_FIT)
                page_glyph(p, col, role, s->pending ? GLYPH_ASKING : s->fit ? GLYPH_CLEAR : GLYPH_WARN);
            page_text(p, row == ROW_FIT ? col + SIGN : col, cell - GAP, role, s->pending ? "..." : buf_string(&text));
        }
    }
    buf_free(&text);
}

/* ---- findings ---- */

static void
add_findings(struct page *p, const struct doctor_server *s, bool named, uint64_t *key)
{
    char name[ENDPOINT_TEXT];
    struct buf cure = {0};
    if (named)
        page_heading(p, endpoint_text(&s->endpoint, name));
    if (!s->pending && (s->findings.count == 0 || !s->findings.at[0].harms)) {
        page_gap(p);
        page_row(p, 0);
        page_text(p, COL + SIGN, 0, ROLE_DIM, "No defect was found.");
    }
    for (size_t i = 0; i < s->findings.count; i++) {
        const struct doctor_finding *f = &s->findings.at[i];
        page_gap(p);
        page_row(p, ++*key);
        page_glyph(p, COL, f->harms ? ROLE_WARN : ROLE_DIM, f->harms ? GLYPH_WARN : GLYPH_BULLET);
        page_wrap(p, COL + SIGN, f->harms ? ROLE_STRONG : ROLE_PLAIN, f->what);
        page_row(p, *key);
        page_wrap(p, COL + SIGN, ROLE_DIM, f->proof);
        if (!f->cure)
            continue;
        buf_clear(&cure);
        buf_format(&cure, "Cure: %s", f->cure);
        page_row(p, *key);
        page_wrap(p, COL + SIGN, ROLE_PLAIN, buf_string(&cure));
    }
    buf_free(&cure);
}

void
doctor_page(struct page *p, const struct doctor *doctor)
{
    size_t all = doctor_count(doctor), done, lists, room = (size_t)(p->cols - COL - LABEL) / CELL_LEAST;
    room = room == 0 ? 1 : room < all ? room : all;
    int cell = (p->cols - COL - LABEL) / (int)room;
    uint64_t key = 0;
    for (size_t i = 0; i < all; i += room)
        add_table(p, doctor, i, all - i < room ? all - i : room, cell);
    doctor_progress(doctor, &done, &lists);
    if (doctor_is_open(doctor)) {
        page_gap(p);
        page_row(p, 0);
        page_format(p, COL, 0, ROLE_ASKING, "Asking: %zu of %zu self-tests of lists done.", done, lists);
    }
    for (size_t i = 0; i < all; i++)
        add_findings(p, doctor_at(doctor, i), all > 1, &key);
}
