#include "dns/channel.h"

#include "base/clock.h"
#include "base/pool.h"
#include "base/queue.h"
#include "base/vec.h"
#include "dns/datagrams.h"

/* Newer versions warn of functions that the oldest supported version (2021) cannot do without. */
#define CARES_NO_DEPRECATED

#include <ares.h>
#include <arpa/nameser.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

/* The sockets are ours, because c-ares 1.18 knows no zones of link-local addresses and drops an answer without a
 * question, which servers older than EDNS give. It is told that each server is at 127.0.0.1: the socket is connected
 * to the real one, and the kernel lets no other answer through. */

enum {
    RECEIVE_BUFFER = 1 << 20,
    ANSWERS = 0x80, /* in the third byte of a packet */
};

struct parcel {
    struct queue_link link;
    struct channel *channel;
    channel_done *done; /* NULL after it was called */
    void *arg;
    int64_t end_ms;
    uint8_t id[2];
};

struct socket {
    int fd;
    short events;
};

struct channel {
    struct loop *loop;
    const struct endpoint *endpoint;
    enum channel_kind kind;
    int64_t timeout_ms;
    void (*moved)(void *arg);
    void *arg;
    ares_channel ares; /* NULL until needed */
    VEC(struct socket) sockets;
    struct timer timeout;
    struct queue parcels; /* that wait for an answer, the oldest first */
    struct queue late;    /* that need none, but c-ares waits on */
    struct parcel *sending;
    struct datagrams *datagrams; /* NULL for TCP, and until needed */
    int udp;                     /* their socket, -1 = none */
};

/* ---- what depends on the version of c-ares ---- */

/* Tells c-ares that a socket is ready, or, with ARES_SOCKET_BAD, only that time has passed. Versions since 1.32 guess
 * from fast answers that slow ones are lost, after 250 ms; those since 1.34 can be kept from looking at the time. Each
 * parcel has its own end, and c-ares gives up what came to that when nothing else is under way. */
static void
process(ares_channel ares, int fd, short revents)
{
#if ARES_VERSION >= 0x012200
    ares_fd_events_t event = {.fd = fd};
    event.events = (revents & ~POLLOUT ? ARES_FD_EVENT_READ : 0U) | (revents & POLLOUT ? ARES_FD_EVENT_WRITE : 0U);
    if (fd != ARES_SOCKET_BAD) {
        ares_process_fds(ares, &event, 1, ARES_PROCESS_FLAG_SKIP_NON_FD);
        return;
    }
#endif
    ares_process_fd(ares, revents & ~POLLOUT ? fd : ARES_SOCKET_BAD, revents & POLLOUT ? fd : ARES_SOCKET_BAD);
}

/* Returns the option that sets the cache of c-ares, to a longest TTL of 0, because answer_cache remembers. */
static int
cache_option(void)
{
#ifdef ARES_OPT_QUERY_CACHE
    return ARES_OPT_QUERY_CACHE;
#else
    return 0;
#endif
}

/* ---- memory of c-ares ---- */

/* c-ares takes seven small blocks for a question, of which malloc keeps too few in its caches: a fifth of the time of a
 * batch. Before each block is its size. */
enum { BLOCK_HEAD = _Alignof(max_align_t), BLOCK_USUAL = 240 };

static struct pool blocks = {.bytes = BLOCK_HEAD + BLOCK_USUAL};

static void *
block_take(size_t bytes)
{
    char *block = pool_take(&blocks, BLOCK_HEAD + bytes);
    memcpy(block, &bytes, sizeof bytes);
    return block + BLOCK_HEAD;
}

static size_t
block_bytes(const void *block)
{
    size_t bytes;
    memcpy(&bytes, (const char *)block - BLOCK_HEAD, sizeof bytes);
    return bytes;
}

static void
block_give(void *block)
{
    if (block)
        pool_give(&blocks, (char *)block - BLOCK_HEAD, BLOCK_HEAD + block_bytes(block));
}

