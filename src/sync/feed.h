/* The files that sync fetches: from which URLs, into which folder, how often. */
#ifndef FEED_H
#define FEED_H

#include "base/vec.h"
#include "lists/catalogue.h"

#include <stdint.h>

/* DB-IP is the default: it needs no account, and one file a month. RIS shows the prefixes that are announced, as level
 * 2 sees them, in three files a day. */
enum feed_asn { FEED_DBIP, FEED_IPINFO, FEED_IPTOASN, FEED_RIS, FEED_NONE };

/* Strings are borrowed. */
struct feed_setup {
    const struct catalogue *catalogue;
    const char *zones, *data; /* folders of the zone files and of the others */
    const char *mirror;       /* of the zone files: URL of a folder, or an rsync module; NULL = the operator's */
    enum feed_asn asn;
    const char *asn_mirror; /* URL of a folder with the other files; NULL = those of their publishers */
    const char *token;      /* of IPinfo, a secret; NULL = none */
};

/* What a file becomes. */
enum feed_kind {
    FEED_ZONE,
    FEED_MMDB,       /* from the first URL that has it */
    FEED_ANNOUNCED,  /* a table of what is announced, from all URLs, the last of three with names */
    FEED_ALLOCATIONS /* a table of what the registries allocated */
};

enum { FEED_URLS = 3, FEED_BYTES = 256 << 20 }; /* of a download, and of its unpacked content, at most */

struct feed {
    enum feed_kind kind;
    const struct list *list; /* of a zone; borrowed */
    const char *name;        /* in the ledger and in messages; borrowed */
    char *path;
    char *urls[FEED_URLS]; /* NULL = no more */
    int64_t period_ms;     /* between two requests */
};

typedef VEC(struct feed) feed_list;

void feed_list_make(feed_list *, const struct feed_setup *);
void feed_list_free(feed_list *);

#endif
