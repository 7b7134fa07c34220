/* The page is laid out again when the evidence, the width or the shown minute changed, not for each frame. The minute
 * timer runs only while there is an age or a countdown to show, so that an idle console sleeps. */
#include "console/views/routes.h"

#include "base/clock.h"
#include "base/text.h"
#include "check/investigation.h"
#include "check/sweep_store.h"
#include "console/overlays/text_view.h"
#include "density/dataset.h"
#include "pages/address_page.h"
#include "pages/address_rows.h"

#include <stdlib.h>
#include <string.h>

enum { MINUTE_MS = 60 * 1000 };

struct case_view {
    struct page_pane page; /* first */
    struct app *app;
    struct engine *engine;
    struct nav *nav;
    unsigned zone_set_version; /* of the zone files that were looked into */
    struct investigation *investigation;
    struct verdict verdict;
    bool outdated;            /* the page is older than the evidence */
    unsigned dataset_version; /* whose estimate the verdict has */
    unsigned changes;         /* of the evidence */
    struct timer minute;
    struct related_cases written;      /* as the journal had it ... */
    unsigned version;                  /* ... at this one of its versions ... */
    uint32_t asns[RELATED_CASES_ASNS]; /* ... for these */
    int64_t swept_ms;                  /* of the sweep around it: its last change ... */
    size_t swept_listed;               /* ... and what it found */
};

static const struct evidence *
evidence_of(const struct case_view *c)
{
    return investigation_evidence(c->investigation);
}

static void
on_change(void *arg)
{
    struct case_view *c = arg;
    c->outdated = true;
    c->changes++;
    unsigned version = c->engine->dns_facts.version;
    dns_facts_take(&c->engine->dns_facts, evidence_of(c));
    if (c->engine->dns_facts.version != version)
        engine_report_change(c->engine, CHANGED_ANSWERS);
    app_touch(c->app);
}

static void
on_minute(void *arg)
{
    struct case_view *c = arg;
    on_change(c);
    loop_timer_set(c->engine->loop, &c->minute, clock_now_ms() + MINUTE_MS);
}

static void
read_written(struct case_view *c)
{
    related_cases_read(&c->written, navigator_journal(c->nav), &evidence_of(c)->address, c->asns);
    c->outdated = true;
}

static void
take_sweep(struct case_view *c)
{
    struct prefix block = prefix_around(&evidence_of(c)->address, 24);
    const struct sweep *sweep = sweep_store_find(c->engine, &block);
    struct sweep_counts counts = {0};
    if (sweep)
        sweep_counts(sweep, &counts);
    if (c->swept_ms == counts.changed_ms && c->swept_listed == counts.listed)
        return;
    c->swept_ms = counts.changed_ms;
    c->swept_listed = counts.listed;
    c->outdated = true;
    c->written.swept = true;
    vec_clear(&c->written.listed);
    for (uint32_t i = 0; i < prefix_size(&block); i++)
        if (sweep_state(sweep, i) == STATE_LISTED)
            vec_push(&c->written.listed, addr_to_v4(&block.addr) + i);
}

/* Who announces the address, and whom level 3 blames for it, is found out one after the other. */
static void
follow_journal(struct case_view *c)
{
    const struct listing *level3 = evidence_level3(evidence_of(c));
    uint32_t announces = evidence_of(c)->network.asn, blamed = level3 ? level3->holder.asn : 0;
    if (c->version == navigator_journal_version(c->nav) && c->asns[0] == announces && c->asns[1] == blamed)
        return;
    c->version = navigator_journal_version(c->nav);
    c->asns[0] = announces;
    c->asns[1] = blamed;
    read_written(c);
}

/* What the estimate for the provider says where level 3 is not known: the whole of the database and of the files is
 * only then read for it. */
static void
take_estimate(struct case_view *c)
{
    const struct evidence *e = evidence_of(c);
    size_t asn;
    if (c->verdict.if_level3 == 0)
        return;
    bool counts = evidence_file_counts(e, LIST_LEVEL1) && evidence_file_counts(e, LIST_LEVEL2);
    const struct world *world = counts ? dataset_world(&c->engine->dataset) : NULL;
    c->dataset_version = c->engine->dataset.revision;
    if (world && asn_table_find(dataset_asn_table(&c->engine->dataset), e->network.asn, &asn))
        verdict_take_estimate(&c->verdict, e, density_world_at(world, asn).call);
}

static bool
has_import_report_for_estimate(const struct case_view *c)
{
    return c->verdict.if_level3 && c->dataset_version != c->engine->dataset.revision;
}

