#include "asn/asn_build.h"

#include "asn/asn_file.h"
#include "asn/asn_rows.h"
#include "asn/dump.h"
#include "base/addr.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

enum { RIS_FIELDS = 3, IPTOASN_FIELDS = 5, IPV4_BITS = 32 };

struct build {
    struct asn_rows rows;
    struct asn_built *built;
    bool is_iptoasn;
    uint16_t peers;
};

/* ---- RIPE RIS ---- */

/* Adds a prefix for an origin, or for each member of a set of origins, "{64500,64501}", because any may be it. */
static const char *
add_origins(struct build *build, const struct prefix *prefix, const struct dump_field *origin)
{
    const char *at = origin->at, *end = at + origin->count;
    bool is_set = origin->count > 2 && *at == '{' && end[-1] == '}';
    at += is_set;
    end -= is_set;
    while (at < end) {
        const char *comma = is_set ? memchr(at, ',', (size_t)(end - at)) : NULL;
        struct dump_field one = {at, (size_t)((comma ? comma : end) - at)};
        uint64_t number;
        if (!dump_number(&one, UINT32_MAX, &number) || number == 0)
            return "its origin is no ASN";
        asn_rows_add(&build->rows, prefix, asn_rows_as(&build->rows, (uint32_t)number), build->peers);
        at += one.count + 1;
    }
    return NULL;
}

static const char *
take_ris(struct build *build, const struct dump_line *line)
{
    struct prefix prefix;
    uint64_t peers;
    if (!prefix_parse_bytes(line->fields[1].at, line->fields[1].count, &prefix, NULL))
        return "it has no prefix";
    if (!dump_number(&line->fields[2], UINT32_MAX, &peers))
        return "it has no number of peers";
    bool is_too_long = prefix.addr.family == ADDR_V6 && prefix.length > ASN_IPV6_BITS;
    build->peers = (uint16_t)(peers < UINT16_MAX ? peers : UINT16_MAX);
    if (peers >= ASN_BUILD_PEERS && prefix.length > 0 && !is_too_long)
        return add_origins(build, &prefix, &line->fields[0]);
    build->built->left_out++;
    return NULL;
}

/* ---- iptoasn.com ---- */

/* Adds the prefixes that a range consists of. */
static void
add_range(struct build *build, uint64_t first, uint64_t last, bool is_ipv4, uint32_t as)
{
    unsigned bits = is_ipv4 ? IPV4_BITS : ASN_IPV6_BITS;
    for (bool more = true; more;) {
        unsigned free_bits = first ? (unsigned)__builtin_ctzll(first) : bits;
        free_bits = free_bits < bits ? free_bits : bits;
        while (free_bits > 0 && (free_bits == ASN_IPV6_BITS || (UINT64_C(1) << free_bits) - 1 > last - first))
            free_bits--;
        struct addr start = is_ipv4 ? addr_from_v4((uint32_t)first) : addr_from_high(first);
        struct prefix prefix = {start, (uint8_t)(bits - free_bits)};
        uint64_t end = first + ((UINT64_C(1) << free_bits) - 1);
        asn_rows_add(&build->rows, &prefix, as, 0);
        more = end < last;
        first = end + 1;
    }
}

/* Sets the first 64 bits of the first and the last /64 that a range of IPv6 addresses has whole. Returns false if it
 * has none. */
static bool
whole_nets(const struct addr *first, const struct addr *last, uint64_t *begin, uint64_t *end)
{
    enum { HALF = 8 };
    static const uint8_t none[HALF] = {0}, all[HALF] = {255, 255, 255, 255, 255, 255, 255, 255};
    bool begins = memcmp(first->bytes + HALF, none, HALF) == 0, ends = memcmp(last->bytes + HALF, all, HALF) == 0;
    *begin = addr_high(first);
    *end = addr_high(last);
    if (*end - *begin < (uint64_t)!begins + !ends)
        return false;
    *begin += !begins;
    *end -= !ends;
    return true;
}

