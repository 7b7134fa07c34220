/* The test suite of RFC 7208 (openspf.org), read in place from $WHYLISTED_REAL_DATA/spf: each of its tests is one of
 * cmocka, with a server that answers from the zone data of its document. */
#include "dns_fixture.h"
#include "domain/spf.h"

#include <arpa/nameser.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <yaml.h>

#include "../unit/real_data.h"
#include "spf_sample.h"

enum { TESTS_MOST = 400, RESULTS_MOST = 4, TIMEOUT_MS = 150 };

struct suite_test {
    char *name, *scenario;
    char *helo, *host, *mailfrom, *explanation;
    char *results[RESULTS_MOST];
};

static struct suite_test suite[TESTS_MOST];
static size_t suite_count;

/* ---- the documents ---- */

static const char *
scalar(const yaml_node_t *node)
{
    return node->type == YAML_SCALAR_NODE ? (const char *)node->data.scalar.value : NULL;
}

/* The value of a key in a mapping; NULL when it has none. */
static yaml_node_t *
value_of(yaml_document_t *document, const yaml_node_t *mapping, const char *key)
{
    for (yaml_node_pair_t *pair = mapping->data.mapping.pairs.start; pair < mapping->data.mapping.pairs.top; pair++) {
        const char *name = scalar(yaml_document_get_node(document, pair->key));
        if (name && strcmp(name, key) == 0)
            return yaml_document_get_node(document, pair->value);
    }
    return NULL;
}

static char *
text_of(yaml_document_t *document, const yaml_node_t *mapping, const char *key)
{
    const yaml_node_t *node = value_of(document, mapping, key);
    return node ? mem_copy(scalar(node)) : NULL;
}

/* A raw name in the form in which the server prints one. */
static void
put_name(struct buf *out, const char *name)
{
    uint8_t wire[NS_MAXCDNAME];
    char text[NS_MAXDNAME];
    assert_true(ns_name_pton(*name ? name : ".", wire, sizeof wire) >= 0);
    assert_true(ns_name_ntop(wire, text, sizeof text) >= 0);
    buf_text(out, text);
}

static void
put_string(struct buf *out, const yaml_node_t *node)
{
    buf_byte(out, '"');
    for (size_t i = 0; i < node->data.scalar.length; i++)
        buf_format(out, "\\x%02x", node->data.scalar.value[i]);
    buf_byte(out, '"');
}

/* One record as a value of a rule: TXT as strings, MX as a pair, others as a word. */
static void
put_value(struct buf *out, yaml_document_t *document, const char *type, const yaml_node_t *value)
{
    bool mx = strcmp(type, "MX") == 0;
    buf_byte(out, ' ');
    if (value->type == YAML_SEQUENCE_NODE && value->data.sequence.items.start == value->data.sequence.items.top)
        buf_text(out, "\"\"");
    else if (value->type == YAML_SEQUENCE_NODE)
        for (yaml_node_item_t *item = value->data.sequence.items.start; item < value->data.sequence.items.top; item++) {
            const yaml_node_t *part = yaml_document_get_node(document, *item);
            if (item > value->data.sequence.items.start)
                buf_byte(out, mx ? ',' : '+');
            if (mx && item > value->data.sequence.items.start)
                put_name(out, scalar(part));
            else if (mx)
                buf_text(out, scalar(part));
            else
                put_string(out, part);
        }
    else if (strcmp(type, "TXT") == 0)
        put_string(out, value);
    else if (strcmp(type, "PTR") == 0 || strcmp(type, "CNAME") == 0)
        put_name(out, scalar(value));
    else
        buf_text(out, scalar(value));
}

/* The rule of one type of a name, from its entries that say `entry`. Returns how many there are. */
static size_t
put_rule(struct buf *out, yaml_document_t *document, const char *name, const yaml_node_t *entries, const char *entry,
         const char *type)
{
    size_t count = 0;
    for (yaml_node_item_t *item = entries->data.sequence.items.start; item < entries->data.sequence.items.top; item++) {
        const yaml_node_t *node = yaml_document_get_node(document, *item);
        const yaml_node_t *value = node->type == YAML_MAPPING_NODE ? value_of(document, node, entry) : NULL;
        if (!value)
            continue;
        if (count++ == 0) {
            put_name(out, name);
            buf_format(out, strcmp(type, "CNAME") == 0 ? " * cname" : " %s data", type);
        }
        put_value(out, document, type, value);
    }
    if (count > 0)
        buf_byte(out, '\n');
    return count;
}

