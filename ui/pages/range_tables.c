#include "pages/range_tables.h"

#include "base/clock.h"
#include "base/text.h"
#include "check/ptr_cache.h"
#include "pages/address_rows.h"
#include "pages/figure.h"
#include "verdict/phrases.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { DAY_MS = 24 * 60 * 60 * 1000 };

/* The impacts of a net, and how many times the limit they are; NAN = unknown. */
static double
impacts_of(const struct listed_net *net)
{
    return net->impacts == LISTING_UNKNOWN ? NAN : (double)net->impacts;
}

static double
times_of(const struct listed_net *net)
{
    return net->limit > 0 ? impacts_of(net) / (double)net->limit : NAN;
}

static enum role
put_times(struct buf *out, double times)
{
    if (isnan(times))
        return table_model_number(out, times, ROLE_DIM);
    figure_times(out, times);
    return times >= 1 ? ROLE_STRONG : ROLE_PLAIN;
}

/* ---- what is listed ---- */

static const struct range_spot *
spot_at(void *self, size_t item)
{
    const struct range_table *table = self;
    return &table->spots->at[item];
}

static struct prefix
spot_prefix(void *self, size_t item)
{
    return spot_at(self, item)->prefix;
}

enum { ADDRESS, NAME = RANGE_COLUMN_NAME, FIRST_SEEN, LEVELS, LAST_SEEN, MARKS };

static const struct table_column address_columns[] = {
    [ADDRESS] = {{"address", 15, 15, 0, false}, "address", "address", false, NULL, 0},
    [NAME] = {{"PTR name", 60, 12, 1, false}, NULL, NULL, false, NULL, 0},
    [FIRST_SEEN] = {{"listed", 6, 6, 2, true}, "first", "listed for, the newest first (journal)", false, NULL, 0},
    [LEVELS] = {{"L1 L2 L3", 8, 8, 4, false}, NULL, NULL, false, NULL, 0},
    [LAST_SEEN] = {{"last seen", 9, 9, 5, true}, "last", "last seen, latest first (journal)", false, NULL, 0},
    [MARKS] = {{"also on", 40, 8, 3, false}, NULL, NULL, false, NULL, 0},
};

/* That it has left, other lists, and where sweep and zone file differ. */
static void
put_marks(struct buf *out, const struct range_spot *spot)
{
    const char *const marks[] = {
        spot->stay == RANGE_LEFT ? "left" : NULL,
        spot->exempt ? "exempt" : NULL,
        spot->backscatterer ? "backscatterer" : NULL,
        spot->listed && spot->local == STATE_CLEAR ? "not in the zone file" : NULL,
        spot->listed && spot->state != STATE_LISTED ? "from the zone file" : NULL,
    };
    bool any = false;
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++)
        if (marks[i]) {
            buf_format(out, "%s%s", any ? ", " : "", marks[i]);
            any = true;
        }
}

/* The dates are figures in days ago, with a fraction. */
static double
address_figure(void *self, size_t item, size_t column)
{
    const struct range_spot *spot = spot_at(self, item);
    if (column == ADDRESS)
        return addr_to_v4(&spot->prefix.addr);
    if (!spot->has_seen)
        return NAN;
    int64_t at_ms = column == FIRST_SEEN ? spot->seen.first_ms : spot->seen.last_ms;
    return (double)(clock_wall_ms() - at_ms) / DAY_MS;
}

/* Returns NULL if names are not asked for. */
static const struct ptr *
ptr_of(const struct range_summary *range, const struct range_spot *spot)
{
    return range->names ? ptr_cache_at(range->names, addr_to_v4(&spot->prefix.addr)) : NULL;
}

static bool
address_matches(void *self, size_t item, const char *word)
{
    const struct range_spot *spot = spot_at(self, item);
    const struct ptr *ptr = ptr_of(((struct range_table *)self)->range, spot);
    static const char *const stays[] = {[RANGE_STAYS] = "listed", [RANGE_LEFT] = "", [RANGE_NOT_SEEN] = "?"};
    char address[ADDR_TEXT];
    struct buf text = {0};
    buf_format(&text, "%s %s %s ", addr_text(&spot->prefix.addr, address), stays[spot->stay],
               ptr && ptr->name ? ptr->name : "");
    put_marks(&text, spot);
    bool matches = strcasestr(buf_string(&text), word);
    buf_free(&text);
    return matches;
}

