/* One word of what a user typed or pasted, and what it names: an address, prefixes, an AS or a domain, in any
 * decoration. */
#ifndef TARGET_WORD_H
#define TARGET_WORD_H

#include "base/buf.h"
#include "base/resource.h"
#include "base/vec.h"
#include "lists/catalogue.h"

#include <stdbool.h>
#include <stddef.h>

enum word_kind {
    WORD_OTHER,  /* names nothing */
    WORD_TARGET, /* `found` or `domain` has what it names */
    WORD_WRONG   /* looks like a target, but is none: `why` */
};

enum { WORD_WHY = 160 };

/* Bytes in a NUL-terminated text. */
struct span {
    const char *at;
    size_t count;
};

struct word {
    VEC(struct resource) found; /* several for a range */
    struct buf plain;           /* the word as it was before it was defanged */
    struct span core;           /* of it, without its decoration */
    struct span domain;         /* of it; empty = the word names no domain */
    bool exact;                 /* the core is the target in its usual form */
    bool weak;                  /* could mean something else: counts only at the start of a text */
    char why[WORD_WHY];         /* "is not an address: ..."; may hold foreign bytes */
};

/* Reads a word without blanks. Replaces the content of `out`, which starts zeroed; word_fini frees it. */
enum word_kind word_read(struct span, const struct catalogue *, struct word *out);

static inline void
word_fini(struct word *word)
{
    vec_free(&word->found);
    buf_free(&word->plain);
}

/* Parses all of "64500" or, as RFC 5396 writes it, "1.10". Returns false for 0 and for other text. */
bool word_read_asn(struct span, uint32_t *asn);

/* Returns the last address of a prefix. */
struct addr word_last_of(const struct prefix *);

/* Replaces what was found by the smallest set of prefixes from `first` to `last`, or by one address. Returns false with
 * the reason if that is no range. */
bool word_set_range(struct word *, const struct addr *first, const struct addr *last);

#endif
