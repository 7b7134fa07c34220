/* Lines typed before: what the file keeps, and what it is trusted with. */

#include "session/recall.h"
#include "temp_dir.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static const char *journal, *file;

static int
set_up(void **state)
{
    int status = temp_dir_make(state);
    journal = temp_dir_path("journal.db");
    file = temp_dir_path("journal.db.prompts");
    recall_start(journal, NULL);
    return status;
}

static int
tear_down(void **state)
{
    recall_stop();
    return temp_dir_remove(state);
}

static void
lines_outlive_run_for_owner_alone(void **state)
{
    (void)state;
    struct stat is;
    recall_add("Search", "harbor");
    recall_add("Search", "quay");
    recall_add("Filter", "listed>0");
    recall_start(journal, NULL);
    assert_string_equal(recall_line("Search", 0), "quay");
    assert_string_equal(recall_line("Search", 1), "harbor");
    assert_null(recall_line("Search", 2));
    assert_string_equal(recall_line("Filter", 0), "listed>0");
    assert_int_equal(stat(file, &is), 0);
    assert_int_equal(is.st_mode & 0777, 0600);
}

static void
line_typed_again_is_newest(void **state)
{
    (void)state;
    recall_add("Search", "one");
    recall_add("Search", "two");
    recall_add("Search", "one");
    recall_add("Search", "");
    assert_string_equal(recall_line("Search", 0), "one");
    assert_string_equal(recall_line("Search", 1), "two");
    assert_null(recall_line("Search", 2));
}

static void
file_keeps_bounded_number_of_lines(void **state)
{
    (void)state;
    for (int i = 0; i < 300; i++) {
        char line[16];
        snprintf(line, sizeof line, "%d", i);
        recall_add("Search", line);
    }
    assert_string_equal(recall_line("Search", 0), "299");
    assert_string_equal(recall_line("Search", 199), "100");
    assert_null(recall_line("Search", 200));
}

static void
other_run_adds_lines_too(void **state)
{
    (void)state;
    recall_add("Search", "mine");
    FILE *out = fopen(file, "a");
    fputs("Search\ttheirs\n", out);
    fclose(out);
    recall_add("Search", "mine, later");
    assert_string_equal(recall_line("Search", 1), "theirs");
}

static void
hostile_file_is_cleaned(void **state)
{
    (void)state;
    static const char bytes[] = "no tab\n\nSearch\t\033[2Jx\xE2\x80\xAE\nSearch\t\nSearch\tok\nSearch\tcut";
    temp_dir_put_bytes("journal.db.prompts", bytes, sizeof bytes - 1);
    assert_string_equal(recall_line("Search", 0), "ok");
    assert_string_equal(recall_line("Search", 1), "?[2Jx?");
    assert_null(recall_line("Search", 2));
}

static void
unreadable_file_stays(void **state)
{
    (void)state;
    static const char bytes[] = "Search\ta\0b\n";
    temp_dir_put_bytes("journal.db.prompts", bytes, sizeof bytes - 1);
    recall_add("Search", "new");
    assert_string_equal(recall_line("Search", 0), "new");
    recall_start(journal, NULL);
    assert_null(recall_line("Search", 0));
}

static void
without_journal_nothing_is_written(void **state)
{
    (void)state;
    recall_start(NULL, NULL);
    recall_add("Search", "quay");
    assert_string_equal(recall_line("Search", 0), "quay");
    assert_int_equal(access(file, F_OK), -1);
}

static void
forgotten_target_is_gone(void **state)
{
    (void)state;
    recall_add("Search", "203.0.113.77");
    recall_add("Command", "range 203.0.113.77");
    recall_add("Command", "top");
    recall_forget(journal, "203.0.113.77");
    recall_start(journal, NULL);
    assert_null(recall_line("Search", 0));
    assert_string_equal(recall_line("Command", 0), "top");
    assert_null(recall_line("Command", 1));
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(lines_outlive_run_for_owner_alone),
        TEST(line_typed_again_is_newest),
        TEST(file_keeps_bounded_number_of_lines),
        TEST(other_run_adds_lines_too),
        TEST(hostile_file_is_cleaned),
        TEST(unreadable_file_stays),
        TEST(without_journal_nothing_is_written),
        TEST(forgotten_target_is_gone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
