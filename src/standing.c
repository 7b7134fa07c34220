/* Most addresses are on no list, and most of the space has nothing of any list in it: a map of blocks tells which lists
 * are worth searching for an address. What the nets around an address amount to depends on the narrowest row of level
 * 2 that holds it, so that is worked out once for each row. Nothing is allocated for an address. */
#include "standing.h"

#include "density.h"
#include "mem.h"
#include "table.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

enum {
    BLOCK_BITS = 14, /* of an address within its block */
    BLOCKS = 1 << (32 - BLOCK_BITS),
    ROWS = 64,
};

/* What the nets around all addresses amount to whose narrowest row is this one. */
struct kept_net {
    struct entry entry; /* by row */
    struct kept_net *next;
    struct prefix row;
    struct standing_net net;
};

struct standings {
    const struct engine *engine;
    struct asnindex *asns;          /* NULL: no database */
    uint8_t blocks[BLOCKS];         /* which lists have something there: a bit for each */
    struct standing unasked, quiet; /* what can be on no list; what is on none */
    struct table nets;
    struct kept_net *all_nets;
    struct buf text, clean;
};

/* ---- nets ---- */

static struct standing_net
net_of(const density_nets *nets)
{
    const struct net *net = density_widest(nets);
    if (!net)
        net = density_permanent(nets);
    if (!net)
        return (struct standing_net){.have = false};
    return (struct standing_net){true, net->prefix, net->impacts, net->limit};
}

static const struct kept_net *
keep_net(struct standings *s, const struct addr *address, const struct prefix *row)
{
    struct kept_net *kept = mem_zero(sizeof *kept);
    struct prefix self = prefix_around(address, 32);
    density_nets nets = {0};
    density_nets_around(&nets, s->engine->zones, &s->engine->policy, &self);
    kept->net = net_of(&nets);
    vec_free(&nets);
    kept->row = *row;
    kept->entry = (struct entry){.key = &kept->row, .key_count = sizeof kept->row};
    kept->next = s->all_nets;
    s->all_nets = kept;
    table_add(&s->nets, &kept->entry);
    return kept;
}

/* The net around an address that level 2 lists. */
static struct standing_net
find_net(struct standings *s, const struct addr *address)
{
    struct zonefile_row row;
    zonefile_find(zones_at(s->engine->zones, LIST_LEVEL2), addr_to_v4(address), &row, 1);
    const struct entry *entry = table_find(&s->nets, &row.prefix, sizeof row.prefix);
    return (entry ? table_item(entry, const struct kept_net, entry) : keep_net(s, address, &row.prefix))->net;
}

/* ---- the score ---- */

/* The first text of level 3 that names a holder has it, if it is one of today's. */
static bool
take_score(struct standing *out, const struct listing *text)
{
    out->has_score = text->form == LISTING_L3;
    out->score = text->score;
    return text->form == LISTING_L3 || text->form == LISTING_L3_OLD;
}

static void
find_score(struct standings *s, uint32_t address, struct standing *out)
{
    const struct zonefile *file = zones_at(s->engine->zones, LIST_LEVEL3);
    struct zonefile_row rows[ROWS];
    struct listing text;
    size_t count = zonefile_answer(file, address, rows, ROWS);
    for (size_t i = 0; i < count && i < ROWS; i++) {
        buf_clear(&s->text);
        buf_clear(&s->clean);
        zonefile_text(file, &rows[i], address, &s->text);
        text_clean(&s->clean, buf_string(&s->text), s->text.count, TEXT_CLEAN_MAX);
        listing_parse(buf_string(&s->clean), &text);
        if (take_score(out, &text))
            return;
    }
}

/* ---- blocks ---- */

static void
mark(struct standings *s, enum list_id id, uint32_t first, uint32_t last)
{
    for (uint32_t block = first >> BLOCK_BITS; block <= last >> BLOCK_BITS; block++)
        s->blocks[block] |= (uint8_t)(1U << id);
}

