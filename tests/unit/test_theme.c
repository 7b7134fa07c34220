/* Themes as files: what they may say, and that those which are built in are whole. */

#include "console/theme_loader.h"
#include "temp_dir.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static int
tear_down(void **state)
{
    role_use(NULL);
    return temp_dir_remove(state);
}

static void
assert_look(enum role role, enum depth depth, int colour, unsigned attributes)
{
    assert_int_equal(role_look(role, depth).colour, colour);
    assert_int_equal(role_look(role, depth).attributes, attributes);
}

static void
theme_sets_roles_that_it_names(void **state)
{
    (void)state;
    struct theme theme;
    struct fault fault;
    struct look clear = role_look(ROLE_CLEAR, DEPTH_256);
    const char *path = temp_dir_put("mine.conf", "# mine\nlisted = 203 bold / red underline\nkey = blue\n"
                                                 "dim = default dim\nheat-4 = bold 208\n");
    assert_true(theme_read(path, &theme, &fault));
    role_use(&theme);
    assert_look(ROLE_LISTED, DEPTH_256, 203, LOOK_BOLD);
    assert_look(ROLE_LISTED, DEPTH_16, 1, LOOK_UNDERLINE);
    assert_look(ROLE_KEY, DEPTH_16, 4, 0);
    assert_look(ROLE_DIM, DEPTH_256, -1, LOOK_DIM);
    assert_look(ROLE_HEAT_4, DEPTH_256, 208, LOOK_BOLD);
    assert_look(ROLE_HEAT_4, DEPTH_16, -1, LOOK_BOLD); /* no colour among the 8 */
    assert_look(ROLE_CLEAR, DEPTH_256, clear.colour, clear.attributes);
    assert_look(ROLE_LISTED, DEPTH_MONO, -1, LOOK_BOLD); /* no theme has colours there */
    assert_int_equal(role_look(ROLE_LISTED, DEPTH_256).letter, 'L');
}

static void
bad_line_is_told_with_file_and_line(void **state)
{
    (void)state;
    static const struct {
        const char *text, *says;
    } cases[] = {
        {"\nlisted = crimson\n", "mine.conf:2: listed = crimson: write a colour"},
        {"listed = 256\n", "mine.conf:1: listed = 256"},
        {"listed = red / 9 shiny\n", "mine.conf:1: listed = red / 9 shiny"},
        {"listed = red / red / red\n", "mine.conf:1: listed = red / red / red"},
        {"lsted = red\n", "mine.conf:1: lsted: not a role; did you mean listed?"},
        {"[roles]\nlisted = red\n", "mine.conf:2: [roles]: a theme has no sections"},
        {"listed\n", "mine.conf:1: "},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct theme theme;
        struct fault fault;
        assert_false(theme_read(temp_dir_put("mine.conf", cases[i].text), &theme, &fault));
        if (!strstr(fault.text, cases[i].says))
            fail_msg("\"%s\" is not in \"%s\"", cases[i].says, fault.text);
    }
}

/* Puts a theme of always the same size, and dates it some nanoseconds after the second of the first. */
static void
put_theme(const char *text, long nanoseconds)
{
    static time_t second;
    const char *path = temp_dir_put("whylisted/themes/mine.conf", text);
    struct stat is;
    assert_int_equal(stat(path, &is), 0);
    second = second ? second : is.st_mtim.tv_sec;
    const struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}, {second, nanoseconds}};
    assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

static void
edit_of_same_size_in_same_second_is_read(void **state)
{
    (void)state;
    struct theme_loader loader = {0};
    struct fault fault;
    assert_int_equal(mkdir(temp_dir_path("whylisted"), 0700), 0);
    assert_int_equal(mkdir(temp_dir_path("whylisted/themes"), 0700), 0);
    setenv("XDG_CONFIG_HOME", temp_dir_folder(), 1);
    put_theme("key = 98\n", 1);
    assert_true(theme_loader_start(&loader, "mine", &fault));
    assert_false(theme_loader_check(&loader, &fault));
    put_theme("key = 97\n", 2);
    assert_true(theme_loader_check(&loader, &fault));
    assert_look(ROLE_KEY, DEPTH_256, 97, 0);
    assert_false(theme_loader_check(&loader, &fault));
    theme_loader_stop(&loader);
    unsetenv("XDG_CONFIG_HOME");
}

/* Red is for the exception alone: no share is red. */
static void
builtin_themes_differ_and_keep_red_for_listings(void **state)
{
    (void)state;
    assert_null(theme_builtin("mine"));
    static const char *const names[] = {NULL, "dark", "light"};
    short listed[3];
    for (size_t i = 0; i < 3; i++) {
        role_use(names[i] ? theme_builtin(names[i]) : NULL);
        listed[i] = role_look(ROLE_LISTED, DEPTH_256).colour;
        for (enum role role = ROLE_HEAT_0; role <= ROLE_HEAT_4; role++)
            for (enum depth depth = DEPTH_16; depth < DEPTH_COUNT; depth++)
                assert_int_not_equal(role_look(role, depth).colour, role_look(ROLE_LISTED, depth).colour);
    }
    assert_int_not_equal(listed[1], listed[2]);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(theme_sets_roles_that_it_names, temp_dir_make, tear_down),
        cmocka_unit_test_setup_teardown(bad_line_is_told_with_file_and_line, temp_dir_make, tear_down),
        cmocka_unit_test_setup_teardown(edit_of_same_size_in_same_second_is_read, temp_dir_make, tear_down),
        cmocka_unit_test_setup_teardown(builtin_themes_differ_and_keep_red_for_listings, temp_dir_make, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
