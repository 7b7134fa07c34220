/* Words about a rejection that several rooms use. */
#ifndef REJECTION_WORDS_H
#define REJECTION_WORDS_H

#include "base/buf.h"
#include "bounce/rejection.h"

/* Returns "bounce", "log line" ... */
const char *rejection_words_form(enum rejection_kind);

/* Appends the server that refused the mail, as a noun: "mx.example.org [192.0.2.25]", "a server that the text does not
 * name". */
void rejection_words_receiver(const struct rejection *, struct buf *out);

/* Appends the list, private filter or whatever else was the reason: "UCEPROTECT Level 2 (dnsbl-2.uceprotect.net)". */
void rejection_words_list(const struct rejection *, struct buf *out);

/* Returns who can end it, as a sentence. */
const char *rejection_words_party(enum rejection_party);

/* Appends who refused whose mail because of which list, without a final period. */
void rejection_words_who(const struct rejection *, struct buf *out);

/* Appends the same, whose fault it is, and that the text names no address of the sender. */
void rejection_words_refused(const struct rejection *, struct buf *out);

/* Appends what was taken from a text, and what was left: "took 203.0.113.77 from a Postfix bounce of mx.example.org; 2
 * other addresses in it". */
void rejection_words_taken(const struct rejection *, struct buf *out);

#endif
