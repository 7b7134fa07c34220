/* A month of looks at 300 targets, one each three hours, and every message that the watch makes of it:
 * tests/data/watch-month.txt has both to read. The same month by a process that is killed at random moments, and by one
 * that dies in each delivery, must leave the same messages and the same journal. UPDATE_GOLDEN=1 writes the file. */

#include "base/clock.h"
#include "base/textfile.h"
#include "builtin_lists.h"
#include "evidence_fixture.h"
#include "journal/cases.h"
#include "verdict/explain.h"
#include "watch/outbox.h"
#include "watch/report.h"
#include "watch/round.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "journal_fixture.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define FLEET "/etc/fleet"
#define GOLDEN TEST_SOURCE_ROOT "/tests/data/watch-month.txt"
enum { HOUR_MS = 60 * 60 * 1000, HOURS = 30 * 24, STEP = 3, GROUP = 100, TARGETS = 300, KILLS = 200 };
static const int64_t begin_ms = INT64_C(1783123200000); /* 2026-07-04 */

static struct fault fault;

/* ---- the story ---- */

/* What is so of a target, as bits. The last two hide the others. */
enum state {
    LEVEL1 = 1,
    BACKSCATTER = 2,
    NET = 4,
    PROVIDER = 8,
    STATES = 16,
    SILENT = STATES, /* of its lists */
    MISSED = 2 * STATES
};

#define AT(day, hour) (((day)-4) * 24 + (hour)) /* of July 2026 */

static const struct act {
    int first, last; /* targets, by place */
    enum state state;
    int from, to;   /* hours */
    int on, period; /* of each `period` hours the first `on`; 0 = always */
    const char *what;
} acts[] = {
    {0, 0, BACKSCATTER, 0, HOURS, 3, 6, "mx1 flaps all month: on ips.backscatterer.org at every other look"},
    {6, 6, LEVEL1, AT(8, 6), AT(15, 6), 0, 0, "mx7 is on level 1 for a week"},
    {49, 49, LEVEL1, 0, AT(25, 9), 0, 0, "mx50 is on level 1 before the first look, and then no longer"},
    {7, 7, LEVEL1, AT(12, 3), AT(12, 6), 0, 0, "mx8 is on level 1 for one look"},
    {8, 8, LEVEL1, AT(20, 12), HOURS, 0, 0, "mx9 gets on level 1 while the resolver is away"},
    {19, 19, LEVEL1, AT(10, 0), AT(22, 0), 0, 0, "mx20, silent until 07-18, is on level 1 for longer"},
    {20, 20, LEVEL1, AT(10, 0), AT(14, 0), 0, 0, "mx21, silent until 07-18, is on level 1 and off before that"},
    {0, 99, PROVIDER, AT(6, 0), AT(28, 0), 0, 0, "the provider of mx1 to mx100 is on level 3; no receiver minds"},
    {100, 199, NET, AT(9, 6), AT(13, 6), 0, 0, "the net of pool1 to pool100 is on level 2; one refused pool40 for it"},
    {100, 199, NET, AT(23, 0), AT(24, 12), 0, 0, "the net is on level 2 again"},
    {109, 109, BACKSCATTER, AT(16, 0), AT(17, 0), 6, 15, "pool10 is on ips.backscatterer.org at two looks of five"},
    {110, 110, BACKSCATTER, AT(5, 0), HOURS, 3, 51, "pool11 has a blip of one look every other day"},
    {111, 111, BACKSCATTER, AT(27, 0), AT(29, 0), 0, 0, "pool12 is on ips.backscatterer.org for two days"},
    {259, 263, LEVEL1, AT(29, 18), HOURS, 0, 0, "shop60 to shop64 get on level 1 at once"},
    {200, 299, MISSED, 0, HOURS, 6, 93, "the deadline cuts off shop1 to shop100 in two looks of 31"},
    {269, 269, SILENT, AT(11, 0), AT(31, 0), 0, 0, "the lists do not answer about shop70, for 20 days"},
    {0, 299, SILENT, 3, HOURS, 6, 120, "the resolver is away for two looks, every five days"},
    {0, 299, SILENT, AT(17, 9), AT(17, 18), 0, 0, "the resolver is away for three looks"},
    {0, 299, SILENT, AT(20, 6), AT(21, 6), 0, 0, "the resolver is away for a day"},
};

