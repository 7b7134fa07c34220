#include "command/journal_command.h"

#include "base/clock.h"
#include "base/loop.h"
#include "base/text.h"
#include "session/exit_status.h"
#include "session/interrupt.h"
#include "session/session.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum need {
    NEED_READ,   /* an existing journal */
    NEED_WRITE,  /* a writable journal, which is created if it is missing */
    NEED_CHANGE, /* an existing, writable journal */
};

static const struct {
    enum need need;
    bool target;        /* the first argument is one */
    size_t least, most; /* number of arguments */
    int (*run)(struct journal_command *);
    const char *usage;
} actions[] = {
    [JOURNAL_LIST] = {NEED_READ, false, 0, SIZE_MAX, journal_command_list, NULL},
    [JOURNAL_SHOW] = {NEED_READ, true, 1, 1, journal_command_show, "show needs one address, prefix or AS number"},
    [JOURNAL_NOTE] = {NEED_WRITE, true, 1, SIZE_MAX, journal_command_note,
                      "note needs an address, prefix or AS number, and a text unless it opens an editor"},
    [JOURNAL_SEARCH] = {NEED_READ, false, 1, SIZE_MAX, journal_command_list,
                        "search needs a filter, for example a word, in:203.0.113.0/24 or since:30d"},
    [JOURNAL_EXPORT] = {NEED_READ, false, 0, 1, journal_command_export, "export takes at most one file name"},
    [JOURNAL_IMPORT] = {NEED_WRITE, false, 1, 1, journal_command_import,
                        "import needs one file, or - for standard input"},
    [JOURNAL_MERGE] = {NEED_WRITE, false, 1, 1, journal_command_merge, "merge needs the file of one other journal"},
    [JOURNAL_CHECK] = {NEED_READ, false, 0, 0, journal_command_check,
                       "check takes no argument; name a journal with --journal"},
    [JOURNAL_FORGET] = {NEED_CHANGE, true, 0, 1, journal_command_purge,
                        "forget needs one address, prefix or AS number, or --before DATE"},
    [JOURNAL_HISTORY] =
        {NEED_WRITE, false, 1, 1, journal_command_import_history,
         "history import needs an address or a prefix, to ask RIPEstat, or one file, or - for standard input"},
};

/* ---- opening ---- */

static struct journal *
open_journal(const struct options *o, enum need need, struct fault *fault)
{
    char *path = session_journal_path(o, fault);
    struct fault notice = {""};
    struct journal *journal = NULL;
    bool exists = path && (access(path, F_OK) == 0 || errno != ENOENT);
    if (path && !exists && need != NEED_WRITE) {
        char *clean = text_clean_copy(path, strlen(path));
        fault_set(fault,
                  "no journal at %s yet; start the console, use journal note, import or merge, or give --journal FILE"
                  " to check, range, asn or sweep",
                  clean);
        free(clean);
    } else if (path) {
        journal = journal_open(path, !o->journal, need == NEED_READ ? JOURNAL_READS : JOURNAL_CHANGES, JOURNAL_WAIT_MS,
                               &notice, fault);
    }
    free(path);
    if (journal && need != NEED_READ && journal_is_read_only(journal)) {
        *fault = notice;
        journal_close(journal);
        return NULL;
    }
    if (journal && *notice.text)
        exit_status_report(notice.text, 0);
    return journal;
}

int
journal_command_run(const struct options *o)
{
    struct journal_command c = {.options = o};
    struct fault fault;
    enum need need = actions[o->action].need;
    if (o->target_count < actions[o->action].least || o->target_count > actions[o->action].most)
        return exit_status_report(actions[o->action].usage, STATUS_USAGE);
    if (o->no_journal)
        return exit_status_report(
            "--no-journal leaves no journal to work on; drop it, or name a file with --journal FILE", STATUS_USAGE);
    int status;
    if (actions[o->action].target && !(c.catalogue = session_load_lists(o, &fault, &status)))
        return exit_status_report(fault.text, status);
    c.journal = open_journal(o, need, &fault);
    if (!c.journal) {
        catalogue_free(c.catalogue);
        return exit_status_report(fault.text, STATUS_FILE);
    }
    c.loop = loop_new();
    interrupt_watch(c.loop);
    output_init(&c.output, o);
    status = actions[o->action].run(&c);
    output_flush(&c.output, &c.out);
    buf_free(&c.out);
    journal_close(c.journal);
    catalogue_free(c.catalogue);
    loop_free(c.loop);
    return output_status(&c.output, status);
}

int
journal_command_run_history(const struct options *o)
{
    struct options import = *o;
    if (o->target_count == 0 || strcmp(o->targets[0], "import") != 0)
        return exit_status_report("history needs the action import, and an address or a prefix to ask RIPEstat about, "
                                  "or a file: an answer of its "
                                  "blocklist, or a saved page of the level 3 chart",
                                  STATUS_USAGE);
    import.action = JOURNAL_HISTORY;
    import.targets++;
    import.target_count--;
    return journal_command_run(&import);
}

/* ---- shared by the actions ---- */

void
journal_command_put_totals(struct buf *out, const struct journal_totals *totals)
{
    const struct {
        uint64_t count;
        const char *one, *several;
    } parts[] = {{totals->observations, "observation", "observations"},
                 {totals->cases, "case", "cases"},
                 {totals->notes, "note", "notes"},
                 {totals->contacts, "contact", "contacts"},
                 {totals->neighbours, "neighbour", "neighbours"},
                 {totals->counts, "count", "counts"},
                 {totals->rejections, "rejection", "rejections"}};
    size_t before = out->count;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (parts[i].count == 0)
            continue;
        if (out->count > before)
            buf_text(out, ", ");
        text_number(out, (int64_t)parts[i].count);
        buf_format(out, " %s", parts[i].count == 1 ? parts[i].one : parts[i].several);
    }
    if (out->count == before)
        buf_text(out, "nothing");
}

bool
journal_command_progress(void *unit, enum journal_stage stage, uint64_t done, uint64_t total)
{
    const char *const words[] = {
        [JOURNAL_STAGE_WAIT] = "waiting for another process",
        [JOURNAL_STAGE_READ] = unit,
        [JOURNAL_STAGE_REMOVE] = "deleting",
        [JOURNAL_STAGE_INDEX] = "rebuilding the word index",
        [JOURNAL_STAGE_STORE] = "writing to the disk",
    };
    struct buf text = {0};
    if (isatty(STDERR_FILENO)) {
        if (done > 0) {
            buf_text(&text, ": ");
            text_number(&text, (int64_t)done);
        }
        if (done > 0 && total > 0) {
            buf_text(&text, " of ");
            text_number(&text, (int64_t)total);
        }
        fprintf(stderr, "\r\033[K%s%s", words[stage], buf_string(&text));
    }
    buf_free(&text);
    return !interrupt_came();
}

void
journal_command_progress_end(void)
{
    if (isatty(STDERR_FILENO))
        fputs("\r\033[K", stderr);
}

int
journal_command_conclude(enum journal_result result, const struct fault *fault)
{
    journal_command_progress_end();
    if (result == JOURNAL_DONE && interrupt_came())
        return exit_status_report("interrupted after everything was saved", STATUS_INTERRUPTED);
    if (result == JOURNAL_DONE)
        return 0;
    return interrupt_came() ? exit_status_report("interrupted; nothing was changed", STATUS_INTERRUPTED)
                            : exit_status_report(fault->text, STATUS_FILE);
}
