/* Everything that is known of one address: plain data that an investigation fills and that verdict, reports and views
 * read. Nothing here asks or judges. */
#ifndef EVIDENCE_H
#define EVIDENCE_H

#include "asn/asndb.h"
#include "base/addr.h"
#include "base/vec.h"
#include "density/density.h"
#include "dns/answer.h"
#include "lists/catalogue.h"
#include "lists/listed_net.h"
#include "lists/listing_text.h"
#include "verdict/seen.h"

#include <stdbool.h>
#include <stdint.h>

/* What a question was about. */
enum subject { SUBJECT_LIST, SUBJECT_NAME, SUBJECT_NETWORK };

/* A question that was put for this address and what came back, kept raw for whoever wants to see for himself. */
struct exchange {
    enum subject subject;
    const struct list *list; /* of SUBJECT_LIST, else NULL */
    char *name;              /* what was asked */
    enum record_type type;
    bool pending;
    enum outcome outcome;
    int rcode; /* -1 = none received */
    uint32_t ttl;
    int64_t rtt_us; /* -1 = none received */
    int64_t at_ms;  /* wall time of the answer */
    bool remembered;
    struct endpoint server;
    VEC(char *) records; /* as text, clean */
};

enum source { SOURCE_NONE, SOURCE_DNS, SOURCE_ZONE };

/* What the zone file of a list says. */
struct file_result {
    bool have;             /* there is such a file */
    enum list_state state; /* LISTED or CLEAR, as rbldnsd would answer from it */
    uint32_t serial;       /* its own */
    size_t skipped;        /* lines of it that were not understood ... */
    size_t skipped_at;     /* ... and the first of them */
};

/* What one list says. */
struct list_result {
    const struct list *list;
    enum source source;        /* where the state comes from */
    enum list_state state;     /* only LISTED and CLEAR speak of the address, and only once the list proved itself */
    bool pending;              /* questions are under way; `state` is still the last known one */
    char *detail;              /* clean half sentence on why it is neither listed nor clear, or NULL */
    VEC(struct addr) answers;  /* A records */
    VEC(char *) txt;           /* clean, one a record */
    VEC(struct listing) texts; /* the same taken apart, in the same order */
    bool txt_missing;          /* listed, but the text could not be had: detail is unknown */
    bool txt_partial;          /* the server left texts out */
    uint32_t ttl;              /* seconds from answered_ms; 0 = not known */
    int64_t rtt_us;            /* -1 = none */
    int64_t answered_ms;       /* wall time; 0 = never */
    int64_t due_ms;            /* monotonic time at which the TTL is up; 0 = never */
    uint32_t serial;           /* of the zone: YYYYMMDDHH in German local time; 0 = not known */
    struct addr foreign;       /* an answer outside 127/8, from the target's question or a test point */
    struct file_result file;   /* what the zone file says; a disagreement is shown, not hidden */
};

enum network_source { NETWORK_UNKNOWN, NETWORK_MMDB, NETWORK_CYMRU };

/* Who announces the address. */
struct network {
    enum network_source source;
    bool pending;
    uint32_t asn;        /* 0 = none found */
    char org[ASNDB_ORG]; /* clean, may be "" */
    char country[3];     /* Cymru only */
    bool has_record;     /* the database's record ... */
    struct prefix record;
    bool has_bgp; /* ... and the announced prefix (Cymru): not the same thing */
    struct prefix bgp;
    bool unannounced; /* Team Cymru knows of nobody, if it was heard */
    char *problem;    /* why nothing is known, clean; NULL */
};

enum ptr_state { PTR_UNASKED, PTR_ASKING, PTR_NONE, PTR_FAILED, PTR_CONFIRMED, PTR_UNCONFIRMED, PTR_UNVERIFIED };

/* The address's name, and whether the name leads back to the address. */
struct ptr {
    enum ptr_state state;
    char *name;           /* clean; the first confirmed one, else the first; NULL */
    size_t count;         /* PTR records seen */
    enum outcome outcome; /* of the question that failed */
};

struct evidence {
    char *target; /* as the user wrote it, clean */
    char *label;  /* NULL = none */
    struct addr address;
    const char *reserved;            /* not NULL: the block that keeps it off the public internet; nothing was asked */
    bool offline;                    /* nothing was asked because the user said so */
    int64_t started_ms, finished_ms; /* wall; finished 0 = still asking */
    const struct catalogue *catalogue;
    VEC(struct list_result) lists; /* by place in the catalogue */
    struct network network;
    struct ptr ptr;
    VEC(struct exchange) exchanges;    /* in the order in which they were asked */
    density_nets nets;                 /* of the level 2 texts and the zone file: without doubles, narrowest first */
    density_nets local_nets;           /* around it in the level 2 zone file, narrowest first */
    struct ladder ladder;              /* of the zone files; empty without them */
    density_neighbour_list neighbours; /* level 1 addresses of the /24, from the zone file */
    bool has_density;                  /* the two above are known */
    bool rewritten;                    /* several lists gave the same foreign address: the resolver makes them up */
    struct addr rewriter;              /* ... this one */
    VEC(struct endpoint) servers;      /* the resolvers that are asked */
    bool has_estimate;                 /* whether level 3 lists the AS that announces the address ... */
    enum call estimate;                /* ... is estimated because it is not known */
    struct seen seen;                  /* what the journal knows of it; zeroed without one */
};

/* The catalogue must outlive it. */
void evidence_init(struct evidence *, const struct catalogue *, const char *target, const char *label,
                   const struct addr *);
void evidence_fini(struct evidence *);

/* Forget what a list answered, and what its texts said. The state stays until there is a new one. */
void list_result_clear_answer(struct list_result *);
void list_result_clear_texts(struct list_result *);

