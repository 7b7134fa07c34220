/* The journal's file, without SQLite. Private to the room. */
#ifndef FILE_H
#define FILE_H

#include "base/fault.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum { JOURNAL_APPLICATION = 0x776c7374 /* "wlst", the application id in the header */ };

enum journal_file {
    JOURNAL_FILE_ABSENT,
    JOURNAL_FILE_UNUSABLE, /* a folder, a device, no permission: the fault says why */
    JOURNAL_FILE_EMPTY,
    JOURNAL_FILE_FOREIGN, /* not an SQLite database */
    JOURNAL_FILE_DATABASE,
    JOURNAL_FILE_OURS, /* a database with our application id */
};
/* Reads no more than the file's header. */
enum journal_file journal_file_look(const char *path, struct fault *);
/* Returns whether the first bytes of a file are those of a database with our application id. */
enum { JOURNAL_FILE_HEADER = 100 };
bool journal_file_is_ours(const uint8_t header[static JOURNAL_FILE_HEADER]);

/* Makes an empty file, 0600, and at the usual place its missing folders, 0700; with the rights and the owner of `like`,
 * if there is one. What root makes belongs to the owner of the folder around it, whom root's file would lock out.
 * Accepts a file that another program made meanwhile; *made is false then. */
struct stat;
bool journal_file_make(const char *path, bool usual, const struct stat *like, bool *made, struct fault *);

/* Returns whether the file can only be read; `why` is half a sentence. */
bool journal_file_is_closed(const char *path, struct fault *why);

/* Returns whether no write-ahead log or rollback journal is beside it, so that it can be read without making one. */
bool journal_file_is_at_rest(const char *path);

/* Returns whether an empty file is beside a write-ahead log, which has the only copy of what was in the file. SQLite
 * would delete it. */
bool journal_file_is_only_log(const char *path);

/* Returns whether the path still leads to that file. */
bool journal_file_is_there(const char *path, dev_t, ino_t);

/* Renames a damaged file, and the files that SQLite keeps beside it, to a free name, *aside. */
bool journal_file_quarantine(const char *path, struct fault *aside, struct fault *);

#endif
