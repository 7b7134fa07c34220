#include "bounce/advice.h"

#include <stdio.h>
#include <string.h>

/* The names in the sentences, with words for those that are not known. */
struct names {
    char address[ADDR_TEXT];
    const char *server, *recipient, *list, *form;
};

static void
name(const struct rejection *r, struct names *names)
{
    snprintf(names->address, sizeof names->address, "the address");
    if (r->own.address.family != ADDR_NONE)
        addr_text(&r->own.address, names->address);
    names->server = *r->receiver.host ? r->receiver.host : "the receiver";
    names->recipient = *r->recipient ? r->recipient : "the recipient";
    names->list = *r->list.name ? r->list.name : "the list";
    names->form = *r->form ? r->form : r->list.known ? r->list.known->delist : "";
}

static void
say_removal(const struct names *names, struct buf *out)
{
    if (*names->form)
        buf_format(out,
                   strstr(names->form, "://") ? "Once the cause is gone, ask for removal at %s."
                                              : "Once the cause is gone, write to %s.",
                   names->form);
    else
        buf_format(out, "Once the cause is gone, ask the postmaster of %s for removal.", names->server);
}

static void
say_listing(const struct rejection *r, const struct names *names, struct buf *out)
{
    const struct list *list = r->list.known;
    if (list && list->scope == SCOPE_DOMAIN)
        buf_format(out,
                   "Find out which domain %s lists, the sender's or one in the message: it lists no addresses. "
                   "whylisted domain takes a name.",
                   names->list);
    else if (r->own.address.family == ADDR_NONE)
        buf_format(out, "Find out which address your server sends from, and ask whylisted check why %s lists it.",
                   names->list);
    else
        buf_format(out, "Find out why %s lists %s: whylisted check %s.", names->list, names->address, names->address);
    if (list && *list->ends)
        buf_format(out, " A listing ends %s.", list->ends);
    if (*names->form) {
        buf_byte(out, ' ');
        say_removal(names, out);
    }
}

/* Says that a list is gone, as half a sentence. */
static void
say_dead(const struct rejection *r, const struct names *names, struct buf *out)
{
    const struct list *list = r->list.known;
    buf_format(out, "%s was shut down", names->list);
    if (list && *list->since)
        buf_format(out, " in %s", list->since);
    if (list && *list->remark)
        buf_format(out, " (%s)", list->remark);
}

/* Says what the owner of a log must change, whose own server asks the list. */
static void
say_own_fault(const struct rejection *r, const struct names *names, enum rejection_advice advice, struct buf *out)
{
    if (advice == ADVICE_DEAD_LIST) {
        buf_format(out, "Remove the list from the configuration of your server: ");
        say_dead(r, names, out);
        buf_text(out, ", and its answers mean nothing.");
    } else {
        buf_format(out, "Ask %s through a resolver of your own: it declines to answer yours. This is no listing of %s.",
                   names->list, names->address);
    }
}

static void
say_postmaster(const struct rejection *r, const struct names *names, struct buf *out)
{
    if (*r->list.zone && !r->list.known)
        buf_format(out, "Ask the postmaster of %s about %s, a list that is not in the catalogue.", names->server,
                   r->list.zone);
    else if (*r->list.name)
        buf_format(out, "Ask the postmaster of %s about %s.", names->server, r->list.name);
    else
        buf_format(out, "Ask the postmaster of %s for the reason: the reply does not name a list.", names->server);
}

/* Appends the sentences that are about the listing or the receiver. Returns false for the others. */
static bool
say_about_list(const struct rejection *r, const struct names *names, enum rejection_advice advice, struct buf *out)
{
    if (r->inbound && (advice == ADVICE_RESOLVER || advice == ADVICE_DEAD_LIST)) {
        say_own_fault(r, names, advice, out);
        return true;
    }
    switch (advice) {
    case ADVICE_LISTING:
        say_listing(r, names, out);
        return true;
    case ADVICE_FORM:
        say_removal(names, out);
        return true;
    case ADVICE_PROVIDER:
        buf_text(out, "Ask the owner of the net to end the abuse there, or send from an address in another net.");
        return true;
    case ADVICE_RESOLVER:
        buf_format(out, "Write to the postmaster of %s: its resolver may not ask %s. This is no listing of %s.",
                   names->server, names->list, names->address);
        return true;
    case ADVICE_DEAD_LIST:
        buf_format(out, "Write to the postmaster of %s: ", names->server);
        say_dead(r, names, out);
        buf_text(out, ", and its answers mean nothing.");
        return true;
    case ADVICE_RECIPIENT:
        buf_format(out, "Reach %s by other means: only the organisation of the recipient can change its own list.",
                   names->recipient);
        return true;
    case ADVICE_UNREACHABLE:
        buf_format(out, "Test the connection from your server to port 25 of %s: it gave no answer, and named no list.",
                   names->server);
        return true;
    case ADVICE_DOCTOR:
        buf_format(out,
                   "Test your resolver with whylisted doctor: it gave no answer about %s, so that your server took the "
                   "mail unchecked by it. This is no listing of %s.",
                   names->list, names->address);
        return true;
    case ADVICE_POSTMASTER:
        say_postmaster(r, names, out);
        return true;
    default:
        return false;
    }
}

void
advice_words(const struct rejection *r, enum rejection_advice advice, struct buf *out)
{
    static const char *const plain[] = {
        [ADVICE_DELIVERED] = "The mail arrived; there is nothing to do.",
        [ADVICE_RETRY] = "Wait: the mail stays in the queue, which tries again by itself.",
        [ADVICE_ENCRYPT] = "Let your server send over TLS (STARTTLS): the receiver takes no mail without it.",
        [ADVICE_AUTHENTICATE] = "Correct SPF, DKIM or DMARC of the sender's domain.",
        [ADVICE_SENDER] = "Correct the sender's address: its domain must exist and accept mail.",
        [ADVICE_CONTENT] = "Change the message: the receiver refuses it as it is.",
        [ADVICE_RATE] = "Send less at once, and stop the mail that recipients complain about.",
    };
    struct names names;
    name(r, &names);
    if (say_about_list(r, &names, advice, out))
        return;
    if (advice == ADVICE_ADDRESS)
        buf_format(out, "Correct or remove %s: the receiver does not know this mailbox.", names.recipient);
    else if (advice == ADVICE_SUPPRESSED)
        buf_format(out,
                   "Remove %s from the suppression list of the mail service, if the mailbox exists and wants the mail: "
                   "the receiver was not asked.",
                   names.recipient);
    else if (advice == ADVICE_MAILBOX)
        buf_format(out, "Reach %s by other means, or try again later: the mailbox accepts no mail.", names.recipient);
    else if (advice == ADVICE_PTR)
        buf_format(out, "Give %s a PTR record whose name leads back to it, and use that name in HELO.", names.address);
    else if (advice == ADVICE_COMPLAINT)
        buf_format(out, "Send no more mail to %s, and find out who sent this one.", names.recipient);
    else if (advice < sizeof plain / sizeof plain[0] && plain[advice])
        buf_text(out, plain[advice]);
}
