/* bench_journal DIR   what the journal costs, measured with files in that folder
 *
 * Appends are compared with SQLite alone, which puts a row of the same bytes into one table with two indexes, in the
 * same way to be durable: a write-ahead log, synchronous=NORMAL, a transaction for each row. They take turns, the
 * medians count.
 *
 * What is asked of a large journal is asked of one a tenth of its size, too: how cost grows is the question. Each row
 * is the median, and the worst, of as many runs, each with another subject. BENCH_JOURNAL is how many observations
 * there are (1,000,000). */
#include "../unit/observed_fixture.h"
#include "journal/history.h"
#include "../unit/builtin_lists.h"
#include "journal/journal.h"
#include "journal/search.h"

#include "base/clock.h"
#include "base/mem.h"

#include <inttypes.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum {
    TURNS = 7,
    APPENDS = 2000, /* in a turn */
    KNOWN = 20000,  /* addresses that are there before */
    BULK = 5000,    /* observations in a transaction */
    LISTED_ROWS = 50,
    LOOKS_OF_CONSOLE = 301,
    BYTES_OF_LOOK = 2000, /* on the disk, generously */
};

static const int64_t epoch_ms = INT64_C(1700000000000), minute_ms = 60 * 1000;
static const uint32_t first_address = 0x14000000; /* 20.0.0.0 */

static struct fault fault;

static void
fail(const char *what)
{
    fprintf(stderr, "bench_journal: %s: %s\n", what, fault.text);
    exit(1);
}

static void
require(enum journal_result result)
{
    if (result != JOURNAL_DONE)
        fail("the journal");
}

static void
remove_database(const char *path)
{
    static const char *const parts[] = {"", "-wal", "-shm"};
    char name[512];
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        snprintf(name, sizeof name, "%s%s", path, parts[i]);
        unlink(name);
    }
}

static struct journal *
make_journal(const char *path)
{
    struct fault notice;
    struct journal *journal = journal_open(path, false, JOURNAL_WRITES, JOURNAL_WAIT_MS, &notice, &fault);
    if (!journal)
        fail(path);
    return journal;
}

/* ---- what is seen ---- */

/* xorshift: the same in every run. */
static uint32_t
draw(void)
{
    static uint64_t random = 88172645463325252;
    random ^= random << 13;
    random ^= random >> 7;
    random ^= random << 17;
    return (uint32_t)(random >> 32);
}

/* As sweeps leave them: 250 of each third /24. */
static uint32_t
address_at(uint32_t place)
{
    return first_address + place / 250 * 768 + place % 250;
}

static uint32_t
asn_of(uint32_t address)
{
    return 64512 + (address >> 12) * 2654435761u % 300;
}

enum { ORG_ROOM = 64, NAME_ROOM = 96, TEXT_ROOM = 192 };

/* A look with the texts that it points into. */
struct look {
    struct observation o;
    struct listed_net net;
    char org[ORG_ROOM], name[NAME_ROOM], said[TEXT_ROOM];
};

static void
list(struct look *look)
{
    struct observation *o = &look->o;
    look->net = (struct listed_net){.prefix = prefix_around(&o->address, 22),
                                    .impacts = 10 + draw() % 500,
                                    .abusers = LISTING_UNKNOWN,
                                    .limit = 9,
                                    .holder = {.asn = o->asn, .country = "DE"}};
    snprintf(look->net.holder.org, sizeof look->net.holder.org, "%s", look->org);
    snprintf(look->said, sizeof look->said,
             "Net x is UCEPROTECT-Level2 listed because %" PRId64 " impacts are seen from %s/AS%" PRIu32 " there.",
             look->net.impacts, look->org, o->asn);
    o->verdict = VERDICT_COLLATERAL;
    o->causes = CAUSE_ALLOCATION;
    observed_set(o, "level2", STATE_LISTED);
    observed_say(o, "level2", look->said);
    o->headline = (char *)"The address is not listed itself; its net is, because of its neighbours.";
    o->nets.at = &look->net;
    o->nets.count = 1;
}

