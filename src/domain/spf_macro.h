/* Private to domain: the macros of SPF (RFC 7208 section 7) in names and explanations. */
#ifndef SPF_MACRO_H
#define SPF_MACRO_H

#include "base/addr.h"
#include "base/buf.h"

#include <stdbool.h>
#include <stdint.h>

/* Bytes of a text, which ends without a NUL. */
struct spf_span {
    const char *at;
    size_t count;
};

/* What the macros stand for. All but ip may come from a stranger. */
struct spf_macros {
    struct addr ip;
    const char *local, *sender_domain; /* of the sender */
    const char *domain;                /* whose record is read */
    const char *helo, *receiver;
    const char *validated; /* the domain name of ip, as %{p} wants it */
    int64_t now_s;
};

/* Letters of macros, in lower case: those that only a connection gives a value, and those of explanations alone. */
#define SPF_MACROS_OF_CONNECTION "slipvhcrt"
#define SPF_MACROS_OF_EXPLANATION "crt"

/* Returns whether a text has no macro with a wrong grammar and no byte outside visible ASCII; `forbidden` has the
 * letters that it may not use. Only an explanation may contain blanks. */
bool spf_macro_is_valid(struct spf_span, const char *forbidden, bool blanks);

/* Returns whether a text is a domain-spec: a valid macro string that ends in a macro or in a dot and a top label. */
bool spf_macro_is_domain(struct spf_span);

/* Returns whether a valid text uses one of these letters. */
bool spf_macro_uses(struct spf_span, const char *letters);

/* Appends a valid text with its macros replaced; stops after SPF_MACRO_MOST bytes. */
enum { SPF_MACRO_MOST = 8192 };
void spf_macro_expand(struct buf *out, struct spf_span, const struct spf_macros *);

enum { SPF_NAME = 256 };

/* Expands a domain-spec into a name without its final dot, without labels at its start if it is over 253 bytes long.
 * Returns false if no packet can carry the name; it is then "". */
bool spf_macro_name(char out[static SPF_NAME], struct spf_span, const struct spf_macros *);

/* Writes a name as macros made it in presentation form; returns `out`. */
enum { SPF_PRESENTED = 2 * SPF_NAME };
const char *spf_macro_present(const char *name, char out[static SPF_PRESENTED]);

/* Returns whether a packet can carry a name: labels of 1 to 63 bytes, 253 bytes at most. Counts its labels. */
bool spf_macro_is_name(const char *name, unsigned *labels);

#endif
