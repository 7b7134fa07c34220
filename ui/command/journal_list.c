/* One row a matter, in the formats of `journal list` and `journal search`. */
#include "command/journal_command.h"

#include "base/clock.h"
#include "base/filter.h"
#include "base/text.h"
#include "session/exit_status.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- text ---- */

enum { COL = 1, COL_STATE = 21, COL_SEEN = 37, COL_WHO = 55, COL_CASE = 3 };

static const char *
levels_words(const struct journal_entry *e, char out[static 8])
{
    size_t at = 0;
    for (size_t i = 0; i < LIST_LEVELS; i++)
        if (e->states[LIST_LEVEL1 + i] == STATE_LISTED) {
            out[at++] = ' ';
            out[at++] = (char)('1' + i);
        }
    out[at] = '\0';
    return out;
}

static void
entry_row(struct page *p, const struct journal_entry *e)
{
    static const enum role roles[] = {[VERDICT_CLEAR] = ROLE_CLEAR,
                                      [VERDICT_COLLATERAL] = ROLE_HEADLINE_COLLATERAL,
                                      [VERDICT_DIRECT] = ROLE_LISTED,
                                      [VERDICT_UNKNOWN] = ROLE_WARN};
    char text[RESOURCE_TEXT], seen[CLOCK_MINUTE], levels[8];
    struct buf who = {0};
    page_row(p, 0);
    if (page_text(p, COL, 0, ROLE_STRONG, resource_text(&e->resource, text)) >= COL_STATE)
        page_row(p, 0);
    if (e->observed)
        page_format(p, COL_STATE, 0, roles[e->verdict], "%s%s", verdict_state_name(e->verdict),
                    levels_words(e, levels));
    page_text(p, COL_SEEN, 0, ROLE_PLAIN, clock_minute(e->seen_ms, seen));
    if (e->asn)
        buf_format(&who, "AS%u%s%s", e->asn, e->org ? " " : "", e->org ? e->org : "");
    else if (e->name)
        buf_text(&who, e->name);
    page_text(p, COL_WHO, p->cols - COL_WHO, ROLE_DIM, buf_string(&who));
    buf_free(&who);
}

