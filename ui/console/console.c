#include "console/console.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "console/app/app.h"
#include "console/app/term.h"
#include "console/overlays/actions.h"
#include "console/overlays/text_view.h"
#include "console/views/routes.h"
#include "console/zone_loader.h"
#include "density/dataset.h"
#include "journal/search.h"
#include "pages/glossary.h"
#include "session/exit_status.h"
#include "session/paths.h"
#include "session/session.h"
#include "targets/target.h"

#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* In which the loop does nothing else: round trips are true to within it. */
enum { SLICE_US = 500 };

struct console {
    const struct options *options;
    struct engine engine;
    struct app *app;
    struct actions *actions;
    struct nav nav;
    struct zone_loader zones;
    struct buf summary;
    struct buf no_journal; /* why there is none */
    struct buf news;       /* what there is to say at the start */
};

static bool
open_typed(void *arg, const char *text, struct fault *fault)
{
    struct console *c = arg;
    return navigator_to_text(&c->nav, text, fault);
}

/* ---- messages ---- */

static void
add_import_report(struct console *c, const char *sentence)
{
    if (*sentence)
        buf_format(&c->news, "%s%s", c->news.count > 0 ? "; " : "", sentence);
}

/* What there is to say of the zone files: the first time together with what else there is to say at the start. */
static void
on_zones(void *arg, const char *sentences)
{
    struct console *c = arg;
    add_import_report(c, sentences);
    if (*sentences)
        app_message(c->app, "%s", buf_string(&c->news));
    buf_clear(&c->news);
}

static void
start_zones(struct console *c)
{
    char *directory = session_zones_directory(c->options);
    c->zones =
        (struct zone_loader){.app = c->app, .engine = &c->engine, .slice_us = SLICE_US, .tell = on_zones, .arg = c};
    zone_loader_start(&c->zones, directory);
    free(directory);
}

/* ---- the journal ---- */

/* While nothing is on the screen yet, or no more, it goes to stderr. */
static void
on_keeper(void *arg, const char *sentence)
{
    struct console *c = arg;
    if (c->app)
        app_message(c->app, "%s", sentence);
    else
        exit_status_report(sentence, 0);
}

/* Says where it is when it is a new one. The console goes on without a journal that it cannot open. */
static void
open_journal(struct console *c)
{
    struct fault notice, fault;
    char *path = session_journal_path(c->options, &fault);
    bool is_new = path && access(path, F_OK) < 0;
    if (!session_open_journal(&c->engine, c->options, true, on_keeper, c, &notice, &fault)) {
        buf_format(&c->no_journal, "Nothing is saved: %s.", fault.text);
        add_import_report(c, buf_string(&c->no_journal));
    } else {
        add_import_report(c, notice.text);
        if (c->options->no_journal)
            buf_text(&c->no_journal, "Nothing is saved: --no-journal.");
        else if (is_new && !*notice.text) {
            buf_format(&c->news, "%sLookups are saved in ", c->news.count > 0 ? "; " : "");
            paths_shorten(&c->news, path);
            buf_text(&c->news, "; use --no-journal to turn that off");
        }
    }
    free(path);
}

static enum term_colour
colour_of(const struct options *o)
{
    static const enum term_colour colours[] = {
        [COLOUR_AUTO] = TERM_COLOUR_AUTO, [COLOUR_ALWAYS] = TERM_COLOUR_ALWAYS, [COLOUR_NEVER] = TERM_COLOUR_NEVER};
    return colours[o->colour];
}

enum { DUE_MOST = 5, DUE_PATIENCE_MS = 50, DAY = 10 /* bytes of a date */ };

static void
put_due(struct text_page *page, const struct journal_entry *e)
{
    char resource[RESOURCE_TEXT], day[CLOCK_MINUTE];
    struct buf line = {0};
    buf_format(&line, "%s: due %.*s%s%s%s%s", resource_text(&e->resource, resource), DAY, clock_minute(e->due_ms, day),
               e->ticket ? ", ticket " : "", e->ticket ? e->ticket : "", e->note ? ": " : "", e->note ? e->note : "");
    text_page_line(page, ROLE_WARN, buf_string(&line));
    buf_free(&line);
}

/* The follow-ups that have been due for the longest. */
static void
put_follow_ups(struct text_page *page, struct journal *journal)
{
    struct filter filter = {0};
    struct fault fault;
    journal_entries due = {0};
    bool more = false, late;
    if (filter_parse(&filter, "state:due", journal_filter(), &fault))
        journal_find(journal, &filter, clock_wall_ms(), DUE_MOST, DUE_PATIENCE_MS, &due, &more, &late, &fault);
    if (due.count > 0)
        text_page_head(page, "Due follow-ups");
    for (size_t i = 0; i < due.count; i++)
        put_due(page, &due.at[i]);
    if (more)
        text_page_line(page, ROLE_PLAIN, "... J shows all.");
    journal_entries_fini(&due);
    filter_fini(&filter);
}

