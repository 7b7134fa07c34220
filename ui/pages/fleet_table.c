#include "pages/fleet_table.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "lists/catalogue.h"
#include "pages/address_rows.h"
#include "pages/changes.h"
#include "verdict/list_words.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- rows ---- */

const char *
fleet_table_state_name(unsigned state)
{
    return state == FLEET_UNLISTABLE ? "unlistable" : verdict_state_name((enum verdict_state)state);
}

/* Returns whether words, with one space between, contain this one. */
static bool
has_word(const char *words, const char *word)
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
        list_words_extent(&block, f, &e->address);
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
        if (!has_word(other, zone) && !(list && list->level))
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
        buf_format(&words, "%s -> %s", fleet_table_state_name(before->state), fleet_table_state_name(row->state));
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
    } others[] = {{fleet_rows_count(rows, FLEET_UNLISTABLE), fleet_table_state_name(FLEET_UNLISTABLE)},
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

/* ---- the table ---- */

enum {
    ORDER = FLEET_TABLE_ORDER,
    SIGN,
    LABEL,
    TARGET,
    LEVELS,
    OTHERS,
    WHAT,
    SINCE,
    ORG,
    CHANGES,
    CASE,
    NOTE,
    TAGS,
    STATE,
    CAUSE,
    ASN,
    PREFIX,
    IMPACTS,
    LIMIT,
    SCORE,
    LISTED,
    LISTED_SINCE,
    CHANGED,
    HEADLINE,
    ERROR,
    NAMES
};

#define RECORD(key, kind)                                                                                              \
    {                                                                                                                  \
        {"", 0, 0, 9, false}, NULL, NULL, false, key, kind                                                             \
    }

static const struct table_column columns[] = {
    [ORDER] = {{"", 0, 0, 9, false}, NULL, "worst first", false, NULL, 0},
    [SIGN] = {{"", 3, 3, 0, false}, NULL, NULL, false, NULL, 0},
    [LABEL] = {{"label", 16, 16, 1, false}, NULL, "label", false, "label", TABLE_TEXT},
    [TARGET] = {{"target", 15, 15, 0, false}, NULL, "address", false, "target", TABLE_TEXT},
    [LEVELS] = {{"1 2 3", 5, 5, 2, false}, NULL, NULL, false, NULL, 0},
    [OTHERS] = {{"+", 2, 2, 3, true}, "lists", "other lists, most first", true, NULL, 0},
    [WHAT] = {{"what", 40, 24, 1, false}, NULL, NULL, false, NULL, 0},
    [SINCE] = {{"since", 7, 7, 4, true}, NULL, "since, newest first", true, NULL, 0},
    [ORG] = {{"provider", 24, 12, 6, false}, NULL, NULL, false, "org", TABLE_TEXT},
    [CHANGES] = {{"changed", 60, 8, 5, false}, NULL, NULL, false, "changes", TABLE_TEXT},
    [CASE] = {{"case", 0, 0, 4, false}, NULL, NULL, false, "case", TABLE_TEXT},
    [NOTE] = {{"note", 0, 0, 8, false}, NULL, NULL, false, "note", TABLE_TEXT},
    [TAGS] = RECORD("tags", TABLE_TEXT),
    [STATE] = RECORD("state", TABLE_TEXT),
    [CAUSE] = RECORD("cause", TABLE_TEXT),
    [ASN] = {{"", 0, 0, 9, false}, "asn", "provider", false, "asn", TABLE_INTEGER},
    [PREFIX] = RECORD("prefix", TABLE_TEXT),
    [IMPACTS] = {{"", 0, 0, 9, false}, "impacts", NULL, true, "impacts", TABLE_INTEGER},
    [LIMIT] = RECORD("limit", TABLE_INTEGER),
    [SCORE] = {{"", 0, 0, 9, false}, "score", NULL, true, "score", TABLE_TENTHS},
    [LISTED] = RECORD("listed", TABLE_TEXT),
    [LISTED_SINCE] = RECORD("since", TABLE_TEXT),
    [CHANGED] = RECORD("changed", TABLE_BOOL),
    [HEADLINE] = RECORD("headline", TABLE_TEXT),
    [ERROR] = RECORD("error", TABLE_TEXT),
    [NAMES] = {{"", 0, 0, 9, false}, "names", NULL, false, NULL, 0},
};

static const size_t records[] = {TARGET, LABEL,  TAGS,         STATE,   CAUSE,   ASN,  ORG,  PREFIX,   IMPACTS, LIMIT,
                                 SCORE,  LISTED, LISTED_SINCE, CHANGED, CHANGES, CASE, NOTE, HEADLINE, ERROR};

static const struct fleet_row *
row_at(void *self, size_t item)
{
    const struct fleet_rows *rows = self;
    return &rows->list.at[item];
}

/* Whether it changed, and the user has not seen it. */
static bool
is_news(const struct fleet_row *row)
{
    return row->change == FLEET_CHANGED && !row->seen;
}

int
fleet_table_place(unsigned state)
{
    static const int places[] = {[VERDICT_DIRECT] = 0, [VERDICT_UNKNOWN] = 1,  [VERDICT_COLLATERAL] = 2,
                                 [VERDICT_CLEAR] = 3,  [FLEET_UNLISTABLE] = 4, [FLEET_STATES] = 5};
    return places[state];
}

/* Changes first among equals, then the most listings. */
static double
order_of(const struct fleet_row *row)
{
    enum { LISTS = 1000 };
    size_t listings = row->others;
    for (unsigned i = 0; i < LIST_LEVELS; i++)
        listings += row->levels[i] == STATE_LISTED;
    int place = fleet_table_place(row->awaited && row->state == VERDICT_UNKNOWN ? FLEET_STATES : row->state);
    return (place * 2 + !is_news(row)) * LISTS - (double)listings;
}

static double
figure(void *self, size_t item, size_t column)
{
    const struct fleet_row *row = row_at(self, item);
    const struct addr *address = &row->target->address;
    switch (column) {
    case ORDER:
        return order_of(row);
    case LABEL:
        return (double)row->rank;
    case TARGET:
        return address->family == ADDR_V4 ? addr_to_v4(address) : NAN;
    case OTHERS:
        return (double)row->others;
    case SINCE:
        return row->since_ms > 0 ? (double)row->since_ms : NAN;
    case ASN:
        return row->asn > 0 ? row->asn : NAN;
    case IMPACTS:
        return row->net.have && row->net.impacts != LISTING_UNKNOWN ? (double)row->net.impacts : NAN;
    case LIMIT:
        return row->net.have && row->net.limit > 0 ? (double)row->net.limit : NAN;
    case NAMES:
        return row->name || address->family == ADDR_NONE;
    case SCORE:
        return row->has_score ? row->score : NAN;
    case CHANGED:
        return row->change == FLEET_SAME || row->change == FLEET_CHANGED ? row->change == FLEET_CHANGED : NAN;
    default:
        return (double)item;
    }
}

static uint64_t
key(void *self, size_t item)
{
    return (uintptr_t)row_at(self, item)->target;
}

struct table_sign
fleet_table_sign(unsigned state)
{
    static const struct table_sign signs[] = {
        [VERDICT_CLEAR] = {GLYPH_CLEAR, ROLE_CLEAR},    [VERDICT_COLLATERAL] = {GLYPH_WARN, ROLE_HEADLINE_COLLATERAL},
        [VERDICT_DIRECT] = {GLYPH_LISTED, ROLE_LISTED}, [VERDICT_UNKNOWN] = {GLYPH_UNKNOWN, ROLE_WARN},
        [FLEET_UNLISTABLE] = {GLYPH_LINE_H, ROLE_DIM},
    };
    return signs[state];
}

/* The verdict, with marks behind it if it is news, or has a case; the levels, a blank apart. */
static size_t
signs(void *self, size_t item, size_t column, struct table_sign *out)
{
    const struct fleet_row *row = row_at(self, item);
    size_t count = 0;
    if (column == SIGN) {
        bool asking = row->awaited && row->state == VERDICT_UNKNOWN;
        out[count++] = asking ? (struct table_sign){GLYPH_ASKING, ROLE_ASKING} : fleet_table_sign(row->state);
        out[count++] = (struct table_sign){is_news(row) ? GLYPH_BULLET : GLYPH_BLANK, ROLE_KEY};
        if (row->has_case && row->case_state != CASE_CLOSED)
            out[count++] = (struct table_sign){GLYPH_CASE, ROLE_STRONG};
    }
    for (unsigned i = 0;
         column == LEVELS && row->headline && row->has_levels && row->state != FLEET_UNLISTABLE && i < LIST_LEVELS;
         i++) {
        bool asking = row->awaited && row->levels[i] == STATE_UNASKED;
        struct address_look look =
            asking ? (struct address_look){GLYPH_ASKING, ROLE_ASKING} : address_looks[row->levels[i]];
        if (count > 0)
            out[count++] = (struct table_sign){GLYPH_BLANK, ROLE_PLAIN};
        out[count++] = (struct table_sign){look.glyph, look.role};
    }
    return count;
}

/* Writes "you, your net, provider", or what is not known. */
static void
put_what(const struct fleet_row *row, struct buf *out)
{
    const char *const words[] = {row->block ? row->block : "you", row->by_policy ? "policy" : "your net", "provider",
                                 "the domain"};
    bool names = row->state == VERDICT_DIRECT || row->state == VERDICT_COLLATERAL;
    size_t count = 0;
    for (unsigned i = 0; names && i < sizeof words / sizeof words[0]; i++) {
        if (!(row->causes & 1U << i))
            continue;
        buf_format(out, "%s%s", count++ > 0 ? ", " : "", words[i]);
    }
    if (row->state == FLEET_UNLISTABLE)
        buf_text(out, "no list can have it");
    else if (row->state == VERDICT_UNKNOWN && !row->awaited)
        buf_text(out, row->brief && *row->brief ? row->brief : row->error ? row->error : "");
}

/* The listing may be older than the journal's first look. */
static void
put_since(const struct fleet_row *row, struct buf *out)
{
    enum { NEW_MS = 60 * 1000 };
    struct buf span = {0};
    if (row->since_ms > 0 && row->seen_ms - row->since_ms < NEW_MS)
        buf_text(out, row->listed_when_first ? "" : "new");
    if (row->since_ms == 0 || row->seen_ms - row->since_ms < NEW_MS)
        return;
    text_duration(&span, clock_wall_ms() - row->since_ms);
    const char *first = buf_string(&span), *space = strchr(first, ' '), *second = space ? strchr(space + 1, ' ') : NULL;
    buf_format(out, "%.*s%s", (int)(second ? second - first : (long)span.count), first,
               row->listed_when_first ? "+" : "");
    buf_free(&span);
}

static void
put_causes(unsigned causes, struct buf *out)
{
    for (unsigned cause; causes; causes -= cause) {
        cause = causes & -causes;
        buf_format(out, "%s%s", cause_name((enum cause)cause), causes != cause ? "+" : "");
    }
}

static enum role
cell(void *self, size_t item, size_t column, struct buf *out)
{
    const struct fleet_row *row = row_at(self, item);
    char prefix[PREFIX_TEXT], time[CLOCK_TEXT];
    enum role role = row->state == VERDICT_CLEAR ? ROLE_PLAIN : ROLE_STRONG;
    const char *const texts[] = {
        [LABEL] = row->target->label,
        [TARGET] = row->target->text,
        [CHANGES] = row->changes,
        [TAGS] = row->target->tags,
        [STATE] = fleet_table_state_name(row->state),
        [ORG] = row->org,
        [LISTED] = row->zones,
        [HEADLINE] = row->headline,
        [ERROR] = row->error,
        [CASE] = row->has_case ? case_state_name(row->case_state) : NULL,
        [NOTE] = row->note,
    };
    switch (column) {
    case OTHERS:
        if (row->others > 0)
            text_number(out, (int64_t)row->others);
        return role;
    case WHAT:
        put_what(row, out);
        return ROLE_PLAIN;
    case SINCE:
        put_since(row, out);
        return ROLE_DIM;
    case LISTED_SINCE:
        if (row->since_ms > 0)
            buf_text(out, clock_rfc3339(row->since_ms, time));
        return ROLE_PLAIN;
    case CAUSE:
        put_causes(row->causes, out);
        return ROLE_PLAIN;
    case PREFIX:
        buf_text(out, row->net.have ? prefix_text(&row->net.prefix, prefix) : "");
        return ROLE_PLAIN;
    case CHANGES:
        if (row->change == FLEET_CHANGED && !*row->changes)
            buf_text(out, "changed");
        if (row->seen)
            return ROLE_DIM; /* with its words */
        break;
    }
    if (column < sizeof texts / sizeof texts[0] && texts[column])
        buf_text(out, texts[column]);
    return column == CHANGES ? ROLE_STRONG : column == LABEL || column == TARGET ? role : ROLE_PLAIN;
}

/* Finds words in names, tags, lists and what is said. */
static bool
matches(void *self, size_t item, const char *word)
{
    const struct fleet_row *row = row_at(self, item);
    const char *const texts[] = {row->target->text, row->target->label, row->target->tags, row->zones,
                                 row->org,          row->name,          row->headline,     row->error};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (texts[i] && strcasestr(texts[i], word))
            return true;
    return false;
}

/* "*" stands for any tag. */
static bool
has_tag(void *self, size_t item, const char *tag)
{
    const char *tags = row_at(self, item)->target->tags;
    return strcmp(tag, "*") == 0 ? *tags : has_word(tags, tag);
}

static bool
is_of(void *self, size_t item, uint32_t asn)
{
    return row_at(self, item)->asn == asn;
}

static bool
on_level(void *self, size_t item, unsigned level)
{
    const enum list_state *levels = row_at(self, item)->levels;
    return level > 0 ? levels[level - 1] == STATE_LISTED
                     : levels[0] != STATE_LISTED && levels[1] != STATE_LISTED && levels[2] != STATE_LISTED;
}

static bool
touches(void *self, size_t item, const struct prefix *prefix)
{
    const struct addr *address = &row_at(self, item)->target->address;
    return address->family != ADDR_NONE && prefix_holds(prefix, address);
}

static const char *const states[] = {"clear", "collateral", "direct", "unknown", "unlistable"};

static bool
is_state(void *self, size_t item, size_t state)
{
    return row_at(self, item)->state == state;
}

const struct table_model fleet_table = {
    .thing = "target",
    .things = "targets",
    .filter_label = "Filter: part of a label or list, tag:prod, state:direct, level:2, lists>0, as:64500, in:PREFIX",
    .columns = columns,
    .column_count = sizeof columns / sizeof columns[0],
    .records = records,
    .record_count = sizeof records / sizeof records[0],
    .states = states,
    .state_count = sizeof states / sizeof states[0],
    .eye = {.figure = figure,
            .matches = matches,
            .touches = touches,
            .is_of = is_of,
            .on_level = on_level,
            .is_state = is_state,
            .has_tag = has_tag},
    .key = key,
    .cell = cell,
    .signs = signs,
};

/* Without a label last; "mx2" before "mx10". */
static int
by_label(const void *a, const void *b)
{
    const char *x = (*(struct fleet_row *const *)a)->target->label, *y = (*(struct fleet_row *const *)b)->target->label;
    bool empty = !*x || !*y;
    return empty ? !*x - !*y : strverscmp(x, y);
}

void
fleet_table_fit(struct fleet_rows *rows, struct table_column *out, struct table_model *model)
{
    enum { LABEL_LEAST = 8, LABEL_MOST = 24, CASE_COLS = 7, NOTE_COLS = 24 };
    size_t count = rows->list.count;
    int label = LABEL_LEAST, target = columns[TARGET].look.least, a_case = 0, note = 0;
    struct fleet_row **sorted = mem_alloc((count + 1) * sizeof *sorted);
    for (size_t i = 0; i < count; i++) {
        struct fleet_row *row = sorted[i] = &rows->list.at[i];
        int widths[] = {text_width(row->target->label), text_width(row->target->text)};
        label = widths[0] > label ? widths[0] : label;
        target = widths[1] > target ? widths[1] : target;
        a_case = row->has_case ? CASE_COLS : a_case;
        note = row->note ? NOTE_COLS : note;
    }
    qsort(sorted, count, sizeof *sorted, by_label);
    for (size_t i = 0; i < count; i++)
        sorted[i]->rank = i;
    free(sorted);
    *model = fleet_table;
    model->columns = out;
    memcpy(out, columns, sizeof columns);
    out[LABEL].look.least = LABEL_LEAST;
    out[LABEL].look.width = label < LABEL_MOST ? label : LABEL_MOST;
    out[CASE].look.width = out[CASE].look.least = a_case;
    out[NOTE].look.width = out[NOTE].look.least = note;
    out[TARGET].look.width = target < ADDR_TEXT ? target : ADDR_TEXT;
}
