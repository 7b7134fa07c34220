#include "lists/listing_text.h"

#include "base/mem.h"
#include "base/text.h"

#include <string.h>

/* A table of forms parses the texts: literal words, and captures that fill one field each. A form is the required part;
 * the rest (the address of a web page) may be missing, because zones cut texts at 255 bytes. A number counts only if
 * the next word is there too, because a number at the end may have been cut. */

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

/* More than all IPv4 addresses could cause in a week at one impact an hour, and small enough that sums of millions of
 * rows do not overflow. */
#define COUNT_MOST INT64_C(1000000000000)

/* The zones list only IPv4. */
static const char DOTTED[] = "0123456789.";
static const char DOTTED_SLASH[] = "0123456789./";

/* Parses the field of a capture. Returns its end; NULL = no match. */
static const char *
capture(char letter, const char *at, struct listing *out)
{
    size_t count = 0;
    switch (letter) {
    case 'k':
        if (strncmp(at, "Net", 3) != 0 && strncmp(at, "NET", 3) != 0)
            return NULL;
        out->kind = at[1] == 'e' ? NET_ANNOUNCED : NET_SLASH24;
        return at + 3;
    case 'p':
        count = strspn(at, DOTTED_SLASH);
        if (!prefix_parse_bytes(at, count, &out->net, NULL) || (out->kind == NET_SLASH24 && out->net.length != 24))
            return NULL;
        return at + count;
    case 'a':
        count = strspn(at, DOTTED);
        return addr_parse_bytes(at, count, &out->address) ? at + count : NULL;
    case 'i':
    case 'b':
        count = text_read_integer(at, COUNT_MOST, letter == 'i' ? &out->impacts : &out->abusers);
        break;
    case 's':
        count = text_read_decimal(at, &out->score);
        break;
    }
    return count ? at + count : NULL;
}

/* Independent of the locale, unlike tolower. */
static char
lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

static bool match(const char *pattern, const char *text, struct listing *out);

/* Parses "HANDLE Description, CC/AS64500". It ends at the last "/AS<digits>" after which the rest of the pattern
 * matches, because descriptions are foreign text. The operator cuts long descriptions to "..." without a country; some
 * are empty. */
static bool
match_holder(const char *rest, const char *text, struct listing *out)
{
    const char *slash = text + strlen(text);
    while ((slash = mem_last(text, '/', (size_t)(slash - text)))) {
        if (lower(slash[1]) != 'a' || lower(slash[2]) != 's' || strspn(slash + 3, "0123456789") == 0)
            continue;
        int64_t asn;
        size_t digits = text_read_integer(slash + 3, UINT32_MAX, &asn);
        if (digits == 0)
            return false;
        if (!match(rest, slash + 3 + digits, out))
            continue;
        const char *end = slash;
        while (end > text && end[-1] == ' ')
            end--;
        if (end - text >= 4 && lower(end[-1]) != end[-1] && lower(end[-2]) != end[-2] && end[-3] == ' ') {
            const char *comma = end - 3;
            while (comma > text && *comma == ' ')
                comma--;
            if (*comma == ',') {
                memcpy(out->holder.country, end - 2, 2);
                end = comma;
            }
        }
        out->holder.asn = (uint32_t)asn;
        text_clean_into(out->holder.org, sizeof out->holder.org, text, (size_t)(end - text));
        return true;
    }
    return false;
}

/* Returns whether the text begins with the pattern. */
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
        } else if (!(text = capture(*pattern, text, out))) {
            return false;
        }
    }
    return true;
}

bool
listing_parse(const char *text, struct listing *out)
{
    static const struct listing blank = {
        .form = LISTING_RAW, .impacts = LISTING_UNKNOWN, .abusers = LISTING_UNKNOWN, .score = LISTING_UNKNOWN};
    text += strspn(text, " ");
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        char first = forms[i].pattern[0] == '%' ? 'N' : forms[i].pattern[0];
        if (lower(*text) != lower(first))
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
