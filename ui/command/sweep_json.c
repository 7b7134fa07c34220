#include "command/parts_json.h"
#include "command/sweep_report.h"

#include <jansson.h>

static json_t *
listed_json(const struct sweep *sweep, const struct prefix *prefix, size_t total)
{
    json_t *array = json_array();
    char text[ADDR_TEXT];
    for (size_t i = 0; i < total; i++)
        if (sweep_state(sweep, i) == STATE_LISTED) {
            struct addr address = addr_from_v4(addr_to_v4(&prefix->addr) + (uint32_t)i);
            json_array_append_new(array, json_string(addr_text(&address, text)));
        }
    return array;
}

void
sweep_report_json(struct buf *out, const struct sweep *sweep, const struct prefix *prefix, bool pretty)
{
    struct sweep_counts c;
    json_t *o = json_object();
    char text[PREFIX_TEXT];
    sweep_counts(sweep, &c);
    parts_json_set(o, "schema", json_integer(1));
    parts_json_set(o, "prefix", json_string(prefix_text(prefix, text)));
    parts_json_set(o, "addresses", json_integer((json_int_t)c.total));
    parts_json_set(o, "answered", json_integer((json_int_t)c.answered));
    parts_json_set(o, "listed", json_integer((json_int_t)c.listed));
    parts_json_set(o, "clear", json_integer((json_int_t)c.clear));
    parts_json_set(o, "unknown", json_integer((json_int_t)(c.total - c.listed - c.clear)));
    parts_json_set(o, "complete", json_boolean(c.phase == SWEEP_DONE));
    parts_json_set(o, "problem", parts_json_text(sweep_problem(sweep)));
    parts_json_set(o, "neighbours", listed_json(sweep, prefix, c.total));
    parts_json_set(o, "source", json_string("dns"));
    parts_json_print(out, o, pretty);
}
