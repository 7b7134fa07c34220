/* Fetches zone files and ASN data into their places, politely and so that each is whole and sound at any time. */
#ifndef SYNC_H
#define SYNC_H

#include "base/fault.h"
#include "base/loop.h"
#include "base/vec.h"
#include "sync/feed.h"
#include "sync/verify.h"

#include <stdbool.h>
#include <stdint.h>

enum sync_end {
    SYNC_CURRENT, /* all files are current */
    SYNC_MISSED,  /* something could not be fetched; what was there stays */
    SYNC_STOPPED,
    SYNC_UNWRITABLE /* with a fault */
};

enum sync_outcome { SYNC_NOT_DUE, SYNC_SAME, SYNC_REPLACED, SYNC_FAILED };

/* What became of one file. */
struct sync_result {
    const char *name;
    enum sync_outcome outcome;
    int64_t next_ms;               /* when it may be asked for again */
    struct verify_content content; /* of one that was replaced */
    bool has_old;                  /* a file was there before */
    struct fault fault;            /* of one that failed, without its name */
};

struct sync_setup {
    struct loop *loop;
    const char *fetch; /* path of whylisted-fetch */
    struct feed_setup feeds;
    int64_t stall_ms; /* patience with a server that sends next to nothing */
    bool now;         /* fetch before files are due */
    bool attended;    /* a user waits: begin at once */
    bool (*stopped)(void);
    void (*progress)(void *arg, const char *name, int64_t bytes); /* some times a second; NULL = not */
    void (*ended)(void *arg, const struct sync_result *);         /* for each file */
    void *arg;
};

/* Fetches what is due, one file after the other. Turns the loop until then. */
enum sync_end sync_run(const struct sync_setup *, struct fault *);

/* A file as the ledger and the disk know it. */
struct sync_file {
    char *name, *source; /* the URL, without its query */
    int64_t age_ms;      /* of the content; -1 = there is no file, or its age is not known */
    bool exists;
    int64_t rows, serial; /* 0 = not known */
    char *error;          /* why the last try failed, why sync leaves the file alone, or which lines it could not use;
                           * NULL = all is well */
    int64_t next_ms;      /* 0 = at once */
};
typedef VEC(struct sync_file) sync_files;

/* Returns what is there, without asking anybody. Returns false with a fault if the ledger cannot be read. */
bool sync_files_read(sync_files *, const struct feed_setup *, struct fault *);
void sync_files_free(sync_files *);

#endif
