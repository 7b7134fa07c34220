#include "journal_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define ADDRESS JOURNAL_FIXTURE_ADDRESS

enum { T0 = JOURNAL_FIXTURE_T0 };

/* Two colleagues with the same journal change the same note. */
static void
merge_two_notes_keeps_both(void **state)
{
    (void)state;
    struct journal *a = journal_fixture_new("a.db");
    journal_fixture_at(0);
    journal_fixture_note(a, "before");
    journal_close(a);
    journal_fixture_copy("a.db", "b.db");
    a = journal_fixture_open("a.db");
    struct journal *b = journal_fixture_open("b.db");
    journal_fixture_at(10);
    journal_fixture_note(b, "from b");
    journal_fixture_at(20);
    journal_fixture_note(a, "from a");
    journal_fixture_take(a, b);
    journal_fixture_take(b, a);
    journal_fixture_assert_alike(a, b);
    journal_fixture_assert_note(a, "from b\n----\nfrom a");
    assert_int_equal(journal_fixture_hits(a, "from"), 1);
    journal_fixture_at(30);
    journal_fixture_note(b, "agreed");
    journal_fixture_at(40);
    journal_fixture_take(a, b);
    journal_fixture_assert_alike(a, b);
    journal_fixture_assert_note(a, "agreed");
    assert_int_equal(journal_fixture_hits(a, "from"), 0);
    journal_close(a);
    journal_close(b);
}

/* Nobody knew of the other's case. */
static void
merge_two_openings_gives_one_case(void **state)
{
    (void)state;
    struct journal *a = journal_fixture_new("a.db"), *b = journal_fixture_new("b.db");
    struct journal_totals added, changed;
    struct journal_case c;
    journal_fixture_at(10);
    journal_fixture_note(a, "Alice: asked the customer");
    journal_fixture_ticket(a, "A-1");
    journal_fixture_at(20);
    journal_fixture_note(b, "Bob: told the provider");
    journal_fixture_tell(b, "abuse@example", NULL);
    journal_fixture_state(b, CASE_WAITING);
    added = journal_fixture_merge(a, b, &changed);
    assert_int_equal(added.cases, 0);
    assert_int_equal(added.notes, 1);
    assert_int_equal(added.contacts, 1);
    assert_int_equal(changed.cases, 1);
    assert_int_equal(changed.notes, 0);
    added = journal_fixture_merge(b, a, &changed);
    assert_int_equal(added.notes, 1);
    assert_int_equal(changed.cases, 1);
    journal_fixture_assert_alike(a, b);
    journal_fixture_assert_note(b, "Alice: asked the customer\n----\nBob: told the provider");
    journal_fixture_find(b, &c);
    assert_int_equal(c.opened_ms, T0 + 10);
    assert_int_equal(c.state, CASE_WAITING);
    assert_string_equal(c.ticket, "A-1");
    journal_case_fini(&c);
    added = journal_fixture_merge(b, a, &changed);
    assert_int_equal(added.cases + added.notes + added.contacts + changed.cases + changed.notes + changed.contacts, 0);
    journal_close(a);
    journal_close(b);
}

static void
merge_later_field_wins(void **state)
{
    (void)state;
    struct journal *a = journal_fixture_new("a.db"), *b = journal_fixture_new("b.db");
    struct journal_case c;
    journal_fixture_at(10);
    journal_fixture_ticket(a, "A-late");
    journal_fixture_due(b, T0 + 1);
    journal_fixture_tags(a, "same-time-a");
    journal_fixture_at(10);
    journal_fixture_tags(b, "same-time-b");
    journal_fixture_at(9);
    journal_fixture_ticket(b, "B-early");
    journal_fixture_at(20);
    journal_fixture_due(a, T0 + 2);
    journal_fixture_state(a, CASE_CLOSED);
    journal_fixture_at(30);
    journal_fixture_state(b, CASE_WAITING);
    journal_fixture_take(a, b);
    journal_fixture_take(b, a);
    journal_fixture_assert_alike(a, b);
    journal_fixture_find(a, &c);
    assert_string_equal(c.ticket, "A-late");
    assert_string_equal(c.tags, "same-time-b"); /* the greater */
    assert_int_equal(c.due_ms, T0 + 2);
    assert_int_equal(c.state, CASE_WAITING);
    journal_case_fini(&c);
    journal_close(a);
    journal_close(b);
}