static const char *const groups[] = {"mx", "pool", "shop"};

static enum state
state_of(int place, int hour)
{
    unsigned state = 0;
    for (size_t i = 0; i < COUNT(acts); i++) {
        const struct act *a = &acts[i];
        if (place >= a->first && place <= a->last && hour >= a->from && hour < a->to &&
            (a->period == 0 || (hour - a->from) % a->period < a->on))
            state |= (unsigned)a->state;
    }
    return (enum state)state;
}

/* ---- what is known of a target in a state ---- */

static struct sample {
    struct evidence *evidence; /* NULL until it is wanted */
    struct verdict verdict;
} samples[TARGETS][STATES + 1];

static struct policy policy;

static void
put_address(char out[static 32], int place)
{
    snprintf(out, 32, "203.0.%d.%d", 112 + place / GROUP, place % GROUP + 1);
}

static void
make(struct evidence *e, const char *address, unsigned state)
{
    struct endpoint resolver;
    struct buf text = {0};
    made_evidence(e, address);
    if (endpoint_parse("192.0.2.53", &resolver))
        vec_push(&e->servers, resolver);
    buf_format(&text, "IP %s is UCEPROTECT-Level 1 listed. See http://x", address);
    if (state & LEVEL1)
        made_listed(e, AT_LEVEL1, buf_string(&text));
    if (state & BACKSCATTER)
        made_listed(e, AT_BACKSCATTERER, "Sorry, it is blacklisted");
    if (state & NET)
        made_listed(e, AT_LEVEL2, MADE_L2_INNER);
    if (state & PROVIDER)
        made_listed(e, AT_LEVEL3, MADE_L3);
    for (size_t i = 0; i < BUILTIN_LISTS && state & SILENT; i++)
        made_trouble(e, i, STATE_TIMEOUT, NULL);
    if (strcmp(address, "203.0.113.40") == 0)
        vec_push(&e->seen.rejections, ((struct seen_rejections){.receiver = mem_copy("mx.example.org"),
                                                                .zone = mem_copy("dnsbl-2.uceprotect.net"),
                                                                .list = mem_copy("UCEPROTECT Level 2"),
                                                                .level = 2,
                                                                .count = 1}));
    buf_free(&text);
}

static const struct sample *
sample_of(int place, unsigned state, int64_t now_ms)
{
    char date[sizeof "2026070400"];
    uint32_t serial = (uint32_t)strtoul(clock_text(now_ms + 2 * HOUR_MS, "%Y%m%d%H", date, sizeof date), NULL, 10);
    struct sample *s = &samples[place][state & SILENT ? STATES : state];
    if (!s->evidence) {
        char address[32];
        put_address(address, place);
        s->evidence = mem_zero(sizeof *s->evidence);
        make(s->evidence, address, state);
        verdict_reach(&s->verdict, s->evidence, &policy);
    }
    s->evidence->started_ms = s->evidence->finished_ms = now_ms;
    for (size_t i = 0; i < BUILTIN_LISTS; i++) {
        s->evidence->lists.at[i].answered_ms = now_ms;
        s->evidence->lists.at[i].serial = s->evidence->lists.at[i].serial ? serial : 0;
    }
    return s;
}

/* ---- one run ---- */

/* How the process that watches dies in a delivery. */
enum death { LIVES, DIES_BEFORE_AND_AFTER };

struct desk {
    int fd; /* where messages go */
    enum death death;
};

/* A channel that takes a message with one write. */
static bool
deliver_one(void *arg, unsigned channel, const struct journal_message *m, const journal_alarms *alarms,
            struct fault *why)
{
    const struct desk *desk = arg;
    struct buf out = {0};
    char id[UUID_TEXT], time[CLOCK_MINUTE];
    (void)channel;
    (void)why;
    if (desk->death == DIES_BEFORE_AND_AFTER && m->tries == 0)
        raise(SIGKILL);
    buf_format(&out, "\f%s", uuid_text(&m->uuid, id));
    for (size_t i = 0; i < alarms->count; i++)
        if (alarms->at[i].thread.bytes[0] != 0)
            buf_format(&out, " %s", uuid_text(&alarms->at[i].thread, id));
    buf_format(&out, "\n%s\n", clock_minute(m->at_ms, time));
    report_text(&out, alarms, FLEET);
    bool ok = write(desk->fd, buf_string(&out), out.count) == (ssize_t)out.count;
    buf_free(&out);
    if (desk->death == DIES_BEFORE_AND_AFTER && m->tries == 1)
        raise(SIGKILL);
    return ok;
}

