/* History from outside: what RIPEstat and the level 3 chart saw, and what it adds to the journal. */

#include "base/clock.h"
#include "base/textfile.h"
#include "journal/history.h"
#include "journal/outside.h"
#include "pages/timeline.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "journal_fixture.h"

#define DATA TEST_SOURCE_ROOT "/tests/data/history/"
static const int64_t now_ms = INT64_C(1796061600000); /* 2026-11-30 18:00 */

static struct fault fault;

static void
read_file(const char *name, outside_periods *out)
{
    struct buf text = {0};
    char path[512];
    snprintf(path, sizeof path, "%s%s", DATA, name);
    assert_true(textfile_read(path, 1 << 20, &text, &fault));
    if (!outside_read(buf_string(&text), text.count, out, &fault))
        fail_msg("%s", fault.text);
    buf_free(&text);
}

static void
assert_period(const struct outside_period *p, const char *resource, const char *list, const char *from,
              const char *until)
{
    char text[RESOURCE_TEXT], at[CLOCK_MINUTE];
    assert_string_equal(resource_text(&p->resource, text), resource);
    assert_string_equal(p->list, list);
    assert_string_equal(clock_minute(p->from_ms, at), from);
    assert_string_equal(clock_minute(p->until_ms, at), until);
}

static void
ripestat_answer_gives_periods_of_each_level(void **state)
{
    (void)state;
    outside_periods periods = {0};
    read_file("ripestat.json", &periods);
    assert_int_equal(periods.count, 3);
    assert_period(&periods.at[0], "203.0.113.10", "UCEPROTECT Level 1", "2026-03-01 08:10", "2026-03-08 08:10");
    assert_period(&periods.at[1], "203.0.113.10", "UCEPROTECT Level 1", "2026-11-20 00:10", "2026-11-30 16:10");
    assert_period(&periods.at[2], "203.0.113.0/24", "UCEPROTECT Level 2", "2026-11-01 00:10", "2026-11-30 16:10");
    assert_null(periods.at[0].detail); /* "no details" is none */
    assert_string_equal(periods.at[2].detail, "NET 203.0.113.0/24");
    assert_string_equal(periods.at[0].source, "RIPEstat");
    outside_periods_fini(&periods);
}

static void
chart_gives_score_and_impacts_at_its_own_time(void **state)
{
    (void)state;
    outside_periods periods = {0};
    read_file("l3charts.html", &periods);
    assert_int_equal(periods.count, 2); /* not the menu, the head, nor the row without a score */
    assert_period(&periods.at[0], "AS64496", "UCEPROTECT Level 3", "2026-07-03 22:13", "2026-07-03 22:13"); /* CEST */
    assert_string_equal(periods.at[0].detail, "score 1591.8, 427 impacts");
    assert_string_equal(periods.at[1].detail, "score 551.3, 25512 impacts");
    outside_periods_fini(&periods);
}

