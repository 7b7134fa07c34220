/* The words of a message: one line for a telephone, then what, who can act, since when, and what ends it. */
#ifndef REPORT_H
#define REPORT_H

#include "base/buf.h"
#include "journal/watches.h"

/* Appends the first line, without a newline: "mx1 listed: dnsbl-1.uceprotect.net (203.0.113.77)", "3 listed, 1
 * directly, 1 clear: mx1, mx2, mx3 and 1 more". There must be a change. */
void report_subject(struct buf *out, const journal_alarms *);

/* Appends a paragraph for each change, or for several that differ by their targets alone, after that line unless it is
 * the first of the only one. */
void report_text(struct buf *out, const journal_alarms *);

/* Appends the text as a mail (RFC 5322). Its Message-ID is the uuid of the message, however often it is sent; it refers
 * to the messages that opened its cases. `host`: the name of this machine. */
void report_mail(struct buf *out, const struct journal_message *, const journal_alarms *, const char *from,
                 const char *to, const char *host);

#endif
