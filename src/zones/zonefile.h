/* One rbldnsd ip4set zone file: what it lists, and what rbldnsd would answer from it.
 *
 * All rows are prefixes (a range a.b.c.d-e is cut into them), sorted by start, wider first, so that the rows around an
 * address are found by one binary search and a walk outwards. Single addresses with the zone's default text, the bulk
 * of every zone, are a bare sorted array beside them. Loading is linear in bytes, a lookup O(log n). */
#ifndef ZONEFILE_H
#define ZONEFILE_H

#include "base/addr.h"
#include "base/buf.h"
#include "base/fault.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct zonefile;

/* A line that was not understood and changes nothing else; or one that was cut short. */
struct zonefile_warning {
    size_t line;
    const char *text; /* clean, shortened */
    const char *why;  /* half a sentence */
};

/* A row that is not one of the bare single addresses. */
struct zonefile_row {
    struct prefix prefix;
    bool excluded; /* "!": not listed, whatever other rows of the same key say */
    const char
        *text; /* as in the file, unclean, `$` not replaced; the zone's default when the row has none; may be "" */
    size_t text_count;
};

/* Reads a file, plain or gzip, named so or, where there is none, with ".gz" behind. Junk lines are warned of and
 * skipped. Fault: it cannot be read, it is too large, it changed meanwhile, or it is no zone file at all (not one entry
 * and no SOA). */
struct zonefile *zonefile_load(const char *path, struct fault *);

/* The same in steps, for those who must not be away for long: a file of which nothing is read yet. As long as it is not
 * ready it is good for the next two functions and zonefile_free, once it has failed for the last of these alone. */
enum zonefile_progress { ZONEFILE_READING, ZONEFILE_READY, ZONEFILE_FAILED };
struct zonefile *zonefile_new(const char *path);

/* Reads on for about `budget_us` (INT64_MAX: to the end). */
enum zonefile_progress zonefile_step(struct zonefile *, int64_t budget_us, struct fault *);

/* How much of the file was read so far, as it lies on disk. */
int64_t zonefile_bytes_read(const struct zonefile *);

/* The same from memory, not packed; its path is "". */
struct zonefile *zonefile_parse(const void *bytes, size_t count, struct fault *);

void zonefile_free(struct zonefile *); /* NULL is fine */

const char *zonefile_path(const struct zonefile *); /* of the file that was read, perhaps with ".gz" */
bool zonefile_has_soa(const struct zonefile *);
uint32_t zonefile_serial(const struct zonefile *); /* of $SOA, 0 = none */
uint32_t zonefile_ttl(const struct zonefile *);    /* of $TTL or $SOA, 0 = none */

/* Whether the file on disk is another one than the one that was read (device, inode, size, time), or is gone. */
bool zonefile_has_changed(const struct zonefile *);

/* How many were warned of; the first ZONEFILE_WARNINGS are kept. */
enum { ZONEFILE_WARNINGS = 100 };
size_t zonefile_warning_count(const struct zonefile *);
const struct zonefile_warning *zonefile_warning_at(const struct zonefile *, size_t index);

/* ---- what is listed ---- */

/* All rows that hold the address, listed or excluded, narrowest first: also what the DNS hides. Returns how many there
 * are, of which at most `room` are put out. A bare single address comes as a /32 with the default text. */
size_t zonefile_find(const struct zonefile *, uint32_t address, struct zonefile_row *out, size_t room);

/* What rbldnsd answers: the rows of the most specific of its /32, /24, /16, /8 keys, or none when one of them is
 * excluded. A row wider than its key stands for all keys in it (a /26 for 64 single addresses). The same as
 * zonefile_find otherwise. */
size_t zonefile_answer(const struct zonefile *, uint32_t address, struct zonefile_row *out, size_t room);

/* Whether rbldnsd would list the address. */
bool zonefile_lists(const struct zonefile *, uint32_t address);

/* A row's text as rbldnsd sends it for that address: `$` is the address, `$$` is `$`, `$0`..`$9` and `$=` the zone's
 * variables; cut at 254 bytes; nothing when there is no text, or the row is excluded. Unclean. */
void zonefile_text(const struct zonefile *, const struct zonefile_row *, uint32_t address, struct buf *out);

/* Whether that text is the same for each address, but for the address itself, which may end it ("?ipr=$"). */
bool zonefile_text_is_alike(const struct zonefile *, const struct zonefile_row *);

/* ---- walks ---- */

/* Listed single addresses (/32 rows and bare ones, those excluded left out, the test record 127.0.0.2 too), each once,
 * in order. The array is borrowed. */
const uint32_t *zonefile_addresses(const struct zonefile *, size_t *count);

/* How many of them lie in first..last, both included; *from is the place of the first (may be NULL). O(log n). */
size_t zonefile_count(const struct zonefile *, uint32_t first, uint32_t last, size_t *from);

/* All rows wider than /32 in order of start, wider first; not the excluded ones. */
size_t zonefile_row_count(const struct zonefile *);
struct zonefile_row zonefile_row_at(const struct zonefile *, size_t index);

/* The first such row that starts at `address` or later; zonefile_row_count when there is none. */
size_t zonefile_row_from(const struct zonefile *, uint32_t address);

#endif
