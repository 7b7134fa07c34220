/* Most addresses are on no list, and most of the space has no listing: a map of blocks holds the lists to search for an
 * address. The summary of the rows around an address depends on the narrowest of them, which is the cache key.
 * Allocates nothing for an address. */
#include "check/bulk.h"

#include "base/clock.h"
#include "base/hashtable.h"
#include "base/mem.h"
#include "base/vec.h"
#include "density/density.h"
#include "zones/zone_listing.h"

#include <stdlib.h>
#include <string.h>

enum {
    BLOCK_BITS = 14, /* of an address inside its block */
    BLOCKS = 1 << (32 - BLOCK_BITS),
    ROWS = 64,
    LAST_BIT = 7, /* the lists from here on share it */
};

struct score {
    bool have;
    double value;
};

/* Shared by all addresses whose narrowest row of a list is this one. */
struct cached {
    struct hashtable_entry entry; /* by row */
    struct cached *next;
    struct prefix row;
    struct summary_net net; /* level 2 */
    struct score score;     /* level 3 ... */
    bool is_own;            /* ... of the last address alone, because the texts differ */
};

struct bulk_list {
    const struct list *list;
    const struct zone_file *file;
};

struct bulk {
    const struct engine *engine;
    struct asn_bulk *asns;                     /* NULL = no database */
    struct asn_announced announced[BULK_MOST]; /* of the last addresses */
    VEC(struct bulk_list) lists;               /* those with a zone file */
    uint8_t blocks[BLOCKS];                    /* which of them have listings there: a bit for each */
    struct summary unasked, quiet;             /* no list can have it; no list has it */
    struct hashtable cached[LIST_LEVELS + 1];  /* by level */
    struct cached *all_cached;
    struct zone_listing listing_buf; /* buffer of the last text */
};

/* ---- nets ---- */

static struct summary_net
net_of(const density_nets *nets)
{
    const struct listed_net *net = density_deciding(nets);
    if (!net)
        return (struct summary_net){.have = false};
    return (struct summary_net){true, net->prefix, net->impacts, net->limit};
}

/* Returns the cache entry of a listed address; sets *fresh if it is new. */
static struct cached *
find_entry(struct bulk *s, unsigned level, const struct addr *address, bool *fresh)
{
    struct zone_file_row row;
    zone_file_find(dataset_level(&s->engine->dataset, level), addr_to_v4(address), &row, 1);
    struct hashtable_entry *entry = hashtable_find(&s->cached[level], &row.prefix, sizeof row.prefix);
    *fresh = !entry;
    if (entry)
        return mem_container(entry, struct cached, entry);
    struct cached *cached = mem_zero(sizeof *cached);
    cached->row = row.prefix;
    cached->entry = (struct hashtable_entry){.key = &cached->row, .key_count = sizeof cached->row};
    hashtable_add(&s->cached[level], &cached->entry);
    cached->next = s->all_cached;
    return s->all_cached = cached;
}

/* ---- the score ---- */

/* Takes the score of the first level 3 text with a holder, if it is of the current form. */
static bool
take_score(struct score *out, const struct listing *text)
{
    *out = (struct score){text->form == LISTING_L3, text->score};
    return text->form == LISTING_L3 || text->form == LISTING_L3_OLD;
}

/* The score does not depend on an address at the end of the text, because forms end in a word. */
static void
find_score(struct bulk *s, const struct addr *address, struct summary *out)
{
    const struct zone_file *file = dataset_level(&s->engine->dataset, 3);
    bool fresh, found = false;
    struct cached *cached = find_entry(s, 3, address, &fresh);
    if (fresh || cached->is_own) {
        struct zone_file_row rows[ROWS];
        size_t count = zone_file_answer(file, addr_to_v4(address), rows, ROWS);
        cached->score.have = cached->is_own = false;
        for (size_t i = 0; i < count && i < ROWS && !found; i++) {
            zone_listing_read(&s->listing_buf, file, &rows[i], addr_to_v4(address));
            cached->is_own |= !zone_file_text_is_alike(file, &rows[i]);
            found = take_score(&cached->score, &s->listing_buf.listing);
        }
    }
    out->has_score = cached->score.have;
    out->score = cached->score.value;
}

/* ---- blocks ---- */

/* Marks the blocks of a range in which a list has listings. */
static void
mark(struct bulk *s, size_t place, uint32_t first, uint32_t last)
{
    for (uint32_t block = first >> BLOCK_BITS; block <= last >> BLOCK_BITS; block++)
        s->blocks[block] |= (uint8_t)(1U << (place < LAST_BIT ? place : LAST_BIT));
}

/* ---- lists ---- */

/* Notes a listing that counts, on a list without a part in the escalation. */
static void
note_listing(struct summary *out, const struct list *list)
{
    enum { BITS = 64 };
    if (list->index < BITS * SUMMARY_WORDS)
        out->listed_on[list->index / BITS] |= UINT64_C(1) << list->index % BITS;
}

