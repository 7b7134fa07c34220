#include "journal/row.h"

#include "base/text.h"
#include "journal/db.h"

#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum part { HAS_OBSERVATION = 1, HAS_NET = 2, HAS_CHANGES = 4, HAS_CASE = 8 };

static void
entry_fini(struct journal_entry *entry)
{
    free(entry->org);
    free(entry->name);
    free(entry->ticket);
    free(entry->tags);
    free(entry->note);
    *entry = (struct journal_entry){0};
}

void
journal_entries_fini(journal_entries *entries)
{
    for (size_t i = 0; i < entries->count; i++)
        entry_fini(&entries->at[i]);
    vec_free(entries);
}

/* ---- what is looked at ---- */

void
journal_look_init(struct journal_look *look, struct journal *journal, const struct filter *filter, int64_t now_ms,
                  struct fault *fault)
{
    *look = (struct journal_look){.journal = journal, .now_ms = now_ms, .fault = fault};
    for (size_t i = 0; filter && i < filter->terms.count; i++) {
        struct buf folded = {0};
        if (filter->terms.at[i].kind != FILTER_WORD)
            continue;
        text_words(&folded, filter->terms.at[i].word);
        struct journal_needle needle = {filter->terms.at[i].word, mem_copy(buf_string(&folded))};
        buf_free(&folded);
        vec_push(&look->needles, needle);
    }
}

void
journal_look_fini(struct journal_look *look)
{
    for (size_t i = 0; i < look->needles.count; i++)
        free(look->needles.at[i].folded);
    vec_free(&look->needles);
    entry_fini(&look->entry);
}

bool
journal_look_at(struct journal_look *look, sqlite3_stmt *row)
{
    const char *text = (const char *)sqlite3_column_text(row, 1);
    entry_fini(&look->entry);
    look->has = 0;
    look->id = sqlite3_column_int64(row, 0);
    look->entry.seen_ms = sqlite3_column_int64(row, 2);
    look->newest = sqlite3_column_int64(row, 3);
    if (text && resource_parse(text, &look->entry.resource))
        return true;
    look->result = journal_report_corrupt(look->journal, row, 1, "what there is a history of", look->fault);
    return false;
}

/* The only row of a statement, if there is one; the caller resets it. */
static bool
find_row(struct journal_look *look, sqlite3_stmt *find, int64_t id)
{
    enum journal_result result = find ? JOURNAL_DONE : look->journal->last;
    if (find) {
        sqlite3_bind_int64(find, 1, id);
        if (journal_step(look->journal, find, &result, look->fault))
            return true;
    }
    if (result != JOURNAL_DONE)
        look->result = result;
    return false;
}

bool
journal_look_up(struct journal_look *look, int64_t id)
{
    sqlite3_stmt *find = journal_statement(look->journal, JOURNAL_LOOK "WHERE m.id = ?1", look->fault);
    if (!find_row(look, find, id))
        return false;
    bool good = journal_look_at(look, find);
    sqlite3_reset(find);
    return good;
}

/* ---- its parts ---- */

static void
fail(struct journal_look *look, sqlite3_stmt *row, int column, const char *what)
{
    if (look->result == JOURNAL_DONE)
        look->result = journal_report_corrupt(look->journal, row, column, what, look->fault);
}

static const char *
word_of(sqlite3_stmt *row, int column)
{
    const char *word = (const char *)sqlite3_column_text(row, column);
    return word ? word : "";
}

