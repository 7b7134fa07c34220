/* All bars have one scale, in times of the limit, so that the limit is in one column. */
#include "pages/address_bars.h"

#include "base/text.h"
#include "pages/address_levels.h"
#include "pages/address_rows.h"
#include "pages/figure.h"
#include "pages/lists_line.h"
#include "verdict/list_words.h"
#include "verdict/phrases.h"

#include <limits.h>

enum {
    NARROW = 60, /* columns under which there are no bars */
    COL_SUBJECT = 13,
    SUBJECT = 15, /* the longest net of one */
    COL_NARROW = 8,
    COL_REMARK = 4,
    GAP = 2,
    TIMES = 5,
    COLS_MOST = 120, /* columns over which bars only grow */
    BAR_LEAST = 6,
    ENDS = 4,       /* columns of the sign before the other lists and of the key behind them */
    SCALE_LEAST = 2 /* times of the limit at the right end */
};

static void
write_net(struct address_bar *line, const struct evidence *e, bool wide)
{
    const struct listed_net *net = evidence_deciding_net(e);
    char prefix[PREFIX_TEXT];
    size_t others = 0;
    if (!net) {
        buf_format(&line->figures, "listed (%s)", phrases_unsaid(evidence_level(e, 2)));
        return;
    }
    buf_text(&line->subject, prefix_text(&net->prefix, prefix));
    for (size_t i = 0; i < e->nets.count; i++)
        others += &e->nets.at[i] != net && !e->nets.at[i].stale;
    if (others > 0)
        buf_format(&line->subject, wide ? " +%zu net%s" : " +%zu", others, others > 1 ? "s" : "");
    line->times = listed_net_times(net);
    if (line->times > 0) {
        text_number(&line->figures, net->impacts);
        buf_text(&line->figures, !wide ? "/" : net->impacts == 1 ? " impact, limit " : " impacts, limit ");
        text_number(&line->figures, net->limit);
    } else {
        phrases_net(&line->figures, net);
    }
    if (net->prefix.addr.family == ADDR_V4)
        line->key = address_key(ADDRESS_KEY_NET, (uint32_t)(net - e->nets.at));
}

static void
write_provider(struct address_bar *line, const struct address_facts *facts, bool wide)
{
    const struct listing *l3 = evidence_level3(facts->evidence);
    if (!l3) {
        buf_format(&line->figures, "listed (%s)", phrases_unsaid(evidence_level(facts->evidence, 3)));
        return;
    }
    if (l3->holder.asn)
        buf_format(&line->subject, "AS%u", l3->holder.asn);
    if (l3->form == LISTING_L3) {
        buf_format(&line->figures, wide ? "score %.1f, limit %g" : "%.1f/%g", l3->score, facts->policy->score);
        line->times = l3->score / facts->policy->score;
    } else {
        buf_format(&line->figures, "%lld abusers (rule before 2021)", (long long)l3->abusers);
    }
    if (facts->asns.path && l3->holder.asn)
        line->key = address_key(ADDRESS_KEY_ASN, l3->holder.asn);
}

void
address_bars_read(struct address_bar *line, const struct address_facts *facts, unsigned level, bool wide)
{
    const struct evidence *e = facts->evidence;
    const struct list_result *f = evidence_level(e, level);
    struct seen_list seen = evidence_seen(e, f);
    *line = (struct address_bar){.look = address_look(f)};
    line->key = e->offline ? 0 : address_key(ADDRESS_KEY_LIST, (uint32_t)f->list->index);
    if (list_result_is_awaited(f)) {
        buf_text(&line->figures, "asking ...");
    } else if (list_result_is_listed(f) && level == 2) {
        write_net(line, e, wide);
    } else if (list_result_is_listed(f) && level == 3) {
        write_provider(line, facts, wide);
    } else {
        buf_text(&line->subject, list_state_name(f->state));
        if (list_result_is_trouble(f) && f->detail)
            buf_format(&line->subject, ": %s", f->detail);
        bool compared = facts->live && e->seen.known && seen.state == f->state;
        if (compared && level == 1 && list_result_is_listed(f))
            seen_brief_words(&line->figures, &seen);
    }
}

/* Where the parts of all lines begin. */
struct places {
    int subject, bar, figures, times;
    bool whole;   /* nothing is cut: a line may take several rows */
    double scale; /* times of the limit at the end of a bar */
};

/* Puts text at the column. Where nothing may be cut, it wraps, below the row if it does not fit there; else it is cut.
 */
static void
put(struct page *p, const struct places *at, int col, enum role role, const char *text)
{
    if (!at->whole) {
        page_text(p, col, 0, role, text);
        return;
    }
    if (col > at->subject && col + text_width(text) > p->cols) {
        page_row(p, p->rows.at[p->rows.count - 1].key);
        col = at->subject;
    }
    page_wrap(p, col, role, text);
}

