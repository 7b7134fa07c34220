/* scenario [OPTION...] SCENARIO
 *
 * A DNS server for tests, on 127.0.0.1 by UDP and TCP, that answers as a plain text file tells it. It prints the port
 * (a free one unless --port names it) and serves until SIGTERM or SIGINT, or, if its standard input is a pipe, until
 * that closes. Then it prints "asked N held M": how many questions came, and how many at most were held back at a time
 * because of a delay.
 *
 *     --address ADDRESS      listens there; fe80::53%eth0 is link-local
 *     --port N
 *     --log FILE             gets a line "udp NAME TYPE" or "tcp NAME TYPE" a question
 *     --delay MS             each answer is held back for so long
 *     --drip MS              by TCP a byte comes each so many milliseconds
 *     --no-tcp, --no-udp     the port is closed, or silent
 *     --limit rate=N[/SECONDS],drop|refuse     takes no more questions in a second, or in so many
 *     --limit inflight=N,drop|refuse           takes no more at a time (those that --delay and late= hold back)
 *     --gap FROM-TO          silent, as in a restart, between these milliseconds after the first question; repeatable
 *     --edns drop|strip      a question with an OPT record is dropped, or answered as if it had none and with only
 *                            those records that fit into 512 bytes
 *
 * What a scenario says is told in rule.h. */
#include "base/buf.h"
#include "base/clock.h"
#include "base/loop.h"
#include "base/mem.h"
#include "ill.h"
#include "rule.h"

#include <getopt.h>
#include <netdb.h>
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
    const struct reply *sending; /* of which some bytes are out; NULL = none */
    bool closed;
};

struct reply {
    struct timer timer;
    struct buf packet; /* by TCP with its length before it */
    size_t sent;
    struct sockaddr_storage to;
    struct connection *connection; /* NULL for UDP */
};

static struct {
    struct loop *loop;
    int udp, tcp;
    struct sockaddr_storage at;
    socklen_t at_count;
    long delay_ms, drip_ms;
    bool no_tcp, no_udp;
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
    struct connection *c = reply->connection;
    const struct buf *packet = &reply->packet;
    if (!c) {
        sendto(serving.udp, buf_string(packet), packet->count, 0, (struct sockaddr *)&reply->to, serving.at_count);
    } else {
        bool its_turn = !c->sending || c->sending == reply; /* bytes of two replies must not mix */
        if (its_turn) {
            size_t count = serving.drip_ms ? 1 : packet->count;
            send(c->fd, packet->at + reply->sent, count, MSG_NOSIGNAL);
            reply->sent += count;
            c->sending = reply;
        }
        if (reply->sent < packet->count) {
            loop_timer_set(serving.loop, &reply->timer, clock_now_ms() + serving.drip_ms);
            return;
        }
        c->sending = NULL;
        c->held--;
        leave_connection(c);
    }
    serving.held--;
    buf_free(&reply->packet);
    free(reply);
}

/* Sends a reply when it is due. */
static void
hold(struct reply *reply, long late_ms)
{
    struct connection *c = reply->connection;
    int64_t now_ms = clock_now_ms(), due_ms = now_ms + late_ms;
    reply->timer = (struct timer){.fire = send_reply, .arg = reply};
    serving.held++;
    if (c)
        c->held++;
    if (due_ms == now_ms) {
        send_reply(reply);
        return;
    }
    if (serving.held > serving.held_most)
        serving.held_most = serving.held;
    loop_timer_set(serving.loop, &reply->timer, due_ms);
}

static void
serve(struct question *q, const struct sockaddr_storage *to, struct connection *connection)
{
    struct buf packet = {0};
    serving.asked++;
    q->tcp = connection;
    if (!rule_question(q) || (!q->tcp && serving.no_udp))
        return;
    if (serving.log)
        fprintf(serving.log, "%s %s %s\n", q->tcp ? "tcp" : "udp", q->name, rule_type_name(q->type));
    enum ill ill = ill_of(q, serving.held);
    if (ill == ILL_DROP)
        return;
    struct rule *rule = ill == ILL_REFUSE ? rule_refuse() : rule_find(q->name, q->type, q->edns);
    if (!rule_answer(&packet, q, rule)) {
        buf_free(&packet);
        return;
    }
    struct reply *reply = mem_zero(sizeof *reply);
    if (connection) {
        buf_byte(&reply->packet, (char)(packet.count >> 8));
        buf_byte(&reply->packet, (char)packet.count);
    }
    buf_bytes(&reply->packet, buf_string(&packet), packet.count);
    buf_free(&packet);
    reply->connection = connection;
    if (to)
        reply->to = *to;
    hold(reply, ill == ILL_REFUSE ? 0 : serving.delay_ms + rule->late_ms);
}

