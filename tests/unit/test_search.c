#include "journal_fixture.h"
#include "observed_fixture.h"

#include "base/clock.h"
#include "base/text.h"
#include "builtin_lists.h"
#include "journal/search.h"
#include "journal_fixture.h"

#include <math.h>
#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct journal *journal;
static struct fault fault;

enum { NOW = JOURNAL_FIXTURE_T0 + 1000 * 1000 };

/* ---- what there is ---- */

/* A test changes it before storing it. Its strings are literals. */
static struct observation
look(const char *address, int64_t at_ms)
{
    struct observation o = {
        .first_ms = at_ms,
        .last_ms = at_ms,
        .times = 1,
        .source = SOURCE_DNS,
        .verdict = VERDICT_CLEAR,
        .headline = "Not listed",
        .lists = observed_of(STATE_CLEAR),
        .score = LISTING_UNKNOWN,
    };
    assert_true(addr_parse(address, &o.address));
    return o;
}

static void
add_net(struct observation *o, const char *prefix, int64_t impacts, int64_t limit)
{
    struct listed_net net = {.kind = NET_ANNOUNCED, .impacts = impacts, .abusers = LISTING_UNKNOWN, .limit = limit};
    assert_true(prefix_parse(prefix, &net.prefix, NULL));
    vec_push(&o->nets, net);
}

static void
keep(struct observation *o)
{
    DONE(journal_observe(journal, o, NULL, &journal_fixture_fault));
    vec_free(&o->nets);
}

static int
begin(void **state)
{
    (void)state;
    journal = journal_fixture_new("find.db");
    return 0;
}

static int
end(void **state)
{
    (void)state;
    journal_close(journal);
    return 0;
}

/* A little of everything. */
static void
fill(void)
{
    struct observation o = look("203.0.113.7", 1000);
    o.asn = 64500;
    o.org = "HARBOR Harbor Net";
    strcpy(o.country, "DE");
    o.name = "mail-7.harbor.example";
    keep(&o);
    o = look("203.0.113.7", 2000);
    o.verdict = VERDICT_DIRECT;
    o.causes = CAUSE_ADDRESS | CAUSE_ALLOCATION;
    observed_set(&o, "level1", STATE_LISTED);
    observed_set(&o, "level2", STATE_LISTED);
    o.asn = 64500;
    o.org = "HARBOR Harbor Net";
    strcpy(o.country, "DE");
    o.name = "mail-7.harbor.example";
    add_net(&o, "203.0.113.0/24", 30, 4);
    add_net(&o, "203.0.112.0/22", 99, 9);
    add_net(&o, "203.0.112.0/20", LISTING_UNKNOWN, 21); /* wider, but nobody knows how bad */
    keep(&o);
    o = look("203.0.114.9", 3000);
    o.verdict = VERDICT_COLLATERAL;
    observed_set(&o, "level3", STATE_LISTED);
    o.asn = 64501;
    o.score_asn = 64500;
    o.score = 79.7;
    o.org = "Müller Telekom";
    strcpy(o.country, "AT");
    keep(&o);
    o = look("198.51.100.1", 4000);
    o.verdict = VERDICT_UNKNOWN;
    observed_set(&o, "level1", STATE_TIMEOUT);
    o.asn = 645001;
    keep(&o);
    o = look("2001:db8::25", 5000);
    o.name = "v6.example.org";
    keep(&o);
}

static struct resource
resource_of(const char *text)
{
    return journal_fixture_resource(text);
}

static void
open_cases(void)
{
    struct resource address = resource_of("203.0.113.7"), net = resource_of("203.0.112.0/22"),
                    asn = resource_of("AS64500");
    journal_fixture_at(0);
    DONE(journal_case_set_note(journal, &address, "\n\nCalled the  landlord\nabout spam", &journal_fixture_fault));
    DONE(journal_case_set_tags(journal, &address, "vip mail", &journal_fixture_fault));
    journal_fixture_at(10);
    DONE(journal_case_set_ticket(journal, &net, "T-4711", &journal_fixture_fault));
    DONE(journal_case_set_state(journal, &net, CASE_WAITING, &journal_fixture_fault));
    journal_fixture_at(20);
    DONE(journal_case_add_contact(journal, &asn, "abuse@harbor.example", "by letter", JOURNAL_FIXTURE_T0,
                                  &journal_fixture_fault));
    DONE(journal_case_set_state(journal, &asn, CASE_CLOSED, &journal_fixture_fault));
    journal_fixture_at(1000 * 1000);
}

/* ---- looking ---- */

static void
parse(struct filter *filter, const char *text)
{
    if (!filter_parse(filter, text, journal_filter(), &fault))
        fail_msg("%s: %s", text, fault.text);
}

static bool
find_most(const char *text, size_t most, journal_entries *out)
{
    struct filter filter = {0};
    bool more;
    *out = (journal_entries){0};
    parse(&filter, text);
    if (!journal_find(journal, &filter, NOW, most, JOURNAL_PATIENT, out, &more, NULL, &fault))
        fail_msg("%s: %s", text, fault.text);
    filter_fini(&filter);
    return more;
}

/* The caller frees. */
static char *
ptr_cache_of(const journal_entries *entries)
{
    struct buf names = {0};
    buf_text(&names, "");
    for (size_t i = 0; i < entries->count; i++) {
        char text[RESOURCE_TEXT];
        buf_format(&names, "%s%s", i > 0 ? " " : "", resource_text(&entries->at[i].resource, text));
    }
    return buf_take(&names);
}

