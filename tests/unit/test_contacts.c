/* Lookups of contacts, and the program that fetches, at a web server on loopback. */
#include "../screen/fake_resolver.h"
#include "journal_fixture.h"
#include "web_fixture.h"

#include "base/clock.h"
#include "contacts/contacts.h"
#include "fetch/fetch.h"
#include "pages/contact_words.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static const int64_t DAY_MS = 86400000;

static struct loop *loop;
static struct resolver *resolver;
static struct recorder *recorder;
static struct contacts_lookup *lookup;
static struct contacts_setup setup;
static char program[512];

static void
ignore_report(void *arg, const char *sentence)
{
    (void)arg, (void)sentence;
}

static int
begin(void **state)
{
    const char *build = getenv("top_builddir");
    int status = temp_dir_make(state);
    snprintf(program, sizeof program, "%s/whylisted-fetch", build ? build : ".");
    loop = loop_new();
    resolver = fake_resolver_new(loop);
    recorder = recorder_new(loop, journal_fixture_new("c.db"), false, ignore_report, NULL);
    return status;
}

static int
end(void **state)
{
    contacts_end(lookup);
    lookup = NULL;
    recorder_free(recorder);
    resolver_free(resolver);
    loop_free(loop);
    web_fixture_stop();
    clock_real();
    return temp_dir_remove(state);
}

static void
on_change(void *arg)
{
    (void)arg;
}

/* Begins a lookup with the registries' files at /registries/ of the web server, and RIPEstat at /stat. */
static void
start(const struct web_page *pages, const char *resource)
{
    static char registries[64], stat[64];
    struct resource of = journal_fixture_resource(resource);
    if (pages)
        web_fixture_start(pages);
    strcpy(registries, web_fixture_url("registries/"));
    strcpy(stat, web_fixture_url("stat"));
    setup = (struct contacts_setup){.loop = loop,
                                    .resolver = resolver,
                                    .recorder = recorder,
                                    .fetch = program,
                                    .rdap = registries,
                                    .ripestat = stat,
                                    .ask_examples = true};
    contacts_end(lookup);
    lookup = contacts_find(&setup, &of, on_change, NULL);
}

static void
finish(void)
{
    while (contacts_of(lookup)->waits != 0)
        assert_true(loop_turn(loop, INT64_MAX));
}

static void
look_up(const struct web_page *pages, const char *resource)
{
    start(pages, resource);
    finish();
}

/* "MAILBOX: NAME, by SOURCES from HOST", a line each. */
static void
assert_found(const char *expected)
{
    struct buf text = {0};
    const struct contacts *c = contacts_of(lookup);
    for (size_t i = 0; i < c->found.count; i++) {
        const struct contact *found = &c->found.at[i];
        buf_format(&text, "%s: %s, by", found->address, found->name ? found->name : "-");
        for (enum contact_source source = 0; source < CONTACT_SOURCES; source++)
            if (found->sources & 1u << source)
                buf_format(&text, " %s", contact_source_word(source));
        buf_format(&text, " from %s\n", found->from);
        assert_true(found->sources & 1u << found->source);
    }
    assert_string_equal(buf_string(&text), expected);
    buf_free(&text);
}

/* "SOURCE: SENTENCE", a line each; "!" before those that failed. */
static void
assert_gaps(const char *expected)
{
    struct buf text = {0};
    for (enum contact_source source = 0; source < CONTACT_SOURCES; source++) {
        const struct contact_answer *answer = &contacts_of(lookup)->answers[source];
        if (*answer->none.text)
            buf_format(&text, "%s%s: %s\n", answer->failed ? "!" : "", contact_source_word(source), answer->none.text);
    }
    assert_string_equal(buf_string(&text), expected);
    buf_free(&text);
}

#define FILES                                                                                                          \
    "{\"services\": [[[\"203.0.113.0/24\", \"8.0.0.0/8\", \"2001:db8::/32\", \"64500-64511\"], [\"BASErdap/\"]]]}"
