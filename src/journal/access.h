/* How the journal is opened, the results of changes, and transactions. */
#ifndef ACCESS_H
#define ACCESS_H

#include <stdbool.h>

struct fault;
struct journal;

enum journal_result {
    JOURNAL_DONE,
    JOURNAL_BUSY,   /* another program writes: nothing was changed, try again */
    JOURNAL_FAILED, /* nothing was changed; the fault says why */
    JOURNAL_BROKEN, /* likewise, and the file is damaged (then it was quarantined, unless it is read-only) or was moved
                       or removed: every further call fails with the same fault */
};

enum journal_access {
    JOURNAL_READS,  /* never writes and makes no file: a journal that does not exist is a fault */
    JOURNAL_WRITES, /* makes a missing file (0600), and at the usual place its folder (0700). A file that may not be
                       written, or that a newer version of the program wrote, is opened for reading with a notice */
    JOURNAL_CHANGES /* likewise, for changes that the user asked for: a damaged file stays, and is a fault */
};

/* Several changes at once, all or nothing, not nested, which survive a power failure once they are stored;
 * journal_begin_observations is for what the next check finds again, and saves a wait for the disk. journal_commit
 * returns JOURNAL_DONE only if every change between them is stored; otherwise it has undone all, also if one of them
 * failed half way. journal_undo ends it in place of journal_commit. */
enum journal_result journal_begin_as(struct journal *, bool durable, struct fault *);
#define journal_begin(j, fault) journal_begin_as(j, true, fault)
#define journal_begin_observations(j, fault) journal_begin_as(j, false, fault)
enum journal_result journal_commit(struct journal *, struct fault *);
void journal_undo(struct journal *);

#endif
