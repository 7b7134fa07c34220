#include "journal_fixture.h"
#include "observed_fixture.h"

#include "base/clock.h"
#include "builtin_lists.h"
#include "journal/json_read.h"
#include "journal_fixture.h"

#include <inttypes.h>
#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

/* Everything in these journals was seen by then. */
static const int64_t LATER_MS = INT64_C(1800000000000);

#define HEAD "{\"journal\":2,\"tool\":\"whylisted\"}\n"

static struct fault fault;
static struct journal_totals added, changed;

/* ---- out and in ---- */

static bool
append(void *arg, const char *bytes, size_t count)
{
    buf_bytes(arg, bytes, count);
    return true;
}

static char *
export_of(struct journal *j)
{
    struct buf out = {0};
    if (!journal_export(j, append, &out, &fault))
        fail_msg("%s", fault.text);
    return buf_take(&out);
}

static void
assert_export(struct journal *j, const char *expected)
{
    char *text = export_of(j);
    assert_string_equal(text, expected);
    free(text);
}

static void
assert_same_export(struct journal *a, struct journal *b)
{
    char *text = export_of(a);
    assert_export(b, text);
    free(text);
}

struct supply {
    const char *at;
    size_t count, piece; /* what is left, and how much is read at once */
    int64_t now_ms;      /* moves on by 200 ms with each piece, unless it is 0 */
};

static long
read_supply(void *arg, char *room, size_t count)
{
    struct supply *s = arg;
    size_t take = s->count < s->piece ? s->count : s->piece;
    take = take < count ? take : count;
    memcpy(room, s->at, take);
    s->at += take;
    s->count -= take;
    if (s->now_ms)
        clock_fake(s->now_ms += 200, LATER_MS);
    return (long)take;
}

static enum journal_result
import_bytes(struct journal *j, const char *bytes, size_t count, size_t piece)
{
    struct supply supply = {.at = bytes, .count = count, .piece = piece};
    return journal_import(j, read_supply, &supply, "x.json", NULL, NULL, &added, &changed, &fault);
}

static void
import_text(struct journal *j, const char *text)
{
    if (import_bytes(j, text, strlen(text), SIZE_MAX) != JOURNAL_DONE)
        fail_msg("%s", fault.text);
}

static void
merge(struct journal *into, const struct journal *from)
{
    if (journal_merge(into, journal_path(from), NULL, NULL, &added, &changed, &fault) != JOURNAL_DONE)
        fail_msg("%s", fault.text);
}

static void
assert_counts(const struct journal_totals *count, uint64_t observations, uint64_t cases, uint64_t notes, uint64_t told,
              uint64_t neighbours, uint64_t snapshots)
{
    assert_int_equal(count->observations, observations);
    assert_int_equal(count->cases, cases);
    assert_int_equal(count->notes, notes);
    assert_int_equal(count->contacts, told);
    assert_int_equal(count->neighbours, neighbours);
    assert_int_equal(count->counts, snapshots);
}

static void
assert_nothing(const struct journal_totals *count)
{
    assert_counts(count, 0, 0, 0, 0, 0, 0);
}

static void
assert_empty(struct journal *j)
{
    struct journal_totals count;
    assert_true(journal_totals_read(j, &count, &fault));
    assert_nothing(&count);
}

/* ---- what is moved ---- */

static void
observe(struct journal *j, const struct observation *o)
{
    DONE(journal_observe(j, o, NULL, &journal_fixture_fault));
}

static struct observation
look(uint32_t address, int64_t at_ms, const char *name)
{
    return (struct observation){
        .address = addr_from_v4(address),
        .first_ms = at_ms,
        .last_ms = at_ms,
        .times = 1,
        .source = SOURCE_ZONE,
        .verdict = VERDICT_CLEAR,
        .headline = "Not listed",
        .lists = observed_of(STATE_CLEAR),
        .score = LISTING_UNKNOWN,
        .name = (char *)name,
    };
}

