/* Text that is typed: how foreign text gets in, and where the cursor goes. */

#include "base/text.h"
#include "console/app/edit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void
foreign_lines_are_cleaned(void **state)
{
    (void)state;
    static const struct {
        const char *foreign, *clean;
    } cases[] = {
        {"", ""},
        {"\n\n\n", ""},
        {"one", "one"},
        {"one\ntwo\n", "one\ntwo"},
        {"one\r\ntwo\rthree", "one\ntwo\nthree"},
        {"one\n\ntwo\n\n\n", "one\n\ntwo"},
        {"\tone  two \nthree", "one two\nthree"},
        {"\033[2Jone\ntwo\a", "?[2Jone\ntwo?"},
        {"\xFF\n\xE2\x80\xAEtxet", "?\n?txet"},
        {"\xE4\xB8\xAD\xE6\x96\x87\n\xC3\xA4", "\xE4\xB8\xAD\xE6\x96\x87\n\xC3\xA4"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct buf out = {0};
        text_clean_lines(&out, cases[i].foreign, strlen(cases[i].foreign), 1000);
        assert_string_equal(buf_string(&out), cases[i].clean);
        buf_free(&out);
    }
}

static void
foreign_lines_are_bounded(void **state)
{
    (void)state;
    static const char foreign[] = "0123456789\n0123456789\n0123456789";
    for (size_t limit = 0; limit < sizeof foreign; limit++) {
        struct buf out = {0};
        buf_text(&out, "kept\n");
        text_clean_lines(&out, foreign, sizeof foreign - 1, limit);
        assert_true(out.count <= 5 + limit);
        assert_int_equal(strncmp(buf_string(&out), "kept", 4), 0);
        buf_free(&out);
    }
}

static void
assert_after(struct edit *edit, enum action action, enum edit_result result, const char *text, size_t at)
{
    assert_int_equal(edit_act(edit, action), result);
    assert_string_equal(buf_string(&edit->text), text);
    assert_int_equal(edit->at, at);
}

/* A combining mark goes with its letter, a line ends at its end. */
static void
keys_move_and_erase(void **state)
{
    (void)state;
    struct edit edit;
    edit_init(&edit, "ab\ne\xCC\x81\xE4\xB8\xAD", 100);
    assert_after(&edit, ACTION_LEFT, EDIT_MOVED, "ab\ne\xCC\x81\xE4\xB8\xAD", 6);
    assert_after(&edit, ACTION_LEFT, EDIT_MOVED, "ab\ne\xCC\x81\xE4\xB8\xAD", 3);
    assert_after(&edit, ACTION_LEFT, EDIT_MOVED, "ab\ne\xCC\x81\xE4\xB8\xAD", 2);
    assert_after(&edit, ACTION_FIRST, EDIT_MOVED, "ab\ne\xCC\x81\xE4\xB8\xAD", 0);
    assert_after(&edit, ACTION_LEFT, EDIT_MOVED, "ab\ne\xCC\x81\xE4\xB8\xAD", 0);
    assert_after(&edit, ACTION_ERASE, EDIT_NOTHING, "ab\ne\xCC\x81\xE4\xB8\xAD", 0);
    assert_after(&edit, ACTION_LAST, EDIT_MOVED, "ab\ne\xCC\x81\xE4\xB8\xAD", 2);
    assert_after(&edit, ACTION_RIGHT, EDIT_MOVED, "ab\ne\xCC\x81\xE4\xB8\xAD", 3);
    assert_after(&edit, ACTION_DELETE, EDIT_CHANGED, "ab\n\xE4\xB8\xAD", 3);
    assert_after(&edit, ACTION_ERASE_WORD, EDIT_CHANGED, "ab\xE4\xB8\xAD", 2);
    assert_after(&edit, ACTION_ERASE_REST, EDIT_CHANGED, "ab", 2);
    assert_after(&edit, ACTION_ERASE_REST, EDIT_NOTHING, "ab", 2);
    assert_after(&edit, ACTION_ERASE_LINE, EDIT_CHANGED, "", 0);
    assert_after(&edit, ACTION_OPEN, EDIT_NOT_WANTED, "", 0);
    edit_fini(&edit);
}

static void
text_beyond_limit_is_refused(void **state)
{
    (void)state;
    struct edit edit;
    struct event key = {.kind = EVENT_KEY, .press = 'x'}, up = {.kind = EVENT_KEY, .press = PRESS_UP};
    struct event paste = {.kind = EVENT_PASTE, .paste = "a b", .paste_lines = "a\nb"};
    edit_init(&edit, NULL, 4);
    assert_int_equal(edit_input(&edit, &up, true), EDIT_NOT_WANTED);
    assert_int_equal(edit_input(&edit, &paste, true), EDIT_CHANGED);
    assert_string_equal(buf_string(&edit.text), "a\nb");
    assert_int_equal(edit_input(&edit, &paste, true), EDIT_FULL);
    assert_int_equal(edit_input(&edit, &key, false), EDIT_CHANGED);
    assert_int_equal(edit_input(&edit, &key, false), EDIT_FULL);
    assert_string_equal(buf_string(&edit.text), "a\nbx");
    edit_fini(&edit);
    edit_init(&edit, NULL, 4);
    assert_int_equal(edit_input(&edit, &paste, false), EDIT_CHANGED);
    assert_string_equal(buf_string(&edit.text), "a b");
    edit_fini(&edit);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(foreign_lines_are_cleaned),
        cmocka_unit_test(foreign_lines_are_bounded),
        cmocka_unit_test(keys_move_and_erase),
        cmocka_unit_test(text_beyond_limit_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
