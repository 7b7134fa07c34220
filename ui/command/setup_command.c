#include "command/setup_command.h"

#include "base/text.h"
#include "command/consent.h"
#include "command/setup_plan.h"
#include "command/sync_command.h"
#include "session/exit_status.h"
#include "session/interrupt.h"
#include "session/paths.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static void
show_lines(const char *title, const char *lines)
{
    printf("\n%s\n", title);
    for (; *lines; lines += strcspn(lines, "\n") + 1)
        printf("    %.*s\n", (int)strcspn(lines, "\n"), lines);
}

/* Prints a text with its lines broken for the terminal. */
static void
show_folded(struct buf *text)
{
    struct winsize size;
    struct buf folded = {0};
    bool known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    text_fold(&folded, buf_string(text), known ? size.ws_col : INT_MAX);
    fputs(buf_string(&folded), stdout);
    buf_free(&folded);
}

/* Shows a file that would be written, or what the present one lacks. */
static void
show_file(struct setup_file *file)
{
    struct buf title = {0}, lines = {0};
    if (file->text.count == 0)
        return;
    paths_shorten(&title, file->path);
    if (file->exists) {
        bool differs = setup_plan_differ(&lines, file) > 0;
        buf_format(&title, " exists, and setup never changes a file%s\n%s",
                   differs ? ". It lacks:" : "; it has all that setup would write.", buf_string(&lines));
        putchar('\n');
        show_folded(&title);
    } else {
        buf_byte(&title, ':');
        show_lines(buf_string(&title), buf_string(&file->text));
    }
    buf_free(&title);
    buf_free(&lines);
}

static void
show(struct setup_plan *plan)
{
    show_folded(&plan->found);
    show_file(&plan->config);
    show_file(&plan->fleet);
    show_lines("By hand:", buf_string(&plan->steps));
    fflush(stdout);
}

/* Writes the files that do not exist. Returns the exit status. */
static int
write_files(struct setup_plan *plan)
{
    struct setup_file *const files[] = {&plan->fleet, &plan->config}; /* the first is named in the second */
    struct fault fault;
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        if (files[i]->text.count == 0 || files[i]->exists)
            continue;
        if (!setup_plan_write(files[i], plan->system, &fault))
            return exit_status_report(fault.text, STATUS_FILE);
        printf("written: %s\n", files[i]->at);
    }
    fflush(stdout);
    return 0;
}

/* Has the timers of the machine begin. Returns the exit status. */
static int
begin_timers(const struct setup_plan *plan)
{
    struct fault fault;
    int result = system(plan->timers);
    if (result == 0)
        return 0;
    fault_set(&fault, "the timers are not enabled; do it by hand: %s", plan->timers);
    return exit_status_report(fault.text, STATUS_FILE);
}

/* Does what the user agrees to. Returns the exit status. */
static int
carry_out(struct setup_plan *plan, const struct options *o)
{
    bool can_ask = consent_can_ask() && !o->yes;
    bool writes = !plan->config.exists || (plan->fleet.text.count > 0 && !plan->fleet.exists);
    bool has_systemd = plan->system && !getenv("DESTDIR") && access("/run/systemd/system", F_OK) == 0;
    int status = 0;
    putchar('\n');
    fflush(stdout);
    if (!writes)
        puts("There is nothing to write.");
    else if (!o->yes && !can_ask)
        puts("Nothing is written; use --yes to write it.");
    else if (o->yes || consent_ask("Write this?"))
        status = write_files(plan);
    else
        return interrupt_came() ? STATUS_INTERRUPTED : 0;
    if (status == 0 && has_systemd && (o->yes || (can_ask && consent_ask("Enable the timers now?"))))
        status = begin_timers(plan);
    if (status == 0 && can_ask && !plan->system && !o->offline && consent_ask("Fetch zone files and ASN data now?"))
        status = sync_command_run(o);
    return status;
}

int
setup_command_run(const struct options *o)
{
    struct setup_plan plan;
    struct fault fault;
    int status;
    bool ok = setup_plan_make(&plan, o, &fault, &status);
    if (!ok) {
        status = exit_status_report(fault.text, status);
    } else if (interrupt_came()) {
        status = STATUS_INTERRUPTED;
    } else {
        show(&plan);
        status = carry_out(&plan, o);
    }
    setup_plan_fini(&plan);
    return status;
}
