#include "builtin_lists.h"
#include "journal/history.h"
#include "journal_fixture.h"
#include "observed_fixture.h"

#include "base/clock.h"

#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct journal *journal;
static struct fault fault;

static int
begin(void **state)
{
    (void)state;
    journal = journal_fixture_new("looks.db");
    return 0;
}

static int
end(void **state)
{
    (void)state;
    journal_close(journal);
    return 0;
}

/* ---- looks ---- */

/* What a test changes in it before it is kept. Its strings are literals. */
static struct observation
look(const char *address, int64_t at_ms, enum list_state level1)
{
    struct observation o = {
        .first_ms = at_ms,
        .last_ms = at_ms,
        .times = 1,
        .source = SOURCE_DNS,
        .resolver = "127.0.0.1:53",
        .serial = 2026070618,
        .verdict = level1 == STATE_LISTED ? VERDICT_DIRECT : VERDICT_CLEAR,
        .causes = level1 == STATE_LISTED ? CAUSE_ADDRESS : 0,
        .headline = "as it was seen",
        .lists = observed_of(level1),
        .asn = 64500,
        .org = "EXAMPLE Example Hosting",
        .country = "DE",
        .score = LISTING_UNKNOWN,
        .name = "mail.example.com",
    };
    assert_true(addr_parse(address, &o.address));
    return o;
}

/* Whether it was added, not taken into one that there was. */
static bool
keep(const struct observation *o)
{
    bool changed;
    if (journal_observe(journal, o, &changed, &fault) != JOURNAL_DONE)
        fail_msg("%s", fault.text);
    return changed;
}

static bool
keep_look(const char *address, int64_t at_ms, enum list_state level1)
{
    struct observation o = look(address, at_ms, level1);
    return keep(&o);
}

static struct observation
newest(const char *address)
{
    struct observation o;
    struct resource resource = journal_fixture_resource(address);
    if (!journal_newest(journal, &resource.prefix.addr, &o, &fault))
        fail_msg("nothing of %s %s", address, fault.text);
    return o;
}

static journal_observations
timeline(const char *resource_text, size_t most)
{
    struct resource resource = journal_fixture_resource(resource_text);
    journal_observations found = {0};
    if (!journal_history(journal, &resource, most, &found, &fault))
        fail_msg("%s", fault.text);
    for (size_t i = 1; i < found.count; i++)
        assert_true(found.at[i - 1].last_ms >= found.at[i].last_ms);
    return found;
}

static size_t
count_of(const char *resource_text)
{
    journal_observations found = timeline(resource_text, 100000);
    size_t count = found.count;
    journal_observations_fini(&found);
    return count;
}