static void
read_observation(struct journal_look *look, sqlite3_stmt *row)
{
    struct journal_entry *entry = &look->entry;
    entry->observed = true;
    if (!journal_column_uuid(row, 0, &entry->newest))
        fail(look, row, 0, "the name of an observation");
    if (!journal_verdict_parse(word_of(row, 1), &entry->verdict))
        fail(look, row, 1, "a verdict");
    entry->causes = (unsigned)sqlite3_column_int(row, 2);
    entry->asn = (uint32_t)sqlite3_column_int64(row, 3);
    entry->org = journal_column_text(row, 4);
    entry->name = journal_column_text(row, 5);
    if (sqlite3_column_type(row, 6) != SQLITE_NULL)
        look->score = sqlite3_column_double(row, 6);
    for (int list = 0; list < LIST_COUNT; list++)
        if (!journal_state_parse(word_of(row, 7 + list), &entry->states[list]))
            fail(look, row, 7 + list, "the state of a list");
    look->score_asn = (uint32_t)sqlite3_column_int64(row, 7 + LIST_COUNT);
    snprintf(look->country, sizeof look->country, "%s", word_of(row, 8 + LIST_COUNT));
}

static void
need_observation(struct journal_look *look)
{
    if (look->has & HAS_OBSERVATION)
        return;
    look->has |= HAS_OBSERVATION;
    look->score = NAN;
    look->score_asn = 0;
    look->country[0] = '\0';
    if (look->newest == 0)
        return;
    sqlite3_stmt *find = journal_statement(look->journal,
                                           "SELECT o.uid, o.verdict, o.causes, o.asn, org.name, o.name, o.score,"
                                           " o.level1, o.level2, o.level3, o.exemption, o.backscatterer, o.score_asn,"
                                           " o.country"
                                           " FROM observation o LEFT JOIN org ON org.id = o.org WHERE o.id = ?1",
                                           look->fault);
    if (find_row(look, find, look->newest)) {
        read_observation(look, find);
        sqlite3_reset(find);
    }
}

/* The outermost that has impacts, which include those of the nets inside it; else the outermost. */
static void
need_net(struct journal_look *look)
{
    if (look->has & HAS_NET)
        return;
    look->has |= HAS_NET;
    look->entry.impacts = LISTING_UNKNOWN;
    if (look->newest == 0)
        return;
    sqlite3_stmt *find =
        journal_statement(look->journal,
                          "SELECT net, impacts, net_limit FROM observation_net WHERE observation = ?1"
                          " ORDER BY impacts IS NULL, CAST(substr(net, instr(net, '/') + 1) AS INTEGER)"
                          " LIMIT 1",
                          look->fault);
    if (!find_row(look, find, look->newest))
        return;
    if (!prefix_parse(word_of(find, 0), &look->entry.net, NULL))
        fail(look, find, 0, "a net");
    if (sqlite3_column_type(find, 1) != SQLITE_NULL)
        look->entry.impacts = sqlite3_column_int64(find, 1);
    look->entry.limit = sqlite3_column_int64(find, 2);
    sqlite3_reset(find);
}

static void
need_changes(struct journal_look *look)
{
    if (look->has & HAS_CHANGES)
        return;
    look->has |= HAS_CHANGES;
    sqlite3_stmt *find =
        journal_statement(look->journal, "SELECT count(*) FROM observation WHERE matter = ?1", look->fault);
    if (find_row(look, find, look->id)) {
        look->entry.changes = (uint32_t)sqlite3_column_int64(find, 0);
        sqlite3_reset(find);
    }
}

static void
read_case(struct journal_look *look, sqlite3_stmt *row)
{
    struct journal_entry *entry = &look->entry;
    entry->has_case = true;
    look->case_id = sqlite3_column_int64(row, 0);
    if (!case_state_parse(word_of(row, 1), &entry->case_state))
        fail(look, row, 1, "a case's state");
    entry->due_ms = sqlite3_column_int64(row, 2);
    entry->ticket = journal_column_text(row, 3);
    entry->tags = journal_column_text(row, 4);
}

