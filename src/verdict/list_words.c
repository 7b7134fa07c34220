#include "verdict/list_words.h"

#include <string.h>

/* ---- names ---- */

/* Returns the text of the heaviest code among the answers, if it begins with a name and a colon; NULL = none does. */
static const char *
named_code(const struct list_result *f)
{
    enum code_meaning meaning = list_result_meaning(f);
    for (size_t i = 0; i < f->answers.count; i++) {
        const char *text = return_codes_text(&f->list->codes, &f->answers.at[i], 0);
        if (text && strchr(text, ':') && return_codes_judge(&f->list->codes, &f->answers.at[i], 1) == meaning)
            return text;
    }
    return NULL;
}

void
list_words_short_name(struct buf *out, const struct list_result *f)
{
    const char *code = list_result_is_listed(f) ? named_code(f) : NULL;
    if (code)
        buf_format(out, "%s %.*s", f->list->run_by, (int)strcspn(code, ":"), code);
    else
        buf_text(out, f->list->title);
}

void
list_words_name(struct buf *out, const struct list_result *f)
{
    struct buf name = {0};
    list_words_short_name(&name, f);
    buf_text(out, buf_string(&name));
    if (strcmp(buf_string(&name), f->list->zone) != 0)
        buf_format(out, " (%s)", f->list->zone);
    buf_free(&name);
}

void
list_words_names(struct buf *out, const list_results *lists, size_t most)
{
    size_t named = lists->count <= most ? lists->count : most;
    for (size_t i = 0; i < named; i++) {
        buf_text(out, i == 0 ? "" : i + 1 == lists->count ? " and " : ", ");
        list_words_name(out, lists->at[i]);
    }
    if (named < lists->count)
        buf_format(out, " and %zu more", lists->count - named);
}

/* ---- listings ---- */

void
list_words_meaning(struct buf *out, const struct list_result *f)
{
    size_t start = out->count;
    char address[ADDR_TEXT];
    const char *text;
    for (size_t i = 0; i < f->answers.count; i++) {
        const struct addr *answer = &f->answers.at[i];
        for (size_t n = 0; (text = return_codes_text(&f->list->codes, answer, n)); n++)
            buf_format(out, "%s%s", out->count > start ? "; " : "", text);
        if (f->list->codes.count > 0 && !return_codes_document(&f->list->codes, answer))
            buf_format(out, "%sunknown code %s", out->count > start ? "; " : "", addr_text(answer, address));
    }
}

/* Returns whether a listing covers more than the IPv6 address that was asked about, and its block. */
static bool
is_wider(const struct list_result *f, const struct addr *address, struct prefix *block)
{
    bool wider = address->family == ADDR_V6 && f->list->granularity < 128;
    *block = prefix_around(address, wider ? f->list->granularity : 0);
    return wider;
}

void
list_words_subject(struct buf *out, const list_results *lists, const struct addr *address)
{
    enum list_scope scope = list_result_scope(lists->at[0]);
    char text[PREFIX_TEXT], one[ADDR_TEXT];
    struct prefix block;
    bool wider = true;
    for (size_t i = lists->count; i-- > 0;)
        wider = wider && is_wider(lists->at[i], address, &block);
    buf_text(out, scope == SCOPE_RANGE ? "your net"
                  : scope == SCOPE_ASN ? "your provider"
                  : wider              ? prefix_text(&block, text)
                                       : addr_text(address, one));
}

void
list_words_extent(struct buf *out, const struct list_result *f, const struct addr *address)
{
    static const char *const words[] = {
        [SCOPE_IP] = "your address",    [SCOPE_RANGE] = "your net", [SCOPE_ASN] = "your provider",
        [SCOPE_DOMAIN] = "your domain", [SCOPE_POLICY] = "policy",  [SCOPE_ALLOW] = "known as good",
    };
    enum list_scope scope = list_result_scope(f);
    char text[PREFIX_TEXT];
    struct prefix block;
    buf_text(out, scope == SCOPE_IP && is_wider(f, address, &block) ? prefix_text(&block, text) : words[scope]);
}

/* ---- results that do not count ---- */

bool
list_words_why_not(struct buf *out, const struct list_result *f)
{
    static const char *const states[STATE_COUNT] = {
        [STATE_UNASKED] = "not asked",
        [STATE_REFUSED] = "refuses to answer this resolver",
        [STATE_ERROR] = "gave an error",
        [STATE_TIMEOUT] = "gave no answer",
        [STATE_INVALID] = "gave an answer that no DNSBL gives",
        [STATE_UNHEALTHY] = "failed its self-test",
        [STATE_DEAD] = "has been shut down",
    };
    bool outdated = f->state == STATE_UNHEALTHY && f->proved;
    bool unasked = f->state == STATE_UNASKED || f->state == STATE_DEAD;
    if (unasked && f->detail) {
        buf_text(out, f->detail);
        return true;
    }
    if (!list_state_is_known(f->state)) {
        buf_text(out, list_result_is_barred(f) ? "not for this resolver" : outdated ? "too old" : states[f->state]);
        buf_format(out, "%s%s", f->detail ? ": " : "", f->detail ? f->detail : "");
        return true;
    }
    if (list_result_is_counted(f))
        return false;
    buf_text(out, list_result_scope(f) == SCOPE_ALLOW ? "no blocklist" : "without effect");
    return true;
}
