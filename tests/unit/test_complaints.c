/* The outcome of complaints, as the journal saw it. */

#include "base/clock.h"
#include "builtin_lists.h"
#include "check/complaints.h"
#include "evidence_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "journal_fixture.h"

enum { DAY_MS = 24 * 60 * 60 * 1000 };
static const int64_t begin_ms = INT64_C(1772413200000); /* 2026-03-02 */

static struct fault fault;

static void
at_day(int day)
{
    clock_fake(begin_ms + (int64_t)day * DAY_MS, begin_ms + (int64_t)day * DAY_MS);
}

static void
tell(struct journal *j, const char *resource, const char *who, int day)
{
    struct resource r = journal_fixture_resource(resource);
    DONE(journal_case_add_contact(j, &r, who, "complaint", begin_ms + (int64_t)day * DAY_MS, &journal_fixture_fault));
}

/* A zone file of that day, with so many impacts of a prefix; -1 = not published. */
static void
count(struct journal *j, const char *resource, int impacts, int day)
{
    struct journal_count c = {.resource = journal_fixture_resource(resource),
                              .at_ms = begin_ms + (int64_t)day * DAY_MS,
                              .serial = (uint32_t)(2026030000 + day),
                              .listed = 3,
                              .impacts = impacts,
                              .limit = 4};
    DONE(journal_count_store(j, &c, &journal_fixture_fault));
}

static void
assert_words(struct journal *j, const char *resource, const char *expected, const char *ended)
{
    struct dataset dataset = {0};
    struct complaints c = {0};
    struct buf words = {0};
    struct resource r = journal_fixture_resource(resource);
    assert_true(complaints_read(&c, j, &dataset, &r, &fault));
    complaints_words(&words, &c);
    assert_string_equal(buf_string(&words), expected);
    buf_clear(&words);
    complaints_ended_words(&words, &c);
    assert_string_equal(buf_string(&words), ended);
    buf_free(&words);
    complaints_fini(&c);
}

static void
ends_are_counted_from_the_first_complaint(void **state)
{
    (void)state;
    struct journal *j = journal_fixture_new("ends.db");
    at_day(0);
    assert_words(j, "203.0.112.0/22", "", "");
    tell(j, "203.0.113.0/24", "abuse@harbor.example", 1);
    assert_words(j, "203.0.112.0/22", "1 complaint on 2026-03-03: 1 has not been looked at since", "");
    count(j, "203.0.113.0/24", 19, 0);
    count(j, "203.0.113.0/24", 12, 3);
    assert_words(j, "203.0.113.0/24", "1 complaint on 2026-03-03: 1 is still listed", "");
    tell(j, "203.0.113.0/24", "abuse@harbor.example", 4); /* a reminder */
    count(j, "203.0.113.0/24", -1, 5);
    count(j, "203.0.113.0/24", 30, 9); /* listed again: another story */
    assert_words(j, "203.0.113.0/24",
                 "1 complaint on 2026-03-03: 1 listing ended, after 4 days, of which 1 is listed again", "4 days");
    count(j, "203.0.113.0/24", -1, 11); /* the first end counts */
    assert_words(j, "203.0.113.0/24", "1 complaint on 2026-03-03: 1 listing ended, after 4 days", "4 days");
    tell(j, "203.0.112.0/24", "abuse@harbor.example", 6);
    count(j, "203.0.112.0/24", -1, 15);
    tell(j, "203.0.114.0/24", "abuse@harbor.example", 7);
    count(j, "203.0.114.0/24", 9, 8);
    assert_words(j, "203.0.112.0/22",
                 "3 complaints since 2026-03-03: 2 listings ended, after 4 and 9 days; 1 is still listed",
                 "4 and 9 days");
    assert_words(j, "198.51.100.0/24", "", ""); /* of somebody else */
    journal_close(j);
}

static void
message_of_the_watch_is_no_complaint(void **state)
{
    (void)state;
    struct journal *j = journal_fixture_new("watch.db");
    at_day(0);
    tell(j, "203.0.113.77", "watch", 1);
    assert_words(j, "203.0.113.77", "", "");
    journal_close(j);
}

/* Lists that are silent. */
enum { NONE = 0, ALL = (1 << BUILTIN_LISTS) - 1 };

static void
observe(struct journal *j, const char *address, bool listed, unsigned silent, int day)
{
    struct evidence e;
    struct verdict v = {0};
    struct observation o;
    at_day(day);
    made_evidence(&e, address);
    if (listed)
        made_listed(&e, AT_LEVEL2, MADE_L2_INNER);
    for (size_t i = 0; i < BUILTIN_LISTS; i++)
        if (silent >> i & 1)
            made_trouble(&e, i, STATE_TIMEOUT, NULL);
    e.started_ms = e.finished_ms = begin_ms + (int64_t)day * DAY_MS;
    v.headline = mem_copy("");
    observation_make(&o, &e, &v);
    bool changed;
    DONE(journal_observe(j, &o, &changed, &journal_fixture_fault));
    observation_fini(&o);
    verdict_fini(&v);
    evidence_fini(&e);
}

/* Silence ends nothing. */
static void
answers_about_an_address_end_its_listing(void **state)
{
    (void)state;
    struct journal *j = journal_fixture_new("address.db");
    observe(j, "203.0.113.77", true, NONE, 0);
    tell(j, "203.0.113.77", "abuse@harbor.example", 1);
    observe(j, "203.0.113.77", false, ALL, 2);
    assert_words(j, "203.0.113.77", "1 complaint on 2026-03-03: 1 has not been looked at since", "");
    observe(j, "203.0.113.77", true, NONE, 3);
    assert_words(j, "203.0.113.77", "1 complaint on 2026-03-03: 1 is still listed", "");
    observe(j, "203.0.113.77", false, 1U << AT_LEVEL2, 5); /* the others are clear */
    assert_words(j, "203.0.113.77", "1 complaint on 2026-03-03: 1 is still listed", "");
    observe(j, "203.0.113.77", false, NONE, 8);
    assert_words(j, "203.0.113.77", "1 complaint on 2026-03-03: 1 listing ended, after 7 days", "7 days");
    journal_close(j);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ends_are_counted_from_the_first_complaint),
        cmocka_unit_test(message_of_the_watch_is_no_complaint),
        cmocka_unit_test(answers_about_an_address_end_its_listing),
    };
    return cmocka_run_group_tests(tests, temp_dir_make, temp_dir_remove);
}
