#include "base/text.h"

#include "base/fault.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* A string constant that may hold NUL, and its length. */
#define BYTES(string) string, sizeof(string) - 1

static void
text_hostile_is_cleaned(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t count;
        const char *clean;
    } cases[] = {
        {BYTES(""), ""},
        {BYTES("plain text"), "plain text"},
        {BYTES("Gr\xC3\xBC\xC3\x9F Gott \xE6\x97\xA5\xE6\x9C\xAC \xF0\x9F\x93\xA7"),
         "Gr\xC3\xBC\xC3\x9F Gott \xE6\x97\xA5\xE6\x9C\xAC \xF0\x9F\x93\xA7"},
        {BYTES("e\xCC\x81"), "e\xCC\x81"}, /* a combining accent belongs to its letter */

        /* white space */
        {BYTES("  a \t\r\n\v\f b  "), "a b"},
        {BYTES("a\xC2\xA0\xE3\x80\x80 b"), "a b"}, /* no-break and ideographic space */
        {BYTES(" \t "), ""},

        /* controls and escapes */
        {BYTES("a\033[31mb"), "a?[31mb"},
        {BYTES("a\0b\x07\x7F"), "a?b??"},
        {BYTES("a\xC2\x9B"
               "31mb"),
         "a?31mb"}, /* C1 CSI */

        /* what turns the line around or hides */
        {BYTES("a\xE2\x80\xAE"
               "b\xE2\x81\xA6"
               "c"),
         "a?b?c"}, /* RLO, LRI */
        {BYTES("a\xE2\x80\x8B"
               "b\xEF\xBB\xBF"
               "c\xE2\x80\x8F"),
         "a?b?c?"}, /* ZWSP, BOM, RLM */
        {BYTES("a\xC2\xAD"
               "b"),
         "a?b"}, /* soft hyphen */
        {BYTES("a\xE2\x80\xA8"
               "b\xE2\x80\xA9"
               "c"),
         "a?b?c"}, /* line and paragraph separator */
        {BYTES("a\xEE\x80\x80"
               "b"),
         "a?b"}, /* private use */
        {BYTES("a\xEF\xBF\xBF"
               "b"),
         "a?b"}, /* noncharacter */
        {BYTES("a\xE3\x85\xA4"
               "b\xCD\x8F"
               "c"),
         "a?b?c"}, /* Hangul filler, grapheme joiner */
        {BYTES("a\xF3\xA0\x81\x81"
               "b"),
         "a?b"}, /* tag letter */

        /* no UTF-8 */
        {BYTES("caf\xE9 \xA9"
               "2026"),
         "caf? ?2026"}, /* Latin-1, as in the zone files' headers */
        {BYTES("a\xC0\xAF"
               "b\xE0\x80\xAF"),
         "a??b???"}, /* overlong */
        {BYTES("a\xED\xA0\x80"
               "b"),
         "a???b"}, /* surrogate */
        {BYTES("a\xF4\x90\x80\x80"
               "b\xFF"),
         "a????b?"},                 /* beyond Unicode */
        {BYTES("a\xE2\x82"), "a??"}, /* ends within a character */
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        char *clean = text_clean_copy(cases[i].bytes, cases[i].count);
        assert_string_equal(clean, cases[i].clean);
        char *again = text_clean_copy(clean, strlen(clean));
        assert_string_equal(again, clean);
        free(again);
        free(clean);
    }
}

static void
control_characters_are_replaced(void **state)
{
    (void)state;
    for (int c = 0; c < 256; c++) {
        char bytes[3] = {'a', (char)c, 'b'};
        char *clean = text_clean_copy(bytes, sizeof bytes);
        if (c == ' ' || (c >= '\t' && c <= '\r'))
            assert_string_equal(clean, "a b");
        else if (c > ' ' && c < 0x7F)
            assert_memory_equal(clean, bytes, sizeof bytes);
        else
            assert_string_equal(clean, "a?b");
        free(clean);
    }
}

