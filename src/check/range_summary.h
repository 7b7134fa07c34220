/* Summary of an IPv4 prefix: counted in the zone files or found by a sweep over DNS, with the nets published around and
 * inside it and its addresses in the journal. Gathered once; plain data from then on.
 *
 * Listed addresses and impacts are different things and are never mixed. The answers of a sweep win; addresses without
 * an answer have the state of the zone file. */
#ifndef RANGE_SUMMARY_H
#define RANGE_SUMMARY_H

#include "base/vec.h"
#include "check/engine.h"
#include "check/sweep.h"
#include "density/cover.h"

struct ptr_cache;

/* From this prefix length on, a range is shown address by address and may be swept. */
enum { RANGE_BLOCK = 24, RANGE_CELLS = 256 };

/* Whether an address that was on level 1 before still is; RANGE_NOT_SEEN: it was not checked again. */
enum range_stay { RANGE_STAYS, RANGE_LEFT, RANGE_NOT_SEEN };

/* One row of the table and one cell of the map: an address, or a block of addresses. */
struct range_spot {
    struct prefix prefix;
    unsigned more;                  /* of an address in an export: how many behind it have an equal row */
    size_t listed;                  /* addresses in it on level 1 */
    enum list_state state;          /* of an address: level 1 by the sweep, or else by its zone file */
    enum list_state local;          /* of an address: level 1 by the zone file; UNASKED without one */
    enum list_state level2, level3; /* the same for the other levels */
    bool asking;
    bool exempt, backscatterer;
    int64_t least;                 /* lower bound of the impacts: published inside, 1 for each other address */
    const struct listed_net *net;  /* published for exactly this prefix, or NULL */
    bool has_seen;                 /* of an address in a row: the journal has an entry, ... */
    struct journal_neighbour seen; /* ... this one */
    enum range_stay stay;
};

/* Returns the state of an address on level 1: the sweep's answer, or else the zone file's. */
static inline enum list_state
range_spot_state(const struct range_spot *spot)
{
    return list_state_is_known(spot->state) || !list_state_is_known(spot->local) ? spot->state : spot->local;
}

/* Returns its state on level 1, 2 or 3. */
static inline enum list_state
range_spot_level(const struct range_spot *spot, unsigned level)
{
    return level == 1 ? range_spot_state(spot) : level == 2 ? spot->level2 : spot->level3;
}

/* Returns whether sweep and zone file both know the address and differ. */
static inline bool
range_spot_is_contradicted(const struct range_spot *spot)
{
    return list_state_is_known(spot->state) && list_state_is_known(spot->local) && spot->state != spot->local;
}

typedef VEC(struct range_spot) range_spots;

enum range_source { RANGE_UNKNOWN, RANGE_ZONES, RANGE_SWEEP };

struct range_summary {
    struct prefix prefix;
    enum range_source source;
    bool by_address;              /* each spot is an address */
    size_t listed;                /* addresses on level 1, as far as known */
    uint32_t swept, filed;        /* serials of the sweep's answers and of the zone file; 0 = none, or unknown */
    struct data_date filed_date;  /* of the zone file */
    int64_t limit;                /* impacts from which level 2 lists a net of this length; 0 = no limit */
    int64_t least;                /* lower bound of the impacts, as of a spot */
    bool knows_nets;              /* from level 2's zone file; otherwise the nets are those in DNS answers, ... */
    int64_t dns_facts_ms;         /* ... the oldest of this wall time; 0 = none */
    density_nets nets;            /* published: around it, widest first, itself, inside it */
    size_t around;                /* number of those around it */
    bool knows_level3;            /* from level 3's zone file */
    enum cover level2, level3;    /* how much of the range they list, as far as zone files say */
    const struct listed_net *own; /* published for exactly this prefix; points into nets; NULL = none */
    bool has_here;                /* the user comes from this address */
    struct addr here;
    bool announced; /* the ASN database has a record of `here`, or of the first address */
    struct asndb_record record;
    range_spots rows;     /* addresses, or blocks, that are listed; then addresses that were listed */
    size_t left;          /* rows that have left */
    unsigned cell_length; /* prefix length of a cell */
    size_t cell_count;
    int64_t cell_limit;                   /* as limit, for the length of a cell */
    struct range_spot cells[RANGE_CELLS]; /* all parts of the prefix in order */
    bool has_seen;                        /* the journal was read: ... */
    int64_t first_look_ms;                /* ... when the range was first looked at; 0 = never ... */
    journal_neighbours seen;              /* ... and its entries in the prefix, by address */
    const struct ptr_cache *names;        /* PTR names of its addresses; NULL = not asked */
};

/* Gathers the range anew from the engine's data. Zeroed is empty; `here` and sweep may be NULL. */
void range_summary_gather(struct range_summary *, const struct engine *, const struct prefix *, const struct addr *here,
                          const struct sweep *);
void range_summary_fini(struct range_summary *);

/* Returns the net that decides for the whole range, of itself and those around it (density_deciding); NULL = none. */
const struct listed_net *range_summary_deciding(const struct range_summary *);

/* Replaces `out` by the parts of a range of blocks without a listed address or a published net inside it, as prefixes
 * as wide as possible. Returns the number of /24s in them. */
size_t range_summary_clean(const struct range_summary *, range_spots *out);

/* Reads the journal: fills in since when each row was seen, and adds rows for addresses that are not listed any more.
 * Counts stay the same. Returns false with a fault. */
bool range_summary_recall(struct range_summary *, struct journal *, struct fault *);

/* Records the counts of the zone files, for a range by address with its neighbours. */
void range_summary_record(const struct range_summary *, struct recorder *, const struct dataset *);

#endif
