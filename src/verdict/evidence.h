/* All facts about one address: plain data that an investigation fills and that verdict, reports and views read. */
#ifndef EVIDENCE_H
#define EVIDENCE_H

#include "asn/allocations.h"
#include "asn/asn_table.h"
#include "base/addr.h"
#include "base/vec.h"
#include "density/density.h"
#include "dns/answer.h"
#include "lists/catalogue.h"
#include "lists/data_date.h"
#include "lists/listed_net.h"
#include "lists/listing_text.h"
#include "verdict/seen.h"

#include <stdbool.h>
#include <stdint.h>

/* The subject of a question. */
enum subject { SUBJECT_LIST, SUBJECT_NAME, SUBJECT_NETWORK };

/* A question that was sent for this address, and its raw answer. */
struct exchange {
    enum subject subject;
    const struct list *list; /* of SUBJECT_LIST, else NULL */
    char *name;              /* that was asked for */
    enum record_type type;
    bool pending;
    enum outcome outcome;
    int rcode; /* -1 = none received */
    uint32_t ttl;
    int64_t rtt_us; /* -1 = none received */
    int64_t at_ms;  /* wall time of the answer */
    bool remembered;
    struct endpoint server;
    uint8_t asked, agreed; /* of evidence.servers: see struct answer */
    VEC(char *) records;   /* as text, clean */
};

enum source { SOURCE_NONE, SOURCE_DNS, SOURCE_ZONE };

/* The result from the zone file of a list. */
struct file_result {
    bool have;             /* there is a sound file */
    enum list_state state; /* LISTED or CLEAR, as rbldnsd would answer from it; UNHEALTHY = in doubt; UNASKED = none */
    char *doubt;           /* why the file is not answered from, as a clean half sentence; NULL = it is, or none */
    uint32_t serial;       /* its own */
    struct data_date date;
    size_t skipped;    /* lines that cannot be parsed ... */
    size_t skipped_at; /* ... and the number of the first */
};

/* The result of one list. */
struct list_result {
    const struct list *list;
    bool asked;                /* in this run, and it knows the address's family */
    enum source source;        /* of the state */
    enum list_state state;     /* LISTED and CLEAR only after the list passed its self-test */
    bool pending;              /* questions are under way; `state` is the last one */
    bool proved;               /* the list passed its self-test */
    bool alone;                /* it did not, but others did */
    bool stale;                /* the resolver gave only an expired answer */
    bool cut_off;              /* the run ended before its answer or its self-test did */
    bool unserved;             /* the server answers for zones of its own alone, and this is none of them */
    bool filtered;             /* answers in 127/8 are held back on the way from the list */
    char *detail;              /* why it is neither listed nor clear, as a clean half sentence; NULL = none */
    VEC(struct addr) answers;  /* A records */
    VEC(char *) txt;           /* clean, one a record */
    VEC(struct listing) texts; /* the same parsed, in the same order */
    bool txt_missing;          /* listed, but the text question failed */
    bool txt_partial;          /* the server left texts out */
    uint32_t ttl;              /* seconds from answered_ms; 0 = not known */
    int64_t rtt_us;            /* -1 = none */
    int64_t answered_ms;       /* wall time, 0 = never */
    int64_t due_ms;            /* monotonic time at which the TTL is up; 0 = never */
    uint32_t serial;           /* of the zone: YYYYMMDDHH in German local time; 0 = not known */
    struct addr foreign;       /* an answer that no DNSBL gives, from the target's question or a test point */
    struct file_result file;   /* shown beside the DNS when they differ */
};

enum network_source { NETWORK_UNKNOWN, NETWORK_MMDB, NETWORK_CYMRU, NETWORK_ANNOUNCED };

enum { NETWORK_TYPE = 24 };

/* The AS that announces the address. */
struct network {
    enum network_source source;
    bool pending;
    uint32_t asn;        /* 0 = none found */
    char org[ASNDB_ORG]; /* clean, may be "" */
    char country[3];     /* of the announced prefix; Cymru only */
    bool has_record;     /* the database's record ... */
    struct prefix record;
    uint32_t record_asn;
    int64_t record_dated_ms;
    bool has_bgp; /* ... and the announced prefix, which may be another */
    struct prefix bgp;
    char bgp_source[NETWORK_TYPE]; /* "Team Cymru", "RIPE RIS"; clean */
    int64_t bgp_dated_ms;          /* 0 = now */
    size_t origin_count;           /* ASes that announce it, the one that most see first */
    uint32_t origins[ASN_ORIGINS];
    bool has_allocation; /* ... and the block that a registry gave away */
    struct allocation allocation;
    int64_t allocation_dated_ms; /* of the statistics */
    bool unannounced;            /* according to Team Cymru */
    char *problem;               /* why the AS is not known, clean; NULL = none */
};

