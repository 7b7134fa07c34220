/* The tables, and how a file of an earlier version comes to have them. A new file takes the same steps from version 0
 * as an old one takes from its own, in one transaction, so that no program ever sees half of them.
 *
 * Enums are stored as words and times as milliseconds UTC. There are no triggers and no views: they are switched off
 * when a file is opened, since it may come from anybody. */
#include "journal/db.h"
#include "journal/journal.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

/* From version `at` in the array to the next. A step that was released never changes. */
static const char *const steps[JOURNAL_SCHEMA] = {
    /* What there is a history of; kind: 1 = address, 2 = net, 3 = ASN. low and high are its first and last address as
     * journal_address_key writes them, of an ASN both its number, so that the three are what a matter is found by.
     * resource_seen and resource_low hold all that a walk through them looks at.
     *
     * newest and org are rows of observation and org, but no foreign keys: SQLite would look through all of the table
     * that refers to them, for each row that is removed. */
    "CREATE TABLE matter("
    " id INTEGER PRIMARY KEY,"
    " kind INTEGER NOT NULL,"
    " text TEXT NOT NULL,"
    " low BLOB NOT NULL, high BLOB NOT NULL,"
    " asn INTEGER,"
    " seen_ms INTEGER NOT NULL,"
    " newest INTEGER,"
    " words TEXT);"
    "CREATE UNIQUE INDEX matter_low ON matter(low, kind, high);"
    "CREATE INDEX matter_seen ON matter(seen_ms, kind DESC, low DESC);"

    /* The words of matters' names, see journal_index.c. */
    "CREATE VIRTUAL TABLE matter_text USING"
    " fts5(words, content='matter', content_rowid='id', detail='none', columnsize=0,"
    " tokenize='unicode61 remove_diacritics 2');"
    "CREATE TABLE matter_text_upto(observation INTEGER NOT NULL);"
    "INSERT INTO matter_text_upto VALUES(0);"

    "CREATE TABLE org(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);"

    /* Two of one address are the same when their uids are. texts: lines of "list<TAB>text". */
    "CREATE TABLE observation("
    " id INTEGER PRIMARY KEY,"
    " uid BLOB NOT NULL,"
    " matter INTEGER NOT NULL REFERENCES matter(id),"
    " first_ms INTEGER NOT NULL, last_ms INTEGER NOT NULL, times INTEGER NOT NULL,"
    " source TEXT NOT NULL, resolver TEXT, serial INTEGER,"
    " verdict TEXT NOT NULL, causes INTEGER NOT NULL, headline TEXT NOT NULL,"
    " level1 TEXT NOT NULL, level2 TEXT NOT NULL, level3 TEXT NOT NULL,"
    " exemption TEXT NOT NULL, backscatterer TEXT NOT NULL,"
    " asn INTEGER, org INTEGER, country TEXT,"
    " score_asn INTEGER, score REAL,"
    " name TEXT, texts TEXT);"
    "CREATE INDEX observation_matter ON observation(matter, uid, last_ms);"
    "CREATE INDEX observation_asn ON observation(asn, last_ms, matter);"
    /* Carriers that level 3 names in place of the announcer. */
    "CREATE INDEX observation_score_asn ON observation(score_asn, last_ms, matter) WHERE score_asn IS NOT NULL"
    " AND score_asn IS NOT asn;"

    /* How an address stood. Nothing in it ever changes, so that a look that finds nothing new leaves it alone. */
    "CREATE INDEX observation_standing ON observation(verdict,"
    " (level1 = 'listed') + 2 * (level2 = 'listed') + 4 * (level3 = 'listed'), country COLLATE NOCASE);"

    "CREATE TABLE observation_net("
    " observation INTEGER NOT NULL REFERENCES observation(id) ON DELETE CASCADE,"
    " net TEXT NOT NULL, kind TEXT NOT NULL, permanent INTEGER NOT NULL, from_zone INTEGER NOT NULL,"
    " impacts INTEGER, abusers INTEGER, net_limit INTEGER NOT NULL,"
    " asn INTEGER, org INTEGER, country TEXT,"
    " PRIMARY KEY(observation, net)) WITHOUT ROWID;"

    "CREATE TABLE cases("
    " id INTEGER PRIMARY KEY,"
    " uid BLOB NOT NULL UNIQUE,"
    " matter INTEGER NOT NULL REFERENCES matter(id),"
    " opened_ms INTEGER NOT NULL,"
    " state TEXT NOT NULL, state_ms INTEGER NOT NULL,"
    " ticket TEXT, ticket_ms INTEGER NOT NULL,"
    " tags TEXT, tags_ms INTEGER NOT NULL,"
    " due_ms INTEGER NOT NULL, due_set_ms INTEGER NOT NULL);"
    "CREATE INDEX cases_matter ON cases(matter);"
    "CREATE INDEX cases_due ON cases(due_ms) WHERE due_ms > 0;"
    "CREATE TABLE note("
    " uid BLOB PRIMARY KEY,"
    " a_case INTEGER NOT NULL REFERENCES cases(id) ON DELETE CASCADE,"
    " at_ms INTEGER NOT NULL, text TEXT NOT NULL) WITHOUT ROWID;"
    "CREATE INDEX note_case ON note(a_case, at_ms);"
    "CREATE TABLE note_replaces("
    " note BLOB NOT NULL, replaced BLOB NOT NULL, PRIMARY KEY(note, replaced)) WITHOUT ROWID;"
    "CREATE INDEX note_replaces_replaced ON note_replaces(replaced);"
    "CREATE TABLE told("
    " uid BLOB PRIMARY KEY,"
    " a_case INTEGER NOT NULL REFERENCES cases(id) ON DELETE CASCADE,"
    " at_ms INTEGER NOT NULL, who TEXT NOT NULL, what TEXT) WITHOUT ROWID;"
    "CREATE INDEX told_case ON told(a_case, at_ms);"
    "CREATE VIRTUAL TABLE case_text USING fts5(notes, ticket, tags, told,"
    " tokenize='unicode61 remove_diacritics 2');" /* rowid: of the case */

    "CREATE TABLE neighbour("
    " address INTEGER PRIMARY KEY,"
    " first_ms INTEGER NOT NULL, last_ms INTEGER NOT NULL, absent_ms INTEGER NOT NULL);"

    "CREATE TABLE snapshot("
    " matter INTEGER NOT NULL REFERENCES matter(id),"
    " at_ms INTEGER NOT NULL, serial INTEGER NOT NULL,"
    " listed INTEGER NOT NULL, impacts INTEGER NOT NULL, needed REAL NOT NULL,"
    " PRIMARY KEY(matter, at_ms)) WITHOUT ROWID;",

    /* Finds resources by the beginning of their text. */
    "CREATE INDEX matter_text_beginning ON matter(text COLLATE NOCASE);",
};

