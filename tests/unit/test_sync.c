/* When sync asks, what it remembers, and which files it takes. */
#include "builtin_lists.h"
#include "temp_dir.h"

#include "base/clock.h"
#include "sync/ledger.h"
#include "sync/place.h"
#include "sync/schedule.h"
#include "sync/verify.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const int64_t HOUR = SCHEDULE_HOUR_MS, MINUTE = SCHEDULE_HOUR_MS / 60, NOON = INT64_C(1796126400000);

/* ---- the schedule ---- */

static void
failures_double_the_pause_up_to_a_day(void **state)
{
    (void)state;
    static const int64_t hours[] = {1, 2, 4, 8, 16, 24, 24};
    for (unsigned i = 0; i < sizeof hours / sizeof hours[0]; i++)
        assert_true(schedule_after_failure(NOON, i + 1, 0) == NOON + hours[i] * HOUR);
    assert_true(schedule_after_failure(NOON, 100000, 0) == NOON + 24 * HOUR);
}

static void
server_that_wants_rest_gets_a_day_at_most(void **state)
{
    (void)state;
    assert_true(schedule_after_failure(NOON, 1, 10 * MINUTE) == NOON + HOUR);
    assert_true(schedule_after_failure(NOON, 1, 5 * HOUR) == NOON + 5 * HOUR);
    assert_true(schedule_after_failure(NOON, 1, 1000 * HOUR) == NOON + 24 * HOUR);
}

static void
start_keeps_off_the_full_hour(void **state)
{
    (void)state;
    int64_t seen = 0;
    for (int64_t now = NOON - 5 * MINUTE; now < NOON + 5 * MINUTE; now += 1000)
        for (uint32_t seed = 0; seed < 4000000000; seed += 123456789) {
            int64_t start = schedule_start(now, 0, seed), past = start % HOUR;
            assert_true(start >= now && start <= now + 15 * MINUTE);
            assert_true(past >= 2 * MINUTE && past < 58 * MINUTE);
            assert_true(start == schedule_start(now, now, seed));
            seen |= now == NOON ? INT64_C(1) << (past / MINUTE) : 0;
        }
    assert_int_equal(seen, 0xFFC); /* machines spread over ten minutes */
}

static void
start_waits_until_file_is_due(void **state)
{
    (void)state;
    assert_true(schedule_start(NOON + 20 * MINUTE, NOON + 23 * MINUTE, 7) == NOON + 23 * MINUTE);
    assert_true(schedule_start(NOON + 20 * MINUTE, NOON - HOUR, 7) == NOON + 20 * MINUTE);
}

/* ---- the ledger ---- */

static void
ledger_remembers_all_it_is_told(void **state)
{
    (void)state;
    struct ledger ledger, again;
    struct fault fault;
    const char *path = temp_dir_path("sync.state");
    assert_true(ledger_read(&ledger, path, &fault));
    struct ledger_entry *entry = ledger_entry_of(&ledger, "a.example");
    ledger_set(&entry->etag, "\"x;y#z\"");
    ledger_set(&entry->error, "line one\nline two = [x]");
    ledger_set(&entry->made, "12 34.000000056");
    entry->next_ms = NOON;
    entry->serial = UINT32_MAX;
    ledger_entry_of(&ledger, "b.example")->failures = 3;
    assert_true(ledger_write(&ledger, &fault));
    assert_true(ledger_read(&again, path, &fault));
    assert_int_equal(again.entries.count, 2);
    entry = ledger_entry_of(&again, "a.example");
    assert_string_equal(entry->etag, "\"x;y#z\"");
    assert_string_equal(entry->error, "line one line two = [x]");
    assert_string_equal(entry->made, "12 34.000000056");
    assert_null(entry->url);
    assert_true(entry->next_ms == NOON && entry->serial == UINT32_MAX && entry->rows == 0);
    assert_int_equal(ledger_entry_of(&again, "b.example")->failures, 3);
    ledger_fini(&ledger);
    ledger_fini(&again);
}

