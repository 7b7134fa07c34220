#include "evidence_fixture.h"
#include "base/clock.h"
#include "builtin_lists.h"
#include "lists/policy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void
answer(struct list_result *f, enum list_state state, uint32_t ttl)
{
    f->source = SOURCE_DNS;
    f->state = state;
    f->ttl = ttl;
    f->rtt_us = 12300;
    f->answered_ms = clock_wall_ms();
    f->serial = MADE_SERIAL;
}

void
made_evidence(struct evidence *e, const char *address)
{
    struct addr addr;
    assert_true(addr_parse(address, &addr));
    clock_fake(MADE_NOW_MS, MADE_WALL_MS);
    evidence_init(e, catalogue_builtin(), address, NULL, &addr);
    e->finished_ms = clock_wall_ms() + 1200;
    for (size_t i = 0; i < BUILTIN_LISTS; i++)
        answer(&e->lists.at[i], STATE_CLEAR, 120);
    e->ptr = (struct ptr){.state = PTR_CONFIRMED, .name = mem_copy("mail.example"), .count = 1};
    e->network.source = NETWORK_CYMRU;
    e->network.asn = 64500;
    e->network.has_bgp = prefix_parse("203.0.112.0/22", &e->network.bgp, NULL);
    strcpy(e->network.bgp_source, "Team Cymru");
    e->network.origins[0] = 64500;
    e->network.origin_count = 1;
    strcpy(e->network.org, "EXAMPLE Example Hosting");
    strcpy(e->network.country, "DE");
}

/* Narrowest first, as an investigation keeps them. */
static void
add_net(struct evidence *e, const struct listing *text)
{
    struct policy policy;
    policy_default(&policy);
    struct listed_net net = {
        .prefix = text->net,
        .kind = text->kind,
        .permanent = text->form == LISTING_L2_PERMANENT,
        .impacts = text->impacts,
        .abusers = text->abusers,
        .limit = policy_limit(&policy, text->net.length),
        .holder = text->holder,
    };
    vec_push(&e->nets, net);
    for (size_t i = e->nets.count - 1; i > 0 && e->nets.at[i - 1].prefix.length < net.prefix.length; i--) {
        e->nets.at[i] = e->nets.at[i - 1];
        e->nets.at[i - 1] = net;
    }
}

void
made_text(struct evidence *e, size_t id, const char *text)
{
    struct list_result *f = &e->lists.at[id];
    struct listing listing;
    listing_parse(text, &listing);
    vec_push(&f->txt, mem_copy(text));
    vec_push(&f->texts, listing);
    if (listing.net.addr.family)
        add_net(e, &listing);
}

void
made_listed(struct evidence *e, size_t id, const char *text)
{
    struct list_result *f = &e->lists.at[id];
    answer(f, STATE_LISTED, 2100);
    vec_push(&f->answers, ((struct addr){ADDR_V4, {127, 0, 0, 2}}));
    f->txt_missing = text == NULL;
    if (text)
        made_text(e, id, text);
}

void
made_trouble(struct evidence *e, size_t id, enum list_state state, const char *detail)
{
    struct list_result *f = &e->lists.at[id];
    f->state = state;
    f->ttl = 0;
    f->serial = 0;
    free(f->detail);
    f->detail = mem_copy(detail);
}

void
made_seen(struct seen *seen, const enum list_state states[], int64_t first_ms, int64_t last_ms)
{
    for (size_t i = 0; i < BUILTIN_LISTS; i++)
        seen_add(seen, LIST_AT(i)->zone, states[i], first_ms, last_ms);
}
