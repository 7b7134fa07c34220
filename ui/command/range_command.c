#include "command/range_command.h"

#include "base/clock.h"
#include "base/text.h"
#include "check/range_summary.h"
#include "command/output.h"
#include "command/parts_json.h"
#include "pages/figure.h"
#include "pages/range.h"
#include "pages/range_panel.h"
#include "pages/range_tables.h"
#include "pages/report_page.h"
#include "pages/table_page.h"
#include "session/exit_status.h"
#include "session/session.h"

#include <stdlib.h>
#include <string.h>

enum {
    COL = 1,
    COL_PREFIX = 3,
    COL_TIMES = 24,
    LEFT = 20 /* addresses named as having left */
};
enum { NEIGHBOURS = 4096 /* most in JSON, of each kind */ };

struct result {
    struct range_summary range;
    const struct dataset *dataset;
    struct journal *journal;         /* NULL = none */
    struct buf another;              /* whether another address of the provider helps; "" = not known */
    journal_neighbours stayed, left; /* by address; and those that left last first */
};

bool
range_command_parse(const struct options *o, const struct catalogue *catalogue, struct prefix *out, struct fault *fault)
{
    struct target target;
    if (!session_read_target(o->targets, o->target_count, catalogue, &target, fault))
        return false;
    *out = target.resource.prefix;
    if (out->addr.family != ADDR_V4)
        return fault_set(fault, "'%.60s' is not an IPv4 prefix or address; write 203.0.113.0/24 or 203.0.113.77",
                         target.text);
    if (target.resource.kind == RESOURCE_ADDRESS)
        *out = prefix_around(&out->addr, RANGE_BLOCK);
    return true;
}

bool
range_command_has_zone(const struct zone_set *zones, const char *command, unsigned level, struct fault *fault)
{
    if (zone_set_level(zones, level))
        return true;
    const struct list *list = catalogue_level(zone_set_catalogue(zones), level);
    const char *doubt = zone_set_doubt(zones, list);
    if (doubt)
        return fault_set(fault, "%s needs %s, which is not used: %s", command, list->zone, doubt);
    char *clean = text_clean_copy(zone_set_directory(zones), strlen(zone_set_directory(zones)));
    fault_set(fault, "%s needs the zone file of %s, and no such zone file is in %s", command, list->zone, clean);
    free(clean);
    return false;
}

/* ---- text ---- */

/* The listed addresses or their blocks, their map, and the published nets. */
static void
tables_section(struct page *p, struct range_summary *range)
{
    struct range_table table;
    struct heatmap map = {0};
    size_t listed = range->by_address ? range->listed : range->rows.count; /* rows of the journal come behind */
    if (!range->knows_nets) {
        page_row(p, 0);
        page_wrap(p, COL, ROLE_WARN, "Published nets are not known: there is no level 2 zone file that can be used.");
    }
    if (listed > 0) {
        uint32_t *worst = mem_alloc(listed * sizeof *worst);
        size_t *order = mem_alloc(listed * sizeof *order);
        if (range->by_address)
            range_table_addresses(&table, range, range->has_seen, false);
        else
            range_table_blocks(&table, range);
        table_model_order(&table.model, &table, listed, range->by_address ? 0 : RANGE_COLUMN_LISTED, false, worst);
        for (size_t i = 0; i < listed; i++)
            order[i] = worst[i];
        page_heading(p, range->by_address ? "Listed addresses (level 1)"
                                          : "Blocks with listed addresses, the worst first");
        table_page(p, &table.model, &table, order, listed);
        free(order);
        free(worst);
        page_heading(p, "Map");
        range_panel_map(&map, range);
        heatmap_compact(&map, p, COL_PREFIX, 0);
    }
    if (range->nets.count > 0) {
        page_heading(p, "Published nets");
        table_page(p, &range_table_nets, range, NULL, range->nets.count);
    }
}

/* Names the addresses that left last, because older ones say less about the
 * prefix. */
static void
left_section(struct page *p, const struct result *r)
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
        page_format(p, COL_TIMES, 0, ROLE_DIM, "last seen %s, gone on %s", clock_minute(n->last_ms, last),
                    clock_minute(n->absent_ms, absent));
    }
}

