#include "journal/db.h"
#include "journal/journal.h"
#include "journal/merge.h"
#include "journal/transfer.h"

#include <inttypes.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "temp_dir.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define NET "203.0.113.0/24"

static struct journal *
open_new(const char *name)
{
    const char *path = temp_dir_path(name);
    struct fault notice, fault;
    unlink(path);
    struct journal *j = journal_open(path, false, JOURNAL_WRITES, JOURNAL_WAIT_MS, &notice, &fault);
    if (!j)
        fail_msg("%s", fault.text);
    return j;
}

static struct prefix
net_of(const char *text)
{
    struct prefix prefix;
    assert_true(prefix_parse(text, &prefix, NULL));
    return prefix;
}

/* ---- neighbours ---- */

/* Last octets as words; addresses of the /24. "" = nobody. */
static size_t
octets(const char *words, uint32_t out[static 256])
{
    size_t count = 0;
    char *end;
    for (unsigned long octet = strtoul(words, &end, 10); end != words; octet = strtoul(words, &end, 10)) {
        out[count++] = 0xCB007100 + (uint32_t)octet;
        words = end;
    }
    return count;
}

static void
saw(struct journal *j, const char *net, int64_t at_ms, const char *listed, const char *asked)
{
    uint32_t all[256], answered[256];
    struct prefix prefix = net_of(net);
    struct fault fault;
    size_t all_count = octets(listed, all), answered_count = asked ? octets(asked, answered) : 0;
    assert_int_equal(
        journal_neighbours_add(j, &prefix, at_ms, all, all_count, asked ? answered : NULL, answered_count, &fault),
        JOURNAL_DONE);
}

/* "octet first-last absent, ..." of the /24. */
static char *
known(struct journal *j)
{
    struct prefix prefix = net_of(NET);
    struct fault fault;
    struct buf out = {0};
    journal_neighbours all;
    assert_true(journal_neighbours_of(j, &prefix, &all, &fault));
    for (size_t i = 0; i < all.count; i++)
        buf_format(&out, "%u %" PRId64 "-%" PRId64 " %" PRId64 ", ", all.at[i].address & 255, all.at[i].first_ms,
                   all.at[i].last_ms, all.at[i].absent_ms);
    vec_free(&all);
    return buf_take(&out);
}

static void
assert_known(struct journal *j, const char *expected)
{
    char *got = known(j);
    assert_string_equal(got, expected);
    free(got);
}

static void
neighbour_returning_has_two_spells(void **state)
{
    (void)state;
    struct journal *j = open_new("comes.db");
    assert_known(j, "");
    saw(j, NET, 100, "7 9", NULL);
    assert_known(j, "7 100-100 0, 9 100-100 0, ");
    saw(j, NET, 200, "9 12", NULL);
    assert_known(j, "7 100-100 200, 9 100-200 0, 12 200-200 0, ");
    saw(j, NET, 300, "", NULL);
    assert_known(j, "7 100-100 300, 9 100-200 300, 12 200-200 300, ");
    saw(j, NET, 400, "7", NULL);
    assert_known(j, "7 100-400 300, 9 100-200 400, 12 200-200 400, ");
    journal_close(j);
}

/* An old zone file does not take away what was seen since. */
static void
neighbour_older_look_only_widens(void **state)
{
    (void)state;
    struct journal *j = open_new("older.db");
    saw(j, NET, 300, "7", NULL);
    saw(j, NET, 100, "7 9", NULL);
    saw(j, NET, 200, "9", NULL);
    assert_known(j, "7 100-300 200, 9 100-200 0, ");
    saw(j, NET, 200, "9", NULL);
    assert_known(j, "7 100-300 200, 9 100-200 0, ");
    journal_close(j);
}

static void
neighbour_unasked_is_not_absent(void **state)
{
    (void)state;
    struct journal *j = open_new("asked.db");
    saw(j, NET, 100, "1 5 9 200", NULL);
    saw(j, NET, 200, "5 6", "0 1 2 3 4 5 6");
    assert_known(j, "1 100-100 200, 5 100-200 0, 6 200-200 0, 9 100-100 0, 200 100-100 0, ");
    saw(j, NET, 300, "", ""); /* stopped before the first answer */
    assert_known(j, "1 100-100 200, 5 100-200 0, 6 200-200 0, 9 100-100 0, 200 100-100 0, ");
    saw(j, NET, 400, "", "9"); /* others timed out */
    assert_known(j, "1 100-100 200, 5 100-200 0, 6 200-200 0, 9 100-100 400, 200 100-100 0, ");
    journal_close(j);
}

static void
neighbour_outside_prefix_is_untouched(void **state)
{
    (void)state;
    struct journal *j = open_new("prefix.db");
    saw(j, NET, 100, "1 127 128 255", NULL);
    saw(j, "203.0.113.128/25", 200, "255", NULL);
    assert_known(j, "1 100-100 0, 127 100-100 0, 128 100-100 200, 255 100-200 0, ");
    saw(j, "203.0.113.1/32", 300, "1 2", NULL); /* another one is none of its business */
    assert_known(j, "1 100-300 0, 127 100-100 0, 128 100-100 200, 255 100-200 0, ");
    journal_close(j);
}

