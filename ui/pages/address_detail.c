/* Sections from top to bottom, each a function of the evidence alone. */
#include "pages/address_detail.h"

#include "base/clock.h"
#include "base/text.h"
#include "pages/address_density.h"
#include "pages/address_levels.h"
#include "pages/address_rows.h"
#include "pages/reception_rows.h"
#include "verdict/phrases.h"

#include <stdio.h>
#include <string.h>

enum {
    SMALL = 60,    /* columns below which a long headline is cut ... */
    SMALL_ROWS = 3 /* ... to so many rows; the whole of it follows below the lists */
};

/* ---- names ---- */

/* A denial means nothing from a resolver through which no list passes its self-test. */
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

/* A range of the address, what happened to it, and where that comes from. */
struct extent {
    struct prefix prefix; /* family ADDR_NONE: it is no prefix */
    const char *text;     /* of a range that is none */
    const char *word;
    const char *noun; /* instead of "... as", when nothing else happened to it; NULL = none */
    char source[80];
};

enum { EXTENTS = 4 };

/* Returns " of 2026-11-30". */
static const char *
of_day(int64_t wall_ms, char out[static CLOCK_TEXT])
{
    return clock_text(wall_ms, " of %Y-%m-%d", out, CLOCK_TEXT);
}

/* Sets the ranges, the widest kind first. Returns how many there are. The published net is beside others alone, because
 * the page has it elsewhere, too. */
static size_t
extents_of(const struct evidence *e, char block[static ALLOCATION_TEXT], struct extent out[static EXTENTS])
{
    const struct network *n = &e->network;
    const struct allocation *a = &n->allocation;
    char day[CLOCK_TEXT], since[CLOCK_TEXT] = "";
    struct extent *x = out;
    if (n->has_allocation) {
        *x = (struct extent){.text = allocation_text(a, block), .word = allocation_status_name(a->status)};
        if (!allocation_prefix(a, &x->prefix))
            x->prefix.addr.family = ADDR_NONE;
        if (a->since_ms)
            clock_text(a->since_ms, ", %Y-%m-%d", since, sizeof since);
        snprintf(x->source, sizeof x->source, "%s%s%s%s; statistics%s", a->registry, *a->country ? ", " : "",
                 a->country, since, of_day(n->allocation_dated_ms, day));
        x++;
    }
    if (n->has_bgp) {
        *x = (struct extent){.prefix = n->bgp, .word = "announced"};
        snprintf(x->source, sizeof x->source, "%s%s", n->bgp_source,
                 n->bgp_dated_ms ? of_day(n->bgp_dated_ms, day) : "");
        x++;
    }
    if (n->has_record) {
        *x = (struct extent){.prefix = n->record, .word = "recorded", .noun = "record"};
        snprintf(x->source, sizeof x->source, "ASN database%s", of_day(n->record_dated_ms, day));
        if (n->record_asn && n->record_asn != n->asn)
            snprintf(x->source + strlen(x->source), sizeof x->source - strlen(x->source), ": AS%u", n->record_asn);
        x++;
    }
    if ((n->has_allocation || n->bgp_dated_ms) && e->nets.count > 0) {
        const struct list_result *level2 = evidence_level(e, 2);
        int64_t at_ms = level2->source == SOURCE_DNS ? level2->answered_ms : level2->file.date.at_ms;
        *x = (struct extent){.prefix = e->nets.at[0].prefix, .word = "published"};
        snprintf(x->source, sizeof x->source, "level 2%s", at_ms > 0 ? of_day(at_ms, day) : "");
        x++;
    }
    return (size_t)(x - out);
}

static bool
is_same(const struct extent *a, const struct extent *b)
{
    return a->prefix.addr.family && prefix_equal(&a->prefix, &b->prefix);
}

/* Appends ", allocated and announced as 203.0.112.0/22 (RIPE NCC ...; RIPE RIS of ...)" for each range. */
static void
put_extents(struct buf *out, const struct evidence *e)
{
    struct extent all[EXTENTS];
    char block[ALLOCATION_TEXT], prefix[PREFIX_TEXT];
    size_t count = extents_of(e, block, all);
    for (size_t i = 0; i < count; i++) {
        struct buf sources = {0};
        size_t first = 0, last = i;
        while (first < i && !is_same(&all[first], &all[i]))
            first++;
        if (first < i) /* named with that one */
            continue;
        for (size_t k = i + 1; k < count; k++)
            last = is_same(&all[k], &all[i]) ? k : last;
        for (size_t k = i; k <= last; k++) {
            if (k > i && !is_same(&all[k], &all[i]))
                continue;
            const char *word = last == i && all[k].noun ? all[k].noun : all[k].word;
            buf_format(out, "%s%s", k == i || k < last ? ", " : " and ", word);
            buf_format(&sources, "%s%s", k == i ? "" : "; ", all[k].source);
        }
        buf_format(out, "%s %s (%s)", last == i && all[i].noun ? "" : " as",
                   all[i].text ? all[i].text : prefix_text(&all[i].prefix, prefix), buf_string(&sources));
        buf_free(&sources);
    }
}

