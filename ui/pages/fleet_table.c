#include "pages/fleet_table.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "pages/address_rows.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

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
        [STATE] = fleet_row_state_name(row->state),
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
    return strcmp(tag, "*") == 0 ? *tags : fleet_row_has_word(tags, tag);
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
