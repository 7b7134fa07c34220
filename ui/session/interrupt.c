#include "session/interrupt.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

static volatile sig_atomic_t came;
static int pipe_ends[2] = {-1, -1};

static void
on_signal(int number)
{
    int saved = errno;
    (void)number;
    came = 1;
    ssize_t written = write(pipe_ends[1], "", 1); /* a full pipe wakes the loop just as well */
    (void)written;
    errno = saved;
}

static void
on_ready(void *arg, int fd, short revents)
{
    char bytes[16];
    (void)arg;
    (void)revents;
    while (read(fd, bytes, sizeof bytes) > 0)
        ;
}

void
interrupt_watch(struct loop *loop)
{
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND};
    if (pipe_ends[0] < 0 && !loop_pipe(pipe_ends))
        return; /* without it the signals end the program at once */
    loop_watch(loop, pipe_ends[0], POLLIN, on_ready, NULL);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

bool
interrupt_came(void)
{
    return came;
}
