#include "command/density_report.h"

#include "base/clock.h"
#include "base/text.h"
#include "command/output.h"
#include "pages/figure.h"
#include "pages/provider_table.h"
#include "verdict/evidence.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COL = 1, COL_PREFIX = 3, COL_A = 24, WIDTH_A = 14, COL_B = 40, WIDTH_B = 14, COL_C = 56, WIDTH_C = 22 };
enum { CLEANEST = 12 }; /* ranges that are named as such */
enum { LEFT = 20 };     /* addresses that are named as having left */

bool
density_report_can(const struct zone_set *zones, const char *command, unsigned level, struct fault *fault)
{
    if (zone_set_level(zones, level))
        return true;
    char *clean = text_clean_copy(zone_set_directory(zones), strlen(zone_set_directory(zones)));
    fault_set(fault, "%s counts in %s, and no such zone file is in %s", command,
              catalogue_level(zone_set_catalogue(zones), level)->zone, clean);
    free(clean);
    return false;
}

/* ---- a prefix ---- */

/* The ladder of an address begins with the address, that of a prefix with what holds the prefix. */
static void
drop_narrow_rungs(struct ladder *ladder, const struct prefix *prefix)
{
    size_t kept = 0;
    for (size_t i = 0; i < ladder->rungs.count; i++)
        if (prefix_covers(&ladder->rungs.at[i].prefix, prefix))
            ladder->rungs.at[kept++] = ladder->rungs.at[i];
    ladder->rungs.count = kept;
}

void
density_report_range_init(struct range_report *r, const struct prefix *prefix, const struct zone_set *zones,
                          const struct policy *policy, const struct prefix *record)
{
    struct neighbour *room = mem_alloc(RANGE_NEIGHBOURS * sizeof *room);
    const struct zone_file *level1 = zone_set_level(zones, 1);
    *r = (struct range_report){.prefix = *prefix, .policy = policy, .serial = level1 ? zone_file_serial(level1) : 0};
    r->has_nets = zone_set_level(zones, 2) != NULL;
    r->listed = density_listed(zones, prefix);
    r->limit = policy_limit(policy, prefix->length);
    density_nets_around(&r->around, zones, policy, prefix);
    density_nets_inside(&r->inside, zones, policy, prefix);
    density_blocks_of(&r->blocks, zones, prefix);
    density_ladder(&r->ladder, zones, policy, addr_to_v4(&prefix->addr), record);
    drop_narrow_rungs(&r->ladder, prefix);
    size_t count = density_neighbours(zones, prefix, 0, room, RANGE_NEIGHBOURS);
    for (size_t i = 0; i < count; i++)
        vec_push(&r->neighbours, room[i]);
    free(room);
}

static int
compare_leaving(const void *a, const void *b)
{
    const struct journal_neighbour *x = a, *y = b;
    if (x->absent_ms != y->absent_ms)
        return x->absent_ms > y->absent_ms ? -1 : 1;
    return x->address < y->address ? -1 : x->address > y->address;
}

bool
density_report_range_seen(struct range_report *r, struct journal *journal, struct fault *fault)
{
    journal_neighbours all = {0};
    r->has_seen = journal_neighbours_of(journal, &r->prefix, &all, fault);
    for (size_t i = 0; i < all.count; i++)
        if (all.at[i].absent_ms > all.at[i].last_ms)
            vec_push(&r->left, all.at[i]);
        else
            vec_push(&r->stayed, all.at[i]);
    vec_free(&all);
    if (r->left.count > 1)
        qsort(r->left.at, r->left.count, sizeof *r->left.at, compare_leaving);
    return r->has_seen;
}

void
density_report_range_fini(struct range_report *r)
{
    vec_free(&r->stayed);
    vec_free(&r->left);
    vec_free(&r->around);
    vec_free(&r->inside);
    vec_free(&r->blocks);
    vec_free(&r->neighbours);
    ladder_fini(&r->ladder);
}

static double
share_of(const struct range_report *r)
{
    return (double)r->listed / (double)prefix_size(&r->prefix);
}

