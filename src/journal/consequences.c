#include "journal/consequences.h"

#include "journal/db.h"
#include "journal/history.h"

#include <sqlite3.h>

enum { LOOKS = 500 /* of one resource, the newest */ };

/* Returns what an observation says of the listing that a case is about; of an address, of the levels that listed it,
 * because the silence of one of them is no end. */
static enum list_state
state_of(const struct observation *o, const struct resource *resource, unsigned levels)
{
    unsigned listed = observed_lists_levels(&o->lists, STATE_LISTED),
             clear = observed_lists_levels(&o->lists, STATE_CLEAR);
    bool exempt = observation_state(o, "exemption") == STATE_LISTED;
    if (resource->kind == RESOURCE_ADDRESS)
        return listed ? STATE_LISTED : clear && (clear & levels) == levels ? STATE_CLEAR : STATE_UNASKED;
    if (resource->kind == RESOURCE_ASN) {
        if (o->score_asn == resource->asn)
            return STATE_LISTED;
        return !exempt && o->asn == resource->asn ? observation_state(o, "level3") : STATE_UNASKED;
    }
    for (size_t i = 0; i < o->nets.count; i++)
        if (prefix_equal(&o->nets.at[i].prefix, &resource->prefix))
            return STATE_LISTED;
    /* rbldnsd hides wider nets behind a /24, so that only clear is an end */
    return !exempt && prefix_holds(&resource->prefix, &o->address)
               ? observation_state(o, "level2") == STATE_CLEAR ? STATE_CLEAR : STATE_UNASKED
               : STATE_UNASKED;
}

static void
add_look(struct consequence *o, enum list_state state, int64_t at_ms)
{
    if (at_ms <= o->complained_ms || !list_state_is_known(state))
        return;
    if (at_ms > o->seen_ms) {
        o->seen_ms = at_ms;
        o->listed = state == STATE_LISTED;
    }
    if (state == STATE_CLEAR && (o->ended_ms == 0 || at_ms < o->ended_ms))
        o->ended_ms = at_ms;
}

/* Zone files tell of a prefix, answers of the addresses in it. */
bool
consequence_follow(struct consequence *o, struct journal *j, struct fault *fault)
{
    journal_counts counts = {0};
    journal_observations looks = {0};
    bool ok = o->resource.kind != RESOURCE_NET || journal_counts_of(j, &o->resource, LOOKS, &counts, fault);
    for (size_t i = 0; i < counts.count; i++)
        add_look(o, counts.at[i].impacts >= 0 ? STATE_LISTED : STATE_CLEAR, counts.at[i].at_ms);
    ok = ok && journal_history(j, &o->resource, LOOKS, &looks, fault);
    unsigned levels = 0;
    for (size_t i = 0; i < looks.count; i++)
        levels |= observed_lists_levels(&looks.at[i].lists, STATE_LISTED);
    for (size_t i = 0; i < looks.count; i++) {
        enum list_state state = state_of(&looks.at[i], &o->resource, levels);
        int64_t first_ms =
            looks.at[i].first_ms; /* of a run of equal looks, which may have begun before the complaint */
        add_look(o, state, first_ms > o->complained_ms ? first_ms : looks.at[i].last_ms);
        add_look(o, state, looks.at[i].last_ms);
    }
    vec_free(&counts);
    journal_observations_fini(&looks);
    return ok;
}

bool
consequences_read(struct journal *j, consequences *out, struct fault *fault)
{
    enum journal_result result;
    sqlite3_stmt *rows = journal_query(j, fault,
                                       "SELECT matter.text, min(told.at_ms) FROM told JOIN cases ON cases.id = a_case"
                                       " JOIN matter ON matter.id = cases.matter WHERE who <> 'watch'"
                                       " GROUP BY cases.id ORDER BY 2");
    while (journal_step(j, rows, &result, fault)) {
        struct consequence o = {.complained_ms = sqlite3_column_int64(rows, 1)};
        if (resource_parse(journal_column_word(rows, 0), &o.resource))
            vec_push(out, o);
    }
    return result == JOURNAL_DONE;
}
