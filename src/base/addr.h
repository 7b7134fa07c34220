/* Internet addresses, prefixes and endpoints of both families, as plain values. */
#ifndef ADDR_H
#define ADDR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { ADDR_NONE = 0, ADDR_V4 = 4, ADDR_V6 = 6 };

enum {
    ADDR_TEXT = 46,                     /* the longest address as text, with its NUL */
    PREFIX_TEXT = ADDR_TEXT + 4,        /* ... and "/128" */
    ENDPOINT_HOST = ADDR_TEXT + 16,     /* ... and "%" and an interface */
    ENDPOINT_TEXT = ENDPOINT_HOST + 12, /* ... and "tcp:[]:65535" */
    ADDR_REVERSED_TEXT = 65,            /* 32 nibbles and their dots */
};

/* Network byte order; an IPv4 address uses the first 4 bytes. Unused bytes are always 0, so that addresses can be
 * compared, hashed and copied as plain bytes. */
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
    bool tcp;      /* reached by TCP alone */
    uint32_t zone; /* interface of a link-local address (RFC 4007), else 0 */
};

/* ---- addresses ---- */

/* Parses exactly four decimal octets without leading zeros, or RFC 4291 text without a zone id, and nothing else:
 * "1.2.3", "010.0.0.1", " 1.2.3.4" are refused. */
bool addr_parse_bytes(const char *text, size_t count, struct addr *out);

static inline bool
addr_parse(const char *text, struct addr *out)
{
    return addr_parse_bytes(text, strlen(text), out);
}

/* Formats, IPv6 as in RFC 5952. Returns `out`. */
const char *addr_text(const struct addr *, char out[static ADDR_TEXT]);

/* Formats the labels of a DNSBL or reverse zone query, without the zone: "77.113.0.203", or 32 nibbles (RFC 5782
 * sections 2.1 and 2.4). Returns `out`. */
const char *addr_reversed(const struct addr *, char out[static ADDR_REVERSED_TEXT]);

/* Turns an IPv4-mapped address (::ffff:192.0.2.1, RFC 4291 section 2.5.5.2) into the IPv4 address. */
void addr_unmap(struct addr *);

static inline struct addr
addr_from_v4(uint32_t host_order)
{
    return (struct addr){.family = ADDR_V4,
                         .bytes = {(uint8_t)(host_order >> 24), (uint8_t)(host_order >> 16), (uint8_t)(host_order >> 8),
                                   (uint8_t)host_order}};
}

/* The address must be IPv4. */
static inline uint32_t
addr_to_v4(const struct addr *a)
{
    return (uint32_t)a->bytes[0] << 24 | (uint32_t)a->bytes[1] << 16 | (uint32_t)a->bytes[2] << 8 | a->bytes[3];
}

/* Return the first 64 bits of an IPv6 address, and the first address with such bits. */
static inline uint64_t
addr_high(const struct addr *a)
{
    uint64_t high = 0;
    for (size_t i = 0; i < sizeof high; i++)
        high = high << 8 | a->bytes[i];
    return high;
}

static inline struct addr
addr_from_high(uint64_t high)
{
    struct addr a = {.family = ADDR_V6};
    for (size_t i = 0; i < sizeof high; i++)
        a.bytes[i] = (uint8_t)(high >> (56 - 8 * i));
    return a;
}

/* Orders by family, then by value: <0, 0, >0. */
static inline int
addr_compare(const struct addr *a, const struct addr *b)
{
    return memcmp(a, b, sizeof *a);
}

static inline bool
addr_equal(const struct addr *a, const struct addr *b)
{
    return addr_compare(a, b) == 0;
}

/* Whether it is in 127.0.0.0/8, the only answers of a DNSBL (RFC 5782 section 2.1), or is ::1. */
bool addr_is_loopback(const struct addr *);

/* Returns the special block that keeps an address, or a whole prefix, from being routed on the public internet
 * ("private network, RFC 1918"), or NULL if it is public. From the IANA special-purpose registries, RFC 6890 and
 * successors, and multicast. */
const char *addr_reserved(const struct addr *);
const char *prefix_reserved(const struct prefix *);

/* Whether it is an address of examples, which no mail server has: documentation (RFC 5737, RFC 3849) or benchmarking
 * (RFC 2544). */
bool addr_is_example(const struct addr *);

/* ---- prefixes ---- */

/* Parses "a.b.c.d/n" or "x::/n", strictly as above. Returns false when bits beyond the length are set, too: *host_bits
 * (may be NULL) is then true, and *out has these bits cleared, as a suggestion. */
bool prefix_parse_bytes(const char *text, size_t count, struct prefix *out, bool *host_bits);

static inline bool
prefix_parse(const char *text, struct prefix *out, bool *host_bits)
{
    return prefix_parse_bytes(text, strlen(text), out, host_bits);
}

/* Formats; returns `out`. */
const char *prefix_text(const struct prefix *, char out[static PREFIX_TEXT]);

/* Returns the prefix of that length around an address; length <= 32 or 128. */
struct prefix prefix_around(const struct addr *, unsigned length);

bool prefix_holds(const struct prefix *, const struct addr *);

/* Whether `inner` is in `outer` or equals it. */
static inline bool
prefix_covers(const struct prefix *outer, const struct prefix *inner)
{
    return outer->length <= inner->length && prefix_holds(outer, &inner->addr);
}

/* Whether they have addresses in common: one is then in the other. */
static inline bool
prefix_overlaps(const struct prefix *a, const struct prefix *b)
{
    return prefix_covers(a, b) || prefix_covers(b, a);
}

/* Orders by start, wider first. */
static inline int
prefix_compare(const struct prefix *a, const struct prefix *b)
{
    int order = addr_compare(&a->addr, &b->addr);
    return order ? order : (int)a->length - (int)b->length;
}

static inline bool
prefix_equal(const struct prefix *a, const struct prefix *b)
{
    return prefix_compare(a, b) == 0;
}

/* Returns the number of addresses of an IPv4 prefix. */
static inline uint64_t
prefix_size(const struct prefix *p)
{
    return UINT64_C(1) << (32 - p->length);
}

/* ---- endpoints ---- */

/* Parses "127.0.0.1", "127.0.0.1:5300", "::1", "[::1]:5300", "fe80::53%eth0", and any of them behind "tcp:". The port
 * is 53 unless given, and never 0. A link-local address must have a zone, the name or number of an interface that there
 * is, and no other address may. */
bool endpoint_parse(const char *text, struct endpoint *out);

/* Formats the address with its zone; returns `out`. */
const char *endpoint_host(const struct endpoint *, char out[static ENDPOINT_HOST]);

/* Formats, always with the port; returns `out`. */
const char *endpoint_text(const struct endpoint *, char out[static ENDPOINT_TEXT]);

static inline bool
endpoint_equal(const struct endpoint *a, const struct endpoint *b)
{
    return a->port == b->port && a->tcp == b->tcp && a->zone == b->zone && addr_equal(&a->addr, &b->addr);
}

#endif
