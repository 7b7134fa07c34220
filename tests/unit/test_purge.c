#include "journal_fixture.h"
#include "observed_fixture.h"

#include "base/clock.h"
#include "journal/search.h"

#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

static struct journal *journal;
static struct fault fault;
static struct journal_totals gone;
static uint64_t stays;

/* ---- what there is ---- */

static void
observe(const char *address, int64_t at_ms, const char *name, const char *org)
{
    struct observation o = {
        .first_ms = at_ms,
        .last_ms = at_ms,
        .times = 1,
        .source = SOURCE_DNS,
        .verdict = VERDICT_CLEAR,
        .headline = "Not listed",
        .lists = observed_of(STATE_CLEAR),
        .asn = 64500,
        .org = (char *)org,
        .score = LISTING_UNKNOWN,
        .name = (char *)name,
    };
    assert_true(addr_parse(address, &o.address));
    DONE(journal_observe(journal, &o, NULL, &journal_fixture_fault));
}

static void
note(const char *resource, const char *text, enum case_state state)
{
    struct resource m = journal_fixture_resource(resource);
    DONE(journal_case_set_note(journal, &m, text, &journal_fixture_fault));
    DONE(journal_case_set_state(journal, &m, state, &journal_fixture_fault));
}

static int
begin(void **state)
{
    (void)state;
    struct prefix prefix = journal_fixture_resource("203.0.113.0/24").prefix;
    uint32_t listed[] = {0xCB007107, 0xCB007109};
    struct journal_count snapshot = {.at_ms = 5000, .listed = 2, .impacts = -1, .limit = 4};
    journal = journal_fixture_new("forget.db");
    journal_fixture_at(0);
    observe("203.0.113.7", 2000, "zanzibar.example.net", "Quokka Hosting");
    observe("203.0.113.7", 8000, "zeppelin.example.net", "Quokka Hosting");
    observe("203.0.113.9", 3000, "zephyr.example.net", "Walrus Net");
    observe("203.0.114.1", 9000, "bystander.example.net", "Walrus Net");
    note("203.0.113.7", "xylophone", CASE_OPEN);
    note("203.0.113.9", "yesterday", CASE_CLOSED);
    note("203.0.113.0/24", "thenet", CASE_WAITING);
    note("AS64500", "theprovider", CASE_CLOSED);
    DONE(journal_neighbours_add(journal, &prefix, 4000, listed, 2, NULL, 0, &journal_fixture_fault));
    snapshot.resource = resource_of_net(&prefix);
    DONE(journal_count_store(journal, &snapshot, &journal_fixture_fault));
    snapshot.resource = resource_of_asn(64500);
    DONE(journal_count_store(journal, &snapshot, &journal_fixture_fault));
    return 0;
}

static int
end(void **state)
{
    (void)state;
    journal_close(journal);
    clock_real();
    return 0;
}

/* ---- forgetting ---- */

static void
assert_gone(uint64_t observations, uint64_t cases, uint64_t neighbours, uint64_t snapshots)
{
    assert_int_equal(gone.observations, observations);
    assert_int_equal(gone.cases, cases);
    assert_int_equal(gone.notes, cases); /* each has one */
    assert_int_equal(gone.neighbours, neighbours);
    assert_int_equal(gone.counts, snapshots);
}

/* What is told before is what goes. */
static void
forget(const struct journal_purge_scope *which)
{
    struct journal_totals told, before, after;
    assert_true(journal_totals_read(journal, &before, &fault));
    assert_true(journal_purge_count(journal, which, &told, &stays, &fault));
    DONE(journal_purge(journal, which, NULL, NULL, &gone, &journal_fixture_fault));
    assert_string_equal(journal_fixture_fault.text, "");
    assert_memory_equal(&told, &gone, sizeof told);
    assert_true(journal_totals_read(journal, &after, &fault));
    assert_int_equal(before.observations - gone.observations, after.observations);
    assert_int_equal(before.cases - gone.cases, after.cases);
    assert_int_equal(before.notes - gone.notes, after.notes);
    assert_int_equal(before.neighbours - gone.neighbours, after.neighbours);
    assert_int_equal(before.counts - gone.counts, after.counts);
}

static void
forget_resource(const char *text)
{
    struct resource resource = journal_fixture_resource(text);
    forget(&(struct journal_purge_scope){.resource = &resource});
}

