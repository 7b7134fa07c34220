#include "pages/fleet_row.h"

#include "base/text.h"
#include "lists/catalogue.h"
#include "pages/changes.h"
#include "verdict/list_words.h"

#include <stdlib.h>
#include <string.h>

const char *
fleet_row_state_name(unsigned state)
{
    return state == FLEET_UNLISTABLE ? "unlistable" : verdict_state_name((enum verdict_state)state);
}

bool
fleet_row_has_word(const char *words, const char *word)
{
    size_t count = strlen(word);
    for (const char *at = words; *at; at += strspn(at, " ")) {
        size_t length = strcspn(at, " ");
        if (length == count && memcmp(at, word, count) == 0)
            return true;
        at += length;
    }
    return false;
}

static void
clear(struct fleet_row *row)
{
    char *const texts[] = {row->headline, row->brief, row->advice,  row->error, row->zones,
                           row->org,      row->name,  row->changes, row->block, row->note};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        free(texts[i]);
    *row = (struct fleet_row){.target = row->target};
}

/* Sets what the lists of addresses and of nets have, where it is not the address or its net. */
static void
set_extents(struct fleet_row *row, const struct evidence *e)
{
    bool itself = false, net = false, policy = false;
    struct buf block = {0};
    for (size_t i = 0; i < e->lists.count; i++) {
        const struct list_result *f = &e->lists.at[i];
        if (f->state != STATE_LISTED || !list_result_is_counted(f))
            continue;
        enum list_scope scope = list_result_scope(f);
        net = net || scope == SCOPE_RANGE;
        policy = policy || scope == SCOPE_POLICY;
        if (scope != SCOPE_IP)
            continue;
        buf_clear(&block);
        list_words_extent(&block, f, e);
        itself = itself || !strchr(buf_string(&block), '/');
    }
    row->by_policy = policy && !net;
    row->block = mem_copy(!itself && block.count > 0 ? buf_string(&block) : NULL);
    buf_free(&block);
}

/* Sets the lists that list the target, and the earliest time at which one of them was seen to. */
static void
set_listings(struct fleet_row *row, const struct evidence *e)
{
    struct buf zones = {0};
    for (size_t i = 0; i < e->lists.count; i++) {
        const struct list_result *f = &e->lists.at[i];
        if (f->state != STATE_LISTED || !list_result_is_counted(f))
            continue;
        struct seen_list seen = evidence_seen(e, f);
        buf_format(&zones, "%s%s", zones.count > 0 ? " " : "", f->list->zone);
        row->others += list_result_is_other(f);
        if (seen.state == STATE_LISTED && (row->since_ms == 0 || seen.since_ms < row->since_ms)) {
            row->since_ms = seen.since_ms;
            row->listed_when_first = seen.other_ms == 0;
        }
    }
    for (unsigned level = 1; level <= LIST_LEVELS; level++) {
        const struct list_result *f = evidence_level(e, level);
        row->levels[level - 1] = f->state;
        row->has_levels = row->has_levels || list_is_asked(f->list, e->address.family);
    }
    row->zones = mem_copy(buf_string(&zones));
    buf_free(&zones);
}

static void
set_change(struct fleet_row *row, const struct fleet_finding *f)
{
    struct buf words = {0};
    const struct survey *survey = f->survey;
    if (survey && survey->compares)
        row->change = survey->differs ? FLEET_CHANGED : survey->fresh ? FLEET_FIRST : FLEET_SAME;
    else if (f->now && f->evidence->finished_ms != 0 && row->state != FLEET_UNLISTABLE)
        row->change = !f->then                                             ? FLEET_FIRST
                      : observation_compare_matched(NULL, f->then, f->now) ? FLEET_CHANGED
                                                                           : FLEET_SAME;
    if (row->change == FLEET_CHANGED && f->then)
        changes_words(&words, f->then, f->now);
    row->changes = mem_copy(buf_string(&words));
    buf_free(&words);
}

