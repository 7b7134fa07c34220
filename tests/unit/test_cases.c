#include "journal_fixture.h"

#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define ADDRESS JOURNAL_FIXTURE_ADDRESS

enum { T0 = JOURNAL_FIXTURE_T0 };

/* ---- opening and closing ---- */

static void
change_any_field_opens_case(void **state)
{
    (void)state;
    journal_fixture_at(0);
    for (int which = 0; which < 6; which++) {
        struct journal *j = journal_fixture_new("open.db");
        struct journal_case c;
        assert_false(journal_fixture_has(j));
        if (which == 0)
            journal_fixture_note(j, "seen");
        else if (which == 1)
            journal_fixture_state(j, CASE_OPEN);
        else if (which == 2)
            journal_fixture_ticket(j, "T-1");
        else if (which == 3)
            journal_fixture_tags(j, "mail");
        else if (which == 4)
            journal_fixture_due(j, T0 + 5);
        else
            journal_fixture_tell(j, "abuse@example", NULL);
        journal_fixture_find(j, &c);
        assert_int_equal(c.state, CASE_OPEN);
        assert_int_equal(c.opened_ms, T0);
        assert_int_equal(c.state_ms, T0);
        assert_int_equal(c.notes.count, which == 0);
        assert_int_equal(c.ticket != NULL, which == 2);
        assert_int_equal(c.ticket_ms, which == 2 ? T0 : 0);
        assert_int_equal(c.tags != NULL, which == 3);
        assert_int_equal(c.due_ms, which == 4 ? T0 + 5 : 0);
        assert_int_equal(c.contacts.count, which == 5);
        journal_case_fini(&c);
        journal_close(j);
    }
}

static void
change_to_nothing_opens_no_case(void **state)
{
    (void)state;
    struct journal *j = journal_fixture_new("none.db");
    journal_fixture_at(0);
    journal_fixture_note(j, " \n\n ");
    journal_fixture_ticket(j, "");
    journal_fixture_ticket(j, NULL);
    journal_fixture_tags(j, " , ,");
    journal_fixture_due(j, 0);
    journal_fixture_due(j, -5);
    assert_false(journal_fixture_has(j));
    journal_fixture_state(j, CASE_CLOSED); /* says that it is done with, and is not nothing */
    journal_fixture_note(j, "");
    journal_fixture_due(j, 0);
    struct journal_case c;
    journal_fixture_find(j, &c);
    assert_int_equal(c.state, CASE_CLOSED);
    assert_int_equal(c.notes.count, 0);
    journal_case_fini(&c);
    journal_close(j);
}

static void
change_after_close_opens_next_case(void **state)
{
    (void)state;
    struct journal *j = journal_fixture_new("closed.db");
    struct resource resource = journal_fixture_resource(ADDRESS);
    struct journal_case c;
    journal_cases cases;
    journal_fixture_at(0);
    journal_fixture_note(j, "the first");
    journal_fixture_at(10);
    journal_fixture_state(j, CASE_CLOSED);
    journal_fixture_find(j, &c);
    assert_int_equal(c.state, CASE_CLOSED);
    assert_int_equal(c.state_ms, T0 + 10);
    journal_case_fini(&c);
    journal_fixture_at(20);
    journal_fixture_state(j, CASE_WAITING); /* it was not the end */
    journal_fixture_assert_note(j, "the first");
    journal_fixture_state(j, CASE_CLOSED);
    journal_fixture_at(30);
    journal_fixture_ticket(j, "T-2");
    journal_fixture_find(j, &c);
    assert_int_equal(c.opened_ms, T0 + 30);
    assert_int_equal(c.notes.count, 0);
    journal_case_fini(&c);
    journal_fixture_at(40);
    journal_fixture_state(j, CASE_CLOSED);
    journal_fixture_tags(j, "third");
    assert_true(journal_cases_of(j, &resource, &cases, &journal_fixture_fault));
    assert_int_equal(cases.count, 3);
    assert_string_equal(cases.at[0].tags, "third");
    assert_string_equal(cases.at[1].ticket, "T-2");
    assert_string_equal(cases.at[2].notes.at[0].text, "the first");
    journal_cases_fini(&cases);
    journal_close(j);
}

static void
cases_of_two_resources_are_separate(void **state)
{
    (void)state;
    struct journal *j = journal_fixture_new("matters.db");
    journal_fixture_at(0);
    for (size_t i = 0; i < COUNT(journal_fixture_resources); i++) {
        struct resource resource = journal_fixture_resource(journal_fixture_resources[i]);
        DONE(journal_case_set_ticket(j, &resource, journal_fixture_resources[i], &journal_fixture_fault));
    }
    for (size_t i = 0; i < COUNT(journal_fixture_resources); i++) {
        struct resource resource = journal_fixture_resource(journal_fixture_resources[i]);
        struct journal_case c;
        assert_true(journal_case_find(j, &resource, &c, &journal_fixture_fault));
        assert_string_equal(c.ticket, journal_fixture_resources[i]);
        assert_true(resource_equal(&c.resource, &resource));
        journal_case_fini(&c);
    }
    journal_close(j);
}

