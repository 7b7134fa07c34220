/* Sections from top to bottom, each a function of the evidence alone. Columns are fixed for 80, so that the figures of
 * nested nets stand under each other; narrower screens drop the words between them, and put below what does not fit
 * beside. What changes while time goes by keeps to one row, so that the page stands still. */
#include "console/case_page.h"

#include "clock.h"
#include "console/case_density.h"
#include "console/case_journal.h"
#include "console/figure.h"
#include "text.h"
#include "wording.h"

#include <stdio.h>
#include <string.h>

enum {
    WIDE = 72,      /* from so many columns on there is room for the words beside the figures */
    SMALL = 60,     /* under so many columns it is a small screen, that one sentence may fill ... */
    SMALL_ROWS = 3, /* ... if more of it than this stands on top */
    COL_MARK = 1,   /* glyph of the chain */
    COL_LIST = 3,   /* name of the list */
    COL_STATE = 19, /* its state */
    COL_DETAIL = 30,
    COL_NET = 5, /* a net under level 2 */
    COL_KIND = 25,
    COL_IMPACTS = 37,
    COL_LIMIT = 54,
    COL_OVER = 68,
    NARROW_STATE = 17,
    NARROW_DETAIL = 24,
    NARROW_FIGURES = 24,
    RAW_SHOWN = 3, /* texts that are shown as they are */
    RAW_LONGEST = 300,
};

static bool
is_wide(const struct page *p)
{
    return p->cols >= WIDE;
}

/* ---- keys, glyphs ---- */

uint64_t
case_key(enum case_key kind, uint32_t index)
{
    return (uint64_t)kind << 32 | index;
}

enum case_key
case_key_kind(uint64_t key)
{
    return (enum case_key)(key >> 32);
}