static void
mark_list(struct standings *s, enum list_id id, const struct zonefile *file)
{
    size_t count;
    const uint32_t *addresses = zonefile_addresses(file, &count);
    for (size_t i = 0; i < count; i++)
        mark(s, id, addresses[i], addresses[i]);
    for (size_t i = 0; i < zonefile_row_count(file); i++) {
        struct prefix prefix = zonefile_row_at(file, i).prefix;
        uint32_t first = addr_to_v4(&prefix.addr);
        mark(s, id, first, (uint32_t)(first + prefix_size(&prefix) - 1));
    }
}

/* ---- lists ---- */

static void
find_lists(struct standings *s, const struct addr *address, struct standing *out)
{
    uint32_t number = addr_to_v4(address);
    unsigned listed = 0;
    *out = s->quiet;
    for (unsigned left = s->blocks[number >> BLOCK_BITS]; left; left &= left - 1) {
        enum list_id id = (enum list_id)__builtin_ctz(left);
        if (zonefile_lists(zones_at(s->engine->zones, id), number)) {
            out->lists[id] = STATE_LISTED;
            listed++;
        }
    }
    if (listed == 0)
        return;
    out->judgement = judgement_of(out->lists);
    if (out->lists[LIST_LEVEL2] == STATE_LISTED)
        out->net = find_net(s, address);
    if (out->lists[LIST_LEVEL3] == STATE_LISTED)
        find_score(s, number, out);
}

void
standings_find(struct standings *s, const struct addr *const *addresses, size_t count, struct standing *out)
{
    struct asnindex_record holders[STANDINGS_MOST];
    if (s->asns)
        asnindex_find(s->asns, addresses, count, holders);
    for (size_t i = 0; i < count; i++)
        if (addresses[i]->family == ADDR_V4)
            __builtin_prefetch(&s->blocks[addr_to_v4(addresses[i]) >> BLOCK_BITS]);
    for (size_t i = 0; i < count; i++) {
        if (addresses[i]->family != ADDR_V4 || investigation_barred(s->engine, addresses[i]))
            out[i] = s->unasked;
        else
            find_lists(s, addresses[i], &out[i]);
        if (s->asns) {
            out[i].asn = holders[i].asn;
            out[i].org = holders[i].org;
            out[i].org_count = holders[i].org_count;
        }
    }
}

struct standings *
standings_new(const struct engine *engine)
{
    struct standings *s = mem_zero(sizeof *s);
    s->engine = engine;
    s->asns = engine->asndb ? asnindex_new(engine->asndb) : NULL;
    s->unasked.org = "";
    s->unasked.judgement = judgement_of(s->unasked.lists);
    s->quiet = s->unasked;
    for (size_t i = 0; engine->zones && i < LIST_COUNT; i++) {
        const struct zonefile *file = zones_at(engine->zones, (enum list_id)i);
        if (!file)
            continue;
        s->quiet.lists[i] = STATE_CLEAR;
        mark_list(s, (enum list_id)i, file);
    }
    s->quiet.judgement = judgement_of(s->quiet.lists);
    return s;
}

void
standings_free(struct standings *s)
{
    if (!s)
        return;
    while (s->all_nets) {
        struct kept_net *next = s->all_nets->next;
        free(s->all_nets);
        s->all_nets = next;
    }
    table_free(&s->nets);
    asnindex_free(s->asns);
    buf_free(&s->text);
    buf_free(&s->clean);
    free(s);
}

/* ---- from evidence ---- */

void
standing_of(struct standing *out, const struct evidence *e)
{
    const struct listing *l3 = evidence_level3(e);
    *out = (struct standing){.asn = e->network.asn, .org = e->network.org, .org_count = strlen(e->network.org)};
    for (size_t i = 0; i < LIST_COUNT; i++)
        out->lists[i] = e->lists[i].state;
    out->judgement = judgement_of(out->lists);
    out->net = net_of(&e->nets);
    if (l3)
        take_score(out, l3);
}
