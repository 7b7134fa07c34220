/* The matters of which a term of a filter may hold, by the index that there is for it. */
#include "journal_db.h"
#include "journal_find.h"
#include "journal_look.h"
#include "text.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

/* What one id costs: an index that has it is read in order, rows lie anywhere. */
enum price { OF_INDEX = 1, OF_ROW = 8 };

/* To look at so many is cheaper than to ask for those of another term: a common word costs what all that have it cost,
 * however few are taken. */
enum { FEW = 500 };

struct gathering {
    struct journal *journal;
    size_t spent, most;
    journal_id_list *out;
    enum journal_result result;
    struct fault *fault;
};

/* ---- statements that give matters ---- */

/* NULL once something failed, or too much is spent already. The last parameter, ?9, is how many may follow. */
static sqlite3_stmt *
begin(struct gathering *g, enum price price, const char *sql)
{
    if (g->result != JOURNAL_DONE || g->spent > g->most)
        return NULL;
    sqlite3_stmt *find = journal_statement(g->journal, sql, g->fault);
    if (!find)
        g->result = g->journal->last;
    else
        sqlite3_bind_int64(find, 9, (int64_t)((g->most - g->spent) / price + 1));
    return find;
}

static void
gather(struct gathering *g, enum price price, sqlite3_stmt *find)
{
    for (; journal_step(g->journal, find, &g->result, g->fault); g->spent += price)
        vec_push(g->out, sqlite3_column_int64(find, 0));
}

static void
gather_by_number(struct gathering *g, enum price price, const char *sql, int64_t number)
{
    sqlite3_stmt *find = begin(g, price, sql);
    if (!find)
        return;
    sqlite3_bind_int64(find, 1, number);
    gather(g, price, find);
}

static void
gather_by_text(struct gathering *g, enum price price, const char *sql, const char *text)
{
    sqlite3_stmt *find = begin(g, price, sql);
    if (!find)
        return;
    sqlite3_bind_text(find, 1, text, -1, SQLITE_STATIC);
    gather(g, price, find);
}

/* ---- by address ---- */

static void
gather_inside(struct gathering *g, const struct prefix *prefix)
{
    uint8_t low[16], high[16];
    sqlite3_stmt *find = begin(g, OF_INDEX, "SELECT id FROM matter WHERE low BETWEEN ?1 AND ?2 LIMIT ?9");
    if (!find)
        return;
    journal_prefix_keys(prefix, low, high);
    sqlite3_bind_blob(find, 1, low, sizeof low, SQLITE_STATIC);
    sqlite3_bind_blob(find, 2, high, sizeof high, SQLITE_STATIC);
    gather(g, OF_INDEX, find);
}

static void
gather_matter(struct gathering *g, const struct matter *matter)
{
    if (g->result != JOURNAL_DONE)
        return;
    int64_t id = journal_matter_id(g->journal, matter, false, &g->result, g->fault);
    if (id != 0)
        vec_push(g->out, id);
}

/* What touches a prefix lies in it, or is a net around it. */
static void
gather_touching(struct gathering *g, const struct filter_term *term)
{
    gather_inside(g, &term->prefix);
    for (unsigned length = 0; length < term->prefix.length; length++) {
        struct prefix around = prefix_around(&term->prefix.addr, length);
        struct matter net = matter_of_net(&around);
        gather_matter(g, &net);
    }
}

/* ---- by AS ---- */

static void
gather_as(struct gathering *g, const struct filter_term *term)
{
    struct matter asn = matter_of_asn(term->asn);
    gather_matter(g, &asn);
    gather_by_number(g, OF_INDEX, "SELECT matter FROM observation WHERE asn = ?1 LIMIT ?9", term->asn);
    gather_by_number(g, OF_INDEX,
                     "SELECT matter FROM observation WHERE score_asn = ?1 AND score_asn IS NOT NULL"
                     " AND score_asn IS NOT asn LIMIT ?9",
                     term->asn);
}

/* ---- by verdict, level and country ---- */

/* As the index observation_standing has it. */
#define LISTED_ON "(level1 = 'listed') + 2 * (level2 = 'listed') + 4 * (level3 = 'listed')"

static bool
is_verdict(const struct filter_term *term)
{
    return term->kind == FILTER_STATE && term->state < JOURNAL_STATE_CASE;
}

static bool
is_listed(const struct filter_term *term)
{
    return term->kind == FILTER_FIGURE && term->column == JOURNAL_FIGURE_LISTED;
}

