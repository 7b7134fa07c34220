#include "dns_fixture.h"

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

struct dns_fixture dns_fixture;

/* ---- servers ---- */

struct process {
    pid_t pid;
    int in;    /* closes: it ends */
    FILE *out; /* what it prints */
    uint16_t port;
};

static struct process servers[DNS_FIXTURE_SERVERS];

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
dns_fixture_serve(size_t index, const char *scenario, const char *option, const char *value)
{
    char path[] = "/tmp/whylisted-scenario-XXXXXX", line[16];
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    write_file(path, scenario);
    char options[256] = "";
    const char *argv[20] = {scenario_path(), path};
    snprintf(options, sizeof options, "%s %s", option ? option : "", value ? value : "");
    char *rest = options;
    for (size_t i = 2; i < COUNT(argv) - 1 && (argv[i] = strtok_r(NULL, " ", &rest)); i++)
        continue;
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
dns_fixture_account(size_t index, unsigned *asked, unsigned *held)
{
    char line[64] = "";
    close(servers[index].in);
    servers[index].in = open("/dev/null", O_RDONLY);
    assert_non_null(fgets(line, sizeof line, servers[index].out));
    assert_int_equal(sscanf(line, "asked %u held %u", asked, held), 2);
    stop(&servers[index], 0);
}

uint16_t
dns_fixture_port(size_t index)
{
    return servers[index].port;
}

unsigned
dns_fixture_asked(size_t index)
{
    unsigned asked, held;
    dns_fixture_account(index, &asked, &held);
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
dns_fixture_serve_nothing(size_t index)
{
    servers[index].port = closed_port();
}

/* Started by root, it wants to become somebody who may read its files. */
bool
dns_fixture_serve_zone(size_t index, const char *zone, const char *content)
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
dns_fixture_open(void **state)
{
    (void)state;
    dns_fixture = (struct dns_fixture){.loop = loop_new()};
    resolver_options_default(&dns_fixture.options);
    dns_fixture.options.timeout_ms = DNS_FIXTURE_TRY_MS;
    return 0;
}

int
dns_fixture_close(void **state)
{
    (void)state;
    resolver_free(dns_fixture.resolver);
    loop_free(dns_fixture.loop);
    for (size_t i = 0; i < DNS_FIXTURE_SERVERS; i++)
        stop(&servers[i], SIGTERM);
    return 0;
}

void
dns_fixture_start(size_t server_count)
{
    struct fault fault;
    dns_fixture.options.server_count = server_count;
    for (size_t i = 0; i < server_count; i++) {
        dns_fixture.options.servers[i].addr = addr_from_v4(0x7f000001);
        dns_fixture.options.servers[i].port = servers[i].port;
    }
    dns_fixture.resolver = resolver_new(dns_fixture.loop, &dns_fixture.options, &fault);
    assert_non_null(dns_fixture.resolver);
}

static void
note(void *arg, const struct answer *answer)
{
    struct asker *asker = arg;
    assert_false(asking);
    dns_fixture.answers++;
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
dns_fixture_ask(const char *name, enum record_type type, unsigned flags, struct asker *asker)
{
    asking = true;
    resolver_ask(dns_fixture.resolver, name, type, flags, note, asker);
    asking = false;
}

void
dns_fixture_wait(unsigned count)
{
    int64_t guard_ms = clock_now_ms() + GUARD_MS;
    while (dns_fixture.answers < count && clock_now_ms() < guard_ms)
        assert_true(loop_turn(dns_fixture.loop, guard_ms));
    assert_int_equal(dns_fixture.answers, count);
}

struct answer
dns_fixture_answer(const char *name, enum record_type type, unsigned flags)
{
    struct asker asker = {0};
    dns_fixture_ask(name, type, flags, &asker);
    dns_fixture_wait(dns_fixture.answers + 1);
    dns_fixture_free(&asker, 1);
    return asker.answer;
}

void
dns_fixture_drain(void)
{
    int64_t guard_ms = clock_now_ms() + GUARD_MS;
    while (loop_turn(dns_fixture.loop, guard_ms))
        assert_true(clock_now_ms() < guard_ms);
}

void
dns_fixture_ask_many(struct asker *askers, size_t count, enum record_type type, unsigned flags)
{
    for (size_t i = 0; i < count; i++) {
        char name[32];
        snprintf(name, sizeof name, "%zu.test", i);
        dns_fixture_ask(name, type, flags, &askers[i]);
    }
}

void
dns_fixture_free(struct asker *askers, size_t count)
{
    for (size_t i = 0; i < count; i++)
        buf_free(&askers[i].texts);
}

struct resolver_counts
dns_fixture_counts(void)
{
    struct resolver_counts counts;
    resolver_counts(dns_fixture.resolver, &counts);
    return counts;
}
