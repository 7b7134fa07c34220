/* Lays the page out again when the evidence, the width or the visible minute changed, not for each frame. */
#include "console/views/routes.h"

#include "base/clock.h"
#include "base/text.h"
#include "check/ptr_cache.h"
#include "check/sweep_store.h"
#include "console/views/raw_answers.h"
#include "console/views/watch.h"
#include "pages/address_detail.h"
#include "pages/address_map.h"
#include "pages/address_page.h"
#include "pages/address_rows.h"
#include "pages/changes.h"
#include "verdict/explain.h"

#include <stdlib.h>

enum { BLOCK = 24 };

struct address_view {
    struct page_pane page;
    struct nav *nav;
    struct watch *watch;
    const struct evidence *evidence; /* of the watch */
    struct verdict verdict;
    bool outdated;                     /* the page is older than the evidence */
    bool in_detail;                    /* all there is to know instead of the first screen */
    size_t net, nets;                  /* of the map, and how many there are (address_map_nets) */
    int rows;                          /* of the screen, for which it was laid out */
    unsigned changes;                  /* of the watch, which the page shows */
    struct ptr_cache *names;           /* of its /24; NULL = not asked for */
    struct buf since;                  /* what changed since the last look, until the user has seen it */
    struct related_cases cases;        /* as in the journal ... */
    unsigned journal_version;          /* ... at this version, ... */
    uint32_t asns[RELATED_CASES_ASNS]; /* ... with those of these ASes */
};

/* ---- changes ---- */

static void
on_name(void *arg)
{
    struct address_view *v = arg;
    v->outdated = true;
    app_touch(v->nav->app);
}

/* Whether the names are to be asked for: not for a view below others. */
static bool
shows(void *self)
{
    const struct address_view *v = self;
    return app_shows(v->nav->app, v);
}

static void
changed(void *self, unsigned what)
{
    struct address_view *v = self;
    struct prefix block = prefix_around(&v->evidence->address, BLOCK);
    const struct sweep *sweep = what & CHANGED_SWEEPS ? sweep_store_find(v->nav->engine, &block) : NULL;
    if (sweep) {
        v->outdated = true;
        v->cases.swept = true;
        vec_clear(&v->cases.listed);
        for (uint32_t i = 0; i < prefix_size(&block); i++)
            if (sweep_state(sweep, i) == STATE_LISTED)
                vec_push(&v->cases.listed, addr_to_v4(&block.addr) + i);
    }
    watch_changed(v->watch, v, what);
}

/* Returns the last look before this run, unless what changed since was seen; NULL = none. */
static const struct last_look *
unseen_look(const struct address_view *v)
{
    struct recorder *recorder = v->nav->engine->recorder;
    const struct last_look *last = recorder ? recorder_last_look(recorder, &v->evidence->address) : NULL;
    return last && last->known && !last->seen ? last : NULL;
}

/* Finds the view behind a row: of a net or another range, of the AS when there is a database, or of a case. */
static bool
find_place(const struct address_view *v, uint64_t row_key, struct place *out)
{
    const struct evidence *e = v->evidence;
    uint32_t index = address_key_index(row_key);
    struct prefix net;
    struct addr block;
    *out = (struct place){PLACE_RANGE, .came_from = resource_of_address(&e->address)};
    switch (address_key_kind(row_key)) {
    case ADDRESS_KEY_NET:
        out->resource = resource_of_net(&e->nets.at[index].prefix);
        return true;
    case ADDRESS_KEY_RUNG:
        out->resource = resource_of_net(&e->ladder.rungs.at[index].prefix);
        return true;
    case ADDRESS_KEY_MAP:
        net = prefix_around(&e->address, index);
        out->resource = resource_of_net(&net);
        return true;
    case ADDRESS_KEY_BLOCK:
        block = addr_from_v4(index);
        net = prefix_around(&block, BLOCK);
        out->resource = resource_of_net(&net);
        return true;
    case ADDRESS_KEY_ASN:
        *out = (struct place){PLACE_PROVIDER, .resource = resource_of_asn(index)};
        return true;
    case ADDRESS_KEY_NETWORK:
        *out = (struct place){PLACE_PROVIDER, .resource = resource_of_asn(e->network.asn)};
        return dataset_asn_source(&v->nav->engine->dataset).path && e->network.asn != 0;
    case ADDRESS_KEY_LISTS:
        *out = (struct place){PLACE_LISTS, .resource = resource_of_address(&e->address)};
        return true;
    case ADDRESS_KEY_CASE:
        *out = (struct place){PLACE_HISTORY, .resource = resource_of_address(&e->address)};
        return true;
    case ADDRESS_KEY_CHANGES:
        *out = (struct place){PLACE_THEN_NOW, .resource = resource_of_address(&e->address)};
        if (unseen_look(v))
            out->observation = &unseen_look(v)->then;
        return true;
    case ADDRESS_KEY_AROUND:
        *out = (struct place){PLACE_HISTORY, .resource = v->cases.around.at[index].resource};
        return true;
    default:
        return false;
    }
}

