/* The matters of which a term of a filter may hold, by the index that there is for it. */
#include "base/text.h"
#include "journal/db.h"
#include "journal/find.h"
#include "journal/row.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

/* What one id costs: an index that has it is read in order, rows lie anywhere. */
enum price { OF_INDEX = 1, OF_ROW = 8 };

/* To look at so many is cheaper than to ask for those of another term: a common word costs what all that have it cost,
 * however few are taken. */
enum { FEW = 500 };

/* So many ids of another term may be asked for to get rid of one: a matter's row is dearer than an id. */
enum { WORTH = 8 };

/* ---- lists of ids ---- */

static int
compare_ids(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

void
journal_ids_tidy(journal_id_list *ids)
{
    size_t kept = 0;
    if (ids->count == 0)
        return;
    qsort(ids->at, ids->count, sizeof *ids->at, compare_ids);
    for (size_t i = 1; i < ids->count; i++)
        if (ids->at[i] != ids->at[kept])
            ids->at[++kept] = ids->at[i];
    ids->count = kept + 1;
}

bool
journal_ids_have(const journal_id_list *ids, int64_t id)
{
    return ids->count > 0 && bsearch(&id, ids->at, ids->count, sizeof id, compare_ids);
}

/* Leaves those that are in both, which are tidy. */
static void
intersect(journal_id_list *ids, const journal_id_list *with)
{
    size_t kept = 0, at = 0;
    for (size_t i = 0; i < ids->count; i++) {
        while (at < with->count && with->at[at] < ids->at[i])
            at++;
        if (at < with->count && with->at[at] == ids->at[i])
            ids->at[kept++] = ids->at[i];
    }
    ids->count = kept;
}

/* ---- statements that give matters ---- */

struct gathering {
    struct journal *journal;
    size_t spent, most;
    journal_id_list *out;
    enum journal_result result;
    struct fault *fault;
};

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

/* All whose first address is in between. */
static void
gather_between(struct gathering *g, const uint8_t low[static 16], const uint8_t high[static 16])
{
    sqlite3_stmt *find = begin(g, OF_INDEX, "SELECT id FROM matter WHERE low BETWEEN ?1 AND ?2 LIMIT ?9");
    if (!find)
        return;
    sqlite3_bind_blob(find, 1, low, 16, SQLITE_STATIC);
    sqlite3_bind_blob(find, 2, high, 16, SQLITE_STATIC);
    gather(g, OF_INDEX, find);
}

static void
gather_inside(struct gathering *g, const struct prefix *prefix)
{
    uint8_t low[16], high[16];
    journal_prefix_keys(prefix, low, high);
    gather_between(g, low, high);
}

static void
gather_resource(struct gathering *g, const struct resource *resource)
{
    if (g->result != JOURNAL_DONE)
        return;
    int64_t id = journal_resource_id(g->journal, resource, false, &g->result, g->fault);
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
        struct resource net = resource_of_net(&around);
        gather_resource(g, &net);
    }
}

/* ---- by AS ---- */

