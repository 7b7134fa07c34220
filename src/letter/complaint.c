#include "letter/complaint.h"

#include "base/clock.h"
#include "base/text.h"
#include "verdict/phrases.h"
#include "verdict/verdict.h"
#include "zones/zone_listing.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SHORTEST = 8, ROWS = 64, DAY_MS = 24 * 60 * 60 * 1000 };

static const char *const kinds[] = {"net-owner", "provider",  "carrier-customer", "receiver",
                                    "own",       "permanent", "reminder",         "thanks"};

#define BIT(kind) (1U << (kind))

const char *
letter_kind_name(enum letter_kind kind)
{
    assert(kind < LETTER_KINDS);
    return kinds[kind];
}

bool
letter_kind_parse(const char *word, enum letter_kind *out)
{
    size_t i = 0;
    while (i < LETTER_KINDS && strcmp(kinds[i], word) != 0)
        i++;
    if (i < LETTER_KINDS)
        *out = (enum letter_kind)i;
    return i < LETTER_KINDS;
}

void
complaint_fini(struct complaint *c)
{
    for (size_t i = 0; i < c->sources.count; i++)
        free(c->sources.at[i].name);
    vec_free(&c->sources);
    vec_free(&c->blocks);
    vec_free(&c->worst_nets);
    vec_free(&c->left);
    vec_free(&c->came);
    seen_rejections_fini(&c->rejections);
    free(c->own_name);
    free(c->own_text);
    free(c->origin_org);
    free(c->text);
    free(c->reference);
    free(c->told_who);
    free(c->known_to);
    *c = (struct complaint){0};
}

/* ---- an address to ask about ---- */

/* Takes the net that decides for the whole prefix, else the one inside it. */
static struct addr
address_of_net(const struct prefix *prefix, const struct dataset *d)
{
    density_nets nets = {0};
    struct addr address = prefix->addr;
    if (d->zones && zone_set_level(d->zones, 2)) {
        density_nets_around(&nets, d->zones, &d->policy, prefix);
        if (nets.count == 0)
            density_nets_inside(&nets, d->zones, &d->policy, prefix);
        const struct listed_net *net = density_deciding(&nets);
        if (net && prefix_covers(prefix, &net->prefix))
            address = net->prefix.addr;
    }
    vec_free(&nets);
    return address;
}

bool
complaint_address(const struct resource *target, struct dataset *d, struct addr *out, struct fault *fault)
{
    *out = target->prefix.addr;
    if (target->kind == RESOURCE_NET && target->prefix.addr.family == ADDR_V4)
        *out = address_of_net(&target->prefix, d);
    if (target->kind != RESOURCE_ASN)
        return true;
    const struct provider *provider = dataset_provider(d, target->asn);
    if (!provider || provider->ranges.count == 0)
        return fault_set(fault,
                         "no range of AS%u is known: a complaint about an AS needs an ASN database and the zone "
                         "files of levels 1 and 2; or name one of its addresses",
                         target->asn);
    const struct provider_range *best = &provider->ranges.at[0];
    for (size_t i = 0; i < provider->ranges.count; i++)
        if (provider->ranges.at[i].level3 > best->level3 && provider->ranges.at[i].other == 0)
            best = &provider->ranges.at[i];
    *out = best->prefix.addr;
    return true;
}

/* ---- what the letter is about ---- */

static const struct listed_net *
net_of(const struct evidence *e, enum letter_kind kind)
{
    return kind == LETTER_PERMANENT ? evidence_permanent_net(e) : evidence_deciding_net(e);
}

static unsigned
level_of(enum letter_kind kind)
{
    return kind == LETTER_OWN ? 1 : kind == LETTER_NET_OWNER || kind == LETTER_PERMANENT ? 2 : 3;
}

