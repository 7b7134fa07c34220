#include "command/records.h"

#include "base/csv.h"
#include "command/parts_json.h"
#include "density/ranking.h"

#include <math.h>

void
records_csv(struct buf *out, const struct table_model *model, void *self, const size_t *items, size_t count)
{
    for (size_t i = 0; i < model->record_count; i++)
        buf_format(out, "%s%s", i > 0 ? "," : "", model->columns[model->records[i]].key);
    buf_text(out, "\r\n");
    for (size_t row = 0; row < count; row++) {
        for (size_t i = 0; i < model->record_count; i++) {
            size_t column = model->records[i];
            enum table_kind kind = model->columns[column].kind;
            buf_text(out, i > 0 ? "," : "");
            double number = kind == TABLE_TEXT ? 0 : model->eye.figure(self, items[row], column);
            if (isnan(number))
                continue;
            if (kind == TABLE_TEXT || kind == TABLE_WORD) {
                struct buf text = {0};
                model->cell(self, items[row], column, &text);
                csv_cell(out, buf_string(&text));
                buf_free(&text);
                continue;
            }
            if (kind == TABLE_BOOL)
                buf_text(out, number > 0 ? "true" : "false");
            else if (kind == TABLE_HUNDREDTHS)
                buf_format(out, "%.2f", ranking_ratio_shown(number));
            else
                buf_format(out, kind == TABLE_TENTHS ? "%.1f" : "%.0f", number);
        }
        buf_text(out, "\r\n");
    }
}

struct json_t *
records_json(const struct table_model *model, void *self, size_t item)
{
    struct json_t *o = parts_json_object();
    for (size_t i = 0; i < model->record_count; i++) {
        size_t column = model->records[i];
        enum table_kind kind = model->columns[column].kind;
        double number = kind == TABLE_TEXT ? 0 : model->eye.figure(self, item, column);
        struct json_t *value = NULL;
        struct buf text = {0};
        if (isnan(number)) {
            value = parts_json_text(NULL);
        } else if (kind == TABLE_TEXT || kind == TABLE_WORD) {
            model->cell(self, item, column, &text);
            value = parts_json_text(buf_string(&text));
        } else if (kind == TABLE_BOOL) {
            value = parts_json_bool(number > 0);
        } else if (kind == TABLE_INTEGER) {
            value = parts_json_number((int64_t)number, true);
        } else {
            value = kind == TABLE_TENTHS ? parts_json_decimal(number, 10)
                                         : parts_json_decimal(ranking_ratio_shown(number), 100);
        }
        parts_json_set(o, model->columns[column].key, value);
        buf_free(&text);
    }
    return o;
}
