/* Trials of the journal that need death and scarcity; tests/torture/run calls them. Prints TAP cases without a plan.
 *
 *   torture kill DIR KILLS     a writer is killed at random moments; after each death the file must be whole and
 *                              everything in it that the writer was told to be kept
 *   torture full DIR           DIR is a small file system, which is filled; then a file "ballast" in it goes
 *   torture crowd DIR N COUNT  N writers at once, each with COUNT observations
 *
 * Observations carry a number that only grows in their times: what is found must be at least as new as what was
 * acknowledged. */
#include "../unit/observed_fixture.h"
#include "base/mem.h"
#include "../unit/builtin_lists.h"
#include "journal/journal.h"
#include "journal/transfer.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { ADDRESSES = 2000, BULK = 20, KILLS_A_FILE = 100, LONGEST_LIFE_US = 40000, WAIT_MS = 20000 };

static const int64_t epoch_ms = INT64_C(1783361580000);
static const uint32_t first_address = 0x01000000; /* 1.0.0.0 */

static unsigned cases, failures;

static bool __attribute__((format(printf, 2, 3))) tap(bool good, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    printf("%sok %u - ", good ? "" : "not ", ++cases);
    vprintf(format, arguments);
    putchar('\n');
    fflush(stdout);
    va_end(arguments);
    failures += !good;
    return good;
}

/* xorshift: the same trial for the same seed, but for when death comes. */
static uint32_t
draw(uint32_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 17;
    *seed ^= *seed << 5;
    return *seed;
}

/* ---- what is written ---- */

enum what { WHAT_OBSERVATION, WHAT_NOTE, WHAT_NEIGHBOUR };

/* What the writer says was kept. */
struct receipt {
    enum what what;
    uint32_t place; /* of the address */
    int64_t number;
};

static struct addr
address_at(uint32_t place)
{
    return addr_from_v4(first_address + place * 7);
}

/* Each third look at an address finds what the one before found. */
static enum journal_result
observe(struct journal *journal, uint32_t place, int64_t number, struct fault *fault)
{
    struct observation o = {
        .address = address_at(place),
        .first_ms = epoch_ms + number,
        .last_ms = epoch_ms + number,
        .times = 1,
        .source = SOURCE_DNS,
        .verdict = number % 3 ? VERDICT_CLEAR : VERDICT_DIRECT,
        .headline = (char *)"A sentence of about the length that a headline has, with figures such as 23 impacts in it",
        .asn = 64500 + place % 50,
        .org = (char *)"EXAMPLE Example Hosting",
        .score = -1,
    };
    struct listed_net net = {
        .prefix = prefix_around(&o.address, 22), .impacts = number % 40, .abusers = -1, .limit = 9};
    vec_push(&o.nets, net);
    o.lists = observed_of(number % 3 == 0 ? STATE_LISTED : STATE_CLEAR);
    enum journal_result result = journal_observe(journal, &o, NULL, fault);
    vec_free(&o.nets);
    return result;
}

static enum journal_result
annotate(struct journal *journal, uint32_t place, int64_t number, struct fault *fault)
{
    char text[64];
    struct addr address = address_at(place);
    struct resource resource = resource_of_address(&address);
    snprintf(text, sizeof text, "%lld\nwhat was done", (long long)number);
    return journal_case_set_note(journal, &resource, text, fault);
}

static enum journal_result
see_neighbour(struct journal *journal, uint32_t place, int64_t number, struct fault *fault)
{
    struct addr address = address_at(place);
    struct prefix block = prefix_around(&address, 24);
    uint32_t listed = addr_to_v4(&address);
    return journal_neighbours_add(journal, &block, epoch_ms + number, &listed, 1, &listed, 1, fault);
}

static enum journal_result (*const deeds[])(struct journal *, uint32_t, int64_t, struct fault *) = {
    [WHAT_OBSERVATION] = observe,
    [WHAT_NOTE] = annotate,
    [WHAT_NEIGHBOUR] = see_neighbour,
};