/* Returns the kinds for which the evidence has a listing. */
static unsigned
kinds_of(const struct complaint_ground *g, bool has_own)
{
    const struct evidence *e = g->evidence;
    const struct listed_net *deciding = evidence_deciding_net(e);
    bool by_level[LIST_LEVELS + 1] = {false};
    unsigned found = 0;
    for (unsigned level = 1; level <= LIST_LEVELS; level++)
        by_level[level] = list_result_is_listed(evidence_level(e, level));
    if (g->target.kind == RESOURCE_ASN)
        by_level[1] = by_level[2] = false;
    if (by_level[1] && has_own)
        found |= BIT(LETTER_OWN);
    if (by_level[2] && (!deciding || !deciding->permanent))
        found |= BIT(LETTER_NET_OWNER);
    if (by_level[2] && evidence_permanent_net(e))
        found |= BIT(LETTER_PERMANENT);
    const struct listing *l3 = evidence_level3(e);
    if (by_level[3] && (g->target.kind != RESOURCE_ASN || !l3 || l3->holder.asn == g->target.asn))
        found |= BIT(LETTER_PROVIDER) | (has_own && evidence_names_carrier(e) ? BIT(LETTER_CARRIER_CUSTOMER) : 0);
    return found;
}

/* Returns the kind that fits best: the net before the AS, because its owner can act on it; the address itself before
 * the net if no other address is known to share its impacts. */
static enum letter_kind
best_of(unsigned found, const struct complaint_ground *g)
{
    static const enum letter_kind order[] = {LETTER_NET_OWNER, LETTER_PERMANENT, LETTER_OWN, LETTER_CARRIER_CUSTOMER,
                                             LETTER_PROVIDER};
    if (found & BIT(LETTER_OWN) && !(found & BIT(LETTER_PERMANENT)) && evidence_company(g->evidence) != COMPANY_SOME)
        return LETTER_OWN;
    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++)
        if (found & BIT(order[i]))
            return order[i];
    return LETTER_KINDS;
}

/* Takes the text that names the net or the holder, else the first one; from the zone file that of a net which DNS
 * hides. */
static char *
text_of(const struct complaint_ground *g, const struct list_result *f, const struct complaint *c, unsigned level)
{
    struct zone_file_row rows[ROWS];
    const struct zone_file *file = dataset_level(g->dataset, level);
    for (size_t i = 0; i < f->texts.count; i++) {
        const struct listing *text = &f->texts.at[i];
        if (level != 2 ||
            (c->has_net && text->net.addr.family != ADDR_NONE && prefix_equal(&text->net, &c->net.prefix)))
            return mem_copy(f->txt.at[i]);
    }
    uint32_t address = addr_to_v4(&g->evidence->address);
    size_t count = file && c->has_net ? zone_file_find(file, address, rows, ROWS) : 0;
    for (size_t i = 0; i < count && i < ROWS; i++)
        if (prefix_equal(&rows[i].prefix, &c->net.prefix) && !rows[i].excluded) {
            struct zone_listing said = {0};
            zone_listing_read(&said, file, &rows[i], address);
            char *text = said.clean.count > 0 ? mem_copy(buf_string(&said.clean)) : NULL;
            zone_listing_fini(&said);
            return text;
        }
    return f->txt.count > 0 ? mem_copy(f->txt.at[0]) : NULL;
}

static void
set_listing(struct complaint *c, const struct complaint_ground *g, unsigned level)
{
    const struct list_result *f = evidence_level(g->evidence, level);
    bool from_file = f->source == SOURCE_ZONE || (level == 2 && c->has_net && c->net.from_zone);
    struct data_date date = from_file ? f->file.date : list_result_date(f);
    c->list = f->list;
    c->source = from_file ? SOURCE_ZONE : f->source;
    c->serial = from_file ? f->file.serial : f->serial;
    c->answered_ms = from_file ? f->file.date.at_ms : f->answered_ms;
    c->stale = data_date_age(date) == DATA_STALE;
    c->text = text_of(g, f, c, level);
}

static int
most_impacts_first(const void *a, const void *b)
{
    const struct listed_net *x = a, *y = b;
    if (x->impacts != y->impacts)
        return x->impacts > y->impacts ? -1 : 1;
    return prefix_compare(&x->prefix, &y->prefix);
}