/* At each place of texts of each length. */
static void
cleaner_covers_every_code_point(void **state)
{
    (void)state;
    static const char bad[] = "\x01\x1f\x7f\x80\xff";
    for (size_t count = 1; count < 27; count++)
        for (size_t at = 0; at < count; at++) {
            char bytes[32], clean[32];
            memset(bytes, 'x', count);
            for (const char *byte = bad; *byte; byte++) {
                bytes[at] = *byte;
                text_clean_into(clean, sizeof clean, bytes, count);
                assert_int_equal(strlen(clean), count);
                assert_int_equal(strcspn(clean, "?"), at);
            }
            bytes[at] = ' ';
            text_clean_into(clean, sizeof clean, bytes, count);
            assert_int_equal(strlen(clean), count - (at == 0 || at + 1 == count));
            if (at > 0) {
                bytes[at - 1] = ' ';
                text_clean_into(clean, sizeof clean, bytes, count);
                assert_int_equal(strlen(clean), count - 1 - (at == 1 || at + 1 == count));
                assert_null(strstr(clean, "  "));
            }
        }
}

static void
clean_into_array_is_bounded(void **state)
{
    (void)state;
    char out[6];
    text_clean_into(out, sizeof out, "abcde", 5);
    assert_string_equal(out, "abcde");
    text_clean_into(out, sizeof out, "abcdef", 6);
    assert_string_equal(out, "ab...");
    text_clean_into(out, sizeof out, "abcde ", 6);
    assert_string_equal(out, "abcde");
    text_clean_into(out, sizeof out, "", 0);
    assert_string_equal(out, "");
}

static void
text_too_long_is_cut_with_dots(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t limit;
        const char *clean;
    } cases[] = {
        {"abcdefgh", 9, "abcdefgh"},
        {"abcdefgh", 8, "abcdefgh"},
        {"abcdefgh  ", 8, "abcdefgh"},
        {"abcdefgh", 7, "abcd..."},
        {"abcdefgh", 3, "..."},
        {"abcdefgh", 2, ".."},
        {"abcdefgh", 0, ""},
        {"abc defgh", 7, "abc..."},
        {"abc  \xFF defgh", 8, "abc ?..."},
        {"\xC3\xA4\xC3\xB6\xC3\xBC\xC3\x9F", 8, "\xC3\xA4\xC3\xB6\xC3\xBC\xC3\x9F"},
        {"\xC3\xA4\xC3\xB6\xC3\xBC\xC3\x9F", 7, "\xC3\xA4\xC3\xB6..."},
        {"\xC3\xA4\xC3\xB6\xC3\xBC\xC3\x9F", 6, "\xC3\xA4..."}, /* never within a character */
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct buf out = {0};
        buf_text(&out, "before ");
        text_clean(&out, cases[i].text, strlen(cases[i].text), cases[i].limit);
        assert_memory_equal(buf_string(&out), "before ", 7);
        assert_string_equal(buf_string(&out) + 7, cases[i].clean);
        assert_int_equal(out.count, strlen(buf_string(&out)));
        buf_free(&out);
    }
}

static void
clean_copy_is_bounded(void **state)
{
    (void)state;
    char bytes[TEXT_CLEAN_MAX + 1];
    memset(bytes, 'x', sizeof bytes);
    char *whole = text_clean_copy(bytes, TEXT_CLEAN_MAX);
    assert_int_equal(strlen(whole), TEXT_CLEAN_MAX);
    assert_null(strchr(whole, '.'));
    char *cut = text_clean_copy(bytes, TEXT_CLEAN_MAX + 1);
    assert_int_equal(strlen(cut), TEXT_CLEAN_MAX);
    assert_string_equal(cut + TEXT_CLEAN_MAX - 3, "...");
    free(whole);
    free(cut);
}

static void
assert_words(const char *string, const char *expected)
{
    struct buf words = {0};
    text_words(&words, string);
    assert_string_equal(buf_string(&words), expected);
    buf_free(&words);
}

