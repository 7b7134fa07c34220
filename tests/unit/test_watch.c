/* The watch: what a look is, when it is worth a message, a replayed year, messages as text and as mail. */

#include "base/clock.h"
#include "base/text.h"
#include "builtin_lists.h"
#include "command/deliver.h"
#include "command/watch_json.h"
#include "evidence_fixture.h"
#include "journal/watches.h"
#include "verdict/explain.h"
#include "watch/alarm.h"
#include "watch/look.h"
#include "watch/outbox.h"
#include "watch/report.h"
#include "watch/round.h"

#include <fcntl.h>
#include <jansson.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "journal_fixture.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
enum { HOUR_MS = 60 * 60 * 1000, DAY_MS = 24 * HOUR_MS };

static struct fault fault;

/* ---- one target in one scope ---- */

/* Feeds looks to the memory of a list: l listed, L listed and believed at once, c clear. Writes what each is worth: L
 * alarm, C all-clear, . nothing. */
static const char *
worth(const char *looks, unsigned need, unsigned of)
{
    static char out[64];
    const struct alarm_rules rules = {need, of};
    const struct uuid message = {{1}};
    struct journal_watch w = {.look_count = 1};
    size_t i = 0;
    for (; looks[i]; i++) {
        alarm_look(&w, looks[i] != 'c', &rules, (int64_t)i);
        bool begins = alarm_begins(&w, &rules, looks[i] == 'L'), ends = alarm_ends(&w, &rules);
        if (begins || ends)
            alarm_tell(&w, begins, &message);
        out[i] = begins ? 'L' : ends ? 'C' : '.';
    }
    out[i] = '\0';
    return out;
}

static void
alarm_is_damped_by_looks(void **state)
{
    (void)state;
    static const struct {
        const char *looks, *worth;
    } cases[] = {
        {"ccclll", "....L."},             /* the second of three */
        {"cclcccc", "......."},           /* one blip */
        {"cclclcc", "....L.C"},           /* two of three; the all-clear needs two in a row */
        {"clclclclclcl", "...L........"}, /* flapping: once */
        {"ccLcLcc", "..L...C"},           /* at once */
        {"ccLcccL", "..L.C.L"},           /* and again */
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        if (strcmp(worth(cases[i].looks, 2, 3), cases[i].worth) != 0)
            fail_msg("%s: %s and not %s", cases[i].looks, worth(cases[i].looks, 2, 3), cases[i].worth);
    assert_string_equal(worth("cllll", 1, 1), ".L...");
    assert_string_equal(worth("cllllc", 4, 5), "....L.");
    assert_string_equal(worth("llccl", 2, 5), ".L.C."); /* looks before the all-clear are over */
}

static void
times_are_those_of_the_listing_and_of_its_end(void **state)
{
    (void)state;
    static const struct {
        const char *looks;
        int64_t since; /* after the last look, which is an event */
    } cases[] = {{"clcl", 1}, {"cll", 1}, {"clcccll", 5}, {"lclcc", 3}, {"llcc", 2}};
    const struct alarm_rules rules = {2, 3};
    const struct uuid message = {{1}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct journal_watch w = {.look_count = 1};
        for (size_t k = 0; cases[i].looks[k]; k++) {
            alarm_look(&w, cases[i].looks[k] == 'l', &rules, (int64_t)k);
            if (alarm_begins(&w, &rules, false) || alarm_ends(&w, &rules))
                alarm_tell(&w, !w.listed, &message);
        }
        if (w.since_ms != cases[i].since)
            fail_msg("%s: %d", cases[i].looks, (int)w.since_ms);
    }
}

/* ---- looks ---- */

struct sample {
    struct evidence evidence;
    struct verdict verdict;
};

static void
judge(struct sample *s)
{
    struct policy policy;
    policy_default(&policy);
    verdict_reach(&s->verdict, &s->evidence, &policy);
}

static void
sample_fini(struct sample *s)
{
    verdict_fini(&s->verdict);
    evidence_fini(&s->evidence);
}

/* Looks at what the list at a place of the catalogue says. */
static enum look_state
look_of(const struct sample *s, enum look_scope scope, size_t list)
{
    return look_at(scope, &s->evidence, &s->verdict, &s->evidence.lists.at[list]).state;
}

static void
look_is_by_scope(void **state)
{
    (void)state;
    struct sample s = {0};
    made_evidence(&s.evidence, "203.0.113.77");
    made_listed(&s.evidence, AT_LEVEL2, MADE_L2);
    made_trouble(&s.evidence, AT_LEVEL3, STATE_TIMEOUT, NULL);
    judge(&s);
    assert_int_equal(look_of(&s, LOOK_ADDRESS, AT_LEVEL1), LOOK_CLEAR);
    assert_int_equal(look_of(&s, LOOK_NET, AT_LEVEL2), LOOK_LISTED);
    assert_int_equal(look_of(&s, LOOK_ADDRESS, AT_LEVEL2), LOOK_CLEAR);
    assert_int_equal(look_of(&s, LOOK_PROVIDER, AT_LEVEL3), LOOK_UNKNOWN);
    sample_fini(&s);
}

static void
listing_is_known_before_the_end_but_nothing_else(void **state)
{
    (void)state;
    struct sample s = {0};
    made_evidence(&s.evidence, "203.0.113.77");
    made_listed(&s.evidence, AT_LEVEL1, MADE_L1);
    made_trouble(&s.evidence, AT_BACKSCATTERER, STATE_TIMEOUT, NULL);
    judge(&s);
    assert_int_equal(look_of(&s, LOOK_ADDRESS, AT_BACKSCATTERER), LOOK_UNKNOWN);
    s.evidence.finished_ms = 0;
    assert_int_equal(look_of(&s, LOOK_ADDRESS, AT_LEVEL1), LOOK_LISTED);
    assert_int_equal(look_of(&s, LOOK_NET, AT_LEVEL2), LOOK_UNKNOWN);
    sample_fini(&s);
}

static void
list_is_believed_at_once_from_weight_4(void **state)
{
    (void)state;
    static const struct {
        const char *zone;
        bool at_once;
    } cases[] = {{"dnsbl-1.uceprotect.net", true}, {"b.barracudacentral.org", true}, {"zen.spamhaus.org", true},
                 {"ips.backscatterer.org", false}, {"bl.spamcop.net", false},        {"psbl.surriel.com", false}};
    struct catalogue *catalogue = catalogue_new();
    assert_true(
        catalogue_choose(catalogue, "uceprotect,b.barracudacentral.org,zen.spamhaus.org,bl.spamcop.net,psbl", &fault));
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct sample s = {0};
        struct look look = {LOOK_UNKNOWN, false, false};
        struct addr address;
        addr_parse("203.0.113.77", &address);
        evidence_init(&s.evidence, catalogue, "203.0.113.77", NULL, &address);
        s.evidence.finished_ms = MADE_WALL_MS;
        for (size_t k = 0; k < s.evidence.lists.count; k++) {
            struct list_result *f = &s.evidence.lists.at[k];
            f->state = strcmp(f->list->zone, cases[i].zone) == 0 ? STATE_LISTED : STATE_CLEAR;
            if (f->state == STATE_LISTED)
                vec_push(&f->answers, ((struct addr){ADDR_V4, {127, 0, 0, 2}}));
            if (f->state == STATE_LISTED)
                look = look_at(LOOK_ADDRESS, &s.evidence, &s.verdict, f);
        }
        if (look.state != LOOK_LISTED || look.at_once != cases[i].at_once)
            fail_msg("%s: %d, %d", cases[i].zone, look.state, look.at_once);
        sample_fini(&s);
    }
    catalogue_free(catalogue);
}

