/* What a user types to see fewer rows: words, comparisons of figures, and a prefix. All of them must hold.
 *
 *     hosting listed>0 impacts>=100 ratio<1.5 in:203.0.113.0/24 */
#ifndef FILTER_H
#define FILTER_H

#include "addr.h"
#include "fault.h"
#include "vec.h"

#include <stdbool.h>
#include <stddef.h>

enum filter_kind { FILTER_WORD, FILTER_FIGURE, FILTER_IN };

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
    char *word;
    size_t column; /* of the figure */
    enum filter_compare compare;
    double figure;
    struct prefix prefix;
};

/* Zeroed passes everything. */
struct filter {
    VEC(struct filter_term) terms;
};

/* Reads clean text. `names` are those of the figures that there are, by column; NULL in a place = none. False with a
 * reason, and *filter as it was. */
bool filter_parse(struct filter *, const char *text, const char *const *names, size_t count, struct fault *);
void filter_fini(struct filter *);

/* How a filter sees the rows. */
struct filter_eye {
    double (*figure)(void *self, size_t item, size_t column); /* NAN = not known: no comparison holds */
    bool (*matches)(void *self, size_t item, const char *word);
    bool (*touches)(void *self, size_t item, const struct prefix *); /* has addresses in it */
};

bool filter_passes(const struct filter *, const struct filter_eye *, void *self, size_t item);

#endif
