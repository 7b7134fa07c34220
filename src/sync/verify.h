/* Whether a fetched file may replace the one that is there, and what it changes. */
#ifndef VERIFY_H
#define VERIFY_H

#include "asn/asn_build.h"
#include "base/buf.h"
#include "base/fault.h"
#include "lists/catalogue.h"

#include <stdbool.h>
#include <stdint.h>

struct verify_content {
    int64_t rows;     /* 0 = not counted */
    int64_t dated_ms; /* wall; 0 = not known */
    uint32_t serial;  /* of a zone, 0 = none */
    bool compared;    /* with a sound old file, whose serial follows, with the rows that came and went */
    uint32_t serial_before;
    int64_t in, out;
    size_t skipped;             /* lines that cannot be parsed, of a table that was built ... */
    struct fault skipped_first; /* ... and the first of them */
};

/* Checks a zone file as that of a list: it must be sound, of this list, and neither older nor, unless it may shrink,
 * less than half as long as the old one (NULL = none), which counts if it is sound. Returns false with half a sentence.
 */
bool verify_zone(const struct list *, const char *fresh, const char *old, bool may_shrink, struct verify_content *,
                 struct fault *);

/* Check an ASN database, and a table that was built, against what is known of the old file: zeros = there is none. */
bool verify_mmdb(const char *path, const struct verify_content *old, struct verify_content *, struct fault *);
bool verify_table(const struct asn_built *, const struct verify_content *old, bool may_shrink, struct verify_content *,
                  struct fault *);

/* Checks a table that was built before. */
bool verify_built(const char *path, bool is_announced, struct verify_content *, struct fault *);

/* Appends how many lines were skipped, and the first of them; nothing if there are none. */
void verify_put_skipped(struct buf *, const struct verify_content *);

#endif
