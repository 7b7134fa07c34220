#include "command/fleet_command.h"

#include "command/check_command.h"
#include "command/fleet_json.h"
#include "command/output.h"
#include "command/parts_json.h"
#include "command/records.h"
#include "pages/fleet_table.h"
#include "pages/table_page.h"
#include "session/exit_status.h"
#include "session/session.h"

#include <stdlib.h>

/* ---- reading ---- */

static void
on_report(void *arg, const char *sentence)
{
    (void)arg;
    exit_status_report(sentence, 0);
}

bool
fleet_command_read(const struct options *o, struct fleet *fleet, struct fault *fault, int *status)
{
    const char *path = o->target_count > 0 ? o->targets[0] : o->fleet;
    *status = STATUS_USAGE;
    if (o->target_count > 1)
        return fault_set(fault, "give one file of targets; it can include others");
    if (!path)
        return fault_set(fault, "no file of targets; name one, or set fleet = FILE in the configuration");
    struct buf text = {0};
    bool is_stdin = strcmp(path, "-") == 0;
    bool ok = is_stdin ? session_read_stdin(&text, fault)
                       : fleet_read(fleet, path, catalogue_builtin(), on_report, NULL, fault);
    if (is_stdin && ok)
        fleet_read_text(fleet, "stdin", buf_string(&text), text.count, catalogue_builtin(), on_report, NULL);
    buf_free(&text);
    *status = ok ? STATUS_USAGE : STATUS_FILE;
    return ok && (fleet->targets.count > 0 || fault_set(fault, "%s has no target; write one a line", path));
}

/* ---- printing ---- */

struct table {
    const struct options *options;
    const struct fleet *fleet;
    struct fleet_rows rows;
    size_t *items; /* in the order of the table */
};

static void
take(void *arg, const struct fleet_target *target, const struct result *r)
{
    struct table *table = arg;
    struct fleet_row row = {.target = target};
    fleet_row_set(&row, &(struct fleet_finding){r->evidence, r->verdict, r->survey, r->then, r->now, r->error});
    fleet_row_set_case(&row, r->a_case);
    vec_push(&table->rows.list, row);
}

static void
print_text(struct page *p, void *arg)
{
    struct table *table = arg;
    struct buf summary = {0};
    fleet_rows_summary(&table->rows, &summary);
    page_row(p, 0);
    page_format(p, 0, 0, ROLE_STRONG, "%s", buf_string(&summary));
    table_page(p, &fleet_table, &table->rows, table->items, table->rows.list.count);
    buf_free(&summary);
}

static void
print_csv(struct buf *out, void *arg, bool pretty)
{
    struct table *table = arg;
    (void)pretty;
    records_csv(out, &fleet_table, &table->rows, table->items, table->rows.list.count);
}

static void
print_json(struct buf *out, void *arg, bool pretty)
{
    struct table *table = arg;
    struct json_t *o = parts_json_object(), *targets = parts_json_array();
    for (size_t i = 0; i < table->rows.list.count; i++)
        parts_json_push(targets, fleet_json_row(&table->rows.list.at[table->items[i]]));
    parts_json_set(o, "schema", parts_json_number(1, true));
    parts_json_set(o, "tool", parts_json_string(PACKAGE_NAME " " PACKAGE_VERSION));
    parts_json_set(o, "summary", fleet_json_summary(&table->rows));
    parts_json_set(o, "targets", targets);
    parts_json_print(out, o, pretty);
}

static const struct output_format formats[] = {
    [FORMAT_TEXT] = {.page = print_text},
    [FORMAT_JSON] = {.print = print_json},
    [FORMAT_CSV] = {.print = print_csv},
};

/* Worst first, and equal ones in the order of the file. */
static void
finish(void *arg, struct engine *engine, struct buf *out)
{
    struct table *table = arg;
    size_t count = table->rows.list.count;
    uint32_t *order = mem_alloc((count + 1) * sizeof *order);
    struct fault sentence;
    (void)engine;
    (void)out;
    if (count < table->fleet->targets.count) {
        fault_set(&sentence, "interrupted after %zu of %zu targets; the table has those alone", count,
                  table->fleet->targets.count);
        exit_status_report(sentence.text, 0);
    }
    table_model_order(&fleet_table, &table->rows, count, FLEET_TABLE_ORDER, false, order);
    table->items = mem_alloc((count + 1) * sizeof *table->items);
    for (size_t i = 0; i < count; i++)
        table->items[i] = order[i];
    free(order);
}

int
fleet_command_run(const struct options *o)
{
    struct fleet fleet = {0};
    struct table table = {.options = o, .fleet = &fleet};
    struct fault fault;
    int status;
    if (!fleet_command_read(o, &fleet, &fault, &status)) {
        fleet_fini(&fleet);
        return session_refuse(o, fault.text, status);
    }
    bool monitored = o->format == FORMAT_NAGIOS || o->format == FORMAT_PROMETHEUS;
    struct check_fleet batch = {
        .fleet = &fleet, .take = monitored ? NULL : take, .finish = finish, .arg = &table, .whole = true};
    status = check_command_run_fleet(o, &batch);
    if (table.items)
        status = output_result(o, formats, &table, fleet.bad > 0 ? STATUS_USAGE : status);
    else if (fleet.bad > 0 && o->format == FORMAT_PROMETHEUS)
        status = STATUS_USAGE;
    free(table.items);
    fleet_rows_fini(&table.rows);
    fleet_fini(&fleet);
    return status;
}