static void
ledger_with_junk_is_fault_with_its_line(void **state)
{
    (void)state;
    struct ledger ledger;
    struct fault fault;
    assert_false(ledger_read(&ledger, temp_dir_put("a", "[x]\nnext = soon\n"), &fault));
    assert_non_null(strstr(fault.text, "a:2: next is no number; remove this file, and sync takes over"));
    ledger_fini(&ledger);
    assert_false(ledger_read(&ledger, temp_dir_put("b", "[x]\n\nnonsense\n"), &fault));
    assert_non_null(strstr(fault.text, "b:3: "));
    ledger_fini(&ledger);
    assert_true(ledger_read(&ledger, temp_dir_put("c", "[x]\nof-another-version = 1\nnext = 5\n"), &fault));
    assert_int_equal(ledger_entry_of(&ledger, "x")->next_ms, 5);
    ledger_fini(&ledger);
}

/* ---- unpacking ---- */

static bool
unpacks(const char *path, int64_t most, struct fault *fault)
{
    fault->text[0] = '\0';
    return place_unpack(path, temp_dir_path("out"), most, fault);
}

static void
unpacking_takes_whole_files_alone(void **state)
{
    (void)state;
    struct fault fault;
    struct buf zeros = {0};
    assert_true(unpacks(temp_dir_put("plain", "text\n"), 100, &fault));
    assert_true(unpacks(temp_dir_pack("packed", "text\n"), 100, &fault));
    assert_false(unpacks(temp_dir_put("empty", ""), 100, &fault));
    assert_string_equal(fault.text, "it is empty");
    assert_false(unpacks(temp_dir_put("large", "0123456789"), 9, &fault));
    assert_string_equal(fault.text, "it unpacks to far more than such a file has");
    assert_false(unpacks(temp_dir_put("page", "\n <!doctype html><title>Log in</title>"), 100, &fault));
    assert_non_null(strstr(fault.text, "HTML page"));
    assert_false(unpacks(temp_dir_put_bytes("half", "\x1f\x8b\x08\0\0\0\0\0\0\x03\x4b", 11), 100, &fault));
    assert_non_null(strstr(fault.text, "incomplete"));
    for (size_t i = 0; i < 1 << 20; i++)
        buf_text(&zeros, "00000000");
    assert_false(unpacks(temp_dir_pack("bomb", buf_string(&zeros)), INT64_MAX, &fault));
    assert_string_equal(fault.text, "it unpacks to far more than such a file has");
    buf_free(&zeros);
}

/* ---- zone files ---- */

enum { ROWS = 300 };

/* Writes a zone of level 1 with rows from..from + count - 1. */
static const char *
put_zone(const char *name, const char *head, unsigned serial, unsigned from, unsigned count)
{
    struct buf text = {0};
    buf_format(&text, "$SOA 3600 ns.example host.example %u 3600 3600 86400 120\n%s\n127.0.0.2 Test Record. ", serial,
               head);
    buf_text(&text, "UCEPROTECT.NET LEVEL 1 List is active.\n!127.0.0.1\n");
    for (unsigned i = from; i < from + count; i++)
        buf_format(&text, "10.0.%u.%u\n", i / 256, i % 256);
    buf_text(&text, "192.0.2.0/24 net\n");
    const char *path = temp_dir_put(name, buf_string(&text));
    buf_free(&text);
    return path;
}

static void
zone_that_is_newer_is_taken_with_its_changes(void **state)
{
    (void)state;
    struct verify_content content;
    struct fault fault;
    const char *old = put_zone("old", "", 2026120110, 0, ROWS), *fresh = put_zone("new", "", 2026120112, 20, ROWS);
    clock_fake(0, NOON);
    assert_true(verify_zone(LEVEL1_LIST, fresh, old, false, &content, &fault));
    assert_true(content.compared);
    assert_int_equal(content.rows, ROWS + 2);
    assert_int_equal(content.in, 20);
    assert_int_equal(content.out, 20);
    assert_int_equal(content.serial, 2026120112);
    assert_int_equal(content.serial_before, 2026120110);
    assert_true(verify_zone(LEVEL1_LIST, fresh, NULL, false, &content, &fault));
    assert_false(content.compared);
    assert_true(verify_zone(LEVEL1_LIST, fresh, temp_dir_put("broken", "junk"), false, &content, &fault));
    clock_real();
}

