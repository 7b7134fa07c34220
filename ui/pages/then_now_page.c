/* The facts of an observation are its differences from an empty one, so that the words of both columns and of their
 * differences come from one place: observation_compare. */
#include "pages/then_now_page.h"

#include "base/clock.h"
#include "base/text.h"
#include "pages/address_rows.h"
#include "pages/changes.h"
#include "pages/figure.h"

#include <stdio.h>
#include <string.h>

enum { COL_MARK = 0, COL_WHAT = 2, COL_THEN = 23, GAP = 2, NARROW_WORDS = 8 };

/* One line of the comparison. */
struct fact {
    struct difference words;
    bool differs;
    size_t rank; /* in the order of the page */
};

typedef VEC(struct fact) fact_list;

/* ---- facts ---- */

/* Returns whether nothing is worth a row: a list beside the escalation without a listing, that says the same or was
 * not asked. */
static bool
is_quiet(const struct difference *words, bool differs)
{
    bool listed = strcmp(words->then, "listed") == 0 || strcmp(words->now, "listed") == 0;
    bool unasked = strcmp(words->then, "not asked") == 0 || strcmp(words->now, "not asked") == 0;
    return changes_is_list(words) && !listed && (!differs || unasked);
}

/* Inserts a fact after those of its rank; nets come after level 2. */
static void
add(fact_list *facts, const struct difference *words, bool differs)
{
    static const char *const order[] = {"verdict",   "level 1",       "level 2",      "/",   "level 3", "score",
                                        "exemption", "backscatterer", "announced by", "name"};
    enum { ORDER = sizeof order / sizeof order[0] };
    struct fact fact = {.words = *words, .differs = differs};
    if (is_quiet(words, differs))
        return;
    while (fact.rank < ORDER && strcmp(order[fact.rank], words->what) != 0 &&
           !(*order[fact.rank] == '/' && strchr(words->what, '/')))
        fact.rank++;
    size_t at = facts->count;
    vec_push(facts, fact);
    for (; at > 0 && facts->at[at - 1].rank > fact.rank; at--)
        facts->at[at] = facts->at[at - 1];
    facts->at[at] = fact;
}

/* Adds the facts of one observation that do not differ from the other's. */
static void
add_same(fact_list *facts, const observation_differences *list, const observation_differences *now,
         const char *otherwise)
{
    for (size_t i = 0; i < list->count; i++) {
        struct difference words = list->at[i];
        size_t known = 0, other = 0;
        while (known < facts->count && strcmp(facts->at[known].words.what, words.what) != 0)
            known++;
        if (known < facts->count)
            continue;
        while (other < now->count && strcmp(now->at[other].what, words.what) != 0)
            other++;
        snprintf(words.then, sizeof words.then, "%s", list == now ? "not known" : list->at[i].now);
        snprintf(words.now, sizeof words.now, "%s", other < now->count ? now->at[other].now : otherwise);
        add(facts, &words, false);
    }
}

static void
gather(fact_list *facts, const struct observation *then, const struct observation *now, enum then_now known)
{
    observation_differences differences = {0}, facts_then = {0}, facts_now = {0};
    for (int i = 0; i < 2; i++) {
        const struct observation *o = i == 0 ? then : now;
        struct observation nothing = {.score = -1};
        nothing.verdict = o->verdict == VERDICT_CLEAR ? VERDICT_UNKNOWN : VERDICT_CLEAR;
        observation_compare(i == 0 ? &facts_then : &facts_now, &nothing, o);
    }
    if (known == THEN_NOW_KNOWN)
        observation_compare(&differences, then, now);
    changes_join(&differences);
    for (size_t i = 0; i < differences.count; i++)
        add(facts, &differences.at[i], true);
    if (known == THEN_NOW_NOT_ASKED)
        vec_clear(&facts_now);
    add_same(facts, &facts_then, &facts_now,
             known == THEN_NOW_ASKING  ? "asking ..."
             : known == THEN_NOW_KNOWN ? "not known"
                                       : "");
    if (known == THEN_NOW_KNOWN)
        add_same(facts, &facts_now, &facts_now, "");
    vec_free(&differences);
    vec_free(&facts_then);
    vec_free(&facts_now);
}

/* ---- the rows ---- */

/* Appends "Then: 2026-07-01 10:00 to 2026-07-03 11:30 UTC, 12 checks, answered by 127.0.0.1:53", with seconds if
 * another date on the page is within the same minute. */
static void
put_times(struct buf *out, const char *word, const struct observation *o, int64_t other_ms)
{
    char first[CLOCK_SECOND], last[CLOCK_SECOND];
    bool within = clock_needs_seconds(o->first_ms, o->last_ms);
    bool first_seconds = within || clock_needs_seconds(o->first_ms, other_ms);
    bool last_seconds = within || clock_needs_seconds(o->last_ms, other_ms);
    first_seconds ? clock_second(o->first_ms, first) : clock_minute(o->first_ms, first);
    last_seconds ? clock_second(o->last_ms, last) : clock_minute(o->last_ms, last);
    buf_format(out, "%s: %s", word, first);
    if (strcmp(first, last) != 0)
        buf_format(out, " to %s", last);
    buf_text(out, " UTC");
    if (o->times > 1)
        buf_format(out, ", %u checks", o->times);
    if (o->source == SOURCE_ZONE)
        buf_text(out, ", from a zone file");
    else if (o->resolver)
        buf_format(out, ", answered by %s", o->resolver);
}

