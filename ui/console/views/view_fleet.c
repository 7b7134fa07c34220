/* Shows many targets, the worst first, or groups of them. Answers change rows as they come; the table is sorted again
 * for the next frame, and the cursor stays on its target. */
#include "console/views/routes.h"

#include "base/clock.h"
#include "base/text.h"
#include "check/comparison.h"
#include "check/fleet_queue.h"
#include "console/overlays/menu.h"
#include "console/views/many_cases.h"
#include "pages/fleet_groups.h"
#include "verdict/explain.h"

#include <stdlib.h>

enum { COUNTS = 1, ABOUT = 2, ROOMY = 18 /* rows of the view from which there is room for both */ };

struct fleet_view {
    struct table targets, groups; /* of which one shows */
    struct table_model model, group_model;
    struct table_column columns[TABLE_COLUMNS], group_columns[TABLE_COLUMNS];
    struct nav *nav;
    struct fleet_place place;
    struct fleet_rows rows; /* by place in the fleet */
    struct fleet_groups by_group;
    enum fleet_grouping grouping, drilled; /* drilled: the groups from which the user came to the targets ... */
    char *undrilled;                       /* ... and their filter; "" = none */
    struct fleet_queue *queue;
    struct many_cases marked; /* targets with an address */
    struct header top;
    struct buf common; /* fleet_rows_common */
    int more;          /* rows between header and table */
    int64_t newest_ms;
    bool outdated; /* rows changed since the tables were filled */
};

static struct table *
shown_table(struct fleet_view *v)
{
    return v->grouping == FLEET_UNGROUPED ? &v->targets : &v->groups;
}

/* Returns the row of a target, or NULL while groups show. */
static struct fleet_row *
row_at(const struct fleet_view *v, size_t row)
{
    bool is_target = v->grouping == FLEET_UNGROUPED && row < v->targets.row_count;
    return is_target ? &v->rows.list.at[table_item(&v->targets, row)] : NULL;
}

/* ---- cases ---- */

/* Reads the cases of the targets on the screen that were not read since the journal changed. */
static void
read_cases(struct fleet_view *v, size_t first, size_t page)
{
    unsigned version = navigator_journal_version(v->nav);
    struct journal *journal = navigator_journal(v->nav);
    bool has_case = false;
    for (size_t i = first; journal && i < v->targets.row_count && i < first + page; i++) {
        struct fleet_row *row = &v->rows.list.at[table_item(&v->targets, i)];
        struct resource resource = resource_of_address(&row->target->address);
        struct journal_case c = {0};
        struct fault ignored;
        if (row->target->address.family == ADDR_NONE || row->case_version == version)
            continue;
        bool found = journal_case_find(journal, &resource, &c, &ignored);
        fleet_row_set_case(row, found ? &c : NULL);
        row->case_version = version;
        has_case |= found;
        if (found)
            journal_case_fini(&c);
    }
    if (has_case)
        fleet_table_fit(&v->rows, v->columns, &v->model);
}

/* ---- answers ---- */

/* Sets a row from the evidence, judged. */
static void
judge(struct fleet_view *v, struct fleet_row *row, const struct fleet_look *look)
{
    struct engine *engine = v->nav->engine;
    const struct evidence *e = look->evidence;
    struct verdict verdict;
    struct observation now = {0};
    const struct last_look *last = NULL;
    bool first = row->awaited;
    if (look->survey)
        survey_verdict(look->survey, &verdict);
    else
        (look->over ? verdict_reach : verdict_reach_headline)(&verdict, e, &engine->dataset.policy);
    if (look->over && !look->survey) {
        last = engine->recorder ? recorder_last_look(engine->recorder, &e->address) : NULL;
        dns_facts_take(&engine->dns_facts, e);
    }
    if (last)
        observation_make(&now, e, &verdict);
    fleet_row_set(row, &(struct fleet_finding){.evidence = e,
                                               .verdict = &verdict,
                                               .survey = look->survey,
                                               .then = last && last->known ? &last->then : NULL,
                                               .now = last ? &now : NULL});
    row->seen = row->seen || (first && last && last->seen);
    observation_fini(&now);
    verdict_fini(&verdict);
}