static void
fold_ignores_case_and_accents(void **state)
{
    (void)state;
    assert_words("", "");
    assert_words(" -- ", "");
    assert_words("Harbor Net", " harbor net");
    assert_words("mail-7.EXAMPLE.net", " mail 7 example net");
    assert_words("AS64500", " as64500");
    assert_words("snake_case/path", " snake case path");
    assert_words("M\u00fcller's \u00c5ngstr\u00f6m", " muller s angstrom");
    assert_words("Mu\u0308ller", " muller");
    assert_words("Stra\u00dfe", " stra\u00dfe");
    assert_words("\u0416\u0419", " \u0436\u0439");
    assert_words("\u6771\u4eac\u3000\ud55c\uad6d", " \u6771\u4eac \ud55c\uad6d");
    assert_words("a\u2013b\u00b2", " a b\u00b2");
    assert_words("\xff\xfe-a", " a");
}

static void
next_yields_character_and_width(void **state)
{
    (void)state;
    static const struct {
        uint32_t point;
        int columns, bytes;
    } expected[] = {{'a', 1, 1},     {0xFC, 1, 2},   {0x65E5, 2, 3}, {0x301, 0, 2},
                    {0x1F4E7, 2, 4}, {0xFFFD, 1, 1}, {'b', 1, 1}};
    const char *at = "a\xC3\xBC\xE6\x97\xA5\xCC\x81\xF0\x9F\x93\xA7\xFF"
                     "b";
    int columns;
    for (size_t i = 0; i < COUNT(expected); i++) {
        const char *before = at;
        assert_int_equal(text_next(&at, &columns), expected[i].point);
        assert_int_equal(columns, expected[i].columns);
        assert_int_equal(at - before, expected[i].bytes);
    }
    const char *end = at;
    assert_int_equal(text_next(&at, &columns), 0);
    assert_int_equal(columns, 0);
    assert_ptr_equal(at, end);
}

static void
next_cut_character_is_not_overread(void **state)
{
    (void)state;
    char *cut = malloc(3); /* with sanitizers: nothing behind the NUL is read */
    assert_non_null(cut);
    memcpy(cut, "\xF0\x9F", 3);
    const char *at = cut;
    int columns;
    assert_int_equal(text_next(&at, &columns), 0xFFFD);
    assert_int_equal(text_next(&at, &columns), 0xFFFD);
    assert_int_equal(text_next(&at, &columns), 0);
    free(cut);
}

static void
width_counts_columns(void **state)
{
    (void)state;
    assert_int_equal(text_width(""), 0);
    assert_int_equal(text_width("abc"), 3);
    assert_int_equal(text_width("\xC3\xBC\xC3\x9F"), 2);
    assert_int_equal(text_width("\xE6\x97\xA5\xE6\x9C\xAC"), 4);
    assert_int_equal(text_width("e\xCC\x81"), 1);
}

static void
fit_never_cuts_characters(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int columns;
        size_t bytes;
    } cases[] = {
        {"abc", 5, 3},
        {"abc", 3, 3},
        {"abc", 2, 2},
        {"abc", 0, 0},
        {"abc", -1, 0},
        {"", 5, 0},
        {"\xE6\x97\xA5\xE6\x9C\xAC", 4, 6},
        {"\xE6\x97\xA5\xE6\x9C\xAC", 3, 3},
        {"\xE6\x97\xA5\xE6\x9C\xAC", 1, 0},
        {"e\xCC\x81x", 1, 3}, /* the accent stays with its letter */
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_int_equal(text_fit(cases[i].text, cases[i].columns), cases[i].bytes);
}

