/* Looks come newest first; what changed is told by going through them from the oldest. Of a net or an ASN they are
 * looks at several addresses, so each is compared with the last one at the same address, and what concerns the net or
 * the ASN itself with the last look that told of it. */
#include "pages/timeline.h"

#include "base/clock.h"
#include "base/text.h"
#include "pages/figure.h"
#include "verdict/phrases.h"
#include "journal/history.h"

#include <stdio.h>
#include <string.h>

enum {
    YEAR = 5 /* bytes of a year and its hyphen */,
    LOOKS_MOST = 300,
    SNAPSHOTS_MOST = 1000,
    NEIGHBOURS_FROM = 24,
    NAMED_MOST = 8,
    MINUTE_MS = 60 * 1000,
};

void
timeline_fini(struct timeline *h)
{
    for (size_t i = 0; i < h->items.count; i++) {
        free(h->items.at[i].text);
        free(h->items.at[i].times);
    }
    vec_free(&h->items);
    journal_observations_fini(&h->looks);
    sparkline_fini(&h->sparkline);
    *h = (struct timeline){0};
}

/* ---- items ---- */

void
timeline_add(struct timeline *h, struct timeline_item item, struct buf *text, struct buf *times)
{
    item.text = buf_take(text);
    item.place = h->items.count;
    item.times = times && times->count > 0 ? buf_take(times) : NULL;
    vec_push(&h->items, item);
}

/* Without the year where it is that of the item. */
static void
put_moment(struct buf *out, const char *before, int64_t at_ms, int64_t item_ms)
{
    char at[CLOCK_SECOND], item[CLOCK_MINUTE];
    clock_needs_seconds(at_ms, item_ms) ? clock_second(at_ms, at) : clock_minute(at_ms, at);
    clock_minute(item_ms, item);
    buf_format(out, "%s%s", before, strncmp(at, item, YEAR) == 0 ? at + YEAR : at);
}

/* When the look was, and when one last saw it otherwise: the change lies between. */
static void
put_look_times(struct buf *out, const struct observation *o, const struct observation *before)
{
    if (before)
        put_moment(out, "still otherwise on ", before->last_ms, o->first_ms);
    if (o->last_ms > o->first_ms) {
        put_moment(out, out->count > 0 ? "; like this until " : "like this until ", o->last_ms, o->first_ms);
        buf_format(out, ", %u looks", o->times);
    }
    if (o->source == SOURCE_ZONE)
        buf_format(out, "%sby the zone file of then", out->count > 0 ? "; " : "");
}

static struct timeline_item
item_of_look(const struct timeline *h, size_t place)
{
    const struct observation *o = &h->looks.at[place];
    return (struct timeline_item){
        .at_ms = o->first_ms, .kind = TIMELINE_LOOK, .address = o->address, .look = (int)place};
}

/* ---- an address ---- */

static void
put_differences(struct buf *out, const struct observation *then, const struct observation *now)
{
    observation_differences list = {0};
    observation_compare(&list, then, now);
    for (size_t i = 0; i < list.count; i++) {
        buf_text(out, i > 0 ? "\n" : "");
        observation_difference_text(out, &list.at[i]);
    }
    vec_free(&list);
    if (out->count == 0)
        buf_text(out, "seen again, as it was");
}

/* Of one that is only there to compare the next with, nothing is told. */
static size_t
told_looks(const struct timeline *h)
{
    return h->more ? LOOKS_MOST : h->looks.count;
}

static void
gather_address(struct timeline *h)
{
    for (size_t i = told_looks(h); i-- > 0;) {
        const struct observation *o = &h->looks.at[i], *before = i + 1 < h->looks.count ? o + 1 : NULL;
        struct buf text = {0}, times = {0};
        if (before)
            put_differences(&text, before, o);
        else
            buf_format(&text, "first look: %s", o->headline);
        put_look_times(&times, o, before);
        timeline_add(h, item_of_look(h, i), &text, &times);
    }
}

/* The widest net's impacts; -1 = not known. */
static double
impacts_of(const struct observation *o)
{
    if (o->states[LIST_LEVEL2] == STATE_CLEAR)
        return 0;
    for (size_t i = o->nets.count; i-- > 0;)
        if (o->nets.at[i].impacts != LISTING_UNKNOWN)
            return (double)o->nets.at[i].impacts;
    return -1;
}

