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
#include "session/command_line.h"
#include "session/configuration.h"
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
    struct options *reloaded; /* those of the configuration as it is now, NULL = no other than at the start */
    struct options *next;     /* those with which the console begins again; NULL = it ends */
    struct configuration_files files;
    struct fault told; /* of the last configuration that could not be read */
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

static void check_configuration(struct console *);

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
    check_configuration(c);
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

/* ---- the configuration, read again ---- */

static void
free_options(struct options *o)
{
    if (o)
        command_line_fini(o);
    free(o);
}

static void
use_theme(struct console *c, const char *name)
{
    struct fault fault;
    theme_loader_stop(&c->theme);
    if (!theme_loader_start(&c->theme, name ? name : "auto", &fault))
        add_notice(c, fault.text);
}

/* Takes new options over: a theme at once, others by beginning again where the user is. */
static void
take_options(struct console *c, struct options *next, bool lists)
{
    enum configuration_change change = configuration_compare(c->options, next);
    struct screen *screen = app_screen(c->app);
    bool again = lists || change == CONFIGURATION_MORE, in_no_file = c->nav.fleet && !c->nav.fleet->path;
    if (again && !in_no_file) {
        c->next = next;
        app_end(c->app);
        return;
    }
    use_theme(c, next->theme);
    screen->restyle(screen);
    if (again)
        app_message(c->app, "The configuration has changed; it counts from the next start on, because the fleet is in "
                            "no file");
    free_options(next);
}

/* Reads the configuration, and all that it names, again if a file has changed. If it cannot be used, says so once, and
 * goes on with the one before. */
static void
check_configuration(struct console *c)
{
    bool lists;
    int status;
    struct engine trial;
    struct fault fault, warning;
    struct buf reports = {0};
    if (!app_is_page(c->app) || !configuration_files_changed(&c->files, &lists))
        return;
    struct options *next = mem_zero(sizeof *next);
    exit_status_divert(&reports);
    bool ok = command_line_parse(next, c->options->argc, c->options->argv, &fault, &status);
    bool opened = ok && session_open(&trial, next, &fault, &warning, &status);
    struct receivers *receivers = opened ? session_load_receivers(&fault) : NULL;
    exit_status_divert(NULL);
    if (opened)
        session_close(&trial);
    if (receivers && *buf_string(&reports) == '/') /* a block of a file would be left out */
        fault_set(&fault, "%s", buf_string(&reports));
    ok = receivers && *buf_string(&reports) != '/';
    receivers_free(receivers);
    buf_free(&reports);
    if (!ok && strcmp(fault.text, c->told.text) != 0)
        app_message(c->app, "%s; the settings read before are kept", fault.text);
    c->told = ok ? (struct fault){""} : fault;
    if (ok)
        take_options(c, next, lists);
    else
        free_options(next);
}

static void
on_key(void *arg)
{
    struct console *c = arg;
    struct screen *screen = app_screen(c->app);
    struct fault fault;
    check_configuration(c);
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

/* Stops and frees what `open_views` began. */
static void
close_views(struct console *c)
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
}

/* Opens everything that can be done without, and the first view. */
static void
open_views(struct console *c, struct screen *screen, const struct place *place)
{
    const struct options *o = c->options;
    struct fault fault = {""}, ignored;
    use_theme(c, o->theme);
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
        navigate(&c->nav, place);
    if (*fault.text || c->notices.count > 0)
        app_message(c->app, "%s", *fault.text ? fault.text : buf_string(&c->notices));
    c->journal = (struct timer){.fire = open_journal, .arg = c};
    loop_timer_set(c->engine.loop, &c->journal, clock_now_ms());
}

/* Closes all, and opens it with the next options where the user was: a fleet by its file, a target by its name, all
 * others by their place. Their files were read a moment before; if that fails now, it ends the console. */
static bool
begin_again(struct console *c, struct place *place, struct fault *fault, int *status)
{
    struct buf title = {0};
    char text[RESOURCE_TEXT];
    navigator_here(&c->nav, place, &title);
    char *fleet =
        place->kind == PLACE_FLEET && c->nav.fleet && c->nav.fleet->path ? mem_copy(c->nav.fleet->path) : NULL;
    bool of_config = fleet && c->options->fleet && strcmp(fleet, c->options->fleet) == 0 && c->next->fleet;
    bool plain = place->kind == PLACE_WORLD || place->kind == PLACE_DOCTOR || place->kind == PLACE_JOURNAL;
    free(c->first);
    c->first = place->resource.kind != RESOURCE_NONE ? mem_copy(resource_text(&place->resource, text))
               : place->kind == PLACE_DOMAIN         ? buf_take(&title)
                                                     : NULL;
    *place = (struct place){.kind = plain ? place->kind : PLACE_START};
    close_views(c);
    buf_clear(&c->summary);
    buf_clear(&c->no_journal);
    buf_clear(&c->notices);
    session_close(&c->engine);
    struct options before = *c->options;
    free_options(c->reloaded);
    c->options = c->reloaded = c->next;
    c->next = NULL;
    if (of_config) {
        free(fleet);
        fleet = mem_copy(c->options->fleet);
    }
    add_notice(c, "The configuration has changed and was read again");
    if (before.ascii != c->options->ascii || before.colour != c->options->colour)
        add_notice(c, "--ascii and --color count from the next start on");
    exit_status_divert(&c->notices);
    bool ok = session_open(&c->engine, c->options, fault, NULL, status);
    exit_status_divert(NULL);
    if (ok && fleet && !navigator_read_fleet(&c->fleet, fleet, NULL, c->engine.dataset.catalogue, fault))
        add_notice(c, fault->text);
    if (ok && c->engine.resolver)
        resolver_on_report(c->engine.resolver, on_resolver, c);
    buf_free(&title);
    free(fleet);
    return ok;
}

/* Everything that can go wrong at the start has gone wrong before the terminal is taken over. */
static int
run(struct console *c, const struct options *o)
{
    static const enum term_colour colours[] = {
        [COLOUR_AUTO] = TERM_COLOUR_AUTO, [COLOUR_ALWAYS] = TERM_COLOUR_ALWAYS, [COLOUR_NEVER] = TERM_COLOUR_NEVER};
    struct fault fault = {""};
    struct place place = {.kind = PLACE_START};
    const char *theme = o->theme ? o->theme : "auto";
    bool is_mono = strcmp(theme, "mono") == 0, ok = true;
    int status = 0;
    struct screen *screen =
        term_start(&(struct term_options){.ascii = o->ascii,
                                          .colour = is_mono ? TERM_COLOUR_NEVER : colours[o->colour],
                                          .mouse = o->mouse == MOUSE_YES,
                                          .asks_background = strcmp(theme, "auto") == 0},
                   &fault);
    if (!screen)
        return exit_status_report(fault.text, STATUS_USAGE);
    configuration_files_start(&c->files, o);
    open_views(c, screen, &place);
    app_run(c->app);
    while (c->next && (ok = begin_again(c, &place, &fault, &status))) {
        open_views(c, screen, &place);
        app_run(c->app);
    }
    if (ok)
        close_views(c);
    term_stop();
    configuration_files_stop(&c->files);
    return ok ? 0 : exit_status_report(fault.text, status);
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
    free_options(c.reloaded);
    fflush(stdout);
    if (term_signal()) /* die of what asked us to end, so that the shell sees it */
        raise(term_signal());
    return status;
}
