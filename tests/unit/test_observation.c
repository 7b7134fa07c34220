#include "builtin_lists.h"
#include "evidence_fixture.h"
#include "journal/observation.h"
#include "observed_fixture.h"
#include "pages/changes.h"
#include "verdict/explain.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define ADDRESS "203.0.113.77"

/* Makes an observation of the evidence, which is finished with then. */
static void
make(struct observation *out, struct evidence *e)
{
    struct policy policy;
    struct verdict verdict;
    policy_default(&policy);
    verdict_reach(&verdict, e, &policy);
    observation_make(out, e, &verdict);
    verdict_fini(&verdict);
    evidence_fini(e);
}

/* "what: then > now", one a line; the caller frees. Whether they are the same must go with whether anything differs. */
static char *
differences(const struct observation *then, const struct observation *now)
{
    struct buf out = {0};
    observation_differences list = {0};
    observation_compare(&list, then, now);
    assert_int_equal(observation_same(then, now), list.count == 0);
    for (size_t i = 0; i < list.count; i++)
        buf_format(&out, "%s: %s > %s\n", list.at[i].what, list.at[i].then, list.at[i].now);
    vec_free(&list);
    return buf_take(&out);
}

static void
assert_differences(const struct observation *then, const struct observation *now, const char *expected)
{
    char *got = differences(then, now);
    assert_string_equal(got, expected);
    free(got);
}

/* ---- what is made of evidence ---- */

static void
observation_omits_transient_evidence(void **state)
{
    (void)state;
    struct evidence e;
    struct observation o;
    struct endpoint resolver;
    made_evidence(&e, ADDRESS);
    assert_true(endpoint_parse("127.0.0.1:5300", &resolver));
    vec_push(&e.servers, resolver);
    made_listed(&e, AT_LEVEL2, MADE_L2);
    made_text(&e, AT_LEVEL2, MADE_L2_INNER);
    made_text(&e, AT_LEVEL2, MADE_L2_INNER);
    made_listed(&e, AT_LEVEL3, MADE_L3);
    made_trouble(&e, AT_BACKSCATTERER, STATE_TIMEOUT, "no answer");
    make(&o, &e);

    char text[ADDR_TEXT];
    struct uuid none = {{0}};
    assert_string_equal(addr_text(&o.address, text), ADDRESS);
    assert_int_equal(uuid_compare(&o.uuid, &none), 0);
    assert_int_equal(o.first_ms, MADE_WALL_MS); /* of the answers, not of the page */
    assert_int_equal(o.last_ms, o.first_ms);
    assert_int_equal(o.times, 1);
    assert_int_equal(o.source, SOURCE_DNS);
    assert_string_equal(o.resolver, "127.0.0.1:5300");
    assert_int_equal(o.serial, MADE_SERIAL);
    assert_int_equal(o.verdict, VERDICT_COLLATERAL);
    assert_int_equal(o.causes, CAUSE_ALLOCATION | CAUSE_PROVIDER);
    assert_non_null(strstr(o.headline, "203.0.113.0/24"));
    static const enum list_state states[] = {STATE_CLEAR, STATE_LISTED, STATE_LISTED, STATE_CLEAR, STATE_TIMEOUT};
    for (size_t i = 0; i < COUNT(states); i++)
        assert_int_equal(observation_state(&o, observation_part_at(i)), states[i]);
    assert_string_equal(o.lists.at[0].zone, "dnsbl-1.uceprotect.net");
    assert_int_equal(o.nets.count, 2);
    assert_int_equal(o.nets.at[0].prefix.length, 24);
    assert_int_equal(o.nets.at[1].impacts, 23);
    assert_int_equal(o.asn, 64500);
    assert_string_equal(o.org, "EXAMPLE Example Hosting");
    assert_string_equal(o.country, "DE");
    assert_int_equal(o.score_asn, 64500);
    assert_true(o.score > 79.6 && o.score < 79.8);
    assert_string_equal(o.name, "mail.example");
    assert_int_equal(o.lists.at[1].texts.count, 2); /* one of the inner net came twice */
    assert_string_equal(o.lists.at[1].texts.at[0], MADE_L2);
    assert_string_equal(o.lists.at[1].texts.at[1], MADE_L2_INNER);
    assert_int_equal(o.lists.at[2].texts.count, 1);
    observation_fini(&o);
    assert_int_equal(o.lists.count, 0);
    observation_fini(&o);
}

