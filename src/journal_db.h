/* What the parts of the journal (src/journal_*.c) share, and nobody else includes: the database and its errors. */
#ifndef JOURNAL_DB_H
#define JOURNAL_DB_H

#include "journal.h"

struct sqlite3;
struct sqlite3_stmt;

enum { JOURNAL_SCHEMA = 1, JOURNAL_APPLICATION = 0x776c7374 /* "wlst" */ };

/* A statement from the text of a literal, prepared once and kept; reset and unbound. NULL with a fault. */
struct sqlite3_stmt *journal_statement(struct journal *, const char *sql, struct fault *);

/* Runs a statement that returns no rows, and resets it. */
enum journal_result journal_run(struct journal *, struct sqlite3_stmt *, struct fault *);
/* One step of a statement that returns rows: true = there is one. false = the end, or a failure, which *result tells;
 * the statement is reset then. */
bool journal_step(struct journal *, struct sqlite3_stmt *, enum journal_result *result, struct fault *);

/* What the last call to SQLite means, as a sentence: "cannot write the journal /x/journal.db: the disk is full". Sets a
 * broken file aside. */
enum journal_result journal_failed(struct journal *, const char *doing, struct fault *);

/* Every change happens between these, which do nothing inside journal_begin..journal_commit of the user: `own` tells
 * them apart. journal_end commits when `result` is JOURNAL_DONE, else undoes, and returns what came of it all. */
enum journal_result journal_enter(struct journal *, bool *own, struct fault *);
enum journal_result journal_end(struct journal *, bool own, enum journal_result result, struct fault *);

/* NULL or "" binds NULL. The text is copied. */
void journal_bind_text(struct sqlite3_stmt *, int at, const char *text);
/* A fresh string, NULL for NULL. */
char *journal_column_text(struct sqlite3_stmt *, int column);

/* IPv4 as IPv4-mapped IPv6, so that both families sort in one order. */
void journal_address_key(const struct addr *, uint8_t out[static 16]);

/* The row of a matter, made when it is not there and `make`; 0 = not there, or a failure (then *result says so). */
int64_t journal_matter_id(struct journal *, const struct matter *, bool make, enum journal_result *result,
                          struct fault *);
/* The matter was seen, or its case changed, at that time: moves seen_ms on. */
enum journal_result journal_matter_seen(struct journal *, int64_t matter_id, int64_t at_ms, struct fault *);

/* ---- whole records, as export, import and merge move them ---- */

/* Everything in the order of export. A function returns false to stop. */
struct journal_visitor {
    bool (*observation)(void *arg, const struct observation *);
    bool (*a_case)(void *arg, const struct journal_case *);
    bool (*neighbour)(void *arg, const struct journal_neighbour *);
    bool (*snapshot)(void *arg, const struct journal_snapshot *);
    void *arg;
};
/* False with a fault, or when it was stopped (then the fault is ""). */
bool journal_visit(struct journal *, const struct journal_visitor *, struct fault *);

/* Unites one record with what is there: the same uid (neighbour: address; snapshot: matter and moment) is the same
 * thing. To be called between journal_begin and journal_commit. */
enum journal_change { JOURNAL_UNCHANGED, JOURNAL_ADDED, JOURNAL_CHANGED };
enum journal_result journal_unite_observation(struct journal *, const struct observation *, enum journal_change *,
                                              struct fault *);
enum journal_result journal_unite_case(struct journal *, const struct journal_case *, struct journal_count *added,
                                       struct journal_count *changed, struct fault *);
enum journal_result journal_unite_neighbour(struct journal *, const struct journal_neighbour *, enum journal_change *,
                                            struct fault *);
enum journal_result journal_unite_snapshot(struct journal *, const struct journal_snapshot *, enum journal_change *,
                                           struct fault *);

#endif
