/* Whether the files of an open journal are still those that SQLite knows: `: >journal.db-wal` by a user makes it write
 * behind a hole, and acknowledge what no program will ever read. Private to the room. */
#ifndef INTACT_H
#define INTACT_H

#include "base/fault.h"

#include <stdbool.h>

struct sqlite3;

/* Checks that the index of the log of a path can be read, before SQLite does: access to an emptied one would end the
 * program. *seen: it was there before. False with a fault. */
bool journal_index_is_intact(const char *path, bool *seen, struct fault *);

/* Checks, in a transaction that writes, the first page and the log. *damaged: the first page is not that of a journal.
 * False with a fault. */
bool journal_log_is_intact(struct sqlite3 *, const char *path, bool *damaged, struct fault *);

#endif
