/* The handlers do no more than write one byte, except on the way out. The pipe is never blocked on at either end: when
 * it is full, what is dropped is one of many of the same kind. */

#include "console/app/signals.h"

#include "base/loop.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

static const struct {
    int number;
    enum { TELL, END, CRASH } kind;
} handled[] = {
    {SIGWINCH, TELL}, {SIGTSTP, TELL}, {SIGCONT, TELL}, {SIGINT, END},   {SIGTERM, END},   {SIGHUP, END},
    {SIGSEGV, CRASH}, {SIGBUS, CRASH}, {SIGFPE, CRASH}, {SIGILL, CRASH}, {SIGABRT, CRASH},
};

enum { HANDLED = sizeof handled / sizeof handled[0], STACK_BYTES = 65536 };

static bool started;
static int ends[2]; /* of the pipe: read, write */
static void (*last_deed)(void);
static volatile sig_atomic_t told_to_end[HANDLED];
static struct sigaction before[HANDLED];
static char stack[STACK_BYTES]; /* a crash may be the ordinary stack's overflow */

static size_t
index_of(int number)
{
    size_t i = 0;
    while (handled[i].number != number)
        i++;
    return i;
}

static void
tell(int number)
{
    int kept = errno;
    char byte = (char)number;
    ssize_t ignored = write(ends[1], &byte, 1);
    (void)ignored;
    errno = kept;
}

/* The signal is blocked while its handler runs: raised again it comes, in its old way, when this returns. */
static void
die(int number)
{
    last_deed();
    sigaction(number, &before[index_of(number)], NULL);
    raise(number);
}

static void
on_end(int number)
{
    size_t i = index_of(number);
    if (told_to_end[i]) {
        die(number);
        return;
    }
    told_to_end[i] = true;
    tell(number);
}

static void
install(size_t i)
{
    struct sigaction action = {.sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    action.sa_handler = handled[i].kind == TELL ? tell : handled[i].kind == END ? on_end : die;
    if (handled[i].kind == CRASH)
        action.sa_flags |= SA_ONSTACK;
    sigaction(handled[i].number, &action, &before[i]);
}

bool
signals_start(void (*rescue)(void), struct fault *fault)
{
    if (!loop_pipe(ends))
        return fault_set(fault, "cannot make a pipe: %s", strerror(errno));
    last_deed = rescue;
    stack_t alternative = {.ss_sp = stack, .ss_size = sizeof stack};
    sigaltstack(&alternative, NULL);
    for (size_t i = 0; i < HANDLED; i++) {
        told_to_end[i] = false;
        install(i);
    }
    started = true;
    return true;
}

int
signals_fd(void)
{
    return ends[0];
}

int
signals_next(void)
{
    char byte;
    return read(ends[0], &byte, 1) == 1 ? byte : 0;
}

void
signals_suspend(void)
{
    struct sigaction ordinary = {.sa_handler = SIG_DFL}, stop, go_on;
    sigemptyset(&ordinary.sa_mask);
    sigaction(SIGTSTP, &ordinary, &stop);
    sigaction(SIGCONT, &ordinary, &go_on);
    kill(0, SIGTSTP);
    sigaction(SIGTSTP, &stop, NULL);
    sigaction(SIGCONT, &go_on, NULL);
}

void
signals_lend(bool lent)
{
    static const struct {
        int number;
        sighandler_t handler;
    } meanwhile[] = {{SIGTSTP, SIG_DFL}, {SIGCONT, SIG_DFL}};
    enum { MEANWHILE = sizeof meanwhile / sizeof meanwhile[0] };
    static struct sigaction kept[MEANWHILE];
    for (size_t i = 0; i < MEANWHILE; i++) {
        struct sigaction action = {.sa_handler = meanwhile[i].handler};
        sigemptyset(&action.sa_mask);
        sigaction(meanwhile[i].number, lent ? &action : &kept[i], lent ? &kept[i] : NULL);
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
