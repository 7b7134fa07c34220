/* `journal list` and `journal search`: a row for each resource. */
#include "command/journal_command.h"

#include "base/clock.h"
#include "base/csv.h"
#include "base/filter.h"
#include "base/text.h"
#include "pages/journal_rows.h"
#include "session/exit_status.h"
#include "verdict/phrases.h"

#include <stdlib.h>
#include <string.h>

/* ---- text ---- */

enum { COL = 1, COL_STATE = 21, COL_SEEN = 37, COL_WHO = 55, COL_CASE = 3 };

static void
entry_row(struct page *p, const struct journal_entry *e)
{
    static const enum role roles[] = {[VERDICT_CLEAR] = ROLE_CLEAR,
                                      [VERDICT_COLLATERAL] = ROLE_HEADLINE_COLLATERAL,
                                      [VERDICT_DIRECT] = ROLE_LISTED,
                                      [VERDICT_UNKNOWN] = ROLE_WARN};
    char text[RESOURCE_TEXT], seen[CLOCK_MINUTE];
    struct buf state = {0}, who = {0};
    page_row(p, 0);
    if (page_text(p, COL, 0, ROLE_STRONG, resource_text(&e->resource, text)) >= COL_STATE)
        page_row(p, 0);
    if (e->observed) {
        buf_text(&state, verdict_state_name(e->verdict));
        for (unsigned level = 1; level <= LIST_LEVELS; level++)
            if (observed_lists_level(&e->lists, level) == STATE_LISTED)
                buf_format(&state, " %u", level);
        page_text(p, COL_STATE, 0, roles[e->verdict], buf_string(&state));
    }
    page_text(p, COL_SEEN, 0, ROLE_PLAIN, clock_minute(e->seen_ms, seen));
    phrases_holder(&who, e->asn, e->org ? e->org : "", "");
    if (who.count == 0 && e->name)
        buf_text(&who, e->name);
    page_text(p, COL_WHO, p->cols - COL_WHO, ROLE_DIM, buf_string(&who));
    buf_free(&state);
    buf_free(&who);
}

static void
case_row(struct page *p, const struct journal_entry *e, int64_t now_ms)
{
    struct buf text = {0};
    char due[CLOCK_MINUTE];
    bool overdue = journal_entry_is_due(e, now_ms);
    buf_text(&text, case_state_name(e->case_state));
    if (e->due_ms && e->case_state != CASE_CLOSED)
        buf_format(&text, ", %s %.10s", overdue ? "DUE since" : "due", clock_minute(e->due_ms, due));
    if (e->ticket)
        buf_format(&text, ", ticket %s", e->ticket);
    if (e->tags)
        buf_format(&text, " [%s]", e->tags);
    if (e->note)
        buf_format(&text, ": %s", e->note);
    page_row(p, 0);
    page_wrap(p, COL_CASE, overdue ? ROLE_WARN : ROLE_PLAIN, buf_string(&text));
    buf_free(&text);
}

/* Earlier cases that have a word of the filter, which explains why the resource was found. */
static void
earlier_rows(struct journal_command *c, struct page *p, const struct journal_entry *e, const struct filter *filter)
{
    journal_cases cases = {0};
    struct fault fault;
    if (filter->terms.count == 0)
        return;
    if (!journal_cases_of(c->journal, &e->resource, &cases, &fault))
        exit_status_report(fault.text, 0);
    for (size_t i = 1; i < cases.count; i++) {
        const struct journal_case *a_case = &cases.at[i];
        char *line = NULL, day[CLOCK_MINUTE];
        struct buf text = {0};
        for (size_t at = 0; at < filter->terms.count && !line; at++) {
            const struct filter_term *term = &filter->terms.at[at];
            bool is_text = term->kind == FILTER_WORD || term->kind == FILTER_TICKET || term->kind == FILTER_CONTACT;
            if (is_text && !term->negated)
                line = journal_case_line_with(a_case, term->word);
        }
        if (!line)
            continue;
        buf_format(&text, "earlier case, %s since %.10s", case_state_name(a_case->state),
                   clock_minute(a_case->state_ms, day));
        if (a_case->ticket)
            buf_format(&text, ", ticket %s", a_case->ticket);
        if (!a_case->ticket || strcmp(a_case->ticket, line) != 0)
            buf_format(&text, ": %s", line);
        page_row(p, 0);
        page_wrap(p, COL_CASE, ROLE_DIM, buf_string(&text));
        buf_free(&text);
        free(line);
    }
    journal_cases_fini(&cases);
}

