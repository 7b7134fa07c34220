#include "base/buf.h"
#include "builtin_lists.h"
#include "zones/zone_set.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>

#include <cmocka.h>

#include "real_data.h"
#include "temp_dir.h"

#define SOA "$SOA 3600 a.test b.test 2026070618 3600 3600 86400 120\n127.0.0.2 Test\n"
#define LEVEL1 "dnsbl-1.uceprotect.net"
#define LEVEL2 "dnsbl-2.uceprotect.net"

/* A zone with so many addresses. */
static void
put_many(const char *name, unsigned count)
{
    struct buf text = {0};
    buf_text(&text, SOA);
    for (unsigned i = 0; i < count; i++)
        buf_format(&text, "1.2.%u.%u\n", i / 256, i % 256);
    temp_dir_put(name, buf_string(&text));
    buf_free(&text);
}

static struct zone_set *
open_good(void)
{
    struct fault fault;
    struct zone_set *zones = zone_set_open(temp_dir_folder(), catalogue_builtin(), &fault);
    if (zones == NULL)
        fail_msg("%s", fault.text);
    assert_string_equal(fault.text, "");
    return zones;
}

static void
assert_no_zones(const char *directory, const char *why)
{
    struct fault fault = {""};
    assert_null(zone_set_open(directory, catalogue_builtin(), &fault));
    if (!strstr(fault.text, why))
        fail_msg("%s", fault.text);
}

static size_t
addresses(const struct zone_set *zones, size_t list)
{
    size_t count;
    assert_non_null(zone_set_at(zones, LIST_AT(list)));
    zone_file_addresses(zone_set_at(zones, LIST_AT(list)), &count);
    return count - 1; /* without the test record */
}

/* Reads again, and expects something new and nothing wrong. */
static void
reload_good(struct zone_set *zones)
{
    struct fault fault;
    assert_true(zone_set_reload(zones, &fault));
    assert_string_equal(fault.text, "");
}

/* Reads again, and expects that all stays, with these words. */
static void
reload_bad(struct zone_set *zones, const char *why)
{
    struct fault fault;
    assert_false(zone_set_reload(zones, &fault));
    if (!strstr(fault.text, why) || !strstr(fault.text, "the data read before are kept"))
        fail_msg("%s", fault.text);
}

static void
present_files_are_loaded(void **state)
{
    (void)state;
    temp_dir_put(LEVEL1, SOA "1.2.3.4\n");
    temp_dir_pack("ips.whitelisted.org.gz", SOA "1.2.3.5\n");
    temp_dir_put("another.file", "junk");
    struct zone_set *zones = open_good();
    assert_string_equal(zone_set_directory(zones), temp_dir_folder());
    assert_true(zone_file_lists(zone_set_level(zones, 1), 0x01020304));
    assert_true(zone_file_lists(zone_set_at(zones, LIST_AT(AT_EXEMPTION)), 0x01020305));
    assert_null(zone_set_level(zones, 2));
    assert_null(zone_set_level(zones, 3));
    assert_null(zone_set_at(zones, LIST_AT(AT_BACKSCATTERER)));
    zone_set_close(zones);
}

static void
folder_without_zones_is_fault(void **state)
{
    (void)state;
    assert_no_zones(temp_dir_folder(), "no zone file is in ");
    assert_no_zones("/nonexistent/folder", "No such file");
    temp_dir_put("file", "x");
    assert_no_zones(temp_dir_path("file"), "Not a directory");
    zone_set_close(NULL);
}

static void
unusable_zone_is_fault(void **state)
{
    (void)state;
    temp_dir_put(LEVEL1, SOA "1.2.3.4\n");
    temp_dir_put(LEVEL2, "<html>404</html>\n");
    assert_no_zones(temp_dir_folder(), LEVEL2);
    assert_int_equal(unlink(temp_dir_path(LEVEL2)), 0);
    temp_dir_put(LEVEL2 ".gz", "\x1F\x8B\x08");
    assert_no_zones(temp_dir_folder(), "damaged");
}

