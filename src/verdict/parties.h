/* What sentences call the address, those around it and those who have them. They speak to its postmaster ("your
 * provider"), or fit any reader of a report ("the provider"). */
#ifndef PARTIES_H
#define PARTIES_H

#include "base/buf.h"
#include "verdict/evidence.h"

/* Returns the words of the table as the evidence wants them: "your provider", or "the provider"; others as they are. */
const char *parties_word(const struct evidence *, const char *words);

/* Returns the words of the table that are in braces at the start of a template; NULL = there are none. */
const char *parties_at(const char *template);

/* Writes a headline, such as the journal keeps for the postmaster, with the words for any reader. */
void parties_for_anyone(struct buf *out, const char *headline);

#endif
