/* A new file takes the same steps from version 0 as an old one from its own, in one transaction, so that no program
 * sees half of them.
 *
 * Enums are stored as words and times as milliseconds UTC. Triggers and views are not used, and switched off when a
 * file is opened, because the file may be foreign. */
#include "journal/schema.h"

#include "journal/file.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

/* Step i leads from version i to i + 1. A released step never changes. */
static const char *const steps[JOURNAL_SCHEMA] = {
    /* Resources; kind: 1 = address, 2 = prefix, 3 = AS. A resource is found by kind, low and high: its first and last
     * address as journal_address_key writes them, or twice the number of an AS.
     *
     * newest and org are rows of observation and org, but no foreign keys, because for each removed row SQLite would
     * scan the whole table that refers to it. */
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

    /* The words of their names, see resources.c. */
    "CREATE VIRTUAL TABLE matter_text USING"
    " fts5(words, content='matter', content_rowid='id', detail='none', columnsize=0,"
    " tokenize='unicode61 remove_diacritics 2');"
    "CREATE TABLE matter_text_upto(observation INTEGER NOT NULL);"
    "INSERT INTO matter_text_upto VALUES(0);"

    "CREATE TABLE org(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);"

    /* Two observations of an address are the same if they have the same uid. texts: lines of "list<TAB>text". */
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
    /* Carriers that level 3 lists in place of the origin AS. */
    "CREATE INDEX observation_score_asn ON observation(score_asn, last_ms, matter) WHERE score_asn IS NOT NULL"
    " AND score_asn IS NOT asn;"

    /* None of these columns ever changes, so that an observation that is only extended leaves the index alone. */
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

    /* Lists as rows. An observation refers to the set of the lists that gave a result: those without a line "ID STATE
     * TEXT" in `results` were clear. Lines, and not rows of a table, because each table costs a page for each
     * observation. levels and levels_clear have a bit for each level that was listed or clear: 1, 2, 4. */
    "CREATE TABLE list(id INTEGER PRIMARY KEY, zone TEXT NOT NULL UNIQUE, part TEXT,"
    " entries INTEGER, entries_ms INTEGER);" /* of its last sound zone file, and when it was read */
    "INSERT INTO list(id, zone, part) VALUES(1, 'dnsbl-1.uceprotect.net', 'level1'), (2, 'dnsbl-2.uceprotect.net', "
    "'level2'),"
    " (3, 'dnsbl-3.uceprotect.net', 'level3'), (4, 'ips.whitelisted.org', 'exemption'),"
    " (5, 'ips.backscatterer.org', 'backscatterer');"
    "CREATE TABLE list_set(id INTEGER PRIMARY KEY, lists TEXT NOT NULL UNIQUE);" /* ids: "1 2 3 4 5" */
    "CREATE TABLE observation_2("
    " id INTEGER PRIMARY KEY,"
    " uid BLOB NOT NULL,"
    " matter INTEGER NOT NULL REFERENCES matter(id),"
    " first_ms INTEGER NOT NULL, last_ms INTEGER NOT NULL, times INTEGER NOT NULL,"
    " source TEXT NOT NULL, resolver TEXT, serial INTEGER,"
    " verdict TEXT NOT NULL, causes INTEGER NOT NULL, headline TEXT NOT NULL,"
    " lists INTEGER NOT NULL, results TEXT, levels INTEGER NOT NULL, levels_clear INTEGER NOT NULL,"
    " asn INTEGER, org INTEGER, country TEXT,"
    " score_asn INTEGER, score REAL,"
    " name TEXT);"

    "CREATE TEMP TABLE states AS"
    " SELECT id AS observation, 1 AS list, level1 AS state FROM observation WHERE level1 <> 'unasked'"
    " UNION ALL SELECT id, 2, level2 FROM observation WHERE level2 <> 'unasked'"
    " UNION ALL SELECT id, 3, level3 FROM observation WHERE level3 <> 'unasked'"
    " UNION ALL SELECT id, 4, exemption FROM observation WHERE exemption <> 'unasked'"
    " UNION ALL SELECT id, 5, backscatterer FROM observation WHERE backscatterer <> 'unasked';"
    "CREATE TEMP TABLE sets AS SELECT observation, group_concat(list, ' ') AS lists"
    " FROM (SELECT observation, list FROM states ORDER BY observation, list) GROUP BY observation;"
    "INSERT INTO list_set(lists) SELECT DISTINCT lists FROM sets UNION SELECT '' ORDER BY lists DESC;"
    "CREATE UNIQUE INDEX temp.sets_observation ON sets(observation);"
    "CREATE TEMP TABLE said AS WITH RECURSIVE line(observation, place, text, rest) AS ("
    "  SELECT id, 0, '', texts || char(10) FROM observation WHERE texts IS NOT NULL"
    "  UNION ALL SELECT observation, place + 1, substr(rest, 1, instr(rest, char(10)) - 1),"
    "  substr(rest, instr(rest, char(10)) + 1) FROM line WHERE rest <> '')"
    " SELECT observation, place, (SELECT id FROM list WHERE part = substr(text, 1, instr(text, char(9)) - 1)) AS list,"
    " substr(text, instr(text, char(9)) + 1) AS text FROM line WHERE place > 0;"
    "CREATE TEMP TABLE results AS SELECT observation, group_concat(line, char(10)) AS lines"
    " FROM (SELECT s.observation, s.list || ' ' || s.state || ' ' || ifnull(t.text, '') AS line FROM states s"
    " LEFT JOIN said t ON t.observation = s.observation AND t.list = s.list WHERE s.state <> 'clear'"
    " ORDER BY s.observation, s.list, t.place) GROUP BY observation;"
    "CREATE UNIQUE INDEX temp.results_observation ON results(observation);"
    "INSERT INTO observation_2 SELECT o.id, uid, matter, first_ms, last_ms, times, source, resolver, serial, verdict,"
    " causes, headline, (SELECT s.id FROM list_set s WHERE s.lists = ifnull((SELECT t.lists FROM temp.sets t"
    " WHERE t.observation = o.id), '')),"
    " (SELECT r.lines FROM temp.results r WHERE r.observation = o.id),"
    " (level1 = 'listed') + 2 * (level2 = 'listed') + 4 * (level3 = 'listed'),"
    " (level1 = 'clear') + 2 * (level2 = 'clear') + 4 * (level3 = 'clear'),"
    " asn, org, country, score_asn, score, name FROM observation o;"
    "DROP TABLE temp.states; DROP TABLE temp.sets; DROP TABLE temp.said; DROP TABLE temp.results;"

    "DROP TABLE observation;" /* foreign keys are off */
    "ALTER TABLE observation_2 RENAME TO observation;"
    "CREATE INDEX observation_matter ON observation(matter, uid, last_ms);"
    "CREATE INDEX observation_asn ON observation(asn, last_ms, matter);"
    "CREATE INDEX observation_score_asn ON observation(score_asn, last_ms, matter) WHERE score_asn IS NOT NULL"
    " AND score_asn IS NOT asn;"
    "CREATE INDEX observation_standing ON observation(verdict, levels, country COLLATE NOCASE, matter);"

    /* Finds resources by the beginning of their text. */
    "CREATE INDEX matter_text_beginning ON matter(text COLLATE NOCASE);",

    /* Mails that a receiver refused because of a list; address: as journal_address_key writes it. The uid comes from
     * the message, so that a bounce that is read twice is one. */
    "CREATE TABLE rejection("
    " uid BLOB PRIMARY KEY,"
    " address BLOB NOT NULL,"
    " at_ms INTEGER NOT NULL,"
    " receiver TEXT NOT NULL,"
    " zone TEXT, list TEXT NOT NULL, level INTEGER) WITHOUT ROWID;"
    "CREATE INDEX rejection_address ON rejection(address, at_ms);",

    /* The watch: looks by target and scope, changes, and messages about them; waits: a bit for each channel that has
     * not taken the message. Targets are texts, because a fleet has domains, too. */
    "CREATE TABLE watch("
    " target TEXT NOT NULL, scope TEXT NOT NULL,"
    " listed INTEGER NOT NULL, looks INTEGER NOT NULL, look_count INTEGER NOT NULL, blind INTEGER NOT NULL,"
    " since_ms INTEGER NOT NULL, told_ms INTEGER NOT NULL, seen_ms INTEGER NOT NULL,"
    " thread BLOB NOT NULL, lists TEXT NOT NULL,"
    " PRIMARY KEY(target, scope)) WITHOUT ROWID;"
    "CREATE TABLE alarm("
    " id INTEGER PRIMARY KEY,"
    " at_ms INTEGER NOT NULL, event TEXT NOT NULL,"
    " target TEXT NOT NULL, label TEXT NOT NULL, tags TEXT NOT NULL, scope TEXT NOT NULL, state TEXT NOT NULL,"
    " headline TEXT NOT NULL, who TEXT NOT NULL, ends TEXT NOT NULL, lists TEXT NOT NULL,"
    " since_ms INTEGER NOT NULL, before_ms INTEGER NOT NULL,"
    " thread BLOB NOT NULL, message BLOB);"
    "CREATE INDEX alarm_message ON alarm(message);"
    "CREATE TABLE message("
    " uid BLOB PRIMARY KEY, at_ms INTEGER NOT NULL, waits INTEGER NOT NULL, tries INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE INDEX message_waits ON message(at_ms) WHERE waits <> 0;",

    /* What other servers said, for a while: contacts, found like a resource in `matter`, but without a row there,
     * because asking for a contact is no look at it; and the registries' files. Without a mailbox: why there is none. */
    "CREATE TABLE contact("
    " kind INTEGER NOT NULL, low BLOB NOT NULL, high BLOB NOT NULL,"
    " source TEXT NOT NULL, mailbox TEXT NOT NULL,"
    " name TEXT, handle TEXT, server TEXT NOT NULL, at_ms INTEGER NOT NULL,"
    " PRIMARY KEY(low, kind, high, source, mailbox)) WITHOUT ROWID;"
    /* What other sources said of the time before the first look, found like a contact. */
    "CREATE TABLE outside("
    " kind INTEGER NOT NULL, low BLOB NOT NULL, high BLOB NOT NULL,"
    " source TEXT NOT NULL, list TEXT NOT NULL, level INTEGER NOT NULL, from_ms INTEGER NOT NULL,"
    " until_ms INTEGER NOT NULL, detail TEXT, imported_ms INTEGER NOT NULL,"
    " PRIMARY KEY(low, kind, high, source, list, from_ms)) WITHOUT ROWID;"
    "CREATE TABLE download("
    " url TEXT PRIMARY KEY, at_ms INTEGER NOT NULL, etag TEXT, body TEXT NOT NULL) WITHOUT ROWID;"

    /* The watch remembers looks by list, because a scope may have several; its memory begins anew. Changes and
     * messages belong to a fleet, a file, because several may share a journal; told_ms: when a channel took the
     * message. */
    "DROP TABLE watch;"
    "CREATE TABLE watch("
    " target TEXT NOT NULL, scope TEXT NOT NULL, zone TEXT NOT NULL,"
    " listed INTEGER NOT NULL, looks INTEGER NOT NULL, look_count INTEGER NOT NULL, blind INTEGER NOT NULL,"
    " since_ms INTEGER NOT NULL, told_ms INTEGER NOT NULL, seen_ms INTEGER NOT NULL, thread BLOB NOT NULL,"
    " PRIMARY KEY(target, scope, zone)) WITHOUT ROWID;"
    "ALTER TABLE alarm ADD COLUMN targets INTEGER NOT NULL DEFAULT 1;"
    "ALTER TABLE alarm ADD COLUMN fleet TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE message ADD COLUMN fleet TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE message ADD COLUMN told_ms INTEGER NOT NULL DEFAULT 0;",
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

/* Reads in a savepoint, because another program may be making the tables. */
int
journal_schema_identify(sqlite3 *db, struct journal_identity *out)
{
    *out = (struct journal_identity){0};
    int code = sqlite3_exec(db, "SAVEPOINT identify", NULL, NULL, NULL);
    if (code != SQLITE_OK)
        return code;
    code = read_number(db, "PRAGMA application_id", &out->application);
    if (code == SQLITE_OK)
        code = read_number(db, "PRAGMA user_version", &out->version);
    if (code == SQLITE_OK)
        code = read_number(db, "SELECT count(*) FROM sqlite_schema", &out->objects);
    sqlite3_exec(db, "RELEASE identify", NULL, NULL, NULL);
    return code;
}

int
journal_schema_update(sqlite3 *db)
{
    /* With foreign keys, dropping an old table would remove the rows that refer to it. */
    sqlite3_exec(db, "PRAGMA foreign_keys = OFF", NULL, NULL, NULL);
    struct journal_identity is = {0};
    int code = sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
    if (code == SQLITE_OK)
        code = journal_schema_identify(db, &is);
    if (code == SQLITE_OK && is.version < JOURNAL_SCHEMA) {
        char marks[96];
        for (int64_t at = is.version; at < JOURNAL_SCHEMA && code == SQLITE_OK; at++)
            code = sqlite3_exec(db, steps[at], NULL, NULL, NULL);
        snprintf(marks, sizeof marks, "PRAGMA application_id = %d; PRAGMA user_version = %d", JOURNAL_APPLICATION,
                 JOURNAL_SCHEMA);
        if (code == SQLITE_OK)
            code = sqlite3_exec(db, marks, NULL, NULL, NULL);
    }
    if (code == SQLITE_OK)
        code = sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
    int error = errno;
    if (code != SQLITE_OK && !sqlite3_get_autocommit(db))
        sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
    if (code == SQLITE_OK)
        sqlite3_exec(db, "PRAGMA foreign_keys = ON", NULL, NULL, NULL);
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
                       " (SELECT max(observation) FROM observation_net),"
                       " (SELECT max(id) FROM list), (SELECT max(id) FROM list_set), (SELECT max(id) FROM org),"
                       " (SELECT max(id) FROM cases), (SELECT max(uid) FROM note),"
                       " (SELECT max(uid) FROM told), (SELECT max(address) FROM neighbour),"
                       " (SELECT max(at_ms) FROM snapshot), (SELECT max(uid) FROM rejection),"
                       " (SELECT max(address) FROM rejection), (SELECT max(target) FROM watch),"
                       " (SELECT max(id) FROM alarm), (SELECT max(message) FROM alarm),"
                       " (SELECT max(uid) FROM message), (SELECT max(at_ms) FROM message WHERE waits <> 0),"
                       " (SELECT max(low) FROM contact), (SELECT max(url) FROM download)",
                       &number);
}
