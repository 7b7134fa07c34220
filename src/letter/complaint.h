/* The facts of a complaint: who can end a listing, what is listed, and the evidence for it. Plain data, gathered from
 * the evidence about one address, the zone files and the journal; letters, drafts and tables are written from it. */
#ifndef COMPLAINT_H
#define COMPLAINT_H

#include "base/fault.h"
#include "base/resource.h"
#include "base/vec.h"
#include "bounce/rejection.h"
#include "density/dataset.h"
#include "journal/journal.h"
#include "verdict/evidence.h"

#include <stdbool.h>
#include <stdint.h>

enum letter_kind {
    LETTER_NET_OWNER,        /* level 2: to the owner of the net */
    LETTER_PROVIDER,         /* level 3: to the AS that it names */
    LETTER_CARRIER_CUSTOMER, /* level 3 names a carrier: to the AS that announces the address, its customer */
    LETTER_RECEIVER,         /* to a receiver whose resolver or list is at fault */
    LETTER_OWN,              /* level 1: a note to the user of the address */
    LETTER_PERMANENT,        /* level 2, listed by hand */
    LETTER_REMINDER,         /* after a complaint that did not end the listing */
    LETTER_THANKS,           /* after one that did */
    LETTER_KINDS
};

/* Return "net-owner" and so on; write those of a set (1u << LETTER_*) into an empty buffer; parse such a word. */
const char *letter_kind_name(enum letter_kind);
void letter_kinds_put(struct buf *out, unsigned set);
bool letter_kind_parse(const char *word, enum letter_kind *out);

enum letter_language { LETTER_EN, LETTER_DE, LETTER_LANGUAGES };

/* An address in the net that level 1 lists. Times are those of the journal: first and last seen listed; 0 = not seen.
 */
struct complaint_source {
    uint32_t address;
    int64_t first_ms, last_ms;
    char *name; /* PTR, clean; NULL = none, or not asked */
};

/* An address of ours that the listing covers, and its state on level 1. */
struct complaint_server {
    struct addr address;
    enum list_state state;
};

struct complaint {
    struct resource target;  /* as asked */
    struct resource subject; /* of the letter, and of its case: the net, the AS or the address */
    enum letter_kind kind;
    unsigned kinds; /* those that have facts: 1u << LETTER_* */
    int64_t now_ms;

    VEC(struct complaint_server) servers; /* the target, if it is an address, and those of other grounds */
    char *own_name;                       /* of the target: PTR name that leads back; NULL = none */
    int64_t own_since_ms;                 /* first seen in that state by the journal; 0 = this is the first look */
    char *own_text;                       /* of level 1 */
    struct holder holder;                 /* to whom the letter goes */
    uint32_t origin;                      /* AS that announces the address, 0 = not known ... */
    char *origin_org;                     /* ... and its name */
    const struct list *list;              /* whose listing the letter is about; borrowed */
    char *text;                           /* the operator's own text, clean; NULL = none */
    enum source source;                   /* DNS or zone file */
    int64_t answered_ms;                  /* wall; 0 = not known */
    uint32_t serial;                      /* 0 = not known */
    bool stale;                           /* the data are older than UCEPROTECT's rebuilds explain */
    bool has_net;                         /* level 2: the deciding net */
    struct listed_net net;                /* of figures LISTING_UNKNOWN without a text */
    double score, score_limit;            /* level 3 of the holder; score negative = its text has none */
    int64_t abusers;                      /* old text of level 3; LISTING_UNKNOWN otherwise */
    bool has_estimate;                    /* of the AS, from the zone files: */
    struct asn_density estimate;          /* ... */
    density_nets worst_nets; /* its outermost nets on level 2, or the other ones around the target, the most impacts
                              * first, at most COMPLAINT_NETS */
    struct policy policy;

    bool knows_sources;                   /* from the zone file of level 1, or from the journal */
    VEC(struct complaint_source) sources; /* by address, at most COMPLAINT_SOURCES */
    size_t listed;                        /* how many there are */
    int64_t counted_ms;                   /* the time of the zone file that they come from; 0 = the journal ... */
    uint32_t counted_serial;              /* ... and its serial */
    density_blocks blocks;                /* the narrowest of /24 to /28 around several sources, the worst first */
    seen_rejection_groups rejections;     /* of the servers, because of this listing */

