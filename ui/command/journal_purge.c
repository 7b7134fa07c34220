/* Removing for good: first what would go, then consent. */
#include "command/journal_command.h"

#include "base/clock.h"
#include "base/date.h"
#include "base/text.h"
#include "session/exit_status.h"
#include "session/interrupt.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static bool
read_what(const struct options *o, struct journal_purge_scope *what, struct resource *resource, struct fault *fault)
{
    if ((o->target_count > 0) == (o->before != NULL))
        return fault_set(fault, "forget needs one address, prefix or AS number, or --before DATE");
    if (o->before)
        return date_parse(o->before, DATE_AGO, &what->before_ms) ||
               fault_set(fault, "--before %.40s: write a day such as 2026-01-31, or a span such as 90d", o->before);
    what->resource = resource;
    return journal_command_read_resource(o->targets[0], resource, fault);
}

static void
put_what(struct buf *out, const struct journal_purge_scope *what)
{
    char text[RESOURCE_TEXT], before[CLOCK_MINUTE];
    if (what->resource)
        buf_format(out, "%s%s", resource_text(what->resource, text),
                   what->resource->kind == RESOURCE_NET ? " and all inside it" : "");
    else
        buf_format(out, "what was last seen before %s UTC", clock_minute(what->before_ms, before));
}

/* Anything but "y" or "yes" is a no. */
static bool
says_yes(void)
{
    char answer[16] = "";
    fputs("Forget it for good? [y/N] ", stderr);
    if (!fgets(answer, sizeof answer, stdin))
        fputc('\n', stderr);
    return !interrupt_came() && (strcmp(answer, "y\n") == 0 || strcmp(answer, "yes\n") == 0);
}

static bool
is_nothing(const struct journal_totals *count)
{
    return count->observations + count->cases + count->notes + count->contacts + count->neighbours + count->counts == 0;
}

/* What the user may think goes, too, and how it does. */
static void
tell_of_addresses(const struct journal_purge_scope *what, uint64_t stays)
{
    char text[RESOURCE_TEXT];
    struct buf sentence = {0};
    if (stays == 0)
        return;
    resource_text(what->resource, text);
    buf_text(&sentence, "what was seen of ");
    text_number(&sentence, (int64_t)stays);
    buf_format(&sentence,
               " %s in %s stays: journal search as:%s lists them, journal forget PREFIX removes all inside it",
               stays == 1 ? "address" : "addresses", text, text + 2);
    exit_status_report(buf_string(&sentence), 0);
    buf_free(&sentence);
}

static void
put_number(struct buf *out, uint64_t number, const char *one, const char *several)
{
    text_number(out, (int64_t)number);
    buf_format(out, " %s", number == 1 ? one : several);
}

/* What people wrote of the address elsewhere is theirs, and stays; who forgets somebody will want to know. */
static void
tell_of_names(const struct journal_purge_scope *what, const struct journal_mentions *ptr_lookup)
{
    char text[RESOURCE_TEXT];
    struct buf sentence = {0};
    if (ptr_lookup->notes + ptr_lookup->earlier + ptr_lookup->contacts == 0)
        return;
    resource_text(what->resource, text);
    if (ptr_lookup->notes > 0)
        put_number(&sentence, ptr_lookup->notes, "note", "notes");
    if (ptr_lookup->contacts > 0) {
        buf_text(&sentence, ptr_lookup->notes > 0 ? ", " : "");
        put_number(&sentence, ptr_lookup->contacts, "telling", "tellings");
    }
    if (ptr_lookup->earlier > 0) {
        buf_text(&sentence, ptr_lookup->notes + ptr_lookup->contacts > 0 ? ", " : "");
        put_number(&sentence, ptr_lookup->earlier, "replaced note", "replaced notes");
    }
    buf_format(&sentence, " of other cases name%s %s and stay%s:",
               ptr_lookup->notes + ptr_lookup->earlier + ptr_lookup->contacts == 1 ? "s" : "", text,
               ptr_lookup->notes + ptr_lookup->earlier + ptr_lookup->contacts == 1 ? "s" : "");
    if (ptr_lookup->notes + ptr_lookup->contacts > 0)
        buf_format(&sentence, " journal search %s lists them", text);
    if (ptr_lookup->earlier > 0)
        buf_format(&sentence, "%s journal export has those that were replaced",
                   ptr_lookup->notes + ptr_lookup->contacts > 0 ? ";" : "");
    exit_status_report(buf_string(&sentence), 0);
    buf_free(&sentence);
}

/* Says what would go; true when it may. */
static bool
may_go(struct journal_command *c, const struct journal_purge_scope *what, const struct journal_totals *count,
       int *status)
{
    struct buf sentence = {0};
    bool terminal = isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
    put_what(&sentence, what);
    buf_text(&sentence, ": ");
    journal_command_put_count(&sentence, count);
    *status = 0;
    if (!is_nothing(count) && !c->options->yes && !terminal)
        buf_text(&sentence, " would be forgotten; say --yes if that is what you want");
    if (is_nothing(count) || !c->options->yes)
        exit_status_report(buf_string(&sentence), 0);
    buf_free(&sentence);
    if (c->options->yes) /* also of nothing, whose bytes may have had to stay */
        return true;
    if (is_nothing(count))
        return false;
    bool yes = terminal && says_yes();
    *status = interrupt_came() ? STATUS_INTERRUPTED : terminal ? 0 : STATUS_USAGE;
    return yes;
}

int
journal_command_purge(struct journal_command *c)
{
    struct journal_purge_scope what = {0};
    struct journal_totals count;
    struct journal_mentions ptr_lookup = {0};
    uint64_t stays;
    struct resource resource;
    struct fault fault;
    int status;
    if (!read_what(c->options, &what, &resource, &fault))
        return exit_status_report(fault.text, STATUS_USAGE);
    if (!journal_purge_count(c->journal, &what, &count, &stays, &fault))
        return exit_status_report(fault.text, STATUS_FILE);
    if (what.resource && !journal_purge_mentions(c->journal, what.resource, &ptr_lookup, &fault))
        return exit_status_report(fault.text, STATUS_FILE);
    tell_of_addresses(&what, stays);
    tell_of_names(&what, &ptr_lookup);
    if (!may_go(c, &what, &count, &status))
        return status;
    enum journal_result result = journal_purge(c->journal, &what, journal_command_progress, (void *)"", &count, &fault);
    status = journal_command_concluded(result, &fault);
    if (result != JOURNAL_DONE)
        return status;
    if (*fault.text)
        exit_status_report(fault.text, 0);
    buf_text(&c->out, "forgotten: ");
    journal_command_put_count(&c->out, &count);
    buf_byte(&c->out, '\n');
    return status;
}
