#include "lists/listing_text.h"

#include "base/text.h"

#include <string.h>

/* The texts are read by a table of forms: literal words, and captures that fill one field each. A form is the part that
 * is needed; what follows it (the address of a web page) may be missing, because zones cut their texts at 255 bytes.
 * A number is believed only when the word behind it is there too: a number at the end of a text may have been cut. */

const char *
net_kind_name(enum net_kind kind)
{
    return kind == NET_SLASH24 ? "slash24" : "announced";
}

/* In a pattern: ' ' is any number of blanks, also none; a letter is itself in either case; and
 *   %k Net or NET   %p prefix    %a address   %i impacts
 *   %b abusers      %s score     %h holder */
struct form {
    const char *pattern;
    enum listing_form form;
    unsigned level;
};

static const struct form forms[] = {
    {"%k %p is UCEPROTECT-Level 2 listed because %i impacts are seen from %h there", LISTING_L2, 2},
    {"%k %p is UCEPROTECT-Level 2 listed because %b abusers are hosted by %h there", LISTING_L2_OLD, 2},
    {"%k %p is UCEPROTECT-Level 2 PERMANENT listed", LISTING_L2_PERMANENT, 2},
    {"IP %a is UCEPROTECT-Level 1 listed", LISTING_L1, 1},
    {"IP %a is UCEPROTECT-Level 2 listed", LISTING_DEFAULT, 2},
    {"IP %a is UCEPROTECT-Level 3 listed", LISTING_DEFAULT, 3},
    {"Your ISP %h is UCEPROTECT-Level 3 listed because of a spamscore of %s. See", LISTING_L3, 3},
    {"Your ISP %h is UCEPROTECT-Level 3 listed for hosting a total of %b abusers", LISTING_L3_OLD, 3},
    {"IP %a is WHITELISTED at ips.whitelisted.org", LISTING_WHITELISTED, 0},
    {"Sorry %a is blacklisted at http://www.backscatterer.org", LISTING_BACKSCATTER, 0},
    {"Test Record. UCEPROTECT.NET LEVEL 1 List is activ", LISTING_TEST, 1},
    {"Test Record. UCEPROTECT.NET LEVEL 2 List is activ", LISTING_TEST, 2},
    {"Test Record. UCEPROTECT.NET LEVEL 3 List is activ", LISTING_TEST, 3},
    {"Test Record. IPS.WHITELISTED.ORG List is activ", LISTING_TEST, 0},
    {"Onlinetest - RBL IPS.BACKSCATTERER.ORG is activ", LISTING_TEST, 0},
};

/* More than every IPv4 address could do in a week at one impact an hour: no number that is true is larger, and sums of
 * millions of rows do not overflow. */
#define COUNT_MOST INT64_C(1000000000000)

/* A capture reads its field at `at` and returns the place behind it, or NULL. */
typedef const char *capture(const char *at, struct listing *out);

static const char *
capture_kind(const char *at, struct listing *out)
{
    if (strncmp(at, "Net", 3) == 0)
        out->kind = NET_ANNOUNCED;
    else if (strncmp(at, "NET", 3) == 0)
        out->kind = NET_SLASH24;
    else
        return NULL;
    return at + 3;
}

/* The zones list IPv4 alone. */
static const char DOTTED[] = "0123456789.";
static const char DOTTED_SLASH[] = "0123456789./";

static const char *
capture_prefix(const char *at, struct listing *out)
{
    size_t count = strspn(at, DOTTED_SLASH);
    if (!prefix_parse_bytes(at, count, &out->net, NULL))
        return NULL;
    return out->kind == NET_SLASH24 && out->net.length != 24 ? NULL : at + count;
}

static const char *
capture_address(const char *at, struct listing *out)
{
    size_t count = strspn(at, DOTTED);
    return addr_parse_bytes(at, count, &out->address) ? at + count : NULL;
}