/* SPF entries are TXT records of names without TXT entries; "TXT: NONE" says that there are none. */
static void
put_rules(struct buf *out, yaml_document_t *document, const char *name, const yaml_node_t *entries)
{
    static const char *const types[] = {"A", "AAAA", "MX", "PTR", "CNAME"};
    const char *rest = "nodata";
    bool none = false;
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        put_rule(out, document, name, entries, types[i], types[i]);
    for (yaml_node_item_t *item = entries->data.sequence.items.start; item < entries->data.sequence.items.top; item++) {
        const yaml_node_t *node = yaml_document_get_node(document, *item);
        const yaml_node_t *txt = node->type == YAML_MAPPING_NODE ? value_of(document, node, "TXT") : NULL;
        if (node->type == YAML_SCALAR_NODE && strcmp(scalar(node), "TIMEOUT") == 0)
            rest = "silence";
        none |= txt && txt->type == YAML_SCALAR_NODE && strcmp(scalar(txt), "NONE") == 0;
    }
    if (!none && put_rule(out, document, name, entries, "TXT", "TXT") == 0)
        put_rule(out, document, name, entries, "SPF", "TXT");
    put_name(out, name);
    buf_format(out, " * %s\n", rest);
}

static void
read_test(yaml_document_t *document, const char *group, const char *name, const yaml_node_t *node, const char *scenario)
{
    struct buf title = {0};
    struct suite_test *test = &suite[suite_count++];
    const yaml_node_t *result = value_of(document, node, "result");
    assert_true(suite_count < TESTS_MOST);
    buf_format(&title, "%s: %s", group, name);
    *test = (struct suite_test){.name = buf_take(&title), .scenario = mem_copy(scenario)};
    test->helo = text_of(document, node, "helo");
    test->host = text_of(document, node, "host");
    test->mailfrom = text_of(document, node, "mailfrom");
    test->explanation = text_of(document, node, "explanation");
    if (result->type == YAML_SCALAR_NODE)
        test->results[0] = mem_copy(scalar(result));
    else
        for (size_t i = 0; i < (size_t)(result->data.sequence.items.top - result->data.sequence.items.start); i++)
            test->results[i] = mem_copy(scalar(yaml_document_get_node(document, result->data.sequence.items.start[i])));
}

static void
read_document(yaml_document_t *document)
{
    struct buf scenario = {0};
    const yaml_node_t *root = yaml_document_get_root_node(document);
    const yaml_node_t *zones = value_of(document, root, "zonedata"), *tests = value_of(document, root, "tests");
    for (yaml_node_pair_t *pair = zones->data.mapping.pairs.start; pair < zones->data.mapping.pairs.top; pair++)
        put_rules(&scenario, document, scalar(yaml_document_get_node(document, pair->key)),
                  yaml_document_get_node(document, pair->value));
    buf_text(&scenario, "* * nxdomain\n");
    for (yaml_node_pair_t *pair = tests->data.mapping.pairs.start; pair < tests->data.mapping.pairs.top; pair++)
        read_test(document, scalar(value_of(document, root, "description")),
                  scalar(yaml_document_get_node(document, pair->key)), yaml_document_get_node(document, pair->value),
                  buf_string(&scenario));
    buf_free(&scenario);
}

static void
read_suite(const char *path)
{
    yaml_parser_t parser;
    yaml_document_t document;
    FILE *in = fopen(path, "r");
    yaml_parser_initialize(&parser);
    yaml_parser_set_input_file(&parser, in);
    while (yaml_parser_load(&parser, &document) && yaml_document_get_root_node(&document)) {
        read_document(&document);
        yaml_document_delete(&document);
    }
    yaml_document_delete(&document);
    yaml_parser_delete(&parser);
    fclose(in);
}

/* ---- the tests ---- */

static void
on_done(void *arg)
{
    *(bool *)arg = true;
}