static void
net_row(struct page *p, const struct listed_net *net)
{
    struct buf text = {0};
    char prefix[PREFIX_TEXT];
    page_row(p, 0);
    page_text(p, COL_PREFIX, 0, ROLE_PLAIN, prefix_text(&net->prefix, prefix));
    if (net->permanent) {
        page_text(p, COL_A, 0, ROLE_LISTED, "PERMANENT: listed by hand, no limit, no expiry");
        return;
    }
    if (net->impacts == LISTING_UNKNOWN) {
        page_text(p, COL_A, 0, ROLE_LISTED, "listed; how many impacts, its text does not say");
        return;
    }
    text_number(&text, net->impacts);
    buf_text(&text, net->impacts == 1 ? " impact" : " impacts");
    page_right(p, COL_A, WIDTH_A, ROLE_STRONG, buf_string(&text));
    buf_clear(&text);
    buf_text(&text, "limit ");
    text_number(&text, net->limit);
    page_right(p, COL_B, WIDTH_B, ROLE_PLAIN, buf_string(&text));
    buf_clear(&text);
    if (net->limit > 0)
        figure_times(&text, (double)net->impacts / (double)net->limit);
    page_text(p, COL_C, WIDTH_C, ROLE_LISTED, buf_string(&text));
    buf_free(&text);
}

static void
net_rows(struct page *p, const char *title, const density_nets *nets)
{
    bool any = false;
    for (size_t i = 0; i < nets->count; i++) {
        if (!any)
            page_heading(p, title);
        any = true;
        net_row(p, &nets->at[i]);
    }
}

static void
age_row(struct page *p, uint32_t serial)
{
    struct list_result dated = {.serial = serial};
    struct buf text = {0};
    int64_t age = list_result_zone_age_ms(&dated);
    buf_text(&text, "Counted in the level 1 zone file");
    if (age >= 0) {
        buf_text(&text, ", generated ");
        text_duration(&text, age);
        buf_text(&text, age > EVIDENCE_STALE_MS ? " ago: stale" : " ago");
    }
    buf_byte(&text, '.');
    page_row(p, 0);
    page_wrap(p, COL, age > EVIDENCE_STALE_MS ? ROLE_WARN : ROLE_DIM, buf_string(&text));
    buf_free(&text);
}

static void
neighbour_rows(struct page *p, const struct range_report *r)
{
    struct buf text = {0};
    if (r->prefix.length < 24 || r->neighbours.count == 0)
        return;
    page_heading(p, "Listed addresses (level 1)");
    for (size_t i = 0; i < r->neighbours.count; i++) {
        struct addr address = addr_from_v4(r->neighbours.at[i].address);
        char name[ADDR_TEXT];
        buf_format(&text, "%s%s%s%s", i ? ", " : "", addr_text(&address, name),
                   r->neighbours.at[i].exempt ? " (whitelisted)" : "",
                   r->neighbours.at[i].backscatterer ? " (backscatterer)" : "");
    }
    page_row(p, 0);
    page_wrap(p, COL_PREFIX, ROLE_PLAIN, buf_string(&text));
    buf_free(&text);
}

/* Those that left last: older ones tell less of what the prefix is like now. */
static void
left_rows(struct page *p, const struct range_report *r)
{
    struct buf title = {0};
    if (r->left.count == 0)
        return;
    buf_text(&title, "No longer on level 1, UTC");
    if (r->left.count > LEFT)
        buf_format(&title, " (the last %d of %zu)", LEFT, r->left.count);
    page_heading(p, buf_string(&title));
    buf_free(&title);
    for (size_t i = 0; i < r->left.count && i < LEFT; i++) {
        const struct journal_neighbour *n = &r->left.at[i];
        struct addr address = addr_from_v4(n->address);
        char text[ADDR_TEXT], last[CLOCK_MINUTE], absent[CLOCK_MINUTE];
        page_row(p, 0);
        page_text(p, COL_PREFIX, 0, ROLE_PLAIN, addr_text(&address, text));
        page_format(p, COL_A, 0, ROLE_DIM, "last seen %s, gone on %s", clock_minute(n->last_ms, last),
                    clock_minute(n->absent_ms, absent));
    }
}

