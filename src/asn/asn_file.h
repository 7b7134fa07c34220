/* Private to asn: the compact files that asn_table and allocations read.
 *
 * A file is a head and its parts: arrays of the machine's own numbers, one behind the other without gaps, read with
 * read(2) into one private buffer and used there. It is no format for exchange, because each file can be made again
 * from its source: a machine of the other byte order, and a program of another version, refuse it. Zero bytes fill it
 * up to a multiple of ASN_FILE_UNIT. Its readers check every number that leads somewhere, so that a damaged file with
 * the right sum is a fault, too.
 *
 *   ASN_FILE_ANNOUNCED     counts: ASes with IPv4 ranges, other ASes, IPv4 ranges, IPv6 ranges, bytes of text
 *     u64  [ASes]   IPv4 addresses of each AS, those in several of its ranges counted once
 *     u64  [IPv6]   first 64 bits of each range, in order, the wider first
 *     u32  [ASes]   number, ascending, those with IPv4 ranges before the others
 *     u32  [ASes]   end of its list of IPv4 ranges, which begins where the one before ends
 *     u32  [ASes]   its name, a place in the text
 *     2u32 [IPv4]   first address of each range, in order, the wider first, of one prefix the main origin first;
 *                   place of its AS << 8 | length
 *     u32  [IPv6]   place of its AS << 8 | length
 *     u32  [IPv4]   places of ranges, by AS and address: the lists
 *     char [text]   names, clean, each with a NUL; the first is ""
 *   ASN_FILE_ALLOCATIONS   counts: IPv4 blocks, IPv6 blocks
 *     struct asn_file_block [IPv4 + IPv6], each family in order */
#ifndef ASN_FILE_H
#define ASN_FILE_H

#include "base/fault.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum asn_file_kind { ASN_FILE_ANNOUNCED = 1, ASN_FILE_ALLOCATIONS };

enum { ASN_FILE_COUNTS = 8, ASN_FILE_UNIT = 32, ASN_FILE_SOURCE = 112 };

struct asn_file_head {
    char magic[8]; /* "whylasn" */
    uint32_t order, version;
    uint64_t size; /* of the file */
    uint64_t sum;  /* of what is behind this field */
    uint32_t kind, zero;
    int64_t dated_ms;     /* the data's own date, wall ms */
    uint64_t identity[4]; /* of an MMDB: device, inode, size, and when it was changed, in ns; else 0 */
    uint32_t counts[ASN_FILE_COUNTS];
    char source[ASN_FILE_SOURCE]; /* "RIPE RIS", or the type of an MMDB; clean, with a NUL */
};

_Static_assert(sizeof(struct asn_file_head) % ASN_FILE_UNIT == 0, "parts begin at a whole unit");

struct asn_file_block {
    uint64_t start; /* an IPv4 address, or the first 64 bits of an IPv6 one */
    uint32_t size;  /* IPv4: addresses - 1; IPv6: prefix length */
    uint32_t what;  /* days since 1970 << 17 | letters of the country << 7 | registry << 4 | status */
};

/* A file in memory, or one that is being read. Zeroed is none. */
struct asn_file {
    uint8_t *bytes; /* malloc'ed, with the head */
    size_t size;
    char *path;

    int fd; /* that it is read from, or written to; -1 = none */
    size_t done;
    uint64_t sums[ASN_FILE_UNIT / 8];
};

static inline const struct asn_file_head *
asn_file_head(const struct asn_file *file)
{
    return (const void *)file->bytes;
}

/* Begins to read a file of that kind. Returns false with a fault, and *file closed. */
bool asn_file_open(struct asn_file *, const char *path, enum asn_file_kind, struct fault *);

/* Reads a piece. Returns false after the last, or with a fault, which is "" after the last. */
bool asn_file_step(struct asn_file *, struct fault *);

void asn_file_close(struct asn_file *);

/* Sets a fault about a file whose numbers do not fit together; returns false. */
bool asn_file_damaged(const struct asn_file *, struct fault *);

/* Begins a file in memory with room for so many bytes of parts. */
void asn_file_new(struct asn_file *, enum asn_file_kind, size_t part_bytes);

/* Writes a piece of a file that is complete in memory, to a file beside `path`, which is renamed at the end. With
 * `safely` it is on the disk before that. Returns false after the last piece, or with a fault, which is "" after it. */
bool asn_file_write(struct asn_file *, const char *path, bool safely, struct fault *);

#endif
