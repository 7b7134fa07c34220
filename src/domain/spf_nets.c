#include "domain/spf_nets.h"

enum { EXCEPT_MOST = 1000 };

/* Part of a net, and the first exception that it was not yet compared with. */
struct part {
    struct prefix prefix;
    size_t next;
};

static bool
add_part(struct spf_nets *nets, const struct spf_net *net, const struct prefix *part)
{
    struct spf_net added = *net;
    added.prefix = *part;
    if (nets->pass.count >= SPF_NETS_MOST)
        return false;
    vec_push(&nets->pass, added);
    return true;
}

/* Returns the half of a prefix that begins with this bit. */
static struct prefix
half_of(const struct prefix *prefix, unsigned bit)
{
    struct addr start = prefix->addr;
    start.bytes[prefix->length / 8] |= (uint8_t)(bit << (7 - prefix->length % 8));
    return prefix_around(&start, prefix->length + 1U);
}

/* Returns whether a net holds IPv4 addresses as IPv6 writes them, which no client has: such a client is an IPv4 one. */
static bool
is_mapped(const struct prefix *net)
{
    struct addr address = net->addr;
    addr_unmap(&address);
    return address.family != net->addr.family && net->length >= 96;
}

bool
spf_nets_add(struct spf_nets *nets, const struct spf_net *net, char qualifier)
{
    bool complete = true;
    struct part parts[129]; /* one half for each bit of the narrowest net */
    size_t count = 0;
    if (is_mapped(&net->prefix))
        return true;
    if (qualifier != '+') {
        if (nets->except.count < EXCEPT_MOST)
            vec_push(&nets->except, net->prefix);
        return nets->except.count < EXCEPT_MOST;
    }
    parts[count++] = (struct part){net->prefix, 0};
    while (count > 0 && complete) {
        struct part part = parts[--count];
        while (part.next < nets->except.count && !prefix_overlaps(&nets->except.at[part.next], &part.prefix))
            part.next++;
        if (part.next == nets->except.count) {
            complete = add_part(nets, net, &part.prefix);
        } else if (!prefix_covers(&nets->except.at[part.next], &part.prefix)) {
            parts[count++] = (struct part){half_of(&part.prefix, 1), part.next};
            parts[count++] = (struct part){half_of(&part.prefix, 0), part.next};
        }
    }
    return complete;
}