static void
on_packet(void *arg, int fd, short revents)
{
    (void)arg, (void)revents;
    static struct question q;
    struct sockaddr_storage from;
    for (;;) {
        socklen_t from_count = sizeof from;
        ssize_t count = recvfrom(fd, q.packet, sizeof q.packet, MSG_DONTWAIT, (struct sockaddr *)&from, &from_count);
        if (count < 0)
            return;
        q.count = (size_t)count;
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

/* Takes the address to listen on, numeric, with its zone where it has one. */
static void
read_address(const char *text)
{
    struct addrinfo hints = {.ai_flags = AI_NUMERICHOST, .ai_socktype = SOCK_DGRAM}, *found;
    if (getaddrinfo(text, NULL, &hints, &found) != 0) {
        fprintf(stderr, "scenario: no address \"%s\"\n", text);
        exit(64);
    }
    memcpy(&serving.at, found->ai_addr, found->ai_addrlen);
    serving.at_count = found->ai_addrlen;
    freeaddrinfo(found);
}

/* The port is at the same place in both families. */
static in_port_t *
port_in(struct sockaddr_storage *at)
{
    return &((struct sockaddr_in *)at)->sin_port;
}

static int
open_port(int kind, int port)
{
    struct sockaddr_storage at = serving.at;
    int fd = socket(at.ss_family, kind, 0), yes = 1, bytes = 1 << 20;
    *port_in(&at) = htons((uint16_t)port);
    setsockopt(fd, SOL_SOCKET, kind == SOCK_STREAM ? SO_REUSEADDR : SO_RCVBUF, kind == SOCK_STREAM ? &yes : &bytes,
               sizeof yes);
    if (bind(fd, (struct sockaddr *)&at, serving.at_count) == 0 && (kind == SOCK_DGRAM || listen(fd, 64) == 0))
        return fd;
    close(fd);
    return -1;
}

static int
port_of(int fd)
{
    struct sockaddr_storage at;
    socklen_t count = sizeof at;
    getsockname(fd, (struct sockaddr *)&at, &count);
    return ntohs(*port_in(&at));
}

/* A port that is free for both. */
static int
open_ports(int port)
{
    for (int tries = 0; tries < 100; tries++) {
        serving.udp = open_port(SOCK_DGRAM, port);
        if (serving.udp < 0)
            break;
        int got = port_of(serving.udp);
        serving.tcp = serving.no_tcp ? -1 : open_port(SOCK_STREAM, got);
        if (serving.no_tcp || serving.tcp >= 0)
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

/* Takes the options; returns the port. */
static int
read_options(int argc, char **argv)
{
    static const struct option options[] = {
        {"address", required_argument, NULL, 'a'},
        {"delay", required_argument, NULL, 'd'},
        {"drip", required_argument, NULL, 'r'},
        {"edns", required_argument, NULL, 'e'},
        {"gap", required_argument, NULL, 'g'},
        {"limit", required_argument, NULL, 'm'},
        {"log", required_argument, NULL, 'l'},
        {"no-tcp", no_argument, NULL, 't'},
        {"no-udp", no_argument, NULL, 'u'},
        {"port", required_argument, NULL, 'p'},
        {NULL, 0, NULL, 0},
    };
    int port = 0;
    for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;)
        switch (option) {
        case 'a':
            read_address(optarg);
            break;
        case 'd':
            serving.delay_ms = atol(optarg);
            break;
        case 'r':
            serving.drip_ms = atol(optarg);
            break;
        case 'e':
            ill_edns(optarg);
            break;
        case 'g':
            ill_gap(optarg);
            break;
        case 'm':
            ill_limit(optarg);
            break;
        case 'l':
            serving.log = fopen(optarg, "w");
            break;
        case 't':
            serving.no_tcp = true;
            break;
        case 'u':
            serving.no_udp = true;
            break;
        case 'p':
            port = atoi(optarg);
            break;
        default:
            exit(64);
        }
    if (optind + 1 != argc) {
        fputs("usage: scenario [OPTION...] SCENARIO\n", stderr);
        exit(64);
    }
    return port;
}

int
main(int argc, char **argv)
{
    read_address("127.0.0.1");
    int port = read_options(argc, argv);
    if (serving.log)
        setvbuf(serving.log, NULL, _IOLBF, 0);
    rule_read(argv[optind]);
    printf("%d\n", open_ports(port));
    fflush(stdout);
    serve_all();
    rule_free();
    return 0;
}
