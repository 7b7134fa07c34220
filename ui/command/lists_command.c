#include "command/lists_command.h"

#include "base/clock.h"
#include "base/mem.h"
#include "command/batch_size.h"
#include "command/output.h"
#include "command/parts_json.h"
#include "command/records.h"
#include "lists/health.h"
#include "pages/table_page.h"
#include "session/exit_status.h"
#include "session/interrupt.h"
#include "session/session.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { COL = 1, COL_DEEP = 3, PROGRESS_MS = 200, WEIGHTY = 3 };

struct result {
    const struct catalogue *catalogue;
    const struct health *health; /* NULL = no self-tests were run */
    size_t *items;               /* the lists to show, by index */
    size_t count;
};

static const struct list *
list_at(void *self, size_t item)
{
    const struct result *r = self;
    return catalogue_list(r->catalogue, item);
}

/* ---- what a self-test means ---- */

static bool
is_believed(const struct list_health *health)
{
    return health->done && health->state == STATE_CLEAR;
}

static bool
is_barred(const struct result *r, const struct list *list)
{
    const struct list_health *health = health_at(r->health, list);
    bool alone = false; /* others are believed */
    for (size_t i = 0; i < r->count && !alone && !is_believed(health); i++)
        alone = is_believed(health_at(r->health, catalogue_list(r->catalogue, r->items[i])));
    return health->done && list_is_barred(list, health->state, alone);
}

/* Returns whether a list that fails may serve registered resolvers alone, because no open one was asked that would show
 * whether the resolver is to blame. */
static bool
may_be_barred(const struct result *r, const struct list *list)
{
    const struct list_health *health = health_at(r->health, list);
    bool compared = false;
    for (size_t i = 0; i < r->count && !compared; i++)
        compared = catalogue_list(r->catalogue, r->items[i])->access == ACCESS_OPEN;
    return health->done && !compared && list_is_barred(list, health->state, true);
}

static enum role
put_verdict(struct buf *out, const struct result *r, const struct list *list)
{
    const struct list_health *health = health_at(r->health, list);
    bool barred = is_barred(r, list), perhaps = !barred && may_be_barred(r, list);
    if (is_believed(health)) {
        buf_text(out, "would be believed");
        return ROLE_PLAIN;
    }
    buf_text(out, !health->done ? "its self-test did not end"
                  : barred      ? "not for this resolver"
                  : perhaps     ? "perhaps not for this resolver"
                                : "not believed");
    if (health->done)
        buf_format(out, ": %s", *health->detail ? health->detail : list_state_name(health->state));
    if (barred || perhaps)
        buf_format(out, " (see %s)", list->access_page);
    return barred ? ROLE_DIM : ROLE_WARN;
}

static int
status_of(const struct result *r)
{
    for (size_t i = 0; i < r->count; i++) {
        const struct list *list = catalogue_list(r->catalogue, r->items[i]);
        const struct list_health *health = health_at(r->health, list);
        bool weighs = list->weight >= WEIGHTY || list->level == 1;
        if (weighs && !is_believed(health) && !is_barred(r, list))
            return STATUS_UNKNOWN;
    }
    return STATUS_CLEAR;
}

/* ---- the table ---- */

enum { ZONE, OPERATOR, TITLE, SCOPE, WEIGHT, FAMILIES, STATUS, ACCESS, ASKED, WHY_NOT, RUN, BELIEVED, SELF_TEST };

static const struct table_column columns[] = {
    [ZONE] = {{"zone", 40, 40, 0, false}, NULL, NULL, false, "zone", TABLE_TEXT},
    [OPERATOR] = {{"operator", 16, 16, 5, false}, NULL, NULL, false, "operator", TABLE_TEXT},
    [TITLE] = {{"", 0, 0, 9, false}, NULL, NULL, false, "title", TABLE_TEXT},
    [SCOPE] = {{"scope", 6, 6, 3, false}, NULL, NULL, false, "scope", TABLE_TEXT},
    [WEIGHT] = {{"weight", 6, 6, 1, true}, NULL, NULL, false, "weight", TABLE_INTEGER},
    [FAMILIES] = {{"IP", 3, 3, 4, false}, NULL, NULL, false, "families", TABLE_TEXT},
    [STATUS] = {{"status", 11, 11, 7, false}, NULL, NULL, false, "status", TABLE_TEXT},
    [ACCESS] = {{"access", 10, 10, 6, false}, NULL, NULL, false, "access", TABLE_TEXT},
    [ASKED] = {{"", 0, 0, 9, false}, NULL, NULL, false, "asked", TABLE_BOOL},
    [WHY_NOT] = {{"", 0, 0, 9, false}, NULL, NULL, false, "why_not_asked", TABLE_TEXT},
    [RUN] = {{"in this run", 40, 20, 0, false}, NULL, NULL, false, NULL, 0},
    [BELIEVED] = {{"", 0, 0, 9, false}, NULL, NULL, false, "believed", TABLE_BOOL},
    [SELF_TEST] = {{"", 0, 0, 9, false}, NULL, NULL, false, "self_test", TABLE_TEXT},
};