static bool
take(void *arg, size_t target, const struct fleet_look *look)
{
    struct fleet_view *v = arg;
    struct fleet_row *row = &v->rows.list.at[target];
    if (app_is_held(v->nav->app))
        return false;
    if (!look->over && !row->awaited) /* the old look stays until the new one is whole */
        return true;
    if (look->evidence)
        judge(v, row, look);
    else
        fleet_row_set(row, &(struct fleet_finding){.error = look->error});
    row->awaited = !look->over;
    v->newest_ms = row->seen_ms > v->newest_ms ? row->seen_ms : v->newest_ms;
    v->outdated = true;
    app_touch(v->nav->app);
    return true;
}

static bool
wants(void *arg)
{
    const struct fleet_view *v = arg;
    return app_shows(v->nav->app, v) && !app_is_held(v->nav->app);
}

/* Tells the queue which targets are on the screen. */
static void
show_rows(struct fleet_view *v, size_t page)
{
    size_t shown[GRID_ROWS_MAX], count = 0;
    size_t first = v->targets.pane.cursor.scroll;
    for (size_t row = first; row < v->targets.row_count && row < first + page && count < GRID_ROWS_MAX; row++)
        shown[count++] = table_item(&v->targets, row);
    fleet_queue_show(v->queue, shown, count);
}

/* ---- drawing ---- */

static void
write_top(struct fleet_view *v, int cols)
{
    struct buf line = {0};
    header_begin(&v->top, cols);
    if (v->place.problems > 0) { /* in one line: the whole sentence is there when the file is read */
        struct buf more = {0};
        if (v->place.problems > 1)
            buf_format(&more, " (and %zu more)", v->place.problems - 1);
        int room = cols - text_width(buf_string(&more));
        bool fits = text_width(v->place.problem.text) <= room;
        buf_bytes(&line, v->place.problem.text, text_fit(v->place.problem.text, fits ? room : room - 4));
        buf_format(&line, "%s%s", fits ? "" : " ...", buf_string(&more));
        buf_free(&more);
    }
    header_add(&v->top, ROLE_WARN, &line);
    header_need(&v->top);
    if (v->grouping != FLEET_UNGROUPED && v->targets.filter_text)
        buf_format(&line, "Groups of the %zu targets with %s", v->targets.row_count, v->targets.filter_text);
    header_add(&v->top, ROLE_STRONG, &line);
    buf_text(&line, buf_string(&v->common));
    header_add(&v->top, ROLE_STRONG, &line);
    buf_free(&line);
}

/* Groups the targets that pass the filter. */
static void
gather_groups(struct fleet_view *v)
{
    fleet_groups_fini(&v->by_group);
    for (size_t i = 0; i < v->rows.list.count; i++)
        if (filter_passes(&v->targets.filter, &v->model.eye, &v->rows, i))
            fleet_groups_add(&v->by_group, &v->rows.list.at[i], v->grouping);
    fleet_groups_fit(&v->by_group, v->group_columns, &v->group_model);
    table_fill(&v->groups, v->by_group.list.count);
}

static void
panes(void *self, int rows, int cols, struct panes *out)
{
    struct fleet_view *v = self;
    if (v->outdated) {
        v->outdated = false;
        buf_clear(&v->common);
        fleet_rows_common(&v->rows, &v->common);
        table_fill(&v->targets, v->rows.list.count);
        if (v->grouping != FLEET_UNGROUPED)
            gather_groups(v);
    }
    write_top(v, cols);
    v->more = COUNTS + (rows >= ROOMY && v->grouping == FLEET_UNGROUPED ? ABOUT : 0);
    table_panes(shown_table(v), &v->top, rows, v->more, out);
    size_t page = rows > out->head ? (size_t)(rows - out->head) : 0;
    show_rows(v, page);
    if (v->grouping == FLEET_UNGROUPED)
        read_cases(v, v->targets.pane.cursor.scroll, page);
}

