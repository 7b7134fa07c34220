#include "journal/observation.h"

#include "base/clock.h"

#include <stdlib.h>
#include <string.h>

/* ---- order ---- */

static int
by_prefix(const struct listed_net *a, const struct listed_net *b)
{
    int order = (int)b->prefix.length - (int)a->prefix.length;
    return order ? order : prefix_compare(&a->prefix, &b->prefix);
}

static bool
is_told(const struct observation *o, enum list_id list, const char *text, size_t before)
{
    for (size_t i = 0; i < before; i++)
        if (o->texts.at[i].list == list && strcmp(o->texts.at[i].text, text) == 0)
            return true;
    return false;
}

/* By insertion, which keeps equal ones as they came: there are few, and nearly always they are in order. */
static void
order_nets(density_nets *nets)
{
    size_t kept = 0;
    for (size_t i = 0; i < nets->count; i++) {
        struct listed_net net = nets->at[i];
        size_t at = kept;
        while (at > 0 && by_prefix(&nets->at[at - 1], &net) > 0)
            at--;
        if (at > 0 && by_prefix(&nets->at[at - 1], &net) == 0)
            continue;
        memmove(nets->at + at + 1, nets->at + at, (kept++ - at) * sizeof net);
        nets->at[at] = net;
    }
    nets->count = kept;
}

static void
order_texts(struct observation *o)
{
    size_t kept = 0;
    for (size_t i = 0; i < o->texts.count; i++) {
        struct observed_text text = o->texts.at[i];
        if (is_told(o, text.list, text.text, kept)) {
            free(text.text);
            continue;
        }
        size_t at = kept;
        while (at > 0 && o->texts.at[at - 1].list > text.list)
            at--;
        memmove(o->texts.at + at + 1, o->texts.at + at, (kept++ - at) * sizeof text);
        o->texts.at[at] = text;
    }
    o->texts.count = kept;
}

void
observation_order(struct observation *o)
{
    order_nets(&o->nets);
    order_texts(o);
}

/* ---- making ---- */

static bool
was_asked(const struct evidence *e)
{
    for (size_t i = 0; i < LIST_COUNT; i++)
        if (e->lists.at[i].source == SOURCE_DNS)
            return true;
    return e->exchanges.count > 0;
}

/* The moment of the first zone file that spoke; 0 = none did. */
static int64_t
zone_ms(const struct evidence *e)
{
    for (size_t i = 0; i < LIST_COUNT; i++)
        if (e->lists.at[i].source == SOURCE_ZONE)
            return evidence_serial_ms(e->lists.at[i].serial);
    return 0;
}

static int64_t
answer_ms(const struct evidence *e)
{
    int64_t newest = 0;
    for (size_t i = 0; i < LIST_COUNT; i++)
        if (e->lists.at[i].source == SOURCE_DNS && e->lists.at[i].answered_ms > newest)
            newest = e->lists.at[i].answered_ms;
    return newest;
}

/* What is from the future comes of a clock that is wrong here or there: then it is seen now. */
static int64_t
time_of(const struct evidence *e)
{
    int64_t now = e->finished_ms ? e->finished_ms : clock_wall_ms();
    int64_t at = was_asked(e) ? answer_ms(e) : zone_ms(e);
    return at > 0 && at < now ? at : now;
}

int64_t
observation_confirmed_ms(const struct observation *o)
{
    int64_t oldest = o->last_ms;
    for (size_t i = 0; i < LIST_COUNT; i++)
        if (o->answered_ms[i] > 0 && o->answered_ms[i] < oldest)
            oldest = o->answered_ms[i];
    return oldest;
}

static char *
resolver_of(const struct evidence *e)
{
    char text[ENDPOINT_TEXT];
    bool asked = was_asked(e) && e->servers.count > 0;
    return asked ? mem_copy(endpoint_text(&e->servers.at[0], text)) : NULL;
}

