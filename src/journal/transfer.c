/* Export, import and merge of whole records. */
#include "journal/transfer.h"

#include "base/clock.h"
#include "journal/db.h"
#include "journal/file.h"
#include "journal/merge.h"
#include "journal/work.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* ---- export ---- */

enum { PIECE = 64 * 1024 }; /* bytes that are written at once */

struct output {
    journal_writer *write;
    void *arg;
    struct buf lines;
};

static bool
flush(struct output *out, size_t least)
{
    if (out->lines.count < least || out->lines.count == 0)
        return true;
    bool on = out->write(out->arg, out->lines.at, out->lines.count);
    buf_clear(&out->lines);
    return on;
}

static bool
export_record(void *arg, const struct journal_json_record *record)
{
    struct output *out = arg;
    switch (record->kind) {
    case JOURNAL_JSON_HEAD:
        buf_format(&out->lines, "{\"journal\":%d,\"tool\":\"" PACKAGE_NAME " " PACKAGE_VERSION "\"}\n",
                   JOURNAL_JSON_VERSION);
        break;
    case JOURNAL_JSON_OBSERVATION:
        journal_json_put_observation(&out->lines, &record->observation);
        break;
    case JOURNAL_JSON_CASE:
        journal_json_put_case(&out->lines, &record->a_case);
        break;
    case JOURNAL_JSON_NEIGHBOUR:
        journal_json_put_neighbour(&out->lines, &record->neighbour);
        break;
    case JOURNAL_JSON_COUNT:
        journal_json_put_count(&out->lines, &record->count);
        break;
    case JOURNAL_JSON_REJECTION:
        journal_json_put_rejection(&out->lines, &record->rejection);
        break;
    }
    return flush(out, PIECE);
}

bool
journal_export(struct journal *j, journal_writer *write, void *arg, struct fault *fault)
{
    struct output out = {.write = write, .arg = arg};
    fault_set(fault, "%s", "");
    bool done = export_record(&out, &(struct journal_json_record){.kind = JOURNAL_JSON_HEAD}) &&
                journal_visit(j, export_record, &out, fault) && flush(&out, 0);
    buf_free(&out.lines);
    return done;
}

/* ---- reading records into a journal ---- */

struct input {
    struct journal_work work;
    struct journal *journal;
    struct journal_totals *added, *changed;
    const char *what, *source; /* "import" of "book.ndjson" */
    uint64_t line;             /* of an import */
    uint64_t taken, left;      /* records that were merged; that were left out, because their time has not come */
    struct fault first_left;
    int64_t now_ms;
    enum journal_result result;
    struct fault *fault;
};

static void
begin_input(struct input *in, journal_progress *progress, void *progress_arg)
{
    *in->added = *in->changed = (struct journal_totals){0};
    in->now_ms = clock_wall_ms();
    in->result = journal_work_begin(&in->work, in->journal, progress, progress_arg, in->fault);
    if (in->result == JOURNAL_DONE)
        in->result = journal_import_report_begin(in->journal, in->fault);
    in->work.stage = JOURNAL_STAGE_READ;
}

/* Stores everything, or nothing; a wrong clock here would leave out all. */
static enum journal_result
end_input(struct input *in)
{
    if (in->result == JOURNAL_DONE && in->left > 0 && in->taken == 0) {
        in->result = JOURNAL_FAILED;
        fault_set(in->fault, "%s; nothing was changed", in->first_left.text);
    }
    enum journal_result result = journal_work_finish(&in->work, in->result, in->what, in->fault);
    journal_work_end(&in->work);
    if (result != JOURNAL_DONE)
        *in->added = *in->changed = (struct journal_totals){0};
    else if (in->left == 0)
        *in->fault = (struct fault){""};
    else if (in->left == 1)
        fault_set(in->fault, "a record was left out: %s", in->first_left.text);
    else
        fault_set(in->fault, "%" PRIu64 " records were left out, the first: %s", in->left, in->first_left.text);
    return result;
}

/* Names a record by its line, or else by its resource. */
static void
complain(const struct input *in, const struct resource *resource, const char *why, struct fault *fault)
{
    char place[RESOURCE_TEXT + 32];
    if (resource && in->line == 0)
        resource_text(resource, place);
    else
        snprintf(place, sizeof place, "line %" PRIu64, in->line > 0 ? in->line : 1);
    fault_set(fault, "%.159s, %s: %s", in->source, place, why);
}