static void
zone_that_lies_is_refused_with_reason(void **state)
{
    (void)state;
    static const struct {
        const char *head, *why;
        unsigned serial, count;
        bool may_shrink;
    } cases[] = {
        {"", "its serial 2026113012 is older than 2026120110 of the file that is here", 2026113012, ROWS, true},
        {"", "its zone file has only 102 entries, and the last sound one had 302", 2026120112, 100, false},
        {"", NULL, 2026120112, 100, true},
        {"", NULL, 2026120110, ROWS, false},
        {"", "dated 4 h in the future; check the clock", 2026120117, ROWS, false},
        {"$TIMESTAMP 2026-11-30 +1h", "expired 1 d 11 h ago", 2026120112, ROWS, false},
        {"$TIMESTAMP 2026-12-02", "from the future by its $TIMESTAMP", 2026120112, ROWS, false},
        {"$TIMESTAMP 2026-12-01-11 +2h", NULL, 2026120112, ROWS, false},
    };
    struct verify_content content;
    struct fault fault;
    clock_fake(0, NOON);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *old = put_zone("old", "", 2026120110, 0, ROWS);
        const char *fresh = put_zone("new", cases[i].head, cases[i].serial, 0, cases[i].count);
        bool taken = verify_zone(LEVEL1_LIST, fresh, old, cases[i].may_shrink, &content, &fault);
        if (taken != !cases[i].why || (!taken && !strstr(fault.text, cases[i].why)))
            fail_msg("case %zu: %s", i, taken ? "taken" : fault.text);
    }
    const char *level1 = put_zone("new", "", 2026120112, 0, ROWS);
    assert_false(verify_zone(LEVEL2_LIST, level1, NULL, false, &content, &fault));
    assert_non_null(strstr(fault.text, "another zone under this name"));
    assert_false(verify_zone(BACKSCATTERER_LIST, level1, NULL, false, &content, &fault));
    clock_real();
}

static void
old_zone_from_the_future_proves_nothing(void **state)
{
    (void)state;
    struct verify_content content;
    struct fault fault;
    clock_fake(0, NOON);
    assert_true(verify_zone(LEVEL1_LIST, put_zone("new", "", 2026120112, 0, ROWS),
                            put_zone("old", "", 2027120112, 0, ROWS), false, &content, &fault));
    clock_real();
}

/* ---- tables ---- */

static void
table_that_lies_is_refused(void **state)
{
    (void)state;
    const struct verify_content old = {.rows = 1000, .dated_ms = NOON};
    struct verify_content content;
    struct fault fault;
    assert_true(verify_table(&(struct asn_built){.rows = 500, .dated_ms = NOON}, &old, false, &content, &fault));
    assert_int_equal(content.rows, 500);
    assert_false(verify_table(&(struct asn_built){.rows = 499, .dated_ms = NOON}, &old, false, &content, &fault));
    assert_string_equal(fault.text, "it has only 499 rows, and the file that is here has 1000");
    assert_true(verify_table(&(struct asn_built){.rows = 499, .dated_ms = NOON}, &old, true, &content, &fault));
    assert_false(verify_table(&(struct asn_built){.rows = 999, .dated_ms = NOON - 1}, &old, false, &content, &fault));
    assert_false(verify_table(&(struct asn_built){.rows = 0}, &old, true, &content, &fault));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(failures_double_the_pause_up_to_a_day),
        cmocka_unit_test(server_that_wants_rest_gets_a_day_at_most),
        cmocka_unit_test(start_keeps_off_the_full_hour),
        cmocka_unit_test(start_waits_until_file_is_due),
        cmocka_unit_test_setup_teardown(ledger_remembers_all_it_is_told, temp_dir_make, temp_dir_remove),
        cmocka_unit_test_setup_teardown(ledger_with_junk_is_fault_with_its_line, temp_dir_make, temp_dir_remove),
        cmocka_unit_test_setup_teardown(unpacking_takes_whole_files_alone, temp_dir_make, temp_dir_remove),
        cmocka_unit_test_setup_teardown(zone_that_is_newer_is_taken_with_its_changes, temp_dir_make, temp_dir_remove),
        cmocka_unit_test_setup_teardown(zone_that_lies_is_refused_with_reason, temp_dir_make, temp_dir_remove),
        cmocka_unit_test_setup_teardown(old_zone_from_the_future_proves_nothing, temp_dir_make, temp_dir_remove),
        cmocka_unit_test(table_that_lies_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