static unsigned
any(unsigned below)
{
    static uint32_t seed = 2463534242;
    seed ^= seed << 13;
    seed ^= seed >> 17;
    seed ^= seed << 5;
    return seed % below;
}

/* What people do, on few matters and at few times, so that much of it collides. */
static void
change_something(struct journal *j)
{
    static const char *const words[] = {"", "one", "two", "three\nlines", "four, five", "\x1b[0m"};
    struct resource resource = journal_fixture_resource(journal_fixture_resources[any(JOURNAL_FIXTURE_RESOURCES)]);
    const char *word = words[any(COUNT(words))];
    journal_fixture_at(any(6));
    switch (any(7)) {
    case 0:
        DONE(journal_case_set_state(j, &resource, (enum case_state)any(3), &journal_fixture_fault));
        break;
    case 1:
        DONE(journal_case_set_ticket(j, &resource, word, &journal_fixture_fault));
        break;
    case 2:
        DONE(journal_case_set_tags(j, &resource, word, &journal_fixture_fault));
        break;
    case 3:
        DONE(journal_case_set_due(j, &resource, any(4), &journal_fixture_fault));
        break;
    case 4:
        DONE(journal_case_add_contact(j, &resource, "x", word, T0 + any(6), &journal_fixture_fault));
        break;
    default:
        DONE(journal_case_set_note(j, &resource, word, &journal_fixture_fault));
    }
}

/* In a new journal, one after the other. */
static char *
united(struct journal *const *journals, const int *order, int count)
{
    struct journal *all = journal_fixture_new("all.db");
    for (int i = 0; i < count; i++)
        journal_fixture_take(all, journals[order[i]]);
    char *text = journal_fixture_everything(all);
    journal_close(all);
    return text;
}

static const int orders[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};

/* Every journal takes the two others in, in both orders. */
static void
assert_all_ways_end_alike(struct journal **journals, const char *const *names)
{
    char *expected = united(journals, orders[0], 3);
    for (size_t i = 1; i < COUNT(orders); i++) {
        char *got = united(journals, orders[i], 3);
        assert_string_equal(got, expected);
        free(got);
    }
    for (int i = 0; i < 3; i++)
        journal_close(journals[i]);
    for (size_t i = 0; i < COUNT(orders); i++) {
        journal_fixture_copy(names[orders[i][0]], "first.db");
        journal_fixture_copy(names[orders[i][1]], "second.db");
        journal_fixture_copy(names[orders[i][2]], "third.db");
        struct journal *first = journal_fixture_open("first.db"), *second = journal_fixture_open("second.db"),
                       *third = journal_fixture_open("third.db");
        struct journal_totals added, changed;
        journal_fixture_take(second, third); /* first + (second + third) */
        journal_fixture_take(first, second);
        char *got = journal_fixture_everything(first);
        assert_string_equal(got, expected);
        free(got);
        journal_fixture_take(third, first); /* which lacks nothing of it, nor brings anything */
        added = journal_fixture_merge(first, third, &changed);
        assert_int_equal(added.cases + added.notes + added.contacts + changed.cases + changed.notes + changed.contacts,
                         0);
        journal_fixture_assert_alike(first, third);
        journal_close(first);
        journal_close(second);
        journal_close(third);
    }
    free(expected);
}

static void
merge_in_any_order_is_equal(void **state)
{
    (void)state;
    static const char *const names[] = {"0.db", "1.db", "2.db"};
    for (int round = 0; round < 12; round++) {
        struct journal *journals[3];
        for (int i = 0; i < 3; i++)
            journals[i] = journal_fixture_new(names[i]);
        for (int i = 0; i < 60; i++) {
            change_something(journals[any(3)]);
            if (any(15) == 0)
                journal_fixture_take(journals[any(3)], journals[any(3)]);
        }
        assert_all_ways_end_alike(journals, names);
    }
}