static void
case_row(struct page *p, const struct journal_entry *e, int64_t now_ms)
{
    struct buf text = {0};
    char due[CLOCK_MINUTE];
    bool overdue = e->due_ms && e->due_ms <= now_ms && e->case_state != CASE_CLOSED;
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

/* A case that is no longer the newest, and why it was found. */
static void
earlier_row(struct page *p, const struct journal_case *a_case, const char *line)
{
    struct buf text = {0};
    char day[CLOCK_MINUTE];
    buf_format(&text, "earlier case, %s since %.10s", case_state_name(a_case->state),
               clock_minute(a_case->state_ms, day));
    if (a_case->ticket)
        buf_format(&text, ", ticket %s", a_case->ticket);
    if (!a_case->ticket || strcmp(a_case->ticket, line) != 0)
        buf_format(&text, ": %s", line);
    page_row(p, 0);
    page_wrap(p, COL_CASE, ROLE_DIM, buf_string(&text));
    buf_free(&text);
}

/* The line with the first of the words that are searched for; the caller frees it. */
static char *
line_found(const struct journal_case *a_case, const struct filter *filter)
{
    char *line = NULL;
    for (size_t i = 0; i < filter->terms.count && !line; i++)
        if (filter->terms.at[i].kind == FILTER_WORD && !filter->terms.at[i].negated)
            line = journal_case_line_with(a_case, filter->terms.at[i].word);
    return line;
}

/* Those of its cases that were found, but for the one that is shown anyway. */
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
        char *line = line_found(&cases.at[i], filter);
        if (line)
            earlier_row(p, &cases.at[i], line);
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
put_state(struct buf *out, const struct journal_entry *e, enum list_id id)
{
    buf_byte(out, ',');
    if (e->observed)
        buf_text(out, list_state_name(e->states[id]));
}

static void
put_cell(struct buf *out, const char *text)
{
    buf_byte(out, ',');
    output_csv_cell(out, text);
}

static void
put_net(struct buf *out, const struct journal_entry *e)
{
    char prefix[PREFIX_TEXT];
    bool has = e->observed && e->net.addr.family;
    put_cell(out, has ? prefix_text(&e->net, prefix) : NULL);
    buf_byte(out, ',');
    if (has && e->impacts >= 0)
        buf_format(out, "%lld", (long long)e->impacts);
    buf_byte(out, ',');
    if (has && e->limit > 0)
        buf_format(out, "%lld", (long long)e->limit);
}

static void
put_case(struct buf *out, const struct journal_entry *e)
{
    char due[CLOCK_TEXT] = "";
    if (e->has_case && e->due_ms)
        clock_rfc3339(e->due_ms, due);
    put_cell(out, e->has_case ? case_state_name(e->case_state) : NULL);
    put_cell(out, due);
    put_cell(out, e->has_case ? e->ticket : NULL);
    put_cell(out, e->has_case ? e->tags : NULL);
    put_cell(out, e->has_case ? e->note : NULL);
}

static void
put_csv_row(struct buf *out, const struct journal_entry *e)
{
    char text[RESOURCE_TEXT], seen[CLOCK_TEXT];
    clock_rfc3339(e->seen_ms, seen);
    output_csv_cell(out, resource_text(&e->resource, text));
    put_cell(out, journal_command_kind(&e->resource));
    put_cell(out, seen);
    put_cell(out, e->observed ? verdict_state_name(e->verdict) : NULL);
    for (size_t i = 0; i < LIST_COUNT; i++)
        put_state(out, e, (enum list_id)i);
    buf_byte(out, ',');
    if (e->asn)
        buf_format(out, "%u", e->asn);
    put_cell(out, e->org);
    put_cell(out, e->name);
    put_net(out, e);
    buf_format(out, ",%u", e->changes);
    put_case(out, e);
    buf_text(out, "\r\n");
}

static void
put_csv(struct buf *out, const journal_entries *entries)
{
    buf_text(out,
             "target,kind,last,state,level1,level2,level3,exemption,backscatterer,asn,org,name,prefix,impacts,limit,"
             "observations,case,due,ticket,tags,note\r\n");
    for (size_t i = 0; i < entries->count; i++)
        put_csv_row(out, &entries->at[i]);
}

/* ---- the whole ---- */

static void
put(struct journal_command *c, const journal_entries *entries, const struct filter *filter, int64_t now_ms)
{
    if (c->options->format == FORMAT_JSON)
        for (size_t i = 0; i < entries->count; i++)
            journal_command_entry_json(&c->out, &entries->at[i]);
    else if (c->options->format == FORMAT_CSV)
        put_csv(&c->out, entries);
    else if (entries->count > 0)
        put_text(c, entries, filter, now_ms);
}

static void
tell(const struct journal_command *c, size_t shown, bool more)
{
    struct fault sentence;
    if (shown == 0 && c->options->target_count > 0)
        exit_status_report("nothing of that is in the journal", 0);
    else if (shown == 0)
        exit_status_report("the journal has neither observations nor cases", 0);
    if (!more)
        return;
    fault_set(&sentence, "there is more than these %zu; -n N shows more", shown);
    exit_status_report(sentence.text, 0);
}

int
journal_command_list(struct journal_command *c)
{
    struct filter filter = {0};
    struct fault fault;
    journal_entries entries = {0};
    bool more = false;
    int64_t now_ms = clock_wall_ms();
    char *words = journal_command_words(c->options, 0);
    bool ok = filter_parse(&filter, words, journal_filter(), &fault);
    free(words);
    if (!ok)
        return exit_status_report(fault.text, STATUS_USAGE);
    ok = journal_find(c->journal, &filter, now_ms, c->options->number, JOURNAL_PATIENT, &entries, &more, NULL, &fault);
    if (!ok) {
        filter_fini(&filter);
        return exit_status_report(fault.text, STATUS_FILE);
    }
    put(c, &entries, &filter, now_ms);
    filter_fini(&filter);
    tell(c, entries.count, more);
    journal_entries_fini(&entries);
    return 0;
}
