#include "zones/zone_file.h"

#include "base/mem.h"
#include "base/text.h"
#include "base/vec.h"
#include "lists/listing_text.h"
#include "lists/policy.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <cmocka.h>

#include "real_data.h"
#include "temp_dir.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define SOA_LINE "$SOA 3600 a.test b.test 2026070618 3600 3600 86400 120"
#define SOA SOA_LINE "\n"

enum { ROOM = 64 };

/* ---- tools ---- */

static uint32_t
quad(const char *text)
{
    struct addr addr;
    if (!addr_parse(text, &addr))
        fail_msg("%s is no address", text);
    return addr_to_v4(&addr);
}

static struct zone_file *
parse_bytes(const char *bytes, size_t count)
{
    struct fault fault;
    struct zone_file *zone = zone_file_parse(bytes, count, &fault);
    if (zone == NULL)
        fail_msg("%s", fault.text);
    assert_string_equal(fault.text, "");
    return zone;
}

static struct zone_file *
parse(const char *text)
{
    return parse_bytes(text, strlen(text));
}

/* A zone of these lines and no warning. */
static struct zone_file *
parse_clean(const char *text)
{
    struct zone_file *zone = parse(text);
    if (zone_file_warning_count(zone))
        fail_msg("%s: %s", zone_file_warning_at(zone, 0).text, zone_file_warning_at(zone, 0).why);
    return zone;
}

/* The only line that is warned of. */
static struct zone_file_warning
only_warning(const struct zone_file *zone)
{
    assert_int_equal(zone_file_warning_count(zone), 1);
    return zone_file_warning_at(zone, 0);
}

/* What is answered about the address: its texts, each with a '|' behind; "-" for not listed. */
static const char *
answer(const struct zone_file *zone, const char *address)
{
    static struct buf out;
    struct zone_file_row rows[ROOM];
    size_t count = zone_file_answer(zone, quad(address), rows, ROOM);
    assert_true(count <= ROOM);
    assert_int_equal(zone_file_lists(zone, quad(address)), count > 0);
    buf_clear(&out);
    for (size_t i = 0; i < count; i++) {
        assert_false(rows[i].excluded);
        zone_file_text(zone, &rows[i], quad(address), &out);
        buf_byte(&out, '|');
    }
    return count ? buf_string(&out) : "-";
}

/* All rows around the address, narrowest first: "1.2.3.0/24 !1.2.0.0/16 ". */
static const char *
around(const struct zone_file *zone, const char *address)
{
    static struct buf out;
    struct zone_file_row rows[ROOM];
    char text[PREFIX_TEXT];
    size_t count = zone_file_find(zone, quad(address), rows, ROOM);
    assert_true(count <= ROOM);
    buf_clear(&out);
    for (size_t i = 0; i < count; i++)
        buf_format(&out, "%s%s ", rows[i].excluded ? "!" : "", prefix_text(&rows[i].prefix, text));
    return buf_string(&out);
}

static struct zone_file *
load_or_fault(const char *path, struct fault *fault)
{
    struct zone_file *zone = zone_file_new(path);
    if (zone_file_step(zone, INT64_MAX, fault) == ZONE_FILE_READY)
        return zone;
    zone_file_free(zone);
    return NULL;
}

static struct zone_file *
load(const char *path)
{
    struct fault fault;
    struct zone_file *zone = load_or_fault(path, &fault);
    if (zone == NULL)
        fail_msg("%s", fault.text);
    return zone;
}

static void
assert_no_zone(const char *path, const char *why)
{
    struct fault fault = {""};
    assert_null(load_or_fault(path, &fault));
    if (!strstr(fault.text, why) || !strstr(fault.text, path))
        fail_msg("%s: %s", path, fault.text);
}

/* ---- lines ---- */

static void
range_every_form_is_parsed(void **state)
{
    (void)state;
    static const struct {
        const char *line, *first, *last;
    } forms[] = {
        {"1.2.3.4", "1.2.3.4", "1.2.3.4"},
        {"1.2.3", "1.2.3.0", "1.2.3.255"},
        {"1.2", "1.2.0.0", "1.2.255.255"},
        {"1.2.3.4/32", "1.2.3.4", "1.2.3.4"},
        {"1.2.3.4/31", "1.2.3.4", "1.2.3.5"},
        {"1.2.3.128/25", "1.2.3.128", "1.2.3.255"},
        {"1.2.3/24", "1.2.3.0", "1.2.3.255"},
        {"1.2.4/23", "1.2.4.0", "1.2.5.255"},
        {"1.2/15", "1.2.0.0", "1.3.255.255"},
        {"1.2/24", "1.2.0.0", "1.2.0.255"},
        {"5.0.0/8", "5.0.0.0", "5.255.255.255"},
        {"5/8", "5.0.0.0", "5.255.255.255"},
        {"4/7", "4.0.0.0", "5.255.255.255"},
        {"64/2", "64.0.0.0", "127.255.255.255"},
        {"5/32", "5.0.0.0", "5.0.0.0"},
        {"5.1.2.0/00024", "5.1.2.0", "5.1.2.255"},
        {"013.001.02.3", "13.1.2.3", "13.1.2.3"},
        {"0005.00001.2.3", "5.1.2.3", "5.1.2.3"},
        {"5.1.2.0003 # comment", "5.1.2.3", "5.1.2.3"},
        {"7.1.2.3-7.1.2.6", "7.1.2.3", "7.1.2.6"},
        {"7.1.2.3-7.9.8.7", "7.1.2.3", "7.9.8.7"},
        {"7.1.2.3-7.1.2.3", "7.1.2.3", "7.1.2.3"},
        {"7.1.3-7.1.4", "7.1.3.0", "7.1.4.255"},
        {"7.1-7.2", "7.1.0.0", "7.2.255.255"},
        {"8.1.2.3-8", "8.1.2.3", "8.1.2.8"},
        {"8.1.2.4-4", "8.1.2.4", "8.1.2.4"},
        {"8.1.2-4", "8.1.2.0", "8.1.4.255"},
        {"8.1-2", "8.1.0.0", "8.2.255.255"},
        {"9-10", "9.0.0.0", "10.255.255.255"},
        {"9-9", "9.0.0.0", "9.255.255.255"},
        {"0.0.0.1-255.255.255.254", "0.0.0.1", "255.255.255.254"},
        {"  15.1.2.3\t", "15.1.2.3", "15.1.2.3"},
        {"15.1.2.3#comment", "15.1.2.3", "15.1.2.3"},
        {"15.1.2.3;comment", "15.1.2.3", "15.1.2.3"},
        {"15.1.2.3 # comment", "15.1.2.3", "15.1.2.3"},
        {"15.1.2/24:7:text", "15.1.2.0", "15.1.2.255"},
        {"15.1.2.3\ttext", "15.1.2.3", "15.1.2.3"},
    };
    for (size_t i = 0; i < COUNT(forms); i++) {
        char text[200];
        uint32_t first = quad(forms[i].first), last = quad(forms[i].last);
        snprintf(text, sizeof text, SOA "%s\n", forms[i].line);
        struct zone_file *zone = parse_clean(text);
        if (!zone_file_lists(zone, first) || !zone_file_lists(zone, last) ||
            !zone_file_lists(zone, first + (last - first) / 2))
            fail_msg("%s: not listed", forms[i].line);
        if (zone_file_lists(zone, first - 1) || zone_file_lists(zone, last + 1))
            fail_msg("%s: lists too much", forms[i].line);
        zone_file_free(zone);
    }
}

static void
range_whole_space_is_parsed(void **state)
{
    (void)state;
    struct zone_file *zone = parse_clean("0-255 all\n!7/8\n9.9.9.9\n");
    assert_string_equal(answer(zone, "0.0.0.0"), "all|");
    assert_string_equal(answer(zone, "255.255.255.255"), "all|");
    assert_string_equal(around(zone, "9.9.9.9"), "9.9.9.9/32 0.0.0.0/0 ");
    assert_string_equal(answer(zone, "7.7.7.7"), "-");
    zone_file_free(zone);
}

