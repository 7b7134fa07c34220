/* What our reader says of a zone file is what rbldnsd answers from the same file: whether an address is listed, and
 * with which texts. */
#include "base/vec.h"
#include "dns_fixture.h"
#include "zones/zone_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "../unit/real_data.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define ZONE "zone.test"

#ifndef __has_feature
#define __has_feature(feature) 0
#endif
#if defined __SANITIZE_ADDRESS__ || __has_feature(address_sanitizer)
enum { SLOWER = 10 };
#else
enum { SLOWER = 1 };
#endif

enum { RANDOM = 100000 / SLOWER, ROWS = 2500 / SLOWER, SINGLES = 1500 / SLOWER, ROOM = 512 };

static uint32_t dice;

static uint32_t
roll(uint32_t sides)
{
    dice ^= dice << 13;
    dice ^= dice >> 17;
    dice ^= dice << 5;
    return dice % sides;
}

/* ---- the comparison ---- */

static struct {
    struct zone_file *zone;
    VEC(uint32_t) addresses; /* to ask about */
    size_t next;
    unsigned begun, done, listed, texts, partial;
    struct buf wrong; /* the first difference */
} list_health;

static void
choose(uint32_t address)
{
    vec_push(&list_health.addresses, address);
}

static void
choose_around(uint32_t first, uint32_t last)
{
    choose(first);
    choose(first - 1);
    choose(first + (last - first) / 2);
    choose(last);
    choose(last + 1);
}

static void
tell_wrong(uint32_t address, const char *what)
{
    if (list_health.wrong.count)
        return;
    struct addr addr = addr_from_v4(address);
    char text[ADDR_TEXT];
    buf_format(&list_health.wrong, "%s: %s", addr_text(&addr, text), what);
}

static bool
has_record(const struct answer *answer, const struct buf *text)
{
    for (size_t i = 0; i < answer->count; i++)
        if (answer->records[i].text_count == text->count && memcmp(answer->records[i].text, text->at, text->count) == 0)
            return true;
    return false;
}

/* Each of ours is among theirs (unless rbldnsd left some out), and there are not more of theirs. */
static void
compare_texts(uint32_t address, const struct answer *answer)
{
    struct zone_file_row rows[ROOM];
    struct buf ours[ROOM] = {{0}};
    size_t count = zone_file_answer(list_health.zone, address, rows, ROOM), different = 0, missing = 0;
    for (size_t i = 0; i < count && i < ROOM; i++) {
        struct buf text = {0};
        bool known = false;
        zone_file_text(list_health.zone, &rows[i], address, &text);
        for (size_t k = 0; k < different; k++)
            known |= strcmp(buf_string(&ours[k]), buf_string(&text)) == 0;
        if (known || text.count == 0) {
            buf_free(&text);
            continue;
        }
        missing += !has_record(answer, &text);
        if (missing && !answer->partial)
            tell_wrong(address, buf_string(&text));
        ours[different++] = text;
    }
    if (answer->count + missing != different)
        tell_wrong(address, "rbldnsd has other texts");
    list_health.texts += (unsigned)answer->count;
    list_health.partial += answer->partial;
    for (size_t k = 0; k < different; k++)
        buf_free(&ours[k]);
}

static void ask_next(void);

static void
ask(uint32_t *address, enum record_type type, resolver_done *done)
{
    char name[ADDR_REVERSED_TEXT + sizeof ZONE];
    struct addr addr = addr_from_v4(*address);
    addr_reversed(&addr, name);
    strcat(name, "." ZONE);
    resolver_ask(dns_fixture.resolver, name, type, RESOLVER_FORGET, done, address);
}

static void
texts_came(void *arg, const struct answer *answer)
{
    const uint32_t *address = arg;
    if (answer->outcome != OUTCOME_DATA && answer->outcome != OUTCOME_NODATA)
        tell_wrong(*address, outcome_name(answer->outcome));
    compare_texts(*address, answer);
    list_health.done++;
    ask_next();
}

static void
answer_came(void *arg, const struct answer *answer)
{
    uint32_t *address = arg;
    bool listed = answer->outcome == OUTCOME_DATA;
    if (!listed && answer->outcome != OUTCOME_NXDOMAIN)
        tell_wrong(*address, outcome_name(answer->outcome));
    if (listed != zone_file_lists(list_health.zone, *address))
        tell_wrong(*address, listed ? "rbldnsd lists it" : "rbldnsd does not list it");
    list_health.listed += listed;
    if (listed) {
        ask(address, RECORD_TXT, texts_came);
        return;
    }
    list_health.done++;
    ask_next();
}

