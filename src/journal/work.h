/* Slow work in one transaction: reports progress, and can be stopped between two records, within a statement, and while
 * another program writes. Private to the room. */
#ifndef WORK_H
#define WORK_H

#include "journal/journal.h"

struct journal_work {
    struct journal *journal;
    journal_progress *progress; /* NULL: not reported */
    void *arg;
    enum journal_stage stage;
    uint64_t done, total; /* of the stage */
    int64_t reported_us;
    int wait_ms; /* for another program */
    bool stopped;
};
/* Begins the transaction; journal_work_end must follow, whatever the result. */
enum journal_result journal_work_begin(struct journal_work *, struct journal *, journal_progress *, void *arg,
                                       struct fault *);
/* Report a new stage at once, and its progress now and then. False: the work was stopped. */
bool journal_work_stage(struct journal_work *, enum journal_stage, uint64_t total);
bool journal_work_continues(struct journal_work *);
/* Commits if `result` is JOURNAL_DONE and nothing stopped it, otherwise undoes. `what` names the work. */
enum journal_result journal_work_finish(struct journal_work *, enum journal_result result, const char *what,
                                        struct fault *);
void journal_work_end(struct journal_work *);

#endif