static bool
address_on_level(void *self, size_t item, unsigned level)
{
    const struct range_spot *spot = spot_at(self, item);
    if (level > 0)
        return range_spot_level(spot, level) == STATE_LISTED;
    for (level = 1; level <= LIST_LEVELS; level++)
        if (range_spot_level(spot, level) != STATE_CLEAR)
            return false;
    return true;
}

/* Returns 0 without a journal. */
static int64_t
address_seen(void *self, size_t item)
{
    const struct range_spot *spot = spot_at(self, item);
    return spot->has_seen ? spot->seen.last_ms : 0;
}

enum role
range_table_name(struct buf *out, const struct ptr_cache *names, uint32_t address)
{
    const struct ptr *ptr = names ? ptr_cache_at(names, address) : NULL;
    if (!ptr)
        return ROLE_DIM;
    if (ptr->name && *ptr->name) {
        buf_text(out, ptr->name);
        return ROLE_PLAIN;
    }
    bool none = ptr->state == PTR_NONE || ptr->name;
    if (none && !ptr_cache_are_doubted(names))
        buf_text(out, "no name");
    else if (none || ptr->state == PTR_FAILED)
        buf_text(out, "name not known");
    return ROLE_DIM;
}

/* Appends days, or hours. */
static void
put_days(struct buf *out, int64_t ms)
{
    double days = (double)ms / DAY_MS;
    buf_format(out, "%.0f %c", floor(days < 2 ? days * 24 : days), days < 2 ? 'h' : 'd');
}

enum role
range_table_age(struct buf *out, const struct range_summary *range, const struct range_spot *spot)
{
    enum { HOUR_MS = DAY_MS / 24 };
    if (!spot->has_seen)
        return table_model_number(out, NAN, ROLE_DIM);
    int64_t age_ms = clock_wall_ms() - spot->seen.first_ms;
    bool already = spot->seen.first_ms == range->first_look_ms; /* listed before */
    if (spot->stay == RANGE_LEFT) {
        buf_text(out, "left");
        return ROLE_CLEAR;
    }
    if (age_ms < HOUR_MS)
        buf_text(out, already ? "now" : "new");
    else
        put_days(out, age_ms);
    buf_text(out, already && age_ms >= HOUR_MS ? "+" : "");
    return already || age_ms >= HOUR_MS ? ROLE_PLAIN : ROLE_STRONG;
}

static enum role
address_cell(void *self, size_t item, size_t column, struct buf *out)
{
    enum { HOUR_MS = DAY_MS / 24 };
    const struct range_summary *range = ((struct range_table *)self)->range;
    const struct range_spot *spot = spot_at(self, item);
    char address[ADDR_TEXT];
    switch (column) {
    case ADDRESS:
        buf_text(out, addr_text(&spot->prefix.addr, address));
        if (spot->more > 0)
            buf_format(out, "-.%u", spot->prefix.addr.bytes[3] + spot->more);
        return spot->stay == RANGE_STAYS ? ROLE_PLAIN : spot->stay == RANGE_LEFT ? ROLE_CLEAR : ROLE_UNKNOWN;
    case NAME:
        return range_table_name(out, range->names, addr_to_v4(&spot->prefix.addr));
    case LEVELS:
        return ROLE_PLAIN;
    case MARKS:
        put_marks(out, spot);
        return spot->exempt ? ROLE_EXEMPT : spot->stay == RANGE_LEFT ? ROLE_CLEAR : ROLE_WARN;
    case FIRST_SEEN:
        return range_table_age(out, range, spot);
    default:
        if (!spot->has_seen)
            return table_model_number(out, NAN, ROLE_DIM);
        int64_t age_ms = clock_wall_ms() - spot->seen.last_ms;
        if (age_ms < HOUR_MS)
            buf_text(out, "<1 h");
        else
            put_days(out, age_ms);
        buf_text(out, " ago");
        return ROLE_PLAIN;
    }
}

