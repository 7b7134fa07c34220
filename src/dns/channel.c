#include "dns/channel.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/hashtable.h"
#include "base/queue.h"

#include <arpa/nameser.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* The socket is connected, so that the kernel lets no other server's packets through. A packet is an answer if it has
 * the id and the question of a parcel, or is an error without a question, which servers older than EDNS give; all else
 * is passed over (RFC 5452 section 9). By TCP, many questions share a connection (RFC 7766). */

enum {
    RECEIVE_BUFFER = 1 << 20,
    READ_MOST = 1024,  /* packets in one go */
    IDS = 64,          /* made at once */
    RECURSE = 0x01,    /* in the third byte of a packet ... */
    ANSWERS = 0x80,    /* ... and this */
    QUESTION_TAIL = 4, /* type and class */
    LENGTH = 2,        /* before a packet, by TCP */
};

static const uint8_t opt[] = {0, 0, ns_t_opt, ANSWER_EDNS_BYTES >> 8, ANSWER_EDNS_BYTES & 0xff, 0, 0, 0, 0, 0, 0};

struct parcel {
    struct queue_link link;
    struct hashtable_entry entry; /* by id */
    channel_done *done;
    void *arg;
    int64_t due_ms;
    size_t question_count, count; /* bytes of the name, type and class; of the packet */
    uint8_t packet[];
};

struct channel {
    struct loop *loop;
    const struct endpoint *endpoint;
    enum channel_kind kind;
    int64_t timeout_ms;
    void (*moved)(void *arg);
    void *arg;
    int fd; /* -1 until needed */
    struct timer timeout;
    struct queue parcels; /* in order of sending */
    struct hashtable by_id;
    struct buf in, out; /* by TCP: not yet read as packets, not yet written */
    uint8_t ids[IDS][2];
    size_t ids_left;
};

/* ---- packets ---- */

/* Reads what follows a backslash: a character, or the three digits of one. */
static bool
read_escape(const char **name, uint8_t *out)
{
    const char *at = *name;
    unsigned value = 0;
    size_t digits = strspn(at, "0123456789") >= 3 ? 3 : 0;
    for (size_t i = 0; i < digits; i++)
        value = 10 * value + (unsigned)(at[i] - '0');
    *out = (uint8_t)(digits ? value : (unsigned char)*at);
    *name += digits ? digits : *at != '\0';
    return value <= UINT8_MAX && *at;
}

/* Writes a name as it is in packets: RFC 1035 section 3.1. Returns its size; 0 = no packet can carry it, or may: names
 * of Tor's stay away from the DNS (RFC 7686 section 2). */
static size_t
write_name(const char *name, uint8_t out[static NS_MAXCDNAME])
{
    static const uint8_t onion[] = "\5onion";
    size_t label = 0, count = 1; /* place of its length; bytes so far */
    if (strcmp(name, ".") == 0)
        name++;
    while (*name) {
        uint8_t byte = (uint8_t)*name++;
        if (byte == '.' && count > label + 1) {
            out[label] = (uint8_t)(count - label - 1);
            label = count++;
            continue;
        }
        if (byte == '.' || (byte == '\\' && !read_escape(&name, &byte)) || count - label > NS_MAXLABEL ||
            count >= NS_MAXCDNAME - 1)
            return 0;
        out[count++] = byte;
    }
    out[label] = (uint8_t)(count - label - 1);
    if (out[label] > 0)
        out[count++] = 0;
    return count >= sizeof onion && memcmp(out + count - sizeof onion, onion, sizeof onion) == 0 ? 0 : count;
}

/* Returns a parcel for a name in the form of packets, without an id and in no queue. */
static struct parcel *
new_parcel(const struct channel *c, const uint8_t *name, size_t name_count, enum record_type type)
{
    struct parcel *p = mem_alloc(sizeof *p + NS_HFIXEDSZ + name_count + QUESTION_TAIL + sizeof opt);
    bool edns = c->kind != CHANNEL_PLAIN;
    uint8_t *tail = p->packet + NS_HFIXEDSZ + name_count;
    *p = (struct parcel){.question_count = name_count + QUESTION_TAIL};
    memset(p->packet, 0, NS_HFIXEDSZ);
    p->packet[2] = RECURSE;
    p->packet[5] = 1; /* a question */
    p->packet[11] = edns;
    memcpy(p->packet + NS_HFIXEDSZ, name, name_count);
    memcpy(tail, (uint8_t[QUESTION_TAIL]){0, type & ~RECORD_CHAOS, 0, type & RECORD_CHAOS ? ns_c_chaos : ns_c_in},
           QUESTION_TAIL);
    memcpy(tail + QUESTION_TAIL, opt, sizeof opt);
    p->count = NS_HFIXEDSZ + p->question_count + (edns ? sizeof opt : 0);
    return p;
}