static void
break_splits_at_blanks(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int columns;
        const char *lines[5];
    } cases[] = {
        {"tell your provider", 80, {"tell your provider"}},
        {"tell your provider", 18, {"tell your provider"}},
        {"tell your provider", 17, {"tell your", "provider"}},
        {"tell your provider", 9, {"tell your", "provider"}},
        {"tell your provider", 8, {"tell", "your", "provider"}},
        {"tell your provider", 5, {"tell", "your", "provi", "der"}},
        {"tell  your", 5, {"tell", "your"}},
        {"\xE6\x97\xA5\xE6\x9C\xAC", 3, {"\xE6\x97\xA5", "\xE6\x9C\xAC"}},
        {"\xE6\x97\xA5\xE6\x9C\xAC", 1, {"\xE6\x97\xA5", "\xE6\x9C\xAC"}}, /* at least one character a line */
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *at = cases[i].text, *next;
        for (size_t line = 0; cases[i].lines[line]; line++, at = next) {
            size_t bytes = text_break(at, cases[i].columns, &next);
            while (bytes > 0 && at[bytes - 1] == ' ')
                bytes--;
            assert_int_equal(bytes, strlen(cases[i].lines[line]));
            assert_memory_equal(at, cases[i].lines[line], bytes);
        }
        assert_string_equal(at, "");
    }
}

static void
break_keeps_indent(void **state)
{
    (void)state;
    static const struct {
        const char *lines;
        int columns;
        const char *folded;
    } cases[] = {
        {"", 10, ""},
        {"one\n  two\n", 80, "one\n  two\n"},
        {"one two three\n  four five six\n", 9, "one two\nthree\n  four\n  five\n  six\n"},
        {"lists 203.0.113.77\n", 16, "lists\n203.0.113.77\n"},
        {"a\n\nb", 10, "a\n\nb\n"},
        {"   ab cd\n", 4, "ab\ncd\n"}, /* hardly room for more than the indent */
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct buf out = {0};
        text_fold(&out, cases[i].lines, cases[i].columns);
        assert_string_equal(buf_string(&out), cases[i].folded);
        buf_free(&out);
    }
}

static void
integer_over_limit_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t most;
        size_t used;
        int64_t number;
    } cases[] = {
        {"0", 9, 1, 0},
        {"007", 9, 3, 7},
        {"255 impacts", 255, 3, 255},
        {"256 impacts", 255, 0, -1},
        {"5", 5, 1, 5},
        {"6", 5, 0, -1},
        {"9", 5, 0, -1},
        {"10", 5, 0, -1},
        {"0", 0, 1, 0},
        {"1", 0, 0, -1},
        {"9223372036854775807", INT64_MAX, 19, INT64_MAX},
        {"9223372036854775808", INT64_MAX, 0, -1},
        {"18446744073709551617", INT64_MAX, 0, -1},
        {"99999999999999999999999999", INT64_MAX, 0, -1},
        {"1,234", 9999, 1, 1},
        {"", 9, 0, -1},
        {" 1", 9, 0, -1},
        {"-1", 9, 0, -1},
        {"+1", 9, 0, -1},
        {"x", 9, 0, -1},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        int64_t number = -1;
        assert_int_equal(text_read_integer(cases[i].text, cases[i].most, &number), cases[i].used);
        assert_int_equal(number, cases[i].number);
    }
}

static void
decimal_is_read_exactly(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t used;
        double number;
    } cases[] = {
        {"79.7", 4, 79.7},
        {"79.7. See", 4, 79.7},
        {"79. See", 2, 79},
        {"79", 2, 79},
        {"0.1", 3, 0.1},
        {"79,7", 2, 79},
        {"5371.09375", 10, 5371.09375},
        {"1.000000", 8, 1},
        {"2147483647.5", 12, 2147483647.5},
        {"1.2.3", 3, 1.2},
        {"2147483648", 0, -1},
        {"1.0000000", 0, -1},
        {".5", 0, -1},
        {"", 0, -1},
        {"-1.5", 0, -1},
        {"inf", 0, -1},
        {"nan", 0, -1},
        {" 1", 0, -1},
        {"1e3", 1, 1},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        double number = -1;
        assert_int_equal(text_read_decimal(cases[i].text, &number), cases[i].used);
        assert_true(number == cases[i].number);
    }
}