/* ---- rounds ---- */

#define FLEET "/etc/fleet"
enum { CLEAR, LEVEL1, BACKSCATTER, BACKSCATTER1, NET, BOTH, BLIND, CUT, KINDS };

static struct sample samples[KINDS];
static struct journal *journal;
static int64_t now_ms;
static struct round_rules rules;
static const char *refused; /* a label in the messages that a channel does not take; NULL = none */
static struct policy policy;

static int
set_up(void **state)
{
    (void)state;
    for (int kind = 0; kind < KINDS; kind++) {
        samples[kind] = (struct sample){0};
        made_evidence(&samples[kind].evidence, "203.0.113.77");
    }
    made_listed(&samples[LEVEL1].evidence, AT_LEVEL1, MADE_L1);
    made_listed(&samples[BACKSCATTER].evidence, AT_BACKSCATTERER, MADE_BACKSCATTER);
    made_listed(&samples[BACKSCATTER1].evidence, AT_BACKSCATTERER, MADE_BACKSCATTER);
    made_listed(&samples[BACKSCATTER1].evidence, AT_LEVEL1, MADE_L1);
    made_listed(&samples[NET].evidence, AT_LEVEL2, MADE_L2);
    made_listed(&samples[CUT].evidence, AT_LEVEL1, MADE_L1);
    made_trouble(&samples[CUT].evidence, AT_LEVEL2, STATE_TIMEOUT, NULL);
    samples[CUT].evidence.finished_ms = 0;
    made_listed(&samples[BOTH].evidence, AT_LEVEL1, MADE_L1);
    made_listed(&samples[BOTH].evidence, AT_LEVEL2, MADE_L2);
    for (size_t i = 0; i < BUILTIN_LISTS; i++)
        made_trouble(&samples[BLIND].evidence, i, STATE_TIMEOUT, NULL);
    for (int kind = 0; kind < KINDS; kind++)
        judge(&samples[kind]);
    journal = journal_open_memory(&fault);
    now_ms = INT64_C(1767225600000); /* 2026-01-01 */
    policy_default(&policy);
    refused = NULL;
    rules = (struct round_rules){.fleet = FLEET, .policy = &policy, .alarm = {2, 3}, .blind_after = 3, .channels = 1};
    return 0;
}

static int
tear_down(void **state)
{
    (void)state;
    for (int kind = 0; kind < KINDS; kind++)
        sample_fini(&samples[kind]);
    journal_close(journal);
    clock_real();
    return 0;
}

/* One run over targets named by place, each with a kind of look; -1 = not reached. */
static struct round_counts
look(const int *kinds, size_t count)
{
    clock_fake(now_ms, now_ms);
    struct round *round = round_new(journal, &rules, &fault);
    assert_non_null(round);
    for (size_t i = 0; i < count; i++) {
        char text[32], label[32];
        struct fleet_target target = {.text = text, .label = label, .tags = ""};
        snprintf(text, sizeof text, "203.0.113.%zu", i + 1);
        snprintf(label, sizeof label, "mx%zu", i + 1);
        round_take(round, &target, kinds[i] < 0 ? NULL : &samples[kinds[i]].evidence,
                   kinds[i] < 0 ? NULL : &samples[kinds[i]].verdict);
    }
    struct round_counts counts = *round_counts(round);
    assert_int_equal(round_store(round, &fault), JOURNAL_DONE);
    round_free(round);
    now_ms += HOUR_MS;
    return counts;
}

/* Appends the first line of each message that waits, with its time, and marks it as sent. */
static void
receive(struct buf *out)
{
    journal_messages messages;
    assert_true(journal_messages_waiting(journal, FLEET, &messages, &fault));
    for (size_t i = 0; i < messages.count; i++) {
        journal_alarms alarms;
        char time[CLOCK_MINUTE];
        assert_true(journal_alarms_read(journal, &messages.at[i].uuid, &alarms, &fault));
        buf_format(out, "%s ", clock_minute(messages.at[i].at_ms, time));
        report_subject(out, &alarms);
        buf_byte(out, '\n');
        messages.at[i].waits = 0;
        assert_int_equal(journal_message_update(journal, &messages.at[i], &fault), JOURNAL_DONE);
        journal_alarms_fini(&alarms);
    }
    vec_free(&messages);
}

static void
assert_received(const char *expected)
{
    struct buf is = {0};
    receive(&is);
    assert_string_equal(buf_string(&is), expected);
    buf_free(&is);
}

