/* Addresses inside and outside of the nets that an enumeration of SPF found, to be checked one by one. */
#ifndef SPF_SAMPLE_H
#define SPF_SAMPLE_H

#include "domain/spf.h"

#include <stdlib.h>

struct spf_sample {
    VEC(struct addr) addresses;
    size_t inside, outside; /* that were compared */
};

/* Sets the bits of a prefix's end to those of a number, and adds to the result. */
static struct addr
spf_sample_address(const struct prefix *prefix, unsigned number, int step)
{
    struct addr address = prefix->addr;
    unsigned bits = address.family == ADDR_V4 ? 32 : 128;
    for (unsigned bit = bits - 1; bit >= prefix->length && bit < bits; bit--, number = number >> 1 | number << 31)
        if (number & 1)
            address.bytes[bit / 8] |= (uint8_t)(0x80 >> bit % 8);
    for (unsigned i = bits / 8; step != 0 && i-- > 0;) {
        int sum = address.bytes[i] + step;
        address.bytes[i] = (uint8_t)sum;
        step = sum < 0 ? -1 : sum > 255;
    }
    return address;
}

/* Takes the ends of each net, their neighbours and one address between, and addresses from everywhere. */
static void
spf_sample_take(struct spf_sample *sample, const struct spf_report *report)
{
    static const struct {
        unsigned end;
        int step;
    } edges[] = {{0, 0}, {0, -1}, {UINT32_MAX, 0}, {UINT32_MAX, 1}};
    enum { ANYWHERE = 16 };
    const struct prefix all[] = {{.addr.family = ADDR_V4}, {.addr.family = ADDR_V6}};
    vec_clear(&sample->addresses);
    for (size_t i = 0; i < report->nets.count; i++) {
        const struct prefix *net = &report->nets.at[i].prefix;
        for (size_t k = 0; k < sizeof edges / sizeof *edges; k++)
            vec_push(&sample->addresses, spf_sample_address(net, edges[k].end, edges[k].step));
        vec_push(&sample->addresses, spf_sample_address(net, (unsigned)rand(), 0));
    }
    for (unsigned i = 0; i < ANYWHERE; i++)
        vec_push(&sample->addresses, spf_sample_address(&all[i % 2], (unsigned)rand() * 2 + i / 2, 0));
}

/* Asserts that an address passes if, and only if, the enumeration has it. */
static void
spf_sample_compare(struct spf_sample *sample, const struct spf_report *whole, const struct addr *address,
                   const struct spf_report *one, const char *domain)
{
    bool expected = false;
    char text[ADDR_TEXT];
    for (size_t i = 0; i < whole->nets.count; i++)
        expected |= !whole->nets.at[i].lost && prefix_holds(&whole->nets.at[i].prefix, address);
    if ((one->result == SPF_PASS) != expected)
        fail_msg("%s of %s: %s, by %s", addr_text(address, text), domain, spf_report_name(one->result),
                 one->matched ? one->matched : "no term");
    sample->inside += expected;
    sample->outside += !expected;
}

#endif