/* The first server may not have been asked at all. */
static void
observation_names_server_that_answered(void **state)
{
    (void)state;
    struct evidence e;
    struct observation o;
    struct endpoint first, second;
    made_evidence(&e, ADDRESS);
    assert_true(endpoint_parse("192.0.2.1", &first));
    assert_true(endpoint_parse("192.0.2.2", &second));
    vec_push(&e.servers, first);
    vec_push(&e.servers, second);
    vec_push(&e.exchanges, ((struct exchange){.subject = SUBJECT_NAME, .name = mem_copy("mail"), .server = first}));
    vec_push(&e.exchanges, ((struct exchange){.subject = SUBJECT_LIST, .name = mem_copy("list"), .server = second}));
    make(&o, &e);
    assert_string_equal(o.resolver, "192.0.2.2:53");
    observation_fini(&o);
}

/* An ASN database has no country; the texts name that of the net's and of level 3's holder. */
static void
observation_country_is_origins(void **state)
{
    (void)state;
    static const struct {
        uint32_t asn;
        const char *own, *text2, *text3, *expected;
    } cases[] = {
        {64500, "NL", MADE_L2, MADE_L3, "NL"}, {64500, "", MADE_L2, MADE_L3, "DE"}, {64500, "", MADE_L2, NULL, "DE"},
        {64500, "", NULL, MADE_L3, "DE"},      {64501, "", MADE_L2, MADE_L3, ""},   {0, "", MADE_L2, MADE_L3, ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct evidence e;
        struct observation o;
        made_evidence(&e, ADDRESS);
        e.network.asn = cases[i].asn;
        strcpy(e.network.country, cases[i].own);
        if (cases[i].text2)
            made_listed(&e, AT_LEVEL2, cases[i].text2);
        if (cases[i].text3)
            made_listed(&e, AT_LEVEL3, cases[i].text3);
        make(&o, &e);
        assert_string_equal(o.country, cases[i].expected);
        observation_fini(&o);
    }
}

static void
unknown_values_stay_unknown(void **state)
{
    (void)state;
    struct evidence e;
    struct observation o;
    made_evidence(&e, ADDRESS);
    free(e.ptr.name);
    e.ptr.name = NULL;
    e.network = (struct network){0};
    e.finished_ms = 0;
    made_listed(&e, AT_LEVEL3, MADE_L3_OLD);
    make(&o, &e);
    assert_null(o.name);
    assert_null(o.org);
    assert_null(o.resolver);
    assert_int_equal(o.asn, 0);
    assert_string_equal(o.country, "");
    assert_int_equal(o.score_asn, 64500);
    assert_true(o.score < 0);
    assert_int_equal(o.first_ms, MADE_WALL_MS); /* now */
    observation_fini(&o);
}

static void
from_zones(struct evidence *e, size_t from, uint32_t serial)
{
    made_evidence(e, ADDRESS);
    for (size_t i = 0; i < BUILTIN_LISTS; i++) {
        e->lists.at[i].source = i < from ? SOURCE_NONE : SOURCE_ZONE;
        e->lists.at[i].state = i < from ? STATE_UNASKED : STATE_CLEAR;
        e->lists.at[i].serial = i < from ? 0 : serial;
    }
}

static void
observation_of_zone_file_has_its_date(void **state)
{
    (void)state;
    static const struct {
        size_t from; /* the first list that there is a file of */
        uint32_t serial;
        int64_t expected;
    } cases[] = {
        {0, 2026070412, INT64_C(1783159200000)}, /* 2026-07-04T10:00:00Z */
        {1, 2026070412, INT64_C(1783159200000)}, {0, 0, MADE_WALL_MS + 1200},
        {0, 2026079999, MADE_WALL_MS + 1200},    {0, 2031010100, MADE_WALL_MS + 1200}, /* not yet */
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct evidence e;
        struct observation o;
        from_zones(&e, cases[i].from, cases[i].serial);
        make(&o, &e);
        assert_int_equal(o.first_ms, cases[i].expected);
        assert_int_equal(o.last_ms, cases[i].expected);
        assert_null(o.resolver);
        observation_fini(&o);
    }
}

/* ---- then and now ---- */

/* What a case does to the evidence that says clear of everything. */
typedef void change(struct evidence *);

static void
nothing(struct evidence *e)
{
    (void)e;
}

static void
what_passes(struct evidence *e)
{
    struct endpoint resolver;
    endpoint_parse("127.0.0.1:5300", &resolver);
    vec_push(&e->servers, resolver);
    e->finished_ms += 3600 * 1000;
    for (size_t i = 0; i < BUILTIN_LISTS; i++) {
        e->lists.at[i].serial++;
        e->lists.at[i].ttl = 7;
        e->lists.at[i].rtt_us = 99;
    }
}

static void
level1(struct evidence *e)
{
    made_listed(e, AT_LEVEL1, MADE_L1);
}

static void
level2(struct evidence *e)
{
    made_listed(e, AT_LEVEL2, MADE_L2);
}

static void
level2_more(struct evidence *e)
{
    level2(e);
    e->nets.at[0].impacts = 27;
    free(e->lists.at[AT_LEVEL2].txt.at[0]);
    e->lists.at[AT_LEVEL2].txt.at[0] = mem_copy("27 impacts");
}

static void
level2_both(struct evidence *e)
{
    level2(e);
    made_text(e, AT_LEVEL2, MADE_L2_INNER);
}

static void
level2_turned(struct evidence *e)
{
    made_listed(e, AT_LEVEL2, MADE_L2_INNER);
    made_text(e, AT_LEVEL2, MADE_L2);
}

static void
level2_mute(struct evidence *e)
{
    made_listed(e, AT_LEVEL2, NULL);
}

static void
level2_silent(struct evidence *e)
{
    made_trouble(e, AT_LEVEL2, STATE_TIMEOUT, "no answer");
}

static void
level2_vague(struct evidence *e)
{
    made_listed(e, AT_LEVEL2, MADE_L2_DEFAULT);
}

static void
level2_by_hand(struct evidence *e)
{
    made_listed(e, AT_LEVEL2, MADE_L2_PERMANENT);
}

static void
level2_before_2021(struct evidence *e)
{
    made_listed(e, AT_LEVEL2, MADE_L2_OLD);
}

/* The inner net by DNS, the outer one from the zone file. */
static void
level2_hidden(struct evidence *e)
{
    made_listed(e, AT_LEVEL2, MADE_L2_INNER);
    struct listed_net outer = e->nets.at[0];
    prefix_parse("203.0.112.0/22", &outer.prefix, NULL);
    outer.from_zone = true;
    outer.impacts = 23;
    outer.limit = 9;
    vec_push(&e->nets, outer);
}

static void
level2_inner(struct evidence *e)
{
    made_listed(e, AT_LEVEL2, MADE_L2_INNER);
}

static void
exempt(struct evidence *e)
{
    made_listed(e, AT_EXEMPTION, MADE_WHITE);
}

static void
level3(struct evidence *e)
{
    made_listed(e, AT_LEVEL3, MADE_L3);
}

static void
level3_mute(struct evidence *e)
{
    made_listed(e, AT_LEVEL3, NULL);
}

static void
level3_refused(struct evidence *e)
{
    made_trouble(e, AT_LEVEL3, STATE_REFUSED, NULL);
}

static void
level3_before_2021(struct evidence *e)
{
    made_listed(e, AT_LEVEL3, MADE_L3_OLD);
}

static void
nobody(struct evidence *e)
{
    e->network.asn = 0;
    e->network.org[0] = '\0';
    free(e->ptr.name);
    e->ptr = (struct ptr){.state = PTR_FAILED};
}

static void
other_holder(struct evidence *e)
{
    e->network.asn = 64501;
    strcpy(e->network.org, "Another");
    free(e->ptr.name);
    e->ptr.name = mem_copy("www.example");
}

static void
otherwise_written(struct evidence *e)
{
    strcpy(e->network.org, "Example Hosting GmbH");
    strcpy(e->network.country, "");
    free(e->ptr.name);
    e->ptr.name = mem_copy("MAIL.example");
}

static void
without_org(struct evidence *e)
{
    e->network.org[0] = '\0';
}

static void
level1_otherwise(struct evidence *e)
{
    made_listed(e, AT_LEVEL1,
                "Listed for something else, and with so many words that they do not fit into the room "
                "that there is for them");
}

static void
unasked(struct evidence *e)
{
    for (size_t i = 0; i < BUILTIN_LISTS; i++)
        made_trouble(e, i, STATE_UNASKED, NULL);
}

static const struct {
    const char *name;
    change *then, *now;
    const char *differences;
} cases[] = {
    {"nothing changed", nothing, nothing, ""},
    {"times, resolver, serials", level2_both, what_passes,
     "verdict: collateral > clear\n"
     "level 2: listed > clear\n"
     "203.0.112.0/22: 23 impacts (limit 9) > -\n"
     "203.0.113.0/24: 19 impacts (limit 4) > -\n"},
    {"only times, resolver, serials", nothing, what_passes, ""},
    {"texts in another order", level2_both, level2_turned, ""},

    {"it was listed", nothing, level1, "verdict: clear > direct\nlevel 1: clear > listed\n"},
    {"its net was listed", nothing, level2,
     "verdict: clear > collateral\nlevel 2: clear > listed\n203.0.112.0/22: - > 23 impacts (limit 9)\n"},
    {"more impacts", level2, level2_more, "203.0.112.0/22: 23 impacts (limit 9) > 27 impacts (limit 9)\n"},
    {"another net", level2, level2_both, "203.0.113.0/24: - > 19 impacts (limit 4)\n"},
    {"a net less", level2_both, level2, "203.0.113.0/24: 19 impacts (limit 4) > -\n"},
    {"by hand", level2_inner, level2_by_hand,
     "203.0.113.0/24: 19 impacts (limit 4), AS64500 > listed by hand, no expiry\n"},
    {"of the old rule", level2_inner, level2_before_2021,
     "203.0.113.0/24: 19 impacts (limit 4) > 7 abusers (rule before 2021)\n"},
    {"exempt", nothing, exempt, "exemption: none > registered\n"},
    {"its provider was listed", nothing, level3,
     "verdict: clear > collateral\nlevel 3: clear > listed\nscore: - > 79.7 of AS64500\n"},
    {"of the old rule, level 3", level3, level3_before_2021, "score: 79.7 of AS64500 > AS64500\n"},
    {"another text", level1, level1_otherwise,
     "text of level 1: IP 203.0.113.77 is UCEPROTECT-Level 1 listed. See "
     "http://www.uceprotect.net/rblcheck.php?ipr... > Listed for something else, and with so many words that they do "
     "not "
     "fit into the room that th...\n"},
    {"the text has no detail now", level2, level2_vague, "203.0.112.0/22: 23 impacts (limit 9) > -\n"},

    /* Silence is neither clear nor the end of anything. */
    {"level 2 fell silent", level2, level2_silent, "verdict: collateral > unknown\nlevel 2: listed > no answer\n"},
    {"level 2 was heard again", level2_silent, level2,
     "verdict: unknown > collateral\nlevel 2: no answer > listed\n203.0.112.0/22: not known > 23 impacts (limit 9)\n"},
    {"silent while clear", nothing, level2_silent, "verdict: clear > unknown\nlevel 2: clear > no answer\n"},
    {"still silent", level2_silent, level2_silent, ""},
    {"level 3 refuses", level3, level3_refused, "verdict: collateral > unknown\nlevel 3: listed > refused to answer\n"},
    {"level 3 was heard again", level3_refused, level3,
     "verdict: unknown > collateral\nlevel 3: refused to answer > listed\nscore: not known > 79.7 of AS64500\n"},
    {"not asked", level2, unasked,
     "verdict: collateral > unknown\nlevel 1: clear > not asked\nlevel 2: listed > not asked\n"
     "level 3: clear > not asked\nexemption: none > not asked\nbackscatterer: clear > not asked\n"},
    {"the text could not be had", level2, level2_mute, ""},
    {"the text could be had", level2_mute, level2, "203.0.112.0/22: not known > 23 impacts (limit 9)\n"},
    {"the text of level 3 could not be had", level3, level3_mute, ""},
    {"the text of level 3 could be had", level3_mute, level3, "score: not known > 79.7 of AS64500\n"},
    {"exempt now, so levels 2 and 3 do not tell", level2, exempt,
     "verdict: collateral > clear\nlevel 2: listed > clear\nexemption: none > registered\n"},
    {"no zone file now", level2_hidden, level2_inner, ""},
    {"a zone file now", level2_inner, level2_hidden, "203.0.112.0/22: not known > 23 impacts (limit 9)\n"},
    {"the DNS shows it now", level2_hidden, level2_both,
     "text of level 2: - > Net 203.0.112.0/22 is UCEPROTECT-Level2 listed because 23 impacts are seen from EXAMPLE "
     "Exam...\n"},
    {"holder and name are not known now", nothing, nobody, ""},
    {"holder and name were not known", nobody, nothing,
     "announced by: not known > AS64500 EXAMPLE Example Hosting\nname: - > mail.example\n"},
    {"the holder's name was not known", without_org, nothing,
     "announced by: AS64500 > AS64500 EXAMPLE Example Hosting\n"},
    {"another holder, another name", nothing, other_holder,
     "announced by: AS64500 EXAMPLE Example Hosting > AS64501 Another\nname: mail.example > www.example\n"},
    {"the same holder and name from another source", nothing, otherwise_written, ""},
};

static void
difference_is_one_line(void **state)
{
    (void)state;
    static const struct {
        struct difference difference;
        const char *text;
    } lines[] = {
        {{"level 1", "clear", "listed", ""}, "level 1: clear -> listed"},
        {{"score", "61.5 of AS64500", "-", ""}, "score: 61.5 of AS64500 -> none"},
        {{"203.0.113.0/24", "-", "5 impacts (limit 4)", ""}, "203.0.113.0/24: published, 5 impacts (limit 4)"},
        {{"203.0.113.0/24", "5 impacts (limit 4)", "-", ""},
         "203.0.113.0/24: no longer published, was 5 impacts (limit 4)"},
        {{"203.0.113.0/24", "not known", "5 impacts (limit 4)", ""},
         "203.0.113.0/24: not known -> 5 impacts (limit 4)"},
    };
    for (size_t i = 0; i < COUNT(lines); i++) {
        struct buf text = {0};
        observation_difference_text(&text, &lines[i].difference);
        assert_string_equal(buf_string(&text), lines[i].text);
        buf_free(&text);
    }
}

static void
difference_shows_both_figures(void **state)
{
    (void)state;
    struct listed_net nets[] = {
        {.impacts = 93, .abusers = LISTING_UNKNOWN, .limit = 66},
        {.impacts = 137, .abusers = LISTING_UNKNOWN, .limit = 66},
        {.impacts = 1370, .abusers = LISTING_UNKNOWN, .limit = 70},
        {.impacts = 137, .abusers = LISTING_UNKNOWN, .limit = 66, .permanent = true},
    };
    static const char *const changes[] = {
        "203.0.0.0/18: impacts 93 -> 137 (limit 66)",
        "203.0.0.0/18: impacts 137 (limit 66) -> 1,370 (limit 70)",
        "203.0.0.0/18: 1,370 impacts (limit 70) -> listed by hand, no expiry",
    };
    for (size_t i = 0; i < COUNT(nets); i++)
        assert_true(prefix_parse("203.0.0.0/18", &nets[i].prefix, NULL));
    for (size_t i = 0; i < COUNT(changes); i++) {
        struct observation then = {.score = -1, .lists = observed_of(STATE_UNASKED)}, now = then;
        now.lists = observed_of(STATE_UNASKED);
        observation_differences list = {0};
        struct buf text = {0};
        observed_set(&then, "level2", STATE_LISTED);
        observed_set(&now, "level2", STATE_LISTED);
        vec_push(&then.nets, nets[i]);
        vec_push(&now.nets, nets[i + 1]);
        observation_compare(&list, &then, &now);
        assert_int_equal(list.count, 1);
        observation_difference_text(&text, &list.at[0]);
        assert_string_equal(buf_string(&text), changes[i]);
        buf_free(&text);
        vec_free(&list);
        vec_free(&then.nets);
        vec_free(&now.nets);
    }
}

static void
difference_then_and_now(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct evidence e;
        struct observation then, now;
        made_evidence(&e, ADDRESS);
        cases[i].then(&e);
        make(&then, &e);
        made_evidence(&e, ADDRESS);
        cases[i].now(&e);
        make(&now, &e);
        char *got = differences(&then, &now);
        if (strcmp(got, cases[i].differences) != 0)
            fail_msg("%s:\n%s\nis not\n%s", cases[i].name, got, cases[i].differences);
        free(got);
        assert_differences(&then, &then, "");
        observation_fini(&then);
        observation_fini(&now);
    }
}