static void
junk_line_warns_and_lists_nothing(void **state)
{
    (void)state;
    static const char *const junk[] = {
        "2",          /* would be a /8 */
        "168.1=",     /* a lax reader lists a /16 */
        "5.1.2.3/24", /* bits set beyond the length */
        "6.1.2/15",
        "14.1.2.3/0",
        "0/0",
        "14.1.2.3/33",
        "5.1.2.0/4294967320", /* 24 in 32 bits */
        "5.1.2.4294967299",   /* 3 in 32 bits */
        "14.1.2.3/32x",
        "17.2.0.0/ 24",
        "17.3.1.2/",
        "/24",
        "8.1.2.3-1.2.3.9", /* ends before it begins */
        "8.1.2.6-4",
        "2-1",
        "7.1.3-7.2", /* not as many octets on both sides */
        "5.1.2-5.1.3.7",
        "11-12.0",
        "5.1.2.4-256",
        "1.2.3.0/24-1.2.4.0/24",
        "1.2.3.4-5/24",
        "17.1.2.3-",
        "17.1.2.6- 17.1.2.7",
        "13.1.2.3.4",
        "13.1.2.",
        "13.1.2.256",
        "13.1.2.0300",
        ".1",
        "1..2",
        "+5.1.2.3",
        "-5.1.2.3",
        "5.1.2.3,5.1.2.4",
        "5.1.2.3!",
        "5.1.2.3\r,",
        "5.1.2.3\vx",
        "\r5.1.2.3",
        "::1",
        "mail.example",
        "<html>",
        "\357\273\2775.1.2.3", /* a byte order mark */
        "!",
        "!5",
        "!!5.1.2.3",
        "!16.1.2.6=text",
        "5.1.2.3 :5 text", /* values */
        "5.1.2.3 :256:text",
        "5.1.2.3 ::text",
        "5.1.2.3 :0:text",
        "5.1.2.3 : 5 :text",
        "5.1.2.3 :5#",
        "5.1.2.3 :127.0.0.0/8:text",
        "5.1.2.3:",
        ":", /* defaults */
        ":junk",
        ":300:text",
        ":5 text",
        ":0.0:text",
        ": 5:text",
        "$", /* specials */
        "$NS",
        "$NS 1",
        "$NS x y",
        "$FOO 1",
        "$SOAX 1 a b 6 1 1 1 1",
        "$SOA",
        "$SOA 1 a b x 1 1 1 1",
        "$SOA 1 a b 5 1 1 1",
        "$SOA 1 a b 5 1 1 1 1 1",
        "$SOA 1 a b 99999999999 1 1 1 1",
        "$SOA 1x a b 5 1 1 1 1",
        "$SOA -1 a b 5 1 1 1 1",
        "$SOA 1h30m a b 5 1 1 1 1",
        "$TTL",
        "$TTL x",
        "$TTL 5 6",
        "$TTL 99999999999",
        "$TTL 7102w",
        "$MAXRANGE4",
        "$MAXRANGE4 0",
        "$MAXRANGE4 /0",
        "$MAXRANGE4 /33",
        "$MAXRANGE4 4294967296",
        "$MAXRANGE4 / 8",
        "$TIMESTAMP",
        "$TIMESTAMP x",
        "$TIMESTAMP 2026",
        "$TIMESTAMP 2026:07",
        "$TIMESTAMP 2026:13:41",
        "$TIMESTAMP 0 +1d",
        "$TIMESTAMP 2020:01:01 +",
        "$TIMESTAMP 2020:01:01 +1d x",
        "$DATASET ip4set:x @",
        "$1",
        "$1one",
        "$10 ten",
        "$=",
        "$=base",
        "#$FOO", /* specials that other programs take for comments */
        ";$FOO",
        ":$FOO",
    };
    for (size_t i = 0; i < COUNT(junk); i++) {
        char text[300];
        size_t count = (size_t)snprintf(text, sizeof text, "%s# one\n:2:default\n%s\n1.2.3.4\n",
                                        strstr(junk[i], "$SOA") ? "" : SOA, junk[i]);
        struct zone_file *zone = parse_bytes(text, count);
        if (zone_file_warning_count(zone) != 1)
            fail_msg("%s: %zu warnings", junk[i], zone_file_warning_count(zone));
        struct zone_file_warning w = only_warning(zone);
        assert_int_equal(w.line, strstr(junk[i], "$SOA") ? 3 : 4);
        assert_true(strlen(w.why) > 10);

        size_t addresses;
        zone_file_addresses(zone, &addresses);
        if (addresses != 1 || zone_file_row_count(zone) != 0 || strcmp(around(zone, "16.1.2.6"), "") != 0)
            fail_msg("%s: lists something", junk[i]);
        assert_string_equal(answer(zone, "1.2.3.4"), "default|");
        assert_int_equal(zone_file_serial(zone), strstr(junk[i], "$SOA") ? 0 : 2026070618);
        zone_file_free(zone);
    }
}

static void
warning_names_line_and_reason(void **state)
{
    (void)state;
    struct zone_file *zone = parse(SOA "\n1.2.3.4\n\x1B[31m168.1\xA9=\n5.1.2.3/24\n5.1.2.4\r5\n");
    assert_int_equal(zone_file_warning_count(zone), 3);
    assert_int_equal(zone_file_warning_at(zone, 0).line, 4);
    assert_string_equal(zone_file_warning_at(zone, 0).text, "?[31m168.1?=");
    assert_string_equal(zone_file_warning_at(zone, 0).why, "it is no address and no range");
    assert_int_equal(zone_file_warning_at(zone, 1).line, 5);
    assert_string_equal(zone_file_warning_at(zone, 1).why, "bits are set beyond the prefix length");
    assert_string_equal(zone_file_warning_at(zone, 2).why, "something else follows the range");
    zone_file_free(zone);
}

static void
warnings_beyond_limit_are_counted(void **state)
{
    (void)state;
    struct buf text = {0};
    for (int i = 0; i < 250; i++)
        buf_text(&text, "junk\n");
    buf_text(&text, "1.2.3.4\n");
    struct zone_file *zone = parse(buf_string(&text));
    assert_int_equal(zone_file_warning_count(zone), 250);
    assert_int_equal(zone_file_warning_at(zone, ZONE_FILE_WARNINGS - 1).line, ZONE_FILE_WARNINGS);
    zone_file_free(zone);
    buf_free(&text);
}

static void
comment_and_empty_line_are_skipped(void **state)
{
    (void)state;
    struct zone_file *zone = parse_clean(SOA "#\n;\n# 5.1.2.3\n; \xA9 2026\n\n   \n\t\n  # $FOO\n1.2.3.4\n");
    size_t count;
    zone_file_addresses(zone, &count);
    assert_int_equal(count, 1);
    zone_file_free(zone);
}

static void
carriage_return_before_newline_is_no_data(void **state)
{
    (void)state;
    struct zone_file *zone = parse_clean("\xEF\xBB\xBF" SOA_LINE "\r\n"
                                         "#\r\n\r\n:127.0.0.2:of $\r\n1.2.3.4\r\n!1.2.3.5\r\n1.2.4.0/24\r\n"
                                         "1.2.5.0/24 text \r\n1.2.6.1-9\r\n1.2.3.5\r\n1.2.3.6\r\r\n1.2.3.7\n");
    assert_int_equal(zone_file_serial(zone), 2026070618);
    assert_string_equal(answer(zone, "1.2.3.4"), "of 1.2.3.4|");
    assert_string_equal(answer(zone, "1.2.3.5"), "-");
    assert_string_equal(answer(zone, "1.2.3.6"), "of 1.2.3.6|");
    assert_string_equal(answer(zone, "1.2.3.7"), "of 1.2.3.7|");
    assert_string_equal(answer(zone, "1.2.4.1"), "of 1.2.4.1|");
    assert_string_equal(answer(zone, "1.2.5.1"), "text|");
    assert_string_equal(answer(zone, "1.2.6.9"), "of 1.2.6.9|");
    assert_int_equal(zone_file_quality(zone).lines, 10);
    zone_file_free(zone);
}

static void
nul_ends_line(void **state)
{
    (void)state;
    static const char text[] = "1.2.3.4 a \0 b\n\0\0\0 5.1.2.3\n1.2.3.5\0=\n1.2.3.6 c\n";
    struct zone_file *zone = parse_bytes(text, sizeof text - 1);
    assert_string_equal(answer(zone, "1.2.3.4"), "a |");
    assert_string_equal(answer(zone, "5.1.2.3"), "-");
    assert_string_equal(answer(zone, "1.2.3.5"), "|");
    assert_string_equal(answer(zone, "1.2.3.6"), "c|");
    zone_file_free(zone);
}