uint32_t
case_key_index(uint64_t key)
{
    return (uint32_t)key;
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
case_state_glyph(enum state state)
{
    return looks[state].glyph;
}

enum role
case_state_role(enum state state)
{
    return looks[state].role;
}

enum glyph
case_glyph(const struct finding *f)
{
    return finding_is_awaited(f) ? GLYPH_ASKING : looks[f->state].glyph;
}

enum role
case_role(const struct finding *f)
{
    return finding_is_awaited(f) ? ROLE_ASKING : looks[f->state].role;
}

static enum role
headline_role(const struct verdict *v)
{
    static const enum role roles[] = {
        [VERDICT_CLEAR] = ROLE_HEADLINE_GOOD,
        [VERDICT_COLLATERAL] = ROLE_HEADLINE_COLLATERAL,
        [VERDICT_DIRECT] = ROLE_HEADLINE_BAD,
        [VERDICT_UNKNOWN] = ROLE_HEADLINE_UNKNOWN,
    };
    return v->pending ? ROLE_ASKING : roles[v->state];
}

/* ---- who ---- */

/* What a resolver denies through which no list proved itself. */
#define NOT_BELIEVABLE "the resolver is not believable"

static void
put_ptr(struct buf *out, const struct ptr *ptr, bool doubted)
{
    switch (ptr->state) {
    case PTR_UNASKED:
        break;
    case PTR_ASKING:
        buf_text(out, ptr->name ? ptr->name : "asking for its name ...");
        buf_text(out, ptr->name ? " (confirming ...)" : "");
        break;
    case PTR_NONE:
        buf_text(out, doubted ? "PTR name not known (" NOT_BELIEVABLE ")"
                              : "no PTR name: many receivers reject mail for that alone");
        break;
    case PTR_FAILED:
        buf_format(out, "PTR name not known: %s", outcome_name(ptr->outcome));
        break;
    case PTR_CONFIRMED:
        buf_format(out, "%s (forward-confirmed)", ptr->name);
        break;
    case PTR_UNCONFIRMED:
        buf_format(out, "%s (NOT forward-confirmed: the name does not lead back here)", ptr->name);
        break;
    case PTR_UNVERIFIED:
        buf_format(out, "%s (forward confirmation not possible)", ptr->name);
        break;
    }
    if (ptr->name && ptr->count > 1)
        buf_format(out, ", 1 of %s%zu names", ptr->count == ANSWER_RECORDS ? "at least " : "", ptr->count);
}

static enum role
ptr_role(const struct ptr *ptr)
{
    switch (ptr->state) {
    case PTR_CONFIRMED:
        return ROLE_PLAIN;
    case PTR_ASKING:
        return ROLE_ASKING;
    case PTR_UNASKED:
        return ROLE_DIM;
    default:
        return ROLE_WARN;
    }
}

static void
put_network(struct buf *out, const struct network *n, const struct asndb *db, bool doubted)
{
    char prefix[PREFIX_TEXT];
    if (n->pending && n->asn == 0) {
        buf_text(out, "asking who announces it ...");
        return;
    }
    if (n->source == NETWORK_UNKNOWN) {
        buf_format(out, "provider not known: %s",
                   doubted && n->unannounced ? NOT_BELIEVABLE
                   : n->problem              ? n->problem
                                             : "not asked");
        return;
    }
    if (n->asn)
        buf_format(out, "AS%u%s%s", n->asn, *n->org ? " " : "", n->org);
    else
        buf_text(out, "no ASN recorded");
    if (n->has_bgp)
        buf_format(out, ", announced as %s (Team Cymru)", prefix_text(&n->bgp, prefix));
    if (n->has_record && db) {
        char built[CLOCK_TEXT];
        clock_rfc3339(asndb_built_ms(db), built);
        buf_format(out, ", record %s (ASN database of %.10s)", prefix_text(&n->record, prefix), built);
    }
}

/* Returns the column at which the name may go on. */
static int
address_row(struct page *p, const struct evidence *e)
{
    char address[ADDR_TEXT];
    page_row(p, case_key(CASE_KEY_PTR, 0));
    int col = page_text(p, COL_MARK, 0, ROLE_TITLE, addr_text(&e->address, address)) + 2;
    return e->label ? page_format(p, col, 0, ROLE_STRONG, "[%s]", e->label) + 2 : col;
}

/* Beside the address, unless most of the row is taken. */
static void
name_rows(struct page *p, const struct evidence *e, int col)
{
    struct buf text = {0};
    put_ptr(&text, &e->ptr, evidence_is_doubted(e));
    if (text.count > 0 && col > p->cols / 2) {
        page_row(p, case_key(CASE_KEY_PTR, 1));
        col = COL_MARK;
    }
    page_wrap(p, col, ptr_role(&e->ptr), buf_string(&text));
    buf_free(&text);
}

static void
network_rows(struct page *p, const struct evidence *e, const struct asndb *db)
{
    struct buf text = {0};
    put_network(&text, &e->network, db, evidence_is_doubted(e));
    page_row(p, case_key(CASE_KEY_NETWORK, 0));
    page_wrap(p, COL_MARK, e->network.source == NETWORK_UNKNOWN ? ROLE_DIM : ROLE_PLAIN, buf_string(&text));
    buf_clear(&text);
    if (db && e->network.source == NETWORK_MMDB && asndb_age_days(db) > ASNDB_STALE_DAYS) {
        buf_format(&text, "The ASN database is %lld days old: names and ranges may have changed.",
                   (long long)asndb_age_days(db));
        page_row(p, case_key(CASE_KEY_NETWORK, 1));
        page_wrap(p, COL_MARK, ROLE_WARN, buf_string(&text));
    }
    buf_free(&text);
}

static const char *
actor_words(enum actor actor)
{
    static const char *const words[] = {[ACTOR_YOU] = "you",
                                        [ACTOR_NET_OWNER] = "the net's owner",
                                        [ACTOR_PROVIDER] = "the provider",
                                        [ACTOR_CARRIER] = "the carrier"};
    return words[actor];
}

static int
rows_of(const struct page *p, const char *text)
{
    return canvas_wrap(NULL, 0, 0, p->cols - COL_MARK, ROLE_PLAIN, text);
}

static bool
is_too_long(const struct page *p, const struct verdict *v)
{
    return p->cols < SMALL && rows_of(p, v->headline) > SMALL_ROWS;
}

/* As many words of it as there is room for on a small screen. */
static void
put_headline(struct buf *out, const struct page *p, const struct verdict *v)
{
    size_t count = strlen(v->headline);
    buf_text(out, v->headline);
    while (count > 0 && rows_of(p, buf_string(out)) > SMALL_ROWS) {
        while (count > 0 && v->headline[--count] != ' ')
            ;
        buf_clear(out);
        buf_bytes(out, v->headline, count);
        buf_text(out, " ...");
    }
}

static void
verdict_rows(struct page *p, const struct verdict *v)
{
    struct buf headline = {0};
    if (is_too_long(p, v))
        put_headline(&headline, p, v);
    page_row(p, case_key(CASE_KEY_TEXT, 0));
    page_wrap(p, COL_MARK, headline_role(v), headline.count > 0 ? buf_string(&headline) : v->headline);
    buf_free(&headline);
    if (v->actor == ACTOR_UNKNOWN || v->actor == ACTOR_NOBODY || v->pending)
        return;
    struct buf who = {0};
    buf_format(&who, "Who can end it: %s%s%s.", actor_words(v->actor), v->then ? ", then " : "",
               v->then ? actor_words(v->then) : "");
    page_row(p, case_key(CASE_KEY_TEXT, 1));
    page_wrap(p, COL_MARK, ROLE_PLAIN, buf_string(&who));
    buf_free(&who);
}

/* A narrow screen is a small one: there the verdict and the lists come before the names, and all of a long sentence
 * comes behind them. */
static void
section_head(struct page *p, const struct evidence *e, const struct verdict *v, const struct asndb *db)
{
    int col = address_row(p, e);
    if (is_wide(p)) {
        name_rows(p, e, col);
        network_rows(p, e, db);
        page_gap(p);
    }
    verdict_rows(p, v);
}

static void
section_names(struct page *p, const struct evidence *e, const struct verdict *v, const struct asndb *db)
{
    if (is_wide(p))
        return;
    if (is_too_long(p, v)) {
        page_gap(p);
        page_row(p, case_key(CASE_KEY_TEXT, 2));
        page_wrap(p, COL_MARK, headline_role(v), v->headline);
    }
    page_gap(p);
    name_rows(p, e, p->cols);
    network_rows(p, e, db);
}

/* ---- the chain ---- */

static const struct {
    const char *wide, *narrow;
} list_names[LIST_COUNT] = {
    [LIST_LEVEL1] = {"Level 1 address", "Level 1"},
    [LIST_LEVEL2] = {"Level 2 net", "Level 2"},
    [LIST_LEVEL3] = {"Level 3 ASN", "Level 3"},
    [LIST_EXEMPTION] = {"Exemption", "Exemption"},
    [LIST_BACKSCATTERER] = {"Backscatterer", "Backscatterer"},
};

static void
put_rtt(struct buf *out, const struct finding *f)
{
    if (f->rtt_us >= 0)
        buf_format(out, "%.1f ms", (double)f->rtt_us / 1000);
}

/* Coarse on purpose: a console that counts seconds down is never idle. */
static void
put_minutes(struct buf *out, int64_t ms)
{
    if (ms < 60 * 1000)
        buf_text(out, "under 1 min");
    else
        text_duration(out, ms / 60000 * 60000);
}

static void
put_next(struct buf *out, const struct finding *f)
{
    if (f->pending) {
        buf_text(out, "asking again");
    } else if (f->due_ms) {
        buf_text(out, "next in ");
        put_minutes(out, f->due_ms - clock_now_ms());
    }
}

static void
put_zone_age(struct buf *out, const struct finding *f)
{
    int64_t age = evidence_zone_age_ms(f);
    buf_text(out, "zone file");
    if (age >= 0) {
        buf_text(out, ", ");
        text_duration(out, age);
        buf_text(out, " old");
    }
}

static void
put_timing(struct buf *out, const struct finding *f, bool live)
{
    if (f->source == SOURCE_ZONE) {
        put_zone_age(out, f);
        return;
    }
    put_rtt(out, f);
    if (!live && f->ttl)
        buf_format(out, ", TTL %u s", f->ttl);
    if (!live || f->answered_ms == 0)
        return;
    int64_t age = clock_wall_ms() - f->answered_ms;
    if (age >= 60 * 1000) {
        buf_text(out, ", ");
        put_minutes(out, age);
        buf_text(out, " old");
    }
    if (f->pending || f->due_ms) {
        buf_text(out, ", ");
        put_next(out, f);
    }
}

/* Beside what is in the row already where it fits, else below. */
static void
beside_or_below(struct page *p, int col, enum role role, const char *text)
{
    if (!is_wide(p) && col + text_width(text) > p->cols) {
        page_row(p, p->rows.at[p->rows.count - 1].key);
        col = COL_NET;
    }
    page_wrap(p, col, role, text);
}

/* In full where there is room for it, else the part that the user waits for. */
static void
timing(struct page *p, int col, const struct finding *f, bool live)
{
    struct buf text = {0};
    put_timing(&text, f, live);
    if (live && col + text_width(buf_string(&text)) > p->cols) {
        buf_clear(&text);
        put_next(&text, f);
    }
    beside_or_below(p, col, ROLE_DIM, buf_string(&text));
    buf_free(&text);
}

/* "listed" or "clear" stand out; anything else needs its reason, which is never cut. Where being listed is an exemption
 * it is neither bad nor good. */
static void
state_of(struct page *p, const struct finding *f, enum list_id id, bool live)
{
    bool exemption = id == LIST_EXEMPTION && state_is_known(f->state), listed = f->state == STATE_LISTED;
    enum role role = !exemption ? case_role(f) : listed ? ROLE_EXEMPT : ROLE_DIM;
    enum glyph glyph = !exemption ? case_glyph(f) : listed ? GLYPH_EXEMPT : GLYPH_BULLET;
    const char *word = exemption ? (listed ? "registered" : "none") : state_name(f->state);
    int detail_col = is_wide(p) ? COL_DETAIL : NARROW_DETAIL;

    page_glyph(p, COL_MARK, role, glyph);
    int col = page_text(p, is_wide(p) ? COL_STATE : NARROW_STATE, 0, role, finding_is_awaited(f) ? "asking ..." : word);
    col = col < detail_col ? detail_col : col + 1;
    if (exemption && listed)
        beside_or_below(p, col, ROLE_DIM, "levels 2 and 3 do not apply");
    else if (state_is_known(f->state))
        timing(p, col, f, live);
    else if (f->detail)
        beside_or_below(p, col, ROLE_WARN, f->detail);
}

/* A text that the rest of the page says nothing of: of a form that is not known, or of a net elsewhere. */
static bool
is_raw(const struct listing *text, const struct addr *address)
{
    return text->form == LISTING_RAW || (text->net.addr.family && !prefix_holds(&text->net, address));
}

/* A stranger wrote it: what is long is shown in part. */
static void
quote(struct buf *out, const char *before, const char *text)
{
    buf_text(out, before);
    text_clean(out, text, strlen(text), RAW_LONGEST);
    buf_byte(out, '"');
}

static void
raw_rows(struct page *p, const struct evidence *e, enum list_id id)
{
    const struct finding *f = &e->lists[id];
    size_t shown = 0;
    for (size_t i = 0; i < f->texts.count; i++) {
        struct buf text = {0};
        if (!is_raw(&f->texts.at[i], &e->address) || shown > RAW_SHOWN)
            continue;
        if (shown++ < RAW_SHOWN)
            quote(&text, "It says: \"", f->txt.at[i]);
        else
            buf_text(&text, "It says more; the raw answers have it all.");
        page_row(p, case_key(CASE_KEY_LIST, id));
        page_wrap(p, COL_NET, ROLE_PLAIN, buf_string(&text));
        buf_free(&text);
    }
}

static void
list_row(struct page *p, const struct evidence *e, enum list_id id, bool live)
{
    page_row(p, case_key(CASE_KEY_LIST, id));
    page_text(p, COL_LIST, 0, ROLE_PLAIN, is_wide(p) ? list_names[id].wide : list_names[id].narrow);
    state_of(p, &e->lists[id], id, live);
    raw_rows(p, e, id);
}

/* What the journal knows of how long it has been so. */
static void
since_row(struct page *p, const struct evidence *e, enum list_id id)
{
    struct past_list past = evidence_past(e, id);
    struct buf text = {0};
    if (e->past.known && past.state == e->lists[id].state)
        past_words(&text, &past, e->past.first_ms);
    if (text.count > 0) {
        page_row(p, case_key(CASE_KEY_LIST, id));
        page_wrap(p, COL_NET, ROLE_DIM, buf_string(&text));
    }
    buf_free(&text);
}

static void
put_times(struct buf *out, int64_t impacts, int64_t limit)
{
    if (limit > 0)
        figure_times(out, (double)impacts / (double)limit);
}

/* What there is to say of a net, where the columns for figures have no room or nothing to hold. */
static void
put_net(struct buf *out, const struct net *net, bool wide)
{
    if (net->permanent) {
        buf_text(out, wide ? "PERMANENT: listed by hand, no limit, no expiry" : "PERMANENT");
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
net_figures(struct page *p, const struct net *net, bool is_hidden)
{
    struct buf text = {0};
    page_text(p, COL_KIND, 0, ROLE_DIM,
              is_hidden                  ? "hidden by DNS"
              : net->kind == NET_SLASH24 ? "a bare /24"
                                         : "announced");
    text_number(&text, net->impacts);
    buf_text(&text, net->impacts == 1 ? " impact" : " impacts");
    page_right(p, COL_IMPACTS, 15, ROLE_STRONG, buf_string(&text));
    buf_clear(&text);
    buf_text(&text, "limit ");
    text_number(&text, net->limit);
    page_right(p, COL_LIMIT, 11, ROLE_PLAIN, buf_string(&text));
    buf_clear(&text);
    put_times(&text, net->impacts, net->limit);
    page_right(p, COL_OVER, 7, ROLE_LISTED, buf_string(&text));
    buf_free(&text);
}

static void
net_row(struct page *p, const struct net *net, bool is_hidden)
{
    bool has_figures = !net->permanent && net->impacts != LISTING_UNKNOWN;
    if (is_wide(p) && has_figures) {
        net_figures(p, net, is_hidden);
        return;
    }
    struct buf text = {0};
    put_net(&text, net, is_wide(p));
    page_wrap(p, is_wide(p) ? COL_KIND : NARROW_FIGURES, has_figures ? ROLE_PLAIN : ROLE_LISTED, buf_string(&text));
    buf_free(&text);
}

static void
net_rows(struct page *p, const struct evidence *e)
{
    for (size_t i = 0; i < e->nets.count; i++) {
        const struct net *net = &e->nets.at[i];
        char prefix[PREFIX_TEXT];
        page_row(p, case_key(CASE_KEY_NET, (uint32_t)i));
        page_glyph(p, COL_LIST, ROLE_LINE, i + 1 < e->nets.count ? GLYPH_BRANCH : GLYPH_BRANCH_LAST);
        page_text(p, COL_NET, 0, ROLE_PLAIN, prefix_text(&net->prefix, prefix));
        net_row(p, net, net->from_zone && e->lists[LIST_LEVEL2].source == SOURCE_DNS);
    }
}

static void
score_row(struct page *p, const struct evidence *e, const struct policy *policy)
{
    const struct listing *l3 = evidence_level3(e);
    struct buf text = {0};
    if (!l3 || e->lists[LIST_LEVEL3].state != STATE_LISTED)
        return;
    page_row(p, case_key(CASE_KEY_LIST, LIST_LEVEL3));
    page_glyph(p, COL_LIST, ROLE_LINE, GLYPH_BRANCH_LAST);
    wording_isp(&text, e);
    if (l3->form == LISTING_L3)
        buf_format(&text, ": spamscore %.1f, limit %g (%.1fx)", l3->score, policy->score, l3->score / policy->score);
    else
        buf_format(&text, ": %lld abusers (rule before 2021)", (long long)l3->abusers);
    page_wrap(p, COL_NET, ROLE_PLAIN, buf_string(&text));
    buf_free(&text);
}

static void
section_chain(struct page *p, const struct evidence *e, const struct policy *policy, bool live)
{
    if (e->reserved || (e->offline && !evidence_has_local(e)) || e->address.family != ADDR_V4)
        return;
    page_gap(p);
    list_row(p, e, LIST_LEVEL1, live);
    since_row(p, e, LIST_LEVEL1);
    list_row(p, e, LIST_LEVEL2, live);
    net_rows(p, e);
    since_row(p, e, LIST_LEVEL2);
    list_row(p, e, LIST_LEVEL3, live);
    score_row(p, e, policy);
    since_row(p, e, LIST_LEVEL3);
    list_row(p, e, LIST_EXEMPTION, live);
    list_row(p, e, LIST_BACKSCATTERER, live);
    since_row(p, e, LIST_BACKSCATTERER);
}

/* ---- what follows ---- */

static void
section_ends(struct page *p, const struct verdict *v)
{
    for (size_t i = 0; i < v->ends.count; i++) {
        if (i == 0)
            page_heading(p, "What ends it");
        page_row(p, case_key(CASE_KEY_TEXT, 100 + (uint32_t)i));
        if (v->ends.at[i].estimate)
            page_glyph(p, COL_MARK, ROLE_ESTIMATE, GLYPH_ESTIMATE);
        else
            page_glyph(p, COL_MARK, ROLE_DIM, GLYPH_BULLET);
        struct buf text = {0};
        buf_format(&text, "%s%s", v->ends.at[i].estimate ? "Estimate: " : "", v->ends.at[i].text);
        page_wrap(p, COL_LIST, v->ends.at[i].estimate ? ROLE_ESTIMATE : ROLE_PLAIN, buf_string(&text));
        buf_free(&text);
    }
}

static void
section_advice(struct page *p, const struct verdict *v)
{
    for (size_t i = 0; i < v->advice.count; i++) {
        if (i == 0)
            page_heading(p, "What to do");
        page_row(p, case_key(CASE_KEY_TEXT, 200 + (uint32_t)i));
        page_format(p, COL_MARK, 0, ROLE_DIM, "%zu", i + 1);
        page_wrap(p, COL_LIST, ROLE_PLAIN, v->advice.at[i]);
    }
}

static void
section_notes(struct page *p, const struct evidence *e, const struct verdict *v)
{
    struct buf other_name = {0};
    wording_other_name(&other_name, e);
    if (v->notes.count > 0 || other_name.count > 0)
        page_heading(p, "Mind");
    for (size_t i = 0; i < v->notes.count; i++) {
        page_row(p, case_key(CASE_KEY_TEXT, 300 + (uint32_t)i));
        page_glyph(p, COL_MARK, ROLE_WARN, GLYPH_WARN);
        page_wrap(p, COL_LIST, ROLE_PLAIN, v->notes.at[i]);
    }
    if (other_name.count > 0) {
        page_row(p, case_key(CASE_KEY_TEXT, 299));
        page_glyph(p, COL_MARK, ROLE_DIM, GLYPH_BULLET);
        page_wrap(p, COL_LIST, ROLE_PLAIN, buf_string(&other_name));
    }
    buf_free(&other_name);
}

void
case_page(struct page *p, const struct evidence *e, const struct verdict *v, const struct policy *policy,
          const struct asndb *db, const struct journal_case *a_case, bool live)
{
    section_head(p, e, v, db);
    case_journal(p, a_case);
    section_chain(p, e, policy, live);
    section_names(p, e, v, db);
    case_density_ladder(p, e);
    section_ends(p, v);
    section_advice(p, v);
    section_notes(p, e, v);
    case_density_map(p, e);
}
