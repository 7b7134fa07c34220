#include "base/addr.h"

#include "base/text.h"

#include <arpa/inet.h>
#include <assert.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>

/* The IPv4 paths of addr_parse, addr_text and addr_reversed avoid the C library, because they run once per line of a
 * million-line file. */

enum { V4_BYTES = 4, V6_BYTES = 16, V6_GROUPS = 8 };

#define MOST_BITS(addr) ((addr)->family == ADDR_V4 ? 8u * V4_BYTES : 8u * V6_BYTES)

/* 0 to 9, or more if there is no digit. */
#define DIGIT(at) ((unsigned)(unsigned char)(*(at) - '0'))

/* Parses a whole text as one decimal number without leading zeros. */
static bool
parse_decimal(const char *text, size_t count, unsigned most, unsigned *out)
{
    if (count == 0 || (count > 1 && *text == '0'))
        return false;
    unsigned value = 0;
    for (size_t i = 0; i < count; i++) {
        unsigned digit = DIGIT(text + i);
        if (digit > 9 || (value = value * 10 + digit) > most)
            return false;
    }
    *out = value;
    return true;
}

static bool
parse_v4(const char *text, size_t count, struct addr *out)
{
    const char *at = text, *end = text + count;
    uint32_t value = 0;
    for (unsigned i = 0; i < V4_BYTES; i++) {
        unsigned octet, digit;
        if (i > 0 && (at == end || *at++ != '.'))
            return false;
        if (at == end || (octet = DIGIT(at++)) > 9)
            return false;
        for (int more = 0; more < 2 && at < end && (digit = DIGIT(at)) <= 9; more++, at++) {
            if (octet == 0)
                return false;
            octet = octet * 10 + digit;
        }
        if (octet > 255)
            return false;
        value = value << 8 | octet;
    }
    if (at != end)
        return false;
    *out = addr_from_v4(value);
    return true;
}

static bool
parse_v6(const char *text, size_t count, struct addr *out)
{
    char copy[ADDR_TEXT];
    if (count >= sizeof copy || memchr(text, '\0', count))
        return false;
    memcpy(copy, text, count);
    copy[count] = '\0';
    struct addr a = {.family = ADDR_V6};
    if (inet_pton(AF_INET6, copy, a.bytes) != 1)
        return false;
    *out = a;
    return true;
}

bool
addr_parse_bytes(const char *text, size_t count, struct addr *out)
{
    return parse_v4(text, count, out) || parse_v6(text, count, out);
}

/* Writes the four octets, first to last (step 1) or last to first (step -1). */
static char *
write_v4(char *to, const uint8_t *first, int step)
{
    for (int i = 0; i < V4_BYTES; i++) {
        unsigned octet = first[i * step];
        if (i > 0)
            *to++ = '.';
        if (octet >= 100)
            *to++ = (char)('0' + octet / 100);
        if (octet >= 10)
            *to++ = (char)('0' + octet / 10 % 10);
        *to++ = (char)('0' + octet % 10);
    }
    return to;
}

static const char HEX[] = "0123456789abcdef";

/* Shortens the first of the longest runs of at least two zero groups: RFC 5952 section 4.2. */
static char *
write_v6(char *to, const struct addr *a)
{
    unsigned groups[V6_GROUPS], start = 0, length = 0;
    struct addr mapped = *a;
    addr_unmap(&mapped);
    if (mapped.family == ADDR_V4) { /* RFC 5952 section 5 */
        memcpy(to, "::ffff:", 7);
        return write_v4(to + 7, mapped.bytes, 1);
    }
    for (unsigned i = 0, run = 0; i < V6_GROUPS; i++) {
        groups[i] = (unsigned)a->bytes[2 * i] << 8 | a->bytes[2 * i + 1];
        run = groups[i] ? 0 : run + 1;
        if (run >= 2 && run > length) {
            length = run;
            start = i + 1 - run;
        }
    }
    for (unsigned i = 0; i < V6_GROUPS;) {
        if (length && i == start) {
            *to++ = ':';
            *to++ = ':';
            i += length;
            continue;
        }
        if (i > 0 && to[-1] != ':')
            *to++ = ':';
        for (int shift = 12; shift >= 0; shift -= 4)
            if (shift == 0 || groups[i] >> shift)
                *to++ = HEX[groups[i] >> shift & 15];
        i++;
    }
    return to;
}

