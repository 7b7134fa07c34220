/* Export, import and merge: whole records out of a journal, and into one. */
#include "journal/db.h"
#include "journal/journal.h"
#include "journal/json_read.h"

#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>
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
export_snapshot(void *arg, const struct journal_count *s)
{
    struct export *e = arg;
    journal_json_put_count(&e->lines, s);
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

struct intake {
    struct journal_work work;
    struct journal *journal;
    struct journal_totals *added, *changed;
    const char *what, *source; /* "import" of "book.ndjson" */
    uint64_t line;             /* of an import */
    int64_t latest_ms;
    enum journal_result result;
    struct fault *fault;
};

static void
begin_intake(struct intake *in, journal_progress *progress, void *progress_arg)
{
    *in->added = *in->changed = (struct journal_totals){0};
    in->latest_ms = journal_times_latest();
    in->result = journal_work_begin(&in->work, in->journal, progress, progress_arg, in->fault);
    if (in->result == JOURNAL_DONE)
        in->result = journal_import_report_begin(in->journal, in->fault);
    in->work.stage = JOURNAL_STAGE_READ;
}

/* Everything, or nothing. */
static enum journal_result
end_intake(struct intake *in)
{
    enum journal_result result = journal_work_finish(&in->work, in->result, in->what, in->fault);
    journal_work_end(&in->work);
    if (result != JOURNAL_DONE)
        *in->added = *in->changed = (struct journal_totals){0};
    return result;
}

/* `why`: half a sentence on the record, which is that of the line, or else that of the matter. */
static bool
refuse(struct intake *in, const struct resource *resource, const char *why)
{
    char name[160], place[RESOURCE_TEXT + 32];
    struct buf clean = {0};
    if (resource && in->line == 0)
        resource_text(resource, place);
    else
        snprintf(place, sizeof place, "line %" PRIu64, in->line > 0 ? in->line : 1);
    text_clean(&clean, in->source, strlen(in->source), sizeof name - 1);
    fault_set(in->fault, "%s, %s: %s; nothing was changed", buf_string(&clean), place, why);
    buf_free(&clean);
    in->result = JOURNAL_FAILED;
    return false;
}

static bool
count_change(struct intake *in, enum journal_change change, uint64_t *added, uint64_t *changed)
{
    *added += change == JOURNAL_ADDED;
    *changed += change == JOURNAL_CHANGED;
    return in->result == JOURNAL_DONE;
}

static bool
take_observation(struct intake *in, const struct observation *o)
{
    enum journal_change change = JOURNAL_UNCHANGED;
    struct resource resource = resource_of_address(&o->address);
    struct fault why;
    if (!journal_times_of_observation(o, in->latest_ms, &why))
        return refuse(in, &resource, why.text);
    in->result = journal_merge_observation(in->journal, o, &change, in->fault);
    return count_change(in, change, &in->added->observations, &in->changed->observations);
}

static bool
take_case(struct intake *in, const struct journal_case *c)
{
    struct fault why;
    if (!journal_times_of_case(c, in->latest_ms, &why))
        return refuse(in, &c->resource, why.text);
    in->result = journal_import_report_merge(in->journal, c, in->added, in->changed, in->fault);
    return in->result == JOURNAL_DONE;
}

static bool
take_neighbour(struct intake *in, const struct journal_neighbour *n)
{
    enum journal_change change = JOURNAL_UNCHANGED;
    struct addr address = addr_from_v4(n->address);
    struct resource resource = resource_of_address(&address);
    struct fault why;
    if (!journal_times_of_neighbour(n, in->latest_ms, &why))
        return refuse(in, &resource, why.text);
    in->result = journal_merge_neighbour(in->journal, n, &change, in->fault);
    return count_change(in, change, &in->added->neighbours, &in->changed->neighbours);
}

static bool
take_snapshot(struct intake *in, const struct journal_count *s)
{
    enum journal_change change = JOURNAL_UNCHANGED;
    struct fault why;
    if (!journal_times_of_count(s, in->latest_ms, &why))
        return refuse(in, &s->resource, why.text);
    in->result = journal_merge_count(in->journal, s, &change, in->fault);
    return count_change(in, change, &in->added->counts, &in->changed->counts);
}

/* ---- import ---- */

struct import {
    struct intake intake;
    journal_reader *read;
    void *arg;
    bool has_head;   /* it says that it is a journal's */
    struct buf rest; /* the beginning of a line that has not ended yet */
};

static bool
refuse_line(struct import *im, const char *why)
{
    return refuse(&im->intake, NULL, why);
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
    case JOURNAL_JSON_COUNT:
        return take_snapshot(&im->intake, &record->count);
    }
    return false;
}