static void
neighbour_at_space_ends_is_stored(void **state)
{
    (void)state;
    static const uint32_t edges[] = {0, UINT32_MAX};
    struct journal *j = open_new("edges.db");
    struct prefix all = net_of("0.0.0.0/0"), v6 = net_of("2001:db8::/32");
    struct fault fault;
    journal_neighbours found;
    assert_int_equal(journal_neighbours_add(j, &all, 1, edges, COUNT(edges), NULL, 0, &fault), JOURNAL_DONE);
    assert_int_equal(journal_neighbours_add(j, &all, 2, edges + 1, 1, NULL, 0, &fault), JOURNAL_DONE);
    assert_true(journal_neighbours_of(j, &all, &found, &fault));
    assert_int_equal(found.count, 2);
    assert_int_equal(found.at[0].address, 0);
    assert_int_equal(found.at[0].absent_ms, 2);
    assert_int_equal(found.at[1].address, UINT32_MAX);
    assert_int_equal(found.at[1].last_ms, 2);
    vec_free(&found);
    assert_int_equal(journal_neighbours_add(j, &v6, 1, NULL, 0, NULL, 0, &fault), JOURNAL_DONE);
    assert_true(journal_neighbours_of(j, &v6, &found, &fault));
    assert_int_equal(found.count, 0);
    journal_close(j);
}

static void
unite_neighbour(struct journal *j, unsigned octet, int64_t first, int64_t last, int64_t absent,
                enum journal_change expected)
{
    struct journal_neighbour n = {0xCB007100 + octet, first, last, absent};
    enum journal_change change;
    struct fault fault;
    assert_int_equal(journal_begin(j, &fault), JOURNAL_DONE);
    assert_int_equal(journal_merge_neighbour(j, &n, &change, &fault), JOURNAL_DONE);
    assert_int_equal(change, expected);
    assert_int_equal(journal_commit(j, &fault), JOURNAL_DONE);
}

static void
neighbour_histories_merge(void **state)
{
    (void)state;
    struct journal *j = open_new("unite.db");
    unite_neighbour(j, 7, 100, 200, 0, JOURNAL_ADDED);
    unite_neighbour(j, 7, 100, 200, 0, JOURNAL_UNCHANGED);
    unite_neighbour(j, 7, 150, 180, 0, JOURNAL_UNCHANGED);
    unite_neighbour(j, 7, 50, 60, 70, JOURNAL_CHANGED);
    unite_neighbour(j, 7, 150, 300, 60, JOURNAL_CHANGED);
    unite_neighbour(j, 9, 500, 400, 0, JOURNAL_ADDED); /* no end lies before its beginning */
    unite_neighbour(j, 9, 500, 400, 0, JOURNAL_UNCHANGED);
    assert_known(j, "7 50-300 70, 9 500-500 0, ");
    journal_close(j);
}

/* ---- snapshots ---- */

static struct resource
resource_of(const char *text)
{
    struct resource resource;
    assert_true(resource_parse(text, &resource));
    return resource;
}

static void
keep(struct journal *j, const char *resource, int64_t at_ms, int64_t listed)
{
    struct journal_count s = {resource_of(resource), at_ms, 2026070620, listed, -1, 4};
    struct fault fault;
    assert_int_equal(journal_count_store(j, &s, &fault), JOURNAL_DONE);
}

/* "at listed impacts limit, ..." */
static void
assert_snapshots(struct journal *j, const char *of, size_t most, const char *expected)
{
    struct resource resource = resource_of(of);
    struct fault fault;
    struct buf out = {0};
    journal_counts all;
    assert_true(journal_counts_of(j, &resource, most, &all, &fault));
    for (size_t i = 0; i < all.count; i++) {
        assert_true(resource_equal(&all.at[i].resource, &resource));
        buf_format(&out, "%" PRId64 " %" PRId64 " %" PRId64 " %g, ", all.at[i].at_ms, all.at[i].listed,
                   all.at[i].impacts, all.at[i].limit);
    }
    assert_string_equal(buf_string(&out), expected);
    buf_free(&out);
    vec_free(&all);
}

static void
count_is_stored_once_per_zone(void **state)
{
    (void)state;
    struct journal *j = open_new("snapshot.db");
    assert_snapshots(j, NET, 10, "");
    keep(j, NET, 300, 3);
    keep(j, NET, 100, 1);
    keep(j, NET, 200, 2);
    keep(j, NET, 200, 99);
    keep(j, "AS64500", 200, 7);
    assert_snapshots(j, NET, 10, "100 1 -1 4, 200 2 -1 4, 300 3 -1 4, ");
    assert_snapshots(j, NET, 2, "200 2 -1 4, 300 3 -1 4, ");
    assert_snapshots(j, NET, 0, "");
    assert_snapshots(j, NET, SIZE_MAX, "100 1 -1 4, 200 2 -1 4, 300 3 -1 4, ");
    assert_snapshots(j, "AS64500", 10, "200 7 -1 4, ");
    assert_snapshots(j, "203.0.113.0/25", 10, "");
    journal_close(j);
}