static size_t
address_signs(void *self, size_t item, size_t column, struct table_sign *out)
{
    const struct range_spot *spot = spot_at(self, item);
    if (column == NAME && ptr_of(((struct range_table *)self)->range, spot)->state == PTR_ASKING) {
        *out = (struct table_sign){GLYPH_ASKING, ROLE_DIM};
        return 1;
    }
    if (column != LEVELS)
        return 0;
    enum { APART = 3 }; /* columns from a sign to the next: each is below its title */
    for (unsigned i = 0; i < APART * LIST_LEVELS - 2; i++) {
        enum list_state state = range_spot_level(spot, i / APART + 1);
        out[i] = i % APART > 0 ? (struct table_sign){GLYPH_BLANK, ROLE_PLAIN}
                               : (struct table_sign){address_looks[state].glyph, address_looks[state].role};
    }
    if (spot->asking && range_spot_state(spot) == STATE_UNASKED)
        out[0] = (struct table_sign){GLYPH_ASKING, ROLE_ASKING};
    return APART * LIST_LEVELS - 2;
}

/* By has_journal and has_names. */
static const char *const address_labels[2][2] = {
    {"Filter: part of an address, exempt, level:2, in:203.0.113.0/28",
     "Filter: part of an address or name, exempt, level:2, in:203.0.113.0/28"},
    {"Filter: part of an address, left, level:2, first<7 (days), since:7d, in:203.0.113.0/28",
     "Filter: part of an address or name, left, level:2, first<7 (days), since:7d, in:203.0.113.0/28"},
};

/* With all columns; range_table_addresses removes those of which nothing is known. */
static const struct table_model neighbours = {
    .thing = "neighbour",
    .things = "neighbours",
    .column_count = sizeof address_columns / sizeof address_columns[0],
    .eye = {.figure = address_figure,
            .matches = address_matches,
            .prefix = spot_prefix,
            .on_level = address_on_level,
            .seen_ms = address_seen},
    .cell = address_cell,
    .signs = address_signs,
};

void
range_table_addresses(struct range_table *table, const struct range_summary *range, bool has_journal, bool has_names)
{
    table->range = range;
    table->spots = &range->rows;
    memcpy(table->columns, address_columns, sizeof address_columns);
    table->model = neighbours;
    table->model.columns = table->columns;
    table->model.filter_label = address_labels[has_journal][has_names];
    if (!has_names)
        table->columns[NAME] = (struct table_column){0};
    if (has_journal)
        return;
    table->columns[LAST_SEEN] = table->columns[FIRST_SEEN] = (struct table_column){0};
    table->model.eye.seen_ms = NULL;
    table->model.thing = "listed address";
    table->model.things = "listed addresses";
}

static int
by_address(const void *a, const void *b)
{
    const struct range_spot *x = a, *y = b;
    return prefix_compare(&x->prefix, &y->prefix);
}

/* Whether two rows say the same of different addresses. */
static bool
is_equal(struct range_table *table, const struct range_spot *a, const struct range_spot *b)
{
    range_spots both = {.at = (struct range_spot[]){*a, *b}, .count = 2};
    struct range_table pair = *table;
    bool equal = true;
    pair.spots = &both;
    for (size_t column = ADDRESS + 1; column < table->model.column_count && equal; column++) {
        struct buf texts[2] = {{0}, {0}};
        struct table_sign signs[2][TABLE_SIGNS] = {0};
        for (size_t i = 0; i < 2 && table->columns[column].look.width > 0; i++) {
            address_cell(&pair, i, column, &texts[i]);
            address_signs(&pair, i, column, signs[i]);
        }
        equal =
            strcmp(buf_string(&texts[0]), buf_string(&texts[1])) == 0 && memcmp(signs[0], signs[1], sizeof *signs) == 0;
        buf_free(&texts[0]);
        buf_free(&texts[1]);
    }
    return equal;
}

void
range_table_export(const struct range_table *table, const size_t *items, size_t count, struct range_table *out,
                   range_spots *spots)
{
    enum { RUN_COLS = sizeof "255.255.255.255-.255" - 1 };
    size_t runs = 0;
    bool named = table->columns[NAME].look.width > 0;
    vec_clear(spots);
    for (size_t i = 0; i < count; i++) {
        const struct ptr *ptr = named ? ptr_of(table->range, &table->spots->at[items[i]]) : NULL;
        named = named && (ptr->state == PTR_NONE || ptr->name);
        vec_push(spots, table->spots->at[items[i]]);
    }
    *out = *table;
    out->model.columns = out->columns;
    out->spots = spots;
    out->columns[ADDRESS].look.width = RUN_COLS;
    if (!named)
        out->columns[NAME] = (struct table_column){0};
    if (count > 1)
        qsort(spots->at, count, sizeof *spots->at, by_address);
    for (size_t i = 0; i < count; i++) {
        struct range_spot *run = runs > 0 ? &spots->at[runs - 1] : NULL, *spot = &spots->at[i];
        if (run && addr_to_v4(&run->prefix.addr) + run->more + 1 == addr_to_v4(&spot->prefix.addr) &&
            is_equal(out, run, spot))
            run->more++;
        else
            spots->at[runs++] = *spot;
    }
    spots->count = runs;
}