enum ptr_state { PTR_UNASKED, PTR_ASKING, PTR_NONE, PTR_FAILED, PTR_CONFIRMED, PTR_UNCONFIRMED, PTR_UNVERIFIED };

/* The PTR name of the address, and whether the name resolves back to the address. */
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
    const char *reserved;            /* the reserved block, for which no question is sent; NULL = none */
    bool offline;                    /* the user wants no questions */
    bool for_anyone;                 /* sentences about it fit any reader, not only its postmaster */
    int64_t started_ms, finished_ms; /* wall; finished 0 = still asking */
    const struct catalogue *catalogue;
    VEC(struct list_result) lists; /* by place in the catalogue ... */
    size_t proved;                 /* ... that passed their self-tests */
    struct network network;
    struct ptr ptr;
    VEC(struct exchange) exchanges;       /* in the order in which they were asked */
    density_nets nets;                    /* of the level 2 texts and zone file, without duplicates, narrowest first */
    density_nets local_nets;              /* in the level 2 zone file, narrowest first */
    struct ladder ladder;                 /* from the zone files; empty without them */
    density_neighbour_list neighbours;    /* level 1 addresses of the /24, from the zone file */
    bool has_density;                     /* the two above are known */
    bool rewritten;                       /* several lists gave the same foreign address, so the resolver made it up */
    struct addr rewriter;                 /* ... this one */
    VEC(struct endpoint) servers;         /* the resolvers in use */
    char *another;                        /* whether another address of its AS would help (provider_another) ... */
    bool another_helps;                   /* ... and one does; NULL = not asked or not known */
    bool another_pending;                 /* it is still being counted */
    size_t another_clean, another_ranges; /* with it: its clean ranges, and all; 0 = not counted */
    bool another_barred;                  /* none helps, because level 3 lists all of them */
    bool another_over;                    /* ... because it does by our estimate */
    struct seen seen;                     /* from the journal; zeroed without one */
};

/* The catalogue must outlive it. */
void evidence_init(struct evidence *, const struct catalogue *, const char *target, const char *label,
                   const struct addr *);
void evidence_fini(struct evidence *);

/* Clear the answers or the texts of a list. The state stays until the next one. */
void list_result_clear_answer(struct list_result *);
void list_result_clear_texts(struct list_result *);

/* Returns whether questions are under way. */
bool evidence_is_pending(const struct evidence *);

/* Return the result of level 1 to 3, and of the other two parts. Never NULL. */
static inline const struct list_result *
evidence_level(const struct evidence *e, unsigned level)
{
    return &e->lists.at[catalogue_level(e->catalogue, level)->index];
}

static inline const struct list_result *
evidence_exemption(const struct evidence *e)
{
    return &e->lists.at[catalogue_exemption(e->catalogue)->index];
}

static inline const struct list_result *
evidence_backscatterer(const struct evidence *e)
{
    return &e->lists.at[catalogue_backscatterer(e->catalogue)->index];
}

static inline bool
list_result_is_listed(const struct list_result *f)
{
    return f->state == STATE_LISTED;
}

/* Returns the meaning of the answers; without one, from a zone file, CODE_LISTED. */
static inline enum code_meaning
list_result_meaning(const struct list_result *f)
{
    return f->answers.count > 0 ? return_codes_judge(&f->list->codes, f->answers.at, f->answers.count) : CODE_LISTED;
}

/* Return the extent of the listing, and its weight, as the answers mean it. */
static inline enum list_scope
list_result_scope(const struct list_result *f)
{
    return code_meaning_scope(list_result_meaning(f), f->list->scope);
}

static inline unsigned
list_result_weight(const struct list_result *f)
{
    const struct list *list = f->list;
    return f->answers.count == 0 ? list->weight
                                 : return_codes_weight(&list->codes, f->answers.at, f->answers.count, list->weight);
}

/* Returns whether a listing counts in the verdict: not on a list of scope allow, nor one of weight 0 unless its code
 * has a weight, nor with answers that mean "known as good" or information. */
