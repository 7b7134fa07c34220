#include "lists/policy.h"

#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static struct policy
rules(void)
{
    struct policy policy;
    policy_default(&policy);
    return policy;
}

static void
assert_same_policy(const struct policy *a, const struct policy *b)
{
    assert_string_equal(a->dated, b->dated);
    assert_memory_equal(a->limits, b->limits, sizeof a->limits);
    assert_true(a->score == b->score);
    assert_int_equal(a->impacts, b->impacts);
    assert_int_equal(a->window_hours, b->window_hours);
    assert_int_equal(a->rebuild_hours, b->rebuild_hours);
}

static void
limits_match_operator_table(void **state)
{
    (void)state;
    static const int64_t limits[] = {
        [8] = 2049, [9] = 1398, [10] = 954, [11] = 651, [12] = 444, [13] = 303, [14] = 207, [15] = 141, [16] = 96,
        [17] = 66,  [18] = 45,  [19] = 30,  [20] = 21,  [21] = 15,  [22] = 9,   [23] = 6,   [24] = 4,   [25] = 3,
        [26] = 2,   [27] = 1,   [28] = 1,   [29] = 1,   [30] = 1,   [31] = 1,   [32] = 1};
    struct policy policy = rules();
    for (unsigned length = 0; length <= 32; length++)
        assert_int_equal(policy_limit(&policy, length), limits[length]);
    for (unsigned length = 8; length <= 23; length++) /* the operator's formula, and the exception that is theirs */
        assert_int_equal(policy_limit(&policy, length),
                         length == 21 ? 15 : policy_limit(&policy, length + 1) + policy_limit(&policy, length + 3));
}

static void
limit_of_other_length_is_none(void **state)
{
    (void)state;
    struct policy policy = rules();
    static const unsigned lengths[] = {0, 7, 33, 64, 128, 4294967295};
    for (size_t i = 0; i < COUNT(lengths); i++)
        assert_int_equal(policy_limit(&policy, lengths[i]), 0);
}

static void
score_matches_operator_figures(void **state)
{
    (void)state;
    static const struct {
        int64_t impacts, addresses;
        double score;
    } cases[] = {
        {55, 1024, 5371.1}, /* the operator's own two examples */
        {160, 34025472, 0.5},     {2874, 3183616, 90.3}, {50, 100000, 50},
        {4995, 10000000, 50}, /* 49.95: halves go up */
        {49949, 100000000, 49.9}, {0, 1024, 0},          {10, 0, 0},
        {1, INT64_MAX, 0},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        if (policy_score(cases[i].impacts, cases[i].addresses) != cases[i].score)
            fail_msg("%lld on %lld: %f", (long long)cases[i].impacts, (long long)cases[i].addresses,
                     policy_score(cases[i].impacts, cases[i].addresses));
}

static void
needed_is_share_with_minimum(void **state)
{
    (void)state;
    static const struct {
        int64_t addresses, needed;
    } cases[] = {
        {0, 50},
        {256, 50},
        {100000, 50},
        {100001, 51},
        {102000, 51},
        {102001, 52},
        {3183616, 1592},
        {34025472, 17013},
        {4294967296, 2147484},
        {2000000000, 1000000},
        {INT64_MAX, 4611686018427388},
    };
    struct policy policy = rules();
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_int_equal(policy_needed(&policy, cases[i].addresses), cases[i].needed);
}

static void
score_setting_keeps_decimals(void **state)
{
    (void)state;
    struct policy policy = rules();
    policy.score = 33.3;
    policy.impacts = 1;
    assert_int_equal(policy_needed(&policy, 1000000), 333);
    assert_int_equal(policy_needed(&policy, 1000001), 334);
    policy.score = 0.1;
    assert_int_equal(policy_needed(&policy, 1000000), 1);
    assert_int_equal(policy_needed(&policy, 1000001), 2);
    policy.score = 100000;
    assert_int_equal(policy_needed(&policy, INT64_MAX), INT64_MAX);
}

static void
prefix_under_limit_clears(void **state)
{
    (void)state;
    static const struct {
        int64_t impacts, limit, lose, hours;
    } cases[] = {
        {23, 9, 15, 110}, /* 168 x 15 / 23 = 109.57 */
        {9, 9, 1, 19},    /* 18.67 */
        {8, 9, 0, 0},
        {0, 9, 0, 0},
        {1, 1, 1, 168},
        {100, 1, 100, 168}, /* never over the window */
        {4, 1, 4, 168},
        {8, 5, 4, 84}, /* no rounding where there is nothing to round */
        {168, 168, 1, 1},
        {500, 0, 0, 0}, /* no limit, no forecast */
        {1000000000000, 4, 999999999997, 168},
    };
    struct policy policy = rules();
    for (size_t i = 0; i < COUNT(cases); i++) {
        assert_int_equal(policy_to_lose(cases[i].impacts, cases[i].limit), cases[i].lose);
        assert_int_equal(policy_hours_to_clear(&policy, cases[i].impacts, cases[i].limit), cases[i].hours);
    }
    policy.window_hours = 24;
    assert_int_equal(policy_hours_to_clear(&policy, 8, 5), 12);
}

/* A settings file for one test. */
struct file {
    char path[32];
};

static struct file
write_file(const char *content, size_t count)
{
    struct file file = {"/tmp/policy-XXXXXX"};
    int fd = mkstemp(file.path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, content, count), count);
    close(fd);
    return file;
}

