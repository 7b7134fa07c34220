#include "pages/rejection_page.h"

#include "base/clock.h"
#include "base/text.h"
#include "bounce/advice.h"
#include "bounce/rejection_words.h"
#include "letter/template.h"
#include "verdict/verdict.h"

#include <stdio.h>
#include <string.h>

enum { COL = 1, COL_DEEP = 3 };

/* Returns the result of the list that the rejection names, or of one that contains its data; NULL = none in this run.
 */
static const struct list_result *
find_result(const struct rejection *r, const struct evidence *now)
{
    const struct list *named = r->list.known;
    for (size_t i = 0; named && i < now->lists.count; i++)
        if (now->lists.at[i].list == named && now->lists.at[i].asked)
            return &now->lists.at[i];
    for (size_t i = 0; named && *named->data && i < now->lists.count; i++)
        if (list_contains(now->lists.at[i].list, named) && now->lists.at[i].asked)
            return &now->lists.at[i];
    return NULL;
}

enum rejection_now
rejection_page_now(const struct rejection *r, const struct evidence *now)
{
    const struct list_result *result = find_result(r, now);
    bool claims = r->party == PARTY_SENDER || r->party == PARTY_NEIGHBOURS || r->party == PARTY_PROVIDER;
    if (result && list_state_is_known(result->state))
        return result->state == STATE_LISTED ? REJECTION_NOW_LISTED : REJECTION_NOW_GONE;
    return result || (*r->list.name && !r->list.dead && claims) ? REJECTION_NOW_UNKNOWN : REJECTION_NOW_NONE;
}

/* Names the lists that have the address now, though the one of the rejection does not. */
static void
put_others(const struct evidence *now, struct buf *out)
{
    enum { NAMED = 3 };
    size_t count = 0;
    for (size_t i = 0; i < now->lists.count; i++) {
        const struct list_result *f = &now->lists.at[i];
        if (!list_result_is_listed(f) || !list_result_is_counted(f))
            continue;
        if (count < NAMED) {
            buf_text(out, count == 0 ? " Now it is on " : ", ");
            if (f->list->level > 0)
                buf_format(out, "UCEPROTECT Level %u", f->list->level);
            else
                buf_text(out, f->list->title);
        }
        count++;
    }
    if (count > NAMED)
        buf_format(out, " and %zu more", count - NAMED);
    buf_text(out, count > 0 ? "." : "");
}

void
rejection_page_since(const struct rejection *r, const struct evidence *now, struct buf *out)
{
    const struct list_result *result = find_result(r, now);
    enum rejection_now state = rejection_page_now(r, now);
    char when[CLOCK_MINUTE];
    if (state == REJECTION_NOW_NONE)
        return;
    buf_text(out, "The rejection");
    if (r->time > 0)
        buf_format(out, " of %s UTC", clock_minute(r->time * 1000, when));
    buf_format(out, " named %s. ", r->list.name);
    if (state == REJECTION_NOW_LISTED) {
        buf_format(out, "%s still lists the address.", result->list->zone);
        return;
    }
    if (state == REJECTION_NOW_GONE)
        buf_text(out, "That listing is gone since.");
    else
        buf_format(out, "Whether it still lists the address is not known: %s.",
                   !result ? r->list.known ? "this run does not ask it (--lists)" : "only the receiver can ask it"
                   : result->detail ? result->detail
                                    : list_state_name(result->state));
    put_others(now, out);
}

/* ---- the page ---- */

static void
add_source(struct page *p, const struct rejection *r, struct buf *text)
{
    char when[CLOCK_MINUTE];
    buf_clear(text);
    buf_text(text, r->source.file);
    if (r->source.line > 0 && r->kind == REJECTION_LOG)
        buf_format(text, ":%lu", r->source.line);
    else if (r->source.message > 1)
        buf_format(text, ", message %lu", r->source.message);
    if (r->time > 0)
        buf_format(text, ", %s UTC", clock_minute(r->time * 1000, when));
    buf_format(text, " (%s%s%s)", r->software, *r->software ? " " : "", rejection_words_form(r->kind));
    page_row(p, 0);
    page_wrap(p, COL, ROLE_DIM, buf_string(text));
}

static void
add_count(struct page *p, const struct rejection_equal *equal, struct buf *text)
{
    char first[CLOCK_MINUTE], last[CLOCK_MINUTE];
    buf_clear(text);
    text_number(text, (int64_t)equal->count);
    buf_text(text, " equal rejections");
    if (equal->first > 0)
        buf_format(text, ", %s", clock_minute(equal->first * 1000, first));
    if (equal->last > equal->first)
        buf_format(text, " to %s", clock_minute(equal->last * 1000, last));
    buf_text(text, equal->first > 0 ? " UTC" : "");
    buf_text(text, "; this is the first.");
    page_row(p, 0);
    page_wrap(p, COL, ROLE_PLAIN, buf_string(text));
}