static bool
import_line(struct import *im, const char *line, size_t count)
{
    struct journal_json_record record;
    struct fault why;
    im->intake.line++;
    if (count > JOURNAL_LINE_MOST) {
        fault_set(&why, "it has more than %d bytes", JOURNAL_LINE_MOST);
        return refuse_line(im, why.text);
    }
    while (count > 0 && (line[count - 1] == ' ' || line[count - 1] == '\t' || line[count - 1] == '\r'))
        count--;
    if (count == 0)
        return true;
    if (!journal_json_read(line, count, &record, &why))
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
    return im->has_head ||
           refuse_line(im, "up to here no line says that this is an exported journal, as journal export writes it");
}

static bool
is_database(const char *bytes, size_t count)
{
    static const char magic[] = "SQLite format 3";
    return count >= sizeof magic && memcmp(bytes, magic, sizeof magic) == 0;
}

static void
import_all(struct import *im)
{
    char *room = mem_alloc(PIECE);
    for (bool on = true; on;) {
        long count = im->read(im->arg, room, PIECE);
        if (count < 0)
            im->intake.result = JOURNAL_FAILED; /* it has told why */
        else if (im->intake.work.done == 0 && is_database(room, (size_t)count))
            refuse_line(im, "this is no export, but a database; if it is a journal, take it in with journal merge");
        else if (count == 0)
            import_end(im);
        on = count > 0 && im->intake.result == JOURNAL_DONE && import_piece(im, room, (size_t)count);
        im->intake.work.done += count > 0 ? (uint64_t)count : 0;
        on = on && journal_work_goes_on(&im->intake.work);
    }
    free(room);
}

enum journal_result
journal_import(struct journal *j, journal_reader *read, void *arg, const char *name, journal_progress *progress,
               void *progress_arg, struct journal_totals *added, struct journal_totals *changed, struct fault *fault)
{
    struct import im = {
        .intake = {.journal = j, .added = added, .changed = changed, .what = "import", .source = name, .fault = fault},
        .read = read,
        .arg = arg,
    };
    begin_intake(&im.intake, progress, progress_arg);
    if (im.intake.result == JOURNAL_DONE)
        import_all(&im);
    buf_free(&im.rest);
    return end_intake(&im.intake);
}

/* ---- merge ---- */

/* Whatever a visitor was given: whether to go on. */
static bool
count_record(struct intake *in)
{
    in->work.done++;
    return journal_work_goes_on(&in->work);
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
merge_snapshot(void *arg, const struct journal_count *s)
{
    return take_snapshot(arg, s) && count_record(arg);
}

/* False with a reason. */
static bool
may_be_journal(const char *path, struct fault *fault)
{
    char *name = text_clean_copy(path, strlen(path));
    bool foreign = journal_file_look(path, name, fault) == JOURNAL_FILE_FOREIGN;
    if (foreign)
        fault_set(fault,
                  "cannot merge %s: it is no journal (no SQLite database); an export is taken in with journal import",
                  name);
    free(name);
    return !foreign;
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
    if (!may_be_journal(path, fault))
        return NULL;
    struct journal *other = journal_open(path, false, JOURNAL_READS, JOURNAL_WAIT_MS, &notice, fault);
    if (!other || !other->newer)
        return other;
    fault_set(fault, "cannot merge the journal %s: a newer version of the program wrote it; use that one", other->name);
    journal_close(other);
    return NULL;
}

/* Why it was stopped stands in the intake already. */
static void
merge_all(struct intake *in, struct journal *other)
{
    const struct journal_visitor visitor = {merge_observation, merge_case, merge_neighbour, merge_snapshot, in};
    struct journal_totals count;
    struct fault why;
    bool visited = journal_totals_read(other, &count, &why);
    if (visited) {
        in->work.total = count.observations + count.cases + count.neighbours + count.counts;
        visited = journal_visit(other, &visitor, &why);
    }
    if (!visited && in->result == JOURNAL_DONE && !in->work.stopped) {
        in->result = JOURNAL_FAILED;
        *in->fault = why;
    }
}

enum journal_result
journal_merge(struct journal *j, const char *other_path, journal_progress *progress, void *progress_arg,
              struct journal_totals *added, struct journal_totals *changed, struct fault *fault)
{
    struct intake in = {
        .journal = j, .added = added, .changed = changed, .what = "merge", .source = other_path, .fault = fault};
    begin_intake(&in, progress, progress_arg);
    struct journal *other = in.result == JOURNAL_DONE ? open_other(j, other_path, fault) : NULL;
    if (other)
        merge_all(&in, other);
    else if (in.result == JOURNAL_DONE)
        in.result = JOURNAL_FAILED;
    journal_close(other);
    return end_intake(&in);
}
