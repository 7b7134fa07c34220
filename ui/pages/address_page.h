/* The page of one address: who it is, the verdict, the chain of levels, what ends it, what to do. */
#ifndef ADDRESS_PAGE_H
#define ADDRESS_PAGE_H

#include "asn/asndb.h"
#include "draw/page.h"
#include "journal/journal.h"
#include "pages/related_cases.h"
#include "verdict/evidence.h"
#include "verdict/verdict.h"

/* Rows that speak of something have these keys; the kind is in the upper half. */
enum address_key {
    ADDRESS_KEY_TEXT = 1,
    ADDRESS_KEY_LIST,
    ADDRESS_KEY_NET,
    ADDRESS_KEY_PTR,
    ADDRESS_KEY_NETWORK,
    ADDRESS_KEY_RUNG,
    ADDRESS_KEY_MAP,
    ADDRESS_KEY_CASE,
    ADDRESS_KEY_AROUND
};

/* The columns of all sections: a glyph, and what stands beside it. */
enum { ADDRESS_MARK = 1, ADDRESS_TEXT = 3 };
/* Whether there is room for words beside the figures. */
bool address_is_wide(const struct page *);

uint64_t address_key(enum address_key, uint32_t index);
enum address_key address_key_kind(uint64_t key);
uint32_t address_key_index(uint64_t key);

/* Lays the page out. `live` says that it will be drawn again as time goes on: ages and countdowns are shown. Database
 * and what people wrote may be NULL. */
void address_page(struct page *, const struct evidence *, const struct verdict *, const struct policy *,
                  const struct asndb *, const struct related_cases *, bool live);

/* Glyph and role of a state, and of a finding, which is GLYPH_ASKING while nothing is known of it. */
enum glyph address_state_glyph(enum list_state);
enum role address_state_role(enum list_state);
enum glyph address_glyph(const struct list_result *);
enum role address_role(const struct list_result *);

#endif