/* Finds the same, examining one row in each piece. */
static bool
search_most(const char *text, size_t most, journal_entries *out)
{
    struct filter filter = {0};
    journal_keys keys = {0};
    *out = (journal_entries){0};
    parse(&filter, text);
    struct journal_search *search = journal_search_new(&filter, NOW);
    filter_fini(&filter);
    while (!journal_search_ended(search))
        if (!journal_search_run(search, journal, SIZE_MAX, 0, &keys, &fault))
            fail_msg("%s: %s", text, fault.text);
    bool more = keys.count > most;
    assert_true(journal_read(journal, keys.at, more ? most : keys.count, out, &fault));
    journal_search_free(search);
    vec_free(&keys);
    return more;
}

static void
assert_searched(const char *text, size_t most)
{
    journal_entries found, searched;
    bool more = find_most(text, most, &found);
    assert_int_equal(search_most(text, most, &searched), more);
    char *expected = ptr_cache_of(&found), *names = ptr_cache_of(&searched);
    assert_string_equal(names, expected);
    free(expected);
    free(names);
    journal_entries_fini(&found);
    journal_entries_fini(&searched);
}

static void
assert_found(const char *text, const char *expected)
{
    journal_entries entries;
    assert_false(find_most(text, 100, &entries));
    char *names = ptr_cache_of(&entries);
    if (strcmp(names ? names : "", expected) != 0)
        fail_msg("%s: %s, not %s", text, names, expected);
    free(names);
    journal_entries_fini(&entries);
}

#define EVERYTHING "2001:db8::25 198.51.100.1 203.0.114.9 203.0.113.7"

static void
search_newest_first(void **state)
{
    (void)state;
    assert_found("", "");
    fill();
    assert_found("", EVERYTHING);
    open_cases();
    assert_found("", "AS64500 203.0.112.0/22 203.0.113.7 2001:db8::25 198.51.100.1 203.0.114.9");
}

static void
search_equal_times_order_by_address(void **state)
{
    (void)state;
    static const char *const addresses[] = {"203.0.113.9", "2001:db8::1", "198.51.100.1", "203.0.113.7"};
    for (size_t i = 0; i < 4; i++) {
        struct observation o = look(addresses[i], 1000);
        keep(&o);
    }
    assert_found("", "198.51.100.1 203.0.113.7 203.0.113.9 2001:db8::1");
    assert_found("in:203.0.0.0/8", "203.0.113.7 203.0.113.9");
}

static void
search_stops_at_limit(void **state)
{
    (void)state;
    static const struct {
        size_t most;
        const char *found;
        bool more;
    } cases[] = {{0, "", true},
                 {1, "2001:db8::25", true},
                 {3, "2001:db8::25 198.51.100.1 203.0.114.9", true},
                 {4, EVERYTHING, false},
                 {5, EVERYTHING, false}};
    fill();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        journal_entries entries;
        assert_int_equal(find_most("", cases[i].most, &entries), cases[i].more);
        char *names = ptr_cache_of(&entries);
        assert_string_equal(names ? names : "", cases[i].found);
        free(names);
        journal_entries_fini(&entries);
    }
}

static void
search_row_has_known_fields(void **state)
{
    (void)state;
    journal_entries entries;
    char prefix[PREFIX_TEXT];
    fill();
    open_cases();
    find_most("in:203.0.113.7 level:1", 10, &entries);
    assert_int_equal(entries.count, 1);
    const struct journal_entry *e = &entries.at[0];
    assert_true(e->observed);
    assert_int_equal(e->verdict, VERDICT_DIRECT);
    assert_int_equal(e->causes, CAUSE_ADDRESS | CAUSE_ALLOCATION);
    assert_int_equal(observed_lists_state(&e->lists, "level2"), STATE_LISTED);
    assert_int_equal(observed_lists_state(&e->lists, "level3"), STATE_CLEAR);
    assert_int_equal(e->asn, 64500);
    assert_string_equal(e->org, "HARBOR Harbor Net");
    assert_string_equal(e->name, "mail-7.harbor.example");
    assert_string_equal(prefix_text(&e->net, prefix), "203.0.112.0/22");
    assert_int_equal(e->impacts, 99);
    assert_int_equal(e->limit, 9);
    assert_int_equal(e->changes, 2);
    assert_int_equal(e->seen_ms, JOURNAL_FIXTURE_T0);
    assert_true(e->has_case);
    assert_int_equal(e->case_state, CASE_OPEN);
    assert_string_equal(e->tags, "mail vip");
    assert_string_equal(e->note, "Called the landlord");
    assert_null(e->ticket);
    struct observation newest;
    assert_true(journal_newest(journal, &e->resource.prefix.addr, &newest, &fault));
    assert_int_equal(uuid_compare(&e->newest, &newest.uuid), 0);
    observation_fini(&newest);
    journal_entries_fini(&entries);
    find_most("state:waiting", 10, &entries);
    assert_false(entries.at[0].observed);
    assert_int_equal(entries.at[0].changes, 0);
    assert_int_equal(entries.at[0].net.addr.family, ADDR_NONE);
    assert_string_equal(entries.at[0].ticket, "T-4711");
    journal_entries_fini(&entries);
}

static void
search_omits_counted_only(void **state)
{
    (void)state;
    struct journal_count snapshot = {.resource = resource_of("AS64500"), .at_ms = 1000, .limit = 50};
    DONE(journal_count_store(journal, &snapshot, &journal_fixture_fault));
    assert_found("", "");
    assert_found("as:64500", "");
}

