/* Makes the compact tables that the program reads: which AS announces which prefix, and what the registries allocated.
 *
 * Both write a new file beside `to` and rename it, so that `to` is the old file or the whole new one. They return false
 * with a fault, and leave `to` alone, if a source cannot be read, is cut off or is something else. */
#ifndef ASN_BUILD_H
#define ASN_BUILD_H

#include "base/fault.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct asn_built {
    size_t rows;     /* prefixes, or allocated blocks, in the new file */
    size_t left_out; /* rows that are no announcement: seen by too few peers, not routed, the default route */
    size_t skipped;  /* lines that cannot be parsed ... */
    struct fault skipped_first; /* ... and the first of them, by file and line; "" = none */
    int64_t dated_ms;           /* the date of the data, wall ms */
};

/* From dumps of RIPE RIS ("64500<TAB>192.0.2.0/24<TAB>311") or of iptoasn.com ("192.0.2.0<TAB>192.0.2.255<TAB>64500
 * <TAB>DE<TAB>NAME"), told apart by their content, plain or gzip. `names` has lines "64500 NAME, CC" for RIS, which has
 * no names; NULL = none. A RIS row counts if at least ASN_BUILD_PEERS peers see the prefix, because fewer than that see
 * leaks and the insides of networks. Of several origins the one that most peers see comes first. */
enum { ASN_BUILD_PEERS = 10 };
bool asn_build_announced(const char *const *dumps, size_t count, const char *names, const char *to, struct asn_built *,
                         struct fault *);

/* From the delegated-extended statistics of the NRO or of one registry, plain or gzip. */
bool asn_build_allocations(const char *stats, const char *to, struct asn_built *, struct fault *);

#endif