static void
forget_before(int64_t before_ms)
{
    forget(&(struct journal_purge_scope){.before_ms = before_ms});
}

/* The matters that a search gives, parted by blanks. */
static void
assert_found(const char *words, const char *expected)
{
    struct filter filter = {0};
    journal_entries entries = {0};
    struct buf found = {0};
    bool more;
    assert_true(filter_parse(&filter, words, journal_filter(), &fault));
    assert_true(journal_find(journal, &filter, 1, 100, JOURNAL_PATIENT, &entries, &more, NULL, &fault));
    for (size_t i = 0; i < entries.count; i++) {
        char text[RESOURCE_TEXT];
        buf_format(&found, "%s%s", i > 0 ? " " : "", resource_text(&entries.at[i].resource, text));
    }
    assert_string_equal(buf_string(&found), expected);
    buf_free(&found);
    journal_entries_fini(&entries);
    filter_fini(&filter);
}

/* The file, when there is nothing beside it. */
static char *
journal_bytes(size_t *count)
{
    struct stat is;
    FILE *file = fopen(journal_path(journal), "rb");
    assert_non_null(file);
    assert_int_equal(fstat(fileno(file), &is), 0);
    char *bytes = mem_alloc((size_t)is.st_size);
    *count = fread(bytes, 1, (size_t)is.st_size, file);
    fclose(file);
    return bytes;
}

/* In all files that SQLite keeps. */
static bool
is_on_disk(const char *word)
{
    static const char *const suffixes[] = {"", "-wal", "-journal"};
    bool found = false;
    for (size_t i = 0; i < 3 && !found; i++) {
        struct buf path = {0};
        struct stat is;
        buf_format(&path, "%s%s", journal_path(journal), suffixes[i]);
        FILE *file = fopen(buf_string(&path), "rb");
        buf_free(&path);
        if (!file)
            continue;
        assert_int_equal(fstat(fileno(file), &is), 0);
        char *bytes = mem_alloc((size_t)is.st_size + 1);
        size_t count = fread(bytes, 1, (size_t)is.st_size, file);
        found = memmem(bytes, count, word, strlen(word));
        free(bytes);
        fclose(file);
    }
    return found;
}

static void
assert_sound(void)
{
    sqlite3_stmt *check;
    assert_int_equal(sqlite3_prepare_v2(journal->db, "PRAGMA integrity_check", -1, &check, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(check), SQLITE_ROW);
    assert_string_equal((const char *)sqlite3_column_text(check, 0), "ok");
    sqlite3_finalize(check);
    static const char *const checks[] = {"PRAGMA foreign_key_check",
                                         "INSERT INTO matter_text(matter_text, rank) VALUES('integrity-check', 1)",
                                         "INSERT INTO case_text(case_text) VALUES('integrity-check')"};
    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++) {
        assert_int_equal(sqlite3_prepare_v2(journal->db, checks[i], -1, &check, NULL), SQLITE_OK);
        assert_int_equal(sqlite3_step(check), SQLITE_DONE);
        sqlite3_finalize(check);
    }
}

static void
purge_address_removes_it(void **state)
{
    (void)state;
    forget_resource("203.0.113.7");
    assert_gone(2, 1, 1, 0);
    assert_found("", "203.0.113.9 203.0.113.0/24 AS64500 203.0.114.1");
    assert_found("zeppelin", "");
    assert_found("xylophone", "");
    assert_found("quokka", "");
    assert_found("zephyr", "203.0.113.9");
    assert_sound();
}

static void
purge_net_removes_everything_inside(void **state)
{
    (void)state;
    forget_resource("203.0.113.0/24");
    assert_gone(3, 3, 2, 1);
    assert_found("", "AS64500 203.0.114.1");
    assert_found("walrus", "203.0.114.1");
    assert_sound();
    forget_resource("203.0.112.0/22");
    assert_gone(1, 0, 0, 0);
    assert_found("", "AS64500");
}

static void
purge_slash32_removes_net_only(void **state)
{
    (void)state;
    forget_resource("203.0.113.9/32");
    assert_gone(1, 1, 1, 0);
    assert_found("zephyr", "");
}

