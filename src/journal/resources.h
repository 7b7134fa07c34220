/* The rows of resources. Private to the room. */
#ifndef RESOURCES_H
#define RESOURCES_H

#include "base/resource.h"
#include "journal/db.h"

/* IPv4 as IPv4-mapped IPv6, so that both families sort in one order. */
void journal_address_key(const struct addr *, uint8_t out[static 16]);
/* The keys of a prefix's first and last address. */
void journal_prefix_keys(const struct prefix *, uint8_t low[static 16], uint8_t high[static 16]);

/* The first and last address that a resource is found by, or twice the number of an AS. Must not be copied. */
struct journal_key {
    uint8_t bytes[2][16];
    struct journal_binding low, high;
};
void journal_resource_key(struct journal_key *, const struct resource *);

/* Returns the row of a resource, and makes it if it is missing and `make`; 0 = missing, or a failure, as *result says.
 */
int64_t journal_resource_id(struct journal *, const struct resource *, bool make, enum journal_result *result,
                            struct fault *);
/* Makes the row of a resource that is known to have none. */
int64_t journal_resource_make(struct journal *, const struct resource *, int64_t seen_ms, enum journal_result *result,
                              struct fault *);
/* Moves seen_ms on to the time when the resource was seen or its case changed. */
enum journal_result journal_resource_seen(struct journal *, int64_t resource_id, int64_t at_ms, struct fault *);
/* Sets the newest observation of a resource, its words in the index, and a later seen_ms, after observations of it were
 * removed. Reads all that are left. */
enum journal_result journal_resource_refresh(struct journal *, int64_t resource_id, struct fault *);

/* ---- the index of words: host names and organisations ---- */

/* The table matter_text has all resources, except those of the last observations added, fewer than JOURNAL_INDEX_LAG:
 * "id > (SELECT observation FROM matter_text_upto)". A search examines these too. */
enum { JOURNAL_INDEX_LAG = 64 };

/* Indexes an added observation, once its resource refers to it. */
enum journal_result journal_index_added(struct journal *, int64_t observation_id, struct fault *);
/* Replaces the words of a resource by those of its newest observation's name and organisation. */
enum journal_result journal_index_resource(struct journal *, int64_t resource_id, struct fault *);
/* Removes a resource that nothing refers to any more, and its words. */
enum journal_result journal_resource_remove(struct journal *, int64_t resource_id, struct fault *);

#endif