/* Records that no journal ever held: the same names for different things. */
static void
make_odd_case(struct journal_case *c)
{
    static const char *const words[] = {"", "b", "a  a", "A,b", "\xE2\x80\xAE", "x\n\ny\n"};
    *c = (struct journal_case){
        .uuid = {{(uint8_t)any(2)}},
        .resource = journal_fixture_resource(journal_fixture_resources[any(2)]),
        .opened_ms = any(3),
        .state = (enum case_state)any(3),
        .state_ms = any(2),
        .ticket = mem_copy(any(2) ? words[any(COUNT(words))] : NULL),
        .ticket_ms = any(2),
        .tags = mem_copy(any(2) ? words[any(COUNT(words))] : NULL),
        .tags_ms = any(2),
        .due_ms = any(3),
        .due_set_ms = any(2),
    };
    for (unsigned i = any(3); i > 0; i--)
        vec_push(&c->notes, ((struct case_note){.uuid = {{9, (uint8_t)any(3)}},
                                                .at_ms = any(2),
                                                .text = mem_copy(words[any(COUNT(words))]),
                                                .current = any(2)}));
    for (unsigned i = any(3); i > 0; i--)
        vec_push(&c->contacts, ((struct case_contact){.uuid = {{8, (uint8_t)any(3)}},
                                                      .at_ms = any(2),
                                                      .who = mem_copy(words[any(COUNT(words))]),
                                                      .what = mem_copy(any(2) ? words[any(COUNT(words))] : NULL)}));
}

static char *
united_records(const struct journal_case *cases, size_t count, size_t from, size_t step)
{
    struct journal *j = journal_fixture_new("odd.db");
    struct journal_totals added = {0}, changed = {0};
    DONE(journal_begin(j, &journal_fixture_fault));
    for (size_t i = 0; i < count; i++)
        DONE(journal_merge_case(j, &cases[(from + i * step) % count], &added, &changed, &journal_fixture_fault));
    DONE(journal_commit(j, &journal_fixture_fault));
    char *text = journal_fixture_everything(j);
    journal_close(j);
    return text;
}

static void
merge_duplicate_uuid_is_stable(void **state)
{
    (void)state;
    enum { RECORDS = 7 }; /* a prime, so that every step goes through all of them */
    journal_fixture_at(100);
    for (int round = 0; round < 40; round++) {
        struct journal_case cases[RECORDS];
        for (size_t i = 0; i < RECORDS; i++)
            make_odd_case(&cases[i]);
        char *expected = united_records(cases, RECORDS, 0, 1);
        for (size_t i = 0; i < 5; i++) {
            char *got = united_records(cases, RECORDS, any(RECORDS), 1 + any(RECORDS - 1));
            assert_string_equal(got, expected);
            free(got);
        }
        free(expected);
        for (size_t i = 0; i < RECORDS; i++)
            journal_case_fini(&cases[i]);
    }
}

static void
merge_overlong_note_is_refused(void **state)
{
    (void)state;
    struct journal *j = journal_fixture_new("long.db");
    struct journal_case c = {.uuid = {{1}}, .resource = journal_fixture_resource(ADDRESS)};
    struct journal_totals added = {0}, changed = {0};
    char *text = mem_alloc(CASE_NOTE_MOST + 2);
    memset(text, 'x', CASE_NOTE_MOST + 1);
    text[CASE_NOTE_MOST + 1] = '\0';
    vec_push(&c.notes, ((struct case_note){.text = text, .current = true}));
    DONE(journal_begin(j, &journal_fixture_fault));
    assert_int_equal(journal_merge_case(j, &c, &added, &changed, &journal_fixture_fault), JOURNAL_FAILED);
    assert_non_null(strstr(journal_fixture_fault.text, "65536 bytes"));
    assert_int_equal(journal_commit(j, &journal_fixture_fault), JOURNAL_FAILED); /* nothing of it */
    assert_false(journal_fixture_has(j));
    journal_case_fini(&c);
    journal_close(j);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(merge_two_notes_keeps_both),     cmocka_unit_test(merge_two_openings_gives_one_case),
        cmocka_unit_test(merge_later_field_wins),         cmocka_unit_test(merge_in_any_order_is_equal),
        cmocka_unit_test(merge_duplicate_uuid_is_stable), cmocka_unit_test(merge_overlong_note_is_refused),
    };
    return cmocka_run_group_tests(tests, temp_dir_make, temp_dir_remove);
}
