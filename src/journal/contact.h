/* Abuse contacts, and the cache of them: what RDAP and other directories said of a resource. A contact is kept for 30
 * days, that there is none for a day, and a failure for ten minutes. Stays in this journal: export and merge leave it
 * out. */
#ifndef CONTACT_H
#define CONTACT_H

#include "base/buf.h"
#include "base/fault.h"
#include "base/resource.h"
#include "base/vec.h"
#include "journal/access.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* In the order in which they are believed. */
enum contact_source { CONTACT_RDAP, CONTACT_RIPESTAT, CONTACT_ABUSIX, CONTACT_SOURCES };

/* Returns "RDAP", "RIPEstat" or "Abusix". */
const char *contact_source_word(enum contact_source);

/* All text is clean. */
struct contact {
    char *address;              /* the mailbox alone: one addr-spec, a domain of any script as it is shown */
    char *name;                 /* of the organisation or role; NULL = not known */
    char *handle;               /* of the registry's record; NULL = not known */
    enum contact_source source; /* the first in rank that named it */
    unsigned sources;           /* a bit for each source that named it */
    char *from;                 /* host name of the server that named it */
    int64_t asked_ms;           /* wall time of its answer */
};
void contact_fini(struct contact *);

typedef VEC(struct contact) contact_list;
void contact_list_fini(contact_list *);

/* What one source said of a resource: contacts, or why there is none. */
struct contact_answer {
    contact_list found;
    struct fault none; /* a sentence; "" = there are contacts */
    bool failed;       /* the source could not be asked, or its answer could not be read; else it has none */
    int64_t asked_ms;
};

/* Returns until when a source is not asked again. */
int64_t contact_answer_until(const struct contact_answer *);

/* Reads what a source said of a resource into *out, unless that is too old. False: nothing, or a fault, which is ""
 * else. */
bool journal_contacts_read(struct journal *, const struct resource *, enum contact_source, struct contact_answer *out,
                           struct fault *);
/* Replaces what the source said, and removes all contacts that are too old. */
enum journal_result journal_contacts_store(struct journal *, const struct resource *, enum contact_source,
                                           const struct contact_answer *, struct fault *);

/* A small file of another server, as it was when it was fetched, or last found unchanged. */
struct download {
    struct buf body;
    char *etag; /* NULL = none */
    int64_t at_ms;
};
void download_fini(struct download *);

/* Reads that of a URL. False: none, or a fault, which is "" else. */
bool journal_download_read(struct journal *, const char *url, struct download *out, struct fault *);
enum journal_result journal_download_store(struct journal *, const char *url, const struct download *, struct fault *);

#endif
