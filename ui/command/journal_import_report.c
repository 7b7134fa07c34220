/* Prints what an import or merge changed in cases, so that users can tidy up. */
#include "command/journal_command.h"

#include "base/clock.h"
#include "base/text.h"

enum { COL = 1, COL_WHAT = 21 };

static void
put_field(struct buf *out, bool changed, const char *name, const char *now)
{
    if (!changed)
        return;
    buf_text(out, out->count > 0 ? ", " : "");
    buf_format(out, "%s %s", name, now ? now : "removed");
}

static void
change_row(struct page *p, const struct journal_case_change *change)
{
    char resource[RESOURCE_TEXT], due[CLOCK_MINUTE] = "";
    struct buf text = {0};
    if (change->due_ms > 0)
        clock_minute(change->due_ms, due);
    if (change->is_new)
        buf_format(&text, "new case, %s", case_state_name(change->is));
    else if (change->was != change->is)
        buf_format(&text, "state %s -> %s", case_state_name(change->was), case_state_name(change->is));
    if (change->notes + change->notes_replaced > 0) {
        buf_text(&text, text.count > 0 ? ", " : "");
        if (change->is_new)
            buf_format(&text, change->notes == 1 ? "1 note" : "%u notes", change->notes);
        else if (change->notes_replaced > 0)
            buf_text(&text, "note changed");
        else
            buf_format(&text, change->notes == 1 ? "note added" : "%u notes added", change->notes);
        if (change->side_by_side == 2)
            buf_text(&text, ": BOTH NOTES KEPT");
        else if (change->side_by_side > 2)
            buf_format(&text, ": ALL %u NOTES KEPT", change->side_by_side);
    }
    put_field(&text, change->has_ticket, "ticket", change->ticket);
    put_field(&text, change->has_tags, "tags", change->tags);
    put_field(&text, change->has_due && change->is != CASE_CLOSED, "follow-up", *due ? due : NULL);
    if (change->contacts > 0) {
        buf_text(&text, text.count > 0 ? ", " : "");
        buf_format(&text, change->contacts == 1 ? "1 contact added" : "%u contacts added", change->contacts);
    }
    if (text.count == 0)
        buf_text(&text, "dates or older notes");
    page_row(p, 0);
    if (page_text(p, COL, 0, ROLE_STRONG, resource_text(&change->resource, resource)) >= COL_WHAT)
        page_row(p, 0);
    page_wrap(p, COL_WHAT, change->side_by_side > 0 ? ROLE_WARN : ROLE_PLAIN, buf_string(&text));
    buf_free(&text);
}

/* Explains how to merge notes that were both kept. */
static void
advice_rows(struct page *p, const journal_import_report *report)
{
    bool any = false, closed = false;
    for (size_t i = 0; i < report->count; i++) {
        any = any || report->at[i].side_by_side > 0;
        closed = closed || (report->at[i].side_by_side > 0 && report->at[i].is == CASE_CLOSED);
    }
    if (!any)
        return;
    page_row(p, 0);
    page_wrap(p, COL, ROLE_PLAIN,
              "To merge notes that were both kept, run `journal note TARGET`: the editor shows them together, and the"
              " text you save replaces both.");
    if (closed) {
        page_row(p, 0);
        page_wrap(p, COL, ROLE_PLAIN, "To edit a closed case, reopen it first: `journal note TARGET --state open`.");
    }
}

void
journal_command_put_import_report(struct journal_command *c, const journal_import_report *report, uint64_t others)
{
    struct page page = {0};
    if (report->count == 0)
        return;
    page_begin(&page, c->output.columns);
    page_row(&page, 0);
    page_text(&page, COL, 0, ROLE_TITLE, "case");
    page_text(&page, COL_WHAT, 0, ROLE_TITLE, "changes");
    for (size_t i = 0; i < report->count; i++)
        change_row(&page, &report->at[i]);
    if (others > 0) {
        struct buf more = {0};
        buf_text(&more, "and ");
        text_number(&more, (int64_t)others);
        buf_text(&more, others == 1 ? " more case" : " more cases");
        page_row(&page, 0);
        page_text(&page, COL, 0, ROLE_PLAIN, buf_string(&more));
        buf_free(&more);
    }
    advice_rows(&page, report);
    output_page(&c->output, &c->out, &page);
    page_fini(&page);
}