static void
lay_out(struct case_view *c, int cols)
{
    verdict_fini(&c->verdict);
    verdict_reach(&c->verdict, evidence_of(c), &c->engine->dataset.policy);
    take_estimate(c);
    page_begin(&c->page.page, cols);
    address_page(&c->page.page, evidence_of(c), &c->verdict, &c->engine->dataset.policy, c->engine->dataset.asndb,
                 &c->written, true);
    c->outdated = false;
}

/* What a postmaster wants to have in sight, and to paste, once the console is gone. */
static void
put_summary(struct case_view *c)
{
    struct buf *out = c->nav->summary;
    char address[ADDR_TEXT], at[CLOCK_TEXT];
    lay_out(c, c->page.page.cols);
    clock_rfc3339(clock_wall_ms(), at);
    buf_clear(out);
    buf_format(out, "%s (%s): %s\n", addr_text(&evidence_of(c)->address, address), at, c->verdict.headline);
    for (size_t i = 0; i < c->verdict.ends.count; i++)
        buf_format(out, "  %s%s\n", c->verdict.ends.at[i].estimate ? "Estimate: " : "", c->verdict.ends.at[i].text);
    for (size_t i = 0; i < c->verdict.notes.count; i++)
        buf_format(out, "  %s\n", c->verdict.notes.at[i]);
}

static void
close_case(void *self)
{
    struct case_view *c = self;
    put_summary(c);
    loop_timer_clear(c->engine->loop, &c->minute);
    investigation_free(c->investigation);
    related_cases_fini(&c->written);
    verdict_fini(&c->verdict);
    page_fini(&c->page.page);
    free(c);
}

static bool
is_answered(const struct exchange *x)
{
    return !x->pending && x->outcome != OUTCOME_TIMEOUT && x->outcome != OUTCOME_UNREACHABLE &&
           x->outcome != OUTCOME_CANCELLED;
}

static void
title(void *self, struct buf *out, struct buf *status)
{
    const struct case_view *c = self;
    const struct evidence *e = evidence_of(c);
    char address[ADDR_TEXT];
    size_t answered = 0;
    buf_text(out, addr_text(&e->address, address));
    for (size_t i = 0; i < e->exchanges.count; i++)
        answered += is_answered(&e->exchanges.at[i]);
    if (e->exchanges.count == 0)
        buf_text(status, "nothing asked");
    else if (answered < e->exchanges.count)
        buf_format(status, "%zu of %zu answered", answered, e->exchanges.count);
    else
        buf_format(status, "%zu questions answered", answered);
}

static void
panes(void *self, int rows, int cols, struct panes *out)
{
    struct case_view *c = self;
    (void)rows;
    if (c->zone_set_version != c->engine->dataset.zones_revision) {
        c->zone_set_version = c->engine->dataset.zones_revision;
        investigation_zones_changed(c->investigation);
    }
    follow_journal(c);
    take_sweep(c);
    if (c->outdated || c->page.page.cols != cols || has_import_report_for_estimate(c))
        lay_out(c, cols);
    out->body = &c->page.pane;
}

/* ---- raw questions and answers ---- */

/* To the server that answered, or else the one that is asked first. */
static void
put_dig(struct buf *out, const struct exchange *x, const struct evidence *e)
{
    char text[ADDR_TEXT];
    const struct endpoint *server = x->server.addr.family ? &x->server : e->servers.count ? e->servers.at : NULL;
    buf_text(out, "dig");
    if (server)
        buf_format(out, " @%s -p %u", addr_text(&server->addr, text), server->port);
    buf_format(out, " +bufsize=%d %s %s", RESOLVER_EDNS_BYTES, x->name, record_type_name(x->type));
}

static void
put_answer(struct buf *out, const struct exchange *x)
{
    char server[ENDPOINT_TEXT];
    if (x->pending) {
        buf_text(out, "asking ...");
        return;
    }
    buf_text(out, outcome_name(x->outcome));
    if (x->rcode >= 0)
        buf_format(out, ", rcode %d", x->rcode);
    if (x->ttl)
        buf_format(out, ", TTL %u s", x->ttl);
    if (x->rtt_us >= 0)
        buf_format(out, ", %.1f ms", (double)x->rtt_us / 1000);
    if (x->server.addr.family)
        buf_format(out, ", from %s", endpoint_text(&x->server, server));
    if (x->remembered)
        buf_text(out, ", remembered from earlier in this run");
}

static void
add_exchange(struct text_page *page, const struct exchange *x, const struct evidence *e)
{
    struct buf text = {0};
    buf_format(&text, "%s %s", x->name, record_type_name(x->type));
    text_page_head(page, buf_string(&text));
    buf_clear(&text);
    put_answer(&text, x);
    text_page_pair(page, ROLE_DIM, "answer", buf_string(&text));
    for (size_t i = 0; i < x->records.count; i++)
        text_page_pair(page, ROLE_DIM, "record", x->records.at[i]);
    if (x->at_ms) {
        char at[CLOCK_TEXT];
        clock_rfc3339(x->at_ms, at);
        text_page_pair(page, ROLE_DIM, "at", at);
    }
    buf_clear(&text);
    put_dig(&text, x, e);
    text_page_pair(page, ROLE_DIM, "by hand", buf_string(&text));
    buf_free(&text);
}

