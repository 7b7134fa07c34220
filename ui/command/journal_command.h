/* The command `journal`: what was seen before, and what was done about it. */
#ifndef JOURNAL_COMMAND_H
#define JOURNAL_COMMAND_H

#include "base/buf.h"
#include "command/output.h"
#include "journal/journal.h"
#include "session/options.h"

#include <stdbool.h>
#include <stdint.h>

int journal_command_run(const struct options *);

/* ---- between its parts ---- */

/* What an action works with. */
struct journal_command {
    const struct options *options;
    struct journal *journal;
    struct output output;
    struct buf out;
};

/* Each returns the exit status; what it put into `out` is printed after it. */
int journal_command_list(struct journal_command *);
int journal_command_show(struct journal_command *);
int journal_command_note(struct journal_command *);
int journal_command_export(struct journal_command *);
int journal_command_import(struct journal_command *);
int journal_command_merge(struct journal_command *);
int journal_command_purge(struct journal_command *);

/* An address, a prefix or "AS64500". */
bool journal_command_read_resource(const char *text, struct resource *out, struct fault *);

/* "address", "net", "asn" */
const char *journal_command_kind(const struct resource *);

/* One matter of a list as an object and a newline. */
void journal_command_entry_json(struct buf *out, const struct journal_entry *);

/* Observations as CSV, with the case of the address where there is one (NULL). */
void journal_command_csv_head(struct buf *out);
void journal_command_csv_row(struct buf *out, const struct observation *, const struct journal_case *);
/* A case that there is no observation of. */
void journal_command_csv_case(struct buf *out, const struct journal_case *);

/* State, notes and who was told, below a heading with the number, 0 = none. */
void journal_command_case_rows(struct page *, const struct journal_case *, size_t number);

/* The targets from that one on as one text, clean; the caller frees it. */
char *journal_command_words(const struct options *, size_t from);

/* "3 observations, 1 case, 2 notes": what is not 0. */
void journal_command_put_count(struct buf *out, const struct journal_totals *);

/* Progress on stderr, where that is a terminal; the end of it wipes the line. False once the user interrupted. Its
 * argument is what is counted as it is moved ("bytes read"). */
bool journal_command_progress(void *counted, enum journal_stage, uint64_t done, uint64_t total);
void journal_command_progress_over(void);

/* Long work is over: wipes the line, and says so when it failed or was interrupted; the exit status. */
int journal_command_concluded(enum journal_result, const struct fault *);

/* "203.0.113.7  new case: open, 2 notes": what an import or merge did to cases. */
void journal_command_put_import_report(struct journal_command *, const journal_import_report *, uint64_t others);

#endif