/* Counts the AS in the zone files, and takes the outermost nets that name it. */
static void
set_provider(struct complaint *c, const struct complaint_ground *g)
{
    const struct listing *said = evidence_level3(g->evidence);
    struct prefix last = {0};
    c->score = said && said->form == LISTING_L3 ? said->score : -1;
    c->abusers = said ? said->abusers : LISTING_UNKNOWN;
    if (said && said->holder.asn != 0)
        c->holder = said->holder;
    const struct provider *p = c->holder.asn ? dataset_provider(g->dataset, c->holder.asn) : NULL;
    if (!p || !p->counted || !p->announces)
        return;
    c->has_estimate = p->density.impacts > 0;
    c->estimate = p->density;
    for (size_t i = 0; i < p->ranges.count; i++) {
        density_nets nets = {0};
        provider_nets(&nets, g->dataset->zones, &g->dataset->policy, &p->ranges.at[i].prefix);
        for (size_t k = 0; k < nets.count; k++) {
            const struct listed_net *net = &nets.at[k];
            bool inside = last.addr.family != ADDR_NONE && prefix_covers(&last, &net->prefix);
            if (inside || net->impacts == LISTING_UNKNOWN || net->holder.asn != c->holder.asn)
                continue;
            last = net->prefix;
            vec_push(&c->worst_nets, *net);
        }
        vec_free(&nets);
    }
    if (c->worst_nets.count > 1)
        qsort(c->worst_nets.at, c->worst_nets.count, sizeof *c->worst_nets.at, most_impacts_first);
    if (c->worst_nets.count > COMPLAINT_NETS)
        c->worst_nets.count = COMPLAINT_NETS;
}

/* Sets subject, holder, figures and text of a letter about a listing. */
static void
set_subject(struct complaint *c, const struct complaint_ground *g, enum letter_kind kind)
{
    const struct evidence *e = g->evidence;
    const struct listed_net *net = level_of(kind) == 2 ? net_of(e, kind) : NULL;
    c->subject = c->has_own ? resource_of_address(&c->own) : g->target;
    c->holder.asn = e->network.asn;
    snprintf(c->holder.org, sizeof c->holder.org, "%s", e->network.org);
    if (net) {
        c->has_net = true;
        c->net = *net;
        c->subject = resource_of_net(&net->prefix);
        if (net->holder.asn != 0)
            c->holder = net->holder;
    }
    if (level_of(kind) == 3) {
        set_provider(c, g);
        uint32_t asn = kind == LETTER_CARRIER_CUSTOMER ? c->origin : c->holder.asn;
        if (asn != 0)
            c->subject = resource_of_asn(asn);
    }
    set_listing(c, g, level_of(kind));
}

/* ---- the address itself ---- */

static void
set_own(struct complaint *c, const struct complaint_ground *g)
{
    const struct evidence *e = g->evidence;
    const struct list_result *level1 = evidence_level(e, 1);
    c->has_own = g->target.kind == RESOURCE_ADDRESS;
    c->origin = e->network.asn;
    c->origin_org = mem_copy(e->network.org);
    c->own = e->address;
    c->own_state = level1->state;
    if (!c->has_own)
        return;
    const struct seen_list *seen = seen_find(&e->seen, level1->list->zone);
    c->own_name = e->ptr.state == PTR_CONFIRMED ? mem_copy(e->ptr.name) : NULL;
    c->own_since_ms = seen->state == level1->state && seen->until_ms > seen->since_ms ? seen->since_ms : 0;
    c->own_text = level1->txt.count > 0 ? mem_copy(level1->txt.at[0]) : NULL;
}

/* Copies the rejections that named the list of the letter. */
static void
set_rejections(struct complaint *c, const struct complaint_ground *g)
{
    const seen_rejection_groups *all = &g->evidence->seen.rejections;
    for (size_t i = 0; c->has_own && i < all->count; i++) {
        struct seen_rejections group = all->at[i];
        if (group.level != c->list->level && strcmp(group.zone, c->list->zone) != 0)
            continue;
        group.receiver = mem_copy(group.receiver);
        group.zone = mem_copy(group.zone);
        group.list = mem_copy(group.list);
        vec_push(&c->rejections, group);
    }
}