static void
find_lists(struct bulk *s, const struct addr *address, struct summary *out)
{
    uint32_t number = addr_to_v4(address);
    bool listed = false;
    *out = s->quiet;
    for (unsigned left = s->blocks[number >> BLOCK_BITS]; left; left &= left - 1) {
        size_t first = (size_t)__builtin_ctz(left), end = first == LAST_BIT ? s->lists.count : first + 1;
        for (size_t i = first; i < end; i++)
            if (zone_file_lists(s->lists.at[i].file, number)) {
                const struct list *list = s->lists.at[i].list;
                list_states_add(&out->states, list, STATE_LISTED, list->scope, list->weight);
                if (!list->part && list->scope != SCOPE_ALLOW && list->weight > 0)
                    note_listing(out, list);
                listed = true;
            }
    }
    if (!listed)
        return;
    out->judgement = judgement_of(&out->states);
    if (out->states.levels[1] == STATE_LISTED) {
        bool fresh;
        struct cached *cached = find_entry(s, 2, address, &fresh);
        if (fresh) {
            struct prefix self = prefix_around(address, 32);
            density_nets nets = {0};
            density_nets_around(&nets, s->engine->dataset.zones, &s->engine->dataset.policy, &self);
            cached->net = net_of(&nets);
            vec_free(&nets);
        }
        out->net = cached->net;
    }
    if (out->states.levels[2] == STATE_LISTED)
        find_score(s, address, out);
}

void
bulk_find(struct bulk *s, const struct addr *const *addresses, size_t count, struct summary *out)
{
    struct asn_bulk_record holders[BULK_MOST];
    const struct asn_table *table = s->engine->dataset.announced;
    for (size_t i = 0; i < count; i++)
        if (addresses[i]->family == ADDR_V4)
            __builtin_prefetch(&s->blocks[addr_to_v4(addresses[i]) >> BLOCK_BITS]);
    if (s->asns)
        asn_bulk_find(s->asns, addresses, count, holders);
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
        if (table && asn_table_announced(table, addresses[i], &s->announced[i]) &&
            out[i].asn != s->announced[i].origins[0]) {
            out[i].asn = s->announced[i].origins[0];
            out[i].org = s->announced[i].org;
            out[i].org_count = strlen(out[i].org);
        }
    }
}

static void
set_age(struct summary *out, struct data_date date)
{
    out->has_age = date.by != DATED_UNKNOWN;
    out->age_s = out->has_age ? (clock_wall_ms() - date.at_ms) / 1000 : 0;
}

struct bulk *
bulk_new(const struct engine *engine)
{
    struct bulk *s = mem_zero(sizeof *s);
    s->engine = engine;
    s->asns = engine->dataset.asndb ? asn_bulk_new(engine->dataset.asndb) : NULL;
    s->unasked.org = "";
    s->unasked.judgement = judgement_of(&s->unasked.states);
    s->quiet = s->unasked;
    s->quiet.catalogue = engine->dataset.catalogue;
    struct data_date date = {0};
    for (size_t i = 0; engine->dataset.zones && i < catalogue_count(engine->dataset.catalogue); i++) {
        const struct list *list = catalogue_list(engine->dataset.catalogue, i);
        const struct zone_file *file = list_is_asked(list, ADDR_V4) ? dataset_zone(&engine->dataset, list) : NULL;
        enum list_state state = file ? STATE_CLEAR : zone_set_state(engine->dataset.zones, list, 0);
        list_states_add(&s->quiet.states, list, state, list->scope, list->weight);
        s->quiet.not_counted += list_is_asked(list, ADDR_V4) && !list->part && !list_state_is_known(state);
        if (list_is_asked(list, ADDR_V4) && (list->part || state != STATE_UNASKED))
            list_states_expect(&s->quiet.states, list, list_state_is_known(state));
        if (!file)
            continue;
        date = s->lists.count > 0 ? data_date_worse(date, zone_file_date(file)) : zone_file_date(file);
        vec_push(&s->lists, ((struct bulk_list){list, file}));
        size_t count, place = s->lists.count - 1;
        const uint32_t *addresses = zone_file_addresses(file, &count);
        for (size_t k = 0; k < count; k++)
            mark(s, place, addresses[k], addresses[k]);
        for (size_t k = 0; k < zone_file_row_count(file); k++) {
            struct prefix prefix = zone_file_row_at(file, k).prefix;
            uint32_t first = addr_to_v4(&prefix.addr);
            mark(s, place, first, (uint32_t)(first + prefix_size(&prefix) - 1));
        }
    }
    list_states_limit(&s->quiet.states, engine->dataset.catalogue);
    s->quiet.judgement = judgement_of(&s->quiet.states);
    set_age(&s->quiet, date);
    return s;
}

void
bulk_free(struct bulk *s)
{
    if (!s)
        return;
    while (s->all_cached) {
        struct cached *next = s->all_cached->next;
        free(s->all_cached);
        s->all_cached = next;
    }
    for (size_t i = 0; i <= LIST_LEVELS; i++)
        hashtable_free(&s->cached[i]);
    vec_free(&s->lists);
    asn_bulk_free(s->asns);
    zone_listing_fini(&s->listing_buf);
    free(s);
}

/* ---- from evidence ---- */

void
summary_of(struct summary *out, const struct evidence *e)
{
    const struct listing *l3 = evidence_level3(e);
    struct score score = {0};
    *out = (struct summary){.asn = e->network.asn, .org = e->network.org, .org_count = strlen(e->network.org)};
    struct data_date date = {0};
    bool dated = false;
    out->states = list_states_of(e);
    out->catalogue = e->catalogue;
    for (size_t i = 0; i < e->lists.count; i++) {
        const struct list_result *f = &e->lists.at[i];
        out->not_counted += f->asked && !f->list->part && !list_state_is_known(f->state);
        if (list_result_is_other(f))
            note_listing(out, f->list);
        if (!list_state_is_known(f->state))
            continue;
        date = dated ? data_date_worse(date, list_result_date(f)) : list_result_date(f);
        dated = true;
    }
    set_age(out, date);
    out->judgement = judgement_of(&out->states);
    out->net = net_of(&e->nets);
    if (l3)
        take_score(&score, l3);
    out->has_score = score.have;
    out->score = score.value;
}
