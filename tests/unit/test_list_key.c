#include "lists/list_key.h"

#include "builtin_lists.h"
#include "targets/target.h"
#include "temp_dir.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static struct catalogue *catalogue;

static int
setup(void **state)
{
    struct fault fault;
    if (temp_dir_make(state) != 0)
        return -1;
    catalogue = catalogue_new();
    const char *path = temp_dir_put("lists.conf", "[own.example]\naccess = key\nkey = s3cret-Key\n"
                                                  "[other.example]\naccess = key\n[open.example]\nweight = 1\n");
    return catalogue_load(catalogue, path, NULL, NULL, &fault) && choose_own_lists(catalogue, false) ? 0 : -1;
}

static int
teardown(void **state)
{
    catalogue_free(catalogue);
    return temp_dir_remove(state);
}

static void
zone_of_keyed_list_is_shown_without_key(void **state)
{
    (void)state;
    const struct list *list = catalogue_find(catalogue, "own.example");
    assert_string_equal(list->zone, "own.example");
    assert_string_equal(list->shown, "KEY.own.example");
    assert_string_equal(list->asked, "s3cret-Key.own.example");
    list = catalogue_find(catalogue, "other.example");
    assert_string_equal(list->shown, "KEY.other.example");
    assert_null(list->asked);
    list = catalogue_find(catalogue, "open.example");
    assert_string_equal(list->shown, "open.example");
    assert_string_equal(list->asked, "open.example");
}

static void
text_with_key_is_masked(void **state)
{
    (void)state;
    static const struct {
        const char *text, *masked;
    } cases[] = {
        {"", ""},
        {"2.0.0.127.s3cret-Key.own.example", "2.0.0.127.KEY.own.example"},
        {"2.0.0.127.S3CRET-KEY.OWN.EXAMPLE.", "2.0.0.127.KEY.OWN.EXAMPLE."},
        {"2.0.0.127.another.own.example", "2.0.0.127.KEY.own.example"}, /* of another account */
        {"2.0.0.127.abcdef.other.example, please", "2.0.0.127.KEY.other.example, please"},
        {"x.other.example", "K.other.example"}, /* never longer */
        {"KEY.own.example", "KEY.own.example"},
        {"own.example", "own.example"},
        {"the key s3cret-key is blocked", "the key KEY is blocked"},
        {"https://q.example/?k=s3cret-Key&ip=1", "https://q.example/?k=KEY&ip=1"},
        {"2[.]0[.]0[.]127[.]s3cret-Key[.]own[.]example", "2[.]0[.]0[.]127[.]KEY[.]own[.]example"},
        {"s3cret-Keys and as3cret-Key", "s3cret-Keys and as3cret-Key"},
        {"2.0.0.127.abcdef.open.example", "2.0.0.127.abcdef.open.example"},
        {"example.net.abcdef.dbl.dq.spamhaus.net",
         "example.net.KEY.dbl.dq.spamhaus.net"}, /* of no list that is known */
        {"abcdef.dblack.mail.abusix.zone", "KEY.dblack.mail.abusix.zone"},
        {"abcdef.df.uribl.com", "KEY.df.uribl.com"},
        {"dbl.dq.spamhaus.net", "dbl.dq.spamhaus.net"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        char text[128];
        strcpy(text, cases[i].text);
        list_key_mask_all(catalogue, text);
        assert_string_equal(text, cases[i].masked);
    }
}

/* A user pastes a question's name from a log, with his key in it. */
static void
target_with_key_names_address_without_it(void **state)
{
    (void)state;
    static const char *const words[] = {"77.113.0.203.s3cret-Key.own.example", "77.113.0.203.unknown.other.example",
                                        "see 77.113.0.203.unknown.other.example for s3cret-Key"};
    for (size_t i = 0; i < COUNT(words); i++) {
        struct targets targets = {0};
        struct fault fault = {""};
        enum target_line found = targets_read(&targets, words[i], strlen(words[i]), catalogue, &fault);
        for (size_t t = 0; t < targets.list.count; t++) {
            assert_null(strstr(targets.list.at[t].text, "s3cret"));
            assert_null(strstr(targets.list.at[t].label, "s3cret"));
        }
        assert_null(strstr(fault.text, "s3cret"));
        assert_null(strstr(fault.text, "unknown"));
        assert_null(strstr(targets.note.text, "s3cret"));
        assert_null(strstr(targets.note.text, "unknown"));
        if (i < 2) {
            assert_int_equal(found, TARGET_FOUND);
            assert_string_equal(targets.list.at[0].text, "203.0.113.77");
            assert_non_null(strstr(targets.note.text, ".KEY."));
        }
        targets_fini(&targets);
    }
}

/* An operator's key is 26 letters and digits, or 32. */
static void
word_like_a_key_is_not_quoted(void **state)
{
    (void)state;
    static const char *const words[] = {
        "abcdefghij1234567890klmnop",
        "zen.dq.spamhaus.net.abcdefghij1234567890klmnop",
        "9.113.0.203.abcdefghij1234567890klmnop.zen.dq.spamhaus.net",
        "uceprotect,ABCDEFGHIJ1234567890KLMNOP.own.example.",
    };
    for (size_t i = 0; i < COUNT(words); i++) {
        struct fault fault = {""};
        assert_false(catalogue_choose(catalogue, words[i], &fault));
        assert_true(*fault.text);
        assert_null(strcasestr(fault.text, "abcdef"));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(zone_of_keyed_list_is_shown_without_key),
        cmocka_unit_test(text_with_key_is_masked),
        cmocka_unit_test(word_like_a_key_is_not_quoted),
        cmocka_unit_test(target_with_key_names_address_without_it),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
