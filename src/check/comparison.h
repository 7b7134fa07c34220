/* Figures of ASes, prefixes and addresses side by side, counted in the zone files and the ASN database, with what the
 * journal knows of them. */
#ifndef COMPARISON_H
#define COMPARISON_H

#include "base/resource.h"
#include "base/vec.h"
#include "check/complaints.h"
#include "check/engine.h"

enum { COMPARISON_LEAST = 2, COMPARISON_MOST = 8 };

enum comparison_row {
    COMPARISON_ADDRESSES,
    COMPARISON_LISTED,
    COMPARISON_DENSITY, /* listed addresses of 100,000 */
    COMPARISON_IMPACTS,
    COMPARISON_LIMIT, /* impacts from which the AS, or the net, is listed */
    COMPARISON_OVER,  /* impacts / limit */
    COMPARISON_LEVEL2,
    COMPARISON_LEVEL3, /* enum cover, over all of it */
    COMPARISON_SCORE,
    COMPARISON_RANGES,          /* announced ones of an AS, /24s of a prefix */
    COMPARISON_CLEAN_RANGES,    /* ... without anything on level 1, 2, or 3 where its zone file is present */
    COMPARISON_CLEAN_ADDRESSES, /* in those */
    COMPARISON_LARGEST,         /* addresses in the largest clean range */
    COMPARISON_ROWS
};

/* FIGURE_NONE: the row does not apply, as a density to a single address. */
enum figure_kind { FIGURE_UNKNOWN, FIGURE_NONE, FIGURE_EXACT, FIGURE_ESTIMATE, FIGURE_AT_LEAST };

struct comparison_figure {
    enum figure_kind kind;
    double value;
};

/* What the journal had of a subject at one time. */
struct comparison_look {
    int64_t at_ms;              /* 0 = nothing */
    int64_t listed;             /* of an AS or prefix; -1 = an address */
    int64_t impacts;            /* LISTING_UNKNOWN = none published */
    enum verdict_state verdict; /* of an address */
};

struct comparison_subject {
    struct resource resource;
    uint32_t asn;       /* that announces it; 0 = not known, or there are several */
    char *org;          /* of that AS; NULL = not known */
    bool spans;         /* the prefix is wider than a record of the ASN database */
    bool unannounced;   /* the AS has no range in the ASN database */
    struct prefix net;  /* whose impacts and limit these are; no family = those of the AS */
    bool published;     /* level 2 lists that net */
    struct prefix best; /* the largest clean range; no family = none */
    size_t touched[2];  /* ranges of an AS with something on level 2, on level 3 */
    struct comparison_figure figures[COMPARISON_ROWS];
    struct comparison_look then, now; /* then: only if it is another time */
    struct complaints complaints;     /* about it, in the journal */
    int64_t told_ms;                  /* its levels were read in the journal, as of this time; 0 = counted in files */
};

struct comparison {
    VEC(struct comparison_subject) subjects;
    bool knows_level3; /* clean ranges are clean on level 3, too */
};

/* Reads the targets of a text; false with a fault unless they can be compared. Stores at most COMPARISON_MOST. *note
 * says what was taken if the text does not; "" = it does. */
bool comparison_read(const char *text, const struct catalogue *, struct resource *out, size_t *count,
                     struct fault *note, struct fault *);

/* Counts everything anew. Figures that need data which the engine does not have (yet) are unknown. Zeroed is empty. */
void comparison_gather(struct comparison *, struct engine *, const struct resource *, size_t count);
void comparison_fini(struct comparison *);

/* Adds the first and the last look of the journal, what came of complaints, and the levels of addresses that no zone
 * file knows. Returns false with a fault. */
bool comparison_recall(struct comparison *, struct journal *, struct dataset *, struct fault *);

/* Returns the best value of a row, rounded as it is shown, so that equals look equal; NAN if there is none, because all
 * are equal, or one that would count is not known.
 */
double comparison_best(const struct comparison *, enum comparison_row);
/* Returns whether the figure of a subject is the best one of the row. */
bool comparison_is_best(const struct comparison *, const struct comparison_subject *, enum comparison_row);

#endif
