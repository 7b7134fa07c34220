#include "command/journal_command.h"

#include "command/parts_json.h"
#include "pages/journal_rows.h"

#include <jansson.h>

/* The fields of CSV; levels are an array and the case is an object. */
void
journal_command_entry_json(struct buf *out, const struct journal_entry *e)
{
    json_t *o = json_object(), *levels = json_array(), *a_case = json_object();
    for (size_t i = 0; i < JOURNAL_FIELDS; i++) {
        struct journal_value value;
        journal_rows_value(e, i, &value);
        json_t *json = i == JOURNAL_FIELD_TAGS ? parts_json_tags(e->tags)
                       : value.is_number       ? json_integer(value.number)
                                               : parts_json_text(value.text);
        if (i >= JOURNAL_FIELD_LISTS && i < JOURNAL_FIELD_LISTS + LIST_LEVELS) {
            json_t *level = json_object();
            parts_json_set(level, "level", json_integer((json_int_t)(i - JOURNAL_FIELD_LISTS) + 1));
            parts_json_set(level, "state", json);
            json_array_append_new(levels, level);
        } else {
            parts_json_set(i < JOURNAL_FIELD_CASE ? o : a_case,
                           i == JOURNAL_FIELD_CASE ? "state" : journal_rows_fields[i], json);
        }
        if (i == JOURNAL_FIELD_VERDICT) {
            parts_json_set(o, "cause", e->observed ? parts_json_causes(e->causes) : json_null());
            parts_json_set(o, "levels", levels);
        }
    }
    parts_json_set(o, "case", e->has_case ? json_incref(a_case) : json_null());
    json_decref(a_case);
    parts_json_print(out, o, false);
}
