/* A handler writes one byte to a pipe, except on the way out. Neither end of the pipe blocks: bytes that a full pipe
 * drops are some of many of the same kind. */

#include "console/app/signals.h"

#include "base/loop.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

/* A second END ends the program at once. SIGHUP is none: a terminal that goes away sends two, its own and the shell's.
 */
static const struct {
    int number;
    enum { REPORT, END, CRASH } kind;
} handled[] = {
    {SIGWINCH, REPORT}, {SIGTSTP, REPORT}, {SIGCONT, REPORT}, {SIGINT, END},   {SIGTERM, END},   {SIGHUP, REPORT},
    {SIGSEGV, CRASH},   {SIGBUS, CRASH},   {SIGFPE, CRASH},   {SIGILL, CRASH}, {SIGABRT, CRASH},
};

enum { HANDLED = sizeof handled / sizeof handled[0], STACK_BYTES = 65536 };

static bool started;
static int ends[2]; /* of the pipe: read, write */
static void (*rescue_terminal)(void);
static volatile sig_atomic_t asked_to_end[HANDLED];
static struct sigaction before[HANDLED];
static char stack[STACK_BYTES]; /* a crash may be the ordinary stack's overflow */

/* Writes the number to the pipe. On a crash, or when asked to end once more, restores the terminal and lets the signal
 * do what it did before: it is blocked while its handler runs, and arrives again when this returns. */
static void
on_signal(int number)
{
    int kept = errno;
    size_t at = 0;
    while (handled[at].number != number)
        at++;
    if (handled[at].kind == CRASH || asked_to_end[at]) {
        rescue_terminal();
        sigaction(number, &before[at], NULL);
        raise(number);
    } else {
        char byte = (char)number;
        asked_to_end[at] = handled[at].kind == END;
        ssize_t ignored = write(ends[1], &byte, 1);
        (void)ignored;
    }
    errno = kept;
}

int
signals_start(void (*rescue)(void), struct fault *fault)
{
    if (!loop_pipe(ends)) {
        fault_set(fault, "cannot make a pipe: %s", strerror(errno));
        return -1;
    }
    rescue_terminal = rescue;
    stack_t alternative = {.ss_sp = stack, .ss_size = sizeof stack};
    sigaltstack(&alternative, NULL);
    for (size_t i = 0; i < HANDLED; i++) {
        struct sigaction action = {.sa_flags = handled[i].kind == CRASH ? SA_RESTART | SA_ONSTACK : SA_RESTART};
        asked_to_end[i] = false;
        sigemptyset(&action.sa_mask);
        action.sa_handler = on_signal;
        sigaction(handled[i].number, &action, &before[i]);
    }
    started = true;
    return ends[0];
}

int
signals_next(void)
{
    char byte;
    return read(ends[0], &byte, 1) == 1 ? byte : 0;
}

void
signals_lend(bool lent)
{
    static const int numbers[] = {SIGTSTP, SIGCONT};
    enum { NUMBERS = sizeof numbers / sizeof numbers[0] };
    static struct sigaction kept[NUMBERS];
    for (size_t i = 0; i < NUMBERS; i++) {
        struct sigaction action = {.sa_handler = SIG_DFL};
        sigemptyset(&action.sa_mask);
        sigaction(numbers[i], lent ? &action : &kept[i], lent ? &kept[i] : NULL);
    }
}

void
signals_stop(void)
{
    if (!started)
        return;
    started = false;
    for (size_t i = 0; i < HANDLED; i++)
        sigaction(handled[i].number, &before[i], NULL);
    stack_t none = {.ss_flags = SS_DISABLE};
    sigaltstack(&none, NULL);
    close(ends[0]);
    close(ends[1]);
}