/* Appends the zones of a list of them that another lacks: "now on ZONE", "ZONE cleared". */
static void
put_other_zones(struct buf *out, const char *zones, const char *other, const char *before, const char *behind)
{
    char *copy = mem_copy(zones), *rest = copy;
    for (char *zone; (zone = strtok_r(rest, " ", &rest)) != NULL;) {
        const struct list *list = catalogue_find(catalogue_builtin(), zone);
        if (!fleet_row_has_word(other, zone) && !(list && list->level))
            buf_format(out, "%s%s%s%s", out->count > 0 ? ", " : "", before, list ? list->title : zone, behind);
    }
    free(copy);
}

/* Keeps a change on the row until the user has seen it, and says how the row differs from what it was. */
static void
keep_change(struct fleet_row *row, const struct fleet_row *before)
{
    struct buf words = {0};
    if (row->seen_ms == 0 || before->seen_ms == 0)
        return;
    bool differs = row->state != before->state || strcmp(row->zones, before->zones) != 0;
    bool kept = before->change == FLEET_CHANGED && !before->seen;
    row->seen = before->seen && !differs;
    if (!differs && !kept)
        return;
    row->change = FLEET_CHANGED;
    for (unsigned i = 0; i < LIST_LEVELS; i++)
        if (row->levels[i] != before->levels[i])
            buf_format(&words, "%slevel %u: %s -> %s", words.count > 0 ? ", " : "", i + 1,
                       list_state_name(before->levels[i]), list_state_name(row->levels[i]));
    put_other_zones(&words, row->zones, before->zones, "now on ", "");
    put_other_zones(&words, before->zones, row->zones, "", " cleared");
    if (differs && words.count == 0)
        buf_format(&words, "%s -> %s", fleet_row_state_name(before->state), fleet_row_state_name(row->state));
    if (differs || !*row->changes) {
        free(row->changes);
        row->changes = mem_copy(differs ? buf_string(&words) : before->changes);
    }
    buf_free(&words);
}

static void
set(struct fleet_row *row, const struct fleet_finding *f)
{
    struct summary summary;
    const struct evidence *e = f->evidence;
    const struct verdict *v = f->verdict;
    row->state = VERDICT_UNKNOWN;
    row->error = mem_copy(f->error && *f->error ? f->error : NULL);
    if (!e)
        return;
    row->state =
        (f->survey ? survey_is_unlistable(f->survey) : evidence_is_unlistable(e)) ? FLEET_UNLISTABLE : v->state;
    summary_of(&summary, e);
    row->causes = v->causes;
    row->actor = v->actor;
    row->headline = mem_copy(v->headline);
    row->brief = mem_copy(v->brief);
    row->advice = mem_copy(v->advice.count > 0 ? v->advice.at[0].text : NULL);
    row->seen_ms = e->finished_ms;
    row->asn = summary.asn;
    row->org = mem_copy_bytes(summary.org, summary.org_count);
    row->name = mem_copy(e->ptr.state == PTR_CONFIRMED ? e->ptr.name : NULL);
    row->net = summary.net;
    row->has_score = summary.has_score;
    row->score = summary.score;
    set_listings(row, e);
    set_extents(row, e);
    set_change(row, f);
}

void
fleet_row_set(struct fleet_row *row, const struct fleet_finding *finding)
{
    struct fleet_row before = *row;
    *row = (struct fleet_row){.target = before.target,
                              .rank = before.rank,
                              .has_case = before.has_case,
                              .case_state = before.case_state,
                              .due_ms = before.due_ms,
                              .note = before.note,
                              .case_version = before.case_version};
    before.note = NULL;
    set(row, finding);
    keep_change(row, &before);
    clear(&before);
}