/* Draws "2 direct  5 collateral  22 clear  1 unknown", each with its sign; zeros are left out. */
static void
draw_counts(const struct fleet_view *v, const struct canvas *canvas, int row)
{
    static const unsigned states[] = {VERDICT_DIRECT, VERDICT_COLLATERAL, VERDICT_UNKNOWN, VERDICT_CLEAR,
                                      FLEET_UNLISTABLE};
    enum { GAP = 2 };
    int col = 1;
    struct buf words = {0};
    for (size_t i = 0; i <= sizeof states / sizeof states[0]; i++) {
        bool rest = i == sizeof states / sizeof states[0];
        struct table_sign sign = rest ? (struct table_sign){GLYPH_ASKING, ROLE_ASKING} : fleet_table_sign(states[i]);
        size_t count = rest ? fleet_rows_awaited(&v->rows) : fleet_rows_count(&v->rows, states[i]);
        if (count == 0)
            continue;
        text_number(&words, (int64_t)count);
        buf_format(&words, " %s", rest ? "awaited" : fleet_row_state_name(states[i]));
        col = canvas_glyph(canvas, row, col, sign.role, sign.glyph) + 1;
        col = canvas_text(canvas, row, col, CANVAS_REST, ROLE_STRONG, buf_string(&words)) + GAP;
        buf_clear(&words);
    }
    buf_free(&words);
}

/* Says all of the selected target, of which its row has only a part. */
static void
draw_about(const struct fleet_view *v, const struct canvas *canvas)
{
    const struct fleet_row *row = row_at(v, v->targets.pane.cursor.row);
    enum { NOTE = 60 };
    struct buf says = {0};
    if (!row)
        return;
    bool is_domain = row->target->address.family == ADDR_NONE; /* its sentence begins with its name */
    if (!is_domain || !row->headline)
        buf_text(&says, row->name ? row->name : row->target->text);
    if (row->asn > 0)
        buf_format(&says, ", AS%u", row->asn);
    buf_text(&says, says.count > 0 ? ": " : "");
    if (row->change == FLEET_CHANGED)
        buf_format(&says, "Changed%s%s. ", *row->changes ? ": " : "", row->changes);
    if (row->has_case)
        buf_format(&says, "Case %s%s%.*s%s ", case_state_name(row->case_state), row->note ? ": " : "",
                   row->note ? (int)text_fit(row->note, NOTE) : 0, row->note ? row->note : "",
                   row->note && text_width(row->note) > NOTE ? " ..." : ".");
    buf_text(&says, row->headline ? row->headline : row->error ? row->error : "not asked yet");
    int col = canvas_glyph(canvas, 0, 0, ROLE_KEY, GLYPH_INTO) + 1;
    struct canvas part = canvas_part(canvas, 0, col, ABOUT, canvas->cols - col);
    canvas_wrap_whole(&part, ROLE_PLAIN, buf_string(&says));
    buf_free(&says);
}

static void
draw(void *self, enum part part, const struct canvas *canvas)
{
    struct fleet_view *v = self;
    (void)part;
    table_draw_head(shown_table(v), &v->top, canvas, v->more);
    draw_counts(v, canvas, v->top.rows);
    if (v->more > COUNTS) {
        struct canvas about = canvas_part(canvas, v->top.rows + COUNTS, 0, ABOUT, canvas->cols);
        draw_about(v, &about);
    }
}

/* ---- groups ---- */

static void
set_grouping(struct fleet_view *v, enum fleet_grouping grouping)
{
    struct fault fault;
    if (v->drilled != FLEET_UNGROUPED)
        table_filter(&v->targets, v->undrilled, &fault);
    v->grouping = grouping;
    v->drilled = FLEET_UNGROUPED;
    v->outdated = true;
    pane_select(&shown_table(v)->pane, 0);
}

static void
grouping_chosen(void *arg, size_t line)
{
    set_grouping(arg, (enum fleet_grouping)line);
}

