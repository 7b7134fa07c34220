/* An item is an AS of the ASN table. Its cells are looked up in the table and the world each time, so that rows of
 * 84,000 ASes are never written out, and a reload leaves nothing dangling. */
#include "console/views/routes.h"

#include "base/text.h"
#include "console/widgets/table.h"
#include "density/countries.h"
#include "pages/figure.h"

#include <math.h>
#include <string.h>

enum {
    ROOMY = 16,        /* rows of the place from which text is above the table, ... */
    SELECTED_FROM = 7, /* ... and a row about the selected AS */
};

struct world_view {
    struct table table;
    struct nav *nav;
    struct header top;
    struct table_model bare, guessed; /* without zone files; without that of level 3 */
    struct table_column bare_columns[TABLE_COLUMNS], guessed_columns[TABLE_COLUMNS];
    struct countries countries;
    size_t over; /* ASes with a ratio of 1 or more */
    size_t rank; /* by ratio, of the AS from which the user comes; 0 = not known */
    bool has_selected;
    bool outdated;
};

/* ---- the table ---- */

enum { ASN, NAME, COUNTRY, ADDRESSES, LISTED, IMPACTS, NEEDED, RATIO, SCORE, CALL, ON_LEVEL3, COLUMNS };

static const struct table_column columns[COLUMNS] = {
    [ASN] = {{"ASN", 12, 8, 0, false}, "asn", "number", false},
    [NAME] = {{"name", 44, 12, 2, false}, NULL, NULL, false},
    [COUNTRY] = {{"CC", 2, 2, 13, false}, NULL, NULL, false},
    [ADDRESSES] = {{"addresses", 11, 11, 10, true}, "addresses", "addresses, most first", true},
    [LISTED] = {{"listed", 6, 6, 4, true}, "listed", "listed addresses, most first", true},
    [IMPACTS] = {{"~impacts", 8, 8, 3, true}, "impacts", "impacts (estimate), most first", true},
    [NEEDED] = {{"needed", 8, 8, 11, true}, "needed", NULL, true},
    [RATIO] = {{"~ratio", 6, 6, 1, true}, "ratio", "ratio (estimate), largest first", true},
    [SCORE] = {{"~score", 9, 9, 6, true}, "score", "score (estimate), largest first", true},
    [CALL] = {{"~level 3", 10, 10, 12, false}, NULL, NULL, false},
    [ON_LEVEL3] = {{"level 3", 7, 7, 5, false}, "level3", "on level 3 first", true},
};

static struct dataset *
dataset_of(void *self)
{
    return &((struct world_view *)self)->nav->engine->dataset;
}

static struct asn
asn_at(void *self, size_t item)
{
    return asn_table_at(dataset_asn_table(dataset_of(self)), item);
}

/* False without zone files. */
static bool
find_density(void *self, size_t item, struct asn_density *out)
{
    const struct world *world = dataset_world(dataset_of(self));
    if (world)
        *out = density_world_at(world, item);
    return world;
}

static uint32_t
number_at(void *self, size_t item)
{
    return asn_table_number(dataset_asn_table(dataset_of(self)), item);
}

static uint64_t
key_of(void *self, size_t item)
{
    return (uint64_t)number_at(self, item) + 1;
}

static double
figure(void *self, size_t item, size_t column)
{
    struct asn_density d;
    if (column == ASN)
        return number_at(self, item);
    if (column == ADDRESSES)
        return (double)asn_table_addresses(dataset_asn_table(dataset_of(self)), item);
    if (!find_density(self, item, &d))
        return NAN;
    switch (column) {
    case LISTED:
        return (double)d.listed;
    case IMPACTS:
        return (double)d.impacts;
    case NEEDED:
        return d.needed;
    case RATIO:
        return d.ratio;
    case ON_LEVEL3:
        return d.level3 == LEVEL3_UNKNOWN ? NAN : d.level3 == LEVEL3_OWN;
    default:
        return d.score;
    }
}

/* "" = not known. */
static const char *
country_of(void *self, size_t item)
{
    struct world_view *v = self;
    const struct dataset *dataset = &v->nav->engine->dataset;
    if (v->countries.count == 0 && dataset->zones)
        countries_fill(&v->countries, dataset_asn_table(&v->nav->engine->dataset), dataset->zones);
    return countries_at(&v->countries, item);
}

static bool
in_country(void *self, size_t item, const char *code)
{
    return strcmp(country_of(self, item), code) == 0;
}

static bool
matches(void *self, size_t item, const char *word)
{
    return asn_table_matches(dataset_asn_table(dataset_of(self)), item, word);
}