static void
last_line_without_newline_counts_with_warning(void **state)
{
    (void)state;
    struct zone_file *zone = parse(SOA "1.2.3.4\n1.2.3.5");
    assert_string_equal(answer(zone, "1.2.3.5"), "|");
    assert_int_equal(only_warning(zone).line, 3);
    assert_string_equal(only_warning(zone).why, "the file ends within this line");
    zone_file_free(zone);
}

static void
overlong_line_counts_to_limit(void **state)
{
    (void)state;
    static const size_t lengths[] = {65537, 98303, 98304, 98305, 131072, 300000};
    for (size_t i = 0; i < COUNT(lengths); i++) {
        struct buf text = {0};
        buf_text(&text, SOA "1.2.3.4 long");
        for (size_t k = 0; k < lengths[i]; k++)
            buf_byte(&text, ' ');
        buf_text(&text, "\n1.2.3.5 next\n# ");
        for (size_t k = 0; k < lengths[i]; k++)
            buf_byte(&text, '1');
        buf_text(&text, "\n1.2.3.6 last\njunk\n");
        struct zone_file *zone = parse_bytes(text.at, text.count);
        assert_string_equal(answer(zone, "1.2.3.4"), "long|");
        assert_string_equal(answer(zone, "1.2.3.5"), "next|");
        assert_string_equal(answer(zone, "1.2.3.6"), "last|");
        assert_int_equal(zone_file_warning_count(zone), 3);
        assert_int_equal(zone_file_warning_at(zone, 0).line, 2);
        assert_int_equal(zone_file_warning_at(zone, 1).line, 4);
        assert_int_equal(zone_file_warning_at(zone, 2).line, 6);
        zone_file_free(zone);
        buf_free(&text);
    }
}

/* ---- values and texts ---- */

static void
row_text_is_own_or_default(void **state)
{
    (void)state;
    struct zone_file *zone = parse_clean("1.1.1.1\n"
                                         ":127.0.0.2: IP $ is listed\n"
                                         "1.1.1.2\n"
                                         "1.1.1.3  own text  \n"
                                         "1.1.1.4 :5\n"
                                         "1.1.1.5 :6:\n"
                                         "1.1.1.6 :127.0.0.7: own\n"
                                         "1.1.1.7:2:a:b # c ; d\n"
                                         "1.1.1.8 # comment\n"
                                         "1.1.1.9 :1.2.3.4 :x\n"
                                         ":7\n"
                                         "1.1.1.10\n"
                                         ":8: second\n"
                                         "1.1.1.11\n"
                                         "1.1.1.12/30\n"
                                         "1.1.1.2\n");
    static const char *const texts[] = {"|",
                                        "IP 1.1.1.2 is listed|second|",
                                        "own text|",
                                        "IP 1.1.1.4 is listed|",
                                        "|",
                                        "own|",
                                        "a:b # c ; d|",
                                        "IP 1.1.1.8 is listed|",
                                        "x|",
                                        "|",
                                        "second|",
                                        "second|"};
    for (unsigned i = 0; i < COUNT(texts); i++) {
        char address[ADDR_TEXT];
        snprintf(address, sizeof address, "1.1.1.%u", i + 1);
        if (i == 1) /* two rows; their order is not said */
            assert_true(strstr(answer(zone, address), "second|") && strstr(answer(zone, address), "listed|"));
        else
            assert_string_equal(answer(zone, address), texts[i]);
    }
    assert_string_equal(answer(zone, "1.1.1.15"), "second|");
    zone_file_free(zone);
}

static void
text_variables_are_filled_in(void **state)
{
    (void)state;
    static const struct {
        const char *before, *text, *answer;
    } cases[] = {
        {"", "a$b", "a1.2.3.4b|"},
        {"", "$", "1.2.3.4|"},
        {"", "$$$", "$1.2.3.4|"},
        {"", "$$1 $:", "$1 1.2.3.4:|"},
        {"$1 one\n", "a$1b$2c$12$$d$", "aoneb$2cone2$d1.2.3.4|"},
        {"$1 one\n$1 two\n", "$1", "one|"},
        {"$1 a$2$b\n$2 two\n", "$1", "a$2$b|"},
        {"$1\tone\n$2   two  \n#$3 three\n;$4 four\n:$5 five\n $0 zero\n", "$0$1$2$3$4$5", "zeroonetwothreefourfive|"},
        {"", "=raw $", "raw 1.2.3.4|"},
        {"", "==", "=|"},
        {"", "x$=", "xx$=|"},
        {"$= base $= ($) $$\n", "t$", "base t$ (1.2.3.4) $|"},
        {"$= base $=\n", "=raw $=", "raw raw $=|"},
        {"$= base $=\n", "=", "|"},
        {"$= base $=\n", ":5:", "base 1.2.3.4|"},
        {"$= base $=\n$= second\n", "x", "base x|"},
        {"$= base\n", "x", "base|"},
        {"$1 one\n$= $=$1\n", "[$1]", "[$1]one|"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        char text[300];
        snprintf(text, sizeof text, "%s1.2.3.4 %s\n", cases[i].before, cases[i].text);
        struct zone_file *zone = parse_clean(text);
        assert_string_equal(answer(zone, "1.2.3.4"), cases[i].answer);
        zone_file_free(zone);
    }
}

/* The same for each address, but for the address behind an equals sign at the end. */
static void
equal_texts_are_recognised(void **state)
{
    (void)state;
    static const struct {
        const char *head, *text;
        bool alike;
    } cases[] = {
        {"", "no address", true},        {"", "See http://x?ip=$", true},
        {"", "IP $ is listed", false},   {"", "See http://x/$", false},
        {"", "=$ and more", false},      {"", "$ See http://x?ip=$", false},
        {"", "$1 is listed", false},     {"$= base $=\n", "text", false},
        {"$= base $=\n", "=text", true}, {"", "", true},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct buf zone_text = {0};
        struct zone_file_row row;
        buf_format(&zone_text, "%s1.2.3.0/24 :2:%s\n", cases[i].head, cases[i].text);
        struct zone_file *zone = parse_clean(zone_text.at);
        assert_int_equal(zone_file_answer(zone, quad("1.2.3.4"), &row, 1), 1);
        if (zone_file_text_is_alike(zone, &row) != cases[i].alike)
            fail_msg("%s", zone_text.at);
        zone_file_free(zone);
        buf_free(&zone_text);
    }
}

/* What is cut behind a long address is not cut behind a short one. */
static void
cut_text_is_not_equal(void **state)
{
    (void)state;
    for (size_t count = 230; count <= 250; count++) {
        struct buf zone_text = {0};
        struct zone_file_row row;
        buf_format(&zone_text, "1.2.3.0/24 :2:%0*d=$\n", (int)count - 2, 0);
        struct zone_file *zone = parse_clean(zone_text.at);
        zone_file_answer(zone, quad("1.2.3.4"), &row, 1);
        assert_int_equal(row.text_count, count);
        assert_int_equal(zone_file_text_is_alike(zone, &row), count - 1 + strlen("255.255.255.255") <= 254);
        zone_file_free(zone);
        buf_free(&zone_text);
    }
}

static void
variable_after_use_is_filled_in(void **state)
{
    (void)state;
    struct zone_file *zone = parse_clean("1.2.3.4 $1\n$1 late\n");
    assert_string_equal(answer(zone, "1.2.3.4"), "late|");
    zone_file_free(zone);
}

static void
text_is_cut_at_255_or_254_bytes(void **state)
{
    (void)state;
    char text[1000], x[301];
    memset(x, 'x', 300);
    x[300] = '\0';
    snprintf(text, sizeof text, "$1 %s\n1.2.3.4 %.250s$1\n1.2.3.5 %.253s$ y\n", x, x, x);
    struct zone_file *zone = parse(text);
    assert_int_equal(strlen(answer(zone, "1.2.3.4")), 255);
    assert_int_equal(strspn(answer(zone, "1.2.3.4"), "x"), 254);
    assert_int_equal(strspn(answer(zone, "1.2.3.5"), "x"), 253);
    assert_string_equal(answer(zone, "1.2.3.5") + 253, "1|");
    assert_int_equal(only_warning(zone).line, 3); /* of the line itself, not of what it is filled with */
    zone_file_free(zone);

    snprintf(text, sizeof text, "1.2.3.4 %.255s\n1.2.3.5 %.256s\n:2:%s\n1.2.3.6\n", x, x, x);
    zone = parse(text);
    assert_int_equal(zone_file_warning_count(zone), 2);
    assert_int_equal(zone_file_warning_at(zone, 0).line, 2);
    assert_int_equal(strlen(answer(zone, "1.2.3.4")), 255);
    assert_int_equal(strlen(answer(zone, "1.2.3.5")), 255);
    assert_int_equal(strlen(answer(zone, "1.2.3.6")), 255);
    zone_file_free(zone);
}

static void
specials_tell_serial(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool soa;
        uint32_t serial;
    } cases[] = {
        {"$SOA 3600 a b 2026070618 1 1 1 1\n", true, 2026070618},
        {"$soa\t1h a. b@c 08 1m 1H 1d 1W\n", true, 8},
        {"#$SOA 7 a b 1 1 1 1 1\n", true, 1},
        {"# $SOA 7 a b 1 1 1 1 1\n1.2.3.4\n", false, 0},
        {"$SOA 7 a b 1 1 1 1 1\n$SOA 8 a b 2 1 1 1 1\n$SOA junk\n", true, 1},
        {"$SOA 7 a b 4294967295 1 1 1 1\n$TTL 2w\n", true, 4294967295},
        {"$TTL 5\n$SOA 7 a b 0 1 1 1 1\n$ttl 6s\n", true, 0},
        {"$SOA 7 a b 1 1 1 1 1\n$TTL 0\n", true, 1},
        {"$NS 1d a -b c\n$nameserver 0 a\n$NS 1 -\n$TIMESTAMP 2020:01:01:12:30 +1d\n$TIMESTAMP 20200101 0\n"
         "$TIMESTAMP -\n1.2.3.4\n",
         false, 0},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct zone_file *zone = parse_clean(cases[i].text);
        assert_int_equal(zone_file_quality(zone).has_soa, cases[i].soa);
        assert_int_equal(zone_file_serial(zone), cases[i].serial);
        zone_file_free(zone);
    }
}

