/* The local zone files of the lists, from one directory. */
#ifndef ZONE_SET_H
#define ZONE_SET_H

#include "base/fault.h"
#include "lists/catalogue.h"
#include "zones/zone_file.h"

struct zone_set;

/* Loads the files that are named by the zones of the catalogue, which must outlive the set, plain or .gz. A directory
 * without any of them is a fault, and so is a file that cannot be used. */
struct zone_set *zone_set_open(const char *directory, const struct catalogue *, struct fault *);

/* The same of some levels alone, ZONE_SET_LEVEL(1) | ..., or of all lists: other files are not looked at. */
#define ZONE_SET_LEVEL(level) (1U << (level))
enum { ZONE_SET_ALL = 0 };
struct zone_set *zone_set_open_some(const char *directory, const struct catalogue *, unsigned levels, struct fault *);
void zone_set_close(struct zone_set *); /* at any time; NULL is fine */

const char *zone_set_directory(const struct zone_set *);

const struct catalogue *zone_set_catalogue(const struct zone_set *);

/* Returns a list's file; NULL when it is not there. */
const struct zone_file *zone_set_at(const struct zone_set *, const struct list *);
const struct zone_file *zone_set_level(const struct zone_set *, unsigned level); /* of level 1, 2 or 3 */

/* Reads those again whose files have changed, in place of the old ones, and those that have come. What cannot be read,
 * or looks half written (without the $SOA that it had, or with less than half of its entries), stays as it was, and the
 * fault says so; it is "" otherwise. True when something changed: every pointer from zone_set_at() before is void. */
bool zone_set_reload(struct zone_set *, struct fault *);

/* ---- the same in steps, for those who must not be away for long ---- */

/* Loads nothing yet: zone_set_at() is NULL for all. */
struct zone_set *zone_set_new(const char *directory, const struct catalogue *, unsigned levels);

enum zone_set_progress {
    ZONE_SET_READING,
    ZONE_SET_SAME,    /* all is read, and nothing changed; perhaps with a fault */
    ZONE_SET_CHANGED, /* or something did: as zone_set_reload() says */
    ZONE_SET_FAILED,  /* the first time, as zone_set_open() says: nothing is loaded */
};

/* Reads on for about `budget_us` (INT64_MAX: to the end); begins to when all was read. Nothing that zone_set_at()
 * returns changes while it reads: at the end all new files take the places of the old ones at once. */
enum zone_set_progress zone_set_step(struct zone_set *, int64_t budget_us, struct fault *);

/* How much of the files is read, as long as it reads. */
unsigned zone_set_percent(const struct zone_set *);

#endif
