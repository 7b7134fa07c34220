#include "console/console.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "console/app/app.h"
#include "console/app/term.h"
#include "console/asn_loader.h"
#include "console/overlays/actions.h"
#include "console/theme_loader.h"
#include "console/views/routes.h"
#include "console/views/typed_target.h"
#include "console/zone_loader.h"
#include "density/dataset.h"
#include "pages/glossary.h"
#include "session/exit_status.h"
#include "session/paths.h"
#include "session/recall.h"
#include "session/session.h"
#include "targets/target.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* The time in which the loop does nothing else: round trips are true to within it. */
enum { SLICE_US = 500 };

struct console {
    const struct options *options;
    struct engine engine;
    struct app *app;
    struct actions *actions;
    struct nav nav;
    struct contacts_setup contacts;
    char *letters;               /* folder of the user's templates; NULL = none */
    struct receivers *receivers; /* NULL = their file cannot be read */
    struct zone_loader zones;
    struct asn_loader asns;
    struct theme_loader theme;
    struct timer journal;  /* opens it after the first frame */
    struct buf no_journal; /* why there is none */
    struct buf summary;
    struct buf notices; /* for the first message */
    char *first;        /* target that opens first; NULL = none, or: */
    struct fleet_place fleet;
};

static void
add_notice(struct console *c, const char *sentence)
{
    if (*sentence)
        buf_format(&c->notices, "%s%s", c->notices.count > 0 ? "; " : "", sentence);
}

/* ---- the journal ---- */

/* Without a screen it goes to stderr. */
static void
on_recorder(void *arg, const char *sentence)
{
    struct console *c = arg;
    if (c->app)
        app_message(c->app, "%s", sentence);
    else
        exit_status_report(sentence, 0);
}

/* Opens the journal once, after the first frame. The console works without a journal that it cannot open, and says so.
 */
static void
open_journal(void *arg)
{
    struct console *c = arg;
    struct fault notice, fault;
    if (!c->engine.journal_awaited)
        return;
    c->engine.journal_awaited = false;
    char *path = session_journal_path(c->options, &fault);
    bool is_new = path && access(path, F_OK) < 0;
    if (!session_open_journal(&c->engine, c->options, true, on_recorder, c, &notice, &fault)) {
        buf_format(&c->no_journal, "Nothing is saved: %s.", fault.text);
        add_notice(c, buf_string(&c->no_journal));
    } else {
        add_notice(c, notice.text);
        if (c->options->no_journal) {
            buf_text(&c->no_journal, "Nothing is saved: --no-journal.");
        } else if (is_new && !*notice.text && !c->options->journal) {
            buf_format(&c->notices, "%sLookups are saved in ", c->notices.count > 0 ? "; " : "");
            paths_shorten(&c->notices, path);
            buf_text(&c->notices, "; use --no-journal to turn that off");
        }
    }
    free(path);
    c->nav.no_journal = buf_string(&c->no_journal);
    c->contacts.recorder = c->engine.recorder;
    if (c->notices.count > 0)
        app_message(c->app, "%s", buf_string(&c->notices));
    engine_report_change(&c->engine, CHANGED_JOURNAL);
    app_touch(c->app);
}

static bool
open_typed(void *arg, const char *text, struct fault *fault)
{
    struct console *c = arg;
    return typed_target_open(&c->nav, text, fault);
}

/* Says it at once, or with the other notices of the start. */
static void
on_resolver(void *arg, const char *sentence)
{
    struct console *c = arg;
    if (c->app)
        app_message(c->app, "%s", sentence);
    else
        add_notice(c, sentence);
}

/* The first report comes together with the other notices of the start. */
static void
on_zones(void *arg, const char *problem)
{
    struct console *c = arg;
    struct fault doubt;
    open_journal(c);
    add_notice(c, problem);
    if (session_recall_zones(&c->engine, &doubt)) {
        dataset_set_zones(&c->engine.dataset, c->engine.dataset.zones);
        add_notice(c, doubt.text);
    }
    if (*problem || *doubt.text)
        app_message(c->app, "%s", buf_string(&c->notices));
    buf_clear(&c->notices);
}

static void
on_asns(void *arg, const char *problem)
{
    struct console *c = arg;
    add_notice(c, problem);
    app_message(c->app, "%s", buf_string(&c->notices));
    if (!c->engine.dataset.zones_awaited) /* the other notices were shown before */
        buf_clear(&c->notices);
}

