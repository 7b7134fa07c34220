/* Files that anybody may have written. */
#include "journal/json_read.h"
#include "journal_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define HEAD "{\"journal\":1,\"tool\":\"whylisted\"}\n"
#define UUID_OF_RECORD "018bcfe5-6800-7521-a063-3865110ad19d"

#define NET                                                                                                            \
    "{\"abusers\":null,\"asn\":64500,\"country\":\"DE\",\"from_zone\":false,\"impacts\":23,\"kind\":\"announced\","    \
    "\"limit\":4,\"org\":\"EXAMPLE\",\"permanent\":false,\"prefix\":\"203.0.113.0/24\"}"
#define OBSERVATION                                                                                                    \
    "{\"address\":\"203.0.113.7\",\"asn\":64500,\"backscatterer\":\"clear\",\"cause\":[\"address\"],"                  \
    "\"country\":\"DE\",\"exemption\":\"clear\",\"first\":\"2026-07-06T18:13:00.000Z\",\"headline\":\"h\","            \
    "\"last\":\"2026-07-06T18:13:00.000Z\",\"level1\":\"listed\",\"level2\":\"listed\",\"level3\":\"clear\","          \
    "\"name\":\"n\",\"nets\":[" NET "],\"org\":\"o\",\"resolver\":\"r\",\"score\":1.5,\"score_asn\":64501,"            \
    "\"serial\":2026070618,\"source\":\"dns\",\"texts\":[{\"list\":\"level1\",\"text\":\"t\"}],\"times\":1,"           \
    "\"type\":\"observation\",\"uid\":\"" UUID_OF_RECORD "\",\"verdict\":\"direct\"}"
/* The same in version 2, with a list of the user's own. */
#define OBSERVATION_2                                                                                                  \
    "{\"address\":\"203.0.113.7\",\"asn\":64500,\"cause\":[\"address\"],\"country\":\"DE\","                           \
    "\"first\":\"2026-07-06T18:13:00.000Z\",\"headline\":\"h\",\"last\":\"2026-07-06T18:13:00.000Z\",\"lists\":["      \
    "{\"list\":\"dnsbl-1.uceprotect.net\",\"part\":\"level1\",\"state\":\"listed\",\"texts\":[\"t\"]},"                \
    "{\"list\":\"dnsbl-2.uceprotect.net\",\"part\":\"level2\",\"state\":\"listed\",\"texts\":[]},"                     \
    "{\"list\":\"dnsbl-3.uceprotect.net\",\"part\":\"level3\",\"state\":\"clear\",\"texts\":[]},"                      \
    "{\"list\":\"ips.whitelisted.org\",\"part\":\"exemption\",\"state\":\"clear\",\"texts\":[]},"                      \
    "{\"list\":\"ips.backscatterer.org\",\"part\":\"backscatterer\",\"state\":\"clear\",\"texts\":[]}],"               \
    "\"name\":\"n\",\"nets\":[" NET "],\"org\":\"o\",\"resolver\":\"r\",\"score\":1.5,\"score_asn\":64501,"            \
    "\"serial\":2026070618,\"source\":\"dns\",\"times\":1,\"type\":\"observation\",\"uid\":\"" UUID_OF_RECORD "\","    \
    "\"verdict\":\"direct\"}"
#define NOTE "{\"at\":\"2026-07-06T18:13:00.000Z\",\"current\":true,\"text\":\"note\",\"uid\":\"" UUID_OF_RECORD "\"}"
#define TOLD "{\"at\":\"2026-07-06T18:13:00.000Z\",\"uid\":\"" UUID_OF_RECORD "\",\"what\":\"w\",\"who\":\"abuse\"}"
#define CASE                                                                                                           \
    "{\"due\":null,\"due_set\":null,\"matter\":\"203.0.113.7\",\"notes\":[" NOTE "],"                                  \
    "\"opened\":\"2026-07-06T18:13:00.000Z\",\"state\":\"open\",\"state_set\":\"2026-07-06T18:13:00.000Z\","           \
    "\"tags\":\"vip\",\"tags_set\":null,\"ticket\":\"T-1\",\"ticket_set\":null,\"told\":[" TOLD "],"                   \
    "\"type\":\"case\",\"uid\":\"" UUID_OF_RECORD "\"}"
