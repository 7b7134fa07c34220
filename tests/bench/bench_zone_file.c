/* bench_zone_file           how long it takes to load zone files, and how much memory, against rbldnsd on the same files
 * bench_zone_file FILE...   loads these, says what is in them, and "loaded"
 *
 * Whole processes are compared, from their start to the moment at which the zones are in memory: ours says "loaded",
 * rbldnsd says "started". They take turns, and the medians count; the first turn of each only warms the caches. Prints
 * "JOB  ours  peer  ratio  target"; a job whose peer or files are missing says so. */

#include "base/clock.h"
#include "zones/zone_file.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { TURNS = 7, MOST_FILES = 2, MANY = 10000000, PATH_ROOM = 512 };

struct cost {
    double ms, mib;
};

struct job {
    const char *name;
    size_t count;
    char files[MOST_FILES][PATH_ROOM];
    const char *time, *answer_cache; /* targets */
};

static const char loaded[] = "loaded";
static char temp_dir[] = "/tmp/bench-zonefile-XXXXXX";

static void
fail(const char *what)
{
    fprintf(stderr, "bench_zone_file: %s: %s\n", what, strerror(errno));
    exit(1);
}

static int
load(int count, char **paths)
{
    struct fault fault;
    for (int i = 0; i < count; i++) {
        struct zone_file *zone = zone_file_new(paths[i]);
        size_t addresses;
        if (zone_file_step(zone, INT64_MAX, &fault) != ZONE_FILE_READY) {
            fprintf(stderr, "bench_zone_file: %s\n", fault.text);
            return 1;
        }
        zone_file_addresses(zone, &addresses);
        printf("%s: %zu addresses, %zu rows, %zu warnings\n", paths[i], addresses, zone_file_row_count(zone),
               zone_file_warning_count(zone));
    }
    puts(loaded);
    fflush(stdout);
    return 0; /* without freeing: that is another matter, which the peer's time does not hold either */
}

/* ---- one turn ---- */

/* Runs a program with its standard error, and output, in a pipe. */
static pid_t
start(char **argv, int *pipe_end)
{
    int ends[2];
    if (pipe(ends) != 0)
        fail("pipe");
    pid_t child = fork();
    if (child < 0)
        fail("fork");
    if (child == 0) {
        dup2(ends[1], STDOUT_FILENO);
        dup2(ends[1], STDERR_FILENO);
        close(ends[0]);
        close(ends[1]);
        execvp(argv[0], argv);
        _exit(127);
    }
    close(ends[1]);
    *pipe_end = ends[0];
    return child;
}

/* Reads until that word; false when the end comes first. */
static bool
wait_for(int fd, const char *word)
{
    char said[65536];
    size_t count = 0;
    ssize_t got;
    while ((got = read(fd, said + count, sizeof said - 1 - count)) > 0) {
        count += (size_t)got;
        said[count] = '\0';
        if (strstr(said, word))
            return true;
    }
    return false;
}

/* Ends it by a signal, if one is given, and returns the most memory that it took. */
static double
reap(pid_t child, int signal_number, int *status)
{
    struct rusage usage;
    if (signal_number)
        kill(child, signal_number);
    if (wait4(child, status, 0, &usage) != child)
        fail("wait");
    return (double)usage.ru_maxrss / 1024;
}

static bool
run_ours(const struct job *job, struct cost *cost)
{
    char *argv[MOST_FILES + 2] = {"/proc/self/exe"};
    int fd, status;
    for (size_t i = 0; i < job->count; i++)
        argv[i + 1] = (char *)job->files[i];
    int64_t began_us = clock_now_us();
    pid_t child = start(argv, &fd);
    bool done = wait_for(fd, loaded);
    cost->ms = (double)(clock_now_us() - began_us) / 1e3;
    cost->mib = reap(child, 0, &status);
    close(fd);
    return done;
}

/* Started by root, it wants to become somebody else. */
static bool
run_rbldnsd(const struct job *job, struct cost *cost)
{
    char zones[MOST_FILES][PATH_ROOM + 32], address[32];
    char *argv[MOST_FILES + 7] = {"rbldnsd", "-n", "-b", address};
    size_t used = 4;
    int fd, status;
    snprintf(address, sizeof address, "127.0.0.1/%d", 20000 + getpid() % 20000);
    if (geteuid() == 0)
        argv[used++] = "-unobody";
    for (size_t i = 0; i < job->count; i++) {
        snprintf(zones[i], sizeof zones[i], "zone%zu.test:ip4set:%s", i, job->files[i]);
        argv[used++] = zones[i];
    }
    int64_t began_us = clock_now_us();
    pid_t child = start(argv, &fd);
    bool started = wait_for(fd, " started (");
    cost->ms = (double)(clock_now_us() - began_us) / 1e3;
    cost->mib = reap(child, SIGKILL, &status);
    close(fd);
    return started;
}

