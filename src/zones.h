/* The local zone files of the five lists, from one directory. */
#ifndef ZONES_H
#define ZONES_H

#include "catalogue.h"
#include "fault.h"
#include "zonefile.h"

struct zones;

/* Loads what is there of dnsbl-1.uceprotect.net and so on, plain or .gz. A directory without any of them is a fault; a
 * file that cannot be used is a fault too. */
struct zones *zones_open(const char *directory, struct fault *);

/* The same of some lists alone, 1u << LIST_LEVEL1 and so on: the files of the others are not looked at. */
enum { ZONES_ALL = (1 << LIST_COUNT) - 1 };
struct zones *zones_open_some(const char *directory, unsigned lists, struct fault *);
void zones_close(struct zones *); /* NULL is fine */

const char *zones_directory(const struct zones *);

/* NULL: this list's file is not there. */
const struct zonefile *zones_at(const struct zones *, enum list_id);

/* Reads those again whose files have changed, in place of the old ones, and those that have come. What cannot be read,
 * or looks half written (without the $SOA that it had, or with less than half of its entries), stays as it was, and the
 * fault says so; it is "" otherwise. True when something changed: every pointer from zones_at() before is void. */
bool zones_reload(struct zones *, struct fault *);

#endif
