#include "command/check.h"
#include "console/console.h"
#include "options.h"
#include "status.h"

#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

static int
help_run(const struct options *o)
{
    struct buf text = {0};
    (void)o;
    options_help(&text);
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

/* Without a terminal to draw on the console is a check. */
static int
console_or_check_run(const struct options *o)
{
    bool interactive = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) && o->format == FORMAT_TEXT;
    return interactive ? console_run(o) : check_run(o);
}

static int (*const runs[])(const struct options *) = {
    [COMMAND_CONSOLE] = console_or_check_run,
    [COMMAND_CHECK] = check_run,
    [COMMAND_HELP] = help_run,
    [COMMAND_VERSION] = version_run,
};

int
main(int argc, char **argv)
{
    struct options options;
    struct fault fault;
    int status;
    setlocale(LC_ALL, "");
    signal(SIGPIPE, SIG_IGN); /* a closed pipe, or a TCP connection cut by a server, is an error code */
    if (options_parse(&options, argc, argv, &fault, &status))
        status = runs[options.command](&options);
    else
        fprintf(stderr, "whylisted: %s\n", fault.text);
    options_fini(&options);
    if (fflush(stdout) != 0 && status == 0)
        status = STATUS_FILE;
    return status;
}
