/* What is found gets into the journal, at once or in the end, and the user hears of it only when it cannot. */

#include "builtin_lists.h"
#include "journal/history.h"
#include "journal/recorder.h"
#include "verdict/explain.h"

#include "base/clock.h"
#include "evidence_fixture.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[] = "/tmp/whylisted-recorder-XXXXXX";
static char path[sizeof folder + sizeof "/journal.db"];

struct desk {
    struct loop *loop;
    struct recorder *recorder;
    struct policy policy;
    VEC(char *) told;
};

static void
hear(void *arg, const char *sentence)
{
    struct desk *d = arg;
    vec_push(&d->told, mem_copy(sentence));
}

static struct journal *
open_journal(enum journal_access access, int wait_ms)
{
    struct fault notice, fault;
    struct journal *journal = journal_open(path, false, access, wait_ms, &notice, &fault);
    if (!journal)
        fail_msg("%s", fault.text);
    return journal;
}

static void
start(struct desk *d, bool batched)
{
    *d = (struct desk){.loop = loop_new()};
    policy_default(&d->policy);
    d->recorder = recorder_new(d->loop, open_journal(JOURNAL_WRITES, JOURNAL_WAIT_CONSOLE_MS), batched, hear, d);
}

static void
end(struct desk *d)
{
    recorder_free(d->recorder);
    loop_free(d->loop);
    for (size_t i = 0; i < d->told.count; i++)
        free(d->told.at[i]);
    vec_free(&d->told);
}

static int
make_folder(void **state)
{
    (void)state;
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof path, "%s/journal.db", folder);
    return 0;
}

static int
empty_folder(void **state)
{
    char command[sizeof folder + 32];
    (void)state;
    clock_real();
    snprintf(command, sizeof command, "rm -rf %s/*", folder);
    return system(command);
}

static int
remove_folder(void **state)
{
    (void)state;
    return rmdir(folder);
}

static struct addr
address_of(const char *text)
{
    struct addr address;
    assert_true(addr_parse(text, &address));
    return address;
}

/* A look that is over; its answers are a second younger than those of the one before. */
static void
look(struct evidence *e, const char *address, bool listed)
{
    static int64_t now_ms = MADE_WALL_MS;
    made_evidence(e, address);
    if (listed)
        made_listed(e, AT_LEVEL1, MADE_L1);
    clock_real();
    now_ms += 1000;
    for (size_t i = 0; i < BUILTIN_LISTS; i++)
        e->lists.at[i].answered_ms = now_ms;
    e->finished_ms = clock_wall_ms();
}

static void
hand_in(struct desk *d, const struct evidence *e)
{
    struct verdict verdict;
    verdict_reach(&verdict, e, &d->policy);
    recorder_add(d->recorder, e, &verdict);
    verdict_fini(&verdict);
}

static void
see(struct desk *d, const char *address, bool listed)
{
    struct evidence e;
    look(&e, address, listed);
    hand_in(d, &e);
    evidence_fini(&e);
}

/* How often something new was seen of an address, as another program reads it. */
static uint32_t
changes_of(const char *address)
{
    struct journal *journal = open_journal(JOURNAL_READS, 1000);
    struct addr addr = address_of(address);
    struct seen seen = {0};
    struct fault fault;
    assert_true(journal_seen(journal, &addr, &seen, &fault));
    journal_close(journal);
    uint32_t changes = seen.changes;
    seen_fini(&seen);
    return changes;
}

/* Another program that writes, and does not come to an end. */
static struct journal *
occupy(void)
{
    struct journal *other = open_journal(JOURNAL_WRITES, 1000);
    struct fault fault;
    struct resource resource = resource_of_asn(64500);
    assert_int_equal(journal_begin(other, &fault), JOURNAL_DONE);
    assert_int_equal(journal_case_set_state(other, &resource, CASE_OPEN, &fault), JOURNAL_DONE);
    return other;
}

static void
release(struct journal *other)
{
    struct fault fault;
    assert_int_equal(journal_commit(other, &fault), JOURNAL_DONE);
    journal_close(other);
}