/* A net that the zone file showed behind the DNS has gone when the zone file is still there, as another one shows. */
static void
difference_hidden_net_left(void **state)
{
    (void)state;
    struct evidence e;
    struct observation then, now;
    made_evidence(&e, ADDRESS);
    level2_hidden(&e);
    make(&then, &e);
    made_evidence(&e, ADDRESS);
    level2_hidden(&e);
    prefix_parse("203.0.0.0/16", &e.nets.at[1].prefix, NULL);
    make(&now, &e);
    assert_differences(&then, &now,
                       "203.0.0.0/16: - > 23 impacts (limit 9)\n203.0.112.0/22: 23 impacts (limit 9) > -\n");
    observation_fini(&then);
    observation_fini(&now);
}

/* Only the offline look from zone files knows that nothing is hidden. */
static void
difference_with_zone_file_sees_all_nets(void **state)
{
    (void)state;
    struct evidence e;
    struct observation then, now;
    made_evidence(&e, ADDRESS);
    level2_hidden(&e);
    make(&then, &e);
    made_evidence(&e, ADDRESS);
    level2_inner(&e);
    make(&now, &e);
    now.source = SOURCE_ZONE;
    assert_differences(&then, &now, "203.0.112.0/22: 23 impacts (limit 9) > -\n");
    observation_fini(&then);
    observation_fini(&now);
}