static double
figure(void *self, size_t item, size_t column)
{
    const struct result *r = self;
    const struct list *list = list_at(self, item);
    struct buf why = {0};
    double asked = !catalogue_unasked(r->catalogue, list, ADDR_NONE, &why);
    buf_free(&why);
    if (column == WEIGHT)
        return list->weight;
    if (column == ASKED)
        return asked;
    return r->health ? is_believed(health_at(r->health, list)) : NAN;
}

static enum role
cell(void *self, size_t item, size_t column, struct buf *out)
{
    const struct result *r = self;
    const struct list *list = list_at(self, item);
    bool asked = figure(self, item, ASKED) > 0;
    switch (column) {
    case ZONE:
        buf_text(out, list->zone);
        break;
    case OPERATOR:
        buf_text(out, list->run_by);
        break;
    case TITLE:
        buf_text(out, list->title);
        break;
    case SCOPE:
        buf_text(out, list_scope_name(list->scope));
        break;
    case WEIGHT:
        buf_format(out, "%u", list->weight);
        break;
    case FAMILIES:
        buf_text(out, !list->families[1] ? "4" : list->families[0] ? "4 6" : "6");
        break;
    case STATUS:
        buf_text(out, list_status_name(list->status));
        break;
    case ACCESS:
        buf_text(out, list_access_name(list->access));
        break;
    case WHY_NOT:
        catalogue_unasked(r->catalogue, list, ADDR_NONE, out);
        break;
    case SELF_TEST:
        return r->health ? put_verdict(out, r, list) : ROLE_PLAIN;
    case RUN:
        if (r->health)
            return cell(self, item, SELF_TEST, out);
        buf_text(out, asked ? "asked" : "");
        return cell(self, item, WHY_NOT, out);
    default:
        break;
    }
    return asked ? ROLE_PLAIN : ROLE_DIM;
}

static const size_t records[] = {ZONE,   OPERATOR, TITLE, SCOPE,   WEIGHT,   FAMILIES,
                                 STATUS, ACCESS,   ASKED, WHY_NOT, BELIEVED, SELF_TEST};
static const struct table_model table = {
    .thing = "list",
    .things = "lists",
    .columns = columns,
    .column_count = sizeof columns / sizeof columns[0],
    .records = records,
    .record_count = sizeof records / sizeof records[0],
    .eye = {.figure = figure},
    .cell = cell,
};

/* ---- formats ---- */

/* The raw answers of the lists that would not be believed. */
static void
answers_section(struct page *p, const struct result *r)
{
    bool headed = false;
    for (size_t i = 0; i < r->count; i++) {
        const struct list *list = catalogue_list(r->catalogue, r->items[i]);
        const struct list_health *health = health_at(r->health, list);
        if (is_believed(health))
            continue;
        if (!headed)
            page_heading(p, "Answers of the lists that would not be believed");
        headed = true;
        for (size_t point = 0; point < health->points.count; point++) {
            struct buf text = {0};
            buf_format(&text, "%s A: %s", health->points.at[point].question, health->points.at[point].raw);
            page_row(p, 0);
            page_wrap(p, COL_DEEP, ROLE_DIM, buf_string(&text));
            buf_free(&text);
        }
    }
}

static void
print_text(struct page *p, void *arg)
{
    struct result *r = arg;
    size_t asked = 0, believed = 0;
    for (size_t i = 0; i < r->count; i++) {
        asked += figure(r, r->items[i], ASKED) > 0;
        believed += r->health && is_believed(health_at(r->health, list_at(r, r->items[i])));
    }
    page_row(p, 0);
    if (r->health)
        page_format(p, COL, 0, ROLE_STRONG, "%zu of %zu lists would be believed.", believed, r->count);
    else
        page_format(p, COL, 0, ROLE_STRONG, "%zu of %zu lists are asked in a run; --lists chooses others.", asked,
                    r->count);
    table_page(p, &table, r, r->items, r->count);
    if (r->health)
        answers_section(p, r);
}

