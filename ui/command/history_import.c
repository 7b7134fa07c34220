/* `history import`: what other sources saw before the journal's first look. */
#include "command/journal_command.h"

#include "base/clock.h"
#include "base/loop.h"
#include "base/text.h"
#include "base/unpack.h"
#include "contacts/contacts.h"
#include "fetch/fetch.h"
#include "journal/outside.h"
#include "session/exit_status.h"
#include "session/interrupt.h"
#include "session/paths.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
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

/* ---- RIPEstat ---- */

struct request {
    struct buf *out;
    struct fault *fault;
    bool over, ok;
};

static void
on_answer(void *arg, const struct fetch_answer *answer)
{
    struct request *r = arg;
    r->over = true;
    r->ok = answer->status == FETCH_OK;
    if (r->ok)
        buf_bytes(r->out, answer->body.at, answer->body.count);
    else if (answer->status)
        fault_set(r->fault, "RIPEstat answered with status %d", answer->status);
    else
        fault_set(r->fault, "RIPEstat: %s", answer->fault.text);
}

/* Asks about the last year. */
static bool
fetch_history(struct journal_command *c, const struct resource *resource, struct buf *out, struct fault *fault)
{
    enum { TIMEOUT_MS = 30 * 1000 };
    static const int64_t year_ms = INT64_C(366) * 24 * 60 * 60 * 1000;
    const struct options *o = c->options;
    char prefix[PREFIX_TEXT], since[CLOCK_TEXT], *program = paths_program(o->program, "whylisted-fetch");
    struct buf url = {0};
    struct request r = {.out = out, .fault = fault};
    clock_text(clock_wall_ms() - year_ms, "%Y-%m-%dT%H:%M:%S", since, sizeof since);
    contacts_ripestat_url(&url, o->ripestat, "blocklist", prefix_text(&resource->prefix, prefix));
    buf_format(&url, "&starttime=%s", since);
    struct fetch *fetch =
        fetch_start(c->loop,
                    &(struct fetch_request){
                        .program = program, .url = buf_string(&url), .bytes_most = MOST, .timeout_ms = TIMEOUT_MS},
                    on_answer, &r, fault);
    while (fetch && !r.over && !interrupt_came())
        loop_turn(c->loop, INT64_MAX);
    if (fetch && !r.over) {
        fault_set(fault, "interrupted; nothing was changed");
        fetch_cancel(fetch);
    }
    buf_free(&url);
    free(program);
    return r.ok;
}

/* Reads the answer about an address or a prefix, or a file. */
static bool
read_source(struct journal_command *c, const char *source, struct buf *out, struct fault *fault)
{
    struct resource resource;
    struct stat is;
    bool asks = stat(source, &is) != 0 && resource_parse(source, &resource) && resource.kind != RESOURCE_ASN;
    if (asks && c->options->offline)
        return fault_set(fault, "%s is no file, and --offline lets nothing be asked about it", source);
    return asks ? fetch_history(c, &resource, out, fault) : read_whole(source, out, fault);
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
    bool ok = read_source(c, path, &bytes, &fault);
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