/* Which questions stand behind a row: those to its list, those about name or provider; behind any other row all. */
static bool
is_behind(const struct exchange *x, uint64_t row_key)
{
    switch (address_key_kind(row_key)) {
    case ADDRESS_KEY_LIST:
        return x->subject == SUBJECT_LIST && x->list == (enum list_id)address_key_index(row_key);
    case ADDRESS_KEY_PTR:
        return x->subject == SUBJECT_NAME;
    case ADDRESS_KEY_NETWORK:
        return x->subject == SUBJECT_NETWORK;
    default:
        return true;
    }
}

static void
put_point(struct buf *out, const struct list_health *list_health, const struct health_point *point)
{
    buf_format(out, "%s: ", point->name);
    if (point->state == STATE_UNASKED)
        buf_text(out, list_health->pending ? "asking ..." : "not asked");
    else
        buf_format(out, "%s, as it %s be%s%s", list_state_name(point->state),
                   point->state == point->wanted ? "should" : "should not", *point->detail ? ": " : "", point->detail);
}

/* How a list proved itself in this run. */
static void
add_proof(struct text_page *page, const struct case_view *c, enum list_id id)
{
    const struct list_health *list_health = health_at(c->engine->health, catalogue_at(id));
    struct buf text = {0};
    buf_format(&text, "%s: does it work?", catalogue_at(id)->zone);
    text_page_head(page, buf_string(&text));
    for (size_t i = 0; i < list_health->points.count; i++) {
        const struct health_point *point = &list_health->points.at[i];
        bool bad = point->state != STATE_UNASKED && point->state != point->wanted;
        buf_clear(&text);
        put_point(&text, list_health, point);
        text_page_line(page, bad ? ROLE_WARN : ROLE_PLAIN, buf_string(&text));
    }
    buf_free(&text);
}

static bool
add_lists(struct text_page *page, const struct case_view *c, uint64_t row_key)
{
    bool any = false;
    for (size_t i = 0; i < LIST_COUNT && c->engine->health; i++) {
        struct exchange question = {.subject = SUBJECT_LIST, .list = (enum list_id)i};
        if (evidence_of(c)->address.family == ADDR_V4 && is_behind(&question, row_key)) {
            add_proof(page, c, (enum list_id)i);
            any = true;
        }
    }
    return any;
}

/* What stands behind a row of a case; the page of it lies above the case. */
struct details {
    const struct case_view *c;
    uint64_t row_key;
};

static unsigned
details_version(void *arg)
{
    const struct details *details = arg;
    return details->c->changes;
}

static void
fill_details(void *arg, struct text_page *page)
{
    const struct details *details = arg;
    const struct evidence *e = evidence_of(details->c);
    bool any = false;
    for (size_t i = 0; i < e->exchanges.count; i++)
        if (is_behind(&e->exchanges.at[i], details->row_key)) {
            add_exchange(page, &e->exchanges.at[i], e);
            any = true;
        }
    if (!add_lists(page, details->c, details->row_key) && !any)
        text_page_line(page, ROLE_PLAIN, "No question was put for this.");
}

/* Whether the details of a row have anything to show. */
static bool
has_details(const struct case_view *c, uint64_t row_key)
{
    const struct evidence *e = evidence_of(c);
    struct exchange question = {.subject = SUBJECT_LIST};
    for (size_t i = 0; i < e->exchanges.count; i++)
        if (is_behind(&e->exchanges.at[i], row_key))
            return true;
    for (size_t i = 0; c->engine->health && e->address.family == ADDR_V4 && i < LIST_COUNT; i++) {
        question.list = (enum list_id)i;
        if (is_behind(&question, row_key))
            return true;
    }
    return false;
}

static void
open_details(const struct case_view *c, uint64_t row_key)
{
    struct details *details = mem_alloc(sizeof *details);
    *details = (struct details){c, row_key};
    text_view_open_live(c->app, text_page_new("raw answers"),
                        &(struct text_source){details_version, fill_details, free, details});
}

/* The net, or the prefix of the ladder or the map, that a row shows. */
static bool
range_of(const struct case_view *c, uint64_t row_key, struct prefix *out)
{
    const struct evidence *e = evidence_of(c);
    uint32_t index = address_key_index(row_key);
    switch (address_key_kind(row_key)) {
    case ADDRESS_KEY_NET:
        *out = e->nets.at[index].prefix;
        return true;
    case ADDRESS_KEY_RUNG:
        *out = e->ladder.rungs.at[index].prefix;
        return true;
    case ADDRESS_KEY_MAP:
        *out = prefix_around(&e->address, 24);
        return true;
    default:
        return false;
    }
}

