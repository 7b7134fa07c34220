/* Reads what directories answer: the registries' files (RFC 9224), RDAP (RFC 9083) and RIPEstat. Pure functions of
 * hostile text. Private to the room. */
#ifndef DIRECTORY_H
#define DIRECTORY_H

#include "base/buf.h"
#include "base/resource.h"
#include "journal/contact.h"

#include <stdbool.h>
#include <stddef.h>

enum { DIRECTORY_CONTACTS_MOST = 8 };

/* What a directory said. In words: directory_gap. */
enum finding {
    FINDING_UNREADABLE,  /* no answer of this kind */
    FINDING_NONE,        /* no abuse contact */
    FINDING_PLACEHOLDER, /* an address without a reader: `placeholder` */
    FINDING_CONTACTS,
};

struct directory_answer {
    contact_list found; /* address, name and handle are set; the nearest to the resource first */
    struct buf placeholder;
};
void directory_answer_fini(struct directory_answer *);

/* Adds one mailbox as it was published, which may be bad; `name` and `handle` are foreign, NULL = none. */
void directory_add(struct directory_answer *, const char *mailbox, size_t count, const char *name, const char *handle);
/* Returns FINDING_CONTACTS, FINDING_PLACEHOLDER or FINDING_NONE by what was added. */
enum finding directory_finding(const struct directory_answer *);

/* Reads the mailboxes of all entities with the role "abuse", nested ones too. */
enum finding directory_read_rdap(const char *text, size_t count, struct directory_answer *out);
enum finding directory_read_ripestat(const char *text, size_t count, struct directory_answer *out);

/* Returns the name of the registries' file that knows the servers of a resource: "ipv4.json". */
const char *directory_file(const struct resource *);
/* Appends the URL of the RDAP server for the resource, with a final slash, by such a file. FINDING_NONE: the file has
 * none. */
enum finding directory_find_server(const char *text, size_t count, const struct resource *, struct buf *out);

#endif