#define REGISTRIES                                                                                                     \
    {                                                                                                                  \
        "/registries/", "200\r\nETag: \"1\"", FILES, 0                                                                 \
    }
#define HARBOR                                                                                                         \
    "{\"objectClassName\": \"ip network\", \"entities\": [{\"roles\": [\"abuse\"], \"handle\": \"H1\", "               \
    "\"vcardArray\":"                                                                                                  \
    " [\"vcard\", [[\"fn\", {}, \"text\", \"Harbor Net\"], [\"email\", {}, \"text\", \"abuse@harbor.example\"]]]}]}"
#define STAT(mailboxes) "{\"data\": {\"abuse_contacts\": [" mailboxes "]}}"

static const struct web_page harbor[] = {
    REGISTRIES,
    {"/rdap/", "200", HARBOR, 0},
    {"/stat/", "200", STAT("\"ABUSE@harbor.example\", \"noc@harbor.example\""), 0},
    {0},
};

/* ---- what is found ---- */

static void
contacts_of_all_sources_are_merged_by_rank(void **state)
{
    (void)state;
    fake_resolver_say(resolver,
                      "77.113.0.203.abuse-contacts.abusix.zone TXT data noc@harbor.example other@harbor.example");
    look_up(harbor, "203.0.113.77");
    assert_found("abuse@harbor.example: Harbor Net, by RDAP RIPEstat from 127.0.0.1\n"
                 "noc@harbor.example: -, by RIPEstat Abusix from 127.0.0.1\n"
                 "other@harbor.example: -, by Abusix from abuse-contacts.abusix.zone\n");
    assert_gaps("");
    assert_string_equal(contacts_of(lookup)->refused.text, "");
    assert_string_equal(fake_resolver_asked(resolver), "77.113.0.203.abuse-contacts.abusix.zone TXT\n");
    assert_non_null(strstr(web_fixture_asked(), "/rdap/ip/203.0.113.77\n"));
}

static void
nets_and_ases_are_asked_as_such(void **state)
{
    (void)state;
    look_up(harbor, "203.0.113.0/24");
    assert_found("abuse@harbor.example: Harbor Net, by RDAP RIPEstat from 127.0.0.1\n"
                 "noc@harbor.example: -, by RIPEstat from 127.0.0.1\n");
    const char *asked = web_fixture_asked();
    assert_non_null(strstr(asked, "/registries/ipv4.json\n"));
    assert_non_null(strstr(asked, "/rdap/ip/203.0.113.0/24\n"));
    assert_non_null(
        strstr(asked, "/stat/abuse-contact-finder/data.json?resource=203.0.113.0/24&sourceapp=whylisted\n"));
    look_up(NULL, "2001:db8::/48");
    asked = web_fixture_asked();
    assert_non_null(strstr(asked, "/registries/ipv6.json\n"));
    assert_non_null(strstr(asked, "/rdap/ip/2001:db8::/48\n"));
    look_up(NULL, "AS64500");
    asked = web_fixture_asked();
    assert_non_null(strstr(asked, "/registries/asn.json\n"));
    assert_non_null(strstr(asked, "/rdap/autnum/64500\n"));
    assert_non_null(strstr(asked, "resource=AS64500&"));
    assert_string_equal(
        fake_resolver_asked(resolver), /* of the first address of each net */
        "0.113.0.203.abuse-contacts.abusix.zone TXT\n"
        "0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.abuse-contacts.abusix.zone TXT\n");
}

static void
ipv6_addresses_are_asked_by_nibbles(void **state)
{
    (void)state;
    look_up(harbor, "2001:db8::1");
    assert_string_equal(
        fake_resolver_asked(resolver),
        "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.abuse-contacts.abusix.zone TXT\n");
    assert_gaps("Abusix: abuse-contacts.abusix.zone has no abuse contact\n");
}

/* ---- what is remembered ---- */

