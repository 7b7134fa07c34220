/* Filters as SQL. Values are written into the text: words are quoted, everything else is a number or hexadecimal. */
#include "journal/filter_row.h"

#include "base/text.h"
#include "journal/resources.h"
#include "lists/catalogue.h"

#include <sqlite3.h>
#include <string.h>
#include <strings.h>

/* ---- the language ---- */

enum { IMPACTS, LIMIT, SCORE, LISTED, CHANGES, FIGURES };

static const struct {
    const char *name, *sql;
} figures[FIGURES] = {
    [IMPACTS] = {"impacts", FILTER_ROW_NET("impacts")},
    [LIMIT] = {"limit", FILTER_ROW_NET("net_limit")},
    [SCORE] = {"score", "o.score"},
    [LISTED] = {"listed", "(o.levels & 1) + (o.levels >> 1 & 1) + (o.levels >> 2 & 1)"},
    [CHANGES] = {"changes", "CASE WHEN o.id THEN (SELECT count(*) FROM observation WHERE matter = m.id) END"},
};

const struct filter_language *
filter_row_language(void)
{
    static const char *figure_names[FIGURES], *states[FILTER_ROW_STATES] = {[FILTER_ROW_STATE_DUE] = "due"};
    static const struct filter_language language = {
        .kinds = (1u << FILTER_KINDS) - 1,
        .figures = figure_names,
        .figure_count = FIGURES,
        .states = states,
        .state_count = FILTER_ROW_STATES,
        .ipv6 = true,
    };
    for (size_t i = 0; i < FIGURES; i++)
        figure_names[i] = figures[i].name;
    for (size_t i = 0; i < FILTER_ROW_STATE_DUE; i++)
        states[i] = i < FILTER_ROW_STATE_CASE ? verdict_state_name((enum verdict_state)i)
                                              : case_state_name((enum case_state)(i - FILTER_ROW_STATE_CASE));
    return &language;
}

/* ---- words ---- */

/* has_words(WORDS, TEXT...): whether one of the texts has the words, which are as text_words writes them. */
static void
has_words(sqlite3_context *context, int count, sqlite3_value **values)
{
    struct buf *words = sqlite3_user_data(context);
    const char *wanted = (const char *)sqlite3_value_text(values[0]);
    bool has = false;
    for (int i = 1; i < count && !has; i++) {
        const char *text = (const char *)sqlite3_value_text(values[i]);
        buf_clear(words);
        if (text)
            text_words(words, text);
        has = strstr(buf_string(words), wanted);
    }
    sqlite3_result_int(context, has);
}

static void
free_words(void *words)
{
    buf_free(words);
    free(words);
}

int
filter_row_register(sqlite3 *db)
{
    return sqlite3_create_function_v2(db, "has_words", -1, SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY,
                                      mem_zero(sizeof(struct buf)), has_words, NULL, NULL, free_words);
}

static void
put_quoted(struct buf *sql, const char *text, const char *more)
{
    buf_byte(sql, '\'');
    for (; *text; text++)
        buf_format(sql, "%s%c", *text == '\'' ? "'" : "", *text);
    buf_format(sql, "%s'", more);
}

/* Puts whether some columns of the text of one of its cases, also of an earlier one, have the words of text_words. */
static void
put_case_words(struct buf *sql, const char *columns, const char *words)
{
    buf_format(sql,
               "EXISTS (SELECT 1 FROM cases x CROSS JOIN case_text t ON t.rowid = x.id WHERE x.matter = m.id"
               " AND has_words('%s', %s))",
               words, columns);
}

static void
put_word(struct buf *sql, const char *word)
{
    struct buf words = {0};
    text_words(&words, word);
    buf_text(sql, "substr(m.text, 1, length(");
    put_quoted(sql, word, "");
    buf_text(sql, ")) = ");
    put_quoted(sql, word, "");
    buf_text(sql, " COLLATE NOCASE");
    if (words.count > 0) {
        buf_format(sql, " OR has_words('%s', o.name, (SELECT name FROM org WHERE id = o.org)) OR ", buf_string(&words));
        put_case_words(sql, "t.notes, t.ticket, t.tags, t.told", buf_string(&words));
    }
    buf_free(&words);
}

/* "mail-7.ex" is looked up as "mail" AND "7", since FTS5 collects everything that begins with "ex" to answer "ex"*. */
static void
put_query(struct buf *query, const char *word)
{
    struct buf words = {0};
    text_words(&words, word);
    size_t empty = query->count;
    for (const char *at = buf_string(&words); *at;) {
        size_t length = strcspn(++at, " ");
        bool last = at[length] == '\0';
        if (!last || query->count == empty)
            buf_format(query, "\"%.*s\"%s ", (int)length, at, last ? "*" : "");
        at += length;
    }
    buf_free(&words);
}

