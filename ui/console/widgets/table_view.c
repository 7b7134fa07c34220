#include "console/widgets/table_view.h"

void
table_view_init(struct table_view *table_view, struct app *app, const struct table_model *model, void *table_self,
                size_t sort)
{
    table_init(&table_view->table, model, table_self, app, table_view, sort);
}

void
table_view_fini(struct table_view *table_view)
{
    table_fini(&table_view->table);
    header_fini(&table_view->top);
}

bool
table_view_is_outdated(struct table_view *table_view, unsigned revision)
{
    bool outdated = !table_view->gathered || table_view->revision != revision;
    table_view->gathered = true;
    table_view->revision = revision;
    return outdated;
}

static int
title_rows(const struct table_view *table_view)
{
    return table_view->table.items > 0 ? table_head_rows(&table_view->table) : 0;
}

struct view_parts
table_view_parts(struct table_view *table_view, int rows, int more, bool always)
{
    int titles = title_rows(table_view), table = titles > 0 ? titles + header_table_rows(rows) : 0;
    header_fit(&table_view->top, rows - more - table, always || titles == 0);
    return (struct view_parts){.head = table_view->top.rows + more + titles};
}

void
table_view_head(struct table_view *table_view, const struct canvas *canvas, int more)
{
    header_draw(&table_view->top, canvas);
    if (table_view->table.items > 0)
        table_head(&table_view->table, canvas, table_view->top.rows + more);
}

bool
table_view_can(const struct table_view *table_view, enum action action, size_t row)
{
    size_t count = table_view->table.row_count;
    if (action == ACTION_OPEN)
        return count > 0 && (row == VIEW_ANY_ROW || row < count);
    return table_can(&table_view->table, action);
}

void
table_view_status(void *self, struct buf *out)
{
    const struct table_view *table_view = self;
    if (table_view->table.items > 0)
        table_status(&table_view->table, out);
}

size_t
table_view_rows(void *self, int cols)
{
    const struct table_view *table_view = self;
    (void)cols;
    return table_view->table.row_count;
}

uint64_t
table_view_key(void *self, size_t row)
{
    const struct table_view *table_view = self;
    return table_key(&table_view->table, row);
}

size_t
table_view_home(void *self)
{
    const struct table_view *table_view = self;
    return table_home(&table_view->table);
}

void
table_view_draw(void *self, const struct canvas *canvas)
{
    struct table_view *table_view = self;
    table_draw(&table_view->table, canvas);
}
