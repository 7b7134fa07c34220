/* Fleet files: targets, labels, tags, silence, includes, and sentences that name file and line. */

#include "targets/fleet.h"

#include "base/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "temp_dir.h"

static struct fleet fleet;
static struct buf reports;

/* Keeps the sentences without the folder, one a line. */
static void
on_report(void *arg, const char *sentence)
{
    (void)arg;
    size_t count = strlen(temp_dir_folder()) + 1;
    for (const char *at; (at = strstr(sentence, temp_dir_folder())); sentence = at + count)
        buf_bytes(&reports, sentence, (size_t)(at - sentence));
    buf_format(&reports, "%s\n", sentence);
}

static bool
read_again(const char *path, struct fault *fault)
{
    fleet_fini(&fleet);
    fleet = (struct fleet){0};
    buf_clear(&reports);
    return fleet_read(&fleet, path, catalogue_builtin(), on_report, NULL, fault);
}

static void
read_text(const char *text)
{
    struct fault fault;
    if (!read_again(temp_dir_put("fleet", text), &fault))
        fail_msg("%s", fault.text);
}

/* "TARGET|LABEL|TAGS" */
static void
assert_target(size_t place, const char *expected)
{
    struct buf is = {0};
    assert_true(place < fleet.targets.count);
    const struct fleet_target *target = fleet.targets.at[place];
    buf_format(&is, "%s|%s|%s", target->text, target->label, target->tags);
    assert_string_equal(buf_string(&is), expected);
    buf_free(&is);
}

static void
assert_reports(const char *expected)
{
    assert_string_equal(buf_string(&reports), expected);
}

static void
lines_give_target_label_and_tags(void **state)
{
    (void)state;
    read_text("\xEF\xBB\xBF# ours\r\n"
              "198.51.100.25 mx1 [Prod, out] # a comment\r\n"
              "\r\n"
              "[198.51.100.26]\tm\xC3\xBCnster [shared]\r\n"
              "198.51.100.27#none\n"
              "2001:DB8::25 [v6 only] mx6\n"
              "Example.ORG our shop\n"
              "198.51.100.28 last");
    assert_reports("");
    assert_int_equal(fleet.bad, 0);
    assert_int_equal(fleet.targets.count, 6);
    assert_target(0, "198.51.100.25|mx1|prod out");
    assert_target(1, "198.51.100.26|m\xC3\xBCnster|shared");
    assert_target(2, "198.51.100.27||");
    assert_target(3, "2001:db8::25|mx6|v6 only");
    assert_target(4, "example.org|our shop|");
    assert_int_equal(fleet.targets.at[4]->address.family, ADDR_NONE);
    assert_target(5, "198.51.100.28|last|");
}

static void
prefix_gives_each_of_its_addresses(void **state)
{
    (void)state;
    read_text("198.51.100.254/31 pair\n198.51.101.0/24 pool [a]\n2001:db8::10/127\n");
    assert_reports("");
    assert_int_equal(fleet.targets.count, 2 + 256 + 2);
    assert_target(0, "198.51.100.254|pair|");
    assert_target(1, "198.51.100.255|pair|");
    assert_target(2, "198.51.101.0|pool|a");
    assert_target(257, "198.51.101.255|pool|a");
    assert_target(259, "2001:db8::11||");
}

static void
bad_line_is_told_and_the_rest_is_read(void **state)
{
    (void)state;
    read_text(
        "mx1 198.51.100.1\n198.51.100.0/23\nAS64500\n198.51.100.2 [open\n198.51.100.3 [silent:soon]\n198.51.100.4\n");
    assert_reports(
        "fleet:1: 'mx1' is not an address (203.0.113.77), prefix (203.0.113.0/24), AS number (AS64500) or domain\n"
        "fleet:2: 198.51.100.0/23 is too wide; a fleet takes prefixes of at most 256 addresses (/24)\n"
        "fleet:3: AS64500 is an AS number; a fleet has addresses, prefixes and domains\n"
        "fleet:4: the tags after '[' have no ']'\n"
        "fleet:5: 'silent:soon' has no date; write silent:2026-12-24\n");
    assert_int_equal(fleet.bad, 5);
    assert_int_equal(fleet.targets.count, 1);
}

static void
repeated_target_counts_once_and_is_told(void **state)
{
    (void)state;
    read_text("198.51.100.1 first\n198.51.100.1 second\n198.51.100.0/30 pool\n198.51.100.0/31\n");
    assert_reports("fleet:2: 198.51.100.1 is named before, at fleet:1, which counts\n"
                   "fleet:3: 198.51.100.1 is named before, at fleet:1, which counts\n"
                   "fleet:4: 2 addresses are named before, the first at fleet:3, which count\n");
    assert_int_equal(fleet.bad, 0);
    assert_int_equal(fleet.targets.count, 4);
    assert_target(0, "198.51.100.1|first|");
}