static inline bool
list_result_is_counted(const struct list_result *f)
{
    return list_result_weight(f) > 0 && list_result_scope(f) != SCOPE_ALLOW;
}

/* Returns whether the list serves only registered resolvers, or those with a key, and not this one, or the server has
 * zones of its own alone: then the list is not missed. */
static inline bool
list_result_is_barred(const struct list_result *f)
{
    return !f->cut_off && ((f->unserved && f->state == STATE_ERROR) || list_is_barred(f->list, f->state, f->alone));
}

/* Notes how a list's self-test ended, and which lists failed theirs alone. */
void evidence_note_proof(struct evidence *, struct list_result *, bool passed);

/* Returns whether the verdict may need the list: it can be asked in this run, by DNS or from a zone file. */
bool evidence_expects(const struct evidence *, const struct list_result *);

/* Returns whether this is a listing that counts, on a list without a part in the escalation. */
static inline bool
list_result_is_other(const struct list_result *f)
{
    return !f->list->part && f->state == STATE_LISTED && list_result_is_counted(f);
}

/* Returns whether the address cannot be listed: it is reserved, or no blocklist of the run knows its family. Not if
 * lists of good addresses alone were chosen: that proves nothing. */
bool evidence_is_unlistable(const struct evidence *);

/* Returns whether lists of good addresses alone were chosen. */
bool evidence_lacks_blocklists(const struct evidence *);

/* Sets *out to the listings for which list_result_is_other holds, the weightiest first, of equal weight the narrower
 * ones. The caller frees it. */
typedef VEC(const struct list_result *) list_results;
void evidence_others(const struct evidence *, list_results *out);

/* Returns the history of a list including the result; the zone is borrowed. The state differs from the result's if that
 * one is unknown or older than the journal's last look (an old zone file). */
struct seen_list evidence_seen(const struct evidence *, const struct list_result *);

/* Returns whether any list has a zone file, sound or in doubt. */
bool evidence_has_zone_file(const struct evidence *);

/* Returns whether the first answer is still to come. A list that is asked again keeps its last state. */
static inline bool
list_result_is_awaited(const struct list_result *f)
{
    return f->pending && f->state == STATE_UNASKED;
}

/* Returns whether the list is to be asked and not awaited, and neither listed nor clear. */
static inline bool
list_result_is_trouble(const struct list_result *f)
{
    return f->asked && !list_result_is_awaited(f) && !list_state_is_known(f->state);
}

/* Returns whether the verdict misses a list without a level: one of the quorum that is not known, or one that the run
 * cut off and that could list the address itself. Silence of a small list does not matter, because that list fails;
 * haste of ours would hide its listing. */
bool evidence_misses(const struct evidence *, const struct list_result *);

/* Returns whether a level is in trouble. */
bool evidence_has_trouble(const struct evidence *);

/* The defect that most lists share while none can be believed. It is the resolver's, because lists do not fail
 * together: wrong answers of one list alone are none. */
enum resolver_trouble {
    RESOLVER_TROUBLE_NONE,
    RESOLVER_UNREACHABLE,
    RESOLVER_SILENT,
    RESOLVER_REFUSES,
    RESOLVER_FAILS,    /* SERVFAIL */
    RESOLVER_GARBLES,  /* malformed answers */
    RESOLVER_BLOCKS,   /* answers that no DNSBL gives */
    RESOLVER_IGNORANT, /* lists no test point */
    RESOLVER_INVENTS,  /* lists every name */
    RESOLVER_FILTERS,  /* holds back answers in 127/8 */
};
enum resolver_trouble evidence_resolver_trouble(const struct evidence *);

/* Returns whether the resolver that has the trouble answers other questions: then it does not fail at everything. */
bool evidence_resolver_answers(const struct evidence *, enum resolver_trouble);

/* Returns whether every list was asked and none passed its self-test. Then the resolver's other denials (no PTR name,
 * not announced) prove nothing either. */
bool evidence_is_doubted(const struct evidence *);

/* Returns the outermost net with published impacts, which include those of the nets inside it; NULL = none. */
static inline const struct listed_net *
evidence_widest_net(const struct evidence *e)
{
    return density_outermost(&e->nets, DENSITY_WITH_IMPACTS);
}