static void
ask_next(void)
{
    if (list_health.next < list_health.addresses.count && list_health.wrong.count == 0) {
        list_health.begun++;
        ask(&list_health.addresses.at[list_health.next++], RECORD_A, answer_came);
    }
}

static void
compare(const char *name)
{
    dns_fixture.options.timeout_ms = 5000;
    dns_fixture.options.tries = 3;
    dns_fixture_start(1);
    for (int i = 0; i < 2 * RESOLVER_WINDOW; i++)
        ask_next();
    while (list_health.done < list_health.begun)
        assert_true(loop_turn(dns_fixture.loop, INT64_MAX));
    if (list_health.wrong.count)
        fail_msg("%s", buf_string(&list_health.wrong));
    assert_int_equal(list_health.done, list_health.addresses.count);
    print_message("%s: %u addresses, of which rbldnsd lists %u with %u texts", name, list_health.done,
                  list_health.listed, list_health.texts);
    if (list_health.partial)
        print_message("; %u answers were compared as far as they fitted into a packet", list_health.partial);
    print_message("\n");
}

/* ---- the addresses ---- */

static void
choose_special_blocks(void)
{
    static const uint32_t blocks[] = {0x00000000, 0x0A000000, 0x7F000000, 0x7F0000FF, 0x7FFFFFFF, 0xA9FE0000,
                                      0xAC100000, 0xAC1FFFFF, 0xC0A80000, 0xC0A8FFFF, 0xE0000000, 0xFFFFFFFE};
    for (size_t i = 0; i < COUNT(blocks); i++)
        for (uint32_t k = 0; k < 5; k++)
            choose(blocks[i] + k);
}

static void
choose_exclusions(const char *content, size_t step)
{
    size_t seen = 0;
    for (const char *s = content; (s = strstr(s, "\n!")) != NULL; s += 2) {
        unsigned a, b, c, d;
        if (seen++ % step == 0 && sscanf(s + 2, "%u.%u.%u.%u", &a, &b, &c, &d) == 4)
            choose_around(a << 24 | b << 16 | c << 8 | d, a << 24 | b << 16 | c << 8 | d);
    }
}

static void
choose_listed(const struct zone_file *zone)
{
    size_t singles, rows = zone_file_row_count(zone);
    const uint32_t *at = zone_file_addresses(zone, &singles);
    for (size_t i = 0; i < singles; i += 1 + singles / SINGLES)
        choose_around(at[i], at[i]);
    for (size_t i = 0; i < rows; i += 1 + rows / ROWS) {
        struct zone_file_row row = zone_file_row_at(zone, i);
        uint32_t first = addr_to_v4(&row.prefix.addr);
        choose_around(first, first + (uint32_t)(prefix_size(&row.prefix) - 1));
    }
}

/* Half of them anywhere, half of them not far from others. */
static void
choose_random(size_t count)
{
    size_t before = list_health.addresses.count;
    for (size_t i = 0; i < count; i++) {
        uint32_t near = list_health.addresses.at[roll((uint32_t)before)], anywhere = roll(UINT32_MAX), width = roll(24);
        choose(i % 2 ? anywhere : near ^ anywhere >> width);
    }
}

/* Loads the zone and serves it. */
static void
serve(const char *content, size_t count)
{
    struct fault fault;
    list_health.zone = zone_file_parse(content, count, &fault);
    if (list_health.zone == NULL)
        fail_msg("%s", fault.text);
    if (!dns_fixture_serve_zone(0, ZONE, content)) {
        print_message("skipped: no rbldnsd, or it cannot start\n");
        skip();
    }
}

/* ---- the zones ---- */