static int64_t
ask_number(const char *sql)
{
    sqlite3_stmt *statement;
    assert_int_equal(sqlite3_prepare_v2(journal->db, sql, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    int64_t number = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return number;
}

static struct listed_net
net(const char *prefix, int64_t impacts)
{
    struct listed_net n = {.kind = NET_ANNOUNCED, .impacts = impacts, .abusers = LISTING_UNKNOWN, .limit = 9};
    assert_true(prefix_parse(prefix, &n.prefix, NULL));
    n.holder = (struct holder){64501, "CARRIER Example Carrier", "FR"};
    return n;
}

/* ---- what is kept ---- */

static void
new_journal_knows_nothing(void **state)
{
    (void)state;
    struct observation o;
    struct seen seen = {0};
    struct addr address = addr_from_v4(0xCB00714D);
    fault_set(&fault, "something old");
    assert_false(journal_newest(journal, &address, &o, &fault));
    assert_string_equal(fault.text, "");
    assert_true(journal_seen(journal, &address, &seen, &fault));
    assert_false(seen.known);
    assert_int_equal(count_of("203.0.113.77"), 0);
    assert_int_equal(count_of("0.0.0.0/0"), 0);
    assert_int_equal(count_of("AS64500"), 0);
    seen_fini(&seen);
}

static void
observation_round_trips(void **state)
{
    (void)state;
    struct observation o = look("203.0.113.77", 1000, STATE_LISTED);
    o.last_ms = 5000;
    o.times = 3;
    o.source = SOURCE_ZONE;
    o.verdict = VERDICT_DIRECT;
    o.causes = CAUSE_ADDRESS | CAUSE_ALLOCATION | CAUSE_PROVIDER;
    const enum list_state states[] = {STATE_LISTED, STATE_REFUSED, STATE_TIMEOUT, STATE_UNHEALTHY, STATE_INVALID};
    for (size_t i = 0; i < OBSERVED_PARTS; i++)
        observed_set(&o, observation_part_at(i), states[i]);
    o.score_asn = 4200000000;
    o.score = 79.7;
    struct listed_net nets[] = {net("203.0.113.0/24", 4), net("203.0.112.0/22", LISTING_UNKNOWN)};
    nets[0].kind = NET_SLASH24;
    nets[0].from_zone = true;
    nets[1].permanent = true;
    nets[1].abusers = 7;
    nets[1].limit = 0;
    nets[1].holder = (struct holder){0};
    observed_say(&o, "level1", "IP 203.0.113.77 is listed");
    observed_say(&o, "level1", "twice");
    observed_say(&o, "level3", "\"quoted\", é");
    o.nets.at = nets;
    o.nets.count = 2;
    assert_true(keep(&o));

    struct observation back = newest("203.0.113.77");
    assert_true(back.uuid.bytes[15] | back.uuid.bytes[14] | back.uuid.bytes[13]);
    assert_true(addr_equal(&back.address, &o.address));
    assert_int_equal(back.first_ms, 1000);
    assert_int_equal(back.last_ms, 5000);
    assert_int_equal(back.times, 3);
    assert_int_equal(back.source, SOURCE_ZONE);
    assert_string_equal(back.resolver, "127.0.0.1:53");
    assert_int_equal(back.serial, 2026070618);
    assert_int_equal(back.verdict, VERDICT_DIRECT);
    assert_int_equal(back.causes, 7);
    assert_string_equal(back.headline, "as it was seen");
    assert_int_equal(back.lists.count, OBSERVED_PARTS);
    for (size_t i = 0; i < OBSERVED_PARTS; i++) {
        assert_string_equal(back.lists.at[i].zone, o.lists.at[i].zone);
        assert_string_equal(back.lists.at[i].part, o.lists.at[i].part);
        assert_int_equal(back.lists.at[i].state, states[i]);
    }
    assert_int_equal(back.asn, 64500);
    assert_string_equal(back.org, "EXAMPLE Example Hosting");
    assert_string_equal(back.country, "DE");
    assert_int_equal(back.score_asn, 4200000000);
    assert_true(back.score == 79.7);
    assert_string_equal(back.name, "mail.example.com");
    assert_int_equal(back.nets.count, 2);
    for (size_t i = 0; i < 2; i++) {
        assert_true(prefix_equal(&back.nets.at[i].prefix, &nets[i].prefix));
        assert_int_equal(back.nets.at[i].kind, nets[i].kind);
        assert_int_equal(back.nets.at[i].permanent, nets[i].permanent);
        assert_int_equal(back.nets.at[i].from_zone, nets[i].from_zone);
        assert_int_equal(back.nets.at[i].impacts, nets[i].impacts);
        assert_int_equal(back.nets.at[i].abusers, nets[i].abusers);
        assert_int_equal(back.nets.at[i].limit, nets[i].limit);
        assert_int_equal(back.nets.at[i].holder.asn, nets[i].holder.asn);
        assert_string_equal(back.nets.at[i].holder.org, nets[i].holder.org);
        assert_string_equal(back.nets.at[i].holder.country, nets[i].holder.country);
    }
    assert_int_equal(back.lists.at[0].texts.count, 2);
    assert_string_equal(back.lists.at[0].texts.at[1], "twice");
    assert_int_equal(back.lists.at[1].texts.count, 0);
    assert_string_equal(back.lists.at[2].texts.at[0], "\"quoted\", é");
    observation_fini(&back);
}

static void
unknown_values_stay_unknown(void **state)
{
    (void)state;
    struct observation o = {.times = 1, .headline = "", .score = LISTING_UNKNOWN};
    assert_true(addr_parse("2001:db8::1", &o.address));
    assert_true(keep(&o));
    struct observation back = newest("2001:db8::1");
    assert_null(back.resolver);
    assert_null(back.org);
    assert_null(back.name);
    assert_string_equal(back.headline, "");
    assert_string_equal(back.country, "");
    assert_int_equal(back.serial, 0);
    assert_int_equal(back.asn, 0);
    assert_true(back.score < 0);
    assert_int_equal(back.nets.count, 0);
    assert_int_equal(back.lists.count, 0);
    observation_fini(&back);
}

/* ---- the same again ---- */

static void
same_observation_extends_end(void **state)
{
    (void)state;
    struct observation o = look("203.0.113.77", 1000, STATE_LISTED);
    assert_true(keep(&o));
    struct observation before = newest("203.0.113.77");
    o.first_ms = o.last_ms = 2000;
    o.headline = "said better";
    o.knows_neighbours = true;
    o.resolver = "[::1]:53";
    o.serial = 2026070619;
    o.source = SOURCE_ZONE;
    assert_false(keep(&o));
    struct observation after = newest("203.0.113.77");
    assert_int_equal(uuid_compare(&before.uuid, &after.uuid), 0);
    assert_int_equal(after.first_ms, 1000);
    assert_int_equal(after.last_ms, 2000);
    assert_int_equal(after.times, 2);
    assert_string_equal(after.headline, "said better");
    assert_string_equal(after.resolver, "[::1]:53");
    assert_int_equal(after.serial, 2026070619);
    assert_int_equal(after.source, SOURCE_ZONE);
    observation_fini(&before);
    observation_fini(&after);
}

static void
changed_observation_adds_row(void **state)
{
    (void)state;
    assert_true(keep_look("203.0.113.77", 1000, STATE_LISTED));
    assert_true(keep_look("203.0.113.77", 2000, STATE_CLEAR));
    assert_true(keep_look("203.0.113.77", 3000, STATE_LISTED));
    assert_false(keep_look("203.0.113.77", 4000, STATE_LISTED));
    assert_true(keep_look("203.0.113.78", 4000, STATE_LISTED));
    journal_observations found = timeline("203.0.113.77", 10);
    assert_int_equal(found.count, 3);
    assert_int_equal(found.at[0].first_ms, 3000);
    assert_int_equal(found.at[0].last_ms, 4000);
    assert_int_equal(observation_state(&found.at[1], "level1"), STATE_CLEAR);
    assert_int_not_equal(uuid_compare(&found.at[0].uuid, &found.at[2].uuid), 0);
    journal_observations_fini(&found);
    found = timeline("203.0.113.77", 2);
    assert_int_equal(found.count, 2);
    assert_int_equal(found.at[0].first_ms, 3000);
    journal_observations_fini(&found);
}

/* A zone file tells what was true when it was made. */
static void
older_observation_is_inserted_in_order(void **state)
{
    (void)state;
    keep_look("203.0.113.77", 5000, STATE_CLEAR);
    assert_true(keep_look("203.0.113.77", 2000, STATE_LISTED));
    struct observation now = newest("203.0.113.77");
    assert_int_equal(observation_state(&now, "level1"), STATE_CLEAR);
    observation_fini(&now);
    journal_observations found = timeline("203.0.113.77", 10);
    assert_int_equal(found.count, 2);
    assert_int_equal(observation_state(&found.at[1], "level1"), STATE_LISTED);
    journal_observations_fini(&found);
    assert_false(keep_look("203.0.113.77", 6000, STATE_CLEAR));
}

static void
repeated_old_zone_adds_one_row(void **state)
{
    (void)state;
    keep_look("203.0.113.77", 5000, STATE_CLEAR);
    assert_true(keep_look("203.0.113.77", 2000, STATE_LISTED));
    for (int i = 0; i < 3; i++) {
        assert_false(keep_look("203.0.113.77", 2000, STATE_LISTED));
        assert_false(keep_look("203.0.113.77", 6000 + i, STATE_CLEAR));
    }
    assert_int_equal(count_of("203.0.113.77"), 2);
}

static void
same_observation_earlier_extends_start(void **state)
{
    (void)state;
    keep_look("203.0.113.77", 1000, STATE_CLEAR);
    keep_look("203.0.113.77", 5000, STATE_LISTED);
    assert_false(keep_look("203.0.113.77", 3000, STATE_LISTED));
    struct observation now = newest("203.0.113.77");
    assert_int_equal(now.first_ms, 3000);
    assert_int_equal(now.last_ms, 5000);
    assert_int_equal(now.times, 2);
    observation_fini(&now);
}

static void
same_observation_stops_at_different_one(void **state)
{
    (void)state;
    keep_look("203.0.113.77", 1000, STATE_CLEAR);
    assert_false(keep_look("203.0.113.77", 4000, STATE_CLEAR));
    keep_look("203.0.113.77", 5000, STATE_LISTED);
    assert_false(keep_look("203.0.113.77", 3000, STATE_LISTED));
    struct observation now = newest("203.0.113.77");
    assert_int_equal(now.first_ms, 5000);
    observation_fini(&now);
    assert_int_equal(count_of("203.0.113.77"), 2);
}

/* ---- histories ---- */

static void
history_of_net_has_addresses_inside(void **state)
{
    (void)state;
    static const char *const addresses[] = {"203.0.112.255", "203.0.113.0",  "203.0.113.255",     "203.0.114.0",
                                            "2001:db8::1",   "2001:db8::ff", "::ffff:0:cb00:7101"};
    for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++)
        keep_look(addresses[i], 1000 + (int64_t)i, STATE_LISTED);
    assert_int_equal(count_of("203.0.113.0/24"), 2);
    assert_int_equal(count_of("203.0.112.0/22"), 4);
    assert_int_equal(count_of("203.0.113.255/32"), 1);
    assert_int_equal(count_of("0.0.0.0/0"), 4);
    assert_int_equal(count_of("2001:db8::/124"), 1);
    assert_int_equal(count_of("2001:db8::/32"), 2);
}

static void
history_of_asn_has_its_addresses(void **state)
{
    (void)state;
    struct observation o = look("203.0.113.1", 1000, STATE_LISTED);
    keep(&o);
    o = look("203.0.113.2", 2000, STATE_LISTED);
    o.score_asn = 64501;
    keep(&o);
    o = look("203.0.113.3", 3000, STATE_LISTED);
    o.score_asn = 64500;
    keep(&o);
    o = look("203.0.113.4", 4000, STATE_LISTED);
    o.asn = 0;
    o.score_asn = 64501;
    keep(&o);
    assert_int_equal(count_of("AS64500"), 3);
    assert_int_equal(count_of("AS64501"), 2);
    assert_int_equal(count_of("AS64502"), 0);
    journal_observations found = timeline("AS64501", 1);
    assert_int_equal(found.count, 1);
    assert_int_equal(found.at[0].last_ms, 4000);
    journal_observations_fini(&found);
}

/* So many that they are no longer put in order but found by walking through all from the newest on. */
static void
history_of_wide_net_has_newest(void **state)
{
    (void)state;
    enum { ADDRESSES = 8500, INSIDE = 4096 };
    DONE(journal_begin(journal, &journal_fixture_fault));
    for (int i = 0; i < ADDRESSES; i++) {
        char address[32];
        snprintf(address, sizeof address, "10.0.%d.%d", i >> 8, i & 255);
        keep_look(address, 1000000 + i * 7919 % ADDRESSES, i % 2 ? STATE_LISTED : STATE_CLEAR);
        keep_look(address, 2000000 + i * 7919 % ADDRESSES, i % 2 ? STATE_CLEAR : STATE_LISTED);
        snprintf(address, sizeof address, "11.0.%d.%d", i >> 8, i & 255);
        keep_look(address, 2500000, STATE_LISTED);
    }
    DONE(journal_commit(journal, &journal_fixture_fault));
    journal_observations found = timeline("10.0.0.0/8", 100);
    assert_int_equal(found.count, 100);
    for (int i = 0; i < 100; i++)
        assert_int_equal(found.at[i].last_ms, 2000000 + ADDRESSES - 1 - i);
    journal_observations_fini(&found);
    assert_int_equal(count_of("10.0.0.0/8"), 2 * ADDRESSES);
    found = timeline("10.0.0.0/8", ADDRESSES + 1);
    assert_int_equal(found.count, ADDRESSES + 1);
    assert_int_equal(found.at[ADDRESSES].last_ms, 1000000 + ADDRESSES - 1);
    journal_observations_fini(&found);
    found = timeline("10.0.0.0/20", INSIDE + 1);
    assert_int_equal(found.count, INSIDE + 1);
    for (int i = 0; i < INSIDE; i++)
        assert_true(found.at[i].last_ms >= 2000000 && found.at[i].last_ms > found.at[i + 1].last_ms);
    assert_in_range(found.at[INSIDE].last_ms, 1000000, 1000000 + ADDRESSES - 1);
    journal_observations_fini(&found);
}

static void
seen_is_known_per_list(void **state)
{
    (void)state;
    struct seen seen = {0};
    struct resource resource = journal_fixture_resource("203.0.113.77");
    keep_look("203.0.113.77", 1000, STATE_CLEAR);
    keep_look("203.0.113.77", 2000, STATE_LISTED);
    keep_look("203.0.113.77", 3000, STATE_TIMEOUT);
    keep_look("203.0.113.77", 4000, STATE_LISTED);
    assert_true(journal_seen(journal, &resource.prefix.addr, &seen, &fault));
    assert_true(seen.known);
    assert_int_equal(seen.first_ms, 1000);
    assert_int_equal(seen.changes, 4);
    assert_int_equal(seen_find(&seen, LEVEL1_LIST->zone)->state, STATE_LISTED);
    assert_int_equal(seen_find(&seen, LEVEL1_LIST->zone)->since_ms, 2000);
    assert_int_equal(seen_find(&seen, LEVEL1_LIST->zone)->until_ms, 4000);
    assert_int_equal(seen_find(&seen, LEVEL1_LIST->zone)->other_ms, 1000);
    assert_int_equal(seen_find(&seen, LEVEL2_LIST->zone)->state, STATE_CLEAR);
    assert_int_equal(seen_find(&seen, LEVEL2_LIST->zone)->since_ms, 1000);
    assert_int_equal(seen_find(&seen, LEVEL2_LIST->zone)->other_ms, 0);
    seen_fini(&seen);
}

/* ---- another journal's ---- */

static enum journal_change
unite(struct journal *into, const struct observation *o)
{
    enum journal_change change = JOURNAL_UNCHANGED;
    if (journal_merge_observation(into, o, &change, &fault) != JOURNAL_DONE)
        fail_msg("%s", fault.text);
    return change;
}

static void
merge_new_observation_keeps_uuid(void **state)
{
    (void)state;
    struct observation o = look("203.0.113.77", 2000, STATE_LISTED);
    o.uuid = uuid_new(2000);
    assert_int_equal(unite(journal, &o), JOURNAL_ADDED);
    assert_int_equal(unite(journal, &o), JOURNAL_UNCHANGED);
    struct observation now = newest("203.0.113.77");
    assert_int_equal(uuid_compare(&now.uuid, &o.uuid), 0);
    observation_fini(&now);
    o.uuid = uuid_new(1000);
    o.first_ms = o.last_ms = 1000;
    observed_set(&o, "level1", STATE_CLEAR);
    assert_int_equal(unite(journal, &o), JOURNAL_ADDED);
    now = newest("203.0.113.77");
    assert_int_equal(now.last_ms, 2000);
    observation_fini(&now);
}

static void
headline_is(const char *expected)
{
    struct observation after = newest("203.0.113.77");
    assert_string_equal(after.headline, expected);
    observation_fini(&after);
}

/* Words that the zone files gave go with the nets that stay in the journal. */
static void
look_knowing_less_keeps_headline(void **state)
{
    (void)state;
    struct listed_net net = {.impacts = 412, .abusers = LISTING_UNKNOWN, .limit = 96, .from_zone = true};
    struct observation full = look("203.0.113.77", 1000, STATE_LISTED), bare = full;
    assert_true(prefix_parse("203.0.0.0/16", &net.prefix, NULL));
    vec_push(&full.nets, net);
    observed_set(&full, "level2", STATE_LISTED);
    observed_set(&bare, "level2", STATE_LISTED);
    full.knows_neighbours = true;
    full.headline = "level 2 lists the /16; alone";
    assert_true(keep(&full));
    bare.first_ms = bare.last_ms = 2000;
    bare.headline = "level 2 lists the /18; perhaps its neighbours";
    assert_false(keep(&bare));
    headline_is(full.headline);
    bare.knows_neighbours = true; /* level 2's file alone is missing */
    bare.first_ms = bare.last_ms = 3000;
    assert_false(keep(&bare));
    headline_is(full.headline);
    full.first_ms = full.last_ms = 4000;
    full.headline = "level 2 lists the /16; now with others";
    assert_false(keep(&full));
    headline_is(full.headline);
    vec_free(&full.nets);
}

static void
country_is_filled_in_later(void **state)
{
    (void)state;
    struct observation o = look("203.0.113.77", 1000, STATE_LISTED), back;
    o.country[0] = '\0';
    assert_true(keep(&o));
    strcpy(o.country, "NL");
    o.first_ms = o.last_ms = 2000;
    assert_false(keep(&o));
    back = newest("203.0.113.77");
    assert_string_equal(back.country, "NL");
    observation_fini(&back);
    strcpy(o.country, "DE");
    o.first_ms = o.last_ms = 3000;
    assert_false(keep(&o));
    back = newest("203.0.113.77");
    assert_string_equal(back.country, "NL");
    observation_fini(&back);
}

static void
same_uuid_merges_in_any_order(void **state)
{
    (void)state;
    struct observation a = look("203.0.113.77", 2000, STATE_LISTED), b = a;
    a.uuid = b.uuid = uuid_new(2000);
    a.first_ms = 1000;
    a.times = 2;
    a.headline = "first";
    b.last_ms = 9000;
    b.times = 8;
    b.headline = "later";
    for (int same_time = 0; same_time < 2; same_time++) {
        struct observation both[2];
        for (int order = 0; order < 2; order++) {
            struct journal *into = journal_fixture_new(order ? "ba.db" : "ab.db");
            assert_int_equal(unite(into, order ? &b : &a), JOURNAL_ADDED);
            unite(into, order ? &a : &b);
            assert_true(journal_newest(into, &a.address, &both[order], &fault));
            journal_close(into);
        }
        for (int order = 0; order < 2; order++) {
            assert_int_equal(both[order].first_ms, 1000);
            assert_int_equal(both[order].last_ms, 9000);
            assert_int_equal(both[order].times, 8);
            assert_string_equal(both[order].headline, "later");
            observation_fini(&both[order]);
        }
        a.last_ms = 9000;
    }
}

/* Nobody's program makes such. */
static void
same_uuid_of_two_addresses_stays_two(void **state)
{
    (void)state;
    struct observation a = look("203.0.113.77", 2000, STATE_LISTED), b = look("203.0.113.78", 3000, STATE_LISTED);
    a.uuid = b.uuid = uuid_new(2000);
    unite(journal, &a);
    assert_int_equal(unite(journal, &b), JOURNAL_ADDED);
    assert_int_equal(unite(journal, &a), JOURNAL_UNCHANGED);
    assert_int_equal(count_of("203.0.113.77"), 1);
    assert_int_equal(count_of("203.0.113.78"), 1);
}

/* ---- the index of words ---- */

/* The index is fewer observations behind than these. */
static void
bring_index_up(void)
{
    static int times;
    times++;
    for (int i = 0; i < JOURNAL_INDEX_LAG; i++) {
        char address[32];
        snprintf(address, sizeof address, "10.0.0.%d", i);
        keep_look(address, 1000 * times, times % 2 ? STATE_LISTED : STATE_CLEAR);
    }
}

static void
word_index_has_every_word(void **state)
{
    (void)state;
    static const char all[] = "SELECT count(*) FROM matter_text WHERE rowid IN"
                              " (SELECT id FROM matter WHERE text LIKE '203.%') AND matter_text MATCH ";
    char sql[192];
    for (int i = 0; i < 2 * JOURNAL_INDEX_LAG + 10; i++) {
        char address[32];
        snprintf(address, sizeof address, "203.0.113.%d", i);
        keep_look(address, 1000 + i, STATE_LISTED);
    }
    snprintf(sql, sizeof sql, "%s'example'", all);
    int64_t before = ask_number(sql);
    assert_in_range(before, 2 * JOURNAL_INDEX_LAG + 10 - JOURNAL_INDEX_LAG, 2 * JOURNAL_INDEX_LAG + 10);
    bring_index_up();
    assert_int_equal(ask_number(sql), 2 * JOURNAL_INDEX_LAG + 10);

    struct observation o = look("203.0.113.5", 9000, STATE_CLEAR);
    o.name = "renamed.example.net";
    keep(&o);
    bring_index_up();
    assert_int_equal(ask_number(sql), 2 * JOURNAL_INDEX_LAG + 10);
    snprintf(sql, sizeof sql, "%s'renamed'", all);
    assert_int_equal(ask_number(sql), 1);
    snprintf(sql, sizeof sql, "%s'mail'", all);
    assert_int_equal(ask_number(sql), 2 * JOURNAL_INDEX_LAG + 9);
}

/* Numbers of rows begin again where the last ones were. */
static void
word_index_works_after_purge(void **state)
{
    (void)state;
    struct resource resource = journal_fixture_resource("203.0.112.0/22");
    struct journal_purge_scope all = {.resource = &resource};
    struct journal_totals count;
    for (int i = 0; i < JOURNAL_INDEX_LAG; i++) {
        char address[32];
        snprintf(address, sizeof address, "203.0.113.%d", 100 + i);
        keep_look(address, 1000, STATE_LISTED);
    }
    assert_int_equal(ask_number("SELECT observation FROM matter_text_upto"), JOURNAL_INDEX_LAG);
    DONE(journal_purge(journal, &all, NULL, NULL, &count, &journal_fixture_fault));
    assert_int_equal(count_of("0.0.0.0/0"), 0);
    keep_look("203.0.113.3", 1000, STATE_LISTED);
    bring_index_up();
    assert_int_equal(ask_number("SELECT rowid = (SELECT id FROM matter WHERE text = '203.0.113.3') FROM matter_text"
                                " WHERE matter_text MATCH 'mail' ORDER BY rowid"),
                     1);
}

#define CASE(function) cmocka_unit_test_setup_teardown(function, begin, end)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(new_journal_knows_nothing),
        CASE(observation_round_trips),
        CASE(unknown_values_stay_unknown),
        CASE(same_observation_extends_end),
        CASE(country_is_filled_in_later),
        CASE(look_knowing_less_keeps_headline),
        CASE(changed_observation_adds_row),
        CASE(older_observation_is_inserted_in_order),
        CASE(repeated_old_zone_adds_one_row),
        CASE(same_observation_earlier_extends_start),
        CASE(same_observation_stops_at_different_one),
        CASE(history_of_net_has_addresses_inside),
        CASE(history_of_asn_has_its_addresses),
        CASE(history_of_wide_net_has_newest),
        CASE(seen_is_known_per_list),
        CASE(merge_new_observation_keeps_uuid),
        CASE(same_uuid_merges_in_any_order),
        CASE(same_uuid_of_two_addresses_stays_two),
        CASE(word_index_has_every_word),
        CASE(word_index_works_after_purge),
    };
    return cmocka_run_group_tests(tests, temp_dir_make, temp_dir_remove);
}
