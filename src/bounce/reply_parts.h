/* The parts of the scanner of reply text. */
#ifndef REPLY_PARTS_H
#define REPLY_PARTS_H

#include "bounce/marks.h"
#include "bounce/rejection.h"
#include "bounce/reply_text.h"
#include "lists/catalogue.h"

/* Finds the receiver and the sender's addresses. */
void reply_find_addresses(const struct reply_text *, struct rejection *);

/* Finds the list that the text names by its zone, by a page of its operator or in UCEPROTECT's words, and the addresses
 * in names of questions. Returns false if it names none. */
bool reply_find_list(const struct reply_text *, const struct catalogue *, struct rejection *);

/* Adds the lists of all marks to that of the first one, the weightiest first. Returns its mark. */
const struct mark *reply_add_lists(struct rejection *, const struct catalogue *, const struct mark_hits *);

/* Sets the list of a zone or name that a mark tells. */
void reply_set_list(struct rejection *, const struct catalogue *, const char *name);

/* Finds a zone that no catalogue has, by the words around it; `surely`: only behind words like "blocked using".
 * Returns false if there is none. */
bool reply_find_unknown_zone(const struct reply_text *, bool surely, struct rejection *);

#endif
