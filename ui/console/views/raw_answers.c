#include "console/views/raw_answers.h"

#include "base/clock.h"
#include "base/mem.h"
#include "console/overlays/text_view.h"
#include "pages/address_rows.h"

#include <stdlib.h>

enum { DNS_PORT = 53 };

static void
add_exchange(struct text_page *page, const struct exchange *x, const struct evidence *e)
{
    struct buf text = {0};
    char address[ENDPOINT_TEXT], at[CLOCK_TEXT];
    buf_format(&text, "%s %s", x->name, record_type_name(x->type));
    text_page_head(page, buf_string(&text));
    buf_clear(&text);
    buf_text(&text, x->pending ? "asking ..." : outcome_name(x->outcome));
    if (!x->pending) {
        if (x->rcode >= 0)
            buf_format(&text, ", rcode %d", x->rcode);
        if (x->ttl)
            buf_format(&text, ", TTL %u s", x->ttl);
        if (x->rtt_us >= 0)
            buf_format(&text, ", %.1f ms", (double)x->rtt_us / 1000);
        if (x->server.addr.family)
            buf_format(&text, ", from %s", endpoint_text(&x->server, address));
        buf_text(&text, x->remembered ? ", remembered from earlier in this run" : "");
    }
    text_page_pair(page, ROLE_DIM, "answer", buf_string(&text));
    for (size_t i = 0; i < x->records.count; i++)
        text_page_pair(page, ROLE_DIM, "record", x->records.at[i]);
    if (x->at_ms) {
        clock_rfc3339(x->at_ms, at);
        text_page_pair(page, ROLE_DIM, "at", at);
    }
    /* The command that asks the same: the server that answered, or else the first one. */
    const struct endpoint *server = x->server.addr.family ? &x->server : e->servers.count ? e->servers.at : NULL;
    buf_clear(&text);
    buf_text(&text, "dig");
    if (server)
        buf_format(&text, " @%s", endpoint_host(server, address));
    if (server && server->port != DNS_PORT)
        buf_format(&text, " -p %u", server->port);
    if (server && server->tcp)
        buf_text(&text, " +tcp");
    buf_format(&text, " +bufsize=%d %s %s", ANSWER_EDNS_BYTES, x->name, record_type_name(x->type));
    text_page_pair(page, ROLE_DIM, "by hand", buf_string(&text));
    buf_free(&text);
}

void
raw_answers_add_self_test(struct text_page *page, const struct list_health *health, const struct list *list)
{
    struct buf text = {0};
    buf_format(&text, "%s: does it work?", list->zone);
    text_page_head(page, buf_string(&text));
    for (size_t i = 0; i < health->points.count; i++) {
        const struct health_point *point = &health->points.at[i];
        bool asked = point->state != STATE_UNASKED, good = point->state == point->wanted;
        buf_clear(&text);
        buf_format(&text, "%s: ", point->name);
        if (asked)
            buf_format(&text, "%s, as it %s be%s%s", list_state_name(point->state), good ? "should" : "should not",
                       *point->detail ? ": " : "", point->detail);
        else
            buf_text(&text, health->pending ? "asking ..." : "not asked");
        text_page_line(page, asked && !good ? ROLE_WARN : ROLE_PLAIN, buf_string(&text));
    }
    buf_free(&text);
}

/* Returns whether a question belongs to the row of its list, the name or the provider; all belong to any other row. */
static bool
is_behind(const struct exchange *x, uint64_t row_key)
{
    switch (address_key_kind(row_key)) {
    case ADDRESS_KEY_LIST:
        return x->subject == SUBJECT_LIST && x->list->index == address_key_index(row_key);
    case ADDRESS_KEY_PTR:
        return x->subject == SUBJECT_NAME;
    case ADDRESS_KEY_NETWORK:
        return x->subject == SUBJECT_NETWORK;
    default:
        return true;
    }
}

bool
raw_answers_add(const struct raw_answers *raw, struct text_page *page)
{
    const struct evidence *e = raw->evidence;
    bool any = false;
    for (size_t i = 0; i < e->exchanges.count; i++) {
        if (!is_behind(&e->exchanges.at[i], raw->row_key))
            continue;
        any = true;
        if (page)
            add_exchange(page, &e->exchanges.at[i], e);
    }
    struct health *health = health_of_family(raw->engine->health, e->address.family);
    for (size_t i = 0; i < e->lists.count && health; i++) {
        const struct list *list = e->lists.at[i].list;
        struct exchange question = {.subject = SUBJECT_LIST, .list = list};
        if (!list_is_asked(list, e->address.family) || !is_behind(&question, raw->row_key))
            continue;
        any = true;
        if (page)
            raw_answers_add_self_test(page, health_at(health, list), list);
    }
    return any;
}

static void
fill(void *arg, struct text_page *page)
{
    if (!raw_answers_add(arg, page))
        text_page_line(page, ROLE_PLAIN, "No question was asked for this.");
}

void
raw_answers_open(struct app *app, const struct raw_answers *raw)
{
    struct raw_answers *copy = mem_alloc(sizeof *copy);
    *copy = *raw;
    text_view_open(app, LAYOUT_PAGE, text_page_new("raw answers"),
                   &(struct text_source){raw->changes, fill, free, copy, resource_of_address(&raw->evidence->address)});
}