#define NEIGHBOUR                                                                                                      \
    "{\"absent\":null,\"address\":\"203.0.113.9\",\"first\":\"2026-07-06T18:13:00.000Z\","                             \
    "\"last\":\"2026-07-06T18:13:00.000Z\",\"type\":\"neighbour\"}"
#define SNAPSHOT                                                                                                       \
    "{\"at\":\"2026-07-06T18:00:00.000Z\",\"impacts\":null,\"limit\":4,\"listed\":3,\"matter\":\"203.0.113.0/24\","    \
    "\"serial\":2026070620,\"type\":\"snapshot\"}"

static struct journal *journal;
static struct fault fault;
static struct journal_totals added, changed;

static int
begin(void **state)
{
    (void)state;
    journal = journal_fixture_new("import.db");
    return 0;
}

static int
end(void **state)
{
    (void)state;
    journal_close(journal);
    return 0;
}

/* ---- importing ---- */

struct supply {
    const char *at;
    size_t count;
};

static long
read_supply(void *arg, char *room, size_t count)
{
    struct supply *s = arg;
    size_t take = s->count < count ? s->count : count;
    memcpy(room, s->at, take);
    s->at += take;
    s->count -= take;
    return (long)take;
}

static enum journal_result
import_bytes(const char *bytes, size_t count)
{
    struct supply supply = {bytes, count};
    return journal_import(journal, read_supply, &supply, "x.json", NULL, NULL, &added, &changed, &fault);
}

static void
import_text(const char *text)
{
    if (import_bytes(text, strlen(text)) != JOURNAL_DONE)
        fail_msg("%s", fault.text);
}

static void
assert_empty(void)
{
    struct journal_totals count;
    assert_true(journal_totals_read(journal, &count, &fault));
    assert_int_equal(count.observations + count.cases + count.notes + count.contacts + count.neighbours + count.counts,
                     0);
}

static void
assert_refused_bytes(const char *bytes, size_t count, const char *why)
{
    if (import_bytes(bytes, count) != JOURNAL_FAILED)
        fail_msg("taken: %.200s", bytes);
    if (!strstr(fault.text, why))
        fail_msg("\"%s\" does not say \"%s\"", fault.text, why);
    assert_int_equal(added.observations + added.cases + changed.observations + changed.cases, 0);
    assert_empty();
}

/* The line is the third of a file that is good up to there. */
static void
assert_refused(const char *line, const char *why)
{
    struct buf text = {0}, sentence = {0};
    buf_format(&text, HEAD OBSERVATION "\n%s\n" NEIGHBOUR "\n", line);
    buf_format(&sentence, "x.json, line 3: %s", why);
    assert_refused_bytes(text.at, text.count, buf_string(&sentence));
    buf_free(&text);
    buf_free(&sentence);
}

/* The line with a part of it replaced. */
static void
assert_refused_with(const char *line, const char *part, const char *other, const char *why)
{
    struct buf text = {0};
    const char *at = strstr(line, part);
    if (!at)
        fail_msg("no %s", part);
    buf_bytes(&text, line, (size_t)(at - line));
    buf_format(&text, "%s%s", other, at + strlen(part));
    assert_refused(buf_string(&text), why);
    buf_free(&text);
}

/* ---- what is good ---- */

static void
import_valid_records_are_stored(void **state)
{
    (void)state;
    import_text(HEAD OBSERVATION "\n" CASE "\n" NEIGHBOUR "\n" SNAPSHOT);
    assert_int_equal(added.observations, 1);
    assert_int_equal(added.cases, 1);
    assert_int_equal(added.notes, 1);
    assert_int_equal(added.contacts, 1);
    assert_int_equal(added.neighbours, 1);
    assert_int_equal(added.counts, 1);
}

static void
import_blank_lines_are_skipped(void **state)
{
    (void)state;
    import_text("\r\n  \n" HEAD "\r\n \t" NEIGHBOUR " \r\n\n" HEAD);
    assert_int_equal(added.neighbours, 1);
}

/* ---- what is not ---- */