/* Of every 256th address it is itself that is listed, not its net alone. */
static void
list_itself(struct observation *o)
{
    o->verdict = VERDICT_DIRECT;
    o->causes |= CAUSE_ADDRESS;
    observed_set(o, "level1", STATE_LISTED);
}

/* Of every 1,024th address, the host name has the word that is rare. */
static void
see(struct look *look, uint32_t address, int64_t at_ms, bool listed)
{
    uint32_t asn = asn_of(address);
    snprintf(look->org, sizeof look->org, "EXAMPLE-%" PRIu32 " Example Hosting %" PRIu32 " Ltd", asn, asn);
    snprintf(look->name, sizeof look->name, "%s-%" PRIu32 "-%" PRIu32 ".customers%" PRIu32 ".example.net",
             address * 2654435761u >> 22 == 0 ? "lighthouse" : "host", address >> 8 & 255, address & 255, asn);
    look->o = (struct observation){
        .address = addr_from_v4(address),
        .first_ms = at_ms,
        .last_ms = at_ms,
        .times = 1,
        .source = SOURCE_DNS,
        .resolver = (char *)"192.0.2.53:53",
        .serial = 2026070618,
        .verdict = VERDICT_CLEAR,
        .headline = (char *)"The address is on none of the three levels.",
        .asn = asn,
        .org = look->org,
        .country = "DE",
        .score = LISTING_UNKNOWN,
        .name = look->name,
    };
    look->o.lists = observed_of(STATE_CLEAR);
    if (listed)
        list(look);
    if (listed && address * 2246822519u >> 24 == 0)
        list_itself(&look->o);
}

/* ---- SQLite alone ---- */

struct peer {
    sqlite3 *db;
    sqlite3_stmt *put;
};

static void
peer_run(struct peer *peer, const char *sql)
{
    if (sqlite3_exec(peer->db, sql, NULL, NULL, NULL) == SQLITE_OK)
        return;
    fault_set(&fault, "%s", sqlite3_errmsg(peer->db));
    fail(sql);
}

static void
peer_open(struct peer *peer, const char *path)
{
    if (sqlite3_open(path, &peer->db) != SQLITE_OK)
        fail(path);
    peer_run(peer, "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"
                   "CREATE TABLE look(id INTEGER PRIMARY KEY, address TEXT, at_ms INTEGER, asn INTEGER, words TEXT);"
                   "CREATE INDEX look_address ON look(address, at_ms);"
                   "CREATE INDEX look_asn ON look(asn, at_ms)");
    if (sqlite3_prepare_v2(peer->db, "INSERT INTO look(address, at_ms, asn, words) VALUES(?1, ?2, ?3, ?4)", -1,
                           &peer->put, NULL) != SQLITE_OK)
        peer_run(peer, "the statement");
}

static void
peer_close(struct peer *peer)
{
    sqlite3_finalize(peer->put);
    sqlite3_close(peer->db);
}

/* The same bytes: all that the journal keeps of the look, in four columns. */
static void
peer_put(struct peer *peer, const struct look *look)
{
    const struct observation *o = &look->o;
    char address[ADDR_TEXT], words[1024];
    int count = snprintf(words, sizeof words, "0123456789abcdef %s %s %s %s %s %s clear clear clear clear clear %s %s",
                         o->resolver, o->headline, verdict_state_name(o->verdict), o->org, o->country, o->name,
                         o->nets.count > 0 ? look->said : "", o->nets.count > 0 ? "203.0.112.0/22 announced" : "");
    sqlite3_bind_text(peer->put, 1, addr_text(&o->address, address), -1, SQLITE_STATIC);
    sqlite3_bind_int64(peer->put, 2, o->last_ms);
    sqlite3_bind_int64(peer->put, 3, o->asn);
    sqlite3_bind_text(peer->put, 4, words, count, SQLITE_STATIC);
    int code = sqlite3_step(peer->put);
    sqlite3_reset(peer->put);
    if (code != SQLITE_DONE)
        peer_run(peer, "a row");
}

/* ---- appending ---- */

