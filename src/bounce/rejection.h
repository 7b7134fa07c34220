/* One rejection: who refused whose mail, in which words, and because of which list. A plain value that owns nothing. */
#ifndef REJECTION_H
#define REJECTION_H

#include "base/addr.h"
#include "base/buf.h"
#include "lists/catalogue.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What the rejection was read from. */
enum rejection_kind {
    REJECTION_NONE,      /* no rejection: an automatic reply, a delivery receipt, or text without any reply */
    REJECTION_DSN,       /* a bounce */
    REJECTION_REPLY,     /* the bare reply of a server */
    REJECTION_LOG,       /* a line of a log */
    REJECTION_EVENT,     /* an event of a mail service, JSON */
    REJECTION_COMPLAINT, /* a feedback report (RFC 5965) */
};

/* The party that can end the rejections. */
enum rejection_party {
    PARTY_UNKNOWN,
    PARTY_SENDER,     /* the sending server itself: its mail, PTR or authentication */
    PARTY_NEIGHBOURS, /* addresses around it, for which its net is listed */
    PARTY_PROVIDER,   /* the provider as a whole, for which its AS is listed, or the policy for its ranges */
    PARTY_RECEIVER,   /* the receiver's own configuration: its resolver, or a list that is gone */
    PARTY_RECIPIENT,  /* the recipient: unknown, full, or with an own list */
};

/* What to do next; advice_words has the sentences. */
enum rejection_advice {
    ADVICE_NONE,
    ADVICE_DELIVERED,    /* nothing */
    ADVICE_RETRY,        /* wait: the queue tries again */
    ADVICE_LISTING,      /* end the listing that the reply names */
    ADVICE_FORM,         /* ask for removal at the form or contact */
    ADVICE_PROVIDER,     /* the net's owner or provider must act */
    ADVICE_RESOLVER,     /* write to the receiver: its resolver may not ask the list */
    ADVICE_DEAD_LIST,    /* write to the receiver: the list is shut down */
    ADVICE_RECIPIENT,    /* reach the recipient by other means: the list is its own */
    ADVICE_ADDRESS,      /* correct the recipient's address */
    ADVICE_SUPPRESSED,   /* remove the recipient from the mail service's own list */
    ADVICE_MAILBOX,      /* the recipient's mailbox is full or closed */
    ADVICE_PTR,          /* set up the PTR record */
    ADVICE_ENCRYPT,      /* send over TLS */
    ADVICE_AUTHENTICATE, /* mend SPF, DKIM or DMARC */
    ADVICE_SENDER,       /* correct the sender address or its domain */
    ADVICE_CONTENT,      /* the message itself was refused */
    ADVICE_RATE,         /* send less at once */
    ADVICE_COMPLAINT,    /* stop mail to the recipient that complained */
    ADVICE_UNREACHABLE,  /* test the way to the receiver's server, which did not answer */
    ADVICE_DOCTOR,       /* test one's own resolver, which gave no answer about the list */
    ADVICE_POSTMASTER,   /* ask the receiver's postmaster, because the reply does not say which list */
};

/* Where an address was found: why it is taken for the sender's, most trusted first. */
enum rejection_trust {
    TRUST_REPLY,  /* the reply names it: in brackets, in a question name, as ip= of a page */
    TRUST_BARE,   /* it stands in the reply, undecorated */
    TRUST_CLIENT, /* client=, source= or Received-From-MTA */
    TRUST_HOP,    /* the last hop in the headers of the returned mail */
};

enum {
    REJECTION_TEXT = 1024,
    REJECTION_MAILBOX = 324, /* local part, at sign and domain of RFC 5321, and a NUL */
    REJECTION_HOST = 256,
    REJECTION_NAME = 96,
    REJECTION_FORM = 256,
    REJECTION_OTHERS = 16,
    REJECTION_ADVICE = 4,
    REJECTION_LISTS = 8,
    REJECTION_STATUS = 12, /* "5.999.999" */
};

struct rejection_address {
    struct addr address;
    enum rejection_trust trust;
};

