/* What a history is about: an address, a net or an ASN. */
#ifndef MATTER_H
#define MATTER_H

#include "base/addr.h"

#include <stdbool.h>
#include <stdint.h>

enum matter_kind { MATTER_NONE, MATTER_ADDRESS, MATTER_NET, MATTER_ASN };

struct matter {
    enum matter_kind kind;
    struct prefix prefix; /* of an address: /32 or /128; zeroed for an ASN */
    uint32_t asn;         /* 0 for the others */
};

enum { MATTER_TEXT = PREFIX_TEXT };

struct matter matter_of_address(const struct addr *);
struct matter matter_of_net(const struct prefix *); /* a net of one address stays a net: "203.0.113.7/32" */
struct matter matter_of_asn(uint32_t asn);

/* "203.0.113.7", "203.0.113.0/24", "AS64500": the one form in which it is stored and shown. Returns `out`. */
const char *matter_text(const struct matter *, char out[static MATTER_TEXT]);
/* The same forms, strictly; "as64500" too. An IPv4-mapped address is the IPv4 address (addr_unmap). */
bool matter_parse(const char *text, struct matter *out);

bool matter_equal(const struct matter *, const struct matter *);

#endif
