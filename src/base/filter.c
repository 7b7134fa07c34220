#include "base/filter.h"

#include "base/date.h"
#include "base/text.h"

#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { TERM_ROOM = 256 };

static const struct {
    const char *sign; /* a longer one before its beginning */
    enum filter_compare compare;
} signs[] = {
    {"<=", FILTER_LESS_OR_EQUAL}, {">=", FILTER_MORE_OR_EQUAL}, {"!=", FILTER_NOT_EQUAL},
    {"<", FILTER_LESS},           {">", FILTER_MORE},           {"=", FILTER_EQUAL},
};

enum { SIGNS = sizeof signs / sizeof signs[0] };

/* ---- figures ---- */

static void
put_word(struct buf *out, const char *word)
{
    buf_format(out, "%s%s", out->count > 0 ? ", " : "", word);
}

static void
put_figures(struct buf *out, const struct filter_language *language)
{
    for (size_t i = 0; i < language->figure_count; i++)
        if (language->figures[i])
            put_word(out, language->figures[i]);
}

/* Reads "impacts>=100"; `name_count` bytes before the sign. */
static bool
read_figure(struct filter_term *term, const char *text, size_t name_count, size_t sign,
            const struct filter_language *language, struct fault *fault)
{
    char name[TERM_ROOM];
    memcpy(name, text, name_count);
    name[name_count] = '\0';
    const char *number = text + name_count + strlen(signs[sign].sign);
    *term = (struct filter_term){.kind = FILTER_FIGURE, .compare = signs[sign].compare};
    while (term->column < language->figure_count &&
           !(language->figures[term->column] && strcasecmp(language->figures[term->column], name) == 0))
        term->column++;
    if (term->column == language->figure_count) {
        struct buf known = {0};
        put_figures(&known, language);
        fault_set(fault, "unknown figure \"%s\"%s%s", name, known.count > 0 ? "; use " : "", buf_string(&known));
        buf_free(&known);
        return false;
    }
    size_t taken = text_read_decimal(number, &term->figure);
    if (taken == 0 || number[taken] != '\0')
        return fault_set(fault, "%s%s needs a number, for example %s%s100", name, signs[sign].sign, name,
                         signs[sign].sign);
    return true;
}

/* ---- names: each function reads the value behind the colon ---- */

typedef bool read_value(struct filter_term *, const char *text, const struct filter_language *, struct fault *);

static bool
read_in(struct filter_term *term, const char *text, const struct filter_language *language, struct fault *fault)
{
    struct addr address;
    bool host_bits = false;
    if (addr_parse(text, &address)) {
        addr_unmap(&address);
        term->prefix = prefix_around(&address, address.family == ADDR_V4 ? 32 : 128);
    } else if (!prefix_parse(text, &term->prefix, &host_bits) && host_bits) {
        char prefix[PREFIX_TEXT];
        return fault_set(fault, "%s has bits set beyond its length; try in:%s", text,
                         prefix_text(&term->prefix, prefix));
    }
    if (term->prefix.addr.family == ADDR_V4 || (term->prefix.addr.family == ADDR_V6 && language->ipv6))
        return true;
    return fault_set(fault, "in: needs %s prefix, for example in:203.0.113.0/24", language->ipv6 ? "a" : "an IPv4");
}

static bool
read_as(struct filter_term *term, const char *text, const struct filter_language *language, struct fault *fault)
{
    (void)language;
    const char *digits = strncasecmp(text, "as", 2) == 0 ? text + 2 : text;
    int64_t number = 0;
    size_t taken = text_read_integer(digits, UINT32_MAX, &number);
    if (taken == 0 || digits[taken] != '\0' || number == 0)
        return fault_set(fault, "as: needs an AS number, for example as:64500");
    term->asn = (uint32_t)number;
    return true;
}

static bool
read_level(struct filter_term *term, const char *text, const struct filter_language *language, struct fault *fault)
{
    (void)language;
    if (strcasecmp(text, "none") == 0)
        return true;
    if (*text < '1' || *text > '3' || text[1] != '\0')
        return fault_set(fault, "level: needs 1, 2, 3 or none");
    term->level = (unsigned)(*text - '0');
    return true;
}

static bool
read_state(struct filter_term *term, const char *text, const struct filter_language *language, struct fault *fault)
{
    struct buf known = {0};
    for (size_t i = 0; i < language->state_count; i++) {
        if (strcasecmp(language->states[i], text) == 0) {
            term->state = i;
            buf_free(&known);
            return true;
        }
        put_word(&known, language->states[i]);
    }
    fault_set(fault, "state: needs one of %s", buf_string(&known));
    buf_free(&known);
    return false;
}

static bool
read_tag(struct filter_term *term, const char *text, const struct filter_language *language, struct fault *fault)
{
    (void)language;
    if (*text == '\0')
        return fault_set(fault, "tag: needs a value, for example tag:customer");
    if (strchr(text, ','))
        return fault_set(fault, "a tag contains no comma; for two tags write tag:customer tag:vip");
    term->word = mem_copy(text);
    for (char *at = term->word; *at != '\0'; at++)
        *at = (char)tolower((unsigned char)*at);
    return true;
}