static void
add_headline(struct page *p, const struct rejection *r, struct buf *text)
{
    buf_clear(text);
    if (r->kind == REJECTION_NONE) {
        buf_text(text, "No rejection is in it.");
    } else if (r->inbound) {
        buf_text(text, "The server that wrote this gets no useful answer from ");
        rejection_words_list(r, text);
        buf_byte(text, '.');
    } else if (r->kind == REJECTION_COMPLAINT && r->advice[0] == ADVICE_AUTHENTICATE) {
        buf_text(text, "A report, no bounce: the mail failed SPF, DKIM or DMARC.");
    } else if (r->kind == REJECTION_COMPLAINT) {
        buf_format(text, "A complaint, no bounce: %s reported the mail as spam.",
                   *r->recipient ? r->recipient : "a recipient");
    } else {
        rejection_words_who(r, text);
        buf_byte(text, '.');
    }
    page_row(p, 0);
    page_wrap(p, COL, ROLE_STRONG, buf_string(text));
}

static void
add_reply(struct page *p, const struct rejection *r, struct buf *text)
{
    char code[8], net[PREFIX_TEXT];
    buf_clear(text);
    snprintf(code, sizeof code, "%u", r->code);
    if (r->code > 0 && !strstr(r->text, code))
        buf_format(text, "%s ", code);
    if (*r->status && !strstr(r->text, r->status))
        buf_format(text, "%s ", r->status);
    buf_text(text, r->text);
    if (text->count > 0) {
        page_row(p, 0);
        page_wrap(p, COL_DEEP, ROLE_PLAIN, buf_string(text));
    }
    if (r->net.addr.family == ADDR_NONE)
        return;
    buf_clear(text);
    buf_format(text, "The listed net is %s.", prefix_text(&r->net, net));
    page_row(p, 0);
    page_wrap(p, COL, ROLE_PLAIN, buf_string(text));
}

/* Names all addresses that may be the sender's, with the reason for their order. */
static void
add_addresses(struct page *p, const struct rejection *r, struct buf *text)
{
    char address[ADDR_TEXT];
    if (r->own.address.family == ADDR_NONE || r->inbound)
        return;
    buf_clear(text);
    buf_format(text, "Rejected address: %s (%s)", addr_text(&r->own.address, address),
               rejection_trust_words(r->own.trust));
    for (size_t i = 0; i < r->other_count; i++)
        buf_format(text, "%s%s (%s)", i == 0 ? "; less likely: " : ", ", addr_text(&r->others[i].address, address),
                   rejection_trust_words(r->others[i].trust));
    page_row(p, 0);
    page_wrap(p, COL, ROLE_PLAIN, buf_string(text));
}

/* Says who is the cause: of a rejection because of the range, the address too if it is listed itself now. */
static void
add_party(struct page *p, const struct rejection *r, const struct evidence *now)
{
    bool blames_range = r->party == PARTY_NEIGHBOURS || r->party == PARTY_PROVIDER;
    struct list_states states = {0};
    if (!*r->list.name && r->party == PARTY_UNKNOWN)
        return;
    if (now && blames_range)
        states = list_states_of(now);
    bool itself = now && blames_range && judgement_of(&states).state == VERDICT_DIRECT;
    page_row(p, 0);
    page_wrap(p, COL, ROLE_PLAIN,
              r->inbound ? "Its own configuration is at fault; the client need not be listed."
              : itself ? "The rejection names the range, but the address is listed itself: your own server is a cause."
                       : rejection_words_party(r->party));
}

static void
add_advice(struct page *p, const struct rejection *r, struct buf *text)
{
    if (*r->meaning) {
        buf_clear(text);
        buf_format(text, "Reason: %s.", r->meaning);
        page_row(p, 0);
        page_wrap(p, COL, ROLE_PLAIN, buf_string(text));
    }
    for (size_t i = 0; i < REJECTION_ADVICE && r->advice[i] != ADVICE_NONE; i++) {
        buf_clear(text);
        advice_words(r, r->advice[i], text);
        page_row(p, 0);
        page_format(p, COL, 0, ROLE_PLAIN, "%zu", i + 1);
        page_wrap(p, COL_DEEP, ROLE_PLAIN, buf_string(text));
    }
    buf_clear(text);
    if (!letter_put_note(text, r))
        return;
    page_row(p, 0);
    page_wrap(p, COL, ROLE_DIM, "A note to the other postmaster:");
    for (char *line = text->at, *end; *line; line = end) {
        end = line + strcspn(line, "\n");
        end += *end ? (*end = '\0', 1) : 0;
        page_row(p, 0);
        page_wrap(p, COL_DEEP, ROLE_PLAIN, line);
    }
}

void
rejection_page(struct page *p, const struct rejection *r, const struct rejection_equal *equal,
               const struct evidence *now)
{
    struct buf text = {0};
    add_source(p, r, &text);
    if (equal && equal->count > 1)
        add_count(p, equal, &text);
    add_headline(p, r, &text);
    add_reply(p, r, &text);
    add_addresses(p, r, &text);
    if (r->kind != REJECTION_NONE) {
        add_party(p, r, now);
        add_advice(p, r, &text);
    }
    buf_clear(&text);
    if (now)
        rejection_page_since(r, now, &text);
    if (text.count > 0) {
        page_row(p, 0);
        page_wrap(p, COL, ROLE_STRONG, buf_string(&text));
    }
    buf_free(&text);
}
