#include "pages/report_page.h"

#include "base/clock.h"
#include "base/text.h"
#include "draw/html.h"
#include "pages/address_bars.h"
#include "pages/address_density.h"
#include "pages/address_map.h"
#include "pages/domain_page.h"
#include "pages/figure.h"
#include "pages/lists_line.h"
#include "pages/provider_table.h"
#include "pages/range.h"
#include "pages/range_panel.h"
#include "pages/range_tables.h"
#include "verdict/list_words.h"
#include "verdict/parties.h"
#include "verdict/phrases.h"
#include "zones/zone_set.h"

#include <stdlib.h>
#include <string.h>

enum { WORST = 12 /* blocks */, RANGES = 40, ADDRESSES = 256, ITEMS = 60, DOMAIN_COLS = 96, SCALE_LEAST = 2 };

/* ---- parts ---- */

static void
begin(struct buf *out, const char *subject, const char *label)
{
    struct buf title = {0};
    char now[CLOCK_MINUTE];
    buf_format(&title, "Report on %s%s%s", subject, label ? ", " : "", label ? label : "");
    html_begin(out, buf_string(&title));
    html_element(out, "h1", NULL, buf_string(&title));
    buf_clear(&title);
    buf_format(&title, "Made by %s %s on %s UTC. All times are UTC.", PACKAGE_NAME, PACKAGE_VERSION,
               clock_minute(clock_wall_ms(), now));
    html_element(out, "p", "small", buf_string(&title));
    buf_free(&title);
}

static void
verdict_box(struct buf *out, enum role role, const char *brief, const char *rest)
{
    buf_text(out, "<div");
    buf_format(out, " class=\"verdict %s\">\n", role_name(role));
    html_element(out, "strong", NULL, brief);
    if (*rest)
        html_element(out, "p", NULL, rest);
    buf_text(out, "</div>\n");
}

static void
paragraph(struct buf *out, const char *class, struct buf *text)
{
    if (text->count > 0)
        html_element(out, "p", class, buf_string(text));
    buf_clear(text);
}

/* Says how old the data are, and of when: whoever reads a report reads it later. */
static void
sources(struct buf *out, const struct zone_set *zones, const struct asn_data *asns)
{
    struct buf text = {0};
    if (zones || asns->path) {
        bool fresh = figure_sources(&text, zones, asns);
        paragraph(out, fresh ? "small" : "warn", &text);
    }
    for (unsigned level = 1; zones && level <= LIST_LEVELS; level++) {
        const struct zone_file *zone = zone_set_level(zones, level);
        struct data_date date = zone ? zone_file_date(zone) : (struct data_date){0};
        char at[CLOCK_MINUTE];
        if (date.by != DATED_UNKNOWN)
            buf_format(&text, "%s level %u of %s", text.count > 0 ? "," : "Zone files:", level,
                       clock_minute(date.at_ms, at));
    }
    buf_text(&text, text.count > 0 ? "." : "");
    paragraph(out, "small", &text);
    buf_free(&text);
}

/* ---- history ---- */

/* Appends the lines of an item. */
static void
item_lines(struct buf *out, const struct timeline *t, const struct timeline_item *item)
{
    const struct observation *o = timeline_observation(t, item);
    const char *headline = o && *o->headline ? strstr(item->text, o->headline) : NULL;
    struct buf text = {0};
    buf_bytes(&text, item->text, headline ? (size_t)(headline - item->text) : strlen(item->text));
    parties_for_anyone(&text, headline ? headline : "");
    for (const char *line = buf_string(&text), *end; *line != '\0'; line = end + (*end == '\n')) {
        end = line + strcspn(line, "\n");
        char *copy = mem_copy_bytes(line, (size_t)(end - line));
        buf_text(out, line > text.at ? "<br>" : "");
        html_text(out, copy);
        free(copy);
    }
    buf_free(&text);
}

