/* The local zone files of the five lists, from one directory. */
#ifndef ZONES_H
#define ZONES_H

#include "base/fault.h"
#include "lists/catalogue.h"
#include "zones/zonefile.h"

struct zones;

/* Loads what is there of dnsbl-1.uceprotect.net and so on, plain or .gz. A directory without any of them is a fault; a
 * file that cannot be used is a fault too. */
struct zones *zones_open(const char *directory, struct fault *);

/* The same of some lists alone, 1u << LIST_LEVEL1 and so on: the files of the others are not looked at. */
enum { ZONES_ALL = (1 << LIST_COUNT) - 1 };
struct zones *zones_open_some(const char *directory, unsigned lists, struct fault *);
void zones_close(struct zones *); /* at any time; NULL is fine */

const char *zones_directory(const struct zones *);

/* NULL: this list's file is not there. */
const struct zonefile *zones_at(const struct zones *, enum list_id);

/* Reads those again whose files have changed, in place of the old ones, and those that have come. What cannot be read,
 * or looks half written (without the $SOA that it had, or with less than half of its entries), stays as it was, and the
 * fault says so; it is "" otherwise. True when something changed: every pointer from zones_at() before is void. */
bool zones_reload(struct zones *, struct fault *);

/* ---- the same in steps, for those who must not be away for long ---- */

/* Of some lists; nothing is loaded yet, zones_at() is NULL for all. */
struct zones *zones_new(const char *directory, unsigned lists);

enum zones_progress {
    ZONES_READING,
    ZONES_SAME,    /* all is read, and nothing changed; perhaps with a fault */
    ZONES_CHANGED, /* or something did: as zones_reload() says */
    ZONES_FAILED,  /* the first time, as zones_open() says: nothing is loaded */
};

/* Reads on for about `budget_us` (INT64_MAX: to the end); begins to when all was read. Nothing that zones_at() returns
 * changes while it reads: at the end all new files take the places of the old ones at once. */
enum zones_progress zones_step(struct zones *, int64_t budget_us, struct fault *);

/* How much of the files is read, as long as it reads. */
unsigned zones_percent(const struct zones *);

#endif
