/* `journal forget`: prints what would be deleted, asks, and deletes for good. */
#include "command/journal_command.h"

#include "base/clock.h"
#include "base/date.h"
#include "base/text.h"
#include "command/consent.h"
#include "journal/purge.h"
#include "session/exit_status.h"
#include "session/interrupt.h"
#include "session/recall.h"
#include "targets/target.h"

#include <stdio.h>
#include <string.h>

static uint64_t
put_number(struct buf *out, uint64_t number, const char *one, const char *several)
{
    if (number > 0) {
        buf_text(out, out->count > 0 ? ", " : "");
        text_number(out, (int64_t)number);
        buf_format(out, " %s", number == 1 ? one : several);
    }
    return number;
}

/* Reports what stays although a user may expect it to go with the resource: observations of addresses of an AS; notes
 * and contacts of other cases that name the resource, because users wrote them. */
static void
report_stays(const struct resource *resource, uint64_t addresses, const struct journal_mentions *mentions)
{
    char text[RESOURCE_TEXT];
    struct buf sentence = {0};
    resource_text(resource, text);
    if (addresses > 0) {
        buf_text(&sentence, "observations of ");
        text_number(&sentence, (int64_t)addresses);
        buf_format(&sentence,
                   " %s in %s stay; list them with journal search as:%s, delete them with journal forget PREFIX",
                   addresses == 1 ? "address" : "addresses", text, text + 2);
        exit_status_report(buf_string(&sentence), 0);
        buf_clear(&sentence);
    }
    uint64_t current = put_number(&sentence, mentions->notes, "note", "notes");
    current += put_number(&sentence, mentions->contacts, "contact", "contacts");
    uint64_t all = current + put_number(&sentence, mentions->earlier, "replaced note", "replaced notes");
    buf_format(&sentence, all == 1 ? " of another case names %s and stays;" : " of other cases name %s and stay;",
               text);
    if (current > 0)
        buf_format(&sentence, " find them with journal search %s", text);
    if (mentions->earlier > 0)
        buf_format(&sentence, "%s find replaced notes in journal export", current > 0 ? ";" : "");
    if (all > 0)
        exit_status_report(buf_string(&sentence), 0);
    buf_free(&sentence);
}

/* Prints what would be deleted. Returns true if the user agrees, else false with the exit status. */
static bool
agree(const struct options *o, const struct journal_purge_scope *scope, const struct journal_totals *totals,
      int *status)
{
    bool terminal = consent_can_ask();
    bool nothing = totals->observations + totals->cases + totals->notes + totals->contacts + totals->neighbours +
                       totals->counts + totals->rejections ==
                   0;
    char text[RESOURCE_TEXT], before[CLOCK_MINUTE];
    struct buf sentence = {0};
    *status = 0;
    if (scope->resource)
        buf_format(&sentence, "%s%s: ", resource_text(scope->resource, text),
                   scope->resource->kind == RESOURCE_NET ? " and everything inside it" : "");
    else
        buf_format(&sentence, "last seen before %s UTC: ", clock_minute(scope->before_ms, before));
    journal_command_put_totals(&sentence, totals);
    if (!nothing && !o->yes && !terminal)
        buf_text(&sentence, " would be deleted; confirm with --yes");
    if (nothing || !o->yes)
        exit_status_report(buf_string(&sentence), 0);
    buf_free(&sentence);
    if (o->yes || nothing) /* --yes deletes even nothing, because deleted bytes may still be in the file */
        return o->yes;
    bool yes = terminal && consent_ask("Delete this for good?");
    *status = interrupt_came() ? STATUS_INTERRUPTED : terminal ? 0 : STATUS_USAGE;
    return yes;
}

int
journal_command_purge(struct journal_command *c)
{
    struct journal_purge_scope scope = {0};
    struct journal_totals totals;
    struct journal_mentions mentions = {0};
    uint64_t stays;
    struct target target;
    struct resource resource;
    struct fault fault, note = {""};
    char text[RESOURCE_TEXT];
    int status;
    const struct options *o = c->options;
    if ((o->target_count > 0) == (o->before != NULL))
        return exit_status_report("forget needs either one address, prefix or AS number, or --before DATE",
                                  STATUS_USAGE);
    if (!o->before)
        scope.resource = &resource;
    bool ok = o->before ? date_parse(o->before, DATE_AGO, &scope.before_ms) ||
                              fault_set(&fault, "--before %.40s: write a day such as 2026-01-31, or a span such as 90d",
                                        o->before)
                        : target_read((const char *const *)o->targets, 1, c->catalogue, true, &target, &note, &fault) &&
                              target_resource(&target, &resource, &fault);
    if (*note.text)
        ok = fault_set(&fault, "forget deletes for good, so name the target exactly: %s", note.text);
    if (!ok)
        return exit_status_report(fault.text, STATUS_USAGE);
    if (!journal_purge_count(c->journal, &scope, &totals, &stays, &fault) ||
        (scope.resource && !journal_purge_mentions(c->journal, scope.resource, &mentions, &fault)))
        return exit_status_report(fault.text, STATUS_FILE);
    if (scope.resource)
        report_stays(scope.resource, stays, &mentions);
    if (!agree(o, &scope, &totals, &status))
        return status;
    enum journal_result result =
        journal_purge(c->journal, &scope, journal_command_progress, (void *)"", &totals, &fault);
    status = journal_command_conclude(result, &fault);
    if (result != JOURNAL_DONE)
        return status;
    if (*fault.text)
        exit_status_report(fault.text, 0);
    if (scope.resource)
        recall_forget(journal_path(c->journal), resource_text(scope.resource, text));
    buf_text(&c->out, "deleted: ");
    journal_command_put_totals(&c->out, &totals);
    buf_byte(&c->out, '\n');
    return status;
}