static void
import_without_header_is_refused(void **state)
{
    (void)state;
    static const char *const files[] = {"", "\n\n", NEIGHBOUR, OBSERVATION "\n" CASE};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        assert_refused_bytes(files[i], strlen(files[i]),
                             "no line says that this is an exported journal, as journal export writes it; nothing was");
    assert_refused("{\"journal\":3,\"tool\":\"x\"}", "a newer version of the program wrote it; use that one");
    assert_refused("{\"journal\":0,\"tool\":\"x\"}", "\"journal\" must be a whole number from 1");
    assert_refused("{\"journal\":\"1\",\"tool\":\"x\"}", "\"journal\" must be a whole number");
    assert_refused("{\"journal\":1}", "there is no \"tool\"");
    assert_refused_bytes(
        "SQLite format 3\0", 17,
        "x.json, line 1: this is no export, but a database; if it is a journal, take it in with journal merge");
}

static void
import_version1_equals_version2(void **state)
{
    (void)state;
    import_text(HEAD OBSERVATION "\n");
    assert_int_equal(added.observations, 1);
    import_text("{\"journal\":2,\"tool\":\"whylisted\"}\n" OBSERVATION_2 "\n");
    assert_int_equal(added.observations + changed.observations, 0);
}

static void
import_version2_keeps_user_lists(void **state)
{
    (void)state;
    struct observation o;
    struct addr address = addr_from_v4(0xCB007107);
    struct buf text = {0};
    const char *rest = strstr(OBSERVATION_2, "{\"list\"");
    buf_text(&text, HEAD);
    buf_bytes(&text, OBSERVATION_2, strlen(OBSERVATION_2) - strlen(rest));
    buf_format(&text,
               "{\"list\":\"bl.spamcop.net\",\"part\":null,\"state\":\"listed\",\"texts\":[\"Blocked\",\"too\"]},%s\n",
               rest);
    import_text(buf_string(&text));
    assert_true(journal_newest(journal, &address, &o, &fault));
    assert_int_equal(o.lists.count, 6);
    assert_string_equal(o.lists.at[5].zone, "bl.spamcop.net");
    assert_null(o.lists.at[5].part);
    assert_int_equal(o.lists.at[5].state, STATE_LISTED);
    assert_string_equal(o.lists.at[5].texts.at[1], "too");
    observation_fini(&o);
    import_text(buf_string(&text));
    assert_int_equal(added.observations + changed.observations, 0);
    buf_free(&text);
}

static void
import_non_json_is_refused(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "{",
        "}",
        "nonsense",
        "{\"type\":\"case\"",
        "{\"type\":\"case\"} {}",
        "{'type':'case'}",
        "{\"type\":\"case\",}",
        "{\"type\":\"case\",\"type\":\"case\"}", /* twice the same key */
        "{\"a\":\"\xff\"}",
        "{\"a\":\"\xc0\xaf\"}",
        "{\"a\":\"\xed\xa0\x80\"}",
        "{\"a\":\"\\ud800\"}",
        "{\"a\":\"\\u0000\"}",
        "{\"a\\u0000\":1}",
        "{\"a\":99999999999999999999}",
        "{\"a\":1e999}",
        "{\"a\":01}",
        "{\"a\":NaN}",
        "\xef\xbb\xbf{}",
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        assert_refused(lines[i], "it is not JSON as it should be: ");
    assert_refused("[]", "it is not an object");
    assert_refused("{}", "there is no \"type\"");
    assert_refused("{\"type\":7}", "\"type\" must be a text");
    assert_refused("{\"type\":\"\\u001b[31m\"}",
                   "\"type\" must be observation, case, neighbour, snapshot or rejection, not \"?[31m\"");
}

static void
import_nul_byte_is_refused(void **state)
{
    (void)state;
    static const char text[] = HEAD "{\"type\":\0\"case\"}\n";
    assert_refused_bytes(text, sizeof text - 1, "x.json, line 2: it is not JSON as it should be");
    static const char inside[] = HEAD "{\"type\":\"ca\0se\"}\n";
    assert_refused_bytes(inside, sizeof inside - 1, "x.json, line 2: it is not JSON as it should be");
}