static void
on_key(void *arg)
{
    struct console *c = arg;
    struct screen *screen = app_screen(c->app);
    struct fault fault;
    if (!theme_loader_check(&c->theme, &fault))
        return;
    screen->restyle(screen);
    if (*fault.text)
        app_message(c->app, "%s", fault.text);
}

static void
reread(void *arg)
{
    struct console *c = arg;
    zone_loader_again(&c->zones);
    loop_timer_set(c->engine.loop, &c->asns.timer, clock_now_ms());
}

/* Has zone files and ASN database read after the first frame. */
static void
start_loaders(struct console *c, const struct options *o)
{
    char *directory = session_zones_directory(o);
    c->zones = (struct zone_loader){.app = c->app,
                                    .engine = &c->engine,
                                    .slice_us = SLICE_US,
                                    .max_age_ms = o->max_age_ms,
                                    .report = on_zones,
                                    .arg = c};
    zone_loader_start(&c->zones, directory);
    free(directory);
    c->asns = (struct asn_loader){.engine = &c->engine, .slice_us = SLICE_US, .report = on_asns, .arg = c};
    asn_loader_start(&c->asns, o->asn_db);
    c->engine.reread = reread;
    c->engine.reread_arg = c;
}

/* Stops and frees what `run` began. */
static void
stop(struct console *c)
{
    loop_timer_clear(c->engine.loop, &c->journal);
    zone_loader_stop(&c->zones);
    asn_loader_stop(&c->asns);
    theme_loader_stop(&c->theme);
    app_free(c->app);
    actions_free(c->actions);
    receivers_free(c->receivers);
    free(c->contacts.fetch);
    free(c->letters);
    recall_stop();
    c->app = NULL;
    term_stop();
}

/* Everything that can go wrong has gone wrong before the terminal is taken over. */
static int
run(struct console *c, const struct options *o)
{
    static const enum term_colour colours[] = {
        [COLOUR_AUTO] = TERM_COLOUR_AUTO, [COLOUR_ALWAYS] = TERM_COLOUR_ALWAYS, [COLOUR_NEVER] = TERM_COLOUR_NEVER};
    struct fault fault = {""}, ignored;
    const char *theme = o->theme ? o->theme : "auto";
    bool is_mono = strcmp(theme, "mono") == 0;
    struct screen *screen =
        term_start(&(struct term_options){.ascii = o->ascii,
                                          .colour = is_mono ? TERM_COLOUR_NEVER : colours[o->colour],
                                          .mouse = o->mouse == MOUSE_YES,
                                          .asks_background = strcmp(theme, "auto") == 0},
                   &fault);
    if (!screen)
        return exit_status_report(fault.text, STATUS_USAGE);
    if (!theme_loader_start(&c->theme, theme, &fault))
        add_notice(c, fault.text);
    fault.text[0] = '\0';
    screen->restyle(screen);
    c->app = app_new(c->engine.loop, screen);
    app_on_key(c->app, on_key, c);
    c->actions = actions_new(c->app, glossary_add);
    c->receivers = session_load_receivers(&ignored);
    add_notice(c, c->receivers ? "" : ignored.text);
    session_contacts(&c->engine, o, &c->contacts);
    c->letters = paths_usual("XDG_CONFIG_HOME", ".config", "letters");
    c->nav = (struct nav){.app = c->app,
                          .engine = &c->engine,
                          .routes = routes,
                          .no_journal = "",
                          .receivers = c->receivers,
                          .fleet_file = o->fleet,
                          .contacts = &c->contacts,
                          .sender = {.name = o->name,
                                     .mail = o->mail_from,
                                     .folder = c->letters,
                                     .language = (enum letter_language)o->language},
                          .summary = &c->summary};
    navigator_start(&c->nav);
    char *journal = o->no_journal ? NULL : session_journal_path(o, &ignored);
    recall_start(journal, c->engine.dataset.catalogue);
    free(journal);
    actions_on_target(c->actions, "address, domain, prefix or ASN", typed_target_commands, open_typed, c);
    start_loaders(c, o);
    c->engine.journal_awaited = c->engine.draws_first = true;
    if (c->fleet.name)
        navigator_open_fleet(&c->nav, &c->fleet);
    else if (!c->first || !open_typed(c, c->first, &fault))
        navigate(&c->nav, &(struct place){.kind = PLACE_START});
    if (*fault.text || c->notices.count > 0)
        app_message(c->app, "%s", *fault.text ? fault.text : buf_string(&c->notices));
    c->journal = (struct timer){.fire = open_journal, .arg = c};
    loop_timer_set(c->engine.loop, &c->journal, clock_now_ms());
    app_run(c->app);
    stop(c);
    return 0;
}

