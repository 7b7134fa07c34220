/* The command `journal`: shows and edits the journal of past lookups. */
#ifndef JOURNAL_COMMAND_H
#define JOURNAL_COMMAND_H

#include "base/buf.h"
#include "command/output.h"
#include "journal/search.h"
#include "journal/transfer.h"
#include "session/options.h"

#include <stdbool.h>
#include <stdint.h>

/* Returns the exit status. */
int journal_command_run(const struct options *);
/* `history import FILE` */
int journal_command_run_history(const struct options *);

/* ---- shared by the actions ---- */

struct journal_command {
    const struct options *options;
    struct catalogue *catalogue; /* NULL = the action takes no target */
    struct journal *journal;
    struct loop *loop;
    struct output output;
    struct buf out;
};

/* Each runs an action and returns its exit status. The caller prints `out` afterwards. */
int journal_command_list(struct journal_command *);
int journal_command_check(struct journal_command *);
int journal_command_show(struct journal_command *);
int journal_command_note(struct journal_command *);
int journal_command_export(struct journal_command *);
int journal_command_import(struct journal_command *);
int journal_command_merge(struct journal_command *);
int journal_command_purge(struct journal_command *);
int journal_command_import_history(struct journal_command *);

/* Appends an entry of a list as a JSON object and a newline. */
void journal_command_entry_json(struct buf *out, const struct journal_entry *);

/* CSV: the header, an observation with the case of its address (NULL = none), a case without an observation, and a
 * rejection that a bounce told. */
void journal_command_csv_head(struct buf *out);
void journal_command_csv_row(struct buf *out, const struct observation *, const struct journal_case *);
void journal_command_csv_case(struct buf *out, const struct journal_case *);
void journal_command_csv_rejection(struct buf *out, const struct journal_rejection *);

/* Appends state, notes and contacts below a heading with the number of the case (0 = without a number). */
void journal_command_case_rows(struct page *, const struct journal_case *, size_t number);

/* Appends "3 observations, 1 case, 2 notes", without zeros. */
void journal_command_put_totals(struct buf *out, const struct journal_totals *);

/* Shows progress on stderr if that is a terminal; a journal_progress whose argument is the unit ("bytes read"). Returns
 * false after an interrupt. journal_command_progress_end clears the line. */
bool journal_command_progress(void *unit, enum journal_stage, uint64_t done, uint64_t total);
void journal_command_progress_end(void);

/* Ends long work: clears the line, reports a failure or an interrupt, and returns the exit status. */
int journal_command_conclude(enum journal_result, const struct fault *);

/* Appends what an import or merge changed in cases: "203.0.113.7  new case: open, 2 notes". */
void journal_command_put_import_report(struct journal_command *, const journal_import_report *, uint64_t others);

#endif
