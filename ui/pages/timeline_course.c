#include "pages/timeline_course.h"

#include <stdlib.h>

enum figure { IMPACTS, SCORE, LEVEL_1 };

/* Returns a figure of an observation, -1 = unknown. Impacts are the widest net's. */
static double
figure_of(const struct observation *o, enum figure figure)
{
    static const char *const parts[] = {[IMPACTS] = "level2", [SCORE] = "level3", [LEVEL_1] = "level1"};
    enum list_state state = observation_state(o, parts[figure]);
    if (figure == LEVEL_1)
        return list_state_is_known(state) ? state == STATE_LISTED : -1;
    if (state == STATE_CLEAR)
        return 0;
    if (figure == SCORE)
        return o->score;
    for (size_t i = o->nets.count; i-- > 0;)
        if (o->nets.at[i].impacts != LISTING_UNKNOWN)
            return (double)o->nets.at[i].impacts;
    return -1;
}

/* Draws the most telling figure: impacts if any observation has some, else the score, else level 1. */
static void
draw_address(const struct history *h, struct sparkline *sparkline, struct sparkline_words *words)
{
    const journal_observations *all = &h->observations;
    enum figure chosen = IMPACTS;
    for (bool ever = false; chosen < LEVEL_1; chosen++) {
        for (size_t i = 0; i < all->count && !ever; i++)
            ever = figure_of(&all->at[i], chosen) > 0;
        if (ever)
            break;
    }
    for (size_t i = all->count; i-- > 0;)
        sparkline_add(sparkline, all->at[i].first_ms, all->at[i].last_ms, figure_of(&all->at[i], chosen));
    if (chosen == IMPACTS) {
        double limit = -1;
        for (size_t i = all->at[0].nets.count; i-- > 0 && limit < 0;)
            if (all->at[0].nets.at[i].impacts != LISTING_UNKNOWN)
                limit = (double)all->at[0].nets.at[i].limit;
        *words = (struct sparkline_words){"Impacts of the widest net", false, limit};
    } else if (chosen == SCORE) {
        *words = (struct sparkline_words){"Spamscore of level 3", false, -1};
    } else {
        *words = (struct sparkline_words){"On level 1", true, 1};
    }
}

/* Draws the counts of the zone files. A net has no published impacts below its limit, which are drawn as none. */
static void
draw_counts(const struct history *h, struct sparkline *sparkline, struct sparkline_words *words)
{
    const journal_counts *counts = &h->counts;
    bool impacts = false, is_asn = h->resource.kind == RESOURCE_ASN;
    for (size_t i = 0; i < counts->count; i++)
        impacts = impacts || counts->at[i].impacts >= 0;
    for (size_t i = 0; i < counts->count; i++) {
        const struct journal_count *c = &counts->at[i];
        sparkline_add(sparkline, c->at_ms, c->at_ms,
                      !impacts         ? (double)c->listed
                      : c->impacts > 0 ? (double)c->impacts
                                       : 0);
    }
    *words = (struct sparkline_words){
        .what = !impacts ? "Listed addresses"
                : is_asn ? "Impacts (estimate)"
                         : "Published impacts",
        .limit = impacts ? counts->at[counts->count - 1].limit : -1,
    };
}

static double
wider_figure_of(const struct resource *resource, const struct observation *o)
{
    if (resource->kind == RESOURCE_ASN)
        return o->score_asn == resource->asn ? o->score : observation_state(o, "level3") == STATE_CLEAR ? 0 : -1;
    for (size_t i = 0; i < o->nets.count; i++)
        if (prefix_equal(&o->nets.at[i].prefix, &resource->prefix))
            return (double)o->nets.at[i].impacts;
    return observation_state(o, "level2") == STATE_CLEAR && prefix_holds(&resource->prefix, &o->address) ? 0 : -1;
}

static int
by_time(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    return *x != *y ? (*x < *y ? -1 : 1) : 0;
}

/* Draws the figures of the observations, because there are no counts. They overlap, so time is cut wherever one begins
 * or ends, and each piece has the greatest figure of those that span it. */
static void
draw_wider(const struct history *h, struct sparkline *sparkline, struct sparkline_words *words)
{
    const journal_observations *all = &h->observations;
    VEC(int64_t) cuts = {0};
    for (size_t i = 0; i < all->count; i++) {
        vec_push(&cuts, all->at[i].first_ms);
        vec_push(&cuts, all->at[i].last_ms + 1);
    }
    if (cuts.count > 0)
        qsort(cuts.at, cuts.count, sizeof *cuts.at, by_time);
    sparkline_fini(sparkline);
    for (size_t i = 0; i + 1 < cuts.count; i++) {
        int64_t from = cuts.at[i], until = cuts.at[i + 1] - 1;
        double greatest = -1;
        for (size_t place = 0; place < all->count; place++) {
            const struct observation *o = &all->at[place];
            double figure = o->first_ms > from || o->last_ms < until ? -1 : wider_figure_of(&h->resource, o);
            greatest = figure > greatest ? figure : greatest;
        }
        sparkline_add(sparkline, from, until, greatest);
    }
    vec_free(&cuts);
    *words = (struct sparkline_words){
        .what = h->resource.kind == RESOURCE_ASN ? "Spamscore of level 3" : "Published impacts",
        .limit = -1,
    };
}

void
timeline_draw_course(const struct history *h, struct sparkline *sparkline, struct sparkline_words *words)
{
    bool is_address = h->resource.kind == RESOURCE_ADDRESS;
    if (is_address && h->observations.count > 0)
        draw_address(h, sparkline, words);
    else if (!is_address)
        draw_counts(h, sparkline, words);
    if (!is_address && !sparkline_has_course(sparkline))
        draw_wider(h, sparkline, words);
}
