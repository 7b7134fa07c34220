/* Private to dns: attempts that get no answer in time, and servers that answer nothing.
 *
 * An attempt that is late counts as lost, and the question is asked again, but its answer is still welcome. */
#ifndef SILENCE_H
#define SILENCE_H

#include "dns/server.h"

/* Ends the attempts of a server whose time is up; each question is asked again until its patience ends. Fires as the
 * server's `expiry`. */
void silence_on_expiry(void *server);

/* Shuns a server that has answered nothing since `sent_us`, and routes what waits for it anew when that begins. Calls
 * no waiter: each of these questions finds a server, if only the same one. */
void silence_shun(struct server *, int64_t sent_us);

/* Counts an attempt of `sent_us` without an answer, and gives the server up if it has been silent for too long, and not
 * only about few names: what is in flight joins what waits, and silence_abandon ends it all. */
void silence_consider(struct server *, int64_t sent_us);

/* Ends what waits for a server that was given up, except a test. */
void silence_abandon(struct server *);

#endif