/* The list that the reply names; all zero = none. */
struct rejection_list {
    const struct list *known; /* of the catalogue, borrowed; NULL = not in it */
    char zone[LIST_ZONE];     /* as the reply names it; of a known list its zone without key; "" = the reply has none */
    char name[REJECTION_NAME]; /* "UCEPROTECT Level 2", "Outlook.com", "private zone bl.example.net"; "" = no list */
    bool is_private;           /* a receiver's or vendor's own */
    bool dead;
    bool unknown; /* a zone that is not in the catalogue: also private */
};

/* A list of the catalogue, borrowed, and its zone as the reply names it. */
struct rejection_further {
    const struct list *list;
    char zone[LIST_ZONE];
};

/* Texts are clean; "" = not known. An address of family ADDR_NONE is not known. */
struct rejection {
    enum rejection_kind kind;
    struct {
        char file[REJECTION_HOST]; /* the reader sets all three */
        unsigned long line, message;
    } source;
    int64_t time; /* seconds since 1970, UTC; 0 = not known */
    char recipient[REJECTION_MAILBOX];
    unsigned code;                                     /* 550; 0 = none */
    char status[REJECTION_STATUS];                     /* "5.7.1" */
    char text[REJECTION_TEXT];                         /* the reply */
    struct rejection_address own;                      /* the rejected address of the sender */
    struct rejection_address others[REJECTION_OTHERS]; /* further ones, most trusted first */
    size_t other_count;
    struct {
        char host[REJECTION_HOST];
        struct addr address;
    } receiver;
    struct rejection_list list;
    struct rejection_further further[REJECTION_LISTS]; /* lists that are named besides; NULL ends */
    unsigned level;                                    /* of UCEPROTECT; 0 = none */
    struct prefix net;                                 /* in a quoted text of level 2 */
    enum rejection_party party;
    enum rejection_advice advice[REJECTION_ADVICE]; /* ends with ADVICE_NONE unless full */
    char meaning[REJECTION_HOST];  /* of the mark, as half a sentence: "the private list of Outlook.com" */
    char form[REJECTION_FORM];     /* a page or mailbox for removal requests */
    char software[REJECTION_NAME]; /* that wrote the bounce or log: "Postfix" */
    char id[REJECTION_HOST];       /* of the refused message, to tell rejections apart: Message-ID or queue id */
    bool is_repeat;                /* the queue reports an earlier rejection, and asked no server again */
    bool inbound;                  /* our server refused mail from outside: `own` is the address of that client */
};

/* Receives one rejection, valid for the call, and may set its source. */
typedef void mail_take(void *arg, struct rejection *);

/* Return the words of JSON: "dsn", "reply" ...; "sender", "neighbours" ...; and those of advice in receivers.conf. */
const char *rejection_kind_name(enum rejection_kind);
const char *rejection_party_name(enum rejection_party);
const char *rejection_advice_name(enum rejection_advice);

/* Returns why the address is taken for the sender's, as half a sentence: "named in the reply". */
const char *rejection_trust_words(enum rejection_trust);

/* Adds an address that may be the sender's: keeps the most trusted one as `own`, the rest in order in `others`. Leaves
 * out repetitions, addresses that no mail server on the internet has, and the receiver's. */
void rejection_add_address(struct rejection *, const struct addr *, enum rejection_trust);

/* Sets what is not yet known of the receiver: its host, `count` foreign bytes, and its address, which may be NULL and
 * is then no longer one of the sender's. */
void rejection_set_receiver(struct rejection *, const char *host, size_t count, const struct addr *);

/* Adds an advice, unless it is there. */
void rejection_add_advice(struct rejection *, enum rejection_advice);

/* Adds the known list and level of `from`; `first`: in front of those that are there. */
void rejection_add_list(struct rejection *, const struct rejection *from, bool first);

/* Makes it no rejection, because the mail arrived. */
void rejection_set_delivered(struct rejection *);

/* Removes the advice to wait: the queue has given up. */
void rejection_end_retries(struct rejection *);

#endif
