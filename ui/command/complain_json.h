/* A complaint as JSON. */
#ifndef COMPLAIN_JSON_H
#define COMPLAIN_JSON_H

#include "letter/template.h"

/* Appends one object: the letter and its facts. */
void complain_json_put(struct buf *out, const struct complaint *, const struct letter *, bool pretty);

/* Appends an object of XARF 4 (category reputation, type blocklist) for each listed source, else one for the subject;
 * one a line. The sender's mailbox must be known, because the format needs it. */
void complain_json_put_xarf(struct buf *out, const struct complaint *);

#endif
