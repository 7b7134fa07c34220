/* Export, import and merge: whole records out of a journal, and into one. */
#include "journal.h"
#include "journal_db.h"
#include "journal_json.h"

#include "clock.h"
#include "text.h"

#include <inttypes.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* ---- export ---- */

enum { PIECE = 64 * 1024 }; /* bytes that are written at once */

struct export
{
    journal_writer *write;
    void *arg;
    struct buf lines;
};

static bool
flush(struct export *e, size_t least)
{
    if (e->lines.count < least || e->lines.count == 0)
        return true;
    bool on = e->write(e->arg, e->lines.at, e->lines.count);
    buf_clear(&e->lines);
    return on;
}

static bool
export_observation(void *arg, const struct observation *o)
{
    struct export *e = arg;
    journal_json_put_observation(&e->lines, o);
    return flush(e, PIECE);
}

static bool
export_case(void *arg, const struct journal_case *c)
{
    struct export *e = arg;
    journal_json_put_case(&e->lines, c);
    return flush(e, PIECE);
}

static bool
export_neighbour(void *arg, const struct journal_neighbour *n)
{
    struct export *e = arg;
    journal_json_put_neighbour(&e->lines, n);
    return flush(e, PIECE);
}

static bool
export_snapshot(void *arg, const struct journal_snapshot *s)
{
    struct export *e = arg;
    journal_json_put_snapshot(&e->lines, s);
    return flush(e, PIECE);
}

bool
journal_export(struct journal *j, journal_writer *write, void *arg, struct fault *fault)
{
    struct export e = {.write = write, .arg = arg};
    const struct journal_visitor visitor = {export_observation, export_case, export_neighbour, export_snapshot, &e};
    fault_set(fault, "%s", "");
    journal_json_put_head(&e.lines);
    bool done = journal_visit(j, &visitor, fault) && flush(&e, 0);
    buf_free(&e.lines);
    return done;
}

/* ---- taking records in ---- */

enum { REPORT_US = 100 * 1000 };

struct intake {
    struct journal *journal;
    struct journal_count *added, *changed;
    journal_progress *progress;
    void *progress_arg;
    uint64_t done, total;
    int64_t reported_us;
    bool stopped;
    enum journal_result result;
    struct fault *fault;
};

/* Rows of every address are touched in any order: with the cache that a console makes do with, most pages would be read
 * anew each time. SQLite gives back what it no longer needs. */
static void
set_cache(struct journal *j, const char *pragma)
{
    struct fault ignored;
    sqlite3_stmt *set = journal_prepare(j, pragma, &ignored);
    enum journal_result result;
    if (set)
        journal_step(j, set, &result, &ignored);
    sqlite3_finalize(set);
}

static void
begin_intake(struct intake *in)
{
    set_cache(in->journal, "PRAGMA cache_size = -65536");
    *in->added = *in->changed = (struct journal_count){0};
    fault_set(in->fault, "%s", "");
    in->result = journal_begin(in->journal, in->fault);
    in->reported_us = clock_now_us();
}

/* False when it is to be stopped. */
static bool
report(struct intake *in)
{
    int64_t now_us = clock_now_us();
    if (!in->progress || now_us - in->reported_us < REPORT_US)
        return true;
    in->reported_us = now_us;
    in->stopped = !in->progress(in->progress_arg, in->done, in->total);
    return !in->stopped;
}

/* Everything, or nothing. `what` was under way. */
static enum journal_result
end_intake(struct intake *in, const char *what)
{
    if (in->result == JOURNAL_DONE && !in->stopped)
        in->result = journal_commit(in->journal, in->fault);
    else
        journal_undo(in->journal);
    set_cache(in->journal, "PRAGMA cache_size = -4096");
    if (in->stopped) {
        fault_set(in->fault, "the %s was stopped; nothing was changed", what);
        in->result = JOURNAL_FAILED;
    }
    if (in->result != JOURNAL_DONE)
        *in->added = *in->changed = (struct journal_count){0};
    return in->result;
}

static bool
count_change(struct intake *in, enum journal_change change, uint64_t *added, uint64_t *changed)
{
    *added += change == JOURNAL_ADDED;
    *changed += change == JOURNAL_CHANGED;
    return in->result == JOURNAL_DONE;
}