static void
search_due_first(void **state)
{
    (void)state;
    struct resource early = resource_of("203.0.113.7"), late = resource_of("203.0.114.9"),
                    later = resource_of("198.51.100.1");
    struct resource done = resource_of("2001:db8::25");
    fill();
    journal_fixture_at(0);
    DONE(journal_case_set_due(journal, &late, NOW, &journal_fixture_fault));
    DONE(journal_case_set_due(journal, &early, NOW - 1, &journal_fixture_fault));
    DONE(journal_case_set_due(journal, &later, NOW + 1, &journal_fixture_fault));
    DONE(journal_case_set_due(journal, &done, 1, &journal_fixture_fault));
    DONE(journal_case_set_state(journal, &done, CASE_CLOSED, &journal_fixture_fault));
    assert_found("", "203.0.113.7 203.0.114.9 198.51.100.1 2001:db8::25");
    assert_found("state:due", "203.0.113.7 203.0.114.9");
    assert_found("-state:due", "198.51.100.1 2001:db8::25");
    assert_found("state:due as:64501", "203.0.114.9");
    journal_entries entries;
    assert_true(find_most("", 1, &entries));
    assert_int_equal(entries.at[0].due_ms, NOW - 1);
    journal_entries_fini(&entries);
}

/* ---- what a filter asks ---- */

static void
search_by_address(void **state)
{
    (void)state;
    fill();
    open_cases();
    assert_found("in:203.0.113.7", "203.0.112.0/22 203.0.113.7");
    assert_found("in:203.0.113.0/24", "203.0.112.0/22 203.0.113.7");
    assert_found("in:203.0.112.0/20", "203.0.112.0/22 203.0.113.7 203.0.114.9");
    assert_found("in:203.0.114.0/24 -in:203.0.112.0/23", "203.0.114.9");
    assert_found("in:2001:db8::/32", "2001:db8::25");
    assert_found("in:192.0.2.0/24", "");
}

static void
search_by_asn(void **state)
{
    (void)state;
    fill();
    open_cases();
    assert_found("as:64500", "AS64500 203.0.113.7 203.0.114.9"); /* which level 3 says is theirs */
    assert_found("as:as64501", "203.0.114.9");
    assert_found("as:6450", "");
    assert_found("-as:64500", "203.0.112.0/22 2001:db8::25 198.51.100.1");
}

static void
search_by_list_takes_zone_label_and_operator(void **state)
{
    (void)state;
    fill();
    struct observation o = look("203.0.115.1", 5000);
    observed_lists lists = {0};
    observed_list_add(&lists, "zen.spamhaus.org", NULL, STATE_LISTED);
    observed_list_add(&lists, "bl.spamcop.net", NULL, STATE_TIMEOUT);
    o.lists = lists;
    keep(&o);
    assert_found("list:zen", "203.0.115.1");
    assert_found("list:ZEN.Spamhaus.org", "203.0.115.1");
    assert_found("list:bl.spamcop.net", ""); /* it gave no answer */
    assert_found("list:sbl", "");
    assert_found("list:uceprotect", "203.0.114.9 203.0.113.7");
    assert_found("list:dnsbl-3", "203.0.114.9");
    assert_found("list:it's", "");
    assert_found("-list:zen level:none", "2001:db8::25");
    observed_lists_fini(&lists);
}

static void
search_by_level_and_country(void **state)
{
    (void)state;
    fill();
    assert_found("level:1", "203.0.113.7");
    assert_found("level:2", "203.0.113.7");
    assert_found("level:3", "203.0.114.9");
    assert_found("level:none", "2001:db8::25"); /* of silence nothing is known */
    assert_found("level:1 level:3", "");
    assert_found("country:de", "203.0.113.7");
    assert_found("country:AT level:3", "203.0.114.9");
    assert_found("country:AT level:1", "");
    assert_found("-country:DE", "2001:db8::25 198.51.100.1 203.0.114.9");
}

static void
search_by_state(void **state)
{
    (void)state;
    fill();
    open_cases();
    assert_found("state:direct", "203.0.113.7");
    assert_found("state:collateral", "203.0.114.9");
    assert_found("state:unknown", "198.51.100.1");
    assert_found("state:clear", "2001:db8::25");
    assert_found("state:open", "203.0.113.7");
    assert_found("state:waiting", "203.0.112.0/22");
    assert_found("state:closed", "AS64500");
    assert_found("state:direct state:open", "203.0.113.7");
    assert_found("state:direct state:clear", "");
}

static void
search_by_tag(void **state)
{
    (void)state;
    fill();
    open_cases();
    assert_found("tag:vip", "203.0.113.7");
    assert_found("tag:MAIL", "203.0.113.7");
    assert_found("tag:mai", "");
    assert_found("tag:vip tag:mail", "203.0.113.7");
    assert_found("in:203.0.0.0/8 -tag:vip", "203.0.112.0/22 203.0.114.9");
}