const char *
addr_text(const struct addr *a, char out[static ADDR_TEXT])
{
    char *end = out;
    if (a->family == ADDR_V4)
        end = write_v4(out, a->bytes, 1);
    else if (a->family == ADDR_V6)
        end = write_v6(out, a);
    *end = '\0';
    return out;
}

const char *
addr_reversed(const struct addr *a, char out[static ADDR_REVERSED_TEXT])
{
    char *to = out;
    if (a->family == ADDR_V4) {
        to = write_v4(to, a->bytes + V4_BYTES - 1, -1);
    } else if (a->family == ADDR_V6) {
        for (int i = V6_BYTES - 1; i >= 0; i--) {
            *to++ = HEX[a->bytes[i] & 15];
            *to++ = '.';
            *to++ = HEX[a->bytes[i] >> 4];
            *to++ = '.';
        }
        to--; /* no dot behind the last label */
    }
    *to = '\0';
    return out;
}

void
addr_unmap(struct addr *a)
{
    static const uint8_t mapped[12] = {[10] = 0xFF, [11] = 0xFF};
    if (a->family != ADDR_V6 || memcmp(a->bytes, mapped, sizeof mapped) != 0)
        return;
    struct addr v4 = {.family = ADDR_V4};
    memcpy(v4.bytes, a->bytes + 12, V4_BYTES);
    *a = v4;
}

bool
addr_is_loopback(const struct addr *a)
{
    static const struct addr v6 = {ADDR_V6, {[15] = 1}};
    return a->family == ADDR_V4 ? a->bytes[0] == 127 : addr_equal(a, &v6);
}

struct prefix
prefix_around(const struct addr *a, unsigned length)
{
    assert(length <= MOST_BITS(a));
    struct prefix p = {*a, (uint8_t)length};
    unsigned whole = length / 8;
    if (length % 8)
        p.addr.bytes[whole++] &= (uint8_t)(0xFF00 >> length % 8);
    memset(p.addr.bytes + whole, 0, V6_BYTES - whole);
    return p;
}

bool
prefix_holds(const struct prefix *p, const struct addr *a)
{
    if (p->addr.family != a->family)
        return false;
    unsigned whole = p->length / 8, rest = p->length % 8;
    if (memcmp(p->addr.bytes, a->bytes, whole) != 0)
        return false;
    return rest == 0 || (p->addr.bytes[whole] ^ a->bytes[whole]) >> (8 - rest) == 0;
}

bool
prefix_parse_bytes(const char *text, size_t count, struct prefix *out, bool *host_bits)
{
    bool ignored;
    if (!host_bits)
        host_bits = &ignored;
    *host_bits = false;

    const char *slash = memchr(text, '/', count);
    struct addr a;
    unsigned length;
    if (!slash || !addr_parse_bytes(text, (size_t)(slash - text), &a))
        return false;
    if (!parse_decimal(slash + 1, count - (size_t)(slash + 1 - text), MOST_BITS(&a), &length))
        return false;
    *out = prefix_around(&a, length);
    *host_bits = !addr_equal(&a, &out->addr);
    return !*host_bits;
}

const char *
prefix_text(const struct prefix *p, char out[static PREFIX_TEXT])
{
    addr_text(&p->addr, out);
    char *end = out + strlen(out);
    *end++ = '/';
    *text_digits(end, p->length) = '\0';
    return out;
}

enum { DNS_PORT = 53 };

