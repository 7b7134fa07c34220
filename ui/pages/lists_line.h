/* Says in one line what lists say of an address, for the page of the address, the view of all lists and `check`. */
#ifndef LISTS_LINE_H
#define LISTS_LINE_H

#include "pages/address_rows.h"

/* Lists by what they say. */
struct lists_sum {
    size_t asked, awaited;
    size_t listed, policy; /* listings that count; policy: for the use of the range, not for abuse */
    size_t good;           /* "known as good" */
    size_t clear;          /* without `all` of blocklists alone */
    size_t barred;         /* they serve only resolvers that registered, or have a key */
    size_t unserved;       /* the server has zones of its own alone, and none of them */
    size_t refused;        /* other refusals */
    size_t unproved;       /* they failed the self-test */
    size_t silent;         /* no usable answer */
    struct buf names;      /* of the weightiest listing, and the number of the others */
};

/* Counts the lists that are asked: those without a part in the escalation, or all. The caller frees out->names. */
void lists_line_count(struct lists_sum *out, const struct evidence *, bool all);

/* Writes "1 listed (Spamhaus CSS)  2 refuse", while answers are awaited "31 answered  1 listed ...". */
void lists_line_put(struct buf *out, const struct lists_sum *);

/* Returns the sign that fits the worst of it. */
struct address_look lists_line_look(const struct lists_sum *);

#endif