/* ---- fields ---- */

static void
field_change_stores_its_time(void **state)
{
    (void)state;
    struct journal *j = journal_fixture_new("fields.db");
    struct journal_case c;
    journal_fixture_at(0);
    journal_fixture_ticket(j, "T-1");
    journal_fixture_at(10);
    journal_fixture_ticket(j, "T-1"); /* nothing new */
    journal_fixture_tags(j, "b a");
    journal_fixture_due(j, T0 + 99);
    journal_fixture_at(20);
    journal_fixture_tags(j, "a,b");
    journal_fixture_due(j, T0 + 99);
    journal_fixture_state(j, CASE_OPEN);
    journal_fixture_find(j, &c);
    assert_int_equal(c.ticket_ms, T0);
    assert_int_equal(c.tags_ms, T0 + 10);
    assert_int_equal(c.due_set_ms, T0 + 10);
    assert_int_equal(c.state_ms, T0);
    journal_case_fini(&c);
    journal_fixture_at(30);
    journal_fixture_ticket(j, NULL);
    journal_fixture_find(j, &c);
    assert_null(c.ticket);
    assert_int_equal(c.ticket_ms, T0 + 30);
    journal_case_fini(&c);

    /* The clock was ahead, or two changes came at once: the last one is the later one all the same. */
    journal_fixture_at(5);
    journal_fixture_ticket(j, "T-3");
    journal_fixture_ticket(j, "T-2");
    journal_fixture_find(j, &c);
    assert_string_equal(c.ticket, "T-2");
    assert_int_equal(c.ticket_ms, T0 + 32);
    journal_case_fini(&c);
    journal_close(j);
}