/* Empties the text. */
static void
paragraph(struct page *p, enum role role, struct buf *text)
{
    if (text->count == 0)
        return;
    page_row(p, 0);
    page_wrap(p, COL, role, buf_string(text));
    buf_clear(text);
}

/* Draws a level as the console does, with a bar where there is room. */
static void
level_row(struct page *p, unsigned number, struct range_level *level)
{
    enum { GAP = 2, LEAST = 6, MOST = 60 };
    double scale = level->times > 1 ? level->times : 1;
    page_row(p, 0);
    page_glyph(p, COL, level->sign.role, level->sign.glyph);
    int col = page_format(p, COL_PREFIX, 0, ROLE_STRONG, "level %u  %s", number, buf_string(&level->words)) + GAP;
    int room = p->cols - col < MOST ? p->cols - col : MOST;
    if (room >= LEAST && level->times > 0)
        page_bar(p, col, room, ROLE_HEAT_2, level->times / scale, 1 / scale);
    buf_free(&level->words);
}

static void
print_text(struct page *p, void *arg)
{
    struct result *r = arg;
    struct range_summary *range = &r->range;
    struct range_level level;
    struct buf text = {0};
    const char *reserved = range->listed + range->nets.count == 0 ? prefix_reserved(&range->prefix) : NULL;
    char prefix[PREFIX_TEXT];
    if (reserved)
        buf_format(&text, "%s is not routable (%s): no DNSBL can list its addresses",
                   prefix_text(&range->prefix, prefix), reserved);
    else
        range_sentence(range, &text);
    buf_byte(&text, '.');
    paragraph(p, ROLE_STRONG, &text);
    if (!reserved) {
        range_level2(range, &level);
        level_row(p, 2, &level);
        range_level3(range, &level);
        level_row(p, 3, &level);
    }
    paragraph(p, ROLE_STRONG, &r->another);
    range_holder(range, &text);
    paragraph(p, ROLE_PLAIN, &text);
    bool fresh = figure_sources(&text, r->dataset->zones, NULL);
    paragraph(p, fresh ? ROLE_DIM : ROLE_WARN, &text);
    buf_free(&text);
    tables_section(p, range);
    left_section(p, r);
}

/* ---- CSV ---- */

static void
print_csv(struct buf *out, void *arg, bool pretty)
{
    const struct range_summary *range = &((struct result *)arg)->range;
    char prefix[PREFIX_TEXT];
    (void)pretty;
    buf_text(out, "prefix,addresses,listed,share,limit,level2,level3\r\n");
    buf_format(out, "%s,%llu,%zu,%.9f,", prefix_text(&range->prefix, prefix),
               (unsigned long long)prefix_size(&range->prefix), range->listed,
               (double)range->listed / (double)prefix_size(&range->prefix));
    if (range->limit > 0)
        buf_format(out, "%lld", (long long)range->limit);
    buf_format(out, ",%s,%s\r\n", range->knows_nets ? cover_name(range->level2) : "",
               range->knows_level3 ? cover_name(range->level3) : "");
}

/* ---- JSON ---- */

/* Those that hold the prefix from the narrowest on, then those inside it. */
static struct json_t *
nets_json(const struct result *r)
{
    const struct range_summary *range = &r->range;
    struct json_t *array = range->knows_nets ? parts_json_array() : parts_json_text(NULL);
    size_t holding = range->around + (range->own != NULL);
    while (holding < range->nets.count && range->nets.at[holding].prefix.length == range->prefix.length)
        holding++;
    for (size_t i = 0; range->knows_nets && i < range->nets.count; i++) {
        const struct listed_net *at = &range->nets.at[i < holding ? holding - 1 - i : i];
        struct json_t *net = parts_json_zone_net(at, r->dataset->zones, &r->dataset->policy);
        parts_json_set(net, "relation", parts_json_string(i < holding ? "around" : "inside"));
        parts_json_push(array, net);
    }
    return array;
}

static struct json_t *
blocks_json(const struct range_summary *range)
{
    struct json_t *array = parts_json_array();
    struct range_spot whole = {.prefix = range->prefix, .listed = range->listed};
    size_t count = range->by_address ? range->listed > 0 : range->rows.count;
    for (size_t i = 0; i < count; i++) {
        const struct range_spot *spot = range->by_address ? &whole : &range->rows.at[i];
        struct json_t *block = parts_json_object();
        parts_json_set(block, "prefix", parts_json_prefix(&spot->prefix));
        parts_json_set(block, "listed", parts_json_number((int64_t)spot->listed, true));
        parts_json_push(array, block);
    }
    return array;
}

