/* The journal's cache of contacts, and of files of other servers. */
#include "journal_fixture.h"

#include "base/clock.h"
#include "journal/contact.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const int64_t NOW_MS = INT64_C(1796029200000), DAY_MS = 86400000; /* 2026-11-30 09:00 UTC */

static int
set_clock(void **state)
{
    int status = temp_dir_make(state);
    clock_fake(0, NOW_MS);
    return status;
}

static int
reset_clock(void **state)
{
    clock_real();
    return temp_dir_remove(state);
}

static void
store(struct journal *j, const char *resource, enum contact_source source, const char *mailbox)
{
    struct resource of = journal_fixture_resource(resource);
    struct contact_answer answer = {.asked_ms = clock_wall_ms()};
    if (strchr(mailbox, '@'))
        vec_push(&answer.found, ((struct contact){.address = mem_copy(mailbox),
                                                  .name = mem_copy("Example Hosting"),
                                                  .from = mem_copy("rdap.example")}));
    else
        fault_set(&answer.none, "%s", mailbox);
    answer.failed = strstr(mailbox, "failed");
    DONE(journal_contacts_store(j, &of, source, &answer, &journal_fixture_fault));
    contact_list_fini(&answer.found);
}

/* The mailboxes of a resource by RDAP, each with a blank behind it, or why there are none. */
static void
assert_stored(struct journal *j, const char *resource, const char *expected)
{
    struct resource of = journal_fixture_resource(resource);
    struct contact_answer answer;
    struct buf text = {0};
    journal_contacts_read(j, &of, CONTACT_RDAP, &answer, &journal_fixture_fault);
    assert_string_equal(journal_fixture_fault.text, "");
    for (size_t i = 0; i < answer.found.count; i++) {
        assert_string_equal(answer.found.at[i].name, "Example Hosting");
        assert_string_equal(answer.found.at[i].from, "rdap.example");
        assert_null(answer.found.at[i].handle);
        buf_format(&text, "%s ", answer.found.at[i].address);
    }
    buf_format(&text, "%s%s", answer.failed ? "!" : "", answer.none.text);
    assert_string_equal(buf_string(&text), expected);
    buf_free(&text);
    contact_list_fini(&answer.found);
}

static void
contacts_are_remembered_for_each_resource_and_source(void **state)
{
    (void)state;
    struct journal *j = journal_fixture_new("c.db");
    store(j, "203.0.113.77", CONTACT_RDAP, "abuse@example.com");
    store(j, "203.0.113.77", CONTACT_ABUSIX, "other@example.com");
    store(j, "203.0.113.77/32", CONTACT_RDAP, "net@example.com");
    store(j, "AS64500", CONTACT_RDAP, "as@example.com");
    journal_close(j);
    j = journal_fixture_open("c.db");
    assert_stored(j, "203.0.113.77", "abuse@example.com ");
    assert_stored(j, "203.0.113.77/32", "net@example.com ");
    assert_stored(j, "AS64500", "as@example.com ");
    assert_stored(j, "AS64501", "");
    store(j, "203.0.113.77", CONTACT_RDAP, "nothing there");
    assert_stored(j, "203.0.113.77", "nothing there");
    journal_close(j);
}

static void
none_is_remembered_for_a_day_and_a_failure_for_ten_minutes(void **state)
{
    (void)state;
    struct journal *j = journal_fixture_new("c.db");
    store(j, "203.0.113.77", CONTACT_RDAP, "rdap.example has no abuse contact");
    store(j, "AS64500", CONTACT_RDAP, "it failed");
    clock_fake(0, NOW_MS + 10 * 60000);
    assert_stored(j, "203.0.113.77", "rdap.example has no abuse contact");
    assert_stored(j, "AS64500", "!it failed");
    clock_fake(0, NOW_MS + 10 * 60000 + 1);
    assert_stored(j, "AS64500", "");
    clock_fake(0, NOW_MS + DAY_MS);
    assert_stored(j, "203.0.113.77", "rdap.example has no abuse contact");
    clock_fake(0, NOW_MS + DAY_MS + 1);
    assert_stored(j, "203.0.113.77", "");
    clock_fake(0, NOW_MS - 1);
    assert_stored(j, "203.0.113.77", "");
    store(j, "203.0.113.77", CONTACT_RDAP, "abuse@example.com");
    assert_stored(j, "203.0.113.77", "abuse@example.com ");
    journal_close(j);
}