static struct journal *
open_journal(const char *path, struct fault *fault)
{
    struct fault notice;
    struct journal *journal = journal_open(path, false, JOURNAL_WRITES, WAIT_MS, &notice, fault);
    if (journal && *notice.text)
        printf("# %s\n", notice.text);
    return journal;
}

/* ---- kill ---- */

static void
hand_in(int fd, const struct receipt *receipts, size_t count)
{
    ssize_t bytes = (ssize_t)(count * sizeof *receipts);
    if (write(fd, receipts, (size_t)bytes) != bytes) /* under PIPE_BUF: all or nothing */
        _exit(4);
}

static bool
write_in_bulk(struct journal *journal, int receipts, uint32_t *seed, int64_t *number, struct fault *fault)
{
    struct receipt done[BULK];
    if (journal_begin(journal, fault) != JOURNAL_DONE)
        return false;
    for (size_t i = 0; i < BULK; i++) {
        done[i] = (struct receipt){WHAT_OBSERVATION, draw(seed) % ADDRESSES, ++*number};
        if (observe(journal, done[i].place, done[i].number, fault) != JOURNAL_DONE)
            return false;
    }
    if (journal_commit(journal, fault) != JOURNAL_DONE)
        return false;
    hand_in(receipts, done, BULK);
    return true;
}

/* Until it is killed; whatever goes wrong before that is a failure. */
static void
live(const char *path, int receipts, uint32_t seed, int64_t number)
{
    struct fault fault = {""};
    struct journal *journal = open_journal(path, &fault);
    while (journal) {
        if (draw(&seed) % 8 == 0) {
            if (!write_in_bulk(journal, receipts, &seed, &number, &fault))
                break;
            continue;
        }
        uint32_t lot = draw(&seed) % 8;
        struct receipt done = {lot == 0   ? WHAT_NOTE
                               : lot == 1 ? WHAT_NEIGHBOUR
                                          : WHAT_OBSERVATION,
                               draw(&seed) % ADDRESSES, ++number};
        if (deeds[done.what](journal, done.place, done.number, &fault) != JOURNAL_DONE)
            break;
        hand_in(receipts, &done, 1);
    }
    printf("# the writer failed: %s\n", fault.text);
    fflush(stdout);
    _exit(3);
}

struct ledger {
    int64_t newest[3][ADDRESSES]; /* by what and place: the greatest number acknowledged; 0 = none */
    int64_t number;
    size_t receipts;
};

static void
read_receipts(int fd, struct ledger *ledger)
{
    struct receipt r;
    while (read(fd, &r, sizeof r) == (ssize_t)sizeof r) {
        ledger->newest[r.what][r.place] = r.number;
        ledger->number = r.number > ledger->number ? r.number : ledger->number;
        ledger->receipts++;
    }
}

/* One life; false when it ended by itself. */
static bool
live_and_die(const char *path, struct ledger *ledger, uint32_t *seed)
{
    int pipe_ends[2], status;
    if (pipe(pipe_ends) != 0)
        return false;
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        close(pipe_ends[0]);
        /* Far behind what any life before can have reached. */
        live(path, pipe_ends[1], *seed, ledger->number + BULK + 1);
    }
    close(pipe_ends[1]);
    uint32_t life_us = draw(seed) % LONGEST_LIFE_US;
    /* The pipe must not fill up: it is read as the writer lives. */
    fcntl(pipe_ends[0], F_SETFL, O_NONBLOCK);
    struct timespec slice = {.tv_nsec = 500 * 1000};
    for (uint32_t lived_us = 0; lived_us < life_us; lived_us += 500) {
        nanosleep(&slice, NULL);
        read_receipts(pipe_ends[0], ledger);
    }
    kill(pid, SIGKILL);
    waitpid(pid, &status, 0);
    read_receipts(pipe_ends[0], ledger);
    close(pipe_ends[0]);
    draw(seed);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}

