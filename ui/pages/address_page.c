/* Sections from top to bottom, each a function of the evidence alone. */
#include "pages/address_page.h"

#include "base/clock.h"
#include "base/text.h"
#include "pages/address_cases.h"
#include "pages/address_density.h"
#include "pages/address_levels.h"
#include "verdict/phrases.h"

#include <string.h>

enum {
    SMALL = 60,    /* under so many columns it is a small screen, that one sentence may fill ... */
    SMALL_ROWS = 3 /* ... if more of it than this stands on top */
};

/* ---- columns, keys, glyphs ---- */

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
    page_row(p, address_key(ADDRESS_KEY_PTR, 0));
    int col = page_text(p, ADDRESS_MARK, 0, ROLE_TITLE, addr_text(&e->address, address)) + 2;
    return e->label ? page_format(p, col, 0, ROLE_STRONG, "[%s]", e->label) + 2 : col;
}

/* Beside the address, unless most of the row is taken. */
static void
name_rows(struct page *p, const struct evidence *e, int col)
{
    struct buf text = {0};
    put_ptr(&text, &e->ptr, evidence_is_doubted(e));
    if (text.count > 0 && col > p->cols / 2) {
        page_row(p, address_key(ADDRESS_KEY_PTR, 1));
        col = ADDRESS_MARK;
    }
    page_wrap(p, col, ptr_role(&e->ptr), buf_string(&text));
    buf_free(&text);
}

static void
network_rows(struct page *p, const struct evidence *e, const struct asndb *db)
{
    struct buf text = {0};
    put_network(&text, &e->network, db, evidence_is_doubted(e));
    page_row(p, address_key(ADDRESS_KEY_NETWORK, 0));
    page_wrap(p, ADDRESS_MARK, e->network.source == NETWORK_UNKNOWN ? ROLE_DIM : ROLE_PLAIN, buf_string(&text));
    buf_clear(&text);
    if (db && e->network.source == NETWORK_MMDB && asndb_age_days(db) > ASNDB_STALE_DAYS) {
        buf_format(&text, "The ASN database is %lld days old: names and ranges may have changed.",
                   (long long)asndb_age_days(db));
        page_row(p, address_key(ADDRESS_KEY_NETWORK, 1));
        page_wrap(p, ADDRESS_MARK, ROLE_WARN, buf_string(&text));
    }
    buf_free(&text);
}

/* True for whoever looks: the address may be somebody else's. */
static const char *
actor_words(const struct page *p, enum actor actor)
{
    static const char *const words[] = {
        [ACTOR_NET_OWNER] = "the net's owner", [ACTOR_PROVIDER] = "the provider", [ACTOR_CARRIER] = "the carrier"};
    if (actor == ACTOR_YOU)
        return address_is_wide(p) ? "the address's own user" : "its user";
    return words[actor];
}

static int
rows_of(const struct page *p, const char *text)
{
    return canvas_wrap(NULL, 0, 0, p->cols - ADDRESS_MARK, ROLE_PLAIN, text);
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
    page_row(p, address_key(ADDRESS_KEY_TEXT, 0));
    page_wrap(p, ADDRESS_MARK, headline_role(v), headline.count > 0 ? buf_string(&headline) : v->headline);
    buf_free(&headline);
    if (v->actor == ACTOR_UNKNOWN || v->actor == ACTOR_NOBODY || v->pending)
        return;
    struct buf who = {0};
    buf_format(&who, "%s: %s%s%s.", address_is_wide(p) ? "Who can end it" : "Ends it", actor_words(p, v->actor),
               v->then ? ", then " : "", v->then ? actor_words(p, v->then) : "");
    page_row(p, address_key(ADDRESS_KEY_TEXT, 1));
    page_wrap(p, ADDRESS_MARK, ROLE_PLAIN, buf_string(&who));
    buf_free(&who);
}