static bool
read_case_words(struct filter_term *term, const char *text, const struct filter_language *language, struct fault *fault)
{
    (void)language;
    struct buf words = {0};
    text_words(&words, text);
    bool is_good = words.count > 0;
    buf_free(&words);
    if (!is_good)
        return term->kind == FILTER_TICKET ? fault_set(fault, "ticket: needs a number, for example ticket:4711")
                                           : fault_set(fault, "contact: needs a name, for example contact:abuse");
    term->word = mem_copy(text);
    return true;
}

static bool
read_due(struct filter_term *term, const char *text, const struct filter_language *language, struct fault *fault)
{
    (void)language;
    return strcasecmp(text, "none") == 0 || date_parse(text, DATE_AHEAD, &term->at_ms) ||
           fault_set(fault, "due: needs a span, a day or none, for example due:7d, due:2026-12-07 or due:none");
}

/* Two letters of ISO 3166. */
static bool
read_country(struct filter_term *term, const char *text, const struct filter_language *language, struct fault *fault)
{
    (void)language;
    if (strlen(text) != 2 || !isalpha((unsigned char)text[0]) || !isalpha((unsigned char)text[1]))
        return fault_set(fault, "country: needs two letters, for example country:DE");
    term->word = mem_copy(text);
    for (char *at = term->word; *at != '\0'; at++)
        *at = (char)toupper((unsigned char)*at);
    return true;
}

static bool
read_list(struct filter_term *term, const char *text, const struct filter_language *language, struct fault *fault)
{
    (void)language;
    if (*text == '\0')
        return fault_set(fault, "list: needs a list, for example list:zen or list:bl.spamcop.net");
    term->word = mem_copy(text);
    return true;
}

static bool
read_date(struct filter_term *term, const char *text, const struct filter_language *language, struct fault *fault)
{
    (void)language;
    const char *name = term->kind == FILTER_SINCE ? "since" : "before";
    if (date_parse(text, DATE_AGO, &term->at_ms))
        return true;
    return fault_set(fault, "%s: needs a span or a day, for example %s:12h, %s:30d or %s:2026-11-01", name, name, name,
                     name);
}

static const struct {
    enum filter_kind kind;
    const char *name;
    read_value *read;
} values[] = {
    {FILTER_IN, "in:", read_in},
    {FILTER_AS, "as:", read_as},
    {FILTER_LEVEL, "level:", read_level},
    {FILTER_STATE, "state:", read_state},
    {FILTER_TAG, "tag:", read_tag},
    {FILTER_TICKET, "ticket:", read_case_words},
    {FILTER_CONTACT, "contact:", read_case_words},
    {FILTER_DUE, "due:", read_due},
    {FILTER_COUNTRY, "country:", read_country},
    {FILTER_LIST, "list:", read_list},
    {FILTER_SINCE, "since:", read_date},
    {FILTER_BEFORE, "before:", read_date},
};

enum { VALUES = sizeof values / sizeof values[0] };

static bool
refuse_kind(const char *name, const struct filter_language *language, struct fault *fault)
{
    struct buf known = {0}, figures = {0};
    put_word(&known, "words");
    for (size_t i = 0; i < VALUES; i++)
        if (language->kinds & 1u << values[i].kind)
            put_word(&known, values[i].name);
    put_figures(&figures, language);
    fault_set(fault, "%s cannot be used here; use %s%s%s", name, buf_string(&known),
              figures.count > 0 ? " and the figures " : "", buf_string(&figures));
    buf_free(&known);
    buf_free(&figures);
    return false;
}

/* ---- terms ---- */

static bool
read_plain(struct filter_term *term, const char *text, const struct filter_language *language, struct fault *fault)
{
    for (size_t i = 0; i < VALUES; i++) {
        size_t length = strlen(values[i].name);
        if (strncasecmp(text, values[i].name, length) != 0)
            continue;
        *term = (struct filter_term){.kind = values[i].kind};
        return language->kinds & 1u << values[i].kind ? values[i].read(term, text + length, language, fault)
                                                      : refuse_kind(values[i].name, language, fault);
    }
    size_t before = strcspn(text, "<>=!"), sign = 0;
    while (sign < SIGNS && strncmp(text + before, signs[sign].sign, strlen(signs[sign].sign)) != 0)
        sign++;
    if (before > 0 && sign < SIGNS)
        return read_figure(term, text, before, sign, language, fault);
    /* An unknown name of a term: "blah:3", not "dead:beef::1" or "http://". */
    size_t letters = 0, digits = strspn(text, "0123456789abcdefABCDEF");
    while (isalpha((unsigned char)text[letters]))
        letters++;
    if (letters > 0 && text[letters] == ':' && digits < letters && strncmp(text + letters, "://", 3) != 0) {
        char name[TERM_ROOM];
        snprintf(name, sizeof name, "%.*s", (int)letters + 1, text);
        return refuse_kind(name, language, fault);
    }
    *term = (struct filter_term){.kind = FILTER_WORD, .word = mem_copy(text)};
    return true;
}