static void
range_over_maxrange4_warns(void **state)
{
    (void)state;
    struct zone_file *zone = parse("1.1/16\n$MAXRANGE4 /24\n1.2\n!1.1\n1.3.4\n1.3.5-6\n$MAXRANGE4 65536\n$maxrange4 1\n"
                                   "1.5.6\n1.5.6.7\n");
    static const size_t lines[] = {3, 4, 6, 7, 9};
    assert_int_equal(zone_file_warning_count(zone), COUNT(lines));
    for (size_t i = 0; i < COUNT(lines); i++)
        assert_int_equal(zone_file_warning_at(zone, i).line, lines[i]);
    assert_string_equal(answer(zone, "1.1.1.1"), "|");
    assert_string_equal(answer(zone, "1.2.1.1"), "-");
    assert_string_equal(answer(zone, "1.3.4.1"), "|");
    assert_string_equal(answer(zone, "1.5.6.6"), "-");
    assert_string_equal(answer(zone, "1.5.6.7"), "|");
    zone_file_free(zone);
}

/* ---- rows ---- */

static void
find_returns_rows_narrowest_first(void **state)
{
    (void)state;
    struct zone_file *zone = parse_clean("1/8 a\n1.2/16 b\n1.2.0/20 c\n1.2.3/24 d\n1.2.3.0/25 e\n1.2.3.4 f\n"
                                         "1.2.3.64/26 g\n1.2.9/24 h\n!1.2.3.4/30 i\n1.2.3.200\n!1.2.3.9\n1.2.3.9\n");
    assert_string_equal(around(zone, "1.2.3.4"), "1.2.3.4/32 !1.2.3.4/30 1.2.3.0/25 1.2.3.0/24 1.2.0.0/20 1.2.0.0/16 "
                                                 "1.0.0.0/8 ");
    assert_string_equal(around(zone, "1.2.3.9"), "!1.2.3.9/32 1.2.3.9/32 1.2.3.0/25 1.2.3.0/24 1.2.0.0/20 1.2.0.0/16 "
                                                 "1.0.0.0/8 ");
    assert_string_equal(around(zone, "1.2.3.200"), "1.2.3.200/32 1.2.3.0/24 1.2.0.0/20 1.2.0.0/16 1.0.0.0/8 ");
    assert_string_equal(around(zone, "1.2.3.130"), "1.2.3.0/24 1.2.0.0/20 1.2.0.0/16 1.0.0.0/8 ");
    assert_string_equal(around(zone, "1.2.8.255"), "1.2.0.0/20 1.2.0.0/16 1.0.0.0/8 ");
    assert_string_equal(around(zone, "1.255.255.255"), "1.0.0.0/8 ");
    assert_string_equal(around(zone, "0.255.255.255"), "");
    assert_string_equal(around(zone, "2.0.0.0"), "");

    struct zone_file_row rows[2];
    assert_int_equal(zone_file_find(zone, quad("1.2.3.4"), rows, 2), 7);
    assert_int_equal(rows[1].prefix.length, 30);
    assert_int_equal(rows[0].text_count, 1);
    assert_int_equal(rows[0].text[0], 'f');
    assert_int_equal(zone_file_find(zone, quad("1.2.3.200"), NULL, 0), 5);
    zone_file_free(zone);
}

static void
answer_is_of_most_specific_key(void **state)
{
    (void)state;
    struct zone_file *zone =
        parse_clean("1/8 a\n1.2/16 b\n1.2.0/20 c\n1.2.3/24 d\n1.2.3.0/25 e\n1.2.3.4 f\n1.2.128/17 g\n");
    assert_string_equal(answer(zone, "1.2.3.4"), "f|e|"); /* a /25 is a lot of single addresses */
    assert_string_equal(answer(zone, "1.2.3.5"), "e|");
    assert_string_equal(answer(zone, "1.2.3.200"), "d|c|"); /* and a /20 sixteen /24s */
    assert_string_equal(answer(zone, "1.2.9.1"), "c|");
    assert_string_equal(answer(zone, "1.2.200.1"), "g|");
    assert_string_equal(answer(zone, "1.2.100.1"), "b|");
    assert_string_equal(answer(zone, "1.3.0.0"), "a|");
    assert_string_equal(answer(zone, "2.0.0.0"), "-");
    zone_file_free(zone);
}

static void
exclusion_wins_within_its_key(void **state)
{
    (void)state;
    struct zone_file *zone = parse_clean("!1.2.3.4 whatever\n1.2.3.4 a\n1.2.3 b\n"
                                         "!1.2.4\n1.2.4.9\n1.2 c\n1.2.4/23 d\n"
                                         "!1.3.5.0/26\n1.3.5.7\n1.3.5.8 e\n1.3.5 f\n1.3.5.70\n"
                                         "!1.4\n1/8 g\n");
    assert_string_equal(answer(zone, "1.2.3.4"), "-");
    assert_string_equal(answer(zone, "1.2.3.5"), "b|");
    assert_string_equal(answer(zone, "1.2.4.9"), "|");
    assert_string_equal(answer(zone, "1.2.4.8"), "-");
    assert_string_equal(answer(zone, "1.2.5.8"), "d|");
    assert_string_equal(answer(zone, "1.2.6.8"), "c|");
    assert_string_equal(answer(zone, "1.3.5.7"), "-");
    assert_string_equal(answer(zone, "1.3.5.8"), "-");
    assert_string_equal(answer(zone, "1.3.5.70"), "|");
    assert_string_equal(answer(zone, "1.3.5.71"), "f|");
    assert_string_equal(answer(zone, "1.4.5.6"), "-");
    assert_string_equal(answer(zone, "1.5.5.6"), "g|");

    assert_string_equal(around(zone, "1.3.5.7"), "1.3.5.7/32 !1.3.5.0/26 1.3.5.0/24 1.0.0.0/8 "); /* nothing is lost */
    size_t count;
    const uint32_t *addresses = zone_file_addresses(zone, &count);
    assert_int_equal(count, 2);
    assert_int_equal(addresses[0], quad("1.2.4.9"));
    assert_int_equal(addresses[1], quad("1.3.5.70"));
    zone_file_free(zone);
}

