/* Abuse contacts in words. */
#ifndef CONTACT_WORDS_H
#define CONTACT_WORDS_H

#include "base/buf.h"
#include "contacts/contacts.h"

/* Appends the contact that is believed most, with its sources and their age, or why none is known, as half a sentence:
 * "abuse@example.net (RDAP and RIPEstat, rdap.db.ripe.net, 2026-11-30)". */
void contact_words(struct buf *out, const struct contacts *);

#endif
