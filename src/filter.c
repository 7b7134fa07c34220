#include "filter.h"

#include "text.h"

#include <string.h>

enum { TERM_ROOM = 256 };

static const struct {
    const char *sign; /* the longer before its beginning */
    enum filter_compare compare;
} signs[] = {
    {"<=", FILTER_LESS_OR_EQUAL}, {">=", FILTER_MORE_OR_EQUAL}, {"!=", FILTER_NOT_EQUAL},
    {"<", FILTER_LESS},           {">", FILTER_MORE},           {"=", FILTER_EQUAL},
};

enum { SIGNS = sizeof signs / sizeof signs[0] };

static bool
find_sign(const char *at, size_t *sign)
{
    for (*sign = 0; *sign < SIGNS; ++*sign)
        if (strncmp(at, signs[*sign].sign, strlen(signs[*sign].sign)) == 0)
            return true;
    return false;
}

static bool
refuse_name(const char *name, const char *const *names, size_t count, struct fault *fault)
{
    struct buf known = {0};
    for (size_t i = 0; i < count; i++)
        if (names[i])
            buf_format(&known, "%s%s", known.count > 0 ? ", " : "", names[i]);
    fault_set(fault, "there is no figure \"%s\" here, only %s", name, buf_string(&known));
    buf_free(&known);
    return false;
}

/* "impacts>=100"; `name_count` bytes before the sign. */
static bool
read_figure(struct filter_term *term, const char *text, size_t name_count, size_t sign, const char *const *names,
            size_t count, struct fault *fault)
{
    char name[TERM_ROOM];
    memcpy(name, text, name_count);
    name[name_count] = '\0';
    const char *number = text + name_count + strlen(signs[sign].sign);
    *term = (struct filter_term){.kind = FILTER_FIGURE, .compare = signs[sign].compare};
    while (term->column < count && !(names[term->column] && strcasecmp(names[term->column], name) == 0))
        term->column++;
    if (term->column == count)
        return refuse_name(name, names, count, fault);
    size_t taken = text_read_decimal(number, &term->figure);
    if (taken == 0 || number[taken] != '\0')
        return fault_set(fault, "%s%s wants a number behind it, such as %s%s100", name, signs[sign].sign, name,
                         signs[sign].sign);
    return true;
}

/* "in:203.0.113.0/24", or a single address. */
static bool
read_in(struct filter_term *term, const char *text, struct fault *fault)
{
    struct addr address;
    bool host_bits = false;
    *term = (struct filter_term){.kind = FILTER_IN};
    if (addr_parse(text, &address) && address.family == ADDR_V4) {
        term->prefix = prefix_around(&address, 32);
        return true;
    }
    if (prefix_parse(text, &term->prefix, &host_bits) && term->prefix.addr.family == ADDR_V4)
        return true;
    if (host_bits) {
        char prefix[PREFIX_TEXT];
        return fault_set(fault, "%s has bits set beyond its length; perhaps in:%s", text,
                         prefix_text(&term->prefix, prefix));
    }
    return fault_set(fault, "in: wants an IPv4 prefix behind it, such as in:203.0.113.0/24");
}

static bool
read_term(struct filter_term *term, const char *text, const char *const *names, size_t count, struct fault *fault)
{
    size_t before = strcspn(text, "<>=!"), sign;
    if (strncasecmp(text, "in:", 3) == 0)
        return read_in(term, text + 3, fault);
    if (before > 0 && find_sign(text + before, &sign))
        return read_figure(term, text, before, sign, names, count, fault);
    *term = (struct filter_term){.kind = FILTER_WORD, .word = mem_copy(text)};
    return true;
}

bool
filter_parse(struct filter *filter, const char *text, const char *const *names, size_t count, struct fault *fault)
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
            return fault_set(fault, "a word of more than %d characters is in no row", TERM_ROOM - 1);
        }
        memcpy(term_text, text, length);
        term_text[length] = '\0';
        if (!read_term(&term, term_text, names, count, fault)) {
            filter_fini(&fresh);
            return false;
        }
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

static bool
holds(double figure, enum filter_compare compare, double than)
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
filter_passes(const struct filter *filter, const struct filter_eye *eye, void *self, size_t item)
{
    for (size_t i = 0; i < filter->terms.count; i++) {
        const struct filter_term *term = &filter->terms.at[i];
        bool passes = term->kind == FILTER_WORD ? eye->matches(self, item, term->word)
                      : term->kind == FILTER_IN
                          ? eye->touches(self, item, &term->prefix)
                          : holds(eye->figure(self, item, term->column), term->compare, term->figure);
        if (!passes)
            return false;
    }
    return true;
}
