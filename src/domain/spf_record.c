#include "domain/spf_record.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define MARK "v=spf1"

enum { MARK_COUNT = sizeof MARK - 1, QUOTED = 100 };

static const struct mechanism {
    const char *name;
    enum spf_kind kind;
    enum { DOMAIN_NONE, DOMAIN_MAY, DOMAIN_MUST, DOMAIN_NET } domain;
    bool lengths; /* may end in them */
} mechanisms[] = {
    {"all", SPF_ALL, DOMAIN_NONE, false}, {"include", SPF_INCLUDE, DOMAIN_MUST, false},
    {"a", SPF_A, DOMAIN_MAY, true},       {"mx", SPF_MX, DOMAIN_MAY, true},
    {"ptr", SPF_PTR, DOMAIN_MAY, false},  {"ip4", SPF_IP4, DOMAIN_NET, false},
    {"ip6", SPF_IP6, DOMAIN_NET, false},  {"exists", SPF_EXISTS, DOMAIN_MUST, false},
};

static bool
is_word(struct spf_span span, const char *word)
{
    return span.count == strlen(word) && strncasecmp(span.at, word, span.count) == 0;
}

static bool
is_one_of(char byte, const char *bytes)
{
    return byte && strchr(bytes, byte);
}

bool
spf_record_is(struct spf_span txt)
{
    return txt.count >= MARK_COUNT && strncasecmp(txt.at, MARK, MARK_COUNT) == 0 &&
           (txt.count == MARK_COUNT || txt.at[MARK_COUNT] == ' ');
}

/* Says what is wrong with a term. Returns false. */
static bool
refuse(const struct spf_term *term, const char *why, struct fault *fault)
{
    int count = term->text.count < QUOTED ? (int)term->text.count : QUOTED;
    return fault_set(fault, "\"%.*s\" %s", count, term->text.at, why);
}

/* Reads "24" as the length of a net: no leading zeros, at most `most`. Returns false for other text. */
static bool
read_length(struct spf_span digits, unsigned most, uint8_t *out)
{
    unsigned length = 0;
    if (digits.count == 0 || digits.count > 3 || (digits.count > 1 && *digits.at == '0'))
        return false;
    for (size_t i = 0; i < digits.count; i++) {
        if (!isdigit((unsigned char)digits.at[i]))
            return false;
        length = length * 10 + (unsigned)(digits.at[i] - '0');
    }
    *out = (uint8_t)length;
    return length <= most;
}

/* Cuts "/24", "//64" or "/24//64" off the end of an argument and reads it. Returns false for wrong lengths. */
static bool
take_lengths(struct spf_span *argument, struct spf_term *term)
{
    static const unsigned most[2] = {32, 128};
    term->lengths[0] = 32;
    term->lengths[1] = 128;
    for (int family = 1; family >= 0; family--) {
        size_t slashes = (size_t)family + 1, digits = 0, count = argument->count;
        while (digits < count && isdigit((unsigned char)argument->at[count - 1 - digits]))
            digits++;
        if (count < digits + slashes || memcmp(argument->at + count - digits - slashes, "//", slashes) != 0)
            continue;
        struct spf_span length = {argument->at + count - digits, digits};
        if (!read_length(length, most[family], &term->lengths[family]))
            return false;
        argument->count -= digits + slashes;
    }
    return true;
}

/* Reads the net of ip4 and ip6. */
static bool
read_net(struct spf_span argument, struct spf_term *term)
{
    struct addr address;
    unsigned family = term->kind == SPF_IP4 ? ADDR_V4 : ADDR_V6, bits = family == ADDR_V4 ? 32 : 128;
    const char *slash = argument.count > 0 ? memchr(argument.at, '/', argument.count) : NULL;
    size_t count = slash ? (size_t)(slash - argument.at) : argument.count;
    uint8_t length = (uint8_t)bits;
    if (!addr_parse_bytes(argument.at, count, &address) || address.family != family)
        return false;
    if (slash && !read_length((struct spf_span){slash + 1, argument.count - count - 1}, bits, &length))
        return false;
    term->net = prefix_around(&address, length);
    return true;
}