/* Its ranges are in order of address and apart: the last that starts before the prefix ends is the one to look at. */
static bool
touches(void *self, size_t item, const struct prefix *prefix)
{
    const struct asn_table *map = dataset_asn_table(dataset_of(self));
    uint64_t first = addr_to_v4(&prefix->addr), end = first + prefix_size(prefix);
    size_t low = 0, high = asn_table_range_count(map, item);
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        struct prefix range = asn_table_range(map, item, middle);
        if (addr_to_v4(&range.addr) < end)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == 0)
        return false;
    struct prefix range = asn_table_range(map, item, low - 1);
    return addr_to_v4(&range.addr) + prefix_size(&range) > first;
}

static bool
is_of(void *self, size_t item, uint32_t asn)
{
    return number_at(self, item) == asn;
}

/* What level 3 makes of it, by the estimate. */
static const char *const states[] = {"under", "borderline", "over", "unknown"};

static bool
is_state(void *self, size_t item, size_t state)
{
    struct asn_density d;
    return find_density(self, item, &d) && strcmp(call_name(d.call), states[state]) == 0;
}

/* Level 3 as its zone file has it, not by the estimate. */
static bool
on_level(void *self, size_t item, unsigned level)
{
    struct asn_density d;
    if (!find_density(self, item, &d))
        return false;
    bool nets = d.impacts > (int64_t)d.listed_outside_nets || d.listed > d.listed_outside_nets;
    const bool listed[] = {d.listed > 0, nets, d.level3 == LEVEL3_OWN};
    return level > 0 ? listed[level - 1] : !listed[0] && !listed[1] && d.level3 == LEVEL3_ABSENT;
}

static enum role
put_call(struct buf *out, enum call call)
{
    static const enum role roles[] = {[CALL_UNDER] = ROLE_DIM,
                                      [CALL_BORDERLINE] = ROLE_ESTIMATE,
                                      [CALL_OVER] = ROLE_LISTED,
                                      [CALL_UNKNOWN] = ROLE_ESTIMATE};
    buf_text(out, call_name(call));
    return roles[call];
}

static enum role
put_level3(struct buf *out, enum level3 level3)
{
    static const struct {
        const char *word;
        enum role role;
    } words[] = {[LEVEL3_UNKNOWN] = {"?", ROLE_UNKNOWN},
                 [LEVEL3_ABSENT] = {"no", ROLE_DIM},
                 [LEVEL3_OWN] = {"yes", ROLE_LISTED}};
    buf_text(out, words[level3].word);
    return words[level3].role;
}

static enum role
cell(void *self, size_t item, size_t column, struct buf *out)
{
    struct asn_density d;
    if (column == ASN) {
        buf_format(out, "AS%u", number_at(self, item));
        return ROLE_STRONG;
    }
    if (column == NAME) {
        buf_text(out, asn_at(self, item).org);
        return ROLE_PLAIN;
    }
    if (column == COUNTRY) {
        buf_text(out, country_of(self, item));
        return ROLE_PLAIN;
    }
    if (column == CALL && find_density(self, item, &d))
        return put_call(out, d.call);
    if (column == ON_LEVEL3 && find_density(self, item, &d))
        return put_level3(out, d.level3);
    double number = figure(self, item, column);
    enum role role = number > 0 ? ROLE_PLAIN : ROLE_DIM;
    bool estimate = column == IMPACTS || column == RATIO || column == SCORE;
    if (estimate && find_density(self, item, &d) && d.at_least)
        buf_text(out, ">=");
    if (isnan(number) || (column != RATIO && column != SCORE && column != NEEDED))
        return table_model_number(out, number, role);
    if (column == RATIO)
        buf_format(out, "%.2f", density_ratio_shown(number));
    else
        text_decimal(out, number);
    return role;
}

static const struct table_model model = {
    .thing = "ASN",
    .things = "ASNs",
    .filter_label = "Filter: name, as:64500, country:DE, level:3, ratio>1.5, in:203.0.113.0/24",
    .columns = columns,
    .column_count = sizeof columns / sizeof columns[0],
    .eye = {.figure = figure,
            .matches = matches,
            .touches = touches,
            .is_of = is_of,
            .on_level = on_level,
            .is_state = is_state,
            .in_country = in_country},
    .states = states,
    .state_count = sizeof states / sizeof states[0],
    .key = key_of,
    .cell = cell,
};

/* ---- what stands on top ---- */