/* ---- in a few words ---- */

static void
assert_changes(const struct observation *then, const struct observation *now, unsigned levels, const char *expected)
{
    struct buf words = {0};
    assert_int_equal(changes_words(&words, then, now), levels);
    assert_string_equal(buf_string(&words), expected);
    buf_free(&words);
}

static void
changes_are_said_in_few_words(void **state)
{
    (void)state;
    enum { LEVEL1 = 1, LEVEL2 = 2, LEVEL3 = 4 };
    struct evidence e;
    struct observation clear, listed, more;
    made_evidence(&e, ADDRESS);
    make(&clear, &e);
    made_evidence(&e, ADDRESS);
    made_listed(&e, AT_LEVEL1, MADE_L1);
    made_listed(&e, AT_LEVEL2, MADE_L2);
    make(&listed, &e);
    made_evidence(&e, ADDRESS);
    made_listed(&e, AT_LEVEL2, MADE_L2);
    made_listed(&e, AT_LEVEL3, MADE_L3);
    make(&more, &e);
    more.nets.at[0].impacts = 412;
    assert_changes(&clear, &clear, 0, "");
    assert_changes(&clear, &listed, LEVEL1 | LEVEL2, "now on level 1, now on level 2, 203.0.112.0/22 published");
    assert_changes(&listed, &clear, LEVEL1 | LEVEL2,
                   "level 1 cleared, level 2 cleared, 203.0.112.0/22 no longer published");
    assert_changes(&listed, &more, LEVEL1 | LEVEL2 | LEVEL3, "level 1 cleared, now on level 3, 23 -> 412 impacts");
    assert_changes(&more, &more, 0, "");
    observation_fini(&clear);
    observation_fini(&listed);
    observation_fini(&more);
}

