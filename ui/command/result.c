#include "command/result.h"

#include "base/clock.h"
#include "base/text.h"
#include "command/output.h"
#include "draw/sgr.h"
#include "pages/address_page.h"
#include "pages/address_rows.h"
#include "pages/changes.h"
#include "pages/domain_page.h"
#include "pages/related_cases.h"
#include "verdict/list_words.h"
#include "verdict/phrases.h"

#include <string.h>

/* An address that cannot be listed, and one that the deadline cut short, was not looked at. */
bool
result_is_unlistable(const struct result *r)
{
    return r->survey ? survey_is_unlistable(r->survey) : r->evidence && evidence_is_unlistable(r->evidence);
}

bool
result_is_changed(const struct result *r)
{
    if (r->survey)
        return r->survey->differs || r->survey->fresh;
    return r->now && r->evidence->finished_ms != 0 && !evidence_is_unlistable(r->evidence) &&
           !(r->then && !observation_compare_matched(NULL, r->then, r->now));
}

void
result_text(struct buf *out, const struct result *r, int columns, bool colour, bool ascii)
{
    enum { COL = 0, DAY = 10 };
    const struct journal_case *c = r->a_case;
    struct page page = {0};
    struct output output = {.colour = colour, .ascii = ascii};
    struct buf since = {0};
    struct address_facts facts = {.evidence = r->evidence,
                                  .verdict = r->verdict,
                                  .policy = r->policy,
                                  .asns = r->database,
                                  .zones = r->zones,
                                  .receivers = r->receivers};
    if (r->then) {
        facts.changed = changes_words(&since, r->then, r->now);
        facts.since = since.count > 0 ? buf_string(&since) : NULL;
    }
    page_begin(&page, columns);
    if (r->survey)
        domain_page(&page, r->survey);
    else
        address_page(&page, &facts, 0, 0);
    if (c) { /* a row with the case, its follow-up, the last contact and the first line of its note */
        struct buf text = {0}, note = {0};
        char at[CLOCK_MINUTE];
        buf_text(&text, "Case ");
        related_case_words(&text, c);
        if (c->due_ms && c->state != CASE_CLOSED) {
            buf_text(&text, ", ");
            related_case_due(&text, c->due_ms);
        }
        if (c->contacts.count > 0) {
            const struct case_contact *last = &c->contacts.at[c->contacts.count - 1];
            buf_format(&text, ", told %s %.*s", last->who, DAY, clock_minute(last->at_ms, at));
        }
        journal_case_note_text(c, &note);
        if (note.count > 0)
            buf_format(&text, ": %.*s", (int)strcspn(buf_string(&note), "\n"), buf_string(&note));
        buf_free(&note);
        page_gap(&page);
        page_row(&page, 0);
        page_wrap(&page, COL, c->state == CASE_CLOSED ? ROLE_DIM : ROLE_STRONG, buf_string(&text));
        buf_free(&text);
    }
    output_page(&output, out, &page);
    buf_free(&since);
    page_fini(&page);
}

/* Appends what holds for the whole headline: " (zone files up to 147 d old)" unless the data are fresh. */
static void
put_limits(struct buf *out, const struct evidence *e)
{
    struct buf age = {0};
    if (phrases_data_age(&age, e))
        buf_format(out, " (%s)", buf_string(&age));
    if (e->finished_ms == 0)
        buf_text(out, " Not all answers came in time.");
    buf_free(&age);
}

void
result_line(struct buf *out, const struct result *r, bool colour)
{
    static const enum role roles[] = {
        [VERDICT_CLEAR] = ROLE_CLEAR,
        [VERDICT_COLLATERAL] = ROLE_HEADLINE_COLLATERAL,
        [VERDICT_DIRECT] = ROLE_LISTED,
        [VERDICT_UNKNOWN] = ROLE_WARN,
    };
    buf_format(out, "%-15s  ", r->target);
    if (colour)
        sgr_role(out, r->evidence ? roles[r->verdict->state] : ROLE_ERROR);
    buf_format(out, "%-10s", r->evidence ? verdict_state_name(r->verdict->state) : r->late ? "unknown" : "bad input");
    if (colour)
        sgr_role(out, ROLE_PLAIN);
    buf_format(out, "  %s", r->evidence ? r->verdict->headline : r->error);
    if (r->evidence)
        put_limits(out, r->evidence);
    if (r->label)
        buf_format(out, "  [%s]", r->label);
    if (r->now && !r->then && result_is_changed(r))
        buf_text(out, "  (first look)");
    if (r->now && r->then) {
        struct buf words = {0};
        changes_words(&words, r->then, r->now);
        if (words.count > 0)
            buf_format(out, "  (%s)", buf_string(&words));
        buf_free(&words);
    }
    buf_byte(out, '\n');
}

