/* The rows that the pages about an address share: their keys and columns, and the glyph and role of a list's state. */
#ifndef ADDRESS_ROWS_H
#define ADDRESS_ROWS_H

#include "draw/page.h"
#include "verdict/evidence.h"
#include "verdict/verdict.h"

/* The kind of thing a row is about: the upper half of its key. */
enum address_key {
    ADDRESS_KEY_TEXT = 1,
    ADDRESS_KEY_LIST,
    ADDRESS_KEY_NET,
    ADDRESS_KEY_PTR,
    ADDRESS_KEY_NETWORK,
    ADDRESS_KEY_RUNG,
    ADDRESS_KEY_MAP,   /* index: the length of a net around the address */
    ADDRESS_KEY_BLOCK, /* index: the first address of a /24 */
    ADDRESS_KEY_ASN,   /* index: its number */
    ADDRESS_KEY_CASE,
    ADDRESS_KEY_AROUND,
    ADDRESS_KEY_CHANGES,
    ADDRESS_KEY_LISTS,
    ADDRESS_KEY_DETAIL
};

static inline uint64_t
address_key(enum address_key kind, uint32_t index)
{
    return (uint64_t)kind << 32 | index;
}

static inline enum address_key
address_key_kind(uint64_t key)
{
    return (enum address_key)(key >> 32);
}

static inline uint32_t
address_key_index(uint64_t key)
{
    return (uint32_t)key;
}

/* The columns of all sections: a glyph, and the text beside it. */
enum { ADDRESS_MARK = 0, ADDRESS_TEXT = 2 };
/* Returns whether the page has room for words beside the figures. */
static inline bool
address_is_wide(const struct page *p)
{
    return p->cols >= 72;
}

/* Adds a heading after a gap. */
void address_heading(struct page *, const char *text);

/* Wraps text in a row of its own; address_item puts a glyph before it. */
void address_line(struct page *, uint64_t key, enum role, const char *text);
void address_item(struct page *, uint64_t key, enum role glyph_role, enum glyph, enum role, const char *text);

/* Glyph and role of a state, and of a list result: GLYPH_ASKING while its first answer is awaited. */
struct address_look {
    enum glyph glyph;
    enum role role;
};
extern const struct address_look address_looks[STATE_COUNT];
struct address_look address_look(const struct list_result *);
enum role address_headline_role(enum verdict_state);

#endif
