/* Private to dns: carries packets between us and one server, one attempt a packet, through c-ares, which opens sockets,
 * makes ids, and matches answers to questions. Channels are apart because c-ares fails every UDP question to a server,
 * too, when its TCP connection is refused, and because EDNS is on or off for a whole channel. */
#ifndef CHANNEL_H
#define CHANNEL_H

#include "base/addr.h"
#include "base/loop.h"
#include "dns/answer.h"

enum channel_kind { CHANNEL_EDNS, CHANNEL_PLAIN, CHANNEL_TCP, CHANNEL_KINDS };

enum channel_result {
    CHANNEL_ANSWER,
    CHANNEL_SILENCE,
    CHANNEL_UNREACHABLE,
    CHANNEL_JUNK,      /* newer versions of c-ares fail everything in flight when junk comes */
    CHANNEL_UNASKABLE, /* a name that no packet can carry; nothing was sent */
};

/* Called exactly once for each channel_send, perhaps from inside; `packet` is for CHANNEL_ANSWER and lives for the
 * call. It must not send. */
typedef void channel_done(void *arg, enum channel_result, const uint8_t *packet, size_t count);

struct channel;

/* Returns a channel that opens its sockets when it first sends. The endpoint must outlive it. `moved` is called with
 * its argument after each reading. */
struct channel *channel_new(struct loop *, const struct endpoint *, enum channel_kind, int64_t timeout_ms,
                            void (*moved)(void *arg), void *arg);

/* Ends every attempt with CHANNEL_SILENCE first. NULL is fine. */
void channel_free(struct channel *);

/* Sends one packet, and waits for the answer for timeout_ms. */
void channel_send(struct channel *, const char *name, enum record_type, channel_done *, void *arg);

/* Closes the channel, like channel_free; the next channel_send opens it anew, which brings back EDNS after a FORMERR.
 */
void channel_close(struct channel *);

/* Watches the sockets while an attempt is under way, so that an idle channel causes no wake-ups. */
void channel_watch(struct channel *);

#endif