static void
import_deep_nesting_is_refused(void **state)
{
    (void)state;
    static const char *const opens[] = {"[", "{\"a\":", "[{\"a\":"};
    for (size_t i = 0; i < sizeof opens / sizeof *opens; i++) {
        struct buf bomb = {0};
        while (bomb.count < JOURNAL_LINE_MOST - 100)
            buf_text(&bomb, opens[i]);
        assert_refused(buf_string(&bomb), "it is not JSON as it should be: maximum parsing depth reached");
        buf_free(&bomb);
    }
}

static void
import_overlong_line_is_refused(void **state)
{
    (void)state;
    struct buf text = {0};
    buf_text(&text, HEAD);
    size_t start = text.count;
    buf_text(&text, NEIGHBOUR);
    while (text.count - start < JOURNAL_LINE_MOST)
        buf_byte(&text, ' ');
    assert_int_equal(import_bytes(text.at, text.count), JOURNAL_DONE); /* just so long */
    assert_int_equal(added.neighbours, 1);
    end(NULL);
    begin(NULL);
    buf_byte(&text, ' ');
    assert_refused_bytes(text.at, text.count, "x.json, line 2: it has more than 1048576 bytes");
    buf_byte(&text, '\n');
    assert_refused_bytes(text.at, text.count, "x.json, line 2: it has more than 1048576 bytes");
    for (int i = 0; i < 3 * 1024 * 1024; i++)
        buf_byte(&text, '9');
    assert_refused_bytes(text.at, text.count, "x.json, line 2: it has more than 1048576 bytes");
    buf_free(&text);
}

static void
import_missing_or_extra_key_is_refused(void **state)
{
    (void)state;
    assert_refused_with(OBSERVATION, "\"asn\":64500,\"backscatterer\"", "\"backscatterer\"", "there is no \"asn\"");
    assert_refused_with(OBSERVATION, "\"name\":\"n\",", "", "there is no \"name\"");
    assert_refused_with(OBSERVATION, "{\"address\"", "{\"zzz\":1,\"address\"", "there are 26 keys, not 25");
    assert_refused_with(OBSERVATION, "\"limit\":4,", "", "\"nets\", entry 1: there is no \"limit\"");
    assert_refused_with(OBSERVATION, "\"limit\":4,", "\"limit\":4,\"x\":{},",
                        "\"nets\", entry 1: there are 11 keys, not 10");
    assert_refused_with(CASE, "\"due\":null,", "", "there is no \"due\"");
    assert_refused_with(CASE, "\"text\":\"note\",", "", "\"notes\", entry 1: there is no \"text\"");
    assert_refused_with(CASE, "\"what\":\"w\",", "", "\"told\", entry 1: there is no \"what\"");
    assert_refused_with(NEIGHBOUR, "\"absent\":null,", "", "there is no \"absent\"");
    assert_refused_with(SNAPSHOT, "\"limit\":4,", "", "there is no \"limit\"");
}