static void
put_network(struct buf *out, const struct evidence *e, bool doubted)
{
    const struct network *n = &e->network;
    if (n->pending && n->asn == 0) {
        buf_text(out, "asking for its provider ...");
        return;
    }
    if (n->source == NETWORK_UNKNOWN)
        buf_format(out, "provider not known: %s",
                   doubted && n->unannounced ? NOT_BELIEVABLE
                   : n->problem              ? n->problem
                                             : "not asked");
    else
        phrases_holder(out, n->asn, n->org, "no ASN recorded");
    for (size_t i = 1; n->has_bgp && i < n->origin_count; i++)
        buf_format(out, "%sAS%u", i == 1 ? ", also announced by " : ", ", n->origins[i]);
    put_extents(out, e);
}

void
address_detail_names(struct page *p, const struct evidence *e, int col)
{
    enum ptr_state state = e->ptr.state;
    struct buf text = {0};
    put_ptr(&text, &e->ptr, evidence_is_doubted(e));
    if (text.count > 0 && col > p->cols / 2) {
        page_row(p, address_key(ADDRESS_KEY_PTR, 1));
        col = ADDRESS_MARK;
    }
    page_wrap(p, col,
              state == PTR_CONFIRMED ? ROLE_PLAIN
              : state == PTR_ASKING  ? ROLE_ASKING
              : state == PTR_UNASKED ? ROLE_DIM
                                     : ROLE_WARN,
              buf_string(&text));
    buf_clear(&text);
    put_network(&text, e, evidence_is_doubted(e));
    address_line(p, address_key(ADDRESS_KEY_NETWORK, 0), e->network.source == NETWORK_UNKNOWN ? ROLE_DIM : ROLE_PLAIN,
                 buf_string(&text));
    buf_clear(&text);
    struct asn_data record = {.dated_ms = e->network.record_dated_ms};
    if (e->network.has_record && asn_data_age_days(&record) > ASNDB_STALE_DAYS) {
        buf_format(&text, "The ASN database is %lld days old: names and ranges may have changed.",
                   (long long)asn_data_age_days(&record));
        address_line(p, address_key(ADDRESS_KEY_NETWORK, 1), ROLE_WARN, buf_string(&text));
    }
    buf_free(&text);
}

/* ---- the verdict ---- */

/* Cuts the headline to whole words that fill at most SMALL_ROWS. Returns whether it was cut. */
static bool
verdict_rows(struct page *p, const struct verdict *v, enum role role)
{
    struct buf text = {0};
    size_t count = strlen(v->headline);
    buf_text(&text, v->headline);
    while (p->cols < SMALL && count > 0 &&
           canvas_wrap(NULL, 0, 0, p->cols - ADDRESS_MARK, ROLE_PLAIN, buf_string(&text)) > SMALL_ROWS) {
        while (count > 0 && v->headline[--count] != ' ')
            ;
        buf_clear(&text);
        buf_bytes(&text, v->headline, count);
        buf_text(&text, " ...");
    }
    address_line(p, address_key(ADDRESS_KEY_TEXT, 0), role, buf_string(&text));
    if (*v->remedy)
        address_line(p, address_key(ADDRESS_KEY_TEXT, 1), ROLE_PLAIN, v->remedy);
    buf_free(&text);
    return v->headline[count] != '\0';
}

/* ---- what follows ---- */