static void
block_rows(struct page *p, const struct range_report *r)
{
    if (r->prefix.length >= 24 || r->blocks.count == 0)
        return;
    page_heading(p, "Blocks with listed addresses");
    for (size_t i = 0; i < r->blocks.count; i++) {
        const struct block *block = &r->blocks.at[i];
        char prefix[PREFIX_TEXT], text[32];
        page_row(p, 0);
        page_text(p, COL_PREFIX, 0, ROLE_PLAIN, prefix_text(&block->prefix, prefix));
        snprintf(text, sizeof text, "%zu listed", block->listed);
        page_right(p, COL_A, WIDTH_A, ROLE_STRONG, text);
        page_format(p, COL_B, WIDTH_B, ROLE_DIM, "%5.1f %%", (double)block->listed * 100 / 256);
    }
}

void
density_report_range_text(struct page *p, const struct range_report *r)
{
    struct buf text = {0};
    char prefix[PREFIX_TEXT];
    buf_format(&text, "%s: ", prefix_text(&r->prefix, prefix));
    text_number(&text, (int64_t)r->listed);
    buf_format(&text, " of ");
    text_number(&text, (int64_t)prefix_size(&r->prefix));
    buf_text(&text, " addresses are on level 1 (");
    figure_share(&text, r->listed, prefix_size(&r->prefix));
    buf_byte(&text, ')');
    const char *reserved = r->listed + r->around.count + r->inside.count == 0 ? prefix_reserved(&r->prefix) : NULL;
    if (reserved) {
        buf_format(&text, ". They are not routable (%s): no DNSBL can list them", reserved);
    } else if (r->limit > 0) {
        buf_text(&text, "; a net of this length is listed from ");
        text_number(&text, r->limit);
        buf_text(&text, r->limit == 1 ? " impact in 7 days on" : " impacts in 7 days on");
    }
    buf_byte(&text, '.');
    page_row(p, 0);
    page_wrap(p, COL, ROLE_STRONG, buf_string(&text));
    age_row(p, r->serial);
    if (!r->has_nets) {
        page_row(p, 0);
        page_wrap(p, COL, ROLE_WARN, "Published nets are not known: there is no level 2 zone file.");
    }
    net_rows(p, "Published nets around it", &r->around);
    net_rows(p, "Published nets inside it", &r->inside);
    neighbour_rows(p, r);
    block_rows(p, r);
    left_rows(p, r);
    buf_free(&text);
}

void
density_report_range_csv(struct buf *out, const struct range_report *r)
{
    char prefix[PREFIX_TEXT];
    buf_text(out, "prefix,addresses,listed,share,limit\r\n");
    buf_format(out, "%s,%llu,%zu,%.9f,", prefix_text(&r->prefix, prefix), (unsigned long long)prefix_size(&r->prefix),
               r->listed, share_of(r));
    if (r->limit > 0)
        buf_format(out, "%lld", (long long)r->limit);
    buf_text(out, "\r\n");
}

/* ---- an ASN ---- */

static void
advice_rows(struct page *p, const struct provider *provider)
{
    size_t cleanest[CLEANEST], count = provider_cleanest(provider, cleanest, CLEANEST);
    struct buf text = {0};
    page_heading(p, "Would another address here help?");
    provider_advice(provider, &text);
    page_row(p, 0);
    page_wrap(p, COL_PREFIX, ROLE_STRONG, buf_string(&text));
    buf_clear(&text);
    for (size_t i = 0; i < count && i < CLEANEST; i++) {
        char prefix[PREFIX_TEXT];
        buf_format(&text, "%s%s",
                   i ? ", " : "Cleanest: ", prefix_text(&provider->ranges.at[cleanest[i]].prefix, prefix));
    }
    if (count > CLEANEST) {
        buf_text(&text, " and ");
        text_number(&text, (int64_t)(count - CLEANEST));
        buf_text(&text, " more");
    }
    if (count > 0) {
        buf_byte(&text, '.');
        page_row(p, 0);
        page_wrap(p, COL_PREFIX, ROLE_PLAIN, buf_string(&text));
    }
    buf_free(&text);
}

