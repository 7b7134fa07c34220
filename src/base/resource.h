/* What a user asks about: an address, a net or an AS. */
#ifndef RESOURCE_H
#define RESOURCE_H

#include "base/addr.h"

#include <stdbool.h>
#include <stdint.h>

enum resource_kind { RESOURCE_NONE, RESOURCE_ADDRESS, RESOURCE_NET, RESOURCE_ASN };

struct resource {
    enum resource_kind kind;
    struct prefix prefix; /* of an address: /32 or /128; zeroed for an AS */
    uint32_t asn;         /* 0 for the others */
};

enum { RESOURCE_TEXT = PREFIX_TEXT };

static inline struct resource
resource_of_address(const struct addr *address)
{
    unsigned bits = address->family == ADDR_V4 ? 32 : 128;
    return (struct resource){.kind = RESOURCE_ADDRESS, .prefix = prefix_around(address, bits)};
}

/* A net of one address stays a net: "203.0.113.7/32". */
static inline struct resource
resource_of_net(const struct prefix *net)
{
    return (struct resource){.kind = RESOURCE_NET, .prefix = *net};
}

static inline struct resource
resource_of_asn(uint32_t asn)
{
    return (struct resource){.kind = RESOURCE_ASN, .asn = asn};
}

static inline bool
resource_equal(const struct resource *a, const struct resource *b)
{
    return a->kind == b->kind && a->asn == b->asn && prefix_equal(&a->prefix, &b->prefix);
}

/* Formats "203.0.113.7", "203.0.113.0/24", "AS64500", the one form in which resources are stored and shown. Returns
 * `out`. */
const char *resource_text(const struct resource *, char out[static RESOURCE_TEXT]);

/* Parses the same forms, strictly, and "as64500". An IPv4-mapped address becomes the IPv4 address (addr_unmap). */
bool resource_parse(const char *text, struct resource *out);

#endif