/* ---- the jobs ---- */

static int
compare_ms(const void *a, const void *b)
{
    const struct cost *x = a, *y = b;
    return (x->ms > y->ms) - (x->ms < y->ms);
}

static struct cost
median(struct cost costs[TURNS])
{
    qsort(costs, TURNS, sizeof *costs, compare_ms);
    return costs[TURNS / 2];
}

static void
print_row(const char *job, double ours, double peer, const char *unit, const char *target)
{
    char our_text[32], peer_text[32];
    snprintf(our_text, sizeof our_text, "%.2f %s", ours, unit);
    snprintf(peer_text, sizeof peer_text, "%.2f %s", peer, unit);
    printf("%-42s %19s %19s %7.3f  %s\n", job, our_text, peer_text, ours / peer, target);
    fflush(stdout);
}

static void
print_skipped(const char *job, const char *why)
{
    printf("%-42s %19s %19s %7s  skipped: %s\n", job, "-", "-", "-", why);
}

static void
compare(const struct job *job)
{
    struct cost ours[TURNS], peer[TURNS], warm;
    if (!run_ours(job, &warm)) {
        print_skipped(job->name, "its zone files are not there");
        return;
    }
    if (!run_rbldnsd(job, &warm)) {
        print_skipped(job->name, "no rbldnsd, or it cannot start");
        return;
    }
    for (int turn = 0; turn < TURNS; turn++)
        if (!run_ours(job, &ours[turn]) || !run_rbldnsd(job, &peer[turn]))
            fail(job->name);
    struct cost o = median(ours), p = median(peer);
    print_row(job->name, o.ms, p.ms, "ms", job->time);
    print_row("  its memory", o.mib, p.mib, "MiB", job->answer_cache);
}

/* The same addresses in every run. */
static void
write_random(const char *path, size_t count)
{
    uint64_t random = 88172645463325252;
    FILE *file = fopen(path, "w");
    if (file == NULL)
        fail(path);
    fputs("$SOA 3600 a.test b.test 2026070618 3600 3600 86400 120\n:127.0.0.2:IP $ is listed\n", file);
    for (size_t i = 0; i < count; i++) {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        unsigned a = (unsigned)(random >> 32);
        fprintf(file, "%u.%u.%u.%u\n", a >> 24, a >> 16 & 255, a >> 8 & 255, a & 255);
    }
    if (fclose(file) != 0)
        fail(path);
}

static void
bench_real(void)
{
    const char *root = getenv("WHYLISTED_REAL_DATA");
    struct job job = {.name = "load real L1 + L2; rbldnsd", .count = 2, .time = "<= 0.40", .answer_cache = "-"};
    for (int i = 0; i < 2; i++)
        snprintf(job.files[i], sizeof job.files[i], "%s/uceprotect-2026-07-06/dnsbl-%d.uceprotect.net",
                 root ? root : TEST_SOURCE_ROOT "/../shared/data", i + 1);
    compare(&job);
}

static void
bench_random(const char *name, size_t count, const char *time, const char *answer_cache)
{
    struct job job = {.name = name, .count = 1, .time = time, .answer_cache = answer_cache};
    snprintf(job.files[0], sizeof job.files[0], "%s/zone", temp_dir);
    write_random(job.files[0], count);
    compare(&job);
    unlink(job.files[0]);
}

int
main(int argc, char **argv)
{
    if (argc > 1)
        return load(argc - 1, argv + 1);
    if (mkdtemp(temp_dir) == NULL || chmod(temp_dir, 0755) != 0)
        fail(temp_dir);
    printf("%-42s %19s %19s %7s  %s\n", "job", "ours", "rbldnsd", "ratio", "target");
    bench_real();
    bench_random("load 1 M random addresses; rbldnsd", MANY / 10, "-", "-");
    bench_random("load 10 M random addresses; rbldnsd", MANY, "<= 0.30", "<= 0.60");
    rmdir(temp_dir);
    return 0;
}
