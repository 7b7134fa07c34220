#include "builtin_lists.h"
#include "journal/db.h"
#include "journal/history.h"
#include "journal/journal.h"
#include "journal/search.h"

#include "base/clock.h"
#include "journal/resources.h"
#include "journal/schema.h"
#include "observed_fixture.h"

#include <errno.h>
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

enum { NOBODY = 65534 };

static char folder[64];
static struct buf path;
static struct journal *journal;
static struct fault notice, fault;
static bool was_root;

/* ---- a folder for each case ---- */

static const char *
name(const char *file)
{
    buf_clear(&path);
    buf_format(&path, "%s/%s", folder, file);
    return buf_string(&path);
}

static int
make_folder(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/whylisted-journal-XXXXXX");
    was_root = geteuid() == 0;
    return mkdtemp(folder) ? 0 : -1;
}

static void
close_it(void)
{
    journal_close(journal);
    journal = NULL;
}

static int
remove_folder(void **state)
{
    (void)state;
    close_it();
    if (was_root)
        (void)(!seteuid(0) && !setegid(0));
    char command[512];
    snprintf(command, sizeof command, "chmod -R u+rwx %s; rm -r %s", folder, folder);
    buf_free(&path);
    return system(command);
}

/* root may write everything: these cases need somebody who may not. */
static void
become_nobody(void)
{
    if (was_root) {
        assert_int_equal(chown(folder, NOBODY, NOBODY), 0);
        assert_int_equal(setegid(NOBODY), 0);
        assert_int_equal(seteuid(NOBODY), 0);
    }
}

/* ---- files ---- */

static char *
read_all(const char *file, size_t *count)
{
    FILE *from = fopen(name(file), "r");
    struct buf content = {0};
    char piece[4096];
    size_t got;
    assert_non_null(from);
    while ((got = fread(piece, 1, sizeof piece, from)) > 0)
        buf_bytes(&content, piece, got);
    fclose(from);
    *count = content.count;
    return buf_take(&content);
}

static void
write_all(const char *file, const char *bytes, size_t count)
{
    FILE *to = fopen(name(file), "w");
    assert_non_null(to);
    assert_int_equal(fwrite(bytes, 1, count, to), count);
    assert_int_equal(fclose(to), 0);
}

static void
overwrite(const char *file, long at, const char *bytes, size_t count)
{
    FILE *to = fopen(name(file), "r+");
    assert_non_null(to);
    assert_int_equal(fseek(to, at, SEEK_SET), 0);
    assert_int_equal(fwrite(bytes, 1, count, to), count);
    assert_int_equal(fclose(to), 0);
}

static bool
exists(const char *file)
{
    return access(name(file), F_OK) == 0;
}

static unsigned
mode_of(const char *file)
{
    struct stat is;
    assert_int_equal(stat(name(file), &is), 0);
    return is.st_mode & 07777;
}

static size_t
files_in_folder(void)
{
    char command[128];
    unsigned long count = 0;
    snprintf(command, sizeof command, "ls -A %s | wc -l", folder);
    FILE *ls = popen(command, "r");
    assert_non_null(ls);
    assert_int_equal(fscanf(ls, "%lu", &count), 1);
    pclose(ls);
    return count;
}

