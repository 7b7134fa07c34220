/* scenario [--port N] [--delay MS] [--no-tcp] [--log FILE] SCENARIO
 *
 * A DNS server for tests, on 127.0.0.1 by UDP and TCP, that answers as a plain text file tells it. It prints the port
 * (a free one unless --port names it) and serves until SIGTERM or SIGINT, or, if its standard input is a pipe, until
 * that closes. Then it prints "asked N held M": how many questions came, and how many at most were held back at a time
 * because of a delay. --delay is for every answer; --log gets a line "udp NAME TYPE" or "tcp NAME TYPE" a question.
 *
 * What a scenario says is told in rule.h. */
#include "base/buf.h"
#include "base/clock.h"
#include "base/loop.h"
#include "base/mem.h"
#include "rule.h"

#include <getopt.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

struct connection {
    int fd;
    size_t held; /* answers that are still to come */
    struct buf in;
    bool closed;
};

struct reply {
    struct timer timer;
    struct buf packet;
    struct sockaddr_in to;
    struct connection *connection; /* NULL for UDP */
};

static struct {
    struct loop *loop;
    int udp, tcp;
    long delay_ms;
    FILE *log;
    size_t asked, held, held_most;
    bool over;
} serving;

static void
leave_connection(struct connection *c)
{
    if (!c->closed || c->held > 0)
        return;
    close(c->fd);
    buf_free(&c->in);
    free(c);
}

static void
send_reply(void *arg)
{
    struct reply *reply = arg;
    const struct buf *packet = &reply->packet;
    serving.held--;
    if (!reply->connection) {
        sendto(serving.udp, buf_string(packet), packet->count, 0, (struct sockaddr *)&reply->to, sizeof reply->to);
    } else {
        uint8_t length[2] = {(uint8_t)(packet->count >> 8), (uint8_t)packet->count};
        send(reply->connection->fd, length, 2, MSG_NOSIGNAL | MSG_MORE);
        send(reply->connection->fd, buf_string(packet), packet->count, MSG_NOSIGNAL);
        reply->connection->held--;
        leave_connection(reply->connection);
    }
    buf_free(&reply->packet);
    free(reply);
}

static void
hold(struct reply *reply, long late_ms)
{
    reply->timer = (struct timer){.fire = send_reply, .arg = reply};
    serving.held++;
    if (reply->connection)
        reply->connection->held++;
    if (late_ms == 0) {
        send_reply(reply);
        return;
    }
    if (serving.held > serving.held_most)
        serving.held_most = serving.held;
    loop_timer_set(serving.loop, &reply->timer, clock_now_ms() + late_ms);
}

static void
serve(struct question *q, const struct sockaddr_in *to, struct connection *connection)
{
    struct buf packet = {0};
    serving.asked++;
    if (!rule_question(q))
        return;
    if (serving.log)
        fprintf(serving.log, "%s %s %s\n", q->tcp ? "tcp" : "udp", q->name, rule_type_name(q->type));
    struct rule *rule = rule_find(q->name, q->type);
    if (!rule_answer(&packet, q, rule)) {
        buf_free(&packet);
        return;
    }
    struct reply *reply = mem_zero(sizeof *reply);
    reply->packet = packet;
    reply->connection = connection;
    if (to)
        reply->to = *to;
    hold(reply, serving.delay_ms + rule->late_ms);
}

static void
on_packet(void *arg, int fd, short revents)
{
    (void)arg, (void)revents;
    static struct question q;
    struct sockaddr_in from;
    for (;;) {
        socklen_t from_count = sizeof from;
        ssize_t count = recvfrom(fd, q.packet, sizeof q.packet, MSG_DONTWAIT, (struct sockaddr *)&from, &from_count);
        if (count < 0)
            return;
        q.count = (size_t)count;
        q.tcp = q.edns = false;
        serve(&q, &from, NULL);
    }
}

