/* One walk over all values with a stack of our own. An object that has a reply among its strings gives one rejection;
 * what else is known (recipient, sending address, time) comes from its keys and those of the objects around it. */
#include "bounce/event.h"

#include "base/text.h"
#include "bounce/log_date.h"
#include "bounce/log_line.h"
#include "bounce/reply.h"

#include <ctype.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { FOUND_MOST = 256, STRING_LEAST = 4, CODE_LEAST = 400, CODE_MOST = 599 };

/* What the keys say so far; the strings are borrowed from the JSON. */
struct context {
    const char *recipient, *receiver, *id, *reason; /* `reason`, `code` and `status` of this object alone */
    const json_t *recipients;                       /* an array of several */
    struct addr own, receiver_address;
    int64_t time;
    unsigned code;
    char status[REJECTION_STATUS];
    bool complaint;
    bool original;         /* `recipient` is that of the mail that bounced; others are of the bounce */
    bool refused, arrived; /* what kind of event it is: the mail bounced; or it is on its way, was opened ... */
    bool automatic;        /* an answer of a program */
};

struct frame {
    json_t *value;
    struct context context;
};

struct walk {
    const struct catalogue *catalogue;
    const struct marks *marks;
    mail_take *take;
    void *arg;
    VEC(json_t *) roots;           /* which hold all strings that contexts refer to */
    VEC(struct frame) stack;       /* values borrowed from the roots */
    VEC(struct rejection *) found; /* handed over when there are many */
    size_t added;
    const char *recipient; /* the only one in the event, if not `several` */
    struct addr own;       /* likewise */
    bool several;
    bool withdrawn;             /* a complaint, by "not-spam"; or an automatic answer, which is no bounce */
    struct rejection spare;     /* a bounce whose reason is no reply; of kind REJECTION_NONE = there is none */
    struct rejection complaint; /* one that names none of several recipients; the same */
};

/* ---- keys ---- */

static bool
is_one_of(const char *key, const char *const *words)
{
    while (*words && strcasecmp(key, *words) != 0)
        words++;
    return *words;
}

static bool
is_recipient_key(const char *key)
{
    static const char *const others[] = {"email",   "to",      "emailaddress", "email_address",
                                         "mail_to", "address", "destination",  NULL};
    return strcasestr(key, "recipient") || strcasestr(key, "rcpt") || is_one_of(key, others);
}

static const char *const own_keys[] = {"ip",       "sending_ip",  "sending-ip",    "sendingip", "source_ip",
                                       "sourceip", "outbound_ip", "originatingip", NULL};
static const char *const receiver_keys[] = {"mx-host",  "mx_host",          "mxhost",
                                            "mx",       "remotemtaip",      "remote_mta",
                                            "hostname", "receiving_server", "recipientmailserverhostname",
                                            NULL};
static const char *const id_keys[] = {"message-id",    "message_id", "messageid", "smtp-id",
                                      "sg_message_id", "_id",        "queue_id",  NULL};
static const char *const time_keys[] = {"timestamp", "ts",         "time",       "date",
                                        "bouncedat", "created_at", "createdat",  "event_time",
                                        "ts_event",  "unix_time",  "@timestamp", "__realtime_timestamp",
                                        NULL};
static const char *const type_keys[] = {
    "event", "type", "eventtype", "notificationtype", "recordtype", "event_type", "complaintfeedbacktype", NULL};

static const char *const reason_keys[] = {"message", "reason",   "description", "diagnosticcode",
                                          "error",   "response", NULL};
static const char *const refused_words[] = {"bounce", "fail",  "drop",    "undeliver", "reject",
                                            "block",  "defer", "invalid", NULL};
static const char *const arrived_types[] = {"delivered", "delivery",  "open",      "opened",      "click",
                                            "clicked",   "sent",      "send",      "queued",      "accepted",
                                            "processed", "injection", "subscribe", "unsubscribe", NULL};

static const char *const author_keys[] = {"subject",     "headers", "commonheaders", "html",
                                          "body",        "tags",    "url",           "user-agent",
                                          "client-info", "request", "referer",       "http_referer",
                                          NULL}; /* words of the mail or a browser, not of a server */

