/* UCL, as far as rules of lists need it: objects in braces, lists in brackets, strings, comments. */
#include "lists/rspamd.h"

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/vec.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { DEPTH_MOST = 8 };

struct code {
    char *symbol;
    struct buf filter;
};

/* An object with `rbl`. */
struct rule {
    char *zone, *symbol;
    VEC(struct code) codes;
    bool skipped; /* it is disabled, or asks about something else than the client's address */
};

struct reading {
    const char *at;
    const struct rspamd_sink *sink;
    struct fault *fault;
    unsigned depth;
};

static void
skip_blanks(struct reading *r)
{
    for (;;) {
        r->at += strspn(r->at, " \t\r\n");
        if (*r->at == '#') {
            r->at += strcspn(r->at, "\n");
        } else if (r->at[0] == '/' && r->at[1] == '*') {
            const char *end = strstr(r->at + 2, "*/");
            r->at = end ? end + 2 : r->at + strlen(r->at);
        } else {
            return;
        }
    }
}

/* Reads a word, which may be quoted. Returns NULL with a fault if there is none. The caller frees it. */
static char *
read_word(struct reading *r, const char *stops)
{
    const char quote = *r->at == '"' || *r->at == '\'' ? *r->at : '\0';
    const char *begin = r->at + (quote != '\0'), *end = quote ? strchr(begin, quote) : begin + strcspn(begin, stops);
    if (!end || (!quote && end == begin)) {
        fault_set(r->fault, quote ? "a quotation does not end" : "a name or a value is missing");
        return NULL;
    }
    r->at = end + (quote != '\0');
    return text_clean_copy(begin, (size_t)(end - begin));
}

/* Writes an answer of rspamd, an address or a pattern of Lua, as a filter: "127.0.%d+.2" is 127.0.[0..255].2. */
static void
put_filter(struct buf *out, const char *answer)
{
    for (const char *at = answer + (*answer == '^'); *at; at++) {
        if (strncmp(at, "%d+", 3) == 0) {
            buf_text(out, "[0..255]");
            at += 2;
        } else if (*at == '[' && isdigit((unsigned char)at[1]) && at[2] == '-') {
            buf_format(out, "[%c..", at[1]);
            at += 2;
        } else if (!(*at == '%' && at[1] == '.') && !(*at == '$' && !at[1])) {
            buf_byte(out, *at);
        }
    }
}

static void
add_code(struct rule *rule, const char *symbol, const char *answer)
{
    size_t i = 0;
    while (i < rule->codes.count && strcmp(rule->codes.at[i].symbol, symbol) != 0)
        i++;
    if (i == rule->codes.count)
        vec_push(&rule->codes, ((struct code){.symbol = mem_copy(symbol)}));
    struct buf *filter = &rule->codes.at[i].filter;
    buf_text(filter, filter->count > 0 ? "|" : "");
    put_filter(filter, answer);
}

static bool
is_one_of(const char *word, const char *const *words)
{
    while (*words && strcasecmp(word, *words) != 0)
        words++;
    return *words;
}

/* Takes a value of an object. */
static void
take_value(struct reading *r, const char *object, const char *key, const char *value, struct rule *rule)
{
    static const char *const score_keys[] = {"weight", "score", NULL}, *const actions[] = {"reject", "add_header",
                                                                                           NULL};
    static const char *const no[] = {"false", "no", "off", NULL}, *const yes[] = {"true", "yes", "on", NULL};
    bool negative = *value == '-';
    double points;
    size_t used = text_read_decimal(value + negative, &points);
    bool number = used > 0 && !value[negative + used];
    if (strcmp(object, "returncodes") == 0) {
        add_code(rule, key, value);
    } else if (strcmp(key, "rbl") == 0 || strcmp(key, "symbol") == 0) {
        char **text = *key == 'r' ? &rule->zone : &rule->symbol;
        free(*text);
        *text = mem_copy(value);
    } else if ((strcmp(key, "enabled") == 0 || strcmp(key, "from") == 0) && is_one_of(value, no)) {
        rule->skipped = true;
    } else if (strcmp(key, "disabled") == 0 && is_one_of(value, yes)) {
        rule->skipped = true;
    } else if (number && (is_one_of(key, score_keys) || is_one_of(key, actions))) {
        r->sink->score(r->sink->arg, is_one_of(key, actions) ? key : object, negative ? -points : points);
    }
}