static bool
opens(const struct address_view *v, uint64_t row_key)
{
    struct place place;
    struct raw_answers raw = {v->nav->engine, v->evidence, &v->watch->changes, row_key};
    return address_key_kind(row_key) >= ADDRESS_KEY_LIST &&
           (find_place(v, row_key, &place) || raw_answers_add(&raw, NULL));
}

/* Says what changed since the last look, once all is known; returns the levels. */
static unsigned
put_changes(struct address_view *v)
{
    const struct last_look *last = unseen_look(v);
    struct observation now = {0};
    unsigned levels = 0;
    buf_clear(&v->since);
    if (!last || v->verdict.pending || evidence_is_pending(v->evidence))
        return 0;
    observation_make(&now, v->evidence, &v->verdict);
    levels = changes_words(&v->since, &last->then, &now);
    observation_fini(&now);
    return levels;
}

/* Reaches the verdict anew. */
static struct address_facts
facts_of(struct address_view *v, bool live)
{
    struct dataset *dataset = &v->nav->engine->dataset;
    verdict_fini(&v->verdict);
    investigation_answer_another(v->watch->investigation, dataset, &v->nav->engine->dns_facts);
    verdict_reach(&v->verdict, v->evidence, &dataset->policy);
    unsigned changed = put_changes(v);
    return (struct address_facts){
        .since = live && v->since.count > 0 ? buf_string(&v->since) : NULL,
        .changed = live ? changed : 0,
        .evidence = v->evidence,
        .verdict = &v->verdict,
        .policy = &dataset->policy,
        .asns = dataset_asn_source(dataset),
        .zones = dataset->zones,
        .cases = &v->cases,
        .receivers = v->nav->receivers,
        .names = live ? v->names : NULL,
        .live = live,
    };
}

static void
lay_out(struct address_view *v, int rows, int cols)
{
    struct page *page = &v->page.page;
    const struct address_facts facts = facts_of(v, true);
    struct prefix nets[ADDRESS_MAP_NETS];
    v->nets = address_map_nets(v->evidence, nets);
    v->net = v->net < v->nets ? v->net : v->nets - 1;
    if (v->names)
        ptr_cache_show(v->names, NULL, 0); /* the page shows those that it has */
    page_begin(page, cols);
    if (v->in_detail)
        address_detail(page, &facts);
    else
        address_page(page, &facts, rows, v->net);
    for (size_t i = 0; v->in_detail && i < page->rows.count; i++) /* the first rows of the things that open */
        if (opens(v, page->rows.at[i].key) && (i == 0 || page->rows.at[i - 1].key != page->rows.at[i].key)) {
            struct page_target target = {.row = i, .cols = cols, .key = page->rows.at[i].key};
            vec_push(&page->targets, target);
        }
    page->pointed = true;
    v->rows = rows;
    v->changes = v->watch->changes;
    v->outdated = false;
}

