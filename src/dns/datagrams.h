/* Private to dns: sends and receives the datagrams of one connected socket in bursts, because a system call for each is
 * a tenth of a batch's time. */
#ifndef DATAGRAMS_H
#define DATAGRAMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { DATAGRAMS_QUESTION = 512 /* bytes of one to be sent, at most */ };

struct datagrams;

struct datagrams *datagrams_new(void);
void datagrams_free(struct datagrams *);

/* Keeps a datagram for datagrams_send. When a burst is full it is sent at once. */
void datagrams_put(struct datagrams *, int fd, const uint8_t *bytes, size_t count);

/* Sends what was kept. Returns false if the socket has an error, which the next datagrams_take returns. */
bool datagrams_send(struct datagrams *, int fd);

/* Receives one datagram, as recv() does without waiting: -1 with errno EAGAIN when there is none. */
ssize_t datagrams_take(struct datagrams *, int fd, uint8_t *bytes, size_t room);

/* Returns whether some were received that datagrams_take has not handed out. */
bool datagrams_waiting(const struct datagrams *);

/* Drops what was kept and received: the socket is closed. */
void datagrams_forget(struct datagrams *);

#endif
