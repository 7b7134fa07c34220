/* Whole records, for export, import and merge. Private to the room. */
#ifndef MERGE_H
#define MERGE_H

#include "journal/json_read.h"

struct seen;
struct sqlite3_stmt;

/* Visits everything in the order of export; the visitor returns false to stop. False with a fault, or when it was
 * stopped (then the fault is ""). */
typedef bool journal_visitor(void *arg, const struct journal_json_record *);
bool journal_visit(struct journal *, journal_visitor *, void *arg, struct fault *);

/* Merge one record: the same uuid (neighbour: address; count: resource and time) is the same thing. Must be called
 * between journal_begin and journal_commit. The order does not matter. */
enum journal_change { JOURNAL_UNCHANGED, JOURNAL_ADDED, JOURNAL_CHANGED };
enum journal_result journal_merge_observation(struct journal *, const struct observation *, enum journal_change *,
                                              struct fault *);
enum journal_result journal_merge_case(struct journal *, const struct journal_case *, struct journal_totals *added,
                                       struct journal_totals *changed, struct fault *);
enum journal_result journal_merge_neighbour(struct journal *, const struct journal_neighbour *, enum journal_change *,
                                            struct fault *);
/* `replaces`: of two different counts the greater one stays (the first figure that differs decides), else the old one.
 */
enum journal_result journal_merge_count(struct journal *, const struct journal_count *, bool replaces,
                                        enum journal_change *, struct fault *);

enum journal_result journal_merge_rejection(struct journal *, const struct journal_rejection *, enum journal_change *,
                                            struct fault *);
/* Reads the columns uid, address, at_ms, receiver, zone, list, level. */
enum journal_result journal_rejection_read(struct journal *, struct sqlite3_stmt *row, struct journal_rejection *out,
                                           struct fault *);

/* Adds how often which receiver refused mail of the address because of which list since then, the most first, at most
 * `most`. */
bool journal_rejections_seen(struct journal *, const struct addr *, int64_t since_ms, size_t most,
                             seen_rejection_groups *, struct fault *);

/* Forgets the last report; must be called between journal_begin and journal_commit. */
enum journal_result journal_import_report_begin(struct journal *, struct fault *);
/* Like journal_merge_case, and adds the changes to the report. */
enum journal_result journal_import_report_merge(struct journal *, const struct journal_case *,
                                                struct journal_totals *added, struct journal_totals *changed,
                                                struct fault *);

/* Checks that the times in a foreign record are not before 1970, and not a day after now_ms, because the record would
 * stay the newest until then. False with half a sentence that names the time. */
bool journal_times_check(const struct journal_json_record *, int64_t now_ms, struct fault *);

/* Reads seven columns in the order of the struct. */
void journal_totals_column(struct sqlite3_stmt *row, struct journal_totals *out);

#endif