/* Refuses a record; `why` is half a sentence. */
static bool
refuse(struct input *in, const struct resource *resource, const char *why)
{
    struct fault complaint;
    complain(in, resource, why, &complaint);
    fault_set(in->fault, "%s; nothing was changed", complaint.text);
    in->result = JOURNAL_FAILED;
    return false;
}

/* Merges a record; false: it was refused, or merging failed. */
static bool
merge_record(struct input *in, const struct journal_json_record *record)
{
    enum journal_change change = JOURNAL_UNCHANGED;
    uint64_t ignored, *added = &ignored, *changed = &ignored;
    struct resource resource = {0};
    struct addr neighbour;
    struct fault why = {""}, ignored_fault;
    bool possible = journal_times_check(record, in->now_ms, &why);
    switch (record->kind) {
    case JOURNAL_JSON_HEAD:
        return true;
    case JOURNAL_JSON_OBSERVATION:
        resource = resource_of_address(&record->observation.address);
        added = &in->added->observations;
        changed = &in->changed->observations;
        if (possible)
            in->result = journal_merge_observation(in->journal, &record->observation, &change, in->fault);
        break;
    case JOURNAL_JSON_CASE:
        resource = record->a_case.resource;
        if (possible)
            in->result = journal_import_report_merge(in->journal, &record->a_case, in->added, in->changed, in->fault);
        break;
    case JOURNAL_JSON_NEIGHBOUR:
        neighbour = addr_from_v4(record->neighbour.address);
        resource = resource_of_address(&neighbour);
        added = &in->added->neighbours;
        changed = &in->changed->neighbours;
        if (possible)
            in->result = journal_merge_neighbour(in->journal, &record->neighbour, &change, in->fault);
        break;
    case JOURNAL_JSON_COUNT:
        resource = record->count.resource;
        added = &in->added->counts;
        changed = &in->changed->counts;
        if (possible)
            in->result = journal_merge_count(in->journal, &record->count, true, &change, in->fault);
        break;
    case JOURNAL_JSON_REJECTION:
        resource = resource_of_address(&record->rejection.address);
        added = &in->added->rejections;
        changed = &in->changed->rejections;
        if (possible)
            in->result = journal_merge_rejection(in->journal, &record->rejection, &change, in->fault);
        break;
    }
    if (!possible && !journal_times_check(record, INT64_MAX / 2, &ignored_fault))
        return refuse(in, &resource, why.text);
    if (!possible) { /* of a clock that was ahead: it would stay the newest until then */
        if (in->left++ == 0)
            complain(in, &resource, why.text, &in->first_left);
        return true;
    }
    in->taken++;
    *added += change == JOURNAL_ADDED;
    *changed += change == JOURNAL_CHANGED;
    return in->result == JOURNAL_DONE;
}

/* ---- import ---- */

struct import {
    struct input input;
    journal_reader *read;
    void *arg;
    bool has_head;   /* a line says that this is an export */
    struct buf rest; /* the beginning of a line that has not ended yet */
};

static bool
import_line(struct import *im, const char *line, size_t count)
{
    struct journal_json_record record;
    struct fault why;
    im->input.line++;
    if (count > JOURNAL_LINE_MOST) {
        fault_set(&why, "it has more than %d bytes", JOURNAL_LINE_MOST);
        return refuse(&im->input, NULL, why.text);
    }
    while (count > 0 && (line[count - 1] == ' ' || line[count - 1] == '\t' || line[count - 1] == '\r'))
        count--;
    if (count == 0)
        return true;
    if (!journal_json_read(line, count, &record, &why))
        return refuse(&im->input, NULL, why.text);
    im->has_head = im->has_head || record.kind == JOURNAL_JSON_HEAD;
    bool merged = merge_record(&im->input, &record);
    journal_json_record_fini(&record);
    return merged;
}

/* Imports the lines that end in the piece, and keeps the rest. */
static bool
import_piece(struct import *im, const char *piece, size_t count)
{
    const char *end = piece + count, *stop;
    while ((stop = memchr(piece, '\n', (size_t)(end - piece))) != NULL) {
        bool on;
        if (im->rest.count > 0) {
            buf_bytes(&im->rest, piece, (size_t)(stop - piece));
            on = import_line(im, im->rest.at, im->rest.count);
            buf_clear(&im->rest);
        } else {
            on = import_line(im, piece, (size_t)(stop - piece));
        }
        if (!on)
            return false;
        piece = stop + 1;
    }
    buf_bytes(&im->rest, piece, (size_t)(end - piece));
    return im->rest.count <= JOURNAL_LINE_MOST || import_line(im, im->rest.at, im->rest.count);
}

