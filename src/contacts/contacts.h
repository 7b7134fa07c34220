/* Abuse contacts of those that can act on an address, a net or an AS: by RDAP (RFC 9083), RIPEstat and Abusix.
 *
 * Asks nothing by itself: a lookup begins when the user opens a complaint. The journal remembers what each source said,
 * see contact.h. */
#ifndef CONTACTS_H
#define CONTACTS_H

#include "dns/resolver.h"
#include "journal/contact.h"
#include "journal/recorder.h"

/* What lookups use. Pointers are borrowed, and must outlive them. */
struct contacts_setup {
    struct loop *loop;
    struct resolver *resolver; /* asks Abusix; NULL = it is not asked */
    struct recorder *recorder; /* of the journal; NULL = none */
    char *fetch;               /* the program that fetches, see fetch.h */
    const char *rdap;          /* URL of the folder with the registries' files (RFC 9224); NULL = IANA's */
    const char *ripestat;      /* URL of RIPEstat's folder of data; NULL = the public one */
    bool ask_examples;    /* Abusix about addresses that are not public, see struct engine; where `rdap` and `ripestat`
                             are given, they are asked about these, too */
    struct fault refused; /* why nothing may be asked, and only the journal is read; "" = it may */
};

struct contacts {
    contact_list found;                             /* by rank; each mailbox once; its text is that of `answers` */
    struct contact_answer answers[CONTACT_SOURCES]; /* all zero of a source that was not asked, or has not answered */
    unsigned waits;                                 /* a bit for each source that has not answered */
    unsigned recalled;                              /* a bit for each answer that the journal had */
    struct fault refused;                           /* why nothing was asked; "" = it was */
};

/* Appends the URL of a data call of RIPEstat about a resource; folder NULL = the public one. */
void contacts_ripestat_url(struct buf *out, const char *folder, const char *call, const char *resource);

struct contacts_lookup;

/* Called from the loop, never from contacts_find, after each answer. */
typedef void contacts_changed(void *arg);

/* Begins a lookup. Contacts that the journal remembers are there at once; only the other sources are asked. The caller
 * ends it. */
struct contacts_lookup *contacts_find(const struct contacts_setup *, const struct resource *, contacts_changed *,
                                      void *arg);
/* Returns what is known so far; complete once `waits` is 0. Borrowed until the next turn of the loop. */
const struct contacts *contacts_of(const struct contacts_lookup *);
/* Ends a lookup, complete or not, and frees it; NULL is fine. */
void contacts_end(struct contacts_lookup *);

#endif