static double
limit_of(const struct observation *o)
{
    for (size_t i = o->nets.count; i-- > 0;)
        if (o->nets.at[i].impacts != LISTING_UNKNOWN)
            return (double)o->nets.at[i].limit;
    return -1;
}

static double
score_of(const struct observation *o)
{
    return o->states[LIST_LEVEL3] == STATE_CLEAR ? 0 : o->score;
}

static double
level1_of(const struct observation *o)
{
    return list_state_is_known(o->states[LIST_LEVEL1]) ? o->states[LIST_LEVEL1] == STATE_LISTED : -1;
}

/* Whether that figure was ever more than nothing. */
static bool
ever(const struct timeline *h, double (*figure)(const struct observation *))
{
    for (size_t i = 0; i < h->looks.count; i++)
        if (figure(&h->looks.at[i]) > 0)
            return true;
    return false;
}

static void
draw_looks(struct timeline *h, double (*figure)(const struct observation *))
{
    for (size_t i = h->looks.count; i-- > 0;)
        sparkline_add(&h->sparkline, h->looks.at[i].first_ms, h->looks.at[i].last_ms, figure(&h->looks.at[i]));
}

static void
say(struct timeline *h, const char *what, bool is_state, double limit)
{
    snprintf(h->what, sizeof h->what, "%s", what);
    h->words = (struct sparkline_words){.what = h->what, .is_state = is_state, .limit = limit};
}

/* The figure that tells most. */
static void
draw_address(struct timeline *h)
{
    bool impacts = ever(h, impacts_of), score = !impacts && ever(h, score_of);
    draw_looks(h, impacts ? impacts_of : score ? score_of : level1_of);
    if (impacts)
        say(h, "Impacts of the widest net", false, limit_of(&h->looks.at[0]));
    else if (score)
        say(h, "Spamscore of level 3", false, -1);
    else
        say(h, "On level 1", true, 1);
}

/* ---- a net, an ASN ---- */

/* The look before that one at the same address; NULL = none. */
static const struct observation *
before_of(const struct timeline *h, size_t place)
{
    for (size_t i = place + 1; i < h->looks.count; i++)
        if (addr_equal(&h->looks.at[i].address, &h->looks.at[place].address))
            return &h->looks.at[i];
    return NULL;
}

/* Level 1 speaks of the address; what levels 2 and 3 say of it they say of all of them. */
static void
put_address_change(struct buf *out, const struct observation *o, const struct observation *before)
{
    char address[ADDR_TEXT];
    enum list_state now = o->states[LIST_LEVEL1], then = before ? before->states[LIST_LEVEL1] : STATE_UNASKED;
    if (!list_state_is_known(now) || now == then)
        return;
    addr_text(&o->address, address);
    if (before && list_state_is_known(then))
        buf_format(out, "%s: level 1 %s -> %s", address, list_state_name(then), list_state_name(now));
    else if (!before)
        buf_format(out, "%s: level 1 %s, when it was first looked at", address, list_state_name(now));
    else
        buf_format(out, "%s: level 1 %s", address, list_state_name(now));
}

/* What a look tells of the matter itself, in words; nothing = nothing. */
static void
put_net_figures(struct buf *out, const struct observation *o, const struct prefix *prefix)
{
    for (size_t i = 0; i < o->nets.count; i++)
        if (prefix_equal(&o->nets.at[i].prefix, prefix)) {
            phrases_net(out, &o->nets.at[i]);
            if (o->nets.at[i].impacts != LISTING_UNKNOWN && o->nets.at[i].limit > 0)
                buf_format(out, " (limit %lld)", (long long)o->nets.at[i].limit);
            return;
        }
    if (o->states[LIST_LEVEL2] == STATE_CLEAR && prefix_holds(prefix, &o->address) &&
        o->states[LIST_EXEMPTION] != STATE_LISTED)
        buf_text(out, "not published");
}

static void
put_asn_figures(struct buf *out, const struct observation *o, uint32_t asn)
{
    if (o->score_asn == asn && o->score >= 0)
        buf_format(out, "spamscore %.1f", o->score);
    else if (o->score_asn == asn && asn)
        buf_text(out, "listed");
    else if (o->states[LIST_LEVEL3] == STATE_CLEAR && o->asn == asn && o->states[LIST_EXEMPTION] != STATE_LISTED)
        buf_text(out, "clear");
}

