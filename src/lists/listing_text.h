/* The grammar of the texts of UCEPROTECT's lists. */
#ifndef LISTING_TEXT_H
#define LISTING_TEXT_H

#include "base/addr.h"
#include "base/buf.h"
#include "lists/list_state.h"

#include <stdbool.h>
#include <stdint.h>

/* The kind of a published level 2 row. */
enum net_kind {
    NET_ANNOUNCED, /* "Net": a prefix announced in BGP */
    NET_SLASH24    /* "NET": a /24 inside a larger announced prefix */
};

static inline const char *
net_kind_name(enum net_kind kind)
{
    return kind == NET_SLASH24 ? "slash24" : "announced";
}

enum { LISTING_UNKNOWN = -1, LISTING_ORG = 256, LISTING_COUNTRY = 3 };

/* "[HANDLE Description, CC]/AS64500", split at the last "/AS<digits>". */
struct holder {
    uint32_t asn;                  /* 0 = the text names none (PERMANENT, zone default) */
    char org[LISTING_ORG];         /* may be "", may be cut with "..." by the operator */
    char country[LISTING_COUNTRY]; /* two letters, or "" */
};

enum listing_form {
    LISTING_RAW,    /* unknown form: shown as it is */
    LISTING_L1,     /* this address itself */
    LISTING_L2,     /* net with impacts, holder */
    LISTING_L2_OLD, /* before 2021: net with abusers (a count of addresses, not of impacts) */
    LISTING_L2_PERMANENT,
    LISTING_L3,          /* holder with spamscore */
    LISTING_L3_OLD,      /* before 2021: holder with abusers */
    LISTING_DEFAULT,     /* the zone's default text for level 2 or 3: no detail */
    LISTING_WHITELISTED, /* ips.whitelisted.org */
    LISTING_BACKSCATTER, /* ips.backscatterer.org */
    LISTING_TEST,        /* a test record */
};

/* One parsed text. A field that the form lacks is 0, "" or LISTING_UNKNOWN. */
struct listing {
    enum listing_form form;
    unsigned level;      /* 1, 2, 3; 0 where the form has none */
    struct addr address; /* L1, default, white, backscatter: the address the text speaks of */
    struct prefix net;   /* level 2 */
    enum net_kind kind;
    int64_t impacts; /* LISTING_L2 */
    int64_t abusers; /* old generation */
    double score;    /* LISTING_L3 */
    struct holder holder;
};

/* Parses the joined strings of one TXT record, clean text (text.h). Spaces may be missing or doubled; words match
 * without case, except Net and NET, which differ in meaning. Always fills *out; false = LISTING_RAW. */
bool listing_parse(const char *text, struct listing *out);

#endif
