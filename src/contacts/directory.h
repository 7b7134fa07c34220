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

/* What a directory said. */
struct directory_answer {
    contact_list found;     /* address, name and handle are set; the nearest to the resource first */
    struct buf placeholder; /* an address without a reader; empty = none */
    struct buf form;        /* the https URL of a page for reports; empty = none */
};
void directory_answer_fini(struct directory_answer *);

/* Adds one mailbox or page as it was published, which may be bad; `name` and `handle` are foreign, NULL = none. */
void directory_add(struct directory_answer *, const char *text, size_t count, const char *name, const char *handle);

/* Reads an answer into *out, zeroed before. Returns false if it is none of this kind. */
typedef bool directory_read(const char *text, size_t count, struct directory_answer *out);
/* Takes the mailboxes of all entities with the role "abuse", nested ones too. */
directory_read directory_read_rdap;
directory_read directory_read_ripestat;

/* Returns the name of the registries' file that knows the servers of a resource: "ipv4.json". */
const char *directory_file(const struct resource *);
/* Appends the URL of the RDAP server for the resource, with a final slash, by such a file; nothing if the file has
 * none. Returns false if it is no such file. */
bool directory_find_server(const char *text, size_t count, const struct resource *, struct buf *out);

#endif
