#include "console/console.h"

#include "console/app.h"
#include "console/term.h"
#include "console/view_case.h"
#include "console/view_text.h"
#include "setup.h"
#include "status.h"
#include "target.h"

#include <signal.h>
#include <stdio.h>

struct console {
    struct setup setup;
    struct app *app;
    struct buf summary;
};

static bool
open_target(void *arg, const char *text, struct fault *fault)
{
    struct console *c = arg;
    struct target target;
    if (!target_parse(text, &target, fault))
        return false;
    view_case_open(c->app, &c->setup.engine, target.text, &target.address, &c->summary);
    return true;
}

static enum term_colour
colour_of(const struct options *o)
{
    static const enum term_colour colours[] = {
        [COLOUR_AUTO] = TERM_COLOUR_AUTO, [COLOUR_ALWAYS] = TERM_COLOUR_ALWAYS, [COLOUR_NEVER] = TERM_COLOUR_NEVER};
    return colours[o->colour];
}

/* What stands behind the first prompt when no target was named. */
static void
open_welcome(struct app *app)
{
    struct text_page *page = text_page_new(PACKAGE_NAME);
    text_page_head(page, "Why is an address listed, whose doing is it, and what ends it?");
    text_page_line(page, ROLE_PLAIN,
                   "Press i and type an address. Its three UCEPROTECT levels are then asked live: "
                   "level 1 is the address itself, level 2 its neighbours, level 3 its provider.");
    text_page_line(page, ROLE_PLAIN, "");
    text_page_line(page, ROLE_PLAIN,
                   "A refused or missing answer is never shown as listed or clear. ? shows the keys, "
                   "q leaves.");
    view_text_open(app, page);
    app_ask_target(app, NULL);
}

static int
complain(const char *sentence, int status)
{
    fprintf(stderr, "whylisted: %s\n", sentence);
    return status;
}

/* Everything that can go wrong has gone wrong before the terminal is taken over. */
static int
run(struct console *c, const struct options *o, const struct target *target, const struct fault *warning)
{
    struct fault fault;
    struct screen *screen = term_start(o->ascii, colour_of(o), &fault);
    if (!screen)
        return complain(fault.text, STATUS_USAGE);
    c->app = app_new(c->setup.loop, screen);
    app_on_target(c->app, "address", open_target, c);
    if (target)
        view_case_open(c->app, &c->setup.engine, target->text, &target->address, &c->summary);
    else
        open_welcome(c->app);
    if (*warning->text)
        app_message(c->app, "%s", warning->text);
    app_run(c->app);
    app_free(c->app);
    term_stop();
    fputs(buf_string(&c->summary), stdout);
    return 0;
}

int
console_run(const struct options *o)
{
    struct console c = {0};
    struct target target;
    struct fault fault, warning;
    int status;
    if (o->target_count > 1)
        return complain("the console opens one target; use `whylisted check` for several", STATUS_USAGE);
    if (o->target_count == 1 && !target_parse(o->targets[0], &target, &fault))
        return complain(fault.text, STATUS_USAGE);
    if (!setup_open(&c.setup, o, &fault, &warning, &status))
        return complain(fault.text, status);
    status = run(&c, o, o->target_count == 1 ? &target : NULL, &warning);
    setup_close(&c.setup);
    buf_free(&c.summary);
    fflush(stdout);
    if (term_signal()) /* die of what asked us to end, so that the shell sees it */
        raise(term_signal());
    return status;
}