/* As journal_case_find: the newest that is not closed, else the newest. */
static void
need_case(struct journal_look *look)
{
    if (look->has & HAS_CASE)
        return;
    look->has |= HAS_CASE;
    sqlite3_stmt *find = journal_statement(look->journal,
                                           "SELECT id, state, due_ms, ticket, tags FROM cases WHERE matter = ?1"
                                           " ORDER BY state = 'closed', opened_ms DESC, uid DESC LIMIT 1",
                                           look->fault);
    if (find_row(look, find, look->id)) {
        read_case(look, find);
        sqlite3_reset(find);
    }
}

bool
journal_look_is_of_something(struct journal_look *look)
{
    if (look->newest != 0)
        return true;
    need_case(look);
    return look->entry.has_case;
}

bool
journal_look_is_due(struct journal_look *look)
{
    need_case(look);
    const struct journal_entry *entry = &look->entry;
    return entry->has_case && entry->case_state != CASE_CLOSED && entry->due_ms != 0 && entry->due_ms <= look->now_ms;
}

/* The first line of the oldest current note that is not empty. */
static void
take_note(struct journal_look *look)
{
    sqlite3_stmt *find =
        journal_statement(look->journal,
                          "SELECT text FROM note n WHERE a_case = ?1 AND text <> '' AND NOT EXISTS"
                          " (SELECT 1 FROM note_replaces r WHERE r.replaced = n.uid) ORDER BY at_ms, uid LIMIT 1",
                          look->fault);
    if (!find_row(look, find, look->case_id))
        return;
    char *text = journal_column_lines(find, 0);
    if (text)
        text[strcspn(text, "\n")] = '\0';
    look->entry.note = text;
    sqlite3_reset(find);
}

bool
journal_look_take(struct journal_look *look, struct journal_entry *out)
{
    need_observation(look);
    need_net(look);
    need_changes(look);
    need_case(look);
    if (look->entry.has_case)
        take_note(look);
    if (look->result != JOURNAL_DONE)
        return false;
    *out = look->entry;
    look->entry = (struct journal_entry){0};
    return true;
}

/* ---- the eye ---- */

static unsigned
count_levels(const struct journal_entry *entry)
{
    unsigned count = 0;
    for (int level = LIST_LEVEL1; level <= LIST_LEVEL3; level++)
        count += entry->states[level] == STATE_LISTED;
    return count;
}

static double
figure(void *self, size_t item, size_t column)
{
    struct journal_look *look = self;
    (void)item;
    if (look->newest == 0)
        return NAN;
    switch ((enum journal_figure)column) {
    case JOURNAL_FIGURE_IMPACTS:
        need_net(look);
        return look->entry.impacts == LISTING_UNKNOWN ? NAN : (double)look->entry.impacts;
    case JOURNAL_FIGURE_LIMIT:
        need_net(look);
        return look->entry.net.addr.family == ADDR_NONE ? NAN : (double)look->entry.limit;
    case JOURNAL_FIGURE_SCORE:
        need_observation(look);
        return look->score;
    case JOURNAL_FIGURE_LISTED:
        need_observation(look);
        return count_levels(&look->entry);
    case JOURNAL_FIGURE_CHANGES:
        need_changes(look);
        return look->entry.changes;
    case JOURNAL_FIGURES:
        break;
    }
    return NAN;
}

static bool
holds_words(const char *text, const char *folded)
{
    struct buf words = {0};
    if (!text)
        return false;
    text_words(&words, text);
    bool holds = strstr(buf_string(&words), folded);
    buf_free(&words);
    return holds;
}

/* All cases that it ever had: what was done once is looked for, too. */
static bool
cases_hold_words(struct journal_look *look, const char *folded)
{
    sqlite3_stmt *find = journal_statement(look->journal,
                                           "SELECT notes, ticket, tags, told FROM case_text WHERE rowid IN"
                                           " (SELECT id FROM cases WHERE matter = ?1)",
                                           look->fault);
    enum journal_result result = find ? JOURNAL_DONE : look->journal->last;
    bool holds = false;
    if (find)
        sqlite3_bind_int64(find, 1, look->id);
    while (find && !holds && journal_step(look->journal, find, &result, look->fault))
        for (int column = 0; column < 4 && !holds; column++)
            holds = holds_words((const char *)sqlite3_column_text(find, column), folded);
    if (find)
        sqlite3_reset(find);
    if (result != JOURNAL_DONE)
        look->result = result;
    return holds;
}

