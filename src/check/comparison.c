#include "check/comparison.h"

#include "check/range_summary.h"
#include "check/sweep_store.h"
#include "journal/history.h"
#include "targets/target.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { PER = 100000 };

void
comparison_fini(struct comparison *c)
{
    for (size_t i = 0; i < c->subjects.count; i++) {
        free(c->subjects.at[i].org);
        complaints_fini(&c->subjects.at[i].complaints);
    }
    vec_free(&c->subjects);
}

static void
set(struct comparison_subject *s, enum comparison_row row, enum figure_kind kind, double value)
{
    s->figures[row] = (struct comparison_figure){kind, value};
}

bool
comparison_read(const char *text, const struct catalogue *catalogue, struct resource *out, size_t *count,
                struct fault *note, struct fault *fault)
{
    struct targets targets = {0};
    bool ok = targets_read(&targets, text, strlen(text), catalogue, fault) != TARGET_BAD;
    *count = targets.list.count;
    *note = targets.note;
    if (ok && (*count < COMPARISON_LEAST || *count > COMPARISON_MOST))
        ok = fault_set(fault, "compare needs %d to %d different targets, such as AS64500 AS64501, and has %zu",
                       COMPARISON_LEAST, COMPARISON_MOST, *count);
    for (size_t i = 0; ok && i < *count; i++) {
        const struct target *target = &targets.list.at[i];
        ok = target_resource(target, &out[i], fault);
        if (ok && *target->label)
            ok = fault_set(fault, "'%.80s' is not an address, prefix or AS number", target->label);
        else if (ok && out[i].prefix.addr.family == ADDR_V6)
            ok = fault_set(fault, "'%.60s' is IPv6, and the UCEPROTECT lists cover only IPv4", target->text);
    }
    targets_fini(&targets);
    return ok;
}

/* ---- an AS ---- */

static enum cover
cover_all(const size_t *ranges, size_t all)
{
    return ranges[COVER_WHOLE] == all ? COVER_WHOLE : ranges[COVER_NONE] == all ? COVER_NONE : COVER_PARTS;
}

static void
count_ranges(struct comparison_subject *s, const struct provider *provider)
{
    size_t level2[COVER_COUNT] = {0}, largest, all = provider->ranges.count;
    uint64_t addresses = 0;
    for (size_t i = 0; i < all; i++) {
        const struct provider_range *range = &provider->ranges.at[i];
        level2[range->level2]++;
        addresses += range->clean ? prefix_size(&range->prefix) : 0;
    }
    if (provider_cleanest(provider, &largest, 1) > 0)
        s->best = provider->ranges.at[largest].prefix;
    set(s, COMPARISON_LEVEL2, FIGURE_EXACT, cover_all(level2, all));
    if (provider->knows_level3)
        set(s, COMPARISON_LEVEL3, FIGURE_EXACT, cover_all(provider->level3, all));
    s->touched[0] = all - level2[COVER_NONE];
    s->touched[1] = all - provider->level3[COVER_NONE];
    set(s, COMPARISON_CLEAN_RANGES, FIGURE_EXACT, (double)provider->clean);
    set(s, COMPARISON_CLEAN_ADDRESSES, FIGURE_EXACT, (double)addresses);
    set(s, COMPARISON_LARGEST, FIGURE_EXACT, s->best.addr.family == ADDR_V4 ? (double)prefix_size(&s->best) : 0);
}