/* "impacts 12 -> 31 (limit 9)"; nothing where there were no impacts in one of both. */
static void
put_impacts_change(struct buf *out, const struct observation *then, const struct observation *now,
                   const struct prefix *prefix)
{
    observation_differences list = {0};
    char net[PREFIX_TEXT];
    observation_compare(&list, then, now);
    prefix_text(prefix, net);
    for (size_t i = 0; i < list.count; i++)
        if (strcmp(list.at[i].what, net) == 0)
            buf_text(out, list.at[i].change);
    vec_free(&list);
}

/* What a look tells of the matter, where `then`, the last one that told of it, told otherwise. */
static void
put_figures_change(struct buf *out, const struct timeline *h, const struct observation *then, const char *last,
                   const struct observation *now, const char *figures)
{
    bool is_net = h->resource.kind == RESOURCE_NET;
    struct buf change = {0};
    if (is_net && then)
        put_impacts_change(&change, then, now, &h->resource.prefix);
    buf_text(out, is_net ? "level 2: " : "level 3: ");
    if (change.count > 0)
        buf_text(out, buf_string(&change));
    else
        buf_format(out, "%s%s%s", last, *last ? " -> " : "", figures);
    buf_free(&change);
}

static void
gather_wider(struct timeline *h)
{
    struct buf last = {0};
    const struct observation *told = NULL; /* the last look that told of the matter */
    bool is_net = h->resource.kind == RESOURCE_NET;
    for (size_t i = told_looks(h); i-- > 0;) {
        const struct observation *o = &h->looks.at[i], *before = before_of(h, i), *otherwise = before;
        struct buf text = {0}, times = {0}, figures = {0};
        is_net ? put_net_figures(&figures, o, &h->resource.prefix) : put_asn_figures(&figures, o, h->resource.asn);
        if (figures.count > 0 && strcmp(buf_string(&figures), buf_string(&last)) != 0) {
            put_figures_change(&text, h, told, buf_string(&last), o, buf_string(&figures));
            otherwise = told;
        }
        if (figures.count > 0) {
            told = o;
            buf_clear(&last);
            buf_text(&last, buf_string(&figures));
        }
        struct buf change = {0};
        put_address_change(&change, o, before);
        if (change.count > 0)
            buf_format(&text, "%s%s", text.count > 0 ? "\n" : "", buf_string(&change));
        if (text.count > 0) {
            put_look_times(&times, o, otherwise);
            timeline_add(h, item_of_look(h, i), &text, &times);
        }
        buf_free(&change);
        buf_free(&figures);
        buf_free(&text);
        buf_free(&times);
    }
    buf_free(&last);
}

/* ---- zone files ---- */

static void
put_snapshot(struct buf *out, const struct journal_count *s)
{
    bool is_asn = s->resource.kind == RESOURCE_ASN;
    buf_format(out, "zone %u: ", s->serial);
    figure_count(out, s->listed, "listed address", "listed addresses");
    if (s->impacts >= 0) {
        buf_text(out, ", ");
        figure_count(out, s->impacts, "impact", "impacts");
        buf_format(out, is_asn ? " (estimate), needed %.1f" : " (limit %.0f)", s->limit);
    } else if (!is_asn) {
        buf_text(out, ", no impacts known");
    }
}

static bool
gather_snapshots(struct timeline *h, struct journal *journal, struct fault *fault)
{
    journal_counts list = {0};
    if (h->resource.kind == RESOURCE_ADDRESS)
        return true;
    if (!journal_counts_of(journal, &h->resource, SNAPSHOTS_MOST, &list, fault))
        return false;
    bool impacts = false;
    for (size_t i = 0; i < list.count; i++) {
        const struct journal_count *s = &list.at[i], *before = i > 0 ? s - 1 : NULL;
        struct buf text = {0};
        impacts = impacts || s->impacts >= 0;
        if (before && before->listed == s->listed && before->impacts == s->impacts)
            continue;
        put_snapshot(&text, s);
        timeline_add(h, (struct timeline_item){.at_ms = s->at_ms, .kind = TIMELINE_ZONE, .look = TIMELINE_NONE}, &text,
                     NULL);
    }
    /* Of a net impacts are published from its limit on; until then there are none to be shown. */
    for (size_t i = 0; i < list.count; i++)
        sparkline_add(&h->sparkline, list.at[i].at_ms, list.at[i].at_ms,
                      impacts ? (list.at[i].impacts > 0 ? (double)list.at[i].impacts : 0) : (double)list.at[i].listed);
    if (impacts)
        say(h, h->resource.kind == RESOURCE_ASN ? "Impacts (estimate)" : "Published impacts", false,
            list.at[list.count - 1].limit);
    else
        say(h, "Listed addresses", false, -1);
    vec_free(&list);
    return true;
}