static void
search_by_ticket_and_contact(void **state)
{
    (void)state;
    struct resource net = resource_of("203.0.112.0/22");
    fill();
    open_cases();
    assert_found("ticket:4711", "203.0.112.0/22");
    assert_found("ticket:t-47", "203.0.112.0/22");
    assert_found("ticket:711", "");
    assert_found("ticket:landlord", "");
    assert_found("ticket:it's", "");
    assert_found("in:203.0.0.0/8 -ticket:4711", "203.0.113.7 203.0.114.9");
    assert_found("contact:abuse@harbor.example", "AS64500");
    assert_found("Contact:HARBOR state:closed", "AS64500");
    assert_found("contact:landlord", "");
    DONE(journal_case_set_state(journal, &net, CASE_CLOSED, &journal_fixture_fault));
    journal_fixture_at(1001 * 1000);
    DONE(journal_case_set_ticket(journal, &net, "T-5000", &journal_fixture_fault));
    assert_found("ticket:4711", "203.0.112.0/22"); /* of the earlier case */
    assert_found("ticket:4711 ticket:5000", "203.0.112.0/22");
}

static void
search_by_follow_up(void **state)
{
    (void)state;
    enum { DAY_MS = 24 * 60 * 60 * 1000 };
    struct resource address = resource_of("203.0.113.7"), net = resource_of("203.0.112.0/22");
    fill();
    open_cases();
    clock_fake(1, JOURNAL_FIXTURE_T0);
    assert_found("due:none", "203.0.112.0/22 203.0.113.7");
    DONE(journal_case_set_due(journal, &address, JOURNAL_FIXTURE_T0 + 3 * DAY_MS, &journal_fixture_fault));
    DONE(journal_case_set_due(journal, &net, JOURNAL_FIXTURE_T0 - 1000, &journal_fixture_fault));
    assert_found("due:none", "");
    assert_found("due:7d", "203.0.112.0/22 203.0.113.7");
    assert_found("due:2d", "203.0.112.0/22");
    assert_found("state:open due:2099-01-01", "203.0.113.7");
    assert_found("state:open -due:2d", "203.0.113.7");
    DONE(journal_case_set_state(journal, &net, CASE_CLOSED, &journal_fixture_fault));
    assert_found("due:7d", "203.0.113.7");
}

static void
search_by_time(void **state)
{
    (void)state;
    fill();
    clock_fake(1, 86400 * 1000 + 3500);
    assert_found("since:1d", "2001:db8::25 198.51.100.1");
    assert_found("before:1d", "203.0.114.9 203.0.113.7");
    assert_found("-since:1d", "203.0.114.9 203.0.113.7");
    assert_found("since:1d before:1d", "");
    assert_found("since:1970-01-01 in:203.0.0.0/8", "203.0.114.9 203.0.113.7");
}

/* The figures are those of the address page: of the net farthest over its limit. */
static void
search_row_has_net_that_decides(void **state)
{
    (void)state;
    journal_entries entries;
    char prefix[PREFIX_TEXT];
    struct observation o = look("198.18.77.40", 1000);
    observed_set(&o, "level2", STATE_LISTED);
    add_net(&o, "198.18.77.0/24", 71, 4);
    add_net(&o, "198.18.76.0/23", 142, 8); /* as far, but wider */
    add_net(&o, "198.18.0.0/16", 412, 96);
    keep(&o);
    find_most("", 10, &entries);
    assert_int_equal(entries.count, 1);
    assert_string_equal(prefix_text(&entries.at[0].net, prefix), "198.18.77.0/24");
    assert_int_equal(entries.at[0].impacts, 71);
    assert_int_equal(entries.at[0].limit, 4);
    journal_entries_fini(&entries);
    assert_found("impacts=71", "198.18.77.40");
}

static void
search_by_figure(void **state)
{
    (void)state;
    fill();
    open_cases();
    assert_found("impacts>=99", "203.0.113.7");
    assert_found("impacts>99", "");
    assert_found("impacts<31", ""); /* that is the net inside */
    assert_found("limit=9", "203.0.113.7");
    assert_found("score>79 score<80", "203.0.114.9");
    assert_found("score!=1", "203.0.114.9");
    assert_found("listed=2", "203.0.113.7");
    assert_found("listed>0", "203.0.113.7 203.0.114.9");
    assert_found("listed<1", "2001:db8::25 198.51.100.1");
    assert_found("changes>1", "203.0.113.7");
}

static void
search_by_word(void **state)
{
    (void)state;
    static const struct {
        const char *words, *found;
    } cases[] = {
        {"harbor", "AS64500 203.0.113.7"},
        {"HARB", "AS64500 203.0.113.7"},
        {"arbor", ""}, /* words are found from their beginning */
        {"mail-7", "203.0.113.7"},
        {"mail-7.harbor.ex", "203.0.113.7"},
        {"mail.harbor", ""},
        {"harbor net", "203.0.113.7"},
        {"müller", "203.0.114.9"},
        {"MULLER tele", "203.0.114.9"},
        {"landlord", "203.0.113.7"},
        {"spam", "203.0.113.7"},
        {"4711", "203.0.112.0/22"},
        {"t-4711", "203.0.112.0/22"},
        {"vip", "203.0.113.7"},
        {"abuse@harbor", "AS64500"},
        {"letter", "AS64500"},
        {"harbor -letter", "203.0.113.7"},
        {"nobody", ""},
        {"203.0.11", "203.0.112.0/22 203.0.113.7 203.0.114.9"},
        {"203.0.113.", "203.0.113.7"},
        {"203.0.112.0/2", "203.0.112.0/22"},
        {"2", "203.0.112.0/22 203.0.113.7 2001:db8::25 203.0.114.9"},
        {"19", "198.51.100.1"},
        {"2001:db8", "2001:db8::25"},
        {"2001:DB8::2", "2001:db8::25"},
        {"as645", "AS64500"},
        {"AS64500", "AS64500"},
        {"as", "AS64500"},
        {"as6450001", ""},
        {"::", ""},
        {"\"", ""},
        {"\"harbor\"*", "AS64500 203.0.113.7"},
        {"NEAR(", ""},
        {"*", ""},
    };
    fill();
    open_cases();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_found(cases[i].words, cases[i].found);
}

