#include "command/journal_command.h"

#include "command/parts_json.h"
#include "pages/journal_rows.h"

#include <jansson.h>
#include <string.h>

static json_t *
causes_json(unsigned causes)
{
    static const struct {
        unsigned cause;
        const char *name;
    } names[] = {{CAUSE_ADDRESS, "address"}, {CAUSE_ALLOCATION, "allocation"}, {CAUSE_PROVIDER, "provider"}};
    json_t *array = json_array();
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (causes & names[i].cause)
            json_array_append_new(array, json_string(names[i].name));
    return array;
}

static json_t *
tags_json(const char *tags)
{
    json_t *array = json_array();
    while (tags && *tags) {
        size_t count = strcspn(tags, " ");
        json_array_append_new(array, json_stringn(tags, count));
        tags += count + strspn(tags + count, " ");
    }
    return array;
}

/* The fields of CSV; levels are an array and the case is an object. */
void
journal_command_entry_json(struct buf *out, const struct journal_entry *e)
{
    json_t *o = json_object(), *levels = json_array(), *a_case = json_object();
    for (size_t i = 0; i < JOURNAL_FIELDS; i++) {
        struct journal_value value;
        journal_rows_value(e, i, &value);
        json_t *json = i == JOURNAL_FIELD_TAGS ? tags_json(e->tags)
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
            parts_json_set(o, "cause", e->observed ? causes_json(e->causes) : json_null());
            parts_json_set(o, "levels", levels);
        }
    }
    parts_json_set(o, "case", e->has_case ? json_incref(a_case) : json_null());
    json_decref(a_case);
    parts_json_print(out, o, false);
}