static void
gather_as(struct gathering *g, const struct filter_term *term)
{
    struct resource asn = resource_of_asn(term->asn);
    gather_resource(g, &asn);
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
    for (unsigned summary = 0; summary < 8 * (VERDICT_UNKNOWN + 1); summary++) {
        unsigned verdict = summary / 8, levels = summary % 8;
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

/* "mail ex" becomes "mail" "ex"*: the index does not know what stands beside what. With `whole` it is "mail" alone: a
 * word that may go on is left out. False: nothing is left. */
static bool
put_query(struct buf *out, const char *text, bool whole)
{
    struct buf words = {0};
    text_words(&words, text);
    for (const char *at = buf_string(&words); *at;) {
        size_t length = strcspn(++at, " "); /* behind the blank in front */
        bool last = at[length] == '\0';
        if (!last || !whole)
            buf_format(out, " \"%.*s\"%s", (int)length, at, last ? "*" : "");
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

/* "AS645"; without digits all. */
static void
gather_numbers(struct gathering *g, const char *digits)
{
    int64_t number;
    size_t taken = text_read_integer(digits, UINT32_MAX, &number);
    if (digits[taken] != '\0' || (taken > 0 && number == 0))
        return;
    struct span span = {taken > 0 ? (uint64_t)number : 1, taken > 0 ? (uint64_t)number : UINT32_MAX};
    do {
        sqlite3_stmt *find = begin(g, OF_INDEX, "SELECT id FROM matter WHERE low BETWEEN ?1 AND ?2 LIMIT ?9");
        if (!find)
            return;
        sqlite3_bind_int64(find, 1, (int64_t)span.first);
        sqlite3_bind_int64(find, 2, (int64_t)(span.last < UINT32_MAX ? span.last : UINT32_MAX));
        gather(g, OF_INDEX, find);
    } while (next_span(&span, UINT32_MAX));
}

/* Behind so many whole octets one of the span. */
static void
gather_octet(struct gathering *g, struct addr *address, unsigned whole, const struct span *span)
{
    uint8_t low[16], high[16], ignored[16];
    address->bytes[whole] = (uint8_t)span->first;
    struct prefix net = prefix_around(address, 8 * (whole + 1));
    journal_prefix_keys(&net, low, ignored);
    address->bytes[whole] = (uint8_t)(span->last < 255 ? span->last : 255);
    net = prefix_around(address, 8 * (whole + 1));
    journal_prefix_keys(&net, ignored, high);
    gather_between(g, low, high);
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
        gather_octet(g, &address, whole, &span);
    while (next_span(&span, 255));
}

/* "fe8": what begins with fe8, or with fe80 to fe8f. */
static void
gather_group(struct gathering *g, const char *digits)
{
    size_t count = strlen(digits);
    uint64_t group = strtoul(digits, NULL, 16);
    for (struct span span = {group, group}; count <= 4; count++) {
        uint8_t low[16] = {(uint8_t)(span.first >> 8), (uint8_t)span.first}, high[16];
        memset(high, 0xFF, sizeof high);
        high[0] = (uint8_t)(span.last >> 8);
        high[1] = (uint8_t)span.last;
        gather_between(g, low, high);
        if (group == 0) /* is written with one digit */
            return;
        span = (struct span){span.first << 4, span.last << 4 | 15};
    }
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
    if (strspn(word, "0123456789abcdefABCDEF") == strlen(word))
        gather_group(g, word);
}

#define IN_INDEX_OF_WORDS "SELECT rowid FROM matter_text WHERE matter_text MATCH ?1 LIMIT ?9"

/* Those that have the whole words of it, if they are few: for one that may go on the index puts together all that do,
 * however few are taken. */
static bool
gather_whole_words(struct gathering *g, const char *text)
{
    struct buf query = {0};
    size_t before = g->out->count;
    sqlite3_stmt *find = put_query(&query, text, true) ? begin(g, OF_INDEX, IN_INDEX_OF_WORDS) : NULL;
    if (find) {
        sqlite3_bind_text(find, 1, buf_string(&query), -1, SQLITE_STATIC);
        sqlite3_bind_int(find, 9, FEW);
        gather(g, OF_INDEX, find);
    }
    buf_free(&query);
    if (find && g->out->count - before < FEW)
        return true;
    g->out->count = before;
    return false;
}

static void
gather_word(struct gathering *g, const struct filter_term *term)
{
    struct buf query = {0};
    gather_beginning(g, term->word);
    if (put_query(&query, term->word, false)) {
        gather_by_text(g, OF_ROW,
                       "SELECT matter FROM cases WHERE id IN (SELECT rowid FROM case_text WHERE case_text MATCH ?1)"
                       " LIMIT ?9",
                       buf_string(&query));
        if (!gather_whole_words(g, term->word))
            gather_by_text(g, OF_INDEX, IN_INDEX_OF_WORDS, buf_string(&query));
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

/* Verdict, levels and country are looked up together. */
static bool
is_standing(const struct filter_term *term)
{
    return term->kind == FILTER_LEVEL || term->kind == FILTER_COUNTRY || is_verdict(term) || is_listed(term);
}

/* Which of two to ask for first. The index of words is the slowest, a short word stands for more. */
static bool
comes_before(const struct filter *filter, const size_t *expected, size_t a, size_t b)
{
    const struct filter_term *x = &filter->terms.at[a], *y = &filter->terms.at[b];
    if (expected[a] != expected[b])
        return expected[a] < expected[b];
    if (x->kind != FILTER_WORD || y->kind != FILTER_WORD)
        return x->kind != FILTER_WORD && y->kind == FILTER_WORD;
    return strlen(x->word) > strlen(y->word);
}

typedef VEC(size_t) term_list;

static void
put_in_order(const struct filter *filter, const size_t *expected, term_list *out)
{
    for (size_t i = 0; i < filter->terms.count; i++) {
        size_t at = out->count;
        vec_push(out, i);
        for (; at > 0 && comes_before(filter, expected, i, out->at[at - 1]); at--)
            out->at[at] = out->at[at - 1];
        out->at[at] = i;
    }
}

static size_t
smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* What is in `out` is tidy; those of one more term leave of it what is in both. False: enough is known. */
static bool
gather_one(struct gathering *g, const struct filter *filter, const struct filter_term *term, bool *complete)
{
    journal_id_list *out = g->out, ids = {0};
    g->out = &ids;
    g->spent = 0;
    bool whole = gather_term(g, filter, term) && g->result == JOURNAL_DONE && g->spent <= g->most;
    g->out = out;
    if (whole) {
        journal_ids_tidy(&ids);
        if (*complete)
            intersect(out, &ids);
        else
            memcpy(out, &(journal_id_list){ids.at, ids.count, ids.room}, sizeof *out);
    }
    if (!whole || *complete)
        vec_free(&ids);
    *complete = *complete || whole;
    return g->result == JOURNAL_DONE && !(*complete && out->count <= FEW);
}

enum journal_result
journal_gather(struct journal *j, const struct filter *filter, const size_t *expected, size_t most,
               journal_id_list *out, bool *complete, struct fault *fault)
{
    struct gathering g = {.journal = j, .most = most, .out = out, .fault = fault};
    term_list order = {0};
    bool summary = false, goes_on = true;
    *complete = false;
    put_in_order(filter, expected, &order);
    for (size_t i = 0; i < order.count && goes_on && expected[order.at[i]] <= g.most; i++) {
        const struct filter_term *term = &filter->terms.at[order.at[i]];
        if (term->negated || (is_standing(term) && summary))
            continue;
        summary = summary || is_standing(term);
        goes_on = gather_one(&g, filter, term, complete);
        if (*complete)
            g.most = smaller(most, WORTH * out->count);
    }
    vec_free(&order);
    return g.result;
}