/* Who announces the address, where his ranges can be shown. */
static uint32_t
asn_of(const struct case_view *c, uint64_t row_key)
{
    bool shown = address_key_kind(row_key) == ADDRESS_KEY_NETWORK && c->engine->dataset.asndb;
    return shown ? evidence_of(c)->network.asn : 0;
}

/* Notes are about the address, but where the row tells of the case of something else. */
static struct resource
resource_of_row(const struct case_view *c, uint64_t row_key)
{
    if (address_key_kind(row_key) == ADDRESS_KEY_AROUND)
        return c->written.around.at[address_key_index(row_key)].resource;
    return resource_of_address(&evidence_of(c)->address);
}

static bool
can_open(const struct case_view *c, uint64_t row_key)
{
    struct prefix range;
    if (address_key_kind(row_key) < ADDRESS_KEY_LIST)
        return false;
    return address_key_kind(row_key) >= ADDRESS_KEY_CASE || asn_of(c, row_key) || range_of(c, row_key, &range) ||
           has_details(c, row_key);
}

static void
open_row(struct case_view *c, uint64_t row_key)
{
    struct prefix range;
    struct resource resource = resource_of_row(c, row_key);
    if (address_key_kind(row_key) >= ADDRESS_KEY_CASE)
        navigate(c->nav, &(struct place){PLACE_HISTORY, .resource = resource});
    else if (range_of(c, row_key, &range))
        navigate(c->nav, &(struct place){PLACE_RANGE, .resource = resource_of_net(&range),
                                         .came_from = resource_of_address(&evidence_of(c)->address)});
    else if (asn_of(c, row_key))
        navigate(c->nav, &(struct place){PLACE_PROVIDER, .resource = resource_of_asn(asn_of(c, row_key))});
    else
        open_details(c, row_key);
}

static bool
can(void *self, enum action action, size_t row)
{
    const struct case_view *c = self;
    if (action == ACTION_AGAIN)
        return c->engine->resolver && !evidence_of(c)->reserved;
    if (action == ACTION_OPEN)
        return row == VIEW_ANY_ROW || (row < c->page.page.rows.count && can_open(c, c->page.page.rows.at[row].key));
    return action == ACTION_DETAILS;
}

static void
act(void *self, struct app *app, enum action action, size_t row)
{
    struct case_view *c = self;
    if (action == ACTION_AGAIN) {
        investigation_again(c->investigation);
        app_message(app, "asked again");
        on_change(c);
    } else {
        action == ACTION_OPEN ? open_row(c, c->page.page.rows.at[row].key) : open_details(c, 0);
    }
}

static void
subject(void *self, size_t row, struct view_subject *out)
{
    const struct case_view *c = self;
    const struct addr *address = &evidence_of(c)->address;
    if (address->family == ADDR_V4)
        out->about = prefix_around(address, 32);
    out->resource = resource_of_row(c, row < c->page.page.rows.count ? c->page.page.rows.at[row].key : 0);
}

static const enum action hints[] = {ACTION_AGAIN, ACTION_WIDER, ACTION_JOURNAL, ACTION_HISTORY,
                                    ACTION_NOTE,  ACTION_STATE, ACTION_NONE};

static const struct view case_view = {
    .scope = SCOPE_VIEW,
    .layout = LAYOUT_PAGE,
    .hints = hints,
    .close = close_case,
    .title = title,
    .panes = panes,
    .subject = subject,
    .can = can,
    .act = act,
};

void
view_address_open(struct nav *nav, const struct place *place)
{
    struct case_view *c = mem_zero(sizeof *c);
    c->page.pane.type = &page_pane_type;
    const struct addr *address = &place->resource.prefix.addr;
    char target[ADDR_TEXT];
    c->app = nav->app;
    c->engine = nav->engine;
    c->nav = nav;
    c->zone_set_version = c->engine->dataset.zones_revision;
    c->outdated = true;
    c->minute = (struct timer){.fire = on_minute, .arg = c};
    c->investigation = investigation_new(c->engine, addr_text(address, target), NULL, address, on_change, c);
    investigation_follow(c->investigation);
    c->version = navigator_journal_version(nav);
    read_written(c);
    if (c->engine->resolver && !evidence_of(c)->reserved && address->family == ADDR_V4)
        loop_timer_set(c->engine->loop, &c->minute, clock_now_ms() + MINUTE_MS);
    app_push(nav->app, &case_view, c);
}