/* Whether questions are under way. */
bool evidence_is_pending(const struct evidence *);

/* What a list says, one of the levels 1 to 3, and the other two parts. */
const struct list_result *evidence_list(const struct evidence *, const struct list *);
const struct list_result *evidence_level(const struct evidence *, unsigned level);
const struct list_result *evidence_exemption(const struct evidence *);
const struct list_result *evidence_backscatterer(const struct evidence *);

bool list_result_is_listed(const struct list_result *);

/* Whether a listing counts in the verdict: not one of a list that is no blocklist (scope allow), has no effect (weight
 * 0), or says by its answers alone that the address is known as good. */
bool list_result_is_counted(const struct list_result *);

/* Whether it is a listing that counts on a list without a part in the escalation. */
bool list_result_is_other(const struct list_result *);

/* When what a list says was true: when it answered, of a zone file when that was made; 0 = not known. */
int64_t list_result_seen_ms(const struct list_result *);

/* The past of a list with what it says now; the zone is borrowed. Its state is another than the result's when that is
 * not known, or older than the journal's last look (an old zone file). */
struct seen_list evidence_seen(const struct evidence *, const struct list_result *);

/* Whether any list is asked about addresses of this family. */
bool evidence_asks(const struct evidence *);

/* Whether there is a zone file of any list. */
bool evidence_has_zone_file(const struct evidence *);

/* Whether nothing is known of it yet, but will be. What is asked again is not awaited: its last state holds. */
bool list_result_is_awaited(const struct list_result *);

/* Whether one of the levels gave no believable answer; one that is awaited may still do so. */
bool evidence_has_trouble(const struct evidence *);

/* What all lists have in common when none can be believed: then it is not the lists that are out of order. */
enum resolver_trouble {
    RESOLVER_TROUBLE_NONE,
    RESOLVER_UNREACHABLE,
    RESOLVER_SILENT,
    RESOLVER_REFUSES,
    RESOLVER_FAILS,    /* SERVFAIL */
    RESOLVER_GARBLES,  /* malformed answers */
    RESOLVER_BLOCKS,   /* answers that no DNSBL gives */
    RESOLVER_IGNORANT, /* knows none of the lists' test entries */
    RESOLVER_INVENTS,  /* lists whatever is asked */
};
enum resolver_trouble evidence_resolver_trouble(const struct evidence *);

/* Whether every list was asked and none proved itself: what the resolver denies, a PTR name or that the address is
 * announced, is then no more to be believed. */
bool evidence_is_doubted(const struct evidence *);

/* Whether level 3 names another ASN than the one that announces the address: a customer inside a carrier's prefix. */
bool evidence_names_carrier(const struct evidence *);

/* The outermost net that has impacts published (its impacts include those of the nets inside it); NULL = none. */
const struct listed_net *evidence_widest_net(const struct evidence *);
const struct listed_net *evidence_permanent_net(const struct evidence *);
/* The one that names the listing: one of these two, or else the outermost without figures. */
const struct listed_net *evidence_main_net(const struct evidence *);

/* The level 3 text's holder and score; NULL when level 3 gave no such text. */
const struct listing *evidence_level3(const struct evidence *);

/* Whether level 2 alone lists the address and level 3 is not known: then an estimate of it helps. */
bool evidence_lacks_level3(const struct evidence *);

/* Whether the widest net's impacts come from others too. With a zone file that tells what is so now by count; without
 * it, impacts beyond what one address was ever seen to cause (168 in 7 days, one an hour; inferred from the zones of
 * summer 2026) must have several causes. */
enum company { COMPANY_UNKNOWN, COMPANY_NONE, COMPANY_SOME };
enum { EVIDENCE_ADDRESS_IMPACTS = 168 };
enum company evidence_company(const struct evidence *);
enum company evidence_counted_company(const struct evidence *); /* by count alone */

/* What the DNS may hide, where no zone file tells what is so now. rbldnsd answers with the rows of the most specific of
 * its /32, /24, /16, /8 keys and says nothing of wider ones, so behind published nets of /17../24 there may be others
 * of /16 and wider. Returns the longest prefix length that may be hidden (24, 16 or 8); 0 when no net is published, or
 * nothing can hide behind it. */
unsigned evidence_hidden_from(const struct evidence *);

/* Whether rbldnsd may have left level 2 texts out, the most specific ones: the answer looks so, or another text like
 * the last would not have fitted into it at one of the sizes that resolvers offer. */
bool evidence_may_be_cut(const struct evidence *);

/* What the DNS tells of a net that may be published around the address; *net is the one that it shows, and may be NULL.
 * Silence counts only where rbldnsd would speak: under the key that it answered with, and those that are more specific;
 * an address that is registered as exempt it does not answer at all. */
enum told { TOLD_NOTHING, TOLD_ABSENT, TOLD_SHOWN };
enum told evidence_told(const struct evidence *, const struct prefix *, const struct listed_net **net);

/* The moment in an SOA serial of these zones (YYYYMMDDHH in German local time: UTC+1, in summer UTC+2), wall ms; -1
 * when the serial is no such moment. */
int64_t evidence_serial_ms(uint32_t serial);

/* How old the list's zone is, ms; -1 = not known. Over EVIDENCE_STALE_MS it is stale: it is rebuilt hourly. */
enum { EVIDENCE_STALE_MS = 3 * 60 * 60 * 1000 };
int64_t list_result_zone_age_ms(const struct list_result *);

/* The same of the list's zone file. */
int64_t list_result_file_age_ms(const struct list_result *);
/* Whether it tells what is so now: it is not stale, or no older than what the DNS answers from. When the list's state
 * comes from it, everything is of its time. A file of unknown age tells nothing of now. */
bool list_result_file_counts(const struct list_result *);

#endif