static struct json_t *
seen_json(const journal_neighbours *neighbours, bool left)
{
    struct json_t *array = parts_json_array();
    for (size_t i = 0; i < neighbours->count && i < NEIGHBOURS; i++) {
        const struct journal_neighbour *n = &neighbours->at[i];
        struct json_t *o = parts_json_object();
        parts_json_set(o, "address", parts_json_v4(n->address));
        parts_json_set(o, "first_seen", parts_json_time(n->first_ms));
        parts_json_set(o, "last_seen", parts_json_time(n->last_ms));
        if (left)
            parts_json_set(o, "gone", parts_json_time(n->absent_ms));
        parts_json_push(array, o);
    }
    return array;
}

/* The zone file of each level, null without one. */
static struct json_t *
levels_json(const struct dataset *dataset)
{
    struct json_t *array = parts_json_array();
    for (unsigned level = 1; level <= LIST_LEVELS; level++) {
        const struct zone_file *file = dataset_level(dataset, level);
        struct json_t *o = parts_json_object();
        parts_json_set(o, "level", parts_json_number(level, true));
        parts_json_set(o, "zone", parts_json_string(catalogue_level(dataset->catalogue, level)->zone));
        parts_json_set_zone(o, file ? zone_file_serial(file) : 0, file ? zone_file_date(file) : (struct data_date){0});
        parts_json_push(array, o);
    }
    return array;
}

static void
print_json(struct buf *out, void *arg, bool pretty)
{
    const struct result *r = arg;
    const struct range_summary *range = &r->range;
    struct json_t *o = parts_json_object(), *history = range->has_seen ? parts_json_object() : parts_json_text(NULL);
    struct json_t *neighbours = parts_json_array(), *advice = parts_json_array();
    struct neighbour *room = mem_alloc(NEIGHBOURS * sizeof *room);
    size_t count = density_neighbours(r->dataset->zones, &range->prefix, 0, room, NEIGHBOURS);
    for (size_t i = 0; i < count; i++)
        parts_json_push(neighbours, parts_json_v4(room[i].address));
    free(room);
    /* The ladder of an address begins with the address, that of a prefix with the prefixes that hold it. */
    struct ladder ladder = {0};
    struct json_t *escalation = parts_json_array();
    density_ladder(&ladder, r->dataset->zones, &r->dataset->policy, addr_to_v4(&range->prefix.addr),
                   range->announced && range->record.record.addr.family == ADDR_V4 ? &range->record.record : NULL);
    for (size_t i = 0; i < ladder.rungs.count; i++)
        if (prefix_covers(&ladder.rungs.at[i].prefix, &range->prefix))
            parts_json_push(escalation, parts_json_rung(&ladder.rungs.at[i]));
    ladder_fini(&ladder);
    if (range->has_seen) {
        parts_json_set(history, "listed", seen_json(&r->stayed, false));
        parts_json_set(history, "left", seen_json(&r->left, true));
    }
    parts_json_set(o, "schema", parts_json_number(1, true));
    parts_json_set(o, "prefix", parts_json_prefix(&range->prefix));
    parts_json_set(o, "addresses", parts_json_number((int64_t)prefix_size(&range->prefix), true));
    parts_json_set(o, "listed", parts_json_number((int64_t)range->listed, true));
    parts_json_set(o, "share", parts_json_decimal((double)range->listed / (double)prefix_size(&range->prefix), 1e9));
    parts_json_set(o, "limit", parts_json_number(range->limit, range->limit > 0));
    parts_json_set(o, "level2", parts_json_text(range->knows_nets ? cover_name(range->level2) : NULL));
    parts_json_set(o, "level3", parts_json_text(range->knows_level3 ? cover_name(range->level3) : NULL));
    parts_json_set(o, "levels", levels_json(r->dataset));
    parts_json_set(o, "nets", nets_json(r));
    parts_json_set(o, "escalation", escalation);
    parts_json_set(o, "blocks", blocks_json(range));
    parts_json_set(o, "neighbours", neighbours);
    parts_json_set(o, "history", history);
    if (r->another.count > 0)
        parts_json_push(advice, parts_json_string(buf_string(&r->another)));
    parts_json_set(o, "advice", advice);
    parts_json_set_zone(o, range->filed, range->filed_date);
    parts_json_print(out, o, pretty);
}

