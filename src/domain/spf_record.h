/* Private to domain: the grammar of one SPF record (RFC 7208 sections 4.6, 5, 6 and 12). */
#ifndef SPF_RECORD_H
#define SPF_RECORD_H

#include "base/fault.h"
#include "base/vec.h"
#include "dns/answer.h"
#include "domain/spf_macro.h"

enum spf_kind {
    SPF_ALL,
    SPF_INCLUDE,
    SPF_A,
    SPF_MX,
    SPF_PTR,
    SPF_IP4,
    SPF_IP6,
    SPF_EXISTS,
    SPF_REDIRECT,
    SPF_EXP,
    SPF_OTHER, /* a modifier without a meaning */
};

struct spf_term {
    enum spf_kind kind;
    char qualifier;         /* of a mechanism: + - ~ ? */
    struct spf_span text;   /* all of it, as written */
    struct spf_span domain; /* domain-spec; count 0 = none */
    struct prefix net;      /* ip4, ip6; host bits are cleared */
    uint8_t lengths[2];     /* a, mx: of the nets around IPv4 and IPv6 addresses */
};

/* Spans point into `text`. Zeroed is empty. */
struct spf_record {
    char *text;
    VEC(struct spf_term) terms;
    const struct spf_term *redirect, *exp; /* among the terms; NULL = none */
};

/* Returns whether a TXT record is one of SPF: its first word is "v=spf1". */
bool spf_record_is(struct spf_span txt);

/* Returns the last of them in an answer, and how many it has. */
const struct record *spf_record_find(const struct answer *, size_t *count);

/* Reads all terms of a copy of the text. Returns false with a fault that quotes the first wrong term. */
bool spf_record_read(struct spf_record *out, struct spf_span txt, struct fault *);
void spf_record_fini(struct spf_record *);

#endif