/* Reads the argument of a mechanism, which begins with its ":" or "/" if there is one. */
static bool
read_argument(const struct mechanism *mechanism, struct spf_span argument, struct spf_term *term, struct fault *fault)
{
    bool colon = argument.count > 0 && *argument.at == ':';
    if (mechanism->domain == DOMAIN_NONE)
        return argument.count == 0 || refuse(term, "must stand alone", fault);
    if (mechanism->domain == DOMAIN_NET) {
        struct spf_span net = {argument.at + colon, argument.count - colon};
        return (colon && read_net(net, term)) || refuse(term, "is no address and no net", fault);
    }
    if (mechanism->lengths && !take_lengths(&argument, term))
        return refuse(term, "ends in a wrong net length", fault);
    if (argument.count == 0)
        return mechanism->domain == DOMAIN_MAY || refuse(term, "needs a domain", fault);
    term->domain = (struct spf_span){argument.at + colon, argument.count - colon};
    struct addr address;
    if (colon && addr_parse_bytes(term->domain.at, term->domain.count, &address))
        return refuse(term,
                      address.family == ADDR_V4 ? "has an address: write ip4:" : "has an address: write ip6:", fault);
    return (colon && spf_macro_is_domain(term->domain)) || refuse(term, "has no valid domain", fault);
}

static bool
read_mechanism(struct spf_term *term, struct fault *fault)
{
    struct spf_span name = term->text, argument;
    if (is_one_of(*name.at, "+-~?")) {
        term->qualifier = *name.at++;
        name.count--;
    }
    argument = name;
    while (argument.count > 0 && !is_one_of(*argument.at, ":/")) {
        argument.at++;
        argument.count--;
    }
    name.count -= argument.count;
    for (size_t i = 0; i < sizeof mechanisms / sizeof *mechanisms; i++)
        if (is_word(name, mechanisms[i].name)) {
            term->kind = mechanisms[i].kind;
            return read_argument(&mechanisms[i], argument, term, fault);
        }
    return refuse(term, "is no SPF mechanism", fault);
}

/* Reads a modifier: a name, "=", and the rest. */
static bool
read_modifier(struct spf_term *term, size_t name_count, struct fault *fault)
{
    struct spf_span name = {term->text.at, name_count};
    struct spf_span value = {name.at + name_count + 1, term->text.count - name_count - 1};
    term->kind = is_word(name, "redirect") ? SPF_REDIRECT : is_word(name, "exp") ? SPF_EXP : SPF_OTHER;
    term->domain = value;
    if (term->kind == SPF_OTHER)
        return spf_macro_is_valid(value, "", false) || refuse(term, "has a wrong macro", fault);
    return spf_macro_is_domain(value) || refuse(term, "has no valid domain", fault);
}

static bool
read_term(struct spf_term *term, struct fault *fault)
{
    size_t name = 0;
    if (isalpha((unsigned char)*term->text.at))
        while (name < term->text.count &&
               (isalnum((unsigned char)term->text.at[name]) || is_one_of(term->text.at[name], "-_.")))
            name++;
    if (name > 0 && name < term->text.count && term->text.at[name] == '=')
        return read_modifier(term, name, fault);
    return read_mechanism(term, fault);
}

/* Finds redirect and exp, each of which a record may have once. */
static bool
find_modifiers(struct spf_record *record, struct fault *fault)
{
    for (size_t i = 0; i < record->terms.count; i++) {
        const struct spf_term *term = &record->terms.at[i];
        const struct spf_term **place = term->kind == SPF_REDIRECT ? &record->redirect
                                        : term->kind == SPF_EXP    ? &record->exp
                                                                   : NULL;
        if (place && *place)
            return refuse(term, "is there a second time", fault);
        if (place)
            *place = term;
    }
    return true;
}

const struct record *
spf_record_find(const struct answer *answer, size_t *count)
{
    const struct record *found = NULL;
    *count = 0;
    for (size_t i = 0; i < answer->count; i++)
        if (spf_record_is((struct spf_span){answer->records[i].text, answer->records[i].text_count})) {
            found = &answer->records[i];
            ++*count;
        }
    return found;
}

bool
spf_record_read(struct spf_record *out, struct spf_span txt, struct fault *fault)
{
    *out = (struct spf_record){.text = mem_copy_bytes(txt.at, txt.count)};
    for (const char *at = out->text + MARK_COUNT, *end = out->text + txt.count; at < end;) {
        const char *space = memchr(at, ' ', (size_t)(end - at)), *stop = space ? space : end;
        struct spf_term term = {.qualifier = '+', .text = {at, (size_t)(stop - at)}};
        at = space ? space + 1 : end;
        if (term.text.count == 0)
            continue;
        if (!read_term(&term, fault))
            return false;
        vec_push(&out->terms, term);
    }
    return find_modifiers(out, fault);
}

void
spf_record_fini(struct spf_record *record)
{
    free(record->text);
    vec_free(&record->terms);
    *record = (struct spf_record){0};
}
