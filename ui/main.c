#include "command/asn_command.h"
#include "command/bounce_command.h"
#include "command/check_command.h"
#include "command/compare_command.h"
#include "command/complain_command.h"
#include "command/doctor_command.h"
#include "command/fleet_command.h"
#include "command/journal_command.h"
#include "command/lists_command.h"
#include "command/range_command.h"
#include "command/report_command.h"
#include "command/setup_command.h"
#include "command/sweep_command.h"
#include "command/sync_command.h"
#include "command/watch_command.h"
#include "console/console.h"
#include "session/command_line.h"
#include "session/completion.h"
#include "session/configuration.h"
#include "session/exit_status.h"
#include "session/session.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int
help_run(const struct options *o)
{
    struct buf text = {0};
    (void)o;
    command_line_help(&text);
    fputs(buf_string(&text), stdout);
    buf_free(&text);
    return 0;
}

static int
completion_run(const struct options *o)
{
    struct buf script = {0};
    completion_put(&script, o->shell);
    fputs(buf_string(&script), stdout);
    buf_free(&script);
    return 0;
}

static int
config_run(const struct options *o)
{
    struct buf text = {0};
    if (o->defaults)
        configuration_put_defaults(&text);
    else
        configuration_put(&text, o);
    fputs(buf_string(&text), stdout);
    buf_free(&text);
    return 0;
}

static int
version_run(const struct options *o)
{
    (void)o;
    puts(PACKAGE_NAME " " PACKAGE_VERSION);
    return 0;
}

/* Returns whether the console can run: on a terminal that does more than print, from which keys come, or which can take
 * the place of targets on standard input. */
static bool
is_interactive(const struct options *o)
{
    const char *name = getenv("TERM");
    bool prints = !name || *name == '\0' || strcmp(name, "dumb") == 0;
    bool reads = o->target_count == 1 && strcmp(o->targets[0], "-") == 0;
    int terminal = reads ? open("/dev/tty", O_RDONLY | O_CLOEXEC) : -1;
    if (terminal >= 0)
        close(terminal);
    bool keys = reads ? terminal >= 0 && !isatty(STDIN_FILENO) : isatty(STDIN_FILENO);
    return !prints && keys && isatty(STDOUT_FILENO) && o->format == FORMAT_TEXT;
}

static int
console_or_check_run(const struct options *o)
{
    return is_interactive(o) ? console_run(o) : check_command_run(o);
}

static int
console_or_fleet_run(const struct options *o)
{
    bool named = o->target_count == 1 ? strcmp(o->targets[0], "-") != 0 : o->target_count == 0 && o->fleet;
    return named && is_interactive(o) && !o->deadline_ms ? console_run(o) : fleet_command_run(o);
}

static int (*const runs[])(const struct options *) = {
    [COMMAND_CONSOLE] = console_or_check_run,
    [COMMAND_CHECK] = check_command_run,
    [COMMAND_RANGE] = range_command_run,
    [COMMAND_ASN] = asn_command_run,
    [COMMAND_TOP] = asn_command_run_top,
    [COMMAND_SWEEP] = sweep_command_run,
    [COMMAND_BOUNCE] = bounce_command_run,
    [COMMAND_COMPARE] = compare_command_run,
    [COMMAND_COMPLAIN] = complain_command_run,
    [COMMAND_DOMAIN] = check_command_run,
    [COMMAND_DOCTOR] = doctor_command_run,
    [COMMAND_LISTS] = lists_command_run,
    [COMMAND_FLEET] = console_or_fleet_run,
    [COMMAND_WATCH] = watch_command_run,
    [COMMAND_REPORT] = report_command_run,
    [COMMAND_HISTORY] = journal_command_run_history,
    [COMMAND_SYNC] = sync_command_run,
    [COMMAND_JOURNAL] = journal_command_run,
    [COMMAND_SETUP] = setup_command_run,
    [COMMAND_CONFIG] = config_run,
    [COMMAND_HELP] = help_run,
    [COMMAND_VERSION] = version_run,
    [COMMAND_COMPLETION] = completion_run,
};

/* Opens closed standard streams, in the wrong direction, so that the first socket or file does not take their place. */
static void
fill_standard_descriptors(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd)
            _exit(STATUS_FILE);
}

static int
finish_stdout(int status)
{
    if ((fflush(stdout) == 0 && !ferror(stdout)) || errno == EPIPE)
        return status;
    struct fault fault;
    fault_set(&fault, "cannot write to stdout: %s", strerror(errno));
    return exit_status_report(fault.text, STATUS_FILE);
}

int
main(int argc, char **argv)
{
    struct options options;
    struct fault fault;
    int status;
    fill_standard_descriptors();
    setlocale(LC_CTYPE, "");  /* alone: programs read 79.7, and messages are English */
    signal(SIGPIPE, SIG_IGN); /* a closed pipe or connection is an error code ... */
    signal(SIGXFSZ, SIG_IGN); /* ... and so is a file that must not grow */
    if (command_line_parse(&options, argc, argv, &fault, &status))
        status = runs[options.command](&options);
    else
        session_refuse(&options, fault.text, status);
    command_line_fini(&options);
    return finish_stdout(status);
}