static const char nasty[] =
    "$SOA 3600 ns.test hostmaster.test 2026070618 3600 3600 86400 120\n"
    "$NS\n$FOO\n$TTL 1h\n#$1 one\n;$2 two\n:$3 three\n $4 four $1\n$1 again\n"
    "10.0.0.1\n"
    ":127.0.0.5: IP $ $1 $2 $3 $4 $5 $$ $= is listed\n"
    "10.1.2.3\n10.1.4\n10.1.5 own text\n10.2\n11\n12/8\n13/8 text of a /8\n"
    "14.1.2.3/24\n15.1.2/23\n15.1.2/15\n"
    "16.1.2.3-16.1.2.6\n16.2-3\n16.4-16.5\n16.6.3-16.7\n16.1.3.3-16.1.4.9\n17.1.2.3-8\n17.1.2-4\n17.5.2.6-4\n"
    "18-19\n20-21.0\n22.0.0.7-23.255.255.255\n0.0.0.3-0.0.1.200\n255.255.255.250-255.255.255.255\n"
    "013.1.2.3\n24.1.2.3.4\n24.1.2.\n24.1.2.256\n24.1.3.0/0\n25/7\n26/7\n24.1.4.3/33\n24.1.5.3/032\n24.1.6.3/32x\n"
    "28.1.2.3#comment\n28.1.2.4;comment\n28.1.2.5:2:x\n28.1.2.6:127.0.0.5:x\n28.1.2.7 :5\n28.1.2.8 :6:\n"
    "28.1.2.9 :1.2.3:x\n28.1.2.10 :1.2.3.4 x\n28.1.2.11 :256:x\n28.1.2.12 :5 # x\n28.1.2.13 :5: # x\n"
    "28.1.2.14 : 5 : y\n28.1.2.15 ::y\n28.1.2.16 :5:y z   \n28.1.2.17 x # y ; z\n28.1.2.18 :5 :x\n28.1.2.19\t\tT\n"
    "28.1.2.20 T\n28.1.2.21\n28.1.2.22 \xA9 \xFF \x01 text\n28.1.2.23 a\"b\\c\n28.1.2.24,x\n28.1.2.25 :0:x\n"
    "28.1.2.26 :5:=x $\n28.1.2.27 =\n28.1.2.28 $\n28.1.2.29 $$$\n28.1.2.30 $1$2x$9\n28.1.2.31 : :x\n28.1.2.32 :5;\n"
    "! 29.1.2.3\n!29.1.2.4 text\n!29.1.2.5:text\n!29.1.2.6=text\n29.1.2\n29.1.2.3 listed\n!29.1.3\n29.1.3.8\n29.1.3.9 "
    "own\n"
    "29.1.2/23 wide\n!29.2.2.64/26\n29.2.2.60-70 in and out\n29.2.2.65\n29.2.2\n!29.3\n29.3.4.5\n29.3.4\n29.4/14 "
    "w\n!29.5.128/17\n"
    "168.1=\n30.1.2.3-\n30.1.2.4 -30.1.2.5\n30.1.2.6- 30.1.2.7\n30.1.2/24\n30.1/24\n30.2.0.0/ "
    "24\n30.3.1.2/\n/24\n.1\n1..2\nx\n"
    ":junk\n:\n:5 x\n"
    "31.1.2.3\n:7\n31.1.2.4\n31.1.2.5 own\n:8:second default $\n31.1.2.3\n31.1.2.4\n31.1.2.5\n31.1.2.6\n31.1.2.0/28\n"
    "31.1.2.3 second default $\n31.1.2.3 second default 31.1.2.3\n"
    "  32.1.2.3  indented  \n\t32.1.2.4\n\x0C"
    "32.1.2.5\n# 32.1.2.6\n;32.1.2.7\n-32.1.2.8\n+32.1.2.9\n!!32.1.2.10\n!32\n"
    "33.1.2.3 a\n33.1.2.3 b\n33.1.2.3 a\n33.1.2.0/24 c\n33.1.2.0/24 d\n33.1.2.0/23 e\n33.1.2.0/25 f\n33.1.0/17 g\n"
    "$MAXRANGE4 /16\n34/8\n34.1\n!34.1/15\n34.1.2.3\n$MAXRANGE4 /8\n35/8\n$maxrange4 256\n34.2.3-4\n34.2.5\n"
    "!127.0.0.1\n127.0.0.2 Test Record\n";

static void
choose_all_of(const char *content)
{
    for (const char *line = content; line; line = strchr(line, '\n')) {
        uint32_t address = 0;
        unsigned octets = 0;
        line += strspn(line, "\n! \t#;+-");
        for (const char *s = line; octets < 4 && *s >= '0' && *s <= '9'; octets++) {
            address = address << 8 | (strtoul(s, (char **)&s, 10) & 255);
            s += *s == '.';
        }
        if (octets) {
            address <<= 8 * (4 - octets);
            choose_around(address, address);
            choose_around(address & ~255U, address | 255);
            choose_around(address & ~65535U, address | 65535);
        }
    }
}

static void
compare_text(const char *name, const char *content)
{
    dice = 2026;
    serve(content, strlen(content));
    choose_all_of(content);
    choose_listed(list_health.zone);
    choose_special_blocks();
    choose_random(list_health.addresses.count);
    compare(name);
}

static void
range_forms_match_rbldnsd(void **state)
{
    (void)state;
    compare_text("all forms", nasty);
}

