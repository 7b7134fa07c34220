/* A double of the resolver: src/dns/resolver.h with answers from a script instead of a network. Linked before
 * libengine.a, it keeps the real one out.
 *
 * A script has one line for each question, and lines that begin with `#`:
 *
 *     NAME TYPE OUTCOME [ttl SECONDS] [rtt MS] [serial N] [labels N] [server ENDPOINT] [remembered] [stale]
 *     [bare] [RECORD...]
 *     77.113.0.203.dnsbl-1.uceprotect.net A data ttl 2100 127.0.0.2
 *     77.113.0.203.dnsbl-1.uceprotect.net TXT data "IP 203.0.113.77 is UCEPROTECT-Level 1 listed. See <url>"
 *     probe-*.dnsbl-1.uceprotect.net A servfail
 *
 * NAME and TYPE may be patterns (`*`). OUTCOME is data, nodata, nxdomain, servfail, refused, formerr, notimp, timeout,
 * unreachable, malformed or cancelled. Records with blanks stand in double quotes, in which \" \\ and \xHH mean what
 * they mean in C. The last line that fits a question answers it, also among several scripts. A question that none fits
 * is NXDOMAIN; the test points of the five lists prove them healthy, unless a script says otherwise. */
#ifndef TEST_FAKE_RESOLVER_H
#define TEST_FAKE_RESOLVER_H

#include "dns/resolver.h"

enum {
    FAKE_RESOLVER_TTL = 2100,
    FAKE_RESOLVER_NEGATIVE_TTL = 120,
    FAKE_RESOLVER_RTT_MS = 12,
    FAKE_RESOLVER_SILENCE_MS = 6000
};
enum { FAKE_RESOLVER_SERIAL = 2026070620, /* 2026-07-06T18:00:00Z */ FAKE_RESOLVER_LABELS = 3 };

/* Each question is answered by a timer of the loop, a round trip after it was put (a timeout:
 * FAKE_RESOLVER_SILENCE_MS). The answers come from 127.0.0.1:53. */
struct resolver *fake_resolver_new(struct loop *);

/* Adds a script, for the answers still to come; a line that cannot be read fails the test. */
void fake_resolver_say(struct resolver *, const char *script);

/* From now on no answer comes by itself, only by these: the oldest `most` questions that fit the patterns (NULL: all).
 * Those put meanwhile have to wait. Returns how many were answered. */
void fake_resolver_hold(struct resolver *);
size_t fake_resolver_deliver(struct resolver *, const char *name, const char *type, size_t most);

/* The same until there is nothing more to answer. */
void fake_resolver_deliver_all(struct resolver *);

/* Questions without an answer. */
size_t fake_resolver_waiting(const struct resolver *);

/* The questions since the last call of this, one a line, in the order in which they were put: "NAME TYPE", and " fresh"
 * behind those that must not be answered from memory. Lives until the next call. */
const char *fake_resolver_asked(struct resolver *);

#endif