static void
turn_until_written(struct desk *d, const char *address)
{
    int64_t until_ms = clock_now_ms() + 20 * 1000;
    while (changes_of(address) == 0 && clock_now_ms() < until_ms)
        loop_turn(d->loop, until_ms);
    assert_int_not_equal(changes_of(address), 0);
}

/* ---- cases ---- */

/* In this run the address is asked again and again; the last look is the one before. */
static void
last_look_is_from_before_this_run(void **state)
{
    (void)state;
    struct desk d;
    struct addr address = address_of("203.0.113.77");
    start(&d, false);
    assert_false(recorder_last_look(d.recorder, &address)->known);
    see(&d, "203.0.113.77", true);
    assert_false(recorder_last_look(d.recorder, &address)->known);
    end(&d);
    start(&d, false);
    see(&d, "203.0.113.77", false);
    see(&d, "203.0.113.77", true);
    const struct last_look *last = recorder_last_look(d.recorder, &address);
    assert_true(last->known);
    assert_int_equal(observed_lists_level(&last->then.lists, 1), STATE_LISTED);
    assert_ptr_equal(recorder_last_look(d.recorder, &address), last);
    end(&d);
}

static void
recorder_stores_at_once(void **state)
{
    (void)state;
    struct desk d;
    start(&d, false);
    see(&d, "203.0.113.77", false);
    assert_int_equal(changes_of("203.0.113.77"), 1);
    see(&d, "203.0.113.77", false);
    assert_int_equal(changes_of("203.0.113.77"), 1);
    see(&d, "203.0.113.77", true);
    assert_int_equal(changes_of("203.0.113.77"), 2);
    assert_int_not_equal(recorder_version(d.recorder), 0);
    assert_int_equal(d.told.count, 0);
    end(&d);
}

static void
newest_of(const char *address, struct observation *out)
{
    struct journal *journal = open_journal(JOURNAL_READS, 1000);
    struct addr addr = address_of(address);
    struct fault fault;
    assert_true(journal_newest(journal, &addr, out, &fault));
    journal_close(journal);
}

/* What is looked at again without being asked, or asked in part, is not seen again. */
static void
recorder_dates_by_answer(void **state)
{
    (void)state;
    struct desk d;
    struct evidence first, second;
    struct observation kept;
    start(&d, false);
    look(&first, "203.0.113.77", true);
    hand_in(&d, &first);
    int64_t then_ms = first.lists.at[AT_LEVEL1].answered_ms;
    hand_in(&d, &first);
    first.lists.at[AT_LEVEL3].answered_ms += 500;
    hand_in(&d, &first);
    newest_of("203.0.113.77", &kept);
    assert_int_equal(kept.times, 1);
    assert_int_equal(kept.first_ms, then_ms);
    assert_int_equal(kept.last_ms, then_ms);
    observation_fini(&kept);

    for (size_t i = 0; i < BUILTIN_LISTS; i++)
        first.lists.at[i].answered_ms = then_ms + 700 + (int64_t)i;
    hand_in(&d, &first);
    newest_of("203.0.113.77", &kept);
    assert_int_equal(kept.times, 2);
    assert_int_equal(kept.last_ms, then_ms + 700);
    observation_fini(&kept);

    /* It has left; the first view asks level 3 alone and still shows what it heard of level 1. */
    look(&second, "203.0.113.77", false);
    hand_in(&d, &second);
    first.lists.at[AT_LEVEL3].answered_ms = second.lists.at[AT_LEVEL1].answered_ms + 5000;
    hand_in(&d, &first);
    assert_int_equal(changes_of("203.0.113.77"), 2);
    newest_of("203.0.113.77", &kept);
    assert_int_equal(observation_state(&kept, "level1"), STATE_CLEAR);
    assert_int_equal(kept.last_ms, second.lists.at[AT_LEVEL1].answered_ms);
    observation_fini(&kept);
    evidence_fini(&first);
    evidence_fini(&second);
    end(&d);
}

