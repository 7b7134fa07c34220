/* `history import`: what other sources saw before the journal's first look. */
#include "command/journal_command.h"

#include "base/clock.h"
#include "base/text.h"
#include "base/unpack.h"
#include "journal/outside.h"
#include "session/exit_status.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MOST = 64 * 1024 * 1024, CHUNK = 64 * 1024 };

/* Reads a file, packed or not, or standard input. */
static bool
read_whole(const char *path, struct buf *out, struct fault *fault)
{
    bool is_input = strcmp(path, "-") == 0;
    int fd = is_input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    struct unpack *unpack = fd >= 0 ? unpack_new(fd) : NULL;
    ssize_t got = unpack ? 1 : -1;
    while (got > 0 && out->count <= MOST && (got = unpack_read(unpack, buf_room(out, CHUNK), CHUNK)) > 0)
        buf_wrote(out, out->at + out->count + got);
    const char *problem = unpack ? unpack_problem(unpack) : NULL;
    bool ok = got < 0             ? fault_set(fault, "cannot read %s: %s", path, strerror(errno))
              : out->count > MOST ? fault_set(fault, "%s has more than 64 MiB", path)
                                  : !problem || fault_set(fault, "cannot read %s: %s", path, problem);
    unpack_free(unpack);
    if (fd >= 0 && !is_input)
        close(fd);
    return ok;
}

/* "34 periods of listings by RIPEstat, 2018-09-08 to 2019-06-18; 30 of them are new" */
static void
put_report(struct journal_command *c, const outside_periods *periods, size_t fresh)
{
    char from[CLOCK_MINUTE], until[CLOCK_MINUTE];
    int64_t from_ms = INT64_MAX, until_ms = INT64_MIN;
    for (size_t i = 0; i < periods->count; i++) {
        from_ms = periods->at[i].from_ms < from_ms ? periods->at[i].from_ms : from_ms;
        until_ms = periods->at[i].until_ms > until_ms ? periods->at[i].until_ms : until_ms;
    }
    text_number(&c->out, (int64_t)periods->count);
    buf_format(&c->out, " listing%s (%s), %.10s to %.10s; ", periods->count == 1 ? "" : "s", periods->at[0].source,
               clock_minute(from_ms, from), clock_minute(until_ms, until));
    text_number(&c->out, (int64_t)fresh);
    buf_text(&c->out, " new\n");
}

int
journal_command_import_history(struct journal_command *c)
{
    const char *path = c->options->targets[0];
    struct buf bytes = {0};
    outside_periods periods = {0};
    struct fault fault, where;
    size_t fresh = 0;
    bool ok = read_whole(path, &bytes, &fault);
    if (ok && !outside_read(buf_string(&bytes), bytes.count, &periods, &where))
        ok = fault_set(&fault, "%s: %s", strcmp(path, "-") == 0 ? "standard input" : path, where.text);
    enum journal_result result = ok ? journal_begin(c->journal, &fault) : JOURNAL_DONE;
    for (size_t i = 0; i < periods.count && ok && result == JOURNAL_DONE; i++) {
        bool is_new;
        result = outside_store(c->journal, &periods.at[i], &is_new, &fault);
        fresh += result == JOURNAL_DONE && is_new;
    }
    if (ok && result == JOURNAL_DONE)
        result = journal_commit(c->journal, &fault);
    else if (ok)
        journal_undo(c->journal);
    if (ok && result == JOURNAL_DONE)
        put_report(c, &periods, fresh);
    outside_periods_fini(&periods);
    buf_free(&bytes);
    if (!ok)
        return exit_status_report(fault.text, STATUS_FILE);
    return journal_command_conclude(result, &fault);
}
