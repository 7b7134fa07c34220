#include "bounce/reply.h"

#include "base/text.h"
#include "bounce/reply_parts.h"
#include "lists/list_key.h"

#include <stdio.h>
#include <string.h>

/* Copies the text of the reply: if it has a code from there to the next blank line. */
static void
copy_text(const struct reply_text *text, struct rejection *r)
{
    struct buf clean = {0};
    const char *begin = text->flat.at + text->begin;
    size_t count = text->flat.count - text->begin;
    const char *end = text->code ? memchr(begin, '\f', count) : NULL;
    text_clean(&clean, begin, end ? (size_t)(end - begin) : count, sizeof r->text - 1);
    snprintf(r->text, sizeof r->text, "%s", buf_string(&clean));
    buf_free(&clean);
}

/* Returns whether the reply quotes an answer of the list that means its policy for a range, or `part`, a part of its
 * data with such a policy. */
static bool
quotes_policy(const struct reply_text *text, const struct list *list, const struct list *part)
{
    bool policy = list->scope == SCOPE_POLICY || (part && part->scope == SCOPE_POLICY && list_contains(list, part));
    for (const char *at = text->low.at; !policy && (at = strstr(at, "127.0.")); at++) {
        struct addr answer;
        size_t count = strspn(at, "0123456789.");
        while (count > 0 && at[count - 1] == '.')
            count--;
        policy = addr_parse_bytes(at, count, &answer) && list->codes.count > 0 &&
                 return_codes_judge(&list->codes, &answer, 1) == CODE_POLICY;
    }
    return policy;
}

/* Says who can end a listing on a known list. */
static void
judge_list(const struct reply_text *text, const struct list *part, struct rejection *r)
{
    const struct list *list = r->list.known;
    bool policy = quotes_policy(text, list, part);
    if (r->list.dead) {
        r->party = PARTY_RECEIVER;
        rejection_add_advice(r, ADVICE_DEAD_LIST);
        return;
    }
    if (list->scope == SCOPE_ALLOW) { /* absent from it, or refused in spite of it */
        r->party = PARTY_UNKNOWN;
        rejection_add_advice(r, ADVICE_POSTMASTER);
        return;
    }
    r->party = list->scope == SCOPE_RANGE           ? PARTY_NEIGHBOURS
               : list->scope == SCOPE_ASN || policy ? PARTY_PROVIDER
                                                    : PARTY_SENDER;
    rejection_add_advice(r, ADVICE_LISTING);
    if (list->scope == SCOPE_DOMAIN)
        rejection_add_advice(r, ADVICE_CONTENT);
    if (r->party == PARTY_NEIGHBOURS || r->party == PARTY_PROVIDER)
        rejection_add_advice(r, ADVICE_PROVIDER);
    snprintf(r->form, sizeof r->form, "%s", list->delist);
}

static void
apply_mark(const struct mark *mark, struct rejection *r)
{
    r->party = mark->party;
    snprintf(r->meaning, sizeof r->meaning, "%s", mark->means);
    if (*mark->form)
        snprintf(r->form, sizeof r->form, "%s", mark->form);
    bool is_final = r->code / 100 == 5 || (r->code == 0 && *r->status == '5'); /* no queue tries again */
    for (size_t i = 0; i < REJECTION_ADVICE; i++)
        if (mark->advice[i] != ADVICE_RETRY || !is_final)
            rejection_add_advice(r, mark->advice[i]);
}

/* Blanks the receiver's name if it is of the operator of the mark's list. Returns whether anything changed. */
static bool
blank_receiver(struct reply_text *text, const char *zone, const char *receiver)
{
    char name[LIST_ZONE];
    const char *end = strrchr(zone, '.'), *begin = end ? mem_last(zone, '.', (size_t)(end - zone)) : NULL;
    begin = begin ? begin + 1 : zone;
    snprintf(name, sizeof name, "%.*s", (int)(end ? end - begin : 0), begin);
    bool changed = false;
    size_t count = strlen(receiver);
    for (char *at = text->low.at; *name && strcasestr(receiver, name) && (at = strcasestr(at, receiver)); at += count) {
        memset(at, ' ', count);
        changed = true;
    }
    return changed;
}

/* Returns whether the mark names an operator's list of domains, and the reply has only a page of this operator besides,
 * by which its list of addresses was found. */
static bool
names_domains(const struct reply_text *text, const struct catalogue *catalogue, const struct mark *named,
              const struct rejection *r)
{
    const struct list *list = named && *named->list ? catalogue_find(catalogue, named->list) : NULL;
    return list && list->scope == SCOPE_DOMAIN && strcmp(list->run_by, r->list.known->run_by) == 0 &&
           !strstr(text->low.at, r->list.known->zone);
}