static void
gather_asn(struct comparison_subject *s, struct engine *engine)
{
    struct dataset *dataset = &engine->dataset;
    struct provider provider = {0};
    const struct asn_table *table = dataset_asn_table(dataset);
    provider_gather(&provider, s->asn, table, dataset_ranking(dataset), dataset->zones, &dataset->policy);
    const struct asn_density *d = &provider.density;
    enum figure_kind estimate = d->at_least ? FIGURE_AT_LEAST : FIGURE_ESTIMATE;
    s->unannounced = table && !provider.announces;
    if (provider.announces) {
        s->org = *provider.org ? mem_copy(provider.org) : NULL;
        set(s, COMPARISON_ADDRESSES, FIGURE_EXACT, (double)d->addresses);
        set(s, COMPARISON_RANGES, FIGURE_EXACT, (double)provider.ranges.count);
    }
    if (provider.counted) {
        set(s, COMPARISON_LISTED, FIGURE_EXACT, (double)d->listed);
        set(s, COMPARISON_DENSITY, FIGURE_EXACT, (double)d->listed * PER / (double)d->addresses);
        set(s, COMPARISON_IMPACTS, estimate, (double)d->impacts);
        set(s, COMPARISON_LIMIT, FIGURE_EXACT, d->needed);
        set(s, COMPARISON_OVER, estimate, d->ratio);
        set(s, COMPARISON_SCORE, estimate, d->score);
        count_ranges(s, &provider);
        if (engine->recorder)
            recorder_add_asn(engine->recorder, dataset->zones, d);
    }
    provider_fini(&provider);
}

/* ---- a prefix or an address ---- */

/* Adds the clean /24s of a prefix, of a longer one that itself, as the ranges of an AS are clean. */
static void
count_clean(struct comparison_subject *s, const struct dataset *dataset, const struct prefix *prefix)
{
    bool is_block = prefix->length >= RANGE_BLOCK;
    struct prefix near = prefix_around(&prefix->addr, is_block ? RANGE_BLOCK : prefix->length);
    const struct zone_file *level3 = dataset_level(dataset, 3);
    enum cover covers[] = {cover_of(dataset_level(dataset, 2), prefix), level3 ? cover_of(level3, prefix) : COVER_NONE};
    if (covers[0] == COVER_WHOLE || covers[1] == COVER_WHOLE)
        return;
    if (covers[0] == COVER_NONE && covers[1] == COVER_NONE && density_listed(dataset->zones, &near) == 0) {
        double size = (double)prefix_size(prefix);
        s->figures[COMPARISON_CLEAN_RANGES].value += is_block ? 1 : size / RANGE_CELLS;
        s->figures[COMPARISON_CLEAN_ADDRESSES].value += size;
        if (size > s->figures[COMPARISON_LARGEST].value) {
            s->best = *prefix;
            s->figures[COMPARISON_LARGEST].value = size;
        }
        return;
    }
    for (uint32_t half = 0; half < 2 && !is_block; half++) {
        struct addr first = addr_from_v4(addr_to_v4(&prefix->addr) | half << (31 - prefix->length));
        struct prefix part = prefix_around(&first, prefix->length + 1);
        count_clean(s, dataset, &part);
    }
}

/* Takes the net that decides for the prefix; without one, what its own addresses say at least. */
static void
take_impacts(struct comparison_subject *s, const struct range_summary *range)
{
    const struct listed_net *net = range_summary_deciding(range);
    if (net && net->impacts == LISTING_UNKNOWN)
        net = NULL;
    s->net = net ? net->prefix : range->prefix;
    s->published = net;
    int64_t impacts = net ? net->impacts : range->least, limit = net ? net->limit : range->limit;
    for (enum comparison_row row = COMPARISON_IMPACTS; row <= COMPARISON_OVER; row++)
        if (!net && range->knows_nets && s->resource.kind == RESOURCE_ADDRESS) /* no net stands for it */
            set(s, row, FIGURE_NONE, 0);
    if (!net && s->resource.kind == RESOURCE_ADDRESS)
        return;
    if (impacts > 0)
        set(s, COMPARISON_IMPACTS, net ? FIGURE_EXACT : FIGURE_AT_LEAST, (double)impacts);
    /* Level 2 lists announced prefixes and /24s. */
    if (!net && range->prefix.length != RANGE_BLOCK &&
        !(range->announced && prefix_equal(&range->record.record, &range->prefix))) {
        set(s, COMPARISON_LIMIT, FIGURE_NONE, 0);
        set(s, COMPARISON_OVER, FIGURE_NONE, 0);
        return;
    }
    if (limit > 0)
        set(s, COMPARISON_LIMIT, FIGURE_EXACT, (double)limit);
    if (limit > 0 && s->figures[COMPARISON_IMPACTS].kind != FIGURE_UNKNOWN)
        set(s, COMPARISON_OVER, s->figures[COMPARISON_IMPACTS].kind, (double)impacts / (double)limit);
}