static void
planned_silence_ends_on_its_day(void **state)
{
    (void)state;
    read_text("198.51.100.1 mx1 [prod silent:2026-12-24]\n198.51.100.2\n");
    assert_target(0, "198.51.100.1|mx1|prod");
    assert_int_equal(fleet.targets.at[0]->silent_until_ms, INT64_C(1798070400000));
    assert_int_equal(fleet.targets.at[1]->silent_until_ms, 0);
}

static void
include_reads_beside_its_file(void **state)
{
    (void)state;
    temp_dir_put("customers", "198.51.100.2 two\nfoo\ninclude fleet\n");
    read_text("198.51.100.1 one\n  include customers  # theirs\ninclude nowhere\n198.51.100.3 three\n");
    assert_int_equal(fleet.targets.count, 3);
    assert_target(1, "198.51.100.2|two|");
    assert_target(2, "198.51.100.3|three|");
    assert_reports(
        "customers:2: 'foo' is not an address (203.0.113.77), prefix (203.0.113.0/24), AS number (AS64500) or domain\n"
        "customers:3: fleet is included before; include each file once\n"
        "fleet:3: cannot open nowhere: No such file or directory\n");
    assert_int_equal(fleet.bad, 3);
}

static void
hostile_file_is_bounded(void **state)
{
    (void)state;
    struct buf text = {0};
    struct fault fault;
    for (int i = 0; i < 300; i++)
        buf_format(&text, "10.%d.%d.0/24\n", i / 256, i % 256);
    read_text(buf_string(&text));
    assert_int_equal(fleet.targets.count, FLEET_MOST);
    assert_reports("fleet:256: a fleet has at most 65536 targets; the rest is left out\n");
    assert_false(read_again(temp_dir_put_bytes("fleet", "198.51.100.1\n\0", 14), &fault));
    assert_non_null(strstr(fault.text, "fleet:2: a NUL byte"));
    assert_false(read_again(temp_dir_path("missing"), &fault));
    assert_non_null(strstr(fault.text, "cannot open"));
    buf_clear(&text);
    for (int i = 0; i < 100000; i++)
        buf_text(&text, "[[[\033");
    read_text(buf_string(&text));
    assert_int_equal(fleet.bad, 1);
    buf_free(&text);
}

/* Somebody else's text must not make the program read files. */
static void
text_has_targets_but_includes_no_file(void **state)
{
    static const char text[] = "203.0.113.1 mx1 [prod]\r\ninclude /etc/hostname\n\n203.0.113.1";
    (void)state;
    fleet_fini(&fleet);
    fleet = (struct fleet){0};
    buf_clear(&reports);
    fleet_read_text(&fleet, "pasted lines", text, strlen(text), catalogue_builtin(), on_report, NULL);
    assert_target(0, "203.0.113.1|mx1|prod");
    assert_int_equal(fleet.targets.count, 1);
    assert_int_equal(fleet.files.count, 1);
    assert_int_equal(fleet.bad, 1);
    assert_non_null(strstr(buf_string(&reports), "pasted lines:2: 'include'"));
    assert_non_null(strstr(buf_string(&reports), "pasted lines:4: 203.0.113.1 is named before, at pasted lines:1"));
}

/* The tags behind a label that is cut are read. */
static void
long_label_is_cut_and_keeps_its_tags(void **state)
{
    struct buf text = {0}, expected = {0};
    (void)state;
    buf_text(&text, "203.0.113.25 ");
    buf_text(&expected, "203.0.113.25|");
    for (int i = 0; i < 300; i++)
        buf_byte(&text, 'x');
    for (int i = 0; i < 252; i++)
        buf_byte(&expected, 'x');
    buf_text(&text, " [prod silent:2099-12-24]\n");
    buf_text(&expected, "...|prod");
    read_text(buf_string(&text));
    assert_target(0, buf_string(&expected));
    assert_true(fleet.targets.at[0]->silent_until_ms > 0);
    assert_non_null(strstr(buf_string(&reports), "fleet:1: the label is longer than 255 bytes; its beginning is kept"));
    buf_free(&text);
    buf_free(&expected);
}

static void
changed_file_is_noticed(void **state)
{
    (void)state;
    read_text("203.0.113.25 mx1\n");
    assert_false(fleet_is_changed(&fleet));
    temp_dir_put("fleet", "203.0.113.25 mx1\n203.0.113.26 mx2\n");
    assert_true(fleet_is_changed(&fleet));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_give_target_label_and_tags),
        cmocka_unit_test(prefix_gives_each_of_its_addresses),
        cmocka_unit_test(bad_line_is_told_and_the_rest_is_read),
        cmocka_unit_test(repeated_target_counts_once_and_is_told),
        cmocka_unit_test(planned_silence_ends_on_its_day),
        cmocka_unit_test(include_reads_beside_its_file),
        cmocka_unit_test(hostile_file_is_bounded),
        cmocka_unit_test(long_label_is_cut_and_keeps_its_tags),
        cmocka_unit_test(changed_file_is_noticed),
        cmocka_unit_test(text_has_targets_but_includes_no_file),
    };
    int failed = cmocka_run_group_tests(tests, temp_dir_make, temp_dir_remove);
    fleet_fini(&fleet);
    buf_free(&reports);
    return failed;
}
