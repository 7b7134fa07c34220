/* jansson parses JSON and checks depth, duplicate keys, UTF-8 and numbers. The first mistake is reported; nothing is
 * read after it. */
#include "journal/json_read.h"

#include "base/date.h"
#include "base/text.h"
#include "journal/case_edit.h"
#include "journal/words.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct reading {
    json_t *object;
    size_t used; /* keys of it that were read */
    bool failed;
    struct fault *fault;
};

static void __attribute__((format(printf, 2, 3))) complain(struct reading *r, const char *format, ...)
{
    va_list arguments;
    if (r->failed)
        return;
    r->failed = true;
    va_start(arguments, format);
    vsnprintf(r->fault->text, sizeof r->fault->text, format, arguments);
    va_end(arguments);
}

/* Returns the value of a key; NULL when it is missing, which is a mistake. */
static json_t *
take(struct reading *r, const char *key)
{
    json_t *value = r->failed ? NULL : json_object_get(r->object, key);
    r->used++;
    if (!value)
        complain(r, "there is no \"%s\"", key);
    return value;
}

enum { TEXT_MOST = 4 * TEXT_CLEAN_MAX };

/* Returns clean text; `otherwise` for null, for "", and for a mistake. */
static char *
read_text(struct reading *r, const char *key, const char *otherwise)
{
    json_t *value = take(r, key);
    struct buf clean = {0};
    if (value && !json_is_string(value) && !json_is_null(value))
        complain(r, "\"%s\" must be a text or null", key);
    else if (json_string_length(value) > TEXT_MOST)
        complain(r, "\"%s\" has more than %d bytes", key, TEXT_MOST);
    else if (json_is_string(value))
        text_clean(&clean, json_string_value(value), json_string_length(value), TEXT_MOST);
    if (clean.count > 0)
        return buf_take(&clean);
    buf_free(&clean);
    return mem_copy(otherwise);
}

/* Reads into an array of `room` bytes; a longer text is cut. */
static void
read_short_text(struct reading *r, const char *key, char *out, size_t room)
{
    char *text = read_text(r, key, "");
    text_clean_into(out, room, text, strlen(text));
    free(text);
}

/* Returns "" for a mistake. */
static const char *
read_string(struct reading *r, const char *key)
{
    json_t *value = take(r, key);
    if (value && !json_is_string(value))
        complain(r, "\"%s\" must be a text", key);
    return json_is_string(value) ? json_string_value(value) : "";
}

/* Reports a foreign word, in quotes. */
static void
complain_of(struct reading *r, const char *key, const char *word, const char *wanted)
{
    char clean[61];
    text_clean_into(clean, sizeof clean, word, strlen(word));
    complain(r, "\"%s\" must be %s, not \"%s\"", key, wanted, clean);
}

/* Reads a word that the function `parse` understands. */
#define read_word(r, key, parse, out, wanted)                                                                          \
    do {                                                                                                               \
        const char *word_ = read_string(r, key);                                                                       \
        if (!parse(word_, out))                                                                                        \
            complain_of(r, key, word_, wanted);                                                                        \
    } while (0)

static int64_t
read_number(struct reading *r, const char *key, int64_t least, int64_t most)
{
    json_t *value = take(r, key);
    int64_t number = json_is_integer(value) ? json_integer_value(value) : least - 1;
    if (value && (number < least || number > most))
        complain(r, "\"%s\" must be a whole number from %" PRId64 " to %" PRId64, key, least, most);
    return number;
}

/* Returns `none` for null. */
static int64_t
read_known(struct reading *r, const char *key, int64_t least, int64_t most, int64_t none)
{
    if (json_is_null(json_object_get(r->object, key))) {
        r->used++;
        return none;
    }
    return read_number(r, key, least, most);
}

static const double REAL_MOST = 1e15;
static const int64_t NUMBER_MOST = INT64_C(1000000000000000);

static double
read_real(struct reading *r, const char *key)
{
    json_t *value = take(r, key);
    double number = json_number_value(value);
    if (value && (!json_is_number(value) || !(number >= 0 && number <= REAL_MOST)))
        complain(r, "\"%s\" must be a number from 0 to %g", key, REAL_MOST);
    return number;
}

static bool
read_bool(struct reading *r, const char *key)
{
    json_t *value = take(r, key);
    if (value && !json_is_boolean(value))
        complain(r, "\"%s\" must be true or false", key);
    return json_is_true(value);
}

/* Reads a time that text such as "2026-07-06T18:13:00.000Z" means. */
static int64_t
read_time(struct reading *r, const char *key)
{
    static const char form[] = "YYYY-MM-DDThh:mm:ss.fffZ";
    const char *text = read_string(r, key);
    int64_t wall_ms = 0;
    if (strlen(text) != sizeof form - 1 || !date_parse_form(text, form, &wall_ms))
        complain_of(r, key, text, "a time since 1970 such as 2026-07-06T18:13:00.000Z");
    return wall_ms;
}