static void
section_outlook(struct page *p, const struct evidence *e, const struct verdict *v)
{
    struct buf other_name = {0};
    for (size_t i = 0; i < v->ends.count; i++) {
        bool estimate = v->ends.at[i].estimate;
        if (i == 0)
            address_heading(p, "When it ends");
        address_item(p, address_key(ADDRESS_KEY_TEXT, 100 + (uint32_t)i), estimate ? ROLE_ESTIMATE : ROLE_DIM,
                     estimate ? GLYPH_ESTIMATE : GLYPH_BULLET, estimate ? ROLE_ESTIMATE : ROLE_PLAIN,
                     v->ends.at[i].text);
    }
    for (size_t i = 0; i < v->advice.count; i++) {
        if (i == 0)
            address_heading(p, "What to do");
        page_row(p, address_key(ADDRESS_KEY_TEXT, 200 + (uint32_t)i));
        page_format(p, ADDRESS_MARK, 0, ROLE_DIM, "%zu", i + 1);
        page_wrap(p, ADDRESS_TEXT, ROLE_PLAIN, v->advice.at[i].text);
    }
    phrases_other_name(&other_name, e);
    if (v->notes.count > 0 || other_name.count > 0)
        address_heading(p, "Notes");
    for (size_t i = 0; i < v->notes.count; i++)
        address_item(p, address_key(ADDRESS_KEY_TEXT, 300 + (uint32_t)i), ROLE_WARN, GLYPH_WARN, ROLE_PLAIN,
                     v->notes.at[i]);
    if (other_name.count > 0)
        address_item(p, address_key(ADDRESS_KEY_TEXT, 299), ROLE_DIM, GLYPH_BULLET, ROLE_PLAIN,
                     buf_string(&other_name));
    buf_free(&other_name);
}

void
address_detail_head(struct page *p, const struct address_facts *facts)
{
    const struct evidence *e = facts->evidence;
    const struct verdict *v = facts->verdict;
    char address[ADDR_TEXT];
    bool wide = address_is_wide(p);
    enum role headline = v->pending ? ROLE_ASKING : address_headline_role(v->state);
    page_row(p, address_key(ADDRESS_KEY_PTR, 0));
    int col = page_text(p, ADDRESS_MARK, 0, ROLE_TITLE, addr_text(&e->address, address)) + 2;
    if (e->label)
        col = page_format(p, col, 0, ROLE_STRONG, "[%s]", e->label) + 2;
    if (wide) {
        address_detail_names(p, e, col);
        page_gap(p);
    }
    bool cut = verdict_rows(p, v, headline);
    related_cases_rows(p, facts->cases);
    if (!wide) { /* the whole headline and the names come behind the verdict */
        if (cut) {
            page_gap(p);
            address_line(p, address_key(ADDRESS_KEY_TEXT, 2), headline, v->headline);
        }
        page_gap(p);
        address_detail_names(p, e, p->cols);
    }
    page_gap(p);
}

void
address_detail(struct page *p, const struct address_facts *facts)
{
    const struct evidence *e = facts->evidence;
    struct buf title = {0};
    address_detail_head(p, facts);
    address_levels(p, e, facts->policy, facts->live);
    if (facts->receivers)
        reception_rows_add(p, facts->receivers, e);
    address_density_title(&title, e, facts->live);
    if (e->has_density)
        address_heading(p, buf_string(&title));
    address_density_ladder(p, e);
    address_density_neighbours(p, e, facts->cases, NULL);
    section_outlook(p, e, facts->verdict);
    buf_free(&title);
}

void
address_detail_put_names(struct buf *out, const struct evidence *e)
{
    const struct ptr *ptr = &e->ptr;
    if (e->label)
        buf_format(out, "[%s]  ", e->label);
    if (ptr->name)
        buf_format(out, "%s%s  ", ptr->name, ptr->state == PTR_UNCONFIRMED ? " (not confirmed)" : "");
    else if (ptr->state == PTR_NONE && !evidence_is_doubted(e))
        buf_text(out, "no PTR name  ");
    if (e->network.asn)
        phrases_holder(out, e->network.asn, e->network.org, "");
    else if (e->network.pending)
        buf_text(out, "asking for its provider ...");
}

void
address_detail_sources(struct page *p, const struct address_facts *facts)
{
    const struct evidence *e = facts->evidence;
    address_heading(p, "Sources");
    for (size_t i = 0; i < e->lists.count; i++) {
        const struct list_result *f = &e->lists.at[i];
        struct buf text = {0};
        char at[CLOCK_SECOND];
        if (!list_is_asked(f->list, e->address.family))
            continue;
        buf_format(&text, "%s: %s", f->list->zone,
                   list_result_is_awaited(f) ? "no answer yet" : list_state_name(f->state));
        if (f->source == SOURCE_ZONE)
            buf_text(&text, ", by its zone file");
        else if (f->answered_ms)
            buf_format(&text, ", answered %s UTC", clock_second(f->answered_ms, at));
        if (f->serial)
            buf_format(&text, ", serial %u", f->serial);
        page_row(p, 0);
        page_wrap(p, 0, ROLE_PLAIN, buf_string(&text));
        buf_free(&text);
    }
}