/* ---- its case ---- */

/* Takes reference and first contact of a case. */
static void
take_case(struct complaint *c, const struct journal_case *a_case)
{
    c->told_ms = 0;
    free(c->told_who);
    c->told_who = NULL;
    if (a_case->contacts.count > 0) {
        c->told_ms = a_case->contacts.at[0].at_ms;
        c->told_who = mem_copy(a_case->contacts.at[0].who);
    }
    free(c->reference);
    c->reference = mem_copy(a_case->ticket);
}

/* Makes a reference of day and subject, the same all day, so that a letter and its filing agree. */
static void
set_reference(struct complaint *c)
{
    char subject[RESOURCE_TEXT], day[sizeof "261130"], text[UUID_TEXT];
    struct buf made = {0};
    struct uuid hash = uuid_of_name(resource_text(&c->subject, subject));
    buf_format(&made, "WL-%s-%.4s", clock_text(c->now_ms, "%y%m%d", day, sizeof day), uuid_text(&hash, text));
    for (char *at = made.at; *at; at++)
        *at = *at >= 'a' && *at <= 'f' ? (char)(*at - 'a' + 'A') : *at;
    c->reference = buf_take(&made);
}

static void
read_case(struct complaint *c, struct journal *journal)
{
    struct journal_case a_case;
    struct fault ignored;
    if (journal && journal_case_find(journal, &c->subject, &a_case, &ignored)) {
        if (a_case.state != CASE_CLOSED)
            take_case(c, &a_case);
        journal_case_fini(&a_case);
    }
    if (!c->reference)
        set_reference(c);
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
        c->kinds |= BIT(LETTER_THANKS);
        c->list = f->list;
        c->ended_ms = seen->state == STATE_CLEAR && seen->since_ms > c->told_ms ? seen->since_ms : c->now_ms;
    }
    journal_case_fini(&a_case);
}