static void
tags_are_normalised(void **state)
{
    (void)state;
    static const struct {
        const char *given, *kept;
    } cases[] = {
        {"mail", "mail"},
        {"Mail, OUT,mail  relay,", "mail out relay"},
        {"b a\tc\na", "a b c"},
        {"z\x1b[31m a", "a z?[31m"},
        {"\xC3\x9C"
         "ber",
         "\xC3\x9C"
         "ber"},
        {"a\xE2\x80\xAE"
         "b",
         "a?b"},
        {"a\xC2\xA0"
         "b",
         "a b"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct journal *j = journal_fixture_new("tags.db");
        struct journal_case c;
        journal_fixture_tags(j, cases[i].given);
        journal_fixture_find(j, &c);
        assert_string_equal(c.tags, cases[i].kept);
        journal_case_fini(&c);
        journal_fixture_tags(j, " ");
        journal_fixture_find(j, &c);
        assert_null(c.tags);
        journal_case_fini(&c);
        journal_close(j);
    }
}

static void
tags_beyond_limit_are_refused(void **state)
{
    (void)state;
    struct journal *j = journal_fixture_new("many.db");
    struct resource resource = journal_fixture_resource(ADDRESS);
    struct buf many = {0};
    for (int i = 0; i < 200; i++)
        buf_format(&many, "tag%d ", i);
    assert_int_equal(journal_case_set_tags(j, &resource, buf_string(&many), &journal_fixture_fault), JOURNAL_FAILED);
    assert_non_null(strstr(journal_fixture_fault.text, "512 bytes"));
    assert_false(journal_fixture_has(j));
    buf_free(&many);
    journal_close(j);
}

/* ---- notes ---- */

static void
note_replaces_previous(void **state)
{
    (void)state;
    struct journal *j = journal_fixture_new("notes.db");
    struct journal_case c;
    journal_fixture_at(0);
    journal_fixture_note(j, "one");
    journal_fixture_note(j, "two"); /* at the same time */
    journal_fixture_at(10);
    journal_fixture_note(j, "two"); /* nothing new */
    journal_fixture_assert_note(j, "two");
    journal_fixture_at(20);
    journal_fixture_note(j, "three\n\nwith lines");
    journal_fixture_assert_note(j, "three\n\nwith lines");
    journal_fixture_find(j, &c);
    assert_int_equal(c.notes.count, 3);
    static const char *const texts[] = {"one", "two", "three\n\nwith lines"};
    for (size_t i = 0; i < 3; i++) {
        assert_string_equal(c.notes.at[i].text, texts[i]);
        assert_int_equal(c.notes.at[i].current, i == 2);
    }
    assert_true(c.notes.at[0].at_ms < c.notes.at[1].at_ms);
    assert_int_equal(c.notes.at[2].at_ms, T0 + 20);
    journal_case_fini(&c);
    journal_fixture_note(j, "");
    journal_fixture_assert_note(j, "");
    journal_fixture_find(j, &c);
    assert_int_equal(c.notes.count, 4);
    assert_true(c.notes.at[3].current);
    journal_case_fini(&c);
    journal_fixture_note(j, "");
    journal_fixture_find(j, &c);
    assert_int_equal(c.notes.count, 4);
    journal_case_fini(&c);
    journal_close(j);
}

static void
note_is_cleaned_line_by_line(void **state)
{
    (void)state;
    static const struct {
        const char *given, *kept;
    } cases[] = {
        {"\n\n a  b \r\n\r\nc\r\n\n", "a b\n\nc"},
        {"red \x1b[31m and \xE2\x80\xAE back", "red ?[31m and ? back"},
        {"\xFF\xFE", "??"},
        {"tab\there", "tab here"},
        {"x\n----\ny", "x\n----\ny"},
        {"\xE2\x80\xA8", "?"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct journal *j = journal_fixture_new("clean.db");
        journal_fixture_note(j, cases[i].given);
        journal_fixture_assert_note(j, cases[i].kept);
        journal_fixture_note(j, cases[i].kept); /* cleaning once more changes nothing */
        struct journal_case c;
        journal_fixture_find(j, &c);
        assert_int_equal(c.notes.count, 1);
        journal_case_fini(&c);
        journal_close(j);
    }
}

static void
note_long_is_stored_but_bounded(void **state)
{
    (void)state;
    struct journal *j = journal_fixture_new("long.db");
    struct resource resource = journal_fixture_resource(ADDRESS);
    char *text = mem_alloc(CASE_NOTE_MOST + 2);
    memset(text, 'x', CASE_NOTE_MOST + 1);
    text[CASE_NOTE_MOST + 1] = '\0';
    assert_int_equal(journal_case_set_note(j, &resource, text, &journal_fixture_fault), JOURNAL_FAILED);
    assert_non_null(strstr(journal_fixture_fault.text, "65536 bytes"));
    assert_false(journal_fixture_has(j));
    text[CASE_NOTE_MOST] = '\0';
    journal_fixture_note(j, text);
    journal_fixture_assert_note(j, text);
    free(text);
    journal_close(j);
}

/* ---- who was told ---- */

static void
contact_is_stored_with_time(void **state)
{
    (void)state;
    struct journal *j = journal_fixture_new("told.db");
    struct resource resource = journal_fixture_resource(ADDRESS);
    struct journal_case c;
    journal_fixture_at(10);
    journal_fixture_tell(j, "abuse@example", "listed\nneighbours");
    DONE(journal_case_add_contact(j, &resource, "the \x1b[1mcustomer", "", T0 + 5, &journal_fixture_fault));
    assert_int_equal(journal_case_add_contact(j, &resource, " \t", "something", T0, &journal_fixture_fault),
                     JOURNAL_FAILED);
    assert_string_equal(journal_fixture_fault.text, "say who was told");
    journal_fixture_find(j, &c);
    assert_int_equal(c.contacts.count, 2);
    assert_string_equal(c.contacts.at[0].who, "the ?[1mcustomer"); /* by time */
    assert_null(c.contacts.at[0].what);
    assert_int_equal(c.contacts.at[0].at_ms, T0 + 5);
    assert_string_equal(c.contacts.at[1].what, "listed neighbours");
    journal_case_fini(&c);
    journal_close(j);
}

static void
field_overlong_is_refused(void **state)
{
    (void)state;
    struct journal *j = journal_fixture_new("bounded.db");
    struct journal_case c;
    char *text = mem_alloc(1 << 20);
    memset(text, 'y', 1 << 20);
    text[(1 << 20) - 1] = '\0';
    journal_fixture_ticket(j, text);
    journal_fixture_tell(j, text, text);
    journal_fixture_find(j, &c);
    assert_int_equal(strlen(c.ticket), 1024);
    assert_int_equal(strlen(c.contacts.at[0].who), 1024);
    assert_int_equal(strlen(c.contacts.at[0].what), 1024);
    journal_case_fini(&c);
    free(text);
    journal_close(j);
}

/* ---- the index of words ---- */

static void
word_search_follows_changes(void **state)
{
    (void)state;
    struct journal *j = journal_fixture_new("index.db");
    journal_fixture_at(0);
    journal_fixture_note(j, "compromised script");
    journal_fixture_ticket(j, "HELP-4711");
    journal_fixture_tags(j, "relay");
    journal_fixture_tell(j, "abuse@provider.example", "asked for the cause");
    assert_int_equal(journal_fixture_hits(j, "compromised"), 1);
    assert_int_equal(journal_fixture_hits(j, "comp*"), 1);
    assert_int_equal(journal_fixture_hits(j, "4711"), 1);
    assert_int_equal(journal_fixture_hits(j, "tags : relay"), 1);
    assert_int_equal(journal_fixture_hits(j, "told : provider"), 1);
    assert_int_equal(journal_fixture_hits(j, "told : cause"), 1);
    journal_fixture_note(j, "forwarding");
    journal_fixture_ticket(j, NULL);
    assert_int_equal(journal_fixture_hits(j, "compromised"), 0);
    assert_int_equal(journal_fixture_hits(j, "forwarding"), 1);
    assert_int_equal(journal_fixture_hits(j, "4711"), 0);
    journal_close(j);
}

static void
rollback_leaves_nothing(void **state)
{
    (void)state;
    struct journal *j = journal_fixture_new("undone.db");
    journal_fixture_at(0);
    DONE(journal_begin(j, &journal_fixture_fault));
    journal_fixture_note(j, "undone");
    assert_int_equal(journal_fixture_hits(j, "undone"), 1);
    journal_undo(j);
    assert_int_equal(journal_fixture_hits(j, "undone"), 0);
    assert_false(journal_fixture_has(j));
    DONE(journal_begin(j, &journal_fixture_fault));
    journal_fixture_note(j, "kept");
    journal_fixture_state(j, CASE_WAITING);
    DONE(journal_commit(j, &journal_fixture_fault));
    journal_close(j);
    j = journal_fixture_open("undone.db");
    journal_fixture_assert_note(j, "kept");
    assert_int_equal(journal_fixture_hits(j, "kept"), 1);
    journal_close(j);
}

/* ---- a file that somebody has changed ---- */

static void
row_damaged_is_reported(void **state)
{
    (void)state;
    static const struct {
        const char *sql, *sentence;
    } cases[] = {
        {"UPDATE cases SET state = 'reopened'", "the state of a case: 'reopened'"},
        {"UPDATE cases SET uid = x'00'", "the name of a case"},
        {"UPDATE note SET uid = x'00112233'", "the name of a note"},
        {"UPDATE told SET uid = x'00112233'", "the name of a contact"},
        {"UPDATE cases SET ticket = 'x' || char(27) || '[31m', tags = x'ff', ticket_ms = 'never'", NULL},
        {"UPDATE note SET text = zeroblob(10)", NULL},
        {"UPDATE told SET who = '', what = char(7)", NULL},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct journal *j = journal_fixture_new("odd.db");
        struct resource resource = journal_fixture_resource(ADDRESS);
        struct journal_case c = {0};
        journal_fixture_note(j, "a note");
        journal_fixture_tell(j, "somebody", "something");
        assert_int_equal(sqlite3_exec(j->db, cases[i].sql, NULL, NULL, NULL), SQLITE_OK);
        assert_int_equal(journal_case_find(j, &resource, &c, &journal_fixture_fault), cases[i].sentence == NULL);
        if (cases[i].sentence && !strstr(journal_fixture_fault.text, cases[i].sentence))
            fail_msg("\"%s\" does not say \"%s\"", journal_fixture_fault.text, cases[i].sentence);
        if (c.ticket)
            assert_null(strchr(c.ticket, '\x1b'));
        journal_case_fini(&c);
        journal_close(j);
    }
}

/* ---- words ---- */

static void
case_state_has_word(void **state)
{
    (void)state;
    static const char *const words[] = {"open", "waiting", "closed"};
    enum case_state parsed;
    for (size_t i = 0; i < COUNT(words); i++) {
        assert_string_equal(case_state_name((enum case_state)i), words[i]);
        assert_true(case_state_parse(words[i], &parsed));
        assert_int_equal(parsed, i);
    }
    assert_false(case_state_parse("Open", &parsed));
    assert_false(case_state_parse("", &parsed));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(change_any_field_opens_case),
        cmocka_unit_test(change_to_nothing_opens_no_case),
        cmocka_unit_test(change_after_close_opens_next_case),
        cmocka_unit_test(cases_of_two_resources_are_separate),
        cmocka_unit_test(field_change_stores_its_time),
        cmocka_unit_test(tags_are_normalised),
        cmocka_unit_test(tags_beyond_limit_are_refused),
        cmocka_unit_test(note_replaces_previous),
        cmocka_unit_test(note_is_cleaned_line_by_line),
        cmocka_unit_test(note_long_is_stored_but_bounded),
        cmocka_unit_test(contact_is_stored_with_time),
        cmocka_unit_test(field_overlong_is_refused),
        cmocka_unit_test(word_search_follows_changes),
        cmocka_unit_test(rollback_leaves_nothing),
        cmocka_unit_test(row_damaged_is_reported),
        cmocka_unit_test(case_state_has_word),
    };
    return cmocka_run_group_tests(tests, temp_dir_make, temp_dir_remove);
}