static void
report(void *arg, const struct fault *why)
{
    (void)arg;
    fprintf(stderr, "%s\n", why->text);
    _exit(3);
}

static void
look(struct journal *journal, int hour, const struct desk *desk)
{
    int64_t now_ms = begin_ms + (int64_t)hour * HOUR_MS;
    struct round_rules rules = {.fleet = FLEET, .policy = &policy, .alarm = {2, 3}, .blind_after = 3, .channels = 1};
    char text[32], label[32], tags[] = "", prod[] = "prod";
    clock_fake(now_ms, now_ms);
    struct round *round = round_new(journal, &rules, &fault);
    for (int place = 0; place < TARGETS; place++) {
        unsigned state = (unsigned)state_of(place, hour);
        const struct sample *s = state & MISSED ? NULL : sample_of(place, state, now_ms);
        struct fleet_target target = {.text = text, .label = label, .tags = place < GROUP ? prod : tags};
        put_address(text, place);
        snprintf(label, sizeof label, "%s%d", groups[place / GROUP], place % GROUP + 1);
        target.silent_until_ms = place == 19 || place == 20 ? begin_ms + AT(18, 0) * (int64_t)HOUR_MS : 0;
        round_take(round, &target, s ? s->evidence : NULL, s ? &s->verdict : NULL);
    }
    if (round_store(round, &fault) != JOURNAL_DONE)
        report(NULL, &fault);
    round_free(round);
    outbox_send(&(struct outbox){journal, FLEET, 1, deliver_one, report, (void *)desk});
}

/* Returns the hour after the last look that the journal remembers. The looks at mx1 change with each. */
static int
next_hour(struct journal *journal)
{
    journal_watches watches;
    int64_t last_ms = begin_ms - STEP * (int64_t)HOUR_MS;
    if (!journal_watches_read(journal, &watches, &fault))
        report(NULL, &fault);
    for (size_t i = 0; i < watches.count; i++)
        if (strcmp(watches.at[i].target, "203.0.112.1") == 0 && watches.at[i].seen_ms > last_ms)
            last_ms = watches.at[i].seen_ms;
    journal_watches_fini(&watches);
    return (int)((last_ms - begin_ms) / HOUR_MS) + STEP;
}

static const char *
path_of(const char *name, const char *suffix)
{
    char file[64];
    snprintf(file, sizeof file, "%s%s", name, suffix);
    return temp_dir_path(file);
}

/* Watches from where the journal ends to the end of the month. */
static void
live(const char *name, enum death death)
{
    struct fault notice;
    struct journal *journal = journal_open(path_of(name, ".db"), false, JOURNAL_WRITES, 2000, &notice, &fault);
    struct desk desk = {open(path_of(name, ".txt"), O_WRONLY | O_CREAT | O_APPEND, 0600), death};
    if (!journal || desk.fd < 0)
        report(NULL, &fault);
    int next = next_hour(journal);
    int64_t last_ms = begin_ms + (int64_t)(next - STEP) * HOUR_MS;
    clock_fake(last_ms, last_ms); /* what a death left is sent at the time of its run */
    outbox_send(&(struct outbox){journal, FLEET, 1, deliver_one, report, &desk});
    for (int hour = next; hour < HOURS; hour += STEP)
        look(journal, hour, &desk);
    journal_close(journal);
    close(desk.fd);
}

/* ---- what came of it ---- */

enum { IDS = 100 };

struct ids {
    char at[IDS][UUID_TEXT];
    size_t count, deliveries;
};

/* Returns the number of a message from 1, or 0 if it is new, and adds it. */
static size_t
number_of(struct ids *ids, const char *id)
{
    for (size_t i = 0; i < ids->count; i++)
        if (strncmp(ids->at[i], id, UUID_TEXT - 1) == 0)
            return i + 1;
    assert_true(ids->count < IDS);
    snprintf(ids->at[ids->count++], UUID_TEXT, "%s", id);
    return 0;
}

