/* Columns are fixed for an 80 column screen, so that the figures of nested nets line up; narrower screens drop the
 * words between them and wrap the rest below. Text that changes as time goes by keeps to one row, so that the page does
 * not jump. */
#include "pages/address_levels.h"

#include "base/clock.h"
#include "base/text.h"
#include "pages/address_rows.h"
#include "pages/figure.h"
#include "verdict/list_words.h"
#include "verdict/phrases.h"

#include <string.h>

enum {
    COL_STATE = 18,
    COL_DETAIL = 29,
    COL_NET = 4, /* a net under level 2 */
    COL_KIND = 24,
    COL_IMPACTS = 36,
    COL_LIMIT = 53,
    COL_OVER = 67,
    NARROW_STATE = 16,
    NARROW_DETAIL = 23,
    NARROW_FIGURES = 23,
    RAW_SHOWN = 3, /* texts that are quoted */
    RAW_LONGEST = 300,
};

/* Rounds down to minutes, because a console that counts seconds is never idle. */
static void
put_minutes(struct buf *out, int64_t ms)
{
    if (ms < 60 * 1000)
        buf_text(out, "under 1 min");
    else
        text_duration(out, ms / 60000 * 60000);
}

/* Puts text at the column, or on a narrow screen below the row if it does not fit there. */
static void
beside_or_below(struct page *p, int col, enum role role, const char *text)
{
    if (!address_is_wide(p) && col + text_width(text) > p->cols) {
        page_row(p, p->rows.at[p->rows.count - 1].key);
        col = COL_NET;
    }
    page_wrap(p, col, role, text);
}

/* Puts the whole timing if it fits, else only the time of the next question. */
static void
timing(struct page *p, int col, const struct list_result *f, bool live)
{
    struct buf text = {0}, next = {0};
    int64_t age = clock_wall_ms() - f->answered_ms;
    bool ages = f->source != SOURCE_ZONE && live && f->answered_ms != 0;
    if (f->source == SOURCE_ZONE) {
        buf_text(&text, "zone file, ");
        data_date_put(&text, f->file.date);
    } else if (f->rtt_us >= 0) {
        buf_format(&text, "%.1f ms", (double)f->rtt_us / 1000);
    }
    if (f->source != SOURCE_ZONE && !live && f->ttl)
        buf_format(&text, ", TTL %u s", f->ttl);
    if (ages && age >= 60 * 1000) {
        buf_text(&text, ", ");
        put_minutes(&text, age);
        buf_text(&text, " old");
    }
    if (f->pending) {
        buf_text(&next, "asking again");
    } else if (f->due_ms) {
        buf_text(&next, "next in ");
        put_minutes(&next, f->due_ms - clock_now_ms());
    }
    if (ages && next.count > 0)
        buf_format(&text, ", %s", buf_string(&next));
    bool fits = !live || col + text_width(buf_string(&text)) <= p->cols;
    beside_or_below(p, col, ROLE_DIM, buf_string(fits ? &text : &next));
    buf_free(&text);
    buf_free(&next);
}

/* Any state but listed and clear comes with its reason, which is never cut. An exemption is neither bad nor good. */
static void
state_of(struct page *p, const struct list_result *f, int col, bool live)
{
    bool exemption = f->list->is_exemption && list_state_is_known(f->state), listed = f->state == STATE_LISTED;
    bool barred = list_result_is_barred(f);
    struct address_look look = barred ? address_looks[STATE_UNASKED] : address_look(f);
    enum role role = !exemption ? look.role : listed ? ROLE_EXEMPT : ROLE_DIM;
    enum glyph glyph = !exemption ? look.glyph : listed ? GLYPH_EXEMPT : GLYPH_BULLET;
    struct buf why = {0};
    const char *word = exemption ? (listed ? "registered" : "none") : list_state_name(f->state);
    int detail_col = address_is_wide(p) ? COL_DETAIL : NARROW_DETAIL;

    page_glyph(p, ADDRESS_MARK, role, glyph);
    col = page_text(p, col, 0, role, list_result_is_awaited(f) ? "asking ..." : word);
    col = col < detail_col ? detail_col : col + 1;
    if (exemption && listed)
        beside_or_below(p, col, ROLE_DIM, "levels 2 and 3 do not apply");
    else if (list_state_is_known(f->state))
        timing(p, col, f, live);
    else if (barred && list_words_why_not(&why, f))
        beside_or_below(p, col, ROLE_DIM, buf_string(&why));
    else if (f->detail)
        beside_or_below(p, col, ROLE_WARN, f->detail);
    buf_free(&why);
}

static uint64_t
list_key(const struct list_result *f)
{
    return address_key(ADDRESS_KEY_LIST, (uint32_t)f->list->index);
}

