#include "journal/history.h"
#include "journal_fixture.h"

#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { T0 = JOURNAL_FIXTURE_T0, HOUR = 3600 * 1000 };

static struct journal *journal;
static struct fault fault;
static struct history history;

static int
begin(void **state)
{
    (void)state;
    journal_fixture_at(0);
    journal = journal_fixture_new("history.db");
    return 0;
}

static int
end(void **state)
{
    (void)state;
    history_fini(&history);
    journal_close(journal);
    return 0;
}

static void
observe(const char *address, int64_t at_ms, const char *name)
{
    struct observation o = {
        .first_ms = at_ms, .last_ms = at_ms, .times = 1, .headline = "as seen", .score = LISTING_UNKNOWN};
    assert_true(addr_parse(address, &o.address));
    o.name = (char *)name;
    DONE(journal_observe(journal, &o, NULL, &journal_fixture_fault));
}

static void
read_history(const char *resource_text, size_t most, size_t behind)
{
    struct resource resource = journal_fixture_resource(resource_text);
    history_fini(&history);
    if (!history_read(&history, journal, &resource, most, behind, &fault))
        fail_msg("%s", fault.text);
    for (size_t i = 1; i < history.items.count; i++)
        assert_true(history.items.at[i - 1].at_ms >= history.items.at[i].at_ms);
}

static void
assert_item(size_t at, int64_t at_ms, enum history_kind kind, size_t index, size_t number)
{
    assert_true(at < history.items.count);
    const struct history_item *item = &history.items.at[at];
    assert_int_equal(item->at_ms, at_ms);
    assert_int_equal(item->kind, kind);
    assert_int_equal(item->index, index);
    assert_int_equal(item->number, number);
}

static void
history_of_an_unknown_resource_is_empty(void **state)
{
    (void)state;
    read_history("203.0.113.0/24", 10, 1);
    assert_int_equal(history.items.count, 0);
    assert_false(history.more);
}

static void
observations_link_to_the_one_before_at_the_same_address(void **state)
{
    (void)state;
    observe("203.0.113.7", T0, "a.example.com");
    observe("203.0.113.8", T0 + 1, "b.example.com");
    observe("203.0.113.7", T0 + 2, "c.example.com");
    read_history("203.0.113.0/24", 10, 10);
    assert_int_equal(history.items.count, 3);
    assert_item(0, T0 + 2, HISTORY_OBSERVATION, 0, 0);
    assert_int_equal(history.items.at[0].before, 2);
    assert_int_equal(history.items.at[1].before, HISTORY_NONE);

    read_history("203.0.113.0/24", 1, 2);
    assert_int_equal(history.items.count, 1);
    assert_int_equal(history.items.at[0].before, 2);
    assert_int_equal(history.shown, 1);
    assert_true(history.more);

    read_history("203.0.113.0/24", 1, 1);
    assert_int_equal(history.items.at[0].before, HISTORY_NONE);
}

static void
neighbours_of_the_same_time_share_an_item(void **state)
{
    static const uint32_t first[] = {0xcb007107, 0xcb007109}, second[] = {0xcb007109};
    struct resource net = journal_fixture_resource("203.0.113.0/24");
    (void)state;
    DONE(journal_neighbours_add(journal, &net.prefix, T0, first, 2, NULL, 0, &journal_fixture_fault));
    DONE(journal_neighbours_add(journal, &net.prefix, T0 + HOUR, second, 1, NULL, 0, &journal_fixture_fault));
    read_history("203.0.113.0/24", 10, 1);
    assert_int_equal(history.items.count, 2);
    assert_item(0, T0, HISTORY_DELISTED, 0, 1);
    assert_int_equal(history.left.at[0].address, 0xcb007107);
    assert_item(1, T0, HISTORY_LISTED, 0, 2);
    read_history("203.0.112.0/23", 10, 1);
    assert_int_equal(history.items.count, 0);
}

static void
counts_and_case_events_are_dated_items(void **state)
{
    struct resource net = journal_fixture_resource("203.0.113.0/24");
    struct journal_count count = {.resource = net, .at_ms = T0 - HOUR, .listed = 3, .impacts = 9, .limit = 9};
    struct fault *why = &journal_fixture_fault;
    (void)state;
    DONE(journal_count_store(journal, &count, why));
    DONE(journal_case_set_note(journal, &net, "first", why));
    journal_fixture_at(1);
    DONE(journal_case_set_note(journal, &net, "second", why));
    journal_fixture_at(2);
    DONE(journal_case_set_ticket(journal, &net, "NET-1", why));
    journal_fixture_at(3);
    DONE(journal_case_set_tags(journal, &net, "vip", why));
    journal_fixture_at(4);
    DONE(journal_case_set_due(journal, &net, T0 + 7, why));
    DONE(journal_case_add_contact(journal, &net, "abuse@example.com", NULL, T0 + 5, why));
    journal_fixture_at(6);
    DONE(journal_case_set_state(journal, &net, CASE_WAITING, why));
    journal_fixture_at(8);
    read_history("203.0.113.0/24", 10, 1);
    assert_int_equal(history.items.count, 10);
    assert_item(0, T0 + 7, HISTORY_CASE_DUE, 0, 0);
    assert_item(1, T0 + 6, HISTORY_CASE_STATE, 0, 0);
    assert_item(2, T0 + 5, HISTORY_CONTACT, 0, 0);
    assert_item(3, T0 + 4, HISTORY_CASE_FOLLOW_UP, 0, 0);
    assert_item(4, T0 + 3, HISTORY_CASE_TAGS, 0, 0);
    assert_item(5, T0 + 2, HISTORY_CASE_TICKET, 0, 0);
    assert_item(6, T0 + 1, HISTORY_NOTE, 0, 1);
    assert_item(7, T0, HISTORY_NOTE, 0, 0);
    assert_item(8, T0, HISTORY_CASE_OPENED, 0, 0);
    assert_item(9, T0 - HOUR, HISTORY_COUNT, 0, 0);
    assert_false(history.cases.at[0].notes.at[0].current);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(history_of_an_unknown_resource_is_empty, begin, end),
        cmocka_unit_test_setup_teardown(observations_link_to_the_one_before_at_the_same_address, begin, end),
        cmocka_unit_test_setup_teardown(neighbours_of_the_same_time_share_an_item, begin, end),
        cmocka_unit_test_setup_teardown(counts_and_case_events_are_dated_items, begin, end),
    };
    return cmocka_run_group_tests(tests, temp_dir_make, temp_dir_remove);
}