static bool
is_whole(const char *path)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *statement = NULL;
    bool whole = false;
    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK &&
        sqlite3_prepare_v2(db, "PRAGMA integrity_check", -1, &statement, NULL) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW) {
        const char *word = (const char *)sqlite3_column_text(statement, 0);
        whole = strcmp(word, "ok") == 0;
        if (!whole)
            printf("# %s\n", word);
    } else {
        printf("# %s: %s\n", path, sqlite3_errmsg(db));
    }
    sqlite3_finalize(statement);
    if (whole && sqlite3_prepare_v2(db, "PRAGMA foreign_key_check", -1, &statement, NULL) == SQLITE_OK) {
        whole = sqlite3_step(statement) == SQLITE_DONE;
        sqlite3_finalize(statement);
    }
    sqlite3_close(db);
    return whole;
}

static int64_t
number_of_note(struct journal *journal, const struct addr *address)
{
    struct journal_case found;
    struct fault fault;
    struct resource resource = resource_of_address(address);
    struct buf text = {0};
    int64_t number = 0;
    if (!journal_case_find(journal, &resource, &found, &fault))
        return 0;
    journal_case_note_text(&found, &text);
    number = strtoll(buf_string(&text), NULL, 10);
    journal_case_fini(&found);
    buf_free(&text);
    return number;
}

static int64_t
number_of_neighbour(struct journal *journal, const struct addr *address)
{
    journal_neighbours neighbours = {0};
    struct fault fault;
    struct prefix one = prefix_around(address, 32);
    int64_t number = 0;
    if (journal_neighbours_of(journal, &one, &neighbours, &fault) && neighbours.count == 1)
        number = neighbours.at[0].last_ms - epoch_ms;
    vec_free(&neighbours);
    return number;
}

static int64_t
number_of_observation(struct journal *journal, const struct addr *address)
{
    struct observation newest;
    struct fault fault;
    int64_t number = 0;
    if (journal_newest(journal, address, &newest, &fault)) {
        number = newest.last_ms - epoch_ms;
        observation_fini(&newest);
    }
    return number;
}

static size_t
count_missing(const char *path, const struct ledger *ledger)
{
    static int64_t (*const number_of[])(struct journal *, const struct addr *) = {
        [WHAT_OBSERVATION] = number_of_observation,
        [WHAT_NOTE] = number_of_note,
        [WHAT_NEIGHBOUR] = number_of_neighbour,
    };
    struct fault fault = {""};
    struct journal *journal = open_journal(path, &fault);
    size_t missing = 0;
    if (!journal) {
        printf("# %s\n", fault.text);
        return SIZE_MAX;
    }
    for (size_t what = 0; what < sizeof number_of / sizeof number_of[0]; what++)
        for (uint32_t place = 0; place < ADDRESSES; place++) {
            struct addr address = address_at(place);
            int64_t wanted = ledger->newest[what][place];
            missing += wanted > 0 && number_of[what](journal, &address) < wanted;
        }
    journal_close(journal);
    return missing;
}

static void
forget_files(const char *path)
{
    static const char *const endings[] = {"", "-wal", "-shm"};
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        struct buf name = {0};
        buf_format(&name, "%s%s", path, endings[i]);
        unlink(buf_string(&name));
        buf_free(&name);
    }
}

static void
run_kill(const char *directory, long kills)
{
    struct buf path = {0};
    struct ledger *ledger = mem_zero(sizeof *ledger);
    uint32_t seed = (uint32_t)getpid() * 2654435761u | 1;
    long died = 0, whole = 0, complete = 0;
    size_t receipts = 0;
    buf_format(&path, "%s/killed.db", directory);
    printf("# seed %u\n", seed);
    for (long i = 0; i < kills; i++) {
        if (i % KILLS_A_FILE == 0) {
            forget_files(buf_string(&path));
            receipts += ledger->receipts;
            *ledger = (struct ledger){.number = 0};
        }
        died += live_and_die(buf_string(&path), ledger, &seed);
        bool exists = access(buf_string(&path), F_OK) == 0;
        whole += exists ? is_whole(buf_string(&path)) : ledger->receipts == 0;
        complete += count_missing(buf_string(&path), ledger) == 0;
    }
    receipts += ledger->receipts;
    tap(died == kills, "%ld writers lived until they were killed, of %ld", died, kills);
    tap(whole == kills, "the file was whole after %ld deaths of %ld", whole, kills);
    tap(complete == kills && receipts > 0,
        "nothing of what was acknowledged (%zu changes) was lost by %ld deaths of %ld", receipts, complete, kills);
    free(ledger);
    buf_free(&path);
}