/* Appends the text, indented. */
static void
put_indented(struct buf *out, const char *text, const char *end)
{
    while (text < end) {
        const char *newline = memchr(text, '\n', (size_t)(end - text));
        buf_format(out, "%s%.*s\n", newline > text ? "    " : "", (int)(newline - text), text);
        text = newline + 1;
    }
}

/* Appends each message once, with numbers in place of ids. */
static void
put_messages(struct buf *out, const char *name, struct ids *ids)
{
    struct buf text = {0};
    *ids = (struct ids){.count = 0};
    assert_true(textfile_read(path_of(name, ".txt"), 1 << 20, &text, &fault));
    for (char *at = text.at; at < text.at + text.count; ids->deliveries++) {
        char *next = memchr(at + 1, '\f', (size_t)(text.at + text.count - at - 1)),
             *end = next ? next : text.at + text.count;
        const char *own = at + 1, *line = strchr(at, '\n');
        if (number_of(ids, own) == 0) {
            size_t answers = 0;
            for (const char *id = own + UUID_TEXT - 1; id < line && !answers; id += UUID_TEXT)
                if (strncmp(id + 1, own, UUID_TEXT - 1) != 0)
                    answers = number_of(ids, id + 1);
            buf_format(out, "\n%zu. %.*s UTC", ids->count, CLOCK_MINUTE - 1, line + 1);
            if (answers)
                buf_format(out, ", answers %zu", answers);
            buf_byte(out, '\n');
            put_indented(out, line + CLOCK_MINUTE + 1, end);
        }
        at = end;
    }
    buf_free(&text);
}

/* Appends what the journal remembers of the targets, and the cases of those that were reported. */
static void
put_journal(struct buf *out, const char *name)
{
    struct fault notice;
    struct journal *journal = journal_open(path_of(name, ".db"), false, JOURNAL_READS, 2000, &notice, &fault);
    journal_watches watches;
    journal_messages waiting;
    assert_non_null(journal);
    assert_true(journal_watches_read(journal, &watches, &fault));
    for (size_t i = 0; i < watches.count; i++) {
        const struct journal_watch *w = &watches.at[i];
        struct resource resource;
        struct journal_case found;
        buf_format(out, "%s %s %s %d %u %u %u %lld %lld\n", w->target, w->scope, w->zone, w->listed, w->looks,
                   w->look_count, w->blind, (long long)w->since_ms, (long long)w->seen_ms);
        if (strcmp(w->scope, JOURNAL_ANSWERS) != 0 || !resource_parse(w->target, &resource) ||
            !journal_case_find(journal, &resource, &found, &fault))
            continue;
        for (size_t k = 0; k < found.contacts.count; k++)
            buf_format(out, "  %lld %s\n", (long long)found.contacts.at[k].at_ms, found.contacts.at[k].what);
        journal_case_fini(&found);
    }
    assert_true(journal_messages_waiting(journal, FLEET, &waiting, &fault));
    buf_format(out, "%zu waiting\n", waiting.count);
    vec_free(&waiting);
    journal_watches_fini(&watches);
    journal_close(journal);
}

static void
put_story(struct buf *out)
{
    buf_text(
        out,
        "July 2026: a run each three hours looks at 300 targets, mx1 to mx100, pool1 to pool100 and shop1 to shop100.\n"
        "An alarm needs two of three looks, or one on level 1; two looks without a listing end it.\n\n"
        "What happens:\n");
    for (size_t i = 0; i < COUNT(acts); i++) {
        char from[CLOCK_MINUTE], to[CLOCK_MINUTE];
        clock_minute(begin_ms + (int64_t)acts[i].from * HOUR_MS, from);
        clock_minute(begin_ms + (int64_t)acts[i].to * HOUR_MS, to);
        buf_format(out, "    %s to %s  %s\n", from + strlen("2026-"), to + strlen("2026-"), acts[i].what);
    }
    buf_text(out, "\nEvery message of the watch:\n");
}

/* ---- tests ---- */