static void
unwanted_zones_are_not_read(void **state)
{
    (void)state;
    struct fault fault;
    temp_dir_put(LEVEL1, SOA "1.2.3.4\n");
    temp_dir_put(LEVEL2, "<html>404</html>\n");
    struct zone_set *zones = zone_set_open_some(temp_dir_folder(), catalogue_builtin(), ZONE_SET_LEVEL(1), &fault);
    assert_non_null(zones);
    assert_int_equal(addresses(zones, AT_LEVEL1), 1);
    assert_null(zone_set_level(zones, 2));
    temp_dir_put(LEVEL2, SOA "1.2.3/24\n");
    assert_false(zone_set_reload(zones, &fault));
    assert_string_equal(fault.text, "");
    assert_null(zone_set_level(zones, 2));
    zone_set_close(zones);
    assert_null(zone_set_open_some(temp_dir_folder(), catalogue_builtin(), ZONE_SET_LEVEL(3), &fault));
    assert_non_null(strstr(fault.text, "no zone file is in"));
}

static void
reload_unchanged_reads_nothing(void **state)
{
    (void)state;
    struct fault fault;
    temp_dir_put(LEVEL1, SOA "1.2.3.4\n");
    struct zone_set *zones = open_good();
    const struct zone_file *before = zone_set_level(zones, 1);
    assert_false(zone_set_reload(zones, &fault));
    assert_string_equal(fault.text, "");
    assert_ptr_equal(zone_set_level(zones, 1), before);
    zone_set_close(zones);
}

static void
reload_reads_changed_and_new(void **state)
{
    (void)state;
    temp_dir_put(LEVEL1, SOA "1.2.3.4\n");
    temp_dir_put(LEVEL2, SOA "1.2.3/24\n");
    struct zone_set *zones = open_good();
    temp_dir_put(LEVEL1, SOA "1.2.3.4\n1.2.3.5\n");
    temp_dir_pack("ips.backscatterer.org.gz", SOA "1.2.3.9\n");
    const struct zone_file *level2 = zone_set_level(zones, 2);
    reload_good(zones);
    assert_int_equal(addresses(zones, AT_LEVEL1), 2);
    assert_int_equal(addresses(zones, AT_BACKSCATTERER), 1);
    assert_ptr_equal(zone_set_level(zones, 2), level2);
    zone_set_close(zones);
}

static void
reload_prefers_plain_over_packed(void **state)
{
    (void)state;
    temp_dir_pack(LEVEL1 ".gz", SOA "1.2.3.4\n");
    struct zone_set *zones = open_good();
    temp_dir_put(LEVEL1, SOA "1.2.3.4\n1.2.3.5\n"); /* gunzip removes the packed one */
    assert_int_equal(unlink(temp_dir_path(LEVEL1 ".gz")), 0);
    reload_good(zones);
    assert_int_equal(addresses(zones, AT_LEVEL1), 2);
    zone_set_close(zones);
}

static void
reload_unreadable_keeps_old(void **state)
{
    (void)state;
    struct fault fault;
    temp_dir_put(LEVEL1, SOA "1.2.3.4\n");
    temp_dir_put(LEVEL2, SOA "1.2.3/24\n");
    struct zone_set *zones = open_good();

    temp_dir_put(LEVEL1, "");
    reload_bad(zones, LEVEL1);
    reload_bad(zones, LEVEL1); /* it is said as long as it lasts */
    assert_true(zone_file_lists(zone_set_level(zones, 1), 0x01020304));

    assert_int_equal(unlink(temp_dir_path(LEVEL1)), 0);
    reload_bad(zones, "is gone");
    assert_true(zone_file_lists(zone_set_level(zones, 1), 0x01020304));

    temp_dir_put(LEVEL2, SOA "1.2.4.0/24\n"); /* the others are read all the same */
    assert_true(zone_set_reload(zones, &fault));
    assert_non_null(strstr(fault.text, LEVEL1));
    assert_true(zone_file_lists(zone_set_level(zones, 2), 0x01020404));

    temp_dir_put(LEVEL1, SOA "1.2.3.7\n");
    reload_good(zones);
    assert_true(zone_file_lists(zone_set_level(zones, 1), 0x01020307));
    zone_set_close(zones);
}