static void
draw_line(struct page *p, const struct address_bar *line, unsigned level, bool changed, const struct places *at)
{
    static const char *const labels[][2] = {{"1 you", "1 address"}, {"2 net", "2 net"}, {"3 AS", "3 provider"}};
    bool wide = p->cols >= NARROW, alone = line->subject.count == 0;
    enum role role = line->look.role == ROLE_LISTED ? ROLE_PLAIN : line->look.role;
    int col = alone ? at->subject : at->subject + text_width(buf_string(&line->subject)) + GAP;
    struct buf times = {0};
    page_row(p, line->key);
    if (line->key)
        page_target(p, line->key, 0, p->cols);
    page_glyph(p, 0, line->look.role, line->look.glyph);
    if (changed)
        page_glyph(p, 1, ROLE_KEY, GLYPH_BULLET);
    page_text(p, 2, 0, changed ? ROLE_STRONG : ROLE_PLAIN, labels[level - 1][wide]);
    put(p, at, at->subject, role, buf_string(&line->subject));
    if (line->times > 0) {
        int figures = at->figures > col ? at->figures : col;
        if (wide && at->figures - GAP - at->bar >= BAR_LEAST)
            page_bar(p, at->bar, at->figures - GAP - at->bar, ROLE_HEAT_2, line->times / at->scale, 1 / at->scale);
        if (at->whole && col > at->figures) {
            page_row(p, line->key);
            figures = at->figures;
        }
        page_text(p, figures, at->times - figures, ROLE_PLAIN, buf_string(&line->figures));
        figure_times(&times, line->times);
        page_right(p, at->times, TIMES, line->times >= 1 ? ROLE_LISTED : ROLE_PLAIN, buf_string(&times));
    } else if (line->figures.count > 0) {
        bool beside = !alone && level > 1 && at->bar > col; /* in the column of the bars */
        put(p, at, beside ? at->bar : col, alone ? role : ROLE_DIM, buf_string(&line->figures));
    }
    buf_free(&times);
}

/* Appends what the other two parts of the escalation say, or with `brief` only if it is not clear. Returns the worst
 * sign. */
static struct address_look
put_parts(struct buf *text, const struct evidence *e, bool brief)
{
    const struct list_result *const parts[] = {evidence_exemption(e), evidence_backscatterer(e)};
    struct address_look worst = {GLYPH_CLEAR, ROLE_DIM};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        const struct list_result *f = parts[i];
        bool listed = list_result_is_listed(f), exemption = f->list->is_exemption,
             known = list_state_is_known(f->state);
        if (!list_is_asked(f->list, e->address.family) || (brief && (f->state == STATE_CLEAR || f->pending)))
            continue;
        buf_text(text, text->count > 0 ? ", " : "");
        if (exemption && known)
            buf_text(text, listed ? "exempt from levels 2 and 3" : "not exempt");
        else if (known)
            buf_text(text, listed ? "BACKSCATTERER (for bounces only)" : "no backscatterer");
        else
            buf_format(text, "%s %s", exemption ? "exemption" : "backscatterer",
                       list_result_is_awaited(f) ? "asking ..." : list_state_name(f->state));
        struct address_look look =
            exemption && listed ? (struct address_look){GLYPH_EXEMPT, ROLE_EXEMPT} : address_look(f);
        bool worse = look.role == ROLE_LISTED || (worst.role != ROLE_LISTED && look.role != ROLE_CLEAR);
        if (worse && !(exemption && f->state == STATE_CLEAR))
            worst = look;
    }
    return worst;
}

/* Appends what the other lists say after the text, which then has at most `cols` columns: without room those that do
 * not count become one number. */
static void
put_others(struct buf *text, const struct lists_sum *sum, int cols)
{
    enum { JOINED, LEAST };
    struct buf line = {0};
    struct lists_sum few = *sum;
    buf_format(text, "%zu other list%s: ", sum->asked, sum->asked > 1 ? "s" : "");
    lists_line_put(&line, sum);
    for (int form = JOINED; form <= LEAST && text_width(buf_string(text)) + text_width(buf_string(&line)) > cols;
         form++) {
        few.silent += few.unproved + few.refused + few.barred + few.unserved;
        few.unproved = few.refused = few.barred = few.unserved = few.good = 0;
        few.clear = form == LEAST ? 0 : few.clear;
        buf_clear(&line);
        lists_line_put(&line, &few);
    }
    buf_text(text, buf_string(&line));
    buf_free(&line);
}

/* Says in one row what the lists beside the levels say; the worst has its sign before it. On a screen the row keeps its
 * height while answers come in. */
