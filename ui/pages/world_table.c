#include "pages/world_table.h"

#include "base/sort.h"
#include "base/text.h"

#include <math.h>
#include <string.h>

enum {
    ASN,
    NAME,
    COUNTRY,
    LISTED,
    LEVEL3,
    BAR,
    RATIO,
    IMPACTS,
    SIZE,
    SCORE,
    CALL,
    NEEDED,
    OUTSIDE,
    AT_LEAST,
    ON_LEVEL3
};

#define HIDDEN(right)                                                                                                  \
    {                                                                                                                  \
        "", 0, 0, 9, right                                                                                             \
    }

static const struct table_column columns[] = {
    [ASN] = {{"ASN", 12, 8, 0, false}, "asn", "number", false, "asn", TABLE_INTEGER},
    [NAME] = {{"name", 32, 12, 2, false}, NULL, NULL, false, "org", TABLE_TEXT},
    [COUNTRY] = {{"CC", 2, 2, 14, false}, NULL, NULL, false, NULL, TABLE_TEXT},
    [LISTED] = {{"1 listed", 8, 8, 4, true}, "listed", "listed addresses, most first", true, "listed", TABLE_INTEGER},
    [LEVEL3] = {{"3", 5, 5, 5, false}, "level3", "level 3, largest share first", true, "level3", TABLE_WORD},
    [BAR] = {{"x limit", 40, 8, 6, false}, NULL, NULL, false, NULL, TABLE_TEXT},
    [RATIO] = {{"~ratio", 6, 6, 1, true}, "ratio", "ratio (estimate), largest first", true, "ratio", TABLE_HUNDREDTHS},
    [IMPACTS] =
        {{"~impacts", 8, 8, 3, true}, "impacts", "impacts (estimate), most first", true, "impacts", TABLE_INTEGER},
    [SIZE] = {{"size", 11, 11, 11, true}, "addresses", "addresses, most first", true, "addresses", TABLE_INTEGER},
    [SCORE] = {{"~score", 9, 9, 10, true}, "score", "score (estimate), largest first", true, "score", TABLE_TENTHS},
    [CALL] = {{"~level 3", 10, 10, 13, false}, NULL, NULL, false, "call", TABLE_TEXT},
    [NEEDED] = {{"needed", 8, 8, 12, true}, "needed", NULL, true, "needed", TABLE_TENTHS},
    [OUTSIDE] = {HIDDEN(true), NULL, NULL, true, "listed_outside_nets", TABLE_INTEGER},
    [AT_LEAST] = {HIDDEN(false), NULL, NULL, false, "at_least", TABLE_BOOL},
    [ON_LEVEL3] = {HIDDEN(false), NULL, NULL, true, "level3_own", TABLE_BOOL},
};

/* Without zone files: nothing is known of what is listed, but filters may still name it. */
static const struct table_column bare_columns[] = {
    [ASN] = {{"ASN", 12, 8, 0, false}, "asn", "number", false, NULL, TABLE_INTEGER},
    [NAME] = {{"name", 60, 12, 1, false}, NULL, NULL, false, NULL, TABLE_TEXT},
    [COUNTRY] = {HIDDEN(false), NULL, NULL, false, NULL, TABLE_TEXT},
    [LISTED] = {HIDDEN(true), "listed", NULL, true, NULL, TABLE_INTEGER},
    [LEVEL3] = {HIDDEN(false), "level3", NULL, true, NULL, TABLE_TEXT},
    [BAR] = {HIDDEN(false), NULL, NULL, false, NULL, TABLE_TEXT},
    [RATIO] = {HIDDEN(true), "ratio", NULL, true, NULL, TABLE_HUNDREDTHS},
    [IMPACTS] = {HIDDEN(true), "impacts", NULL, true, NULL, TABLE_INTEGER},
    [SIZE] = {{"size", 13, 13, 2, true}, "addresses", "addresses, most first", true, NULL, TABLE_INTEGER},
    [SCORE] = {HIDDEN(true), "score", NULL, true, NULL, TABLE_TENTHS},
    [CALL] = {HIDDEN(false), NULL, NULL, false, NULL, TABLE_TEXT},
    [NEEDED] = {HIDDEN(true), "needed", NULL, true, NULL, TABLE_TENTHS},
    [OUTSIDE] = {HIDDEN(true), NULL, NULL, true, NULL, TABLE_INTEGER},
    [AT_LEAST] = {HIDDEN(false), NULL, NULL, false, NULL, TABLE_BOOL},
    [ON_LEVEL3] = {HIDDEN(false), NULL, NULL, true, NULL, TABLE_BOOL},
};