static bool
take_observation(void *arg, const struct observation *o)
{
    struct intake *in = arg;
    enum journal_change change = JOURNAL_UNCHANGED;
    in->result = journal_unite_observation(in->journal, o, &change, in->fault);
    return count_change(in, change, &in->added->observations, &in->changed->observations);
}

static bool
take_case(void *arg, const struct journal_case *c)
{
    struct intake *in = arg;
    in->result = journal_unite_case(in->journal, c, in->added, in->changed, in->fault);
    return in->result == JOURNAL_DONE;
}

static bool
take_neighbour(void *arg, const struct journal_neighbour *n)
{
    struct intake *in = arg;
    enum journal_change change = JOURNAL_UNCHANGED;
    in->result = journal_unite_neighbour(in->journal, n, &change, in->fault);
    return count_change(in, change, &in->added->neighbours, &in->changed->neighbours);
}

static bool
take_snapshot(void *arg, const struct journal_snapshot *s)
{
    struct intake *in = arg;
    enum journal_change change = JOURNAL_UNCHANGED;
    in->result = journal_unite_snapshot(in->journal, s, &change, in->fault);
    return count_change(in, change, &in->added->snapshots, &in->changed->snapshots);
}

/* ---- import ---- */

/* Clocks may differ a little. What is believed to have been seen in a year would stay the newest until then. */
enum { AHEAD_MS = 24 * 60 * 60 * 1000 };

struct import {
    struct intake intake;
    journal_reader *read;
    void *arg;
    const char *name;
    int64_t latest_ms;
    uint64_t line;   /* its number */
    bool has_head;   /* it says that it is a journal's */
    struct buf rest; /* the beginning of a line that has not ended yet */
};

/* `why`: half a sentence on the line. */
static bool
refuse_line(struct import *im, const char *why)
{
    char name[160];
    struct buf clean = {0};
    text_clean(&clean, im->name, strlen(im->name), sizeof name - 1);
    fault_set(im->intake.fault, "%s, line %" PRIu64 ": %s; nothing was imported", buf_string(&clean), im->line, why);
    buf_free(&clean);
    im->intake.result = JOURNAL_FAILED;
    return false;
}

static bool
take_record(struct import *im, const struct journal_json_record *record)
{
    switch (record->kind) {
    case JOURNAL_JSON_HEAD:
        im->has_head = true;
        return true;
    case JOURNAL_JSON_OBSERVATION:
        return take_observation(&im->intake, &record->observation);
    case JOURNAL_JSON_CASE:
        return take_case(&im->intake, &record->a_case);
    case JOURNAL_JSON_NEIGHBOUR:
        return take_neighbour(&im->intake, &record->neighbour);
    case JOURNAL_JSON_SNAPSHOT:
        return take_snapshot(&im->intake, &record->snapshot);
    }
    return false;
}

static bool
import_line(struct import *im, const char *line, size_t count)
{
    struct journal_json_record record;
    struct fault why;
    im->line++;
    if (count > JOURNAL_LINE_MOST) {
        fault_set(&why, "it has more than %d bytes", JOURNAL_LINE_MOST);
        return refuse_line(im, why.text);
    }
    while (count > 0 && (line[count - 1] == ' ' || line[count - 1] == '\t' || line[count - 1] == '\r'))
        count--;
    if (count == 0)
        return true;
    if (!journal_json_read(line, count, im->latest_ms, &record, &why))
        return refuse_line(im, why.text);
    bool taken = take_record(im, &record);
    journal_json_record_fini(&record);
    return taken;
}

/* The lines that end in the piece. */
static bool
import_piece(struct import *im, const char *piece, size_t count)
{
    const char *end = piece + count, *stop;
    while ((stop = memchr(piece, '\n', (size_t)(end - piece))) != NULL) {
        bool taken;
        if (im->rest.count > 0) {
            buf_bytes(&im->rest, piece, (size_t)(stop - piece));
            taken = import_line(im, im->rest.at, im->rest.count);
            buf_clear(&im->rest);
        } else {
            taken = import_line(im, piece, (size_t)(stop - piece));
        }
        if (!taken)
            return false;
        piece = stop + 1;
    }
    buf_bytes(&im->rest, piece, (size_t)(end - piece));
    return im->rest.count <= JOURNAL_LINE_MOST || import_line(im, im->rest.at, im->rest.count);
}