/* Appends the dated items about cases, or the others, the newest first. */
static void
items_table(struct buf *out, const struct timeline *t, bool cases)
{
    size_t count = 0;
    for (size_t i = 0; i < t->items.count; i++) {
        const struct timeline_item *item = &t->items.at[i];
        char at[CLOCK_MINUTE];
        if ((item->item->kind >= HISTORY_CASE_OPENED) != cases)
            continue;
        if (count++ == ITEMS)
            break;
        buf_text(out, count == 1 ? "<table>\n" : "");
        buf_format(out, "<tr><td class=\"when\">%s</td><td>", clock_minute(item->item->at_ms, at));
        item_lines(out, t, item);
        buf_text(out, "</td></tr>\n");
    }
    buf_text(out, count > 0 ? "</table>\n" : "");
    if (count > ITEMS)
        html_element(out, "p", "small", "Older entries are in the journal.");
    if (count == 0)
        html_element(out, "p", NULL, cases ? "Nothing is recorded." : "The journal has no earlier look.");
}

static void
case_line(struct buf *out, const struct journal_case *a_case)
{
    struct buf text = {0};
    char name[RESOURCE_TEXT];
    buf_format(&text, "Case of %s: ", resource_text(&a_case->resource, name));
    related_case_words(&text, a_case);
    if (a_case->due_ms && a_case->state != CASE_CLOSED) {
        buf_text(&text, ", ");
        related_case_due(&text, a_case->due_ms);
    }
    paragraph(out, NULL, &text);
    for (size_t i = 0; i < a_case->contacts.count; i++) {
        const struct case_contact *contact = &a_case->contacts.at[i];
        char at[CLOCK_MINUTE];
        buf_format(&text, "%s told %s%s%s", clock_minute(contact->at_ms, at), contact->who, contact->what ? ": " : "",
                   contact->what ? contact->what : "");
        paragraph(out, NULL, &text);
    }
    buf_free(&text);
}

static void
history_parts(struct buf *out, const struct timeline *t, const struct related_cases *cases)
{
    html_element(out, "h2", NULL, "History");
    if (!t) {
        html_element(out, "p", NULL, "The journal was not read: earlier looks and actions are not known.");
        return;
    }
    html_course(out, &t->sparkline, &t->words);
    items_table(out, t, false);
    html_element(out, "h2", NULL, "Actions");
    for (size_t i = 0; cases && i < cases->around.count; i++)
        case_line(out, &cases->around.at[i]);
    if (!cases || cases->around.count == 0 || cases->own.count > 0)
        items_table(out, t, true);
}

/* ---- an address ---- */

static void
level_row(struct buf *out, const struct address_facts *facts, unsigned level)
{
    static const char *const names[] = {"1: this address", "2: its net", "3: a provider"};
    const struct list_result *f = evidence_level(facts->evidence, level);
    struct address_bar bar;
    struct buf times = {0};
    address_bars_read(&bar, facts, level, true);
    double scale = bar.times > SCALE_LEAST ? bar.times : SCALE_LEAST;
    buf_format(out, "<tr><td>%s</td><td", names[level - 1]);
    html_class(out, bar.look.role);
    buf_byte(out, '>');
    html_text(out, list_state_name(f->state));
    buf_text(out, "</td><td>");
    if (list_result_is_listed(f)) {
        html_text(out, buf_string(&bar.subject));
        buf_text(out, bar.subject.count > 0 && bar.figures.count > 0 ? "<br>" : "");
        html_text(out, buf_string(&bar.figures));
    } else if (f->detail) {
        html_text(out, f->detail);
    }
    buf_text(out, "</td><td>");
    if (bar.times > 0) {
        html_bar(out, bar.times / scale, 1 / scale);
        figure_times(&times, bar.times);
        buf_text(&times, " its limit");
    }
    buf_text(out, "</td><td class=\"right\">");
    html_text(out, buf_string(&times));
    buf_text(out, "</td></tr>\n");
    buf_free(&times);
    buf_free(&bar.subject);
    buf_free(&bar.figures);
}

