#include "base/matter.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

struct matter
matter_of_address(const struct addr *address)
{
    unsigned bits = address->family == ADDR_V4 ? 32 : 128;
    return (struct matter){.kind = MATTER_ADDRESS, .prefix = prefix_around(address, bits)};
}

struct matter
matter_of_net(const struct prefix *net)
{
    return (struct matter){.kind = MATTER_NET, .prefix = *net};
}

struct matter
matter_of_asn(uint32_t asn)
{
    return (struct matter){.kind = MATTER_ASN, .asn = asn};
}

const char *
matter_text(const struct matter *matter, char out[static MATTER_TEXT])
{
    out[0] = '\0';
    switch (matter->kind) {
    case MATTER_ADDRESS:
        addr_text(&matter->prefix.addr, out);
        break;
    case MATTER_NET:
        prefix_text(&matter->prefix, out);
        break;
    case MATTER_ASN:
        snprintf(out, MATTER_TEXT, "AS%u", matter->asn);
        break;
    case MATTER_NONE:
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
matter_parse(const char *text, struct matter *out)
{
    struct addr address;
    struct prefix net;
    uint32_t asn;
    if (addr_parse(text, &address)) {
        addr_unmap(&address);
        *out = matter_of_address(&address);
    } else if (prefix_parse(text, &net, NULL)) {
        *out = matter_of_net(&net);
    } else if (parse_asn(text, &asn)) {
        *out = matter_of_asn(asn);
    } else {
        return false;
    }
    return true;
}

bool
matter_equal(const struct matter *a, const struct matter *b)
{
    return a->kind == b->kind && a->asn == b->asn && prefix_equal(&a->prefix, &b->prefix);
}