static const char *
folded_of(const struct journal_look *look, const char *word)
{
    size_t i = 0;
    while (look->needles.at[i].word != word)
        i++;
    return look->needles.at[i].folded;
}

static bool
matches(void *self, size_t item, const char *word)
{
    struct journal_look *look = self;
    char text[RESOURCE_TEXT];
    const char *folded = folded_of(look, word);
    (void)item;
    if (strncasecmp(resource_text(&look->entry.resource, text), word, strlen(word)) == 0)
        return true;
    if (*folded == '\0')
        return false;
    need_observation(look);
    if (holds_words(look->entry.name, folded) || holds_words(look->entry.org, folded))
        return true;
    need_case(look);
    return look->entry.has_case && cases_hold_words(look, folded);
}

static bool
touches(void *self, size_t item, const struct prefix *prefix)
{
    const struct journal_look *look = self;
    const struct prefix *own = &look->entry.resource.prefix;
    (void)item;
    return look->entry.resource.kind != RESOURCE_ASN && (prefix_covers(own, prefix) || prefix_covers(prefix, own));
}

/* As in the history of an ASN: it announces the address, or is named by level 3. */
static bool
is_of(void *self, size_t item, uint32_t asn)
{
    struct journal_look *look = self;
    (void)item;
    need_observation(look);
    return look->entry.resource.asn == asn || look->entry.asn == asn || look->score_asn == asn;
}

/* On none of them is what was seen to be clear on all three. */
static bool
on_level(void *self, size_t item, unsigned level)
{
    struct journal_look *look = self;
    const enum list_state *states = look->entry.states;
    (void)item;
    need_observation(look);
    if (!look->entry.observed)
        return false;
    if (level > 0)
        return states[LIST_LEVEL1 + level - 1] == STATE_LISTED;
    return states[LIST_LEVEL1] == STATE_CLEAR && states[LIST_LEVEL2] == STATE_CLEAR &&
           states[LIST_LEVEL3] == STATE_CLEAR;
}

static bool
is_state(void *self, size_t item, size_t state)
{
    struct journal_look *look = self;
    (void)item;
    if (state == JOURNAL_STATE_DUE)
        return journal_look_is_due(look);
    if (state >= JOURNAL_STATE_CASE) {
        need_case(look);
        return look->entry.has_case && look->entry.case_state == state - JOURNAL_STATE_CASE;
    }
    need_observation(look);
    return look->entry.observed && look->entry.verdict == state - JOURNAL_STATE_VERDICT;
}

static bool
has_tag(void *self, size_t item, const char *tag)
{
    struct journal_look *look = self;
    size_t length = strlen(tag);
    (void)item;
    need_case(look);
    for (const char *at = look->entry.tags; at && *at; at += strspn(at, " ")) {
        size_t word = strcspn(at, " ");
        if (word == length && memcmp(at, tag, length) == 0)
            return true;
        at += word;
    }
    return false;
}

static bool
in_country(void *self, size_t item, const char *code)
{
    struct journal_look *look = self;
    (void)item;
    need_observation(look);
    return strcasecmp(look->country, code) == 0;
}

static int64_t
seen_ms(void *self, size_t item)
{
    (void)item;
    return ((const struct journal_look *)self)->entry.seen_ms;
}

const struct filter_eye journal_look_eye = {
    .figure = figure,
    .matches = matches,
    .touches = touches,
    .is_of = is_of,
    .on_level = on_level,
    .is_state = is_state,
    .has_tag = has_tag,
    .seen_ms = seen_ms,
    .in_country = in_country,
};