static void
open_groupings(struct fleet_view *v)
{
    static const char *const lines[FLEET_GROUPINGS] = {
        [FLEET_UNGROUPED] = "nothing",
        [FLEET_BY_TAG] = "tag",
        [FLEET_BY_PROVIDER] = "provider",
        [FLEET_BY_NET] = "net (/24, /64)",
        [FLEET_BY_DOMAIN] = "domain of the PTR name",
    };
    size_t at = v->grouping == FLEET_UNGROUPED ? v->drilled : v->grouping;
    menu_open(v->nav->app, ACTION_GROUP, "Group by", lines, FLEET_GROUPINGS, at, at, grouping_chosen, v);
}

/* Returns the group of a row that has targets to be shown by a filter; NULL = none. */
static const struct fleet_group *
group_at(const struct fleet_view *v, size_t row)
{
    bool is_group = v->grouping != FLEET_UNGROUPED && row < v->groups.row_count;
    const struct fleet_group *group = is_group ? v->by_group.list.at[table_item(&v->groups, row)] : NULL;
    return group;
}

static void
open_group(struct fleet_view *v, const struct fleet_group *group)
{
    struct fault fault;
    struct buf filter = {0};
    v->drilled = v->grouping;
    v->grouping = FLEET_UNGROUPED;
    free(v->undrilled);
    v->undrilled = mem_copy(v->targets.filter_text ? v->targets.filter_text : "");
    buf_format(&filter, "%s%s%s", v->undrilled, *v->undrilled ? " " : "", group->filter);
    if (!table_filter(&v->targets, buf_string(&filter), &fault))
        app_message(v->nav->app, "%s", fault.text);
    buf_free(&filter);
    pane_select(&v->targets.pane, 0);
}

/* ---- the view ---- */

static void
close_fleet(void *self)
{
    struct fleet_view *v = self;
    struct buf *out = v->nav->summary;
    char at[CLOCK_TEXT];
    buf_clear(out);
    buf_format(out, "%s (%s): ", v->place.name, clock_rfc3339(clock_wall_ms(), at));
    fleet_rows_summary(&v->rows, out);
    buf_byte(out, '\n');
    fleet_queue_free(v->queue);
    table_fini(&v->targets);
    table_fini(&v->groups);
    fleet_groups_fini(&v->by_group);
    fleet_rows_fini(&v->rows);
    if (v->nav->fleet == &v->place)
        v->nav->fleet = NULL;
    fleet_place_fini(&v->place);
    free(v->undrilled);
    vec_free(&v->marked.resources);
    header_fini(&v->top);
    buf_free(&v->common);
    free(v);
}

static void
changed(void *self, unsigned what)
{
    const struct fleet_view *v = self;
    fleet_queue_changed(v->queue, what);
}

static void
subject(void *self, size_t row, struct view_subject *out)
{
    struct fleet_view *v = self;
    const struct fleet_row *target = row_at(v, row == VIEW_ANY_ROW ? 0 : row);
    const struct addr *address = target ? &target->target->address : NULL;
    size_t left = fleet_queue_left(v->queue), count = v->rows.list.count;
    char at[CLOCK_SECOND];
    if (out->title) {
        buf_format(out->title, "fleet: %s", v->place.name);
        text_number(out->detail, (int64_t)count);
        buf_text(out->detail, count == 1 ? " target" : " targets");
        table_put_marks(&v->targets, out->status);
        if (left > 0) {
            text_number(out->status, (int64_t)(count - left));
            buf_text(out->status, " of ");
            text_number(out->status, (int64_t)count);
            buf_text(out->status, " asked");
        } else if (v->newest_ms > 0) {
            buf_format(out->status, "live %s UTC", clock_text(v->newest_ms, "%H:%M:%S", at, sizeof at));
        }
    }
    if (address && address->family != ADDR_NONE)
        out->resource = resource_of_address(address);
    if (address && address->family == ADDR_V4)
        out->about = out->resource.prefix;
    if (out->copy && target)
        buf_text(out->copy, target->target->text);
}