    char *reference;      /* of the open case, or a new one */
    int64_t told_ms;      /* the first contact of its case; 0 = none */
    char *told_who;       /* ... */
    int64_t last_told_ms; /* the last one; 0 = none ... */
    char *last_who, *last_what;
    int64_t impacts_then;     /* at that time; LISTING_UNKNOWN */
    VEC(uint32_t) left, came; /* sources that left level 1 or came since */
    int64_t ended_ms;         /* LETTER_THANKS: first seen without the listing */

    const struct rejection *rejection; /* LETTER_RECEIVER; borrowed */
    char *known_to;                    /* of the case, or the receiver; NULL = not known */
    const char *to;                    /* mailbox; NULL = not known; borrowed, set by the caller, as these are: */
    const char *from_name, *from_mail; /* of the sender; NULL = not set */
};

enum { COMPLAINT_SOURCES = 65536, COMPLAINT_NETS = 8, COMPLAINT_BLOCKS = 8, COMPLAINT_TARGETS = 64 };

/* What the facts are gathered from. All are borrowed, as long as the complaint lives. */
struct complaint_ground {
    struct resource target;
    const struct evidence *evidence; /* of the target, or of complaint_address */
    struct dataset *dataset;
    struct journal *journal;           /* NULL = none */
    const struct rejection *rejection; /* that a receiver's configuration caused; NULL = none */
};

/* Sets *out to an address whose evidence says what is listed of the target: the address itself; one in the net that
 * decides; one in a range of the AS on level 3. Returns false with a fault if none is known, or the ranking is still
 * counted. */
bool complaint_address(const struct resource *target, struct dataset *, struct addr *out, struct fault *);

enum complaint_result {
    COMPLAINT_READY,
    COMPLAINT_NOTHING, /* nothing is listed that a letter could end */
    COMPLAINT_UNKNOWN, /* a list that would tell did not answer */
    COMPLAINT_UNFIT,   /* there is no ground for a letter of the wanted kind */
};

/* Fills a zeroed or gathered complaint about the first ground, of which there is one at least. The addresses of other
 * grounds that the same net or AS lists join it. `wanted`: LETTER_KINDS takes the one that fits best. The fault gives
 * the reason of any other result than READY, and then the complaint has no facts. */
enum complaint_result complaint_gather(struct complaint *, const struct complaint_ground *grounds, size_t count,
                                       enum letter_kind wanted, struct fault *);
/* Returns whether the address is one of our servers, which is no evidence against others. */
bool complaint_has_server(const struct complaint *, const struct addr *);

/* Returns whether the complaint is about the target or covers it. */
bool complaint_covers(const struct complaint *, const struct resource *target);
/* Does so about a rejection that a receiver's configuration caused. */
void complaint_of_rejection(struct complaint *, const struct rejection *);
void complaint_fini(struct complaint *);

/* Fills in the sources, blocks and what has changed since the first letter. Private to the room. */
void complaint_add_sources(struct complaint *, const struct complaint_ground *);

/* Private, too: makes a reference of day and subject; takes the reference and first contact of the open case of the
 * subject; looks for a complaint that has ended its listing: about the target, a net around it, or its AS. */
void complaint_set_reference(struct complaint *);
void complaint_read_case(struct complaint *, struct journal *);
void complaint_find_thanks(struct complaint *, const struct complaint_ground *, bool closed_too);

/* Sets the PTR name of a source; foreign text. */
void complaint_set_name(struct complaint *, size_t source, const char *name);

/* Sets `to` where the facts name it: the receiver's postmaster, or the mailbox that was told before. Returns whether a
 * contact of the subject must be looked up: the note to the user of the address goes to none. */
bool complaint_wants_contact(struct complaint *);

/* Returns whether the last letter of the case is of another kind or older than a day, with a fault if not. */
bool complaint_may_be_filed(const struct complaint *, struct fault *);

/* Stores in the journal that the letter was sent to `who` (NULL: "abuse desk"): opens the case of the subject, as
 * waiting, with contact, time, reference as ticket and a follow-up in COMPLAINT_FOLLOW_UP_DAYS; LETTER_THANKS closes
 * it. Fails if it may not be filed. */
enum { COMPLAINT_FOLLOW_UP_DAYS = 7 };
enum journal_result complaint_file(const struct complaint *, struct journal *, struct fault *);

#endif
