/* The small invented internet of data/demo without its servers: zone files, ASN database, and the answers that the
 * servers of scripts/demo would give, for the fake resolver. The time is that of the zone files. */
#ifndef TEST_DEMO_INTERNET_H
#define TEST_DEMO_INTERNET_H

#include "fake_resolver.h"
#include "zones/zone_set.h"

#define DEMO TEST_SOURCE_ROOT "/data/demo"
enum { DEMO_SERIAL = 2026112202 };
#define DEMO_WALL_MS INT64_C(1795311000000) /* 2026-11-22T01:30:00Z, half an hour after the serial */

/* Calls `use` with each address that data/demo/README says to try, in its order. */
void demo_addresses(void (*use)(void *arg, const char *address), void *arg);

/* Says the answers about all these addresses. */
void demo_say(struct resolver *, const struct zone_set *);

#endif