/* Parses ":PORT" or nothing. */
static bool
parse_port(const char *text, struct endpoint *out)
{
    unsigned port = DNS_PORT;
    if (*text != '\0' && (*text != ':' || !parse_decimal(text + 1, strlen(text + 1), UINT16_MAX, &port) || port == 0))
        return false;
    out->port = (uint16_t)port;
    return true;
}

/* Parses an IPv6 address, with a zone if it is link-local. */
static bool
parse_host_v6(const char *text, size_t count, struct endpoint *out)
{
    char zone[IF_NAMESIZE];
    const char *mark = memchr(text, '%', count);
    if (!parse_v6(text, mark ? (size_t)(mark - text) : count, &out->addr))
        return false;
    bool is_local = out->addr.bytes[0] == 0xfe && (out->addr.bytes[1] & 0xc0) == 0x80;
    if (!mark)
        return !is_local;
    count -= (size_t)(mark + 1 - text);
    if (!is_local || count == 0 || count >= sizeof zone)
        return false;
    memcpy(zone, mark + 1, count);
    zone[count] = '\0';
    return (out->zone = if_nametoindex(zone)) > 0 || (parse_decimal(zone, count, INT32_MAX, &out->zone) && out->zone);
}

bool
endpoint_parse(const char *text, struct endpoint *out)
{
    static const char tcp[] = "tcp:";
    struct endpoint e = {.port = DNS_PORT, .tcp = strncmp(text, tcp, sizeof tcp - 1) == 0};
    bool good;
    if (e.tcp)
        text += sizeof tcp - 1;
    if (*text == '[') {
        size_t inside = strcspn(++text, "]");
        good = text[inside] == ']' && parse_host_v6(text, inside, &e) && parse_port(text + inside + 1, &e);
    } else if (parse_host_v6(text, strlen(text), &e)) {
        good = true;
    } else {
        size_t host = strcspn(text, ":");
        e.zone = 0;
        good = parse_v4(text, host, &e.addr) && parse_port(text + host, &e);
    }
    if (good)
        *out = e;
    return good;
}

const char *
endpoint_host(const struct endpoint *e, char out[static ENDPOINT_HOST])
{
    char address[ADDR_TEXT], zone[IF_NAMESIZE];
    addr_text(&e->addr, address);
    if (e->zone == 0)
        snprintf(out, ENDPOINT_HOST, "%s", address);
    else if (if_indextoname(e->zone, zone))
        snprintf(out, ENDPOINT_HOST, "%s%%%s", address, zone);
    else
        snprintf(out, ENDPOINT_HOST, "%s%%%u", address, (unsigned)e->zone);
    return out;
}

const char *
endpoint_text(const struct endpoint *e, char out[static ENDPOINT_TEXT])
{
    char host[ENDPOINT_HOST];
    endpoint_host(e, host);
    snprintf(out, ENDPOINT_TEXT, e->addr.family == ADDR_V6 ? "%s[%s]:%u" : "%s%s:%u", e->tcp ? "tcp:" : "", host,
             e->port);
    return out;
}

#define QUAD(a, b, c, d) (UINT32_C(a) << 24 | UINT32_C(b) << 16 | UINT32_C(c) << 8 | UINT32_C(d))
#define MASK(length) (UINT32_MAX << (32 - (length)))

/* IANA IPv4 and IPv6 Special-Purpose Address Registries as of 2026, and the multicast and unassigned space around them.
 * The first match counts: a block without a name is public, an exception from a wider block below it. Teredo and 6to4,
 * on which the registry is silent, count as public, because mail could come from there; see carriers below. */