static void
replayed_year_gives_one_message_a_change(void **state)
{
    (void)state;
    enum { TARGETS = 8, YEAR_H = 365 * 24 };
    static const char expected[] =
        "2026-01-31 05:00 mx1 listed: dnsbl-1.uceprotect.net (203.0.113.1)\n"
        "2026-02-07 06:00 mx1 no longer listed (203.0.113.1)\n"
        "2026-04-11 02:00 mx2 listed: ips.backscatterer.org (203.0.113.2)\n"
        "2026-04-21 00:00 mx2 no longer listed (203.0.113.2)\n"
        "2026-07-20 02:00 no verdict about any of 8 targets for 3 runs; now: levels 1, 2 and 3 gave no answer\n"
        "2026-10-28 00:00 2 direct: mx7, mx8\n"
        "2026-12-21 08:00 no verdict about mx5 for 3 runs; now: levels 1, 2 and 3 gave no answer\n";
    struct buf is = {0};
    for (int hour = 0; hour < YEAR_H; hour++) {
        int kinds[TARGETS] = {CLEAR}, day = hour / 24;
        kinds[0] = hour >= 30 * 24 + 5 && hour < 37 * 24 + 5 ? LEVEL1 : CLEAR;     /* a true hit */
        kinds[1] = day >= 100 && day < 110 && hour % 2 == 0 ? BACKSCATTER : CLEAR; /* flaps for ten days */
        kinds[2] = day % 20 < 9 ? NET : CLEAR;                                     /* a net that comes and goes */
        kinds[3] = hour % 97 == 50 ? BACKSCATTER : CLEAR;                          /* blips */
        kinds[4] = hour % 31 == 7 && hour % 500 > 10 ? BLIND : hour % 31 == 8 ? -1 : CLEAR; /* single losses */
        kinds[5] = LEVEL1;                                                                  /* always listed */
        kinds[6] = hour >= 300 * 24 ? LEVEL1 : CLEAR;                                       /* two at once */
        kinds[7] = hour >= 300 * 24 ? LEVEL1 : CLEAR;
        bool out = (day >= 200 && day < 202) || hour % 500 == 3 || hour % 500 == 4; /* outages, long and short */
        for (int i = 0; i < TARGETS && out; i++)
            kinds[i] = BLIND;
        look(kinds, TARGETS);
        receive(&is);
    }
    assert_string_equal(buf_string(&is), expected);
    buf_free(&is);
}

static void
first_run_is_silent_and_counted(void **state)
{
    (void)state;
    const int kinds[] = {CLEAR, LEVEL1, NET, BLIND, -1};
    struct round_counts counts = look(kinds, COUNT(kinds));
    assert_int_equal(counts.first, 4);
    assert_int_equal(counts.first_by_state[VERDICT_DIRECT], 1);
    assert_int_equal(counts.first_by_state[VERDICT_COLLATERAL], 1);
    assert_int_equal(counts.first_by_state[VERDICT_CLEAR], 1);
    assert_int_equal(counts.first_by_state[VERDICT_UNKNOWN], 1);
    assert_int_equal(counts.missed, 1);
    assert_received("");
    assert_int_equal(look(kinds, COUNT(kinds)).first, 0);
    assert_received("");
}

static void
unreached_target_is_not_seen(void **state)
{
    (void)state;
    const int clear[] = {CLEAR, CLEAR}, listed[] = {LEVEL1, CLEAR}, missed[] = {-1, -1};
    look(clear, 2);
    look(listed, 2);
    assert_received("2026-01-01 01:00 mx1 listed: dnsbl-1.uceprotect.net (203.0.113.1)\n");
    for (int i = 0; i < 5; i++)
        look(missed, 2);
    assert_received(
        "2026-01-01 04:00 no verdict about any of 2 targets for 3 runs; now: the deadline (-t) came before the "
        "answers\n");
    look(clear, 2);
    look(clear, 2);
    assert_received("2026-01-01 08:00 mx1 no longer listed (203.0.113.1)\n");
}

/* Returns whether the message that an alarm about the last target makes has these words. */
static bool
next_message_has(const char *words)
{
    const int listed[] = {CLEAR, CLEAR, CLEAR, LEVEL1};
    journal_messages messages;
    journal_alarms alarms;
    struct buf text = {0};
    look(listed, COUNT(listed));
    assert_true(journal_messages_waiting(journal, FLEET, &messages, &fault));
    assert_int_equal(messages.count, 1);
    assert_true(journal_alarms_read(journal, &messages.at[0].uuid, &alarms, &fault));
    report_text(&text, &alarms, FLEET);
    bool has = strstr(buf_string(&text), words);
    journal_alarms_fini(&alarms);
    vec_free(&messages);
    buf_free(&text);
    return has;
}

static void
unreached_target_is_no_end_of_missing_verdicts(void **state)
{
    (void)state;
    const int blind[] = {BLIND, CLEAR, CLEAR, CLEAR}, missed[] = {-1, CLEAR, CLEAR, CLEAR};
    for (int i = 0; i < 3; i++)
        look(blind, COUNT(blind));
    assert_received("2026-01-01 02:00 no verdict about mx1 for 3 runs; now: levels 1, 2 and 3 gave no answer\n");
    for (int i = 0; i < 5; i++)
        look(missed, COUNT(missed));
    for (int i = 0; i < 5; i++)
        look(blind, COUNT(blind));
    assert_received("");
    for (int i = 0; i < 5; i++)
        look(missed, COUNT(missed));
    assert_false(next_message_has("verdicts about"));
}

static void
target_without_verdicts_does_not_hide_an_outage(void **state)
{
    (void)state;
    const int one[] = {BLIND, CLEAR, CLEAR, CLEAR}, all[] = {BLIND, BLIND, BLIND, BLIND};
    for (int i = 0; i < 5; i++)
        look(one, COUNT(one));
    assert_received("2026-01-01 02:00 no verdict about mx1 for 3 runs; now: levels 1, 2 and 3 gave no answer\n");
    for (int i = 0; i < 5; i++)
        look(all, COUNT(all));
    assert_received(
        "2026-01-01 07:00 no verdict about any of 4 targets for 3 runs; now: levels 1, 2 and 3 gave no answer\n");
    for (int i = 0; i < 5; i++)
        look(one, COUNT(one));
    assert_true(next_message_has("verdicts about 3 of 4 targets (mx2, mx3, mx4) again"));
}

static void
neighbours_are_reported_if_a_receiver_named_the_list(void **state)
{
    (void)state;
    const int clear[] = {CLEAR}, net[] = {NET};
    look(clear, 1);
    for (int i = 0; i < 5; i++)
        look(net, 1);
    assert_received("");
    struct seen_rejections rejection = {.receiver = mem_copy("mx.example.org"),
                                        .zone = mem_copy("dnsbl-2.uceprotect.net"),
                                        .list = mem_copy("UCEPROTECT Level 2"),
                                        .level = 2,
                                        .count = 1};
    vec_push(&samples[NET].evidence.seen.rejections, rejection);
    look(net, 1);
    assert_received("2026-01-01 06:00 mx1 listed because of its net: dnsbl-2.uceprotect.net (203.0.113.1)\n");
}