/* Several figures of one matter and moment: in whatever order they come, the same one stays. */
static void
count_greater_one_stays(void **state)
{
    (void)state;
    static const struct journal_count all[] = {
        {.listed = 3, .impacts = 9, .limit = 4, .serial = 1},    {.listed = 3, .impacts = 10, .limit = 2, .serial = 1},
        {.listed = 3, .impacts = 10, .limit = 4, .serial = 1},   {.listed = 2, .impacts = 99, .limit = 99, .serial = 9},
        {.listed = 3, .impacts = 10, .limit = 4, .serial = 2},   {.listed = 3, .impacts = 10, .limit = -1, .serial = 7},
        {.listed = 3, .impacts = 10, .limit = NAN, .serial = 8},
    };
    for (size_t from = 0; from < COUNT(all); from++) {
        struct journal *j = open_new("greater.db");
        struct fault fault;
        assert_int_equal(journal_begin(j, &fault), JOURNAL_DONE);
        for (size_t i = 0; i < 2 * COUNT(all); i++) {
            struct journal_count s = all[(from + i * 3) % COUNT(all)];
            enum journal_change change;
            s.resource = resource_of(NET);
            s.at_ms = 100;
            assert_int_equal(journal_merge_count(j, &s, true, &change, &fault), JOURNAL_DONE);
            if (i == 0)
                assert_int_equal(change, JOURNAL_ADDED);
            if (i >= COUNT(all))
                assert_int_equal(change, JOURNAL_UNCHANGED);
        }
        assert_int_equal(journal_commit(j, &fault), JOURNAL_DONE);
        assert_snapshots(j, NET, 10, "100 3 10 4, ");
        struct resource resource = resource_of(NET);
        journal_counts kept;
        assert_true(journal_counts_of(j, &resource, 1, &kept, &fault));
        assert_int_equal(kept.at[0].serial, 2);
        vec_free(&kept);
        journal_close(j);
    }
}

static void
count_not_a_number_is_null(void **state)
{
    (void)state;
    static const double odd[] = {NAN, INFINITY, -INFINITY, -3};
    struct journal *j = open_new("odd.db");
    for (size_t i = 0; i < COUNT(odd); i++) {
        struct journal_count s = {resource_of(NET), (int64_t)i, 0, INT64_MAX, INT64_MIN, odd[i]};
        struct fault fault;
        assert_int_equal(journal_count_store(j, &s, &fault), JOURNAL_DONE);
    }
    assert_snapshots(j, NET, 1, "3 9223372036854775807 -9223372036854775808 0, ");
    journal_close(j);
}

/* ---- a journal that may only be read ---- */

static void
neighbours_in_readonly_journal_are_unchanged(void **state)
{
    (void)state;
    struct fault notice, fault;
    journal_close(open_new("read.db"));
    struct journal *j = journal_open(temp_dir_path("read.db"), false, JOURNAL_READS, JOURNAL_WAIT_MS, &notice, &fault);
    assert_non_null(j);
    struct prefix net = net_of(NET);
    struct journal_count s = {resource_of(NET), 1, 2, 3, 4, 5};
    fault.text[0] = '\0';
    assert_int_equal(journal_neighbours_add(j, &net, 1, (const uint32_t[]){0xCB007101}, 1, NULL, 0, &fault),
                     JOURNAL_FAILED);
    assert_non_null(strstr(fault.text, "cannot write the journal"));
    fault.text[0] = '\0';
    assert_int_equal(journal_count_store(j, &s, &fault), JOURNAL_FAILED);
    assert_non_null(strstr(fault.text, "cannot write the journal"));
    assert_known(j, "");
    assert_snapshots(j, NET, 10, "");
    journal_close(j);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(neighbour_returning_has_two_spells),
        cmocka_unit_test(neighbour_older_look_only_widens),
        cmocka_unit_test(neighbour_unasked_is_not_absent),
        cmocka_unit_test(neighbour_outside_prefix_is_untouched),
        cmocka_unit_test(neighbour_at_space_ends_is_stored),
        cmocka_unit_test(neighbour_histories_merge),
        cmocka_unit_test(count_is_stored_once_per_zone),
        cmocka_unit_test(count_greater_one_stays),
        cmocka_unit_test(count_not_a_number_is_null),
        cmocka_unit_test(neighbours_in_readonly_journal_are_unchanged),
    };
    return cmocka_run_group_tests(tests, temp_dir_make, temp_dir_remove);
}