/* The index of words lags behind. */
static void
search_new_words_found_by_reader(void **state)
{
    (void)state;
    struct fault notice;
    fill();
    char *path = mem_copy(journal_path(journal));
    journal_close(journal);
    journal = journal_open(path, false, JOURNAL_READS, 0, &notice, &fault);
    assert_non_null(journal);
    assert_found("harbor", "203.0.113.7");
    free(path);
}

/* ---- with and without an index ---- */

enum { MANY = 4000 };

static void
keep_one_of_many(unsigned i)
{
    static const char *const names[] = {NULL, "static.harbor.example", "dsl.nimbus.example", "mail.tideline.example"};
    char address[ADDR_TEXT];
    snprintf(address, sizeof address, "20.%u.%u.%u", i % 3, i / 3 % 200, i / 600);
    struct observation o = look(address, 1000 + (int64_t)i * i % 7919 * 10);
    o.asn = 64500 + i % 97;
    o.name = (char *)names[i % 4];
    o.org = i % 61 == 5 ? "Rare Net" : "Common Net";
    strcpy(o.country, i % 501 == 9 ? "AT" : "DE");
    if (i % 10 == 0)
        observed_set(&o, "level1", STATE_LISTED);
    if (i % 7 == 0) {
        observed_set(&o, "level2", STATE_LISTED);
        add_net(&o, "20.0.0.0/8", i % 331, 2049);
    }
    o.verdict = i % 10 == 0    ? VERDICT_DIRECT
                : i % 7 == 0   ? VERDICT_COLLATERAL
                : i % 403 == 2 ? VERDICT_UNKNOWN
                               : VERDICT_CLEAR;
    keep(&o);
    if (i % 11 == 3) { /* what it was once is not what it is */
        o = look(address, 100 * 1000 + i);
        o.verdict = VERDICT_UNKNOWN;
        observed_set(&o, "level1", STATE_TIMEOUT);
        keep(&o);
    }
}

static void
open_one_of_many(unsigned i)
{
    char address[ADDR_TEXT];
    snprintf(address, sizeof address, "20.%u.%u.%u", i % 3, i / 3 % 200, i / 600);
    struct resource resource = resource_of(address);
    journal_fixture_at(i);
    DONE(journal_case_set_tags(journal, &resource, i % 2 ? "odd harbor" : "even", &journal_fixture_fault));
    if (i % 5 == 0)
        DONE(journal_case_set_due(journal, &resource, i % 2 ? NOW - i : NOW + i, &journal_fixture_fault));
    if (i % 3 == 0)
        DONE(journal_case_set_state(journal, &resource, CASE_CLOSED, &journal_fixture_fault));
}

/* Far back in time. */
enum { OLD_ONES = 7 };

static void
open_old_ones(void)
{
    static const char *const matters[OLD_ONES] = {"20.1.0.0/16",  "20.0.0.0/8",    "20.1.7.0/24", "AS64507",
                                                  "2001:db8::25", "fe80:1:2::/48", "::25"};
    for (size_t i = 0; i < OLD_ONES; i++) {
        struct resource resource = resource_of(matters[i]);
        clock_fake(1, 10 + (int64_t)i);
        DONE(journal_case_set_tags(journal, &resource, "old", &journal_fixture_fault));
    }
}

/* An entry as base/filter sees it: what the SQL must agree with. */
static double
figure(void *self, size_t item, size_t column)
{
    const struct journal_entry *e = &((const journal_entries *)self)->at[item];
    const double figures[] = {e->impacts < 0 ? NAN : (double)e->impacts, e->net.addr.family ? (double)e->limit : NAN,
                              NAN, __builtin_popcount(observed_lists_levels(&e->lists, STATE_LISTED)), e->changes};
    return e->observed ? figures[column] : NAN;
}

static bool
matches(void *self, size_t item, const char *word)
{
    const struct journal_entry *e = &((const journal_entries *)self)->at[item];
    struct buf texts = {0}, words = {0}, one = {0};
    char text[RESOURCE_TEXT];
    buf_format(&texts, "%s/%s/%s", e->name ? e->name : "", e->org ? e->org : "", e->tags ? e->tags : "");
    text_words(&words, buf_string(&texts));
    text_words(&one, word);
    bool matches = strstr(buf_string(&words), buf_string(&one)) ||
                   strncasecmp(resource_text(&e->resource, text), word, strlen(word)) == 0;
    buf_free(&texts);
    buf_free(&words);
    buf_free(&one);
    return matches;
}

static bool
touches(void *self, size_t item, const struct prefix *prefix)
{
    const struct resource *resource = &((const journal_entries *)self)->at[item].resource;
    return resource->kind != RESOURCE_ASN &&
           (prefix_covers(prefix, &resource->prefix) || prefix_covers(&resource->prefix, prefix));
}

static bool
is_of(void *self, size_t item, uint32_t asn)
{
    const struct journal_entry *e = &((const journal_entries *)self)->at[item];
    return e->asn == asn || e->resource.asn == asn;
}

static bool
on_level(void *self, size_t item, unsigned level)
{
    const observed_lists *lists = &((const journal_entries *)self)->at[item].lists;
    if (level > 0)
        return observed_lists_level(lists, level) == STATE_LISTED;
    return observed_lists_levels(lists, STATE_CLEAR) == 7;
}

