/* Decides by looks in a row whether a listing, or a missing verdict, is worth a message. Pure functions. */
#ifndef ALARM_H
#define ALARM_H

#include "journal/watches.h"

/* An alarm needs `need` listed ones of the last `of` looks that could tell, an all-clear as many clear ones in a row.
 */
struct alarm_rules {
    unsigned need, of;
};

/* Adds a look at one list to its memory; `since_ms` becomes the time from which it has been so. */
void alarm_look(struct journal_watch *, bool listed, const struct alarm_rules *, int64_t now_ms);
/* Returns whether a listing that was not reported is worth an alarm; at_once: one look is believed. */
bool alarm_begins(const struct journal_watch *, const struct alarm_rules *, bool at_once);
/* Returns whether a listing that was reported has ended. */
bool alarm_ends(const struct journal_watch *, const struct alarm_rules *);
/* Notes that the state of the memory is being reported by a message. */
void alarm_tell(struct journal_watch *, bool listed, const struct uuid *message);

/* Adds to the memory of a target whether there is a verdict; only a look that found a list to answer is counted. */
void alarm_answer(struct journal_watch *, bool known, bool counts, int64_t now_ms);

#endif