/* Other lists are named if they list or cleared; those that were not asked before are no news. */
static void
changes_name_other_lists(void **state)
{
    (void)state;
    struct evidence e;
    struct observation then, now;
    made_evidence(&e, ADDRESS);
    make(&then, &e);
    made_evidence(&e, ADDRESS);
    make(&now, &e);
    observed_list_add(&then.lists, "calm.example", NULL, STATE_CLEAR);
    observed_list_add(&then.lists, "gone.example", NULL, STATE_LISTED);
    observed_list_add(&then.lists, "shy.example", NULL, STATE_LISTED);
    observed_list_add(&now.lists, "calm.example", NULL, STATE_LISTED);
    observed_list_add(&now.lists, "fresh.example", NULL, STATE_LISTED);
    observed_list_add(&now.lists, "gone.example", NULL, STATE_CLEAR);
    observed_list_add(&now.lists, "new.example", NULL, STATE_CLEAR);
    observed_list_add(&now.lists, "shy.example", NULL, STATE_TIMEOUT);
    assert_changes(&then, &now, 0, "now on calm.example, gone.example cleared");
    observation_fini(&then);
    observation_fini(&now);
}

/* Silence is no change for the better. */
static void
changes_name_missing_answers(void **state)
{
    (void)state;
    struct evidence e;
    struct observation then, now;
    made_evidence(&e, ADDRESS);
    made_listed(&e, AT_LEVEL1, MADE_L1);
    make(&then, &e);
    made_evidence(&e, ADDRESS);
    made_trouble(&e, AT_LEVEL1, STATE_TIMEOUT, "no answer");
    make(&now, &e);
    assert_changes(&then, &now, 1, "level 1: listed -> no answer");
    observation_fini(&then);
    observation_fini(&now);
}