static int
read_number(sqlite3 *db, const char *sql, int64_t *out)
{
    sqlite3_stmt *statement;
    int code = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);
    if (code != SQLITE_OK)
        return code;
    if (sqlite3_step(statement) == SQLITE_ROW)
        *out = sqlite3_column_int64(statement, 0);
    return sqlite3_finalize(statement);
}

static int
identify(sqlite3 *db, struct journal_identity *out)
{
    int code = read_number(db, "PRAGMA application_id", &out->application);
    if (code == SQLITE_OK)
        code = read_number(db, "PRAGMA user_version", &out->version);
    if (code == SQLITE_OK)
        code = read_number(db, "SELECT count(*) FROM sqlite_schema", &out->objects);
    return code;
}

/* All of it as it was at one moment: another program may be making the tables just now. */
int
journal_schema_identify(sqlite3 *db, struct journal_identity *out)
{
    *out = (struct journal_identity){0};
    int code = sqlite3_exec(db, "SAVEPOINT identify", NULL, NULL, NULL);
    if (code != SQLITE_OK)
        return code;
    code = identify(db, out);
    sqlite3_exec(db, "RELEASE identify", NULL, NULL, NULL);
    return code;
}

static int
take_steps(sqlite3 *db)
{
    struct journal_identity is;
    int code = journal_schema_identify(db, &is);
    if (code != SQLITE_OK || is.version >= JOURNAL_SCHEMA)
        return code;
    for (int64_t at = is.version; at < JOURNAL_SCHEMA && code == SQLITE_OK; at++)
        code = sqlite3_exec(db, steps[at], NULL, NULL, NULL);
    char marks[96];
    snprintf(marks, sizeof marks, "PRAGMA application_id = %d; PRAGMA user_version = %d", JOURNAL_APPLICATION,
             JOURNAL_SCHEMA);
    return code == SQLITE_OK ? sqlite3_exec(db, marks, NULL, NULL, NULL) : code;
}

int
journal_schema_update(sqlite3 *db)
{
    int code = sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
    if (code != SQLITE_OK)
        return code;
    code = take_steps(db);
    if (code == SQLITE_OK)
        code = sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
    int error = errno;
    if (code != SQLITE_OK && !sqlite3_get_autocommit(db))
        sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
    errno = error;
    return code;
}

int
journal_schema_probe(sqlite3 *db)
{
    int64_t number;
    return read_number(db,
                       "SELECT (SELECT max(id) FROM matter), (SELECT observation FROM matter_text_upto),"
                       " (SELECT max(seen_ms) FROM matter), (SELECT low FROM matter ORDER BY low LIMIT 1),"
                       " (SELECT max(id) FROM observation),"
                       " (SELECT max(matter) FROM observation), (SELECT max(asn) FROM observation),"
                       " (SELECT max(observation) FROM observation_net), (SELECT max(id) FROM org),"
                       " (SELECT max(id) FROM cases), (SELECT max(uid) FROM note),"
                       " (SELECT max(uid) FROM told), (SELECT max(address) FROM neighbour),"
                       " (SELECT max(at_ms) FROM snapshot)",
                       &number);
}
