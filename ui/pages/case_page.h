/* The page of one address: who it is, the verdict, the chain of levels, what ends it, what to do. */
#ifndef CASE_PAGE_H
#define CASE_PAGE_H

#include "asn/asndb.h"
#include "draw/page.h"
#include "journal/journal.h"
#include "pages/case_around.h"
#include "verdict/evidence.h"
#include "verdict/verdict.h"

/* Rows that speak of something have these keys; the kind is in the upper half. */
enum case_key {
    CASE_KEY_TEXT = 1,
    CASE_KEY_LIST,
    CASE_KEY_NET,
    CASE_KEY_PTR,
    CASE_KEY_NETWORK,
    CASE_KEY_RUNG,
    CASE_KEY_MAP,
    CASE_KEY_CASE,
    CASE_KEY_AROUND
};

/* The columns of all sections: a glyph, and what stands beside it. */
enum { CASE_MARK = 1, CASE_TEXT = 3 };
/* Whether there is room for words beside the figures. */
bool case_is_wide(const struct page *);

uint64_t case_key(enum case_key, uint32_t index);
enum case_key case_key_kind(uint64_t key);
uint32_t case_key_index(uint64_t key);

/* Lays the page out. `live` says that it will be drawn again as time goes on: ages and countdowns are shown. Database
 * and what people wrote may be NULL. */
void case_page(struct page *, const struct evidence *, const struct verdict *, const struct policy *,
               const struct asndb *, const struct case_around *, bool live);

/* Glyph and role of a state, and of a finding, which is GLYPH_ASKING while nothing is known of it. */
enum glyph case_state_glyph(enum state);
enum role case_state_role(enum state);
enum glyph case_glyph(const struct finding *);
enum role case_role(const struct finding *);

#endif