static void
run_that_is_not_stored_has_not_happened(void **state)
{
    (void)state;
    const int clear[] = {CLEAR}, listed[] = {LEVEL1};
    struct fleet_target target = {.text = "203.0.113.1", .label = "mx1", .tags = ""};
    look(clear, 1);
    struct round *round = round_new(journal, &rules, &fault);
    round_take(round, &target, &samples[LEVEL1].evidence, &samples[LEVEL1].verdict);
    round_free(round);
    assert_received("");
    look(listed, 1);
    assert_received("2026-01-01 01:00 mx1 listed: dnsbl-1.uceprotect.net (203.0.113.1)\n");
}

static void
message_waits_for_each_channel(void **state)
{
    (void)state;
    const int clear[] = {CLEAR}, listed[] = {LEVEL1};
    journal_messages messages;
    rules.channels = 6;
    look(clear, 1);
    look(listed, 1);
    for (unsigned waits = 6; waits; waits &= waits - 1) {
        assert_true(journal_messages_waiting(journal, FLEET, &messages, &fault));
        assert_int_equal(messages.count, 1);
        assert_int_equal(messages.at[0].waits, waits);
        messages.at[0].waits = waits & (waits - 1);
        assert_int_equal(journal_message_update(journal, &messages.at[0], &fault), JOURNAL_DONE);
        vec_free(&messages);
    }
    assert_received("");
}

static unsigned taken; /* channels, as bits */

static bool
take_unless_two(void *arg, unsigned channel, const struct journal_message *m, const journal_alarms *alarms,
                struct fault *why)
{
    (void)arg;
    (void)m;
    assert_int_equal(alarms->count, 1);
    taken |= channel;
    return channel != 2 || fault_set(why, "two is broken");
}

static void
expect_report(void *arg, const struct fault *why)
{
    (void)arg;
    assert_string_equal(why->text, "two is broken; the next run sends the message again");
}

static void
message_goes_to_the_channels_that_are_left(void **state)
{
    (void)state;
    const int clear[] = {CLEAR}, listed[] = {LEVEL1};
    static const struct {
        unsigned wanted, taken;
    } runs[] = {{6, 6}, {6, 2}, {8, 8}, {8, 0}};
    rules.channels = 6;
    look(clear, 1);
    look(listed, 1);
    for (size_t i = 0; i < COUNT(runs); i++) {
        taken = 0;
        outbox_send(&(struct outbox){journal, FLEET, runs[i].wanted, take_unless_two, expect_report, NULL});
        assert_int_equal(taken, runs[i].taken);
    }
}

static void
digest_is_sent_once_a_day(void **state)
{
    (void)state;
    const int clear[] = {CLEAR, CLEAR}, first[] = {LEVEL1, CLEAR}, both[] = {LEVEL1, LEVEL1};
    rules.digest = true;
    look(clear, 2);
    look(first, 2);
    assert_received("2026-01-01 01:00 mx1 listed: dnsbl-1.uceprotect.net (203.0.113.1)\n");
    look(both, 2);
    look(clear, 2);
    look(clear, 2);
    assert_received("");
    now_ms = INT64_C(1767225600000) + DAY_MS;
    look(clear, 2);
    assert_received("2026-01-02 00:00 2 clear: mx1, mx2\n");
    rules.digest = true;
    now_ms += 30 * (int64_t)DAY_MS; /* a clock that is ahead */
    look(first, 2);
    assert_received("2026-02-01 01:00 mx1 listed: dnsbl-1.uceprotect.net (203.0.113.1)\n");
    now_ms -= 29 * (int64_t)DAY_MS;
    look(both, 2);
    assert_received("2026-01-03 02:00 mx2 listed: dnsbl-1.uceprotect.net (203.0.113.2)\n");
}

/* ---- lists of one scope ---- */

static void
list_that_alarms_at_once_is_told_beside_another(void **state)
{
    (void)state;
    const int clear[] = {CLEAR}, first[] = {BACKSCATTER}, both[] = {BACKSCATTER1};
    look(clear, 1);
    look(first, 1);
    look(first, 1);
    assert_received("2026-01-01 02:00 mx1 listed: ips.backscatterer.org (203.0.113.1)\n");
    look(both, 1);
    assert_received("2026-01-01 03:00 mx1 listed: dnsbl-1.uceprotect.net (203.0.113.1)\n");
    look(first, 1);
    look(first, 1);
    assert_received("2026-01-01 05:00 mx1 no longer on dnsbl-1.uceprotect.net (203.0.113.1)\n");
    look(both, 1);
    assert_received("2026-01-01 06:00 mx1 listed: dnsbl-1.uceprotect.net (203.0.113.1)\n");
    look(clear, 1);
    look(clear, 1);
    assert_received("2026-01-01 08:00 mx1 no longer listed (203.0.113.1)\n");
}

static void
list_that_alarms_at_once_is_told_after_a_first_look_at_another(void **state)
{
    (void)state;
    const int first[] = {BACKSCATTER}, both[] = {BACKSCATTER1};
    look(first, 1);
    look(both, 1);
    assert_received("2026-01-01 01:00 mx1 listed: dnsbl-1.uceprotect.net (203.0.113.1)\n");
}

static void
list_that_another_one_hid_is_told_when_that_ends(void **state)
{
    (void)state;
    const int clear[] = {CLEAR}, hit[] = {LEVEL1}, both[] = {BACKSCATTER1}, other[] = {BACKSCATTER};
    look(clear, 1);
    look(hit, 1);
    assert_received("2026-01-01 01:00 mx1 listed: dnsbl-1.uceprotect.net (203.0.113.1)\n");
    look(both, 1);
    look(both, 1);
    look(other, 1);
    assert_received("");
    look(other, 1);
    assert_received("2026-01-01 05:00 1 direct: mx1; address ended\n");
}

static void
level_1_is_told_though_level_2_was_cut_off(void **state)
{
    (void)state;
    const int clear[] = {CLEAR}, cut[] = {CUT};
    look(clear, 1);
    assert_int_equal(look(cut, 1).missed, 1);
    assert_received("2026-01-01 01:00 mx1 listed: dnsbl-1.uceprotect.net (203.0.113.1)\n");
    look(cut, 1);
    look(cut, 1);
    assert_received("");
}

/* ---- several targets, several fleets ---- */

static void
blind_target_hides_no_other(void **state)
{
    (void)state;
    const int one[] = {BLIND, CLEAR, CLEAR, CLEAR}, two[] = {BLIND, BLIND, CLEAR, CLEAR},
              other[] = {CLEAR, BLIND, CLEAR, CLEAR};
    for (int i = 0; i < 5; i++)
        look(one, COUNT(one));
    assert_received("2026-01-01 02:00 no verdict about mx1 for 3 runs; now: levels 1, 2 and 3 gave no answer\n");
    for (int i = 0; i < 5; i++)
        look(two, COUNT(two));
    assert_received(
        "2026-01-01 07:00 no verdict about mx2, 2 in all, for 3 runs; now: levels 1, 2 and 3 gave no answer\n");
    for (int i = 0; i < 5; i++)
        look(other, COUNT(other));
    assert_received("");
    assert_true(next_message_has("verdicts about mx1 again"));
}

