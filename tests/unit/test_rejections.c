#include "journal_fixture.h"

#include "base/clock.h"
#include "journal/history.h"
#include "verdict/seen.h"

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

static struct journal_rejection
rejection_of(const char *name, const char *receiver, int64_t days_ago)
{
    struct journal_rejection r = {.uuid = uuid_of_name(name), .at_ms = NOW_MS - days_ago * DAY_MS, .level = 2};
    assert_true(addr_parse(JOURNAL_FIXTURE_ADDRESS, &r.address));
    strcpy(r.receiver, receiver);
    strcpy(r.zone, "dnsbl-2.uceprotect.net");
    strcpy(r.list, "UCEPROTECT Level 2");
    return r;
}

static void
store(struct journal *j, const char *name, const char *receiver, int64_t days_ago)
{
    struct journal_rejection r = rejection_of(name, receiver, days_ago);
    DONE(journal_rejection_store(j, &r, &journal_fixture_fault));
}

/* What the journal knows of the address: "RECEIVER COUNT, ...". */
static void
assert_seen(struct journal *j, const char *expected)
{
    struct seen seen = {0};
    struct addr address;
    struct buf text = {0};
    assert_true(addr_parse(JOURNAL_FIXTURE_ADDRESS, &address));
    assert_true(journal_seen(j, &address, &seen, &journal_fixture_fault));
    for (size_t i = 0; i < seen.rejections.count; i++)
        buf_format(&text, "%s %d, ", seen.rejections.at[i].receiver, (int)seen.rejections.at[i].count);
    assert_string_equal(buf_string(&text), expected);
    buf_free(&text);
    seen_fini(&seen);
}

static void
history_has_rejections_of_any_time_by_their_last(void **state)
{
    (void)state;
    struct journal *j = journal_fixture_new("h.db");
    struct history h;
    struct resource resource;
    journal_rejections all = {0};
    assert_true(resource_parse(JOURNAL_FIXTURE_ADDRESS, &resource));
    store(j, "1", "mx.example.org", 300);
    store(j, "2", "mx.example.org", 200);
    store(j, "3", "mx.example.net", 100);
    assert_true(history_read(&h, j, &resource, 10, 1, &journal_fixture_fault));
    assert_int_equal(h.items.count, 2);
    assert_int_equal(h.items.at[0].kind, HISTORY_REJECTIONS);
    assert_string_equal(h.rejections.at[h.items.at[0].index].receiver, "mx.example.net");
    assert_int_equal(h.items.at[1].at_ms, NOW_MS - 200 * DAY_MS);
    assert_int_equal(h.rejections.at[h.items.at[1].index].count, 2);
    assert_true(journal_rejections_of(j, &resource.prefix.addr, &all, &journal_fixture_fault));
    assert_int_equal(all.count, 3);
    assert_string_equal(all.at[0].receiver, "mx.example.net");
    vec_free(&all);
    history_fini(&h);
    journal_close(j);
}

/* A bounce without a date may be old: no day is made up for it. */
static void
rejection_without_a_date_has_no_day(void **state)
{
    (void)state;
    struct journal *j = journal_fixture_new("u.db");
    struct journal_rejection r = rejection_of("1", "mx.example.org", 0);
    struct seen seen = {0};
    struct addr address;
    struct buf words = {0};
    r.at_ms = 0;
    DONE(journal_rejection_store(j, &r, &journal_fixture_fault));
    store(j, "2", "mx.example.org", 0);
    addr_parse(JOURNAL_FIXTURE_ADDRESS, &address);
    assert_true(journal_seen(j, &address, &seen, &journal_fixture_fault));
    assert_int_equal(seen.rejections.count, 2);
    size_t undated = seen.rejections.at[0].first_ms > 0;
    seen_rejections_words(&words, &seen.rejections.at[undated]);
    assert_string_equal(words.at, "once, on a day that the bounce does not tell");
    buf_clear(&words);
    seen_rejections_words(&words, &seen.rejections.at[!undated]);
    assert_string_equal(words.at, "once, today");
    buf_free(&words);
    seen_fini(&seen);
    journal_close(j);
}