static void
duplicate_rows_are_one(void **state)
{
    (void)state;
    struct zone_file *zone =
        parse_clean(":2:a\n1.2.3.4\n1.2.3.4 a\n1.2.3.4\n1.2.3 b\n1.2.3 b\n1.2.3 c\n!1.9.9\n!1.9.9\n");
    assert_string_equal(answer(zone, "1.2.3.4"), "a|");
    assert_string_equal(around(zone, "1.2.3.5"), "1.2.3.0/24 1.2.3.0/24 ");
    assert_string_equal(around(zone, "1.9.9.5"), "!1.9.9.0/24 ");
    zone_file_free(zone);
}

static void
bare_address_may_also_be_row(void **state)
{
    (void)state;
    struct zone_file *zone = parse_clean("1.2.3.4\n1.2.3.4 own\n1.2.3.5\n1.2.3.6 own\n");
    assert_string_equal(around(zone, "1.2.3.4"), "1.2.3.4/32 1.2.3.4/32 ");
    assert_string_equal(around(zone, "1.2.3.5"), "1.2.3.5/32 ");
    assert_string_equal(around(zone, "1.2.3.6"), "1.2.3.6/32 ");
    size_t count;
    const uint32_t *addresses = zone_file_addresses(zone, &count);
    assert_int_equal(count, 3);
    assert_int_equal(addresses[0], quad("1.2.3.4"));
    assert_int_equal(addresses[2], quad("1.2.3.6"));
    zone_file_free(zone);
}

static void
walk_is_ordered_without_exclusions(void **state)
{
    (void)state;
    struct zone_file *zone =
        parse_clean("9.9.9/24 d\n1.2.3/24 b\n1.2/16 a\n!1.2.4/24\n1.2.3.0/25 c\n200.1.1.1\n1.2.3.9 x\n"
                    "100.0.0.3-9\n!100.0.0.7\n1.2.3.9\n255.255.255.255\n0.0.0.0\n");
    static const char *const rows[] = {"1.2.0.0/16", "1.2.3.0/24",   "1.2.3.0/25",
                                       "9.9.9.0/24", "100.0.0.4/30", "100.0.0.8/31"};
    char text[PREFIX_TEXT];
    assert_int_equal(zone_file_row_count(zone), COUNT(rows));
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct zone_file_row row = zone_file_row_at(zone, i);
        assert_string_equal(prefix_text(&row.prefix, text), rows[i]);
        assert_false(row.excluded);
    }
    assert_int_equal(zone_file_row_from(zone, 0), 0);
    assert_int_equal(zone_file_row_from(zone, quad("1.2.0.0")), 0);
    assert_int_equal(zone_file_row_from(zone, quad("1.2.0.1")), 1);
    assert_int_equal(zone_file_row_from(zone, quad("1.2.3.0")), 1);
    assert_int_equal(zone_file_row_from(zone, quad("9.9.9.0")), 3);
    assert_int_equal(zone_file_row_from(zone, UINT32_MAX), COUNT(rows));

    size_t count, from;
    const uint32_t *addresses = zone_file_addresses(zone, &count);
    assert_int_equal(count, 5);
    for (size_t i = 1; i < count; i++)
        assert_true(addresses[i - 1] < addresses[i]);
    assert_int_equal(zone_file_count(zone, 0, UINT32_MAX, &from), 5);
    assert_int_equal(from, 0);
    assert_int_equal(zone_file_count(zone, quad("1.2.3.9"), quad("1.2.3.9"), &from), 1);
    assert_int_equal(from, 1);
    assert_int_equal(zone_file_count(zone, quad("1.2.3.10"), quad("200.0.0.0"), NULL), 1);
    assert_int_equal(zone_file_count(zone, quad("200.1.1.1"), UINT32_MAX, &from), 2);
    assert_int_equal(from, 3);
    assert_int_equal(zone_file_count(zone, 5, 4, NULL), 0);
    zone_file_free(zone);
}

/* ---- a second opinion: small random zones, looked up line by line as rbldnsd does it ---- */

struct line {
    uint32_t first, last;
    char text; /* '\0' = excluded, '-' = the default */
};

static uint32_t dice = 12345;

static uint32_t
roll(uint32_t sides)
{
    dice ^= dice << 13;
    dice ^= dice >> 17;
    dice ^= dice << 5;
    return dice % sides;
}

/* Mostly short ranges, mostly in 10.0.0.0/22 and on round bounds. */
static struct line
random_line(void)
{
    static const unsigned bits[] = {0, 0, 0, 0, 1, 3, 6, 7, 8, 8, 9, 12, 16, 17, 24};
    unsigned size = bits[roll(COUNT(bits))];
    uint32_t first = (0x0A000000 + roll(1024)) & ~((1U << size) - 1);
    struct line line = {first, first | ((1U << size) - 1), "\0--abc"[roll(6)]};
    if (roll(4) == 0)
        line.last += roll(300);
    return line;
}

/* The lengths of the keys under which rbldnsd would keep the address if it were in this line, widest bit last. */
static unsigned
key_bits(const struct line *line, uint32_t address)
{
    for (unsigned bits = 24; bits > 0; bits -= 8) {
        uint32_t mask = (uint32_t)((1ULL << bits) - 1);
        if (line->first <= (address & ~mask) && line->last >= (address | mask))
            return bits;
    }
    return 0;
}

/* As '|'-separated texts in the order a, b, c, default; "-" for not listed. */
static void
expect(const struct line *lines, size_t count, uint32_t address, char out[16])
{
    unsigned best = 99;
    bool seen[128] = {false};
    for (size_t i = 0; i < count; i++) {
        if (address < lines[i].first || address > lines[i].last)
            continue;
        unsigned bits = key_bits(&lines[i], address);
        if (bits < best)
            memset(seen, 0, sizeof seen);
        if (bits <= best) {
            best = bits;
            seen[(unsigned char)lines[i].text] = true;
        }
    }
    size_t at = 0;
    for (const char *c = "-abc"; *c && !seen[0]; c++)
        if (seen[(unsigned char)*c])
            out[at++] = *c;
    out[at] = '\0';
}

static void
found(const struct zone_file *zone, uint32_t address, char out[16])
{
    struct zone_file_row rows[ROOM];
    bool seen[128] = {false};
    size_t count = zone_file_answer(zone, address, rows, ROOM), at = 0;
    for (size_t i = 0; i < count; i++)
        seen[(unsigned char)rows[i].text[0]] = true;
    for (const char *c = "-abc"; *c; c++)
        if (seen[(unsigned char)*c])
            out[at++] = *c;
    out[at] = '\0';
}

static void
random_small_zones_match_line_by_line(void **state)
{
    (void)state;
    enum { ZONES = 400, LINES = 24 };
    for (int i = 0; i < ZONES; i++) {
        struct line lines[LINES];
        struct buf text = {0};
        size_t count = 1 + roll(LINES);
        buf_text(&text, SOA ":2:-\n");
        for (size_t k = 0; k < count; k++) {
            char first[ADDR_TEXT], last[ADDR_TEXT];
            lines[k] = random_line();
            struct addr a = addr_from_v4(lines[k].first), b = addr_from_v4(lines[k].last);
            buf_format(&text, "%s%s-%s %c\n", lines[k].text ? "" : "!", addr_text(&a, first), addr_text(&b, last),
                       lines[k].text == '-' || !lines[k].text ? ' ' : lines[k].text);
        }
        struct zone_file *zone = parse_clean(buf_string(&text));
        for (uint32_t address = 0x09FFFFF0; address < 0x0A000800; address += roll(3)) {
            char expected[16], got[16];
            expect(lines, count, address, expected);
            found(zone, address, got);
            if (strcmp(expected, got) != 0)
                fail_msg("0x%08X: \"%s\" instead of \"%s\" in\n%s", address, got, expected, buf_string(&text));
            assert_int_equal(zone_file_lists(zone, address), expected[0] != '\0');
            bool single = zone_file_count(zone, address, address, NULL) > 0;
            assert_true(!single || expected[0]);
        }
        zone_file_free(zone);
        buf_free(&text);
    }
}

/* ---- files ---- */