static const size_t records[] = {ASN,    NAME,  SIZE, LISTED,   OUTSIDE, IMPACTS,  SCORE,
                                 NEEDED, RATIO, CALL, AT_LEAST, LEVEL3,  ON_LEVEL3};

/* ---- figures ---- */

static const struct asn_table *
asns_of(void *self)
{
    return dataset_asn_table(((struct world_table *)self)->dataset);
}

/* Returns false without zone files. */
static bool
find_density(void *self, size_t item, struct asn_density *out)
{
    const struct ranking *ranking = dataset_ranking(((struct world_table *)self)->dataset);
    if (ranking)
        *out = ranking_at(ranking, item);
    return ranking;
}

static uint64_t
key_of(void *self, size_t item)
{
    return (uint64_t)asn_table_number(asns_of(self), item) + 1;
}

static double
figure(void *self, size_t item, size_t column)
{
    struct asn_density d;
    if (column == ASN)
        return asn_table_number(asns_of(self), item);
    if (column == SIZE)
        return (double)asn_table_addresses(asns_of(self), item);
    if (!find_density(self, item, &d))
        return NAN;
    switch (column) {
    case LISTED:
        return (double)d.listed;
    case OUTSIDE:
        return (double)d.listed_outside_nets;
    case IMPACTS:
        return (double)d.impacts;
    case NEEDED:
        return d.needed;
    case RATIO:
        return d.ratio;
    case AT_LEAST:
        return d.at_least;
    case ON_LEVEL3:
        return d.level3 == LEVEL3_UNKNOWN ? NAN : d.level3 == LEVEL3_OWN;
    case LEVEL3:
        return d.level3 == LEVEL3_UNKNOWN ? NAN : (double)d.level3_addresses / (double)d.addresses;
    default:
        return d.score;
    }
}

/* ---- filters ---- */

/* "" = unknown. */
static const char *
country_of(void *self, size_t item)
{
    struct world_table *t = self;
    if (t->countries.count == 0 && t->dataset->zones)
        countries_fill(&t->countries, asns_of(self), t->dataset->zones);
    return countries_at(&t->countries, item);
}

static bool
in_country(void *self, size_t item, const char *code)
{
    return strcmp(country_of(self, item), code) == 0;
}

static bool
matches(void *self, size_t item, const char *word)
{
    return asn_table_matches(asns_of(self), item, word);
}

/* Looks at the last range that starts before the prefix ends, because ranges are in order of address and apart. */
static bool
touches(void *self, size_t item, const struct prefix *prefix)
{
    const struct asn_table *asns = asns_of(self);
    uint64_t first = addr_to_v4(&prefix->addr), end = first + prefix_size(prefix);
    size_t after;
    struct prefix range;
    sort_search(after, 0, asn_table_range_count(asns, item),
                (range = asn_table_range(asns, item, after), addr_to_v4(&range.addr) < end));
    if (after == 0)
        return false;
    range = asn_table_range(asns, item, after - 1);
    return addr_to_v4(&range.addr) + prefix_size(&range) > first;
}

static bool
is_of(void *self, size_t item, uint32_t asn)
{
    return asn_table_number(asns_of(self), item) == asn;
}

/* The calls of the estimate. */
static const char *const states[] = {"under", "borderline", "over", "unknown"};

static bool
is_state(void *self, size_t item, size_t state)
{
    struct asn_density d;
    return find_density(self, item, &d) && strcmp(call_name(d.call), states[state]) == 0;
}

/* Level 3 by its zone file, not by the estimate. */
static bool
on_level(void *self, size_t item, unsigned level)
{
    struct asn_density d;
    if (!find_density(self, item, &d))
        return false;
    bool nets = d.impacts > (int64_t)d.listed_outside_nets || d.listed > d.listed_outside_nets;
    const bool listed[] = {d.listed > 0, nets, d.level3_addresses > 0};
    return level > 0 ? listed[level - 1] : !listed[0] && !listed[1] && !listed[2] && d.level3 != LEVEL3_UNKNOWN;
}

/* ---- cells ---- */

