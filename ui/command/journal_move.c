/* `journal export`, `import` and `merge`. */
#include "command/journal_command.h"

#include "base/text.h"
#include "journal/json_read.h"
#include "journal/transfer.h"
#include "session/exit_status.h"
#include "session/interrupt.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FLUSH_AT = 64 * 1024, PROGRESS_EVERY = 64 };

/* ---- export ---- */

/* Standard output, or a temporary file that gets its name once it is complete. */
struct sink {
    struct journal_command *c;
    int fd;
    char *temporary; /* NULL: standard output */
    struct buf out, line;
    bool csv, cases;       /* cases: the journal has some */
    struct uuid last_case; /* a case may take several lines */
    uint64_t written;
    unsigned flushes;
    int error;
};

static bool
sink_flush(struct sink *sink)
{
    size_t done = 0;
    if (!sink->temporary) {
        sink->written += sink->out.count;
        output_flush(&sink->c->output, &sink->out);
        return sink->c->output.error == 0 && !interrupt_came();
    }
    while (done < sink->out.count && !sink->error) {
        ssize_t wrote = write(sink->fd, sink->out.at + done, sink->out.count - done);
        if (wrote >= 0)
            done += (size_t)wrote;
        else if (errno != EINTR)
            sink->error = errno;
    }
    sink->written += done;
    buf_clear(&sink->out);
    if (++sink->flushes % PROGRESS_EVERY == 0 &&
        !journal_command_progress((void *)"bytes written", JOURNAL_STAGE_READ, sink->written, 0))
        return false;
    return !sink->error && !interrupt_came();
}

/* Turns a line of NDJSON into a row of CSV: an observation with the case of its address, or a case without
 * observations, because other cases are part of the rows of observations. */
static void
put_record(struct sink *sink, const char *line, size_t count)
{
    struct journal *j = sink->c->journal;
    struct journal_json_record record;
    struct fault ignored;
    if (!journal_json_read(line, count, &record, &ignored))
        return;
    if (record.kind == JOURNAL_JSON_OBSERVATION) {
        struct resource resource = resource_of_address(&record.observation.address);
        struct journal_case a_case;
        bool has = sink->cases && journal_case_find(j, &resource, &a_case, &ignored);
        journal_command_csv_row(&sink->out, &record.observation, has ? &a_case : NULL);
        if (has)
            journal_case_fini(&a_case);
    } else if (record.kind == JOURNAL_JSON_CASE && uuid_compare(&record.a_case.uuid, &sink->last_case) != 0) {
        struct observation newest;
        bool observed = record.a_case.resource.kind == RESOURCE_ADDRESS &&
                        journal_newest(j, &record.a_case.resource.prefix.addr, &newest, &ignored);
        sink->last_case = record.a_case.uuid;
        if (observed)
            observation_fini(&newest);
        else
            journal_command_csv_case(&sink->out, &record.a_case);
    }
    journal_json_record_fini(&record);
}

/* A journal_writer. */
static bool
write_export(void *arg, const char *bytes, size_t count)
{
    struct sink *sink = arg;
    if (!sink->csv)
        buf_bytes(&sink->out, bytes, count);
    while (sink->csv && count > 0) {
        const char *end = memchr(bytes, '\n', count);
        size_t part = end ? (size_t)(end - bytes) : count;
        buf_bytes(&sink->line, bytes, part);
        if (end) {
            put_record(sink, buf_string(&sink->line), sink->line.count);
            buf_clear(&sink->line);
        }
        bytes += part + (end != NULL);
        count -= part + (end != NULL);
    }
    return sink->out.count < FLUSH_AT || sink_flush(sink);
}