/* Quotes texts that the rest of the page does not show: those in an unknown form, or about a net elsewhere. */
static void
raw_rows(struct page *p, const struct evidence *e, const struct list_result *f)
{
    size_t shown = 0;
    for (size_t i = 0; i < f->texts.count; i++) {
        const struct listing *listing = &f->texts.at[i];
        bool is_shown =
            listing->form != LISTING_RAW && (!listing->net.addr.family || prefix_holds(&listing->net, &e->address));
        struct buf text = {0};
        if (is_shown || shown > RAW_SHOWN)
            continue;
        if (shown++ < RAW_SHOWN) {
            buf_text(&text, "It says: \"");
            text_clean(&text, f->txt.at[i], strlen(f->txt.at[i]), RAW_LONGEST);
            buf_byte(&text, '"');
        } else {
            buf_text(&text, "It says more; the raw answers have all of it.");
        }
        page_row(p, list_key(f));
        page_wrap(p, COL_NET, ROLE_PLAIN, buf_string(&text));
        buf_free(&text);
    }
}

/* For a net without figures, or on a page without room for their columns. */
static void
put_net(struct buf *out, const struct listed_net *net, bool wide)
{
    if (net->permanent) {
        buf_text(out, wide ? "PERMANENT: listed by hand, no limit, no expiry" : "PERMANENT");
    } else if (net->impacts == LISTING_UNKNOWN && net->abusers == LISTING_UNKNOWN) {
        buf_text(out, wide ? "impacts not published" : "no figures");
    } else if (net->impacts == LISTING_UNKNOWN) {
        text_number(out, net->abusers);
        buf_text(out, wide ? " abusers (rule before 2021)" : " abusers");
    } else {
        text_number(out, net->impacts);
        buf_text(out, " (limit ");
        text_number(out, net->limit);
        buf_byte(out, ')');
    }
}

static void
net_figures(struct page *p, const struct listed_net *net, bool is_hidden)
{
    struct buf text = {0};
    page_text(p, COL_KIND, 0, ROLE_DIM,
              is_hidden                  ? "hidden by DNS"
              : net->kind == NET_SLASH24 ? "part of a net"
                                         : "announced");
    text_number(&text, net->impacts);
    buf_text(&text, net->impacts == 1 ? " impact" : " impacts");
    page_right(p, COL_IMPACTS, 15, ROLE_STRONG, buf_string(&text));
    buf_clear(&text);
    if (net->limit > 0) {
        buf_text(&text, "limit ");
        text_number(&text, net->limit);
    }
    page_right(p, COL_LIMIT, 11, ROLE_PLAIN, buf_string(&text));
    buf_clear(&text);
    if (net->limit > 0)
        figure_times(&text, (double)net->impacts / (double)net->limit);
    page_right(p, COL_OVER, 7, ROLE_LISTED, buf_string(&text));
    buf_free(&text);
}

/* A stale net is one that only an outdated zone file has: level 2 may not list it any more. */
static void
net_rows(struct page *p, const struct evidence *e)
{
    const struct list_result *level2 = evidence_level(e, 2);
    bool wide = address_is_wide(p);
    int64_t age = list_result_file_age_ms(level2);
    for (size_t i = 0; i < e->nets.count; i++) {
        const struct listed_net *net = &e->nets.at[i];
        bool has_figures = !net->permanent && net->impacts != LISTING_UNKNOWN;
        enum role role = net->stale ? ROLE_DIM : has_figures ? ROLE_PLAIN : ROLE_LISTED;
        struct buf text = {0};
        char prefix[PREFIX_TEXT];
        page_row(p, address_key(ADDRESS_KEY_NET, (uint32_t)i));
        page_glyph(p, ADDRESS_TEXT, ROLE_LINE, i + 1 < e->nets.count ? GLYPH_BRANCH : GLYPH_BRANCH_LAST);
        page_text(p, COL_NET, 0, ROLE_PLAIN, prefix_text(&net->prefix, prefix));
        if (net->stale) {
            buf_text(&text, age < 0 ? "zone file of unknown age" : "zone file of ");
            if (age >= 0) {
                text_duration(&text, age);
                buf_text(&text, " ago");
            }
            buf_text(&text, ": ");
            phrases_net(&text, net);
        } else if (wide && has_figures) {
            net_figures(p, net, net->from_zone && level2->source == SOURCE_DNS);
        } else {
            put_net(&text, net, wide);
        }
        page_wrap(p, wide ? COL_KIND : NARROW_FIGURES, role, buf_string(&text));
        buf_free(&text);
    }
}

static void
score_row(struct page *p, const struct evidence *e, const struct policy *policy)
{
    const struct listing *l3 = evidence_level3(e);
    struct buf text = {0};
    if (!l3 || evidence_level(e, 3)->state != STATE_LISTED)
        return;
    page_row(p, list_key(evidence_level(e, 3)));
    page_glyph(p, ADDRESS_TEXT, ROLE_LINE, GLYPH_BRANCH_LAST);
    phrases_isp(&text, e, false);
    if (l3->form == LISTING_L3)
        buf_format(&text, ": spamscore %.1f, limit %g (%.1fx)", l3->score, policy->score, l3->score / policy->score);
    else
        buf_format(&text, ": %lld abusers (rule before 2021)", (long long)l3->abusers);
    page_wrap(p, COL_NET, ROLE_PLAIN, buf_string(&text));
    buf_free(&text);
}