static const struct v4_block {
    uint32_t first;
    uint32_t mask;
    const char *name;
} v4_blocks[] = {
    {QUAD(0, 0, 0, 0), MASK(8), "this network, RFC 791"},
    {QUAD(10, 0, 0, 0), MASK(8), "private network, RFC 1918"},
    {QUAD(100, 64, 0, 0), MASK(10), "shared address space of carriers, RFC 6598"},
    {QUAD(127, 0, 0, 0), MASK(8), "loopback, RFC 1122"},
    {QUAD(169, 254, 0, 0), MASK(16), "link-local, RFC 3927"},
    {QUAD(172, 16, 0, 0), MASK(12), "private network, RFC 1918"},
    {QUAD(192, 0, 0, 9), MASK(32), NULL},  /* Port Control Protocol anycast, RFC 7723 */
    {QUAD(192, 0, 0, 10), MASK(32), NULL}, /* TURN anycast, RFC 8155 */
    {QUAD(192, 0, 0, 0), MASK(24), "IETF protocol assignments, RFC 6890"},
    {QUAD(192, 0, 2, 0), MASK(24), "documentation, RFC 5737"},
    {QUAD(192, 88, 99, 0), MASK(24), "former 6to4 relays, RFC 7526"},
    {QUAD(192, 168, 0, 0), MASK(16), "private network, RFC 1918"},
    {QUAD(198, 18, 0, 0), MASK(15), "benchmarking, RFC 2544"},
    {QUAD(198, 51, 100, 0), MASK(24), "documentation, RFC 5737"},
    {QUAD(203, 0, 113, 0), MASK(24), "documentation, RFC 5737"},
    {QUAD(224, 0, 0, 0), MASK(4), "multicast, RFC 5771"},
    {QUAD(255, 255, 255, 255), MASK(32), "broadcast, RFC 8190"},
    {QUAD(240, 0, 0, 0), MASK(4), "reserved, RFC 1112"},
};

static const struct v6_block {
    struct prefix prefix;
    const char *name;
} v6_blocks[] = {
    {{{ADDR_V6, {0}}, 128}, "unspecified address, RFC 4291"},
    {{{ADDR_V6, {[15] = 1}}, 128}, "loopback, RFC 4291"},
    {{{ADDR_V6, {[10] = 0xFF, 0xFF}}, 96}, "IPv4-mapped address, RFC 4291"},
    {{{ADDR_V6, {0x00, 0x64, 0xFF, 0x9B, 0x00, 0x01}}, 48}, "local IPv4/IPv6 translation, RFC 8215"},
    {{{ADDR_V6, {0x01}}, 64}, "discard-only, RFC 6666"},
    {{{ADDR_V6, {0x01, [7] = 1}}, 64}, "dummy prefix, RFC 9780"},
    {{{ADDR_V6, {0x20, 0x01, 0x00, 0x01, [15] = 1}}, 128}, NULL}, /* Port Control Protocol anycast, RFC 7723 */
    {{{ADDR_V6, {0x20, 0x01, 0x00, 0x01, [15] = 2}}, 128}, NULL}, /* TURN anycast, RFC 8155 */
    {{{ADDR_V6, {0x20, 0x01, 0x00, 0x01, [15] = 3}}, 128}, NULL}, /* DNS-SD SRP anycast, RFC 9665 */
    {{{ADDR_V6, {0x20, 0x01, 0x00, 0x02}}, 48}, "benchmarking, RFC 5180"},
    {{{ADDR_V6, {0x20, 0x01, 0x00, 0x03}}, 32}, NULL},             /* AMT, RFC 7450 */
    {{{ADDR_V6, {0x20, 0x01, 0x00, 0x04, 0x01, 0x12}}, 48}, NULL}, /* AS112, RFC 7535 */
    {{{ADDR_V6, {0x20, 0x01, 0x00, 0x20}}, 28}, NULL},             /* ORCHIDv2, RFC 7343 */
    {{{ADDR_V6, {0x20, 0x01, 0x00, 0x30}}, 28}, NULL},             /* drone remote ID, RFC 9374 */
    {{{ADDR_V6, {0x20, 0x01}}, 23}, "IETF protocol assignments, RFC 2928"},
    {{{ADDR_V6, {0x20, 0x01, 0x0D, 0xB8}}, 32}, "documentation, RFC 3849"},
    {{{ADDR_V6, {0x3F, 0xFF}}, 20}, "documentation, RFC 9637"},
    {{{ADDR_V6, {0x5F, 0x00}}, 16}, "SRv6 segment identifiers, RFC 9602"},
    {{{ADDR_V6, {0xFC}}, 7}, "unique local, RFC 4193"},
    {{{ADDR_V6, {0xFE, 0x80}}, 10}, "link-local, RFC 4291"},
    {{{ADDR_V6, {0xFE, 0xC0}}, 10}, "former site-local, RFC 3879"},
    {{{ADDR_V6, {0xFF}}, 8}, "multicast, RFC 4291"},
    {{{ADDR_V6, {0x20}}, 3}, NULL}, /* global unicast: what is left of IPv6 is not assigned */
    {{{ADDR_V6, {0}}, 0}, "not assigned, RFC 4291"},
};

