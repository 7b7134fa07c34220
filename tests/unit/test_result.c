#include "builtin_lists.h"
#include "command/doctor_command.h"
#include "command/fleet_json.h"
#include "command/result.h"
#include "verdict/explain.h"

#include "base/clock.h"
#include "base/text.h"
#include "command/bounce_rows.h"
#include "command/parts_json.h"
#include "evidence_fixture.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "temp_dir.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* One result of each kind that there is. */
struct sample {
    struct evidence evidence;
    struct verdict verdict;
    struct policy policy;
    struct result result;
};

static void
judge(struct sample *s)
{
    policy_default(&s->policy);
    verdict_reach(&s->verdict, &s->evidence, &s->policy);
    s->result = (struct result){
        .evidence = &s->evidence,
        .verdict = &s->verdict,
        .policy = &s->policy,
        .target = s->evidence.target,
    };
}

static void
fini(struct sample *s)
{
    if (!s->result.evidence)
        return;
    verdict_fini(&s->verdict);
    evidence_fini(&s->evidence);
}

static void
unask(struct evidence *e)
{
    for (size_t i = 0; i < BUILTIN_LISTS; i++)
        e->lists.at[i] = (struct list_result){.list = LIST_AT(i), .asked = e->address.family == ADDR_V4, .rtt_us = -1};
    e->ptr.state = PTR_UNASKED;
}

static void
make_clear(struct sample *s)
{
    made_evidence(&s->evidence, "203.0.113.77");
}

static void
make_all(struct sample *s)
{
    made_evidence(&s->evidence, "203.0.113.77");
    made_listed(&s->evidence, AT_LEVEL1, MADE_L1);
    made_listed(&s->evidence, AT_LEVEL2, MADE_L2);
    made_text(&s->evidence, AT_LEVEL2, MADE_L2_INNER);
    made_text(&s->evidence, AT_LEVEL2, MADE_L2_PERMANENT);
    made_listed(&s->evidence, AT_LEVEL3, MADE_L3);
    made_listed(&s->evidence, AT_EXEMPTION, MADE_WHITE);
    made_listed(&s->evidence, AT_BACKSCATTERER, MADE_BACKSCATTER);
}

static void
make_old(struct sample *s)
{
    made_evidence(&s->evidence, "203.0.113.77");
    made_listed(&s->evidence, AT_LEVEL2, MADE_L2_OLD);
    made_listed(&s->evidence, AT_LEVEL3, MADE_L3_OLD);
}

static void
make_textless(struct sample *s)
{
    made_evidence(&s->evidence, "203.0.113.77");
    made_listed(&s->evidence, AT_LEVEL2, NULL);
    made_listed(&s->evidence, AT_LEVEL3, NULL);
}

static void
make_unknown(struct sample *s)
{
    static const enum list_state states[BUILTIN_LISTS] = {STATE_REFUSED, STATE_ERROR, STATE_TIMEOUT, STATE_INVALID,
                                                          STATE_UNHEALTHY};
    made_evidence(&s->evidence, "203.0.113.77");
    for (size_t i = 0; i < BUILTIN_LISTS; i++)
        made_trouble(&s->evidence, i, states[i], "why");
}

static void
make_offline(struct sample *s)
{
    made_evidence(&s->evidence, "203.0.113.77");
    unask(&s->evidence);
    s->evidence.offline = true;
}

static void
make_reserved(struct sample *s)
{
    made_evidence(&s->evidence, "10.0.0.1");
    unask(&s->evidence);
    s->evidence.reserved = addr_reserved(&s->evidence.address);
}

static void
make_v6(struct sample *s)
{
    made_evidence(&s->evidence, "2001:db8::1");
    unask(&s->evidence);
}

static void
make_nothing(struct sample *s)
{
    s->result = (struct result){.target = "nonsense", .error = "'nonsense' is not an address"};
}

static const struct {
    const char *name;
    void (*make)(struct sample *);
} samples[] = {
    {"clear", make_clear},       {"all", make_all},         {"old texts", make_old},
    {"no texts", make_textless}, {"unknown", make_unknown}, {"offline", make_offline},
    {"reserved", make_reserved}, {"IPv6", make_v6},         {"bad line", make_nothing},
};

static void
make(struct sample *s, void (*maker)(struct sample *))
{
    *s = (struct sample){0};
    maker(s);
    if (!s->result.error)
        judge(s);
}

/* ---- JSON ---- */

/* Types: s string, i integer, r real, b boolean, a array of strings, o object, A array, each with n: or null. */
struct key {
    const char *name, *types;
};

static bool
is_strings(const json_t *value)
{
    bool all = json_is_array(value);
    for (size_t i = 0; all && i < json_array_size(value); i++)
        all = json_is_string(json_array_get(value, i));
    return all;
}

static bool
has_type(const json_t *value, char type)
{
    switch (type) {
    case 's':
        return json_is_string(value);
    case 'i':
        return json_is_integer(value);
    case 'r':
        return json_is_real(value);
    case 'b':
        return json_is_boolean(value);
    case 'a':
        return is_strings(value);
    case 'A':
        return json_is_array(value);
    case 'o':
        return json_is_object(value);
    case 'n':
        return json_is_null(value);
    }
    return false;
}

static void
assert_keys(const char *where, const json_t *object, const struct key *keys, size_t count)
{
    if (!json_is_object(object))
        fail_msg("%s is no object", where);
    for (size_t i = 0; i < count; i++) {
        const json_t *value = json_object_get(object, keys[i].name);
        if (!value)
            fail_msg("%s has no \"%s\"", where, keys[i].name);
        bool good = false;
        for (const char *type = keys[i].types; *type; type++)
            good = good || has_type(value, *type);
        if (!good)
            fail_msg("%s: \"%s\" has another type than %s", where, keys[i].name, keys[i].types);
    }
}

static const struct key top[] = {
    {"schema", "i"},      {"tool", "s"},       {"target", "s"},         {"label", "sn"},     {"kind", "sn"},
    {"address", "sn"},    {"started", "sn"},   {"finished", "sn"},      {"error", "sn"},     {"verdict", "on"},
    {"levels", "An"},     {"exemption", "on"}, {"backscatterer", "on"}, {"network", "on"},   {"escalation", "An"},
    {"neighbours", "on"}, {"history", "on"},   {"lists", "An"},         {"receivers", "An"},
};
static const struct key verdict_keys[] = {
    {"state", "s"}, {"cause", "a"}, {"headline", "s"}, {"actor", "sn"}, {"advice", "a"}};
static const struct key list_result_keys[] = {{"zone", "s"},        {"state", "s"},         {"answers", "a"},
                                              {"txt", "a"},         {"ttl", "in"},          {"rtt_ms", "rn"},
                                              {"source", "sn"},     {"detail", "sn"},       {"zone_serial", "sn"},
                                              {"zone_age_s", "in"}, {"zone_dated_by", "sn"}};
static const struct key net_keys[] = {{"prefix", "s"},     {"kind", "s"},    {"permanent", "b"}, {"impacts", "in"},
                                      {"limit", "in"},     {"over", "in"},   {"asn", "in"},      {"org", "sn"},
                                      {"country", "sn"},   {"clears", "on"}, {"detail", "sn"},   {"stale", "b"},
                                      {"zone_age_s", "in"}};
static const struct key clears_keys[] = {{"impacts_to_lose", "i"}, {"estimate_hours", "in"}};
static const struct key level3_keys[] = {
    {"asn", "in"}, {"org", "sn"}, {"country", "sn"}, {"score", "rn"}, {"limit", "r"}};
static const struct key network_keys[] = {
    {"asn", "in"},    {"org", "sn"},    {"record", "sn"},   {"bgp_prefix", "sn"}, {"addresses", "in"},
    {"ranges", "in"}, {"source", "sn"}, {"database", "on"}, {"bgp", "on"},        {"allocation", "on"}};
static const struct key bgp_keys[] = {{"source", "s"}, {"built", "sn"}, {"origins", "A"}};
static const struct key allocation_keys[] = {{"range", "s"},  {"registry", "s"}, {"country", "sn"},
                                             {"since", "sn"}, {"status", "s"},   {"built", "sn"}};
static const struct key neighbours_keys[] = {{"prefix", "s"},        {"listed", "in"},      {"addresses", "An"},
                                             {"source", "sn"},       {"zone_serial", "sn"}, {"zone_age_s", "in"},
                                             {"zone_dated_by", "sn"}};