/* The worst first: by published impacts, then listed addresses, then published nets; of equals by address. */
static int
by_harm(const void *a, const void *b)
{
    const struct provider_range *x = *(const struct provider_range *const *)a;
    const struct provider_range *y = *(const struct provider_range *const *)b;
    const int64_t figures[][2] = {
        {x->impacts, y->impacts}, {(int64_t)x->listed, (int64_t)y->listed}, {(int64_t)x->cover, (int64_t)y->cover}};
    for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++)
        if (figures[i][0] != figures[i][1])
            return figures[i][0] > figures[i][1] ? -1 : 1;
    return prefix_compare(&x->prefix, &y->prefix);
}

static void
asn_range_row(struct page *p, const struct provider_range *range)
{
    struct buf nets = {0};
    char prefix[PREFIX_TEXT], text[48];
    page_row(p, 0);
    page_text(p, COL_PREFIX, 0, ROLE_PLAIN, prefix_text(&range->prefix, prefix));
    snprintf(text, sizeof text, "%zu listed", range->listed);
    page_right(p, COL_A, WIDTH_A, range->listed ? ROLE_STRONG : ROLE_DIM, text);
    page_format(p, COL_B, WIDTH_B, ROLE_DIM, "%6.2f %%",
                (double)range->listed * 100 / (double)prefix_size(&range->prefix));
    if (range->impacts != LISTING_UNKNOWN)
        figure_count(&nets, range->impacts, "impact", "impacts");
    if (range->around.addr.family != ADDR_NONE)
        buf_format(&nets, "%sin %s", nets.count ? "; " : "", prefix_text(&range->around, prefix));
    else if (range->cover == PROVIDER_WHOLE)
        buf_format(&nets, "%slevel 2 lists all", nets.count ? "; " : "");
    else if (range->nets > 0) {
        buf_text(&nets, nets.count ? " in " : "");
        figure_count(&nets, (int64_t)range->nets, "net", "nets");
    }
    page_text(p, COL_C, 0, ROLE_LISTED, buf_string(&nets));
    buf_free(&nets);
}

static void
asn_range_rows(struct page *p, const struct provider *provider, size_t most)
{
    size_t count = provider->ranges.count;
    const struct provider_range **order = mem_alloc(count * sizeof *order + 1);
    for (size_t i = 0; i < count; i++)
        order[i] = &provider->ranges.at[i];
    qsort(order, count, sizeof *order, by_harm);
    page_heading(p, "Ranges, the most impacts first");
    for (size_t i = 0; i < count && i < most; i++)
        asn_range_row(p, order[i]);
    if (count > most) {
        struct buf more = {0};
        buf_text(&more, "... and ");
        text_number(&more, (int64_t)(count - most));
        buf_format(&more, " more (-n %zu shows them)", count);
        page_row(p, 0);
        page_text(p, COL_PREFIX, 0, ROLE_DIM, buf_string(&more));
        buf_free(&more);
    }
    free(order);
}

void
density_report_asn_text(struct page *p, const struct asn_report *r, size_t most)
{
    const struct provider *provider = &r->provider;
    const struct asn_density *d = &provider->density;
    struct buf text = {0};
    page_row(p, 0);
    page_format(p, COL, 0, ROLE_TITLE, "AS%u %s", provider->asn, provider->org);
    provider_table_sentence(provider, &text);
    page_row(p, 0);
    page_wrap(p, COL, ROLE_ESTIMATE, buf_string(&text));
    buf_clear(&text);
    figure_count(&text, (int64_t)d->addresses, "address", "addresses");
    buf_text(&text, " in ");
    figure_count(&text, (int64_t)provider->ranges.count, "range", "ranges");
    buf_text(&text, "; ");
    text_number(&text, (int64_t)d->listed);
    buf_text(&text, " on level 1, ");
    text_number(&text, (int64_t)d->listed_outside_nets);
    buf_text(&text, " of them outside every published net; ");
    provider_table_score(provider, r->policy, &text);
    buf_byte(&text, '.');
    page_row(p, 0);
    page_wrap(p, COL, ROLE_PLAIN, buf_string(&text));
    buf_free(&text);
    const struct zone_file *level1 = zone_set_level(r->zones, 1);
    age_row(p, level1 ? zone_file_serial(level1) : 0);
    advice_rows(p, provider);
    asn_range_rows(p, provider, most);
}

