/* What a history is about: an address, a net or an ASN. */
#ifndef RESOURCE_H
#define RESOURCE_H

#include "base/addr.h"

#include <stdbool.h>
#include <stdint.h>

enum resource_kind { RESOURCE_NONE, RESOURCE_ADDRESS, RESOURCE_NET, RESOURCE_ASN };

struct resource {
    enum resource_kind kind;
    struct prefix prefix; /* of an address: /32 or /128; zeroed for an ASN */
    uint32_t asn;         /* 0 for the others */
};

enum { RESOURCE_TEXT = PREFIX_TEXT };

struct resource resource_of_address(const struct addr *);
struct resource resource_of_net(const struct prefix *); /* a net of one address stays a net: "203.0.113.7/32" */
struct resource resource_of_asn(uint32_t asn);

/* "203.0.113.7", "203.0.113.0/24", "AS64500": the one form in which it is stored and shown. Returns `out`. */
const char *resource_text(const struct resource *, char out[static RESOURCE_TEXT]);
/* The same forms, strictly; "as64500" too. An IPv4-mapped address is the IPv4 address (addr_unmap). */
bool resource_parse(const char *text, struct resource *out);

bool resource_equal(const struct resource *, const struct resource *);

#endif
