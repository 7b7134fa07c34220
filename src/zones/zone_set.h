/* The local zone files of the lists, from one directory. */
#ifndef ZONE_SET_H
#define ZONE_SET_H

#include "base/fault.h"
#include "lists/catalogue.h"
#include "lists/list_state.h"
#include "zones/zone_file.h"

struct zone_set;

/* Loads the files of a catalogue's lists that are in the directory, named by their zones, plain or .gz: those of some
 * levels, ZONE_SET_LEVEL(1) | ..., or all. The catalogue must outlive the set. Returns NULL with a fault if there is
 * none, or one cannot be read; names files in doubt in the fault, which is "" otherwise. */
#define ZONE_SET_LEVEL(level) (1U << (level))
enum { ZONE_SET_ALL = 0 };
struct zone_set *zone_set_open_some(const char *directory, const struct catalogue *, unsigned levels, struct fault *);

static inline struct zone_set *
zone_set_open(const char *directory, const struct catalogue *catalogue, struct fault *fault)
{
    return zone_set_open_some(directory, catalogue, ZONE_SET_ALL, fault);
}

/* Begins to do so in steps; until the last one zone_set_at() returns NULL. */
struct zone_set *zone_set_new(const char *directory, const struct catalogue *, unsigned levels);

/* Puts files that are older in doubt; 0 = none. */
void zone_set_max_age(struct zone_set *, int64_t max_age_ms);

void zone_set_close(struct zone_set *); /* at any time; NULL is fine */

enum zone_set_progress {
    ZONE_SET_READING,
    ZONE_SET_SAME,    /* all is read, and nothing changed */
    ZONE_SET_CHANGED, /* files were replaced or added: all pointers from zone_set_at() are invalid */
    ZONE_SET_FAILED,  /* the first reading failed, as zone_set_open does: nothing is loaded */
};

/* Reads on for about `budget_us` (INT64_MAX: to the end): at first all files, and then, each time it begins anew, those
 * that have changed or have come. At the end all new files replace the old ones at once; until then zone_set_at()
 * returns what it did. A file that cannot be read or is in doubt (half written, damaged, without its test points,
 * outdated; or without the $SOA that it had, or with less than half of its entries) does not replace a sound one. The
 * fault says so, and is "" otherwise. */
enum zone_set_progress zone_set_step(struct zone_set *, int64_t budget_us, struct fault *);

/* Reads at once; returns whether files were replaced or added. */
static inline bool
zone_set_reload(struct zone_set *zones, struct fault *fault)
{
    return zone_set_step(zones, INT64_MAX, fault) == ZONE_SET_CHANGED;
}

/* Returns how much of the files has been read, during a reading. */
unsigned zone_set_percent(const struct zone_set *);

const char *zone_set_directory(const struct zone_set *);
const struct catalogue *zone_set_catalogue(const struct zone_set *);

/* Returns the file of a list, or of the list of level 1, 2 or 3; NULL if there is none, or one that is in doubt. */
const struct zone_file *zone_set_at(const struct zone_set *, const struct list *);

/* Returns why the file of a list is not answered from, as half a clean sentence with the cure; NULL = it is, or there
 * is none. */
const char *zone_set_doubt(const struct zone_set *, const struct list *);

/* Puts the file of a list in doubt if it has less than half as many entries as the last sound one, which had `had`.
 * Returns its number of entries; 0 if there is none, or it is in doubt. */
size_t zone_set_compare(struct zone_set *, const struct list *, size_t had);

/* Returns the sentence that names the worse of the plain and the packed file of a list, which is not read, and says
 * why; NULL = there is one at most. */
const char *zone_set_ignored(const struct zone_set *, const struct list *);

/* Returns what the files say of an address: LISTED, CLEAR, UNHEALTHY for a file in doubt, UNASKED without a file. */
enum list_state zone_set_state(const struct zone_set *, const struct list *, uint32_t address);

static inline const struct zone_file *
zone_set_level(const struct zone_set *zones, unsigned level)
{
    return zone_set_at(zones, catalogue_level(zone_set_catalogue(zones), level));
}

#endif
