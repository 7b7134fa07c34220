/* A look at foreign MMDB data before libmaxminddb decodes it.
 *
 * The library trusts its files in a few places: up to 1.7 it multiplies a hostile node count into 32 bits and reads
 * beyond the file, expands pointers that share a target exponentially, and recurses once for each nested map. What has
 * passed here cannot lead it there. Records, of which a walk of a database reads very many, are read here altogether.
 * The format: https://maxmind.github.io/MaxMind-DB/ */
#ifndef MMDB_CHECK_H
#define MMDB_CHECK_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MMDB_CHECK_TAIL = 128 * 1024 }; /* the metadata begin in these last bytes of a file */

/* Whether the metadata in the last bytes of a file (MMDB_CHECK_TAIL of them, or the whole file) are sound and agree
 * with the file's size. Otherwise the reason, as half a sentence, is appended to `why`. */
bool mmdb_check_tail(const uint8_t *tail, size_t count, uint64_t file_size, struct buf *why);

struct mmdb_check_key {
    const char *name; /* NULL: is never there */
    size_t count;     /* bytes of it */
    size_t spelt;     /* as a field told it before: the name is looked for there first; 0 = not known */
};

/* What a record holds under a key. */
struct mmdb_check_field {
    const char *text; /* in the section, no NUL behind it; NULL = no text */
    size_t text_count;
    uint32_t number; /* of 16 or 32 bits; 0 = no such number */
    size_t spelt;    /* 1 + where in the section its key is spelt out; 0 = it is not there */
};

/* Whether the value at `offset` of a data section is a map that lies in it in one piece, nests sanely, and is of a size
 * that a record has. Looks the keys up in it: of a key that is there twice, the first value counts. */
bool mmdb_check_record(const uint8_t *section, size_t count, size_t offset, const struct mmdb_check_key *keys,
                       size_t key_count, struct mmdb_check_field *out);

#endif