static void *
block_grow(void *block, size_t bytes)
{
    void *grown = block_take(bytes);
    if (block)
        memcpy(grown, block, bytes < block_bytes(block) ? bytes : block_bytes(block));
    block_give(block);
    return grown;
}

/* ---- parcels ---- */

static struct pool parcels = {.bytes = sizeof(struct parcel)};

static void
finish(struct parcel *p, enum channel_result result, const uint8_t *packet, size_t count)
{
    channel_done *done = p->done;
    if (!done)
        return;
    p->done = NULL;
    queue_remove(&p->channel->parcels, &p->link);
    queue_add(&p->channel->late, &p->link);
    done(p->arg, result, packet, count);
}

static void
on_result(void *arg, int status, int timeouts, unsigned char *packet, int count)
{
    (void)timeouts;
    struct parcel *p = arg;
    enum channel_result result = CHANNEL_UNREACHABLE;
    if (packet)
        result = CHANNEL_ANSWER;
    else if (status == ARES_ETIMEOUT || status == ARES_EDESTRUCTION || status == ARES_ECANCELLED)
        result = CHANNEL_SILENCE;
    else if (status == ARES_EBADRESP)
        result = CHANNEL_JUNK;
    else if (status == ARES_EBADNAME || status == ARES_ENOTFOUND)
        result = CHANNEL_UNASKABLE;
    finish(p, result, packet, (size_t)count);
    queue_remove(&p->channel->late, &p->link);
    pool_give(&parcels, p, sizeof *p);
}

/* Hands over an answer that repeats no question, which c-ares would drop. */
static void
find_headless(struct channel *c, const uint8_t *packet, size_t count)
{
    if (count < NS_HFIXEDSZ || !(packet[2] & ANSWERS) || ns_get16(packet + 4) != 0)
        return;
    for (struct queue_link *link = queue_first(&c->parcels); link; link = queue_next(&c->parcels, link)) {
        struct parcel *p = mem_container(link, struct parcel, link);
        if (memcmp(p->id, packet, sizeof p->id) == 0) {
            finish(p, CHANNEL_ANSWER, packet, count);
            return;
        }
    }
}

/* ---- sockets ---- */

static ares_socket_t
open_socket(int domain, int type, int protocol, void *arg)
{
    struct channel *c = arg;
    int size = RECEIVE_BUFFER;
    (void)domain;
    int fd = socket(c->endpoint->addr.family == ADDR_V4 ? AF_INET : AF_INET6, type, protocol);
    if (fd < 0)
        return ARES_SOCKET_BAD;
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
    if (fcntl(fd, F_SETFL, O_NONBLOCK) != 0 || fcntl(fd, F_SETFD, FD_CLOEXEC) != 0) {
        close(fd);
        return ARES_SOCKET_BAD;
    }
    if (type == SOCK_DGRAM) { /* c-ares has one at a time, because there is one server */
        c->udp = fd;
        c->datagrams = c->datagrams ? c->datagrams : datagrams_new();
    }
    return fd;
}

static int
close_socket(ares_socket_t fd, void *arg)
{
    struct channel *c = arg;
    if (fd == c->udp) {
        datagrams_forget(c->datagrams);
        c->udp = -1;
    }
    return close(fd);
}

static int
connect_socket(ares_socket_t fd, const struct sockaddr *address, ares_socklen_t count, void *arg)
{
    const struct channel *c = arg;
    const struct endpoint *e = c->endpoint;
    (void)address, (void)count;
    if (e->addr.family == ADDR_V4) {
        struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(e->port)};
        memcpy(&to.sin_addr, e->addr.bytes, sizeof to.sin_addr);
        return connect(fd, (struct sockaddr *)&to, sizeof to);
    }
    struct sockaddr_in6 to = {.sin6_family = AF_INET6, .sin6_port = htons(e->port), .sin6_scope_id = e->zone};
    memcpy(&to.sin6_addr, e->addr.bytes, sizeof to.sin6_addr);
    return connect(fd, (struct sockaddr *)&to, sizeof to);
}

