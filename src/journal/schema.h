/* The tables, and the migration of older files. Private to the room. */
#ifndef SCHEMA_H
#define SCHEMA_H

#include <stdint.h>

struct sqlite3;

enum { JOURNAL_SCHEMA = 5 };

/* All return SQLite's result code. */

/* Makes the tables of an empty database, or migrates those of an older version, all or nothing. Two programs may try at
 * once. */
int journal_schema_update(struct sqlite3 *);
/* Reads the edges of every table and index. */
int journal_schema_probe(struct sqlite3 *);

struct journal_identity {
    int64_t application, version, objects;
};
int journal_schema_identify(struct sqlite3 *, struct journal_identity *out);

#endif