static void
other_files_are_refused_with_a_reason(void **state)
{
    (void)state;
    static const struct {
        const char *text, *why;
    } cases[] = {
        {"", "there is no date"},
        {"{", "line 1 is no JSON"},
        {"{\"data\":{}}", "no answer of RIPEstat"},
        {"{\"data\":{\"sources\":{\"uceprotect-level1\":[]}}}", "names no listing"},
        {"{\"data\":{\"sources\":{\"uceprotect-level1\":[{\"prefix\":\"x\",\"timelines\":7}]}}}", "names no listing"},
        {"{\"data\":{\"sources\":{\"x\":[{\"prefix\":\"203.0.113.9/32\",\"timelines\":[{\"starttime\":"
         "\"2026-11-20T00:10:00\",\"endtime\":\"2026-11-19T00:10:00\"}]}]}}}",
         "names no listing"}, /* ends before it begins */
        {"Last Updated: 04.07.2026 00:13 CET <table><tr><td>1</td></tr></table>", "no table of ASes"},
        {"Last Updated: 34.07.2026 00:13 CET <tr><td>1<td>2<td>3<td>4<td>5<td>AS5", "there is no date"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        outside_periods periods = {0};
        assert_false(outside_read(cases[i].text, strlen(cases[i].text), &periods, &fault));
        if (!strstr(fault.text, cases[i].why))
            fail_msg("%s: %s", cases[i].text, fault.text);
        outside_periods_fini(&periods);
    }
}

static size_t
store(struct journal *j, const char *file)
{
    outside_periods periods = {0};
    size_t fresh = 0;
    read_file(file, &periods);
    for (size_t i = 0; i < periods.count; i++) {
        bool is_new;
        assert_int_equal(outside_store(j, &periods.at[i], &is_new, &fault), JOURNAL_DONE);
        fresh += is_new;
    }
    outside_periods_fini(&periods);
    return fresh;
}

static void
second_import_adds_nothing(void **state)
{
    (void)state;
    struct journal *j = journal_fixture_new("twice.db");
    assert_int_equal(store(j, "ripestat.json"), 3);
    assert_int_equal(store(j, "ripestat.json"), 0);
    assert_int_equal(store(j, "l3charts.html"), 2);
    journal_close(j);
}

/* The history of an address has its own periods and those of the nets around it. */
static void
history_names_source_and_net(void **state)
{
    (void)state;
    struct journal *j = journal_fixture_new("history.db");
    struct timeline t = {0};
    struct resource resource = journal_fixture_resource("203.0.113.10");
    store(j, "ripestat.json");
    store(j, "l3charts.html");
    assert_true(timeline_gather(&t, j, &resource, 10, &fault));
    assert_int_equal(t.items.count, 3);
    assert_string_equal(t.items.at[0].text, "UCEPROTECT Level 1 listed it until 11-30 16:10 (RIPEstat)");
    assert_string_equal(t.items.at[0].times, "imported 2026-11-30");
    assert_string_equal(t.items.at[1].text,
                        "UCEPROTECT Level 2 listed 203.0.113.0/24 until 11-30 16:10: NET 203.0.113.0/24 (RIPEstat)");
    resource = journal_fixture_resource("AS64496");
    assert_true(timeline_gather(&t, j, &resource, 10, &fault));
    assert_int_equal(t.items.count, 1);
    assert_string_equal(t.items.at[0].text, "UCEPROTECT Level 3: score 1591.8, 427 impacts (level 3 chart)");
    timeline_fini(&t);
    journal_close(j);
}

/* Looks at level 1 and says what is known of it. */
static void
assert_since(struct journal *j, enum list_state before, int64_t ago_ms, const char *expected)
{
    struct addr address;
    struct seen seen = {0};
    struct buf words = {0};
    assert_true(addr_parse("203.0.113.10", &address));
    if (before != STATE_UNASKED)
        seen_add(&seen, "dnsbl-1.uceprotect.net", before, now_ms - 2 * ago_ms, now_ms - 2 * ago_ms);
    seen_add(&seen, "dnsbl-1.uceprotect.net", STATE_LISTED, now_ms - ago_ms, now_ms);
    assert_true(outside_add_seen(j, &address, &seen, &fault));
    seen_words(&words, seen_find(&seen, "dnsbl-1.uceprotect.net"), seen.first_ms);
    assert_string_equal(buf_string(&words), expected);
    buf_free(&words);
    seen_fini(&seen);
}

static void
since_when_reaches_back_before_the_first_look(void **state)
{
    (void)state;
    enum { HOUR_MS = 60 * 60 * 1000 };
    struct journal *j = journal_fixture_new("since.db");
    store(j, "ripestat.json");
    assert_since(j, STATE_UNASKED, HOUR_MS,
                 "listed since 2026-11-20 00:10 UTC (RIPEstat), when first checked here 2026-11-30 17:00");
    /* our own look in between is better */
    assert_since(j, STATE_CLEAR, HOUR_MS, "first seen listed 2026-11-30 17:00, last seen clear 2026-11-30 16:00 UTC");
    /* listed here long before RIPEstat saw it */
    assert_since(j, STATE_UNASKED, INT64_C(20) * 24 * HOUR_MS, "listed when first checked, 2026-11-10 18:00 UTC");
    journal_close(j);
}

static int
set_up(void **state)
{
    clock_fake(now_ms, now_ms);
    return temp_dir_make(state);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ripestat_answer_gives_periods_of_each_level),
        cmocka_unit_test(chart_gives_score_and_impacts_at_its_own_time),
        cmocka_unit_test(other_files_are_refused_with_a_reason),
        cmocka_unit_test(second_import_adds_nothing),
        cmocka_unit_test(history_names_source_and_net),
        cmocka_unit_test(since_when_reaches_back_before_the_first_look),
    };
    return cmocka_run_group_tests(tests, set_up, temp_dir_remove);
}
