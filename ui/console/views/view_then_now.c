#include "console/views/routes.h"

#include "base/text.h"
#include "check/investigation.h"
#include "pages/address_rows.h"
#include "pages/then_now_page.h"
#include "verdict/explain.h"

#include <string.h>

struct then_now_view {
    struct page_pane page;
    struct nav *nav;
    struct observation then;
    struct investigation *investigation;
    struct related_cases cases;
    bool read;        /* the cases are read, ... */
    unsigned version; /* ... at this version of the journal */
    bool outdated;
};

static void
on_change(void *arg)
{
    struct then_now_view *v = arg;
    v->outdated = true;
    app_touch(v->nav->app);
}

static void
lay_out(struct then_now_view *v, int cols)
{
    struct verdict verdict = {0};
    struct observation now = {.score = -1};
    const struct evidence *e = investigation_evidence(v->investigation);
    bool known = e->exchanges.count > 0 || evidence_has_zone_file(e);
    verdict_reach(&verdict, e, &v->nav->engine->dataset.policy);
    observation_make(&now, e, &verdict);
    page_begin(&v->page.page, cols);
    then_now_page(&v->page.page, &v->then, &now,
                  evidence_is_pending(e) ? THEN_NOW_ASKING
                  : known                ? THEN_NOW_KNOWN
                                         : THEN_NOW_NOT_ASKED,
                  &v->cases);
    observation_fini(&now);
    verdict_fini(&verdict);
    v->outdated = false;
}

static void
panes(void *self, int rows, int cols, struct panes *out)
{
    struct then_now_view *v = self;
    const uint32_t asns[RELATED_CASES_ASNS] = {v->then.asn, v->then.score_asn};
    unsigned version = navigator_journal_version(v->nav);
    (void)rows;
    if (!v->read || v->version != version) {
        related_cases_read(&v->cases, navigator_journal(v->nav), &v->then.address, asns);
        v->read = true;
        v->version = version;
        v->outdated = true;
    }
    if (v->outdated || v->page.page.cols != cols)
        lay_out(v, cols);
    out->body = &v->page.pane;
    out->rows = v->page.page.rows.count;
}

/* ---- the view ---- */

static void
close_then_now(void *self)
{
    struct then_now_view *v = self;
    investigation_free(v->investigation);
    related_cases_fini(&v->cases);
    observation_fini(&v->then);
    page_fini(&v->page.page);
    free(v);
}

static void
subject(void *self, size_t row, struct view_subject *out)
{
    const struct then_now_view *v = self;
    char address[ADDR_TEXT];
    if (out->title)
        buf_format(out->title, "%s then and now", addr_text(&v->then.address, address));
    if (v->then.address.family == ADDR_V4)
        out->about = prefix_around(&v->then.address, 32);
    out->resource = resource_of_address(&v->then.address);
    uint64_t row_key = page_pane_key(&v->page, row);
    if (address_key_kind(row_key) == ADDRESS_KEY_AROUND)
        out->resource = v->cases.around.at[address_key_index(row_key)].resource;
}

static bool
can(void *self, enum action action, size_t row)
{
    const struct then_now_view *v = self;
    (void)row;
    return action == ACTION_OPEN || (action == ACTION_AGAIN && v->nav->engine->resolver);
}

/* Opens the address as it is now, or the history of a resource around it. */
static void
act(void *self, struct app *app, enum action action, size_t row)
{
    struct then_now_view *v = self;
    uint64_t row_key = page_pane_key(&v->page, row);
    struct place place = {PLACE_ADDRESS, .resource = resource_of_address(&v->then.address)};
    if (action == ACTION_AGAIN) {
        investigation_again(v->investigation);
        app_message(app, "asked again");
        on_change(v);
        return;
    }
    if (address_key_kind(row_key) == ADDRESS_KEY_AROUND)
        place = (struct place){PLACE_HISTORY, .resource = v->cases.around.at[address_key_index(row_key)].resource};
    navigate(v->nav, &place);
}

static const enum action hints[] = {ACTION_AGAIN, ACTION_WIDER, ACTION_JOURNAL, ACTION_HISTORY,
                                    ACTION_NOTE,  ACTION_STATE, ACTION_NONE};

static const struct view then_now_view = {
    .scope = SCOPE_VIEW,
    .layout = LAYOUT_PAGE,
    .hints = hints,
    .close = close_then_now,
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
        app_message(nav->app, "%s", *fault.text ? fault.text : "the journal has no entry of it any more");
        return;
    }
    struct then_now_view *v = mem_zero(sizeof *v);
    v->page.pane.type = &page_pane_type;
    char address[ADDR_TEXT];
    v->nav = nav;
    v->outdated = true;
    const struct addr *about = place->observation ? &place->observation->address : wanted;
    struct last_look *last = nav->engine->recorder ? recorder_last_look(nav->engine->recorder, about) : NULL;
    if (last && place->observation == &last->then)
        last->seen = true;
    observation_copy(&v->then, place->observation ? place->observation : &newest);
    observation_fini(&newest);
    addr_text(&v->then.address, address);
    v->investigation = investigation_new(nav->engine, address, NULL, &v->then.address, on_change, v);
    app_push(nav->app, &then_now_view, v);
}