/* Says what kind of event a key names; words as "email.delivered" too. */
static void
take_type(struct context *c, const char *type)
{
    const char *dot = strrchr(type, '.');
    bool refused = false;
    c->complaint = c->complaint || strcasestr(type, "complain") || strcasestr(type, "spamreport") ||
                   strcasestr(type, "spam_report") || strcasestr(type, "spam_complaint");
    for (size_t i = 0; refused_words[i]; i++)
        refused = refused || strcasestr(type, refused_words[i]);
    c->automatic = c->automatic || strcasestr(type, "autorespon") || strcasecmp(type, "not-spam") == 0;
    c->refused = (c->refused || refused) && !c->automatic;
    c->complaint = c->complaint && !c->automatic;
    c->arrived = c->automatic || (!c->refused && (c->arrived || is_one_of(dot ? dot + 1 : type, arrived_types)));
    if (strcasestr(type, "invalid"))
        c->reason = type;
}

/* Reads seconds, milliseconds or microseconds since 1970; 0 = none of them. */
static int64_t
read_number(double number)
{
    const double least = 5e8, most = 5e9; /* 1985 and 2128 in seconds */
    for (double unit = 1; unit <= 1e6; unit *= 1e3)
        if (number / unit > least && number / unit < most)
            return (int64_t)(number / unit);
    return 0;
}

static void
take_string(struct context *c, const char *key, const char *text)
{
    struct addr address;
    int64_t when = 0;
    if (is_recipient_key(key) && strchr(text, '@'))
        c->recipient = c->original ? c->recipient : text;
    else if (is_one_of(key, own_keys) && addr_parse(text, &address))
        c->own = address;
    else if (is_one_of(key, receiver_keys) && addr_parse(text, &address))
        c->receiver_address = address;
    else if (is_one_of(key, receiver_keys))
        c->receiver = text;
    else if (is_one_of(key, id_keys))
        c->id = text;
    else if (is_one_of(key, type_keys))
        take_type(c, text);
    else if (is_one_of(key, reason_keys))
        c->reason = text;
    else if (strcasecmp(key, "status") == 0 && strspn(text, "0123456789.") == strlen(text) && strchr("45", *text) &&
             strchr(text, '.') && strcmp(text + 1, ".0.0") != 0)
        snprintf(c->status, sizeof c->status, "%s", text);
    else if (is_one_of(key, time_keys) && log_date_read(text, strlen(text), &when) > 0)
        c->time = when;
    else if (is_one_of(key, time_keys) && read_number(strtod(text, NULL)) > 0)
        c->time = read_number(strtod(text, NULL));
    else if (strcasestr(key, "code") && strlen(text) == 3 && atoi(text) >= CODE_LEAST && atoi(text) <= CODE_MOST)
        c->code = (unsigned)atoi(text);
}

/* Takes an object whose keys mean something under its name alone: of Postal the mail that bounced, of KumoMTA the
 * receiver and the enhanced status. */
static void
take_object(struct context *c, const char *key, json_t *value)
{
    static const char *const parts[] = {"class", "subject", "detail"};
    json_t *part[] = {json_object_get(value, parts[0]), json_object_get(value, parts[1]),
                      json_object_get(value, parts[2])};
    const char *name = json_string_value(json_object_get(value, "name")), *inner;
    const char *address = json_string_value(json_object_get(value, "addr"));
    json_t *item;
    if (strcasecmp(key, "original_message") == 0) {
        json_object_foreach(value, inner, item)
        {
            if (is_recipient_key(inner) && json_is_string(item) && strchr(json_string_value(item), '@')) {
                c->recipient = json_string_value(item);
                c->original = true;
            }
        }
    } else if (strcasecmp(key, "headers") == 0) {
        name = json_string_value(json_object_get(value, "message-id"));
        c->id = name ? name : c->id;
    } else if (strcasecmp(key, "peer_address") == 0) {
        c->receiver = name ? name : c->receiver;
        if (address)
            addr_parse(address, &c->receiver_address);
    } else if (json_is_integer(part[0]) && json_is_integer(part[1]) && json_is_integer(part[2])) {
        snprintf(c->status, sizeof c->status, "%u.%u.%u", (unsigned)json_integer_value(part[0]) % 10,
                 (unsigned)json_integer_value(part[1]) % 1000, (unsigned)json_integer_value(part[2]) % 1000);
    }
}