/* Everything that can be known of an address, and a second look at it. */
static void
observe_all(struct journal *j)
{
    struct listed_net wide = {
        .kind = NET_ANNOUNCED, .impacts = 23, .abusers = LISTING_UNKNOWN, .limit = 9, .from_zone = true};
    struct listed_net old = {
        .kind = NET_SLASH24, .impacts = LISTING_UNKNOWN, .abusers = 7, .limit = 4, .permanent = true};
    struct observation o = look(0xCB007107, 1783361580123, "mail.example.com");
    assert_true(prefix_parse("203.0.112.0/22", &wide.prefix, NULL));
    assert_true(prefix_parse("203.0.113.0/24", &old.prefix, NULL));
    wide.holder = (struct holder){64500, "EXAMPLE Example Hosting", "DE"};
    o.resolver = "127.0.0.1:53";
    o.source = SOURCE_DNS;
    o.serial = 2026070618;
    o.verdict = VERDICT_DIRECT;
    o.causes = CAUSE_ADDRESS | CAUSE_PROVIDER;
    o.headline = "203.0.113.7 ist \"schuld\"\\";
    observed_set(&o, "level1", STATE_LISTED);
    observed_set(&o, "level2", STATE_LISTED);
    observed_set(&o, "level3", STATE_LISTED);
    observed_set(&o, "exemption", STATE_REFUSED);
    observed_set(&o, "backscatterer", STATE_TIMEOUT);
    o.asn = 64500;
    o.org = "EXAMPLE Example Hosting";
    strcpy(o.country, "DE");
    o.score_asn = 64501;
    o.score = 79.7;
    vec_push(&o.nets, old);
    vec_push(&o.nets, wide);
    observed_say(&o, "level2", "Net \"x\" \\ is listed");
    observed_say(&o, "level3", "Dein Anbieter Müller");
    observe(j, &o);
    o.first_ms = o.last_ms += 3600 * 1000;
    o.score = 0.1 + 0.2; /* takes 17 digits */
    observe(j, &o);
    vec_free(&o.nets);
    struct observation v6 = look(0, 1783361580000, NULL);
    assert_true(addr_parse("2001:db8::7", &v6.address));
    observe(j, &v6);
}

static void
fill(struct journal *j)
{
    struct prefix prefix;
    uint32_t listed[] = {0xCB007107, 0xCB007163};
    struct journal_count net = {.at_ms = 1783360800000, .serial = 2026070620, .listed = 3, .impacts = -1, .limit = 4};
    struct journal_count asn = {.at_ms = 1783360800000, .listed = 9, .impacts = 99, .limit = 1591.808};
    observe_all(j);
    journal_fixture_at(0);
    journal_fixture_note(j, "first\n\n  \"second\"\tline \\");
    journal_fixture_at(1);
    journal_fixture_note(j, "another");
    journal_fixture_tags(j, "vip, mail");
    journal_fixture_ticket(j, "T-1");
    journal_fixture_due(j, 1783361580001);
    journal_fixture_tell(j, "abuse@example.net", NULL);
    journal_fixture_tell(j, "noc@example.net", "by phone");
    journal_fixture_state(j, CASE_WAITING);
    assert_true(prefix_parse("203.0.113.0/24", &prefix, NULL));
    DONE(journal_neighbours_add(j, &prefix, 1783361580000, listed, 2, NULL, 0, &journal_fixture_fault));
    DONE(journal_neighbours_add(j, &prefix, 1783361590000, listed, 1, NULL, 0, &journal_fixture_fault));
    net.resource = resource_of_net(&prefix);
    asn.resource = resource_of_asn(64500);
    DONE(journal_count_store(j, &net, &journal_fixture_fault));
    DONE(journal_count_store(j, &asn, &journal_fixture_fault));
    clock_real();
}

/* ---- there and back ---- */

static void
export_import_round_trips(void **state)
{
    (void)state;
    struct journal *j = journal_fixture_new("full.db");
    fill(j);
    char *text = export_of(j);
    static const size_t pieces[] = {1, 7, 1000, SIZE_MAX};
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        struct journal *copy = journal_fixture_new("copy.db");
        assert_int_equal(import_bytes(copy, text, strlen(text), pieces[i]), JOURNAL_DONE);
        assert_counts(&added, 3, 1, 2, 2, 2, 2);
        assert_nothing(&changed);
        assert_export(copy, text);
        journal_close(copy);
    }
    free(text);
    journal_close(j);
}