static const struct key other_list_keys[] = {
    {"operator", "sn"},        {"scope", "s"},    {"weight", "i"}, {"counted", "b"},
    {"why_not_counted", "sn"}, {"meanings", "a"}, {"delist", "sn"}};
static const struct key receiver_keys[] = {{"name", "s"},    {"date", "sn"},   {"sum", "r"}, {"threshold", "r"},
                                           {"blocks", "bn"}, {"unknown", "i"}, {"hits", "A"}};
static const struct key database_keys[] = {{"file", "s"}, {"type", "s"}, {"built", "sn"}};

static void
assert_levels(const char *where, const json_t *levels)
{
    assert_int_equal(json_array_size(levels), 3);
    for (size_t i = 0; i < 3; i++) {
        const json_t *level = json_array_get(levels, i);
        assert_keys(where, level, list_result_keys, COUNT(list_result_keys));
        assert_int_equal(json_integer_value(json_object_get(level, "level")), i + 1);
    }
    const json_t *nets = json_object_get(json_array_get(levels, 1), "nets");
    assert_true(json_is_array(nets));
    for (size_t i = 0; i < json_array_size(nets); i++) {
        const json_t *clears = json_object_get(json_array_get(nets, i), "clears");
        assert_keys(where, json_array_get(nets, i), net_keys, COUNT(net_keys));
        if (!json_is_null(clears))
            assert_keys(where, clears, clears_keys, COUNT(clears_keys));
    }
    assert_keys(where, json_array_get(levels, 2), level3_keys, COUNT(level3_keys));
}

/* Compact, as jansson itself prints it. */
static void
assert_as_of_jansson(const json_t *json, const struct buf *line)
{
    struct buf expected = {0};
    char *text = json_dumps(json, JSON_COMPACT | JSON_REAL_PRECISION(9));
    buf_format(&expected, "%s\n", text);
    assert_string_equal(line->at, expected.at);
    buf_free(&expected);
    free(text);
}

/* As it was printed; the caller drops it. */
static json_t *
read_json(const struct result *r, bool pretty)
{
    struct buf out = {0};
    json_error_t error;
    result_json(&out, r, pretty);
    for (size_t i = 0; i < out.count; i++)
        if (((unsigned char)out.at[i] < 0x20 && out.at[i] != '\n') || out.at[i] == 0x7F)
            fail_msg("the byte %02x is in it", (unsigned char)out.at[i]);
    assert_int_equal(out.at[out.count - 1], '\n');
    if (!pretty) /* several targets are one a line */
        assert_ptr_equal(strchr(out.at, '\n'), out.at + out.count - 1);
    json_t *json = json_loads(out.at, JSON_REJECT_DUPLICATES, &error);
    if (!json)
        fail_msg("%s in %s", error.text, out.at);
    if (!pretty)
        assert_as_of_jansson(json, &out);
    buf_free(&out);
    return json;
}

static void
json_any_value_is_printed(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "{}",
        "[]",
        "[[],{},[{}],{\"a\":{}}]",
        "[0,-1,1,-9223372036854775808,9223372036854775807,1234567890]",
        "[0.5,-79.7,1e300,100.0,0.1,123456.789]",
        "[true,false,null]",
        "[\"\",\"plain\",\"\\\"\",\"\\\\\",\"a\\\"b\\\\c/d\",\"\\b\\f\\n\\r\\t\\u0001\\u001f\\u007f\"]",
        "[\"M\u00fcller \u65e5\u672c \\ud83d\\ude00\"]",
        "{\"a\":1,\"b\":{\"c\":[1,{\"d\":\"e\"}],\"f\":null},\"g\":\"h\"}",
    };
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct buf out = {0};
        json_t *json = json_loads(texts[i], 0, NULL);
        assert_non_null(json);
        parts_json_print(&out, json_incref(json), false);
        assert_as_of_jansson(json, &out);
        json_decref(json);
        buf_free(&out);
    }
}

static void
json_every_result_has_every_key(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(samples); i++)
        for (int pretty = 0; pretty < 2; pretty++) {
            struct sample s;
            make(&s, samples[i].make);
            json_t *json = read_json(&s.result, pretty);
            assert_keys(samples[i].name, json, top, COUNT(top));
            assert_int_equal(json_integer_value(json_object_get(json, "schema")), 1);
            bool bad = s.result.error != NULL;
            assert_int_equal(json_is_null(json_object_get(json, "error")), !bad);
            assert_int_equal(json_is_null(json_object_get(json, "verdict")), bad);
            if (!bad) {
                assert_keys("verdict", json_object_get(json, "verdict"), verdict_keys, COUNT(verdict_keys));
                assert_levels(samples[i].name, json_object_get(json, "levels"));
                assert_keys("exemption", json_object_get(json, "exemption"), list_result_keys, COUNT(list_result_keys));
                assert_keys("backscatterer", json_object_get(json, "backscatterer"), list_result_keys,
                            COUNT(list_result_keys));
                assert_keys("network", json_object_get(json, "network"), network_keys, COUNT(network_keys));
                const json_t *neighbours = json_object_get(json, "neighbours");
                assert_int_equal(json_is_null(neighbours), s.result.evidence->address.family != ADDR_V4);
                if (!json_is_null(neighbours)) {
                    assert_keys("neighbours", neighbours, neighbours_keys, COUNT(neighbours_keys));
                    assert_int_equal(json_is_null(json_object_get(neighbours, "listed")),
                                     !s.result.evidence->has_density);
                }
            }
            json_decref(json);
            fini(&s);
        }
}

/* Follows a path such as "levels.1.nets.0.prefix". */
static const json_t *
at(const json_t *json, const char *path)
{
    char part[40];
    while (json && *path) {
        size_t count = strcspn(path, ".");
        snprintf(part, sizeof part, "%.*s", (int)count, path);
        json = json_is_array(json) ? json_array_get(json, (size_t)atoi(part)) : json_object_get(json, part);
        path += count + (path[count] == '.');
    }
    return json;
}

/* What stands there, as JSON. */
static void
assert_at(const json_t *json, const char *path, const char *expected)
{
    const json_t *value = at(json, path);
    char *found = value ? json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT | JSON_REAL_PRECISION(9)) : NULL;
    if (!found || strcmp(found, expected) != 0)
        fail_msg("%s: expected %s, found %s", path, expected, found ? found : "nothing");
    free(found);
}

static void
json_listed_has_figures(void **state)
{
    (void)state;
    static const struct {
        const char *path, *value;
    } expected[] = {
        {"tool", "\"" PACKAGE_NAME " " PACKAGE_VERSION "\""},
        {"target", "\"203.0.113.77\""},
        {"label", "null"},
        {"kind", "\"ipv4\""},
        {"address", "\"203.0.113.77\""},
        {"started", "\"2026-07-06T18:13:00Z\""},
        {"finished", "\"2026-07-06T18:13:01Z\""},
        {"error", "null"},
        {"verdict.state", "\"direct\""},
        {"verdict.cause", "[\"address\",\"allocation\",\"provider\"]"},
        {"verdict.actor", "\"you\""},
        {"levels.0.zone", "\"dnsbl-1.uceprotect.net\""},
        {"levels.0.state", "\"listed\""},
        {"levels.0.answers", "[\"127.0.0.2\"]"},
        {"levels.0.txt.0", "\"" MADE_L1 "\""},
        {"levels.0.ttl", "2100"},
        {"levels.0.rtt_ms", "12.3"},
        {"levels.0.source", "\"dns\""},
        {"levels.0.detail", "null"},
        {"levels.1.nets.0.prefix", "\"203.0.113.0/24\""},
        {"levels.1.nets.0.kind", "\"slash24\""},
        {"levels.1.nets.0.impacts", "19"},
        {"levels.1.nets.0.clears", "{\"impacts_to_lose\":16,\"estimate_hours\":142}"},
        {"levels.1.nets.1.permanent", "true"},
        {"levels.1.nets.1.impacts", "null"},
        {"levels.1.nets.1.limit", "null"},
        {"levels.1.nets.1.over", "null"},
        {"levels.1.nets.1.asn", "null"},
        {"levels.1.nets.1.clears", "null"},
        {"levels.1.nets.2.prefix", "\"203.0.112.0/22\""},
        {"levels.1.nets.2.kind", "\"announced\""},
        {"levels.1.nets.2.permanent", "false"},
        {"levels.1.nets.2.impacts", "23"},
        {"levels.1.nets.2.limit", "9"},
        {"levels.1.nets.2.over", "14"},
        {"levels.1.nets.2.asn", "64500"},
        {"levels.1.nets.2.org", "\"EXAMPLE Example Hosting\""},
        {"levels.1.nets.2.country", "\"DE\""},
        {"levels.1.nets.2.clears", "{\"impacts_to_lose\":15,\"estimate_hours\":110}"},
        {"levels.2.asn", "64500"},
        {"levels.2.org", "\"EXAMPLE Example Hosting\""},
        {"levels.2.country", "\"DE\""},
        {"levels.2.score", "79.7"},
        {"levels.2.limit", "50.0"},
        {"exemption.state", "\"listed\""},
        {"backscatterer.state", "\"listed\""},
        {"network.asn", "64500"},
        {"network.bgp_prefix", "\"203.0.112.0/22\""},
        {"network.record", "null"},
        {"network.source", "\"cymru\""},
        {"network.database", "null"},
    };
    struct sample s;
    make(&s, make_all);
    json_t *json = read_json(&s.result, false);
    for (size_t i = 0; i < COUNT(expected); i++)
        assert_at(json, expected[i].path, expected[i].value);
    json_decref(json);
    fini(&s);
}

