#include "command/watch_json.h"

#include "command/parts_json.h"
#include "watch/report.h"

static struct json_t *
change_json(const struct journal_alarm *a)
{
    struct json_t *o = parts_json_object();
    char uuid[UUID_TEXT];
    parts_json_set(o, "event", parts_json_string(a->event));
    parts_json_set(o, "target", parts_json_text(a->target));
    parts_json_set(o, "label", parts_json_text(a->label));
    parts_json_set(o, "tags", parts_json_tags(a->tags));
    parts_json_set(o, "scope", parts_json_string(a->scope));
    parts_json_set(o, "state", parts_json_string(a->state));
    parts_json_set(o, "headline", parts_json_string(a->headline));
    parts_json_set(o, "lists", parts_json_tags(a->lists));
    parts_json_set(o, "actor", parts_json_text(a->who));
    parts_json_set(o, "since", parts_json_time(a->since_ms));
    parts_json_set(o, "ends", parts_json_text(a->ends));
    parts_json_set(o, "before", parts_json_time(a->before_ms));
    parts_json_set(o, "case", parts_json_string(uuid_text(&a->thread, uuid)));
    return o;
}

void
watch_json(struct buf *out, const struct journal_message *m, const journal_alarms *alarms, bool pretty)
{
    struct json_t *o = parts_json_object(), *changes = parts_json_array();
    struct buf headline = {0};
    char uuid[UUID_TEXT];
    report_subject(&headline, alarms);
    for (size_t i = 0; i < alarms->count; i++)
        parts_json_push(changes, change_json(&alarms->at[i]));
    parts_json_set(o, "schema", parts_json_number(1, true));
    parts_json_set(o, "tool", parts_json_string(PACKAGE_NAME " " PACKAGE_VERSION));
    parts_json_set(o, "id", parts_json_string(uuid_text(&m->uuid, uuid)));
    parts_json_set(o, "time", parts_json_time(m->at_ms));
    parts_json_set(o, "again", parts_json_bool(m->tries > 0));
    parts_json_set(o, "headline", parts_json_string(buf_string(&headline)));
    parts_json_set(o, "changes", changes);
    parts_json_print(out, o, pretty);
    buf_free(&headline);
}