static void
put_journal(struct text_page *page, const struct console *c)
{
    struct buf line = {0};
    struct journal *journal = c->engine.recorder ? recorder_journal(c->engine.recorder) : NULL;
    text_page_line(page, ROLE_PLAIN, "");
    if (!journal || journal_is_in_memory(journal)) {
        buf_text(&line, buf_string(&c->no_journal));
    } else {
        buf_text(&line, "The journal is ");
        paths_shorten(&line, journal_path(journal));
        buf_byte(&line, '.');
    }
    text_page_line(page, ROLE_PLAIN, buf_string(&line));
    if (journal)
        put_follow_ups(page, journal);
    buf_free(&line);
}

/* What stands behind the first prompt when no target was named. */
static void
open_welcome(struct console *c)
{
    struct text_page *page = text_page_new("start");
    text_page_head(page, "Why is an address listed, who caused it, and when does it end?");
    text_page_line(page, ROLE_PLAIN,
                   "Type an address and press Enter. whylisted then asks its three UCEPROTECT levels: "
                   "level 1 is the address itself, level 2 its neighbours, level 3 its provider.");
    text_page_line(page, ROLE_PLAIN, "");
    text_page_line(page, ROLE_PLAIN, "A refused or missing answer is never shown as listed or clear.");
    text_page_line(page, ROLE_PLAIN, "");
    text_page_line(page, ROLE_PLAIN,
                   "Esc closes the prompt; then ? shows the keys, i opens it again, J shows the journal, q quits.");
    put_journal(page, c);
    text_view_open(c->app, page);
    actions_ask_target(c->actions, NULL);
}

/* On the normal screen, as wide as it is now. */
static void
print_summary(const struct buf *summary)
{
    struct winsize size;
    struct buf folded = {0};
    bool known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    text_fold(&folded, buf_string(summary), known ? size.ws_col : INT_MAX);
    fputs(buf_string(&folded), stdout);
    buf_free(&folded);
}

/* Everything that can go wrong has gone wrong before the terminal is taken over. */
static int
run(struct console *c, const struct options *o, const char *first)
{
    struct fault fault = {""};
    struct screen *screen = term_start(o->ascii, colour_of(o), &fault);
    if (!screen)
        return exit_status_report(fault.text, STATUS_USAGE);
    c->app = app_new(c->engine.loop, screen);
    c->actions = actions_new(c->app, glossary_add);
    c->nav = (struct nav){.app = c->app,
                          .engine = &c->engine,
                          .routes = routes,
                          .no_journal = buf_string(&c->no_journal),
                          .summary = &c->summary};
    navigator_start(&c->nav);
    actions_on_target(c->actions, "address, prefix or AS number", open_typed, c);
    start_zones(c);
    if (!first || !open_typed(c, first, &fault))
        open_welcome(c);
    if (*fault.text || c->news.count > 0)
        app_message(c->app, "%s", *fault.text ? fault.text : buf_string(&c->news));
    app_run(c->app);
    zone_loader_stop(&c->zones);
    app_free(c->app);
    actions_free(c->actions);
    c->app = NULL;
    term_stop();
    print_summary(&c->summary);
    return 0;
}

/* Whether the first target makes sense, before the terminal is taken over. */
static bool
check_target(const char *text, struct fault *fault)
{
    struct target target;
    return navigator_is_place(text) || target_parse(text, &target, fault);
}

int
console_run(const struct options *o)
{
    struct console c = {.options = o};
    struct fault fault, warning;
    int status;
    mem_give_back();
    if (o->target_count > 1)
        return exit_status_report("the console opens one target; use `whylisted check` for several", STATUS_USAGE);
    if (o->target_count == 1 && !check_target(o->targets[0], &fault))
        return exit_status_report(fault.text, STATUS_USAGE);
    if (!session_open(&c.engine, o, &fault, &warning, &status))
        return exit_status_report(fault.text, status);
    add_import_report(&c, warning.text);
    open_journal(&c);
    status = run(&c, o, o->target_count == 1 ? o->targets[0] : NULL);
    session_close(&c.engine);
    buf_free(&c.summary);
    buf_free(&c.no_journal);
    buf_free(&c.news);
    fflush(stdout);
    if (term_signal()) /* die of what asked us to end, so that the shell sees it */
        raise(term_signal());
    return status;
}