bool
filter_parse(struct filter *filter, const char *text, const struct filter_language *language, struct fault *fault)
{
    struct filter fresh = {0};
    for (;;) {
        char term_text[TERM_ROOM];
        struct filter_term term;
        text += strspn(text, " ");
        size_t length = strcspn(text, " ");
        if (length == 0)
            break;
        if (length >= sizeof term_text) {
            filter_fini(&fresh);
            return fault_set(fault, "a word of more than %d characters matches no row", TERM_ROOM - 1);
        }
        memcpy(term_text, text, length);
        term_text[length] = '\0';
        bool negated = *term_text == '-' || *term_text == '!';
        bool good = !negated || length > 1;
        if (!good)
            fault_set(fault, "%s needs a word to exclude, for example %shosting", term_text, term_text);
        if (!good || !read_plain(&term, term_text + negated, language, fault)) {
            filter_fini(&fresh);
            return false;
        }
        term.negated = negated;
        vec_push(&fresh.terms, term);
        text += length;
    }
    filter_fini(filter);
    *filter = fresh;
    return true;
}

void
filter_fini(struct filter *filter)
{
    for (size_t i = 0; i < filter->terms.count; i++)
        free(filter->terms.at[i].word);
    vec_free(&filter->terms);
}

/* ---- rows ---- */

unsigned
filter_reader_kinds(const struct filter_reader *reader)
{
    unsigned kinds = 0;
    kinds |= (unsigned)(reader->touches || reader->prefix) << FILTER_IN;
    kinds |= (unsigned)(reader->is_of != NULL) << FILTER_AS;
    kinds |= (unsigned)(reader->on_level != NULL) << FILTER_LEVEL;
    kinds |= (unsigned)(reader->is_state != NULL) << FILTER_STATE;
    kinds |= (unsigned)(reader->has_tag != NULL) << FILTER_TAG;
    kinds |= (unsigned)(reader->in_country != NULL) << FILTER_COUNTRY;
    kinds |= (unsigned)(reader->seen_ms != NULL) << FILTER_SINCE;
    kinds |= (unsigned)(reader->seen_ms != NULL) << FILTER_BEFORE;
    return kinds;
}

bool
filter_compares(double figure, enum filter_compare compare, double than)
{
    switch (compare) {
    case FILTER_LESS:
        return figure < than;
    case FILTER_LESS_OR_EQUAL:
        return figure <= than;
    case FILTER_EQUAL:
        return figure == than;
    case FILTER_MORE_OR_EQUAL:
        return figure >= than;
    case FILTER_MORE:
        return figure > than;
    case FILTER_NOT_EQUAL:
        return figure < than || figure > than; /* not for NAN */
    }
    return false;
}

bool
filter_touches(const struct filter_reader *reader, void *self, size_t item, const struct prefix *prefix)
{
    if (reader->touches)
        return reader->touches(self, item, prefix);
    struct prefix own = reader->prefix(self, item);
    return prefix_overlaps(&own, prefix);
}

static bool
holds(const struct filter_term *term, const struct filter_reader *reader, void *self, size_t item)
{
    char text[PREFIX_TEXT];
    struct prefix prefix;
    switch (term->kind) {
    case FILTER_WORD:
        if (reader->matches)
            return reader->matches(self, item, term->word);
        prefix = reader->prefix(self, item);
        return strcasestr(prefix_text(&prefix, text), term->word);
    case FILTER_FIGURE:
        return filter_compares(reader->figure(self, item, term->column), term->compare, term->figure);
    case FILTER_IN:
        return filter_touches(reader, self, item, &term->prefix);
    case FILTER_AS:
        return reader->is_of(self, item, term->asn);
    case FILTER_LEVEL:
        return reader->on_level(self, item, term->level);
    case FILTER_STATE:
        return reader->is_state(self, item, term->state);
    case FILTER_TAG:
        return reader->has_tag(self, item, term->word);
    case FILTER_COUNTRY:
        return reader->in_country(self, item, term->word);
    case FILTER_SINCE:
    case FILTER_BEFORE: {
        int64_t seen_ms = reader->seen_ms(self, item);
        return seen_ms != 0 && (seen_ms >= term->at_ms) == (term->kind == FILTER_SINCE);
    }
    default: /* terms of cases are for SQL */
        break;
    }
    assert(!"a kind of term");
    return false;
}

bool
filter_passes(const struct filter *filter, const struct filter_reader *reader, void *self, size_t item)
{
    for (size_t i = 0; i < filter->terms.count; i++)
        if (holds(&filter->terms.at[i], reader, self, item) == filter->terms.at[i].negated)
            return false;
    return true;
}