/* ---- copies and order ---- */

static void
copy_is_independent(void **state)
{
    (void)state;
    struct evidence e;
    struct observation o, copy, none = {0};
    made_evidence(&e, ADDRESS);
    level2_both(&e);
    level1(&e);
    make(&o, &e);
    observation_copy(&copy, &o);
    assert_differences(&o, &copy, "");
    assert_string_equal(copy.headline, o.headline);
    assert_string_equal(copy.lists.at[1].texts.at[1], o.lists.at[1].texts.at[1]);
    observation_fini(&o);
    assert_int_equal(copy.nets.count, 2);
    assert_string_equal(copy.lists.at[0].texts.at[0], MADE_L1);
    observation_fini(&copy);
    observation_copy(&copy, &none);
    observation_fini(&copy);
}

static void
order_depends_on_content_only(void **state)
{
    (void)state;
    static const char *const nets[] = {"198.51.100.0/24", "203.0.113.0/24", "203.0.112.0/22",
                                       "203.0.113.0/24",  "203.0.0.0/16",   "203.0.113.0/25"};
    struct observation o = {0};
    for (size_t i = 0; i < COUNT(nets); i++) {
        struct listed_net net = {.impacts = (int64_t)i};
        prefix_parse(nets[i], &net.prefix, NULL);
        vec_push(&o.nets, net);
    }
    static const struct {
        const char *zone, *part, *text;
    } texts[] = {{"z.example", NULL, "d"},      {"l3.example", "level3", "c"}, {"l2.example", "level2", "b"},
                 {"l2.example", "level2", "a"}, {"l2.example", "level2", "b"}, {"a.example", NULL, "d"},
                 {"l1.example", "level1", "b"}};
    for (size_t i = 0; i < COUNT(texts); i++)
        observed_list_add_text(observed_list_add(&o.lists, texts[i].zone, texts[i].part, STATE_LISTED), texts[i].text);
    observed_list_add(&o.lists, "unasked.example", NULL, STATE_UNASKED);
    observed_list_add_text(observed_list_add(&o.lists, "clear.example", NULL, STATE_CLEAR), "a text of a clear list");
    observation_order(&o);
    struct buf got = {0};
    char text[PREFIX_TEXT];
    for (size_t i = 0; i < o.nets.count; i++)
        buf_format(&got, "%s %lld, ", prefix_text(&o.nets.at[i].prefix, text), (long long)o.nets.at[i].impacts);
    for (size_t i = 0; i < o.lists.count; i++) {
        buf_format(&got, "%s", o.lists.at[i].zone);
        for (size_t t = 0; t < o.lists.at[i].texts.count; t++)
            buf_format(&got, " %s", o.lists.at[i].texts.at[t]);
        buf_text(&got, ", ");
    }
    assert_string_equal(buf_string(&got),
                        "203.0.113.0/25 5, 198.51.100.0/24 0, 203.0.113.0/24 1, 203.0.112.0/22 2, 203.0.0.0/16 4, "
                        "l1.example b, l2.example b a, l3.example c, a.example d, clear.example, z.example d, ");
    buf_free(&got);
    observation_fini(&o);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(observation_omits_transient_evidence),
        cmocka_unit_test(observation_names_server_that_answered),
        cmocka_unit_test(observation_country_is_origins),
        cmocka_unit_test(unknown_values_stay_unknown),
        cmocka_unit_test(observation_of_zone_file_has_its_date),
        cmocka_unit_test(difference_then_and_now),
        cmocka_unit_test(difference_is_one_line),
        cmocka_unit_test(difference_shows_both_figures),
        cmocka_unit_test(difference_hidden_net_left),
        cmocka_unit_test(difference_with_zone_file_sees_all_nets),
        cmocka_unit_test(changes_are_said_in_few_words),
        cmocka_unit_test(changes_name_other_lists),
        cmocka_unit_test(changes_name_missing_answers),
        cmocka_unit_test(copy_is_independent),
        cmocka_unit_test(order_depends_on_content_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
