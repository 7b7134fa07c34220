/* One rbldnsd ip4set zone file: what it lists, and what rbldnsd would answer from it.
 *
 * All rows are prefixes (a range a.b.c.d-e is cut into them), sorted by start, wider first, so that the rows around an
 * address are found by one binary search and a walk outwards. Single addresses with the zone's default text, the bulk
 * of every zone, are a bare sorted array beside them. Loading is linear in bytes, a lookup O(log n). */
#ifndef ZONE_FILE_H
#define ZONE_FILE_H

#include "base/addr.h"
#include "base/buf.h"
#include "base/fault.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct zone_file;

/* A line that was not understood and changes nothing else; or one that was cut short. */
struct zone_file_warning {
    size_t line;
    const char *text; /* clean, shortened */
    const char *why;  /* half a sentence */
};

/* A row that is not one of the bare single addresses. */
struct zone_file_row {
    struct prefix prefix;
    bool excluded; /* "!": not listed, whatever other rows of the same key say */
    const char
        *text; /* as in the file, unclean, `$` not replaced; the zone's default when the row has none; may be "" */
    size_t text_count;
};

/* Reads a file, plain or gzip, named so or, where there is none, with ".gz" behind. Junk lines are warned of and
 * skipped. Fault: it cannot be read, it is too large, it changed meanwhile, or it is no zone file at all (not one entry
 * and no SOA). */
struct zone_file *zone_file_load(const char *path, struct fault *);

/* The same in steps, for those who must not be away for long: a file of which nothing is read yet. As long as it is not
 * ready it is good for the next two functions and zone_file_free, once it has failed for the last of these alone. */
enum zone_file_progress { ZONE_FILE_READING, ZONE_FILE_READY, ZONE_FILE_FAILED };
struct zone_file *zone_file_new(const char *path);

/* Reads on for about `budget_us` (INT64_MAX: to the end). */
enum zone_file_progress zone_file_step(struct zone_file *, int64_t budget_us, struct fault *);

/* How much of the file was read so far, as it lies on disk. */
int64_t zone_file_bytes_read(const struct zone_file *);

/* The same from memory, not packed; its path is "". */
struct zone_file *zone_file_parse(const void *bytes, size_t count, struct fault *);

void zone_file_free(struct zone_file *); /* NULL is fine */

const char *zone_file_path(const struct zone_file *); /* of the file that was read, perhaps with ".gz" */
bool zone_file_has_soa(const struct zone_file *);
uint32_t zone_file_serial(const struct zone_file *); /* of $SOA, 0 = none */
uint32_t zone_file_ttl(const struct zone_file *);    /* of $TTL or $SOA, 0 = none */

/* Whether the file on disk is another one than the one that was read (device, inode, size, time), or is gone. */
bool zone_file_has_changed(const struct zone_file *);

/* How many were warned of; the first ZONE_FILE_WARNINGS are kept. */
enum { ZONE_FILE_WARNINGS = 100 };
size_t zone_file_warning_count(const struct zone_file *);
const struct zone_file_warning *zone_file_warning_at(const struct zone_file *, size_t index);

/* ---- what is listed ---- */

/* All rows that hold the address, listed or excluded, narrowest first: also what the DNS hides. Returns how many there
 * are, of which at most `room` are put out. A bare single address comes as a /32 with the default text. */
size_t zone_file_find(const struct zone_file *, uint32_t address, struct zone_file_row *out, size_t room);

/* What rbldnsd answers: the rows of the most specific of its /32, /24, /16, /8 keys, or none when one of them is
 * excluded. A row wider than its key stands for all keys in it (a /26 for 64 single addresses). The same as
 * zone_file_find otherwise. */
size_t zone_file_answer(const struct zone_file *, uint32_t address, struct zone_file_row *out, size_t room);

/* Whether rbldnsd would list the address. */
bool zone_file_lists(const struct zone_file *, uint32_t address);

/* A row's text as rbldnsd sends it for that address: `$` is the address, `$$` is `$`, `$0`..`$9` and `$=` the zone's
 * variables; cut at 254 bytes; nothing when there is no text, or the row is excluded. Unclean. */
void zone_file_text(const struct zone_file *, const struct zone_file_row *, uint32_t address, struct buf *out);

/* Whether that text is the same for each address, but for the address itself, which may end it ("?ipr=$"). */
bool zone_file_text_is_alike(const struct zone_file *, const struct zone_file_row *);

/* ---- walks ---- */

/* Listed single addresses (/32 rows and bare ones, those excluded left out, the test record 127.0.0.2 too), each once,
 * in order. The array is borrowed. */
const uint32_t *zone_file_addresses(const struct zone_file *, size_t *count);

/* How many of them lie in first..last, both included; *from is the place of the first (may be NULL). O(log n). */
size_t zone_file_count(const struct zone_file *, uint32_t first, uint32_t last, size_t *from);

/* All rows wider than /32 in order of start, wider first; not the excluded ones. */
size_t zone_file_row_count(const struct zone_file *);
struct zone_file_row zone_file_row_at(const struct zone_file *, size_t index);

/* The first such row that starts at `address` or later; zone_file_row_count when there is none. */
size_t zone_file_row_from(const struct zone_file *, uint32_t address);

#endif