static void
count_ratios(struct world_view *v)
{
    struct asn_density d;
    double home = NAN;
    v->over = v->rank = 0;
    for (size_t i = 0; i < v->table.items && isnan(home); i++)
        if (number_at(v, i) == v->table.home_asn && find_density(v, i, &d))
            home = d.ratio;
    for (size_t i = 0; i < v->table.items && find_density(v, i, &d); i++) {
        v->over += d.ratio >= 1;
        v->rank += d.ratio > home;
    }
    v->rank += !isnan(home);
}

static void
refresh(struct world_view *v)
{
    if (!v->outdated)
        return;
    v->outdated = false;
    struct dataset *dataset = &v->nav->engine->dataset;
    const struct asn_table *map = dataset_asn_table(dataset);
    bool counted = dataset_world(dataset) || *dataset_lacks_zones(dataset);
    countries_fini(&v->countries);
    if (!v->table.chosen) /* nothing has a ratio without zone files */
        v->table.sort = *dataset_lacks_zones(dataset) ? ASN : RATIO;
    v->table.model = *dataset_lacks_zones(dataset) ? &v->bare : dataset_level(dataset, 3) ? &model : &v->guessed;
    table_fill(&v->table, map && counted ? asn_table_count(map) : 0);
    count_ratios(v);
}

/* "770 of 84,159 ASNs reach 1; AS38623 is number 108." */
static void
put_rank(const struct world_view *v, struct buf *out)
{
    text_number(out, (int64_t)v->over);
    buf_text(out, " of ");
    figure_count(out, (int64_t)v->table.items, "ASN", "ASNs");
    buf_text(out, v->over == 1 ? " reaches 1" : " reach 1");
    if (v->rank > 0) {
        buf_format(out, "; AS%u is number ", v->table.home_asn);
        text_number(out, (int64_t)v->rank);
    }
    buf_byte(out, '.');
}

/* What the ratio is, to somebody who never heard of it. */
static void
put_rule(const struct policy *policy, struct buf *out)
{
    buf_text(out, "~ marks an estimate. ~ratio: impacts divided by what level 3 takes, 1 for ");
    text_number(out, (int64_t)(100000 / policy->score));
    buf_format(out, " addresses, at least %lld. ", (long long)policy->impacts);
}

static void
write_top(struct world_view *v, int rows, int cols)
{
    const struct dataset *dataset = &v->nav->engine->dataset;
    struct buf line = {0};
    header_begin(&v->top, cols);
    buf_text(&line, dataset_lacks_asn_table(dataset));
    header_add(&v->top, ROLE_WARN, &line);
    buf_text(&line, dataset_lacks_zones(dataset));
    header_add(&v->top, ROLE_WARN, &line);
    if (*dataset_lacks_zones(dataset) && v->table.items > 0) {
        buf_text(&line, "What is listed of each ASN, and so its ratio, is not known.");
        buf_text(&line, v->table.chosen ? "" : " They are by number.");
        header_add(&v->top, ROLE_PLAIN, &line);
    }
    buf_text(&line, dataset_lacks_world(dataset));
    header_add(&v->top, ROLE_WARN, &line);
    if (rows >= ROOMY && v->table.items > 0 && !*dataset_lacks_zones(dataset)) {
        put_rule(&dataset->policy, &line);
        put_rank(v, &line);
        header_add(&v->top, ROLE_PLAIN, &line);
    }
    bool fresh = rows < ROOMY || figure_sources(&line, dataset->zones, dataset->asndb);
    header_add(&v->top, fresh ? ROLE_DIM : ROLE_WARN, &line);
    buf_free(&line);
}

static void
panes(void *self, int rows, int cols, struct panes *out)
{
    struct world_view *v = self;
    refresh(v);
    write_top(v, rows, cols);
    v->has_selected = v->table.items > 0 && rows >= SELECTED_FROM;
    table_panes(&v->table, &v->top, rows, v->has_selected, false, out);
}

/* All that is known of the ASN on which the cursor is: columns that have no room, and names that are cut. */
static void
draw_selected(struct world_view *v, const struct canvas *canvas, int row)
{
    static const struct {
        size_t column;
        const char *format;
    } shown[] = {{COUNTRY, ", %s"}, {ADDRESSES, ", %s addresses"}, {NEEDED, ", %s needed"}, {CALL, ", %s"}};
    size_t at = v->table.pane.cursor.row;
    struct buf line = {0};
    if (at >= v->table.row_count)
        return;
    size_t item = table_item(&v->table, at);
    buf_format(&line, "AS%u %s", number_at(v, item), asn_at(v, item).org);
    for (size_t i = 0; i < sizeof shown / sizeof shown[0]; i++) {
        struct buf text = {0};
        cell(v, item, shown[i].column, &text);
        if (text.count > 0 && strcmp(buf_string(&text), "-") != 0)
            buf_format(&line, shown[i].format, buf_string(&text));
        buf_free(&text);
    }
    canvas_glyph(canvas, row, 0, ROLE_KEY, GLYPH_INTO);
    canvas_text(canvas, row, 2, CANVAS_REST, ROLE_STRONG, buf_string(&line));
    buf_free(&line);
}