static bool
load(const char *content, struct policy *policy, struct fault *fault)
{
    struct file file = write_file(content, strlen(content));
    bool good = policy_load(policy, file.path, fault);
    unlink(file.path);
    return good;
}

static void
shipped_policy_equals_builtin(void **state)
{
    (void)state;
    struct policy expected = rules(), policy = {0};
    struct fault fault = {""};
    if (!policy_load(&policy, TEST_SOURCE_ROOT "/data/policy.conf", &fault))
        fail_msg("%s", fault.text);
    assert_same_policy(&policy, &expected); /* and so the file names every value, since all were 0 */
}

static void
policy_file_changes_named_values(void **state)
{
    (void)state;
    struct policy policy = rules(), expected = rules();
    struct fault fault = {""};
    static const char content[] = "# a comment\n"
                                  "[policy]\n"
                                  "dated = 2028-02-29\r\n"
                                  "\n"
                                  "[level2]\n"
                                  "  /24 = 5 ; more than it was\n"
                                  "\t/21=13\n"
                                  "[level3]\n"
                                  "; another comment\n"
                                  "score: 49.9\n"
                                  "impacts = 60";
    if (!load(content, &policy, &fault))
        fail_msg("%s", fault.text);
    strcpy(expected.dated, "2028-02-29");
    expected.limits[24] = 5;
    expected.limits[21] = 13;
    expected.score = 49.9;
    expected.impacts = 60;
    assert_same_policy(&policy, &expected);
}

static void
policy_file_empty_changes_nothing(void **state)
{
    (void)state;
    struct policy policy = rules(), expected = rules();
    struct fault fault = {""};
    assert_true(load("", &policy, &fault));
    assert_same_policy(&policy, &expected);
}

#define LONG                                                                                                           \
    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"