/* Says what the answers of a list beside the escalation mean. */
static void
meaning_row(struct page *p, const struct list_result *f)
{
    struct buf meaning = {0};
    if (list_result_is_listed(f) && !f->list->part)
        list_words_meaning(&meaning, f);
    if (meaning.count > 0)
        page_row(p, list_key(f));
    page_wrap(p, COL_NET, ROLE_PLAIN, buf_string(&meaning));
    buf_free(&meaning);
}

static void
seen_row(struct page *p, const struct evidence *e, const struct list_result *f)
{
    struct seen_list seen = evidence_seen(e, f);
    struct buf since = {0};
    if (f->list->is_exemption || !e->seen.known || seen.state != f->state)
        return;
    seen_words(&since, &seen, e->seen.first_ms);
    if (since.count > 0)
        page_row(p, list_key(f));
    page_wrap(p, COL_NET, ROLE_DIM, buf_string(&since));
    buf_free(&since);
}

void
address_levels_remarks(struct page *p, const struct evidence *e, const struct list_result *f)
{
    raw_rows(p, e, f);
    if (f->list->level == 2 && e->nets.count > 1)
        net_rows(p, e);
    seen_row(p, e, f);
}

/* Returns whether two lists beside the escalation do not count for the same reason. */
static bool
is_same_trouble(const struct list_result *f, const struct list_result *other)
{
    bool parts = f->list->part || other->list->part,
         awaited = list_result_is_awaited(f) || list_result_is_awaited(other);
    return !parts && !awaited && !list_state_is_known(f->state) && f->state == other->state &&
           strcmp(f->detail ? f->detail : "", other->detail ? other->detail : "") == 0;
}

/* Shows in one row all lists that do not count for the reason of the list at `at`, and names the first ones. Returns
 * false if it is the only one of them. */
static bool
trouble_rows(struct page *p, const struct evidence *e, size_t at, bool live)
{
    enum { NAMED = 3 };
    struct buf names = {0}, title = {0};
    size_t count = 0;
    for (size_t i = at; i < e->lists.count; i++) {
        const struct list_result *f = &e->lists.at[i];
        if (!list_is_asked(f->list, e->address.family) || !is_same_trouble(f, &e->lists.at[at]))
            continue;
        if (count++ < NAMED)
            buf_format(&names, "%s%s", count > 1 ? ", " : "", f->list->title);
    }
    if (count > 1) {
        buf_format(&title, "%zu lists", count);
        page_row(p, address_key(ADDRESS_KEY_LISTS, (uint32_t)at));
        page_text(p, ADDRESS_TEXT, 0, ROLE_PLAIN, buf_string(&title));
        state_of(p, &e->lists.at[at], address_is_wide(p) ? COL_STATE : NARROW_STATE, live);
        if (count > NAMED)
            buf_format(&names, " and %zu more", count - NAMED);
        page_row(p, address_key(ADDRESS_KEY_LISTS, (uint32_t)at));
        page_wrap(p, COL_NET, ROLE_DIM, buf_string(&names));
    }
    buf_free(&names);
    buf_free(&title);
    return count > 1;
}

/* Returns whether the rows of an earlier list tell the trouble of this one, too. */
static bool
is_told(const struct evidence *e, size_t at)
{
    size_t i = 0;
    while (i < at && !(list_is_asked(e->lists.at[i].list, e->address.family) &&
                       is_same_trouble(&e->lists.at[i], &e->lists.at[at])))
        i++;
    return i < at;
}

void
address_levels(struct page *p, const struct evidence *e, const struct policy *policy, bool live)
{
    if (e->reserved || (e->offline && !evidence_has_zone_file(e)))
        return;
    bool wide = address_is_wide(p), begun = false;
    size_t clear = 0;
    for (size_t i = 0; i < e->lists.count; i++) {
        const struct list_result *f = &e->lists.at[i];
        bool quiet = !f->list->part && f->state == STATE_CLEAR;
        if (!list_is_asked(f->list, e->address.family))
            continue;
        clear += quiet;
        if (quiet || is_told(e, i))
            continue;
        if (!begun)
            page_gap(p);
        begun = true;
        if (trouble_rows(p, e, i, live))
            continue;
        page_row(p, list_key(f));
        int end = page_text(p, ADDRESS_TEXT, 0, ROLE_PLAIN, wide ? f->list->title : f->list->shorter);
        int col = wide ? COL_STATE : NARROW_STATE;
        state_of(p, f, col > end ? col : end + 1, live);
        meaning_row(p, f);
        raw_rows(p, e, f);
        if (f->list->level == 2)
            net_rows(p, e);
        if (f->list->level == 3)
            score_row(p, e, policy);
        seen_row(p, e, f);
    }
    if (clear > 0) {
        page_row(p, address_key(ADDRESS_KEY_LISTS, 0));
        page_glyph(p, ADDRESS_MARK, ROLE_CLEAR, GLYPH_CLEAR);
        page_format(p, ADDRESS_TEXT, 0, ROLE_PLAIN, "%zu other lists clear", clear);
    }
}