/* ---- HTML ---- */

static void
print_html(struct buf *out, void *arg, bool pretty)
{
    struct result *r = arg;
    struct timeline timeline = {0};
    struct fault fault;
    (void)pretty;
    struct resource net = {.kind = RESOURCE_NET, .prefix = r->range.prefix};
    bool was_read = r->journal && timeline_gather(&timeline, r->journal, &net, REPORT_LOOKS, &fault);
    if (r->journal && !was_read)
        exit_status_report(fault.text, 0);
    report_page_range(out, &r->range, r->dataset, buf_string(&r->another), was_read ? &timeline : NULL);
    timeline_fini(&timeline);
}

/* ---- the command ---- */

static const struct output_format formats[] = {[FORMAT_TEXT] = {.page = print_text},
                                               [FORMAT_JSON] = {.print = print_json},
                                               [FORMAT_CSV] = {.print = print_csv},
                                               [FORMAT_HTML] = {.print = print_html}};

static int
compare_leaving(const void *a, const void *b)
{
    const struct journal_neighbour *x = a, *y = b;
    if (x->absent_ms != y->absent_ms)
        return x->absent_ms > y->absent_ms ? -1 : 1;
    return x->address < y->address ? -1 : x->address > y->address;
}

/* Records the prefix, then reads what the journal remembers of it. */
static void
remember(struct result *r, struct recorder *recorder)
{
    struct fault fault;
    recorder_add_prefix(recorder, r->dataset->zones, &r->dataset->policy, &r->range.prefix);
    recorder_flush(recorder);
    struct journal *journal = recorder_journal(recorder);
    if (!journal)
        return;
    r->journal = journal;
    if (!range_summary_recall(&r->range, journal, &fault))
        exit_status_report(fault.text, 0);
    for (size_t i = 0; i < r->range.seen.count; i++) {
        const struct journal_neighbour *n = &r->range.seen.at[i];
        if (n->absent_ms > n->last_ms)
            vec_push(&r->left, *n);
        else
            vec_push(&r->stayed, *n);
    }
    if (r->left.count > 1)
        qsort(r->left.at, r->left.count, sizeof *r->left.at, compare_leaving);
}

int
range_command_run(const struct options *o)
{
    struct engine engine;
    struct options offline = *o;
    struct fault fault, warning;
    struct prefix prefix;
    int status = STATUS_USAGE;
    if (o->target_count == 0)
        return exit_status_report("range needs one prefix or address, such as 203.0.113.0/24", status);
    offline.offline = true; /* counted in files: nothing is asked */
    if (!session_open(&engine, &offline, &fault, &warning, &status))
        return exit_status_report(fault.text, status);
    status = STATUS_USAGE;
    bool has_zones = range_command_parse(o, engine.dataset.catalogue, &prefix, &fault) &&
                     session_open_zones(&engine, o, ZONE_SET_ALL, "range", &fault, &status);
    if (has_zones)
        session_keep_journal(&engine, o);
    if (has_zones && range_command_has_zone(engine.dataset.zones, "range", 1, &fault)) {
        struct result *r = mem_zero(sizeof *r);
        r->dataset = &engine.dataset;
        session_report_zones(&engine, o->format == FORMAT_CSV);
        range_summary_gather(&r->range, &engine, &prefix, NULL, NULL);
        if (r->range.level2 != COVER_NONE || r->range.level3 != COVER_NONE)
            dataset_count_ranking(&engine.dataset);
        range_another(&r->range, &engine.dataset, &engine.dns_facts, &r->another);
        if (engine.recorder)
            remember(r, engine.recorder);
        status = output_result(o, formats, r, 0);
        range_summary_fini(&r->range);
        buf_free(&r->another);
        vec_free(&r->stayed);
        vec_free(&r->left);
        free(r);
    } else {
        exit_status_report(fault.text, status);
    }
    session_close(&engine);
    return status;
}
