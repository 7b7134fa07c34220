/* What is known of a prefix: gathered once from the zone files, or from a sweep over DNS, and then shown as tables and
 * as a map. Listed addresses and impacts are different things and are never mixed. What a sweep was told counts; where
 * it was told nothing the zone file does. */
#ifndef RANGE_H
#define RANGE_H

#include "base/vec.h"
#include "check/dns_facts.h"
#include "check/ptr_cache.h"
#include "check/sweep.h"
#include "density/dataset.h"
#include "draw/heatmap.h"
#include "journal/journal.h"

/* From this length on a range is shown address by address, and may be swept. */
enum { RANGE_BLOCK = 24 };

/* Whether an address is still on level 1 that was seen on it before. */
enum range_stay { RANGE_STAYS, RANGE_LEFT, RANGE_NOT_SEEN /* it was not looked at again */ };

/* One row of the table, and one cell of the map: an address, or a block of them. */
struct range_spot {
    struct prefix prefix;
    size_t listed;                  /* addresses in it on level 1 */
    enum list_state state;          /* of an address: what level 1 says, to a sweep or by its zone file */
    enum list_state local;          /* of an address: what the zone file says; UNASKED without one */
    enum list_state level2, level3; /* likewise those of the other levels */
    bool asking;
    bool exempt, backscatterer;
    int64_t least; /* impacts that there are at least: those published inside, 1 for each other address */
    const struct listed_net *net;  /* the net published for exactly this prefix, or NULL */
    bool has_seen;                 /* of an address, in a row: the journal knows it, and ... */
    struct journal_neighbour seen; /* ... this of it */
    enum range_stay stay;
};

enum range_source { RANGE_UNKNOWN, RANGE_ZONES, RANGE_SWEEP };

struct range {
    struct prefix prefix;
    enum range_source source;
    bool by_address;       /* each spot is an address */
    size_t listed;         /* addresses on level 1, as far as is known */
    uint32_t swept, filed; /* serials of what answered the sweep, and of the zone file; 0 = none, or not known */
    int64_t least;         /* impacts, as of a spot */
    bool knows_nets;       /* the zone file of level 2 is there; without it the nets are those that the DNS told of, */
    int64_t dns_facts_ms;  /* ... up to so long ago (wall time); 0 = none */
    density_nets nets;     /* published: those around it, widest first, itself, those inside it */
    size_t around;         /* how many are around it */
    const struct listed_net *own; /* published for exactly this prefix; NULL = none */
    bool has_here;                /* the user comes from this address */
    struct addr here;
    bool announced; /* the ASN database knows who announces it, or that address ... */
    struct asndb_record record;
    VEC(struct range_spot) rows; /* what is listed: addresses, or /24 blocks; and addresses that were (range_seen.h) */
    size_t left;                 /* how many of these have left */
    struct range_spot cells[HEATMAP_CELLS];
    struct heatmap map;
    const struct ptr_cache *names; /* of its addresses; NULL = nobody is asked for them */
};

/* Zeroed is empty. Gathers anew; the map's cursor stays on its cell. `here` and `sweep` may be NULL. */
void range_gather(struct range *, const struct engine *, const struct prefix *, const struct addr *here,
                  const struct sweep *);
void range_fini(struct range *);

/* "203.0.113.0/24: 3 listed addresses of 256 (1.2 %), limit 4 impacts; published: 19 impacts (4.8x)" */
void range_sentence(const struct range *, const struct policy *, struct buf *out);
/* Whether a sweep and the zone file contradict each other, with their ages; and which addresses each lists alone.
 * Nothing when they do not. */
void range_difference(const struct range *, struct buf *out);
void range_contradicted(const struct range *, struct buf *out);
/* Where the nets come from, when it is not the zone file. Nothing when it is, or there are none. */
void range_nets_source(const struct range *, struct buf *out);
/* Who announces it. Nothing when that is not known. */
void range_holder(const struct range *, struct buf *out);

/* What is known of an address; the same for a level, 1 to 3. */
enum list_state range_state(const struct range_spot *);
enum list_state range_level(const struct range_spot *, unsigned level);

/* What is in a cell of the map, in words. */
void range_cell(const struct range *, const struct policy *, int cell, struct buf *out);

/* What the signs on the map mean, at most RANGE_SIGNS, and what they count (nothing: no counts). */
enum { RANGE_SIGNS = 8 };
size_t range_signs(const struct range *, struct heatmap_sign out[static RANGE_SIGNS]);
void range_caption(const struct range *, struct buf *out);

#endif