static bool
is_state(void *self, size_t item, size_t state)
{
    const struct journal_entry *e = &((const journal_entries *)self)->at[item];
    const char *word = journal_filter()->states[state];
    if (strcmp(word, "due") == 0)
        return e->has_case && e->case_state != CASE_CLOSED && e->due_ms != 0 && e->due_ms <= NOW;
    return (e->observed && strcmp(verdict_state_name(e->verdict), word) == 0) ||
           (e->has_case && strcmp(case_state_name(e->case_state), word) == 0);
}

static bool
has_tag(void *self, size_t item, const char *tag)
{
    const struct journal_entry *e = &((const journal_entries *)self)->at[item];
    return e->tags && strstr(e->tags, tag);
}

static int64_t
seen_ms(void *self, size_t item)
{
    return ((const journal_entries *)self)->at[item].seen_ms;
}

static const struct filter_reader eye = {
    .figure = figure,
    .matches = matches,
    .touches = touches,
    .is_of = is_of,
    .on_level = on_level,
    .is_state = is_state,
    .has_tag = has_tag,
    .seen_ms = seen_ms,
};

/* Finds the same as base/filter, in the same order. */
static void
assert_as_sifted(const journal_entries *all, const char *text, size_t most)
{
    struct filter filter = {0};
    journal_entries found;
    size_t passed = 0;
    bool more = find_most(text, most, &found);
    parse(&filter, text);
    for (size_t i = 0; i < all->count; i++) {
        if (!filter_passes(&filter, &eye, (void *)all, i))
            continue;
        if (passed < most &&
            (passed >= found.count || !resource_equal(&found.at[passed].resource, &all->at[i].resource)))
            fail_msg("%s, %zu: the one at %zu is another", text, most, passed);
        passed++;
    }
    assert_int_equal(found.count, passed < most ? passed : most);
    assert_int_equal(more, passed > most);
    filter_fini(&filter);
    journal_entries_fini(&found);
}

static void
search_every_plan_gives_same_rows(void **state)
{
    (void)state;
    static const char *const filters[] = {
        "",
        "harbor",
        "tideline",
        "rare",
        "rare harbor",
        "rar",
        "tide",
        "common -dsl",
        "even",
        "nobody",
        "20.1.19",
        "20.2",
        "20.1.1",
        "20.1.1 harbor",
        "20.1.1 rare",
        "20.0.3.",
        "20",
        "2",
        "static.harbor.ex",
        "harbor.example",
        "tideline example",
        "mail.tide rare",
        "common state:unknown",
        "common state:unknown level:none",
        "tide level:1",
        "as:64507 harbor level:1",
        "in:20.1.0.0/16 harbor rare",
        "in:20.1.0.0/16",
        "in:20.1.7.0/24",
        "in:20.1.7.3",
        "in:20.1.7.3 -as:64509",
        "as:64507",
        "as:64507 level:1",
        "as:1",
        "level:1",
        "level:2 level:1",
        "level:none",
        "level:3",
        "state:unknown",
        "state:unknown level:none",
        "state:unknown -level:none",
        "state:direct harbor",
        "state:open",
        "state:waiting",
        "state:closed",
        "state:due",
        "state:due state:unknown",
        "-state:due tag:odd",
        "tag:even",
        "tag:odd harbor",
        "impacts>=325",
        "impacts<3",
        "impacts!=0 listed=2",
        "impacts=0",
        "limit>1",
        "score>0",
        "listed=2",
        "listed!=0",
        "changes>1",
        "-common",
        "-state:clear -state:unknown",
        "tag:old",
        "AS64",
        "as",
        "a",
        "2001",
        "2001:d",
        "fe8",
        "FE80",
        "f",
        "0",
        "::2",
    };
    static const size_t most[] = {1, 5, 50, 10000};
    journal_entries all;
    DONE(journal_begin(journal, &journal_fixture_fault));
    for (unsigned i = 0; i < MANY; i++)
        keep_one_of_many(i);
    for (unsigned i = 0; i < MANY; i += 37)
        open_one_of_many(i);
    open_old_ones();
    DONE(journal_commit(journal, &journal_fixture_fault));
    assert_false(find_most("", 10000, &all));
    assert_int_equal(all.count, MANY + OLD_ONES);
    for (size_t i = 0; i < sizeof filters / sizeof *filters; i++)
        for (size_t m = 0; m < sizeof most / sizeof *most; m++)
            assert_as_sifted(&all, filters[i], most[m]);
    journal_entries_fini(&all);
}

/* Older than the sample, and not in the index of words yet. */
static void
search_new_rows_found_by_reader(void **state)
{
    (void)state;
    struct fault notice;
    DONE(journal_begin(journal, &journal_fixture_fault));
    for (unsigned i = 0; i < 1000; i++)
        keep_one_of_many(i);
    DONE(journal_commit(journal, &journal_fixture_fault));
    assert_found("latecomer", ""); /* up to here it is */
    struct observation o = look("192.0.2.1", 1);
    o.name = "latecomer.example";
    keep(&o);
    char *path = mem_copy(journal_path(journal));
    journal_close(journal);
    journal = journal_open(path, false, JOURNAL_READS, 0, &notice, &fault);
    assert_non_null(journal);
    assert_found("latecomer", "192.0.2.1");
    free(path);
}

