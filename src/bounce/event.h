/* Events of mail services, and log lines that a collector packed, as JSON. */
#ifndef EVENT_H
#define EVENT_H

#include "bounce/marks.h"
#include "bounce/rejection.h"
#include "lists/catalogue.h"

#include <stdbool.h>
#include <stddef.h>

/* Bytes of the longest event that is read. */
enum { EVENT_MOST = 256 * 1024 };

/* Reads one JSON value of at most EVENT_MOST bytes and hands over a rejection for each reply in its strings, whatever
 * their keys; a string that is JSON itself is read likewise. Returns false if the bytes are no JSON. */
bool event_read(const char *bytes, size_t count, const struct catalogue *, const struct marks *, mail_take *,
                void *arg);

#endif