static void
put_candidates_of_word(struct buf *sql, const char *word)
{
    struct buf query = {0};
    put_query(&query, word);
    buf_text(sql, "SELECT id FROM matter WHERE text COLLATE NOCASE BETWEEN ");
    put_quoted(sql, word, "");
    buf_text(sql, " AND ");
    put_quoted(sql, word, "~");
    if (query.count > 0)
        buf_format(sql,
                   " UNION ALL SELECT rowid FROM matter_text WHERE matter_text MATCH '%s'"
                   " UNION ALL SELECT matter FROM cases WHERE id IN"
                   " (SELECT rowid FROM case_text WHERE case_text MATCH '%s')"
                   " UNION ALL SELECT matter FROM observation WHERE id > (SELECT observation FROM matter_text_upto)",
                   buf_string(&query), buf_string(&query));
    buf_free(&query);
}

/* ---- prefixes ---- */

static void
put_key(struct buf *sql, const uint8_t key[static 16])
{
    buf_text(sql, "X'");
    for (size_t i = 0; i < 16; i++)
        buf_format(sql, "%02x", key[i]);
    buf_byte(sql, '\'');
}

#define KEYS_OF_IPV4 "X'00000000000000000000ffff00000000' AND X'00000000000000000000ffffffffffff'"

static void
put_candidates_in(struct buf *sql, const struct prefix *prefix)
{
    uint8_t low[16], high[16];
    journal_prefix_keys(prefix, low, high);
    buf_text(sql, "SELECT id FROM matter WHERE low BETWEEN ");
    put_key(sql, low);
    buf_text(sql, " AND ");
    put_key(sql, high);
    buf_text(sql, " UNION ALL SELECT id FROM matter WHERE kind = 2 AND low IN (NULL");
    for (unsigned length = 0; length < prefix->length; length++) {
        struct prefix around = prefix_around(&prefix->addr, length);
        journal_prefix_keys(&around, low, high);
        buf_text(sql, ", ");
        put_key(sql, low);
    }
    buf_byte(sql, ')');
}

/* ---- terms ---- */

void
filter_row_due(struct buf *sql, int64_t now_ms)
{
    buf_format(sql,
               "SELECT m.id FROM cases d CROSS JOIN matter m ON m.id = d.matter WHERE d.due_ms > 0 AND d.due_ms <= %lld"
               " AND d.state <> 'closed' AND d.id = " FILTER_ROW_CASE,
               (long long)now_ms);
}

static void
put_tag(struct buf *sql, const char *tags, const char *tag)
{
    buf_format(sql, "instr(' ' || %s || ' ', ' ' || ", tags);
    put_quoted(sql, tag, " ");
    buf_text(sql, ") > 0");
}

/* Puts whether the newest observation is listed by a list of that zone, first label or operator. */
static void
put_list_term(struct buf *sql, const char *word)
{
    const struct catalogue *catalogue = catalogue_builtin();
    buf_text(sql, "EXISTS (SELECT 1 FROM list l WHERE instr(char(10) || o.results, char(10) || l.id || ' listed ') > 0"
                  " AND (substr(l.zone, 1, instr(l.zone, '.') - 1) = ");
    put_quoted(sql, word, "");
    buf_text(sql, " COLLATE NOCASE OR l.zone COLLATE NOCASE IN (");
    put_quoted(sql, word, "");
    for (size_t i = 0; i < catalogue_known(catalogue); i++)
        if (strcasecmp(catalogue_list(catalogue, i)->run_by, word) == 0) {
            buf_text(sql, ", ");
            put_quoted(sql, catalogue_list(catalogue, i)->zone, "");
        }
    buf_text(sql, ")))");
}

static void
put_case_term(struct buf *sql, const struct filter_term *term, int64_t now_ms)
{
    struct buf words = {0};
    switch (term->kind) {
    case FILTER_STATE:
        if (term->state == FILTER_ROW_STATE_DUE) {
            buf_text(sql, "m.id IN (");
            filter_row_due(sql, now_ms);
            buf_byte(sql, ')');
        } else {
            buf_format(sql, "%s = '%s'", term->state < FILTER_ROW_STATE_CASE ? "o.verdict" : "c.state",
                       filter_row_language()->states[term->state]);
        }
        break;
    case FILTER_TAG:
        put_tag(sql, "c.tags", term->word);
        break;
    case FILTER_DUE:
        buf_format(sql, "c.state <> 'closed' AND c.due_ms %s %lld", term->at_ms > 0 ? "> 0 AND c.due_ms <=" : "=",
                   (long long)term->at_ms);
        break;
    default:
        text_words(&words, term->word);
        put_case_words(sql, term->kind == FILTER_TICKET ? "t.ticket" : "t.told", buf_string(&words));
        break;
    }
    buf_free(&words);
}

