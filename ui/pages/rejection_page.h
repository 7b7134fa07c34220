/* A rejection in words, for both faces: who refused whom because of which list, and what to do. */
#ifndef REJECTION_PAGE_H
#define REJECTION_PAGE_H

#include "bounce/rejection.h"
#include "draw/page.h"
#include "verdict/evidence.h"

/* Adds the rejection. `now` is the evidence about the rejected address, NULL = it was not checked. */
void rejection_page(struct page *, const struct rejection *, const struct evidence *now);

/* Appends the list, private filter or whatever else was the reason: "UCEPROTECT Level 2 (dnsbl-2.uceprotect.net)". */
void rejection_page_list(const struct rejection *, struct buf *out);

/* Appends whether the list that the rejection names still lists the address: "The rejection of 2026-11-30 09:14 UTC
 * named UCEPROTECT Level 2. That listing is gone since." Nothing if it names none that was asked. */
void rejection_page_since(const struct rejection *, const struct evidence *now, struct buf *out);

#endif