static void
put_text(struct journal_command *c, const journal_entries *entries, const struct filter *filter, int64_t now_ms)
{
    struct page page = {0};
    page_begin(&page, c->output.columns);
    page_row(&page, 0);
    page_text(&page, COL, 0, ROLE_TITLE, "target");
    page_text(&page, COL_STATE, 0, ROLE_TITLE, "verdict, lists");
    page_text(&page, COL_SEEN, 0, ROLE_TITLE, "seen or noted");
    page_text(&page, COL_WHO, 0, ROLE_TITLE, "provider or name");
    for (size_t i = 0; i < entries->count; i++) {
        entry_row(&page, &entries->at[i]);
        if (entries->at[i].has_case)
            case_row(&page, &entries->at[i], now_ms);
        if (entries->at[i].has_case)
            earlier_rows(c, &page, &entries->at[i], filter);
    }
    output_page(&c->output, &c->out, &page);
    page_fini(&page);
}

/* ---- CSV ---- */

static void
put_csv(struct buf *out, const journal_entries *entries)
{
    for (size_t i = 0; i < JOURNAL_FIELDS; i++)
        buf_format(out, "%s%s", i > 0 ? "," : "", journal_rows_fields[i]);
    buf_text(out, "\r\n");
    for (size_t row = 0; row < entries->count; row++) {
        for (size_t i = 0; i < JOURNAL_FIELDS; i++) {
            struct journal_value value;
            journal_rows_value(&entries->at[row], i, &value);
            if (i > 0)
                buf_byte(out, ',');
            if (value.is_number)
                buf_format(out, "%lld", (long long)value.number);
            else
                csv_cell(out, value.text);
        }
        buf_text(out, "\r\n");
    }
}

/* ---- the command ---- */

int
journal_command_list(struct journal_command *c)
{
    struct filter filter = {0};
    struct fault fault;
    journal_entries entries = {0};
    bool more = false;
    int64_t now_ms = clock_wall_ms();
    struct buf words = {0};
    for (size_t i = 0; i < c->options->target_count; i++) {
        const char *word = c->options->targets[i];
        if (i > 0)
            buf_byte(&words, ' ');
        text_clean(&words, word, strlen(word), TEXT_CLEAN_MAX);
    }
    bool ok = filter_parse(&filter, buf_string(&words), journal_filter(), &fault);
    buf_free(&words);
    if (!ok)
        return exit_status_report(fault.text, STATUS_USAGE);
    ok = journal_find(c->journal, &filter, now_ms, c->options->number, JOURNAL_PATIENT, &entries, &more, NULL, &fault);
    if (ok && c->options->format == FORMAT_JSON)
        for (size_t i = 0; i < entries.count; i++)
            journal_command_entry_json(&c->out, &entries.at[i]);
    else if (ok && c->options->format == FORMAT_CSV)
        put_csv(&c->out, &entries);
    else if (entries.count > 0)
        put_text(c, &entries, &filter, now_ms);
    filter_fini(&filter);
    if (!ok)
        return exit_status_report(fault.text, STATUS_FILE);
    if (entries.count == 0)
        exit_status_report(c->options->target_count > 0 ? "no matches in the journal"
                                                        : "the journal has neither observations nor cases",
                           0);
    if (more) {
        fault_set(&fault, "there are more than these %zu; -n N shows more", entries.count);
        exit_status_report(fault.text, 0);
    }
    journal_entries_fini(&entries);
    return 0;
}