/* Writes what `check` prints, and its sources: for readers elsewhere, so with times instead of ages. */
static void
report(void *self, int cols, bool ascii, struct buf *out)
{
    struct address_view *v = self;
    struct page_pane pane = {.pane.type = &page_pane_type};
    const struct address_facts facts = facts_of(v, false);
    page_begin(&pane.page, cols);
    address_page(&pane.page, &facts, 0, v->net);
    address_detail_sources(&pane.page, &facts);
    for (size_t from = 0; from < pane.page.rows.count; from += GRID_ROWS_MAX)
        pane_dump(&pane.pane, from, pane.page.rows.count, cols, ascii, out);
    page_fini(&pane.page);
    v->outdated = true;
}

static void
panes(void *self, int rows, int cols, struct panes *out)
{
    struct address_view *v = self;
    /* Reads the cases again when the journal changed, or another AS announces the address or is on level 3 for it. */
    const struct listing *level3 = evidence_level3(v->evidence);
    uint32_t origin = v->evidence->network.asn, named = level3 ? level3->holder.asn : 0;
    unsigned version = navigator_journal_version(v->nav);
    if (v->journal_version != version || v->asns[0] != origin || v->asns[1] != named) {
        v->journal_version = version;
        v->asns[0] = origin;
        v->asns[1] = named;
        related_cases_read(&v->cases, navigator_journal(v->nav), &v->evidence->address, v->asns);
        v->outdated = true;
    }
    investigation_catch_up(v->watch->investigation);
    v->outdated |= v->changes != v->watch->changes;
    v->outdated |= v->since.count > 0 && !unseen_look(v);
    if (v->outdated || v->page.page.cols != cols || v->rows != rows)
        lay_out(v, rows, cols);
    out->body = &v->page.pane;
    out->rows = v->page.page.rows.count;
}

/* ---- the view ---- */

static void
close_address(void *self)
{
    struct address_view *v = self;
    struct buf *out = v->nav->summary; /* for a postmaster to see, and to paste, after the console has ended */
    char address[ADDR_TEXT], at[CLOCK_TEXT];
    lay_out(v, v->rows, v->page.page.cols);
    clock_rfc3339(clock_wall_ms(), at);
    buf_clear(out);
    buf_format(out, "%s (%s): %s\n", addr_text(&v->evidence->address, address), at, v->verdict.headline);
    for (size_t i = 0; i < v->verdict.ends.count; i++)
        buf_format(out, "  %s%s\n", v->verdict.ends.at[i].estimate ? "Estimate: " : "", v->verdict.ends.at[i].text);
    for (size_t i = 0; i < v->verdict.notes.count; i++)
        buf_format(out, "  %s\n", v->verdict.notes.at[i]);
    watch_close(v->watch, v);
    ptr_cache_free(v->names);
    related_cases_fini(&v->cases);
    buf_free(&v->since);
    verdict_fini(&v->verdict);
    page_fini(&v->page.page);
    free(v);
}

static void
subject(void *self, size_t row, struct view_subject *out)
{
    const struct address_view *v = self;
    const struct addr *address = &v->evidence->address;
    uint64_t row_key = page_pane_key(&v->page, row);
    char text[ADDR_TEXT];
    const char *label = navigator_label(v->nav, addr_text(address, text));
    if (out->title) {
        buf_text(out->title, text);
        buf_format(out->title, "%s%s%s", *label ? " " : "", label, v->in_detail ? " in detail" : "");
        address_detail_put_names(out->detail, v->evidence);
        watch_status(v->watch, out->status);
    }
    if (address->family == ADDR_V4)
        out->about = prefix_around(address, 32);
    out->resource = resource_of_address(address);
    if (address_key_kind(row_key) == ADDRESS_KEY_AROUND)
        out->resource = v->cases.around.at[address_key_index(row_key)].resource;
}

static bool
shows_map(const struct address_view *v)
{
    return v->evidence->has_density && v->nav->engine->dataset.zones && v->evidence->address.family == ADDR_V4;
}