/* Whether observations of that verdict, listed on those levels (bits), may pass the terms that speak of it. */
static bool
may_stand(const struct filter *filter, unsigned verdict, unsigned levels)
{
    for (size_t i = 0; i < filter->terms.count; i++) {
        const struct filter_term *term = &filter->terms.at[i];
        bool on_none = term->level == 0;
        if (term->negated)
            continue;
        if (is_verdict(term) && term->state - JOURNAL_STATE_VERDICT != verdict)
            return false;
        if (term->kind == FILTER_LEVEL && (on_none ? levels != 0 : !(levels & 1u << (term->level - 1))))
            return false;
        if (is_listed(term) && !filter_compares(__builtin_popcount(levels), term->compare, term->figure))
            return false;
    }
    return true;
}

/* The country that is asked for; NULL = any. */
static const char *
country_of(const struct filter *filter)
{
    for (size_t i = 0; i < filter->terms.count; i++)
        if (filter->terms.at[i].kind == FILTER_COUNTRY && !filter->terms.at[i].negated)
            return filter->terms.at[i].word;
    return NULL;
}

static void
gather_standing(struct gathering *g, const struct filter *filter)
{
    const char *country = country_of(filter);
    for (unsigned standing = 0; standing < 8 * (VERDICT_UNKNOWN + 1); standing++) {
        unsigned verdict = standing / 8, levels = standing % 8;
        if (!may_stand(filter, verdict, levels))
            continue;
        sqlite3_stmt *find =
            begin(g, OF_ROW,
                  country ? "SELECT matter FROM observation WHERE verdict = ?1 AND " LISTED_ON " = ?2"
                            " AND country = ?3 COLLATE NOCASE LIMIT ?9"
                          : "SELECT matter FROM observation WHERE verdict = ?1 AND " LISTED_ON " = ?2 LIMIT ?9");
        if (!find)
            return;
        journal_bind_words(find, 1, verdict_state_name((enum verdict_state)verdict));
        sqlite3_bind_int(find, 2, (int)levels);
        if (country)
            sqlite3_bind_text(find, 3, country, -1, SQLITE_STATIC);
        gather(g, OF_ROW, find);
    }
}

/* ---- by figure ---- */

/* Impacts and scores have no index, for which each look that is kept would have to pay: they are walked for. */
static bool
gather_figure(struct gathering *g, const struct filter *filter, const struct filter_term *term)
{
    if (is_listed(term))
        gather_standing(g, filter);
    return is_listed(term);
}

/* ---- by what stands in cases ---- */

static void
gather_case_state(struct gathering *g, const struct filter_term *term)
{
    if (term->state == JOURNAL_STATE_DUE)
        gather_by_number(g, OF_ROW, "SELECT matter FROM cases WHERE due_ms > ?1 AND state <> 'closed' LIMIT ?9", 0);
    else
        gather_by_text(g, OF_ROW, "SELECT matter FROM cases WHERE state = ?1 LIMIT ?9",
                       case_state_name((enum case_state)(term->state - JOURNAL_STATE_CASE)));
}

static void
gather_tag(struct gathering *g, const struct filter_term *term)
{
    gather_by_text(g, OF_ROW, "SELECT matter FROM cases WHERE instr(' ' || tags || ' ', ' ' || ?1 || ' ') > 0 LIMIT ?9",
                   term->word);
}

/* ---- by words ---- */

/* "mail ex" becomes "mail" "ex"*: the index does not know what stands beside what. False: there are no words in it. */
static bool
put_query(struct buf *out, const char *text)
{
    struct buf words = {0};
    text_words(&words, text);
    for (const char *at = buf_string(&words); *at;) {
        size_t length = strcspn(++at, " "); /* behind the blank in front */
        buf_format(out, "\"%.*s\"%s", (int)length, at, at[length] ? " " : "*");
        at += length;
    }
    buf_free(&words);
    return out->count > 0;
}

/* The numbers that begin with those digits: 11 gives 11, 110 to 119, and so on, up to `most`. */
struct span {
    uint64_t first, last;
};

static bool
next_span(struct span *span, uint64_t most)
{
    *span = (struct span){span->first * 10, span->last * 10 + 9};
    return span->first > 0 && span->first <= most;
}

/* "AS645" */
static void
gather_numbers(struct gathering *g, const char *digits)
{
    int64_t number;
    size_t taken = text_read_integer(digits, UINT32_MAX, &number);
    if (taken == 0 || digits[taken] != '\0' || number == 0)
        return;
    struct span span = {(uint64_t)number, (uint64_t)number};
    do {
        sqlite3_stmt *find = begin(g, OF_INDEX, "SELECT id FROM matter WHERE low BETWEEN ?1 AND ?2 LIMIT ?9");
        if (!find)
            return;
        sqlite3_bind_int64(find, 1, (int64_t)span.first);
        sqlite3_bind_int64(find, 2, (int64_t)(span.last < UINT32_MAX ? span.last : UINT32_MAX));
        gather(g, OF_INDEX, find);
    } while (next_span(&span, UINT32_MAX));
}

