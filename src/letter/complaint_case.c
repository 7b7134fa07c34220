/* The case of a complaint: its reference, what was sent before, and whether that has ended the listing. */
#include "base/clock.h"
#include "letter/complaint.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SHORTEST = 8, DAY_MS = 24 * 60 * 60 * 1000 };

/* Takes reference, first and last contact of a case. */
static void
take_case(struct complaint *c, const struct journal_case *a_case)
{
    c->told_ms = c->last_told_ms = 0;
    free(c->told_who);
    free(c->last_who);
    free(c->last_what);
    c->told_who = c->last_who = c->last_what = NULL;
    if (a_case->contacts.count > 0) {
        c->told_ms = a_case->contacts.at[0].at_ms;
        c->told_who = mem_copy(a_case->contacts.at[0].who);
        const struct case_contact *last = &a_case->contacts.at[a_case->contacts.count - 1];
        c->last_told_ms = last->at_ms;
        c->last_who = mem_copy(last->who);
        c->last_what = mem_copy(last->what ? last->what : "");
    }
    free(c->reference);
    c->reference = mem_copy(a_case->ticket);
}

/* The same all day, so that a letter and its filing agree. */
void
complaint_set_reference(struct complaint *c)
{
    char subject[RESOURCE_TEXT], day[sizeof "261130"], text[UUID_TEXT];
    struct buf made = {0};
    struct uuid hash = uuid_of_name(resource_text(&c->subject, subject));
    buf_format(&made, "WL-%s-%.4s", clock_text(c->now_ms, "%y%m%d", day, sizeof day), uuid_text(&hash, text));
    for (char *at = made.at; *at; at++)
        *at = *at >= 'a' && *at <= 'f' ? (char)(*at - 'a' + 'A') : *at;
    c->reference = buf_take(&made);
}

void
complaint_read_case(struct complaint *c, struct journal *journal)
{
    struct journal_case a_case;
    struct fault ignored;
    if (journal && journal_case_find(journal, &c->subject, &a_case, &ignored)) {
        if (a_case.state != CASE_CLOSED)
            take_case(c, &a_case);
        journal_case_fini(&a_case);
    }
    if (!c->reference)
        complaint_set_reference(c);
}

/* Returns the level whose listing a case is about. */
static unsigned
level_of_case(const struct resource *resource)
{
    return resource->kind == RESOURCE_ADDRESS ? 1 : resource->kind == RESOURCE_NET ? 2 : 3;
}

static bool
still_lists(const struct evidence *e, const struct resource *resource)
{
    const struct list_result *f = evidence_level(e, level_of_case(resource));
    bool holds = list_result_is_listed(f) && resource->kind != RESOURCE_NET;
    for (size_t i = 0; i < e->nets.count && resource->kind == RESOURCE_NET; i++)
        holds = holds || prefix_equal(&e->nets.at[i].prefix, &resource->prefix);
    return holds || !list_state_is_known(f->state);
}

/* Takes a case with a contact, about which nothing is listed any more: the one of the latest contact. */
static void
try_thanks(struct complaint *c, const struct complaint_ground *g, const struct resource *resource, bool closed_too)
{
    struct journal_case a_case;
    struct fault ignored;
    if (!journal_case_find(g->journal, resource, &a_case, &ignored))
        return;
    bool open = closed_too || a_case.state != CASE_CLOSED;
    if (open && a_case.contacts.count > 0 && a_case.contacts.at[0].at_ms > c->told_ms &&
        !still_lists(g->evidence, resource)) {
        const struct list_result *f = evidence_level(g->evidence, level_of_case(resource));
        const struct seen_list *seen = seen_find(&g->evidence->seen, f->list->zone);
        take_case(c, &a_case);
        c->subject = *resource;
        c->kinds |= 1U << LETTER_THANKS;
        c->list = f->list;
        c->ended_ms = seen->state == STATE_CLEAR && seen->since_ms > c->told_ms ? seen->since_ms : c->now_ms;
    }
    journal_case_fini(&a_case);
}