/* What the DNS says of an address is known of it as a neighbour, too. */
static void
recorder_stores_level1_as_neighbour(void **state)
{
    (void)state;
    struct desk d;
    struct evidence listed, gone;
    struct fault fault;
    journal_neighbours kept = {0};
    start(&d, false);
    look(&listed, "203.0.113.77", true);
    hand_in(&d, &listed);
    look(&gone, "203.0.113.77", false);
    hand_in(&d, &gone);
    struct prefix alone = prefix_around(&gone.address, 32);
    assert_true(journal_neighbours_of(recorder_journal(d.recorder), &alone, &kept, &fault));
    assert_int_equal(kept.count, 1);
    assert_int_equal(kept.at[0].first_ms, listed.lists.at[AT_LEVEL1].answered_ms);
    assert_int_equal(kept.at[0].last_ms, listed.lists.at[AT_LEVEL1].answered_ms);
    assert_int_equal(kept.at[0].absent_ms, gone.lists.at[AT_LEVEL1].answered_ms);
    vec_free(&kept);
    evidence_fini(&listed);
    evidence_fini(&gone);
    end(&d);
}

static void
recorder_batch_commits_on_flush(void **state)
{
    (void)state;
    struct desk d;
    start(&d, true);
    see(&d, "203.0.113.77", false);
    see(&d, "203.0.113.78", true);
    assert_int_equal(changes_of("203.0.113.77"), 0);
    assert_true(recorder_flush(d.recorder));
    assert_int_equal(changes_of("203.0.113.77"), 1);
    assert_int_equal(changes_of("203.0.113.78"), 1);
    see(&d, "203.0.113.79", false);
    end(&d);
    assert_int_equal(changes_of("203.0.113.79"), 1);
}

static void
seen_includes_queued_records(void **state)
{
    (void)state;
    struct desk d;
    struct seen seen = {0};
    struct addr address = address_of("203.0.113.77"), other = address_of("203.0.113.78");
    start(&d, true);
    see(&d, "203.0.113.77", false);
    recorder_seen(d.recorder, &address, &seen);
    assert_true(seen.known);
    assert_int_equal(seen_find(&seen, LEVEL1_LIST->zone)->state, STATE_CLEAR);
    recorder_flush(d.recorder);
    see(&d, "203.0.113.77", true);
    recorder_seen(d.recorder, &address, &seen);
    assert_int_equal(seen_find(&seen, LEVEL1_LIST->zone)->state, STATE_LISTED);
    assert_true(seen_find(&seen, LEVEL1_LIST->zone)->other_ms > 0);
    recorder_seen(d.recorder, &other, &seen);
    assert_false(seen.known);
    end(&d);
    seen_fini(&seen);
}

static void
recorder_waits_for_other_writer(void **state)
{
    (void)state;
    struct desk d;
    struct seen seen = {0};
    struct addr address = address_of("203.0.113.77");
    start(&d, false);
    struct journal *other = occupy();
    see(&d, "203.0.113.77", true);
    see(&d, "203.0.113.78", true);
    assert_int_equal(recorder_version(d.recorder), 0);
    recorder_seen(d.recorder, &address, &seen);
    assert_true(seen.known);
    release(other);
    assert_int_equal(changes_of("203.0.113.77"), 0);
    turn_until_written(&d, "203.0.113.77");
    assert_int_equal(changes_of("203.0.113.77"), 1);
    assert_int_equal(changes_of("203.0.113.78"), 1);
    assert_int_equal(d.told.count, 0);
    end(&d);
    seen_fini(&seen);
}

static struct journal_count
snapshot_at(int64_t at_ms)
{
    return (struct journal_count){.resource = resource_of_asn(64500), .at_ms = at_ms, .serial = 1, .impacts = -1};
}