const char *
prefix_reserved(const struct prefix *prefix)
{
    if (prefix->addr.family != ADDR_V4)
        return NULL;
    uint32_t first = addr_to_v4(&prefix->addr), last = first + (uint32_t)(prefix_size(prefix) - 1);
    for (size_t i = 0; i < sizeof v4_blocks / sizeof v4_blocks[0]; i++)
        if ((first & v4_blocks[i].mask) == v4_blocks[i].first && (last & v4_blocks[i].mask) == v4_blocks[i].first)
            return v4_blocks[i].name;
    return NULL;
}

/* Blocks whose addresses carry an IPv4 address at byte `at`, each byte xor `flip`: they are as public as that one. */
static const struct carrier {
    struct prefix prefix;
    uint8_t at, flip;
} carriers[] = {
    {{{ADDR_V6, {0x20, 0x02}}, 16}, 2, 0},              /* 6to4, RFC 3056 */
    {{{ADDR_V6, {0x00, 0x64, 0xFF, 0x9B}}, 96}, 12, 0}, /* IPv4/IPv6 translation, RFC 6052 section 3.1 */
    {{{ADDR_V6, {0x20, 0x01}}, 32}, 12, 0xFF},          /* Teredo, RFC 4380 section 4 */
};

const char *
addr_reserved(const struct addr *a)
{
    if (a->family == ADDR_V4) {
        unsigned first = a->bytes[0]; /* most addresses are in no block's /8 */
        bool maybe = first == 0 || first == 10 || first == 100 || first == 127 || first == 169 || first == 172 ||
                     first == 192 || first == 198 || first == 203 || first >= 224;
        return maybe ? prefix_reserved(&(struct prefix){*a, 32}) : NULL;
    }
    for (size_t i = 0; i < sizeof carriers / sizeof carriers[0]; i++)
        if (prefix_holds(&carriers[i].prefix, a)) {
            struct addr inside = {.family = ADDR_V4};
            for (size_t b = 0; b < 4; b++)
                inside.bytes[b] = a->bytes[carriers[i].at + b] ^ carriers[i].flip;
            return addr_reserved(&inside);
        }
    for (size_t i = 0; i < sizeof v6_blocks / sizeof v6_blocks[0]; i++)
        if (prefix_holds(&v6_blocks[i].prefix, a))
            return v6_blocks[i].name;
    return NULL;
}

bool
addr_is_example(const struct addr *a)
{
    static const struct prefix examples[] = {
        {{ADDR_V4, {192, 0, 2}}, 24},
        {{ADDR_V4, {198, 18}}, 15},
        {{ADDR_V4, {198, 51, 100}}, 24},
        {{ADDR_V4, {203, 0, 113}}, 24},
        {{ADDR_V6, {0x20, 0x01, 0x0D, 0xB8}}, 32},
    };
    for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++)
        if (prefix_holds(&examples[i], a))
            return true;
    return false;
}