static void
gather_prefix(struct comparison_subject *s, struct engine *engine)
{
    const struct dataset *dataset = &engine->dataset;
    const struct prefix *prefix = &s->resource.prefix;
    bool is_address = s->resource.kind == RESOURCE_ADDRESS;
    struct range_summary *range = mem_zero(sizeof *range);
    range_summary_gather(range, engine, prefix, NULL, sweep_store_find(engine, prefix));
    double size = (double)prefix_size(prefix);
    s->spans = range->announced && range->record.record.length > prefix->length;
    s->asn = range->announced && !s->spans ? range->record.asn : 0;
    s->org = s->asn && *range->record.org ? mem_copy(range->record.org) : NULL;
    set(s, COMPARISON_ADDRESSES, FIGURE_EXACT, size);
    if (range->source != RANGE_UNKNOWN) {
        set(s, COMPARISON_LISTED, FIGURE_EXACT, (double)range->listed);
        set(s, COMPARISON_DENSITY, FIGURE_EXACT, (double)range->listed * PER / size);
    }
    take_impacts(s, range);
    if (range->knows_nets)
        set(s, COMPARISON_LEVEL2, FIGURE_EXACT, range->level2);
    if (range->knows_level3)
        set(s, COMPARISON_LEVEL3, FIGURE_EXACT, range->level3);
    set(s, COMPARISON_SCORE, FIGURE_NONE, 0);
    set(s, COMPARISON_RANGES, FIGURE_EXACT, size > RANGE_CELLS ? size / RANGE_CELLS : 1);
    for (enum comparison_row row = COMPARISON_CLEAN_RANGES; row <= COMPARISON_LARGEST; row++)
        set(s, row, range->knows_nets && dataset_level(dataset, 1) ? FIGURE_EXACT : FIGURE_UNKNOWN, 0);
    if (s->figures[COMPARISON_LARGEST].kind == FIGURE_EXACT && !is_address)
        count_clean(s, dataset, prefix);
    bool example = engine->ask_examples && addr_is_example(&prefix->addr);
    bool unroutable =
        prefix_reserved(prefix) && !example && range->listed == 0 && range->level2 + range->level3 == COVER_NONE;
    for (enum comparison_row row = COMPARISON_LISTED; row < COMPARISON_ROWS; row++)
        if (unroutable || (is_address && (row == COMPARISON_DENSITY || row >= COMPARISON_RANGES)))
            set(s, row, FIGURE_NONE, 0);
    if (engine->recorder && !is_address && dataset->zones)
        range_summary_record(range, engine->recorder, dataset);
    range_summary_fini(range);
    free(range);
}

void
comparison_gather(struct comparison *c, struct engine *engine, const struct resource *resources, size_t count)
{
    comparison_fini(c);
    c->knows_level3 = dataset_level(&engine->dataset, 3);
    for (size_t i = 0; i < count; i++) {
        struct comparison_subject s = {.resource = resources[i], .asn = resources[i].asn};
        if (s.resource.kind == RESOURCE_ASN)
            gather_asn(&s, engine);
        else
            gather_prefix(&s, engine);
        vec_push(&c->subjects, s);
    }
}

/* ---- the journal ---- */

static struct comparison_look
look_at(const struct observation *o)
{
    const struct listed_net *net = density_deciding(&o->nets);
    return (struct comparison_look){o->last_ms, -1, net ? net->impacts : LISTING_UNKNOWN, o->verdict};
}

/* Takes over what no zone file says of an address. */
static void
take_levels(struct comparison_subject *s, const struct observation *o)
{
    static const enum comparison_row rows[] = {COMPARISON_LISTED, COMPARISON_LEVEL2, COMPARISON_LEVEL3};
    for (unsigned level = 1; level <= LIST_LEVELS; level++) {
        enum list_state state = observed_lists_level(&o->lists, level);
        if (s->figures[rows[level - 1]].kind != FIGURE_UNKNOWN || !list_state_is_known(state))
            continue;
        bool listed = state == STATE_LISTED;
        set(s, rows[level - 1], FIGURE_EXACT, level == 1 ? listed : listed ? COVER_WHOLE : COVER_NONE);
        s->told_ms = o->last_ms;
    }
}