static void
take_key(struct context *c, const char *key, json_t *value)
{
    double number = json_number_value(value);
    const json_t *only = json_is_array(value) && json_array_size(value) == 1 ? json_array_get(value, 0) : value;
    if (json_is_string(only))
        take_string(c, key, json_string_value(only));
    else if (json_is_object(value))
        take_object(c, key, value);
    else if (json_is_array(value) && is_recipient_key(key))
        c->recipients = value;
    else if (json_is_number(value) && strcasestr(key, "code") && number >= CODE_LEAST && number <= CODE_MOST)
        c->code = (unsigned)number;
    else if (json_is_number(value) && is_one_of(key, time_keys) && read_number(number) > 0)
        c->time = read_number(number);
}

/* ---- rejections ---- */

static void
set_recipient(struct rejection *r, const char *mailbox)
{
    const char *at = mailbox ? mailbox + strspn(mailbox, "<[\" ") : "";
    text_clean_into(r->recipient, sizeof r->recipient, at, strcspn(at, ">,\" ];"));
}

/* Starts a rejection with what the keys say. */
static void
begin(struct rejection *r, const struct context *c)
{
    *r = (struct rejection){.kind = REJECTION_EVENT, .time = c->time, .receiver.address = c->receiver_address};
    set_recipient(r, c->recipient);
    snprintf(r->status, sizeof r->status, "%s", c->status);
    if (c->receiver) {
        size_t count = strlen(c->receiver);
        text_clean_into(r->receiver.host, sizeof r->receiver.host, c->receiver,
                        count - (count > 0 && c->receiver[count - 1] == '.'));
    }
    if (c->id)
        text_clean_into(r->id, sizeof r->id, c->id, strlen(c->id));
    if (c->own.family != ADDR_NONE)
        rejection_add_address(r, &c->own, TRUST_CLIENT);
}

static void
begin_complaint(struct rejection *r, const struct context *c)
{
    begin(r, c);
    r->kind = REJECTION_COMPLAINT;
    r->party = PARTY_SENDER;
    r->advice[0] = ADVICE_COMPLAINT;
}

static unsigned
richness(const struct rejection *r)
{
    return 4U * (*r->list.name != '\0') + 2U * (r->code != 0) + (*r->status != '\0');
}

static void
hand_over(struct walk *w)
{
    for (size_t i = 0; i < w->found.count; i++) {
        w->take(w->arg, w->found.at[i]);
        free(w->found.at[i]);
    }
    vec_clear(&w->found);
}

/* Adds a rejection unless the event has the same already, in other words. */
static void
add(struct walk *w, const struct rejection *r)
{
    for (size_t i = 0; i < w->found.count; i++) {
        struct rejection *old = w->found.at[i];
        bool same_code = !old->code || !r->code || old->code == r->code;
        bool same_recipient = !*old->recipient || !*r->recipient || strcmp(old->recipient, r->recipient) == 0;
        bool other_mail = *old->id && *r->id && strcmp(old->id, r->id) != 0;
        bool other_own = old->own.address.family != ADDR_NONE && r->own.address.family != ADDR_NONE &&
                         !addr_equal(&old->own.address, &r->own.address);
        if (!same_code || !same_recipient || other_mail || other_own || old->kind != r->kind)
            continue;
        if (richness(r) > richness(old))
            *old = *r;
        return;
    }
    struct rejection *copy = mem_alloc(sizeof *copy);
    *copy = *r;
    if (w->found.count == FOUND_MOST)
        hand_over(w);
    vec_push(&w->found, copy);
    w->added++;
}

/* Reads a mail in the history of rspamd as its line in the log: {"ip": ADDRESS, "action": "reject", "rcpt_smtp": [...],
 * "symbols": {NAME: {"score": N, ...}, ...}}, where the symbols may be an array of objects with "name". Returns false
 * if the object is none. */