static void
reload_half_written_keeps_old(void **state)
{
    (void)state;
    put_many(LEVEL1, 1000);
    struct zone_set *zones = open_good();
    put_many(LEVEL1, 498);
    reload_bad(zones, "its zone file has only 499 entries, and the last sound one had 1,001");
    assert_int_equal(addresses(zones, AT_LEVEL1), 1000);
    temp_dir_put(LEVEL1, "1.2.3.4\n127.0.0.2\n");
    reload_bad(zones, "its zone file has lost its $SOA");
    assert_int_equal(addresses(zones, AT_LEVEL1), 1000);
    put_many(LEVEL1, 500);
    reload_good(zones);
    assert_int_equal(addresses(zones, AT_LEVEL1), 500);
    zone_set_close(zones);
}

static void
reload_small_zone_may_shrink(void **state)
{
    (void)state;
    put_many(LEVEL1, 98);
    struct zone_set *zones = open_good();
    put_many(LEVEL1, 1);
    reload_good(zones);
    assert_int_equal(addresses(zones, AT_LEVEL1), 1);
    zone_set_close(zones);
}

/* ---- files in doubt ---- */

#define BARE_SOA "$SOA 3600 a.test b.test 2026070618 3600 3600 86400 120\n"

#define TEN_LINES "1.2.4.1\n1.2.4.2\n1.2.4.3\n1.2.4.4\n1.2.4.5\n1.2.4.6\n1.2.4.7\n1.2.4.8\n1.2.4.9\n1.2.5.1\n"
#define FIFTY_LINES TEN_LINES TEN_LINES TEN_LINES TEN_LINES TEN_LINES
#define HUNDRED_LINES FIFTY_LINES FIFTY_LINES

static const struct {
    const char *content, *why;
} doubtful[] = {
    {SOA "1.2.3.4\n1.2.3.5", "ends within a line"},
    {SOA "1.2.3.4\n# the end", "ends within a line"},
    {SOA "1.2.3.4\n1.2.3,5\n", "1 of the 4 lines of its zone file are not understood, first line 4"},
    {SOA HUNDRED_LINES "$Include more.zone\n", "names another file by $INCLUDE"},
    {BARE_SOA, "does not list the test point 127.0.0.2"},
    {BARE_SOA "127.0.0.2\n!127.0.0.2\n", "does not list the test point 127.0.0.2"},
    {SOA "127.0.0.1\n", "lists 127.0.0.1, the test point that is never listed"},
    {SOA "0.0.0.0/1\n128.0.0.0/1\n", "lists 127.0.0.1, the test point that is never listed"},
    {SOA "0.0.0.0/1\n128.0.0.0/1\n!127.0.0.1\n", "lists more than half of all addresses"},
    {BARE_SOA "127.0.0.2 :127.0.0.1:Test\n", "answers 127.0.0.1, which is no listing"},
    {SOA "1.2.3.9 :127.255.255.254:refused\n", "answers 127.255.255.254, which is no listing"},
    {SOA ":1:listed\n1.2.3.9\n", "answers 127.0.0.1, which is no listing"},
    {SOA "1.2.3.9 :10.0.0.1:foreign\n", "answers 10.0.0.1, which is no listing"},
};