static const char *
take_iptoasn(struct build *build, const struct dump_line *line)
{
    const struct dump_field *fields = line->fields;
    struct addr first, last;
    uint64_t number;
    if (!addr_parse_bytes(fields[0].at, fields[0].count, &first) ||
        !addr_parse_bytes(fields[1].at, fields[1].count, &last) || first.family != last.family ||
        addr_compare(&first, &last) > 0)
        return "it has no range of addresses";
    if (!dump_number(&fields[2], UINT32_MAX, &number))
        return "it has no ASN";
    if (number == 0) { /* not routed */
        build->built->left_out++;
        return NULL;
    }
    bool is_ipv4 = first.family == ADDR_V4;
    uint64_t begin = addr_to_v4(&first), end = addr_to_v4(&last);
    if (!is_ipv4 && !whole_nets(&first, &last, &begin, &end)) {
        build->built->left_out++;
        return NULL;
    }
    uint32_t as = asn_rows_as(&build->rows, (uint32_t)number);
    add_range(build, begin, end, is_ipv4, as);
    asn_rows_name(&build->rows, as, fields[4].at, fields[4].count);
    return NULL;
}

/* ---- both ---- */

static const char *
take(void *arg, const struct dump_line *line)
{
    struct build *build = arg;
    if (build->rows.ipv4.count + build->rows.ipv6.count > ASN_ROWS_MOST)
        return "more rows than the internet has";
    if (line->count >= IPTOASN_FIELDS) {
        build->is_iptoasn = true;
        return take_iptoasn(build, line);
    }
    return line->count == RIS_FIELDS ? take_ris(build, line) : "it is no row of RIPE RIS or iptoasn.com";
}

/* "64500 NAME, CC": the country is not part of the name. */
static const char *
take_name(void *arg, const struct dump_line *line)
{
    struct asn_rows *rows = arg;
    uint64_t number;
    if (line->count < 2 || !dump_number(&line->fields[0], UINT32_MAX, &number))
        return "it does not begin with an ASN";
    const char *name = line->fields[1].at;
    const struct dump_field *last = &line->fields[line->count - 1];
    size_t count = (size_t)(last->at + last->count - name);
    if (count > 4 && memcmp(name + count - 4, ", ", 2) == 0)
        count -= 4;
    if (asn_rows_has(rows, (uint32_t)number))
        asn_rows_name(rows, asn_rows_as(rows, (uint32_t)number), name, count);
    return NULL;
}

static bool
write_file(struct asn_file *file, const char *source, const char *to, struct asn_built *built, struct fault *fault)
{
    struct asn_file_head *head = (void *)file->bytes;
    memcpy(head->source, source, strlen(source));
    head->dated_ms = built->dated_ms;
    while (asn_file_write(file, to, true, fault))
        ;
    asn_file_close(file);
    return !*fault->text;
}

bool
asn_build_announced(const char *const *dumps, size_t count, const char *names, const char *to, struct asn_built *built,
                    struct fault *fault)
{
    struct build build = {.built = built};
    struct asn_file file = {0};
    struct dump_bad bad = {0};
    int64_t changed_ms;
    bool ok = true;
    *built = (struct asn_built){0};
    for (size_t i = 0; i < count && ok; i++) {
        ok = dump_read(dumps[i], '\t', take, &build, &bad, &changed_ms, fault);
        if (built->dated_ms == 0 || changed_ms < built->dated_ms)
            built->dated_ms = changed_ms;
    }
    ok = ok && (!names || dump_read(names, ' ', take_name, &build.rows, &bad, &changed_ms, fault));
    built->skipped = bad.count;
    built->skipped_first = bad.first;
    if (ok) {
        asn_rows_sort(&build.rows);
        built->rows = build.rows.ipv4.count + build.rows.ipv6.count;
        ok = built->rows > 0 ||
             fault_set(fault, "cannot use %s: at least %d peers see none of its prefixes", dumps[0], ASN_BUILD_PEERS);
    }
    while (ok && !asn_rows_step(&build.rows, &file))
        ;
    ok = ok && write_file(&file, build.is_iptoasn ? "iptoasn.com" : "RIPE RIS", to, built, fault);
    asn_rows_free(&build.rows);
    return ok;
}