/* Gives a parcel an id that cannot be guessed, and that no other has. */
static bool
give_id(struct channel *c, struct parcel *p)
{
    do {
        if (c->ids_left == 0 && getentropy(c->ids, sizeof c->ids) != 0)
            return false;
        c->ids_left = c->ids_left > 0 ? c->ids_left - 1 : IDS - 1;
        memcpy(p->packet, c->ids[c->ids_left], sizeof c->ids[0]);
    } while (hashtable_find(&c->by_id, p->packet, sizeof c->ids[0]));
    p->entry = (struct hashtable_entry){.key = p->packet, .key_count = sizeof c->ids[0]};
    return true;
}

static inline uint8_t
lower(uint8_t byte)
{
    return byte >= 'A' && byte <= 'Z' ? (uint8_t)(byte - 'A' + 'a') : byte;
}

/* Whether the packet repeats the parcel's question, perhaps in other case. */
static bool
repeats_question(const struct parcel *p, const uint8_t *packet, size_t count)
{
    if (ns_get16(packet + 4) != 1 || count < NS_HFIXEDSZ + p->question_count)
        return false;
    size_t at = NS_HFIXEDSZ, end = NS_HFIXEDSZ + p->question_count;
    if (memcmp(packet + at, p->packet + at, p->question_count) == 0)
        return true;
    while (at < end && lower(packet[at]) == lower(p->packet[at]))
        at++;
    return at == end;
}

/* ---- parcels ---- */

static void
finish(struct channel *c, struct parcel *p, enum channel_result result, const uint8_t *packet, size_t count)
{
    queue_remove(&c->parcels, &p->link);
    hashtable_remove(&c->by_id, &p->entry);
    p->done(p->arg, result, packet, count);
    free(p);
}

static struct parcel *
first_parcel(const struct channel *c)
{
    struct queue_link *link = queue_first(&c->parcels);
    return link ? mem_container(link, struct parcel, link) : NULL;
}

static void
finish_all(struct channel *c, enum channel_result result)
{
    for (struct parcel *p; (p = first_parcel(c));)
        finish(c, p, result, NULL, 0);
}

static void
take_packet(struct channel *c, const uint8_t *packet, size_t count)
{
    struct hashtable_entry *found = count >= NS_HFIXEDSZ ? hashtable_find(&c->by_id, packet, sizeof c->ids[0]) : NULL;
    struct parcel *p = found ? mem_container(found, struct parcel, entry) : NULL;
    bool headless = p && packet[2] & ANSWERS && ns_get16(packet + 4) == 0;
    if (headless || (p && repeats_question(p, packet, count)))
        finish(c, p, CHANNEL_ANSWER, packet, count);
}

/* ---- the socket ---- */

static int
connect_to(int fd, const struct endpoint *e)
{
    if (e->addr.family == ADDR_V4) {
        struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(e->port)};
        memcpy(&to.sin_addr, e->addr.bytes, sizeof to.sin_addr);
        return connect(fd, (struct sockaddr *)&to, sizeof to);
    }
    struct sockaddr_in6 to = {.sin6_family = AF_INET6, .sin6_port = htons(e->port), .sin6_scope_id = e->zone};
    memcpy(&to.sin6_addr, e->addr.bytes, sizeof to.sin6_addr);
    return connect(fd, (struct sockaddr *)&to, sizeof to);
}