static void
import_wrong_value_type_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *line, *part, *other, *why;
    } wrong[] = {
        {OBSERVATION, "\"203.0.113.7\"", "\"203.0.113\"", "\"address\" must be an IP address, not \"203.0.113\""},
        {OBSERVATION, "\"203.0.113.7\"", "null", "\"address\" must be a text"},
        {OBSERVATION, "\"asn\":64500,\"b", "\"asn\":0,\"b", "\"asn\" must be a whole number from 1 to 4294967295"},
        {OBSERVATION, "\"asn\":64500,\"b", "\"asn\":4294967296,\"b", "\"asn\" must be a whole number from 1"},
        {OBSERVATION, "\"asn\":64500,\"b", "\"asn\":64500.0,\"b", "\"asn\" must be a whole number"},
        {OBSERVATION, "\"asn\":64500,\"b", "\"asn\":\"64500\",\"b", "\"asn\" must be a whole number"},
        {OBSERVATION, "[\"address\"]", "\"address\"", "\"cause\" must be an array of address, allocation, provider"},
        {OBSERVATION, "[\"address\"]", "[\"fate\"]", "\"cause\" must be an array"},
        {OBSERVATION, "[\"address\"]", "[1]", "\"cause\" must be an array"},
        {OBSERVATION, "[\"address\"]", "[\"address\",\"address\"]", "\"cause\" must be an array"},
        {OBSERVATION, "\"DE\",\"exemption\"", "\"D\",\"exemption\"",
         "\"country\" must be two letters or null, not \"D\""},
        {OBSERVATION, "\"DE\",\"exemption\"", "\"D1\",\"exemption\"", "\"country\" must be two letters"},
        {OBSERVATION, "\"DE\",\"exemption\"", "[],\"exemption\"", "\"country\" must be a text or null"},
        {OBSERVATION, "\"level1\":\"listed\"", "\"level1\":\"Listed\"", "\"level1\" must be the state of a list"},
        {OBSERVATION, "\"level1\":\"listed\"", "\"level1\":true", "\"level1\" must be a text"},
        {OBSERVATION, "\"h\"", "7", "\"headline\" must be a text or null"},
        {OBSERVATION, "\"nets\":[", "\"nets\":[7,", "\"nets\", entry 1: it must be an object"},
        {OBSERVATION, "203.0.113.0/24", "203.0.112.0/24", "\"nets\", entry 1: \"prefix\" must be a net that holds the"},
        {OBSERVATION, "203.0.113.0/24", "203.0.113.7/24", "\"nets\", entry 1: \"prefix\" must be a net"},
        {OBSERVATION, "\"announced\"", "\"other\"", "\"nets\", entry 1: \"kind\" must be announced or slash24"},
        {OBSERVATION, "\"impacts\":23", "\"impacts\":-1",
         "\"nets\", entry 1: \"impacts\" must be a whole number from 0"},
        {OBSERVATION, "\"impacts\":23", "\"impacts\":1000000000000001",
         "\"nets\", entry 1: \"impacts\" must be a whole"},
        {OBSERVATION, "\"permanent\":false", "\"permanent\":0",
         "\"nets\", entry 1: \"permanent\" must be true or false"},
        {OBSERVATION, "1.5", "-1", "\"score\" must be a number from 0 to 1e+15"},
        {OBSERVATION, "1.5", "1e16", "\"score\" must be a number from 0 to 1e+15"},
        {OBSERVATION, "1.5", "\"1.5\"", "\"score\" must be a number"},
        {OBSERVATION, "2026070618", "4294967296", "\"serial\" must be a whole number from 1"},
        {OBSERVATION, "\"dns\"", "\"rumour\"", "\"source\" must be none, dns or zone, not \"rumour\""},
        {OBSERVATION, "\"list\":\"level1\"", "\"list\":\"level9\"",
         "\"texts\", entry 1: \"list\" must be the name of a"},
        {OBSERVATION_2, "dnsbl-1.uceprotect.net", "a list", "\"lists\", entry 1: \"list\" must be the zone of a list"},
        {OBSERVATION_2, "dnsbl-1", "dnsbl-2", "\"lists\", entry 2: \"list\" must be a list that is not there already"},
        {OBSERVATION_2, "\"level1\"", "\"level9\"", "\"lists\", entry 1: \"part\" must be a part or null"},
        {OBSERVATION_2, "\"listed\"", "\"on it\"", "\"lists\", entry 1: \"state\" must be the state of a list"},
        {OBSERVATION_2, "[\"t\"]", "\"t\"", "\"lists\", entry 1: \"texts\" must be an array of texts"},
        {OBSERVATION_2, "[\"t\"]", "[7]", "\"lists\", entry 1: \"texts\" must be an array of texts"},
        {OBSERVATION, "\"times\":1", "\"times\":0", "\"times\" must be a whole number from 1"},
        {OBSERVATION, UUID_OF_RECORD, "018bcfe5-6800-7521-a063-3865110ad19", "\"uid\" must be a UUID"},
        {OBSERVATION, "\"direct\"", "\"guilty\"", "\"verdict\" must be clear, collateral, direct or unknown"},
        {CASE, "203.0.113.7", "the mail server", "\"matter\" must be an address, a net or an AS number"},
        {CASE, "\"open\"", "\"ajar\"", "\"state\" must be open, waiting or closed"},
        {CASE, "\"current\":true", "\"current\":null", "\"notes\", entry 1: \"current\" must be true or false"},
        {CASE, "\"note\"", "null", "\"notes\", entry 1: \"text\" must be a text"},
        {CASE, "[" NOTE "]", "{}", "\"notes\" must be an array"},
        {CASE, "[" TOLD "]", "null", "\"told\" must be an array"},
        {NEIGHBOUR, "203.0.113.9", "2001:db8::9", "a neighbour is an IPv4 address"},
        {SNAPSHOT, "203.0.113.0/24", "203.0.113.0", "a snapshot is of a net or an ASN"},
        {SNAPSHOT, "\"listed\":3", "\"listed\":-3", "\"listed\" must be a whole number from 0"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_refused_with(wrong[i].line, wrong[i].part, wrong[i].other, wrong[i].why);
}

static void
import_impossible_time_is_refused(void **state)
{
    (void)state;
    static const char *const times[] = {
        "2026-02-30T18:13:00.000Z",
        "2026-13-01T18:13:00.000Z",
        "2026-07-06T24:00:00.000Z",
        "2026-07-06T18:60:00.000Z",
        "2026-07-06T18:13:61.000Z",
        "1969-12-31T23:59:59.999Z",
        "1970-01-01T00:00:00.000Z",
        "0000-00-00T00:00:00.000Z",
        "2026-07-06T18:13:00Z",
        "2026-07-06 18:13:00.000Z",
        "2026-07-06T18:13:00.000",
        "2026-07-06T18:13:00.000+02",
        "12026-07-06T18:13:00.000Z",
        "-026-07-06T18:13:00.000Z",
        "now",
        "",
    };
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        struct buf first = {0};
        buf_format(&first, "\"first\":\"%s\"", times[i]);
        assert_refused_with(NEIGHBOUR, "\"first\":\"2026-07-06T18:13:00.000Z\"", buf_string(&first),
                            "\"first\" must be a time since 1970 such as");
        buf_free(&first);
    }
    assert_refused_with(NEIGHBOUR, "\"last\":\"2026", "\"last\":\"2025", "\"last\" is before \"first\"");
    assert_refused_with(OBSERVATION, "\"last\":\"2026", "\"last\":\"2025", "\"last\" is before \"first\"");
    assert_refused_with(OBSERVATION, "\"first\":\"2026-07-06T18:13:00.000Z\"", "\"first\":null",
                        "\"first\" must be a text");
}

