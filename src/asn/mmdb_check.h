/* Private to asn: checks foreign MMDB data before libmaxminddb decodes it, and reads records.
 *
 * The library trusts its files in a few places: up to 1.7 it multiplies a hostile node count into 32 bits and reads
 * beyond the file, expands pointers that share a target exponentially, and recurses once for each nested map. Checked
 * metadata cannot lead it there, and records are read here, not by the library.
 * The format: https://maxmind.github.io/MaxMind-DB/ */
#ifndef MMDB_CHECK_H
#define MMDB_CHECK_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MMDB_CHECK_TAIL = 128 * 1024 }; /* the metadata begin in these last bytes of a file */

/* Whether the metadata in the last bytes of a file (MMDB_CHECK_TAIL of them, or the whole file) are sound and agree
 * with the file's size. Otherwise appends the reason, half a sentence, to `why`. */
bool mmdb_check_tail(const uint8_t *tail, size_t count, uint64_t file_size, struct buf *why);

struct mmdb_check_key {
    const char *name; /* NULL: matches nothing */
    size_t count;     /* bytes of it */
    size_t spelt;     /* mmdb_check_field.spelt of an earlier record, where the name is looked for first; 0 = unknown */
};

/* The value of a key in a record. */
struct mmdb_check_field {
    const char *text; /* in the section, no NUL behind it; NULL = no text */
    size_t text_count;
    uint32_t number; /* of any numeric type; 0 = none, or none that an ASN can be */
    size_t map;      /* where in the section a map begins; 0 = no map */
    size_t spelt;    /* 1 + where in the section the key is spelt out; 0 = the record does not have it */
};

/* Looks the keys up in the record at `offset` of a data section; of a repeated key the first value counts. Returns
 * false unless the record is a map that is whole, nests sanely, and is of a reasonable size. */
bool mmdb_check_record(const uint8_t *section, size_t count, size_t offset, const struct mmdb_check_key *keys,
                       size_t key_count, struct mmdb_check_field *out);

#endif