static void
policy_fault_names_line(void **state)
{
    (void)state;
    static const struct {
        const char *content, *fault; /* behind "path" */
    } cases[] = {
        {"[level2]\n/24 = many\n", ":2: [level2] /24 must be a whole number from 1 to 4294967296, not 'many'"},
        {"[level2]\n\n# x\n/24 = 4x\n", ":4: [level2] /24 must be a whole number from 1 to 4294967296, not '4x'"},
        {"[level2]\n/24 = 0\n", ":2: [level2] /24 must be a whole number from 1 to 4294967296, not '0'"},
        {"[level2]\n/24 = -4\n", ":2: [level2] /24 must be a whole number from 1 to 4294967296, not '-4'"},
        {"[level2]\n/24 = 4.5\n", ":2: [level2] /24 must be a whole number from 1 to 4294967296, not '4.5'"},
        {"[level2]\n/24 =\n", ":2: [level2] /24 must be a whole number from 1 to 4294967296, not ''"},
        {"[level2]\n/24 = 4#four\n", ":2: [level2] /24 must be a whole number from 1 to 4294967296, not '4#four'"},
        {"[level2]\n/8 = 99999999999999999999\n",
         ":2: [level2] /8 must be a whole number from 1 to 4294967296, not '99999999999999999999'"},
        {"[level2]\n/24 = 4\n/24 = 4\n", ":3: [level2] /24 is set already in line 2"},
        {"[level2]\n/33 = 1\n", ":2: [level2] has no key '/33': prefixes from /8 to /32 have limits"},
        {"[level2]\n/7 = 4000\n", ":2: [level2] has no key '/7': prefixes from /8 to /32 have limits"},
        {"[level2]\n/024 = 4\n", ":2: [level2] has no key '/024': prefixes from /8 to /32 have limits"},
        {"[level2]\n24 = 4\n", ":2: [level2] has no key '24': prefixes from /8 to /32 have limits"},
        {"[level2]\n/24 = 7\n", ":2: [level2] /23 = 6 is under the limit of the narrower /24, 7"},
        {"[level2]\n/25 = 3\n/22 = 5\n", ":3: [level2] /22 = 5 is under the limit of the narrower /23, 6"},
        {"[policy]\ndated = today\n", ":2: [policy] dated must be a date, YYYY-MM-DD, not 'today'"},
        {"[policy]\ndated = 2026-13-01\n", ":2: [policy] dated must be a date, YYYY-MM-DD, not '2026-13-01'"},
        {"[policy]\ndated = 2026-00-01\n", ":2: [policy] dated must be a date, YYYY-MM-DD, not '2026-00-01'"},
        {"[policy]\ndated = 2026-02-29\n", ":2: [policy] dated must be a date, YYYY-MM-DD, not '2026-02-29'"},
        {"[policy]\ndated = 2100-02-29\n", ":2: [policy] dated must be a date, YYYY-MM-DD, not '2100-02-29'"},
        {"[policy]\ndated = 2026-04-31\n", ":2: [policy] dated must be a date, YYYY-MM-DD, not '2026-04-31'"},
        {"[policy]\ndated = 2026-7-6\n", ":2: [policy] dated must be a date, YYYY-MM-DD, not '2026-7-6'"},
        {"[policy]\ndated = 2026-07-061\n", ":2: [policy] dated must be a date, YYYY-MM-DD, not '2026-07-061'"},
        {"[policy]\nwindow-hours = 9000\n",
         ":2: [policy] window-hours must be a whole number from 1 to 8784, not '9000'"},
        {"[policy]\nrebuild-hours = 0\n", ":2: [policy] rebuild-hours must be a whole number from 1 to 168, not '0'"},
        {"[policy]\nwindow = 168\n", ":2: unknown setting: [policy] window"},
        {"[level3]\nscore = 0.0\n",
         ":2: [level3] score must be above 0, with at most one decimal, and at most 100000, not '0.0'"},
        {"[level3]\nscore = 49.95\n",
         ":2: [level3] score must be above 0, with at most one decimal, and at most 100000, not '49.95'"},
        {"[level3]\nscore = 49,9\n",
         ":2: [level3] score must be above 0, with at most one decimal, and at most 100000, not '49,9'"},
        {"[level3]\nscore = 100000.1\n",
         ":2: [level3] score must be above 0, with at most one decimal, and at most 100000, not '100000.1'"},
        {"[level3]\nscore = nan\n",
         ":2: [level3] score must be above 0, with at most one decimal, and at most 100000, not 'nan'"},
        {"[level1]\nimpacts = 1\n", ":2: unknown setting: [level1] impacts"},
        {"dated = 2026-07-06\n", ":1: unknown setting: [] dated"},
        {"[policy]\njust words\n[level2]\n/24 = 4\n", ":2: neither a [section] nor a key = value: 'just words'"},
        {"[policy]\n[level2\n", ":2: neither a [section] nor a key = value: '[level2'"},
        {"words", ":1: neither a [section] nor a key = value: 'words'"},
        {"[policy]\ndated = \033]0;x\007\xFF\n", ":2: [policy] dated must be a date, YYYY-MM-DD, not '?]0;x?\?'"},
        {"[policy]\n\033[2J\xFF = 1\n", ":2: unknown setting: [policy] ?[2J?"},
        {"[policy]\n" LONG LONG " = 1\n", ":2: neither a [section] nor a key = value: '...'"},
        {"[policy]\nwords " LONG LONG "\n", ":2: neither a [section] nor a key = value: 'words ...'"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct policy policy = rules(), untouched = rules();
        struct fault fault = {""};
        struct file file = write_file(cases[i].content, strlen(cases[i].content));
        if (policy_load(&policy, file.path, &fault))
            fail_msg("accepted: %s", cases[i].content);
        unlink(file.path);
        assert_memory_equal(fault.text, file.path, strlen(file.path));
        assert_string_equal(fault.text + strlen(file.path), cases[i].fault);
        assert_same_policy(&policy, &untouched);
    }
}

static void
policy_file_with_nul_is_refused(void **state)
{
    (void)state;
    static const char content[] = "[level2]\n/24 = 4\0\n";
    struct policy policy = rules();
    struct fault fault = {""};
    struct file file = write_file(content, sizeof content - 1);
    assert_false(policy_load(&policy, file.path, &fault));
    unlink(file.path);
    assert_string_equal(fault.text + strlen(file.path), ":2: a NUL byte: this is not a text file");
}

static void
policy_file_unreadable_is_named(void **state)
{
    (void)state;
    struct policy policy = rules();
    struct fault fault = {""};
    assert_false(policy_load(&policy, "/nonexistent/\033policy.conf", &fault));
    assert_string_equal(fault.text, "cannot open /nonexistent/?policy.conf: No such file or directory");
    assert_false(policy_load(&policy, "/tmp", &fault));
    assert_string_equal(fault.text, "cannot read /tmp: it is a folder");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(limits_match_operator_table),       cmocka_unit_test(limit_of_other_length_is_none),
        cmocka_unit_test(score_matches_operator_figures),    cmocka_unit_test(needed_is_share_with_minimum),
        cmocka_unit_test(score_setting_keeps_decimals),      cmocka_unit_test(prefix_under_limit_clears),
        cmocka_unit_test(shipped_policy_equals_builtin),     cmocka_unit_test(policy_file_changes_named_values),
        cmocka_unit_test(policy_file_empty_changes_nothing), cmocka_unit_test(policy_fault_names_line),
        cmocka_unit_test(policy_file_with_nul_is_refused),   cmocka_unit_test(policy_file_unreadable_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
