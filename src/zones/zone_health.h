/* Whether a zone file may be believed, as the self-test of a list (lists/health.h) does for the DNS.
 */
#ifndef ZONE_HEALTH_H
#define ZONE_HEALTH_H

#include "base/buf.h"
#include "lists/catalogue.h"
#include "zones/zone_file.h"

/* Judges a file that was read as that of a list. Returns NULL if it is sound, else why not: half a clean sentence with
 * the cure, which the caller frees. A file that is cut short, that was not understood in more than one line of a
 * hundred, or that does not answer as the list's test points demand, would call listed addresses clear. */
char *zone_health_doubt(const struct zone_file *, const struct list *);

/* The same about its date now: a $TIMESTAMP in the future or expired, from which rbldnsd does not answer either, or
 * older than max_age_ms (0 = any age will do). */
char *zone_health_outdated(const struct zone_file *, int64_t max_age_ms);

/* Returns the number of listed addresses and wider rows. */
size_t zone_health_entries(const struct zone_file *);

/* Returns a doubt about a file with so many entries, or NULL, if there are less than half as many as the last sound one
 * had. Small zones may shrink as they like. */
char *zone_health_shrunk(size_t has, size_t had);

#endif