static void
file_in_doubt_is_not_answered_from(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof doubtful / sizeof doubtful[0]; i++) {
        struct fault fault;
        temp_dir_put(LEVEL1, doubtful[i].content);
        temp_dir_put(LEVEL2, SOA "1.2.3/24\n");
        struct zone_set *zones = zone_set_open(temp_dir_folder(), catalogue_builtin(), &fault);
        assert_non_null(zones);
        if (!strstr(fault.text, doubtful[i].why))
            fail_msg("'%s' is not in '%s'", doubtful[i].why, fault.text);
        assert_null(zone_set_level(zones, 1));
        assert_non_null(strstr(zone_set_doubt(zones, LIST_AT(AT_LEVEL1)), doubtful[i].why));
        assert_int_equal(zone_set_state(zones, LIST_AT(AT_LEVEL1), 0x01020304), STATE_UNHEALTHY);
        assert_int_equal(zone_set_state(zones, LIST_AT(AT_LEVEL2), 0x01020304), STATE_LISTED);
        assert_int_equal(zone_set_state(zones, LIST_AT(AT_LEVEL3), 0x01020304), STATE_UNASKED);
        temp_dir_put(LEVEL1, SOA "1.2.3.4\n"); /* whole at last */
        reload_good(zones);
        assert_null(zone_set_doubt(zones, LIST_AT(AT_LEVEL1)));
        assert_int_equal(zone_set_state(zones, LIST_AT(AT_LEVEL1), 0x01020304), STATE_LISTED);
        zone_set_close(zones);
    }
}

static void
reload_in_doubt_keeps_sound(void **state)
{
    (void)state;
    temp_dir_put(LEVEL1, SOA "1.2.3.4\n");
    struct zone_set *zones = open_good();
    for (size_t i = 0; i < sizeof doubtful / sizeof doubtful[0]; i++) {
        temp_dir_put(LEVEL1, doubtful[i].content);
        reload_bad(zones, doubtful[i].why);
        assert_int_equal(zone_set_state(zones, LIST_AT(AT_LEVEL1), 0x01020304), STATE_LISTED);
        assert_int_equal(zone_set_state(zones, LIST_AT(AT_LEVEL1), 0x01020306), STATE_CLEAR);
    }
    zone_set_close(zones);
}

static void
one_junk_line_in_a_hundred_is_no_doubt(void **state)
{
    (void)state;
    struct buf text = {0};
    buf_text(&text, SOA "168.1=\n# junk\n\n");
    for (unsigned i = 0; i < 97; i++) /* with $SOA, test record and junk: 100 */
        buf_format(&text, "1.2.3.%u\n", i);
    temp_dir_put(LEVEL1, buf_string(&text));
    struct zone_set *zones = open_good();
    buf_text(&text, "168.2=\n");
    temp_dir_put(LEVEL1, buf_string(&text));
    reload_bad(zones, "2 of the 101 lines of its zone file are not understood, first line 3: ");
    zone_set_close(zones);
    buf_free(&text);
}

/* A file as it is after a crash, and one that an editor wrote in UTF-16. */
static void
file_with_nul_is_in_doubt(void **state)
{
    (void)state;
    static const char bytes[] = SOA "1.2.3.4\n\0\0\0\0\0\0\n1.2.3.9\n";
    FILE *out = fopen(temp_dir_path(LEVEL1), "w");
    assert_int_equal(fwrite(bytes, 1, sizeof bytes - 1, out), sizeof bytes - 1);
    assert_int_equal(fclose(out), 0);
    struct fault fault;
    struct zone_set *zones = zone_set_open(temp_dir_folder(), catalogue_builtin(), &fault);
    assert_non_null(strstr(zone_set_doubt(zones, LIST_AT(AT_LEVEL1)), "NUL bytes"));
    zone_set_close(zones);
}

static void
set_age(const char *name, int64_t seconds)
{
    const struct timespec times[2] = {{.tv_sec = time(NULL) - seconds}, {.tv_sec = time(NULL) - seconds}};
    assert_int_equal(utimensat(AT_FDCWD, temp_dir_path(name), times, 0), 0);
}

