

#include "journal/merge.h"

#include "journal/observations.h"
#include "journal/resources.h"
#include "journal/word_index.h"

#include <string.h>

/* Writes all that can differ between two observations of the same uuid and address, but for the times. */
static void
put_content(struct buf *out, const struct observation *o)
{
    char text[PREFIX_TEXT];
    buf_format(out, "%d|%s|%u|%d|%u|%s|", o->source, o->resolver ? o->resolver : "", o->serial, o->verdict, o->causes,
               o->headline);
    for (size_t i = 0; i < o->lists.count; i++) {
        const struct observed_list *list = &o->lists.at[i];
        buf_format(out, "%s %d|", list->zone, list->state);
        for (size_t t = 0; t < list->texts.count; t++)
            buf_format(out, "%s|", list->texts.at[t]);
    }
    buf_format(out, "%u|%s|%s|%u|%a|%s|", o->asn, o->org ? o->org : "", o->country, o->score_asn, o->score,
               o->name ? o->name : "");
    for (size_t i = 0; i < o->nets.count; i++) {
        const struct listed_net *n = &o->nets.at[i];
        buf_format(out, "%s|%d|%d|%d|%lld|%lld|%lld|%u|%s|%s|", prefix_text(&n->prefix, text), n->kind, n->permanent,
                   n->from_zone, (long long)n->impacts, (long long)n->abusers, (long long)n->limit, n->holder.asn,
                   n->holder.org, n->holder.country);
    }
}

/* <0: `a` gives way. */
static int
compare_content(const struct observation *a, const struct observation *b)
{
    struct buf of_a = {0}, of_b = {0};
    put_content(&of_a, a);
    put_content(&of_b, b);
    int order = strcmp(buf_string(&of_a), buf_string(&of_b));
    buf_free(&of_a);
    buf_free(&of_b);
    return order;
}

/* Adds it, or replaces row `id`. */
static enum journal_result
put(struct journal *j, const struct observation *o, int64_t resource_id, int64_t id, struct fault *fault)
{
    int64_t row;
    enum journal_result result = journal_observation_write(j, o, resource_id, id, &row, fault);
    if (result == JOURNAL_DONE)
        result = journal_resource_observed(j, resource_id, row, o->last_ms, fault);
    if (result != JOURNAL_DONE)
        return result;
    return id == 0 ? journal_index_added(j, row, fault) : journal_index_resource(j, resource_id, fault);
}

/* The later one knows more; of two of the same time the content decides. */
static enum journal_result
merge(struct journal *j, int64_t resource_id, int64_t id, const struct observation *here,
      const struct observation *there, enum journal_change *change, struct fault *fault)
{
    int order = compare_content(here, there);
    bool later = there->last_ms > here->last_ms || (there->last_ms == here->last_ms && order < 0);
    struct observation both = later ? *there : *here;
    both.first_ms = here->first_ms < there->first_ms ? here->first_ms : there->first_ms;
    both.times = here->times > there->times ? here->times : there->times;
    bool same = both.first_ms == here->first_ms && both.last_ms == here->last_ms && both.times == here->times &&
                (!later || order == 0);
    *change = same ? JOURNAL_UNCHANGED : JOURNAL_CHANGED;
    return same ? JOURNAL_DONE : put(j, &both, resource_id, id, fault);
}

enum journal_result
journal_merge_observation(struct journal *j, const struct observation *there, enum journal_change *change,
                          struct fault *fault)
{
    bool own;
    struct resource resource = resource_of_address(&there->address);
    struct observation here = {0};
    enum journal_result result = journal_enter(j, &own, fault);
    if (result != JOURNAL_DONE)
        return result;
    int64_t id = 0, resource_id = journal_resource_id(j, &resource, true, &result, fault);
    if (result == JOURNAL_DONE)
        result =
            journal_observation_find(j,
                                     journal_query(j, fault, JOURNAL_OBSERVATIONS "WHERE o.matter = ?1 AND o.uid = ?2",
                                                   INT(resource_id), UUID(&there->uuid)),
                                     &id, &here, fault);
    if (result == JOURNAL_DONE && id != 0) {
        result = merge(j, resource_id, id, &here, there, change, fault);
    } else if (result == JOURNAL_DONE) {
        *change = JOURNAL_ADDED;
        result = put(j, there, resource_id, 0, fault);
    }
    observation_fini(&here);
    return journal_end(j, own, result, fault);
}
