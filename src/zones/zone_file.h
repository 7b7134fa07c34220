/* One rbldnsd ip4set zone file: what it lists, and what rbldnsd would answer from it.
 *
 * All rows are prefixes (a range a.b.c.d-e is cut into them), sorted by start, wider first, so that one binary search
 * and a walk outwards find the rows around an address. Single addresses with the zone's default text, the bulk of every
 * zone, are a bare sorted array beside them. Loading is linear in bytes, a look-up O(log n). */
#ifndef ZONE_FILE_H
#define ZONE_FILE_H

#include "base/addr.h"
#include "base/buf.h"
#include "base/fault.h"
#include "lists/data_date.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct zone_file;

/* A line that was skipped because it was not understood, or that was cut short. */
struct zone_file_warning {
    size_t line;
    const char *text; /* clean, shortened */
    const char *why;  /* half a sentence */
};

/* A row that is not one of the bare single addresses. */
struct zone_file_row {
    struct prefix prefix;
    bool excluded;    /* "!": not listed, even if other rows of the same key list it */
    const char *text; /* as in the file, unclean, `$` not replaced; the zone's default if the row has none; may be "" */
    size_t text_count;
};

/* ---- loading ---- */

/* Begins to load a file, plain or gzip. Until it is ready, only
 * zone_file_step, zone_file_bytes_read and zone_file_free may be called; after a failure, only the last. */
struct zone_file *zone_file_new(const char *path);

enum zone_file_progress { ZONE_FILE_READING, ZONE_FILE_READY, ZONE_FILE_FAILED };

/* Reads on for about `budget_us` (INT64_MAX: to the end). Skips junk lines with a warning. Fails with a fault if the
 * file cannot be read, is too large, changed meanwhile, or has neither an entry nor an SOA. */
enum zone_file_progress zone_file_step(struct zone_file *, int64_t budget_us, struct fault *);

/* Returns the date of a file's content by its beginning alone (zone_file_date), unknown if it cannot be read. */
struct data_date zone_file_peek(const char *path);

/* Loads from memory, not packed; the path is "". Returns NULL with a fault. */
struct zone_file *zone_file_parse(const void *bytes, size_t count, struct fault *);

/* Returns how much of the file on disk has been read. */
int64_t zone_file_bytes_read(const struct zone_file *);

void zone_file_free(struct zone_file *); /* NULL is fine */

const char *zone_file_path(const struct zone_file *);
uint32_t zone_file_serial(const struct zone_file *); /* of $SOA, 0 = none */

/* Returns the date of the content: by the serial if that is a date, else by $TIMESTAMP, else by the file's time. */
struct data_date zone_file_date(const struct zone_file *);

/* Whether the file on disk differs from the one that was read (device, inode, size, time), or is gone. */
bool zone_file_has_changed(const struct zone_file *);

/* Returns the number of warnings; the first ZONE_FILE_WARNINGS can be had. Their texts belong to the zone file. */
enum { ZONE_FILE_WARNINGS = 100 };
size_t zone_file_warning_count(const struct zone_file *);
struct zone_file_warning zone_file_warning_at(const struct zone_file *, size_t index);

/* What the file says of itself, and how much of it was understood. */
struct zone_file_quality {
    bool has_soa;
    size_t lines;    /* that are no comment and not empty */
    size_t rejected; /* of these, not understood or not read to their end */
    bool is_cut;     /* the file ends within a line */
    bool has_nul;
    bool includes;           /* it names other files by $INCLUDE, which are not read */
    int64_t stamp_ms;        /* the latest $TIMESTAMP; 0 = none */
    int64_t expiry_ms;       /* the earliest time after which rbldnsd answers no longer; 0 = none */
    const uint32_t *answers; /* the A values that it names, each once, at most some dozens; borrowed */
    size_t answer_count;
};
struct zone_file_quality zone_file_quality(const struct zone_file *);

/* ---- one address ---- */

/* Finds all rows that contain the address, listed or excluded, narrowest first, including those that DNS hides. Returns
 * their number, of which at most `room` are stored. A bare single address is a /32 with the default text. */
size_t zone_file_find(const struct zone_file *, uint32_t address, struct zone_file_row *out, size_t room);

/* Finds what rbldnsd answers: the rows of the most specific of the address's /32, /24, /16, /8 keys, or none if one of
 * them is excluded. A row wider than its key stands for all keys in it (a /26 for 64 single addresses). Returns their
 * number as zone_file_find does. */
size_t zone_file_answer(const struct zone_file *, uint32_t address, struct zone_file_row *out, size_t room);

/* Whether rbldnsd would list the address. */
static inline bool
zone_file_lists(const struct zone_file *zone, uint32_t address)
{
    return zone_file_answer(zone, address, NULL, 0) > 0;
}

/* Appends a row's text as rbldnsd sends it for the address: `$` is the address, `$$` is `$`, `$0`..`$9` and `$=` are
 * the zone's variables; cut at 254 bytes; nothing if the row has no text or is excluded. Unclean. */
void zone_file_text(const struct zone_file *, const struct zone_file_row *, uint32_t address, struct buf *out);

/* Whether that text is the same for each address, but for the address itself, which may end it ("?ipr=$"). */
bool zone_file_text_is_alike(const struct zone_file *, const struct zone_file_row *);

/* ---- everything ---- */

/* Returns the listed single addresses (/32 rows and bare ones, without the excluded, with the test record 127.0.0.2),
 * each once, in order. The zone file owns the array. */
const uint32_t *zone_file_addresses(const struct zone_file *, size_t *count);

/* Returns how many of them are in first..last, both included; *from is the place of the first (may be NULL). */
size_t zone_file_count(const struct zone_file *, uint32_t first, uint32_t last, size_t *from);

/* The listed rows wider than /32, sorted by start, wider first. */
size_t zone_file_row_count(const struct zone_file *);
struct zone_file_row zone_file_row_at(const struct zone_file *, size_t index);

/* Returns the place of the first such row that starts at `address` or later; zone_file_row_count if there is none. */
size_t zone_file_row_from(const struct zone_file *, uint32_t address);

#endif