static void
json_net_has_zone_file_difference(void **state)
{
    (void)state;
    struct sample s;
    make(&s, make_all);
    struct evidence *e = &s.evidence;
    struct listed_net old = e->nets.at[0];
    old.impacts = 15;
    e->lists.at[AT_LEVEL2].file = (struct file_result){
        .have = true, .state = STATE_LISTED, .serial = 2026070618, .date = data_date_of_serial(2026070618)};
    vec_push(&e->local_nets, old);
    json_t *json = read_json(&s.result, false);
    assert_at(json, "levels.1.nets.0.detail", "\"15 impacts in the zone file (2 h 13 min old)\"");
    assert_at(json, "levels.1.nets.2.detail", "\"not in the zone file (2 h 13 min old)\"");
    json_decref(json);
    fini(&s);
}

static void
json_unknown_is_null(void **state)
{
    (void)state;
    static const struct {
        void (*make)(struct sample *);
        const char *path, *value;
    } expected[] = {
        {make_clear, "verdict.state", "\"clear\""},
        {make_clear, "verdict.cause", "[]"},
        {make_clear, "verdict.actor", "\"nobody\""},
        {make_clear, "levels.0.state", "\"clear\""},
        {make_clear, "levels.0.answers", "[]"},
        {make_clear, "levels.1.nets", "[]"},
        {make_clear, "levels.2.score", "null"},
        {make_clear, "levels.2.asn", "null"},
        {make_old, "levels.1.nets.0.impacts", "null"},
        {make_old, "levels.1.nets.0.over", "null"},
        {make_old, "levels.1.nets.0.clears", "null"},
        {make_old, "levels.2.asn", "64500"},
        {make_old, "levels.2.score", "null"},
        {make_textless, "levels.1.state", "\"listed\""},
        {make_textless, "levels.1.nets", "[]"},
        {make_textless, "levels.1.txt", "[]"},
        {make_unknown, "verdict.state", "\"unknown\""},
        {make_unknown, "verdict.actor", "null"},
        {make_unknown, "levels.0.state", "\"refused\""},
        {make_unknown, "levels.1.state", "\"error\""},
        {make_unknown, "levels.2.state", "\"timeout\""},
        {make_unknown, "exemption.state", "\"invalid\""},
        {make_unknown, "backscatterer.state", "\"unhealthy\""},
        {make_unknown, "levels.0.detail", "\"why\""},
        {make_unknown, "levels.0.ttl", "null"},
        {make_offline, "levels.0.state", "\"unasked\""},
        {make_offline, "levels.0.source", "null"},
        {make_offline, "levels.0.rtt_ms", "null"},
        {make_offline, "verdict.state", "\"unknown\""},
        {make_reserved, "address", "\"10.0.0.1\""},
        {make_v6, "kind", "\"ipv6\""},
        {make_v6, "address", "\"2001:db8::1\""},
        {make_nothing, "target", "\"nonsense\""},
        {make_nothing, "error", "\"'nonsense' is not an address\""},
        {make_nothing, "kind", "null"},
        {make_nothing, "address", "null"},
        {make_nothing, "levels", "null"},
    };
    for (size_t i = 0; i < COUNT(expected); i++) {
        struct sample s;
        make(&s, expected[i].make);
        json_t *json = read_json(&s.result, false);
        assert_at(json, expected[i].path, expected[i].value);
        json_decref(json);
        fini(&s);
    }
}

/* The resolver through which no list proved itself may deny names and announcements that there are. */
static void
json_doubted_denial_is_null(void **state)
{
    (void)state;
    for (int doubted = 0; doubted < 2; doubted++) {
        struct sample s = {0};
        doubted ? make_unknown(&s) : make_clear(&s);
        s.evidence.ptr.state = PTR_NONE;
        s.evidence.network.source = NETWORK_UNKNOWN;
        s.evidence.network.unannounced = true;
        judge(&s);
        json_t *json = read_json(&s.result, false);
        assert_int_equal(json_is_null(at(json, "ptr")), doubted);
        assert_int_equal(json_is_null(at(json, "network")), doubted);
        json_decref(json);
        fini(&s);
    }
}

/* A prefix of a length that the rules do not name has no limit to be over. */
static void
json_without_limit_over_is_null(void **state)
{
    (void)state;
    struct sample s = {0};
    make_clear(&s);
    made_listed(&s.evidence, AT_LEVEL2, MADE_L2);
    s.evidence.nets.at[0].limit = 0;
    judge(&s);
    json_t *json = read_json(&s.result, false);
    assert_at(json, "levels.1.nets.0.impacts", "23");
    assert_at(json, "levels.1.nets.0.limit", "null");
    assert_at(json, "levels.1.nets.0.over", "null");
    assert_at(json, "levels.1.nets.0.clears", "null");
    json_decref(json);
    fini(&s);
}

static const char hostile[] = "=cmd|' /C calc'!A0\",\x1b[31m\r\n\x07\xff\xe2\x80\xae\xc2\x9b\x00<script>\\u0000";

/* Texts as they get in: through the one door. */
static void
make_hostile(struct sample *s, char **clean)
{
    *clean = text_clean_copy(hostile, sizeof hostile - 1);
    made_evidence(&s->evidence, "203.0.113.77");
    made_listed(&s->evidence, AT_LEVEL1, *clean);
    made_listed(&s->evidence, AT_LEVEL3, MADE_L3);
    snprintf(s->evidence.lists.at[AT_LEVEL3].texts.at[0].holder.org, LISTING_ORG, "%s", *clean);
    snprintf(s->evidence.network.org, ASNDB_ORG, "%s", *clean);
    free(s->evidence.ptr.name);
    s->evidence.ptr.name = mem_copy(*clean);
    judge(s);
    s->result.label = *clean;
}

#define HOUR (INT64_C(3600) * 1000)

/* Listed on level 1 now and an hour ago, clear a day ago; on level 2 it was from ten days to two days ago. */
static void
make_history(struct sample *s)
{
    struct evidence *e = &s->evidence;
    made_evidence(e, "203.0.113.77");
    made_listed(e, AT_LEVEL1, MADE_L1);
    e->seen.changes = 4;
    made_seen(&e->seen, (enum list_state[BUILTIN_LISTS]){STATE_CLEAR, STATE_LISTED}, MADE_WALL_MS - 240 * HOUR,
              MADE_WALL_MS - 48 * HOUR);
    made_seen(&e->seen, (enum list_state[BUILTIN_LISTS]){STATE_CLEAR, STATE_CLEAR}, MADE_WALL_MS - 24 * HOUR,
              MADE_WALL_MS - 24 * HOUR);
    made_seen(&e->seen, (enum list_state[BUILTIN_LISTS]){STATE_LISTED, STATE_CLEAR}, MADE_WALL_MS - HOUR,
              MADE_WALL_MS - HOUR);
}

