#include "journal/observation.h"

#include "base/clock.h"

#include <stdlib.h>
#include <string.h>

/* ---- lists ---- */

static const char *const parts[] = {"level1", "level2", "level3", "exemption", "backscatterer"};
enum { PARTS = sizeof parts / sizeof *parts };

const char *
observation_part(const char *part)
{
    for (size_t i = 0; i < PARTS; i++)
        if (strcmp(parts[i], part) == 0)
            return parts[i];
    return NULL;
}

const char *
observation_part_at(size_t at)
{
    return at < PARTS ? parts[at] : NULL;
}

int
observed_list_order(const struct observed_list *a, const struct observed_list *b)
{
    for (size_t i = 0; i < PARTS && a->part != b->part; i++)
        if (a->part == parts[i] || b->part == parts[i])
            return a->part == parts[i] ? -1 : 1;
    return strcmp(a->zone, b->zone);
}

struct observed_list *
observed_list_add(observed_lists *lists, const char *zone, const char *part, enum list_state state)
{
    struct observed_list list = {.zone = (char *)zone, .part = part ? observation_part(part) : NULL, .state = state};
    size_t at = lists->count;
    int order = 1;
    while (at > 0 && (order = observed_list_order(&lists->at[at - 1], &list)) > 0)
        at--;
    if (at > 0 && order == 0)
        return &lists->at[at - 1];
    list.zone = mem_copy(zone);
    vec_push(lists, list);
    memmove(&lists->at[at + 1], &lists->at[at], (lists->count - 1 - at) * sizeof list);
    lists->at[at] = list;
    return &lists->at[at];
}

void
observed_list_add_text(struct observed_list *list, const char *text)
{
    for (size_t i = 0; i < list->texts.count; i++)
        if (strcmp(list->texts.at[i], text) == 0)
            return;
    if (*text)
        vec_push(&list->texts, mem_copy(text));
}

static void
clear_texts(struct observed_list *list)
{
    for (size_t i = 0; i < list->texts.count; i++)
        free(list->texts.at[i]);
    vec_free(&list->texts);
}

void
observed_lists_fini(observed_lists *lists)
{
    for (size_t i = 0; i < lists->count; i++) {
        free(lists->at[i].zone);
        clear_texts(&lists->at[i]);
    }
    vec_free(lists);
}

const struct observed_list *
observed_list_find(const observed_lists *lists, const char *part, const char *zone)
{
    for (size_t i = 0; i < lists->count; i++) {
        const struct observed_list *list = &lists->at[i];
        bool has_part = !part || (list->part && strcmp(list->part, part) == 0);
        if (has_part && (!zone || strcmp(list->zone, zone) == 0))
            return list;
    }
    return NULL;
}

unsigned
observed_lists_levels(const observed_lists *lists, enum list_state state)
{
    unsigned levels = 0;
    for (unsigned level = 1; level <= 3; level++)
        levels |= (observed_lists_level(lists, level) == state) << (level - 1);
    return levels;
}

void
observation_add_seen(struct seen *seen, const observed_lists *lists, int64_t first_ms, int64_t last_ms)
{
    for (size_t i = 0; i < lists->count; i++)
        seen_add(seen, lists->at[i].zone, lists->at[i].state, first_ms, last_ms);
}

/* ---- order ---- */

/* Uses insertion sort, which keeps equal nets in their order, because the nets are few and nearly always sorted. */
void
observation_order(struct observation *o)
{
    density_nets *nets = &o->nets;
    size_t kept = 0;
    for (size_t i = 0; i < nets->count; i++) {
        struct listed_net net = nets->at[i];
        size_t at = kept;
        int order = 1;
        for (; at > 0; at--) {
            const struct prefix *before = &nets->at[at - 1].prefix;
            order = (int)net.prefix.length - (int)before->length;
            order = order ? order : prefix_compare(before, &net.prefix);
            if (order <= 0)
                break;
        }
        if (order == 0)
            continue;
        memmove(nets->at + at + 1, nets->at + at, (kept++ - at) * sizeof net);
        nets->at[at] = net;
    }
    nets->count = kept;
    kept = 0;
    for (size_t i = 0; i < o->lists.count; i++) {
        struct observed_list *list = &o->lists.at[i];
        if (list->state == STATE_CLEAR || list->state == STATE_UNASKED)
            clear_texts(list);
        if (list->state == STATE_UNASKED)
            free(list->zone);
        else
            o->lists.at[kept++] = *list;
    }
    o->lists.count = kept;
}

/* ---- observations ---- */

/* Returns when the evidence was true. Now replaces a time in the future, which comes from a wrong clock. */
static int64_t
time_of(const struct evidence *e, bool was_asked)
{
    int64_t now = e->finished_ms ? e->finished_ms : clock_wall_ms(), at = 0;
    bool zone_seen = false;
    for (size_t i = 0; i < e->lists.count; i++) {
        const struct list_result *result = &e->lists.at[i];
        if (was_asked && result->source == SOURCE_DNS && result->answered_ms > at)
            at = result->answered_ms;
        if (!was_asked && result->source == SOURCE_ZONE && !zone_seen) {
            zone_seen = true;
            at = data_date_serial_ms(result->serial);
        }
    }
    return at > 0 && at < now ? at : now;
}

int64_t
observation_confirmed_ms(const struct observation *o)
{
    int64_t oldest = o->last_ms;
    for (size_t i = 0; i < o->lists.count; i++)
        if (o->lists.at[i].answered_ms > 0 && o->lists.at[i].answered_ms < oldest)
            oldest = o->lists.at[i].answered_ms;
    return oldest;
}