static ares_ssize_t
receive(ares_socket_t fd, void *bytes, size_t room, int flags, struct sockaddr *from, ares_socklen_t *from_count,
        void *arg)
{
    struct channel *c = arg;
    ssize_t count;
    do /* newer versions of c-ares take a packet that is none for the end of all */
        count = fd == c->udp ? datagrams_take(c->datagrams, fd, bytes, room) : recv(fd, bytes, room, flags);
    while (count >= 0 && count < NS_HFIXEDSZ && c->kind != CHANNEL_TCP);
    if (count >= 0 && c->kind != CHANNEL_TCP)
        find_headless(c, bytes, (size_t)count);
    if (count >= 0 && from && from_count && *from_count >= sizeof(struct sockaddr_in)) {
        struct sockaddr_in stand_in = {.sin_family = AF_INET, .sin_port = htons(c->endpoint->port)};
        stand_in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        memcpy(from, &stand_in, sizeof stand_in);
        *from_count = sizeof stand_in;
    }
    return count;
}

static ares_ssize_t
transmit(ares_socket_t fd, const struct iovec *parts, int count, void *arg)
{
    struct channel *c = arg;
    if (fd != c->udp || count != 1 || parts[0].iov_len > DATAGRAMS_QUESTION)
        return writev(fd, parts, count);
    if (c->sending && parts[0].iov_len >= sizeof c->sending->id)
        memcpy(c->sending->id, parts[0].iov_base, sizeof c->sending->id);
    datagrams_put(c->datagrams, fd, parts[0].iov_base, parts[0].iov_len);
    return (ares_ssize_t)parts[0].iov_len;
}

static void
on_ready(void *arg, int fd, short revents)
{
    struct channel *c = arg;
    do /* newer versions of c-ares take one datagram at a time */
        process(c->ares, fd, revents);
    while (fd == c->udp && datagrams_waiting(c->datagrams));
    c->moved(c->arg);
}

static void
on_timeout(void *arg)
{
    struct channel *c = arg;
    int64_t now = clock_now_ms();
    for (struct queue_link *link; (link = queue_first(&c->parcels));) {
        struct parcel *p = mem_container(link, struct parcel, link);
        if (p->end_ms > now)
            break;
        finish(p, CHANNEL_SILENCE, NULL, 0);
    }
    c->moved(c->arg);
}

static void
on_socket(void *arg, ares_socket_t fd, int readable, int writable)
{
    struct channel *c = arg;
    short events = (short)((readable ? POLLIN : 0) | (writable ? POLLOUT : 0));
    size_t place = 0;
    while (place < c->sockets.count && c->sockets.at[place].fd != fd)
        place++;
    if (place == c->sockets.count)
        vec_push(&c->sockets, (struct socket){.fd = fd});
    c->sockets.at[place].events = events;
    if (!events)
        c->sockets.at[place] = c->sockets.at[--c->sockets.count];
    loop_watch(c->loop, fd, events, on_ready, c);
}

/* ---- channels ---- */

/* Reads none of the system's resolver configuration, because a question with a server and an absolute name needs none.
 * NOCHECKRESP: otherwise SERVFAIL, NOTIMP and REFUSED would all look like an unreachable server. */
