/* Removing for good: first what would go, then consent. */
#include "command/journal_command.h"

#include "base/clock.h"
#include "base/moment.h"
#include "base/text.h"
#include "session/interrupt.h"
#include "session/status.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static bool
read_what(const struct options *o, struct journal_forgetting *what, struct matter *matter, struct fault *fault)
{
    if ((o->target_count > 0) == (o->before != NULL))
        return fault_set(fault, "forget needs one address, prefix or AS number, or --before DATE");
    if (o->before)
        return moment_parse(o->before, MOMENT_AGO, &what->before_ms) ||
               fault_set(fault, "--before %.40s: write a day such as 2026-01-31, or a span such as 90d", o->before);
    what->matter = matter;
    return journal_command_read_matter(o->targets[0], matter, fault);
}

static void
put_what(struct buf *out, const struct journal_forgetting *what)
{
    char text[MATTER_TEXT], before[CLOCK_MINUTE];
    if (what->matter)
        buf_format(out, "%s%s", matter_text(what->matter, text),
                   what->matter->kind == MATTER_NET ? " and all inside it" : "");
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
is_nothing(const struct journal_count *count)
{
    return count->observations + count->cases + count->notes + count->told + count->neighbours + count->snapshots == 0;
}

/* What the user may think goes, too, and how it does. */
static void
tell_of_addresses(const struct journal_forgetting *what, uint64_t stays)
{
    char text[MATTER_TEXT];
    struct buf sentence = {0};
    if (stays == 0)
        return;
    matter_text(what->matter, text);
    buf_text(&sentence, "what was seen of ");
    text_number(&sentence, (int64_t)stays);
    buf_format(&sentence,
               " %s in %s stays: journal search as:%s lists them, journal forget PREFIX removes all inside it",
               stays == 1 ? "address" : "addresses", text, text + 2);
    status_complain(buf_string(&sentence), 0);
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
tell_of_names(const struct journal_forgetting *what, const struct journal_naming *naming)
{
    char text[MATTER_TEXT];
    struct buf sentence = {0};
    if (naming->notes + naming->earlier + naming->told == 0)
        return;
    matter_text(what->matter, text);
    if (naming->notes > 0)
        put_number(&sentence, naming->notes, "note", "notes");
    if (naming->told > 0) {
        buf_text(&sentence, naming->notes > 0 ? ", " : "");
        put_number(&sentence, naming->told, "telling", "tellings");
    }
    if (naming->earlier > 0) {
        buf_text(&sentence, naming->notes + naming->told > 0 ? ", " : "");
        put_number(&sentence, naming->earlier, "replaced note", "replaced notes");
    }
    buf_format(&sentence,
               " of other cases name%s %s and stay%s:", naming->notes + naming->earlier + naming->told == 1 ? "s" : "",
               text, naming->notes + naming->earlier + naming->told == 1 ? "s" : "");
    if (naming->notes + naming->told > 0)
        buf_format(&sentence, " journal search %s lists them", text);
    if (naming->earlier > 0)
        buf_format(&sentence, "%s journal export has those that were replaced",
                   naming->notes + naming->told > 0 ? ";" : "");
    status_complain(buf_string(&sentence), 0);
    buf_free(&sentence);
}

/* Says what would go; true when it may. */
static bool
may_go(struct journal_command *c, const struct journal_forgetting *what, const struct journal_count *count, int *status)
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
        status_complain(buf_string(&sentence), 0);
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
journal_command_forget(struct journal_command *c)
{
    struct journal_forgetting what = {0};
    struct journal_count count;
    struct journal_naming naming = {0};
    uint64_t stays;
    struct matter matter;
    struct fault fault;
    int status;
    if (!read_what(c->options, &what, &matter, &fault))
        return status_complain(fault.text, STATUS_USAGE);
    if (!journal_forget_count(c->journal, &what, &count, &stays, &fault))
        return status_complain(fault.text, STATUS_FILE);
    if (what.matter && !journal_forget_named(c->journal, what.matter, &naming, &fault))
        return status_complain(fault.text, STATUS_FILE);
    tell_of_addresses(&what, stays);
    tell_of_names(&what, &naming);
    if (!may_go(c, &what, &count, &status))
        return status;
    enum journal_result result =
        journal_forget(c->journal, &what, journal_command_progress, (void *)"", &count, &fault);
    status = journal_command_concluded(result, &fault);
    if (result != JOURNAL_DONE)
        return status;
    if (*fault.text)
        status_complain(fault.text, 0);
    buf_text(&c->out, "forgotten: ");
    journal_command_put_count(&c->out, &count);
    buf_byte(&c->out, '\n');
    return status;
}