static void
head_rows(struct page *p, const struct observation *then, const struct observation *now, enum then_now known)
{
    struct buf text = {0};
    char address[ADDR_TEXT];
    page_row(p, 1);
    page_text(p, COL_MARK, 0, ROLE_TITLE, addr_text(&then->address, address));
    put_times(&text, "Then", then, known == THEN_NOW_KNOWN ? now->first_ms : then->first_ms);
    page_gap(p);
    page_row(p, 5);
    page_wrap(p, COL_MARK, ROLE_DIM, buf_string(&text));
    page_row(p, 2);
    page_wrap(p, COL_MARK, address_headline_role(then->verdict), then->headline);
    page_gap(p);
    page_row(p, 6);
    buf_clear(&text);
    if (known == THEN_NOW_KNOWN)
        put_times(&text, "Now", now, then->last_ms);
    else
        buf_text(&text, known == THEN_NOW_ASKING ? "Now: asking ..." : "Now: not asked");
    page_wrap(p, COL_MARK, ROLE_DIM, buf_string(&text));
    page_row(p, 3);
    page_wrap(p, COL_MARK, known == THEN_NOW_ASKING ? ROLE_ASKING : address_headline_role(now->verdict),
              now->headline ? now->headline : "");
    buf_free(&text);
}

/* Wraps both beside each other, because the difference may be in the last word. */
static void
wide_rows(struct page *p, const struct fact *fact, uint64_t key)
{
    int columns = (p->cols - COL_THEN - GAP) / 2;
    const char *texts[] = {fact->words.then, fact->words.now};
    const enum role roles[] = {fact->differs ? ROLE_PLAIN : ROLE_DIM, fact->differs ? ROLE_STRONG : ROLE_DIM};
    for (bool first = true; first || *texts[0] || *texts[1]; first = false) {
        if (!first)
            page_row(p, key);
        for (int i = 0; i < 2; i++) {
            const char *next = texts[i];
            char *line = mem_copy_bytes(texts[i], text_break(texts[i], columns, &next));
            if (*line)
                page_text(p, COL_THEN + i * (columns + GAP), columns, roles[i], line);
            free(line);
            texts[i] = next;
        }
    }
}

static void
narrow_rows(struct page *p, const struct fact *fact, uint64_t key)
{
    bool same = !fact->differs && strcmp(fact->words.then, fact->words.now) == 0;
    if (!same) {
        page_row(p, key);
        page_text(p, COL_WHAT, 0, ROLE_DIM, "then");
        page_wrap(p, NARROW_WORDS, ROLE_PLAIN, fact->words.then);
    }
    page_row(p, key);
    page_text(p, COL_WHAT, 0, ROLE_DIM, same ? "same" : "now");
    page_wrap(p, NARROW_WORDS, fact->differs ? ROLE_STRONG : ROLE_DIM, fact->words.now);
}

static void
comparison(struct page *p, const fact_list *facts, enum then_now known)
{
    struct buf text = {0};
    size_t count = 0;
    bool wide = address_is_wide(p);
    for (size_t i = 0; i < facts->count; i++)
        count += facts->at[i].differs;
    if (known != THEN_NOW_ASKING) {
        page_gap(p);
        page_row(p, 4);
    }
    if (known == THEN_NOW_NOT_ASKED) {
        page_wrap(p, COL_MARK, ROLE_WARN, "Not asked now, so there is nothing to compare.");
    } else if (known == THEN_NOW_KNOWN) {
        figure_count(&text, (int64_t)count, "thing differs", "things differ");
        page_wrap(p, COL_MARK, ROLE_STRONG, count ? buf_string(&text) : "Nothing differs.");
    }
    buf_free(&text);
    page_gap(p);
    if (wide) {
        page_row(p, 0);
        page_text(p, COL_THEN, 0, ROLE_TITLE, "then");
        page_text(p, COL_THEN + (p->cols - COL_THEN - GAP) / 2 + GAP, 0, ROLE_TITLE,
                  known == THEN_NOW_NOT_ASKED ? "" : "now");
    }
    for (size_t i = 0; i < facts->count; i++) {
        const struct fact *fact = &facts->at[i];
        page_row(p, 100 + i);
        if (fact->differs)
            page_glyph(p, COL_MARK, ROLE_WARN, GLYPH_WARN);
        page_text(p, COL_WHAT, wide ? COL_THEN - COL_WHAT - 1 : 0, fact->differs ? ROLE_STRONG : ROLE_PLAIN,
                  fact->words.what);
        (wide ? wide_rows : narrow_rows)(p, fact, 100 + i);
    }
}

static void
texts(struct page *p, const struct observation *then)
{
    size_t count = 0;
    for (size_t i = 0; i < then->lists.count; i++) {
        const struct observed_list *list = &then->lists.at[i];
        const struct list *known = catalogue_find(catalogue_builtin(), list->zone);
        for (size_t t = 0; t < list->texts.count; t++, count++) {
            if (count == 0) {
                page_gap(p);
                page_row(p, 0);
                page_text(p, COL_MARK, 0, ROLE_TITLE, "What the lists said then");
            }
            page_row(p, 1000 + count);
            page_text(p, COL_MARK, 0, ROLE_DIM, known ? known->shorter : list->zone);
            page_row(p, 1000 + count);
            page_wrap(p, COL_WHAT, ROLE_PLAIN, list->texts.at[t]);
        }
    }
}

void
then_now_page(struct page *p, const struct observation *then, const struct observation *now, enum then_now known,
              const struct related_cases *cases)
{
    fact_list facts = {0};
    gather(&facts, then, now, known);
    head_rows(p, then, now, known);
    comparison(p, &facts, known);
    related_cases_rows(p, cases);
    texts(p, then);
    vec_free(&facts);
}