/* One run over a target of a fleet, which is listed or not. */
static void
look_in(const char *fleet, const char *address, bool listed)
{
    struct fleet_target target = {.text = mem_copy(address), .label = mem_copy(""), .tags = mem_copy("")};
    const struct sample *sample = &samples[listed ? LEVEL1 : CLEAR];
    clock_fake(now_ms, now_ms);
    rules.fleet = fleet;
    struct round *round = round_new(journal, &rules, &fault);
    round_take(round, &target, &sample->evidence, &sample->verdict);
    assert_int_equal(round_store(round, &fault), JOURNAL_DONE);
    round_free(round);
    free(target.text);
    free(target.label);
    free(target.tags);
}

static size_t
count_waiting(const char *fleet)
{
    journal_messages messages;
    assert_true(journal_messages_waiting(journal, fleet, &messages, &fault));
    size_t count = messages.count;
    vec_free(&messages);
    return count;
}

static void
fleets_that_share_a_journal_have_their_own_messages(void **state)
{
    assert_int_equal(temp_dir_make(state), 0);
    char *ours = mem_copy(temp_dir_path("ours")), *theirs = mem_copy(temp_dir_path("theirs"));
    assert_int_equal(close(creat(ours, 0600)) | close(creat(theirs, 0600)), 0);
    rules.digest = true;
    look_in(ours, "203.0.113.1", false);
    look_in(theirs, "203.0.113.2", false);
    look_in(ours, "203.0.113.1", true);
    assert_int_equal(count_waiting(ours), 1);
    assert_int_equal(count_waiting(theirs), 0);
    look_in(theirs, "203.0.113.2", true); /* the digest of the other fleet is none of this one */
    assert_int_equal(count_waiting(theirs), 1);
    assert_int_equal(count_waiting(ours), 1);
    assert_int_equal(unlink(ours), 0);
    look_in(theirs, "203.0.113.2", true); /* no other run would send what waits there */
    assert_int_equal(count_waiting(theirs), 2);
    free(ours);
    free(theirs);
    assert_int_equal(temp_dir_remove(state), 0);
}

/* ---- channels that refuse ---- */

static struct buf taken_by_hook; /* the first lines of what a hook took */

static bool
take_unless_refused(void *arg, unsigned channel, const struct journal_message *m, const journal_alarms *alarms,
                    struct fault *why)
{
    (void)arg;
    (void)channel;
    (void)m;
    for (size_t i = 0; i < alarms->count && refused; i++)
        if (strcmp(alarms->at[i].label, refused) == 0)
            return fault_set(why, "%s is refused", refused);
    report_subject(&taken_by_hook, alarms);
    buf_byte(&taken_by_hook, '\n');
    return true;
}

static void
ignore_report(void *arg, const struct fault *why)
{
    (void)arg;
    (void)why;
}

static void
assert_taken(const char *expected)
{
    clock_fake(now_ms, now_ms);
    outbox_send(&(struct outbox){journal, FLEET, 1, take_unless_refused, ignore_report, NULL});
    assert_string_equal(buf_string(&taken_by_hook), expected);
    buf_free(&taken_by_hook);
}

static void
message_that_is_refused_keeps_no_other_back(void **state)
{
    (void)state;
    const int clear[] = {CLEAR, CLEAR}, one[] = {LEVEL1, CLEAR}, both[] = {LEVEL1, LEVEL1}, other[] = {CLEAR, LEVEL1};
    refused = "mx1";
    look(clear, 2);
    look(one, 2);
    assert_taken("");
    look(both, 2);
    assert_taken("mx2 listed: dnsbl-1.uceprotect.net (203.0.113.2)\n");
    look(other, 2);
    look(other, 2);
    assert_taken(""); /* the end of what was not told */
    refused = NULL;
    assert_taken("mx1 listed: dnsbl-1.uceprotect.net (203.0.113.1)\nmx1 no longer listed (203.0.113.1)\n");
    assert_taken("");
}

/* Returns whether the text of what waits has these words. */
static bool
waiting_has(const char *words)
{
    journal_messages messages;
    struct buf text = {0};
    assert_true(journal_messages_waiting(journal, FLEET, &messages, &fault));
    for (size_t i = 0; i < messages.count; i++) {
        journal_alarms alarms;
        assert_true(journal_alarms_read(journal, &messages.at[i].uuid, &alarms, &fault));
        report_text(&text, &alarms, FLEET);
        journal_alarms_fini(&alarms);
    }
    vec_free(&messages);
    bool has = strstr(buf_string(&text), words);
    buf_free(&text);
    return has;
}

static void
report_has_a_time_only_after_a_channel_took_it(void **state)
{
    (void)state;
    const int clear[] = {CLEAR}, listed[] = {LEVEL1};
    struct resource resource;
    struct journal_case found;
    refused = "mx1";
    assert_true(resource_parse("203.0.113.1", &resource));
    look(clear, 1);
    look(listed, 1);
    assert_taken("");
    assert_false(journal_case_find(journal, &resource, &found, &fault));
    look(clear, 1);
    look(clear, 1);
    assert_false(waiting_has("Reported:"));
    refused = NULL;
    assert_taken("mx1 listed: dnsbl-1.uceprotect.net (203.0.113.1)\nmx1 no longer listed (203.0.113.1)\n");
    look(listed, 1);
    assert_true(waiting_has("Last reported clear: 2026-01-01 04:00 UTC."));
}

static void
all_clear_is_in_the_case_that_the_desk_closed(void **state)
{
    (void)state;
    const int clear[] = {CLEAR}, listed[] = {LEVEL1};
    struct resource resource;
    struct journal_case found;
    assert_true(resource_parse("203.0.113.1", &resource));
    look(clear, 1);
    look(listed, 1);
    assert_taken("mx1 listed: dnsbl-1.uceprotect.net (203.0.113.1)\n");
    assert_int_equal(journal_case_set_state(journal, &resource, CASE_CLOSED, &fault), JOURNAL_DONE);
    look(clear, 1);
    look(clear, 1);
    assert_taken("mx1 no longer listed (203.0.113.1)\n");
    assert_true(journal_case_find(journal, &resource, &found, &fault));
    assert_int_equal(found.state, CASE_CLOSED);
    assert_int_equal(found.contacts.count, 2);
    assert_non_null(strstr(found.contacts.at[1].what, "mx1 no longer listed (address): "));
    journal_case_fini(&found);
}

