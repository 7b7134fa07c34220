/* What the parts of the journal (src/journal_*.c) share, and nobody else includes: the database and its errors. */
#ifndef DB_H
#define DB_H

#include "journal/journal.h"

#include <sys/types.h>

struct sqlite3;
struct sqlite3_stmt;

enum { JOURNAL_SCHEMA = 2, JOURNAL_APPLICATION = 0x776c7374 /* "wlst" */ };

struct journal {
    struct sqlite3 *db;
    enum journal_access access; /* JOURNAL_READS or JOURNAL_WRITES */
    bool sets_aside;            /* what is damaged */
    char *path;                 /* absolute, without symbolic links, once the file is there */
    char *name;                 /* the same, clean, for sentences */
    dev_t device;
    ino_t inode;          /* the file that was opened: another one may have taken its place since */
    bool read_only;       /* ... */
    struct fault closed;  /* ... and why: half a sentence */
    bool made;            /* it was not there */
    bool no_byte;         /* there is nothing in it, and it is only read: an empty one in memory stands for it */
    bool full;            /* it is only read because its disk is full */
    bool newer;           /* a newer version of the program wrote it */
    bool broken;          /* the file is damaged or gone ... */
    struct fault damage;  /* ... and what has become of it: the sentence that every further call gives */
    bool begun;           /* between journal_begin and journal_commit ... */
    bool lost;            /* ... and one of the changes in between was left half done, or SQLite undid them all ... */
    struct fault loss;    /* ... because of this */
    int64_t data_version; /* of the last journal_has_changed, 0 = none yet */
    int64_t changes;      /* SQLite's count of changes when the change that is being made began */
    enum journal_result last; /* what the last failure was */
    int error;                /* ... and what the system said, 0 = nothing */
    VEC(struct journal_kept) statements;
    bool searches; /* the functions that a search needs are registered */
};

/* ---- the file (journal_file.c): all that is done to it without SQLite ---- */

enum journal_file {
    JOURNAL_FILE_ABSENT,
    JOURNAL_FILE_UNUSABLE, /* the fault says why: a folder, no permission ... */
    JOURNAL_FILE_EMPTY,
    JOURNAL_FILE_FOREIGN, /* no SQLite database */
    JOURNAL_FILE_DATABASE,
    JOURNAL_FILE_OURS, /* a database that says it is a journal */
};
/* Reads no more than the file's header. */
enum journal_file journal_file_look(const char *path, const char *name, struct fault *);

/* Makes an empty file, 0600, and of the usual one the folders to it, 0700, that there are not yet. A file that is there
 * already, because another program was quicker, is as good; *made tells. */
bool journal_file_make(const char *path, const char *name, bool usual, bool *made, struct fault *);

/* Removes it again when nothing has been written to it. */
void journal_file_unmake(const char *path);

/* Whether it can only be read, and why, as half a sentence. */
bool journal_file_is_closed(const char *path, struct fault *why);

/* Whether there is no write-ahead log or rollback journal beside it, so that it can be read without making one. */
bool journal_file_is_at_rest(const char *path);

/* Whether the path still leads to that file. */
bool journal_file_is_there(const char *path, dev_t, ino_t);

/* Renames a damaged file, and what SQLite keeps beside it, to a name that nothing has yet; *aside is that name, clean.
 */
bool journal_file_quarantine(const char *path, const char *name, struct fault *aside, struct fault *);

/* ---- the schema (journal_schema.c) ---- */

/* Makes the tables of an empty database or brings those of an older version up to date, all or nothing: SQLite's result
 * code. Two programs may try at once. */
int journal_schema_update(struct sqlite3 *);
/* Reads the edges of every table and index: SQLite's result code. */
int journal_schema_probe(struct sqlite3 *);
/* Those are what decides about a database: SQLite's result code. */
struct journal_identity {
    int64_t application, version, objects;
};
int journal_schema_identify(struct sqlite3 *, struct journal_identity *out);

/* ---- statements, transactions, failures (journal_statement.c) ---- */

/* A statement from the text of a literal, prepared once and kept; reset and unbound. NULL with a fault: the result is
 * then in the journal's `last`. It must not be
 * asked for again while it is stepped through: two uses at once need two texts. */
struct sqlite3_stmt *journal_statement(struct journal *, const char *sql, struct fault *);

/* The same from text that was composed: not kept, the caller finalises it. */
struct sqlite3_stmt *journal_prepare(struct journal *, const char *sql, struct fault *);

struct journal_kept {
    const char *sql;
    struct sqlite3_stmt *statement;
};

/* A sentence for a result code of SQLite, and whether it says that the file is damaged. */
void journal_explain(const struct journal *, int code, const char *doing, struct fault *);
bool journal_is_damage(int code);

/* Ends whatever transaction is open, and every statement. */
void journal_roll_back(struct journal *);

/* Runs a statement that returns no rows, and resets it. */
enum journal_result journal_run(struct journal *, struct sqlite3_stmt *, struct fault *);
/* One step of a statement that returns rows: true = there is one. false = the end, or a failure, which *result tells;
 * the statement is reset then. */
