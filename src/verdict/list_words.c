#include "verdict/list_words.h"

#include "verdict/parties.h"

#include <string.h>

/* ---- names ---- */

/* Returns the text of the code of an answer, if it begins with a name and a colon; NULL = it does not. */
static const char *
named_code(const struct list *list, const struct addr *answer)
{
    const char *text = return_codes_text(&list->codes, answer, 0);
    return text && strchr(text, ':') ? text : NULL;
}

void
list_words_part(struct buf *out, const struct list *list, const struct addr *answer)
{
    const char *code = answer ? named_code(list, answer) : NULL;
    if (code)
        buf_format(out, "%s %.*s", *list->run_by ? list->run_by : list->title, (int)strcspn(code, ":"), code);
    else
        buf_text(out, list->title);
}

void
list_words_short_name(struct buf *out, const struct list_result *f)
{
    const struct addr *heaviest = NULL;
    enum code_meaning meaning = list_result_meaning(f);
    for (size_t i = 0; i < f->answers.count && !heaviest && list_result_is_listed(f); i++)
        if (named_code(f->list, &f->answers.at[i]) &&
            return_codes_judge(&f->list->codes, &f->answers.at[i], 1) == meaning)
            heaviest = &f->answers.at[i];
    list_words_part(out, f->list, heaviest);
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
        if (f->list->codes.count > 0 && !return_codes_document(&f->list->codes, answer) &&
            !return_codes_text(&f->list->codes, answer, 0))
            buf_format(out, "%sunknown code %s", out->count > start ? "; " : "", addr_text(answer, address));
    }
}

const struct addr *
list_words_policy_beside(const struct list_result *f)
{
    bool beside = f->state == STATE_LISTED && list_result_meaning(f) == CODE_LISTED;
    for (size_t i = 0; beside && i < f->answers.count; i++)
        if (return_codes_judge(&f->list->codes, &f->answers.at[i], 1) == CODE_POLICY)
            return &f->answers.at[i];
    return NULL;
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
list_words_subject(struct buf *out, const list_results *lists, const struct evidence *e)
{
    enum list_scope scope = list_result_scope(lists->at[0]);
    char text[PREFIX_TEXT], one[ADDR_TEXT];
    struct prefix block;
    bool wider = true;
    for (size_t i = lists->count; i-- > 0;)
        wider = wider && is_wider(lists->at[i], &e->address, &block);
    buf_text(out, scope == SCOPE_RANGE ? parties_word(e, "your net")
                  : scope == SCOPE_ASN ? parties_word(e, "your provider")
                  : wider              ? prefix_text(&block, text)
                                       : addr_text(&e->address, one));
}

void
list_words_extent(struct buf *out, const struct list_result *f, const struct evidence *e)
{
    static const char *const words[] = {
        [SCOPE_IP] = "your address",    [SCOPE_RANGE] = "your net", [SCOPE_ASN] = "your provider",
        [SCOPE_DOMAIN] = "your domain", [SCOPE_POLICY] = "policy",  [SCOPE_ALLOW] = "known as good",
    };
    enum list_scope scope = list_result_scope(f);
    char text[PREFIX_TEXT];
    struct prefix block;
    bool wider = scope == SCOPE_IP && is_wider(f, &e->address, &block);
    buf_text(out, wider ? prefix_text(&block, text) : parties_word(e, words[scope]));
}

/* ---- results that do not count ---- */

const char *
list_words_state(enum list_state state, bool several)
{
    static const char *const words[STATE_COUNT][2] = {
        [STATE_UNASKED] = {"was not asked", "were not asked"},
        [STATE_REFUSED] = {"refuses to answer this resolver", "refuse to answer this resolver"},
        [STATE_ERROR] = {"gave an error", "gave an error"},
        [STATE_TIMEOUT] = {"gave no answer", "gave no answer"},
        [STATE_INVALID] = {"gave an answer that no DNSBL gives", "gave an answer that no DNSBL gives"},
        [STATE_UNHEALTHY] = {"failed its self-test", "failed their self-tests"},
        [STATE_DEAD] = {"has been shut down", "have been shut down"},
    };
    return words[state][several];
}

bool
list_words_why_not(struct buf *out, const struct list_result *f)
{
    bool outdated = f->state == STATE_UNHEALTHY && f->proved;
    bool unasked = f->state == STATE_UNASKED || f->state == STATE_DEAD;
    if (unasked && f->detail) {
        buf_text(out, f->detail);
        return true;
    }
    if (!list_state_is_known(f->state)) {
        buf_text(out, list_result_is_barred(f)    ? "not for this resolver"
                      : outdated                  ? "too old"
                      : f->state == STATE_UNASKED ? "not asked"
                                                  : list_words_state(f->state, false));
        buf_format(out, "%s%s", f->detail ? ": " : "", f->detail ? f->detail : "");
        return true;
    }
    if (list_result_is_counted(f))
        return false;
    buf_text(out, list_result_scope(f) == SCOPE_ALLOW ? "no blocklist" : "without effect");
    return true;
}