static bool
go_on(void *arg, enum journal_stage stage, uint64_t done, uint64_t total)
{
    (void)arg;
    (void)stage;
    (void)done;
    (void)total;
    return true;
}

static void
forgotten_target_is_new(void **state)
{
    const int clear[] = {CLEAR}, listed[] = {LEVEL1};
    struct resource resource;
    struct journal_totals totals;
    assert_int_equal(temp_dir_make(state), 0);
    journal_close(journal);
    journal = journal_fixture_new("journal.db");
    look(clear, 1);
    look(listed, 1);
    assert_taken("mx1 listed: dnsbl-1.uceprotect.net (203.0.113.1)\n");
    assert_true(resource_parse("203.0.113.1", &resource));
    struct journal_purge_scope scope = {.resource = &resource};
    assert_int_equal(journal_purge(journal, &scope, go_on, NULL, &totals, &fault), JOURNAL_DONE);
    assert_int_equal(look(listed, 1).first, 1);
    assert_received("");
    assert_int_equal(temp_dir_remove(state), 0);
}

static void
report_is_in_the_case_with_a_follow_up(void **state)
{
    (void)state;
    const int clear[] = {CLEAR}, listed[] = {LEVEL1};
    struct resource resource;
    struct journal_case found;
    look(clear, 1);
    look(listed, 1);
    assert_taken("mx1 listed: dnsbl-1.uceprotect.net (203.0.113.1)\n");
    assert_true(resource_parse("203.0.113.1", &resource));
    assert_true(journal_case_find(journal, &resource, &found, &fault));
    assert_int_equal(found.state, CASE_OPEN);
    assert_int_equal(found.contacts.count, 1);
    assert_string_equal(found.contacts.at[0].who, "watch");
    assert_non_null(strstr(found.contacts.at[0].what, "listed (address): "));
    assert_int_equal(found.due_ms, found.contacts.at[0].at_ms + 7 * (int64_t)DAY_MS);
    journal_case_fini(&found);
    look(clear, 1);
    look(clear, 1);
    assert_taken("mx1 no longer listed (203.0.113.1)\n");
    assert_true(journal_case_find(journal, &resource, &found, &fault));
    assert_int_equal(found.contacts.count, 2);
    assert_non_null(strstr(found.contacts.at[1].what, "no longer listed (address): "));
    journal_case_fini(&found);
}

/* ---- words ---- */

static void
mail_is_threaded_and_clean(void **state)
{
    (void)state;
    static char label[] = "m\xC3\xBCnster m\xC3\xBCnster m\xC3\xBCnster m\xC3\xBCnster", empty[] = "",
                listed[] = "listed", clear[] = "clear", target[] = "203.0.113.1", other[] = "203.0.113.2",
                address[] = "address", headline[] = "It is listed.", lists[] = "a.example b.example c.example",
                you[] = "you", direct[] = "direct", gone[] = "clear";
    struct journal_message m = {.uuid = {{2}}, .at_ms = MADE_WALL_MS};
    struct journal_alarm items[] = {
        {.event = listed,
         .target = target,
         .label = label,
         .tags = empty,
         .scope = address,
         .state = direct,
         .headline = headline,
         .who = you,
         .ends = empty,
         .lists = lists,
         .since_ms = MADE_WALL_MS,
         .thread = {{2}}},
        {.event = clear,
         .target = other,
         .label = empty,
         .tags = empty,
         .scope = address,
         .state = gone,
         .headline = headline,
         .who = empty,
         .ends = empty,
         .lists = lists,
         .thread = {{1}}},
    };
    const struct report_envelope envelope = {"desk@mx1", "a@example.org", "mx1"};
    journal_alarms one = {items, 1, 1}, both = {items, 2, 2};
    struct buf out = {0};
    report_mail(&out, &m, &one, FLEET, &envelope);
    assert_non_null(strstr(buf_string(&out), "From: whylisted <desk@mx1>\nTo: a@example.org\nSubject: =?UTF-8?B?"));
    assert_null(strstr(buf_string(&out), "References"));
    assert_non_null(strstr(buf_string(&out), "\nDate: Mon, 06 Jul 2026 18:13:00 +0000\n"
                                             "Message-ID: <02000000-0000-0000-0000-000000000000@mx1>\n"));
    for (const char *line = buf_string(&out); line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL)
        assert_true(strcspn(line, "\n") <= 78);
    buf_clear(&out);
    report_mail(&out, &m, &both, FLEET, &envelope);
    assert_non_null(strstr(buf_string(&out), "\nReferences: <01000000-0000-0000-0000-000000000000@mx1>\n"
                                             "In-Reply-To: <01000000-0000-0000-0000-000000000000@mx1>\n"));
    buf_clear(&out);
    report_subject(&out, &both);
    assert_string_equal(buf_string(&out), "1 direct, 1 clear: m\xC3\xBCnster m\xC3\xBCnster m..., 203.0.113.2");
    buf_clear(&out);
    report_subject(&out, &one);
    assert_string_equal(buf_string(&out),
                        "m\xC3\xBCnster m\xC3\xBCnster m... listed: a.example and 2 more (203.0.113.1)");
    buf_clear(&out);
    report_text(&out, &one, FLEET);
    assert_memory_equal(buf_string(&out), "m\xC3\xBCnster m\xC3\xBCnster m... listed: ", 31);
    assert_non_null(
        strstr(buf_string(&out), "\n  Label: m\xC3\xBCnster m\xC3\xBCnster m\xC3\xBCnster m\xC3\xBCnster.\n"));
    buf_free(&out);
}

static void
targets_that_are_listed_themselves_come_first(void **state)
{
    (void)state;
    const int clear[] = {CLEAR, CLEAR, CLEAR, CLEAR, CLEAR}, some[] = {NET, NET, CLEAR, NET, LEVEL1};
    rules.collateral = true;
    rules.alarm = (struct alarm_rules){1, 1};
    look(clear, COUNT(clear));
    look(some, COUNT(some));
    assert_received("2026-01-01 01:00 1 direct, 3 collateral: mx5, mx1, mx2 and 1 more; net listed\n");
}