static void
other_lists(struct buf *out, const struct evidence *e)
{
    struct lists_sum sum;
    list_results others;
    struct buf text = {0};
    lists_line_count(&sum, e, false);
    if (sum.asked > 0) {
        buf_format(&text, "%zu other list%s: ", sum.asked, sum.asked > 1 ? "s" : "");
        lists_line_put(&text, &sum);
        for (char *gap = text.at; (gap = strstr(gap, "  "));) /* parts are two blanks apart on a screen */
            *gap = ',';
        paragraph(out, NULL, &text);
    }
    evidence_others(e, &others);
    buf_text(out, others.count > 0 ? "<ul>\n" : "");
    for (size_t i = 0; i < others.count; i++) {
        const struct list_result *f = others.at[i];
        const char *page = *f->list->delist ? f->list->delist : f->list->policy;
        list_words_name(&text, f);
        buf_text(&text, ": ");
        list_words_extent(&text, f, e);
        buf_format(&text, ", weight %u of 5%s%s", list_result_weight(f), *page ? ". " : "", page);
        html_element(out, "li", NULL, buf_string(&text));
        buf_clear(&text);
    }
    buf_text(out, others.count > 0 ? "</ul>\n" : "");
    vec_free(&others);
    buf_free(&sum.names);
    buf_free(&text);
}

static void
lists_part(struct buf *out, const struct address_facts *facts)
{
    const struct evidence *e = facts->evidence;
    if (e->reserved || (e->offline && !evidence_has_zone_file(e)))
        return;
    html_element(out, "h2", NULL, "What lists it");
    if (e->address.family == ADDR_V4) {
        buf_text(out, "<table>\n<thead><tr><th>UCEPROTECT level</th><th>State</th><th>What</th><th></th><th></th></tr>"
                      "</thead>\n");
        for (unsigned level = 1; level <= LIST_LEVELS; level++)
            level_row(out, facts, level);
        buf_text(out, "</table>\n");
    }
    other_lists(out, e);
}

static void
blocks_table(struct buf *out, const density_blocks *blocks, const struct prefix *own)
{
    struct buf text = {0};
    buf_text(out, blocks->count > 0 ? "<table>\n<thead><tr><th>Worst blocks</th><th class=\"right\">Listed</th><th>"
                                      "</th></tr></thead>\n"
                                    : "");
    for (size_t i = 0; i < blocks->count && i < WORST; i++) {
        char prefix[PREFIX_TEXT];
        text_number(&text, (int64_t)blocks->at[i].listed);
        buf_format(out, "<tr><td>%s%s</td><td class=\"right\">%s</td><td>", prefix_text(&blocks->at[i].prefix, prefix),
                   prefix_equal(&blocks->at[i].prefix, own) ? " (this address)" : "", buf_string(&text));
        html_bar(out, (double)blocks->at[i].listed / (double)blocks->at[0].listed, -1);
        buf_text(out, "</td></tr>\n");
        buf_clear(&text);
    }
    buf_text(out, blocks->count > 0 ? "</table>\n" : "");
    buf_free(&text);
}

static void
neighbours_line(struct buf *out, const struct evidence *e)
{
    struct buf text = {0}, runs = {0};
    char prefix[PREFIX_TEXT];
    uint32_t listed[ADDRESSES];
    struct prefix block = prefix_around(&e->address, 24);
    size_t count = e->neighbours.count < ADDRESSES ? e->neighbours.count : ADDRESSES;
    for (size_t i = 0; i < count; i++)
        listed[i] = e->neighbours.at[i].address;
    address_density_put_runs(&runs, listed, count, ", ");
    buf_format(&text, "Listed on level 1 in %s: %s.", prefix_text(&block, prefix),
               count > 0 ? buf_string(&runs) : "none");
    paragraph(out, NULL, &text);
    buf_free(&text);
    buf_free(&runs);
}

static void
picture_part(struct buf *out, const struct address_facts *facts)
{
    const struct evidence *e = facts->evidence;
    struct prefix nets[ADDRESS_MAP_NETS], own = prefix_around(&e->address, 24);
    struct heatmap map;
    density_blocks blocks = {0};
    struct buf title = {0};
    if (e->address.family != ADDR_V4 || e->reserved)
        return;
    size_t count = address_map_nets(e, nets);
    const struct listed_net *deciding = evidence_deciding_net(e);
    const struct prefix *net = &nets[0];
    for (size_t i = 0; i < count && deciding; i++)
        net = prefix_equal(&nets[i], &deciding->prefix) ? &nets[i] : net;
    html_element(out, "h2", NULL, "The neighbours");
    if (address_map_fill(&map, facts, net, &blocks, &title)) {
        paragraph(out, NULL, &title);
        html_map(out, &map);
        blocks_table(out, &blocks, &own);
        neighbours_line(out, e);
    } else {
        html_element(out, "p", NULL, "They are not known, because there is no zone file of level 1.");
    }
    vec_free(&blocks);
    buf_free(&title);
}