static void
rejections_are_counted_by_receiver_and_list(void **state)
{
    (void)state;
    struct journal *j = journal_fixture_new("a.db");
    store(j, "1", "mx.example.org", 1);
    store(j, "2", "mx.example.org", 2);
    store(j, "3", "mx.example.net", 0);
    store(j, "4", "mx.example.org", SEEN_REJECTIONS_DAYS + 1); /* too long ago */
    assert_seen(j, "mx.example.org 2, mx.example.net 1, ");
    struct seen seen = {0};
    struct addr address;
    addr_parse(JOURNAL_FIXTURE_ADDRESS, &address);
    assert_true(journal_seen(j, &address, &seen, &journal_fixture_fault));
    assert_string_equal(seen.rejections.at[0].list, "UCEPROTECT Level 2");
    assert_string_equal(seen.rejections.at[0].zone, "dnsbl-2.uceprotect.net");
    assert_int_equal(seen.rejections.at[0].level, 2);
    assert_int_equal(seen.rejections.at[0].first_ms, NOW_MS - 2 * DAY_MS);
    assert_int_equal(seen.rejections.at[0].last_ms, NOW_MS - DAY_MS);
    seen_fini(&seen);
    journal_close(j);
}

static void
same_message_twice_is_one(void **state)
{
    (void)state;
    struct journal *j = journal_fixture_new("b.db");
    store(j, "1", "mx.example.org", 1);
    store(j, "1", "mx.example.org", 1);
    assert_seen(j, "mx.example.org 1, ");
    journal_close(j);
}

static bool
append(void *arg, const char *bytes, size_t count)
{
    buf_bytes(arg, bytes, count);
    return true;
}

static long
supply(void *arg, char *room, size_t count)
{
    const char **at = arg;
    size_t take = strlen(*at) < count ? strlen(*at) : count;
    memcpy(room, *at, take);
    *at += take;
    return (long)take;
}

static void
rejections_survive_export_import_and_merge(void **state)
{
    (void)state;
    struct journal *a = journal_fixture_new("c.db"), *b = journal_fixture_new("d.db"), *c = journal_fixture_new("e.db");
    struct buf text = {0}, again = {0};
    struct journal_totals added, changed;
    store(a, "1", "mx.example.org", 1);
    store(a, "2", "mx.example.net", 2);
    assert_true(journal_export(a, append, &text, &journal_fixture_fault));
    assert_non_null(
        strstr(text.at, "\"list\":\"UCEPROTECT Level 2\",\"receiver\":\"mx.example.org\",\"type\":\"rejection\""));
    const char *at = text.at;
    DONE(journal_import(b, supply, &at, "x", NULL, NULL, &added, &changed, &journal_fixture_fault));
    assert_int_equal(added.rejections, 2);
    assert_seen(b, "mx.example.org 1, mx.example.net 1, ");
    assert_true(journal_export(b, append, &again, &journal_fixture_fault));
    assert_string_equal(again.at, text.at);
    store(c, "2", "mx.example.net", 2);
    DONE(journal_merge(c, journal_path(b), NULL, NULL, &added, &changed, &journal_fixture_fault));
    assert_int_equal(added.rejections, 1);
    assert_seen(c, "mx.example.org 1, mx.example.net 1, ");
    buf_free(&text);
    buf_free(&again);
    journal_close(a);
    journal_close(b);
    journal_close(c);
}

static void
forgetting_removes_rejections(void **state)
{
    (void)state;
    struct journal *j = journal_fixture_new("f.db");
    struct resource net = journal_fixture_resource("203.0.113.0/24"),
                    other = journal_fixture_resource("198.51.100.0/24");
    struct journal_totals gone;
    store(j, "1", "mx.example.org", 1);
    store(j, "2", "mx.example.org", 9);
    struct journal_purge_scope scope = {.resource = &other};
    DONE(journal_purge(j, &scope, NULL, NULL, &gone, &journal_fixture_fault));
    assert_int_equal(gone.rejections, 0);
    scope = (struct journal_purge_scope){.before_ms = NOW_MS - 5 * DAY_MS};
    DONE(journal_purge(j, &scope, NULL, NULL, &gone, &journal_fixture_fault));
    assert_int_equal(gone.rejections, 1);
    assert_seen(j, "mx.example.org 1, ");
    scope = (struct journal_purge_scope){.resource = &net};
    DONE(journal_purge(j, &scope, NULL, NULL, &gone, &journal_fixture_fault));
    assert_int_equal(gone.rejections, 1);
    assert_seen(j, "");
    journal_close(j);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rejection_without_a_date_has_no_day),
        cmocka_unit_test(rejections_are_counted_by_receiver_and_list),
        cmocka_unit_test(history_has_rejections_of_any_time_by_their_last),
        cmocka_unit_test(same_message_twice_is_one),
        cmocka_unit_test(rejections_survive_export_import_and_merge),
        cmocka_unit_test(forgetting_removes_rejections),
    };
    return cmocka_run_group_tests_name("rejections", tests, set_clock, reset_clock);
}
