/* The filter language: words, comparisons of figures, and named values. All terms must hold; one with - or ! in front
 * must not.
 *
 *     hosting listed>0 impacts>=100 in:203.0.113.0/24 as:64500 country:DE level:2 state:open tag:vip since:30d -nimbus
 *
 * The language is the same everywhere. A term that the rows at hand cannot answer is refused with a sentence that names
 * the usable ones. */
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
    FILTER_STATE,   /* state:open, one of filter_language.states */
    FILTER_TAG,     /* tag:vip */
    FILTER_TICKET,  /* ticket:4711: words of the ticket's number */
    FILTER_CONTACT, /* contact:abuse@provider.example: words of a contact */
    FILTER_DUE,     /* due:7d, due:2026-12-07: the follow-up is by then; due:none: an unfinished case has none */
    FILTER_COUNTRY, /* country:DE */
    FILTER_LIST,    /* list:zen: a list's zone, its first label or its operator */
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
    char *word;    /* as typed; a tag in lower case, a country in upper case */
    size_t column; /* of the figure */
    enum filter_compare compare;
    double figure;
    struct prefix prefix;
    uint32_t asn;
    unsigned level; /* 1 to 3; 0 = on none of them */
    size_t state;   /* place in filter_language.states */
    int64_t at_ms;  /* of since, before and due: wall; a day begins at midnight UTC; 0 = due:none */
};

/* Zeroed, it passes everything. */
struct filter {
    VEC(struct filter_term) terms;
};

/* The terms that can be used, besides words. */
struct filter_language {
    unsigned kinds;             /* 1u << FILTER_AS and so on; words and figures do not matter */
    const char *const *figures; /* names, by column; NULL = no figure */
    size_t figure_count;
    const char *const *states; /* values of state: */
    size_t state_count;
    bool ipv6; /* in: takes IPv6 prefixes, too */
};

/* Parses clean text; spans of time count back from now. Returns false with a reason, and *filter unchanged. */
bool filter_parse(struct filter *, const char *text, const struct filter_language *, struct fault *);
void filter_fini(struct filter *);

/* Reads the values of rows for a filter. A function is NULL if rows do not have the value; figure never is. A row with
 * a prefix needs no `touches`, nor `matches` if no other text of it is to be found. An unknown value matches no term,
 * and therefore each negated one. */
struct filter_reader {
    double (*figure)(void *self, size_t item, size_t column); /* NAN = unknown */
    bool (*matches)(void *self, size_t item, const char *word);
    bool (*touches)(void *self, size_t item, const struct prefix *); /* has addresses in it */
    bool (*is_of)(void *self, size_t item, uint32_t asn);
    bool (*on_level)(void *self, size_t item, unsigned level); /* 0: on none of the three */
    bool (*is_state)(void *self, size_t item, size_t state);
    bool (*has_tag)(void *self, size_t item, const char *tag);
    int64_t (*seen_ms)(void *self, size_t item); /* the last time; 0 = unknown */
    bool (*in_country)(void *self, size_t item, const char *code);
    struct prefix (*prefix)(void *self, size_t item);
};

/* Returns filter_language.kinds of what such rows can answer. */
unsigned filter_reader_kinds(const struct filter_reader *);

/* Whether a comparison holds; none does for NAN. */
bool filter_compares(double figure, enum filter_compare, double than);

/* Returns whether the row has addresses in a prefix. */
bool filter_touches(const struct filter_reader *, void *self, size_t item, const struct prefix *);

bool filter_passes(const struct filter *, const struct filter_reader *, void *self, size_t item);

#endif