static inline const struct listed_net *
evidence_permanent_net(const struct evidence *e)
{
    return density_outermost(&e->nets, DENSITY_PERMANENT);
}

/* Returns the net that all sentences name. */
static inline const struct listed_net *
evidence_deciding_net(const struct evidence *e)
{
    return density_deciding(&e->nets);
}

/* Returns the text of level 3 with holder and score; NULL = none. */
const struct listing *evidence_level3(const struct evidence *);

/* Returns whether level 3 names another AS than the one that announces the address, which is then a customer inside a
 * carrier's prefix. */
static inline bool
evidence_names_carrier(const struct evidence *e)
{
    const struct listing *l3 = evidence_level3(e);
    return l3 && l3->holder.asn != 0 && e->network.asn != 0 && l3->holder.asn != e->network.asn;
}

/* Returns whether to answer if another address would help: its net or its provider is listed. */
static inline bool
evidence_asks_another(const struct evidence *e)
{
    return e->network.asn != 0 &&
           (list_result_is_listed(evidence_level(e, 2)) || list_result_is_listed(evidence_level(e, 3)));
}

/* Returns whether level 2 lists the address, level 1 does not and level 3 is unknown. */
static inline bool
evidence_lacks_level3(const struct evidence *e)
{
    return evidence_level(e, 1)->state == STATE_CLEAR && list_result_is_listed(evidence_level(e, 2)) &&
           list_result_is_trouble(evidence_level(e, 3));
}

/* Whether other addresses share the impacts of the widest net, and so of any. A current zone file has the count.
 * Without it, more impacts than one address was ever seen to cause (168 in 7 days, one an hour; inferred from the zones
 * of summer 2026) must have several causes. */
enum company { COMPANY_UNKNOWN, COMPANY_NONE, COMPANY_SOME };
enum { EVIDENCE_ADDRESS_IMPACTS = 168 };
enum company evidence_company(const struct evidence *);
/* Returns the same of one net (NULL = none), from the count alone. */
enum company evidence_counted_company(const struct evidence *, const struct listed_net *);

/* Returns the longest prefix length of nets that DNS may hide (24, 16 or 8); 0 = none, or a current zone file shows
 * all. rbldnsd answers with the rows of the most specific of its /32, /24, /16, /8 keys and omits wider ones, so
 * published nets of /17../24 may hide others of /16 and wider. */
unsigned evidence_hidden_from(const struct evidence *);

/* Returns whether rbldnsd may have omitted the most specific level 2 texts: the answer says so, or another text like
 * the last would exceed one of the sizes that resolvers offer. */
bool evidence_may_be_cut(const struct evidence *);

/* Returns the state in DNS of a net that may be published around the address, and sets *net (may be NULL) if it shows
 * the net. Silence means absent only under the key that rbldnsd answered with and more specific ones, and only without
 * an exemption, for which rbldnsd does not answer at all. */
enum dns_net { DNS_NET_UNKNOWN, DNS_NET_ABSENT, DNS_NET_SHOWN };
enum dns_net evidence_dns_net(const struct evidence *, const struct prefix *, const struct listed_net **net);

/* Returns the date of the data that gave the state: of the zone file, or of the zone in DNS. */
static inline struct data_date
list_result_date(const struct list_result *f)
{
    return f->source == SOURCE_ZONE ? f->file.date : data_date_of_serial(f->serial);
}

/* Return the age of these data, and of the zone file, as data_date_age_ms does. */
static inline int64_t
list_result_zone_age_ms(const struct list_result *f)
{
    return data_date_age_ms(list_result_date(f));
}

static inline int64_t
list_result_file_age_ms(const struct list_result *f)
{
    return data_date_age_ms(f->file.date);
}

/* Returns the wall time of the result: of the answer, or of the zone file if it says so itself; 0 = not known. */
static inline int64_t
list_result_seen_ms(const struct list_result *f)
{
    int64_t made_ms = f->source == SOURCE_ZONE ? data_date_serial_ms(f->serial) : f->answered_ms;
    return made_ms > 0 ? made_ms : 0;
}

/* Returns the worst date of the data of a source that states come from. Returns false if there is none. A serial of
 * the DNS counts if it is a date; those of some lists are none. */
bool evidence_date(const struct evidence *, enum source, struct data_date *);

/* Returns whether the zone file is current: fresh, no older than the data of DNS, or itself the source of the result.
 */
bool list_result_file_counts(const struct list_result *);

#endif