static void
export_is_valid_json(void **state)
{
    (void)state;
    struct journal *j = journal_fixture_new("read.db");
    struct observation o = look(0xCB007107, 1783361580123, NULL);
    observed_set(&o, "level1", STATE_LISTED);
    observed_say(&o, "level1", "a");
    observed_say(&o, "level1", "b");
    o.uuid = uuid_of_name("look");
    enum journal_change change;
    assert_export(j, "{\"journal\":2,\"tool\":\"" PACKAGE_NAME " " PACKAGE_VERSION "\"}\n");
    DONE(journal_begin(j, &journal_fixture_fault));
    DONE(journal_merge_observation(j, &o, &change, &journal_fixture_fault));
    DONE(journal_commit(j, &journal_fixture_fault));
    char *text = export_of(j), uuid[UUID_TEXT];
    struct buf expected = {0};
    buf_format(&expected,
               "\n{\"address\":\"203.0.113.7\",\"asn\":null,\"cause\":[],\"country\":null,"
               "\"first\":\"2026-07-06T18:13:00.123Z\",\"headline\":\"Not listed\","
               "\"last\":\"2026-07-06T18:13:00.123Z\",\"lists\":["
               "{\"list\":\"dnsbl-1.uceprotect.net\",\"part\":\"level1\",\"state\":\"listed\",\"texts\":[\"a\",\"b\"]},"
               "{\"list\":\"dnsbl-2.uceprotect.net\",\"part\":\"level2\",\"state\":\"clear\",\"texts\":[]},"
               "{\"list\":\"dnsbl-3.uceprotect.net\",\"part\":\"level3\",\"state\":\"clear\",\"texts\":[]},"
               "{\"list\":\"ips.whitelisted.org\",\"part\":\"exemption\",\"state\":\"clear\",\"texts\":[]},"
               "{\"list\":\"ips.backscatterer.org\",\"part\":\"backscatterer\",\"state\":\"clear\",\"texts\":[]}],"
               "\"name\":null,\"nets\":[],\"org\":null,\"resolver\":null,\"score\":null,\"score_asn\":null,"
               "\"serial\":null,\"source\":\"zone\",\"times\":1,\"type\":\"observation\",\"uid\":\"%s\","
               "\"verdict\":\"clear\"}\n",
               uuid_text(&o.uuid, uuid));
    assert_string_equal(strchr(text, '\n'), buf_string(&expected));
    buf_free(&expected);
    free(text);
    journal_close(j);
}