enum { BLOCK, LISTED = RANGE_COLUMN_LISTED, BAR, TIMES, IMPACTS, LIMIT, SHARE, CAUSE };

static const struct table_column block_columns[] = {
    [BLOCK] = {{"block", 18, 18, 0, false}, "address", "address", false, NULL, 0},
    [LISTED] = {{"listed", 6, 6, 1, true}, "listed", "listed addresses, most first", true, NULL, 0},
    [BAR] = {{"", 40, 6, 2, false}, NULL, NULL, false, NULL, 0},
    [TIMES] = {{"times", 5, 5, 4, true}, "times", "impacts to limit, most first", true, NULL, 0},
    [IMPACTS] = {{"impacts", 7, 7, 3, true}, "impacts", "published impacts, most first", true, NULL, 0},
    [LIMIT] = {{"limit", 5, 5, 5, true}, "limit", NULL, false, NULL, 0},
    [SHARE] = {{"share", 7, 7, 6, true}, "share", NULL, true, NULL, 0},
    [CAUSE] = {{"", 0, 0, 9, true}, "cause", "cause: impacts to limit, then listed addresses", true, NULL, 0},
};

static double
block_figure(void *self, size_t item, size_t column)
{
    enum { CAUSE_STEP = 1000000 /* more than addresses in a block */ };
    const struct range_spot *spot = spot_at(self, item);
    double times, size = (double)prefix_size(&spot->prefix);
    switch (column) {
    case BLOCK:
        return addr_to_v4(&spot->prefix.addr);
    case LISTED:
        return (double)spot->listed;
    case SHARE:
        return 100 * (double)spot->listed / (double)prefix_size(&spot->prefix);
    case IMPACTS:
        return spot->net ? impacts_of(spot->net) : NAN;
    case LIMIT:
        return spot->net ? (double)spot->net->limit : NAN;
    case CAUSE: /* impacts make a range listed; addresses count only where no impacts are published */
        times = spot->net ? times_of(spot->net) : 0;
        return CAUSE_STEP * (isnan(times) ? 1 : times) + (double)spot->listed + size / UINT32_MAX;
    default:
        return spot->net ? times_of(spot->net) : NAN;
    }
}

static enum role
block_cell(void *self, size_t item, size_t column, struct buf *out)
{
    const struct range_spot *spot = spot_at(self, item);
    char prefix[PREFIX_TEXT];
    switch (column) {
    case BLOCK:
        buf_text(out, prefix_text(&spot->prefix, prefix));
        return ROLE_PLAIN;
    case BAR:
        return ROLE_PLAIN;
    case SHARE:
        figure_share(out, spot->listed, prefix_size(&spot->prefix));
        return ROLE_PLAIN;
    case TIMES:
        return put_times(out, block_figure(self, item, column));
    default:
        return table_model_number(out, block_figure(self, item, column), ROLE_PLAIN);
    }
}

static const struct table_model blocks = {
    .thing = "block",
    .things = "blocks",
    .filter_label = "Filter: part of a prefix, listed>3, impacts>=100, times>2, in:203.0.113.0/24",
    .columns = block_columns,
    .column_count = sizeof block_columns / sizeof block_columns[0],
    .tie = CAUSE,
    .bar = BAR,
    .bar_of = LISTED,
    .eye = {.figure = block_figure, .prefix = spot_prefix},
    .cell = block_cell,
};

void
range_table_blocks(struct range_table *table, const struct range_summary *range)
{
    bool published = false;
    table->range = range;
    table->spots = &range->rows;
    table->model = blocks;
    table->model.columns = table->columns;
    memcpy(table->columns, block_columns, sizeof block_columns);
    for (size_t i = 0; i < range->rows.count; i++)
        published = published || range->rows.at[i].net;
    for (size_t column = TIMES; column <= LIMIT && !published; column++)
        table->columns[column].look.width = table->columns[column].look.least = 0;
}

/* ---- nets ---- */

