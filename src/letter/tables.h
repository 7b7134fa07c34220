/* Figures, times and tables of a letter. Private to the room. */
#ifndef TABLES_H
#define TABLES_H

#include "letter/complaint.h"

/* Append a number in the manner of the language; nothing for LISTING_UNKNOWN, and for a negative decimal. */
void tables_put_number(struct buf *out, int64_t number, enum letter_language);
void tables_put_decimal(struct buf *out, double number, enum letter_language);

/* Appends a wall time to the minute, or its day; nothing for 0. */
void tables_put_time(struct buf *out, int64_t wall_ms, bool day);

/* Appends a row for each run of consecutive sources, those of the worst /24s first if there are too many. Returns how
 * many addresses are left. */
size_t tables_put_sources(struct buf *out, const struct complaint *);

/* Appends addresses, runs as ranges, with commas between. */
void tables_put_addresses(struct buf *out, const uint32_t *addresses, size_t count);

/* Append a row for each kind of name, each net of the AS, each block, and each receiver that rejected mail. */
void tables_put_names(struct buf *out, const struct complaint *);
void tables_put_nets(struct buf *out, const struct complaint *, enum letter_language);
void tables_put_blocks(struct buf *out, const struct complaint *);
void tables_put_rejections(struct buf *out, const struct complaint *);

#endif
