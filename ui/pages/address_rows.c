#include "pages/address_rows.h"

void
address_heading(struct page *p, const char *text)
{
    page_gap(p);
    page_row(p, 0);
    page_text(p, ADDRESS_MARK, 0, ROLE_TITLE, text);
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

const struct address_look address_looks[STATE_COUNT] = {
    [STATE_UNASKED] = {GLYPH_UNKNOWN, ROLE_UNKNOWN}, [STATE_CLEAR] = {GLYPH_CLEAR, ROLE_CLEAR},
    [STATE_LISTED] = {GLYPH_LISTED, ROLE_LISTED},    [STATE_REFUSED] = {GLYPH_WARN, ROLE_WARN},
    [STATE_ERROR] = {GLYPH_WARN, ROLE_WARN},         [STATE_TIMEOUT] = {GLYPH_WARN, ROLE_WARN},
    [STATE_INVALID] = {GLYPH_WARN, ROLE_WARN},       [STATE_UNHEALTHY] = {GLYPH_WARN, ROLE_WARN},
    [STATE_DEAD] = {GLYPH_UNKNOWN, ROLE_UNKNOWN},
};

struct address_look
address_look(const struct list_result *f)
{
    return list_result_is_awaited(f) ? (struct address_look){GLYPH_ASKING, ROLE_ASKING} : address_looks[f->state];
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
