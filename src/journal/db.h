/* What the files of the journal share: the connection, statements, transactions and failures. Private to the room. */
#ifndef DB_H
#define DB_H

#include "base/fault.h"
#include "base/uuid.h"
#include "base/vec.h"
#include "journal/access.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct sqlite3;
struct sqlite3_stmt;

struct journal_prepared {
    const char *sql;
    struct sqlite3_stmt *statement;
};

/* A row of the table of lists, and one of the sets of them. */
struct journal_list {
    int64_t id;
    char *zone;
    const char *part; /* a static word; NULL = none */
};
struct journal_list_set {
    int64_t id;
    char *lists; /* ids, ascending, separated by spaces */
};

struct journal {
    struct sqlite3 *db;
    enum journal_access access; /* JOURNAL_READS or JOURNAL_WRITES */
    bool in_memory;
    int opening_ms;   /* how long to wait for another program while it is opened */
    bool quarantines; /* a damaged file is renamed, and a new one is begun */
    char *path;       /* absolute, without symbolic links, once the file exists */
    dev_t device;
    ino_t inode; /* of the opened file: another one may have taken its place since */
    bool read_only;
    struct fault closed; /* why it is read-only: half a sentence */
    bool made;           /* the file did not exist before */
    bool no_byte;        /* read-only and zero bytes long: served from an empty in-memory database */
    bool full;           /* read-only because its disk is full */
    bool newer;          /* a newer version of the program wrote it */
    bool broken;         /* the file is damaged or gone; every further call fails with `damage` */
    struct fault damage;
    bool durable;   /* the log is synchronised at each commit */
    bool compares;  /* the files with SQLite's index of the log, before they are used */
    bool has_index; /* there was one when the files were last compared */
    bool begun;     /* between journal_begin and journal_commit */
    bool lost;      /* a change in between failed half way, or SQLite undid all: journal_commit fails with `loss` */
    struct fault loss;
    int64_t data_version;     /* at the last journal_has_changed, 0 = none yet */
    int64_t changes;          /* SQLite's count of changes when the change under way began */
    enum journal_result last; /* the last failure */
    int error;                /* errno of the last call to SQLite, 0 = none */
    VEC(struct journal_prepared) statements;
    VEC(struct journal_list) lists; /* as far as they were read; empty after a rollback */
    VEC(struct journal_list_set) list_sets;
    bool searches; /* the functions that a search needs are registered */
};

/* ---- statements ---- */

/* A value to bind; its place among the values is the number of its parameter. Text and blobs must live until the
 * statement was stepped. */
struct journal_binding {
    enum { BIND_NULL, BIND_INT, BIND_REAL, BIND_TEXT, BIND_BLOB } kind;
    int64_t number;
    double real;
    const void *bytes;
    int size;
};
#define INT(n) ((struct journal_binding){.kind = BIND_INT, .number = (n)})
#define INT_OR_NULL(n, known) ((struct journal_binding){.kind = (known) ? BIND_INT : BIND_NULL, .number = (n)})
#define REAL(x) ((struct journal_binding){.kind = BIND_REAL, .real = (x)})
#define BLOB(at, count) ((struct journal_binding){.kind = BIND_BLOB, .bytes = (at), .size = (count)})
#define UUID(uuid) BLOB((uuid)->bytes, UUID_BYTES)
/* NULL becomes "". */
#define TEXT(text) ((struct journal_binding){.kind = BIND_TEXT, .bytes = (text)})
/* "" becomes NULL. */
static inline struct journal_binding
journal_text_or_null(const char *text)
{
    return (struct journal_binding){.kind = text && *text ? BIND_TEXT : BIND_NULL, .bytes = text};
}

/* Returns a statement of a literal's text, prepared once and kept, reset and bound. NULL with a fault; the result is
 * then in `last`. The same text must not be asked for again while its rows are read. */
struct sqlite3_stmt *journal_bound(struct journal *, const char *sql, const struct journal_binding *, size_t count,
                                   struct fault *);
