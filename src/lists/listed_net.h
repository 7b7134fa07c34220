/* A published level 2 row: a net with too much abuse. */
#ifndef LISTED_NET_H
#define LISTED_NET_H

#include "base/addr.h"
#include "lists/listing_text.h"

#include <stdbool.h>
#include <stdint.h>

struct listed_net {
    struct prefix prefix;
    enum net_kind kind;
    bool permanent;
    bool from_zone;  /* from the zone file, because DNS hides it */
    bool stale;      /* ... and the file is not current: shown, but not counted */
    int64_t impacts; /* LISTING_UNKNOWN where the text has none */
    int64_t abusers; /* old generation: a count of addresses; LISTING_UNKNOWN otherwise */
    int64_t limit;   /* impacts in 7 days from which this length is listed */
    struct holder holder;
};

/* Returns how many times its limit the impacts of a net are; 0 = not known. */
static inline double
listed_net_times(const struct listed_net *net)
{
    bool rated = !net->permanent && net->impacts != LISTING_UNKNOWN && net->limit > 0;
    return rated ? (double)net->impacts / (double)net->limit : 0;
}

#endif