static void
target_in_several_scopes_is_one_in_the_first_line(void **state)
{
    (void)state;
    const int clear[] = {CLEAR}, both[] = {BOTH};
    journal_messages messages;
    journal_alarms alarms;
    struct buf out = {0};
    rules.collateral = true;
    rules.alarm = (struct alarm_rules){1, 1};
    look(clear, 1);
    look(both, 1);
    assert_true(journal_messages_waiting(journal, FLEET, &messages, &fault));
    assert_true(journal_alarms_read(journal, &messages.at[0].uuid, &alarms, &fault));
    assert_int_equal(alarms.count, 2);
    report_text(&out, &alarms, FLEET);
    assert_memory_equal(buf_string(&out), "1 direct: mx1; net listed\n", strlen("1 direct: mx1; net listed\n"));
    const char *headline = strstr(buf_string(&out), "on level 1;");
    assert_non_null(headline);
    assert_null(strstr(headline + 1, "on level 1;"));
    journal_alarms_fini(&alarms);
    vec_free(&messages);
    buf_free(&out);
}

static void
targets_in_one_net_are_one_paragraph(void **state)
{
    (void)state;
    static const char expected[] = "3 collateral: mx1, mx2, mx3; net listed\n\n"
                                   "3 targets listed because of their net: dnsbl-2.uceprotect.net\n"
                                   "  Your neighbours, not you: level 2 lists 203.0.112.0/22 (23 impacts in 7\n"
                                   "  days, limit 9).\n"
                                   "  Targets: mx1 (203.0.113.1), mx2 (203.0.113.2), mx3 (203.0.113.3).\n"
                                   "  Lists: dnsbl-2.uceprotect.net.\n"
                                   "  Who can act: net owner.\n"
                                   "  First seen: 2026-01-01 01:00 UTC.\n";
    const int clear[] = {CLEAR, CLEAR, CLEAR}, net[] = {NET, NET, NET};
    journal_messages messages;
    journal_alarms alarms;
    struct buf out = {0};
    rules.collateral = true;
    look(clear, COUNT(clear));
    look(net, COUNT(net));
    look(net, COUNT(net));
    assert_true(journal_messages_waiting(journal, FLEET, &messages, &fault));
    assert_true(journal_alarms_read(journal, &messages.at[0].uuid, &alarms, &fault));
    report_text(&out, &alarms, FLEET);
    assert_memory_equal(buf_string(&out), expected, strlen(expected));
    assert_null(strstr(buf_string(&out) + strlen(expected), "mx"));
    journal_alarms_fini(&alarms);
    vec_free(&messages);
    buf_free(&out);
}

static void
first_line_counts_targets_by_their_verdict(void **state)
{
    (void)state;
    const int clear[] = {CLEAR, CLEAR}, listed[] = {LEVEL1, LEVEL1}, both[] = {BOTH, BOTH};
    rules.collateral = true;
    look(clear, 2);
    look(listed, 2);
    assert_received("2026-01-01 01:00 2 direct: mx1, mx2\n");
    look(both, 2);
    look(both, 2);
    assert_received("2026-01-01 03:00 2 direct: mx1, mx2; net listed\n");
    look(listed, 2);
    look(listed, 2);
    assert_received("2026-01-01 05:00 2 direct: mx1, mx2; net ended\n");
}

static void
first_line_counts_targets_without_verdicts(void **state)
{
    (void)state;
    const int clear[] = {CLEAR, CLEAR, CLEAR, CLEAR}, blind[] = {CLEAR, BLIND, BLIND, CLEAR},
              hit[] = {LEVEL1, BLIND, BLIND, CLEAR};
    look(clear, 4);
    look(blind, 4);
    look(blind, 4);
    look(hit, 4);
    assert_received("2026-01-01 03:00 1 direct, 2 cannot tell: mx1\n");
}

/* A change of one of many targets. */
static struct journal_alarm
alarm_of(char *target, char *label, char *headline)
{
    static char listed[] = "listed", empty[] = "", net[] = "net", collateral[] = "collateral", zone[] = "a.example";
    return (struct journal_alarm){.event = listed,
                                  .target = target,
                                  .label = label,
                                  .tags = empty,
                                  .scope = net,
                                  .state = collateral,
                                  .headline = headline,
                                  .who = empty,
                                  .ends = empty,
                                  .lists = zone,
                                  .targets = 1};
}

static void
many_targets_are_counted_and_some_of_them_named(void **state)
{
    (void)state;
    enum { MANY = 256 };
    static char targets[MANY][32], headlines[MANY][64], pool[] = "pool";
    struct journal_alarm items[MANY];
    journal_alarms alarms = {items, MANY, MANY};
    struct buf out = {0};
    for (int i = 0; i < MANY; i++) {
        snprintf(targets[i], sizeof targets[i], "185.18.2.%d", i);
        snprintf(headlines[i], sizeof headlines[i], "%s is in 185.18.2.0/24.", targets[i]);
        items[i] = alarm_of(targets[i], pool, headlines[i]);
    }
    report_text(&out, &alarms, FLEET);
    const char *text = buf_string(&out);
    assert_memory_equal(text, "256 collateral: pool (256 addresses); net listed\n\n", 50);
    assert_non_null(strstr(text, "\n256 targets listed because of their net: a.example\n"
                                 "  each target is in 185.18.2.0/24.\n  Targets: pool (185.18.2.0), "));
    assert_non_null(strstr(text, "pool (185.18.2.199)"));
    assert_null(strstr(text, "185.18.2.200"));
    assert_non_null(strstr(text, "and 56 more: whylisted"));
    assert_non_null(strstr(text, "fleet " FLEET "\n"));
    buf_free(&out);
}

static void
paragraphs_end_after_so_many_targets(void **state)
{
    (void)state;
    enum { MANY = 203 };
    static char targets[MANY][32], headlines[MANY][64], empty[] = "";
    struct journal_alarm items[MANY];
    journal_alarms alarms = {items, MANY, MANY};
    struct buf out = {0};
    for (int i = 0; i < MANY; i++) {
        snprintf(targets[i], sizeof targets[i], "185.18.2.%d", i);
        snprintf(headlines[i], sizeof headlines[i], "Reason %d.", i);
        items[i] = alarm_of(targets[i], empty, headlines[i]);
    }
    report_text(&out, &alarms, FLEET);
    assert_non_null(strstr(buf_string(&out), "  Reason 199.\n"));
    assert_null(strstr(buf_string(&out), "Reason 200"));
    assert_non_null(strstr(buf_string(&out), "\n3 more changes: whylisted fleet " FLEET "\n"));
    buf_free(&out);
}