static void
import_all(struct import *im)
{
    static const char magic[] = "SQLite format 3";
    struct input *in = &im->input;
    char *room = mem_alloc(PIECE);
    for (bool on = true; on;) {
        long count = im->read(im->arg, room, PIECE);
        if (count < 0)
            in->result = JOURNAL_FAILED; /* it has reported why */
        else if (in->work.done == 0 && count >= (long)sizeof magic && memcmp(room, magic, sizeof magic) == 0)
            refuse(in, NULL, "this is no export, but a database; if it is a journal, take it in with journal merge");
        else if (count == 0 && (im->rest.count == 0 || import_line(im, im->rest.at, im->rest.count)) && !im->has_head)
            refuse(in, NULL, "up to here no line says that this is an exported journal, as journal export writes it");
        on = count > 0 && in->result == JOURNAL_DONE && import_piece(im, room, (size_t)count);
        in->work.done += count > 0 ? (uint64_t)count : 0;
        on = on && journal_work_continues(&in->work);
    }
    free(room);
}

enum journal_result
journal_import(struct journal *j, journal_reader *read, void *arg, const char *name, journal_progress *progress,
               void *progress_arg, struct journal_totals *added, struct journal_totals *changed, struct fault *fault)
{
    struct import im = {
        .input = {.journal = j, .added = added, .changed = changed, .what = "import", .source = name, .fault = fault},
        .read = read,
        .arg = arg,
    };
    begin_input(&im.input, progress, progress_arg);
    if (im.input.result == JOURNAL_DONE)
        import_all(&im);
    buf_free(&im.rest);
    return end_input(&im.input);
}

/* ---- merge ---- */

static bool
merge_visited(void *arg, const struct journal_json_record *record)
{
    struct input *in = arg;
    if (!merge_record(in, record))
        return false;
    in->work.done++;
    return journal_work_continues(&in->work);
}

/* Opens another journal for reading; NULL with a fault. */
static struct journal *
open_other(const struct journal *j, const char *path, struct fault *fault)
{
    struct fault notice;
    struct stat is;
    if (stat(path, &is) == 0 && is.st_dev == j->device && is.st_ino == j->inode) {
        fault_set(fault, "cannot merge the journal %s with itself", j->path);
        return NULL;
    }
    if (journal_file_look(path, fault) == JOURNAL_FILE_FOREIGN) {
        fault_set(fault,
                  "cannot merge %s: it is no journal (no SQLite database); an export is taken in with journal import",
                  path);
        return NULL;
    }
    struct journal *other = journal_open(path, false, JOURNAL_READS, JOURNAL_WAIT_MS, &notice, fault);
    if (!other || !other->newer)
        return other;
    fault_set(fault, "cannot merge the journal %s: a newer version of the program wrote it; use that one", other->path);
    journal_close(other);
    return NULL;
}

enum journal_result
journal_merge(struct journal *j, const char *other_path, journal_progress *progress, void *progress_arg,
              struct journal_totals *added, struct journal_totals *changed, struct fault *fault)
{
    struct input in = {
        .journal = j, .added = added, .changed = changed, .what = "merge", .source = other_path, .fault = fault};
    struct journal_totals total;
    struct fault why = {""};
    begin_input(&in, progress, progress_arg);
    bool begun = in.result == JOURNAL_DONE;
    struct journal *other = begun ? open_other(j, other_path, &why) : NULL;
    bool merged = other && journal_totals_read(other, &total, &why);
    if (merged) {
        in.work.total = total.observations + total.cases + total.neighbours + total.counts + total.rejections;
        merged = journal_visit(other, merge_visited, &in, &why);
    }
    /* If a record was refused, its fault is there already. */
    if (begun && !merged && in.result == JOURNAL_DONE && !in.work.stopped) {
        in.result = JOURNAL_FAILED;
        *fault = why;
    }
    journal_close(other);
    return end_input(&in);
}

enum journal_result
journal_take(struct journal *j, struct journal *other, struct fault *fault)
{
    struct journal_totals added, changed;
    struct input in = {
        .journal = j, .added = &added, .changed = &changed, .what = "merge", .source = other->path, .fault = fault};
    struct fault why = {""};
    begin_input(&in, NULL, NULL);
    if (in.result == JOURNAL_DONE && !journal_visit(other, merge_visited, &in, &why) && in.result == JOURNAL_DONE) {
        in.result = JOURNAL_FAILED;
        *fault = why;
    }
    return end_input(&in);
}