static void
base_template_matches_rbldnsd(void **state)
{
    (void)state;
    struct buf content = {0};
    buf_text(&content,
             "$1 one\n$= base $= ($) $1 $$ $2$\n$= second\n10.0.0.1\n10.0.0.2 text $ $1\n10.0.0.3 =raw $ $1 $=\n"
             "10.0.0.4 $=\n10.0.0.5 :5:\n10.0.0.6 ==x\n10.0.0.7 =\n:2:default $\n10.0.0.8\n10.0.0.9 :6\n");
    for (int size = 200; size < 270; size++) { /* the bound of 255 bytes, from all sides */
        buf_format(&content, "10.0.%d.1 %0*d\n", size, size, 7);
        buf_format(&content, "10.0.%d.2 =%0*d\n", size, size, 7);
        buf_format(&content, "10.0.%d.3 =%0*d$1$$$ end\n", size, size, 7);
        buf_format(&content, "10.0.%d.4 :2:%0*d$\n", size, size, 7);
    }
    compare_text("base template", buf_string(&content));
    buf_free(&content);
}

/* Sound lines, and lines in which a byte or two are others. */
static void
put_random_line(struct buf *out)
{
    static const char *const ends[] = {"",      "",       "",      "/%u", "-%u", "-10.%u", "-10.1.%u.255",
                                       " text", ":5:t%u", "\tx$y", " :%u"};
    static const char *const starts[] = {"10.%u.%u.%u",  "10.%u.%u.%u", "10.%u.%u", "10.%u",
                                         "!10.%u.%u.%u", "!10.%u.%u",   "%u",       ":%u:%u"};
    static const char odd[] = " \t.-/:!#;$=0123456789xM\v\xA9";
    char line[128];
    uint32_t a = roll(4), b = roll(4), c = roll(256), number = roll(2) ? roll(33) : roll(256);
    int at = snprintf(line, sizeof line, starts[roll(COUNT(starts))], a, b, c);
    snprintf(line + at, sizeof line - (size_t)at, ends[roll(COUNT(ends))], number);
    for (uint32_t i = roll(5); i < 2; i++) {
        uint32_t place = roll((uint32_t)strlen(line));
        line[place] = odd[roll(sizeof odd - 1)];
    }
    buf_format(out, "%s\n", line);
}

static void
damaged_lines_match_rbldnsd(void **state)
{
    (void)state;
    struct buf content = {0};
    dice = 168;
    for (int i = 0; i < 4000 / SLOWER; i++)
        put_random_line(&content);
    compare_text("damaged lines", buf_string(&content));
    buf_free(&content);
}

static void
compare_real(const char *path)
{
    struct buf content = {0};
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    for (int c; (c = getc(file)) != EOF;)
        buf_byte(&content, (char)c);
    fclose(file);
    dice = 7;
    serve(buf_string(&content), content.count);
    choose_listed(list_health.zone);
    choose_exclusions(buf_string(&content), 4 * SLOWER);
    choose_special_blocks();
    choose_random(RANDOM);
    compare(strrchr(path, '/') + 1);
    buf_free(&content);
}

static void
real_level1_matches_rbldnsd(void **state)
{
    (void)state;
    compare_real(REAL_DATA("uceprotect-2026-07-06/dnsbl-1.uceprotect.net"));
}

static void
real_level2_matches_rbldnsd(void **state)
{
    (void)state;
    compare_real(REAL_DATA("uceprotect-2026-07-06/dnsbl-2.uceprotect.net"));
}

static void
real_backscatterer_matches_rbldnsd(void **state)
{
    (void)state;
    compare_real(REAL_DATA("uceprotect-2026-07-06/ips.backscatterer.org"));
}

static int
close_proof(void **state)
{
    int status = dns_fixture_close(state);
    zone_file_free(list_health.zone);
    vec_free(&list_health.addresses);
    buf_free(&list_health.wrong);
    memset(&list_health, 0, sizeof list_health);
    return status;
}

int
main(void)
{
#define DNS_FIXTURE_TEST(test) cmocka_unit_test_setup_teardown(test, dns_fixture_open, close_proof)
    const struct CMUnitTest tests[] = {
        DNS_FIXTURE_TEST(range_forms_match_rbldnsd),   DNS_FIXTURE_TEST(base_template_matches_rbldnsd),
        DNS_FIXTURE_TEST(damaged_lines_match_rbldnsd), DNS_FIXTURE_TEST(real_level1_matches_rbldnsd),
        DNS_FIXTURE_TEST(real_level2_matches_rbldnsd), DNS_FIXTURE_TEST(real_backscatterer_matches_rbldnsd),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