static void
json_of_a_message_keeps_its_keys(void **state)
{
    (void)state;
    static const char *const keys[] = {"schema", "tool", "id", "time", "again", "headline", "changes"};
    static const char *const change_keys[] = {"event", "target", "label", "tags", "scope",  "state", "headline",
                                              "lists", "actor",  "since", "ends", "before", "case"};
    const int clear[] = {CLEAR}, listed[] = {LEVEL1};
    journal_messages messages;
    journal_alarms alarms;
    struct buf out = {0};
    look(clear, 1);
    look(listed, 1);
    assert_true(journal_messages_waiting(journal, FLEET, &messages, &fault));
    assert_true(journal_alarms_read(journal, &messages.at[0].uuid, &alarms, &fault));
    watch_json(&out, &messages.at[0], &alarms, false);
    json_t *json = json_loads(buf_string(&out), 0, NULL), *change = json_array_get(json_object_get(json, "changes"), 0);
    assert_int_equal(json_object_size(json), COUNT(keys));
    for (size_t i = 0; i < COUNT(keys); i++)
        assert_non_null(json_object_get(json, keys[i]));
    assert_int_equal(json_object_size(change), COUNT(change_keys));
    for (size_t i = 0; i < COUNT(change_keys); i++)
        assert_non_null(json_object_get(change, change_keys[i]));
    assert_string_equal(json_string_value(json_object_get(change, "actor")), "you");
    assert_string_equal(json_string_value(json_array_get(json_object_get(change, "lists"), 0)),
                        "dnsbl-1.uceprotect.net");
    json_decref(json);
    journal_alarms_fini(&alarms);
    vec_free(&messages);
    buf_free(&out);
}

/* ---- delivery ---- */

static void
program_that_fails_or_hangs_is_told(void **state)
{
    (void)state;
    char *const bad[] = {"/bin/sh", "-c", "exit 3", NULL}, *const good[] = {"/bin/sh", "-c", "cat >/dev/null", NULL},
                *const deaf[] = {"/bin/sh", "-c", "exec <&-; exit 0", NULL},
                *const hang[] = {"/bin/sh", "-c", "sleep 1000 & sleep 1000", NULL},
                *const none[] = {"/nowhere/sendmail", "-t", NULL};
    struct buf text = {0};
    signal(SIGPIPE, SIG_IGN);
    while (text.count < 200000)
        buf_text(&text, "more than a pipe holds\n");
    int64_t later = clock_now_ms() + 60 * 1000;
    assert_true(deliver(good, buf_string(&text), text.count, later, &fault));
    assert_true(deliver(deaf, buf_string(&text), text.count, later, &fault));
    assert_false(deliver(bad, buf_string(&text), text.count, later, &fault));
    assert_string_equal(fault.text, "exit 3 ended with status 3");
    assert_false(deliver(none, buf_string(&text), text.count, later, &fault));
    assert_string_equal(fault.text, "cannot run /nowhere/sendmail: No such file or directory");
    assert_false(deliver(hang, buf_string(&text), text.count, clock_now_ms() + 100, &fault));
    assert_string_equal(fault.text, "sleep 1000 & sleep 1000 did not end in time and was killed");
    buf_free(&text);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(alarm_is_damped_by_looks),
        cmocka_unit_test(times_are_those_of_the_listing_and_of_its_end),
        cmocka_unit_test(look_is_by_scope),
        cmocka_unit_test(list_is_believed_at_once_from_weight_4),
        cmocka_unit_test(listing_is_known_before_the_end_but_nothing_else),
        cmocka_unit_test_setup_teardown(replayed_year_gives_one_message_a_change, set_up, tear_down),
        cmocka_unit_test_setup_teardown(first_run_is_silent_and_counted, set_up, tear_down),
        cmocka_unit_test_setup_teardown(unreached_target_is_not_seen, set_up, tear_down),
        cmocka_unit_test_setup_teardown(unreached_target_is_no_end_of_missing_verdicts, set_up, tear_down),
        cmocka_unit_test_setup_teardown(target_without_verdicts_does_not_hide_an_outage, set_up, tear_down),
        cmocka_unit_test_setup_teardown(neighbours_are_reported_if_a_receiver_named_the_list, set_up, tear_down),
        cmocka_unit_test_setup_teardown(run_that_is_not_stored_has_not_happened, set_up, tear_down),
        cmocka_unit_test_setup_teardown(message_waits_for_each_channel, set_up, tear_down),
        cmocka_unit_test_setup_teardown(message_goes_to_the_channels_that_are_left, set_up, tear_down),
        cmocka_unit_test_setup_teardown(digest_is_sent_once_a_day, set_up, tear_down),
        cmocka_unit_test_setup_teardown(forgotten_target_is_new, set_up, tear_down),
        cmocka_unit_test_setup_teardown(report_is_in_the_case_with_a_follow_up, set_up, tear_down),
        cmocka_unit_test(mail_is_threaded_and_clean),
        cmocka_unit_test(program_that_fails_or_hangs_is_told),
        cmocka_unit_test_setup_teardown(targets_that_are_listed_themselves_come_first, set_up, tear_down),
        cmocka_unit_test_setup_teardown(target_in_several_scopes_is_one_in_the_first_line, set_up, tear_down),
        cmocka_unit_test_setup_teardown(targets_in_one_net_are_one_paragraph, set_up, tear_down),
        cmocka_unit_test_setup_teardown(list_that_alarms_at_once_is_told_beside_another, set_up, tear_down),
        cmocka_unit_test_setup_teardown(list_that_alarms_at_once_is_told_after_a_first_look_at_another, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(list_that_another_one_hid_is_told_when_that_ends, set_up, tear_down),
        cmocka_unit_test_setup_teardown(level_1_is_told_though_level_2_was_cut_off, set_up, tear_down),
        cmocka_unit_test_setup_teardown(blind_target_hides_no_other, set_up, tear_down),
        cmocka_unit_test_setup_teardown(fleets_that_share_a_journal_have_their_own_messages, set_up, tear_down),
        cmocka_unit_test_setup_teardown(message_that_is_refused_keeps_no_other_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(report_has_a_time_only_after_a_channel_took_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(all_clear_is_in_the_case_that_the_desk_closed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(first_line_counts_targets_by_their_verdict, set_up, tear_down),
        cmocka_unit_test_setup_teardown(first_line_counts_targets_without_verdicts, set_up, tear_down),
        cmocka_unit_test(many_targets_are_counted_and_some_of_them_named),
        cmocka_unit_test(paragraphs_end_after_so_many_targets),
        cmocka_unit_test_setup_teardown(json_of_a_message_keeps_its_keys, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