/* Reads a value, or a list of them. The checks of a rule must include "from", the client's address. */
static bool
read_values(struct reading *r, const char *object, const char *key, struct rule *rule)
{
    static const char stops[] = " \t\r\n;,{}[]";
    bool several = *r->at == '[', checks = strcmp(key, "checks") == 0, from = false;
    r->at += several;
    do {
        skip_blanks(r);
        if (several && *r->at == ']')
            break;
        char *value = read_word(r, stops);
        if (!value)
            return false;
        from |= strcmp(value, "from") == 0;
        take_value(r, object, key, value, rule);
        free(value);
        skip_blanks(r);
        r->at += several && *r->at == ',';
    } while (several);
    r->at += several;
    rule->skipped |= checks && !from;
    return true;
}

/* Hands over a rule that is complete. Without a symbol it has its name, in capitals. */
static bool
end_rule(struct reading *r, const char *name, struct rule *rule)
{
    bool counts = rule->zone && !rule->skipped, good = true;
    if (!rule->symbol) {
        rule->symbol = mem_copy(name);
        for (char *at = rule->symbol; *at; at++)
            *at = (char)toupper((unsigned char)*at);
    }
    if (counts && rule->codes.count == 0)
        good = r->sink->rule(r->sink->arg, rule->zone, "", rule->symbol, r->fault);
    for (size_t i = 0; i < rule->codes.count; i++) {
        struct code *code = &rule->codes.at[i];
        good = good &&
               (!counts || r->sink->rule(r->sink->arg, rule->zone, buf_string(&code->filter), code->symbol, r->fault));
        free(code->symbol);
        buf_free(&code->filter);
    }
    vec_free(&rule->codes);
    free(rule->zone);
    free(rule->symbol);
    return good;
}

static bool read_object(struct reading *, const char *name, struct rule *outer);

/* Reads KEY = VALUE, KEY { ... } or KEY NAME { ... }. */
static bool
read_entry(struct reading *r, const char *object, struct rule *rule)
{
    char *key = read_word(r, " \t\r\n;,{}[]=:");
    if (!key)
        return false;
    skip_blanks(r);
    r->at += *r->at == '=' || *r->at == ':';
    skip_blanks(r);
    const char *value = r->at;
    char *name = *value == '{' || *value == '[' ? NULL : read_word(r, " \t\r\n;,{}[]");
    skip_blanks(r);
    bool is_object = *r->at == '{' && (name || r->at == value);
    if (!is_object)
        r->at = value;
    bool good = is_object ? read_object(r, name ? name : key, rule) : read_values(r, object, key, rule);
    free(name);
    free(key);
    skip_blanks(r);
    r->at += good && (*r->at == ';' || *r->at == ',');
    return good;
}

/* Reads { ... }. The codes of a rule belong to the rule around them. */
static bool
read_object(struct reading *r, const char *name, struct rule *outer)
{
    struct rule own = {0}, *rule = strcmp(name, "returncodes") == 0 ? outer : &own;
    bool good = r->depth++ < DEPTH_MOST || fault_set(r->fault, "braces are nested too deep");
    r->at++;
    skip_blanks(r);
    while (good && *r->at != '}') {
        good = *r->at ? read_entry(r, name, rule) : fault_set(r->fault, "%s { ... } does not end", name);
        skip_blanks(r);
    }
    r->at += good;
    r->depth--;
    own.skipped |= !good;
    return end_rule(r, name, &own) && good;
}

bool
rspamd_begins(const char *text)
{
    size_t line = strcspn(text, "\n"), brace = strcspn(text, "{");
    size_t blanks = strspn(text, " \t");
    return brace < line && !strchr("#;[", text[blanks]) && strcspn(text, ",;") > brace;
}

bool
rspamd_read(const char **text, const struct rspamd_sink *sink, struct fault *fault)
{
    struct reading r = {.at = *text, .sink = sink, .fault = fault};
    struct rule none = {0};
    skip_blanks(&r);
    bool good = read_entry(&r, "", &none);
    none.skipped = true;
    end_rule(&r, "", &none);
    *text = r.at;
    return good;
}