/* Somebody else's hand in the file. */
static void
run_sql(const char *file, const char *sql)
{
    sqlite3 *db;
    assert_int_equal(sqlite3_open(name(file), &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static int64_t
ask_number(const char *file, const char *sql)
{
    sqlite3 *db;
    sqlite3_stmt *statement;
    assert_int_equal(sqlite3_open(name(file), &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    int64_t number = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return number;
}

/* ---- the journal ---- */

static bool
open_as(const char *file, bool usual, enum journal_access access)
{
    close_it();
    journal = journal_open(name(file), usual, access, 5, &notice, &fault);
    return journal != NULL;
}

static void
open_it(void)
{
    if (!open_as("journal.db", false, JOURNAL_WRITES))
        fail_msg("%s", fault.text);
}

static enum journal_result
observe(const char *address, int64_t at_ms, enum list_state level1)
{
    struct observation o = {
        .first_ms = at_ms,
        .last_ms = at_ms,
        .times = 1,
        .source = SOURCE_DNS,
        .verdict = level1 == STATE_LISTED ? VERDICT_DIRECT : VERDICT_CLEAR,
        .headline = "as it was seen",
        .lists = observed_of(level1),
        .score = LISTING_UNKNOWN,
        .name = "mail.example.com",
    };
    assert_true(addr_parse(address, &o.address));
    return journal_observe(journal, &o, NULL, &fault);
}

static void
observe_well(const char *address, int64_t at_ms, enum list_state level1)
{
    if (observe(address, at_ms, level1) != JOURNAL_DONE)
        fail_msg("%s", fault.text);
}

/* Observations of an address; -1 = they cannot be read. */
static int
count_of(const char *address)
{
    struct resource resource;
    journal_observations found = {0};
    assert_true(resource_parse(address, &resource));
    bool read = journal_history(journal, &resource, 10000, &found, &fault);
    int count = read ? (int)found.count : -1;
    journal_observations_fini(&found);
    return count;
}

/* A journal with one observation, closed. */
static void
make_journal(void)
{
    open_it();
    observe_well("203.0.113.77", 1000, STATE_LISTED);
    close_it();
}

#define assert_says(text, part)                                                                                        \
    do {                                                                                                               \
        if (!strstr(text, part))                                                                                       \
            fail_msg("\"%s\" does not say \"%s\"", text, part);                                                        \
    } while (0)

/* The name under which a file was set aside, from the sentence that tells it, without the folder. */
static void
read_aside(const char *sentence, char out[static 100])
{
    const char *at = strstr(sentence, "set aside as ");
    assert_non_null(at);
    at += strlen("set aside as ");
    assert_memory_equal(at, folder, strlen(folder));
    at += strlen(folder) + 1;
    snprintf(out, 100, "%.*s", (int)strcspn(at, ","), at);
}

/* ---- making it ---- */

static void
new_journal_is_private_to_owner(void **state)
{
    (void)state;
    static const mode_t masks[] = {0, 022, 0777};
    for (size_t i = 0; i < 3; i++) {
        char file[32];
        snprintf(file, sizeof file, "new%zu/whylisted/journal.db", i);
        mode_t before = umask(masks[i]);
        bool opened = open_as(file, true, JOURNAL_WRITES);
        if (opened)
            observe_well("203.0.113.77", 1000, STATE_LISTED);
        umask(before);
        assert_true(opened);
        assert_string_equal(notice.text, "");
        assert_int_equal(mode_of(file), 0600);
        snprintf(file, sizeof file, "new%zu/whylisted/journal.db-wal", i);
        assert_int_equal(mode_of(file), 0600);
        snprintf(file, sizeof file, "new%zu/whylisted", i);
        assert_int_equal(mode_of(file), 0700);
        snprintf(file, sizeof file, "new%zu", i);
        assert_int_equal(mode_of(file), 0700);
    }
}

/* A name with a slip of the pen makes no folder. */
static void
named_journal_creates_no_folder(void **state)
{
    (void)state;
    assert_false(open_as("new/journal.db", false, JOURNAL_WRITES));
    assert_says(fault.text, "its folder is not there");
    assert_int_equal(files_in_folder(), 0);
    assert_true(open_as("journal.db", false, JOURNAL_WRITES));
}

static void
read_missing_journal_creates_nothing(void **state)
{
    (void)state;
    assert_false(open_as("new/journal.db", true, JOURNAL_READS));
    assert_says(fault.text, "there is none");
    assert_int_equal(files_in_folder(), 0);
}

static void
read_journal_changes_nothing(void **state)
{
    (void)state;
    size_t before_count, after_count;
    make_journal();
    char *before = read_all("journal.db", &before_count);
    assert_true(open_as("journal.db", true, JOURNAL_READS));
    assert_true(journal_is_read_only(journal));
    assert_string_equal(notice.text, "");
    assert_int_equal(count_of("203.0.113.77"), 1);
    assert_int_equal(observe("203.0.113.77", 2000, STATE_CLEAR), JOURNAL_FAILED);
    assert_says(fault.text, "opened for reading");
    close_it();
    char *after = read_all("journal.db", &after_count);
    assert_int_equal(before_count, after_count);
    assert_memory_equal(before, after, before_count);
    assert_int_equal(files_in_folder(), 1);
    free(before);
    free(after);
}

static void
empty_file_becomes_journal(void **state)
{
    (void)state;
    write_all("journal.db", "", 0);
    open_it();
    observe_well("203.0.113.77", 1000, STATE_LISTED);
    assert_int_equal(count_of("203.0.113.77"), 1);
}

static void
two_creators_share_one_journal(void **state)
{
    (void)state;
    enum { PROGRAMS = 6 };
    pid_t children[PROGRAMS];
    for (int i = 0; i < PROGRAMS; i++) {
        children[i] = fork();
        if (children[i] == 0) {
            char address[32];
            snprintf(address, sizeof address, "203.0.113.%d", i + 1);
            journal = journal_open(name("new/journal.db"), true, JOURNAL_WRITES, JOURNAL_WAIT_MS, &notice, &fault);
            bool kept = journal && observe(address, 1000, STATE_LISTED) == JOURNAL_DONE;
            if (!kept)
                fprintf(stderr, "%s\n", fault.text);
            _exit(!kept || *notice.text);
        }
    }
    for (int i = 0; i < PROGRAMS; i++) {
        int status;
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_int_equal(status, 0);
    }
    assert_true(open_as("new/journal.db", true, JOURNAL_WRITES));
    assert_string_equal(notice.text, "");
    assert_int_equal(count_of("203.0.113.0/24"), PROGRAMS);
}

/* ---- what is no journal ---- */

static void
open_folder_or_pipe_is_refused(void **state)
{
    (void)state;
    assert_int_equal(mkdir(name("d"), 0700), 0);
    assert_int_equal(mkfifo(name("p"), 0600), 0);
    assert_false(open_as("d", true, JOURNAL_WRITES));
    assert_says(fault.text, "it is a folder");
    assert_false(open_as("p", true, JOURNAL_WRITES));
    assert_says(fault.text, "name a plain file");
    assert_int_equal(files_in_folder(), 2);
}

static void
named_damaged_file_is_left_alone(void **state)
{
    (void)state;
    static const char mail[] = "From: somebody@example.com\nThis took me a year to write.\n";
    size_t count;
    write_all("mail", mail, sizeof mail - 1);
    assert_false(open_as("mail", false, JOURNAL_WRITES));
    assert_says(fault.text, "it is not a journal");
    char *after = read_all("mail", &count);
    assert_int_equal(count, sizeof mail - 1);
    assert_memory_equal(after, mail, count);
    assert_int_equal(files_in_folder(), 1);
    free(after);
}

static void
usual_damaged_file_is_quarantined(void **state)
{
    (void)state;
    static const char mail[] = "From: somebody@example.com\n";
    char aside[100];
    size_t count;
    write_all("journal.db", mail, sizeof mail - 1);
    assert_false(open_as("journal.db", true, JOURNAL_READS));
    assert_int_equal(files_in_folder(), 1);
    clock_fake(0, 1795320900000); /* 2026-11-22T04:15:00Z */
    assert_true(open_as("journal.db", true, JOURNAL_WRITES));
    clock_real();
    assert_says(notice.text, "a new one is begun");
    read_aside(notice.text, aside);
    assert_string_equal(aside, "journal.db.damaged-20261122T041500Z");
    char *after = read_all(aside, &count);
    assert_int_equal(count, sizeof mail - 1);
    assert_memory_equal(after, mail, count);
    free(after);
    observe_well("203.0.113.77", 1000, STATE_LISTED);
}

static void
quarantine_never_overwrites(void **state)
{
    (void)state;
    static const char *const asides[] = {"journal.db.damaged-20261122T041500Z", "journal.db.damaged-20261122T041500Z-2",
                                         "journal.db.damaged-20261122T041500Z-4"};
    write_all("journal.db.damaged-20261122T041500Z-3-wal", "somebody's log", 14);
    clock_fake(0, 1795320900000);
    for (char i = 0; i < 3; i++) {
        char content[8] = {'m', 'a', 'i', 'l', (char)('0' + i)};
        close_it();
        write_all("journal.db", content, 5);
        assert_true(open_as("journal.db", true, JOURNAL_WRITES));
    }
    clock_real();
    for (char i = 0; i < 3; i++) {
        size_t count;
        char *content = read_all(asides[(int)i], &count);
        assert_int_equal(count, 5);
        assert_int_equal(content[4], '0' + i);
        free(content);
    }
}

static void
foreign_database_is_left_alone(void **state)
{
    (void)state;
    run_sql("other.db", "CREATE TABLE places(url TEXT); INSERT INTO places VALUES('https://example.com/')");
    for (int usual = 0; usual < 2; usual++) {
        assert_false(open_as("other.db", usual, JOURNAL_WRITES));
        assert_says(fault.text, "a database of another program");
    }
    assert_int_equal(files_in_folder(), 1);
    assert_int_equal(ask_number("other.db", "SELECT count(*) FROM sqlite_schema"), 1);
}

static void
journal_without_version_is_refused(void **state)
{
    (void)state;
    make_journal();
    run_sql("journal.db", "PRAGMA user_version = 0");
    assert_false(open_as("journal.db", false, JOURNAL_WRITES));
    assert_says(fault.text, "not of which version");
}

static void
journal_symlink_is_followed(void **state)
{
    (void)state;
    assert_int_equal(mkdir(name("disk"), 0700), 0);
    assert_int_equal(symlink("disk/real.db", name("journal.db")), 0);
    assert_false(open_as("journal.db", true, JOURNAL_WRITES));
    assert_says(fault.text, "is a disk not mounted?");
    assert_false(exists("disk/real.db"));

    write_all("disk/real.db", "rubbish", 7);
    assert_true(open_as("journal.db", true, JOURNAL_WRITES));
    observe_well("203.0.113.77", 1000, STATE_LISTED);
    assert_says(journal_path(journal), "/disk/real.db");
    assert_says(notice.text, "/disk/real.db.damaged-");
    assert_true(exists("disk/real.db-wal"));
    struct stat is;
    assert_int_equal(lstat(name("journal.db"), &is), 0);
    assert_true(S_ISLNK(is.st_mode));
}

/* ---- what may not be read or written ---- */

static void
readonly_file_is_read(void **state)
{
    (void)state;
    become_nobody();
    make_journal();
    assert_int_equal(chmod(name("journal.db"), 0400), 0);
    open_it();
    assert_true(journal_is_read_only(journal));
    assert_says(notice.text, "nothing new is kept");
    assert_says(notice.text, "the file may not be written");
    assert_int_equal(count_of("203.0.113.77"), 1);
    assert_int_equal(observe("203.0.113.77", 2000, STATE_CLEAR), JOURNAL_FAILED);
    assert_says(fault.text, "the file may not be written");
    close_it();
    assert_int_equal(files_in_folder(), 1);
    assert_int_equal(chmod(name("journal.db"), 0600), 0);
    open_it();
    observe_well("203.0.113.77", 2000, STATE_CLEAR);
}

static void
readonly_folder_is_read(void **state)
{
    (void)state;
    become_nobody();
    make_journal();
    assert_int_equal(chmod(folder, 0500), 0);
    open_it();
    assert_says(notice.text, "its folder may not be written");
    assert_int_equal(count_of("203.0.113.77"), 1);
    assert_int_equal(observe("203.0.113.77", 2000, STATE_CLEAR), JOURNAL_FAILED);
    assert_int_equal(files_in_folder(), 1);
}

static void
unreadable_file_is_reported(void **state)
{
    (void)state;
    become_nobody();
    make_journal();
    assert_int_equal(chmod(name("journal.db"), 0), 0);
    assert_false(open_as("journal.db", true, JOURNAL_WRITES));
    assert_says(fault.text, "permission denied");
    assert_int_equal(files_in_folder(), 1);

    assert_int_equal(mkdir(name("closed"), 0), 0);
    assert_false(open_as("closed/journal.db", true, JOURNAL_WRITES));
    assert_says(fault.text, "Permission denied");
    assert_int_equal(chmod(name("closed"), 0500), 0);
    assert_false(open_as("closed/new/journal.db", true, JOURNAL_WRITES));
    assert_says(fault.text, "its folder cannot be made: Permission denied");
    assert_false(open_as("closed/journal.db", true, JOURNAL_WRITES));
    assert_says(fault.text, "it cannot be made: Permission denied");
}

/* ---- versions ---- */

static void
newer_schema_is_read_only(void **state)
{
    (void)state;
    make_journal();
    run_sql("journal.db", "PRAGMA user_version = 99; ALTER TABLE observation ADD COLUMN mood TEXT");
    open_it();
    assert_true(journal_is_read_only(journal));
    assert_says(notice.text, "a newer version of the program wrote it");
    assert_int_equal(count_of("203.0.113.77"), 1);
    assert_int_equal(observe("203.0.113.77", 2000, STATE_CLEAR), JOURNAL_FAILED);
    assert_says(fault.text, "a newer version of the program wrote it");
    close_it();
    assert_int_equal(ask_number("journal.db", "PRAGMA user_version"), 99);

    run_sql("journal.db", "ALTER TABLE observation RENAME TO look");
    open_it();
    assert_int_equal(count_of("203.0.113.77"), -1);
    assert_says(fault.text, "use that one");
}

static char *
schema_of(const char *file)
{
    sqlite3 *db;
    sqlite3_stmt *statement;
    struct buf text = {0};
    assert_int_equal(sqlite3_open(name(file), &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, "SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name",
                                        -1, &statement, NULL),
                     SQLITE_OK);
    while (sqlite3_step(statement) == SQLITE_ROW)
        buf_format(&text, "%s: %s\n", sqlite3_column_text(statement, 0), sqlite3_column_text(statement, 1));
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return buf_take(&text);
}

static void
every_old_schema_is_migrated(void **state)
{
    (void)state;
    make_journal();
    char *fresh = schema_of("journal.db");
    for (int version = 1; version <= JOURNAL_SCHEMA; version++) {
        char command[512], file[32];
        snprintf(file, sizeof file, "journal-%d.db", version);
        snprintf(command, sizeof command, "cp " TEST_SOURCE_ROOT "/tests/data/%s %s/ && chmod 600 %s/%s", file, folder,
                 folder, file);
        assert_int_equal(system(command), 0);
        assert_int_equal(ask_number(file, "PRAGMA user_version"), version);
        if (!open_as(file, false, JOURNAL_WRITES))
            fail_msg("%s", fault.text);
        assert_string_equal(notice.text, "");
        assert_int_equal(count_of("203.0.113.77"), 2);
        assert_int_equal(count_of("203.0.112.0/22"), 2);
        assert_int_equal(count_of("AS64500"), 2);
        observe_well("203.0.113.77", 1900000000000, STATE_CLEAR);
        assert_int_equal(count_of("203.0.113.77"), 3);
        close_it();
        assert_int_equal(ask_number(file, "PRAGMA user_version"), JOURNAL_SCHEMA);
        char *updated = schema_of(file);
        assert_string_equal(updated, fresh);
        free(updated);
    }
    free(fresh);
}

/* ---- damage ---- */

/* Its first page says that it is a journal, and it lies where the user put it. */
static void
damage_and_reopen(void)
{
    char aside[100], aside_wal[110];
    size_t before_count, after_count;
    char *before = read_all("journal.db", &before_count);
    write_all("journal.db-wal", "a log", 5);
    assert_false(open_as("journal.db", true, JOURNAL_READS));
    assert_says(fault.text, "it is damaged");
    assert_int_equal(files_in_folder(), exists("journal.db-shm") ? 3 : 2);
    open_it();
    assert_says(notice.text, "was damaged");
    read_aside(notice.text, aside);
    char *after = read_all(aside, &after_count);
    assert_int_equal(before_count, after_count);
    assert_memory_equal(before, after, before_count);
    free(before);
    free(after);
    snprintf(aside_wal, sizeof aside_wal, "%s-wal", aside);
    assert_true(exists(aside_wal));
    observe_well("203.0.113.78", 1000, STATE_LISTED);
    assert_int_equal(count_of("203.0.113.77"), 0);
}

static void
truncated_journal_is_quarantined(void **state)
{
    (void)state;
    make_journal();
    assert_int_equal(truncate(name("journal.db"), 3 * 4096 + 100), 0);
    damage_and_reopen();
}

static void
broken_first_page_is_quarantined(void **state)
{
    (void)state;
    static char rubbish[3996];
    memset(rubbish, 0x5a, sizeof rubbish);
    make_journal();
    overwrite("journal.db", 100, rubbish, sizeof rubbish);
    damage_and_reopen();
}

static void
overwrite_all_but_the_first_page(void)
{
    static char rubbish[4096];
    struct stat is;
    assert_int_equal(stat(name("journal.db"), &is), 0);
    memset(rubbish, 0xa5, sizeof rubbish);
    for (long at = 4096; at < is.st_size; at += 4096)
        overwrite("journal.db", at, rubbish, sizeof rubbish);
}

static void
broken_pages_are_quarantined(void **state)
{
    (void)state;
    make_journal();
    overwrite_all_but_the_first_page();
    damage_and_reopen();
}

/* Many enough that what the journal looks at when it is opened is not all. */
static void
damage_it_in_the_middle(void)
{
    open_it();
    assert_int_equal(journal_begin(journal, &fault), JOURNAL_DONE);
    for (int i = 0; i < 3000; i++) {
        char address[32];
        snprintf(address, sizeof address, "198.51.%d.%d", i / 250, i % 250);
        observe_well(address, 1000 + i, STATE_LISTED);
    }
    assert_int_equal(journal_commit(journal, &fault), JOURNAL_DONE);
    close_it();
    open_it();
}

static void
damage_during_write_is_quarantined(void **state)
{
    (void)state;
    char aside[100];
    struct fault first;
    damage_it_in_the_middle();
    overwrite_all_but_the_first_page();
    assert_int_equal(observe("198.51.5.5", 9000, STATE_CLEAR), JOURNAL_BROKEN);
    first = fault;
    assert_says(fault.text, "the next start begins a new one");
    read_aside(fault.text, aside);
    assert_true(exists(aside));
    assert_false(exists("journal.db"));
    assert_true(journal->broken);

    struct seen seen = {0};
    struct addr address = addr_from_v4(0xC6330505);
    assert_int_equal(observe("198.51.5.5", 9000, STATE_CLEAR), JOURNAL_BROKEN);
    assert_string_equal(fault.text, first.text);
    assert_int_equal(journal_begin(journal, &fault), JOURNAL_BROKEN);
    assert_int_equal(count_of("198.51.5.5"), -1);
    assert_false(journal_seen(journal, &address, &seen, &fault));
    assert_string_equal(fault.text, first.text);
    open_it();
    assert_string_equal(notice.text, "");
    observe_well("198.51.5.5", 9000, STATE_CLEAR);
    seen_fini(&seen);
}

static void
damage_during_read_is_quarantined(void **state)
{
    (void)state;
    damage_it_in_the_middle();
    overwrite_all_but_the_first_page();
    assert_int_equal(count_of("198.51.0.0/16"), -1);
    assert_says(fault.text, "was set aside as");
    assert_true(journal->broken);
    assert_int_equal(journal_begin(journal, &fault), JOURNAL_BROKEN);
}

static void
damage_seen_by_reader_is_left_in_place(void **state)
{
    (void)state;
    damage_it_in_the_middle();
    assert_true(open_as("journal.db", true, JOURNAL_READS));
    overwrite_all_but_the_first_page();
    assert_int_equal(count_of("198.51.0.0/16"), -1);
    assert_says(fault.text, "left as it is");
    close_it();
    assert_int_equal(files_in_folder(), 1);
}

static void
damage_ends_transaction(void **state)
{
    (void)state;
    damage_it_in_the_middle();
    assert_int_equal(journal_begin(journal, &fault), JOURNAL_DONE);
    overwrite_all_but_the_first_page();
    assert_int_equal(observe("198.51.5.5", 9000, STATE_CLEAR), JOURNAL_BROKEN);
    assert_int_equal(journal_commit(journal, &fault), JOURNAL_BROKEN);
    assert_int_equal(journal_begin(journal, &fault), JOURNAL_BROKEN);
}

static void
journal_quarantined_by_other_is_reopened(void **state)
{
    (void)state;
    char aside[100];
    damage_it_in_the_middle();
    struct journal *other = journal_open(name("journal.db"), false, JOURNAL_WRITES, 5, &notice, &fault);
    assert_non_null(other);
    overwrite_all_but_the_first_page();
    assert_int_equal(count_of("198.51.0.0/16"), -1);
    read_aside(fault.text, aside);
    open_it();
    struct addr address = addr_from_v4(0xC6330505);
    struct seen seen = {0};
    assert_false(journal_seen(other, &address, &seen, &fault));
    assert_says(fault.text, "another program has set it aside");
    journal_close(other);
    observe_well("198.51.5.5", 9000, STATE_CLEAR);
    assert_int_equal(count_of("198.51.5.5"), 1);
    assert_true(exists(aside));
    seen_fini(&seen);
}

static void
journal_moved_away_is_not_written(void **state)
{
    (void)state;
    make_journal();
    open_it();
    struct buf moved = {0};
    buf_text(&moved, name("moved.db"));
    assert_int_equal(rename(name("journal.db"), buf_string(&moved)), 0);
    buf_free(&moved);
    assert_int_equal(observe("203.0.113.77", 2000, STATE_CLEAR), JOURNAL_BROKEN);
    assert_says(fault.text, "was moved or removed");
    open_it();
    observe_well("203.0.113.77", 2000, STATE_CLEAR);
    assert_int_equal(count_of("203.0.113.77"), 1);
}

/* ---- what does not work now ---- */

static void
concurrent_writer_is_waited_for(void **state)
{
    (void)state;
    open_it();
    struct journal *other = journal_open(name("journal.db"), false, JOURNAL_WRITES, 5, &notice, &fault);
    assert_non_null(other);
    assert_int_equal(journal_begin(other, &fault), JOURNAL_DONE);
    assert_int_equal(observe("203.0.113.77", 1000, STATE_LISTED), JOURNAL_BUSY);
    assert_says(fault.text, "another program is writing");
    assert_int_equal(journal_begin(journal, &fault), JOURNAL_BUSY);
    assert_int_equal(count_of("203.0.113.77"), 0);
    journal_undo(other);
    observe_well("203.0.113.77", 1000, STATE_LISTED);
    journal_close(other);
}

static void
limit_pages(const char *pragma)
{
    assert_int_equal(sqlite3_exec(journal->db, pragma, NULL, NULL, NULL), SQLITE_OK);
}

/* The addresses 10.0.0.0, 10.0.0.1 ... until it fails; how many were kept. */
static int
fill(enum journal_result *result)
{
    int kept = 0;
    for (*result = JOURNAL_DONE; *result == JOURNAL_DONE; kept++) {
        char address[32];
        assert_true(kept < 100000);
        snprintf(address, sizeof address, "10.%d.%d.%d", kept >> 16, kept >> 8 & 255, kept & 255);
        *result = observe(address, 1000 + kept, STATE_LISTED);
    }
    return kept - 1;
}

static void
disk_full_is_reported(void **state)
{
    (void)state;
    enum journal_result result;
    open_it();
    limit_pages("PRAGMA max_page_count = 80");
    int kept = fill(&result);
    assert_int_equal(result, JOURNAL_FAILED);
    assert_says(fault.text, "the disk is full");
    assert_true(kept > 0);
    assert_int_equal(count_of("10.0.0.0/8"), kept);
    limit_pages("PRAGMA max_page_count = 100000");
    observe_well("203.0.113.77", 1000, STATE_LISTED);
    close_it();
    open_it();
    assert_int_equal(count_of("10.0.0.0/8"), kept);
}

static void
disk_full_on_create_is_reported(void **state)
{
    (void)state;
    struct rlimit before;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    struct rlimit small = {20000, before.rlim_max};
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    bool opened = open_as("journal.db", true, JOURNAL_WRITES);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_false(opened);
    assert_says(fault.text, "File too large");
    open_it();
    assert_string_equal(notice.text, "");
    observe_well("203.0.113.77", 1000, STATE_LISTED);
}

static void
disk_error_is_reported(void **state)
{
    (void)state;
    struct rlimit before;
    enum journal_result result;
    open_it();
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    struct rlimit small = {600000, before.rlim_max};
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    int kept = fill(&result);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(result, JOURNAL_FAILED);
    assert_says(fault.text, "File too large");
    assert_int_equal(count_of("10.0.0.0/8"), kept);
    observe_well("203.0.113.77", 1000, STATE_LISTED);
}

/* ---- zone files ---- */

static void
zone_entries_are_kept(void **state)
{
    (void)state;
    int64_t entries, at_ms;
    open_it();
    assert_true(journal_zone_entries(journal, "dnsbl-1.uceprotect.net", &entries, &at_ms, &fault));
    assert_int_equal(entries, 0);
    assert_int_equal(journal_zone_entries_store(journal, "dnsbl-1.uceprotect.net", "level1", 50294, &fault),
                     JOURNAL_DONE);
    assert_int_equal(journal_zone_entries_store(journal, "own.example", NULL, 7, &fault), JOURNAL_DONE);
    assert_int_equal(journal_zone_entries_store(journal, "own.example", NULL, 8, &fault), JOURNAL_DONE);
    close_it();
    open_it();
    assert_true(journal_zone_entries(journal, "dnsbl-1.uceprotect.net", &entries, &at_ms, &fault));
    assert_int_equal(entries, 50294);
    assert_true(at_ms > 0);
    assert_true(journal_zone_entries(journal, "own.example", &entries, &at_ms, &fault));
    assert_int_equal(entries, 8);
    close_it();
}

/* ---- several changes at once ---- */

static void
transaction_is_all_or_nothing(void **state)
{
    (void)state;
    open_it();
    assert_int_equal(journal_begin(journal, &fault), JOURNAL_DONE);
    observe_well("203.0.113.77", 1000, STATE_LISTED);
    observe_well("203.0.113.78", 1000, STATE_LISTED);
    journal_undo(journal);
    assert_int_equal(count_of("203.0.113.0/24"), 0);
    assert_int_equal(journal_begin(journal, &fault), JOURNAL_DONE);
    observe_well("203.0.113.77", 1000, STATE_LISTED);
    observe_well("203.0.113.78", 1000, STATE_LISTED);
    assert_int_equal(journal_commit(journal, &fault), JOURNAL_DONE);
    assert_int_equal(count_of("203.0.113.0/24"), 2);
}

static void
transaction_failed_half_way_is_rolled_back(void **state)
{
    (void)state;
    enum journal_result result;
    open_it();
    limit_pages("PRAGMA max_page_count = 80");
    assert_int_equal(journal_begin(journal, &fault), JOURNAL_DONE);
    fill(&result);
    assert_int_equal(result, JOURNAL_FAILED);
    assert_int_equal(observe("203.0.113.77", 1000, STATE_LISTED), JOURNAL_FAILED);
    assert_int_equal(journal_commit(journal, &fault), JOURNAL_FAILED);
    assert_says(fault.text, "the disk is full");
    assert_int_equal(count_of("0.0.0.0/0"), 0);
    observe_well("203.0.113.77", 1000, STATE_LISTED);
    assert_int_equal(count_of("0.0.0.0/0"), 1);
}

static void
commit_survives_crash(void **state)
{
    (void)state;
    pid_t child = fork();
    if (child == 0) {
        open_it();
        if (observe("203.0.113.77", 1000, STATE_LISTED) == JOURNAL_DONE)
            kill(getpid(), SIGKILL);
        _exit(1);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    open_it();
    assert_string_equal(notice.text, "");
    assert_int_equal(count_of("203.0.113.77"), 1);
}

static void
copy_of_version_1(const char *file)
{
    char command[256];
    snprintf(command, sizeof command, "cp " TEST_SOURCE_ROOT "/tests/data/journal-1.db %s/%s && chmod 600 %s/%s",
             folder, file, folder, file);
    assert_int_equal(system(command), 0);
}

static void
migration_to_version_2_keeps_states_and_texts(void **state)
{
    (void)state;
    struct observation o;
    struct addr address = addr_from_v4(0xCB00714D);
    copy_of_version_1("old.db");
    run_sql("old.db", "UPDATE observation SET level1 = 'listed', level2 = 'timeout', level3 = 'listed',"
                      " exemption = 'unasked', texts = 'level1' || char(9) || 'a' || char(10) || 'level1' || char(9) ||"
                      " 'b' || char(9) || 'c' || char(10) || 'level3' || char(9) || 'd' WHERE id = 2");
    if (!open_as("old.db", false, JOURNAL_WRITES))
        fail_msg("%s", fault.text);
    assert_true(journal_newest(journal, &address, &o, &fault));
    assert_int_equal(o.lists.count, 4);
    assert_string_equal(o.lists.at[0].zone, "dnsbl-1.uceprotect.net");
    assert_int_equal(observation_state(&o, "level1"), STATE_LISTED);
    assert_int_equal(observation_state(&o, "level2"), STATE_TIMEOUT);
    assert_int_equal(observation_state(&o, "level3"), STATE_LISTED);
    assert_int_equal(observation_state(&o, "exemption"), STATE_UNASKED);
    assert_int_equal(observation_state(&o, "backscatterer"), STATE_CLEAR);
    assert_int_equal(o.lists.at[0].texts.count, 2);
    assert_string_equal(o.lists.at[0].texts.at[0], "a");
    assert_string_equal(o.lists.at[0].texts.at[1], "b c");
    assert_string_equal(o.lists.at[2].texts.at[0], "d");
    assert_int_equal(o.nets.count, 1);
    observation_fini(&o);
    close_it();
    assert_int_equal(ask_number("old.db", "SELECT levels * 10 + levels_clear FROM observation WHERE id = 2"), 50);
    assert_int_equal(ask_number("old.db", "SELECT count(*) FROM pragma_foreign_key_check"), 0);
}

static void
old_schema_read_only_stays_unchanged(void **state)
{
    (void)state;
    copy_of_version_1("old.db");
    if (!open_as("old.db", false, JOURNAL_READS))
        fail_msg("%s", fault.text);
    assert_int_equal(count_of("203.0.113.77"), 2);
    assert_int_equal(observe("203.0.113.77", 1900000000000, STATE_CLEAR), JOURNAL_FAILED);
    close_it();
    assert_int_equal(ask_number("old.db", "PRAGMA user_version"), 1);
}

static void
memory_journal_stores_without_file(void **state)
{
    (void)state;
    journal = journal_open_memory(&fault);
    assert_non_null(journal);
    assert_true(journal_is_in_memory(journal));
    assert_false(journal_is_read_only(journal));
    observe_well("203.0.113.77", 1000, STATE_LISTED);
    observe_well("203.0.113.77", 2000, STATE_CLEAR);
    assert_int_equal(count_of("203.0.113.77"), 2);
    assert_false(journal_has_changed(journal));
    assert_int_equal(files_in_folder(), 0);
}

/* ---- files that are changed while they are open ---- */

/* A journal whose program was killed, so that its log was not copied back. */
static void
leave_log(void)
{
    pid_t child = fork();
    if (child == 0) {
        open_it();
        observe_well("203.0.113.77", 1000, STATE_LISTED);
        kill(getpid(), SIGKILL);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
}

static void
empty_file_beside_its_log_sets_both_aside(void **state)
{
    (void)state;
    char aside[100], log[128];
    size_t before_count, after_count;
    leave_log();
    write_all("journal.db", "", 0);
    char *before = read_all("journal.db-wal", &before_count);
    assert_true(before_count > 0);
    for (int reads = 0; reads < 2; reads++) {
        assert_false(open_as("journal.db", true, reads ? JOURNAL_READS : JOURNAL_CHANGES));
        assert_says(fault.text, "it is empty, but its log");
    }
    open_it();
    assert_says(notice.text, "was empty beside its log; it was set aside as ");
    read_aside(notice.text, aside);
    snprintf(log, sizeof log, "%s-wal", aside);
    assert_true(exists(aside));
    char *after = read_all(log, &after_count);
    assert_int_equal(before_count, after_count);
    assert_memory_equal(before, after, before_count);
    observe_well("203.0.113.77", 2000, STATE_LISTED);
    free(before);
    free(after);
}

/* Changes a file under an open journal; returns whether a case can still be changed. */
static enum journal_result
change_under(const char *file, const char *bytes, size_t count, bool truncates)
{
    struct resource resource;
    open_it();
    observe_well("203.0.113.77", 1000, STATE_LISTED);
    if (truncates)
        write_all(file, bytes, count);
    else
        overwrite(file, 0, bytes, count);
    assert_true(resource_parse("203.0.113.77", &resource));
    return journal_case_set_note(journal, &resource, "told the customer", &fault);
}

static void
log_changed_while_open_acknowledges_nothing(void **state)
{
    (void)state;
    static const char junk[32] = "this is not the log of a journal";
    for (int truncates = 0; truncates < 2; truncates++) {
        assert_int_equal(change_under("journal.db-wal", junk, truncates ? 0 : sizeof junk, truncates), JOURNAL_BROKEN);
        assert_says(fault.text, "journal.db-wal was changed by another program while the journal was open; "
                                "changes that it held may be lost");
        assert_true(journal->broken);
        open_it();
        observe_well("203.0.113.77", 2000, STATE_LISTED);
        close_it();
    }
}

static void
note_is_not_in_the_log_alone(void **state)
{
    (void)state;
    struct resource resource;
    open_it();
    assert_true(resource_parse("203.0.113.77", &resource));
    assert_int_equal(journal_case_set_note(journal, &resource, "told the customer", &fault), JOURNAL_DONE);
    write_all("journal.db-wal", "", 0);
    assert_int_equal(journal_case_set_note(journal, &resource, "told them again", &fault), JOURNAL_BROKEN);
    open_it();
    struct journal_case a_case;
    assert_true(journal_case_find(journal, &resource, &a_case, &fault));
    assert_string_equal(a_case.notes.at[0].text, "told the customer");
    journal_case_fini(&a_case);
}

static void
index_emptied_while_open_does_not_end_the_program(void **state)
{
    (void)state;
    assert_int_equal(change_under("journal.db-shm", "", 0, true), JOURNAL_BROKEN);
    assert_says(fault.text, "journal.db-shm was emptied or removed while the journal was open");
    assert_int_equal(count_of("203.0.113.77"), -1);
    assert_false(journal_has_changed(journal));
    open_it();
    assert_int_equal(count_of("203.0.113.77"), 1);
}

static void
file_overwritten_while_open_is_quarantined(void **state)
{
    (void)state;
    char aside[100], log[128];
    for (int truncates = 0; truncates < 2; truncates++) {
        assert_int_equal(change_under("journal.db", "junk in place of it", 19, truncates), JOURNAL_BROKEN);
        assert_says(fault.text, "set aside as ");
        read_aside(fault.text, aside);
        snprintf(log, sizeof log, "%s-wal", aside);
        assert_true(exists(aside));
        assert_true(exists(log));
    }
}

static void
new_journal_belongs_to_the_owner_of_the_old_one(void **state)
{
    (void)state;
    struct stat is;
    if (geteuid() != 0)
        skip();
    make_journal();
    assert_int_equal(chown(folder, NOBODY, NOBODY), 0);
    assert_int_equal(chown(name("journal.db"), NOBODY, NOBODY), 0);
    overwrite("journal.db", 0, "junk", 4);
    assert_true(open_as("journal.db", true, JOURNAL_WRITES));
    observe_well("203.0.113.77", 2000, STATE_LISTED);
    assert_int_equal(stat(name("journal.db"), &is), 0);
    assert_int_equal(is.st_uid, NOBODY);
    assert_int_equal(is.st_gid, NOBODY);
    assert_int_equal(is.st_mode & 0777, 0600);
    assert_int_equal(stat(name("journal.db-wal"), &is), 0);
    assert_int_equal(is.st_uid, NOBODY);
    assert_true(open_as("new/whylisted/journal.db", true, JOURNAL_WRITES));
    assert_int_equal(stat(name("new/whylisted/journal.db"), &is), 0);
    assert_int_equal(is.st_uid, NOBODY);
    assert_int_equal(stat(name("new"), &is), 0);
    assert_int_equal(is.st_uid, NOBODY);
}

/* ---- files that somebody has changed ---- */

static void
unknown_enum_word_is_reported(void **state)
{
    (void)state;
    make_journal();
    run_sql("journal.db", "UPDATE observation SET results = '1 sort' || char(27) || '[31m of'");
    open_it();
    struct observation o;
    struct seen seen = {0};
    struct addr address = addr_from_v4(0xCB00714D);
    assert_false(journal_newest(journal, &address, &o, &fault));
    assert_says(fault.text, "as the result of a list: '1 sort?[31m of'; it was changed by hand");
    assert_int_equal(count_of("203.0.113.77"), -1);
    assert_false(journal_seen(journal, &address, &seen, &fault));
    assert_int_equal(observe("203.0.113.77", 2000, STATE_CLEAR), JOURNAL_FAILED);
    assert_false(journal->broken);
    observe_well("203.0.113.78", 2000, STATE_CLEAR);
    seen_fini(&seen);
}

static void
failed_search_gives_no_entries(void **state)
{
    (void)state;
    journal_entries found = {0};
    bool more;
    make_journal();
    open_it();
    observe_well("203.0.113.78", 2000, STATE_LISTED);
    close_it();
    run_sql("journal.db", "UPDATE observation SET verdict = 'sort of' WHERE id = 1");
    open_it();
    assert_false(journal_find(journal, NULL, 3000, 50, JOURNAL_PATIENT, &found, &more, NULL, &fault));
    assert_says(fault.text, "it was changed by hand");
    assert_int_equal(found.count, 0);
}

static void
missing_table_is_reported(void **state)
{
    (void)state;
    make_journal();
    run_sql("journal.db", "DROP TABLE neighbour");
    assert_false(open_as("journal.db", true, JOURNAL_WRITES));
    assert_says(fault.text, "another program has changed it: no such table: neighbour");
    assert_int_equal(files_in_folder(), 1);
}

static void
text_hostile_is_cleaned(void **state)
{
    (void)state;
    make_journal();
    run_sql("journal.db", "UPDATE observation SET headline = 'red' || char(27) || '[31m' || char(10) || 'alert';"
                          " UPDATE observation SET results = '1 listed two' || char(7) || char(10) || '1 listed x'");
    open_it();
    struct observation o;
    struct addr address = addr_from_v4(0xCB00714D);
    assert_true(journal_newest(journal, &address, &o, &fault));
    assert_string_equal(o.headline, "red?[31m alert");
    assert_int_equal(o.lists.at[0].texts.count, 2);
    assert_string_equal(o.lists.at[0].texts.at[0], "two?");
    assert_string_equal(o.lists.at[0].texts.at[1], "x");
    observation_fini(&o);
}

static void
hostile_triggers_do_not_run(void **state)
{
    (void)state;
    make_journal();
    run_sql("journal.db", "CREATE TRIGGER t AFTER INSERT ON observation BEGIN DELETE FROM observation; END");
    open_it();
    observe_well("203.0.113.77", 2000, STATE_CLEAR);
    assert_int_equal(count_of("203.0.113.77"), 2);
}

static void
damaged_word_index_is_rebuilt(void **state)
{
    (void)state;
    open_it();
    close_it();
    run_sql("journal.db", "UPDATE matter_text_data SET block = x'ffffffffffffffff'");
    open_it();
    for (int i = 0; i < 3 * JOURNAL_INDEX_LAG; i++) {
        char address[32];
        snprintf(address, sizeof address, "198.51.100.%d", i);
        observe_well(address, 1000 + i, STATE_LISTED);
    }
    assert_int_equal(count_of("0.0.0.0/0"), 3 * JOURNAL_INDEX_LAG);
    assert_null(journal_prepare(journal, "SELECT 1 FROM matter_text WHERE matter_text MATCH 'mail'", &fault));
    assert_says(fault.text, "its index of words does not fit its content");
    assert_true(exists("journal.db"));
}

#define CASE(function) cmocka_unit_test_setup_teardown(function, make_folder, remove_folder)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(new_journal_is_private_to_owner),
        CASE(named_journal_creates_no_folder),
        CASE(read_missing_journal_creates_nothing),
        CASE(read_journal_changes_nothing),
        CASE(empty_file_becomes_journal),
        CASE(two_creators_share_one_journal),
        CASE(open_folder_or_pipe_is_refused),
        CASE(named_damaged_file_is_left_alone),
        CASE(usual_damaged_file_is_quarantined),
        CASE(quarantine_never_overwrites),
        CASE(foreign_database_is_left_alone),
        CASE(journal_without_version_is_refused),
        CASE(journal_symlink_is_followed),
        CASE(readonly_file_is_read),
        CASE(readonly_folder_is_read),
        CASE(unreadable_file_is_reported),
        CASE(newer_schema_is_read_only),
        CASE(every_old_schema_is_migrated),
        CASE(migration_to_version_2_keeps_states_and_texts),
        CASE(old_schema_read_only_stays_unchanged),
        CASE(memory_journal_stores_without_file),
        CASE(truncated_journal_is_quarantined),
        CASE(broken_first_page_is_quarantined),
        CASE(broken_pages_are_quarantined),
        CASE(damage_during_write_is_quarantined),
        CASE(damage_during_read_is_quarantined),
        CASE(damage_seen_by_reader_is_left_in_place),
        CASE(damage_ends_transaction),
        CASE(journal_quarantined_by_other_is_reopened),
        CASE(journal_moved_away_is_not_written),
        CASE(concurrent_writer_is_waited_for),
        CASE(disk_full_is_reported),
        CASE(disk_full_on_create_is_reported),
        CASE(disk_error_is_reported),
        CASE(zone_entries_are_kept),
        CASE(transaction_is_all_or_nothing),
        CASE(transaction_failed_half_way_is_rolled_back),
        CASE(commit_survives_crash),
        CASE(empty_file_beside_its_log_sets_both_aside),
        CASE(log_changed_while_open_acknowledges_nothing),
        CASE(note_is_not_in_the_log_alone),
        CASE(index_emptied_while_open_does_not_end_the_program),
        CASE(file_overwritten_while_open_is_quarantined),
        CASE(new_journal_belongs_to_the_owner_of_the_old_one),
        CASE(unknown_enum_word_is_reported),
        CASE(failed_search_gives_no_entries),
        CASE(missing_table_is_reported),
        CASE(text_hostile_is_cleaned),
        CASE(hostile_triggers_do_not_run),
        CASE(damaged_word_index_is_rebuilt),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