static void
on_stream(void *arg, int fd, short revents)
{
    (void)revents;
    static struct question q;
    struct connection *c = arg;
    ssize_t count = recv(fd, q.packet, sizeof q.packet, MSG_DONTWAIT);
    if (count <= 0) {
        loop_watch(serving.loop, fd, 0, NULL, NULL);
        c->closed = true;
        leave_connection(c);
        return;
    }
    buf_bytes(&c->in, (char *)q.packet, (size_t)count);
    while (c->in.count >= 2) {
        size_t length = (size_t)((uint8_t)c->in.at[0] << 8 | (uint8_t)c->in.at[1]);
        if (c->in.count < 2 + length)
            return;
        memcpy(q.packet, c->in.at + 2, length);
        c->in.count -= 2 + length;
        memmove(c->in.at, c->in.at + 2 + length, c->in.count);
        q.count = length;
        q.tcp = true;
        q.edns = false;
        serve(&q, NULL, c);
    }
}

static void
on_connection(void *arg, int fd, short revents)
{
    (void)arg, (void)revents;
    struct connection *c = mem_zero(sizeof *c);
    c->fd = accept(fd, NULL, NULL);
    if (c->fd < 0)
        free(c);
    else
        loop_watch(serving.loop, c->fd, POLLIN, on_stream, c);
}

static void
on_stdin(void *arg, int fd, short revents)
{
    (void)arg, (void)revents;
    char ignored[256];
    if (read(fd, ignored, sizeof ignored) <= 0)
        serving.over = true;
}

static void
on_signal(int number)
{
    (void)number;
    serving.over = true;
}

static int
open_port(int kind, int port)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    int fd = socket(AF_INET, kind, 0), yes = 1, bytes = 1 << 20;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(fd, SOL_SOCKET, kind == SOCK_STREAM ? SO_REUSEADDR : SO_RCVBUF, kind == SOCK_STREAM ? &yes : &bytes,
               sizeof yes);
    if (bind(fd, (struct sockaddr *)&at, sizeof at) == 0 && (kind == SOCK_DGRAM || listen(fd, 64) == 0))
        return fd;
    close(fd);
    return -1;
}

static int
port_of(int fd)
{
    struct sockaddr_in at;
    socklen_t count = sizeof at;
    getsockname(fd, (struct sockaddr *)&at, &count);
    return ntohs(at.sin_port);
}

/* A port that is free for both. */
static int
open_ports(int port, bool want_tcp)
{
    for (int tries = 0; tries < 100; tries++) {
        serving.udp = open_port(SOCK_DGRAM, port);
        if (serving.udp < 0)
            break;
        int got = port_of(serving.udp);
        serving.tcp = want_tcp ? open_port(SOCK_STREAM, got) : -1;
        if (!want_tcp || serving.tcp >= 0)
            return got;
        close(serving.udp);
    }
    fputs("scenario: no free port\n", stderr);
    exit(74);
}

static void
serve_all(void)
{
    struct stat in;
    signal(SIGTERM, on_signal);
    signal(SIGINT, on_signal);
    serving.loop = loop_new();
    loop_watch(serving.loop, serving.udp, POLLIN, on_packet, NULL);
    if (serving.tcp >= 0)
        loop_watch(serving.loop, serving.tcp, POLLIN, on_connection, NULL);
    if (fstat(STDIN_FILENO, &in) == 0 && S_ISFIFO(in.st_mode))
        loop_watch(serving.loop, STDIN_FILENO, POLLIN, on_stdin, NULL);
    while (!serving.over && loop_turn(serving.loop, clock_now_ms() + 1000))
        continue;
    printf("asked %zu held %zu\n", serving.asked, serving.held_most);
}

int
main(int argc, char **argv)
{
    static const struct option options[] = {
        {"port", required_argument, NULL, 'p'},
        {"delay", required_argument, NULL, 'd'},
        {"no-tcp", no_argument, NULL, 'n'},
        {"log", required_argument, NULL, 'l'},
        {NULL, 0, NULL, 0},
    };
    int port = 0, option;
    bool tcp = true;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (option == 'p')
            port = atoi(optarg);
        else if (option == 'd')
            serving.delay_ms = atol(optarg);
        else if (option == 'n')
            tcp = false;
        else if (option == 'l')
            serving.log = fopen(optarg, "w");
    }
    if (optind + 1 != argc) {
        fputs("usage: scenario [--port N] [--delay MS] [--no-tcp] [--log FILE] SCENARIO\n", stderr);
        return 64;
    }
    if (serving.log)
        setvbuf(serving.log, NULL, _IOLBF, 0);
    rule_read(argv[optind]);
    printf("%d\n", open_ports(port, tcp));
    fflush(stdout);
    serve_all();
    rule_free();
    return 0;
}