static double
sparkline_figure(const struct timeline *h, const struct observation *o)
{
    if (h->resource.kind == RESOURCE_ASN)
        return o->score_asn == h->resource.asn ? o->score : o->states[LIST_LEVEL3] == STATE_CLEAR ? 0 : -1;
    for (size_t i = 0; i < o->nets.count; i++)
        if (prefix_equal(&o->nets.at[i].prefix, &h->resource.prefix))
            return (double)o->nets.at[i].impacts;
    return o->states[LIST_LEVEL2] == STATE_CLEAR && prefix_holds(&h->resource.prefix, &o->address) ? 0 : -1;
}

static int
by_time(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    return *x != *y ? (*x < *y ? -1 : 1) : 0;
}

/* The greatest of what the looks say that last over that time; negative = none tells. */
static double
wider_figure(const struct timeline *h, int64_t from, int64_t until)
{
    double greatest = -1;
    for (size_t i = 0; i < h->looks.count; i++) {
        const struct observation *o = &h->looks.at[i];
        if (o->first_ms > from || o->last_ms < until)
            continue;
        double figure = sparkline_figure(h, o);
        greatest = figure > greatest ? figure : greatest;
    }
    return greatest;
}

/* Without zone files, what the looks at its addresses told. They overlap, so the time is cut where one begins or ends.
 */
static void
draw_wider(struct timeline *h)
{
    VEC(int64_t) cuts = {0};
    if (sparkline_has_course(&h->sparkline))
        return;
    for (size_t i = 0; i < h->looks.count; i++) {
        vec_push(&cuts, h->looks.at[i].first_ms);
        vec_push(&cuts, h->looks.at[i].last_ms + 1);
    }
    if (cuts.count > 0)
        qsort(cuts.at, cuts.count, sizeof *cuts.at, by_time);
    sparkline_fini(&h->sparkline);
    for (size_t i = 0; i + 1 < cuts.count; i++)
        sparkline_add(&h->sparkline, cuts.at[i], cuts.at[i + 1] - 1, wider_figure(h, cuts.at[i], cuts.at[i + 1] - 1));
    vec_free(&cuts);
    say(h, h->resource.kind == RESOURCE_ASN ? "Spamscore of level 3" : "Published impacts", false, -1);
}

/* ---- neighbours ---- */

static int
by_first(const void *a, const void *b)
{
    const struct journal_neighbour *x = a, *y = b;
    return x->first_ms != y->first_ms ? (x->first_ms < y->first_ms ? -1 : 1) : 0;
}

static int
by_last(const void *a, const void *b)
{
    const struct journal_neighbour *x = a, *y = b;
    return x->last_ms != y->last_ms ? (x->last_ms < y->last_ms ? -1 : 1) : 0;
}

/* "203.0.113.9, 203.0.113.66 and 3 more". */
static void
put_addresses(struct buf *out, const struct journal_neighbour *list, size_t count)
{
    char address[ADDR_TEXT];
    for (size_t i = 0; i < count && i < NAMED_MOST; i++) {
        struct addr one = addr_from_v4(list[i].address);
        buf_format(out, "%s%s", i > 0 ? ", " : "", addr_text(&one, address));
    }
    if (count > NAMED_MOST)
        buf_format(out, " and %zu more", count - NAMED_MOST);
}