void
filter_row_term(struct buf *sql, const struct filter_term *term, int64_t now_ms)
{
    static const char *const signs[] = {
        [FILTER_LESS] = "<",           [FILTER_LESS_OR_EQUAL] = "<=", [FILTER_EQUAL] = "=",
        [FILTER_MORE_OR_EQUAL] = ">=", [FILTER_MORE] = ">",           [FILTER_NOT_EQUAL] = "<>",
    };
    uint8_t low[16], high[16];
    buf_byte(sql, '(');
    switch (term->kind) {
    case FILTER_WORD:
        put_word(sql, term->word);
        break;
    case FILTER_FIGURE:
        buf_format(sql, "%s %s %.17g", figures[term->column].sql, signs[term->compare], term->figure);
        break;
    case FILTER_IN:
        /* They have an address in common: one covers the other. The keys of IPv4 are also keys of IPv6. */
        journal_prefix_keys(&term->prefix, low, high);
        buf_text(sql, "m.low <= ");
        put_key(sql, high);
        buf_text(sql, " AND m.high >= ");
        put_key(sql, low);
        buf_format(sql, " AND (m.low BETWEEN " KEYS_OF_IPV4 " AND m.high BETWEEN " KEYS_OF_IPV4 ") = %d",
                   term->prefix.addr.family == ADDR_V4);
        break;
    case FILTER_AS:
        buf_format(sql, "m.asn = %u OR o.asn = %u OR o.score_asn = %u", term->asn, term->asn, term->asn);
        break;
    case FILTER_LEVEL:
        buf_format(sql, term->level > 0 ? "o.levels >> %u & 1" : "o.levels_clear = 7", term->level - 1);
        break;
    case FILTER_STATE:
    case FILTER_TAG:
    case FILTER_TICKET:
    case FILTER_CONTACT:
    case FILTER_DUE:
        put_case_term(sql, term, now_ms);
        break;
    case FILTER_LIST:
        put_list_term(sql, term->word);
        break;
    case FILTER_COUNTRY:
        buf_format(sql, "o.country = '%s' COLLATE NOCASE", term->word);
        break;
    case FILTER_SINCE:
    case FILTER_BEFORE:
        buf_format(sql, "m.seen_ms <> 0 AND m.seen_ms %s %lld", term->kind == FILTER_SINCE ? ">=" : "<",
                   (long long)term->at_ms);
        break;
    case FILTER_KINDS:
        break;
    }
    buf_format(sql, ") IS %sTRUE", term->negated ? "NOT " : "");
}

/* Resources that ever had an observation on such levels, or of such a country. */
static void
put_candidates_listed(struct buf *sql, const struct filter_term *term)
{
    buf_text(sql, "SELECT matter FROM observation WHERE verdict IN ('clear', 'collateral', 'direct', 'unknown')"
                  " AND levels IN (NULL");
    for (unsigned levels = 0; levels < 8; levels++) {
        bool on_it = term->level > 0 ? levels >> (term->level - 1) & 1 : levels == 0;
        if (term->kind == FILTER_COUNTRY || (term->kind == FILTER_LEVEL && on_it) ||
            (term->kind == FILTER_FIGURE && filter_compares(__builtin_popcount(levels), term->compare, term->figure)))
            buf_format(sql, ", %u", levels);
    }
    buf_byte(sql, ')');
    if (term->kind == FILTER_COUNTRY)
        buf_format(sql, " AND country = '%s' COLLATE NOCASE", term->word);
}

bool
filter_row_candidates(struct buf *sql, const struct filter_term *term)
{
    struct buf query = {0};
    if (term->negated || (term->kind == FILTER_FIGURE && term->column != LISTED))
        return false;
    switch (term->kind) {
    case FILTER_WORD:
        put_candidates_of_word(sql, term->word);
        return true;
    case FILTER_IN:
        put_candidates_in(sql, &term->prefix);
        return true;
    case FILTER_AS:
        buf_format(sql,
                   "SELECT id FROM matter WHERE low = %u UNION ALL SELECT matter FROM observation WHERE asn = %u"
                   " UNION ALL SELECT matter FROM observation WHERE score_asn = %u AND score_asn IS NOT NULL"
                   " AND score_asn IS NOT asn",
                   term->asn, term->asn, term->asn);
        return true;
    case FILTER_LEVEL:
    case FILTER_COUNTRY:
    case FILTER_FIGURE:
        put_candidates_listed(sql, term);
        return true;
    case FILTER_STATE:
        buf_text(sql, term->state < FILTER_ROW_STATE_CASE ? "SELECT matter FROM observation WHERE verdict = "
                                                          : "SELECT matter FROM cases WHERE state = ");
        put_quoted(sql, filter_row_language()->states[term->state], "");
        return term->state != FILTER_ROW_STATE_DUE;
    case FILTER_TAG:
        buf_text(sql, "SELECT matter FROM cases WHERE ");
        put_tag(sql, "tags", term->word);
        return true;
    case FILTER_TICKET:
    case FILTER_CONTACT:
        put_query(&query, term->word);
        buf_format(
            sql, "SELECT matter FROM cases WHERE id IN (SELECT rowid FROM case_text WHERE case_text MATCH '%s : (%s)')",
            term->kind == FILTER_TICKET ? "ticket" : "told", buf_string(&query));
        buf_free(&query);
        return true;
    case FILTER_DUE:
        buf_format(sql, "SELECT matter FROM cases WHERE state <> 'closed' AND due_ms <= %lld", (long long)term->at_ms);
        return true;
    default:
        return false;
    }
}
