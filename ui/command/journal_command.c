#include "command/journal_command.h"

#include "base/clock.h"
#include "base/loop.h"
#include "base/text.h"
#include "session/exit_status.h"
#include "session/interrupt.h"
#include "session/session.h"
#include "targets/target.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What the actions need of the journal. */
enum need {
    NEED_READ,   /* it is there */
    NEED_WRITE,  /* it can be written, and is made when it is not there */
    NEED_CHANGE, /* it is there and can be written */
};

static const struct {
    enum need need;
    size_t least, most; /* arguments */
    int (*run)(struct journal_command *);
    const char *usage;
} actions[] = {
    [JOURNAL_LIST] = {NEED_READ, 0, SIZE_MAX, journal_command_list, NULL},
    [JOURNAL_SHOW] = {NEED_READ, 1, 1, journal_command_show, "show needs one address, prefix or AS number"},
    [JOURNAL_NOTE] = {NEED_WRITE, 1, SIZE_MAX, journal_command_note,
                      "note needs an address, prefix or AS number, and a text unless an editor is to ask for it"},
    [JOURNAL_SEARCH] = {NEED_READ, 1, SIZE_MAX, journal_command_list,
                        "search needs something to look for, such as a word, in:203.0.113.0/24 or since:30d"},
    [JOURNAL_EXPORT] = {NEED_READ, 0, 1, journal_command_export, "export takes the name of one new file, or none"},
    [JOURNAL_IMPORT] = {NEED_WRITE, 1, 1, journal_command_import, "import needs one file, or - for standard input"},
    [JOURNAL_MERGE] = {NEED_WRITE, 1, 1, journal_command_merge, "merge needs the file of one other journal"},
    [JOURNAL_FORGET] = {NEED_CHANGE, 0, 1, journal_command_purge,
                        "forget needs one address, prefix or AS number, or --before DATE"},
};

/* ---- opening ---- */

static bool
refuses_absence(const char *path, struct fault *fault)
{
    if (access(path, F_OK) == 0 || errno != ENOENT)
        return false;
    char *clean = text_clean_copy(path, strlen(path));
    fault_set(
        fault,
        "there is no journal at %s yet: the console makes one, and so do journal note, import and merge, and check,"
        " range, asn and sweep with --journal FILE",
        clean);
    free(clean);
    return true;
}

static struct journal *
open_at(const struct options *o, const char *path, enum need need, struct fault *fault)
{
    struct fault notice = {""};
    if (need != NEED_WRITE && refuses_absence(path, fault))
        return NULL;
    struct journal *journal = journal_open(path, !o->journal, need == NEED_READ ? JOURNAL_READS : JOURNAL_CHANGES,
                                           JOURNAL_WAIT_MS, &notice, fault);
    if (!journal)
        return NULL;
    if (need != NEED_READ && journal_is_read_only(journal)) {
        *fault = notice;
        journal_close(journal);
        return NULL;
    }
    if (*notice.text)
        exit_status_report(notice.text, 0);
    return journal;
}

static struct journal *
open_journal(const struct options *o, enum need need, struct fault *fault)
{
    char *path = session_journal_path(o, fault);
    struct journal *journal = path ? open_at(o, path, need, fault) : NULL;
    free(path);
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
        return exit_status_report("with --no-journal there is none: nothing is read, kept or removed", STATUS_USAGE);
    c.journal = open_journal(o, need, &fault);
    if (!c.journal)
        return exit_status_report(fault.text, STATUS_FILE);
    struct loop *loop = loop_new();
    interrupt_watch(loop);
    output_init(&c.output, o);
    int status = actions[o->action].run(&c);
    output_flush(&c.output, &c.out);
    buf_free(&c.out);
    journal_close(c.journal);
    loop_free(loop);
    return output_status(&c.output, status);
}

/* ---- between its parts ---- */

bool
journal_command_read_resource(const char *text, struct resource *out, struct fault *fault)
{
    struct target target;
    struct prefix prefix;
    struct fault ignored;
    bool host_bits = false;
    char suggestion[PREFIX_TEXT];
    if (target_parse(text, &target, &ignored)) {
        *out = resource_of_address(&target.address);
        return true;
    }
    if (resource_parse(text, out))
        return true;
    char *clean = text_clean_copy(text, strlen(text));
    if (strchr(text, '/') && !prefix_parse(text, &prefix, &host_bits) && host_bits)
        fault_set(fault, "'%.60s' is no prefix, because bits are set behind it; did you mean %s?", clean,
                  prefix_text(&prefix, suggestion));
    else
        fault_set(fault, "'%.60s' is no address, prefix or AS number; write 203.0.113.77, 203.0.113.0/24 or AS64500",
                  clean);
    free(clean);
    return false;
}

const char *
journal_command_kind(const struct resource *resource)
{
    return resource->kind == RESOURCE_ASN ? "asn" : resource->kind == RESOURCE_NET ? "net" : "address";
}

char *
journal_command_words(const struct options *o, size_t from)
{
    struct buf words = {0};
    for (size_t i = from; i < o->target_count; i++) {
        if (i > from)
            buf_byte(&words, ' ');
        text_clean(&words, o->targets[i], strlen(o->targets[i]), TEXT_CLEAN_MAX);
    }
    return words.count > 0 ? buf_take(&words) : mem_copy("");
}

void
journal_command_put_count(struct buf *out, const struct journal_totals *count)
{
    const struct {
        uint64_t count;
        const char *one, *several;
    } parts[] = {{count->observations, "observation", "observations"},
                 {count->cases, "case", "cases"},
                 {count->notes, "note", "notes"},
                 {count->contacts, "told", "told"},
                 {count->neighbours, "neighbour", "neighbours"},
                 {count->counts, "snapshot", "snapshots"}};
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
journal_command_progress(void *counted, enum journal_stage stage, uint64_t done, uint64_t total)
{
    const char *const words[] = {
        [JOURNAL_STAGE_WAIT] = "waiting for another program",
        [JOURNAL_STAGE_READ] = counted,
        [JOURNAL_STAGE_REMOVE] = "forgetting",
        [JOURNAL_STAGE_INDEX] = "writing the indexes of words anew",
        [JOURNAL_STAGE_STORE] = "writing it to the disk",
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
journal_command_progress_over(void)
{
    if (isatty(STDERR_FILENO))
        fputs("\r\033[K", stderr);
}

int
journal_command_concluded(enum journal_result result, const struct fault *fault)
{
    journal_command_progress_over();
    if (result == JOURNAL_DONE && interrupt_came())
        return exit_status_report("interrupted when all was done already: it is kept", STATUS_INTERRUPTED);
    if (result == JOURNAL_DONE)
        return 0;
    return interrupt_came() ? exit_status_report("interrupted: nothing is changed", STATUS_INTERRUPTED)
                            : exit_status_report(fault->text, STATUS_FILE);
}
