/* Internet addresses and prefixes of both families, as plain values. */
#ifndef ADDR_H
#define ADDR_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* 4 or 6, so that the number means what it says; 0 is "no address". */
enum { ADDR_NONE = 0, ADDR_V4 = 4, ADDR_V6 = 6 };

enum {
    ADDR_TEXT = 46,                /* the longest address as text, with its NUL */
    PREFIX_TEXT = ADDR_TEXT + 4,   /* ... and "/128" */
    ENDPOINT_TEXT = ADDR_TEXT + 8, /* ... and "[]:65535" */
    ADDR_REVERSED_TEXT = 65,       /* 32 nibbles and their dots */
};

/* Network byte order; an IPv4 address takes the first 4 bytes and the rest is 0. */
struct addr {
    uint8_t family;
    uint8_t bytes[16];
};

/* Bits beyond `length` are 0. */
struct prefix {
    struct addr addr;
    uint8_t length;
};

/* A DNS server. */
struct endpoint {
    struct addr addr;
    uint16_t port;
};

/* Strict: exactly four decimal octets without leading zeros, or RFC 4291 text without a zone id; nothing before or
 * after. "1.2.3", "010.0.0.1", " 1.2.3.4" are refused. */
bool addr_parse(const char *text, struct addr *out);
bool addr_parse_bytes(const char *text, size_t count, struct addr *out);

/* An IPv4-mapped address (::ffff:192.0.2.1, RFC 4291 section 2.5.5.2) becomes the IPv4 address that it stands for. */
void addr_unmap(struct addr *);

/* RFC 5952 for IPv6. Returns `out`. */
const char *addr_text(const struct addr *, char out[static ADDR_TEXT]);

struct addr addr_from_v4(uint32_t host_order);
uint32_t addr_to_v4(const struct addr *);

/* Order by family, then by value; <0, 0, >0. */
int addr_compare(const struct addr *, const struct addr *);
bool addr_equal(const struct addr *, const struct addr *);

/* The labels under which a DNSBL or a reverse zone is asked, without the zone: "77.113.0.203", or 32 nibbles
 * (RFC 5782 sections 2.1 and 2.4). */
const char *addr_reversed(const struct addr *, char out[static ADDR_REVERSED_TEXT]);

/* Whether it lies in 127.0.0.0/8, the only answers a DNSBL gives (RFC 5782 section 2.1), or is ::1. */
bool addr_is_loopback(const struct addr *);

/* The special block that keeps an address from being routed on the public internet ("private network, RFC 1918"), or
 * NULL for a public address. From the IANA special-purpose registries, RFC 6890 and successors; multicast included. */
const char *addr_reserved(const struct addr *);
/* The same of a prefix all of which lies in one such block. */
const char *prefix_reserved(const struct prefix *);

/* Whether it is set aside for examples: documentation (RFC 5737, RFC 3849) or benchmarking (RFC 2544). Nobody's mail
 * server has such an address. */
bool addr_is_example(const struct addr *);

/* "a.b.c.d/n" or "x::/n", strict as above. Refused when bits beyond the length are set: *host_bits is then true, and
 * *out holds the prefix with these bits cleared, to suggest. host_bits may be NULL. */
bool prefix_parse(const char *text, struct prefix *out, bool *host_bits);
bool prefix_parse_bytes(const char *text, size_t count, struct prefix *out, bool *host_bits);
const char *prefix_text(const struct prefix *, char out[static PREFIX_TEXT]);

/* The prefix of that length around an address; length <= 32 or 128. */
struct prefix prefix_around(const struct addr *, unsigned length);
bool prefix_holds(const struct prefix *, const struct addr *);
/* Whether `inner` lies in `outer` or equals it. */
bool prefix_covers(const struct prefix *outer, const struct prefix *inner);
/* Whether they have addresses in common: then one lies in the other. */
bool prefix_overlaps(const struct prefix *, const struct prefix *);
bool prefix_equal(const struct prefix *, const struct prefix *);
/* Wider first at the same start; by start otherwise. */
int prefix_compare(const struct prefix *, const struct prefix *);
/* Number of addresses of an IPv4 prefix. */
uint64_t prefix_size(const struct prefix *);

/* "127.0.0.1", "127.0.0.1:5300", "::1", "[::1]:5300"; the port is 53 where none is given, and never 0. */
bool endpoint_parse(const char *text, struct endpoint *out);
/* Always with the port. */
const char *endpoint_text(const struct endpoint *, char out[static ENDPOINT_TEXT]);
bool endpoint_equal(const struct endpoint *, const struct endpoint *);

#endif
