/* Answers of directories: tests/contacts has them in the shapes of all registries. */
#include "base/mem.h"
#include "base/text.h"
#include "base/textfile.h"
#include "contacts/directory.h"
#include "contacts/mailbox.h"
#include "fetch/url.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct buf
sample(const char *name)
{
    struct buf text = {0}, path = {0};
    struct fault fault;
    buf_format(&path, TEST_SOURCE_ROOT "/tests/contacts/%s", name);
    if (!textfile_read(buf_string(&path), 1 << 20, &text, &fault))
        fail_msg("%s", fault.text);
    buf_free(&path);
    return text;
}

/* "MAILBOX (NAME, HANDLE)", one after the other; or what there is in their place. */
static void
assert_text_says(directory_read *read, const char *text, size_t count, const char *expected)
{
    struct directory_answer answer = {0};
    struct buf said = {0};
    if (!read(text, count, &answer))
        buf_text(&said, "unreadable");
    for (size_t i = 0; i < answer.found.count; i++) {
        const struct contact *c = &answer.found.at[i];
        buf_format(&said, "%s%s (%s, %s)", i > 0 ? " " : "", c->address, c->name ? c->name : "-",
                   c->handle ? c->handle : "-");
    }
    if (answer.found.count == 0 && answer.placeholder.count > 0)
        buf_format(&said, "placeholder %s", answer.placeholder.at);
    if (answer.form.count > 0)
        buf_format(&said, "%spage %s", said.count > 0 ? ", " : "", answer.form.at);
    if (said.count == 0)
        buf_text(&said, "none");
    assert_string_equal(buf_string(&said), expected);
    buf_free(&said);
    directory_answer_fini(&answer);
}

static void
assert_says(directory_read *read, const char *name, const char *expected)
{
    struct buf text = sample(name);
    assert_text_says(read, text.at, text.count, expected);
    buf_free(&text);
}

static void
rdap_of_all_registries_gives_the_abuse_contact(void **state)
{
    (void)state;
    assert_says(directory_read_rdap, "ripe.json", "abuse@harbor.example (Harbor Net Abuse Desk, AH1-EX)");
    assert_says(directory_read_rdap, "arin.json", "Abuse@Nimbus.example (Nimbus Cloud, Inc., ABUSE99-EX)");
    assert_says(directory_read_rdap, "apnic.json",
                "irt@millpond.example (IRT-MILLPOND-EX, IRT-MILLPOND-EX)"
                " second@millpond.example (IRT-MILLPOND-EX, IRT-MILLPOND-EX)");
    assert_says(directory_read_rdap, "lacnic.json", "redes@CANTERA.example (Cantera de Peña S.A., JPE)");
    assert_says(directory_read_rdap, "afrinic.json",
                "abuse@granite.example (Granite Networks, GR-ABUSE-EX), page https://granite.example/abuse");
    assert_says(directory_read_rdap, "deep.json", "deep@pear.example (-, LAST)");
}

static void
rdap_of_several_mailboxes_gives_the_preferred_first(void **state)
{
    (void)state;
    assert_says(directory_read_rdap, "several.json",
                "first@orchard.example (Orchard abuse, ORCHARD-ABUSE)"
                " work@orchard.example (Orchard abuse, ORCHARD-ABUSE)"
                " second@orchard.example (Orchard abuse, ORCHARD-ABUSE)"
                " desk@orchard.example (Orchard NOC, ORCHARD-NOC)");
}

static void
rdap_without_abuse_contact_gives_none(void **state)
{
    (void)state;
    assert_says(directory_read_rdap, "form.json", "page https://www.grove.example/report-abuse");
    assert_says(directory_read_rdap, "none.json", "none");
    assert_says(directory_read_rdap, "hidden.json", "placeholder Removed@registry.example");
    assert_text_says(directory_read_rdap, "{\"objectClassName\": \"autnum\"}", 29, "none");
}

static void
hostile_rdap_never_gives_more_than_one_mailbox_each(void **state)
{
    (void)state;
    assert_says(directory_read_rdap, "hostile.json",
                "abuse@grüße.example (Evil?[31m?Corp, H? Bcc: x) second@bad.example (Evil?[31m?Corp, H? Bcc: x)");
}

static void
other_text_is_unreadable(void **state)
{
    static const char *const texts[] = {
        "",
        "null",
        "[]",
        "{",
        "<html></html>",
        "{}",
        "{\"entities\": []}",
        "{\"a\": \"\\u0000\"}",
        "{\"rdapConformance\": [\"rdap_level_0\"], \"errorCode\": 404, \"title\": \"Not found\"}"};
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        assert_text_says(directory_read_rdap, texts[i], strlen(texts[i]), "unreadable");
        assert_text_says(directory_read_ripestat, texts[i], strlen(texts[i]), "unreadable");
    }
    struct buf deep = {0};
    for (int i = 0; i < 200000; i++)
        buf_text(&deep, "{\"entities\":[");
    assert_text_says(directory_read_rdap, deep.at, deep.count, "unreadable");
    buf_free(&deep);
}