/* ---- full ---- */

static void
run_full(const char *directory)
{
    struct buf path = {0}, ballast = {0};
    struct fault fault = {""};
    buf_format(&path, "%s/full.db", directory);
    buf_format(&ballast, "%s/ballast", directory);
    struct journal *journal = open_journal(buf_string(&path), &fault);
    int64_t number = 0;
    uint32_t place = 0;
    enum journal_result result = journal ? JOURNAL_DONE : JOURNAL_FAILED;
    while (result == JOURNAL_DONE && place < 10 * 1000 * 1000)
        if ((result = observe(journal, place, ++number, &fault)) == JOURNAL_DONE)
            place++;
    tap(journal && result == JOURNAL_FAILED && strstr(fault.text, "full") && place > 0,
        "a full disk is said after %u observations: %s", place, fault.text);
    if (!journal)
        return;
    size_t there = 0;
    for (uint32_t i = 0; i < place; i++) {
        struct addr address = address_at(i);
        there += number_of_observation(journal, &address) > 0;
    }
    tap(there == place, "what was kept before is there: %zu of %u", there, place);
    unlink(buf_string(&ballast));
    result = observe(journal, place, ++number, &fault);
    tap(result == JOURNAL_DONE, "with room again the next one is kept%s%s", result == JOURNAL_DONE ? "" : ": ",
        result == JOURNAL_DONE ? "" : fault.text);
    journal_close(journal);
    tap(is_whole(buf_string(&path)), "the file is whole");
    buf_free(&path);
    buf_free(&ballast);
}

/* ---- crowd ---- */

static int
write_many(const char *path, uint32_t first, uint32_t count)
{
    struct fault fault = {""};
    struct journal *journal = open_journal(path, &fault);
    for (uint32_t i = 0; journal && i < count; i++)
        if (observe(journal, first + i, first + i + 1, &fault) != JOURNAL_DONE)
            break;
    if (*fault.text)
        printf("# %s\n", fault.text);
    fflush(stdout);
    journal_close(journal);
    return *fault.text ? 1 : 0;
}

static void
run_crowd(const char *directory, uint32_t writers, uint32_t count)
{
    struct buf path = {0};
    struct journal_totals counted = {0};
    struct fault fault = {""};
    uint32_t good = 0;
    buf_format(&path, "%s/crowd.db", directory);
    fflush(stdout);
    for (uint32_t i = 0; i < writers; i++)
        if (fork() == 0)
            _exit(write_many(buf_string(&path), i * count, count));
    for (uint32_t i = 0; i < writers; i++) {
        int status;
        if (wait(&status) > 0)
            good += WIFEXITED(status) && WEXITSTATUS(status) == 0;
    }
    tap(good == writers, "%u of %u writers at once kept all they had", good, writers);
    struct journal *journal = open_journal(buf_string(&path), &fault);
    bool known = journal && journal_totals_read(journal, &counted, &fault);
    tap(known && counted.observations == (uint64_t)writers * count, "%llu observations of %llu are there%s",
        (unsigned long long)counted.observations, (unsigned long long)writers * count, fault.text);
    journal_close(journal);
    tap(is_whole(buf_string(&path)), "the file is whole");
    buf_free(&path);
}

int
main(int argc, char **argv)
{
    if (argc == 4 && strcmp(argv[1], "kill") == 0) {
        run_kill(argv[2], strtol(argv[3], NULL, 10));
    } else if (argc == 3 && strcmp(argv[1], "full") == 0) {
        run_full(argv[2]);
    } else if (argc == 5 && strcmp(argv[1], "crowd") == 0) {
        run_crowd(argv[2], (uint32_t)strtoul(argv[3], NULL, 10), (uint32_t)strtoul(argv[4], NULL, 10));
    } else {
        fputs("usage: torture kill DIR KILLS | full DIR | crowd DIR WRITERS COUNT\n", stderr);
        return 99;
    }
    return failures > 0;
}