static void
second_lookup_asks_nothing_for_thirty_days(void **state)
{
    (void)state;
    const char *found = "abuse@harbor.example: Harbor Net, by RDAP RIPEstat from 127.0.0.1\n"
                        "noc@harbor.example: -, by RIPEstat from 127.0.0.1\n";
    look_up(harbor, "AS64500");
    int64_t asked_ms = contacts_of(lookup)->found.at[0].asked_ms, now_ms = clock_now_ms();
    assert_true(llabs(asked_ms - clock_wall_ms()) < 60000);
    web_fixture_asked();
    clock_fake(now_ms, asked_ms + 29 * DAY_MS);
    start(NULL, "AS64500");
    assert_int_equal(contacts_of(lookup)->waits, 0);
    assert_found(found);
    assert_int_equal(contacts_of(lookup)->found.at[0].asked_ms, asked_ms);
    assert_string_equal(web_fixture_asked(), "");
    clock_fake(now_ms, asked_ms + 31 * DAY_MS);
    look_up(NULL, "AS64500");
    assert_found(found);
    assert_non_null(strstr(web_fixture_asked(), "/rdap/autnum/"));
}

/* Begins a lookup of an AS of which no source has a contact, or fails, and says how many are asked. */
static int
asked_now(int64_t wall_ms)
{
    clock_fake(clock_now_ms(), wall_ms);
    start(NULL, "AS64500");
    int asked = __builtin_popcount(contacts_of(lookup)->waits);
    finish();
    return asked;
}

static void
none_is_asked_again_after_a_day_and_a_failure_after_ten_minutes(void **state)
{
    static const struct web_page pages[] = {
        REGISTRIES, {"/rdap/", "404", NULL, 0}, {"/stat/", "429\r\nRetry-After: 60", NULL, 0}, {0}};
    struct buf words = {0};
    (void)state;
    clock_fake(clock_now_ms(), INT64_C(1796029200000)); /* 2026-11-30 09:00 UTC */
    look_up(pages, "AS64500");
    assert_gaps("RDAP: 127.0.0.1 has no record of AS64500\n"
                "!RIPEstat: 127.0.0.1 answers no more questions for now\n");
    int64_t wall_ms = clock_wall_ms();
    assert_int_equal(asked_now(wall_ms + 600000), 0);
    contact_words(&words, contacts_of(lookup));
    assert_string_equal(
        buf_string(&words),
        "no contact is known: RDAP: 127.0.0.1 has no record of AS64500 (asked on 2026-11-30 09:00 UTC, again "
        "after 2026-12-01 09:00); RIPEstat: 127.0.0.1 answers no more questions for now (asked on "
        "2026-11-30 09:00 UTC, again after 2026-11-30 09:10)");
    buf_free(&words);
    assert_int_equal(asked_now(wall_ms + 600001), 1);
    assert_int_equal(asked_now(wall_ms + DAY_MS + 1), 2);
}

static void
answer_of_another_registry_is_followed(void **state)
{
    static const struct web_page pages[] = {REGISTRIES,
                                            {"/rdap/", "303\r\nLocation: BASEother/ip/203.0.113.0/24", NULL, 0},
                                            {"/other/", "200", HARBOR, 0},
                                            {0}};
    (void)state;
    look_up(pages, "203.0.113.0/24");
    assert_found("abuse@harbor.example: Harbor Net, by RDAP from 127.0.0.1\n");
    assert_gaps("RIPEstat: 127.0.0.1 has no record of 203.0.113.0/24\n"
                "Abusix: abuse-contacts.abusix.zone has no abuse contact\n");
}

