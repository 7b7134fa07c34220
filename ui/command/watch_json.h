/* A message of the watch in JSON, for hooks. */
#ifndef WATCH_JSON_H
#define WATCH_JSON_H

#include "base/buf.h"
#include "journal/watches.h"

/* Appends the object and a newline. */
void watch_json(struct buf *out, const struct journal_message *, const journal_alarms *, bool pretty);

#endif