static void
number_is_grouped(void **state)
{
    (void)state;
    static const struct {
        int64_t number;
        const char *text;
    } cases[] = {
        {0, "0"},
        {7, "7"},
        {999, "999"},
        {1000, "1,000"},
        {1001, "1,001"},
        {50293, "50,293"},
        {3183616, "3,183,616"},
        {1000000, "1,000,000"},
        {-1, "-1"},
        {-1234, "-1,234"},
        {INT64_MAX, "9,223,372,036,854,775,807"},
        {INT64_MIN, "-9,223,372,036,854,775,808"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct buf out = {0};
        text_number(&out, cases[i].number);
        assert_string_equal(buf_string(&out), cases[i].text);
        buf_free(&out);
    }
}

static void
digits_are_printed(void **state)
{
    (void)state;
    static const struct {
        uint64_t number;
        const char *text;
    } cases[] = {
        {0, "0"}, {7, "7"}, {10, "10"}, {4294967295, "4294967295"}, {UINT64_MAX, "18446744073709551615"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        char text[TEXT_DIGITS + 1];
        *text_digits(text, cases[i].number) = '\0';
        assert_string_equal(text, cases[i].text);
    }
}

static void
duration_has_two_units(void **state)
{
    (void)state;
    static const struct {
        int64_t ms;
        const char *text;
    } cases[] = {
        {-1, "0 s"},
        {INT64_MIN, "0 s"},
        {0, "0 s"},
        {999, "0 s"},
        {45000, "45 s"},
        {60000, "1 min"},
        {200000, "3 min 20 s"},
        {3600000, "1 h"},
        {3601000, "1 h"},
        {18720000, "5 h 12 min"},
        {86400000, "1 d"},
        {86460000, "1 d"},
        {396000000, "4 d 14 h"},
        {INT64_MAX, "106751991167 d 7 h"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct buf out = {0};
        text_duration(&out, cases[i].ms);
        assert_string_equal(buf_string(&out), cases[i].text);
        buf_free(&out);
    }
}

static void
fault_with_foreign_text_is_clean(void **state)
{
    (void)state;
    struct fault fault;
    assert_false(fault_set(&fault, "cannot open %s: %d", "a\033[31m\nb\xff", 7));
    assert_string_equal(fault.text, "cannot open a?[31m b?: 7");
    assert_false(fault_set(&fault, "line 3: %s", fault.text));
    assert_string_equal(fault.text, "line 3: cannot open a?[31m b?: 7");

    char longer[3 * FAULT_ROOM];
    memset(longer, 'x', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    fault_set(&fault, "%s", longer);
    assert_int_equal(strlen(fault.text), FAULT_ROOM - 1);
    assert_string_equal(fault.text + FAULT_ROOM - 5, "x...");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_hostile_is_cleaned),
        cmocka_unit_test(control_characters_are_replaced),
        cmocka_unit_test(cleaner_covers_every_code_point),
        cmocka_unit_test(clean_into_array_is_bounded),
        cmocka_unit_test(text_too_long_is_cut_with_dots),
        cmocka_unit_test(clean_copy_is_bounded),
        cmocka_unit_test(fold_ignores_case_and_accents),
        cmocka_unit_test(next_yields_character_and_width),
        cmocka_unit_test(next_cut_character_is_not_overread),
        cmocka_unit_test(width_counts_columns),
        cmocka_unit_test(fit_never_cuts_characters),
        cmocka_unit_test(break_splits_at_blanks),
        cmocka_unit_test(break_keeps_indent),
        cmocka_unit_test(integer_over_limit_is_refused),
        cmocka_unit_test(decimal_is_read_exactly),
        cmocka_unit_test(number_is_grouped),
        cmocka_unit_test(digits_are_printed),
        cmocka_unit_test(duration_has_two_units),
        cmocka_unit_test(fault_with_foreign_text_is_clean),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
