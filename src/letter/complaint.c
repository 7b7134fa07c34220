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

enum { ROWS = 64, DAY_MS = 24 * 60 * 60 * 1000 };

static const char *const kinds[] = {"net-owner", "provider",  "carrier-customer", "receiver",
                                    "own",       "permanent", "reminder",         "thanks"};

#define BIT(kind) (1U << (kind))

const char *
letter_kind_name(enum letter_kind kind)
{
    assert(kind < LETTER_KINDS);
    return kinds[kind];
}

void
letter_kinds_put(struct buf *out, unsigned set)
{
    for (enum letter_kind kind = 0; kind < LETTER_KINDS; kind++)
        if (set & BIT(kind))
            buf_format(out, "%s%s", out->count > 0 ? ", " : "", kinds[kind]);
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
    vec_free(&c->servers);
    free(c->own_name);
    free(c->own_text);
    free(c->origin_org);
    free(c->text);
    free(c->reference);
    free(c->told_who);
    free(c->last_who);
    free(c->last_what);
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
kinds_of(const struct complaint_ground *g)
{
    const struct evidence *e = g->evidence;
    bool has_own = g->target.kind == RESOURCE_ADDRESS;
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

/* Returns the net, AS or address that a letter of this kind is about. */
static struct resource
subject_of(const struct complaint_ground *g, enum letter_kind kind)
{
    const struct evidence *e = g->evidence;
    const struct listed_net *net = level_of(kind) == 2 ? net_of(e, kind) : NULL;
    const struct listing *said = evidence_level3(e);
    uint32_t asn = said && said->holder.asn != 0 && kind != LETTER_CARRIER_CUSTOMER ? said->holder.asn : e->network.asn;
    if (net)
        return resource_of_net(&net->prefix);
    return level_of(kind) == 3 && asn != 0 ? resource_of_asn(asn) : g->target;
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
    struct prefix last = {0};
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
}

/* Takes the other nets of the holder that list the address. */
static void
set_other_nets(struct complaint *c, const struct evidence *e)
{
    for (size_t i = 0; i < e->nets.count && list_result_is_listed(evidence_level(e, 2)); i++) {
        const struct listed_net *net = &e->nets.at[i];
        bool same = c->has_net && prefix_equal(&net->prefix, &c->net.prefix);
        if (!same && !net->stale && net->impacts != LISTING_UNKNOWN && net->holder.asn == c->holder.asn)
            vec_push(&c->worst_nets, *net);
    }
}

/* Sets subject, holder, figures and text of a letter about a listing. */
static void
set_subject(struct complaint *c, const struct complaint_ground *g, enum letter_kind kind)
{
    const struct evidence *e = g->evidence;
    const struct listed_net *net = level_of(kind) == 2 ? net_of(e, kind) : NULL;
    const struct listing *said = evidence_level3(e);
    c->subject = subject_of(g, kind);
    c->holder.asn = e->network.asn;
    snprintf(c->holder.org, sizeof c->holder.org, "%s", e->network.org);
    if (net) {
        c->has_net = true;
        c->net = *net;
        if (net->holder.asn != 0)
            c->holder = net->holder;
    }
    if (level_of(kind) == 3 && said && said->holder.asn != 0)
        c->holder = said->holder;
    if (said && (level_of(kind) == 3 || said->holder.asn == c->holder.asn)) {
        c->score = said->form == LISTING_L3 ? said->score : -1;
        c->abusers = level_of(kind) == 3 ? said->abusers : LISTING_UNKNOWN;
    }
    if (level_of(kind) == 3)
        set_provider(c, g);
    else
        set_other_nets(c, e);
    if (c->worst_nets.count > 1)
        qsort(c->worst_nets.at, c->worst_nets.count, sizeof *c->worst_nets.at, most_impacts_first);
    if (c->worst_nets.count > COMPLAINT_NETS)
        c->worst_nets.count = COMPLAINT_NETS;
    set_listing(c, g, level_of(kind));
}

/* ---- the address itself ---- */

static void
set_own(struct complaint *c, const struct complaint_ground *g)
{
    const struct evidence *e = g->evidence;
    const struct list_result *level1 = evidence_level(e, 1);
    c->origin = e->network.asn;
    c->origin_org = mem_copy(e->network.org);
    if (g->target.kind != RESOURCE_ADDRESS)
        return;
    vec_push(&c->servers, ((struct complaint_server){e->address, level1->state}));
    const struct seen_list *seen = seen_find(&e->seen, level1->list->zone);
    c->own_name = e->ptr.state == PTR_CONFIRMED ? mem_copy(e->ptr.name) : NULL;
    c->own_since_ms = seen->state == level1->state && seen->until_ms > seen->since_ms ? seen->since_ms : 0;
    c->own_text = level1->txt.count > 0 ? mem_copy(level1->txt.at[0]) : NULL;
}

/* Adds the rejections of an address that named the list of the letter, those by one receiver together. */
static void
add_rejections(struct complaint *c, const struct evidence *e)
{
    const seen_rejection_groups *all = &e->seen.rejections;
    for (size_t i = 0, k; i < all->count; i++) {
        struct seen_rejections group = all->at[i];
        if (group.level != c->list->level && strcmp(group.zone, c->list->zone) != 0)
            continue;
        for (k = 0; k < c->rejections.count && strcmp(c->rejections.at[k].receiver, group.receiver) != 0;)
            k++;
        if (k < c->rejections.count) {
            struct seen_rejections *same = &c->rejections.at[k];
            same->count += group.count;
            same->first_ms = group.first_ms < same->first_ms ? group.first_ms : same->first_ms;
            same->last_ms = group.last_ms > same->last_ms ? group.last_ms : same->last_ms;
            continue;
        }
        group.receiver = mem_copy(group.receiver);
        group.zone = mem_copy(group.zone);
        group.list = mem_copy(group.list);
        vec_push(&c->rejections, group);
    }
}

/* Adds addresses and rejections of the other grounds that the net or AS of the letter lists, too. */
static void
join(struct complaint *c, const struct complaint_ground *grounds, size_t count, enum letter_kind kind)
{
    for (size_t i = 0; i < count && c->subject.kind != RESOURCE_ADDRESS; i++) {
        const struct complaint_ground *g = &grounds[i];
        if (!g->evidence || g->target.kind != RESOURCE_ADDRESS || !(kinds_of(g) & BIT(kind)))
            continue;
        struct resource subject = subject_of(g, kind);
        if (!resource_equal(&subject, &c->subject) || complaint_covers(c, &g->target))
            continue;
        vec_push(&c->servers, ((struct complaint_server){g->evidence->address, evidence_level(g->evidence, 1)->state}));
        add_rejections(c, g->evidence);
    }
}

bool
complaint_has_server(const struct complaint *c, const struct addr *address)
{
    bool has = false;
    for (size_t i = 0; i < c->servers.count; i++)
        has = has || addr_equal(&c->servers.at[i].address, address);
    return has;
}

bool
complaint_covers(const struct complaint *c, const struct resource *target)
{
    return resource_equal(target, &c->target) ||
           (target->kind == RESOURCE_ADDRESS && complaint_has_server(c, &target->prefix.addr));
}

/* ---- the whole ---- */

/* Says why there is no letter. */
static enum complaint_result
refuse(const struct complaint_ground *g, unsigned found, enum letter_kind wanted, struct fault *fault)
{
    const struct evidence *e = g->evidence;
    char target[RESOURCE_TEXT];
    struct buf text = {0};
    bool of_level = wanted < LETTER_REMINDER && wanted != LETTER_RECEIVER, whole = g->target.kind != RESOURCE_ADDRESS;
    unsigned level = of_level ? level_of(wanted) : 2;
    bool known = e->address.family != ADDR_V4 || list_state_is_known(evidence_level(e, level)->state);
    enum complaint_result result = COMPLAINT_NOTHING;
    resource_text(&g->target, target);
    if (e->reserved) {
        fault_set(fault, "%s: %s, no list can list it", target, e->reserved);
    } else if (found != 0 && (known || !of_level)) {
        letter_kinds_put(&text, found);
        fault_set(fault, "no ground for a letter to %s about %s; there is for: %s", letter_kind_name(wanted), target,
                  buf_string(&text));
        result = COMPLAINT_UNFIT;
    } else if (!known || evidence_has_trouble(e)) {
        phrases_troubles(&text, e);
        if (text.count == 0)
            buf_format(&text, "level %u was not asked", level);
        fault_set(fault, "no letter about %s without facts: %s", target, buf_string(&text));
        result = COMPLAINT_UNKNOWN;
    } else if (e->address.family == ADDR_V6) {
        fault_set(fault, "%s is an IPv6 address, which UCEPROTECT does not list; there is nothing to complain about",
                  target);
    } else if (g->target.kind == RESOURCE_NET && !dataset_level(g->dataset, 2)) {
        fault_set(fault,
                  "only one address of %s was asked about, and no net around it is listed; nets inside it show "
                  "with the zone file of level 2 (--zones DIR)",
                  target);
        result = COMPLAINT_UNKNOWN;
    } else {
        fault_set(fault, "UCEPROTECT %s %s%s: there is nothing to complain about", whole ? "lists" : "does not list",
                  target, whole ? " neither at level 2 nor at level 3" : "");
    }
    buf_free(&text);
    return result;
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
    if (r->own.address.family != ADDR_NONE) {
        vec_push(&c->servers, ((struct complaint_server){r->own.address, STATE_UNASKED}));
        c->target = c->subject = resource_of_address(&r->own.address);
    }
    c->kinds = BIT(LETTER_RECEIVER);
    c->kind = LETTER_RECEIVER;
    if (*host)
        buf_format(&to, "postmaster@%s", host);
    c->known_to = to.count > 0 ? buf_take(&to) : NULL;
    complaint_set_reference(c);
}

enum complaint_result
complaint_gather(struct complaint *c, const struct complaint_ground *grounds, size_t count, enum letter_kind wanted,
                 struct fault *fault)
{
    const struct complaint_ground *g = &grounds[0];
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
    unsigned found = kinds_of(g);
    bool thanks_wanted = wanted == LETTER_THANKS || (wanted == LETTER_KINDS && found == 0);
    if (thanks_wanted)
        complaint_find_thanks(c, g, wanted == LETTER_THANKS);
    if (thanks_wanted && c->kinds != 0) {
        c->kind = LETTER_THANKS;
        if (!c->reference)
            complaint_set_reference(c);
        return COMPLAINT_READY;
    }
    bool about_listing = wanted < LETTER_KINDS && found & BIT(wanted);
    enum letter_kind original = about_listing ? wanted : best_of(found, g);
    if (original == LETTER_KINDS)
        return refuse(g, found, wanted, fault);
    set_subject(c, g, original);
    complaint_read_case(c, g->journal);
    bool is_news = c->answered_ms > c->told_ms;
    c->kinds = found | (c->told_ms > 0 && is_news ? BIT(LETTER_REMINDER) : 0);
    bool reminds = c->kinds & BIT(LETTER_REMINDER) && c->now_ms - c->told_ms >= DAY_MS;
    c->kind = wanted == LETTER_REMINDER || (wanted == LETTER_KINDS && reminds) ? LETTER_REMINDER : original;
    if (wanted == LETTER_REMINDER && c->told_ms > 0 && !is_news) {
        char facts[CLOCK_MINUTE], told[CLOCK_MINUTE];
        fault_set(fault, "no reminder: the facts are of %s UTC, before the letter of %s; fetch current zone files",
                  clock_minute(c->answered_ms, facts), clock_minute(c->told_ms, told));
        return COMPLAINT_UNKNOWN;
    }
    if (wanted != LETTER_KINDS && !(c->kinds & BIT(wanted)))
        return refuse(g, c->kinds, wanted, fault);
    complaint_add_sources(c, g);
    if (c->servers.count > 0)
        add_rejections(c, g->evidence);
    join(c, grounds + 1, count - 1, original);
    return COMPLAINT_READY;
}
