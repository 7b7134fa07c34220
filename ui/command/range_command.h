/* `whylisted range`: the density of a prefix, from zone files; and what it
 * shares with asn, top and sweep. */
#ifndef RANGE_COMMAND_H
#define RANGE_COMMAND_H

#include "base/addr.h"
#include "session/options.h"
#include "zones/zone_set.h"

int range_command_run(const struct options *);

/* Reads the one target of the command: an IPv4 prefix, or an address as its /24. */
bool range_command_parse(const struct options *, const struct catalogue *, struct prefix *out, struct fault *);
/* Returns whether the zone file of level 1, 2 or 3 is there; without it, silence would be
 * taken for clear. */
bool range_command_has_zone(const struct zone_set *, const char *command, unsigned level, struct fault *);

#endif