static void
take_case(const struct journal_case *c)
{
    struct journal_totals added = {0}, changed = {0};
    DONE(journal_begin(journal, &journal_fixture_fault));
    DONE(journal_merge_case(journal, c, &added, &changed, &journal_fixture_fault));
    DONE(journal_commit(journal, &journal_fixture_fault));
}

/* Each of two merged journals had opened a case. */
static void
search_row_shows_due_case(void **state)
{
    (void)state;
    struct journal_case later = {.resource = resource_of("203.0.114.9"), .opened_ms = JOURNAL_FIXTURE_T0 + 5};
    struct journal_case latest = later;
    struct resource other = resource_of("2001:db8::25");
    fill();
    journal_fixture_at(0);
    DONE(journal_case_set_due(journal, &later.resource, 1, &journal_fixture_fault));
    DONE(journal_case_set_due(journal, &other, 2, &journal_fixture_fault));
    assert_found("state:due", "203.0.114.9 2001:db8::25");
    journal_fixture_at(5);
    later.uuid = uuid_of_name("later");
    take_case(&later);
    assert_found("state:due", "2001:db8::25");
    assert_found("", "2001:db8::25 203.0.114.9 198.51.100.1 203.0.113.7");
    latest.uuid = uuid_of_name("latest");
    latest.opened_ms += 5;
    latest.state = CASE_CLOSED;
    take_case(&latest);
    assert_found("state:open", "2001:db8::25 203.0.114.9");
    assert_found("state:closed", "");
}

/* ---- what is refused, and what is odd ---- */

static void
search_unknown_field_is_refused(void **state)
{
    (void)state;
    struct filter filter = {0};
    assert_false(filter_parse(&filter, "ratio>1", journal_filter(), &fault));
    assert_string_equal(fault.text, "unknown figure \"ratio\"; use impacts, limit, score, listed, changes");
    assert_false(filter_parse(&filter, "state:listed", journal_filter(), &fault));
    assert_string_equal(fault.text, "state: needs one of clear, collateral, direct, unknown, open, "
                                    "waiting, closed, due");
    assert_false(filter_parse(&filter, "ticket:#", journal_filter(), &fault));
    assert_string_equal(fault.text, "ticket: needs a number, for example ticket:4711");
    assert_false(filter_parse(&filter, "contact:", journal_filter(), &fault));
    assert_string_equal(fault.text, "contact: needs a name, for example contact:abuse");
    assert_false(filter_parse(&filter, "due:soon", journal_filter(), &fault));
    assert_string_equal(fault.text, "due: needs a span, a day or none, for example due:7d, due:2026-12-07 or due:none");
}

static void
search_damaged_row_is_reported(void **state)
{
    (void)state;
    journal_entries entries = {0};
    bool more;
    fill();
    assert_int_equal(sqlite3_exec(journal->db, "UPDATE observation SET verdict = 'guilty'", NULL, NULL, NULL),
                     SQLITE_OK);
    assert_false(journal_find(journal, NULL, NOW, 10, JOURNAL_PATIENT, &entries, &more, NULL, &fault));
    assert_non_null(strstr(fault.text, "'guilty'"));
    journal_entries_fini(&entries);
}

/* ---- in little time ---- */

static void
search_in_pieces_gives_same_rows(void **state)
{
    (void)state;
    static const char *const texts[] = {"",           "-level:1",          "changes>0",
                                        "state:open", "before:2026-11-01", "nothinglikeit"};
    fill();
    open_cases();
    struct resource due = resource_of("203.0.114.9");
    DONE(journal_case_set_due(journal, &due, 1, &fault));
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        for (size_t most = 1; most < 8; most++)
            assert_searched(texts[i], most);
}

static void
find_with_deadline_reports_unknown_not_empty(void **state)
{
    (void)state;
    journal_entries entries = {0};
    bool more, late;
    fill();
    assert_true(journal_find(journal, NULL, NOW, 10, 0, &entries, &more, &late, &fault));
    assert_true(late);
    assert_int_equal(entries.count, 0);
    assert_string_equal(fault.text, "");
    assert_true(journal_find(journal, NULL, NOW, 10, 60 * 1000, &entries, &more, &late, &fault));
    assert_false(late);
    assert_int_equal(entries.count, 4);
    journal_entries_fini(&entries);
}

static void
next_match_from_any_row_is_found_both_ways(void **state)
{
    (void)state;
    static const struct {
        size_t at;
        bool backwards, found;
        size_t leads_to;
    } cases[] = {{0, false, true, 2}, {2, false, true, 2}, {3, false, true, 3},       {4, false, false, 4},
                 {3, true, true, 3},  {2, true, true, 2},  {1, true, false, SIZE_MAX}};
    struct journal_search *all = journal_search_new(NULL, NOW);
    struct filter filter = {0};
    journal_keys keys = {0};
    fill();
    assert_true(journal_search_run(all, journal, 10, JOURNAL_PATIENT, &keys, &fault));
    parse(&filter, "listed>0");
    struct journal_search *listed = journal_search_new(&filter, NOW);
    filter_fini(&filter);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t at = cases[i].at;
        bool found;
        assert_true(
            journal_search_next(listed, journal, &keys, cases[i].backwards, JOURNAL_PATIENT, &at, &found, &fault));
        assert_int_equal(found, cases[i].found);
        assert_int_equal(at, cases[i].leads_to);
    }
    journal_search_free(all);
    journal_search_free(listed);
    vec_free(&keys);
}

