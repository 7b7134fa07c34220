/* Private to asn: where the parts of a file of announced prefixes are. */
#ifndef ASN_TABLE_PARTS_H
#define ASN_TABLE_PARTS_H

#include "asn/asn_file.h"

struct asn_range {
    uint32_t start;
    uint32_t what; /* place of its AS << 8 | length */
};

/* In the order of the file. */
struct asn_table_parts {
    size_t count; /* of ASes with IPv4 ranges; `others` have IPv6 alone */
    size_t others, ipv4_count, ipv6_count, text_count;
    uint64_t *addresses, *starts6;
    uint32_t *numbers, *ends, *names;
    struct asn_range *ranges;
    uint32_t *whats6, *lists;
    char *text;
};

/* Sets the counts, and returns the bytes of all parts. */
static inline uint64_t
asn_table_parts_measure(struct asn_table_parts *parts, const uint32_t counts[static ASN_FILE_COUNTS])
{
    *parts = (struct asn_table_parts){.count = counts[0],
                                      .others = counts[1],
                                      .ipv4_count = counts[2],
                                      .ipv6_count = counts[3],
                                      .text_count = counts[4]};
    return 20 * ((uint64_t)counts[0] + counts[1]) + 12 * ((uint64_t)counts[2] + counts[3]) + counts[4];
}

/* Sets the places in a file that has room for them. */
static inline void
asn_table_parts_place(struct asn_table_parts *parts, const struct asn_file *file)
{
    size_t ases = parts->count + parts->others;
    parts->addresses = (void *)(file->bytes + sizeof(struct asn_file_head));
    parts->starts6 = parts->addresses + ases;
    parts->numbers = (void *)(parts->starts6 + parts->ipv6_count);
    parts->ends = parts->numbers + ases;
    parts->names = parts->ends + ases;
    parts->ranges = (void *)(parts->names + ases);
    parts->whats6 = (void *)(parts->ranges + parts->ipv4_count);
    parts->lists = parts->whats6 + parts->ipv6_count;
    parts->text = (void *)(parts->lists + parts->ipv4_count);
}

#endif