static int
set_up(void **state)
{
    policy_default(&policy);
    for (int hour = 0; hour < HOURS; hour += STEP) /* children must not make them again */
        for (int place = 0; place < TARGETS; place++)
            if (!(state_of(place, hour) & MISSED))
                sample_of(place, (unsigned)state_of(place, hour), begin_ms);
    return temp_dir_make(state);
}

static int
tear_down(void **state)
{
    for (int place = 0; place < TARGETS; place++)
        for (int kind = 0; kind <= STATES; kind++)
            if (samples[place][kind].evidence) {
                verdict_fini(&samples[place][kind].verdict);
                evidence_fini(samples[place][kind].evidence);
                free(samples[place][kind].evidence);
            }
    clock_real();
    return temp_dir_remove(state);
}

/* Watches in a process of its own, which is killed after so many microseconds; 0 = never. Returns how it ended. */
static int
live_alone(const char *name, enum death death, uint32_t life_us)
{
    int status = 0;
    pid_t pid = fork();
    if (pid == 0) {
        live(name, death);
        _exit(0);
    }
    assert_true(pid > 0);
    if (life_us > 0) {
        usleep(life_us);
        kill(pid, SIGKILL);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status) || WEXITSTATUS(status) == 0);
    return status;
}

/* How long the month took without a death. */
static int64_t whole_us;

static void
month_has_expected_messages(void **state)
{
    (void)state;
    struct buf is = {0}, expected = {0};
    struct ids ids;
    clock_real();
    int64_t started_us = clock_now_us();
    assert_int_equal(live_alone("whole", LIVES, 0), 0);
    whole_us = clock_now_us() - started_us;
    put_story(&is);
    put_messages(&is, "whole", &ids);
    assert_int_equal(ids.deliveries, ids.count);
    if (getenv("UPDATE_GOLDEN")) {
        FILE *file = fopen(GOLDEN, "w");
        assert_non_null(file);
        assert_int_equal(fputs(buf_string(&is), file), 1);
        assert_int_equal(fclose(file), 0);
    }
    assert_true(textfile_read(GOLDEN, 1 << 20, &expected, &fault));
    assert_string_equal(buf_string(&is), buf_string(&expected));
    buf_free(&is);
    buf_free(&expected);
}

static void
assert_as_without_death(const char *name, struct ids *ids)
{
    struct buf is = {0}, expected = {0};
    struct ids whole;
    put_messages(&expected, "whole", &whole);
    put_messages(&is, name, ids);
    assert_string_equal(buf_string(&is), buf_string(&expected));
    buf_clear(&is);
    buf_clear(&expected);
    put_journal(&expected, "whole");
    put_journal(&is, name);
    assert_string_equal(buf_string(&is), buf_string(&expected));
    buf_free(&is);
    buf_free(&expected);
}

/* A month that the machine runs through before all its deaths begins again, as another: how many deaths one has depends
 * on what else the machine does. */
static void
killed_at_random_moments_gives_the_same_month(void **state)
{
    (void)state;
    struct ids ids;
    uint32_t seed = 20260704;
    for (int killed = 0, month = 0; killed < KILLS; month++) {
        char name[32];
        snprintf(name, sizeof name, "killed%d", month);
        for (bool dead = true; dead && killed < KILLS; killed += dead) {
            seed ^= seed << 13;
            seed ^= seed >> 17;
            seed ^= seed << 5;
            dead = live_alone(name, LIVES, 1 + seed % (uint32_t)(whole_us / KILLS * 3 / 2)) != 0;
        }
        assert_int_equal(live_alone(name, LIVES, 0), 0);
        assert_as_without_death(name, &ids);
    }
}

static void
death_in_each_delivery_repeats_the_same_message(void **state)
{
    (void)state;
    struct ids ids;
    size_t deaths = 0;
    while (live_alone("dying", DIES_BEFORE_AND_AFTER, 0) != 0)
        assert_true(++deaths < 2 * IDS);
    assert_as_without_death("dying", &ids);
    assert_int_equal(deaths, 2 * ids.count);
    assert_int_equal(ids.deliveries, 2 * ids.count);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(month_has_expected_messages),
        cmocka_unit_test(killed_at_random_moments_gives_the_same_month),
        cmocka_unit_test(death_in_each_delivery_repeats_the_same_message),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