static void
recorder_waiting_too_long_reports(void **state)
{
    (void)state;
    enum { EXTRA = 10 };
    struct desk d;
    struct fault fault;
    struct resource resource = resource_of_asn(64500);
    journal_counts kept = {0};
    start(&d, false);
    struct journal *other = occupy();
    for (int64_t i = 1; i <= RECORDER_QUEUE + EXTRA; i++) {
        struct journal_count snapshot = snapshot_at(i);
        recorder_add_count(d.recorder, &snapshot);
    }
    assert_int_equal(d.told.count, 1);
    assert_non_null(strstr(d.told.at[0], "another program holds the journal"));
    release(other);
    assert_true(recorder_flush(d.recorder));
    assert_true(journal_counts_of(recorder_journal(d.recorder), &resource, 2 * RECORDER_QUEUE, &kept, &fault));
    assert_int_equal(kept.count, RECORDER_QUEUE);
    assert_int_equal(kept.at[0].at_ms, EXTRA + 1);
    vec_free(&kept);
    end(&d);
}

static void
recorder_failure_is_reported_once(void **state)
{
    (void)state;
    struct desk d;
    struct rlimit before, none;
    start(&d, false);
    see(&d, "203.0.113.77", false);
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before);
    none = (struct rlimit){.rlim_cur = 1, .rlim_max = before.rlim_max};
    setrlimit(RLIMIT_FSIZE, &none);
    see(&d, "203.0.113.78", true);
    see(&d, "203.0.113.79", true);
    assert_false(recorder_flush(d.recorder) && d.told.count == 0);
    setrlimit(RLIMIT_FSIZE, &before);
    assert_int_equal(d.told.count, 1);
    assert_non_null(strstr(d.told.at[0], path));
    see(&d, "203.0.113.80", true);
    assert_int_equal(changes_of("203.0.113.77"), 1);
    assert_int_equal(changes_of("203.0.113.78"), 0);
    assert_int_equal(changes_of("203.0.113.80"), 1);
    end(&d);
}

/* The other program is another process, which ends while the recorder waits. */
static void
recorder_free_waits_for_other_writer(void **state)
{
    (void)state;
    struct desk d;
    int pipe_ends[2], status;
    char byte;
    start(&d, false);
    assert_int_equal(pipe(pipe_ends), 0);
    pid_t child = fork();
    if (child == 0) {
        struct journal *other = occupy();
        if (write(pipe_ends[1], "", 1) != 1)
            _exit(1);
        usleep(60 * 1000);
        release(other);
        _exit(0);
    }
    assert_int_equal(read(pipe_ends[0], &byte, 1), 1);
    see(&d, "203.0.113.77", true);
    assert_int_equal(d.told.count, 0);
    end(&d);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    close(pipe_ends[0]);
    close(pipe_ends[1]);
    assert_int_equal(changes_of("203.0.113.77"), 1);
}

static void
recorder_ignores_unasked(void **state)
{
    (void)state;
    struct desk d;
    struct evidence e;
    start(&d, false);
    look(&e, "10.0.0.1", false);
    e.reserved = "private network, RFC 1918";
    hand_in(&d, &e);
    evidence_fini(&e);
    look(&e, "203.0.113.77", false);
    e.offline = true;
    hand_in(&d, &e);
    assert_int_equal(recorder_version(d.recorder), 0);
    e.lists.at[AT_LEVEL1].file.have = true;
    hand_in(&d, &e);
    assert_int_equal(changes_of("203.0.113.77"), 1);
    evidence_fini(&e);
    end(&d);
}

static void
recorder_zone_neighbours_stored_once(void **state)
{
    (void)state;
    struct desk d;
    struct fault fault;
    struct evidence e;
    journal_neighbours kept = {0};
    start(&d, false);
    look(&e, "203.0.113.77", true);
    e.has_density = true;
    e.lists.at[AT_LEVEL1].file =
        (struct file_result){.have = true, .serial = MADE_SERIAL, .date = data_date_of_serial(MADE_SERIAL)};
    vec_push(&e.neighbours, ((struct neighbour){.address = 0xcb007109}));
    vec_push(&e.neighbours, ((struct neighbour){.address = 0xcb00714d}));
    e.lists.at[AT_LEVEL1].source = SOURCE_NONE; /* or it would tell of itself */
    hand_in(&d, &e);
    assert_int_equal(recorder_version(d.recorder), 2);
    hand_in(&d, &e);
    assert_int_equal(recorder_version(d.recorder), 3);
    struct prefix around = prefix_around(&e.address, 24);
    assert_true(journal_neighbours_of(recorder_journal(d.recorder), &around, &kept, &fault));
    assert_int_equal(kept.count, 2);
    assert_int_equal(kept.at[0].address, 0xcb007109);
    assert_int_equal(kept.at[0].last_ms, data_date_serial_ms(MADE_SERIAL));
    vec_free(&kept);
    evidence_fini(&e);
    end(&d);
}

