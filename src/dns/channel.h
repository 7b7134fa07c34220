/* Private to dns: carries packets between us and one server, one attempt a packet: opens a socket, makes ids, and
 * matches answers to questions. */
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
    CHANNEL_UNASKABLE, /* a name that no packet can carry; nothing was sent */
};

/* Called exactly once for each channel_send, perhaps from inside; `packet` is for CHANNEL_ANSWER and lives for the
 * call. It must not send. */
typedef void channel_done(void *arg, enum channel_result, const uint8_t *packet, size_t count);

struct channel;

/* Returns a channel that opens its socket when it first sends. The endpoint must outlive it. `moved` is called with
 * its argument after each reading. */
struct channel *channel_new(struct loop *, const struct endpoint *, enum channel_kind, int64_t timeout_ms,
                            void (*moved)(void *arg), void *arg);

/* Ends every attempt with CHANNEL_SILENCE first. NULL is fine. */
void channel_free(struct channel *);

/* Sends one packet, and waits for the answer for timeout_ms. */
void channel_send(struct channel *, const char *name, enum record_type, channel_done *, void *arg);

/* Watches the socket while an attempt is under way, so that an idle channel causes no wake-ups. */
void channel_watch(struct channel *);

#endif
