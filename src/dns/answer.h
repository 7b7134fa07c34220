/* One parsed DNS answer. An outcome is data, not an error. */
#ifndef ANSWER_H
#define ANSWER_H

#include "base/addr.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* RECORD_CHAOS is a bit: of class CH, in which servers say what program they are (version.bind, RFC 4892). */
enum record_type {
    RECORD_A = 1,
    RECORD_PTR = 12,
    RECORD_MX = 15,
    RECORD_TXT = 16,
    RECORD_AAAA = 28,
    RECORD_CHAOS = 128,
    RECORD_CHAOS_TXT = RECORD_CHAOS | RECORD_TXT,
};

/* Returns "A", "TXT", "CH TXT" ... */
const char *record_type_name(enum record_type);

enum outcome {
    OUTCOME_DATA,   /* NOERROR with at least one record of the type asked for */
    OUTCOME_NODATA, /* NOERROR without, and no referral (RFC 2308 section 2.2) */
    OUTCOME_NXDOMAIN,
    OUTCOME_SERVFAIL,
    OUTCOME_REFUSED,
    OUTCOME_FORMERR,
    OUTCOME_RCODE,       /* any other response code; see answer.rcode */
    OUTCOME_TIMEOUT,     /* no answer from any server in any try */
    OUTCOME_UNREACHABLE, /* no server could be reached (ICMP, no route, TCP refused after truncation) */
    OUTCOME_MALFORMED,   /* the bytes are no DNS answer to this question, or only a referral to other servers */
    OUTCOME_CANCELLED,   /* the asker or the resolver went away */
};

/* Returns words for the user: "no such name", "no answer" ... */
const char *outcome_name(enum outcome);

/* One record of the type asked for. `text` is foreign and unclean: the joined strings of one TXT record, or the name in
 * a PTR or MX record in presentation form. */
struct record {
    enum record_type type;
    uint32_t ttl;        /* seconds */
    struct addr addr;    /* A, AAAA */
    uint16_t preference; /* MX */
    const char *text;    /* TXT, PTR, MX; not NUL-terminated */
    size_t text_count;
};

enum {
    ANSWER_RECORDS = 64,
    ANSWER_TEXT = 16384,
    /* The longest answer asked for: rbldnsd silently leaves out texts that do not fit, and six need 1500 bytes. */
    ANSWER_EDNS_BYTES = 4096,
    ANSWER_TTL_MOST = 24 * 60 * 60, /* seconds believed, because no DNSBL means more */
    ANSWER_STALE_TTL = 30,          /* seconds that an expired answer lives: RFC 8767 section 4 */
};

struct answer {
    enum outcome outcome;
    int rcode;            /* as received, with the upper bits of EDNS; -1 when no packet came */
    uint32_t ttl;         /* seconds: smallest of the records and the CNAMEs to them; for NODATA and NXDOMAIN the
                             negative TTL of RFC 2308 section 5 (SOA minimum or its TTL, the smaller); 0 = unknown */
    uint32_t serial;      /* of the SOA in a negative answer, 0 = none: the age of an rbldnsd zone */
    unsigned zone_labels; /* labels at the end of the question that the SOA's owner shares: the zone's depth */
    bool bare;            /* a denial that may be none: an alias without records or SOA behind it, or from a server that
                             is neither authoritative nor recursive */
    bool unproven;        /* the asker: the server of this answer did not prove that it knows the list */
    bool unserved;        /* REFUSED by a server that offers no recursion: it answers for zones of its own alone */
    bool stale;           /* served from a cache after its TTL (RFC 8767): the server says so (RFC 8914), or the asker
                             found out */
    int64_t rtt_us;       /* from the last packet sent to the answer; -1 when no packet came */
    int64_t at_ms;        /* wall time of the answer */
    unsigned tries;       /* packets sent for it */
    bool tcp;             /* asked over TCP because the answer over UDP was truncated */
    uint16_t edns_bytes;  /* of an answer that the server takes itself, by its OPT record; 0 = without EDNS */
    bool remembered;      /* from the cache: an earlier answer of this run, as it was then */
    struct endpoint server; /* that answered; family ADDR_NONE when none did */
    uint8_t asked, agreed;  /* the resolver's servers that were asked, and those that gave this outcome: bit by place */
    size_t count;
    const struct record *records; /* found by following CNAMEs */
    size_t dropped;               /* records beyond ANSWER_RECORDS or ANSWER_TEXT */
    bool partial;                 /* more records may exist: rbldnsd leaves out what does not fit, and its only sign is
                                     an answer that is neither authoritative nor recursive; or EDNS was lost on the
                                     way, and one more such record would not fit into 512 bytes */
};

/* Storage for the records of one answer. */
struct answer_room {
    struct record records[ANSWER_RECORDS];
    char text[ANSWER_TEXT];
};

/* Parses a packet: sets outcome, rcode, ttl, serial, zone_labels, bare, unserved, stale, edns_bytes, records and
 * partial; the other fields are the caller's. A packet that is truncated, cyclic or wrong in its counts is
 * OUTCOME_MALFORMED. */
void answer_parse(const uint8_t *packet, size_t count, enum record_type want, struct answer_room *room,
                  struct answer *out);

/* Returns a copy in one block, for free(). */
struct answer *answer_copy(const struct answer *);

/* Returns the size of a copy, and writes one into so much room. */
size_t answer_bytes(const struct answer *);
struct answer *answer_copy_into(void *room, const struct answer *);

#endif
