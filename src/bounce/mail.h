/* One mail as it lies on the desk: a bounce in any of the forms of MTAs, a complaint, or something else. */
#ifndef MAIL_H
#define MAIL_H

#include "bounce/marks.h"
#include "bounce/rejection.h"
#include "lists/catalogue.h"

#include <stdbool.h>
#include <stddef.h>

/* Reads a mail (RFC 5322; LF, CRLF or CR) and hands over a rejection for each recipient in it, in order. A mail without
 * any gives one of kind REJECTION_NONE. Returns false if a part is longer than what is read of it. The time is linear,
 * the memory bounded whatever the mail says. */
bool mail_read(const char *bytes, size_t count, const struct catalogue *, const struct marks *, mail_take *, void *arg);

#endif
