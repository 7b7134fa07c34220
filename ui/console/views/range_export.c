#include "console/views/range_export.h"

void
range_export_addresses(const struct table *shown, const struct range_table *rows, int cols, bool ascii, struct buf *out)
{
    struct range_table exported;
    struct table table;
    range_spots spots = {0};
    VEC(size_t) items = {0};
    for (size_t row = 0; row < shown->row_count; row++)
        vec_push(&items, table_item(shown, row));
    if (shown->filter_text)
        buf_format(out, "filter %s: %zu of %zu %s\n", shown->filter_text, items.count, shown->items,
                   shown->model->things);
    range_table_export(rows, items.at, items.count, &exported, &spots);
    table_init(&table, &exported.model, &exported, shown->app, 0);
    table_fill(&table, spots.count);
    table_dump(&table, cols, ascii, out);
    table_fini(&table);
    vec_free(&spots);
    vec_free(&items);
}