/* A narrow screen is a small one: there the verdict and the lists come before the names, and all of a long sentence
 * comes behind them. */
static void
section_head(struct page *p, const struct evidence *e, const struct verdict *v, const struct asndb *db)
{
    int col = address_row(p, e);
    if (address_is_wide(p)) {
        name_rows(p, e, col);
        network_rows(p, e, db);
        page_gap(p);
    }
    verdict_rows(p, v);
}

static void
section_names(struct page *p, const struct evidence *e, const struct verdict *v, const struct asndb *db)
{
    if (address_is_wide(p))
        return;
    if (is_too_long(p, v)) {
        page_gap(p);
        page_row(p, address_key(ADDRESS_KEY_TEXT, 2));
        page_wrap(p, ADDRESS_MARK, headline_role(v), v->headline);
    }
    page_gap(p);
    name_rows(p, e, p->cols);
    network_rows(p, e, db);
}

/* ---- what follows ---- */

static void
section_ends(struct page *p, const struct verdict *v)
{
    for (size_t i = 0; i < v->ends.count; i++) {
        if (i == 0)
            page_heading(p, "What ends it");
        page_row(p, address_key(ADDRESS_KEY_TEXT, 100 + (uint32_t)i));
        if (v->ends.at[i].estimate)
            page_glyph(p, ADDRESS_MARK, ROLE_ESTIMATE, GLYPH_ESTIMATE);
        else
            page_glyph(p, ADDRESS_MARK, ROLE_DIM, GLYPH_BULLET);
        struct buf text = {0};
        buf_format(&text, "%s%s", v->ends.at[i].estimate ? "Estimate: " : "", v->ends.at[i].text);
        page_wrap(p, ADDRESS_TEXT, v->ends.at[i].estimate ? ROLE_ESTIMATE : ROLE_PLAIN, buf_string(&text));
        buf_free(&text);
    }
}

static void
section_advice(struct page *p, const struct verdict *v)
{
    for (size_t i = 0; i < v->advice.count; i++) {
        if (i == 0)
            page_heading(p, "What to do");
        page_row(p, address_key(ADDRESS_KEY_TEXT, 200 + (uint32_t)i));
        page_format(p, ADDRESS_MARK, 0, ROLE_DIM, "%zu", i + 1);
        page_wrap(p, ADDRESS_TEXT, ROLE_PLAIN, v->advice.at[i]);
    }
}

static void
section_notes(struct page *p, const struct evidence *e, const struct verdict *v)
{
    struct buf other_name = {0};
    phrases_other_name(&other_name, e);
    if (v->notes.count > 0 || other_name.count > 0)
        page_heading(p, "Mind");
    for (size_t i = 0; i < v->notes.count; i++) {
        page_row(p, address_key(ADDRESS_KEY_TEXT, 300 + (uint32_t)i));
        page_glyph(p, ADDRESS_MARK, ROLE_WARN, GLYPH_WARN);
        page_wrap(p, ADDRESS_TEXT, ROLE_PLAIN, v->notes.at[i]);
    }
    if (other_name.count > 0) {
        page_row(p, address_key(ADDRESS_KEY_TEXT, 299));
        page_glyph(p, ADDRESS_MARK, ROLE_DIM, GLYPH_BULLET);
        page_wrap(p, ADDRESS_TEXT, ROLE_PLAIN, buf_string(&other_name));
    }
    buf_free(&other_name);
}

void
address_page(struct page *p, const struct evidence *e, const struct verdict *v, const struct policy *policy,
             const struct asndb *db, const struct related_cases *written, bool live)
{
    section_head(p, e, v, db);
    address_cases(p, written);
    address_levels(p, e, policy, live);
    section_names(p, e, v, db);
    address_density_ladder(p, e);
    address_density_neighbours(p, e, written);
    section_ends(p, v);
    section_advice(p, v);
    section_notes(p, e, v);
    address_density_map(p, e);
}
