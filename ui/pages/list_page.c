#include "pages/list_page.h"

#include "verdict/list_words.h"

/* Returns whether the list answers nobody without a registration or a key, which is missing. */
static bool
lacks_access(const struct lists_table *t, const struct list *list)
{
    const struct list_result *f = lists_table_result(t, list);
    const struct list_health *health = t->health ? health_at(t->health, list) : NULL;
    if (list->access == ACCESS_OPEN)
        return false;
    bool barred = f ? list_result_is_barred(f) : health && health->done && list_is_barred(list, health->state, false);
    return barred || (list->access == ACCESS_KEY && !list->key);
}

const char *
list_page_address(const struct lists_table *t, const struct list *list)
{
    return lacks_access(t, list) ? list->access_page : *list->delist ? list->delist : list->policy;
}

/* Writes who can end a listing, and how. */
static void
put_remedy(struct buf *out, const struct list_result *f)
{
    enum list_scope scope = list_result_scope(f);
    const struct list *list = f->list;
    if (scope == SCOPE_POLICY) {
        buf_text(out, "You: use your provider's relay, or ask for removal if a mail server belongs here");
        return;
    }
    buf_format(out, "%s: end the cause%s",
               scope == SCOPE_RANGE ? "The owner of the net"
               : scope == SCOPE_ASN ? "Your provider"
                                    : "You",
               *list->delist                ? ", then ask for removal"
               : list->level || *list->ends ? "; the listing then ends by itself"
                                            : "");
}

void
list_page_remedy(struct buf *out, const struct lists_table *t, const struct list *list)
{
    const struct list_result *f = lists_table_result(t, list);
    const char *page = list_page_address(t, list);
    size_t start = out->count;
    if (lacks_access(t, list))
        buf_text(out, list->access == ACCESS_KEY ? "Get a key" : "Register your resolver");
    else if (f && list_result_is_listed(f) && list_result_scope(f) != SCOPE_ALLOW)
        put_remedy(out, f);
    bool asks = out->count == start && f && f->unserved;
    if (asks)
        buf_text(out, "Ask a resolver that answers for all zones (--resolver); whylisted doctor shows which do");
    else if (out->count > start && *page)
        buf_format(out, ": %s", page);
}

static void
add_pair(struct text_page *page, const char *label, const char *text)
{
    if (*text)
        text_page_pair(page, ROLE_DIM, label, text);
}

/* Adds each answer with its meaning, and the texts. */
static void
add_answers(struct text_page *page, const struct list_result *f)
{
    char address[ADDR_TEXT];
    for (size_t i = 0; i < f->answers.count; i++) {
        const struct addr *answer = &f->answers.at[i];
        struct buf text = {0};
        const char *meaning;
        buf_text(&text, addr_text(answer, address));
        for (size_t n = 0; (meaning = return_codes_text(&f->list->codes, answer, n)); n++)
            buf_format(&text, "%s%s", n == 0 ? "  " : "; ", meaning);
        if (f->list->codes.count > 0 && !return_codes_document(&f->list->codes, answer))
            buf_text(&text, "  a code that the operator does not document");
        add_pair(page, "answer", buf_string(&text));
        buf_free(&text);
    }
    for (size_t i = 0; i < f->txt.count; i++)
        add_pair(page, "text", f->txt.at[i]);
}

void
list_page(struct text_page *page, const struct lists_table *t, const struct list *list)
{
    const struct list_result *f = lists_table_result(t, list);
    struct buf text = {0};
    lists_table_says(t, list, &text);
    add_pair(page, "says", buf_string(&text));
    buf_clear(&text);
    list_page_remedy(&text, t, list);
    add_pair(page, "what to do", buf_string(&text));
    if (f)
        add_answers(page, f);
    buf_clear(&text);
    lists_table_covers(t, list, &text);
    add_pair(page, "covers", buf_string(&text));
    buf_clear(&text);
    buf_format(&text, "%u of 5", f && list_result_is_listed(f) ? list_result_weight(f) : list->weight);
    add_pair(page, "weight", buf_string(&text));
    add_pair(page, "ends", list->ends);
    add_pair(page, "delisting", list->delist);
    add_pair(page, "policy", list->policy);
    if (list->access == ACCESS_REGISTERED)
        add_pair(page, "register at", list->access_page);
    else if (list->access == ACCESS_KEY)
        add_pair(page, list->key ? "key" : "key from", list->key ? "yours, from the configuration" : list->access_page);
    add_pair(page, "zone", list->zone);
    add_pair(page, "operator", list->run_by);
    add_pair(page, "source", list->facts);
    buf_free(&text);
}