/* More than a few pieces, lines of all lengths, in no order. */
static void
write_large(struct buf *out, uint32_t count)
{
    buf_text(out, SOA ":127.0.0.2: IP $ is listed\n");
    for (uint32_t i = 0; i < count; i++) {
        uint32_t address = i * 2654435761U;
        buf_format(out, "%u.%u.%u.%u%s\n", address >> 24, address >> 16 & 255, address >> 8 & 255, address & 255,
                   i % 7 == 0 ? " a text of its own" : "");
    }
}

static void
check_large(const struct zone_file *zone, uint32_t count)
{
    size_t listed;
    const uint32_t *addresses = zone_file_addresses(zone, &listed);
    assert_int_equal(listed, count);
    assert_int_equal(zone_file_warning_count(zone), 0);
    for (size_t i = 1; i < listed; i++)
        assert_true(addresses[i - 1] < addresses[i]);
    for (uint32_t i = 0; i < count; i++) {
        struct zone_file_row row;
        assert_int_equal(zone_file_answer(zone, i * 2654435761U, &row, 1), 1);
        assert_int_equal(row.text[0], i % 7 == 0 ? 'a' : 'I');
    }
}

static void
large_file_in_pieces_is_read(void **state)
{
    (void)state;
    enum { ADDRESSES = 60000 };
    struct buf text = {0};
    write_large(&text, ADDRESSES);
    struct zone_file *zone = load(temp_dir_put_bytes("large", text.at, text.count));
    check_large(zone, ADDRESSES);
    zone_file_free(zone);
    zone = parse_bytes(text.at, text.count);
    check_large(zone, ADDRESSES);
    zone_file_free(zone);
    zone = load(temp_dir_pack("large.gz", buf_string(&text)));
    check_large(zone, ADDRESSES);
    zone_file_free(zone);
    buf_free(&text);
}

static void
presorted_and_equal_addresses_are_sorted(void **state)
{
    (void)state;
    enum { ADDRESSES = 1100000 };
    struct buf text = {0};
    for (uint32_t i = 0; i < ADDRESSES; i++) {
        uint32_t address = i % 3 == 0 ? 0x01020304 : (i * 2654435761U) & ~7U;
        buf_format(&text, "%u.%u.%u.%u\n", address >> 24, address >> 16 & 255, address >> 8 & 255, address & 255);
    }
    struct zone_file *zone = parse_bytes(text.at, text.count);
    size_t count;
    const uint32_t *addresses = zone_file_addresses(zone, &count);
    assert_true(count > ADDRESSES / 2 && count < ADDRESSES);
    for (size_t i = 1; i < count; i++)
        assert_true(addresses[i - 1] < addresses[i]);
    assert_true(zone_file_lists(zone, 0x01020304));
    assert_true(zone_file_lists(zone, (1000000 * 2654435761U) & ~7U));
    zone_file_free(zone);
    buf_free(&text);
}

/* Addresses eight apart in no order; some are excluded alone, some by a range, some have a row of their own besides,
 * and some rows stand alone. */
enum { CROWD = 60000, ALONE = 5, BY_RANGE = 11, TWIN = 7, BESIDE = 13 };

static uint32_t
crowd_address(uint32_t i)
{
    return i * 7919 % CROWD * 8 + 0x01000000;
}

static void
write_crowd(struct buf *out)
{
    buf_text(out, SOA ":127.0.0.2: IP $ is listed\n");
    for (uint32_t i = 0; i < CROWD; i++) {
        char text[ADDR_TEXT], beside[ADDR_TEXT];
        struct addr address = addr_from_v4(crowd_address(i)), next = addr_from_v4(crowd_address(i) + 1);
        buf_format(out, "%s\n", addr_text(&address, text));
        if (i % ALONE == 0)
            buf_format(out, "!%s\n", text);
        if (i % BY_RANGE == 0)
            buf_format(out, "!%s/29\n", text);
        if (i % TWIN == 0)
            buf_format(out, "%s twin\n", text);
        if (i % BESIDE == 0)
            buf_format(out, "%s beside\n", addr_text(&next, beside));
    }
}

static void
check_crowd(const struct zone_file *zone)
{
    size_t listed = 0;
    for (uint32_t i = 0; i < CROWD; i++) {
        bool alone = i % ALONE == 0, by_range = i % BY_RANGE == 0;
        size_t rows = alone || by_range ? 0 : 1 + (i % TWIN == 0), beside = !by_range && i % BESIDE == 0;
        assert_int_equal(zone_file_answer(zone, crowd_address(i), NULL, 0), rows);
        assert_int_equal(zone_file_find(zone, crowd_address(i), NULL, 0), 1 + alone + by_range + (i % TWIN == 0));
        assert_int_equal(zone_file_answer(zone, crowd_address(i) + 1, NULL, 0), beside);
        assert_int_equal(zone_file_count(zone, crowd_address(i), crowd_address(i) + 7, NULL), (rows > 0) + beside);
        listed += (rows > 0) + beside;
    }
    size_t count;
    zone_file_addresses(zone, &count);
    assert_int_equal(count, listed);
    assert_int_equal(zone_file_warning_count(zone), 0);
}

static void
file_in_steps_is_read(void **state)
{
    (void)state;
    struct buf text = {0};
    struct fault fault = {""};
    enum zone_file_progress progress;
    write_crowd(&text);
    const char *const paths[] = {temp_dir_put_bytes("crowd", text.at, text.count),
                                 temp_dir_pack("crowd.gz", buf_string(&text))};
    for (size_t i = 0; i < COUNT(paths); i++) {
        struct stat status;
        struct zone_file *zone = zone_file_new(paths[i]);
        size_t steps = 0;
        int64_t had = 0, has;
        assert_int_equal(stat(paths[i], &status), 0);
        for (; (progress = zone_file_step(zone, 0, &fault)) == ZONE_FILE_READING; steps++, had = has) {
            has = zone_file_bytes_read(zone);
            assert_true(had <= has && has <= status.st_size);
        }
        assert_int_equal(progress, ZONE_FILE_READY);
        assert_string_equal(fault.text, "");
        assert_int_equal(zone_file_bytes_read(zone), status.st_size);
        assert_true(steps > text.count / 65536);
        check_crowd(zone);
        zone_file_free(zone);
    }
    buf_free(&text);
}

/* It leaves nothing open, and nothing behind. */
static void
file_read_can_be_abandoned(void **state)
{
    (void)state;
    struct buf text = {0};
    struct fault fault;
    write_crowd(&text);
    const char *const paths[] = {temp_dir_put_bytes("crowd", text.at, text.count),
                                 temp_dir_pack("crowd.gz", buf_string(&text))};
    int before = dup(STDIN_FILENO);
    close(before);
    for (size_t i = 0; i < COUNT(paths); i++) {
        bool whole = false;
        for (unsigned steps = 0; !whole; steps += 1 + steps / 8) {
            struct zone_file *zone = zone_file_new(paths[i]);
            for (unsigned step = 0; step < steps && !whole; step++)
                whole = zone_file_step(zone, 0, &fault) != ZONE_FILE_READING;
            zone_file_free(zone);
        }
    }
    int after = dup(STDIN_FILENO);
    close(after);
    assert_int_equal(before, after);
    buf_free(&text);
}

static void
file_changed_between_steps_is_refused(void **state)
{
    (void)state;
    struct buf text = {0};
    struct fault fault = {""};
    enum zone_file_progress progress;
    write_crowd(&text);
    struct zone_file *zone = zone_file_new(temp_dir_put_bytes("growing", text.at, text.count));
    for (int i = 0; i < 5; i++)
        assert_int_equal(zone_file_step(zone, 0, &fault), ZONE_FILE_READING);
    buf_text(&text, "1.2.3.4\n");
    temp_dir_put_bytes("growing", text.at, text.count);
    while ((progress = zone_file_step(zone, 0, &fault)) == ZONE_FILE_READING)
        continue;
    assert_int_equal(progress, ZONE_FILE_FAILED);
    assert_non_null(strstr(fault.text, "it was written to meanwhile"));
    zone_file_free(zone);
    buf_free(&text);
}