static void
print_csv(struct buf *out, void *arg, bool pretty)
{
    const struct result *r = arg;
    (void)pretty;
    records_csv(out, &table, arg, r->items, r->count);
}

/* The questions of a self-test with their answers; null without one. */
static struct json_t *
answers_json(const struct result *r, const struct list *list)
{
    const struct list_health *health = r->health ? health_at(r->health, list) : NULL;
    struct json_t *array = health ? parts_json_array() : parts_json_text(NULL);
    for (size_t i = 0; health && i < health->points.count; i++) {
        const struct health_point *point = &health->points.at[i];
        struct json_t *o = parts_json_object();
        parts_json_set(o, "question", parts_json_string(point->question));
        parts_json_set(o, "answer", parts_json_text(point->raw));
        parts_json_set(o, "state", parts_json_string(list_state_name(point->state)));
        parts_json_set(o, "wanted", parts_json_string(list_state_name(point->wanted)));
        parts_json_push(array, o);
    }
    return array;
}

static void
print_json(struct buf *out, void *arg, bool pretty)
{
    const struct result *r = arg;
    struct json_t *array = parts_json_array();
    for (size_t i = 0; i < r->count; i++) {
        struct json_t *o = records_json(&table, arg, r->items[i]);
        parts_json_set(o, "answers", answers_json(r, list_at(arg, r->items[i])));
        parts_json_push(array, o);
    }
    parts_json_print(out, array, pretty);
}

static const struct output_format formats[] = {
    [FORMAT_TEXT] = {.page = print_text}, [FORMAT_JSON] = {.print = print_json}, [FORMAT_CSV] = {.print = print_csv}};

/* ---- the command ---- */

/* Runs the self-tests until the last one ends, the deadline comes or the user interrupts, and shows progress on a
 * terminal. */
static void
probe(struct engine *engine, const struct result *r, int64_t deadline_ms)
{
    bool progress = isatty(STDERR_FILENO);
    int64_t due_ms = 0;
    size_t done = 0;
    for (size_t i = 0; i < r->count; i++)
        health_ask(engine->health, catalogue_list(r->catalogue, r->items[i]), true);
    while (!interrupt_came() && clock_now_ms() < deadline_ms) {
        done = 0;
        for (size_t i = 0; i < r->count; i++)
            done += health_at(r->health, catalogue_list(r->catalogue, r->items[i]))->done;
        if (done == r->count)
            break;
        if (progress && clock_now_ms() >= due_ms) {
            due_ms = clock_now_ms() + PROGRESS_MS;
            fprintf(stderr, "\r\033[K%zu of %zu lists answered", done, r->count);
        }
        loop_turn(engine->loop, deadline_ms);
    }
    if (progress)
        fputs("\r\033[K", stderr);
}

/* Chooses the lists to show: all, or those that are asked. */
static void
choose(struct result *r, const struct catalogue *catalogue, bool asked)
{
    r->catalogue = catalogue;
    r->items = mem_alloc(catalogue_known(catalogue) * sizeof *r->items);
    for (size_t i = 0; i < catalogue_known(catalogue); i++)
        if (!asked || catalogue_list(catalogue, i)->chosen)
            r->items[r->count++] = i;
}

int
lists_command_run(const struct options *o)
{
    struct engine engine = {0};
    struct result r = {0};
    struct catalogue *catalogue = NULL;
    struct fault fault;
    int status = STATUS_USAGE;
    if (o->target_count > 0)
        return exit_status_report("lists takes no target; --lists NAME,... chooses lists", status);
    if (o->probe && o->offline)
        return exit_status_report("lists --probe asks by DNS, which --offline forbids", status);
    if (o->probe ? !session_open(&engine, o, &fault, NULL, &status)
                 : !(catalogue = session_load_lists(o, &fault, &status)))
        return exit_status_report(fault.text, status);
    choose(&r, o->probe ? engine.dataset.catalogue : catalogue, o->probe);
    status = STATUS_CLEAR;
    if (o->probe) {
        r.health = engine.health;
        interrupt_watch(engine.loop);
        batch_size_report_self_tests(engine.dataset.catalogue, o->deadline_ms);
        probe(&engine, &r, o->deadline_ms ? clock_now_ms() + o->deadline_ms : INT64_MAX);
        status = interrupt_came() ? STATUS_INTERRUPTED : status_of(&r);
    }
    status = output_result(o, formats, &r, status);
    free(r.items);
    if (o->probe)
        session_close(&engine);
    else
        catalogue_free(catalogue);
    return status;
}
