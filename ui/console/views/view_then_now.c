#include "console/views/routes.h"

#include "base/text.h"
#include "check/investigation.h"
#include "pages/address_rows.h"
#include "pages/then_now_page.h"
#include "verdict/explain.h"

#include <string.h>

struct then_now_view {
    struct page_pane page; /* first */
    struct nav *nav;
    struct observation then;
    struct investigation *investigation;
    struct related_cases written;
    unsigned version; /* of the journal, when that was read */
    bool outdated;
};

static void
on_change(void *arg)
{
    struct then_now_view *v = arg;
    v->outdated = true;
    app_touch(v->nav->app);
}

/* ---- the page ---- */

static void
read_written(struct then_now_view *v)
{
    const uint32_t asns[RELATED_CASES_ASNS] = {v->then.asn, v->then.score_asn};
    related_cases_read(&v->written, navigator_journal(v->nav), &v->then.address, asns);
}

static enum then_now
known_of(const struct evidence *e)
{
    if (evidence_is_pending(e))
        return THEN_NOW_ASKING;
    return e->exchanges.count > 0 || evidence_has_zone_file(e) ? THEN_NOW_KNOWN : THEN_NOW_NOT_ASKED;
}

static void
lay_out(struct then_now_view *v, int cols)
{
    struct verdict verdict = {0};
    struct observation now = {.score = -1};
    enum then_now known = THEN_NOW_NOT_ASKED;
    if (v->investigation) {
        const struct evidence *e = investigation_evidence(v->investigation);
        verdict_reach(&verdict, e, &v->nav->engine->dataset.policy);
        observation_make(&now, e, &verdict);
        known = known_of(e);
    }
    page_begin(&v->page.page, cols);
    then_now_page(&v->page.page, &v->then, &now, known, &v->written);
    observation_fini(&now);
    verdict_fini(&verdict);
    v->outdated = false;
}

/* ---- the view ---- */

static void
close_then_now(void *self)
{
    struct then_now_view *v = self;
    investigation_free(v->investigation);
    related_cases_fini(&v->written);
    observation_fini(&v->then);
    page_fini(&v->page.page);
    free(v);
}

static void
title(void *self, struct buf *out, struct buf *status)
{
    const struct then_now_view *v = self;
    (void)status;
    char address[ADDR_TEXT];
    buf_format(out, "%s then and now", addr_text(&v->then.address, address));
}

static void
panes(void *self, int rows, int cols, struct panes *out)
{
    struct then_now_view *v = self;
    (void)rows;
    unsigned version = navigator_journal_version(v->nav);
    if (v->version != version) {
        read_written(v);
        v->version = version;
        v->outdated = true;
    }
    if (v->outdated || v->page.page.cols != cols)
        lay_out(v, cols);
    out->body = &v->page.pane;
}

/* Of which thing around it that row tells. */
static bool
find_around(const struct then_now_view *v, size_t row, struct resource *out)
{
    uint64_t row_key = row < v->page.page.rows.count ? v->page.page.rows.at[row].key : 0;
    if (address_key_kind(row_key) != ADDRESS_KEY_AROUND)
        return false;
    *out = v->written.around.at[address_key_index(row_key)].resource;
    return true;
}

static void
subject(void *self, size_t row, struct view_subject *out)
{
    const struct then_now_view *v = self;
    if (v->then.address.family == ADDR_V4)
        out->about = prefix_around(&v->then.address, 32);
    out->resource = resource_of_address(&v->then.address);
    find_around(v, row, &out->resource);
}

static bool
can(void *self, enum action action, size_t row)
{
    const struct then_now_view *v = self;
    (void)row;
    return action == ACTION_OPEN || (action == ACTION_AGAIN && v->investigation && v->nav->engine->resolver);
}

/* The way into the case as it is now, or to the history of what is around it. */
static void
act(void *self, struct app *app, enum action action, size_t row)
{
    struct then_now_view *v = self;
    struct resource around;
    if (action == ACTION_AGAIN) {
        investigation_again(v->investigation);
        app_message(app, "asked again");
        on_change(v);
    } else if (find_around(v, row, &around)) {
        navigate(v->nav, &(struct place){PLACE_HISTORY, .resource = around});
    } else {
        navigate(v->nav, &(struct place){PLACE_ADDRESS, .resource = resource_of_address(&v->then.address)});
    }
}

static const enum action hints[] = {ACTION_AGAIN, ACTION_WIDER, ACTION_JOURNAL, ACTION_HISTORY,
                                    ACTION_NOTE,  ACTION_STATE, ACTION_NONE};

static const struct view then_now_view = {
    .scope = SCOPE_VIEW,
    .layout = LAYOUT_PAGE,
    .hints = hints,
    .close = close_then_now,
    .title = title,
    .panes = panes,
    .subject = subject,
    .can = can,
    .act = act,
};

void
view_then_now_open(struct nav *nav, const struct place *place)
{
    struct observation newest = {0};
    struct fault fault = {""};
    struct journal *journal = navigator_journal(nav);
    const struct addr *wanted = &place->resource.prefix.addr;
    if (!place->observation && !(journal && journal_newest(journal, wanted, &newest, &fault))) {
        app_message(nav->app, "%s", *fault.text ? fault.text : "the journal has nothing of it any more");
        return;
    }
    struct then_now_view *v = mem_zero(sizeof *v);
    v->page.pane.type = &page_pane_type;
    char address[ADDR_TEXT];
    v->nav = nav;
    v->outdated = true;
    observation_copy(&v->then, place->observation ? place->observation : &newest);
    observation_fini(&newest);
    addr_text(&v->then.address, address);
    v->investigation = investigation_new(nav->engine, address, NULL, &v->then.address, on_change, v);
    v->version = navigator_journal_version(nav);
    read_written(v);
    app_push(nav->app, &then_now_view, v);
}
