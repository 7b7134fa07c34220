#include "bounce/rejection.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

const char *
rejection_kind_name(enum rejection_kind kind)
{
    static const char *const names[] = {"none", "dsn", "reply", "log", "event", "complaint"};
    return names[kind];
}

const char *
rejection_party_name(enum rejection_party party)
{
    static const char *const names[] = {"unknown", "sender", "neighbours", "provider", "receiver", "recipient"};
    return names[party];
}

const char *
rejection_advice_name(enum rejection_advice advice)
{
    static const char *const names[] = {
        "none",      "delivered", "retry",      "listing",     "form",   "provider",  "resolver",     "dead-list",
        "recipient", "address",   "suppressed", "mailbox",     "ptr",    "encrypt",   "authenticate", "sender",
        "content",   "rate",      "complaint",  "unreachable", "doctor", "postmaster"};
    return names[advice];
}

const char *
rejection_trust_words(enum rejection_trust trust)
{
    static const char *const words[] = {"named in the reply", "mentioned in the reply", "the client that sent the mail",
                                        "the last hop in the returned headers"};
    return words[trust];
}

/* Removes an address from the sender's. */
static void
drop_address(struct rejection *r, const struct addr *address)
{
    if (r->own.address.family != ADDR_NONE && addr_equal(&r->own.address, address)) {
        r->own = r->other_count > 0 ? r->others[0] : (struct rejection_address){0};
        if (r->other_count > 0)
            memmove(r->others, r->others + 1, --r->other_count * sizeof r->others[0]);
    }
    for (size_t i = 0; i < r->other_count; i++)
        if (addr_equal(&r->others[i].address, address)) {
            memmove(r->others + i, r->others + i + 1, (--r->other_count - i) * sizeof r->others[0]);
            i--;
        }
}

void
rejection_add_address(struct rejection *r, const struct addr *address, enum rejection_trust trust)
{
    struct rejection_address next = {*address, trust};
    if ((addr_reserved(address) && !addr_is_example(address)) || addr_equal(address, &r->receiver.address))
        return;
    if (r->own.address.family != ADDR_NONE && addr_equal(&r->own.address, address) && r->own.trust <= trust)
        return;
    for (size_t i = 0; i < r->other_count; i++)
        if (addr_equal(&r->others[i].address, address) && r->others[i].trust <= trust)
            return;
    drop_address(r, address);
    bool better = r->own.address.family == ADDR_NONE || r->own.trust > trust;
    if (better) {
        struct rejection_address own = r->own;
        r->own = next;
        next = own; /* came before those of the same trust */
    }
    size_t at = 0;
    while (at < r->other_count && r->others[at].trust < next.trust + !better)
        at++;
    if (next.address.family == ADDR_NONE || at == REJECTION_OTHERS)
        return;
    if (r->other_count == REJECTION_OTHERS)
        r->other_count--;
    memmove(r->others + at + 1, r->others + at, (r->other_count++ - at) * sizeof r->others[0]);
    r->others[at] = next;
}

void
rejection_set_receiver(struct rejection *r, const char *host, size_t count, const struct addr *address)
{
    if (count > 0 && !*r->receiver.host)
        text_clean_into(r->receiver.host, sizeof r->receiver.host, host, count);
    if (address && r->receiver.address.family == ADDR_NONE)
        r->receiver.address = *address;
    if (address)
        drop_address(r, address);
}

void
rejection_add_advice(struct rejection *r, enum rejection_advice advice)
{
    for (size_t i = 0; i < REJECTION_ADVICE && advice != ADVICE_NONE; i++) {
        if (r->advice[i] == advice)
            return;
        if (r->advice[i] == ADVICE_NONE) {
            r->advice[i] = advice;
            return;
        }
    }
}

void
rejection_set_delivered(struct rejection *r)
{
    static const struct rejection none;
    r->kind = REJECTION_NONE;
    r->party = PARTY_UNKNOWN;
    r->list = none.list;
    r->level = 0;
    memset(r->further, 0, sizeof r->further);
    memset(r->advice, 0, sizeof r->advice);
    r->advice[0] = ADVICE_DELIVERED;
}

void
rejection_end_retries(struct rejection *r)
{
    size_t kept = 0;
    for (size_t i = 0; i < REJECTION_ADVICE; i++)
        if (r->advice[i] != ADVICE_RETRY)
            r->advice[kept++] = r->advice[i];
    memset(r->advice + kept, 0, (REJECTION_ADVICE - kept) * sizeof r->advice[0]);
    if (r->advice[0] == ADVICE_NONE)
        r->advice[0] = ADVICE_POSTMASTER;
}

void
rejection_add_list(struct rejection *r, const struct rejection *from, bool first)
{
    struct rejection_further next = {.list = from->list.known};
    size_t count = 0, at = 0;
    snprintf(next.zone, sizeof next.zone, "%s", from->list.zone);
    while (count < REJECTION_LISTS && r->further[count].list && r->further[count].list != next.list)
        count++;
    if (!next.list || next.list == r->list.known || (count < REJECTION_LISTS && r->further[count].list))
        return;
    if (first || !*r->list.name) {
        next.list = r->list.known;
        snprintf(next.zone, sizeof next.zone, "%s", r->list.zone);
        r->list = from->list;
        r->level = from->level;
    } else {
        at = count;
    }
    if (!next.list || count == REJECTION_LISTS)
        return;
    memmove(r->further + at + 1, r->further + at, (count - at) * sizeof r->further[0]);
    r->further[at] = next;
}