static void
recorder_wide_prefix_is_stored_whole(void **state)
{
    (void)state;
    enum { MANY = 5000, LATER = 10 };
    struct desk d;
    struct fault fault;
    struct prefix prefix;
    bool ignored;
    journal_neighbours kept = {0};
    static uint32_t listed[MANY];
    assert_true(prefix_parse("198.18.0.0/15", &prefix, &ignored));
    for (uint32_t i = 0; i < MANY; i++)
        listed[i] = 0xc6120000 + i * 26;
    start(&d, false);
    recorder_add_neighbours(d.recorder, &prefix, 1000, listed, MANY, NULL, 0);
    assert_true(recorder_flush(d.recorder));
    recorder_add_neighbours(d.recorder, &prefix, 2000, listed + LATER, MANY - LATER, NULL, 0);
    assert_true(recorder_flush(d.recorder));
    assert_true(journal_neighbours_of(recorder_journal(d.recorder), &prefix, &kept, &fault));
    assert_int_equal(kept.count, MANY);
    for (size_t i = 0; i < kept.count; i++) {
        assert_int_equal(kept.at[i].address, listed[i]);
        assert_int_equal(kept.at[i].last_ms, i < LATER ? 1000 : 2000);
        assert_int_equal(kept.at[i].absent_ms, i < LATER ? 2000 : 0);
    }
    vec_free(&kept);
    end(&d);
}

static void
recorder_stopped_sweep_stores_answered_only(void **state)
{
    (void)state;
    struct desk d;
    struct fault fault;
    struct prefix prefix;
    bool ignored;
    journal_neighbours kept = {0};
    const uint32_t listed[] = {0xcb007101, 0xcb007102}, asked[] = {0xcb007101, 0xcb007103};
    assert_true(prefix_parse("203.0.113.0/24", &prefix, &ignored));
    start(&d, false);
    recorder_add_neighbours(d.recorder, &prefix, 1000, listed, 2, NULL, 0);
    recorder_add_neighbours(d.recorder, &prefix, 2000, NULL, 0, asked, 2);
    assert_true(journal_neighbours_of(recorder_journal(d.recorder), &prefix, &kept, &fault));
    assert_int_equal(kept.count, 2);
    assert_int_equal(kept.at[0].absent_ms, 2000);
    assert_int_equal(kept.at[1].absent_ms, 0);
    vec_free(&kept);
    end(&d);
}

static void
recorder_readonly_journal_writes_nothing(void **state)
{
    (void)state;
    struct desk d;
    struct seen seen = {0};
    struct addr address = address_of("203.0.113.77");
    start(&d, false);
    see(&d, "203.0.113.77", true);
    end(&d);
    d = (struct desk){.loop = loop_new()};
    policy_default(&d.policy);
    d.recorder = recorder_new(d.loop, open_journal(JOURNAL_READS, 1000), false, hear, &d);
    assert_false(recorder_stores(d.recorder));
    see(&d, "203.0.113.77", false);
    recorder_seen(d.recorder, &address, &seen);
    assert_int_equal(seen_find(&seen, LEVEL1_LIST->zone)->state, STATE_LISTED);
    assert_int_equal(d.told.count, 0);
    end(&d);
    seen_fini(&seen);
}

static void
scribble(void)
{
    struct stat is;
    char junk[4096];
    memset(junk, 0xA5, sizeof junk);
    int file = open(path, O_WRONLY);
    assert_true(file >= 0 && fstat(file, &is) == 0);
    for (off_t at = sizeof junk; at < is.st_size; at += (off_t)sizeof junk)
        assert_int_equal(pwrite(file, junk, sizeof junk, at), sizeof junk);
    close(file);
}

