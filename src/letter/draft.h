/* A letter as a mail that is not sent yet, and its sources as a table. */
#ifndef DRAFT_H
#define DRAFT_H

#include "letter/template.h"

/* Appends a message (RFC 5322) that mail programs open as a draft: the letter, and the sources as an attached CSV file
 * if there are any. Without a sender's mailbox From has a placeholder; without a contact there is no To. */
void draft_put(struct buf *out, const struct letter *, const struct complaint *);

/* Appends the sources as CSV (RFC 4180). */
void draft_put_csv(struct buf *out, const struct complaint *, bool head);

/* Returns whether the text is one plain mailbox, local@domain, that may stand in a header. */
bool draft_is_mailbox(const char *text);

/* Appends bytes in base64 (RFC 4648), without lines. */
void draft_put_base64(struct buf *out, const char *bytes, size_t count);

#endif