static void
json_history_comes_from_journal(void **state)
{
    (void)state;
    struct sample s;
    make(&s, make_history);
    json_t *json = read_json(&s.result, false);
    assert_at(json, "history.first_seen", "\"2026-06-26T18:13:00Z\"");
    assert_at(json, "history.observations", "4");
    assert_at(json, "history.levels.0.level", "1");
    assert_at(json, "history.levels.0.state", "\"listed\"");
    assert_at(json, "history.levels.0.since", "\"2026-07-06T17:13:00Z\"");
    assert_at(json, "history.levels.0.seen_clear_before", "\"2026-07-05T18:13:00Z\"");
    assert_at(json, "history.levels.0.seen_listed_before", "null");
    assert_at(json, "history.levels.0.listings", "1");
    assert_at(json, "history.levels.1.state", "\"clear\"");
    assert_at(json, "history.levels.1.since", "\"2026-07-05T18:13:00Z\"");
    assert_at(json, "history.levels.1.seen_listed_before", "\"2026-07-04T18:13:00Z\"");
    assert_at(json, "history.levels.2.state", "\"clear\"");
    assert_at(json, "history.levels.2.since", "\"2026-07-06T18:13:00Z\"");
    assert_at(json, "history.rejections", "[]");
    json_decref(json);
    fini(&s);
    make(&s, make_clear);
    json = read_json(&s.result, false);
    assert_at(json, "history", "null");
    json_decref(json);
    fini(&s);
}

static void
page_shows_since_when(void **state)
{
    (void)state;
    struct sample s;
    struct buf out = {0};
    make(&s, make_history);
    result_text(&out, &s.result, 80, false, true);
    assert_non_null(strstr(out.at, "first seen listed 2026-07-06 17:13, last seen clear 2026-07-05 18:13 UTC"));
    assert_non_null(strstr(out.at, "first seen clear 2026-07-05 18:13; listed from 2026-06-26 18:13 to"));
    buf_clear(&out);
    fini(&s);
    /* A file that is older than what the journal saw last is contradicted by it, not taken for the end of it. */
    make(&s, make_history);
    s.evidence.lists.at[AT_LEVEL1].source = SOURCE_ZONE;
    s.evidence.lists.at[AT_LEVEL1].state = STATE_CLEAR;
    s.evidence.lists.at[AT_LEVEL1].serial = 2026070512;
    verdict_fini(&s.verdict);
    verdict_reach(&s.verdict, &s.evidence, &s.policy);
    result_text(&out, &s.result, 120, false, true);
    assert_null(strstr(out.at, "seen listed"));
    assert_null(strstr(out.at, "; listed on"));
    assert_non_null(strstr(out.at, "The journal has a later state of level 1: listed on 2026-07-06 17:13 UTC."));
    buf_free(&out);
    fini(&s);
}

static void
json_hostile_text_is_escaped(void **state)
{
    (void)state;
    struct sample s = {0};
    char *clean;
    make_hostile(&s, &clean);
    json_t *json = read_json(&s.result, false);
    static const char *const paths[] = {"label", "levels.0.txt.0", "levels.2.org", "network.org", "ptr.name"};
    for (size_t i = 0; i < COUNT(paths); i++)
        assert_string_equal(json_string_value(at(json, paths[i])), clean);
    assert_non_null(strstr(json_string_value(at(json, "verdict.headline")), clean));
    json_decref(json);
    fini(&s);
    free(clean);
}

/* A file's name may hold any byte but '/' and NUL. */
static void
json_database_name_is_cleaned(void **state)
{
    (void)state;
    char source[4096];
    struct fault fault;
    struct sample s = {0};
    assert_int_equal(temp_dir_make(NULL), 0);
    const char *path = temp_dir_path("\x1b[31m\xff.mmdb");
    assert_non_null(realpath(TEST_SOURCE_ROOT "/tests/data/geolite-asn.mmdb", source));
    assert_int_equal(symlink(source, path), 0);
    struct asndb *db = asndb_open(path, &fault);
    assert_int_equal(temp_dir_remove(NULL), 0);
    assert_non_null(db);

    make_clear(&s);
    s.evidence.network.source = NETWORK_MMDB;
    s.evidence.network.has_record = prefix_parse("203.0.113.0/24", &s.evidence.network.record, NULL);
    judge(&s);
    s.result.database = asndb_source(db);
    json_t *json = read_json(&s.result, false);
    assert_keys("database", at(json, "network.database"), database_keys, COUNT(database_keys));
    assert_non_null(strstr(json_string_value(at(json, "network.database.file")), "?[31m?.mmdb"));
    assert_at(json, "network.database.type", "\"GeoLite2-ASN\"");
    assert_at(json, "network.database.built", "\"2026-06-01T00:00:00Z\"");
    assert_at(json, "network.record", "\"203.0.113.0/24\"");
    assert_at(json, "network.source", "\"mmdb\"");
    json_decref(json);
    fini(&s);
    asndb_close(db);
}

/* The four ranges of an address, each with its source. */
static void
json_names_ranges_with_sources(void **state)
{
    (void)state;
    struct sample s = {0};
    make_clear(&s);
    struct network *n = &s.evidence.network;
    n->source = NETWORK_ANNOUNCED;
    strcpy(n->bgp_source, "RIPE RIS");
    n->bgp_dated_ms = INT64_C(1780272000000);
    n->origins[1] = 64501;
    n->origin_count = 2;
    n->has_allocation = true;
    n->allocation = (struct allocation){.registry = "RIPE NCC", .country = "DE", .status = ALLOCATION_ASSIGNED};
    assert_true(addr_parse("203.0.112.0", &n->allocation.first) && addr_parse("203.0.113.127", &n->allocation.last));
    judge(&s);
    json_t *json = read_json(&s.result, false);
    assert_keys("bgp", at(json, "network.bgp"), bgp_keys, COUNT(bgp_keys));
    assert_keys("allocation", at(json, "network.allocation"), allocation_keys, COUNT(allocation_keys));
    assert_at(json, "network.source", "\"announced\"");
    assert_at(json, "network.bgp_prefix", "\"203.0.112.0/22\"");
    assert_at(json, "network.bgp.source", "\"RIPE RIS\"");
    assert_at(json, "network.bgp.built", "\"2026-06-01T00:00:00Z\"");
    assert_int_equal(json_array_size(at(json, "network.bgp.origins")), 2);
    assert_at(json, "network.allocation.range", "\"203.0.112.0 - 203.0.113.127\"");
    assert_at(json, "network.allocation.since", "null");
    assert_at(json, "network.allocation.status", "\"assigned\"");
    json_decref(json);
    fini(&s);
}

static void
json_asn_size_is_from_whole_database(void **state)
{
    (void)state;
    static const struct {
        uint32_t asn;
        enum network_source source;
        bool read; /* the database was read as a whole */
        const char *addresses, *ranges;
        bool named;
    } cases[] = {
        {64498, NETWORK_MMDB, true, "1024", "1", true},
        {4294967294, NETWORK_MMDB, true, "130048", "7", true},
        {4294967294, NETWORK_MMDB, false, "null", "null", true},
        {65551, NETWORK_MMDB, true, "0", "0", true}, /* IPv6 alone */
        {64498, NETWORK_CYMRU, true, "1024", "1", true},
        {65551, NETWORK_CYMRU, true, "null", "null", false}, /* newer than the database */
        {0, NETWORK_UNKNOWN, true, "null", "null", false},
        {0, NETWORK_MMDB, true, "null", "null", true},
    };
    struct fault fault;
    struct asndb *db = asndb_open(TEST_SOURCE_ROOT "/tests/data/geolite-asn.mmdb", &fault);
    assert_non_null(db);
    struct asn_table *map = asn_table_new(db, NULL);
    assert_int_equal(asn_table_step(map, INT64_MAX, &fault), ASN_TABLE_READY);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct sample s = {0};
        make_clear(&s);
        s.evidence.network.source = cases[i].source;
        s.evidence.network.asn = cases[i].asn;
        judge(&s);
        s.result.database = asndb_source(db);
        s.result.map = cases[i].read ? map : NULL;
        json_t *json = read_json(&s.result, false);
        assert_at(json, "network.addresses", cases[i].addresses);
        assert_at(json, "network.ranges", cases[i].ranges);
        assert_int_equal(json_is_object(at(json, "network.database")), cases[i].named);
        json_decref(json);
        fini(&s);
    }
    asn_table_free(map);
    asndb_close(db);
}

/* ---- CSV ---- */

/* Takes one cell off the front, RFC 4180 section 2: quotes are doubled inside quotes. False at the end of the record;
 * anything that is not CSV fails. */
