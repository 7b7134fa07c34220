/* `journal check`: looks for damage. */
#include "command/journal_command.h"

#include "base/text.h"
#include "journal/damage.h"
#include "session/exit_status.h"

int
journal_command_check(struct journal_command *c)
{
    struct journal_totals totals;
    struct buf faults = {0};
    struct fault fault;
    bool done = journal_check(c->journal, journal_command_progress, (void *)"records read", &faults, &fault);
    int status = journal_command_conclude(done ? JOURNAL_DONE : JOURNAL_FAILED, &fault);
    if (done && faults.count > 0) {
        buf_bytes(&c->out, faults.at, faults.count);
        fault_set(&fault,
                  "the journal %s is damaged; save what can be read with journal export, move the file away, and import"
                  " that into a new one",
                  journal_path(c->journal));
        status = exit_status_report(fault.text, STATUS_FILE);
    } else if (done && journal_totals_read(c->journal, &totals, &fault)) {
        buf_format(&c->out, "the journal %s has no damage: ", journal_path(c->journal));
        journal_command_put_totals(&c->out, &totals);
        buf_byte(&c->out, '\n');
    }
    buf_free(&faults);
    return status;
}