static const char *
capture_impacts(const char *at, struct listing *out)
{
    size_t count = text_read_integer(at, COUNT_MOST, &out->impacts);
    return count ? at + count : NULL;
}

static const char *
capture_abusers(const char *at, struct listing *out)
{
    size_t count = text_read_integer(at, COUNT_MOST, &out->abusers);
    return count ? at + count : NULL;
}

static const char *
capture_score(const char *at, struct listing *out)
{
    size_t count = text_read_decimal(at, &out->score);
    return count ? at + count : NULL;
}

static capture *
capture_for(char letter)
{
    static const struct {
        char letter;
        capture *capture;
    } captures[] = {
        {'k', capture_kind},    {'p', capture_prefix},  {'a', capture_address},
        {'i', capture_impacts}, {'b', capture_abusers}, {'s', capture_score},
    };
    size_t i = 0;
    while (captures[i].letter != letter)
        i++;
    return captures[i].capture;
}

/* Independent of the locale, unlike tolower. */
static char
lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

static bool
is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

/* The description in front of the AS number: "HANDLE Description, CC". The operator cuts long ones, and then there is
 * "..." and no country; some are empty. */
static void
fill_holder(struct holder *out, uint32_t asn, const char *start, const char *end)
{
    out->asn = asn;
    while (end > start && end[-1] == ' ')
        end--;
    if (end - start >= 4 && is_upper(end[-1]) && is_upper(end[-2]) && end[-3] == ' ') {
        const char *comma = end - 3;
        while (comma > start && *comma == ' ')
            comma--;
        if (*comma == ',') {
            memcpy(out->country, end - 2, 2);
            end = comma;
        }
    }
    text_clean_into(out->org, sizeof out->org, start, (size_t)(end - start));
}

static bool match(const char *pattern, const char *text, struct listing *out);

/* The holder ends at the last "/AS<digits>" behind which the rest of the pattern follows: descriptions are foreign and
 * hold what they like. */
static bool
match_holder(const char *rest, const char *text, struct listing *out)
{
    const char *slash = text + strlen(text);
    while ((slash = memrchr(text, '/', (size_t)(slash - text)))) {
        if (lower(slash[1]) != 'a' || lower(slash[2]) != 's' || strspn(slash + 3, "0123456789") == 0)
            continue;
        int64_t asn;
        size_t digits = text_read_integer(slash + 3, UINT32_MAX, &asn);
        if (digits == 0)
            return false;
        if (match(rest, slash + 3 + digits, out)) {
            fill_holder(&out->holder, (uint32_t)asn, text, slash);
            return true;
        }
    }
    return false;
}

/* Whether the text begins with what the pattern says. */
static bool
match(const char *pattern, const char *text, struct listing *out)
{
    for (; *pattern; pattern++) {
        if (*pattern == ' ') {
            while (*text == ' ')
                text++;
        } else if (*pattern != '%') {
            if (lower(*text++) != lower(*pattern))
                return false;
        } else if (*++pattern == 'h') {
            return match_holder(pattern + 1, text, out);
        } else if (!(text = capture_for(*pattern)(text, out))) {
            return false;
        }
    }
    return true;
}

/* Whether a text that begins with this letter may match. */
static bool
may_match(const struct form *form, char letter)
{
    return letter == lower(form->pattern[0] == '%' ? 'N' : form->pattern[0]);
}

bool
listing_parse(const char *text, struct listing *out)
{
    static const struct listing blank = {
        .form = LISTING_RAW, .impacts = LISTING_UNKNOWN, .abusers = LISTING_UNKNOWN, .score = LISTING_UNKNOWN};
    text += strspn(text, " ");
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        if (!may_match(&forms[i], lower(*text)))
            continue;
        *out = blank;
        if (match(forms[i].pattern, text, out)) {
            out->form = forms[i].form;
            out->level = forms[i].level;
            return true;
        }
    }
    *out = blank;
    return false;
}
