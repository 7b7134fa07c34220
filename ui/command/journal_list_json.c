#include "command/journal_command.h"

#include "command/parts_json.h"

#include <jansson.h>
#include <string.h>

static json_t *
state_or_null(const struct journal_entry *e, enum list_id id)
{
    return e->observed ? json_string(list_state_name(e->states[id])) : json_null();
}

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
levels_json(const struct journal_entry *e)
{
    json_t *array = json_array();
    for (unsigned i = 0; i < LIST_LEVELS; i++) {
        json_t *level = json_object();
        parts_json_set(level, "level", json_integer(i + 1));
        parts_json_set(level, "state", state_or_null(e, (enum list_id)(LIST_LEVEL1 + i)));
        json_array_append_new(array, level);
    }
    return array;
}

/* Words parted by single blanks. */
static json_t *
words_json(const char *words)
{
    json_t *array = json_array();
    while (words && *words) {
        size_t count = strcspn(words, " ");
        json_array_append_new(array, json_stringn(words, count));
        words += count + strspn(words + count, " ");
    }
    return array;
}

static json_t *
case_json(const struct journal_entry *e)
{
    json_t *o = json_object();
    parts_json_set(o, "state", json_string(case_state_name(e->case_state)));
    parts_json_set(o, "due", parts_json_time(e->due_ms));
    parts_json_set(o, "ticket", parts_json_text(e->ticket));
    parts_json_set(o, "tags", words_json(e->tags));
    parts_json_set(o, "note", parts_json_text(e->note));
    return o;
}

void
journal_command_entry_json(struct buf *out, const struct journal_entry *e)
{
    json_t *o = json_object();
    char text[RESOURCE_TEXT], prefix[PREFIX_TEXT];
    bool has_net = e->observed && e->net.addr.family;
    parts_json_set(o, "target", json_string(resource_text(&e->resource, text)));
    parts_json_set(o, "kind", json_string(journal_command_kind(&e->resource)));
    parts_json_set(o, "last", parts_json_time(e->seen_ms));
    parts_json_set(o, "state", e->observed ? json_string(verdict_state_name(e->verdict)) : json_null());
    parts_json_set(o, "cause", e->observed ? causes_json(e->causes) : json_null());
    parts_json_set(o, "levels", levels_json(e));
    parts_json_set(o, "exemption", state_or_null(e, LIST_EXEMPTION));
    parts_json_set(o, "backscatterer", state_or_null(e, LIST_BACKSCATTERER));
    parts_json_set(o, "asn", parts_json_number(e->asn, e->asn > 0));
    parts_json_set(o, "org", parts_json_text(e->org));
    parts_json_set(o, "name", parts_json_text(e->name));
    parts_json_set(o, "prefix", has_net ? json_string(prefix_text(&e->net, prefix)) : json_null());
    parts_json_set(o, "impacts", parts_json_number(e->impacts, has_net && e->impacts >= 0));
    parts_json_set(o, "limit", parts_json_number(e->limit, has_net && e->limit > 0));
    parts_json_set(o, "observations", json_integer(e->changes));
    parts_json_set(o, "case", e->has_case ? case_json(e) : json_null());
    parts_json_print(out, o, false);
}