/* Returns whether the reply is about the recipient, or puts the mail off, and names a list without words of a listing:
 * "User unknown; protected by Spamhaus". */
static bool
only_mentions_lists(const struct reply_text *text, const struct mark *general, const struct rejection *r)
{
    static const char *const words[] = {" listed", "\nlisted", "block", "black", "reject", "denied",
                                        "deny",    "refused",  "bann",  "query", "lookup", "rblcheck"};
    bool about_recipient = general && general->party == PARTY_RECIPIENT && (r->code / 100 == 5 || r->code == 0) &&
                           (strncmp(r->status, "5.1.", 4) == 0 || strncmp(r->status, "5.2.", 4) == 0);
    bool only = about_recipient || strstr(text->low.at, "greylist");
    for (size_t i = 0; i < sizeof words / sizeof words[0] && only; i++)
        only = !strstr(text->low.at + text->begin, words[i]);
    return only;
}

/* Says whose fault it is, by what is surest: a fault of the receiver, a list by its zone, a mark, a zone that nobody
 * knows, the words and the status. */
static void
judge(const struct reply_text *text, const struct catalogue *catalogue, const struct mark_hits *hits,
      struct rejection *r)
{
    bool mentions = only_mentions_lists(text, hits->general, r);
    const struct mark *named = mentions ? NULL : hits->named;
    bool known = !mentions && reply_find_list(text, catalogue, r);
    const struct mark *fault = hits->fault;
    if (fault && *fault->list && known && r->list.known != catalogue_find(catalogue, fault->list))
        fault = NULL; /* of another list */
    else if (fault && *fault->list && !known)
        named = fault;
    bool unknown =
        !known && !mentions && (fault || !named || *named->list) && reply_find_unknown_zone(text, named && !fault, r);
    named = unknown ? NULL : named;
    if (known && names_domains(text, catalogue, named, r))
        known = false;
    if (!known && named && *named->list) {
        reply_set_list(r, catalogue, named->list);
        known = r->list.known != NULL;
        named = known ? reply_add_lists(r, catalogue, hits) : named;
    }
    if (r->party != PARTY_UNKNOWN && !known && !named && !fault && !unknown)
        return; /* what an earlier text said is no worse */
    memset(r->advice, 0, sizeof r->advice);
    if (fault)
        apply_mark(fault, r);
    else if (known)
        judge_list(text, named ? catalogue_find(catalogue, named->list) : NULL, r);
    else if (named && *named->list)
        apply_mark(named, r);
    else if (named) {
        snprintf(r->list.name, sizeof r->list.name, "%.94s", named->filter);
        r->list.is_private = true;
        apply_mark(named, r);
    } else if (unknown) {
        r->party = PARTY_SENDER;
        rejection_add_advice(r, ADVICE_POSTMASTER);
    } else if (hits->general)
        apply_mark(hits->general, r);
    bool is_vain = strstr(text->low.at, "permanently deferred") || strstr(text->low.at, "will not succeed");
    if (is_vain)
        rejection_end_retries(r);
    else if (r->code / 100 == 4 || (r->code == 0 && *r->status == '4'))
        rejection_add_advice(r, ADVICE_RETRY);
    else if (r->code / 100 == 5 && r->advice[0] == ADVICE_NONE)
        rejection_add_advice(r, ADVICE_POSTMASTER);
}

bool
reply_read(const char *bytes, size_t count, const struct catalogue *catalogue, const struct marks *marks,
           struct rejection *r)
{
    struct reply_text text;
    reply_text_init(&text, catalogue, bytes, count, r->code, r->status);
    r->code = text.code;
    snprintf(r->status, sizeof r->status, "%s", text.status);
    if (*r->text)
        r->text[list_key_mask_reply(catalogue, r->text, strlen(r->text))] = '\0';
    else
        copy_text(&text, r);
    reply_find_addresses(&text, r);
    struct mark_hits hits = marks_find(marks, text.low.at, r->code, r->status);
    if (hits.named && blank_receiver(&text, hits.named->list, r->receiver.host))
        hits = marks_find(marks, text.low.at, r->code, r->status);
    if (r->party == PARTY_UNKNOWN || (!*r->list.name && r->party != PARTY_RECEIVER)) {
        judge(&text, catalogue, &hits, r);
    }
    reply_text_fini(&text);
    return r->code || *r->status || *r->list.name || hits.fault || hits.general;
}