static void
open_channel(struct channel *c)
{
    static bool is_ready;
    static const struct ares_socket_functions sockets = {open_socket, close_socket, connect_socket, receive, transmit};
    struct ares_options options = {
        .flags = ARES_FLAG_NOCHECKRESP | ARES_FLAG_NOSEARCH | (c->kind == CHANNEL_PLAIN ? 0 : ARES_FLAG_EDNS) |
                 (c->kind == CHANNEL_TCP ? ARES_FLAG_USEVC : ARES_FLAG_IGNTC | ARES_FLAG_STAYOPEN),
        .timeout = (int)c->timeout_ms,
        .tries = 1,
        .lookups = (char[]){"b"},
        .resolvconf_path = (char[]){"/dev/null"},
        .sock_state_cb = on_socket,
        .sock_state_cb_data = c,
        .ednspsz = ANSWER_EDNS_BYTES,
    };
    int mask = ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_LOOKUPS | ARES_OPT_RESOLVCONF |
               ARES_OPT_DOMAINS | ARES_OPT_SOCK_STATE_CB | ARES_OPT_EDNSPSZ | cache_option();
    if (!is_ready)
        ares_library_init_mem(ARES_LIB_INIT_ALL, block_take, block_give, block_grow);
    is_ready = true;
    if (ares_init_options(&c->ares, &options, mask) != ARES_SUCCESS) {
        c->ares = NULL;
        return;
    }
    struct ares_addr_port_node stand_in = {
        .family = AF_INET, .udp_port = c->endpoint->port, .tcp_port = c->endpoint->port};
    stand_in.addr.addr4.s_addr = htonl(INADDR_LOOPBACK);
    ares_set_servers_ports(c->ares, &stand_in);
    ares_set_socket_functions(c->ares, &sockets, c);
}

struct channel *
channel_new(struct loop *loop, const struct endpoint *endpoint, enum channel_kind kind, int64_t timeout_ms,
            void (*moved)(void *arg), void *arg)
{
    struct channel *c = mem_zero(sizeof *c);
    *c = (struct channel){.loop = loop, .endpoint = endpoint, .kind = kind, .timeout_ms = timeout_ms, .moved = moved};
    c->arg = arg;
    c->timeout = (struct timer){.fire = on_timeout, .arg = c};
    c->udp = -1;
    queue_init(&c->parcels);
    queue_init(&c->late);
    return c;
}

void
channel_close(struct channel *c)
{
    if (c->ares)
        ares_destroy(c->ares);
    c->ares = NULL;
    loop_timer_clear(c->loop, &c->timeout);
    vec_free(&c->sockets);
}

void
channel_free(struct channel *c)
{
    if (!c)
        return;
    channel_close(c);
    datagrams_free(c->datagrams);
    free(c);
}

void
channel_send(struct channel *c, const char *name, enum record_type type, channel_done *done, void *arg)
{
    struct parcel *p = pool_take(&parcels, sizeof *p);
    *p = (struct parcel){.channel = c, .done = done, .arg = arg, .end_ms = clock_now_ms() + c->timeout_ms};
    queue_add(&c->parcels, &p->link);
    if (!c->ares)
        open_channel(c);
    c->sending = p;
    if (c->ares)
        ares_query(c->ares, name, type & RECORD_CHAOS ? ns_c_chaos : ns_c_in, (int)(type & ~RECORD_CHAOS), on_result,
                   p);
    else
        on_result(p, ARES_ENOMEM, 0, NULL, 0);
    c->sending = NULL;
}

/* The timer fires when the oldest parcel needs it, or earlier: finding the earliest after each answer would cost more.
 */
void
channel_watch(struct channel *c)
{
    if (c->udp >= 0 && !datagrams_send(c->datagrams, c->udp))
        on_ready(c, c->udp, POLLIN); /* c-ares takes the error from there */
    bool busy = c->parcels.count > 0;
    for (size_t i = 0; i < c->sockets.count; i++)
        loop_watch(c->loop, c->sockets.at[i].fd, busy ? c->sockets.at[i].events : 0, on_ready, c);
    if (!busy) {
        loop_timer_clear(c->loop, &c->timeout);
        if (c->late.count > 0 || (c->kind == CHANNEL_TCP && c->sockets.count > 0))
            process(c->ares, ARES_SOCKET_BAD, 0); /* and closes connections that are not needed */
    } else if (!loop_timer_is_set(&c->timeout)) {
        struct queue_link *first = queue_first(&c->parcels);
        loop_timer_set(c->loop, &c->timeout, mem_container(first, struct parcel, link)->end_ms);
    }
}
