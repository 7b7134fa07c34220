/* What a user types to see fewer rows: words, comparisons of figures, and names of things. All of them must hold; one
 * behind - or ! must not.
 *
 *     hosting listed>0 impacts>=100 in:203.0.113.0/24 as:64500 country:DE level:2 state:open tag:vip since:30d -nimbus
 *
 * It is one language everywhere. Where rows have nothing that a term could hold of, the term is refused with a sentence
 * that names what there is. */
#ifndef FILTER_H
#define FILTER_H

#include "base/addr.h"
#include "base/fault.h"
#include "base/vec.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum filter_kind {
    FILTER_WORD,
    FILTER_FIGURE,
    FILTER_IN,      /* in:203.0.113.0/24, in:203.0.113.7 */
    FILTER_AS,      /* as:64500, as:AS64500 */
    FILTER_LEVEL,   /* level:1, level:2, level:3, level:none */
    FILTER_STATE,   /* state: and one of the words that there are */
    FILTER_TAG,     /* tag:vip */
    FILTER_COUNTRY, /* country:DE */
    FILTER_SINCE,   /* since:12h, since:30d, since:2026-11-01 */
    FILTER_BEFORE,  /* likewise */
    FILTER_KINDS
};

enum filter_compare {
    FILTER_LESS,
    FILTER_LESS_OR_EQUAL,
    FILTER_EQUAL,
    FILTER_MORE_OR_EQUAL,
    FILTER_MORE,
    FILTER_NOT_EQUAL
};

struct filter_term {
    enum filter_kind kind;
    bool negated;
    char *word;    /* as typed; of a tag in lower case, of a country in upper case */
    size_t column; /* of the figure */
    enum filter_compare compare;
    double figure;
    struct prefix prefix;
    uint32_t asn;
    unsigned level; /* 1 to 3; 0 = listed on none of them */
    size_t state;   /* its place among the words for states */
    int64_t at_ms;  /* since, before: the moment, wall; a day begins at midnight UTC */
};

/* Zeroed passes everything. */
struct filter {
    VEC(struct filter_term) terms;
};

/* What can be asked of the rows, besides words. */
struct filter_language {
    unsigned kinds;             /* 1u << FILTER_AS and so on; those of words and figures do not matter */
    const char *const *figures; /* their names, by column; NULL in a place = none */
    size_t figure_count;
    const char *const *states; /* the words behind state:, by number */
    size_t state_count;
    bool ipv6; /* in: takes IPv6 prefixes, too */
};

/* Reads clean text; spans of time are counted back from now. False with a reason, and *filter as it was. */
bool filter_parse(struct filter *, const char *text, const struct filter_language *, struct fault *);
void filter_fini(struct filter *);

/* How a filter sees the rows. NULL where rows have nothing of the kind; figure and matches are never NULL. A term holds
 * only of what is known, and a negated one where the plain one does not hold. */
struct filter_eye {
    double (*figure)(void *self, size_t item, size_t column); /* NAN = not known: no comparison holds */
    bool (*matches)(void *self, size_t item, const char *word);
    bool (*touches)(void *self, size_t item, const struct prefix *); /* has addresses in it */
    bool (*is_of)(void *self, size_t item, uint32_t asn);
    bool (*on_level)(void *self, size_t item, unsigned level); /* 0: on none of the three */
    bool (*is_state)(void *self, size_t item, size_t state);
    bool (*has_tag)(void *self, size_t item, const char *tag);
    int64_t (*seen_ms)(void *self, size_t item); /* when last; 0 = not known: neither since nor before holds */
    bool (*in_country)(void *self, size_t item, const char *code);
};

/* The kinds of term that such an eye can answer, as a language has them. */
unsigned filter_eye_kinds(const struct filter_eye *);

/* Whether a comparison holds; none does for NAN. */
bool filter_compares(double figure, enum filter_compare, double than);

bool filter_passes(const struct filter *, const struct filter_eye *, void *self, size_t item);

#endif