static void
packed_file_is_told_by_its_content(void **state)
{
    (void)state;
    static const char *const names[] = {"packed.gz", "plain-name"};
    assert_no_zone(temp_dir_path("none"), "No such file");
    for (size_t i = 0; i < COUNT(names); i++) {
        temp_dir_pack(names[i], SOA "1.2.3.4\n");
        struct zone_file *zone = load(temp_dir_path(names[i]));
        assert_true(zone_file_lists(zone, quad("1.2.3.4")));
        assert_false(zone_file_has_changed(zone));
        zone_file_free(zone);
    }
}

static void
file_is_dated_by_serial_stamp_or_file_time(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum dated_by by;
        int64_t at_s;
    } cases[] = {
        {SOA "$TIMESTAMP 2026:07:01\n", DATED_BY_SERIAL, 1783353600}, /* 16:00 UTC */
        {"$SOA 1 a b 1 1 1 1 1\n$TIMESTAMP 2026:07:06\n", DATED_BY_STAMP, 1783296000},
        {"$TIMESTAMP 2026:07:06\n$TIMESTAMP 2026:07:05\n1.2.3.4\n", DATED_BY_STAMP, 1783296000},
        {"$TIMESTAMP 0\n1.2.3.4\n", DATED_BY_FILE, 1780000000},
        {"1.2.3.4\n", DATED_BY_FILE, 1780000000},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *path = temp_dir_put("dated", cases[i].text);
        const struct timespec times[2] = {{.tv_sec = 1780000000}, {.tv_sec = 1780000000}};
        assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
        struct zone_file *zone = load(path);
        assert_int_equal(zone_file_date(zone).by, cases[i].by);
        assert_int_equal(zone_file_date(zone).at_ms, cases[i].at_s * 1000);
        assert_int_equal(zone_file_peek(path).at_ms, cases[i].at_s * 1000);
        zone_file_free(zone);
    }
}

/* As rbldnsd reads them. */
static void
timestamp_forms_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        int64_t stamp_s, expiry_s;
    } cases[] = {
        {"$TIMESTAMP 2026:07:06", 1783296000, 0},
        {"$TIMESTAMP 20260706", 1783296000, 0},
        {"$TIMESTAMP 2026-7-6-12", 1783339200, 0},
        {"$TIMESTAMP 2026:07:06:12:30:05", 1783341005, 0},
        {"$timestamp 20260706123005", 1783341005, 0},
        {"$TIMESTAMP 2026:07:06 +7d", 1783296000, 1783296000 + 7 * 86400},
        {"$TIMESTAMP 2026:07:06 2026:07:13", 1783296000, 1783296000 + 7 * 86400},
        {"$TIMESTAMP - 2026:07:13", 0, 1783296000 + 7 * 86400},
        {"$TIMESTAMP 2026:07:06 -", 1783296000, 0},
        {"$TIMESTAMP 2026:07:06 +9d\n$TIMESTAMP 2026:07:06 +7d", 1783296000, 1783296000 + 7 * 86400},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        char text[200];
        snprintf(text, sizeof text, SOA "%s\n", cases[i].line);
        struct zone_file *zone = parse_clean(text);
        if (zone_file_quality(zone).stamp_ms != cases[i].stamp_s * 1000 ||
            zone_file_quality(zone).expiry_ms != cases[i].expiry_s * 1000)
            fail_msg("%s", cases[i].line);
        zone_file_free(zone);
    }
}

static void
packed_file_damaged_is_refused(void **state)
{
    (void)state;
    struct buf text = {0};
    unsigned char bytes[400000];
    write_large(&text, 20000);
    const char *path = temp_dir_pack("whole.gz", buf_string(&text));
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    size_t count = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    assert_in_range(count, 1000, sizeof bytes - 1);

    assert_no_zone(temp_dir_put_bytes("cut.gz", bytes, count / 2), "damaged");
    assert_no_zone(temp_dir_put_bytes("cut.gz", bytes, count - 3), "damaged"); /* within the checksum */
    assert_no_zone(temp_dir_put_bytes("cut.gz", bytes, 12), "damaged");
    bytes[count / 2] ^= 0xFF;
    assert_no_zone(temp_dir_put_bytes("broken.gz", bytes, count), "damaged");
    buf_free(&text);
}

static void
other_file_is_refused(void **state)
{
    (void)state;
    assert_no_zone(temp_dir_put("html", "<html>\n<body>404 Not Found</body>\n"), "no zone file");
    assert_no_zone(temp_dir_put("empty", ""), "no zone file");
    assert_no_zone(temp_dir_put("comments", "# nothing\n"), "no zone file");
    assert_no_zone(temp_dir_folder(), "not a regular file");
    assert_no_zone(temp_dir_path("nothing"), "No such file");
    const char *path = temp_dir_path("pipe");
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_no_zone(path, "not a regular file");

    struct fault fault;
    assert_null(zone_file_parse("", 0, &fault));
    zone_file_free(parse_clean(SOA)); /* an empty list is a list */
    zone_file_free(parse_clean("!1.2.3.4\n"));
}

static void
ranges_beyond_limit_are_refused(void **state)
{
    (void)state;
    struct buf text = {0};
    for (int i = 0; i < 150000; i++) /* 62 prefixes each */
        buf_text(&text, "0.0.0.1-255.255.255.254\n");
    assert_no_zone(temp_dir_put("ranges", buf_string(&text)), "more than 8 million ranges");
    buf_free(&text);
}

/* Small packed files that hold a lot, and files that hold next to nothing. */
static void
content_beyond_limits_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *line, *why;
        bool packed;
        size_t times;
    } cases[] = {
        {"1.2.3.4\n", "it unpacks to more than 100 times its size, the limit", true, 8000000},
        {"\n", "more than 1 million lines without an entry", true, 64000000},
        {"# a comment\n", "more than 1 million lines without an entry", true, 5000000},
        {"\n", "more than 1 million lines without an entry", false, 1500000},
        {"# a comment\n", "more than 1 million lines without an entry", false, 1500000},
        {"junk\n", "more than 1 million lines without an entry", false, 1500000},
        {"1.2.3.4 ", "it has a line longer than 1 MiB", false, 200000},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        enum { BLOCK = 12 * 1000 * 100 };
        struct buf text = {0};
        while (text.count < BLOCK)
            buf_text(&text, cases[i].line);
        size_t left = cases[i].times * strlen(cases[i].line);
        const char *path = temp_dir_path(cases[i].packed ? "bomb.gz" : "bomb");
        gzFile out = gzopen(path, cases[i].packed ? "wb1" : "wT");
        for (size_t part; left > 0; left -= part) {
            part = left < text.count ? left : text.count;
            assert_int_equal(gzwrite(out, text.at, (unsigned)part), part);
        }
        assert_int_equal(gzclose(out), Z_OK);
        assert_no_zone(path, cases[i].why);
        buf_free(&text);
    }
}

static void
many_comments_beside_as_many_entries_are_read(void **state)
{
    (void)state;
    struct buf text = {0};
    for (int i = 0; i < 1100000; i++)
        buf_format(&text, "1.%d.%d.%d\n# why\n", i / 65536, i / 256 % 256, i % 256);
    struct zone_file *zone = parse_clean(buf_string(&text));
    assert_true(zone_file_lists(zone, quad("1.2.3.4")));
    zone_file_free(zone);
    buf_free(&text);
}

static void
changed_file_is_noticed(void **state)
{
    (void)state;
    const char *path = temp_dir_put("changing", SOA "1.2.3.4\n");
    struct zone_file *zone = load(path);
    assert_false(zone_file_has_changed(zone));
    temp_dir_put("changing", SOA "1.2.3.4\n1.2.3.5\n");
    assert_true(zone_file_has_changed(zone));
    zone_file_free(zone);
    zone = load(path);
    assert_false(zone_file_has_changed(zone));
    temp_dir_put("renamed", SOA "1.2.3.4\n1.2.3.6\n"); /* as long as the other */
    const char *other = temp_dir_path("changing");
    assert_int_equal(rename(temp_dir_put("renamed", SOA "1.2.3.4\n1.2.3.6\n"), other), 0);
    assert_true(zone_file_has_changed(zone));
    zone_file_free(zone);
    zone = load(other);
    assert_int_equal(unlink(other), 0);
    assert_true(zone_file_has_changed(zone));
    zone_file_free(zone);
}

/* ---- real zones ---- */

#define REAL_ZONE(name) REAL_DATA("uceprotect-2026-07-06/" name)