static void
expired_or_future_timestamp_is_not_answered_from(void **state)
{
    (void)state;
    static const struct {
        const char *stamp, *why;
    } cases[] = {
        {"$TIMESTAMP 2026:07:06 +7d\n", "its zone file expired "},
        {"$TIMESTAMP - 2026:07:13\n", "its zone file expired "},
        {"$TIMESTAMP 2099:01:01\n", "from the future by its $TIMESTAMP"},
        {"$TIMESTAMP 2026:07:06 +5000d\n", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct fault fault;
        char text[256];
        snprintf(text, sizeof text, "%s" SOA "1.2.3.4\n", cases[i].stamp);
        temp_dir_put(LEVEL1, text);
        struct zone_set *zones = zone_set_open(temp_dir_folder(), catalogue_builtin(), &fault);
        const char *doubt = zone_set_doubt(zones, LIST_AT(AT_LEVEL1));
        if (cases[i].why ? !doubt || !strstr(doubt, cases[i].why) : doubt != NULL)
            fail_msg("%s: %s", cases[i].stamp, doubt ? doubt : "no doubt");
        zone_set_close(zones);
    }
}

static void
file_beyond_max_age_is_in_doubt_when_the_time_comes(void **state)
{
    (void)state;
    struct fault fault;
    temp_dir_put(LEVEL1, "127.0.0.2 Test\n1.2.3.4\n");
    set_age(LEVEL1, 3000);
    struct zone_set *zones = open_good();
    zone_set_max_age(zones, 3600 * 1000);
    assert_false(zone_set_reload(zones, &fault));
    assert_non_null(zone_set_level(zones, 1));
    zone_set_max_age(zones, 2000 * 1000);
    assert_true(zone_set_reload(zones, &fault));
    assert_null(zone_set_level(zones, 1));
    assert_non_null(strstr(zone_set_doubt(zones, LIST_AT(AT_LEVEL1)),
                           "its zone file is 50 min old by its file time, and --max-age allows 33 min"));
    temp_dir_put(LEVEL1, "127.0.0.2 Test\n1.2.3.4\n");
    reload_good(zones);
    assert_non_null(zone_set_level(zones, 1));
    zone_set_close(zones);
}

static void
newer_of_plain_and_packed_is_read(void **state)
{
    (void)state;
    struct fault fault;
    temp_dir_pack(LEVEL1 ".gz", "$SOA 3600 a.test b.test 2026070619 3600 3600 86400 120\n127.0.0.2 Test\n1.2.3.4\n");
    struct zone_set *zones = open_good();
    assert_null(zone_set_ignored(zones, LIST_AT(AT_LEVEL1)));
    temp_dir_put(LEVEL1, SOA "1.2.3.5\n"); /* written later, made earlier */
    assert_false(zone_set_reload(zones, &fault));
    assert_string_equal(zone_set_ignored(zones, LIST_AT(AT_LEVEL1)),
                        LEVEL1 " is not read, because the other file of this list is newer");
    assert_int_equal(zone_set_state(zones, LIST_AT(AT_LEVEL1), 0x01020304), STATE_LISTED);
    temp_dir_put(LEVEL1, "$SOA 3600 a.test b.test 2026070620 3600 3600 86400 120\n127.0.0.2 Test\n1.2.3.5\n");
    assert_true(zone_set_reload(zones, &fault));
    assert_string_equal(fault.text, LEVEL1 ".gz is not read, because the other file of this list is newer");
    assert_string_equal(zone_set_ignored(zones, LIST_AT(AT_LEVEL1)), fault.text);
    assert_int_equal(zone_set_state(zones, LIST_AT(AT_LEVEL1), 0x01020304), STATE_CLEAR);
    zone_set_close(zones);
}

#define FUTURE_SOA "$SOA 3600 a.test b.test 2099010100 3600 3600 86400 120\n127.0.0.2 Test\n"
#define UNDATED "127.0.0.2 Test\n" /* but by the file's time */

static void
better_of_plain_and_packed_is_read_and_the_reason_is_true(void **state)
{
    (void)state;
    static const struct {
        const char *plain, *packed;
        int64_t plain_age, packed_age;
        const char *ignored;
    } cases[] = {
        {FUTURE_SOA, UNDATED "1.2.3.4\n", 0, 0, LEVEL1 " is not read, because it is dated in the future"},
        {UNDATED "1.2.3.4\n", FUTURE_SOA, 0, 0, LEVEL1 ".gz is not read, because it is dated in the future"},
        {SOA, SOA "1.2.3.4\n", 90, 60,
         LEVEL1 " is not read, because the other file of this list is as new and was written later"},
        {SOA "1.2.3.4\n", SOA, 60, 90,
         LEVEL1 ".gz is not read, because the other file of this list is as new and was written later"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct fault fault;
        temp_dir_put(LEVEL1, cases[i].plain);
        temp_dir_pack(LEVEL1 ".gz", cases[i].packed);
        set_age(LEVEL1, cases[i].plain_age);
        set_age(LEVEL1 ".gz", cases[i].packed_age);
        struct zone_set *zones = zone_set_open(temp_dir_folder(), catalogue_builtin(), &fault);
        assert_non_null(zones);
        assert_string_equal(fault.text, cases[i].ignored);
        assert_string_equal(zone_set_ignored(zones, LIST_AT(AT_LEVEL1)), cases[i].ignored);
        assert_int_equal(zone_set_state(zones, LIST_AT(AT_LEVEL1), 0x01020304), STATE_LISTED);
        zone_set_close(zones);
    }
}

static void
file_with_half_the_entries_comes_into_doubt(void **state)
{
    (void)state;
    put_many(LEVEL1, 300);
    struct zone_set *zones = open_good();
    const struct list *list = LIST_AT(AT_LEVEL1);
    assert_int_equal(zone_set_compare(zones, list, 0), 301);
    assert_int_equal(zone_set_compare(zones, list, 603), 301);
    assert_int_equal(zone_set_compare(zones, list, 1000), 0);
    assert_string_equal(zone_set_doubt(zones, list),
                        "its zone file has only 301 entries, and the last sound one had 1,000; fetch it again: whylisted sync");
    assert_int_equal(zone_set_state(zones, list, 0x01020001), STATE_UNHEALTHY);
    zone_set_close(zones);
}

/* ---- in steps ---- */

enum { MANY = 20000 }; /* addresses: a few pieces of a file */

/* Goes on until all is read; counts the steps that were not the last. */
static enum zone_set_progress
run_steps(struct zone_set *zones, struct fault *fault, size_t *steps)
{
    enum zone_set_progress progress;
    for (*steps = 0; (progress = zone_set_step(zones, 0, fault)) == ZONE_SET_READING; ++*steps)
        assert_string_equal(fault->text, "");
    return progress;
}

static void
first_read_shows_nothing_until_complete(void **state)
{
    (void)state;
    struct fault fault;
    put_many(LEVEL1, MANY);
    put_many(LEVEL2, MANY);
    struct zone_set *zones = zone_set_new(temp_dir_folder(), catalogue_builtin(), ZONE_SET_ALL);
    unsigned had = 0, has = 0;
    assert_null(zone_set_level(zones, 1));
    while (zone_set_step(zones, 0, &fault) == ZONE_SET_READING) {
        assert_null(zone_set_level(zones, 1));
        assert_null(zone_set_level(zones, 2));
        has = zone_set_percent(zones);
        assert_in_range(has, had, 100);
        had = has;
    }
    assert_string_equal(fault.text, "");
    assert_int_equal(has, 100);
    assert_int_equal(addresses(zones, AT_LEVEL1), MANY);
    assert_int_equal(addresses(zones, AT_LEVEL2), MANY);
    assert_int_equal(zone_set_step(zones, 0, &fault), ZONE_SET_SAME);
    zone_set_close(zones);
}

static void
reload_serves_old_until_complete(void **state)
{
    (void)state;
    struct fault fault;
    enum zone_set_progress progress;
    size_t steps = 0;
    temp_dir_put(LEVEL1, SOA "7.7.7.7\n");
    temp_dir_put(LEVEL2, SOA "1.2.3/24\n");
    struct zone_set *zones = open_good();
    put_many(LEVEL1, MANY);
    temp_dir_put(LEVEL2, SOA "1.2.4/24\n");
    for (; (progress = zone_set_step(zones, 0, &fault)) == ZONE_SET_READING; steps++) {
        assert_true(zone_file_lists(zone_set_level(zones, 1), 0x07070707));
        assert_int_equal(addresses(zones, AT_LEVEL1), 1);
        assert_true(zone_file_lists(zone_set_level(zones, 2), 0x01020301));
    }
    assert_int_equal(progress, ZONE_SET_CHANGED);
    assert_true(steps > 10);
    assert_int_equal(addresses(zones, AT_LEVEL1), MANY);
    assert_false(zone_file_lists(zone_set_level(zones, 2), 0x01020301));
    assert_true(zone_file_lists(zone_set_level(zones, 2), 0x01020401));
    zone_set_close(zones);
}

static void
reload_changed_while_reading_keeps_old(void **state)
{
    (void)state;
    struct fault fault;
    size_t steps;
    temp_dir_put(LEVEL1, SOA "7.7.7.7\n");
    struct zone_set *zones = open_good();
    put_many(LEVEL1, MANY);
    assert_int_equal(zone_set_step(zones, 0, &fault), ZONE_SET_READING);
    assert_int_equal(zone_set_step(zones, 0, &fault), ZONE_SET_READING);
    put_many(LEVEL1, MANY + 1);
    assert_int_equal(run_steps(zones, &fault, &steps), ZONE_SET_SAME);
    assert_non_null(strstr(fault.text, "it was written to meanwhile"));
    assert_non_null(strstr(fault.text, "the data read before are kept"));
    assert_true(zone_file_lists(zone_set_level(zones, 1), 0x07070707));
    reload_good(zones);
    assert_int_equal(addresses(zones, AT_LEVEL1), MANY + 1);
    zone_set_close(zones);
}

static void
first_read_failed_can_be_retried(void **state)
{
    (void)state;
    struct fault fault;
    size_t steps;
    struct zone_set *zones = zone_set_new(temp_dir_folder(), catalogue_builtin(), ZONE_SET_ALL);
    assert_int_equal(zone_set_step(zones, 0, &fault), ZONE_SET_FAILED);
    assert_non_null(strstr(fault.text, "no zone file is in "));
    put_many(LEVEL1, MANY);
    temp_dir_put(LEVEL2, "junk\n");
    assert_int_equal(run_steps(zones, &fault, &steps), ZONE_SET_FAILED);
    assert_non_null(strstr(fault.text, LEVEL2));
    assert_null(zone_set_level(zones, 1));
    temp_dir_put(LEVEL2, SOA "1.2.3/24\n");
    assert_int_equal(run_steps(zones, &fault, &steps), ZONE_SET_CHANGED);
    assert_string_equal(fault.text, "");
    assert_int_equal(addresses(zones, AT_LEVEL1), MANY);
    zone_set_close(zones);
}

/* A reload that is under way is brought to its end by one at once. */
static void
steps_can_finish_at_once(void **state)
{
    (void)state;
    struct fault fault;
    temp_dir_put(LEVEL1, SOA "7.7.7.7\n");
    struct zone_set *zones = open_good();
    put_many(LEVEL1, MANY);
    assert_int_equal(zone_set_step(zones, 0, &fault), ZONE_SET_READING);
    reload_good(zones);
    assert_int_equal(addresses(zones, AT_LEVEL1), MANY);
    zone_set_close(zones);
}

static void
reading_can_be_abandoned(void **state)
{
    (void)state;
    struct fault fault;
    int before = dup(STDIN_FILENO);
    close(before);
    bool whole = false;
    for (size_t steps = 0; !whole; steps += 1 + steps / 8) {
        temp_dir_put(LEVEL1, SOA "7.7.7.7\n");
        put_many(LEVEL2, MANY);
        struct zone_set *zones =
            steps % 2 ? open_good() : zone_set_new(temp_dir_folder(), catalogue_builtin(), ZONE_SET_ALL);
        put_many(LEVEL1, MANY);
        put_many(LEVEL2, MANY + 1);
        for (size_t i = 0; i < steps && !whole; i++)
            whole = zone_set_step(zones, 0, &fault) != ZONE_SET_READING;
        zone_set_close(zones);
    }
    int after = dup(STDIN_FILENO);
    close(after);
    assert_int_equal(before, after);
}

static void
real_folder_opens(void **state)
{
    (void)state;
    struct fault fault;
    struct zone_set *zones = zone_set_open(REAL_DATA("uceprotect-2026-07-06"), catalogue_builtin(), &fault);
    assert_non_null(zones);
    assert_int_equal(addresses(zones, AT_LEVEL1), 50293);
    assert_int_equal(zone_file_row_count(zone_set_level(zones, 2)), 7849);
    assert_null(zone_set_level(zones, 3));
    assert_non_null(zone_set_at(zones, LIST_AT(AT_EXEMPTION)));
    assert_non_null(zone_set_at(zones, LIST_AT(AT_BACKSCATTERER)));
    zone_set_close(zones);
}

int
main(void)
{
#define FOLDER_TEST(test) cmocka_unit_test_setup_teardown(test, temp_dir_make, temp_dir_remove)
    const struct CMUnitTest tests[] = {
        FOLDER_TEST(present_files_are_loaded),
        FOLDER_TEST(folder_without_zones_is_fault),
        FOLDER_TEST(unusable_zone_is_fault),
        FOLDER_TEST(unwanted_zones_are_not_read),
        FOLDER_TEST(reload_unchanged_reads_nothing),
        FOLDER_TEST(reload_reads_changed_and_new),
        FOLDER_TEST(reload_prefers_plain_over_packed),
        FOLDER_TEST(reload_unreadable_keeps_old),
        FOLDER_TEST(reload_half_written_keeps_old),
        FOLDER_TEST(reload_small_zone_may_shrink),
        FOLDER_TEST(file_in_doubt_is_not_answered_from),
        FOLDER_TEST(reload_in_doubt_keeps_sound),
        FOLDER_TEST(one_junk_line_in_a_hundred_is_no_doubt),
        FOLDER_TEST(file_with_nul_is_in_doubt),
        FOLDER_TEST(expired_or_future_timestamp_is_not_answered_from),
        FOLDER_TEST(file_beyond_max_age_is_in_doubt_when_the_time_comes),
        FOLDER_TEST(file_with_half_the_entries_comes_into_doubt),
        FOLDER_TEST(newer_of_plain_and_packed_is_read),
        FOLDER_TEST(better_of_plain_and_packed_is_read_and_the_reason_is_true),
        FOLDER_TEST(first_read_shows_nothing_until_complete),
        FOLDER_TEST(reload_serves_old_until_complete),
        FOLDER_TEST(reload_changed_while_reading_keeps_old),
        FOLDER_TEST(first_read_failed_can_be_retried),
        FOLDER_TEST(steps_can_finish_at_once),
        FOLDER_TEST(reading_can_be_abandoned),
        cmocka_unit_test(real_folder_opens),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