bool journal_step(struct journal *, struct sqlite3_stmt *, enum journal_result *result, struct fault *);

/* What the last call to SQLite means, as a sentence: "cannot write the journal /x/journal.db: the disk is full"; doing
 * is "write" or "read". Sets a broken file aside. */
enum journal_result journal_failed(struct journal *, const char *doing, struct fault *);

/* Every change happens between these. Inside journal_begin..journal_commit of the user they begin and end nothing:
 * `own` tells the two apart. journal_end commits when `result` is JOURNAL_DONE, else undoes, and returns what came of
 * it all; what it cannot undo, since it is the user's, keeps journal_commit from committing. Not to be nested. */
enum journal_result journal_enter(struct journal *, bool *own, struct fault *);
enum journal_result journal_end(struct journal *, bool own, enum journal_result result, struct fault *);

/* NULL or "" binds NULL. The text is copied. */
void journal_bind_text(struct sqlite3_stmt *, int at, const char *text);
/* The same of a text that is "" rather than NULL in the database. */
void journal_bind_words(struct sqlite3_stmt *, int at, const char *text);
void journal_bind_uuid(struct sqlite3_stmt *, int at, const struct uuid *);
/* A fresh string, NULL for NULL or "". Clean, whoever wrote the file: in one line, or its lines each. */
char *journal_column_text(struct sqlite3_stmt *, int column);
char *journal_column_lines(struct sqlite3_stmt *, int column);
bool journal_column_uuid(struct sqlite3_stmt *, int column, struct uuid *out);
/* The file holds something that this program never writes: JOURNAL_FAILED with a sentence that quotes it. `what`: "a
 * case's state"; the foreign text is that of the column. */
enum journal_result journal_report_corrupt(struct journal *, struct sqlite3_stmt *, int column, const char *what,
                                           struct fault *);

/* IPv4 as IPv4-mapped IPv6, so that both families sort in one order. */
void journal_address_key(const struct addr *, uint8_t out[static 16]);
/* The keys of a prefix's first and last address. */
void journal_prefix_keys(const struct prefix *, uint8_t low[static 16], uint8_t high[static 16]);

/* The row of a matter, made when it is not there and `make`; 0 = not there, or a failure (then *result says so). */
int64_t journal_resource_id(struct journal *, const struct resource *, bool make, enum journal_result *result,
                            struct fault *);
/* Makes the row of one that is known not to be there. */
int64_t journal_resource_make(struct journal *, const struct resource *, int64_t seen_ms, enum journal_result *result,
                              struct fault *);
/* The matter was seen, or its case changed, at that time: moves seen_ms on. */
enum journal_result journal_resource_seen(struct journal *, int64_t resource_id, int64_t at_ms, struct fault *);

/* Words of the file and of NDJSON, both ways; a parse is false for a word that there is not. */
const char *journal_source_name(enum source); /* "none", "dns", "zone" */
const char *journal_list_name(enum list_id);  /* "level1" .. "backscatterer" */
bool journal_source_parse(const char *, enum source *out);
bool journal_list_parse(const char *, enum list_id *out);
bool journal_state_parse(const char *, enum list_state *out);
bool journal_verdict_parse(const char *, enum verdict_state *out);
bool journal_net_kind_parse(const char *, enum net_kind *out);

/* ---- observations (journal_observation.c) ---- */

/* What a statement must select for journal_observation_read: `o` is the observation, `m` its matter, `org` its
 * organisation. */
#define JOURNAL_OBSERVATION                                                                                            \
    "o.id, o.uid, m.text, o.first_ms, o.last_ms, o.times, o.source, o.resolver, o.serial, o.verdict, o.causes,"        \
    " o.headline, o.level1, o.level2, o.level3, o.exemption, o.backscatterer, o.asn, org.name, o.country,"             \
    " o.score_asn, o.score, o.name, o.texts"
/* The same, and from what; a WHERE and an ORDER BY may follow. */
#define JOURNAL_OBSERVATIONS                                                                                           \
    "SELECT " JOURNAL_OBSERVATION " FROM observation o JOIN matter m ON m.id = o.matter"                               \
    " LEFT JOIN org ON org.id = o.org "
enum journal_result journal_observation_read(struct journal *, struct sqlite3_stmt *, struct observation *out,
                                             struct fault *);
/* The one that such a statement, which is bound, finds; *id 0 when it finds none. */
enum journal_result journal_observation_find(struct journal *, struct sqlite3_stmt *, int64_t *id,
                                             struct observation *out, struct fault *);
/* A new row of a matter, or one that takes the place of row `id` (0 = new); *made (may be NULL) is its id. */
enum journal_result journal_observation_write(struct journal *, const struct observation *, int64_t resource_id,
                                              int64_t id, int64_t *made, struct fault *);

/* There is a new observation of the matter, or an old one that was seen again: it is its newest unless another was seen
 * later. */
enum journal_result journal_resource_observed(struct journal *, int64_t resource_id, int64_t observation_id,
                                              int64_t last_ms, struct fault *);