/* Recognises the journal itself, which an export must not overwrite. */
static bool
is_journal(const struct journal *journal, const char *path)
{
    struct stat a, b;
    return stat(path, &a) == 0 && stat(journal_path(journal), &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

static bool
sink_open(struct sink *sink, const char *path, struct fault *fault)
{
    char *clean = text_clean_copy(path, strlen(path));
    struct buf name = {0};
    bool ok = !is_journal(sink->c->journal, path) || fault_set(fault, "%s is the journal itself", clean);
    struct stat is;
    if (ok && lstat(path, &is) == 0)
        ok = fault_set(fault,
                       access(path, F_OK) != 0 ? "%s is a link that leads nowhere; name a new file"
                                               : "%s exists; name a new file",
                       clean);
    buf_format(&name, "%s.XXXXXX", path);
    if (ok && (sink->fd = mkstemp(name.at)) < 0) /* 0600 */
        ok = fault_set(fault, "cannot write %s: %s", clean, strerror(errno));
    if (ok)
        sink->temporary = buf_take(&name);
    buf_free(&name);
    free(clean);
    return ok;
}

static bool
sink_finish(struct sink *sink, const char *path, struct fault *fault)
{
    bool ok = sink_flush(sink);
    if (!sink->temporary)
        return ok;
    if (ok && fsync(sink->fd) != 0)
        sink->error = errno;
    if (close(sink->fd) != 0 && !sink->error)
        sink->error = errno;
    /* Gives the file its name unless that is taken meanwhile; renames on file systems without links. */
    if (ok && !sink->error && link(sink->temporary, path) != 0) {
        bool no_links = errno == EPERM || errno == ENOTSUP || errno == ENOSYS;
        if (!no_links)
            sink->error = errno;
        else if (access(path, F_OK) == 0)
            sink->error = EEXIST;
        else if (rename(sink->temporary, path) != 0)
            sink->error = errno;
    }
    if (sink->error) {
        char *clean = text_clean_copy(path, strlen(path));
        ok = fault_set(fault, "cannot write %s: %s", clean, strerror(sink->error));
        free(clean);
    }
    return ok;
}

int
journal_command_export(struct journal_command *c)
{
    const char *path =
        c->options->target_count > 0 && strcmp(c->options->targets[0], "-") != 0 ? c->options->targets[0] : NULL;
    struct sink sink = {.c = c, .fd = -1, .csv = c->options->format == FORMAT_CSV};
    struct journal_totals count;
    struct fault fault = {""};
    bool ok = journal_totals_read(c->journal, &count, &fault) && (!path || sink_open(&sink, path, &fault));
    sink.cases = ok && count.cases > 0;
    if (ok && sink.csv)
        journal_command_csv_head(&sink.out);
    ok = ok && journal_export(c->journal, write_export, &sink, &fault) && sink_finish(&sink, path, &fault);
    if (path)
        journal_command_progress_end();
    if (!ok && sink.error && !*fault.text)
        fault_set(&fault, "cannot write the export: %s", strerror(sink.error));
    if (sink.temporary)
        unlink(sink.temporary);
    free(sink.temporary);
    buf_free(&sink.out);
    buf_free(&sink.line);
    if (!ok && interrupt_came())
        return exit_status_report(path ? "interrupted; no file was written" : "interrupted; the output is incomplete",
                                  STATUS_INTERRUPTED);
    /* The caller checks standard output. */
    return ok || !*fault.text ? 0 : exit_status_report(fault.text, STATUS_FILE);
}

/* ---- import and merge ---- */

enum { CHANGES_MOST = 20 };

static int
conclude(struct journal_command *c, enum journal_result result, const struct journal_totals *added,
         struct journal_totals *changed, struct fault *fault)
{
    journal_import_report report = {0};
    uint64_t others = 0;
    int status = journal_command_conclude(result, fault);
    if (result != JOURNAL_DONE)
        return status;
    if (*fault->text) /* about what was left out */
        exit_status_report(fault->text, 0);
    /* Counts an old case with a new note as changed. */
    bool read = journal_import_report_of(c->journal, CHANGES_MOST, &report, &others, &changed->cases, fault);
    buf_text(&c->out, "added: ");
    journal_command_put_totals(&c->out, added);
    buf_text(&c->out, "; changed: ");
    journal_command_put_totals(&c->out, changed);
    buf_byte(&c->out, '\n');
    if (read)
        journal_command_put_import_report(c, &report, others);
    else
        status = exit_status_report(fault->text, STATUS_FILE);
    journal_import_report_fini(&report);
    return status;
}

struct input {
    int fd, error;
};

static long
read_input(void *arg, char *room, size_t count)
{
    struct input *input = arg;
    ssize_t got;
    do
        got = read(input->fd, room, count);
    while (got < 0 && errno == EINTR && !interrupt_came());
    input->error = got < 0 ? errno : 0;
    return got;
}

int
journal_command_import(struct journal_command *c)
{
    const char *path = c->options->targets[0];
    bool is_stdin = strcmp(path, "-") == 0;
    struct journal_totals added = {0}, changed = {0};
    struct fault fault = {""};
    char *name = is_stdin ? mem_copy("stdin") : text_clean_copy(path, strlen(path));
    struct input input = {.fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)};
    struct stat type;
    enum journal_result result = JOURNAL_FAILED;
    if (input.fd < 0)
        fault_set(&fault, "cannot open %s: %s", name, strerror(errno));
    else if (!is_stdin && fstat(input.fd, &type) == 0 && !S_ISREG(type.st_mode))
        fault_set(&fault, "cannot import %s: not a regular file; write - to read from a pipe", name);
    else
        result = journal_import(c->journal, read_input, &input, name, journal_command_progress, (void *)"bytes read",
                                &added, &changed, &fault);
    if (input.error)
        fault_set(&fault, "cannot read %s: %s", name, strerror(input.error));
    if (input.fd > STDIN_FILENO)
        close(input.fd);
    free(name);
    return conclude(c, result, &added, &changed, &fault);
}

int
journal_command_merge(struct journal_command *c)
{
    struct journal_totals added = {0}, changed = {0};
    struct fault fault = {""};
    if (is_journal(c->journal, c->options->targets[0]))
        return exit_status_report("this is the same journal; name another one", STATUS_USAGE);
    enum journal_result result = journal_merge(c->journal, c->options->targets[0], journal_command_progress,
                                               (void *)"records merged", &added, &changed, &fault);
    return conclude(c, result, &added, &changed, &fault);
}