static void
outlook_part(struct buf *out, const struct verdict *v)
{
    if (v->ends.count > 0)
        html_element(out, "h2", NULL, "When it ends");
    buf_text(out, v->ends.count > 0 ? "<ul>\n" : "");
    for (size_t i = 0; i < v->ends.count; i++)
        html_element(out, "li", v->ends.at[i].estimate ? "estimate" : NULL, v->ends.at[i].text);
    buf_text(out, v->ends.count > 0 ? "</ul>\n" : "");
    if (v->advice.count > 0)
        html_element(out, "h2", NULL, "What to do");
    buf_text(out, v->advice.count > 0 ? "<ol>\n" : "");
    for (size_t i = 0; i < v->advice.count; i++)
        html_element(out, "li", NULL, v->advice.at[i].text);
    buf_text(out, v->advice.count > 0 ? "</ol>\n" : "");
    if (v->notes.count > 0)
        html_element(out, "h2", NULL, "Limits of this answer");
    buf_text(out, v->notes.count > 0 ? "<ul>\n" : "");
    for (size_t i = 0; i < v->notes.count; i++)
        html_element(out, "li", NULL, v->notes.at[i]);
    buf_text(out, v->notes.count > 0 ? "</ul>\n" : "");
}

void
report_page_address(struct buf *out, const struct address_facts *facts, const char *label, const struct timeline *t)
{
    const struct evidence *e = facts->evidence;
    const struct verdict *v = facts->verdict;
    char address[ADDR_TEXT], at[CLOCK_MINUTE];
    struct buf text = {0};
    begin(out, addr_text(&e->address, address), label);
    buf_format(&text, "%s%s%s", v->brief, evidence_has_trouble(e) ? " " : "", evidence_has_trouble(e) ? v->remedy : "");
    verdict_box(out, address_headline_role(v->state), buf_string(&text), v->headline);
    buf_clear(&text);
    if (e->network.asn) {
        phrases_holder(&text, e->network.asn, e->network.org, "");
        if (text.count > 0)
            buf_text(&text, " announces it.");
        paragraph(out, NULL, &text);
    }
    if (e->finished_ms && !e->offline) {
        buf_format(&text, "The lists were asked on %s.", clock_minute(e->finished_ms, at));
        paragraph(out, "small", &text);
    }
    sources(out, facts->zones, &facts->asns);
    lists_part(out, facts);
    picture_part(out, facts);
    outlook_part(out, v);
    history_parts(out, t, facts->cases);
    html_end(out);
    buf_free(&text);
}

/* ---- others ---- */

static void
range_levels(struct buf *out, const struct range_summary *range)
{
    struct range_level level;
    buf_text(out, "<table>\n");
    for (unsigned i = 2; i <= LIST_LEVELS; i++) {
        (i == 2 ? range_level2 : range_level3)(range, &level);
        double scale = level.times > SCALE_LEAST ? level.times : SCALE_LEAST;
        buf_format(out, "<tr><td>Level %u</td><td", i);
        html_class(out, level.sign.role);
        buf_byte(out, '>');
        html_text(out, buf_string(&level.words));
        buf_text(out, "</td><td>");
        if (level.times > 0)
            html_bar(out, level.times / scale, 1 / scale);
        buf_text(out, "</td></tr>\n");
        buf_free(&level.words);
    }
    buf_text(out, "</table>\n");
}

/* Equal neighbours share a row. */
static void
range_listed(struct buf *out, const struct range_summary *range)
{
    struct range_table table, joined;
    range_spots spots = {0};
    size_t listed = range->by_address ? range->listed : range->rows.count;
    size_t *order = mem_alloc(listed * sizeof *order + 1);
    uint32_t *worst = mem_alloc(listed * sizeof *worst + 1);
    if (range->by_address)
        range_table_addresses(&table, range, range->has_seen, false);
    else
        range_table_blocks(&table, range);
    table_model_order(&table.model, &table, listed, range->by_address ? 0 : RANGE_COLUMN_LISTED, false, worst);
    for (size_t i = 0; i < listed; i++)
        order[i] = worst[i];
    html_element(out, "h2", NULL, range->by_address ? "Listed addresses" : "The worst blocks");
    if (range->by_address) {
        range_table_export(&table, order, listed, &joined, &spots);
        html_table(out, &joined.model, &joined, NULL, spots.count);
    } else {
        html_table(out, &table.model, &table, order, listed < RANGES ? listed : RANGES);
    }
    vec_free(&spots);
    free(order);
    free(worst);
}