static bool
import_end(struct import *im)
{
    if (im->rest.count > 0 && !import_line(im, im->rest.at, im->rest.count))
        return false;
    return im->has_head || refuse_line(im, "up to here no line says that this is an exported journal");
}

static void
import_all(struct import *im)
{
    char *room = mem_alloc(PIECE);
    for (bool on = true; on;) {
        long count = im->read(im->arg, room, PIECE);
        if (count < 0)
            im->intake.result = JOURNAL_FAILED; /* it has told why */
        else if (count == 0)
            import_end(im);
        on = count > 0 && import_piece(im, room, (size_t)count);
        im->intake.done += count > 0 ? (uint64_t)count : 0;
        on = on && report(&im->intake);
    }
    free(room);
}

enum journal_result
journal_import(struct journal *j, journal_reader *read, void *arg, const char *name, journal_progress *progress,
               void *progress_arg, struct journal_count *added, struct journal_count *changed, struct fault *fault)
{
    struct import im = {
        .intake = {.journal = j,
                   .added = added,
                   .changed = changed,
                   .progress = progress,
                   .progress_arg = progress_arg,
                   .fault = fault},
        .read = read,
        .arg = arg,
        .name = name,
        .latest_ms = clock_wall_ms() + AHEAD_MS,
    };
    begin_intake(&im.intake);
    if (im.intake.result == JOURNAL_DONE)
        import_all(&im);
    buf_free(&im.rest);
    return end_intake(&im.intake, "import");
}

/* ---- merge ---- */

/* Whatever a visitor was given: whether to go on. */
static bool
count_record(struct intake *in)
{
    in->done++;
    return in->result == JOURNAL_DONE && report(in);
}

static bool
merge_observation(void *arg, const struct observation *o)
{
    return take_observation(arg, o) && count_record(arg);
}

static bool
merge_case(void *arg, const struct journal_case *c)
{
    return take_case(arg, c) && count_record(arg);
}

static bool
merge_neighbour(void *arg, const struct journal_neighbour *n)
{
    return take_neighbour(arg, n) && count_record(arg);
}

static bool
merge_snapshot(void *arg, const struct journal_snapshot *s)
{
    return take_snapshot(arg, s) && count_record(arg);
}

/* NULL with a reason. */
static struct journal *
open_other(const struct journal *j, const char *path, struct fault *fault)
{
    struct fault notice;
    struct stat is;
    if (stat(path, &is) == 0 && is.st_dev == j->device && is.st_ino == j->inode) {
        fault_set(fault, "cannot merge the journal %s with itself", j->name);
        return NULL;
    }
    struct journal *other = journal_open(path, false, JOURNAL_READS, JOURNAL_WAIT_MS, &notice, fault);
    if (!other || !other->newer)
        return other;
    fault_set(fault, "cannot merge the journal %s: a newer version of the program wrote it; use that one", other->name);
    journal_close(other);
    return NULL;
}

static void
merge_all(struct intake *in, struct journal *other)
{
    const struct journal_visitor visitor = {merge_observation, merge_case, merge_neighbour, merge_snapshot, in};
    struct journal_count count;
    bool visited = journal_count(other, &count, in->fault);
    if (visited) {
        in->total = count.observations + count.cases + count.neighbours + count.snapshots;
        visited = journal_visit(other, &visitor, in->fault);
    }
    if (!visited && in->result == JOURNAL_DONE && !in->stopped)
        in->result = JOURNAL_FAILED;
}

enum journal_result
journal_merge(struct journal *j, const char *other_path, journal_progress *progress, void *progress_arg,
              struct journal_count *added, struct journal_count *changed, struct fault *fault)
{
    struct intake in = {.journal = j,
                        .added = added,
                        .changed = changed,
                        .progress = progress,
                        .progress_arg = progress_arg,
                        .fault = fault};
    begin_intake(&in);
    struct journal *other = in.result == JOURNAL_DONE ? open_other(j, other_path, fault) : NULL;
    if (other)
        merge_all(&in, other);
    else if (in.result == JOURNAL_DONE)
        in.result = JOURNAL_FAILED;
    journal_close(other);
    return end_intake(&in, "merge");
}