enum { NET, PLACE, NET_IMPACTS, NET_LIMIT, NET_TIMES, KIND, HOLDER };

static const struct table_column net_columns[] = {
    [NET] = {{"net", 18, 18, 0, false}, "place", "place: around, then inside", false, NULL, 0},
    [PLACE] = {{"place", 6, 6, 4, false}, NULL, NULL, false, NULL, 0},
    [NET_IMPACTS] = {{"impacts", 7, 7, 1, true}, "impacts", "impacts, most first", true, NULL, 0},
    [NET_LIMIT] = {{"limit", 5, 5, 3, true}, "limit", NULL, false, NULL, 0},
    [NET_TIMES] = {{"times", 5, 5, 2, true}, "times", "impacts to limit, most first", true, NULL, 0},
    [KIND] = {{"kind", 26, 9, 4, false}, NULL, NULL, false, NULL, 0},
    [HOLDER] = {{"holder (level 2)", 40, 20, 5, false}, NULL, NULL, false, NULL, 0},
};

static const struct listed_net *
net_at(void *self, size_t item)
{
    const struct range_summary *range = self;
    return &range->nets.at[item];
}

/* A net may be published twice, as announced and as a single /24. */
static uint64_t
net_key(void *self, size_t item)
{
    const struct listed_net *net = net_at(self, item);
    return table_model_key(&net->prefix) | (uint64_t)(net->kind == NET_SLASH24) << 62;
}

static double
net_figure(void *self, size_t item, size_t column)
{
    const struct listed_net *net = net_at(self, item);
    switch (column) {
    case NET:
        return (double)item; /* they come in that order */
    case NET_IMPACTS:
        return impacts_of(net);
    case NET_LIMIT:
        return net->permanent ? NAN : (double)net->limit;
    default:
        return times_of(net);
    }
}

static struct prefix
net_prefix(void *self, size_t item)
{
    return net_at(self, item)->prefix;
}

static bool
net_is_of(void *self, size_t item, uint32_t asn)
{
    return net_at(self, item)->holder.asn == asn;
}

static enum role
net_cell(void *self, size_t item, size_t column, struct buf *out)
{
    const struct range_summary *range = self;
    const struct listed_net *net = net_at(self, item);
    char prefix[PREFIX_TEXT];
    switch (column) {
    case NET:
        buf_text(out, prefix_text(&net->prefix, prefix));
        return ROLE_PLAIN;
    case PLACE:
        buf_text(out, item < range->around ? "around" : net == range->own ? "this" : "inside");
        return ROLE_DIM;
    case NET_TIMES:
        return put_times(out, times_of(net));
    case KIND:
        if (net->permanent)
            buf_text(out, "by hand, no expiry");
        else if (net->impacts == LISTING_UNKNOWN && net->abusers != LISTING_UNKNOWN)
            buf_format(out, "%lld abusers (old rule)", (long long)net->abusers);
        else
            buf_text(out, net->kind == NET_SLASH24 ? "part of a larger network" : "announced");
        buf_text(out, range->knows_nets ? "" : ", by DNS");
        return net->permanent ? ROLE_STRONG : ROLE_DIM;
    case HOLDER:
        phrases_holder(out, net->holder.asn, net->holder.org, "");
        return ROLE_DIM;
    default:
        return table_model_number(out, net_figure(self, item, column),
                                  column == NET_IMPACTS ? ROLE_STRONG : ROLE_PLAIN);
    }
}

/* Searches the words of all columns that are not figures. */
static bool
net_matches(void *self, size_t item, const char *word)
{
    static const size_t worded[] = {NET, PLACE, KIND, HOLDER};
    struct buf text = {0};
    for (size_t i = 0; i < sizeof worded / sizeof worded[0]; i++) {
        net_cell(self, item, worded[i], &text);
        buf_byte(&text, ' ');
    }
    bool matches = strcasestr(buf_string(&text), word);
    buf_free(&text);
    return matches;
}

const struct table_model range_table_nets = {
    .thing = "published net",
    .things = "published nets",
    .filter_label = "Filter: words, impacts>=100, times>2, as:64500, in:203.0.113.0/24",
    .columns = net_columns,
    .column_count = sizeof net_columns / sizeof net_columns[0],
    .eye = {.figure = net_figure, .matches = net_matches, .prefix = net_prefix, .is_of = net_is_of},
    .key = net_key,
    .cell = net_cell,
};