/* ---- monitoring plugins ---- */

static const char *const nagios_words[] = {
    [VERDICT_CLEAR] = "OK",
    [VERDICT_COLLATERAL] = "WARNING",
    [VERDICT_DIRECT] = "CRITICAL",
    [VERDICT_UNKNOWN] = "UNKNOWN",
};

/* Writes how many lists list the address, by scope, if others than those of the escalation were asked. */
static void
put_scopes(struct buf *out, const struct evidence *e)
{
    static const struct {
        enum list_scope scope;
        const char *label;
    } scopes[] = {{SCOPE_IP, "direct"},
                  {SCOPE_RANGE, "net"},
                  {SCOPE_ASN, "provider"},
                  {SCOPE_POLICY, "policy"},
                  {SCOPE_DOMAIN, "domain"}};
    bool asked = false, names = false; /* lists of domains are not asked about addresses */
    for (size_t i = 0; i < e->lists.count; i++) {
        asked = asked || (e->lists.at[i].asked && !e->lists.at[i].list->part);
        names = names || (e->lists.at[i].asked && list_result_scope(&e->lists.at[i]) == SCOPE_DOMAIN);
    }
    for (size_t k = 0; k < sizeof scopes / sizeof scopes[0] - !names && asked; k++) {
        unsigned count = 0;
        for (size_t i = 0; i < e->lists.count; i++)
            count += list_result_is_listed(&e->lists.at[i]) && list_result_is_counted(&e->lists.at[i]) &&
                     list_result_scope(&e->lists.at[i]) == scopes[k].scope;
        buf_format(out, " %s=%u", scopes[k].label, count);
    }
}

void
result_nagios_said(struct buf *out, const struct result *r)
{
    if (!r->evidence) {
        output_without_bars(out, r->error);
        return;
    }
    if (!r->survey) /* its headline names it */
        buf_format(out, "%s: ", r->target);
    output_without_bars(out, r->verdict->headline);
    put_limits(out, r->evidence);
}

/* Leaves out a figure that is not known, because not every system reads U. */
static void
put_figures(struct buf *figures, const struct result *r)
{
    const struct listed_net *net = evidence_deciding_net(r->evidence);
    const struct listing *l3 = evidence_level3(r->evidence);
    for (size_t i = 0; i < r->evidence->lists.count; i++) {
        const struct list_result *f = &r->evidence->lists.at[i];
        if (f->list->part && list_state_is_known(f->state))
            buf_format(figures, " %s=%d", f->list->part, f->state == STATE_LISTED);
    }
    if (net && net->impacts != LISTING_UNKNOWN)
        buf_format(figures, " impacts=%lld;%lld;;0", (long long)net->impacts, (long long)net->limit);
    if (l3 && l3->form == LISTING_L3)
        buf_format(figures, " spamscore=%.1f;%g;;0", l3->score, r->policy->score);
}

/* Counts listings, those that are possible as well, because a list of the quorum or a part of the escalation that did
 * not answer may list the address. Where none answered, nothing is known, however many it takes. */
static enum verdict_state
state_by_number(const struct result *r)
{
    unsigned warning = r->warning ? r->warning : 1, critical = r->critical ? r->critical : warning;
    unsigned listed = 0, possible = 0, clear = 0;
    warning = warning < critical ? warning : critical;
    for (size_t i = 0; i < r->evidence->lists.count; i++) {
        const struct list_result *f = &r->evidence->lists.at[i];
        bool counts = f->asked && f->list->scope != SCOPE_ALLOW, hit = f->state == STATE_LISTED,
             needed = (f->list->part || list_is_weighty(f->list)) && evidence_expects(r->evidence, f);
        listed += counts && hit && list_result_is_counted(f);
        possible += counts && (hit ? list_result_is_counted(f) : needed && f->state != STATE_CLEAR);
        clear += counts && (f->state == STATE_CLEAR || (hit && !list_result_is_counted(f)));
    }
    bool answered = listed + clear > 0;
    return listed >= critical     ? VERDICT_DIRECT
           : possible >= critical ? VERDICT_UNKNOWN
           : listed >= warning    ? VERDICT_COLLATERAL
           : possible >= warning  ? VERDICT_UNKNOWN
           : answered             ? VERDICT_CLEAR
                                  : VERDICT_UNKNOWN;
}