/* The file is damaged under the program: it is set aside, that is told once, and the program goes on without it. */
static void
recorder_without_journal_continues(void **state)
{
    (void)state;
    struct desk d;
    struct seen seen = {0};
    struct addr address = address_of("203.0.113.77");
    start(&d, false);
    for (int i = 0; i < 200; i++) {
        char text[ADDR_TEXT];
        snprintf(text, sizeof text, "198.51.100.%d", i);
        see(&d, text, i % 2);
    }
    end(&d);
    start(&d, false);
    scribble();
    for (int i = 0; i < 200; i++) {
        char text[ADDR_TEXT];
        snprintf(text, sizeof text, "203.0.113.%d", i);
        see(&d, text, i % 2);
    }
    recorder_seen(d.recorder, &address, &seen);
    assert_null(recorder_journal(d.recorder));
    assert_false(recorder_stores(d.recorder));
    assert_int_equal(d.told.count, 1);
    assert_non_null(strstr(d.told.at[0], path));
    end(&d);
    seen_fini(&seen);
}

/* ---- a journal that another program has locked ---- */

static void
locked_journal_is_tried_again(void **state)
{
    (void)state;
    enum { SECOND_MS = 1000 };
    struct fault fault;
    sqlite3 *other;
    struct desk d = {.loop = loop_new()};
    policy_default(&d.policy);
    journal_close(open_journal(JOURNAL_WRITES, 1000));
    assert_int_equal(sqlite3_open(path, &other), SQLITE_OK);
    assert_int_equal(sqlite3_exec(other, "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE", NULL, NULL, NULL),
                     SQLITE_OK);
    d.recorder = recorder_new(d.loop, journal_open_memory(&fault), false, hear, &d);
    recorder_open_later(d.recorder, path, false);
    see(&d, "203.0.113.77", true);
    struct resource resource = resource_of_address(&(struct addr){0});
    assert_true(resource_parse("203.0.113.78", &resource));
    assert_int_equal(journal_case_set_note(recorder_journal(d.recorder), &resource, "written meanwhile", &fault),
                     JOURNAL_DONE);
    for (int second = 0; second < 8; second++) {
        clock_fake(clock_now_ms() + SECOND_MS, clock_wall_ms());
        loop_turn(d.loop, clock_now_ms());
        if (second == 4) {
            assert_true(journal_is_in_memory(recorder_journal(d.recorder)));
            assert_int_equal(d.told.count, 0);
            assert_int_equal(sqlite3_exec(other, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
            sqlite3_close(other);
        }
    }
    assert_false(journal_is_in_memory(recorder_journal(d.recorder)));
    assert_int_equal(d.told.count, 1);
    assert_non_null(strstr(d.told.at[0], "is open now, and what was found before is in it"));
    clock_real();
    end(&d);
    assert_int_equal(changes_of("203.0.113.77"), 1);
    struct journal *journal = open_journal(JOURNAL_READS, 1000);
    struct journal_case a_case;
    assert_true(journal_case_find(journal, &resource, &a_case, &fault));
    assert_string_equal(a_case.notes.at[0].text, "written meanwhile");
    journal_case_fini(&a_case);
    journal_close(journal);
}

/* ---- damage ---- */

/* Zeroes a page of the file; returns whether it was noticed when the journal was opened, and in the background. */
static void
tear_page(const char *bytes, size_t count, size_t page, bool *at_start, bool *later)
{
    enum { PAGE = 4096, TABLES = 40, SECOND_MS = 1000 };
    static const char zeros[PAGE];
    struct fault notice, fault;
    struct desk d = {.loop = loop_new()};
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, count, file), count);
    assert_int_equal(fseek(file, (long)(page * PAGE), SEEK_SET), 0);
    assert_int_equal(fwrite(zeros, 1, PAGE, file), PAGE);
    assert_int_equal(fclose(file), 0);
    struct journal *journal = journal_open(path, false, JOURNAL_WRITES, JOURNAL_WAIT_CONSOLE_MS, &notice, &fault);
    *at_start = !journal || *notice.text;
    *later = false;
    if (journal && !*at_start) {
        clock_fake(0, MADE_WALL_MS);
        d.recorder = recorder_new(d.loop, journal, false, hear, &d);
        for (int i = 1; i <= TABLES; i++) {
            clock_fake(i * SECOND_MS, MADE_WALL_MS);
            loop_turn(d.loop, i * SECOND_MS);
        }
        *later = d.told.count > 0 && strstr(d.told.at[0], " is damaged") != NULL;
        clock_real();
        end(&d);
    } else {
        journal_close(journal);
        loop_free(d.loop);
    }
    assert_int_equal(empty_folder(NULL), 0);
}