static void
others_row(struct page *p, const struct evidence *e, bool live)
{
    struct lists_sum sum;
    struct buf text = {0};
    lists_line_count(&sum, e, false);
    struct address_look worst = put_parts(&text, e, sum.asked > 0), others = lists_line_look(&sum);
    uint64_t key = address_key(sum.asked > 0 ? ADDRESS_KEY_LISTS : ADDRESS_KEY_DETAIL, 0);
    if (sum.asked > 0) {
        buf_text(&text, text.count > 0 ? "  " : "");
        put_others(&text, &sum, live ? p->cols - ENDS : INT_MAX);
        worst = worst.role == ROLE_DIM || others.role == ROLE_LISTED ? others : worst;
    }
    if (text.count > 0) {
        page_row(p, key);
        if (e->exchanges.count > 0)
            page_target(p, key, 0, p->cols);
        page_glyph(p, 0, worst.role, worst.glyph);
        enum role role = worst.role == ROLE_DIM ? ROLE_DIM : ROLE_PLAIN;
        if (live && sum.asked > 0) {
            page_text(p, 2, p->cols - ENDS, role, buf_string(&text));
            page_right(p, p->cols - 1, 1, ROLE_KEY, "L");
        } else {
            page_wrap(p, 2, role, buf_string(&text));
        }
    }
    buf_free(&sum.names);
    buf_free(&text);
}

/* Says of a listing its extent and weight, then what its answers mean, and where to ask for removal. */
static void
listing_rows(struct page *p, const struct evidence *e, const struct list_result *f)
{
    struct buf head = {0}, meaning = {0};
    const char *page = *f->list->delist ? f->list->delist : f->list->policy;
    list_words_name(&head, f);
    buf_text(&head, ": ");
    list_words_extent(&head, f, e);
    buf_format(&head, ", weight %u of 5", list_result_weight(f));
    address_item(p, 0, ROLE_LISTED, GLYPH_LISTED, ROLE_PLAIN, buf_string(&head));
    list_words_meaning(&meaning, f);
    if (meaning.count > 0) {
        page_row(p, 0);
        page_wrap(p, COL_REMARK, ROLE_PLAIN, buf_string(&meaning));
    }
    address_levels_remarks(p, e, f);
    if (*page) {
        page_row(p, 0);
        page_wrap(p, COL_REMARK, ROLE_DIM, page);
    }
    buf_free(&head);
    buf_free(&meaning);
}

/* Says on the command line, which has no other place for it, what the other lists say and how old the files are. */
static void
remarks(struct page *p, const struct evidence *e)
{
    struct data_date date;
    struct buf source = {0};
    list_results others;
    for (size_t i = 0; i < e->lists.count; i++)
        if (e->lists.at[i].asked && e->lists.at[i].list->part && !e->lists.at[i].list->level)
            address_levels_remarks(p, e, &e->lists.at[i]);
    evidence_others(e, &others);
    for (size_t i = 0; i < others.count; i++)
        listing_rows(p, e, others.at[i]);
    vec_free(&others);
    if (!evidence_date(e, SOURCE_ZONE, &date))
        return;
    buf_text(&source, "by the zone file, ");
    data_date_put(&source, date);
    page_row(p, 0);
    page_text(p, 2, 0, ROLE_DIM, buf_string(&source));
    buf_free(&source);
}

void
address_bars(struct page *p, const struct address_facts *facts)
{
    const struct evidence *e = facts->evidence;
    struct address_bar lines[LIST_LEVELS];
    bool wide = p->cols >= NARROW, levels = e->address.family == ADDR_V4;
    int cols = p->cols < COLS_MOST ? p->cols : COLS_MOST, subject = SUBJECT, figures = 0;
    struct places at = {
        .subject = wide ? COL_SUBJECT : COL_NARROW, .times = cols - TIMES, .scale = SCALE_LEAST, .whole = !facts->live};
    if (e->reserved || (e->offline && !evidence_has_zone_file(e)))
        return;
    for (unsigned i = 0; levels && i < LIST_LEVELS; i++) {
        address_bars_read(&lines[i], facts, i + 1, wide);
        bool has_bar = lines[i].times > 0;
        int subject_cols = text_width(buf_string(&lines[i].subject));
        int figures_cols = text_width(buf_string(&lines[i].figures));
        subject = has_bar && subject_cols > subject ? subject_cols : subject;
        figures = has_bar && figures_cols > figures ? figures_cols : figures;
        at.scale = lines[i].times > at.scale ? lines[i].times : at.scale;
    }
    at.figures = at.times - GAP - figures;
    at.bar = at.subject + subject + GAP;
    for (unsigned i = 0; levels && i < LIST_LEVELS; i++) {
        if (p->home == 0 && list_result_is_listed(evidence_level(e, i + 1)))
            p->home = p->targets.count;
        draw_line(p, &lines[i], i + 1, facts->changed >> i & 1, &at);
        if (!facts->live)
            address_levels_remarks(p, e, evidence_level(e, i + 1));
        buf_free(&lines[i].subject);
        buf_free(&lines[i].figures);
    }
    others_row(p, e, facts->live);
    if (!facts->live)
        remarks(p, e);
}