/* Gathers the marked targets; domains have no resource. */
static void
gather_marked(struct fleet_view *v)
{
    vec_clear(&v->marked.resources);
    for (size_t i = 0; i < v->rows.list.count; i++) {
        const struct addr *address = &v->rows.list.at[i].target->address;
        if (address->family != ADDR_NONE && table_is_marked(&v->targets, i))
            vec_push(&v->marked.resources, resource_of_address(address));
    }
}

static bool
can(void *self, enum action action, size_t row)
{
    const struct fleet_view *v = self;
    bool grouped = v->grouping != FLEET_UNGROUPED, any = row == VIEW_ANY_ROW;
    bool several = v->targets.marks.count > 0 && !grouped;
    switch (action) {
    case ACTION_OPEN:
        return any ? v->rows.list.count > 0 : row_at(v, row) || group_at(v, row);
    case ACTION_COMPARE:
        return !grouped && (any || row_at(v, row));
    case ACTION_GROUP:
        return true;
    case ACTION_AGAIN:
        return v->nav->engine->resolver;
    case ACTION_BACK:
    case ACTION_CLOSE:
        return v->drilled != FLEET_UNGROUPED || app_covers(v->nav->app, v);
    case ACTION_COPY:
    case ACTION_COMPLAIN:
        return several;
    case ACTION_NOTE:
    case ACTION_STATE:
        return several && v->nav->engine->recorder;
    default:
        return false;
    }
}

static void
copy_marked(struct fleet_view *v, struct app *app)
{
    struct screen *screen = app_screen(app);
    struct buf text = {0};
    for (size_t i = 0; i < v->rows.list.count; i++)
        if (table_is_marked(&v->targets, i))
            buf_format(&text, "%s%s", text.count > 0 ? "\n" : "", v->rows.list.at[i].target->text);
    bool copied = screen->copy(screen, buf_string(&text));
    app_message(app, "%zu targets: %s", v->targets.marks.count,
                copied ? "sent to the clipboard" : "this terminal has no clipboard");
    buf_free(&text);
}

/* Opens a letter for each net or AS that lists marked targets. */
static void
complain_of_marked(struct fleet_view *v)
{
    size_t count = v->marked.resources.count;
    if (count > COMPLAINT_TARGETS)
        app_message(v->nav->app, "%zu rows are marked; these are the first %d", count, COMPLAINT_TARGETS);
    if (count == 0)
        app_message(v->nav->app, "no address is marked: c on the page of a domain's address writes about it");
    else
        navigate(v->nav, &(struct place){PLACE_LETTER, .compared = v->marked.resources.at,
                                         .compared_count = count < COMPLAINT_TARGETS ? count : COMPLAINT_TARGETS});
}

static void
open_target(struct fleet_view *v, struct fleet_row *row)
{
    const struct fleet_target *target = row->target;
    v->outdated |= row->change == FLEET_CHANGED && !row->seen;
    row->seen = true;
    if (target->address.family == ADDR_NONE)
        navigate(v->nav, &(struct place){.kind = PLACE_DOMAIN, .domain = target->text});
    else
        navigate(v->nav, &(struct place){PLACE_ADDRESS, .resource = resource_of_address(&target->address)});
}

/* The marked targets, and with fewer than two the selected one. */
static void
compare(struct fleet_view *v, const struct fleet_row *here)
{
    struct resource own = resource_of_address(&here->target->address), *at = v->marked.resources.at;
    size_t count = v->marked.resources.count;
    if (count < COMPARISON_LEAST && here->target->address.family != ADDR_NONE &&
        !(count > 0 && resource_equal(&at[0], &own)))
        vec_push(&v->marked.resources, own);
    at = v->marked.resources.at;
    count = v->marked.resources.count;
    navigator_compare(v->nav, at, count < COMPARISON_MOST ? count : COMPARISON_MOST);
    if (count > COMPARISON_MOST)
        app_message(v->nav->app, "%zu rows are marked; these are the first %d", count, COMPARISON_MOST);
}