/* Nothing is set any more, so that nothing wakes the console. */
static void
damage_check_ends_within_a_second(void **state)
{
    (void)state;
    struct desk d;
    clock_fake(0, MADE_WALL_MS);
    start(&d, false);
    for (int ms = 10; ms <= 1000; ms += 10) {
        clock_fake(ms, MADE_WALL_MS);
        loop_turn(d.loop, ms);
    }
    assert_false(loop_turn(d.loop, 1000));
    assert_int_equal(d.told.count, 0);
    end(&d);
}

static void
damage_is_told_in_the_background(void **state)
{
    (void)state;
    enum { LOOKS = 400 };
    struct desk d;
    struct buf whole = {0};
    start(&d, true);
    for (int i = 0; i < LOOKS; i++) {
        char address[32];
        snprintf(address, sizeof address, "203.0.%d.%d", i / 200, i % 200);
        see(&d, address, i % 2 == 0);
    }
    end(&d);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    for (int byte; (byte = fgetc(file)) != EOF;)
        buf_byte(&whole, (char)byte);
    fclose(file);
    size_t pages = whole.count / 4096, quiet = 0, told = 0;
    for (size_t page = 1; page < pages; page++) {
        bool at_start, later;
        tear_page(whole.at, whole.count, page, &at_start, &later);
        quiet += !at_start;
        told += later;
    }

    assert_true(quiet > 0);
    assert_int_equal(told, quiet);
    buf_free(&whole);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(last_look_is_from_before_this_run, empty_folder),
        cmocka_unit_test_teardown(recorder_stores_at_once, empty_folder),
        cmocka_unit_test_teardown(recorder_dates_by_answer, empty_folder),
        cmocka_unit_test_teardown(recorder_stores_level1_as_neighbour, empty_folder),
        cmocka_unit_test_teardown(recorder_batch_commits_on_flush, empty_folder),
        cmocka_unit_test_teardown(seen_includes_queued_records, empty_folder),
        cmocka_unit_test_teardown(recorder_waits_for_other_writer, empty_folder),
        cmocka_unit_test_teardown(recorder_waiting_too_long_reports, empty_folder),
        cmocka_unit_test_teardown(recorder_failure_is_reported_once, empty_folder),
        cmocka_unit_test_teardown(recorder_free_waits_for_other_writer, empty_folder),
        cmocka_unit_test_teardown(recorder_ignores_unasked, empty_folder),
        cmocka_unit_test_teardown(recorder_zone_neighbours_stored_once, empty_folder),
        cmocka_unit_test_teardown(recorder_wide_prefix_is_stored_whole, empty_folder),
        cmocka_unit_test_teardown(recorder_stopped_sweep_stores_answered_only, empty_folder),
        cmocka_unit_test_teardown(recorder_readonly_journal_writes_nothing, empty_folder),
        cmocka_unit_test_teardown(recorder_without_journal_continues, empty_folder),
        cmocka_unit_test_teardown(locked_journal_is_tried_again, empty_folder),
        cmocka_unit_test_teardown(damage_check_ends_within_a_second, empty_folder),
        cmocka_unit_test_teardown(damage_is_told_in_the_background, empty_folder),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