/* Returns the server that answered about a list, else the first one; NULL = there is none. */
static const struct endpoint *
server_of(const struct evidence *e)
{
    for (size_t i = 0; i < e->exchanges.count; i++)
        if (e->exchanges.at[i].subject == SUBJECT_LIST && e->exchanges.at[i].server.addr.family != ADDR_NONE)
            return &e->exchanges.at[i].server;
    return e->servers.count > 0 ? &e->servers.at[0] : NULL;
}

void
observation_make(struct observation *out, const struct evidence *e, const struct verdict *verdict)
{
    char resolver[ENDPOINT_TEXT];
    const struct list_result *level1 = evidence_level(e, 1);
    const struct listing *level3 = list_result_is_listed(evidence_level(e, 3)) ? evidence_level3(e) : NULL;
    bool was_asked = e->exchanges.count > 0;
    for (size_t i = 0; i < e->lists.count; i++)
        was_asked = was_asked || e->lists.at[i].source == SOURCE_DNS;
    const struct endpoint *server = was_asked ? server_of(e) : NULL;
    *out = (struct observation){
        .address = e->address,
        .first_ms = time_of(e, was_asked),
        .times = 1,
        .source = level1->source,
        .resolver = server ? mem_copy(endpoint_text(server, resolver)) : NULL,
        .serial = level1->serial,
        .verdict = verdict->state,
        .causes = verdict->causes,
        .headline = mem_copy(verdict->headline ? verdict->headline : ""),
        .asn = e->network.asn,
        .org = *e->network.org ? mem_copy(e->network.org) : NULL,
        .score_asn = level3 ? level3->holder.asn : 0,
        .score = level3 && level3->form == LISTING_L3 ? level3->score : LISTING_UNKNOWN,
        .name = e->ptr.name && *e->ptr.name ? mem_copy(e->ptr.name) : NULL,
        .knows_neighbours = e->has_density && list_result_file_counts(level1),
    };
    out->last_ms = out->first_ms;
    memcpy(out->country, e->network.country, sizeof out->country);
    for (size_t i = 0; i < e->lists.count; i++) {
        const struct list_result *result = &e->lists.at[i];
        struct observed_list *here =
            observed_list_add(&out->lists, result->list->zone, result->list->part, result->state);
        here->answered_ms = result->source == SOURCE_DNS ? result->answered_ms : 0;
        for (size_t t = 0; result->state == STATE_LISTED && t < result->txt.count; t++)
            observed_list_add_text(here, result->txt.at[t]);
    }
    for (size_t i = 0; i < e->nets.count; i++)
        if (!e->nets.at[i].stale)
            vec_push(&out->nets, e->nets.at[i]);
    /* ASN databases contain no country. Take the country that a list gives, if its holder is the origin AS. */
    const struct holder *holder = level3 && level3->holder.asn == out->asn ? &level3->holder : NULL;
    for (size_t i = 0; i < e->nets.count && !(holder && *holder->country); i++)
        if (e->nets.at[i].holder.asn == out->asn)
            holder = &e->nets.at[i].holder;
    if (out->asn != 0 && !*out->country && holder)
        memcpy(out->country, holder->country, sizeof out->country);
    observation_order(out);
}

void
observation_copy(struct observation *out, const struct observation *from)
{
    *out = *from;
    out->resolver = mem_copy(from->resolver);
    out->headline = mem_copy(from->headline);
    out->org = mem_copy(from->org);
    out->name = mem_copy(from->name);
    memset(&out->nets, 0, sizeof out->nets);
    for (size_t i = 0; i < from->nets.count; i++)
        vec_push(&out->nets, from->nets.at[i]);
    memset(&out->lists, 0, sizeof out->lists);
    for (size_t i = 0; i < from->lists.count; i++) {
        const struct observed_list *list = &from->lists.at[i];
        struct observed_list *copy = observed_list_add(&out->lists, list->zone, list->part, list->state);
        copy->answered_ms = list->answered_ms;
        for (size_t t = 0; t < list->texts.count; t++)
            observed_list_add_text(copy, list->texts.at[t]);
    }
}

void
observation_match(struct observation *then, const struct observation *now)
{
    size_t kept = 0;
    bool others = false;
    for (size_t i = 0; i < then->lists.count; i++) {
        struct observed_list *list = &then->lists.at[i];
        if (observed_list_of_zone(&now->lists, list->zone)) {
            then->lists.at[kept++] = *list;
            continue;
        }
        others = true;
        clear_texts(list);
        free(list->zone);
    }
    then->lists.count = kept;
    for (size_t i = 0; i < now->lists.count; i++) {
        const struct observed_list *list = &now->lists.at[i];
        if (observed_list_of_zone(&then->lists, list->zone))
            continue;
        others = true;
        struct observed_list *copy = observed_list_add(&then->lists, list->zone, list->part, list->state);
        for (size_t t = 0; t < list->texts.count; t++)
            observed_list_add_text(copy, list->texts.at[t]);
        if (list->part && strcmp(list->part, "level2") == 0) {
            vec_clear(&then->nets);
            for (size_t n = 0; n < now->nets.count; n++)
                vec_push(&then->nets, now->nets.at[n]);
        } else if (list->part && strcmp(list->part, "level3") == 0) {
            then->score_asn = now->score_asn;
            then->score = now->score;
        }
    }
    then->verdict = others ? now->verdict : then->verdict;
}

void
observation_fini(struct observation *o)
{
    free(o->resolver);
    free(o->headline);
    free(o->org);
    free(o->name);
    observed_lists_fini(&o->lists);
    vec_free(&o->nets);
    *o = (struct observation){0};
}
