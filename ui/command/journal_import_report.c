/* What an import or merge did to cases, for whoever goes and tidies. */
#include "command/journal_command.h"

#include "base/clock.h"
#include "base/text.h"

enum { COL = 1, COL_WHAT = 21 };

static void
part(struct buf *out)
{
    if (out->count > 0)
        buf_text(out, ", ");
}

static void
put_field(struct buf *out, bool changed, const char *name, const char *now)
{
    if (!changed)
        return;
    part(out);
    buf_format(out, "%s %s", name, now ? now : "removed");
}

static void
put_state(struct buf *out, const struct journal_case_change *n)
{
    if (n->is_new)
        buf_format(out, "new case, %s", case_state_name(n->is));
    else if (n->was != n->is)
        buf_format(out, "state %s -> %s", case_state_name(n->was), case_state_name(n->is));
}

static void
put_notes(struct buf *out, const struct journal_case_change *n)
{
    if (n->notes + n->notes_replaced == 0)
        return;
    part(out);
    if (n->is_new)
        buf_format(out, n->notes == 1 ? "a note" : "%u notes", n->notes);
    else if (n->notes_replaced > 0)
        buf_text(out, "note changed");
    else
        buf_format(out, n->notes == 1 ? "note added" : "%u notes added", n->notes);
    if (n->side_by_side == 2)
        buf_text(out, ": BOTH NOTES KEPT");
    else if (n->side_by_side > 2)
        buf_format(out, ": ALL %u NOTES KEPT", n->side_by_side);
}

static void
put_what(struct buf *out, const struct journal_case_change *n)
{
    char due[CLOCK_MINUTE] = "";
    if (n->due_ms > 0)
        clock_minute(n->due_ms, due);
    put_state(out, n);
    put_notes(out, n);
    put_field(out, n->has_ticket, "ticket", n->ticket);
    put_field(out, n->has_tags, "tags", n->tags);
    put_field(out, n->has_due && n->is != CASE_CLOSED, "follow-up", *due ? due : NULL);
    if (n->contacts > 0) {
        part(out);
        buf_format(out, "told %u more", n->contacts);
    }
    if (out->count == 0)
        buf_text(out, "dates or older notes");
}

static void
news_row(struct page *p, const struct journal_case_change *n)
{
    char text[RESOURCE_TEXT];
    struct buf what = {0};
    put_what(&what, n);
    page_row(p, 0);
    if (page_text(p, COL, 0, ROLE_STRONG, resource_text(&n->resource, text)) >= COL_WHAT)
        page_row(p, 0);
    page_wrap(p, COL_WHAT, n->side_by_side > 0 ? ROLE_WARN : ROLE_PLAIN, buf_string(&what));
    buf_free(&what);
}

/* How notes side by side become one. */
static void
tidying_rows(struct page *p, const journal_import_report *news)
{
    bool any = false, closed = false;
    for (size_t i = 0; i < news->count; i++) {
        any = any || news->at[i].side_by_side > 0;
        closed = closed || (news->at[i].side_by_side > 0 && news->at[i].is == CASE_CLOSED);
    }
    if (!any)
        return;
    page_row(p, 0);
    page_wrap(p, COL, ROLE_PLAIN,
              "Notes that were both kept: `journal note TARGET` opens them together in the editor; what is saved there"
              " takes the place of both.");
    if (closed) {
        page_row(p, 0);
        page_wrap(p, COL, ROLE_PLAIN,
                  "A case that is closed is opened before, with `journal note TARGET --state open`.");
    }
}

void
journal_command_put_import_report(struct journal_command *c, const journal_import_report *news, uint64_t others)
{
    struct page page = {0};
    if (news->count == 0)
        return;
    page_begin(&page, c->output.columns);
    page_row(&page, 0);
    page_text(&page, COL, 0, ROLE_TITLE, "case");
    page_text(&page, COL_WHAT, 0, ROLE_TITLE, "what was done to it");
    for (size_t i = 0; i < news->count; i++)
        news_row(&page, &news->at[i]);
    if (others > 0) {
        struct buf more = {0};
        buf_text(&more, "and ");
        text_number(&more, (int64_t)others);
        buf_text(&more, others == 1 ? " more case" : " more cases");
        page_row(&page, 0);
        page_text(&page, COL, 0, ROLE_PLAIN, buf_string(&more));
        buf_free(&more);
    }
    tidying_rows(&page, news);
    output_page(&c->output, &c->out, &page);
    page_fini(&page);
}
