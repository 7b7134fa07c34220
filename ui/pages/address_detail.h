/* All there is to know of one address, in sentences: its names, the lists with times and texts, the nets around it. */
#ifndef ADDRESS_DETAIL_H
#define ADDRESS_DETAIL_H

#include "draw/page.h"
#include "pages/address_facts.h"

void address_detail(struct page *, const struct address_facts *);

/* Adds when each list answered, and from which serial. */
void address_detail_sources(struct page *, const struct address_facts *);

/* Adds only the names and the verdict. */
void address_detail_head(struct page *, const struct address_facts *);

/* Adds the PTR name, from `col` on beside the address or in a row of its own, and the network. */
void address_detail_names(struct page *, const struct evidence *, int col);

/* Writes the PTR name and the network in a few words: "mx.example  AS64500 EXAMPLE". */
void address_detail_put_names(struct buf *out, const struct evidence *);

#endif