static int
by_line(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* As sort does; the caller frees. */
static char *
sort_lines(const char *text)
{
    char *copy = mem_copy(text), *rest = copy, *line;
    VEC(char *) lines = {0};
    struct buf out = {0};
    while ((line = strsep(&rest, "\n")) != NULL)
        if (*line)
            vec_push(&lines, line);
    qsort(lines.at, lines.count, sizeof *lines.at, by_line);
    for (size_t i = 0; i < lines.count; i++)
        buf_format(&out, "%s\n", lines.at[i]);
    vec_free(&lines);
    free(copy);
    return buf_take(&out);
}

static void
import_lines_in_any_order(void **state)
{
    (void)state;
    struct journal *j = journal_fixture_new("order.db"), *copy = journal_fixture_new("sorted.db");
    fill(j);
    char *text = export_of(j), *sorted = sort_lines(text);
    assert_string_not_equal(text, sorted);
    import_text(copy, sorted);
    assert_export(copy, text);
    free(sorted);
    free(text);
    journal_close(copy);
    journal_close(j);
}

static void
import_twice_changes_nothing(void **state)
{
    (void)state;
    struct journal *j = journal_fixture_new("twice.db"), *copy = journal_fixture_new("twice-copy.db");
    fill(j);
    char *text = export_of(j);
    import_text(copy, text);
    import_text(copy, text);
    assert_nothing(&added);
    assert_nothing(&changed);
    merge(copy, j);
    assert_nothing(&added);
    assert_nothing(&changed);
    assert_export(copy, text);
    free(text);
    journal_close(copy);
    journal_close(j);
}

static void
export_long_case_takes_several_lines(void **state)
{
    (void)state;
    enum { NOTES = 40 };
    struct journal *j = journal_fixture_new("notes.db"), *copy = journal_fixture_new("notes-copy.db");
    char *note = mem_alloc(CASE_NOTE_MOST + 1);
    memset(note, '"', CASE_NOTE_MOST); /* each takes two bytes */
    note[CASE_NOTE_MOST] = '\0';
    for (int i = 0; i < NOTES; i++) {
        journal_fixture_at(i);
        note[0] = (char)('A' + i);
        journal_fixture_note(j, note);
        journal_fixture_tell(j, "abuse@example.net", NULL);
    }
    clock_real();
    char *text = export_of(j);
    size_t lines = 0;
    for (const char *line = text; *line; lines++, line += strcspn(line, "\n") + 1)
        assert_true(strcspn(line, "\n") <= JOURNAL_LINE_MOST);
    assert_true(lines > 2);
    import_text(copy, text);
    assert_counts(&added, 0, 1, NOTES, NOTES, 0, 0);
    assert_export(copy, text);
    free(text);
    free(note);
    journal_close(copy);
    journal_close(j);
}

static bool
stop_writing(void *arg, const char *bytes, size_t count)
{
    (void)bytes, (void)count;
    return ++*(int *)arg < 2;
}

static void
export_stops_when_output_closes(void **state)
{
    (void)state;
    struct journal *j = journal_fixture_new("unwanted.db");
    int calls = 0;
    DONE(journal_begin(j, &journal_fixture_fault));
    for (uint32_t i = 0; i < 1000; i++) {
        struct observation o = look(i, 1000, NULL);
        observe(j, &o);
    }
    DONE(journal_commit(j, &journal_fixture_fault));
    assert_false(journal_export(j, stop_writing, &calls, &fault));
    assert_int_equal(calls, 2);
    assert_string_equal(fault.text, "");
    journal_close(j);
}

/* ---- merging ---- */

static void
observe_many(struct journal *j, uint32_t from, uint32_t count, int64_t at_ms)
{
    DONE(journal_begin(j, &journal_fixture_fault));
    for (uint32_t i = 0; i < count; i++) {
        struct observation o = look(from + i, at_ms + i, (from + i) % 3 ? "mail.example.com" : NULL);
        observe(j, &o);
    }
    DONE(journal_commit(j, &journal_fixture_fault));
}

static uint64_t
observations_of(struct journal *j)
{
    struct journal_totals count;
    assert_true(journal_totals_read(j, &count, &fault));
    return count.observations;
}

/* Of the common ones, each journal has seen some once more. */
static void
merge_10000_and_10000_gives_19000(void **state)
{
    (void)state;
    struct journal *a = journal_fixture_new("a.db"), *b;
    observe_many(a, 0x14000000, 1000, 1783361580000);
    journal_close(a);
    journal_fixture_copy("a.db", "b.db");
    a = journal_fixture_open("a.db");
    b = journal_fixture_open("b.db");
    observe_many(a, 0x14000000, 100, 1783365180000);
    observe_many(b, 0x14000032, 100, 1783368780000);
    observe_many(a, 0x14010000, 9000, 1783361580000);
    observe_many(b, 0x14020000, 9000, 1783361580000);
    assert_int_equal(observations_of(a), 10000);
    assert_int_equal(observations_of(b), 10000);
    journal_close(a);
    journal_close(b);
    journal_fixture_copy("a.db", "ab.db");
    journal_fixture_copy("b.db", "ba.db");
    a = journal_fixture_open("a.db");
    b = journal_fixture_open("b.db");
    struct journal *ab = journal_fixture_open("ab.db"), *ba = journal_fixture_open("ba.db");
    merge(ab, b);
    assert_counts(&added, 9000, 0, 0, 0, 0, 0);
    assert_counts(&changed, 100, 0, 0, 0, 0, 0);
    merge(ba, a);
    assert_counts(&added, 9000, 0, 0, 0, 0, 0);
    assert_int_equal(observations_of(ab), 19000);
    assert_int_equal(observations_of(ba), 19000);
    assert_same_export(ab, ba);
    journal_close(ab);
    journal_close(ba);
    journal_close(a);
    journal_close(b);
}

static void
merge_later_change_wins_both_notes_stay(void **state)
{
    (void)state;
    struct journal *a = journal_fixture_new("mine.db"), *b;
    journal_fixture_at(0);
    journal_fixture_note(a, "as we both know");
    journal_close(a);
    journal_fixture_copy("mine.db", "yours.db");
    a = journal_fixture_open("mine.db");
    b = journal_fixture_open("yours.db");
    journal_fixture_at(10);
    journal_fixture_note(a, "what I think");
    journal_fixture_ticket(a, "T-1");
    journal_fixture_state(b, CASE_WAITING);
    journal_fixture_at(20);
    journal_fixture_note(b, "what you think");
    journal_fixture_ticket(b, "T-2");
    journal_fixture_state(a, CASE_CLOSED);
    clock_real();
    merge(a, b);
    assert_counts(&added, 0, 0, 1, 0, 0, 0);
    merge(b, a);
    assert_same_export(a, b);
    journal_fixture_assert_note(a, "what I think\n----\nwhat you think");
    struct journal_case c;
    journal_fixture_find(b, &c);
    assert_string_equal(c.ticket, "T-2");
    assert_int_equal(c.state, CASE_CLOSED);
    journal_case_fini(&c);
    journal_close(a);
    journal_close(b);
}

static void
assert_no_merge(struct journal *j, const char *path, const char *why)
{
    assert_int_equal(journal_merge(j, path, NULL, NULL, &added, &changed, &fault), JOURNAL_FAILED);
    if (!strstr(fault.text, why))
        fail_msg("\"%s\" does not say \"%s\"", fault.text, why);
    assert_nothing(&added);
    assert_empty(j);
}

static void
write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void
merge_other_file_is_refused(void **state)
{
    (void)state;
    struct journal *j = journal_fixture_new("self.db"), *newer = journal_fixture_new("newer.db");
    struct buf other = {0};
    fill(newer);
    assert_int_equal(sqlite3_exec(newer->db, "PRAGMA user_version = 99", NULL, NULL, NULL), SQLITE_OK);
    assert_no_merge(j, journal_path(newer), "a newer version of the program wrote it");
    journal_close(newer);
    assert_no_merge(j, journal_path(j), "with itself");
    buf_format(&other, "%s-link", journal_path(j));
    assert_int_equal(symlink(journal_path(j), buf_string(&other)), 0);
    assert_no_merge(j, buf_string(&other), "with itself");
    buf_text(&other, "-none");
    assert_no_merge(j, buf_string(&other), "there is none");
    write_file(buf_string(&other), HEAD);
    assert_no_merge(j, buf_string(&other), "an export is taken in with journal import");
    buf_free(&other);
    journal_close(j);
}

static char *
bytes_of(const char *path, size_t *count)
{
    struct stat is;
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    assert_int_equal(fstat(fileno(file), &is), 0);
    char *bytes = mem_alloc((size_t)is.st_size);
    *count = fread(bytes, 1, (size_t)is.st_size, file);
    fclose(file);
    return bytes;
}

static void
merge_leaves_source_unchanged(void **state)
{
    (void)state;
    struct journal *j = journal_fixture_new("into.db"), *other = journal_fixture_new("other.db");
    fill(other);
    char *path = mem_copy(journal_path(other));
    journal_close(other);
    assert_int_equal(chmod(path, 0400), 0);
    size_t before_count, after_count;
    char *before = bytes_of(path, &before_count);
    assert_int_equal(journal_merge(j, path, NULL, NULL, &added, &changed, &fault), JOURNAL_DONE);
    char *after = bytes_of(path, &after_count);
    assert_int_equal(before_count, after_count);
    assert_memory_equal(before, after, before_count);
    other = journal_fixture_open("other.db");
    assert_same_export(j, other);
    free(before);
    free(after);
    free(path);
    journal_close(other);
    journal_close(j);
}

/* By one rule with import. */
static void
record_from_the_future_is_left_out(void **state)
{
    (void)state;
    struct journal *j = journal_fixture_new("now.db"), *other = journal_fixture_new("ahead.db");
    enum { DAY_MS = 24 * 60 * 60 * 1000 };
    clock_fake(1000, LATER_MS);
    struct observation o = look(0xCB007107, LATER_MS + DAY_MS, NULL);
    observe(other, &o);
    merge(j, other); /* clocks may differ by a day */
    assert_int_equal(added.observations, 1);
    o = look(0xCB007108, LATER_MS + DAY_MS + 1000, NULL);
    observe(other, &o);
    static const char why[] = "\"first\" must be a time that has come, by the clock here, not \"2027-01-16T08:00:01Z\"";
    assert_int_equal(journal_merge(j, journal_path(other), NULL, NULL, &added, &changed, &fault), JOURNAL_DONE);
    if (!strstr(fault.text, why) || !strstr(fault.text, "a record was left out: ") ||
        !strstr(fault.text, "ahead.db, 203.0.113.8: "))
        fail_msg("%s", fault.text);
    o.address = addr_from_v4(0xCB007109);
    observe(other, &o);
    char *text = export_of(other);
    assert_int_equal(import_bytes(j, text, strlen(text), SIZE_MAX), JOURNAL_DONE);
    if (!strstr(fault.text, why) || !strstr(fault.text, "2 records were left out, the first: ") ||
        !strstr(fault.text, "x.json, line 3: "))
        fail_msg("%s", fault.text);
    assert_int_equal(observations_of(j), 1);
    clock_fake(1000, LATER_MS - 10 * (int64_t)DAY_MS); /* the wrong clock is that of this computer */
    assert_int_equal(import_bytes(j, text, strlen(text), SIZE_MAX), JOURNAL_FAILED);
    if (!strstr(fault.text, "must be a time that has come") || !strstr(fault.text, "; nothing was changed"))
        fail_msg("%s", fault.text);
    clock_real();
    free(text);
    journal_close(other);
    journal_close(j);
}

/* A file that was changed by hand, or by a program with a fault. */
static void
observation_with_many_nets_is_exported_for_import(void **state)
{
    (void)state;
    struct journal *j = journal_fixture_new("many.db"), *other = journal_fixture_new("other.db");
    struct observation o = look(0xCB007108, LATER_MS, NULL);
    clock_fake(1000, LATER_MS);
    observe(j, &o);
    assert_int_equal(sqlite3_exec(j->db,
                                  "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n LIMIT 100000)"
                                  " INSERT OR IGNORE INTO observation_net SELECT 1, (i >> 16) || '.' || (i >> 8 & 255)"
                                  " || '.' || (i & 255) || '.0/24', 'announced', 0, 0, 7, NULL, 1, NULL, NULL, NULL"
                                  " FROM n",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    char *text = export_of(j);
    assert_int_equal(import_bytes(other, text, strlen(text), SIZE_MAX), JOURNAL_DONE);
    assert_int_equal(added.observations, 1);
    assert_string_equal(fault.text, "");
    clock_real();
    free(text);
    journal_close(other);
    journal_close(j);
}

/* ---- what was done to cases ---- */

static journal_import_report news;

static void
read_import_report(struct journal *j, size_t most, size_t count, uint64_t others)
{
    uint64_t old;
    uint64_t more;
    journal_import_report_fini(&news);
    if (!journal_import_report_of(j, most, &news, &more, &old, &fault))
        fail_msg("%s", fault.text);
    assert_int_equal(news.count, count);
    assert_int_equal(more, others);
}

static void
import_report_names_changed_cases(void **state)
{
    (void)state;
    struct journal *a = journal_fixture_new("told-a.db"), *b;
    struct resource net = journal_fixture_resource("198.51.100.0/24"), as = journal_fixture_resource("AS64500");
    journal_fixture_at(0);
    journal_fixture_note(a, "as we both know");
    DONE(journal_case_set_note(a, &net, "of the net", &journal_fixture_fault));
    DONE(journal_case_set_tags(a, &net, "vip", &journal_fixture_fault));
    journal_close(a);
    journal_fixture_copy("told-a.db", "told-b.db");
    a = journal_fixture_open("told-a.db");
    b = journal_fixture_open("told-b.db");
    journal_fixture_at(10);
    journal_fixture_note(a, "what I think");
    journal_fixture_at(20);
    journal_fixture_note(b, "what you think");
    journal_fixture_ticket(b, "T-2");
    journal_fixture_state(b, CASE_CLOSED);
    DONE(journal_case_set_note(b, &net, "of the net, and more", &journal_fixture_fault));
    DONE(journal_case_set_tags(b, &net, "", &journal_fixture_fault));
    DONE(journal_case_add_contact(b, &as, "noc@example.net", NULL, 30, &journal_fixture_fault));
    clock_real();
    merge(a, b);
    read_import_report(a, 10, 3, 0);
    const struct journal_case_change *both = &news.at[0], *changed_note = &news.at[1], *new = &news.at[2];
    char text[RESOURCE_TEXT];
    assert_string_equal(resource_text(&both->resource, text),
                        JOURNAL_FIXTURE_ADDRESS); /* what is to be tidied comes first */
    assert_false(both->is_new);
    assert_int_equal(both->was, CASE_OPEN);
    assert_int_equal(both->is, CASE_CLOSED);
    assert_true(both->has_ticket);
    assert_string_equal(both->ticket, "T-2");
    assert_false(both->has_due);
    assert_int_equal(both->notes, 1);
    assert_int_equal(both->side_by_side, 2);
    assert_string_equal(resource_text(&changed_note->resource, text), "198.51.100.0/24");
    assert_int_equal(changed_note->notes, 1);
    assert_int_equal(changed_note->notes_replaced, 1);
    assert_int_equal(changed_note->side_by_side, 0);
    assert_true(changed_note->has_tags);
    assert_null(changed_note->tags);
    assert_string_equal(resource_text(&new->resource, text), "AS64500");
    assert_true(new->is_new);
    assert_int_equal(new->contacts, 1);
    read_import_report(a, 2, 2, 1);
    merge(a, b);
    read_import_report(a, 10, 0, 0); /* the second time there is none */
    journal_import_report_fini(&news);
    journal_close(a);
    journal_close(b);
}

/* Also of one that takes several lines. */
static void
import_report_names_case_once(void **state)
{
    (void)state;
    enum { NOTES = 8 };
    struct journal *j = journal_fixture_new("many.db"), *copy = journal_fixture_new("many-copy.db");
    struct buf lines = {0};
    buf_text(&lines, HEAD);
    for (int i = 0; i < NOTES; i++) {
        journal_fixture_at(i);
        journal_fixture_note(j, i % 2 ? "one" : "other");
        char *text = export_of(j);
        buf_text(&lines, strchr(text, '\n') + 1);
        free(text);
    }
    clock_real();
    import_text(copy, buf_string(&lines));
    read_import_report(copy, 10, 1, 0);
    assert_true(news.at[0].is_new);
    assert_int_equal(news.at[0].side_by_side, 0);
    journal_import_report_fini(&news);
    buf_free(&lines);
    journal_close(copy);
    journal_close(j);
}

/* ---- on the way ---- */

struct progress {
    int calls, most;
    enum journal_stage stop; /* once this has begun, too */
    uint64_t done, total;
    bool seen[JOURNAL_STAGE_STORE + 1];
};

static bool
note_progress(void *arg, enum journal_stage stage, uint64_t done, uint64_t total)
{
    struct progress *p = arg;
    p->seen[stage] = true;
    if (stage == JOURNAL_STAGE_READ) {
        assert_true(done >= p->done);
        p->done = done;
        p->total = total;
    }
    return ++p->calls < p->most && stage != p->stop;
}

static void
import_reports_progress(void **state)
{
    (void)state;
    struct journal *j = journal_fixture_new("far.db"), *copy = journal_fixture_new("far-copy.db");
    fill(j);
    char *text = export_of(j);
    struct supply supply = {.at = text, .count = strlen(text), .piece = 100, .now_ms = 1000};
    struct progress progress = {.most = INT32_MAX, .stop = JOURNAL_STAGE_WAIT};
    clock_fake(1000, LATER_MS);
    assert_int_equal(
        journal_import(copy, read_supply, &supply, "x.json", note_progress, &progress, &added, &changed, &fault),
        JOURNAL_DONE);
    clock_real();
    assert_true(progress.calls >= (int)(strlen(text) / 100));
    assert_int_equal(progress.done, strlen(text));
    assert_int_equal(progress.total, 0);
    assert_true(progress.seen[JOURNAL_STAGE_STORE]); /* what comes last takes long, too */
    free(text);
    journal_close(copy);
    journal_close(j);
}

/* Between two pieces, and when all is read and is to be kept. */
static void
import_stopped_changes_nothing(void **state)
{
    (void)state;
    struct journal *j = journal_fixture_new("stop.db"), *copy = journal_fixture_new("stop-copy.db");
    fill(j);
    char *text = export_of(j);
    struct progress stops[] = {{.most = 2, .stop = JOURNAL_STAGE_STORE}, {.most = 1000, .stop = JOURNAL_STAGE_STORE}};
    for (size_t i = 0; i < sizeof stops / sizeof *stops; i++) {
        struct supply supply = {.at = text, .count = strlen(text), .piece = 2000, .now_ms = 1000};
        clock_fake(1000, LATER_MS);
        assert_int_equal(
            journal_import(copy, read_supply, &supply, "x.json", note_progress, &stops[i], &added, &changed, &fault),
            JOURNAL_FAILED);
        clock_real();
        assert_string_equal(fault.text, "the import was stopped; nothing was changed");
        assert_nothing(&added);
        assert_empty(copy);
    }
    import_text(copy, text); /* and it can be begun again */
    assert_export(copy, text);
    free(text);
    journal_close(copy);
    journal_close(j);
}

static void
import_waiting_reports_and_stops(void **state)
{
    (void)state;
    struct journal *j = journal_fixture_new("busy.db"), *other = journal_fixture_open("busy.db");
    struct supply supply = {.at = HEAD, .count = strlen(HEAD), .piece = SIZE_MAX};
    struct progress progress = {.most = 3, .stop = JOURNAL_STAGE_STORE};
    DONE(journal_begin(other, &journal_fixture_fault));
    sqlite3_busy_timeout(j->db, 60 * 1000);
    assert_int_equal(
        journal_import(j, read_supply, &supply, "x.json", note_progress, &progress, &added, &changed, &fault),
        JOURNAL_FAILED);
    assert_true(progress.seen[JOURNAL_STAGE_WAIT]);
    assert_int_equal(progress.calls, 3);
    assert_string_equal(fault.text, "the import was stopped; nothing was changed");
    journal_undo(other);
    import_text(j, HEAD); /* once the other is done */
    journal_close(other);
    journal_close(j);
}

static long
fail_to_read(void *arg, char *room, size_t count)
{
    (void)room, (void)count;
    fault_set(arg, "cannot read x.json: the disk is gone");
    return -1;
}

static void
import_unreadable_changes_nothing(void **state)
{
    (void)state;
    struct journal *j = journal_fixture_new("unread.db");
    assert_int_equal(journal_import(j, fail_to_read, &fault, "x.json", NULL, NULL, &added, &changed, &fault),
                     JOURNAL_FAILED);
    assert_string_equal(fault.text, "cannot read x.json: the disk is gone");
    assert_empty(j);
    journal_close(j);
}

static void
import_readonly_is_refused(void **state)
{
    (void)state;
    struct journal *j = journal_fixture_new("reads.db");
    struct fault notice;
    char *path = mem_copy(journal_path(j));
    journal_close(j);
    j = journal_open(path, false, JOURNAL_READS, 0, &notice, &fault);
    assert_non_null(j);
    assert_int_equal(import_bytes(j, HEAD, strlen(HEAD), SIZE_MAX), JOURNAL_FAILED);
    assert_non_null(strstr(fault.text, "it was opened for reading"));
    free(path);
    journal_close(j);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(export_import_round_trips),
        cmocka_unit_test(export_is_valid_json),
        cmocka_unit_test(import_lines_in_any_order),
        cmocka_unit_test(import_twice_changes_nothing),
        cmocka_unit_test(export_long_case_takes_several_lines),
        cmocka_unit_test(export_stops_when_output_closes),
        cmocka_unit_test(merge_10000_and_10000_gives_19000),
        cmocka_unit_test(merge_later_change_wins_both_notes_stay),
        cmocka_unit_test(merge_other_file_is_refused),
        cmocka_unit_test(merge_leaves_source_unchanged),
        cmocka_unit_test(record_from_the_future_is_left_out),
        cmocka_unit_test(observation_with_many_nets_is_exported_for_import),
        cmocka_unit_test(import_report_names_changed_cases),
        cmocka_unit_test(import_report_names_case_once),
        cmocka_unit_test(import_reports_progress),
        cmocka_unit_test(import_stopped_changes_nothing),
        cmocka_unit_test(import_waiting_reports_and_stops),
        cmocka_unit_test(import_unreadable_changes_nothing),
        cmocka_unit_test(import_readonly_is_refused),
    };
    return cmocka_run_group_tests(tests, temp_dir_make, temp_dir_remove);
}