/* What is known of its addresses stays. */
static void
purge_asn_removes_it(void **state)
{
    (void)state;
    forget_resource("AS64500");
    assert_gone(0, 1, 0, 1);
    assert_int_equal(stays, 3); /* which is told before */
    assert_found("theprovider", "");
    assert_found("as:64500", "203.0.113.7 203.0.113.9 203.0.114.1");
    assert_sound();
}

static void
purge_missing_removes_nothing(void **state)
{
    (void)state;
    forget_resource("198.51.100.0/24");
    assert_gone(0, 0, 0, 0);
    forget_resource("2001:db8::/32");
    assert_gone(0, 0, 0, 0);
    forget_before(2000);
    assert_gone(0, 0, 0, 0);
    assert_found("", "203.0.113.7 203.0.113.9 203.0.113.0/24 AS64500 203.0.114.1");
}

static void
purge_before_date_removes_old(void **state)
{
    (void)state;
    forget_before(8000);
    assert_gone(2, 0, 2, 2);
    assert_found("", "203.0.113.9 203.0.113.0/24 AS64500 203.0.113.7 203.0.114.1");
    assert_found("zeppelin", "203.0.113.7"); /* which is newer */
    assert_found("zephyr", "");
    assert_found("yesterday", "203.0.113.9"); /* that was written just now */
    assert_sound();
}

static void
purge_before_date_keeps_open_cases(void **state)
{
    (void)state;
    forget_before(JOURNAL_FIXTURE_T0 + 2);
    assert_gone(4, 2, 2, 2);
    assert_found("", "203.0.113.0/24 203.0.113.7");
    assert_found("xylophone", "203.0.113.7");
    assert_sound();
    forget_resource("203.0.113.7");
    forget_resource("203.0.113.0/24");
    struct journal_totals left;
    assert_true(journal_totals_read(journal, &left, &fault));
    assert_int_equal(left.observations + left.cases + left.notes + left.neighbours + left.counts, 0);
}

/* ---- for good ---- */

static void
purge_leaves_no_bytes(void **state)
{
    (void)state;
    static const char *const words[] = {"zanzibar", "zeppelin", "Quokka", "quokka", "xylophone", "203.0.113.7"};
    for (int i = 0; i < 300; i++) { /* so that pages are split, and rows move between them */
        char address[ADDR_TEXT];
        snprintf(address, sizeof address, "198.51.%d.%d", 100 + i / 250, i % 250);
        observe(address, 10000 + i, "somebody.example.org", "Bystanders");
        observe("203.0.113.7", 20000 + i, i % 2 ? "zanzibar.example.net" : "zeppelin.example.net", "Quokka Hosting");
    }
    assert_found("quokka", "203.0.113.7");
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        assert_true(is_on_disk(words[i]));
    forget_resource("203.0.113.7");
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (is_on_disk(words[i]))
            fail_msg("%s is still there", words[i]);
    assert_true(is_on_disk("Bystanders"));
    assert_true(is_on_disk("bystander"));
    assert_sound();
}

/* SQLite moves rows from page to page as others come, and does not overwrite what it moved away from. */
static void
purge_rewrites_file(void **state)
{
    (void)state;
    enum { ADDRESSES = 4096, EACH = 2 };
    size_t count;
    DONE(journal_begin(journal, &journal_fixture_fault));
    for (int i = 0; i < EACH * ADDRESSES; i++) {
        struct addr address = addr_from_v4(0xC6120000u + (uint32_t)(i * 1031 % ADDRESSES));
        char text[ADDR_TEXT];
        observe(addr_text(&address, text), 10000 + i, i % 3 ? "mail.example.org" : NULL, "Bystanders");
    }
    DONE(journal_commit(journal, &journal_fixture_fault));
    forget_resource("198.18.0.0/21");
    char *bytes = journal_bytes(&count);
    for (uint32_t i = 0; i < ADDRESSES; i += 8) {
        struct addr address = addr_from_v4(0xC6120000u + i);
        uint8_t key[16];
        journal_address_key(&address, key);
        bool is_there = memmem(bytes, count, key, sizeof key) != NULL;
        if (is_there != (i >= ADDRESSES / 2))
            fail_msg("address %u is %sthere", i, is_there ? "still " : "not ");
    }
    free(bytes);
    assert_sound();
}

