/* Level 1 addresses: since when they have been seen listed, and whether they have left. An address gets a row when it
 * is first seen listed; its absence is noted only from then on. */
#include "base/sort.h"
#include "journal/db.h"
#include "journal/merge.h"

#include <sqlite3.h>

/* ---- reading ---- */

static enum journal_result
read_neighbours(struct journal *j, const struct prefix *prefix, journal_neighbours *out, struct fault *fault)
{
    enum journal_result result;
    int64_t first = addr_to_v4(&prefix->addr);
    sqlite3_stmt *rows = journal_query(j, fault,
                                       "SELECT address, first_ms, last_ms, absent_ms FROM neighbour"
                                       " WHERE address BETWEEN ?1 AND ?2 ORDER BY address",
                                       INT(first), INT(first + (int64_t)prefix_size(prefix) - 1));
    while (journal_step(j, rows, &result, fault))
        vec_push(out, ((struct journal_neighbour){
                          .address = (uint32_t)sqlite3_column_int64(rows, 0),
                          .first_ms = sqlite3_column_int64(rows, 1),
                          .last_ms = sqlite3_column_int64(rows, 2),
                          .absent_ms = sqlite3_column_int64(rows, 3),
                      }));
    return result;
}

bool
journal_neighbours_of(struct journal *j, const struct prefix *prefix, journal_neighbours *out, struct fault *fault)
{
    *out = (journal_neighbours){0};
    if (prefix->addr.family != ADDR_V4 || read_neighbours(j, prefix, out, fault) == JOURNAL_DONE)
        return true;
    vec_free(out);
    return false;
}

int64_t
journal_first_look(const journal_neighbours *neighbours, const journal_counts *counts)
{
    int64_t first_ms = counts->count > 0 ? counts->at[0].at_ms : 0;
    for (size_t i = 0; i < neighbours->count; i++)
        if (first_ms == 0 || neighbours->at[i].first_ms < first_ms)
            first_ms = neighbours->at[i].first_ms;
    return first_ms;
}

/* ---- merging ---- */

/* Adds the times of `there`; returns whether any is new. */
static bool
merge(struct journal_neighbour *here, const struct journal_neighbour *there)
{
    struct journal_neighbour before = *here;
    if (there->first_ms < here->first_ms)
        here->first_ms = there->first_ms;
    if (there->last_ms > here->last_ms)
        here->last_ms = there->last_ms;
    if (there->absent_ms > here->absent_ms)
        here->absent_ms = there->absent_ms;
    return here->first_ms != before.first_ms || here->last_ms != before.last_ms || here->absent_ms != before.absent_ms;
}

static enum journal_result
write_neighbour(struct journal *j, const struct journal_neighbour *n, struct fault *fault)
{
    return journal_execute(j, fault, "INSERT OR REPLACE INTO neighbour VALUES(?1, ?2, ?3, ?4)", INT(n->address),
                           INT(n->first_ms), INT(n->last_ms), INT(n->absent_ms));
}

enum journal_result
journal_merge_neighbour(struct journal *j, const struct journal_neighbour *there, enum journal_change *change,
                        struct fault *fault)
{
    struct addr address = addr_from_v4(there->address);
    struct prefix alone = prefix_around(&address, 32);
    struct journal_neighbour seen = *there;
    journal_neighbours here = {0};
    if (seen.last_ms < seen.first_ms) /* in a file changed by hand */
        seen.last_ms = seen.first_ms;
    enum journal_result result = read_neighbours(j, &alone, &here, fault);
    struct journal_neighbour both = here.count > 0 ? here.at[0] : seen;
    bool news = merge(&both, &seen);
    *change = here.count == 0 ? JOURNAL_ADDED : news ? JOURNAL_CHANGED : JOURNAL_UNCHANGED;
    if (result == JOURNAL_DONE && *change != JOURNAL_UNCHANGED)
        result = write_neighbour(j, &both, fault);
    vec_free(&here);
    return result;
}

/* ---- storing a prefix ---- */

static bool
contains(const uint32_t *sorted, size_t count, uint32_t address)
{
    size_t at;
    sort_search(at, 0, count, sorted[at] < address);
    return at < count && sorted[at] == address;
}

enum journal_result
journal_neighbours_add(struct journal *j, const struct prefix *prefix, int64_t at_ms, const uint32_t *listed,
                       size_t listed_count, const uint32_t *asked, size_t asked_count, struct fault *fault)
{
    journal_neighbours known = {0};
    bool own;
    if (prefix->addr.family != ADDR_V4)
        return JOURNAL_DONE;
    enum journal_result result = journal_enter(j, false, &own, fault);
    if (result != JOURNAL_DONE)
        return result;
    result = read_neighbours(j, prefix, &known, fault);
    /* Known addresses were seen again, or not. */
    for (size_t i = 0; i < known.count && result == JOURNAL_DONE; i++) {
        struct journal_neighbour n = known.at[i], seen = n;
        if (contains(listed, listed_count, n.address))
            seen.first_ms = seen.last_ms = at_ms;
        else if (!asked || contains(asked, asked_count, n.address))
            seen.absent_ms = at_ms;
        if (merge(&n, &seen))
            result = write_neighbour(j, &n, fault);
    }
    for (size_t i = 0, k = 0; i < listed_count && result == JOURNAL_DONE; i++) {
        struct addr address = addr_from_v4(listed[i]);
        while (k < known.count && known.at[k].address < listed[i])
            k++;
        bool is_known = k < known.count && known.at[k].address == listed[i];
        if (!is_known && prefix_holds(prefix, &address))
            result = write_neighbour(j, &(struct journal_neighbour){listed[i], at_ms, at_ms, 0}, fault);
    }
    vec_free(&known);
    return journal_end(j, own, result, fault);
}