static bool
next_cell(const char **text, struct buf *cell)
{
    const char *at_ = *text;
    buf_clear(cell);
    if (*at_ == '\0')
        return false;
    if (*at_ == '"') {
        for (at_++; *at_ != '"' || at_[1] == '"'; at_++) {
            assert_true(*at_ != '\0');
            at_ += *at_ == '"';
            buf_byte(cell, *at_);
        }
        at_++;
    } else {
        for (; !strchr(",\r", *at_); at_++) {
            assert_true(*at_ != '"' && *at_ != '\n');
            buf_byte(cell, *at_);
        }
    }
    if (*at_ == ',') {
        *text = at_ + 1;
        return true;
    }
    assert_string_equal(at_, "\r\n");
    *text = at_ + 2;
    return true;
}

/* The cell under that head. Lives until the next call. */
static const char *
cell_of(const struct result *r, const char *column)
{
    static char found[2048];
    struct buf head = {0}, row = {0}, name = {0}, cell = {0};
    result_csv_head(&head);
    result_csv(&row, r);
    const char *h = head.at, *c = row.at;
    bool seen = false;
    while (next_cell(&h, &name)) {
        assert_true(next_cell(&c, &cell));
        if (strcmp(buf_string(&name), column) == 0) {
            snprintf(found, sizeof found, "%s", buf_string(&cell));
            seen = true;
        }
    }
    assert_false(next_cell(&c, &cell)); /* as many cells as heads */
    assert_true(seen);
    buf_free(&head);
    buf_free(&row);
    buf_free(&name);
    buf_free(&cell);
    return found;
}

static void
csv_cells_are_quoted(void **state)
{
    (void)state;
    static const struct {
        void (*make)(struct sample *);
        const char *column, *cell;
    } expected[] = {
        {make_all, "target", "203.0.113.77"},
        {make_all, "label", ""},
        {make_all, "state", "direct"},
        {make_all, "level1", "listed"},
        {make_all, "level3", "listed"},
        {make_all, "exemption", "listed"},
        {make_all, "asn", "64500"},
        {make_all, "org", "EXAMPLE Example Hosting"},
        {make_all, "prefix", "203.0.113.0/24"}, /* not the wider one, which is less far over its limit */
        {make_all, "impacts", "19"},
        {make_all, "limit", "4"},
        {make_all, "score", "79.7"},
        {make_all, "error", ""},
        {make_all, "listed_on", ""},
        {make_all, "not_counted", "0"},
        {make_nothing, "listed_on", ""},
        {make_nothing, "not_counted", ""},
        {make_clear, "state", "clear"},
        {make_clear, "prefix", ""},
        {make_clear, "score", ""},
        {make_unknown, "state", "unknown"},
        {make_unknown, "level1", "refused"},
        {make_unknown, "backscatterer", "unhealthy"},
        {make_offline, "level1", "unasked"},
        {make_old, "impacts", ""},
        {make_nothing, "target", "nonsense"},
        {make_nothing, "state", ""},
        {make_nothing, "level1", ""},
        {make_nothing, "error", "'nonsense' is not an address"},
        {make_clear, "cause", ""},
        {make_all, "cause", "address+allocation+provider"},
        {make_old, "cause", "allocation+provider"},
        {make_unknown, "cause", ""},
        {make_nothing, "cause", ""},
    };
    for (size_t i = 0; i < COUNT(expected); i++) {
        struct sample s;
        make(&s, expected[i].make);
        const char *cell = cell_of(&s.result, expected[i].column);
        if (strcmp(cell, expected[i].cell) != 0)
            fail_msg("%s: expected %s, found %s", expected[i].column, expected[i].cell, cell);
        fini(&s);
    }
}

static void
csv_permanent_net_has_no_figures(void **state)
{
    (void)state;
    struct sample s = {0};
    make_clear(&s);
    made_listed(&s.evidence, AT_LEVEL2, MADE_L2_PERMANENT);
    judge(&s);
    assert_string_equal(cell_of(&s.result, "prefix"), "203.0.113.0/24");
    assert_string_equal(cell_of(&s.result, "impacts"), "");
    assert_string_equal(cell_of(&s.result, "limit"), "");
    fini(&s);
}

/* Spreadsheets run cells that begin with these. */
static void
csv_formula_is_defused(void **state)
{
    (void)state;
    static const struct {
        const char *label, *cell;
    } cases[] = {
        {"=1+1", "'=1+1"}, {"+1", "'+1"},  {"-1", "'-1"},    {"@SUM(A1)", "'@SUM(A1)"},
        {"a=1", "a=1"},    {"a,b", "a,b"}, {"a\"b", "a\"b"}, {"=\"a\",b", "'=\"a\",b"},
        {"", ""},          {"\"", "\""},   {"a b", "a b"},   {",", ","},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct sample s;
        make(&s, make_clear);
        s.result.label = cases[i].label;
        assert_string_equal(cell_of(&s.result, "label"), cases[i].cell);
        fini(&s);
    }
    struct sample s = {0};
    char *clean;
    make_hostile(&s, &clean);
    assert_int_equal(cell_of(&s.result, "label")[0], '\'');
    assert_string_equal(cell_of(&s.result, "label") + 1, clean);
    assert_int_equal(cell_of(&s.result, "org")[0], '\'');
    fini(&s);
    free(clean);
}

/* ---- monitoring ---- */