/* Evaluates to the end; the caller frees. */
static struct spf *
evaluate(const struct spf_question *question)
{
    bool done = false;
    struct spf *spf = spf_new(dns_fixture.loop, dns_fixture.resolver, question, on_done, &done);
    while (!done && loop_turn(dns_fixture.loop, INT64_MAX))
        continue;
    return spf;
}

static struct spf_sample sample;

/* Compares the enumeration of the same record with checks of addresses inside and outside. Records with terms that
 * depend on the client, or with questions that nobody answers, are left out. */
static void
assert_enumeration(const struct suite_test *test)
{
    const char *at = test->mailfrom ? strrchr(test->mailfrom, '@') : NULL;
    struct spf_question question = {.domain = at && at[1] ? at + 1 : test->helo};
    struct spf *whole = evaluate(&question);
    const struct spf_report *report = spf_report(whole);
    bool known = report->result != SPF_TEMPERROR;
    for (size_t i = 0; i < report->groups.count; i++)
        known &= report->groups.at[i].unknowable.count == 0;
    spf_sample_take(&sample, report);
    question = (struct spf_question){.sender = test->mailfrom, .helo = test->helo};
    for (size_t i = 0; known && i < sample.addresses.count; i++) {
        question.ip = sample.addresses.at[i];
        struct spf *one = evaluate(&question);
        spf_sample_compare(&sample, report, &question.ip, spf_report(one), test->name);
        spf_free(one);
    }
    spf_free(whole);
}

static void
passes(void **state)
{
    const struct suite_test *test = *state;
    struct spf_question question = {.sender = test->mailfrom, .helo = test->helo};
    bool fits = false;
    dns_fixture.options.timeout_ms = TIMEOUT_MS;
    dns_fixture.options.tries = 1;
    dns_fixture_serve(0, test->scenario, NULL, NULL);
    dns_fixture_start(1);
    assert_true(addr_parse(test->host, &question.ip));
    struct spf *spf = evaluate(&question);
    const struct spf_report *report = spf_report(spf);
    for (size_t i = 0; i < RESULTS_MOST && test->results[i]; i++)
        fits |= strcmp(test->results[i], spf_report_name(report->result)) == 0;
    if (!fits && strpbrk(test->scenario, ":!") && dns_fixture_answer("a:b.test", RECORD_A, 0).tries == 0)
        skip(); /* newer versions of c-ares ask only about names that a host can have */
    if (!fits)
        fail_msg("%s instead of %s", spf_report_name(report->result), test->results[0]);
    if (test->explanation && strcmp(test->explanation, "DEFAULT") == 0)
        assert_null(report->explanation);
    else if (test->explanation)
        assert_string_equal(report->explanation, test->explanation);
    spf_free(spf);
    assert_enumeration(test);
}

static void
suite_is_there(void **state)
{
    (void)state;
    REAL_DATA("spf/rfc7208-tests.yml");
    assert_int_equal(suite_count, 203);
}

static void
enumeration_was_compared(void **state)
{
    (void)state;
    REAL_DATA("spf/rfc7208-tests.yml");
    print_message("%zu addresses inside, %zu outside\n", sample.inside, sample.outside);
    assert_true(sample.inside > 100 && sample.outside > 500);
}

int
main(void)
{
    static struct CMUnitTest tests[TESTS_MOST + 2] = {cmocka_unit_test(suite_is_there)};
    const char *path = real_data_find("spf/rfc7208-tests.yml");
    if (path)
        read_suite(path);
    for (size_t i = 0; i < suite_count; i++)
        tests[i + 1] = (struct CMUnitTest){suite[i].name, passes, dns_fixture_open, dns_fixture_close, &suite[i]};
    tests[suite_count + 1] = (struct CMUnitTest)cmocka_unit_test(enumeration_was_compared);
    int failed = _cmocka_run_group_tests("rfc7208", tests, suite_count + 2, NULL, NULL);
    vec_free(&sample.addresses);
    for (size_t i = 0; i < suite_count; i++) {
        struct suite_test *test = &suite[i];
        char *texts[] = {test->name, test->scenario, test->helo, test->host, test->mailfrom, test->explanation};
        for (size_t k = 0; k < sizeof texts / sizeof *texts; k++)
            free(texts[k]);
        for (size_t k = 0; k < RESULTS_MOST; k++)
            free(test->results[k]);
    }
    return failed;
}