void
complaint_find_thanks(struct complaint *c, const struct complaint_ground *g, bool closed_too)
{
    const struct resource *t = &g->target;
    bool around = t->kind == RESOURCE_ADDRESS && t->prefix.addr.family == ADDR_V4;
    if (!g->journal)
        return;
    try_thanks(c, g, t, closed_too);
    for (unsigned length = t->prefix.length; around && length >= SHORTEST; length--) {
        struct prefix net = prefix_around(&t->prefix.addr, length);
        struct resource wider = resource_of_net(&net);
        try_thanks(c, g, &wider, closed_too);
    }
    struct resource provider = resource_of_asn(c->origin);
    if (around && c->origin != 0)
        try_thanks(c, g, &provider, closed_too);
}

bool
complaint_wants_contact(struct complaint *c)
{
    bool told_before = c->kind == LETTER_REMINDER || c->kind == LETTER_THANKS;
    if (told_before && !c->known_to && c->told_who && strchr(c->told_who, '@'))
        c->known_to = mem_copy(c->told_who);
    c->to = c->known_to;
    return !c->to && c->kind != LETTER_OWN && c->kind != LETTER_RECEIVER;
}

bool
complaint_may_be_filed(const struct complaint *c, struct fault *fault)
{
    char told[CLOCK_MINUTE];
    bool same = c->last_told_ms > 0 && strcmp(c->last_what, letter_kind_name(c->kind)) == 0;
    return !same || clock_wall_ms() - c->last_told_ms >= DAY_MS ||
           fault_set(fault, "a letter in this case was sent on %s UTC to %s: the next one may follow after a day",
                     clock_minute(c->last_told_ms, told), c->last_who);
}

enum journal_result
complaint_file(const struct complaint *c, struct journal *journal, struct fault *fault)
{
    static const uint32_t none[] = {0};
    VEC(uint32_t) listed = {0};
    struct journal_count count = {.resource = c->subject,
                                  .at_ms = c->counted_ms,
                                  .serial = c->counted_serial,
                                  .listed = (int64_t)c->listed,
                                  .impacts = c->net.impacts,
                                  .limit = (double)c->net.limit};
    bool counts = c->has_net && c->counted_ms > 0 && c->listed == c->sources.count;
    enum case_state state = c->kind == LETTER_THANKS ? CASE_CLOSED : CASE_WAITING;
    int64_t now_ms = clock_wall_ms();
    if (!complaint_may_be_filed(c, fault))
        return JOURNAL_FAILED;
    enum journal_result r = journal_begin(journal, fault);
    if (r != JOURNAL_DONE)
        return r;
    for (size_t i = 0; i < c->sources.count; i++)
        vec_push(&listed, c->sources.at[i].address);
    if (counts)
        r = journal_neighbours_add(journal, &c->net.prefix, c->counted_ms, listed.count > 0 ? listed.at : none,
                                   listed.count, NULL, 0, fault);
    if (r == JOURNAL_DONE && counts)
        r = journal_count_store(journal, &count, fault);
    if (r == JOURNAL_DONE && state != CASE_CLOSED)
        r = journal_case_set_state(journal, &c->subject, state, fault);
    if (r == JOURNAL_DONE)
        r = journal_case_set_ticket(journal, &c->subject, c->reference, fault);
    if (r == JOURNAL_DONE)
        r = journal_case_add_contact(journal, &c->subject, c->to ? c->to : "abuse desk", letter_kind_name(c->kind),
                                     now_ms, fault);
    if (r == JOURNAL_DONE)
        r = journal_case_set_due(journal, &c->subject,
                                 state == CASE_CLOSED ? 0 : now_ms + COMPLAINT_FOLLOW_UP_DAYS * (int64_t)DAY_MS, fault);
    if (r == JOURNAL_DONE && state == CASE_CLOSED)
        r = journal_case_set_state(journal, &c->subject, state, fault);
    vec_free(&listed);
    if (r == JOURNAL_DONE)
        return journal_commit(journal, fault);
    journal_undo(journal);
    return r;
}