static void
ripestat_gives_its_contacts(void **state)
{
    (void)state;
    assert_says(directory_read_ripestat, "ripestat.json", "abuse@harbor.example (-, -) second@harbor.example (-, -)");
    assert_says(directory_read_ripestat, "ripestat-none.json", "none");
}

/* ---- the registries' files ---- */

static void
assert_server(const char *resource, const char *expected)
{
    struct resource of;
    struct buf url = {0};
    assert_true(resource_parse(resource, &of));
    struct buf text = sample(directory_file(&of));
    assert_true(directory_find_server(text.at, text.count, &of, &url));
    assert_string_equal(buf_string(&url), expected);
    buf_free(&url);
    buf_free(&text);
}

static void
server_is_that_of_the_narrowest_prefix_or_range(void **state)
{
    (void)state;
    assert_server("203.0.113.77", "https://rdap.ripe.example/");
    assert_server("203.0.113.0/24", "https://rdap.ripe.example/");
    assert_server("203.0.112.0/22", "https://rdap.apnic.example/");
    assert_server("202.0.0.0/7", "");
    assert_server("41.1.2.3", "https://rdap.afrinic.example/rdap/");
    assert_server("198.18.0.1", "");
    assert_server("2001:db8:1::25", "https://rdap.apnic.example/");
    assert_server("2001:db9::/32", "");
    assert_server("AS64500", "https://rdap.arin.example/registry/");
    assert_server("AS64511", "https://rdap.ripe.example/");
    assert_server("AS1877", "");
}

static void
server_that_only_speaks_http_is_not_used(void **state)
{
    (void)state;
    assert_server("203.0.113.200", "https://rdap.ripe.example/");
}

static void
file_of_other_text_is_unreadable(void **state)
{
    struct resource of = resource_of_asn(64500);
    struct buf url = {0};
    (void)state;
    assert_false(directory_find_server("{\"services\": 5}", 15, &of, &url));
    assert_false(directory_find_server("<html>", 6, &of, &url));
    assert_int_equal(url.count, 0);
}

/* ---- URLs ---- */

static void
url_is_https_or_on_this_machine(void **state)
{
    static const struct {
        const char *url, *host;
    } cases[] = {
        {"https://rdap.example/ip/2001:db8::/32?x=1&y=2#z", "rdap.example"},
        {"HTTPS://rdap.example", "rdap.example"},
        {"https://[2001:db8::1]:8443/", "2001:db8::1"},
        {"http://127.0.0.1:8080/rdap/", "127.0.0.1"},
        {"http://[::1]/", "::1"},
        {"http://localhost:1?x", "localhost"},
        {"http://rdap.example/", NULL},
        {"http://127.0.0.1.example/", NULL},
        {"http://localhost.example/", NULL},
        {"http://127.0.0.1@rdap.example/", NULL},
        {"https://user:word@rdap.example/", NULL},
        {"https://rdap.example\\@127.0.0.1/", NULL},
        {"https://rdap.example/a b", NULL},
        {"https://rdap.example/\r\nHost: x", NULL},
        {"https://rdap.example:port/", NULL},
        {"https://[::1/", NULL},
        {"https://", NULL},
        {"ftp://127.0.0.1/", NULL},
        {"file:///etc/passwd", NULL},
        {"", NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char host[URL_HOST];
        struct fault fault = {""};
        if (url_check(cases[i].url, host, &fault) != (cases[i].host != NULL))
            fail_msg("%s: %s", cases[i].url, fault.text);
        if (cases[i].host)
            assert_string_equal(host, cases[i].host);
    }
    char host[URL_HOST], *longest = mem_zero(URL_MOST + 2);
    struct fault fault;
    memset(longest, 'a', URL_MOST + 1);
    memcpy(longest, "https://a/", 10);
    assert_false(url_check(longest, host, &fault));
    longest[URL_MOST] = '\0';
    assert_true(url_check(longest, host, &fault));
    free(longest);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rdap_of_all_registries_gives_the_abuse_contact),
        cmocka_unit_test(rdap_of_several_mailboxes_gives_the_preferred_first),
        cmocka_unit_test(rdap_without_abuse_contact_gives_none),
        cmocka_unit_test(hostile_rdap_never_gives_more_than_one_mailbox_each),
        cmocka_unit_test(other_text_is_unreadable),
        cmocka_unit_test(ripestat_gives_its_contacts),
        cmocka_unit_test(server_is_that_of_the_narrowest_prefix_or_range),
        cmocka_unit_test(server_that_only_speaks_http_is_not_used),
        cmocka_unit_test(file_of_other_text_is_unreadable),
        cmocka_unit_test(url_is_https_or_on_this_machine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
