/* Export, import and merge of whole journals. */
#ifndef TRANSFER_H
#define TRANSFER_H

#include "journal/journal.h"

/* Writes everything as NDJSON, one object a line, in an order that depends only on the content: the same journals give
 * the same bytes. write() returns false to stop. Slow. */
typedef bool journal_writer(void *arg, const char *bytes, size_t count);
bool journal_export(struct journal *, journal_writer *, void *arg, struct fault *);

/* Reads NDJSON of any version and merges it, all or nothing; the fault names the line. Lines may come in any order, and
 * several exports one after the other. Leaves out records of a clock that was ahead; JOURNAL_DONE with a fault then.
 * read() returns how many bytes it put, 0 at the end, -1 on an error that it has reported. Slow; takes less than 100
 * MiB of memory, because the length of a line is limited. */
typedef long journal_reader(void *arg, char *room, size_t count);
enum journal_result journal_import(struct journal *, journal_reader *, void *arg, const char *name, journal_progress *,
                                   void *progress_arg, struct journal_totals *added, struct journal_totals *changed,
                                   struct fault *);

/* Merges another journal, which is only read. As in an import, the same uuid is the same thing, the later time wins
 * field by field, and of two current notes both stay. Slow. */
enum journal_result journal_merge(struct journal *, const char *other_path, journal_progress *, void *progress_arg,
                                  struct journal_totals *added, struct journal_totals *changed, struct fault *);

/* Likewise takes over what another open journal holds. */
enum journal_result journal_take(struct journal *, struct journal *other, struct fault *);

/* Changes of a case by an import or merge. */
struct journal_case_change {
    struct resource resource;
    bool is_new;
    enum case_state was, is;            /* `was` means nothing of a new one */
    bool has_ticket, has_tags, has_due; /* were changed ... */
    char *ticket, *tags;                /* ... to these; NULL = none */
    int64_t due_ms;
    uint32_t notes, notes_replaced; /* that came and are current, that were current and are no more */
    uint32_t contacts;              /* that came */
    uint32_t side_by_side;          /* different current notes, when one came beside another; else 0 */
};
typedef VEC(struct journal_case_change) journal_import_report;
void journal_import_report_fini(journal_import_report *);
/* Reads the changes of the last import or merge of this connection: notes side by side first, then by address, at most
 * `most`; *others is the number of the remaining ones, *old that of all cases that existed before. */
bool journal_import_report_of(struct journal *, size_t most, journal_import_report *out, uint64_t *others,
                              uint64_t *old, struct fault *);

#endif