/* Sets the newest observation of a matter, its words in the index, and seen_ms when it was seen later, from what there
 * is of it now: to be called when observations of it were removed. Takes as long as there are many. */
enum journal_result journal_resource_refresh(struct journal *, int64_t resource_id, struct fault *);
/* Removes the row of a matter that nothing refers to any more, and its words. */
enum journal_result journal_resource_remove(struct journal *, int64_t resource_id, struct fault *);

/* ---- the words of matters (journal_index.c) ---- */

/* The index of words, the table matter_text, has all resources but those of the observations that were added last,
 * fewer than JOURNAL_INDEX_LAG: "id > (SELECT observation FROM matter_text_upto)". A search examines these besides. */
enum { JOURNAL_INDEX_LAG = 64 };

/* An observation was added, its matter's newest is set. */
enum journal_result journal_index_added(struct journal *, int64_t observation_id, struct fault *);
/* The words of a matter as they are now: those of its newest observation's name and organisation. */
enum journal_result journal_index_resource(struct journal *, int64_t resource_id, struct fault *);

/* ---- reading much (journal_visit.c) ---- */

/* All that is read in between is of one moment, whatever other programs write meanwhile. Does nothing inside of
 * journal_begin and journal_commit; *held is for journal_read_end. */
bool journal_read_begin(struct journal *, bool *held, struct fault *);
void journal_read_end(struct journal *, bool held);

/* Six columns in the order of the struct. */
void journal_totals_column(struct sqlite3_stmt *row, struct journal_totals *out);

/* ---- long work (journal_work.c) ---- */

/* One transaction that is told of and can be stopped, also within a statement and while another program writes. */
struct journal_work {
    struct journal *journal;
    journal_progress *progress; /* NULL: nobody asks */
    void *arg;
    enum journal_stage stage;
    uint64_t done, total; /* of the stage */
    int64_t reported_us;
    int wait_ms; /* for another program */
    bool stopped;
};
/* Begins the transaction; to be ended whatever comes of it. */
enum journal_result journal_work_begin(struct journal_work *, struct journal *, journal_progress *, void *arg,
                                       struct fault *);
/* What comes now is told at once, how far it is now and then. False: to be stopped. */
bool journal_work_stage(struct journal_work *, enum journal_stage, uint64_t total);
bool journal_work_goes_on(struct journal_work *);
/* Commits when `result` is JOURNAL_DONE and nobody has stopped it, else undoes. `what` was under way. */
enum journal_result journal_work_finish(struct journal_work *, enum journal_result result, const char *what,
                                        struct fault *);
void journal_work_end(struct journal_work *);

/* ---- the times of what comes from others (journal_times.c) ---- */

/* Nothing was seen or done later than this. */
int64_t journal_times_latest(void);
/* False with half a sentence that names the time. A follow-up may lie ahead. */
bool journal_times_of_observation(const struct observation *, int64_t latest_ms, struct fault *);
bool journal_times_of_case(const struct journal_case *, int64_t latest_ms, struct fault *);
bool journal_times_of_neighbour(const struct journal_neighbour *, int64_t latest_ms, struct fault *);
bool journal_times_of_count(const struct journal_count *, int64_t latest_ms, struct fault *);

/* ---- what was done to cases (journal_import_report.c) ---- */

/* Between journal_begin and journal_commit: forgets the news that there were. */
enum journal_result journal_import_report_begin(struct journal *, struct fault *);
/* journal_merge_case, and what it did is kept for journal_import_report. */
enum journal_result journal_import_report_merge(struct journal *, const struct journal_case *,
                                                struct journal_totals *added, struct journal_totals *changed,
                                                struct fault *);

/* ---- whole records, as export, import and merge move them ---- */

/* Everything in the order of export. A function returns false to stop. */
struct journal_visitor {
    bool (*observation)(void *arg, const struct observation *);
    bool (*a_case)(void *arg, const struct journal_case *);
    bool (*neighbour)(void *arg, const struct journal_neighbour *);
    bool (*snapshot)(void *arg, const struct journal_count *);
    void *arg;
};
/* False with a fault, or when it was stopped (then the fault is ""). */
bool journal_visit(struct journal *, const struct journal_visitor *, struct fault *);

/* Unites one record with what is there: the same uid (neighbour: address; snapshot: matter and moment) is the same
 * thing. To be called between journal_begin and journal_commit. */
enum journal_change { JOURNAL_UNCHANGED, JOURNAL_ADDED, JOURNAL_CHANGED };
enum journal_result journal_merge_observation(struct journal *, const struct observation *, enum journal_change *,
                                              struct fault *);
enum journal_result journal_merge_case(struct journal *, const struct journal_case *, struct journal_totals *added,
                                       struct journal_totals *changed, struct fault *);
enum journal_result journal_merge_neighbour(struct journal *, const struct journal_neighbour *, enum journal_change *,
                                            struct fault *);
enum journal_result journal_merge_count(struct journal *, const struct journal_count *, enum journal_change *,
                                        struct fault *);

#endif