static void
purge_waits_for_readers(void **state)
{
    (void)state;
    struct fault notice;
    struct resource resource = journal_fixture_resource("203.0.113.7");
    struct journal_purge_scope which = {.resource = &resource};
    struct journal *other = journal_open(journal_path(journal), false, JOURNAL_READS, 0, &notice, &fault);
    bool held;
    assert_non_null(other);
    assert_true(journal_read_begin(other, &held, &fault));
    assert_true(journal_totals_read(other, &gone, &fault));
    sqlite3_busy_timeout(journal->db, 1);
    DONE(journal_purge(journal, &which, NULL, NULL, &gone, &journal_fixture_fault));
    assert_non_null(strstr(journal_fixture_fault.text, "another program reads the journal just now"));
    assert_int_equal(gone.observations, 2);
    assert_found("zeppelin", "");
    assert_true(is_on_disk("zeppelin"));
    journal_read_end(other, held);
    journal_close(other);
    forget_resource("203.0.113.7"); /* nothing is left of it but in the log */
    assert_gone(0, 0, 0, 0);
    assert_false(is_on_disk("zeppelin"));
}

static void
purge_readonly_is_refused(void **state)
{
    (void)state;
    struct fault notice;
    struct journal *other = journal_open(journal_path(journal), false, JOURNAL_READS, 0, &notice, &fault);
    struct journal_purge_scope all = {.before_ms = INT64_MAX};
    assert_non_null(other);
    assert_true(journal_purge_count(other, &all, &gone, &stays, &fault));
    assert_int_equal(gone.observations, 4);
    assert_int_equal(journal_purge(other, &all, NULL, NULL, &gone, &fault), JOURNAL_FAILED);
    assert_int_equal(gone.observations, 0);
    journal_close(other);
    assert_found("zeppelin", "203.0.113.7");
}

struct stop {
    enum journal_stage at;
    bool seen;
};

static bool
stop_at(void *arg, enum journal_stage stage, uint64_t done, uint64_t total)
{
    struct stop *stop = arg;
    (void)done, (void)total;
    stop->seen = stop->seen || stage == stop->at;
    return stage != stop->at;
}

static void
purge_stopped_removes_nothing(void **state)
{
    (void)state;
    struct resource resource = journal_fixture_resource("203.0.113.0/24");
    struct journal_purge_scope which = {.resource = &resource};
    static const enum journal_stage stages[] = {JOURNAL_STAGE_REMOVE, JOURNAL_STAGE_INDEX, JOURNAL_STAGE_STORE};
    for (size_t i = 0; i < sizeof stages / sizeof *stages; i++) {
        struct stop stop = {.at = stages[i]};
        assert_int_equal(journal_purge(journal, &which, stop_at, &stop, &gone, &journal_fixture_fault), JOURNAL_FAILED);
        assert_true(stop.seen);
        assert_string_equal(journal_fixture_fault.text, "the forgetting was stopped; nothing was changed");
        assert_gone(0, 0, 0, 0);
        assert_found("", "203.0.113.7 203.0.113.9 203.0.113.0/24 AS64500 203.0.114.1");
        assert_found("zeppelin", "203.0.113.7");
        assert_found("xylophone", "203.0.113.7");
        assert_sound();
    }
    forget_resource("203.0.113.0/24"); /* and it can be begun again */
    assert_gone(3, 3, 2, 1);
    assert_sound();
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(purge_address_removes_it, begin, end),
        cmocka_unit_test_setup_teardown(purge_net_removes_everything_inside, begin, end),
        cmocka_unit_test_setup_teardown(purge_slash32_removes_net_only, begin, end),
        cmocka_unit_test_setup_teardown(purge_asn_removes_it, begin, end),
        cmocka_unit_test_setup_teardown(purge_missing_removes_nothing, begin, end),
        cmocka_unit_test_setup_teardown(purge_before_date_removes_old, begin, end),
        cmocka_unit_test_setup_teardown(purge_before_date_keeps_open_cases, begin, end),
        cmocka_unit_test_setup_teardown(purge_stopped_removes_nothing, begin, end),
        cmocka_unit_test_setup_teardown(purge_leaves_no_bytes, begin, end),
        cmocka_unit_test_setup_teardown(purge_rewrites_file, begin, end),
        cmocka_unit_test_setup_teardown(purge_waits_for_readers, begin, end),
        cmocka_unit_test_setup_teardown(purge_readonly_is_refused, begin, end),
    };
    return cmocka_run_group_tests(tests, temp_dir_make, temp_dir_remove);
}
