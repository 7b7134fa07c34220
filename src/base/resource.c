#include "base/resource.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

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

bool
resource_parse(const char *text, struct resource *out)
{
    struct addr address;
    struct prefix net;
    int64_t number;
    if (addr_parse(text, &address)) {
        addr_unmap(&address);
        *out = resource_of_address(&address);
        return true;
    }
    if (prefix_parse(text, &net, NULL)) {
        *out = resource_of_net(&net);
        return true;
    }
    if (strncasecmp(text, "as", 2) != 0 || text[2] == '0')
        return false;
    size_t used = text_read_integer(text + 2, UINT32_MAX, &number);
    if (used == 0 || text[2 + used] != '\0')
        return false;
    *out = resource_of_asn((uint32_t)number);
    return true;
}