static void
import_overlong_text_is_refused(void **state)
{
    (void)state;
    struct buf text = {0};
    buf_text(&text, "\"headline\":\"");
    for (int i = 0; i < 4097; i++)
        buf_byte(&text, 'x');
    buf_byte(&text, '"');
    assert_refused_with(OBSERVATION, "\"headline\":\"h\"", buf_string(&text), "\"headline\" has more than 4096 bytes");
    buf_clear(&text);
    buf_text(&text, "\"note\\n");
    for (int i = 0; i < CASE_NOTE_MOST; i++)
        buf_byte(&text, 'x');
    buf_byte(&text, '"');
    assert_refused_with(CASE, "\"note\"", buf_string(&text), "\"notes\", entry 1: \"text\" has more than 65536 bytes");
    buf_clear(&text);
    buf_text(&text, "\"texts\":[");
    for (int i = 0; i < 256; i++)
        buf_format(&text, "{\"list\":\"level2\",\"text\":\"%d\"},", i);
    assert_refused_with(OBSERVATION, "\"texts\":[", buf_string(&text), "\"texts\" has more than 256 entries");
    buf_free(&text);
}

/* ---- what is taken, but not as it is ---- */

static bool
append(void *arg, const char *bytes, size_t count)
{
    buf_bytes(arg, bytes, count);
    return true;
}

static void
assert_export_holds(const char *part)
{
    struct buf out = {0};
    assert_true(journal_export(journal, append, &out, &fault));
    if (!strstr(buf_string(&out), part))
        fail_msg("no %s in %s", part, buf_string(&out));
    buf_free(&out);
}

static void
import_with(const char *line, const char *part, const char *other)
{
    struct buf text = {0};
    const char *at = strstr(line, part);
    buf_text(&text, HEAD);
    buf_bytes(&text, line, (size_t)(at - line));
    buf_format(&text, "%s%s\n", other, at + strlen(part));
    import_text(buf_string(&text));
    buf_free(&text);
}