static void
add_neighbours(struct timeline *h, enum timeline_kind kind, int64_t at_ms, const struct journal_neighbour *list,
               size_t count)
{
    struct buf text = {0}, times = {0};
    put_addresses(&text, list, count);
    buf_text(&text, kind == TIMELINE_CAME ? ": first seen on level 1" : ": last seen on level 1");
    if (kind == TIMELINE_LEFT)
        put_moment(&times, "not on it ", list[0].absent_ms, at_ms);
    timeline_add(h,
                 (struct timeline_item){
                     .at_ms = at_ms, .kind = kind, .address = addr_from_v4(list[0].address), .look = TIMELINE_NONE},
                 &text, &times);
}

/* Those of the same moment in one item. */
static bool
gather_neighbours(struct timeline *h, struct journal *journal, struct fault *fault)
{
    journal_neighbours list = {0};
    if (h->resource.kind != RESOURCE_NET || h->resource.prefix.length < NEIGHBOURS_FROM ||
        h->resource.prefix.addr.family != ADDR_V4)
        return true;
    if (!journal_neighbours_of(journal, &h->resource.prefix, &list, fault))
        return false;
    if (list.count > 0)
        qsort(list.at, list.count, sizeof *list.at, by_first);
    for (size_t i = 0, end; i < list.count; i = end) {
        for (end = i + 1; end < list.count && list.at[end].first_ms == list.at[i].first_ms; end++)
            ;
        add_neighbours(h, TIMELINE_CAME, list.at[i].first_ms, &list.at[i], end - i);
    }
    size_t left = 0;
    for (size_t i = 0; i < list.count; i++)
        if (list.at[i].absent_ms > list.at[i].last_ms)
            list.at[left++] = list.at[i];
    if (left > 0)
        qsort(list.at, left, sizeof *list.at, by_last);
    for (size_t i = 0, end; i < left; i = end) {
        for (end = i + 1; end < left && list.at[end].last_ms == list.at[i].last_ms; end++)
            ;
        add_neighbours(h, TIMELINE_LEFT, list.at[i].last_ms, &list.at[i], end - i);
    }
    vec_free(&list);
    return true;
}

/* ---- all of it ---- */

/* Newest first; of the same moment what was added last. */
static int
by_age(const void *a, const void *b)
{
    const struct timeline_item *x = a, *y = b;
    if (x->at_ms != y->at_ms)
        return x->at_ms > y->at_ms ? -1 : 1;
    return x->place > y->place ? -1 : x->place < y->place;
}

/* Whether it takes seconds to tell an item from `first`, or of what it tells. */
static bool
needs_seconds(const struct timeline *h, const struct timeline_item *item, const struct timeline_item *first)
{
    const struct observation *o = item->look != TIMELINE_NONE ? &h->looks.at[item->look] : NULL;
    return clock_needs_seconds(item->at_ms, first->at_ms) || (o && clock_needs_seconds(o->first_ms, o->last_ms));
}

/* All items of a minute have them, or none. */
static void
mark_seconds(struct timeline *h)
{
    for (size_t first = 0, end; first < h->items.count; first = end) {
        const struct timeline_item *items = h->items.at;
        bool seconds = false;
        for (end = first; end < h->items.count && items[end].at_ms / MINUTE_MS == items[first].at_ms / MINUTE_MS; end++)
            seconds = seconds || needs_seconds(h, &items[end], &items[first]);
        for (size_t i = first; i < end; i++)
            h->items.at[i].seconds = seconds;
    }
}

bool
timeline_gather(struct timeline *h, struct journal *journal, const struct resource *resource, struct fault *fault)
{
    timeline_fini(h);
    h->resource = *resource;
    *fault = (struct fault){""};
    if (!journal_history(journal, resource, LOOKS_MOST + 1, &h->looks, fault) && *fault->text)
        return false;
    h->more = h->looks.count > LOOKS_MOST;
    if (resource->kind == RESOURCE_ADDRESS) {
        gather_address(h);
        draw_address(h);
    } else {
        gather_wider(h);
    }
    bool ok = gather_snapshots(h, journal, fault) && gather_neighbours(h, journal, fault) &&
              timeline_add_cases(h, journal, fault);
    if (ok && resource->kind != RESOURCE_ADDRESS)
        draw_wider(h);
    if (h->items.count > 0)
        qsort(h->items.at, h->items.count, sizeof *h->items.at, by_age);
    mark_seconds(h);
    return ok;
}