/* Reads null as 0: never. */
static int64_t
read_time_known(struct reading *r, const char *key)
{
    if (!json_is_null(json_object_get(r->object, key)))
        return read_time(r, key);
    r->used++;
    return 0;
}

/* Reads null as 0. */
static uint32_t
read_unsigned(struct reading *r, const char *key)
{
    return (uint32_t)read_known(r, key, 1, UINT32_MAX, 0);
}

static void
read_country(struct reading *r, char out[static 3])
{
    read_short_text(r, "country", out, 3);
    if (*out != '\0' && strspn(out, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") != 2)
        complain_of(r, "country", out, "two letters or null");
}

/* Returns whether every key was read. Unknown keys, of a newer version or another program, would be lost. */
static bool
is_whole(struct reading *r)
{
    if (!r->failed && json_object_size(r->object) != r->used)
        complain(r, "there are %zu keys, not %zu", json_object_size(r->object), r->used);
    return !r->failed;
}

/* Reads the objects of an array, at most `most`. */
static void
read_items(struct reading *r, const char *key, size_t most, void (*read)(struct reading *item, void *arg), void *arg)
{
    json_t *array = take(r, key);
    if (array && !json_is_array(array))
        complain(r, "\"%s\" must be an array", key);
    if (json_array_size(array) > most)
        complain(r, "\"%s\" has more than %zu entries", key, most);
    for (size_t i = 0; i < json_array_size(array) && !r->failed; i++) {
        struct fault fault;
        struct reading item = {.object = json_array_get(array, i), .fault = &fault};
        if (!json_is_object(item.object))
            complain(&item, "it must be an object");
        read(&item, arg);
        if (!is_whole(&item))
            complain(r, "\"%s\", entry %zu: %.300s", key, i + 1, fault.text);
    }
}

/* ---- records ---- */

enum {
    NETS_MOST = 2 * 129, /* two of each length, by kind */
    TEXTS_MOST = 256,
    LISTS_MOST = 1000,
};

static void
read_net(struct reading *r, void *arg)
{
    struct observation *o = arg;
    struct listed_net net = {0};
    net.abusers = read_known(r, "abusers", 0, NUMBER_MOST, LISTING_UNKNOWN);
    net.holder.asn = read_unsigned(r, "asn");
    read_country(r, net.holder.country);
    net.from_zone = read_bool(r, "from_zone");
    net.impacts = read_known(r, "impacts", 0, NUMBER_MOST, LISTING_UNKNOWN);
    read_word(r, "kind", journal_net_kind_parse, &net.kind, "announced or slash24");
    net.limit = read_number(r, "limit", 0, NUMBER_MOST);
    read_short_text(r, "org", net.holder.org, sizeof net.holder.org);
    net.permanent = read_bool(r, "permanent");
    const char *prefix = read_string(r, "prefix");
    if (!prefix_parse(prefix, &net.prefix, NULL) || !prefix_holds(&net.prefix, &o->address))
        complain_of(r, "prefix", prefix, "a net that holds the address");
    vec_push(&o->nets, net);
}

static void
read_list(struct reading *r, void *arg)
{
    struct observation *o = arg;
    const char *zone = read_string(r, "list");
    size_t length = strlen(zone);
    if (length == 0 || length >= LIST_ZONE || strspn(zone, "abcdefghijklmnopqrstuvwxyz0123456789-._") != length)
        complain_of(r, "list", zone, "the zone of a list");
    else if (observed_list_of_zone(&o->lists, zone))
        complain_of(r, "list", zone, "a list that is not there already");
    char *part = read_text(r, "part", NULL);
    if (part && !observation_part(part))
        complain_of(r, "part", part, "a part or null");
    enum list_state state = STATE_UNASKED;
    read_word(r, "state", journal_state_parse, &state, "the state of a list");
    json_t *texts = take(r, "texts");
    bool good = json_is_array(texts) && json_array_size(texts) <= TEXTS_MOST;
    if (!r->failed && good) {
        struct observed_list *list = observed_list_add(&o->lists, zone, part, state);
        for (size_t i = 0; i < json_array_size(texts) && good; i++) {
            json_t *text = json_array_get(texts, i);
            good = json_is_string(text) && json_string_length(text) <= TEXT_MOST;
            struct buf clean = {0};
            if (good)
                text_clean(&clean, json_string_value(text), json_string_length(text), TEXT_MOST);
            observed_list_add_text(list, buf_string(&clean));
            buf_free(&clean);
        }
    }
    if (texts && !good)
        complain(r, "\"texts\" must be an array of texts");
    free(part);
}

/* Version 1 has one array with the texts of all lists, and each list's state under a word. */
static void
read_text_of_version_1(struct reading *r, void *arg)
{
    struct observation *o = arg;
    const char *word = read_string(r, "list"), *zone = journal_zone_of_schema_1(word);
    if (!zone)
        complain_of(r, "list", word, "the name of a list");
    char *text = read_text(r, "text", "");
    if (zone)
        observed_list_add_text(observed_list_add(&o->lists, zone, word, STATE_UNASKED), text);
    free(text);
}

static void
read_observation(struct reading *r, struct observation *o)
{
    read_word(r, "address", addr_parse, &o->address, "an IP address");
    addr_unmap(&o->address);
    o->asn = read_unsigned(r, "asn");
    json_t *causes = take(r, "cause");
    bool good = json_is_array(causes) && json_array_size(causes) <= 3;
    for (size_t i = 0; good && i < json_array_size(causes); i++) {
        const char *word = json_string_value(json_array_get(causes, i));
        unsigned cause = CAUSE_ADDRESS;
        while (word && cause <= CAUSE_PROVIDER && strcmp(word, cause_name((enum cause)cause)) != 0)
            cause <<= 1;
        good = word && cause <= CAUSE_PROVIDER && !(o->causes & cause);
        o->causes |= cause;
    }
    if (causes && !good)
        complain(r, "\"cause\" must be an array of address, allocation, provider");
    read_country(r, o->country);
    o->first_ms = read_time(r, "first");
    o->headline = read_text(r, "headline", "");
    o->last_ms = read_time(r, "last");
    if (json_object_get(r->object, "lists")) {
        read_items(r, "lists", LISTS_MOST, read_list, o);
    } else {
        for (size_t i = 0; observation_part_at(i); i++) {
            const char *part = observation_part_at(i);
            enum list_state state = STATE_UNASKED;
            read_word(r, part, journal_state_parse, &state, "the state of a list");
            observed_list_add(&o->lists, journal_zone_of_schema_1(part), part, state);
        }
        read_items(r, "texts", TEXTS_MOST, read_text_of_version_1, o);
    }
    o->name = read_text(r, "name", NULL);
    read_items(r, "nets", NETS_MOST, read_net, o);
    o->org = read_text(r, "org", NULL);
    o->resolver = read_text(r, "resolver", NULL);
    bool scored = !json_is_null(json_object_get(r->object, "score"));
    o->score = scored ? read_real(r, "score") : (r->used++, LISTING_UNKNOWN);
    o->score_asn = read_unsigned(r, "score_asn");
    o->serial = read_unsigned(r, "serial");
    read_word(r, "source", journal_source_parse, &o->source, "none, dns or zone");
    o->times = (uint32_t)read_number(r, "times", 1, UINT32_MAX);
    read_word(r, "uid", uuid_parse, &o->uuid, "a UUID");
    read_word(r, "verdict", journal_verdict_parse, &o->verdict, "clear, collateral, direct or unknown");
    observation_order(o);
}

static void
read_note(struct reading *r, void *arg)
{
    struct journal_case *c = arg;
    struct case_note note = {.at_ms = read_time(r, "at")};
    struct buf clean = {0};
    note.current = read_bool(r, "current");
    const char *text = read_string(r, "text");
    if (strlen(text) > CASE_NOTE_MOST)
        complain(r, "\"text\" has more than %d bytes", CASE_NOTE_MOST);
    else
        journal_case_clean_note(&clean, text, &(struct fault){""});
    note.text = buf_take(&clean);
    read_word(r, "uid", uuid_parse, &note.uuid, "a UUID");
    vec_push(&c->notes, note);
}

static void
read_contact(struct reading *r, void *arg)
{
    struct journal_case *c = arg;
    struct case_contact contact = {.at_ms = read_time(r, "at")};
    read_word(r, "uid", uuid_parse, &contact.uuid, "a UUID");
    contact.what = read_text(r, "what", NULL);
    contact.who = read_text(r, "who", "");
    vec_push(&c->contacts, contact);
}

static void
read_case(struct reading *r, struct journal_case *c)
{
    c->due_ms = read_time_known(r, "due");
    c->due_set_ms = read_time_known(r, "due_set");
    read_word(r, "matter", resource_parse, &c->resource, "an address, a net or an AS number");
    read_items(r, "notes", JOURNAL_LINE_MOST, read_note, c);
    c->opened_ms = read_time(r, "opened");
    read_word(r, "state", case_state_parse, &c->state, "open, waiting or closed");
    c->state_ms = read_time_known(r, "state_set");
    char *tags = read_text(r, "tags", NULL);
    struct buf clean = {0};
    if (tags && !journal_case_clean_tags(&clean, tags))
        complain(r, "\"tags\" has more than %d bytes", CASE_TAGS_MOST);
    free(tags);
    c->tags = clean.count > 0 ? mem_copy(buf_string(&clean)) : NULL;
    buf_free(&clean);
    c->tags_ms = read_time_known(r, "tags_set");
    c->ticket = read_text(r, "ticket", NULL);
    c->ticket_ms = read_time_known(r, "ticket_set");
    read_items(r, "told", JOURNAL_LINE_MOST, read_contact, c);
    read_word(r, "uid", uuid_parse, &c->uuid, "a UUID");
}

static void
read_rejection(struct reading *r, struct journal_rejection *out)
{
    read_word(r, "address", addr_parse, &out->address, "an IP address");
    addr_unmap(&out->address);
    out->at_ms = read_time_known(r, "at");
    out->level = (unsigned)read_known(r, "level", 1, LIST_LEVELS, 0);
    read_short_text(r, "list", out->list, sizeof out->list);
    read_short_text(r, "receiver", out->receiver, sizeof out->receiver);
    read_word(r, "uid", uuid_parse, &out->uuid, "a UUID");
    read_short_text(r, "zone", out->zone, sizeof out->zone);
    if (!*out->list)
        complain(r, "\"list\" must be the name of a list");
}

static void
read_record(struct reading *r, struct journal_json_record *out)
{
    if (json_object_get(r->object, "journal")) {
        out->kind = JOURNAL_JSON_HEAD;
        int64_t version = read_number(r, "journal", 1, INT32_MAX);
        free(read_text(r, "tool", NULL));
        if (version > JOURNAL_JSON_VERSION)
            complain(r, "a newer version of the program wrote it; use that one");
        return;
    }
    const char *type = read_string(r, "type");
    if (strcmp(type, "observation") == 0) {
        out->kind = JOURNAL_JSON_OBSERVATION;
        read_observation(r, &out->observation);
    } else if (strcmp(type, "case") == 0) {
        out->kind = JOURNAL_JSON_CASE;
        read_case(r, &out->a_case);
    } else if (strcmp(type, "neighbour") == 0) {
        out->kind = JOURNAL_JSON_NEIGHBOUR;
        struct journal_neighbour *n = &out->neighbour;
        struct addr address = {0};
        n->absent_ms = read_time_known(r, "absent");
        read_word(r, "address", addr_parse, &address, "an IP address");
        n->first_ms = read_time(r, "first");
        n->last_ms = read_time(r, "last");
        addr_unmap(&address);
        if (address.family == ADDR_V4)
            n->address = addr_to_v4(&address);
        else
            complain(r, "a neighbour is an IPv4 address");
    } else if (strcmp(type, "snapshot") == 0) {
        out->kind = JOURNAL_JSON_COUNT;
        struct journal_count *count = &out->count;
        count->at_ms = read_time(r, "at");
        count->impacts = read_known(r, "impacts", 0, NUMBER_MOST, LISTING_UNKNOWN);
        count->limit = read_real(r, "limit");
        count->listed = read_number(r, "listed", 0, NUMBER_MOST);
        read_word(r, "matter", resource_parse, &count->resource, "an address, a net or an AS number");
        count->serial = read_unsigned(r, "serial");
        if (count->resource.kind == RESOURCE_ADDRESS)
            complain(r, "a snapshot is of a net or an ASN");
    } else if (strcmp(type, "rejection") == 0) {
        out->kind = JOURNAL_JSON_REJECTION;
        read_rejection(r, &out->rejection);
    } else {
        complain_of(r, "type", type, "observation, case, neighbour, snapshot or rejection");
    }
}

bool
journal_json_read(const char *line, size_t count, struct journal_json_record *out, struct fault *fault)
{
    json_error_t error;
    memset(out, 0, sizeof *out);
    json_t *object = json_loadb(line, count, JSON_REJECT_DUPLICATES, &error);
    if (!object)
        return fault_set(fault, "it is not JSON as it should be: %.200s", error.text);
    struct reading r = {.object = object, .fault = fault};
    if (!json_is_object(object))
        complain(&r, "it is not an object");
    else
        read_record(&r, out);
    bool good = is_whole(&r);
    if (!good)
        journal_json_record_fini(out);
    json_decref(object);
    return good;
}

void
journal_json_record_fini(struct journal_json_record *record)
{
    if (record->kind == JOURNAL_JSON_OBSERVATION)
        observation_fini(&record->observation);
    else if (record->kind == JOURNAL_JSON_CASE)
        journal_case_fini(&record->a_case);
    memset(record, 0, sizeof *record);
}