static bool
can(void *self, enum action action, size_t row)
{
    const struct address_view *v = self;
    if (action == ACTION_AGAIN)
        return v->nav->engine->resolver && !v->evidence->reserved;
    if (action == ACTION_BACK || action == ACTION_CLOSE)
        return v->in_detail;
    if (action == ACTION_MAP)
        return shows_map(v);
    if (action == ACTION_MAP_NARROWER || action == ACTION_MAP_WIDER)
        return !v->in_detail && shows_map(v) && (action == ACTION_MAP_WIDER ? v->net > 0 : v->net + 1 < v->nets);
    if (action != ACTION_OPEN)
        return action == ACTION_DETAILS;
    return row == VIEW_ANY_ROW ? v->page.page.targets.count > 0 : page_pane_key(&v->page, row) != 0;
}

/* Shows all there is to know, or the first screen again. */
static void
show_detail(struct address_view *v, bool in_detail)
{
    v->in_detail = in_detail;
    v->outdated = true;
    v->page.pane.cursor = (struct cursor){0};
    v->page.pane.placed = false;
}

/* Opens the net of the map, which has the big one. */
static void
open_map(const struct address_view *v)
{
    struct prefix nets[ADDRESS_MAP_NETS];
    address_map_nets(v->evidence, nets);
    navigate(v->nav, &(struct place){PLACE_RANGE, .resource = resource_of_net(&nets[v->net]),
                                     .came_from = resource_of_address(&v->evidence->address)});
}

static void
act(void *self, struct app *app, enum action action, size_t row)
{
    struct address_view *v = self;
    struct place place;
    uint64_t key = action == ACTION_OPEN ? page_pane_key(&v->page, row) : 0;
    struct raw_answers raw = {v->nav->engine, v->evidence, &v->watch->changes, key};
    if (action == ACTION_AGAIN) {
        watch_again(v->watch);
        app_message(app, "asked again");
    } else if (action == ACTION_MAP_NARROWER || action == ACTION_MAP_WIDER) {
        v->net += action == ACTION_MAP_WIDER ? (size_t)-1 : 1;
        v->outdated = true;
    } else if (action == ACTION_MAP) {
        open_map(v);
    } else if (action == ACTION_BACK || action == ACTION_CLOSE) {
        show_detail(v, false);
    } else if (!v->in_detail && (action == ACTION_DETAILS || address_key_kind(key) == ADDRESS_KEY_DETAIL)) {
        show_detail(v, true);
    } else if (find_place(v, key, &place)) {
        navigate(v->nav, &place);
    } else {
        raw_answers_open(app, &raw);
    }
}

static const enum action hints[] = {ACTION_MAP,     ACTION_PROVIDER, ACTION_COMPLAIN, ACTION_DETAILS,
                                    ACTION_LISTS,   ACTION_AGAIN,    ACTION_WIDER,    ACTION_STATE,
                                    ACTION_HISTORY, ACTION_NOTE,     ACTION_NONE};

static const struct view address_view = {
    .scope = SCOPE_VIEW,
    .layout = LAYOUT_PAGE,
    .hints = hints,
    .close = close_address,
    .changed = changed,
    .panes = panes,
    .subject = subject,
    .can = can,
    .act = act,
    .report = report,
};

void
view_address_open(struct nav *nav, const struct place *place)
{
    struct address_view *v = mem_zero(sizeof *v);
    const struct addr *address = &place->resource.prefix.addr;
    v->page.pane.type = &page_pane_type;
    v->nav = nav;
    v->outdated = true;
    v->watch = watch_open(nav, address, v);
    v->evidence = v->watch->evidence;
    v->journal_version = navigator_journal_version(nav);
    related_cases_read(&v->cases, navigator_journal(nav), address, v->asns);
    changed(v, CHANGED_SWEEPS);
    struct prefix block = prefix_around(address, BLOCK);
    if (address->family == ADDR_V4)
        v->names = ptr_cache_new(nav->engine, &block, shows, on_name, v);
    app_push(nav->app, &address_view, v);
}