static void
import_text_is_cleaned(void **state)
{
    (void)state;
    import_with(OBSERVATION, "\"h\"", "\"\\u001b]0;own\\u0007ed\\n\\u202egnp  x\"");
    assert_export_holds("\"headline\":\"?]0;own?ed ?gnp x\"");
    import_with(CASE, "\"note\"", "\"\\n one\\n\\n\\u001b[2Jtwo \\n\"");
    assert_export_holds("\"text\":\"one\\n\\n?[2Jtwo\"");
    assert_export_holds("\"tags\":\"vip\"");
}

static void
import_tags_are_sorted(void **state)
{
    (void)state;
    import_with(CASE, "\"tags\":\"vip\"", "\"tags\":\" vip,Mail  vip\\taa\"");
    assert_export_holds("\"tags\":\"aa mail vip\"");
}

static void
import_address_is_canonical(void **state)
{
    (void)state;
    import_with(OBSERVATION, "\"address\":\"203.0.113.7\"", "\"address\":\"::ffff:203.0.113.7\"");
    assert_export_holds("\"address\":\"203.0.113.7\"");
    import_with(NEIGHBOUR, "203.0.113.9", "::ffff:203.0.113.9");
    assert_export_holds("\"address\":\"203.0.113.9\"");
}

/* One uid of two addresses stays two things, whichever comes first. */
static void
import_two_addresses_stay_two(void **state)
{
    (void)state;
    static const char other[] = "{\"address\":\"198.51.100.1\",";
    struct buf second = {0}, there = {0}, back = {0}, one = {0}, two = {0};
    buf_format(&second, "%s%s\n", other, strstr(OBSERVATION, "\"asn\""));
    char *at = strstr(second.at, NET);
    memmove(at, at + strlen(NET), strlen(at + strlen(NET)) + 1);
    second.count -= strlen(NET);
    buf_format(&there, HEAD OBSERVATION "\n%s", second.at);
    buf_format(&back, HEAD "%s" OBSERVATION "\n", second.at);
    import_text(buf_string(&there));
    assert_int_equal(added.observations, 2);
    assert_true(journal_export(journal, append, &one, &fault));
    end(NULL);
    begin(NULL);
    import_text(buf_string(&back));
    assert_true(journal_export(journal, append, &two, &fault));
    assert_string_equal(buf_string(&one), buf_string(&two));
    buf_free(&second);
    buf_free(&there);
    buf_free(&back);
    buf_free(&one);
    buf_free(&two);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(import_valid_records_are_stored, begin, end),
        cmocka_unit_test_setup_teardown(import_blank_lines_are_skipped, begin, end),
        cmocka_unit_test_setup_teardown(import_without_header_is_refused, begin, end),
        cmocka_unit_test_setup_teardown(import_version1_equals_version2, begin, end),
        cmocka_unit_test_setup_teardown(import_version2_keeps_user_lists, begin, end),
        cmocka_unit_test_setup_teardown(import_non_json_is_refused, begin, end),
        cmocka_unit_test_setup_teardown(import_nul_byte_is_refused, begin, end),
        cmocka_unit_test_setup_teardown(import_deep_nesting_is_refused, begin, end),
        cmocka_unit_test_setup_teardown(import_overlong_line_is_refused, begin, end),
        cmocka_unit_test_setup_teardown(import_missing_or_extra_key_is_refused, begin, end),
        cmocka_unit_test_setup_teardown(import_wrong_value_type_is_refused, begin, end),
        cmocka_unit_test_setup_teardown(import_impossible_time_is_refused, begin, end),
        cmocka_unit_test_setup_teardown(import_overlong_text_is_refused, begin, end),
        cmocka_unit_test_setup_teardown(import_text_is_cleaned, begin, end),
        cmocka_unit_test_setup_teardown(import_tags_are_sorted, begin, end),
        cmocka_unit_test_setup_teardown(import_address_is_canonical, begin, end),
        cmocka_unit_test_setup_teardown(import_two_addresses_stay_two, begin, end),
    };
    return cmocka_run_group_tests(tests, temp_dir_make, temp_dir_remove);
}
