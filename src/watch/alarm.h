/* Decides whether a look at a target in one scope is worth a message. Pure functions. */
#ifndef ALARM_H
#define ALARM_H

#include "journal/watches.h"
#include "watch/look.h"

/* An alarm needs `need` listed ones of the last `of` looks that could tell, an all-clear as many clear ones in a row.
 */
struct alarm_rules {
    unsigned need, of;
    bool wanted; /* a listing in this scope is worth an alarm */
    bool silent; /* nothing is reported now, but what is still so later will be */
};

enum alarm_event { ALARM_NONE, ALARM_FIRST, ALARM_LISTED, ALARM_CLEAR };

/* Adds the look to the memory of the target, and sets what has been reported. ALARM_FIRST is the first look that could
 * tell, which is remembered as reported. */
enum alarm_event alarm_decide(struct journal_watch *, const struct look *, const struct alarm_rules *, int64_t now_ms);

#endif
