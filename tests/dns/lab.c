#include "lab.h"

#include "base/clock.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

enum { GUARD_MS = 60000, PATH_ROOM = 4096 };

struct lab lab;

/* ---- servers ---- */

struct process {
    pid_t pid;
    int in;    /* closes: it ends */
    FILE *out; /* what it prints */
    uint16_t port;
};

static struct process servers[LAB_SERVERS];

static void
write_file(const char *path, const char *text)
{
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    fputs(text, out);
    assert_int_equal(fclose(out), 0);
}

static struct process
run(const char *const argv[])
{
    struct process process = {0};
    int in[2], out[2];
    assert_int_equal(pipe2(in, O_CLOEXEC) | pipe2(out, O_CLOEXEC), 0);
    process.pid = fork();
    assert_true(process.pid >= 0);
    if (process.pid == 0) {
        dup2(in[0], STDIN_FILENO);
        dup2(out[1], STDOUT_FILENO);
        execvp(argv[0], (char *const *)(uintptr_t)argv);
        _exit(127);
    }
    close(in[0]);
    close(out[1]);
    process.in = in[1];
    process.out = fdopen(out[0], "r");
    return process;
}

static const char *
scenario_path(void)
{
    static char path[PATH_ROOM];
    const char *own = getenv("SCENARIO"), *build = getenv("top_builddir");
    if (own)
        return own;
    snprintf(path, sizeof path, "%s/tests/dns/scenario", build ? build : ".");
    return path;
}

void
lab_serve(size_t index, const char *scenario, const char *option, const char *value)
{
    char path[] = "/tmp/whylisted-scenario-XXXXXX", line[16];
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    write_file(path, scenario);
    const char *argv[6] = {scenario_path(), path, option, value};
    servers[index] = run(argv);
    if (!fgets(line, sizeof line, servers[index].out))
        fail_msg("%s does not start", scenario_path());
    servers[index].port = (uint16_t)atoi(line);
    unlink(path);
}

static void
stop(struct process *process, int signal)
{
    if (process->pid == 0)
        return;
    close(process->in);
    if (signal)
        kill(process->pid, signal);
    waitpid(process->pid, NULL, 0);
    fclose(process->out);
    *process = (struct process){0};
}

void
lab_account(size_t index, unsigned *asked, unsigned *held)
{
    char line[64] = "";
    close(servers[index].in);
    servers[index].in = open("/dev/null", O_RDONLY);
    assert_non_null(fgets(line, sizeof line, servers[index].out));
    assert_int_equal(sscanf(line, "asked %u held %u", asked, held), 2);
    stop(&servers[index], 0);
}

unsigned
lab_asked(size_t index)
{
    unsigned asked, held;
    lab_account(index, &asked, &held);
    return asked;
}

/* Reads what it prints until a line with this word; false when it ends before. */
static bool
await_line(FILE *out, const char *word)
{
    char line[256];
    while (fgets(line, sizeof line, out))
        if (strstr(line, word))
            return true;
    return false;
}

/* A port where nobody listens. */
static uint16_t
closed_port(void)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t count = sizeof at;
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof at), 0);
    getsockname(fd, (struct sockaddr *)&at, &count);
    close(fd);
    return ntohs(at.sin_port);
}

void
lab_serve_nothing(size_t index)
{
    servers[index].port = closed_port();
}

/* Started by root, it wants to become somebody who may read its files. */
bool
lab_serve_zone(size_t index, const char *zone, const char *content)
{
    char folder[] = "/tmp/whylisted-zone-XXXXXX", path[64], bind[32], data[256];
    bool root = geteuid() == 0;
    uint16_t port = closed_port();

    assert_non_null(mkdtemp(folder));
    chmod(folder, 0755);
    snprintf(path, sizeof path, "%s/zone", folder);
    write_file(path, content);
    chmod(path, 0644);
    snprintf(bind, sizeof bind, "127.0.0.1/%u", port);
    snprintf(data, sizeof data, "%s:ip4set:zone", zone);
    const char *argv[] = {"rbldnsd", "-n", "-b", bind, "-r", folder, data, root ? "-unobody" : NULL, NULL};
    servers[index] = run(argv);
    servers[index].port = port;
    bool up = await_line(servers[index].out, "started");
    unlink(path);
    rmdir(folder);
    return up;
}

/* ---- the resolver and who asks it ---- */

static bool asking;

int
lab_open(void **state)
{
    (void)state;
    lab = (struct lab){.loop = loop_new()};
    resolver_options_default(&lab.options);
    lab.options.timeout_ms = LAB_TRY_MS;
    return 0;
}

int
lab_close(void **state)
{
    (void)state;
    resolver_free(lab.resolver);
    loop_free(lab.loop);
    for (size_t i = 0; i < LAB_SERVERS; i++)
        stop(&servers[i], SIGTERM);
    return 0;
}

void
lab_start(size_t server_count)
{
    struct fault fault;
    lab.options.server_count = server_count;
    for (size_t i = 0; i < server_count; i++)
        lab.options.servers[i] = (struct endpoint){{ADDR_V4, {127, 0, 0, 1}}, servers[i].port};
    lab.resolver = resolver_new(lab.loop, &lab.options, &fault);
    assert_non_null(lab.resolver);
}

static void
note(void *arg, const struct answer *answer)
{
    struct asker *asker = arg;
    assert_false(asking);
    lab.answers++;
    asker->times++;
    asker->answer = *answer;
    asker->answer.records = NULL;
    buf_clear(&asker->texts);
    for (size_t i = 0; i < answer->count; i++) {
        if (i < COUNT(asker->addresses))
            asker->addresses[i] = answer->records[i].addr;
        buf_bytes(&asker->texts, answer->records[i].text ? answer->records[i].text : "", answer->records[i].text_count);
        buf_byte(&asker->texts, '|');
    }
}

void
lab_ask(const char *name, enum record_type type, unsigned flags, struct asker *asker)
{
    asking = true;
    resolver_ask(lab.resolver, name, type, flags, note, asker);
    asking = false;
}

void
lab_wait(unsigned count)
{
    int64_t guard_ms = clock_now_ms() + GUARD_MS;
    while (lab.answers < count && clock_now_ms() < guard_ms)
        assert_true(loop_turn(lab.loop, guard_ms));
    assert_int_equal(lab.answers, count);
}

struct answer
lab_answer(const char *name, enum record_type type, unsigned flags)
{
    struct asker asker = {0};
    lab_ask(name, type, flags, &asker);
    lab_wait(lab.answers + 1);
    lab_free(&asker, 1);
    return asker.answer;
}

void
lab_drain(void)
{
    int64_t guard_ms = clock_now_ms() + GUARD_MS;
    while (loop_turn(lab.loop, guard_ms))
        assert_true(clock_now_ms() < guard_ms);
}

void
lab_ask_many(struct asker *askers, size_t count, enum record_type type, unsigned flags)
{
    for (size_t i = 0; i < count; i++) {
        char name[32];
        snprintf(name, sizeof name, "%zu.test", i);
        lab_ask(name, type, flags, &askers[i]);
    }
}

void
lab_free(struct asker *askers, size_t count)
{
    for (size_t i = 0; i < count; i++)
        buf_free(&askers[i].texts);
}

struct resolver_counts
lab_counts(void)
{
    struct resolver_counts counts;
    resolver_counts(lab.resolver, &counts);
    return counts;
}
