#include "draw/table_model.h"

#include "base/sort.h"
#include "base/text.h"

#include <math.h>

enum role
table_model_number(struct buf *out, double figure, enum role role)
{
    if (isnan(figure)) {
        buf_byte(out, '-');
        return ROLE_DIM;
    }
    text_number(out, (int64_t)figure);
    return role;
}

static void
sort_items(const struct table_model *model, void *self, struct sort_item *all, size_t count, size_t column,
           bool falling)
{
    for (size_t i = 0; i < count; i++) {
        double figure = model->eye.figure(self, all[i].item, column);
        all[i].figure = isnan(figure) ? INFINITY : falling ? -figure : figure;
    }
    sort_by_figure(all, count);
}

void
table_model_order(const struct table_model *model, void *self, size_t count, size_t column, bool reversed,
                  uint32_t *order)
{
    struct sort_item *all = mem_alloc(count * sizeof *all);
    for (size_t i = 0; i < count; i++)
        all[i].item = (uint32_t)i;
    if (model->tie > 0)
        sort_items(model, self, all, count, model->tie, model->columns[model->tie].falling);
    sort_items(model, self, all, count, column, model->columns[column].falling != reversed);
    for (size_t i = 0; i < count; i++)
        order[i] = all[i].item;
    free(all);
}

double
table_model_scale(const struct table_model *model, void *self, const size_t *items, size_t count)
{
    double scale = model->bar_limit;
    for (size_t i = 0; model->bar > 0 && i < count; i++) {
        double figure = model->eye.figure(self, items ? items[i] : i, model->bar_of);
        scale = figure > scale ? figure : scale;
    }
    return scale;
}

struct table_bar
table_model_bar(const struct table_model *model, void *self, size_t item, double scale)
{
    double figure = model->eye.figure(self, item, model->bar_of);
    return (struct table_bar){.share = scale > 0 && !isnan(figure) ? figure / scale : 0,
                              .limit = model->bar_limit > 0 ? model->bar_limit / scale : -1};
}
