#include "command/deliver.h"

#include "base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

enum { STEP_MS = 20 };

/* Starts the program in a process group of its own; *input is the end of a pipe to its stdin, which does not block. */
static bool
start(char *const *arguments, pid_t *pid, int *input, struct fault *fault)
{
    int ends[2];
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    sigset_t usual;
    if (pipe2(ends, O_CLOEXEC) != 0 || fcntl(ends[1], F_SETFL, O_NONBLOCK) != 0)
        return fault_set(fault, "cannot run %s: %s", arguments[0], strerror(errno));
    sigemptyset(&usual);
    sigaddset(&usual, SIGPIPE);
    sigaddset(&usual, SIGXFSZ);
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, ends[0], STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&files, STDERR_FILENO, STDOUT_FILENO);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF);
    posix_spawnattr_setsigdefault(&attributes, &usual);
    int error = posix_spawn(pid, arguments[0], &files, &attributes, arguments, environ);
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
    close(ends[0]);
    *input = ends[1];
    if (error == 0)
        return true;
    close(ends[1]);
    return fault_set(fault, "cannot run %s: %s", arguments[0], strerror(error));
}

/* Writes the text until it is taken, the program closes its stdin, or time is up. */
static void
feed(int input, const char *text, size_t count, int64_t until_ms)
{
    for (size_t done = 0; done < count && clock_now_ms() < until_ms;) {
        ssize_t wrote = write(input, text + done, count - done);
        if (wrote >= 0)
            done += (size_t)wrote;
        else if (errno == EAGAIN)
            poll(&(struct pollfd){.fd = input, .events = POLLOUT}, 1, STEP_MS);
        else if (errno != EINTR)
            return;
    }
}

bool
deliver(char *const *arguments, const char *text, size_t count, int64_t until_ms, struct fault *fault)
{
    const char *name = strcmp(arguments[0], "/bin/sh") == 0 ? arguments[2] : arguments[0];
    pid_t pid, ended;
    int input, status = 0;
    if (!start(arguments, &pid, &input, fault))
        return false;
    feed(input, text, count, until_ms);
    close(input);
    while ((ended = waitpid(pid, &status, WNOHANG)) == 0 && clock_now_ms() < until_ms)
        poll(NULL, 0, STEP_MS);
    if (ended == 0) {
        kill(-pid, SIGKILL);
        waitpid(pid, &status, 0);
        return fault_set(fault, "%s did not end in time and was killed", name);
    }
    if (ended == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return true;
    return WIFSIGNALED(status) ? fault_set(fault, "%s was killed by signal %d", name, WTERMSIG(status))
                               : fault_set(fault, "%s ended with status %d", name, WEXITSTATUS(status));
}