static void
registries_file_is_kept_for_a_week_and_then_compared(void **state)
{
    (void)state;
    look_up(harbor, "AS64500");
    assert_non_null(strstr(web_fixture_asked(), "/registries/asn.json\n"));
    int64_t wall_ms = clock_wall_ms();
    clock_fake(clock_now_ms(), wall_ms + 6 * DAY_MS);
    look_up(NULL, "AS64501");
    assert_null(strstr(web_fixture_asked(), "/registries/"));
    clock_fake(clock_now_ms(), wall_ms + 8 * DAY_MS);
    look_up(NULL, "AS64502");
    assert_non_null(strstr(web_fixture_asked(), "/registries/asn.json etag\n"));
    assert_found("abuse@harbor.example: Harbor Net, by RDAP RIPEstat from 127.0.0.1\n"
                 "noc@harbor.example: -, by RIPEstat from 127.0.0.1\n");
}

/* ---- what is not found ---- */

static void
nothing_is_asked_when_lookups_are_refused(void **state)
{
    (void)state;
    struct resource of = journal_fixture_resource("203.0.113.77");
    look_up(harbor, "203.0.113.77");
    web_fixture_asked();
    fake_resolver_asked(resolver);
    fault_set(&setup.refused, "contacts are not looked up with --offline");
    contacts_end(lookup);
    lookup = contacts_find(&setup, &of, on_change, NULL);
    assert_int_equal(contacts_of(lookup)->waits, 0);
    assert_int_equal(contacts_of(lookup)->found.count, 2); /* remembered */
    of = journal_fixture_resource("203.0.113.78");
    contacts_end(lookup);
    lookup = contacts_find(&setup, &of, on_change, NULL);
    assert_int_equal(contacts_of(lookup)->waits, 0);
    assert_found("");
    assert_string_equal(contacts_of(lookup)->refused.text, "contacts are not looked up with --offline");
    assert_string_equal(web_fixture_asked(), "");
    assert_string_equal(fake_resolver_asked(resolver), "");
}

static void
nothing_is_asked_about_what_no_registry_has(void **state)
{
    static const char *const resources[] = {"10.1.2.3", "203.0.113.77", "192.168.0.0/16", "2001:db8::1",
                                            "AS64500",  "AS65535",      "AS4200000001"};
    (void)state;
    for (size_t i = 0; i < sizeof resources / sizeof *resources; i++) {
        struct resource of = journal_fixture_resource(resources[i]);
        struct contacts_setup public = {.loop = loop, .resolver = resolver, .fetch = program};
        contacts_end(lookup);
        lookup = contacts_find(&public, &of, on_change, NULL);
        assert_int_equal(contacts_of(lookup)->waits, 0);
        assert_non_null(strstr(contacts_of(lookup)->refused.text, resources[i]));
    }
    assert_string_equal(fake_resolver_asked(resolver), "");
}

static void
placeholders_are_told_as_none(void **state)
{
    static const struct web_page pages[] = {REGISTRIES,
                                            {"/rdap/", "200",
                                             "{\"objectClassName\": \"x\", \"entities\": [{\"roles\": [\"abuse\"], "
                                             "\"vcardArray\": [\"vcard\", [[\"email\", {},"
                                             " \"text\", \"unread@ripe.net\"]]]}]}",
                                             0},
                                            {"/stat/", "200", STAT(""), 0},
                                            {0}};
    (void)state;
    fake_resolver_say(resolver, "*.abusix.zone TXT data removed@abusix.example \"no mailbox\"");
    look_up(pages, "203.0.113.77");
    assert_found("");
    assert_gaps("RDAP: 127.0.0.1 has only the placeholder unread@ripe.net\n"
                "RIPEstat: 127.0.0.1 has no abuse contact\n"
                "Abusix: abuse-contacts.abusix.zone has only the placeholder removed@abusix.example\n");
}

/* Looks up AS64500 when nothing is remembered any more, with these pages for RDAP and RIPEstat. */
static void
look_up_pages(const struct web_page *rdap, const struct web_page *stat, const char *gaps)
{
    struct web_page pages[] = {REGISTRIES, *rdap, *stat, {0}};
    pages[1].path = "/rdap/";
    pages[2].path = "/stat/";
    clock_fake(clock_now_ms(), clock_wall_ms() + 2 * DAY_MS);
    look_up(pages, "AS64500");
    assert_gaps(gaps);
    assert_found("");
}