static void
contacts_older_than_thirty_days_are_not_used_and_go(void **state)
{
    (void)state;
    struct journal *j = journal_fixture_new("c.db");
    struct fault fault;
    enum journal_result result;
    store(j, "203.0.113.77", CONTACT_RDAP, "abuse@example.com");
    clock_fake(0, NOW_MS + 30 * DAY_MS);
    assert_stored(j, "203.0.113.77", "abuse@example.com ");
    clock_fake(0, NOW_MS + 30 * DAY_MS + 1);
    assert_stored(j, "203.0.113.77", "");
    clock_fake(0, NOW_MS - DAY_MS); /* a clock that was wrong */
    assert_stored(j, "203.0.113.77", "");
    clock_fake(0, NOW_MS + 31 * DAY_MS);
    store(j, "AS64500", CONTACT_RDAP, "as@example.com");
    assert_int_equal(journal_number(j, journal_statement(j, "SELECT count(*) FROM contact", &fault), &result, &fault),
                     1);
    journal_close(j);
}

static void
forgetting_a_resource_removes_its_contacts(void **state)
{
    (void)state;
    struct journal *j = journal_fixture_new("c.db");
    struct journal_totals totals;
    struct resource net = journal_fixture_resource("203.0.113.0/24"), as = journal_fixture_resource("AS64500");
    store(j, "203.0.113.77", CONTACT_RDAP, "abuse@example.com");
    store(j, "203.0.113.0/24", CONTACT_RDAP, "net@example.com");
    store(j, "203.0.114.1", CONTACT_RDAP, "next@example.com");
    store(j, "AS64500", CONTACT_RDAP, "as@example.com");
    DONE(
        journal_purge(j, &(struct journal_purge_scope){.resource = &net}, NULL, NULL, &totals, &journal_fixture_fault));
    assert_stored(j, "203.0.113.77", "");
    assert_stored(j, "203.0.113.0/24", "");
    assert_stored(j, "203.0.114.1", "next@example.com ");
    assert_stored(j, "AS64500", "as@example.com ");
    DONE(journal_purge(j, &(struct journal_purge_scope){.resource = &as}, NULL, NULL, &totals, &journal_fixture_fault));
    assert_stored(j, "AS64500", "");
    DONE(journal_purge(j, &(struct journal_purge_scope){.before_ms = NOW_MS + 1}, NULL, NULL, &totals,
                       &journal_fixture_fault));
    assert_stored(j, "203.0.114.1", "");
    journal_close(j);
}

static void
downloads_are_remembered_by_url(void **state)
{
    (void)state;
    struct journal *j = journal_fixture_new("c.db");
    struct download stored = {.etag = mem_copy("\"1\""), .at_ms = NOW_MS}, read;
    buf_text(&stored.body, "{\n \"services\": []\n}\n");
    assert_false(journal_download_read(j, "https://a.example/asn.json", &read, &journal_fixture_fault));
    assert_string_equal(journal_fixture_fault.text, "");
    DONE(journal_download_store(j, "https://a.example/asn.json", &stored, &journal_fixture_fault));
    assert_false(journal_download_read(j, "https://b.example/asn.json", &read, &journal_fixture_fault));
    assert_true(journal_download_read(j, "https://a.example/asn.json", &read, &journal_fixture_fault));
    assert_string_equal(buf_string(&read.body), "{\n \"services\": []\n}\n");
    assert_string_equal(read.etag, "\"1\"");
    assert_int_equal(read.at_ms, NOW_MS);
    download_fini(&read);
    download_fini(&stored);
    journal_close(j);
}

static void
journal_that_can_only_be_read_takes_neither(void **state)
{
    (void)state;
    struct fault fault, notice;
    struct resource of = journal_fixture_resource("203.0.113.77");
    struct download file = {.at_ms = NOW_MS};
    struct contact_answer none = {.none = {"none"}};
    struct journal *j = journal_fixture_new("c.db");
    store(j, "203.0.113.77", CONTACT_RDAP, "abuse@example.com");
    journal_close(j);
    j = journal_open(temp_dir_path("c.db"), false, JOURNAL_READS, 0, &notice, &fault);
    assert_non_null(j);
    assert_int_equal(journal_contacts_store(j, &of, CONTACT_RDAP, &none, &fault), JOURNAL_FAILED);
    assert_int_equal(journal_download_store(j, "https://a.example/asn.json", &file, &fault), JOURNAL_FAILED);
    assert_stored(j, "203.0.113.77", "abuse@example.com ");
    journal_close(j);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(contacts_are_remembered_for_each_resource_and_source, set_clock, reset_clock),
        cmocka_unit_test_setup_teardown(none_is_remembered_for_a_day_and_a_failure_for_ten_minutes, set_clock,
                                        reset_clock),
        cmocka_unit_test_setup_teardown(contacts_older_than_thirty_days_are_not_used_and_go, set_clock, reset_clock),
        cmocka_unit_test_setup_teardown(forgetting_a_resource_removes_its_contacts, set_clock, reset_clock),
        cmocka_unit_test_setup_teardown(downloads_are_remembered_by_url, set_clock, reset_clock),
        cmocka_unit_test_setup_teardown(journal_that_can_only_be_read_takes_neither, set_clock, reset_clock),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
