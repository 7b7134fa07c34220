#include "dns/datagrams.h"

#include "base/mem.h"
#include "dns/answer.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

enum { BURST = 32 };

#ifdef __APPLE__ /* which lacks both */
struct mmsghdr {
    struct msghdr msg_hdr;
    unsigned msg_len;
};

static int
sendmmsg(int fd, struct mmsghdr *all, unsigned count, int flags)
{
    unsigned sent = 0;
    while (sent < count && sendmsg(fd, &all[sent].msg_hdr, flags) >= 0)
        sent++;
    return sent > 0 ? (int)sent : -1;
}

static int
recvmmsg(int fd, struct mmsghdr *all, unsigned count, int flags, void *timeout)
{
    unsigned received = 0;
    ssize_t bytes;
    (void)timeout;
    while (received < count && (bytes = recvmsg(fd, &all[received].msg_hdr, flags)) >= 0)
        all[received++].msg_len = (unsigned)bytes;
    return received > 0 ? (int)received : -1;
}
#endif

struct burst {
    struct mmsghdr heads[BURST];
    struct iovec parts[BURST];
    unsigned count;
};

struct datagrams {
    struct burst out, in;
    unsigned taken; /* of those received */
    bool pauses;    /* behind them */
    int error;      /* of sending, 0 = none */
    uint8_t questions[BURST][DATAGRAMS_QUESTION];
    uint8_t answers[BURST][ANSWER_EDNS_BYTES + 1];
};

struct datagrams *
datagrams_new(void)
{
    struct datagrams *d = mem_alloc(sizeof *d);
    memset(d, 0, offsetof(struct datagrams, questions));
    for (size_t i = 0; i < BURST; i++) {
        d->out.parts[i] = (struct iovec){d->questions[i], 0};
        d->in.parts[i] = (struct iovec){d->answers[i], sizeof d->answers[i]};
        d->out.heads[i].msg_hdr = (struct msghdr){.msg_iov = &d->out.parts[i], .msg_iovlen = 1};
        d->in.heads[i].msg_hdr = (struct msghdr){.msg_iov = &d->in.parts[i], .msg_iovlen = 1};
    }
    return d;
}

void
datagrams_free(struct datagrams *d)
{
    free(d);
}

void
datagrams_put(struct datagrams *d, int fd, const uint8_t *bytes, size_t count)
{
    memcpy(d->questions[d->out.count], bytes, count);
    d->out.parts[d->out.count++].iov_len = count;
    if (d->out.count == BURST)
        datagrams_send(d, fd);
}

/* What the system has no room for is lost, as on the way. */
bool
datagrams_send(struct datagrams *d, int fd)
{
    for (unsigned sent = 0; sent < d->out.count && d->error == 0;) {
        int count = sendmmsg(fd, d->out.heads + sent, d->out.count - sent, 0);
        if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS))
            break;
        if (count < 0 && errno != EINTR)
            d->error = errno;
        sent += count > 0 ? (unsigned)count : 0;
    }
    d->out.count = 0;
    return d->error == 0;
}

/* Returns whether there is a datagram; else sets errno. Behind each burst it says once that there is none, so that new
 * questions go out before the next one and the server does not run out of them: a tenth of a batch's time. */
static bool
receive(struct datagrams *d, int fd)
{
    if (d->taken < d->in.count)
        return true;
    d->taken = d->in.count = 0;
    errno = d->error ? d->error : EAGAIN;
    bool ended = d->error || d->pauses;
    d->error = 0;
    d->pauses = false;
    if (ended)
        return false;
    int count = recvmmsg(fd, d->in.heads, BURST, MSG_DONTWAIT, NULL);
    d->in.count = count > 0 ? (unsigned)count : 0;
    d->pauses = count > 0;
    return count > 0;
}

ssize_t
datagrams_take(struct datagrams *d, int fd, uint8_t *bytes, size_t room)
{
    if (!receive(d, fd))
        return -1;
    const struct mmsghdr *head = &d->in.heads[d->taken++];
    size_t count = head->msg_len < room ? head->msg_len : room;
    memcpy(bytes, head->msg_hdr.msg_iov->iov_base, count);
    return (ssize_t)count;
}

bool
datagrams_waiting(const struct datagrams *d)
{
    return d->taken < d->in.count;
}

void
datagrams_forget(struct datagrams *d)
{
    d->out.count = d->in.count = d->taken = 0;
    d->pauses = false;
    d->error = 0;
}
