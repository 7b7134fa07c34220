#include "base/text.h"
#include "console/app/keymap.h"

#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const enum scope scopes[] = {SCOPE_VIEW, SCOPE_PROMPT, SCOPE_CONFIRM, SCOPE_NOTE, SCOPE_LETTER};

enum { SCOPES = sizeof scopes / sizeof scopes[0] };

static void
key_is_bound_once_per_scope(void **state)
{
    (void)state;
    const struct binding *bindings = keymap_bindings;
    for (size_t a = 0; a < keymap_binding_count; a++)
        for (size_t b = 0; b < a; b++)
            if (bindings[a].press == bindings[b].press && (bindings[a].scopes & bindings[b].scopes))
                fail_msg("key %d is bound to \"%s\" and to \"%s\"", bindings[a].press,
                         keymap_action(bindings[a].action)->name, keymap_action(bindings[b].action)->name);
}

static void
action_has_key_and_words(void **state)
{
    (void)state;
    for (enum action action = ACTION_NONE + 1; action < ACTION_COUNT; action++) {
        const struct action_info *info = keymap_action(action);
        assert_int_equal(info->action, action);
        assert_non_null(keymap_groups[info->group].name);
        assert_int_not_equal(*info->name, '\0');
        assert_in_range(strlen(info->help), 1, 50);
        assert_true(isupper((unsigned char)*info->help)); /* an imperative, such as "Filter rows" */
        bool bound = false;
        for (size_t i = 0; i < SCOPES; i++) {
            struct buf keys = {0};
            keymap_keys(&keys, action, scopes[i], true);
            bound = bound || keys.count > 0;
            buf_free(&keys);
        }
        if (!bound)
            fail_msg("\"%s\" has no key", info->name);
    }
}

static void
hint_places_differ(void **state)
{
    (void)state;
    for (size_t i = 0; i < SCOPES; i++)
        for (enum action a = ACTION_NONE + 1; a < ACTION_COUNT; a++)
            for (enum action b = ACTION_NONE + 1; b < a; b++) {
                struct buf a_keys = {0}, b_keys = {0};
                keymap_keys(&a_keys, a, scopes[i], true);
                keymap_keys(&b_keys, b, scopes[i], true);
                if (a_keys.count > 0 && b_keys.count > 0 && keymap_action(a)->hint > 0)
                    assert_int_not_equal(keymap_action(a)->hint, keymap_action(b)->hint);
                buf_free(&a_keys);
                buf_free(&b_keys);
            }
}

static void
printable_keys_type_in_prompt(void **state)
{
    (void)state;
    for (int press = ' '; press < 0x7F; press++) {
        assert_int_equal(keymap_find(press, SCOPE_PROMPT), ACTION_NONE);
        assert_int_equal(keymap_find(press, SCOPE_NOTE), ACTION_NONE);
    }
}

static void
key_in_two_scopes_has_two_actions(void **state)
{
    (void)state;
    assert_int_equal(keymap_find('y', SCOPE_VIEW), ACTION_COPY);
    assert_int_equal(keymap_find('y', SCOPE_CONFIRM), ACTION_YES);
    assert_int_equal(keymap_find('y', SCOPE_PROMPT), ACTION_NONE);
    assert_int_equal(keymap_find(PRESS_CTRL('L'), SCOPE_CONFIRM), ACTION_REDRAW);
    assert_int_equal(keymap_find('Y', SCOPE_VIEW), ACTION_NONE);
}

static void
bound_key_has_name(void **state)
{
    (void)state;
    const struct binding *bindings = keymap_bindings;
    for (size_t i = 0; i < keymap_binding_count; i++) {
        struct buf name = {0};
        keymap_press_name(&name, bindings[i].press);
        assert_in_range(text_width(buf_string(&name)), 1, 9);
        assert_null(strchr(buf_string(&name), ' '));
        buf_free(&name);
    }
}

static void
assert_name(int press, const char *expected)
{
    struct buf name = {0};
    keymap_press_name(&name, press);
    assert_string_equal(buf_string(&name), expected);
    assert_int_equal(keymap_press_named(buf_string(&name), name.count), press < 0x7F || press >= PRESS_UP ? press : 0);
    buf_free(&name);
}

static void
key_names_round_trip(void **state)
{
    (void)state;
    assert_name(PRESS_CTRL('L'), "^L");
    assert_name(PRESS_PAGE_DOWN, "PgDn");
    assert_name(PRESS_ENTER, "Enter");
    assert_name('q', "q");
    assert_name(' ', "Space");
    assert_name(0xE4, "\xC3\xA4");
    assert_name(0x4E2D, "\xE4\xB8\xAD");
    assert_name(0x1F600, "\xF0\x9F\x98\x80");
    assert_name(0x7FF, "\xDF\xBF");
    assert_name(0x800, "\xE0\xA0\x80");
}

static void
action_is_found_by_name(void **state)
{
    (void)state;
    assert_int_equal(keymap_named("write"), ACTION_WRITE);
    assert_int_equal(keymap_named("WR"), ACTION_WRITE);
    assert_int_equal(keymap_named("q"), ACTION_QUIT);
    assert_int_equal(keymap_named("up"), ACTION_WIDER); /* not the row above */
    assert_int_equal(keymap_named("s"), ACTION_NONE);   /* sort, search, stop ... */
    assert_int_equal(keymap_named(""), ACTION_NONE);
    assert_int_equal(keymap_named("erase"), ACTION_NONE); /* belongs to a line */
    for (enum action action = ACTION_NONE + 1; action < ACTION_COUNT; action++) {
        const struct action_info *info = keymap_action(action);
        if (info->group != GROUP_MOVE && keymap_groups[info->group].scope == SCOPE_VIEW)
            assert_int_equal(keymap_named(info->name), action);
    }
}

static void
key_types_its_character(void **state)
{
    (void)state;
    struct buf typed = {0};
    static const int nothing[] = {PRESS_CTRL('A'), 0x7F, PRESS_UP, PRESS_OTHER, 0, -1};
    for (size_t i = 0; i < sizeof nothing / sizeof nothing[0]; i++)
        keymap_press_text(&typed, nothing[i]);
    assert_string_equal(buf_string(&typed), "");
    keymap_press_text(&typed, ' ');
    keymap_press_text(&typed, 0xE4);
    assert_string_equal(buf_string(&typed), " \xC3\xA4");
    buf_free(&typed);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(key_is_bound_once_per_scope),
        cmocka_unit_test(action_has_key_and_words),
        cmocka_unit_test(hint_places_differ),
        cmocka_unit_test(printable_keys_type_in_prompt),
        cmocka_unit_test(key_in_two_scopes_has_two_actions),
        cmocka_unit_test(bound_key_has_name),
        cmocka_unit_test(key_names_round_trip),
        cmocka_unit_test(action_is_found_by_name),
        cmocka_unit_test(key_types_its_character),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