/* "203.0.11", "203.0.113.", "203.0.113.0/2": whole octets, and perhaps the beginning of one more. */
static void
gather_octets(struct gathering *g, const char *text)
{
    struct addr address = {.family = ADDR_V4};
    unsigned whole = 0;
    int64_t octet = -1;
    for (;;) {
        size_t taken = text_read_integer(text, 255, &octet);
        if (taken == 0) {
            octet = -1;
            break;
        }
        text += taken;
        if (whole == 3 || *text != '.')
            break;
        address.bytes[whole++] = (uint8_t)octet;
        text++;
    }
    if (whole == 0 && octet < 0)
        return;
    if (octet < 0 || *text == '/') { /* the last octet is whole, or there is none */
        struct prefix net = prefix_around(&address, 8 * whole);
        gather_inside(g, &net);
        return;
    }
    struct span span = {(uint64_t)octet, (uint64_t)octet};
    do
        for (uint64_t value = span.first; value <= span.last && value <= 255; value++) {
            address.bytes[whole] = (uint8_t)value;
            struct prefix net = prefix_around(&address, 8 * (whole + 1));
            gather_inside(g, &net);
        }
    while (next_span(&span, 255));
}

/* "2001:db8:1": the groups that are whole. */
static void
gather_groups(struct gathering *g, const char *text)
{
    struct addr address = {.family = ADDR_V6};
    unsigned whole = 0;
    for (char *end; whole < 8; whole++, text = end + 1) {
        unsigned long group = strtoul(text, &end, 16);
        if (end == text || end > text + 4 || *end != ':')
            break;
        address.bytes[2 * whole] = (uint8_t)(group >> 8);
        address.bytes[2 * whole + 1] = (uint8_t)group;
    }
    struct prefix net = prefix_around(&address, 16 * whole);
    gather_inside(g, &net);
}

/* What the text of a matter may begin with. */
static void
gather_beginning(struct gathering *g, const char *word)
{
    if (strncasecmp(word, "as", strlen(word) < 2 ? strlen(word) : 2) == 0 && strspn(word, "aAsS") <= 2)
        gather_numbers(g, word + strspn(word, "aAsS"));
    if (strspn(word, "0123456789./") == strlen(word))
        gather_octets(g, word);
    if (strspn(word, "0123456789abcdefABCDEF:/.") == strlen(word) && strchr(word, ':'))
        gather_groups(g, word);
}

static void
gather_word(struct gathering *g, const struct filter_term *term)
{
    struct buf query = {0};
    gather_beginning(g, term->word);
    if (put_query(&query, term->word)) {
        gather_by_text(g, OF_ROW,
                       "SELECT matter FROM cases WHERE id IN (SELECT rowid FROM case_text WHERE case_text MATCH ?1)"
                       " LIMIT ?9",
                       buf_string(&query));
        gather_by_text(g, OF_INDEX, "SELECT rowid FROM matter_text WHERE matter_text MATCH ?1 LIMIT ?9",
                       buf_string(&query));
        gather_by_number(
            g, OF_ROW,
            "SELECT matter FROM observation WHERE id > ?1 + (SELECT observation FROM matter_text_upto) LIMIT ?9", 0);
    }
    buf_free(&query);
}

/* ---- the term with the fewest ---- */

/* False: there is nothing to look it up by. */
static bool
gather_term(struct gathering *g, const struct filter *filter, const struct filter_term *term)
{
    if (term->negated)
        return false;
    switch (term->kind) {
    case FILTER_WORD:
        gather_word(g, term);
        return true;
    case FILTER_IN:
        gather_touching(g, term);
        return true;
    case FILTER_AS:
        gather_as(g, term);
        return true;
    case FILTER_LEVEL:
    case FILTER_COUNTRY:
        gather_standing(g, filter);
        return true;
    case FILTER_STATE:
        if (is_verdict(term))
            gather_standing(g, filter);
        else
            gather_case_state(g, term);
        return true;
    case FILTER_TAG:
        gather_tag(g, term);
        return true;
    case FILTER_FIGURE:
        return gather_figure(g, filter, term);
    default:
        return false;
    }
}

enum journal_result
journal_gather(struct journal *j, const struct filter *filter, size_t most, journal_id_list *out, bool *complete,
               struct fault *fault)
{
    *complete = false;
    for (size_t i = 0; filter && i < filter->terms.count && !(*complete && out->count <= FEW); i++) {
        journal_id_list ids = {0};
        struct gathering g = {.journal = j, .most = most, .out = &ids, .fault = fault};
        bool whole = gather_term(&g, filter, &filter->terms.at[i]) && g.result == JOURNAL_DONE && g.spent <= g.most;
        if (whole && (!*complete || ids.count < out->count)) {
            vec_free(out);
            memcpy(out, &ids, sizeof ids);
            *complete = true;
            most = g.spent;
        } else {
            vec_free(&ids);
        }
        if (g.result != JOURNAL_DONE)
            return g.result;
    }
    return JOURNAL_DONE;
}