void
report_page_range(struct buf *out, const struct range_summary *range, const struct dataset *dataset,
                  const char *another, const struct timeline *t)
{
    char prefix[PREFIX_TEXT];
    struct buf text = {0};
    struct heatmap map = {0};
    bool listed = range->level2 != COVER_NONE || range->level3 != COVER_NONE;
    begin(out, prefix_text(&range->prefix, prefix), NULL);
    range_sentence(range, &text);
    buf_byte(&text, '.');
    verdict_box(out, listed ? ROLE_HEADLINE_COLLATERAL : ROLE_PLAIN, buf_string(&text), another);
    buf_clear(&text);
    range_holder(range, &text);
    paragraph(out, NULL, &text);
    struct asn_data asns = dataset_asn_source(dataset);
    sources(out, dataset->zones, &asns);
    html_element(out, "h2", NULL, "What lists it");
    range_levels(out, range);
    html_element(out, "h2", NULL, "Where the listed addresses are");
    range_counts(range, &text);
    paragraph(out, NULL, &text);
    range_panel_map(&map, range);
    html_map(out, &map);
    if (range->listed > 0)
        range_listed(out, range);
    if (range->nets.count > 0) {
        html_element(out, "h2", NULL, "Published nets");
        html_table(out, &range_table_nets, (void *)range, NULL, range->nets.count);
    }
    history_parts(out, t, NULL);
    html_end(out);
    buf_free(&text);
}

void
report_page_provider(struct buf *out, const struct provider *provider, const struct dataset *dataset,
                     const struct complaints *complaints, const struct timeline *t)
{
    size_t count = provider->ranges.count, shown = count < RANGES ? count : RANGES;
    size_t *order = mem_alloc(shown * sizeof *order + 1);
    uint32_t *worst = mem_alloc(count * sizeof *worst + 1);
    struct buf text = {0}, name = {0};
    phrases_holder(&name, provider->asn, provider->org, "");
    begin(out, buf_string(&name), NULL);
    provider_table_sentence(provider, &text);
    verdict_box(out, ROLE_ESTIMATE, buf_string(&text), "");
    buf_clear(&text);
    provider_table_figures(provider, &dataset->policy, &text);
    paragraph(out, NULL, &text);
    provider_another(provider, LEVEL3_UNKNOWN, &text);
    buf_byte(&text, '.');
    paragraph(out, NULL, &text);
    complaints_words(&text, complaints);
    paragraph(out, NULL, &text);
    struct asn_data asns = dataset_asn_source(dataset);
    sources(out, dataset->zones, &asns);
    html_element(out, "h2", NULL, "Its ranges, the most impacts first");
    table_model_order(&provider_table, (void *)provider, count, PROVIDER_COLUMN_IMPACTS, false, worst);
    for (size_t i = 0; i < shown; i++)
        order[i] = worst[i];
    html_table(out, &provider_table, (void *)provider, order, shown);
    if (count > shown) {
        buf_format(&text, "%zu more ranges have fewer.", count - shown);
        paragraph(out, "small", &text);
    }
    history_parts(out, t, NULL);
    html_end(out);
    buf_free(&text);
    buf_free(&name);
    free(order);
    free(worst);
}

void
report_page_domain(struct buf *out, const struct survey *survey, const struct verdict *v)
{
    struct page page = {0};
    begin(out, survey->domain, NULL);
    verdict_box(out, address_headline_role(v->state), v->headline, "");
    outlook_part(out, v);
    html_element(out, "h2", NULL, "Where its mail leaves");
    page_begin(&page, DOMAIN_COLS);
    domain_page(&page, survey);
    html_page(out, &page);
    page_fini(&page);
    html_end(out);
}