static void
search_due_counts_and_ends(void **state)
{
    (void)state;
    struct resource due = resource_of("203.0.114.9");
    struct filter filter = {0};
    journal_keys keys = {0};
    fill();
    DONE(journal_case_set_due(journal, &due, 1, &fault));
    parse(&filter, "state:due");
    struct journal_search *search = journal_search_new(&filter, NOW);
    filter_fini(&filter);
    assert_true(journal_search_run(search, journal, 0, 0, &keys, &fault));
    assert_int_equal(journal_search_due(search), 1);
    assert_true(journal_search_ended(search));
    journal_search_free(search);
    vec_free(&keys);
}

static void
search_since_a_date_leaves_out_older_rows(void **state)
{
    (void)state;
    journal_keys keys = {0};
    fill();
    struct journal_search *search = journal_search_new(NULL, NOW);
    journal_search_since(search, 3001);
    assert_true(journal_search_run(search, journal, 10, JOURNAL_PATIENT, &keys, &fault));
    assert_int_equal(keys.count, 2);
    assert_true(journal_search_ended(search));
    journal_search_free(search);
    vec_free(&keys);
}

/* A piece of a search may end between two rows of one time. */
static void
search_pieces_of_equal_time_continue(void **state)
{
    (void)state;
    static const char *const matters[] = {"AS64501",        "203.0.113.8",    "203.0.113.0/24",
                                          "AS64500",        "203.0.112.0/22", "203.0.113.77",
                                          "203.0.112.0/24", "2001:db8::25",   "198.51.100.1"};
    clock_fake(1, NOW);
    for (size_t i = 0; i < sizeof matters / sizeof *matters; i++) {
        struct resource resource = resource_of(matters[i]);
        DONE(journal_case_set_ticket(journal, &resource, "at once", &fault));
    }
    clock_real();
    assert_searched("", 9);
    assert_searched("in:203.0.112.0/22", 9);
}

static void
search_key_of_purged_gives_nothing(void **state)
{
    (void)state;
    journal_keys keys = {0};
    journal_entries entries = {0};
    struct journal_search *search = journal_search_new(NULL, NOW);
    fill();
    assert_true(journal_search_run(search, journal, 10, JOURNAL_PATIENT, &keys, &fault));
    journal_search_free(search);
    assert_int_equal(keys.count, 4);
    vec_push(&keys, 4711);
    assert_true(journal_read(journal, keys.at, keys.count, &entries, &fault));
    assert_int_equal(entries.count, 5);
    assert_int_not_equal(entries.at[3].seen_ms, 0);
    assert_int_equal(entries.at[4].seen_ms, 0);
    journal_entries_fini(&entries);
    vec_free(&keys);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(search_newest_first, begin, end),
        cmocka_unit_test_setup_teardown(search_equal_times_order_by_address, begin, end),
        cmocka_unit_test_setup_teardown(search_stops_at_limit, begin, end),
        cmocka_unit_test_setup_teardown(search_row_has_known_fields, begin, end),
        cmocka_unit_test_setup_teardown(search_row_has_net_that_decides, begin, end),
        cmocka_unit_test_setup_teardown(search_omits_counted_only, begin, end),
        cmocka_unit_test_setup_teardown(search_due_first, begin, end),
        cmocka_unit_test_setup_teardown(search_by_address, begin, end),
        cmocka_unit_test_setup_teardown(search_by_asn, begin, end),
        cmocka_unit_test_setup_teardown(search_by_level_and_country, begin, end),
        cmocka_unit_test_setup_teardown(search_by_list_takes_zone_label_and_operator, begin, end),
        cmocka_unit_test_setup_teardown(search_by_state, begin, end),
        cmocka_unit_test_setup_teardown(search_by_tag, begin, end),
        cmocka_unit_test_setup_teardown(search_by_ticket_and_contact, begin, end),
        cmocka_unit_test_setup_teardown(search_by_follow_up, begin, end),
        cmocka_unit_test_setup_teardown(search_by_time, begin, end),
        cmocka_unit_test_setup_teardown(search_by_figure, begin, end),
        cmocka_unit_test_setup_teardown(search_by_word, begin, end),
        cmocka_unit_test_setup_teardown(search_new_words_found_by_reader, begin, end),
        cmocka_unit_test_setup_teardown(search_every_plan_gives_same_rows, begin, end),
        cmocka_unit_test_setup_teardown(search_new_rows_found_by_reader, begin, end),
        cmocka_unit_test_setup_teardown(search_row_shows_due_case, begin, end),
        cmocka_unit_test_setup_teardown(search_unknown_field_is_refused, begin, end),
        cmocka_unit_test_setup_teardown(search_damaged_row_is_reported, begin, end),
        cmocka_unit_test_setup_teardown(search_in_pieces_gives_same_rows, begin, end),
        cmocka_unit_test_setup_teardown(search_pieces_of_equal_time_continue, begin, end),
        cmocka_unit_test_setup_teardown(next_match_from_any_row_is_found_both_ways, begin, end),
        cmocka_unit_test_setup_teardown(search_due_counts_and_ends, begin, end),
        cmocka_unit_test_setup_teardown(search_since_a_date_leaves_out_older_rows, begin, end),
        cmocka_unit_test_setup_teardown(search_key_of_purged_gives_nothing, begin, end),
        cmocka_unit_test_setup_teardown(find_with_deadline_reports_unknown_not_empty, begin, end),
    };
    return cmocka_run_group_tests(tests, temp_dir_make, temp_dir_remove);
}