static enum role
cell(void *self, size_t item, size_t column, struct buf *out)
{
    static const enum role calls[] = {[CALL_UNDER] = ROLE_DIM,
                                      [CALL_BORDERLINE] = ROLE_ESTIMATE,
                                      [CALL_OVER] = ROLE_STRONG,
                                      [CALL_UNKNOWN] = ROLE_ESTIMATE};
    struct asn_density d;
    bool known = column > COUNTRY && find_density(self, item, &d);
    double number = figure(self, item, column);
    enum role role = number > 0 ? ROLE_PLAIN : ROLE_DIM;
    switch (column) {
    case ASN:
        buf_format(out, "AS%u", asn_table_number(asns_of(self), item));
        return ROLE_STRONG;
    case NAME:
        buf_text(out, asn_table_at(asns_of(self), item).org);
        return ROLE_PLAIN;
    case COUNTRY:
        buf_text(out, country_of(self, item));
        return ROLE_PLAIN;
    case CALL:
        buf_text(out, known ? call_name(d.call) : "-");
        return known ? calls[d.call] : ROLE_DIM;
    case LEVEL3:
        buf_text(out, isnan(number) ? "?" : cover_name(cover_from(d.level3_addresses, d.addresses)));
        return isnan(number) ? ROLE_UNKNOWN : number >= 1 ? ROLE_STRONG : role;
    case BAR:
        return ROLE_PLAIN;
    case IMPACTS:
    case RATIO:
    case SCORE:
        buf_text(out, known && d.at_least ? ">=" : "");
        break;
    }
    number = column == NEEDED ? ceil(number) : number; /* impacts are whole */
    if (isnan(number) || (column != RATIO && column != SCORE))
        return table_model_number(out, number, role);
    if (column == RATIO)
        buf_format(out, "%.2f", ranking_ratio_shown(number));
    else
        text_decimal(out, number);
    return role;
}

/* ---- models ---- */

#define COMMON_MODEL(these)                                                                                            \
    .thing = "ASN", .things = "ASNs", .columns = these, .column_count = sizeof these / sizeof these[0],                \
    .records = records, .record_count = sizeof records / sizeof records[0], .states = states,                          \
    .state_count = sizeof states / sizeof states[0], .key = key_of, .cell = cell, .eye.figure = figure,                \
    .eye.matches = matches, .eye.touches = touches, .eye.is_of = is_of, .eye.is_state = is_state,                      \
    .eye.in_country = in_country

static const struct table_model model = {
    COMMON_MODEL(columns),
    .bar = BAR,
    .bar_of = RATIO,
    .bar_limit = 1,
    .bar_page = true,
    .clean = "level:none",
    .eye.on_level = on_level,
    .filter_label = "Filter: name, as:64500, country:DE, level:3, ratio>1.5, in:203.0.113.0/24",
};

/* Without the zone file of level 3 nothing is known to be clean. */
static const struct table_model guessed_model = {
    COMMON_MODEL(columns), .bar = BAR,
    .bar_of = RATIO,       .bar_limit = 1,
    .bar_page = true,      .filter_label = "Filter: name, as:64500, country:DE, listed>0, ratio>1.5, in:203.0.113.0/24",
};

static const struct table_model bare_model = {
    COMMON_MODEL(bare_columns),
    .filter_label = "Filter: name, as:64500, addresses>65536, in:203.0.113.0/24",
};

const struct table_model *
world_table(const struct dataset *dataset)
{
    return *dataset_lacks_zones(dataset) ? &bare_model : dataset_level(dataset, 3) ? &model : &guessed_model;
}

size_t
world_table_order(const struct dataset *dataset)
{
    return *dataset_lacks_zones(dataset) ? ASN : RATIO;
}

void
world_table_words(struct world_table *t, size_t item, struct buf *out)
{
    static const struct {
        size_t column;
        const char *format;
    } shown[] = {{COUNTRY, ", %s"}, {SIZE, ", %s addresses"}, {NEEDED, ", %s needed"}, {CALL, ", %s"}};
    struct asn asn = asn_table_at(asns_of(t), item);
    buf_format(out, "AS%u%s%s", asn.number, *asn.org ? " " : "", asn.org);
    for (size_t i = 0; i < sizeof shown / sizeof shown[0]; i++) {
        struct buf text = {0};
        cell(t, item, shown[i].column, &text);
        if (text.count > 0 && strcmp(buf_string(&text), "-") != 0)
            buf_format(out, shown[i].format, buf_string(&text));
        buf_free(&text);
    }
}