static void
act(void *self, struct app *app, enum action action, size_t row)
{
    struct fleet_view *v = self;
    const struct fleet_group *group = group_at(v, row);
    struct fleet_row *target = row_at(v, row);
    gather_marked(v);
    if (action == ACTION_OPEN && target) {
        open_target(v, target);
    } else if (action == ACTION_OPEN) {
        open_group(v, group);
    } else if (action == ACTION_COMPARE) {
        compare(v, target);
    } else if (action == ACTION_GROUP) {
        open_groupings(v);
    } else if (action == ACTION_AGAIN && navigator_reread_fleet(v->nav)) {
        return; /* this view is closed */
    } else if (action == ACTION_AGAIN) {
        fleet_queue_again(v->queue);
        app_message(app, "asked again; answers whose TTL has not ended come from memory");
    } else if (action == ACTION_COPY) {
        copy_marked(v, app);
    } else if (action == ACTION_COMPLAIN) {
        complain_of_marked(v);
    } else if (action == ACTION_NOTE) {
        many_cases_note(&v->marked);
    } else if (action == ACTION_STATE) {
        many_cases_state(&v->marked);
    } else if (v->drilled != FLEET_UNGROUPED) {
        set_grouping(v, v->drilled);
    } else {
        app_lower(app, v); /* so that F finds it */
    }
}

static const enum action hints[] = {ACTION_GROUP,   ACTION_FILTER, ACTION_SORT, ACTION_MARK,
                                    ACTION_COMPARE, ACTION_NOTE,   ACTION_NONE};

static const struct view fleet_view = {
    .scope = SCOPE_VIEW,
    .layout = LAYOUT_PAGE,
    .here = ACTION_FLEET,
    .hints = hints,
    .close = close_fleet,
    .changed = changed,
    .panes = panes,
    .draw = draw,
    .subject = subject,
    .can = can,
    .act = act,
};

/* Shows the targets as those of another view are, which it replaces: filter, order and groups. */
static void
take_over(struct fleet_view *v, const struct fleet_view *old)
{
    struct fault ignored; /* it was a filter there */
    const char *filter = old->drilled != FLEET_UNGROUPED ? old->undrilled : old->targets.filter_text;
    table_filter(&v->targets, filter ? filter : "", &ignored);
    if (old->targets.chosen)
        table_sort(&v->targets, old->targets.sort, old->targets.reversed);
    v->grouping = old->drilled != FLEET_UNGROUPED ? old->drilled : old->grouping;
}

void
view_fleet_open(struct nav *nav, const struct place *place)
{
    const struct fleet_view *old = nav->fleet ? mem_container(nav->fleet, struct fleet_view, place) : NULL;
    struct fleet_view *v = mem_zero(sizeof *v);
    v->nav = v->marked.nav = nav;
    v->place = *place->fleet;
    *place->fleet = (struct fleet_place){0};
    for (size_t i = 0; i < v->place.fleet.targets.count; i++) {
        const struct fleet_target *target = v->place.fleet.targets.at[i];
        struct fleet_row row = {.target = target};
        fleet_row_set(&row, &(struct fleet_finding){0});
        row.awaited = true;
        vec_push(&v->rows.list, row);
    }
    fleet_table_fit(&v->rows, v->columns, &v->model);
    table_init(&v->targets, &v->model, &v->rows, nav->app, FLEET_TABLE_ORDER);
    fleet_groups_fit(&v->by_group, v->group_columns, &v->group_model);
    table_init(&v->groups, &v->group_model, &v->by_group, nav->app, FLEET_TABLE_ORDER);
    if (old && old->place.path && v->place.path && strcmp(old->place.path, v->place.path) == 0)
        take_over(v, old);
    nav->fleet = &v->place;
    v->queue = fleet_queue_new(nav->engine, &v->place.fleet, &(struct fleet_listener){take, wants, v});
    v->outdated = true;
    app_push(nav->app, &fleet_view, v);
}