static void
bad_answers_are_told_in_a_sentence(void **state)
{
    static const struct web_page huge = {NULL, "200", "0123456789abcdef", 1 << 16}, none = {NULL, "404", NULL, 0},
                                 busy = {NULL, "429", NULL, 0}, broken = {NULL, "500", "{}", 0},
                                 html = {NULL, "200", "<html>", 0}, cut = {NULL, "200\r\nContent-Length: 100", "{", 0},
                                 loops = {NULL, "302\r\nLocation: BASEstat/", NULL, 0},
                                 leaves = {NULL, "302\r\nLocation: http://rdap.example/", NULL, 0},
                                 file = {NULL, "302\r\nLocation: file:///etc/passwd", NULL, 0};
    static char headers[100000] = "200\r\nX: ";
    const struct web_page long_headers = {NULL, headers, "{}", 0};
    (void)state;
    memset(headers + 8, 'x', sizeof headers - 9);
    for (size_t i = 1000; i < sizeof headers - 8; i += 1000)
        memcpy(headers + i, "\r\nX: ", 5);
    look_up_pages(&none, &busy,
                  "RDAP: 127.0.0.1 has no record of AS64500\n"
                  "!RIPEstat: 127.0.0.1 answers no more questions for now\n");
    look_up_pages(&broken, &html,
                  "!RDAP: 127.0.0.1 answered with HTTP status 500\n"
                  "!RIPEstat: the answer of 127.0.0.1 cannot be read\n");
    look_up_pages(&huge, &loops,
                  "!RDAP: 127.0.0.1: the answer has more than 1048576 bytes\n"
                  "!RIPEstat: 127.0.0.1: more than 5 redirects\n");
    look_up_pages(&leaves, &file,
                  "!RDAP: http://rdap.example/ is not fetched: http is for this machine alone; use https\n"
                  "!RIPEstat: 'file:///etc/passwd' is not a URL that can be fetched; write https://HOST/PATH\n");
    look_up_pages(&long_headers, &none,
                  "!RDAP: 127.0.0.1: the headers of the answer have more than 65536 bytes\n"
                  "RIPEstat: 127.0.0.1 has no record of AS64500\n");
    look_up_pages(&cut, &none,
                  "!RDAP: 127.0.0.1: transfer closed with 99 bytes remaining to read\n"
                  "RIPEstat: 127.0.0.1 has no record of AS64500\n");
}

/* Looks up AS64500 where the registries' file is this. */
static void
look_up_registries(const char *headers, const char *body, const char *before, const char *behind)
{
    const struct web_page pages[] = {{"/registries/", headers, body, 0}, {"/rdap/", "200", HARBOR, 0}, {0}};
    char expected[512];
    clock_fake(clock_now_ms(), clock_wall_ms() + 2 * DAY_MS);
    look_up(pages, "AS64500");
    snprintf(expected, sizeof expected, "%s%s%sRIPEstat: 127.0.0.1 has no record of AS64500\n", before,
             *before ? web_fixture_url("registries/asn.json") : "", behind);
    assert_gaps(expected);
}

static void
registries_file_that_is_no_use_is_told_and_not_kept(void **state)
{
    (void)state;
    look_up_registries("404", NULL, "!RDAP: cannot get ", ": HTTP status 404\n");
    look_up_registries("302\r\nLocation: BASEregistries/", NULL, "!RDAP: cannot get ",
                       ": 127.0.0.1: more than 5 redirects\n");
    look_up_registries("200", "<html>", "!RDAP: ", " cannot be read\n");
    look_up_registries("200", "{\"services\": []}", "RDAP: no registry answers for AS64500 (", ")\n");
}

