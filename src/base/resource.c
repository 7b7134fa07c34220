#include "base/resource.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

struct resource
resource_of_address(const struct addr *address)
{
    unsigned bits = address->family == ADDR_V4 ? 32 : 128;
    return (struct resource){.kind = RESOURCE_ADDRESS, .prefix = prefix_around(address, bits)};
}

struct resource
resource_of_net(const struct prefix *net)
{
    return (struct resource){.kind = RESOURCE_NET, .prefix = *net};
}

struct resource
resource_of_asn(uint32_t asn)
{
    return (struct resource){.kind = RESOURCE_ASN, .asn = asn};
}

const char *
resource_text(const struct resource *resource, char out[static RESOURCE_TEXT])
{
    out[0] = '\0';
    switch (resource->kind) {
    case RESOURCE_ADDRESS:
        addr_text(&resource->prefix.addr, out);
        break;
    case RESOURCE_NET:
        prefix_text(&resource->prefix, out);
        break;
    case RESOURCE_ASN:
        snprintf(out, RESOURCE_TEXT, "AS%u", resource->asn);
        break;
    case RESOURCE_NONE:
        break;
    }
    return out;
}

static bool
parse_asn(const char *text, uint32_t *out)
{
    int64_t number;
    if (strncasecmp(text, "as", 2) != 0 || text[2] == '0')
        return false;
    size_t used = text_read_integer(text + 2, UINT32_MAX, &number);
    if (used == 0 || text[2 + used] != '\0')
        return false;
    *out = (uint32_t)number;
    return true;
}

bool
resource_parse(const char *text, struct resource *out)
{
    struct addr address;
    struct prefix net;
    uint32_t asn;
    if (addr_parse(text, &address)) {
        addr_unmap(&address);
        *out = resource_of_address(&address);
    } else if (prefix_parse(text, &net, NULL)) {
        *out = resource_of_net(&net);
    } else if (parse_asn(text, &asn)) {
        *out = resource_of_asn(asn);
    } else {
        return false;
    }
    return true;
}

bool
resource_equal(const struct resource *a, const struct resource *b)
{
    return a->kind == b->kind && a->asn == b->asn && prefix_equal(&a->prefix, &b->prefix);
}