void
fleet_row_set_case(struct fleet_row *row, const struct journal_case *c)
{
    struct buf note = {0};
    free(row->note);
    row->note = NULL;
    row->has_case = c;
    row->case_state = c ? c->state : CASE_OPEN;
    row->due_ms = c && c->state != CASE_CLOSED ? c->due_ms : 0;
    if (c)
        journal_case_note_text(c, &note);
    if (note.count > 0)
        row->note = mem_copy_bytes(buf_string(&note), strcspn(buf_string(&note), "\n"));
    buf_free(&note);
}

void
fleet_rows_fini(struct fleet_rows *rows)
{
    for (size_t i = 0; i < rows->list.count; i++)
        clear(&rows->list.at[i]);
    vec_free(&rows->list);
}

size_t
fleet_rows_awaited(const struct fleet_rows *rows)
{
    size_t count = 0;
    for (size_t i = 0; i < rows->list.count; i++)
        count += rows->list.at[i].awaited;
    return count;
}

size_t
fleet_rows_count(const struct fleet_rows *rows, unsigned state)
{
    size_t count = 0;
    for (size_t i = 0; i < rows->list.count; i++)
        count += rows->list.at[i].state == state && !rows->list.at[i].awaited;
    return count;
}

void
fleet_rows_summary(const struct fleet_rows *rows, struct buf *out)
{
    static const enum verdict_state states[] = {VERDICT_DIRECT, VERDICT_COLLATERAL, VERDICT_CLEAR, VERDICT_UNKNOWN};
    text_number(out, (int64_t)rows->list.count);
    buf_text(out, rows->list.count == 1 ? " target" : " targets");
    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++) {
        buf_text(out, i == 0 ? ": " : ", ");
        text_number(out, (int64_t)fleet_rows_count(rows, states[i]));
        buf_format(out, " %s", verdict_state_name(states[i]));
    }
    const struct {
        size_t count;
        const char *what;
    } others[] = {{fleet_rows_count(rows, FLEET_UNLISTABLE), fleet_row_state_name(FLEET_UNLISTABLE)},
                  {fleet_rows_awaited(rows), "not asked"}};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        if (others[i].count == 0)
            continue;
        buf_text(out, ", ");
        text_number(out, (int64_t)others[i].count);
        buf_format(out, " %s", others[i].what);
    }
}

/* Whether a row counts as listed; without any that is, all count. */
static bool
is_listed(const struct fleet_row *row)
{
    return row->state == VERDICT_DIRECT || row->state == VERDICT_COLLATERAL;
}

void
fleet_rows_common(const struct fleet_rows *rows, struct buf *out)
{
    enum { NET = 24 };
    const struct fleet_row *first = NULL;
    struct prefix net = {0};
    size_t count = 0, listed = 0;
    bool same_net = true, same_provider = true;
    char text[PREFIX_TEXT];
    for (size_t i = 0; i < rows->list.count; i++)
        listed += is_listed(&rows->list.at[i]);
    for (size_t i = 0; i < rows->list.count; i++) {
        const struct fleet_row *row = &rows->list.at[i];
        if (listed > 0 && !is_listed(row))
            continue;
        const struct addr *address = &row->target->address;
        if (count++ == 0 && address->family == ADDR_V4)
            net = prefix_around(address, NET);
        first = first ? first : row;
        same_net = same_net && address->family == ADDR_V4 && prefix_holds(&net, address);
        same_provider = same_provider && row->asn > 0 && row->asn == first->asn;
    }
    if (count < 2 || !(same_net || same_provider))
        return;
    buf_text(out, count == 2 ? "Both " : "All ");
    if (count > 2)
        text_number(out, (int64_t)count);
    buf_format(out, "%s%stargets are in ", count > 2 ? " " : "", listed > 0 ? "listed " : "");
    if (same_net)
        buf_text(out, prefix_text(&net, text));
    if (same_provider)
        buf_format(out, "%sAS%u%s%s", same_net ? ", " : "", first->asn, *first->org ? " " : "", first->org);
    buf_byte(out, '.');
}
