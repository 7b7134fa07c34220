/* Watches a full-screen program under a pseudo terminal of 80x24:
 *
 *   pty frame MARKER COMMAND...         microseconds from its start until MARKER, which it draws last, has arrived
 *   pty keys MARKER KEYS N COMMAND...   presses KEYS in turn, N in all; median and 95th percentile of the microseconds
 *                                       from a key until the last byte that it caused
 *   pty idle MARKER SECONDS COMMAND...  after a second to settle: how often it was woken, how many bytes it wrote in so
 *                                       many seconds, and its resident memory in KiB
 *
 *
 * The program is ended by SIGTERM. And without a terminal:
 *
 *   pty run COMMAND...                  microseconds from start to end, its resident memory in KiB at most and its exit
 *                                       status; what it prints is thrown away */

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { QUIET_MS = 20, PATIENCE_MS = 20000, ROOM = 1 << 16, KEYS_MOST = 10000 };

static pid_t child;
static int master;
static int64_t started_us;

static int64_t
now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void
stop(void)
{
    kill(child, SIGTERM);
    for (int i = 0; i < 100 && waitpid(child, NULL, WNOHANG) == 0; i++) {
        char rest[4096];
        struct pollfd wait = {master, POLLIN, 0};
        if (poll(&wait, 1, 10) > 0 && read(master, rest, sizeof rest) < 0)
            usleep(1000);
        if (i == 98)
            kill(child, SIGKILL);
    }
}

static void
give_up(const char *why)
{
    fprintf(stderr, "pty: %s\n", why);
    stop();
    exit(1);
}

static void
start(char **command)
{
    struct winsize size = {.ws_row = 24, .ws_col = 80};
    setenv("TERM", "xterm-256color", 1);
    started_us = now_us();
    child = forkpty(&master, NULL, NULL, &size);
    if (child < 0) {
        perror("pty: forkpty");
        exit(1);
    }
    if (child == 0) {
        execvp(command[0], command);
        _exit(127);
    }
}

/* What has come within the time; 0 = nothing, -1 = the program has ended. */
static ssize_t
hear(char *out, size_t room, int wait_ms)
{
    struct pollfd wait = {master, POLLIN, 0};
    int ready = poll(&wait, 1, wait_ms);
    if (ready <= 0)
        return ready < 0 && errno != EINTR ? -1 : 0;
    ssize_t got = read(master, out, room);
    return got > 0 ? got : -1;
}

static void
await(const char *marker)
{
    static char dns_facts[ROOM];
    size_t count = 0, length = strlen(marker);
    while (!memmem(dns_facts, count, marker, length)) {
        if (count + 4096 > ROOM) { /* a marker may lie across what is kept and what comes */
            memmove(dns_facts, dns_facts + count - length, length);
            count = length;
        }
        ssize_t got = hear(dns_facts + count, ROOM - count, PATIENCE_MS);
        if (got <= 0)
            give_up(got < 0 ? "the program has ended" : "the marker does not come");
        count += (size_t)got;
    }
}

/* Reads until nothing has come for so long; tells when the last byte came, 0 = none. */
static int64_t
update_result(int first_ms, int quiet_ms)
{
    char dns_facts[ROOM];
    int64_t last_us = 0;
    for (int wait_ms = first_ms;; wait_ms = quiet_ms) {
        ssize_t got = hear(dns_facts, sizeof dns_facts, wait_ms);
        if (got < 0)
            give_up("the program has ended");
        if (got == 0)
            return last_us;
        last_us = now_us();
    }
}

static int
compare(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static void
watch_keys(const char *keys, size_t count)
{
    static int64_t taken_us[KEYS_MOST];
    size_t length = strlen(keys), drawn = 0;
    update_result(1000, 300);
    for (size_t i = 0; i < count && i < KEYS_MOST; i++) {
        int64_t pressed_us = now_us();
        if (write(master, keys + i % length, 1) != 1)
            give_up("it takes no keys");
        int64_t last_us = update_result(500, QUIET_MS);
        if (last_us)
            taken_us[drawn++] = last_us - pressed_us;
    }
    if (drawn < count / 2)
        give_up("most keys draw nothing");
    qsort(taken_us, drawn, sizeof taken_us[0], compare);
    printf("%lld %lld\n", (long long)taken_us[drawn / 2], (long long)taken_us[drawn * 95 / 100]);
}

/* The sum of the numbers in the lines of /proc/PID/status that hold this word. */
static long
exit_status_of(const char *word)
{
    char path[64], line[256];
    long sum = 0;
    snprintf(path, sizeof path, "/proc/%d/status", (int)child);
    FILE *file = fopen(path, "r");
    while (file && fgets(line, sizeof line, file))
        if (strstr(line, word))
            sum += strtol(strchr(line, ':') + 1, NULL, 10);
    if (file)
        fclose(file);
    return sum;
}

static void
watch_idle(int seconds)
{
    char dns_facts[ROOM];
    int64_t bytes = 0;
    update_result(1000, 1000);
    long before = exit_status_of("voluntary_ctxt_switches");
    for (int64_t end_us = now_us() + seconds * INT64_C(1000000); now_us() < end_us;) {
        ssize_t got = hear(dns_facts, sizeof dns_facts, (int)((end_us - now_us()) / 1000) + 1);
        if (got < 0)
            give_up("the program has ended");
        bytes += got;
    }
    printf("%ld %lld %ld\n", exit_status_of("voluntary_ctxt_switches") - before, (long long)bytes,
           exit_status_of("VmRSS"));
}

static void
watch_run(char **command)
{
    started_us = now_us();
    child = fork();
    if (child == 0) {
        int nowhere = open("/dev/null", O_RDWR);
        dup2(nowhere, STDOUT_FILENO);
        dup2(nowhere, STDERR_FILENO);
        execvp(command[0], command);
        _exit(127);
    }
    struct rusage usage;
    int status;
    wait4(child, &status, 0, &usage);
    printf("%lld %ld %d\n", (long long)(now_us() - started_us), usage.ru_maxrss, WEXITSTATUS(status));
}

int
main(int argc, char **argv)
{
    if (argc > 2 && strcmp(argv[1], "run") == 0) {
        watch_run(argv + 2);
        return 0;
    }
    bool frame = argc > 3 && strcmp(argv[1], "frame") == 0;
    bool keys = argc > 5 && strcmp(argv[1], "keys") == 0;
    bool idle = argc > 4 && strcmp(argv[1], "idle") == 0;
    if (!frame && !keys && !idle) {
        fputs("usage: pty frame MARKER COMMAND... | keys MARKER KEYS N COMMAND... | idle MARKER SECONDS COMMAND... |\n"
              "       run COMMAND...\n",
              stderr);
        return 64;
    }
    start(argv + (frame ? 3 : keys ? 5 : 4));
    await(argv[2]);
    if (frame)
        printf("%lld\n", (long long)(now_us() - started_us));
    else if (keys)
        watch_keys(argv[3], strtoul(argv[4], NULL, 10));
    else
        watch_idle(atoi(argv[3]));
    stop();
    return 0;
}