void
density_report_asn_csv_head(struct buf *out)
{
    buf_text(out, "asn,org,addresses,listed,listed_outside_nets,impacts,score,needed,ratio,call,at_least,level3\r\n");
}

void
density_report_asn_csv(struct buf *out, const struct asn *asn, const struct asn_density *d)
{
    static const char *const level3[] = {[LEVEL3_UNKNOWN] = "", [LEVEL3_ABSENT] = "false", [LEVEL3_OWN] = "true"};
    buf_format(out, "%u,", asn->number);
    output_csv_cell(out, asn->org);
    buf_format(out, ",%llu,%zu,%zu,%lld,%.1f,%.1f,%.2f,%s,%s,%s\r\n", (unsigned long long)asn->addresses, d->listed,
               d->listed_outside_nets, (long long)d->impacts, d->score, d->needed, density_ratio_shown(d->ratio),
               call_name(d->call), d->at_least ? "true" : "false", level3[d->level3]);
}

/* ---- the ranking ---- */

/* Columns of the ranking. */
enum {
    TOP_IMPACTS = 11,
    TOP_SCORE = 21,
    TOP_RATIO = 31,
    TOP_CALL = 39,
    TOP_LISTED = 50,
    TOP_ORG = 59,
    FIGURE = 9,
    SHORT = 7
};

static void
top_row(struct page *p, const struct asn *asn, const struct asn_density *d)
{
    struct buf text = {0};
    char figure[32];
    page_row(p, 0);
    page_format(p, COL, 0, ROLE_PLAIN, "AS%u", asn->number);
    buf_text(&text, d->at_least ? ">=" : "");
    text_number(&text, d->impacts);
    page_right(p, TOP_IMPACTS, FIGURE, ROLE_STRONG, buf_string(&text));
    buf_clear(&text);
    text_decimal(&text, d->score);
    page_right(p, TOP_SCORE, FIGURE, ROLE_PLAIN, buf_string(&text));
    snprintf(figure, sizeof figure, "%.2f", density_ratio_shown(d->ratio));
    page_right(p, TOP_RATIO, SHORT, ROLE_PLAIN, figure);
    page_text(p, TOP_CALL, 0, d->call == CALL_OVER ? ROLE_LISTED : ROLE_DIM, call_name(d->call));
    buf_clear(&text);
    text_number(&text, (int64_t)d->listed);
    page_right(p, TOP_LISTED, SHORT, ROLE_PLAIN, buf_string(&text));
    page_text(p, TOP_ORG, 0, ROLE_PLAIN, asn->org);
    buf_free(&text);
}

void
density_report_top_text(struct page *p, const struct asn_table *map, const struct world *world, const size_t *order,
                        size_t count)
{
    page_row(p, 0);
    page_text(p, COL, 0, ROLE_DIM, "Impacts, score and ratio are estimates from the level 1 and level 2 zone files.");
    page_row(p, 0);
    page_text(p, COL, 0, ROLE_DIM, "Level 3 lists from a ratio of 1 on; call says how sure the estimate of that is.");
    page_row(p, 0);
    page_text(p, COL, 0, ROLE_TITLE, "ASN");
    page_right(p, TOP_IMPACTS, FIGURE, ROLE_TITLE, "impacts");
    page_right(p, TOP_SCORE, FIGURE, ROLE_TITLE, "score");
    page_right(p, TOP_RATIO, SHORT, ROLE_TITLE, "ratio");
    page_text(p, TOP_CALL, 0, ROLE_TITLE, "call");
    page_right(p, TOP_LISTED, SHORT, ROLE_TITLE, "listed");
    page_text(p, TOP_ORG, 0, ROLE_TITLE, "provider");
    for (size_t i = 0; i < count; i++) {
        struct asn asn = asn_table_at(map, order[i]);
        struct asn_density density = density_world_at(world, order[i]);
        top_row(p, &asn, &density);
    }
}