/* The journal has a file that is too old, and the server has nothing better. */
static void
old_registries_file_serves_where_there_is_no_better_one(void **state)
{
    static const struct web_page away[] = {{"/rdap/", "200", HARBOR, 0}, {0}},
                                 login[] = {{"/asn.json", "200", "<html>", 0}, {"/rdap/", "200", HARBOR, 0}, {0}},
                                 *const tables[] = {away, login};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct journal *j = recorder_journal(recorder);
        struct resource of = resource_of_asn(64500 + (uint32_t)i);
        web_fixture_start(tables[i]);
        struct download old = {.at_ms = clock_wall_ms() - 400 * DAY_MS};
        buf_format(&old.body, "{\"services\": [[[\"64500-64511\"], [\"%s\"]]]}", web_fixture_url("rdap"));
        DONE(journal_download_store(j, web_fixture_url("asn.json"), &old, &journal_fixture_fault));
        setup = (struct contacts_setup){.loop = loop, .recorder = recorder, .fetch = program};
        char *folder = mem_copy(web_fixture_url(""));
        setup.rdap = folder;
        contacts_end(lookup);
        lookup = contacts_find(&setup, &of, on_change, NULL);
        finish();
        assert_found("abuse@harbor.example: Harbor Net, by RDAP from 127.0.0.1\n");
        download_fini(&old);
        free(folder);
    }
}

static void
silent_server_is_given_up_after_fifteen_seconds(void **state)
{
    static const struct web_page silent[] = {{"/", NULL, NULL, 0}, {0}};
    (void)state;
    clock_fake(1000, clock_wall_ms());
    start(silent, "AS64500");
    assert_int_equal(contacts_of(lookup)->waits, 1u << CONTACT_RDAP | 1u << CONTACT_RIPESTAT);
    clock_fake(1000 + 15000, clock_wall_ms());
    finish();
    const struct contact_answer *answers = contacts_of(lookup)->answers;
    assert_non_null(strstr(answers[CONTACT_RDAP].none.text, "127.0.0.1: no complete answer within 15 s"));
    assert_non_null(strstr(answers[CONTACT_RIPESTAT].none.text, "127.0.0.1: no complete answer within 15 s"));
}

static void
ended_lookup_leaves_no_process(void **state)
{
    static const struct web_page silent[] = {{"/", NULL, NULL, 0}, {0}};
    (void)state;
    fake_resolver_hold(resolver);
    start(silent, "203.0.113.77");
    assert_int_equal(fake_resolver_waiting(resolver), 1);
    contacts_end(lookup);
    lookup = NULL;
    assert_int_equal(fake_resolver_waiting(resolver), 0);
    web_fixture_stop();
    assert_int_equal(waitpid(-1, NULL, 0), -1);
    assert_int_equal(errno, ECHILD);
}

static void
missing_program_is_told(void **state)
{
    (void)state;
    strcpy(program, "/nowhere/whylisted-fetch");
    look_up(harbor, "AS64500");
    assert_gaps("!RDAP: cannot run /nowhere/whylisted-fetch: No such file or directory\n"
                "!RIPEstat: cannot run /nowhere/whylisted-fetch: No such file or directory\n");
}

/* ---- fetching ---- */

struct result {
    bool done;
    int status;
    char etag[64], modified[64], fault[FAULT_ROOM];
    size_t bytes;
};

static void
on_answer(void *arg, const struct fetch_answer *answer)
{
    struct result *r = arg;
    *r = (struct result){.done = true, .status = answer->status, .bytes = answer->body.count};
    snprintf(r->etag, sizeof r->etag, "%s", answer->etag ? answer->etag : "-");
    snprintf(r->modified, sizeof r->modified, "%s", answer->modified ? answer->modified : "-");
    snprintf(r->fault, sizeof r->fault, "%s", answer->status ? "" : answer->fault.text);
}

static struct result
fetch(const char *path, int64_t most, int file)
{
    struct result result = {0};
    struct fault fault;
    struct fetch_request request = {
        .program = program, .url = web_fixture_url(path), .bytes_most = most, .timeout_ms = 60000, .file = file};
    if (!fetch_start(loop, &request, on_answer, &result, &fault))
        fail_msg("%s", fault.text);
    while (!result.done)
        assert_true(loop_turn(loop, INT64_MAX));
    return result;
}

