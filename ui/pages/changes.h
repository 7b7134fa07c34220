/* What changed since the last look at an address, a net or an AS, in a few words. */
#ifndef CHANGES_H
#define CHANGES_H

#include "base/buf.h"
#include "journal/observation.h"
#include "journal/recorder.h"

/* Appends "level 1 cleared, 831 -> 412 impacts", the most important first and the number of the rest; nothing if
 * nothing changed on the lists that both asked. Returns a bit for each level that changed: 1, 2, 4. */
unsigned changes_words(struct buf *out, const struct observation *then, const struct observation *now);

/* Returns whether a difference is the state of a list beside the escalation. */
bool changes_is_list(const struct difference *);

/* Joins the differences of lists beside the escalation that changed alike and list nothing: "22 lists". */
void changes_join(observation_differences *);

/* The newest count of a net or an AS in the journal before the user came to it. Zeroed is not read yet. */
struct last_count {
    bool read;
    struct journal_count then; /* its at_ms is 0 if there is none */
};
/* Reads it the first time that there is a recorder; call it before the recorder gets the count of today. */
void last_count_read(struct last_count *, struct recorder *, const struct resource *);
/* Appends "Since your last look (2026-11-22): 71 -> 63 listed, 2,512 -> 2,386 impacts."; nothing unless the
 * count now, of a newer zone serial, is another. */
void last_count_changes(const struct last_count *, uint32_t serial, int64_t listed, int64_t impacts, struct buf *out);

#endif