/* Reads the targets on standard input, and has the terminal in its place. */
static bool
read_stdin(struct console *c, struct fault *fault)
{
    struct buf text = {0};
    bool ok = session_read_stdin(&text, fault);
    int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC);
    ok = ok && (terminal >= 0 || fault_set(fault, "cannot open /dev/tty: %s", strerror(errno)));
    ok = ok && navigator_read_fleet(&c->fleet, "stdin", buf_string(&text), c->engine.dataset.catalogue, fault);
    if (terminal >= 0) {
        dup2(terminal, STDIN_FILENO);
        close(terminal);
    }
    buf_free(&text);
    return ok;
}

/* Returns whether the arguments are targets, one or more each, all of which can be read. Of several, names the one that
 * cannot. */
static bool
read_several(struct console *c, const struct options *o, struct fault *fault)
{
    struct fault none;
    struct buf lines = {0};
    for (size_t i = 0; i < o->target_count; i++)
        buf_format(&lines, "%s\n", o->targets[i]);
    bool ok = navigator_read_fleet(&c->fleet, "arguments", buf_string(&lines), c->engine.dataset.catalogue, &none);
    buf_free(&lines);
    if (ok && c->fleet.fleet.bad == 0 && c->fleet.fleet.targets.count > 1)
        return true;
    const char *sentence = ok && c->fleet.fleet.targets.count > 1 ? strstr(c->fleet.problem.text, ": ") : NULL;
    if (sentence) /* without the number of the line */
        fault_set(fault, "%s", sentence + strlen(": "));
    fleet_place_fini(&c->fleet);
    return false;
}

/* Reads what opens first: a fleet, the target of the command line, or words that may be a provider's name; false with a
 * reason. */
static bool
read_first(struct console *c, const struct options *o, struct fault *note, struct fault *fault)
{
    const struct catalogue *catalogue = c->engine.dataset.catalogue;
    const char *const *words = (const char *const *)o->targets;
    struct buf text = {0};
    struct target target;
    if (o->command == COMMAND_FLEET)
        return navigator_read_fleet(&c->fleet, o->target_count > 0 ? o->targets[0] : o->fleet, NULL, catalogue, fault);
    if (o->target_count == 1 && strcmp(o->targets[0], "-") == 0)
        return read_stdin(c, fault);
    for (size_t i = 0; i < o->target_count; i++)
        buf_format(&text, "%s%s", i > 0 ? " " : "", o->targets[i]);
    if (target_read(words, o->target_count, catalogue, true, &target, note, fault)) {
        buf_clear(&text);
        buf_text(&text, target.text);
    } else if (read_several(c, o, fault)) {
        buf_free(&text);
    } else if (!typed_target_may_be_provider(buf_string(&text))) {
        buf_free(&text);
        return false;
    }
    c->first = text.count > 0 ? buf_take(&text) : NULL;
    return true;
}

int
console_run(const struct options *o)
{
    struct console c = {.options = o};
    struct fault fault, note = {""};
    struct winsize size;
    struct buf folded = {0};
    int status;
    mem_give_back();
    if (!session_open(&c.engine, o, &fault, NULL, &status))
        return exit_status_report(fault.text, status);
    if ((o->target_count > 0 || o->command == COMMAND_FLEET) && !read_first(&c, o, &note, &fault)) {
        const char *file = o->command == COMMAND_FLEET ? (o->target_count > 0 ? o->targets[0] : o->fleet) : NULL;
        session_close(&c.engine);
        return exit_status_report(fault.text, file && access(file, R_OK) < 0 ? STATUS_FILE : STATUS_USAGE);
    }
    if (c.engine.resolver)
        resolver_on_report(c.engine.resolver, on_resolver, &c);
    add_notice(&c, note.text);
    status = run(&c, o);
    free(c.first);
    /* the summary goes on the normal screen, as wide as it is now */
    bool known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    text_fold(&folded, buf_string(&c.summary), known ? size.ws_col : INT_MAX);
    fputs(buf_string(&folded), stdout);
    session_close(&c.engine);
    buf_free(&folded);
    buf_free(&c.summary);
    buf_free(&c.no_journal);
    buf_free(&c.notices);
    fflush(stdout);
    if (term_signal()) /* die of what asked us to end, so that the shell sees it */
        raise(term_signal());
    return status;
}