static const struct web_page files[] = {
    {"/large", "200\r\nETag: W/\"x y\"\r\nLast-Modified: Mon, 30 Nov 2026 09:00:00 GMT", "0123456789abcdef",
     250000 - 1},
    {"/moved", "301\r\nETag: \"old\"\r\nLocation: /small", "gone", 0},
    {"/small", "200", "small", 0},
    {"/empty", "200\r\nETag: \x01", "", 0},
    {0},
};

static void
large_file_goes_to_a_descriptor(void **state)
{
    (void)state;
    web_fixture_start(files);
    int file = open(temp_dir_path("large"), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    struct result r = fetch("large", 4000000, file);
    assert_string_equal(r.fault, "");
    assert_int_equal(r.status, FETCH_OK);
    assert_int_equal(r.bytes, 0);
    assert_int_equal(lseek(file, 0, SEEK_END), 4000000);
    assert_string_equal(r.etag, "W/\"x y\"");
    assert_string_equal(r.modified, "Mon, 30 Nov 2026 09:00:00 GMT");
    close(file);
    assert_string_equal(fetch("large", 3999999, 0).fault, "127.0.0.1: the answer has more than 3999999 bytes");
    assert_int_equal(fetch("large", 4000000, 0).bytes, 4000000);
}

static void
redirect_is_followed_and_its_headers_do_not_count(void **state)
{
    (void)state;
    web_fixture_start(files);
    struct result r = fetch("moved", 100, 0);
    assert_int_equal(r.status, FETCH_OK);
    assert_int_equal(r.bytes, 5);
    assert_string_equal(r.etag, "-");
    assert_string_equal(web_fixture_asked(), "/moved\n/small\n");
    r = fetch("empty", 100, 0);
    assert_int_equal(r.status, FETCH_OK);
    assert_int_equal(r.bytes, 0);
    assert_string_equal(r.etag, "-");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(contacts_of_all_sources_are_merged_by_rank, begin, end),
        cmocka_unit_test_setup_teardown(nets_and_ases_are_asked_as_such, begin, end),
        cmocka_unit_test_setup_teardown(ipv6_addresses_are_asked_by_nibbles, begin, end),
        cmocka_unit_test_setup_teardown(second_lookup_asks_nothing_for_thirty_days, begin, end),
        cmocka_unit_test_setup_teardown(none_is_asked_again_after_a_day_and_a_failure_after_ten_minutes, begin, end),
        cmocka_unit_test_setup_teardown(answer_of_another_registry_is_followed, begin, end),
        cmocka_unit_test_setup_teardown(registries_file_is_kept_for_a_week_and_then_compared, begin, end),
        cmocka_unit_test_setup_teardown(nothing_is_asked_when_lookups_are_refused, begin, end),
        cmocka_unit_test_setup_teardown(nothing_is_asked_about_what_no_registry_has, begin, end),
        cmocka_unit_test_setup_teardown(placeholders_are_told_as_none, begin, end),
        cmocka_unit_test_setup_teardown(bad_answers_are_told_in_a_sentence, begin, end),
        cmocka_unit_test_setup_teardown(registries_file_that_is_no_use_is_told_and_not_kept, begin, end),
        cmocka_unit_test_setup_teardown(old_registries_file_serves_where_there_is_no_better_one, begin, end),
        cmocka_unit_test_setup_teardown(silent_server_is_given_up_after_fifteen_seconds, begin, end),
        cmocka_unit_test_setup_teardown(ended_lookup_leaves_no_process, begin, end),
        cmocka_unit_test_setup_teardown(missing_program_is_told, begin, end),
        cmocka_unit_test_setup_teardown(large_file_goes_to_a_descriptor, begin, end),
        cmocka_unit_test_setup_teardown(redirect_is_followed_and_its_headers_do_not_count, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
