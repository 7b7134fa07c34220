/* What `whylisted watch` remembers from run to run: the looks at each target, the changes that it found, and the
 * messages about them until every channel has taken them. Stays in this journal: export and merge leave it out. */
#ifndef WATCHES_H
#define WATCHES_H

#include "base/fault.h"
#include "base/uuid.h"
#include "base/vec.h"
#include "journal/access.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- memory ---- */

enum { JOURNAL_LOOKS_MOST = 8 }; /* that are remembered */

/* One target in one scope. */
struct journal_watch {
    char *target;               /* as a fleet names it */
    char *scope;                /* a word of the watch */
    bool listed;                /* as last reported; at first, as first seen */
    uint32_t looks, look_count; /* the last looks that could tell, the newest in bit 0; 1 = listed */
    uint32_t blind;             /* looks in a row that could not tell */
    int64_t since_ms;           /* when the newest run of equal looks began; 0 = no look could tell */
    int64_t told_ms;            /* when `listed` was last reported; 0 = never */
    int64_t seen_ms;            /* the last look */
    struct uuid thread;         /* of the message that reported the listing first */
    char *lists;                /* zones that listed it, with one space between */
};
typedef VEC(struct journal_watch) journal_watches;

/* Reads all, in the order of target and scope. False with a fault. */
bool journal_watches_read(struct journal *, journal_watches *out, struct fault *);
void journal_watches_fini(journal_watches *);
void journal_watch_fini(struct journal_watch *);
enum journal_result journal_watch_store(struct journal *, const struct journal_watch *, struct fault *);

/* ---- changes ---- */

/* A change that is worth a message. All text is clean. */
struct journal_alarm {
    int64_t id;
    int64_t at_ms;
    char *event;                 /* "listed", "clear" or "cannot tell" */
    char *target, *label;        /* "" = none, as when nothing could be told */
    char *tags, *scope, *state;  /* state: of the verdict */
    char *headline, *who, *ends; /* who can act, and what ends it; "" = not known */
    char *lists;                 /* zones that list it, with one space between */
    int64_t since_ms;            /* first seen so */
    int64_t before_ms;           /* when the state before was reported; 0 = never */
    struct uuid thread;          /* the message that opened the case */
};
typedef VEC(struct journal_alarm) journal_alarms;
void journal_alarms_fini(journal_alarms *);

/* Stores a change, which waits for a message. */
enum journal_result journal_alarm_add(struct journal *, const struct journal_alarm *, struct fault *);
/* Reads the changes of a message; NULL: those that wait for one. */
bool journal_alarms_read(struct journal *, const struct uuid *message, journal_alarms *out, struct fault *);

/* ---- messages ---- */

struct journal_message {
    struct uuid uuid;
    int64_t at_ms;
    unsigned waits; /* a bit for each channel that has not taken it */
    unsigned tries; /* runs that tried before */
};
typedef VEC(struct journal_message) journal_messages;

/* Makes a message of all changes that wait for one. */
enum journal_result journal_message_add(struct journal *, const struct journal_message *, struct fault *);
/* Reads those that a channel has not taken, the oldest first. */
bool journal_messages_waiting(struct journal *, journal_messages *out, struct fault *);
/* Stores `waits` and `tries`, which survives a power failure. */
enum journal_result journal_message_update(struct journal *, const struct journal_message *, struct fault *);
/* Reads the time of the newest message; 0 = none, or a fault. */
int64_t journal_message_last(struct journal *, struct fault *);

#endif