static void
take_network(struct observation *out, const struct network *network)
{
    out->asn = network->asn;
    out->org = *network->org ? mem_copy(network->org) : NULL;
    memcpy(out->country, network->country, sizeof out->country);
}

/* Databases of ASNs know no country, but the lists name that of a holder: it is taken from what they say of who
 * announces the address, and of nobody else. */
static void
take_country(struct observation *out, const struct evidence *e)
{
    const struct listing *level3 = list_result_is_listed(evidence_level(e, 3)) ? evidence_level3(e) : NULL;
    const struct holder *holder = level3 && level3->holder.asn == out->asn ? &level3->holder : NULL;
    for (size_t i = 0; i < e->nets.count && !(holder && *holder->country); i++)
        if (e->nets.at[i].holder.asn == out->asn)
            holder = &e->nets.at[i].holder;
    if (out->asn != 0 && !*out->country && holder)
        memcpy(out->country, holder->country, sizeof out->country);
}

static void
take_score(struct observation *out, const struct evidence *e)
{
    const struct listing *level3 = list_result_is_listed(evidence_level(e, 3)) ? evidence_level3(e) : NULL;
    out->score_asn = level3 ? level3->holder.asn : 0;
    out->score = level3 && level3->form == LISTING_L3 ? level3->score : LISTING_UNKNOWN;
}

static void
take_texts(struct observation *out, const struct evidence *e)
{
    for (size_t i = 0; i < LIST_COUNT; i++) {
        const struct list_result *f = &e->lists.at[i];
        for (size_t j = 0; f->state == STATE_LISTED && j < f->txt.count; j++)
            vec_push(&out->texts, ((struct observed_text){(enum list_id)i, mem_copy(f->txt.at[j])}));
    }
}

void
observation_make(struct observation *out, const struct evidence *e, const struct verdict *verdict)
{
    *out = (struct observation){
        .address = e->address,
        .first_ms = time_of(e),
        .times = 1,
        .source = evidence_level(e, 1)->source,
        .resolver = resolver_of(e),
        .serial = evidence_level(e, 1)->serial,
        .verdict = verdict->state,
        .causes = verdict->causes,
        .headline = mem_copy(verdict->headline ? verdict->headline : ""),
        .name = e->ptr.name && *e->ptr.name ? mem_copy(e->ptr.name) : NULL,
        .knows_neighbours = e->has_density && list_result_file_counts(evidence_level(e, 1)),
    };
    out->last_ms = out->first_ms;
    for (size_t i = 0; i < LIST_COUNT; i++) {
        out->states[i] = e->lists.at[i].state;
        out->answered_ms[i] = e->lists.at[i].source == SOURCE_DNS ? e->lists.at[i].answered_ms : 0;
    }
    for (size_t i = 0; i < e->nets.count; i++)
        if (!e->nets.at[i].stale)
            vec_push(&out->nets, e->nets.at[i]);
    take_network(out, &e->network);
    take_country(out, e);
    take_score(out, e);
    take_texts(out, e);
    observation_order(out);
}

/* ---- keeping ---- */

void
observation_copy(struct observation *out, const struct observation *from)
{
    *out = *from;
    out->resolver = mem_copy(from->resolver);
    out->headline = mem_copy(from->headline);
    out->org = mem_copy(from->org);
    out->name = mem_copy(from->name);
    out->nets = (density_nets){0};
    for (size_t i = 0; i < from->nets.count; i++)
        vec_push(&out->nets, from->nets.at[i]);
    memset(&out->texts, 0, sizeof out->texts);
    for (size_t i = 0; i < from->texts.count; i++)
        vec_push(&out->texts, ((struct observed_text){from->texts.at[i].list, mem_copy(from->texts.at[i].text)}));
}

void
observation_fini(struct observation *o)
{
    free(o->resolver);
    free(o->headline);
    free(o->org);
    free(o->name);
    for (size_t i = 0; i < o->texts.count; i++)
        free(o->texts.at[i].text);
    vec_free(&o->texts);
    vec_free(&o->nets);
    *o = (struct observation){0};
}
