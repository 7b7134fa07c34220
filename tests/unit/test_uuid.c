#include "base/uuid.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static int
by_bytes(const void *a, const void *b)
{
    return uuid_compare(a, b);
}

static void
uuid_is_unique(void **state)
{
    (void)state;
    enum { MANY = 20000 };
    static struct uuid all[MANY];
    for (size_t i = 0; i < MANY; i++)
        all[i] = uuid_new(1783361580000);
    qsort(all, MANY, sizeof all[0], by_bytes);
    for (size_t i = 1; i < MANY; i++)
        assert_true(uuid_compare(&all[i - 1], &all[i]) < 0);
}

static void
uuid_sorts_by_time(void **state)
{
    (void)state;
    static const int64_t times[] = {-1, 1, 255, 256, 1783361580000, 1783361580001, INT64_C(0xFFFFFFFFFFFF)};
    struct uuid before = uuid_new(times[0]);
    for (size_t i = 1; i < sizeof times / sizeof times[0]; i++) {
        struct uuid uuid = uuid_new(times[i]);
        assert_true(uuid_compare(&before, &uuid) < 0);
        before = uuid;
    }
}

/* The time is that of the example in RFC 9562, appendix A.6. */
static void
uuid_is_version_7(void **state)
{
    (void)state;
    for (int i = 0; i < 100; i++) {
        struct uuid uuid = uuid_new(INT64_C(0x017F22E279B0));
        char text[UUID_TEXT];
        uuid_text(&uuid, text);
        assert_int_equal(strlen(text), UUID_TEXT - 1);
        assert_memory_equal(text, "017f22e2-79b0-7", 15);
        assert_non_null(strchr("89ab", text[19]));
    }
}

/* Journals hold it, so that it may never change. */
static void
uuid_of_name_is_stable(void **state)
{
    (void)state;
    struct uuid uuid = uuid_of_name("case 0 of 203.0.113.77"), other = uuid_of_name("case 1 of 203.0.113.77");
    char text[UUID_TEXT];
    assert_string_equal(uuid_text(&uuid, text), "161769e9-8412-8945-b4f8-9f1a6e434ac3");
    assert_int_not_equal(uuid_compare(&uuid, &other), 0);
    struct uuid none = uuid_of_name("");
    assert_int_not_equal(uuid_compare(&uuid, &none), 0);
}

static void
uuid_text_round_trips(void **state)
{
    (void)state;
    struct uuid uuid, upper;
    char text[UUID_TEXT];
    assert_true(uuid_parse("017f22e2-79b0-7cc3-98c4-dc0c0c07398f", &uuid));
    assert_int_equal(uuid.bytes[0], 0x01);
    assert_int_equal(uuid.bytes[15], 0x8f);
    assert_string_equal(uuid_text(&uuid, text), "017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
    assert_true(uuid_parse("017F22E2-79B0-7CC3-98C4-DC0C0C07398F", &upper));
    assert_int_equal(uuid_compare(&uuid, &upper), 0);
    assert_true(uuid_parse("c232ab00-9414-11ec-b3c8-9f6bdeced846", &uuid)); /* of version 1 */
}

static void
uuid_other_text_is_refused(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "",
        "-",
        "017f22e2",
        "017f22e2-79b0-7cc3-98c4-dc0c0c07398",
        "017f22e2-79b0-7cc3-98c4-dc0c0c07398f0",
        "017f22e2-79b0-7cc3-98c4-dc0c0c07398f ",
        " 017f22e2-79b0-7cc3-98c4-dc0c0c07398f",
        "{017f22e2-79b0-7cc3-98c4-dc0c0c07398f}",
        "017f22e279b07cc398c4dc0c0c07398f",
        "017f22e2-79b0-7cc398c4--dc0c0c07398f",
        "017f22e2-79b0-7cc3-98c4_dc0c0c07398f",
        "017f22e2-79b0-7cc3-98c4-dc0c0c07398g",
        "017f22e2-79b0-7cc3-98c4-dc0c0c0739@f",
        "017f22e2-79b0-7cc3-98c4-dc0c0c07\306\3468f",
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct uuid uuid = {{1, 2, 3}}, before = uuid;
        if (uuid_parse(cases[i], &uuid))
            fail_msg("\"%s\" was read", cases[i]);
        assert_int_equal(uuid_compare(&uuid, &before), 0);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(uuid_is_unique),        cmocka_unit_test(uuid_sorts_by_time),
        cmocka_unit_test(uuid_is_version_7),     cmocka_unit_test(uuid_of_name_is_stable),
        cmocka_unit_test(uuid_text_round_trips), cmocka_unit_test(uuid_other_text_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
