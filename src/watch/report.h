/* The words of a message: one line for a telephone, then what, who can act, since when, and what ends it. */
#ifndef REPORT_H
#define REPORT_H

#include "base/buf.h"
#include "journal/watches.h"

/* Appends the first line, without a newline: "mx1 listed: dnsbl-1.uceprotect.net (203.0.113.77)", "1 direct, 256
 * collateral, 1 clear: mx1, pool (256 addresses), mx2; net listed". It counts targets by their last verdict. There must
 * be a change. */
void report_subject(struct buf *out, const journal_alarms *);

/* Appends a paragraph for each change that no later one of the same target is about, or for several that differ by
 * their targets alone, after that line unless it is the first of the only one. Names 200 targets; `fleet`, a file, has
 * the others. */
void report_text(struct buf *out, const journal_alarms *, const char *fleet);

struct report_envelope {
    const char *from, *to, *host; /* the host is this machine */
};

/* Appends the text as a mail (RFC 5322). Its Message-ID is the uuid of the message, however often it is sent; it refers
 * to the messages that opened its cases. */
void report_mail(struct buf *out, const struct journal_message *, const journal_alarms *, const char *fleet,
                 const struct report_envelope *);

#endif
