#include "contacts/mailbox.h"

#include "base/mem.h"
#include "base/text.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

enum { LOCAL_MOST = 64, DOMAIN_MOST = 253, LABEL_MOST = 63 };

/* Of registries, in place of addresses that they do not publish or do not have. Without a domain: at any. */
static const char *const placeholders[] = {
    "removed@",
    "redacted@",
    "unread@",
    "not-published@",
    "notpublished@",
    "no-email@",
    "noemail@",
    "no-reply@",
    "noreply@",
    "donotreply@",
    "devnull@",
    "nobody@",
    "unknown@",
    "none@",
    "null@",
    "nospam@",
    "abuse@iana.org",
    "search-apnic-not-arin@apnic.net",
    "abuse@invalid.com",
    "abusepoc@afrinic.net",
    "whois-contact@lacnic.net",
};

static bool
is_placeholder(const char *mailbox)
{
    const char *dot = strrchr(mailbox, '.');
    if (dot && (strcasecmp(dot, ".invalid") == 0 || strcasecmp(dot, ".localhost") == 0))
        return true;
    for (size_t i = 0; i < sizeof placeholders / sizeof *placeholders; i++) {
        size_t count = strlen(placeholders[i]);
        bool any = placeholders[i][count - 1] == '@';
        if (strncasecmp(mailbox, placeholders[i], count) == 0 && (any || !mailbox[count]))
            return true;
    }
    return false;
}

/* Whether these bytes are words of letters of any script and `others`, with one dot between two. */
static bool
is_dotted(const char *at, size_t count, const char *others, size_t word_most)
{
    size_t word = 0;
    for (size_t i = 0; i < count; i++) {
        bool dot = at[i] == '.';
        if (dot ? word == 0 : !isalnum((unsigned char)at[i]) && (unsigned char)at[i] < 0x80 && !strchr(others, at[i]))
            return false;
        word = dot ? 0 : word + 1;
        if (word > word_most)
            return false;
    }
    return word > 0;
}

/* A name of two labels or more, none of which begins or ends with a hyphen; the last is no number. */
static bool
is_domain(const char *at, size_t count)
{
    const char *last = mem_last(at, '.', count);
    if (!last || count > DOMAIN_MOST || !is_dotted(at, count, "-", LABEL_MOST) || isdigit((unsigned char)last[1]))
        return false;
    for (size_t i = 0; i < count; i++)
        if (at[i] == '-' && (i == 0 || i + 1 == count || at[i - 1] == '.' || at[i + 1] == '.'))
            return false;
    return true;
}

enum mailbox
mailbox_read(const char *text, size_t count, struct buf *out)
{
    static const char scheme[] = "mailto:";
    struct buf clean = {0};
    enum mailbox result = MAILBOX_BAD;
    while (count > 0 && *text == ' ')
        text++, count--;
    while (count > 0 && text[count - 1] == ' ')
        count--;
    if (count >= sizeof scheme && strncasecmp(text, scheme, sizeof scheme - 1) == 0) {
        text += sizeof scheme - 1;
        count -= sizeof scheme - 1;
    }
    const char *at = memchr(text, '@', count);
    size_t local = at ? (size_t)(at - text) : 0;
    text_clean(&clean, text, count, LOCAL_MOST + DOMAIN_MOST + 8);
    if (at && local <= LOCAL_MOST && clean.count == count && memcmp(clean.at, text, count) == 0 &&
        is_dotted(text, local, "!#$%&'*+-/=?^_`{|}~", LOCAL_MOST) && is_domain(at + 1, count - local - 1))
        result = is_placeholder(clean.at) ? MAILBOX_PLACEHOLDER : MAILBOX_GOOD;
    if (result != MAILBOX_BAD)
        buf_bytes(out, clean.at, clean.count);
    buf_free(&clean);
    return result;
}