static void
nagios_line_has_status_and_perfdata(void **state)
{
    (void)state;
    static const struct {
        void (*make)(struct sample *);
        const char *line;
    } cases[] = {
        {make_clear,
         "DNSBL OK - 203.0.113.77: Clear: on none of the three levels, and all three passed their self-test. "
         "| level1=0 level2=0 level3=0 exemption=0 backscatterer=0\n"},
        {make_all, "DNSBL CRITICAL - 203.0.113.77: You, your net and your provider: 203.0.113.77 is on level 1; "
                   "level 2 lists 203.0.113.0/24 by hand (PERMANENT: no limit, no expiry) and "
                   "203.0.113.0/24 (19 impacts in 7 days, limit 4) and 1 other net; level 3 lists AS64500 EXAMPLE "
                   "Example Hosting (spamscore 79.7, limit 50). | level1=1 level2=1 level3=1 exemption=1 "
                   "backscatterer=1 impacts=19;4;;0 spamscore=79.7;50;;0\n"},
        {make_textless,
         "DNSBL WARNING - 203.0.113.77: Your neighbours and your provider, not you: level 2 lists the "
         "address without naming a net; level 3 lists the address without naming a provider. | level1=0 level2=1 "
         "level3=1 exemption=0 backscatterer=0\n"},
        {make_unknown,
         "DNSBL UNKNOWN - 203.0.113.77: Cannot tell: level 1 refuses to answer this resolver (why); level 2 "
         "gave an error (why); level 3 gave no answer (why).\n"},
        {make_offline, "DNSBL UNKNOWN - 203.0.113.77: Cannot tell: nothing was asked (--offline).\n"},
        {make_reserved, "DNSBL OK - 10.0.0.1: 10.0.0.1 is not routable (private network, RFC 1918): no DNSBL can list "
                        "it.\n"},
        {make_v6, "DNSBL OK - 2001:db8::1: UCEPROTECT lists IPv4 addresses only: none of its levels can list "
                  "2001:db8::1.\n"},
        {make_nothing, "DNSBL UNKNOWN - 'nonsense' is not an address\n"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct sample s;
        struct buf out = {0};
        make(&s, cases[i].make);
        result_nagios(&out, &s.result);
        assert_string_equal(buf_string(&out), cases[i].line);
        buf_free(&out);
        fini(&s);
    }
}

/* As check_rbl counts: a list that did not answer may list the address; where none answered, nothing is OK. */
static void
nagios_state_by_number_of_listings(void **state)
{
    (void)state;
    static const struct {
        void (*make)(struct sample *);
        unsigned warning, critical; /* 0 = not given */
        enum verdict_state state;
    } cases[] = {
        {make_clear, 1, 1, VERDICT_CLEAR},         {make_all, 1, 1, VERDICT_DIRECT},
        {make_all, 2, 4, VERDICT_DIRECT},          {make_all, 4, 5, VERDICT_COLLATERAL},
        {make_all, 5, 6, VERDICT_CLEAR},           {make_textless, 1, 1, VERDICT_DIRECT},
        {make_textless, 1, 3, VERDICT_COLLATERAL}, {make_textless, 0, 2, VERDICT_DIRECT},
        {make_textless, 0, 3, VERDICT_COLLATERAL}, {make_textless, 3, 0, VERDICT_CLEAR},
        {make_unknown, 1, 1, VERDICT_UNKNOWN},     {make_unknown, 5, 9, VERDICT_UNKNOWN},
        {make_reserved, 1, 1, VERDICT_CLEAR},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct sample s;
        make(&s, cases[i].make);
        s.result.warning = cases[i].warning;
        s.result.critical = cases[i].critical;
        if (result_nagios_state(&s.result) != cases[i].state)
            fail_msg("case %zu: %s", i, verdict_state_name(result_nagios_state(&s.result)));
        fini(&s);
    }
}

static const char other_lists[] =
    "[zen.example]\noperator = Zen\nweight = 5\ncode = 127.0.0.3 listed CSS: small\ncode = 127.0.0.10 policy PBL: "
    "dynamic\n"
    "delist = https://zen.example/\n"
    "[cop.example]\nweight = 3\n[nord.example]\nweight = 1\n[good.example]\nscope = allow\nweight = 0\n"
    "[mute.example]\nweight = 1\n[bars.example]\nweight = 4\naccess = registered\n[shut.example]\nweight = 0\n";

/* Lists of each kind beside the levels, and a receiver that asks some of them. */
static void
make_others(struct sample *s, struct catalogue **catalogue, struct receivers **receivers)
{
    enum { ZEN = BUILTIN_LISTS, COP, NORD, GOOD, MUTE, BARS, SHUT, ALL };
    static const struct {
        size_t at;
        unsigned char answer;
    } listed[] = {{ZEN, 10}, {ZEN, 77}, {NORD, 2}, {GOOD, 2}, {SHUT, 2}};
    struct fault fault;
    struct addr address;
    *s = (struct sample){0};
    *catalogue = catalogue_new();
    *receivers = receivers_new();
    assert_true(catalogue_load(*catalogue, temp_dir_put("lists.conf", other_lists), NULL, NULL, &fault));
    assert_true(choose_own_lists(*catalogue, true) && addr_parse("203.0.113.77", &address));
    assert_true(
        receivers_load(*receivers,
                       temp_dir_put("receivers.conf", "[mine]\nthreshold = 4\nsites = zen.example=127.0.0.10*4, "
                                                      "mute.example*2 good.example*-2\n"),
                       NULL, NULL, &fault));
    evidence_init(&s->evidence, *catalogue, "203.0.113.77", NULL, &address);
    assert_int_equal(s->evidence.lists.count, ALL);
    for (size_t i = 0; i < ALL; i++)
        s->evidence.lists.at[i].state = STATE_CLEAR;
    for (size_t i = 0; i < COUNT(listed); i++) {
        s->evidence.lists.at[listed[i].at].state = STATE_LISTED;
        vec_push(&s->evidence.lists.at[listed[i].at].answers, ((struct addr){ADDR_V4, {127, 0, 0, listed[i].answer}}));
    }
    made_trouble(&s->evidence, MUTE, STATE_TIMEOUT, "no answer");
    made_trouble(&s->evidence, BARS, STATE_REFUSED, "answered 127.255.255.255");
    s->evidence.finished_ms = 1;
    judge(s);
    s->result.receivers = *receivers;
}

static void
other_lists_are_in_every_format(void **state)
{
    (void)state;
    struct sample s;
    struct catalogue *catalogue;
    struct receivers *receivers;
    struct buf out = {0};
    make_others(&s, &catalogue, &receivers);
    json_t *json = read_json(&s.result, false), *lists = json_object_get(json, "lists");
    assert_int_equal(json_array_size(lists), 7);
    for (size_t i = 0; i < json_array_size(lists); i++) {
        assert_keys("lists", json_array_get(lists, i), list_result_keys, COUNT(list_result_keys));
        assert_keys("lists", json_array_get(lists, i), other_list_keys, COUNT(other_list_keys));
    }
    assert_at(json, "lists.0.meanings.0", "\"PBL: dynamic\"");
    assert_at(json, "lists.0.meanings.1", "\"unknown code 127.0.0.77\"");
    assert_at(json, "lists.0.counted", "true");
    assert_at(json, "lists.0.why_not_counted", "null");
    assert_at(json, "lists.3.why_not_counted", "\"no blocklist\"");
    assert_at(json, "lists.4.why_not_counted", "\"gave no answer: no answer\"");
    assert_at(json, "lists.5.why_not_counted", "\"not for this resolver: answered 127.255.255.255\"");
    assert_at(json, "lists.6.why_not_counted", "\"without effect\"");
    json_t *mine =
        json_array_get(json_object_get(json, "receivers"), json_array_size(json_object_get(json, "receivers")) - 1);
    assert_keys("receivers", mine, receiver_keys, COUNT(receiver_keys));
    assert_at(mine, "sum", "2.0");
    assert_at(mine, "blocks", "null");
    assert_at(mine, "hits.0.zone", "\"zen.example\"");
    json_decref(json);

    assert_string_equal(cell_of(&s.result, "listed_on"), "zen.example nord.example");
    assert_string_equal(cell_of(&s.result, "not_counted"), "2");

    result_nagios(&out, &s.result);
    assert_non_null(strstr(buf_string(&out), "| level1=0 level2=0 level3=0 exemption=0 backscatterer=0 direct=2 net=0 "
                                             "provider=0 policy=0\n"));
    buf_clear(&out);
    result_nagios_line(&out, &s.result, true);
    assert_non_null(strstr(buf_string(&out), "  zen.example: listed, PBL: dynamic; unknown code 127.0.0.77\n"));
    assert_non_null(strstr(buf_string(&out), "  cop.example: clear\n"));
    assert_non_null(strstr(buf_string(&out), "  bars.example: refused; not counted: not for this resolver: answered"));
    buf_clear(&out);
    result_text(&out, &s.result, 200, false, true);
    assert_non_null(strstr(buf_string(&out), "Would receivers block it?"));
    assert_non_null(strstr(buf_string(&out), "mine: not known, 2 of 4 points, 1 of its 3 terms unknown: Zen PBL 4, "
                                             "good.example -2"));
    buf_free(&out);
    fini(&s);
    catalogue_free(catalogue);
    receivers_free(receivers);
}

/* A list that refuses strangers, or is of little weight, must not make every check unknown. */
static void
nagios_number_needs_weighty_lists_alone(void **state)
{
    (void)state;
    struct sample s;
    struct catalogue *catalogue;
    struct receivers *receivers;
    make_others(&s, &catalogue, &receivers);
    s.result.warning = s.result.critical = 3;
    assert_int_equal(result_nagios_state(&s.result), VERDICT_CLEAR);
    s.result.warning = 2;
    assert_int_equal(result_nagios_state(&s.result), VERDICT_COLLATERAL);
    made_trouble(&s.evidence, BUILTIN_LISTS + 1, STATE_TIMEOUT, "no answer");
    assert_int_equal(result_nagios_state(&s.result), VERDICT_UNKNOWN);
    fini(&s);
    catalogue_free(catalogue);
    receivers_free(receivers);
}

static size_t
count_of(const char *text, char c)
{
    size_t count = 0;
    for (; *text; text++)
        count += *text == c;
    return count;
}

/* Else what a spammer wrote would be read as figures. */
static void
nagios_has_one_bar_and_one_line(void **state)
{
    (void)state;
    struct sample s = {0};
    struct buf out = {0};
    char *clean;
    make_hostile(&s, &clean);
    result_nagios(&out, &s.result);
    assert_int_equal(count_of(out.at, '|'), 1);
    assert_int_equal(count_of(out.at, '\n'), 1);
    assert_non_null(strstr(out.at, "| level1=1"));
    buf_clear(&out);
    result_nagios_line(&out, &s.result, true);
    assert_int_equal(count_of(out.at, '|'), 0);
    assert_int_equal(count_of(out.at, '\n'), 1 + s.evidence.lists.count);
    fini(&s);

    s = (struct sample){.result = {.target = "a|b", .error = "'a|b' is not an address"}};
    buf_clear(&out);
    result_nagios(&out, &s.result);
    result_nagios_line(&out, &s.result, false);
    assert_int_equal(count_of(out.at, '|'), 0);
    buf_free(&out);
    free(clean);
}

/* ---- for people ---- */

static void
line_format_is_one_line_per_target(void **state)
{
    (void)state;
    static const struct {
        void (*make)(struct sample *);
        const char *label, *line;
    } cases[] = {
        {make_clear, NULL,
         "203.0.113.77     clear       Clear: on none of the three levels, and all three passed their self-test.\n"},
        {make_reserved, "office",
         "10.0.0.1         unknown     10.0.0.1 is not routable (private network, RFC 1918): no DNSBL can list it.  "
         "[office]\n"},
        {make_v6, NULL,
         "2001:db8::1      unknown     UCEPROTECT lists IPv4 addresses only: none of its levels can list "
         "2001:db8::1.\n"},
        {make_nothing, "x", "nonsense         bad input   'nonsense' is not an address  [x]\n"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct sample s;
        struct buf out = {0};
        make(&s, cases[i].make);
        s.result.label = cases[i].label;
        result_line(&out, &s.result, false);
        assert_string_equal(buf_string(&out), cases[i].line);
        buf_free(&out);
        fini(&s);
    }
}

/* Every width from 40 to 120: no line is longer, and no word of the verdict is lost. */
static void
page_fits_width(void **state)
{
    (void)state;
    for (size_t i = 0; i + 1 < COUNT(samples); i++)
        for (int columns = 40; columns <= 120; columns += 5) {
            struct sample s;
            struct buf out = {0};
            make(&s, samples[i].make);
            result_text(&out, &s.result, columns, false, false);
            struct buf flat = {0}; /* the words alone */
            for (char *line = strtok(out.at, "\n"); line; line = strtok(NULL, "\n")) {
                if (text_width(line) > columns)
                    fail_msg("%s in %d columns: %s", samples[i].name, columns, line);
                buf_format(&flat, "%s ", line + strspn(line, " "));
            }
            if (!strstr(buf_string(&flat), s.verdict.headline))
                fail_msg("%s in %d columns: %s", samples[i].name, columns, buf_string(&flat));
            if (strstr(buf_string(&flat), "\xE2\x80\xA6"))
                fail_msg("%s in %d columns: something is cut: %s", samples[i].name, columns, buf_string(&flat));
            buf_free(&flat);
            buf_free(&out);
            fini(&s);
        }
}

static void
page_has_no_foreign_bytes(void **state)
{
    (void)state;
    for (int colour = 0; colour < 2; colour++) {
        struct sample s = {0};
        struct buf out = {0};
        char *clean;
        make_hostile(&s, &clean);
        result_text(&out, &s.result, 80, colour, true);
        for (size_t i = 0; i < out.count; i++) {
            unsigned char c = (unsigned char)out.at[i];
            bool own = c == '\n' || (colour && c == 0x1B && out.at[i + 1] == '[');
            if ((c < 0x20 || c >= 0x7F) && !own)
                fail_msg("the byte %02x is on the page", c);
        }
        assert_int_equal(strstr(out.at, "\x1b[") != NULL, colour);
        buf_free(&out);
        fini(&s);
        free(clean);
    }
}

/* ---- the doctor ---- */

static void
doctor_has_all_keys(void **state)
{
    (void)state;
    static const struct key server_keys[] = {{"address", "s"},  {"udp", "bn"},  {"tcp", "bn"},       {"edns", "bn"},
                                             {"size", "in"},    {"kind", "sn"}, {"asks_from", "sn"}, {"fit", "b"},
                                             {"findings", "A"}, {"lists", "o"}};
    static const struct key finding_keys[] = {{"what", "s"}, {"proof", "s"}, {"cure", "sn"}, {"harms", "b"}};
    static const struct key use_keys[] = {
        {"usable", "a"}, {"refused", "a"}, {"silent", "a"}, {"failed", "a"}, {"untested", "a"}};
    static char what[] = "It makes up answers.", proof[] = "a.example A: 192.0.2.1", cure[] = "Turn that off.";
    struct doctor_finding findings[] = {{true, what, proof, cure}, {false, what, proof, NULL}};
    struct doctor_server servers[2] = {
        {.endpoint = {.addr = addr_from_v4(0xc0000235), .port = 53}},
        {.endpoint = {.addr = addr_from_v4(0xc0000235), .port = 53},
         .udp = DOCTOR_YES,
         .tcp = DOCTOR_NO,
         .edns = DOCTOR_YES,
         .size = 1232,
         .kind = DOCTOR_OWN,
         .asker = addr_from_v4(0xc0000235),
         .fit = true},
    };
    servers[1].findings.at = findings;
    servers[1].findings.count = COUNT(findings);
    for (size_t i = 0; i < COUNT(servers); i++) {
        json_t *json = (json_t *)doctor_command_json(&servers[i]), *all = json_object_get(json, "findings");
        assert_keys("server", json, server_keys, COUNT(server_keys));
        assert_keys("lists", json_object_get(json, "lists"), use_keys, COUNT(use_keys));
        assert_int_equal(json_array_size(all), servers[i].findings.count);
        for (size_t f = 0; f < json_array_size(all); f++)
            assert_keys("finding", json_array_get(all, f), finding_keys, COUNT(finding_keys));
        json_decref(json);
    }
}

/* ---- fleets ---- */

static const struct key fleet_keys[] = {{"target", "s"},   {"label", "sn"},    {"tags", "a"},   {"kind", "s"},
                                        {"address", "sn"}, {"finished", "sn"}, {"error", "sn"}, {"verdict", "o"},
                                        {"listed", "a"},   {"since", "sn"},    {"asn", "in"},   {"org", "sn"},
                                        {"prefix", "sn"},  {"impacts", "in"},  {"limit", "in"}, {"score", "rn"},
                                        {"changed", "bn"}, {"changes", "sn"},  {"case", "sn"},  {"note", "sn"}};
static const struct key fleet_verdict_keys[] = {
    {"state", "s"}, {"cause", "a"}, {"headline", "sn"}, {"actor", "sn"}, {"advice", "a"}};

static void
fleet_keeps_its_keys(void **state)
{
    (void)state;
    struct fleet_target listed = {.text = "203.0.113.77",
                                  .label = "mx1",
                                  .tags = "out prod",
                                  .address = {ADDR_V4, {0}}},
                        domain = {.text = "example.org", .label = "", .tags = ""};
    struct fleet_rows rows = {0};
    struct sample s = {0};
    make_all(&s);
    judge(&s);
    vec_push(&rows.list, ((struct fleet_row){.target = &listed}));
    fleet_row_set(&rows.list.at[0], &(struct fleet_finding){.evidence = &s.evidence, .verdict = &s.verdict});
    vec_push(&rows.list, ((struct fleet_row){.target = &domain}));
    fleet_row_set(&rows.list.at[1], &(struct fleet_finding){.error = "it is a domain"});
    for (size_t i = 0; i < rows.list.count; i++) {
        json_t *json = fleet_json_row(&rows.list.at[i]);
        assert_keys("target", json, fleet_keys, COUNT(fleet_keys));
        assert_keys("verdict", json_object_get(json, "verdict"), fleet_verdict_keys, COUNT(fleet_verdict_keys));
        assert_at(json, "verdict.state", i == 0 ? "\"direct\"" : "\"unknown\"");
        assert_int_equal(json_array_size(json_object_get(json, "listed")), i == 0 ? 4 : 0);
        assert_int_equal(json_array_size(json_object_get(json, "tags")), i == 0 ? 2 : 0);
        assert_at(json, "changed", "null");
        json_decref(json);
    }
    json_t *summary = fleet_json_summary(&rows);
    assert_at(summary, "direct", "1");
    assert_at(summary, "unknown", "1");
    assert_at(summary, "clear", "0");
    assert_at(summary, "unlistable", "0");
    json_decref(summary);
    fleet_rows_fini(&rows);
    fini(&s);
}

/* ---- rejections ---- */

static const struct key rejection_keys[] = {
    {"schema", "i"},        {"source", "o"},        {"kind", "s"},        {"direction", "s"},     {"time", "sn"},
    {"recipient", "sn"},    {"reply_code", "sn"},   {"status", "sn"},     {"text", "sn"},         {"address", "sn"},
    {"address_from", "sn"}, {"others", "a"},        {"others_from", "a"}, {"client", "sn"},       {"receiver", "o"},
    {"list", "on"},         {"further_lists", "a"}, {"level", "in"},      {"net", "sn"},          {"party", "s"},
    {"advice", "a"},        {"note", "sn"},         {"form", "sn"},       {"still_listed", "bn"}, {"checked", "on"},
};
static const struct key source_keys[] = {{"file", "sn"}, {"line", "in"}, {"message", "in"}};
static const struct key receiver_host_keys[] = {{"host", "sn"}, {"address", "sn"}};
static const struct key named_list_keys[] = {
    {"zone", "sn"}, {"name", "s"}, {"private", "b"}, {"dead", "b"}, {"unknown", "b"}};
static const struct key group_keys[] = {
    {"rejections", "i"},     {"list", "sn"},  {"zone", "sn"}, {"receiver", "sn"}, {"addresses", "a"},
    {"more_addresses", "b"}, {"first", "sn"}, {"last", "sn"}, {"party", "s"},     {"direction", "s"},
};

static struct rejection
made_rejection(void)
{
    struct rejection r = {
        .kind = REJECTION_DSN,
        .source = {"bounce.eml", 1, 2},
        .time = 1796026443,
        .recipient = "user@example.org",
        .code = 550,
        .status = "5.7.1",
        .text = "550 5.7.1 no",
        .receiver = {.host = "mx.example.org"},
        .list = {.zone = "dnsbl-2.uceprotect.net", .name = "UCEPROTECT Level 2"},
        .level = 2,
        .party = PARTY_NEIGHBOURS,
        .advice = {ADVICE_LISTING},
    };
    addr_parse("192.0.2.25", &r.receiver.address);
    addr_parse("203.0.113.77", &r.own.address);
    addr_parse("203.0.113.78", &r.others[0].address);
    r.other_count = 1;
    prefix_parse("203.0.113.0/24", &r.net, NULL);
    return r;
}

static json_t *
read_rejection(const struct rejection *r, const struct result *checked)
{
    struct buf out = {0};
    bounce_rows_json(&out, r, checked, false);
    json_t *json = json_loads(out.at, JSON_REJECT_DUPLICATES, NULL);
    assert_keys("rejection", json, rejection_keys, COUNT(rejection_keys));
    assert_int_equal(json_object_size(json), COUNT(rejection_keys));
    assert_keys("source", json_object_get(json, "source"), source_keys, COUNT(source_keys));
    assert_keys("receiver", json_object_get(json, "receiver"), receiver_host_keys, COUNT(receiver_host_keys));
    buf_free(&out);
    return json;
}

static void
rejection_json_has_every_key(void **state)
{
    (void)state;
    static const struct {
        const char *path, *value;
    } expected[] = {
        {"source.file", "\"bounce.eml\""},
        {"kind", "\"dsn\""},
        {"direction", "\"outbound\""},
        {"time", "\"2026-11-30T08:14:03Z\""},
        {"reply_code", "\"550\""},
        {"status", "\"5.7.1\""},
        {"address", "\"203.0.113.77\""},
        {"others", "[\"203.0.113.78\"]"},
        {"client", "null"},
        {"receiver.address", "\"192.0.2.25\""},
        {"list.private", "false"},
        {"level", "2"},
        {"net", "\"203.0.113.0/24\""},
        {"party", "\"neighbours\""},
        {"checked", "null"},
    };
    struct rejection r = made_rejection(), nothing = {.kind = REJECTION_NONE};
    json_t *json = read_rejection(&r, NULL);
    for (size_t i = 0; i < COUNT(expected); i++)
        assert_at(json, expected[i].path, expected[i].value);
    assert_keys("list", json_object_get(json, "list"), named_list_keys, COUNT(named_list_keys));
    json_decref(json);
    json_decref(read_rejection(&nothing, NULL));
    struct sample s;
    make(&s, make_all);
    json = read_rejection(&r, &s.result);
    assert_at(json, "checked.verdict.state", "\"direct\"");
    json_decref(json);
    fini(&s);
}

/* The address of a stranger whom this server refused is none of the user's. */
static void
inbound_rejection_has_no_own_address(void **state)
{
    (void)state;
    struct rejection r = made_rejection();
    r.inbound = true;
    json_t *json = read_rejection(&r, NULL);
    assert_at(json, "direction", "\"inbound\"");
    assert_at(json, "address", "null");
    assert_at(json, "others", "[]");
    assert_at(json, "client", "\"203.0.113.77\"");
    json_decref(json);
}

static void
rejection_csv_has_a_cell_for_each_name(void **state)
{
    (void)state;
    struct rejection r = made_rejection();
    struct buf head = {0}, row = {0};
    size_t names = 1, cells = 1;
    bounce_rows_csv_head(&head);
    bounce_rows_csv(&row, &r, NULL);
    for (size_t i = 0; i < head.count; i++)
        names += head.at[i] == ',';
    bool is_quoted = false;
    for (size_t i = 0; i < row.count; i++) {
        is_quoted ^= row.at[i] == '"';
        cells += row.at[i] == ',' && !is_quoted;
    }
    assert_int_equal(cells, names);
    assert_non_null(strstr(row.at, ",203.0.113.77,203.0.113.78,mx.example.org,192.0.2.25,dnsbl-2.uceprotect.net,"));
    buf_free(&head);
    buf_free(&row);
}

static void
summary_counts_by_list_and_receiver(void **state)
{
    (void)state;
    struct bounce_groups groups = {0};
    struct rejection r = made_rejection(), other = made_rejection(), unknown = made_rejection();
    other.time += 3600;
    addr_parse("203.0.113.80", &other.own.address);
    memset(&unknown.list, 0, sizeof unknown.list);
    unknown.party = PARTY_RECIPIENT;
    for (size_t i = 0; i < 3; i++)
        bounce_groups_add(&groups, &unknown);
    bounce_groups_add(&groups, &r);
    bounce_groups_add(&groups, &other);
    bounce_groups_sort(&groups);
    assert_int_equal(groups.all.count, 2);
    struct buf out = {0};
    bounce_groups_json(&out, &groups, false);
    json_t *json = json_loads(out.at, JSON_DISABLE_EOF_CHECK, NULL);
    assert_keys("group", json, group_keys, COUNT(group_keys));
    assert_at(json, "rejections", "2");
    assert_at(json, "list", "\"UCEPROTECT Level 2\"");
    assert_at(json, "receiver", "\"mx.example.org\"");
    assert_at(json, "addresses", "[\"203.0.113.77\",\"203.0.113.80\"]");
    assert_at(json, "first", "\"2026-11-30T08:14:03Z\"");
    assert_at(json, "last", "\"2026-11-30T09:14:03Z\"");
    json_decref(json);
    buf_free(&out);
    bounce_groups_fini(&groups);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(doctor_has_all_keys),
        cmocka_unit_test(json_any_value_is_printed),
        cmocka_unit_test(json_every_result_has_every_key),
        cmocka_unit_test(json_listed_has_figures),
        cmocka_unit_test(json_net_has_zone_file_difference),
        cmocka_unit_test(json_unknown_is_null),
        cmocka_unit_test(json_doubted_denial_is_null),
        cmocka_unit_test(json_without_limit_over_is_null),
        cmocka_unit_test(json_history_comes_from_journal),
        cmocka_unit_test(page_shows_since_when),
        cmocka_unit_test(json_hostile_text_is_escaped),
        cmocka_unit_test(json_database_name_is_cleaned),
        cmocka_unit_test(json_names_ranges_with_sources),
        cmocka_unit_test(json_asn_size_is_from_whole_database),
        cmocka_unit_test(csv_cells_are_quoted),
        cmocka_unit_test(csv_permanent_net_has_no_figures),
        cmocka_unit_test(csv_formula_is_defused),
        cmocka_unit_test(nagios_line_has_status_and_perfdata),
        cmocka_unit_test(nagios_state_by_number_of_listings),
        cmocka_unit_test_setup_teardown(other_lists_are_in_every_format, temp_dir_make, temp_dir_remove),
        cmocka_unit_test_setup_teardown(nagios_number_needs_weighty_lists_alone, temp_dir_make, temp_dir_remove),
        cmocka_unit_test(nagios_has_one_bar_and_one_line),
        cmocka_unit_test(line_format_is_one_line_per_target),
        cmocka_unit_test(page_fits_width),
        cmocka_unit_test(page_has_no_foreign_bytes),
        cmocka_unit_test(fleet_keeps_its_keys),
        cmocka_unit_test(rejection_json_has_every_key),
        cmocka_unit_test(inbound_rejection_has_no_own_address),
        cmocka_unit_test(rejection_csv_has_a_cell_for_each_name),
        cmocka_unit_test(summary_counts_by_list_and_receiver),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