static int
compare(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static double
median(double values[TURNS])
{
    qsort(values, TURNS, sizeof *values, compare);
    return values[TURNS / 2];
}

struct append {
    const char *job;
    bool known, listed; /* the address; the look */
};

static void
fill(struct journal *journal, struct peer *peer)
{
    struct look look;
    peer_run(peer, "BEGIN");
    require(journal_begin(journal, &fault));
    for (uint32_t place = 0; place < KNOWN; place++) {
        see(&look, address_at(place), epoch_ms + place, false);
        require(journal_observe(journal, &look.o, NULL, &fault));
        peer_put(peer, &look);
    }
    require(journal_commit(journal, &fault));
    peer_run(peer, "COMMIT");
}

/* Known addresses one after the other, with a stride that is prime to their number, and new ones where they come. */
static void
see_next(struct look *look, const struct append *append, uint32_t number)
{
    uint32_t address = append->known ? address_at(number * 7919 % KNOWN) : (number * 2654435761u >> 2) + 0x40000000;
    see(look, address, epoch_ms + (int64_t)(KNOWN + number) * minute_ms, append->listed);
}

/* Microseconds for each. */
static double
append_turn(struct journal *journal, struct peer *peer, const struct append *append, uint32_t number)
{
    struct look look;
    bool changed = true;
    int64_t spent_us = 0;
    for (uint32_t i = 0; i < APPENDS; i++) {
        see_next(&look, append, number + i);
        int64_t began_us = clock_now_us();
        if (peer)
            peer_put(peer, &look);
        else
            require(journal_observe(journal, &look.o, &changed, &fault));
        spent_us += clock_now_us() - began_us;
        if (!changed)
            fail("a look that found nothing new");
    }
    return (double)spent_us / APPENDS;
}

static void
bench_append(const char *dir, const struct append *append)
{
    char ours_path[512], peer_path[512];
    double ours[TURNS], theirs[TURNS];
    struct peer peer;
    snprintf(ours_path, sizeof ours_path, "%s/ours.db", dir);
    snprintf(peer_path, sizeof peer_path, "%s/peer.db", dir);
    struct journal *journal = make_journal(ours_path);
    peer_open(&peer, peer_path);
    fill(journal, &peer);
    for (uint32_t turn = 0; turn < TURNS; turn++) {
        ours[turn] = append_turn(journal, NULL, append, turn * APPENDS);
        theirs[turn] = append_turn(NULL, &peer, append, turn * APPENDS);
    }
    char our_text[32], peer_text[32];
    double o = median(ours), p = median(theirs);
    snprintf(our_text, sizeof our_text, "%.1f us", o);
    snprintf(peer_text, sizeof peer_text, "%.1f us", p);
    printf("%-42s %19s %19s %7.3f  %s\n", append->job, our_text, peer_text, o / p, "<= 3");
    fflush(stdout);
    journal_close(journal);
    peer_close(&peer);
    remove_database(ours_path);
    remove_database(peer_path);
}

/* ---- a large journal ---- */

struct large {
    struct journal *journal;
    size_t looks;
    uint32_t addresses;
    int64_t now_ms;
};

/* A twentieth of the addresses were looked at once, long ago; one, the last, as often as the console shows. */
static uint32_t
place_of(const struct large *large, size_t number)
{
    if (number < large->addresses)
        return (uint32_t)number;
    if (number % (large->looks / 1000) == 0)
        return large->addresses - 1;
    return large->addresses / 20 + draw() % (large->addresses - large->addresses / 20);
}

static void
make_large(struct large *large, const char *path, size_t looks)
{
    struct look look;
    *large = (struct large){make_journal(path), looks, (uint32_t)(looks / 3), epoch_ms + (int64_t)looks * minute_ms};
    for (size_t i = 0; i < looks; i++) {
        if (i % BULK == 0)
            require(journal_begin(large->journal, &fault));
        see(&look, address_at(place_of(large, i)), epoch_ms + (int64_t)i * minute_ms,
            i % 4 == 0 || i % (looks / 1000) == looks / 2000);
        require(journal_observe(large->journal, &look.o, NULL, &fault));
        if (i % BULK == BULK - 1 || i + 1 == looks)
            require(journal_commit(large->journal, &fault));
    }
}

static void
find(const struct large *large, const char *text)
{
    struct filter filter = {0};
    journal_entries entries = {0};
    bool more;
    if (*text && !filter_parse(&filter, text, journal_filter(), &fault))
        fail(text);
    if (!journal_find(large->journal, *text ? &filter : NULL, large->now_ms, LISTED_ROWS, JOURNAL_PATIENT, &entries,
                      &more, NULL, &fault))
        fail("find");
    if (entries.count == 0 || (entries.count < LISTED_ROWS && more))
        fail("too few were found");
    journal_entries_fini(&entries);
    filter_fini(&filter);
}

static void
find_newest(const struct large *large)
{
    struct addr address = addr_from_v4(address_at(draw() % large->addresses));
    struct observation o;
    if (!journal_newest(large->journal, &address, &o, &fault))
        fail("the newest of an address");
    observation_fini(&o);
}

static void
find_all(const struct large *large)
{
    find(large, "");
}

static void
find_rare(const struct large *large)
{
    find(large, "lighthouse");
}

static void
find_common(const struct large *large)
{
    find(large, "hosting");
}

static void
find_rare_and_common(const struct large *large)
{
    find(large, "lighthouse hosting");
}

static void
find_common_and_rare_state(const struct large *large)
{
    find(large, "hosting state:direct");
}

static void
find_rare_and_state(const struct large *large)
{
    find(large, "lighthouse state:clear");
}

static void
find_beginning(const struct large *large)
{
    find(large, "20.0.1");
}

static void
find_beginning_and_common(const struct large *large)
{
    find(large, "20.0.1 hosting");
}

static void
find_net(const struct large *large)
{
    find(large, "in:20.0.0.0/16");
}

static void
find_asn_and_common(const struct large *large)
{
    char text[64];
    uint32_t place = large->addresses / 20 + draw() % (large->addresses - large->addresses / 20);
    snprintf(text, sizeof text, "as:%" PRIu32 " hosting", asn_of(address_at(place)));
    find(large, text);
}

static void
read_history(const struct large *large, const struct resource *resource)
{
    journal_observations looks = {0};
    if (!journal_history(large->journal, resource, LOOKS_OF_CONSOLE, &looks, &fault) || looks.count == 0)
        fail("a history");
    journal_observations_fini(&looks);
}

static void
read_net(const struct large *large, uint32_t place, int length)
{
    struct addr address = addr_from_v4(address_at(place));
    struct prefix net = prefix_around(&address, length);
    struct resource resource = resource_of_net(&net);
    read_history(large, &resource);
}

static void
read_address(const struct large *large)
{
    struct addr address = addr_from_v4(address_at(large->addresses - 1));
    struct resource resource = resource_of_address(&address);
    read_history(large, &resource);
}

static void
read_block(const struct large *large)
{
    read_net(large, draw() % large->addresses, 24);
}

static void
read_wide_net(const struct large *large)
{
    read_net(large, large->addresses / 10 + draw() % (large->addresses / 2), 16);
}

static void
read_old_net(const struct large *large)
{
    read_net(large, draw() % (large->addresses / 40), 18);
}

static void
read_asn(const struct large *large)
{
    struct resource resource = resource_of_asn(asn_of(address_at(draw() % large->addresses)));
    read_history(large, &resource);
}

static void
keep_change(const struct large *large)
{
    static uint32_t number;
    struct look look;
    number++;
    see(&look, address_at(large->addresses / 2 + number), large->now_ms + number * minute_ms, number % 4 != 0);
    require(journal_observe(large->journal, &look.o, NULL, &fault));
}

static void
keep_new(const struct large *large)
{
    struct look look;
    see(&look, 0x40000000 + (draw() >> 2), large->now_ms, true);
    require(journal_observe(large->journal, &look.o, NULL, &fault));
}

static const struct question {
    const char *job;
    void (*ask)(const struct large *);
} questions[] = {
    {"newest of an address", find_newest},
    {"newest 50 of all", find_all},
    {"newest 50 with a rare word", find_rare},
    {"newest 50 with a common word", find_common},
    {"newest 50 with both", find_rare_and_common},
    {"newest 50, common word, rare state", find_common_and_rare_state},
    {"newest 50, rare word, common state", find_rare_and_state},
    {"newest 50, half an address, seen long ago", find_beginning},
    {"newest 50, half an address, common word", find_beginning_and_common},
    {"newest 50 in a /16, seen long ago", find_net},
    {"newest 50 of an AS with a common word", find_asn_and_common},
    {"history of an address", read_address},
    {"history of a /24", read_block},
    {"history of a /16", read_wide_net},
    {"history of a /18, seen long ago", read_old_net},
    {"history of an ASN", read_asn},
    {"append a look", keep_change},
    {"append a new address, listed", keep_new},
};
enum { QUESTIONS = sizeof questions / sizeof *questions };

struct figures {
    double median, worst; /* ms */
};

static struct figures
ask(const struct large *large, const struct question *question)
{
    double ms[TURNS];
    for (int i = 0; i < TURNS; i++) {
        int64_t began_us = clock_now_us();
        question->ask(large);
        ms[i] = (double)(clock_now_us() - began_us) / 1e3;
    }
    struct figures figures = {.median = median(ms)};
    figures.worst = ms[TURNS - 1];
    return figures;
}

/* Opened anew, as a program finds it. */
static void
ask_all(const char *dir, size_t looks, struct figures out[QUESTIONS])
{
    char path[512];
    struct large large;
    snprintf(path, sizeof path, "%s/large.db", dir);
    make_large(&large, path, looks);
    journal_close(large.journal);
    large.journal = make_journal(path);
    for (size_t i = 0; i < QUESTIONS; i++)
        out[i] = ask(&large, &questions[i]);
    journal_close(large.journal);
    remove_database(path);
}

static void
print_head(size_t small, size_t big)
{
    char small_text[32], big_text[32];
    snprintf(small_text, sizeof small_text, "%zu looks", small);
    snprintf(big_text, sizeof big_text, "%zu looks", big);
    printf("%-42s %19s %19s %7s  %s\n", "job (median, worst)", small_text, big_text, "growth", "target");
}

static void
bench_large(const char *dir, size_t looks)
{
    struct figures small[QUESTIONS], big[QUESTIONS];
    struct statvfs disk;
    print_head(looks / 10, looks);
    if (statvfs(dir, &disk) != 0 || (double)disk.f_bavail * (double)disk.f_frsize < (double)looks * BYTES_OF_LOOK) {
        printf("%-42s %19s %19s %7s  skipped: less than %zu MB free in %s\n", "a large journal", "-", "-", "-",
               looks * BYTES_OF_LOOK / 1000000, dir);
        return;
    }
    ask_all(dir, looks / 10, small);
    ask_all(dir, looks, big);
    for (size_t i = 0; i < QUESTIONS; i++) {
        char small_text[32], big_text[32];
        snprintf(small_text, sizeof small_text, "%.2f, %.2f ms", small[i].median, small[i].worst);
        snprintf(big_text, sizeof big_text, "%.2f, %.2f ms", big[i].median, big[i].worst);
        printf("%-42s %19s %19s %7.3f  %s\n", questions[i].job, small_text, big_text, big[i].median / small[i].median,
               "<= 10 ms");
    }
}

int
main(int argc, char **argv)
{
    static const struct append appends[] = {
        {"append a change at a known address; sqlite3", true, true},
        {"append a new address, clear; sqlite3", false, false},
        {"append a new address, listed; sqlite3", false, true},
    };
    const char *wanted = getenv("BENCH_JOURNAL");
    size_t looks = wanted ? strtoul(wanted, NULL, 10) : 1000000;
    if (argc != 2 || looks < 100000) {
        fprintf(stderr, "usage: [BENCH_JOURNAL=100000 or more] bench_journal DIR\n");
        return 2;
    }
    printf("%-42s %19s %19s %7s  %s\n", "job", "journal", "peer", "ratio", "target");
    for (size_t i = 0; i < sizeof appends / sizeof *appends; i++)
        bench_append(argv[1], &appends[i]);
    bench_large(argv[1], looks);
    return 0;
}