static bool
read_filtered(struct walk *w, const struct context *c, json_t *object)
{
    json_t *symbols = json_object_get(object, "symbols"), *symbol;
    const char *action = json_string_value(json_object_get(object, "action")), *begin = " ";
    struct buf line = {0};
    struct rejection r;
    char address[ADDR_TEXT] = "";
    bool is_list = json_is_array(symbols);
    void *at = json_object_iter(symbols);
    if (!action || !(is_list || json_is_object(symbols)))
        return false;
    if (c->own.family != ADDR_NONE)
        addr_text(&c->own, address);
    buf_format(&line, "; task; ip: %s, (default: T (%s): [0/0] [", address, action);
    for (size_t i = 0; is_list ? i < json_array_size(symbols) : at != NULL; i++, begin = "{},") {
        symbol = is_list ? json_array_get(symbols, i) : json_object_iter_value(at);
        const char *name = is_list ? json_string_value(json_object_get(symbol, "name")) : json_object_iter_key(at);
        json_t *score = json_object_get(symbol, "score");
        score = score ? score : json_object_get(symbol, "metric_score");
        buf_format(&line, "%s%.64s(%.2f)", begin, name ? name : "", json_number_value(score));
        at = is_list ? NULL : json_object_iter_next(symbols, at);
    }
    buf_text(&line, "{}]), len: 0");
    if (log_line_read(line.at, line.count, NULL, w->catalogue, w->marks, &r)) {
        r.kind = REJECTION_EVENT;
        r.time = c->time;
        set_recipient(&r, c->recipient ? c->recipient : json_string_value(json_array_get(c->recipients, 0)));
        add(w, &r);
    }
    buf_free(&line);
    return true;
}

/* Looks whether a string is a log line or a reply, and keeps the better one of an object. */
static void
read_string(struct walk *w, const struct context *c, const char *text, struct rejection *best, bool *found)
{
    struct rejection r;
    size_t count = strlen(text);
    if (count < STRING_LEAST)
        return;
    if (log_line_read(text, count, NULL, w->catalogue, w->marks, &r)) {
        r.time = r.time ? r.time : c->time;
        if (!*r.recipient)
            set_recipient(&r, c->recipient);
    } else {
        struct context bare = *c; /* the status in the reply is what the receiver said */
        bare.status[0] = '\0';
        begin(&r, &bare);
        bool replied = reply_read(text, count, w->catalogue, w->marks, &r);
        if (replied && !*r.status && *c->status) {
            begin(&r, c);
            reply_read(text, count, w->catalogue, w->marks, &r);
        }
        if (!replied || (!r.code && !*r.list.name && !c->code))
            return;
        r.code = r.code ? r.code : c->code;
    }
    if (!*found || richness(&r) > richness(best))
        *best = r;
    *found = true;
}

/* Reads the strings of an object or array, and pushes what is in it. */
static void
read_strings(struct walk *w, struct context *c, json_t *const *values, size_t count)
{
    struct rejection best;
    bool found = false;
    for (size_t i = 0; i < count; i++) {
        const char *text = json_string_value(values[i]);
        json_t *inner = NULL;
        if (text && (text[strspn(text, " \t\r\n")] == '{' || text[strspn(text, " \t\r\n")] == '['))
            inner = json_loads(text, 0, NULL);
        if (inner)
            vec_push(&w->roots, inner);
        if (inner || json_is_object(values[i]) || json_is_array(values[i]))
            vec_push(&w->stack, ((struct frame){inner ? inner : values[i], *c}));
        else if (text && !c->arrived)
            read_string(w, c, text, &best, &found);
    }
    bool for_all = found && !*best.recipient && c->recipients;
    for (size_t i = 0; for_all && i < json_array_size(c->recipients); i++) {
        set_recipient(&best, json_string_value(json_array_get(c->recipients, i)));
        add(w, &best);
    }
    if (found && !for_all)
        add(w, &best);
}