#define JOURNAL_VALUES(...)                                                                                            \
    (const struct journal_binding[]){__VA_ARGS__},                                                                     \
        sizeof((const struct journal_binding[]){__VA_ARGS__}) / sizeof(struct journal_binding)
#define journal_query(j, fault, sql, ...) journal_bound(j, sql, JOURNAL_VALUES(__VA_ARGS__), fault)
/* Runs a statement that changes something. */
#define journal_execute(j, fault, sql, ...) journal_run(j, journal_query(j, fault, sql, __VA_ARGS__), fault)

/* Like journal_query, without values. */
struct sqlite3_stmt *journal_statement(struct journal *, const char *sql, struct fault *);
/* Like journal_statement for composed text: not kept, the caller finalises it. */
struct sqlite3_stmt *journal_prepare(struct journal *, const char *sql, struct fault *);

/* Steps to the next row. False at the end or after a failure, which *result reports; the statement is then reset.
 * Takes the NULL of a statement that could not be prepared. */
bool journal_step(struct journal *, struct sqlite3_stmt *, enum journal_result *result, struct fault *);
/* Runs a statement to its end, and resets it; also takes NULL. */
enum journal_result journal_run(struct journal *, struct sqlite3_stmt *, struct fault *);
/* Reads the number in the first column of the first row and resets the statement; 0 = no row, or a failure. */
int64_t journal_number(struct journal *, struct sqlite3_stmt *, enum journal_result *result, struct fault *);

/* ---- columns ---- */

/* Returns a clean copy, of one line or of several, whatever program wrote the file; NULL for NULL or "". */
char *journal_column_clean(struct sqlite3_stmt *, int column, bool lines);
#define journal_column_text(statement, column) journal_column_clean(statement, column, false)
#define journal_column_lines(statement, column) journal_column_clean(statement, column, true)
/* Returns "" for NULL; valid until the next step, and foreign until it is parsed. */
const char *journal_column_word(struct sqlite3_stmt *, int column);
bool journal_column_uuid(struct sqlite3_stmt *, int column, struct uuid *out);

/* ---- failures ---- */

/* Writes a sentence for a result code of SQLite: "cannot write the journal /x/journal.db: the disk is full". */
void journal_explain(const struct journal *, int code, const char *doing, struct fault *);
bool journal_is_damage(int code);

/* A progress handler: interrupts a statement at the int64_t time that the argument points to, ms. */
int journal_is_late(void *until_ms);

/* Like journal_explain, for the last call to SQLite. Quarantines a damaged file. */
enum journal_result journal_failed(struct journal *, const char *doing, struct fault *);
/* Reports a value that this program never writes: JOURNAL_FAILED. `what`: "a case's state". */
enum journal_result journal_report_corrupt(struct journal *, struct sqlite3_stmt *, int column, const char *what,
                                           struct fault *);

/* ---- transactions ---- */

/* Begins a change, which survives a power failure if it is `durable`; inside the caller's journal_begin and
 * journal_commit it begins nothing, and *own is false.
 * journal_end commits when `result` is JOURNAL_DONE, and otherwise undoes; a change that it cannot undo, because the
 * transaction is the caller's, keeps journal_commit from committing. Must not be nested. */
enum journal_result journal_enter(struct journal *, bool durable, bool *own, struct fault *);
enum journal_result journal_end(struct journal *, bool own, enum journal_result result, struct fault *);

/* Forgets the cached rows of lists, which a rollback may have undone. */
void journal_lists_forget(struct journal *);

/* Ends the open transaction, and every statement. */
void journal_roll_back(struct journal *);

/* Between these, all reads see the same state, whatever other programs write. Do nothing between journal_begin and
 * journal_commit; *held is for journal_read_end. */
bool journal_read_begin(struct journal *, bool *held, struct fault *);
void journal_read_end(struct journal *, bool held);

#endif