/* Leaves fd at -1 where there is no way to the server. */
static void
open_socket(struct channel *c)
{
    int size = RECEIVE_BUFFER;
    c->fd = socket(c->endpoint->addr.family == ADDR_V4 ? AF_INET : AF_INET6,
                   c->kind == CHANNEL_TCP ? SOCK_STREAM : SOCK_DGRAM, 0);
    if (c->fd < 0)
        return;
    setsockopt(c->fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
    if (fcntl(c->fd, F_SETFL, O_NONBLOCK) == 0 && fcntl(c->fd, F_SETFD, FD_CLOEXEC) == 0 &&
        (connect_to(c->fd, c->endpoint) == 0 || errno == EINPROGRESS))
        return;
    close(c->fd);
    c->fd = -1;
}

static void
close_socket(struct channel *c)
{
    if (c->fd < 0)
        return;
    loop_watch(c->loop, c->fd, 0, NULL, NULL);
    close(c->fd);
    c->fd = -1;
    buf_clear(&c->in);
    buf_clear(&c->out);
}

static bool
is_passing(int error)
{
    return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

/* Reads packets, or by TCP pieces of them. Returns whether the socket is still of use. */
static bool
receive(struct channel *c)
{
    uint8_t bytes[NS_MAXMSG];
    for (unsigned i = 0; i < READ_MOST; i++) {
        ssize_t count = recv(c->fd, bytes, sizeof bytes, 0);
        if (count < 0 || (count == 0 && c->kind == CHANNEL_TCP))
            return count < 0 && is_passing(errno);
        if (c->kind == CHANNEL_TCP)
            buf_bytes(&c->in, (const char *)bytes, (size_t)count);
        else
            take_packet(c, bytes, (size_t)count);
    }
    return true;
}

/* Takes the packets that have come by TCP as a whole. */
static void
take_stream(struct channel *c)
{
    size_t at = 0;
    while (c->in.count - at >= LENGTH) {
        const uint8_t *piece = (const uint8_t *)c->in.at + at;
        size_t count = ns_get16(piece);
        if (c->in.count - at - LENGTH < count)
            break;
        take_packet(c, piece + LENGTH, count);
        at += LENGTH + count;
    }
    if (at > 0) {
        memmove(c->in.at, c->in.at + at, c->in.count - at);
        c->in.count -= at;
    }
}

/* Sends what waits; an error comes up when it is read. */
static void
transmit(struct channel *c)
{
    ssize_t count = send(c->fd, c->out.at, c->out.count, 0);
    if (count <= 0)
        return;
    memmove(c->out.at, c->out.at + count, c->out.count - (size_t)count);
    c->out.count -= (size_t)count;
}

static void
on_ready(void *arg, int fd, short revents)
{
    struct channel *c = arg;
    (void)fd;
    if (revents & POLLOUT)
        transmit(c);
    bool open = receive(c);
    take_stream(c);
    if (!open) {
        close_socket(c);
        finish_all(c, CHANNEL_UNREACHABLE);
    }
    c->moved(c->arg);
}

static void
on_timeout(void *arg)
{
    struct channel *c = arg;
    int64_t now_ms = clock_now_ms();
    for (struct parcel *p; (p = first_parcel(c)) && p->due_ms <= now_ms;)
        finish(c, p, CHANNEL_SILENCE, NULL, 0);
    c->moved(c->arg);
}

/* ---- channels ---- */

struct channel *
channel_new(struct loop *loop, const struct endpoint *endpoint, enum channel_kind kind, int64_t timeout_ms,
            void (*moved)(void *arg), void *arg)
{
    struct channel *c = mem_zero(sizeof *c);
    *c = (struct channel){.loop = loop, .endpoint = endpoint, .kind = kind, .timeout_ms = timeout_ms, .moved = moved};
    c->arg = arg;
    c->fd = -1;
    c->timeout = (struct timer){.fire = on_timeout, .arg = c};
    queue_init(&c->parcels);
    return c;
}

void
channel_free(struct channel *c)
{
    if (!c)
        return;
    close_socket(c);
    finish_all(c, CHANNEL_SILENCE);
    loop_timer_clear(c->loop, &c->timeout);
    hashtable_free(&c->by_id);
    buf_free(&c->in);
    buf_free(&c->out);
    free(c);
}

void
channel_send(struct channel *c, const char *name, enum record_type type, channel_done *done, void *arg)
{
    uint8_t written[NS_MAXCDNAME];
    size_t count = write_name(name, written);
    struct parcel *p = count > 0 ? new_parcel(c, written, count, type) : NULL;
    if (c->fd < 0)
        open_socket(c);
    if (!p || c->fd < 0 || !give_id(c, p)) {
        free(p);
        done(arg, count > 0 ? CHANNEL_UNREACHABLE : CHANNEL_UNASKABLE, NULL, 0);
        return;
    }
    p->done = done;
    p->arg = arg;
    p->due_ms = clock_now_ms() + c->timeout_ms;
    queue_add(&c->parcels, &p->link);
    hashtable_add(&c->by_id, &p->entry);
    if (c->kind == CHANNEL_TCP) {
        buf_bytes(&c->out, (char[LENGTH]){(char)(p->count >> 8), (char)p->count}, LENGTH);
        buf_bytes(&c->out, (const char *)p->packet, p->count);
    } else if (send(c->fd, p->packet, p->count, 0) < 0 && !is_passing(errno) && errno != ENOBUFS) {
        finish(c, p, CHANNEL_UNREACHABLE, NULL, 0);
    }
}

/* A connection is closed as soon as nothing is under way, because servers have few to give. */
void
channel_watch(struct channel *c)
{
    const struct parcel *first = first_parcel(c);
    if (!first && c->kind == CHANNEL_TCP)
        close_socket(c);
    if (c->fd >= 0)
        loop_watch(c->loop, c->fd, (short)(first ? POLLIN | (c->out.count > 0 ? POLLOUT : 0) : 0), on_ready, c);
    if (!first)
        loop_timer_clear(c->loop, &c->timeout);
    else if (!loop_timer_is_set(&c->timeout))
        loop_timer_set(c->loop, &c->timeout, first->due_ms);
}