static void
read_value(struct walk *w, const struct frame *frame)
{
    VEC(json_t *) values = {0};
    struct context c = frame->context;
    if (json_is_object(frame->value)) {
        c.code = 0;
        c.status[0] = '\0';
        c.reason = NULL;
        for (void *i = json_object_iter(frame->value); i; i = json_object_iter_next(frame->value, i)) {
            take_key(&c, json_object_iter_key(i), json_object_iter_value(i));
            if (!is_one_of(json_object_iter_key(i), author_keys))
                vec_push(&values, json_object_iter_value(i));
        }
    } else {
        for (size_t i = 0; i < json_array_size(frame->value); i++)
            vec_push(&values, json_array_get(frame->value, i));
    }
    if (json_is_object(frame->value) && read_filtered(w, &c, frame->value)) {
        vec_free(&values);
        return;
    }
    w->several = w->several || (w->recipient && c.recipient && strcasecmp(w->recipient, c.recipient) != 0);
    w->recipient = c.recipient ? c.recipient : w->recipient;
    w->several =
        w->several || (w->own.family != ADDR_NONE && c.own.family != ADDR_NONE && !addr_equal(&w->own, &c.own));
    w->own = c.own.family != ADDR_NONE ? c.own : w->own;
    w->withdrawn = w->withdrawn || c.automatic;
    if (json_object_get(frame->value, "program") || json_object_get(frame->value, "SYSLOG_IDENTIFIER"))
        c.receiver = frame->context.receiver; /* "hostname" is where the log was written */
    if (c.refused && c.recipient && (w->spare.kind == REJECTION_NONE || (c.reason && !*w->spare.text))) {
        begin(&w->spare, &c); /* in case that the event says no more */
        if (c.reason)
            reply_read(c.reason, strlen(c.reason), w->catalogue, w->marks, &w->spare);
    }
    bool is_one = frame->context.recipients && c.recipient != frame->context.recipient; /* of several */
    size_t before = w->added;
    if (c.complaint && !frame->context.complaint)
        begin_complaint(&w->complaint, &c);
    read_strings(w, &c, values.at, values.count);
    if (is_one && (c.complaint || (c.refused && w->added == before))) {
        struct rejection r;
        (c.complaint ? begin_complaint : begin)(&r, &c);
        if (c.refused && c.reason)
            reply_read(c.reason, strlen(c.reason), w->catalogue, w->marks, &r);
        add(w, &r);
    }
    vec_free(&values);
}

bool
event_read(const char *bytes, size_t count, const struct catalogue *catalogue, const struct marks *marks,
           mail_take *take, void *arg)
{
    static const struct context none;
    struct walk w = {.catalogue = catalogue, .marks = marks, .take = take, .arg = arg};
    json_t *root = count <= EVENT_MOST ? json_loadb(bytes, count, JSON_ALLOW_NUL, NULL) : NULL;
    if (!root)
        return false;
    vec_push(&w.roots, root);
    vec_push(&w.stack, ((struct frame){root, none}));
    while (w.stack.count > 0) {
        struct frame frame = w.stack.at[--w.stack.count];
        read_value(&w, &frame);
    }
    if (w.added == 0 && w.spare.kind != REJECTION_NONE && !w.withdrawn)
        add(&w, &w.spare);
    bool complains = w.complaint.kind != REJECTION_NONE;
    for (size_t i = 0; i < w.found.count; i++)
        complains = complains && w.found.at[i]->kind != REJECTION_COMPLAINT;
    if (complains)
        add(&w, &w.complaint);
    for (size_t i = 0; i < w.found.count && !w.several; i++) {
        if (!*w.found.at[i]->recipient)
            set_recipient(w.found.at[i], w.recipient);
        if (w.own.family != ADDR_NONE)
            rejection_add_address(w.found.at[i], &w.own, TRUST_CLIENT);
    }
    for (size_t i = 0; i < w.found.count && w.withdrawn; i++)
        if (w.found.at[i]->kind == REJECTION_COMPLAINT)
            rejection_set_delivered(w.found.at[i]);
    hand_over(&w);
    for (size_t i = 0; i < w.roots.count; i++)
        json_decref(w.roots.at[i]);
    vec_free(&w.roots);
    vec_free(&w.found);
    vec_free(&w.stack);
    return true;
}