static void
draw(void *self, enum part part, const struct canvas *canvas)
{
    struct world_view *v = self;
    (void)part;
    table_draw_head(&v->table, &v->top, canvas, v->has_selected);
    if (v->has_selected)
        draw_selected(v, canvas, v->top.rows);
}

/* ---- the view ---- */

static void
close_world(void *self)
{
    struct world_view *v = self;
    table_fini(&v->table);
    header_fini(&v->top);
    countries_fini(&v->countries);
    free(v);
}

static void
title(void *self, struct buf *out, struct buf *status)
{
    buf_text(out, "world");
    table_status(&((const struct world_view *)self)->table, status);
}

static void
changed(void *self, unsigned what)
{
    struct world_view *v = self;
    v->outdated |= what & CHANGED_DATA;
}

/* Each row is an AS; the view itself is about all addresses. */
static void
subject(void *self, size_t row, struct view_subject *out)
{
    const struct world_view *v = self;
    out->about = (struct prefix){.addr = addr_from_v4(0)};
    if (v->table.row_count == 0 || (row != VIEW_ANY_ROW && row >= v->table.row_count))
        return;
    uint32_t asn = number_at(self, table_item(&v->table, row == VIEW_ANY_ROW ? 0 : row));
    out->resource = resource_of_asn(asn);
    if (out->copy)
        buf_format(out->copy, "AS%u", asn);
}

static bool
can(void *self, enum action action, size_t row)
{
    const struct world_view *v = self;
    return action == ACTION_OPEN && v->table.row_count > 0 && (row == VIEW_ANY_ROW || row < v->table.row_count);
}

static void
act(void *self, struct app *app, enum action action, size_t row)
{
    struct world_view *v = self;
    (void)app, (void)action;
    uint32_t asn = number_at(v, table_item(&v->table, row));
    navigate(v->nav, &(struct place){PLACE_PROVIDER, .resource = resource_of_asn(asn)});
}

static const enum action hints[] = {ACTION_FILTER,  ACTION_SORT,    ACTION_SEARCH,
                                    ACTION_JOURNAL, ACTION_HISTORY, ACTION_NONE};

static const struct view world_view = {
    .scope = SCOPE_VIEW,
    .layout = LAYOUT_PAGE,
    .hints = hints,
    .close = close_world,
    .title = title,
    .changed = changed,
    .panes = panes,
    .draw = draw,
    .subject = subject,
    .can = can,
    .act = act,
};

/* A column that is not shown stays, because filters may name it. */
static struct table_column
hidden(const struct table_column *column)
{
    return (struct table_column){.look = {"", 0, 0, 9, column->look.right}, .name = column->name, .falling = true};
}

static void
init_variants(struct world_view *v)
{
    v->guessed = v->bare = model;
    for (size_t i = 0; i < COLUMNS; i++) {
        v->guessed_columns[i] = i == ON_LEVEL3 ? hidden(&columns[i]) : columns[i];
        v->bare_columns[i] = i == ASN || i == NAME || i == ADDRESSES ? columns[i] : hidden(&columns[i]);
    }
    v->bare_columns[NAME].look = (struct column){"name", 60, 12, 1, false};
    v->bare_columns[ADDRESSES].look = (struct column){"addresses", 13, 13, 2, true};
    v->guessed.columns = v->guessed_columns;
    v->guessed.eye.on_level = v->bare.eye.on_level = NULL;
    v->guessed.filter_label = "Filter: name, as:64500, country:DE, listed>0, ratio>1.5, in:203.0.113.0/24";
    v->bare.columns = v->bare_columns;
    v->bare.filter_label = "Filter: name, as:64500, addresses>65536, in:203.0.113.0/24";
}

void
view_world_open(struct nav *nav, const struct place *place)
{
    struct world_view *v = mem_zero(sizeof *v);
    v->nav = nav;
    v->outdated = true;
    table_init(&v->table, &model, v, nav->app, RATIO);
    v->table.home_asn = place->came_from.asn;
    init_variants(v);
    app_push(nav->app, &world_view, v);
}
