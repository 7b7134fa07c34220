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

/* One target, as one list has it in one scope; or, in the scope JOURNAL_ANSWERS and without a list, whether
 * there is a verdict. */
#define JOURNAL_ANSWERS "answers"
struct journal_watch {
    char *target;               /* as fleets name it */
    char *scope;                /* a word of the watch */
    char *zone;                 /* of the list, "" = of none */
    bool listed;                /* or without a verdict: as last reported; at first, as first seen */
    uint32_t looks, look_count; /* the last looks that could tell, the newest in bit 0; 1 = listed, or no verdict */
    uint32_t blind;             /* looks in a row without a verdict */
    int64_t since_ms;           /* when the listing began, or its end, or that of a time without verdicts */
    int64_t told_ms;            /* when a channel took the report of `listed`; 0 = never */
    int64_t seen_ms;            /* the last look */
    struct uuid thread;         /* of the message that reported it first */
};
typedef VEC(struct journal_watch) journal_watches;

/* Reads all, in the order of target, scope and zone. False with a fault. */
bool journal_watches_read(struct journal *, journal_watches *out, struct fault *);
void journal_watches_fini(journal_watches *);
void journal_watch_fini(struct journal_watch *);
enum journal_result journal_watch_store(struct journal *, const struct journal_watch *, struct fault *);

/* ---- changes ---- */

/* A change that is worth a message. All text is clean. */
struct journal_alarm {
    int64_t id;
    int64_t at_ms;
    char *event;                 /* "listed", "clear", "cannot tell", "can tell" or "forgotten" */
    char *target, *label;        /* "" = none, as when nothing could be told */
    char *tags, *scope, *state;  /* state: of the verdict */
    char *headline, *who, *ends; /* who can act, and what ends it, or which lists are left; "" = not known */
    char *lists;                 /* zones that list it, or did, with one space between */
    int64_t targets;             /* how many it is about: 1, unless they have no verdict */
    int64_t since_ms;            /* first seen so */
    int64_t before_ms;           /* when the state before was reported; 0 = never */
    struct uuid thread;          /* the message that opened the case */
};
typedef VEC(struct journal_alarm) journal_alarms;
void journal_alarms_fini(journal_alarms *);

/* Stores a change in a fleet, which waits for a message. */
enum journal_result journal_alarm_add(struct journal *, const char *fleet, const struct journal_alarm *,
                                      struct fault *);
/* Reads the changes of a message. */
bool journal_alarms_read(struct journal *, const struct uuid *message, journal_alarms *out, struct fault *);
/* Counts the changes in a fleet that wait for a message and are worth one. */
bool journal_alarms_waiting(struct journal *, const char *fleet, int64_t *out, struct fault *);

/* ---- messages ---- */

struct journal_message {
    struct uuid uuid;
    int64_t at_ms;
    unsigned waits;  /* a bit for each channel that has not taken it */
    unsigned tries;  /* runs that tried before */
    int64_t told_ms; /* when the first channel took it; 0 = none has */
};
typedef VEC(struct journal_message) journal_messages;

/* Gives changes and messages that wait in other fleets to this one if the file of the other is gone. */
enum journal_result journal_messages_adopt(struct journal *, const char *fleet, struct fault *);
/* Makes a message of all changes in a fleet that wait for one. */
enum journal_result journal_message_add(struct journal *, const char *fleet, const struct journal_message *,
                                        struct fault *);
/* Reads those of a fleet that a channel has not taken: those that were tried least often first, then the oldest. */
bool journal_messages_waiting(struct journal *, const char *fleet, journal_messages *out, struct fault *);
/* Returns whether an older message of the fleet about one of its targets waits for the channel; false after a fault. */
bool journal_message_is_behind(struct journal *, const char *fleet, const struct journal_message *, unsigned channel,
                               struct fault *);
/* Stores `waits`, `tries` and `told_ms`, which survives a power failure. */
enum journal_result journal_message_update(struct journal *, const struct journal_message *, struct fault *);
/* Notes in the memories of its targets that a channel took the message. */
enum journal_result journal_message_tell(struct journal *, const struct journal_message *, struct fault *);
/* Reads the time of the newest message of a fleet; 0 = none, or a fault. */
int64_t journal_message_last(struct journal *, const char *fleet, struct fault *);

#endif