enum verdict_state
result_nagios_state(const struct result *r)
{
    struct data_date date;
    if (!r->evidence)
        return VERDICT_UNKNOWN;
    if (result_is_unlistable(r))
        return VERDICT_CLEAR;
    enum verdict_state state = r->warning || r->critical ? state_by_number(r) : r->verdict->state;
    bool old = false;
    for (enum source source = SOURCE_DNS; source <= SOURCE_ZONE; source++)
        old |= evidence_date(r->evidence, source, &date) && data_date_age(date) != DATA_FRESH;
    return old && state == VERDICT_CLEAR ? VERDICT_COLLATERAL : state;
}

void
result_nagios(struct buf *out, const struct result *r)
{
    struct buf figures = {0};
    buf_format(out, "DNSBL %s - ", nagios_words[result_nagios_state(r)]);
    result_nagios_said(out, r);
    if (r->evidence) {
        put_figures(&figures, r);
        put_scopes(&figures, r->evidence);
    }
    buf_format(out, "%s%s\n", figures.count > 0 ? " |" : "", buf_string(&figures));
    buf_free(&figures);
}

void
result_nagios_count(struct result_counts *counts, const struct result *r)
{
    if (result_is_unlistable(r))
        counts->unlistable++;
    else if (r->evidence || r->late)
        counts->by_state[r->evidence ? r->verdict->state : VERDICT_UNKNOWN]++;
    else
        counts->bad++;
    counts->targets++;
    for (size_t i = 0; r->evidence && i < r->evidence->lists.count; i++) {
        const struct list_result *f = &r->evidence->lists.at[i];
        for (size_t part = 0; f->list->part && part < LIST_PARTS; part++) {
            bool known = strcmp(f->list->part, observation_part_at(part)) == 0 && list_state_is_known(f->state);
            counts->asked[part] += known;
            counts->listed[part] += known && f->state == STATE_LISTED;
        }
    }
}

void
result_nagios_several(struct buf *out, enum verdict_state state, const struct result_counts *counts, const char *said)
{
    const size_t *n = counts->by_state;
    const struct {
        size_t count;
        const char *what;
    } parts[] = {{n[VERDICT_DIRECT], "directly"},
                 {n[VERDICT_UNKNOWN], "unknown"},
                 {counts->unlistable, "unlistable"},
                 {counts->bad, counts->bad == 1 ? "bad line" : "bad lines"}};
    size_t listed = n[VERDICT_DIRECT] + n[VERDICT_COLLATERAL];
    unsigned warning = counts->warning ? counts->warning : 1, critical = counts->critical ? counts->critical : warning;
    buf_format(out, "DNSBL %s - %zu of %zu listed", nagios_words[state], listed, counts->targets);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (parts[i].count > 0)
            buf_format(out, ", %zu %s", parts[i].count, parts[i].what);
    if (counts->warning || counts->critical)
        buf_format(out, " (warning from %u list%s each, critical from %u)", warning, warning == 1 ? "" : "s", critical);
    buf_format(out, "; %s%s |", listed + n[VERDICT_UNKNOWN] + counts->bad > 0 ? "the worst is " : "the first is ",
               said);
    for (size_t part = 0; part < LIST_PARTS; part++)
        if (counts->asked[part] > 0)
            buf_format(out, " %s=%zu", observation_part_at(part), counts->listed[part]);
    buf_format(out, " direct=%zu collateral=%zu unknown=%zu clear=%zu unlistable=%zu bad=%zu\n", n[VERDICT_DIRECT],
               n[VERDICT_COLLATERAL], n[VERDICT_UNKNOWN], n[VERDICT_CLEAR], counts->unlistable, counts->bad);
}

void
result_nagios_line(struct buf *out, const struct result *r, bool verbose)
{
    struct buf line = {0};
    result_line(&line, r, false);
    for (size_t i = 0; verbose && r->evidence && i < r->evidence->lists.count; i++) {
        const struct list_result *f = &r->evidence->lists.at[i];
        struct buf why = {0}, meaning = {0};
        list_words_meaning(&meaning, f);
        list_words_why_not(&why, f);
        buf_format(&line, "  %s: %s", f->list->zone, list_state_name(f->state));
        if (f->state == STATE_LISTED && meaning.count > 0)
            buf_format(&line, ", %s", buf_string(&meaning));
        if (f->asked && why.count > 0)
            buf_format(&line, "; not counted: %s", buf_string(&why));
        buf_free(&why);
        buf_free(&meaning);
        for (size_t j = 0; j < f->txt.count; j++)
            buf_format(&line, "; %s", f->txt.at[j]);
        buf_byte(&line, '\n');
    }
    output_without_bars(out, buf_string(&line));
    buf_free(&line);
}