static void
real_level1_is_read_whole(void **state)
{
    (void)state;
    struct zone_file *zone = load(REAL_ZONE("dnsbl-1.uceprotect.net"));
    size_t count;
    zone_file_addresses(zone, &count);
    assert_int_equal(count, 50293 + 1); /* with the test record */
    assert_int_equal(zone_file_row_count(zone), 0);
    assert_int_equal(zone_file_warning_count(zone), 0); /* in spite of the Latin-1 in its comments */
    assert_int_equal(zone_file_serial(zone), 2026070618);
    assert_string_equal(answer(zone, "127.0.0.2"), "Test Record. UCEPROTECT.NET LEVEL 1 List is active.|");
    assert_string_equal(answer(zone, "127.0.0.1"), "-");
    assert_string_equal(answer(zone, "99.92.204.98"), "IP 99.92.204.98 is UCEPROTECT-Level 1 listed. See "
                                                      "http://www.uceprotect.net/rblcheck.php?ipr=99.92.204.98|");
    assert_string_equal(around(zone, "10.1.2.3"), "!10.0.0.0/8 ");
    zone_file_free(zone);
}

/* The text of a row as our readers take it apart. */
static bool
understand(const struct zone_file *zone, const struct zone_file_row *row, struct listing *out)
{
    struct buf text = {0};
    zone_file_text(zone, row, addr_to_v4(&row->prefix.addr), &text);
    char *clean = text_clean_copy(buf_string(&text), text.count);
    bool good = listing_parse(clean, out);
    free(clean);
    buf_free(&text);
    return good;
}

static void
real_level2_is_read_whole(void **state)
{
    (void)state;
    struct policy policy;
    policy_default(&policy);
    struct zone_file *level1 = load(REAL_ZONE("dnsbl-1.uceprotect.net"));
    struct zone_file *level2 = load(REAL_ZONE("dnsbl-2.uceprotect.net"));
    size_t impacts = 0, permanent = 0, under = 0, empty = 0;
    for (size_t i = 0; i < zone_file_row_count(level2); i++) {
        struct zone_file_row row = zone_file_row_at(level2, i);
        struct listing l;
        assert_true(understand(level2, &row, &l));
        permanent += l.form == LISTING_L2_PERMANENT;
        if (l.form != LISTING_L2)
            continue;
        impacts++;
        assert_true(prefix_equal(&l.net, &row.prefix));
        under += l.impacts < policy_limit(&policy, row.prefix.length);
        uint32_t first = addr_to_v4(&row.prefix.addr), last = first + (uint32_t)(prefix_size(&row.prefix) - 1);
        empty += zone_file_count(level1, first, last, NULL) == 0;
    }
    assert_int_equal(impacts, 7843);
    assert_int_equal(permanent, 6);
    assert_int_equal(zone_file_row_count(level2), 7843 + 6);
    assert_int_equal(under, 0);
    assert_int_equal(empty, 67);
    assert_int_equal(zone_file_warning_count(level2), 0);
    assert_int_equal(zone_file_serial(level2), 2026070518);
    assert_string_equal(answer(level2, "127.0.0.2"), "Test Record. UCEPROTECT.NET LEVEL 2 List is active|");
    zone_file_free(level1);
    zone_file_free(level2);
}

static void
real_level2_exclusions_hold(void **state)
{
    (void)state;
    const char *path = REAL_ZONE("dnsbl-2.uceprotect.net");
    struct zone_file *zone = load(path);
    FILE *file = fopen(path, "r");
    char line[1024];
    size_t exclusions = 0, wide = 0;
    assert_non_null(file);
    while (fgets(line, sizeof line, file)) {
        struct zone_file_row rows[ROOM];
        struct addr addr;
        struct prefix prefix;
        if (line[0] != '!')
            continue;
        line[strcspn(line, "\r\n")] = '\0';
        exclusions++;
        if (addr_parse(line + 1, &addr))
            prefix = prefix_around(&addr, 32);
        else
            assert_true(prefix_parse(line + 1, &prefix, NULL));
        wide += prefix.length < 32;
        uint32_t first = addr_to_v4(&prefix.addr);
        size_t count = zone_file_find(zone, first, rows, ROOM);
        assert_true(count > 0 && rows[0].excluded && prefix_equal(&rows[0].prefix, &prefix));
        assert_false(zone_file_lists(zone, first));
        assert_false(zone_file_lists(zone, first + (uint32_t)(prefix_size(&prefix) - 1)));
    }
    fclose(file);
    assert_int_equal(exclusions, 10733);
    assert_int_equal(wide, 4);
    zone_file_free(zone);
}

static void
real_junk_is_warned_of(void **state)
{
    (void)state;
    struct zone_file *zone = load(REAL_ZONE("ips.backscatterer.org"));
    assert_int_equal(only_warning(zone).line, 2257);
    assert_string_equal(only_warning(zone).text, "168.1=");
    assert_string_equal(answer(zone, "168.1.2.3"), "-");
    assert_string_equal(answer(zone, "127.0.0.2"), "Onlinetest - RBL IPS.BACKSCATTERER.ORG is activ|");
    assert_int_equal(zone_file_serial(zone), 2026070718);
    zone_file_free(zone);

    zone = load(REAL_ZONE("ips.whitelisted.org"));
    assert_int_equal(zone_file_warning_count(zone), 0);
    assert_string_equal(around(zone, "149.126.55.255"), "149.126.48.0/21 ");
    zone_file_free(zone);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(range_every_form_is_parsed),
        cmocka_unit_test(range_whole_space_is_parsed),
        cmocka_unit_test(junk_line_warns_and_lists_nothing),
        cmocka_unit_test(warning_names_line_and_reason),
        cmocka_unit_test(warnings_beyond_limit_are_counted),
        cmocka_unit_test(comment_and_empty_line_are_skipped),
        cmocka_unit_test(carriage_return_before_newline_is_no_data),
        cmocka_unit_test(nul_ends_line),
        cmocka_unit_test(last_line_without_newline_counts_with_warning),
        cmocka_unit_test(overlong_line_counts_to_limit),
        cmocka_unit_test(row_text_is_own_or_default),
        cmocka_unit_test(text_variables_are_filled_in),
        cmocka_unit_test(equal_texts_are_recognised),
        cmocka_unit_test(cut_text_is_not_equal),
        cmocka_unit_test(variable_after_use_is_filled_in),
        cmocka_unit_test(text_is_cut_at_255_or_254_bytes),
        cmocka_unit_test(specials_tell_serial),
        cmocka_unit_test(range_over_maxrange4_warns),
        cmocka_unit_test(find_returns_rows_narrowest_first),
        cmocka_unit_test(answer_is_of_most_specific_key),
        cmocka_unit_test(exclusion_wins_within_its_key),
        cmocka_unit_test(duplicate_rows_are_one),
        cmocka_unit_test(bare_address_may_also_be_row),
        cmocka_unit_test(walk_is_ordered_without_exclusions),
        cmocka_unit_test(random_small_zones_match_line_by_line),
        cmocka_unit_test(large_file_in_pieces_is_read),
        cmocka_unit_test(presorted_and_equal_addresses_are_sorted),
        cmocka_unit_test(file_in_steps_is_read),
        cmocka_unit_test(file_read_can_be_abandoned),
        cmocka_unit_test(file_changed_between_steps_is_refused),
        cmocka_unit_test(packed_file_is_told_by_its_content),
        cmocka_unit_test(file_is_dated_by_serial_stamp_or_file_time),
        cmocka_unit_test(timestamp_forms_are_read),
        cmocka_unit_test(packed_file_damaged_is_refused),
        cmocka_unit_test(other_file_is_refused),
        cmocka_unit_test(ranges_beyond_limit_are_refused),
        cmocka_unit_test(content_beyond_limits_is_refused),
        cmocka_unit_test(many_comments_beside_as_many_entries_are_read),
        cmocka_unit_test(changed_file_is_noticed),
        cmocka_unit_test(real_level1_is_read_whole),
        cmocka_unit_test(real_level2_is_read_whole),
        cmocka_unit_test(real_level2_exclusions_hold),
        cmocka_unit_test(real_junk_is_warned_of),
    };
    return cmocka_run_group_tests(tests, temp_dir_make, temp_dir_remove);
}