static bool
recall_address(struct comparison_subject *s, struct journal *journal, struct fault *fault)
{
    enum { OBSERVATIONS_MOST = 200 };
    journal_observations all = {0};
    bool ok = journal_history(journal, &s->resource, OBSERVATIONS_MOST, &all, fault);
    if (ok && all.count > 0) {
        s->now = look_at(&all.at[0]);
        take_levels(s, &all.at[0]);
    }
    if (ok && all.count > 1)
        s->then = look_at(&all.at[all.count - 1]);
    journal_observations_fini(&all);
    return ok;
}

static bool
recall_counts(struct comparison_subject *s, struct journal *journal, struct fault *fault)
{
    enum { COUNTS_MOST = 1000 };
    journal_counts counts = {0};
    if (!journal_counts_of(journal, &s->resource, COUNTS_MOST, &counts, fault))
        return false;
    for (size_t i = 0; i < counts.count; i++) {
        const struct journal_count *count = &counts.at[i];
        struct comparison_look look = {count->at_ms, count->listed, count->impacts, 0};
        if (i + 1 == counts.count)
            s->now = look;
        else if (i == 0)
            s->then = look;
    }
    vec_free(&counts);
    return true;
}

bool
comparison_recall(struct comparison *c, struct journal *journal, struct dataset *dataset, struct fault *fault)
{
    bool ok = true;
    for (size_t i = 0; i < c->subjects.count && ok; i++) {
        struct comparison_subject *s = &c->subjects.at[i];
        ok =
            s->resource.kind == RESOURCE_ADDRESS ? recall_address(s, journal, fault) : recall_counts(s, journal, fault);
        ok = ok && complaints_read(&s->complaints, journal, dataset, &s->resource, fault);
    }
    return ok;
}

/* ---- the best ---- */

static double
shown(enum comparison_row row, double value)
{
    if (row == COMPARISON_OVER)
        return value < 10 ? ranking_ratio_shown(value) : floor(value + .5);
    return row == COMPARISON_DENSITY || row == COMPARISON_SCORE ? floor(value * 10 + .5) / 10 : value;
}

double
comparison_best(const struct comparison *c, enum comparison_row row)
{
    static const int signs[COMPARISON_ROWS] = {
        [COMPARISON_DENSITY] = -1, [COMPARISON_OVER] = -1,           [COMPARISON_LEVEL2] = -1, [COMPARISON_LEVEL3] = -1,
        [COMPARISON_SCORE] = -1,   [COMPARISON_CLEAN_ADDRESSES] = 1, [COMPARISON_LARGEST] = 1,
    };
    double best = NAN;
    bool differ = false;
    for (size_t i = 0; i < c->subjects.count && signs[row]; i++) {
        const struct comparison_figure *figure = &c->subjects.at[i].figures[row];
        if (figure->kind == FIGURE_NONE && row != COMPARISON_OVER)
            continue;
        /* Without a net an address is over no limit, which is better than any figure. */
        if (figure->kind != FIGURE_EXACT && figure->kind != FIGURE_ESTIMATE)
            return NAN;
        double value = shown(row, figure->value);
        differ = differ || (!isnan(best) && (value < best || value > best));
        if (isnan(best) || signs[row] * value > signs[row] * best)
            best = value;
    }
    bool tells =
        (row != COMPARISON_LEVEL2 && row != COMPARISON_LEVEL3) || best <= COVER_NONE; /* parts differ in size */
    return differ && tells ? best : NAN;
}

bool
comparison_is_best(const struct comparison *c, const struct comparison_subject *s, enum comparison_row row)
{
    double best = comparison_best(c, row);
    return !isnan(best) && s->figures[row].kind != FIGURE_NONE && fabs(shown(row, s->figures[row].value) - best) <= 0;
}