/* Looks for a complaint that has ended its listing: about the target, a net around it, or its AS. */
static void
find_thanks(struct complaint *c, const struct complaint_ground *g, bool closed_too)
{
    const struct resource *t = &g->target;
    if (!g->journal)
        return;
    try_thanks(c, g, t, closed_too);
    if (t->kind != RESOURCE_ADDRESS || t->prefix.addr.family != ADDR_V4)
        return;
    for (unsigned length = t->prefix.length; length >= SHORTEST; length--) {
        struct prefix net = prefix_around(&t->prefix.addr, length);
        struct resource around = resource_of_net(&net);
        try_thanks(c, g, &around, closed_too);
    }
    struct resource provider = resource_of_asn(c->origin);
    if (c->origin != 0)
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

/* ---- the whole ---- */

/* Says why there is nothing to write a letter about. */
static enum complaint_result
refuse(const struct complaint_ground *g, unsigned found, enum letter_kind wanted, struct fault *fault)
{
    const struct evidence *e = g->evidence;
    char target[RESOURCE_TEXT];
    struct buf text = {0};
    resource_text(&g->target, target);
    bool unknown = !e->reserved && evidence_has_trouble(e);
    if (found != 0) {
        for (enum letter_kind kind = 0; kind < LETTER_KINDS; kind++)
            if (found & BIT(kind))
                buf_format(&text, "%s%s", text.count > 0 ? ", " : "", letter_kind_name(kind));
        fault_set(fault, "no ground for a letter to %s about %s; there is for: %s", letter_kind_name(wanted), target,
                  buf_string(&text));
    } else if (e->reserved) {
        fault_set(fault, "%s: %s, no list can list it", target, e->reserved);
    } else if (unknown) {
        phrases_troubles(&text, e);
        fault_set(fault, "no letter about %s without facts: %s", target, buf_string(&text));
    } else if (e->address.family == ADDR_V6) {
        fault_set(fault, "%s is an IPv6 address, which UCEPROTECT does not list; there is nothing to complain about",
                  target);
    } else if (!list_state_is_known(evidence_level(e, 2)->state)) {
        fault_set(fault, "no letter about %s without facts: level 2 was not asked", target);
        unknown = true;
    } else if (g->target.kind == RESOURCE_NET && !dataset_level(g->dataset, 2)) {
        fault_set(fault,
                  "only one address of %s was asked about, and no net around it is listed; nets inside it show "
                  "with the zone file of level 2 (--zones DIR)",
                  target);
        unknown = true;
    } else if (g->target.kind != RESOURCE_ADDRESS) {
        fault_set(fault, "UCEPROTECT lists %s neither at level 2 nor at level 3: there is nothing to complain about",
                  target);
    } else {
        fault_set(fault, "UCEPROTECT does not list %s: there is nothing to complain about", target);
    }
    buf_free(&text);
    return found != 0 ? COMPLAINT_UNFIT : unknown ? COMPLAINT_UNKNOWN : COMPLAINT_NOTHING;
}

void
complaint_of_rejection(struct complaint *c, const struct rejection *r)
{
    const char *domain = strrchr(r->recipient, '@'), *host = domain ? domain + 1 : r->receiver.host;
    struct buf to = {0};
    complaint_fini(c);
    c->now_ms = clock_wall_ms();
    policy_default(&c->policy);
    c->score = c->impacts_then = c->abusers = LISTING_UNKNOWN;
    c->rejection = r;
    c->list = r->list.known;
    c->has_own = r->own.address.family != ADDR_NONE;
    c->own = r->own.address;
    if (c->has_own)
        c->target = c->subject = resource_of_address(&c->own);
    c->kinds = BIT(LETTER_RECEIVER);
    c->kind = LETTER_RECEIVER;
    if (*host)
        buf_format(&to, "postmaster@%s", host);
    c->known_to = to.count > 0 ? buf_take(&to) : NULL;
    set_reference(c);
}

enum complaint_result
complaint_gather(struct complaint *c, const struct complaint_ground *g, enum letter_kind wanted, struct fault *fault)
{
    if (g->rejection) {
        complaint_of_rejection(c, g->rejection);
        return COMPLAINT_READY;
    }
    complaint_fini(c);
    c->target = g->target;
    c->now_ms = clock_wall_ms();
    c->policy = g->dataset->policy;
    c->score_limit = g->dataset->policy.score;
    c->score = -1;
    c->impacts_then = c->abusers = LISTING_UNKNOWN;
    set_own(c, g);
    unsigned found = kinds_of(g, c->has_own);
    bool thanks_wanted = wanted == LETTER_THANKS || (wanted == LETTER_KINDS && found == 0);
    if (thanks_wanted)
        find_thanks(c, g, wanted == LETTER_THANKS);
    if (thanks_wanted && c->kinds != 0) {
        c->kind = LETTER_THANKS;
        if (!c->reference)
            set_reference(c);
        return COMPLAINT_READY;
    }
    bool about_listing = wanted < LETTER_KINDS && found & BIT(wanted);
    enum letter_kind original = about_listing ? wanted : best_of(found, g);
    if (original == LETTER_KINDS)
        return refuse(g, found, wanted, fault);
    set_subject(c, g, original);
    read_case(c, g->journal);
    c->kinds = found | (c->told_ms > 0 ? BIT(LETTER_REMINDER) : 0);
    bool reminds = c->told_ms > 0 && c->now_ms - c->told_ms >= DAY_MS;
    c->kind = wanted == LETTER_REMINDER || (wanted == LETTER_KINDS && reminds) ? LETTER_REMINDER : original;
    if (wanted != LETTER_KINDS && !(c->kinds & BIT(wanted)))
        return refuse(g, c->kinds, wanted, fault);
    complaint_add_sources(c, g);
    set_rejections(c, g);
    return COMPLAINT_READY;
}
