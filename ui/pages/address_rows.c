#include "pages/address_rows.h"

bool
address_is_wide(const struct page *p)
{
    return p->cols >= 72;
}

uint64_t
address_key(enum address_key kind, uint32_t index)
{
    return (uint64_t)kind << 32 | index;
}

enum address_key
address_key_kind(uint64_t key)
{
    return (enum address_key)(key >> 32);
}

uint32_t
address_key_index(uint64_t key)
{
    return (uint32_t)key;
}

void
address_line(struct page *p, uint64_t key, enum role role, const char *text)
{
    page_row(p, key);
    page_wrap(p, ADDRESS_MARK, role, text);
}

void
address_item(struct page *p, uint64_t key, enum role glyph_role, enum glyph glyph, enum role role, const char *text)
{
    page_row(p, key);
    page_glyph(p, ADDRESS_MARK, glyph_role, glyph);
    page_wrap(p, ADDRESS_TEXT, role, text);
}

static const struct {
    enum glyph glyph;
    enum role role;
} looks[STATE_COUNT] = {
    [STATE_UNASKED] = {GLYPH_UNKNOWN, ROLE_UNKNOWN}, [STATE_CLEAR] = {GLYPH_CLEAR, ROLE_CLEAR},
    [STATE_LISTED] = {GLYPH_LISTED, ROLE_LISTED},    [STATE_REFUSED] = {GLYPH_WARN, ROLE_WARN},
    [STATE_ERROR] = {GLYPH_WARN, ROLE_WARN},         [STATE_TIMEOUT] = {GLYPH_WARN, ROLE_WARN},
    [STATE_INVALID] = {GLYPH_WARN, ROLE_WARN},       [STATE_UNHEALTHY] = {GLYPH_WARN, ROLE_WARN},
    [STATE_DEAD] = {GLYPH_UNKNOWN, ROLE_UNKNOWN},
};

enum glyph
address_state_glyph(enum list_state state)
{
    return looks[state].glyph;
}

enum role
address_state_role(enum list_state state)
{
    return looks[state].role;
}

enum glyph
address_glyph(const struct list_result *f)
{
    return list_result_is_awaited(f) ? GLYPH_ASKING : looks[f->state].glyph;
}

enum role
address_role(const struct list_result *f)
{
    return list_result_is_awaited(f) ? ROLE_ASKING : looks[f->state].role;
}

enum role
address_headline_role(enum verdict_state state)
{
    static const enum role roles[] = {
        [VERDICT_CLEAR] = ROLE_HEADLINE_GOOD,
        [VERDICT_COLLATERAL] = ROLE_HEADLINE_COLLATERAL,
        [VERDICT_DIRECT] = ROLE_HEADLINE_BAD,
        [VERDICT_UNKNOWN] = ROLE_HEADLINE_UNKNOWN,
    };
    return roles[state];
}
