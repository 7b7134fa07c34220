/* What is left of a journal after a power failure: each file as it was when SQLite last waited for the disk. */
#include "journal/journal.h"

#include "base/clock.h"
#include "journal_fixture.h"

#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* ---- a file system of SQLite that remembers what is on the disk ---- */

enum { FILES = 32, PATH_ROOM = 256 };

static sqlite3_vfs disk, *usual;
static sqlite3_io_methods of_database, of_log;
static int (*usual_sync)(sqlite3_file *, int flags);
static struct {
    sqlite3_file *file;
    char path[PATH_ROOM];
} opened[FILES];

static void
copy(const char *from, const char *to)
{
    char bytes[4096];
    FILE *in = fopen(from, "r"), *out = fopen(to, "w");
    assert_non_null(out);
    for (size_t got; in && (got = fread(bytes, 1, sizeof bytes, in)) > 0;)
        assert_int_equal(fwrite(bytes, 1, got, out), got);
    assert_int_equal(fclose(out), 0);
    if (in)
        fclose(in);
}

static int
synchronise(sqlite3_file *file, int flags)
{
    for (size_t i = 0; i < FILES; i++)
        if (opened[i].file == file) {
            char kept[PATH_ROOM + 8];
            snprintf(kept, sizeof kept, "%s.disk", opened[i].path);
            copy(opened[i].path, kept);
        }
    return usual_sync(file, flags);
}

static int
open_file(sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags, int *out)
{
    static size_t next;
    (void)vfs;
    int code = usual->xOpen(usual, path, file, flags, out);
    if (code != SQLITE_OK || !(flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL)))
        return code;
    for (size_t i = 0; i < FILES; i++)
        opened[i].file = opened[i].file == file ? NULL : opened[i].file;
    opened[next % FILES].file = file;
    snprintf(opened[next++ % FILES].path, PATH_ROOM, "%s", path);
    sqlite3_io_methods *methods = flags & SQLITE_OPEN_WAL ? &of_log : &of_database;
    *methods = *file->pMethods;
    usual_sync = methods->xSync;
    methods->xSync = synchronise;
    file->pMethods = methods;
    return code;
}

static int
set_up(void **state)
{
    usual = sqlite3_vfs_find(NULL);
    disk = *usual;
    disk.zName = "disk";
    disk.xOpen = open_file;
    sqlite3_vfs_register(&disk, 1);
    return temp_dir_make(state);
}

static int
tear_down(void **state)
{
    sqlite3_vfs_unregister(&disk);
    return temp_dir_remove(state);
}

/* ---- the journal ---- */

static struct journal *journal, *other;

/* Another program has the journal open, so that its log is not copied back when this one ends. */
static void
begin(void)
{
    journal_fixture_at(0);
    journal = journal_fixture_new("journal.db");
    other = journal_fixture_open("journal.db");
    journal_fixture_note(journal, "before");
}

static void
end(void)
{
    journal_close(other);
    journal_close(journal);
    clock_real();
}

/* Returns the journal as it is after the next start. */
static struct journal *
fail_power(void)
{
    copy(temp_dir_path("journal.db.disk"), temp_dir_path("after.db"));
    copy(temp_dir_path("journal.db-wal.disk"), temp_dir_path("after.db-wal"));
    unlink(temp_dir_path("after.db-shm"));
    return journal_fixture_open("after.db");
}

static void
assert_kept(void)
{
    struct journal *after = fail_power();
    journal_fixture_assert_alike(after, journal);
    journal_close(after);
}

static void
change_of_case_survives_power_failure(void **state)
{
    (void)state;
    begin();
    assert_kept();
    journal_fixture_note(journal, "told the customer");
    assert_kept();
    journal_fixture_state(journal, CASE_WAITING);
    assert_kept();
    journal_fixture_ticket(journal, "T-17");
    assert_kept();
    journal_fixture_tags(journal, "vip mail");
    assert_kept();
    journal_fixture_due(journal, 5000);
    assert_kept();
    journal_fixture_tell(journal, "abuse@example.net", "by phone");
    assert_kept();
    journal_fixture_note(journal, "");
    assert_kept();
    end();
}

static void
changes_in_one_transaction_survive_power_failure(void **state)
{
    (void)state;
    begin();
    DONE(journal_begin(journal, &journal_fixture_fault));
    journal_fixture_note(journal, "told the customer");
    journal_fixture_state(journal, CASE_CLOSED);
    DONE(journal_commit(journal, &journal_fixture_fault));
    assert_kept();
    end();
}

static void
forgotten_case_stays_forgotten_after_power_failure(void **state)
{
    (void)state;
    struct resource resource = journal_fixture_resource(JOURNAL_FIXTURE_ADDRESS);
    struct journal_purge_scope scope = {.resource = &resource};
    struct journal_totals removed;
    begin();
    DONE(journal_purge(journal, &scope, NULL, NULL, &removed, &journal_fixture_fault));
    assert_int_equal(removed.notes, 1);
    struct journal *after = fail_power();
    assert_false(journal_fixture_has(after));
    journal_close(after);
    end();
}

static void
merged_case_survives_power_failure(void **state)
{
    (void)state;
    struct journal_totals added, changed;
    struct journal *theirs = journal_fixture_new("theirs.db");
    begin();
    journal_fixture_note(theirs, "of the colleague");
    DONE(journal_merge(journal, temp_dir_path("theirs.db"), NULL, NULL, &added, &changed, &journal_fixture_fault));
    assert_kept();
    journal_close(theirs);
    end();
}

static void
observations_after_a_note_do_not_undo_it(void **state)
{
    (void)state;
    struct observation o = {.times = 1, .first_ms = 1, .last_ms = 1, .headline = (char *)"", .score = -1};
    begin();
    addr_parse(JOURNAL_FIXTURE_ADDRESS, &o.address);
    DONE(journal_observe(journal, &o, NULL, &journal_fixture_fault));
    journal_fixture_note(journal, "told the customer");
    DONE(journal_observe(journal, &o, NULL, &journal_fixture_fault));
    assert_kept();
    end();
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(change_of_case_survives_power_failure, set_up, tear_down),
        cmocka_unit_test_setup_teardown(changes_in_one_transaction_survive_power_failure, set_up, tear_down),
        cmocka_unit_test_setup_teardown(forgotten_case_stays_forgotten_after_power_failure, set_up, tear_down),
        cmocka_unit_test_setup_teardown(merged_case_survives_power_failure, set_up, tear_down),
        cmocka_unit_test_setup_teardown(observations_after_a_note_do_not_undo_it, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
