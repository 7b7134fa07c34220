#include "journal/history.h"

#include "base/clock.h"
#include "journal/filter_row.h"
#include "journal/list_table.h"
#include "journal/merge.h"
#include "journal/observations.h"
#include "journal/outside.h"
#include "journal/resources.h"

#include <math.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

/* ---- finding observations ---- */

struct found {
    int64_t last_ms, id;
};
typedef VEC(struct found) found_list;

static int
newest_first(const void *a, const void *b)
{
    const struct found *x = a, *y = b;
    if (x->last_ms != y->last_ms)
        return x->last_ms < y->last_ms ? 1 : -1;
    return x->id < y->id ? 1 : x->id > y->id ? -1 : 0;
}

static void
truncate_to_newest(found_list *found, size_t most)
{
    if (found->count > 1)
        qsort(found->at, found->count, sizeof *found->at, newest_first);
    if (found->count > most)
        found->count = most;
}

/* Appends the rows of a statement that gives last_ms and id. */
static enum journal_result
append(struct journal *j, sqlite3_stmt *find, found_list *out, struct fault *fault)
{
    enum journal_result result;
    while (journal_step(j, find, &result, fault))
        vec_push(out, ((struct found){sqlite3_column_int64(find, 0), sqlite3_column_int64(find, 1)}));
    return result;
}

/* Finds the observations of one resource that are later than after_ms. */
static enum journal_result
find_of_row(struct journal *j, int64_t resource_id, int64_t after_ms, size_t most, found_list *out, struct fault *fault)
{
    return append(j,
                  journal_query(j, fault,
                                "SELECT last_ms, id FROM observation WHERE matter = ?1 AND last_ms > ?2"
                                " ORDER BY last_ms DESC, id DESC LIMIT ?3",
                                INT(resource_id), INT(after_ms), INT((int64_t)most)),
                  out, fault);
}

/* The newest observations of a prefix belong to the addresses that were seen last. Either walks the index of all N
 * addresses in that order until `most` of them are in the prefix, about most * N / C short steps when they are spread
 * evenly, but nearly N when all were seen long ago; or sorts the prefix's C addresses. Always sorts a FEW. */
static enum journal_result
find_of_prefix(struct journal *j, const struct prefix *prefix, size_t most, found_list *out, struct fault *fault)
{
    enum { STEP_RATIO = 10, FEW = 8192 };
    enum journal_result result;
    uint8_t low[16], high[16];
    journal_prefix_keys(prefix, low, high);
    int64_t all = journal_number(j, journal_statement(j, "SELECT max(id) FROM matter", fault), &result, fault);
    if (result != JOURNAL_DONE)
        return result;
    int64_t even = (int64_t)sqrt((double)most * (double)all / STEP_RATIO), limit = even > FEW ? even : FEW;
    int64_t count = journal_number(j,
                                   journal_query(j, fault,
                                                 "SELECT count(*) FROM (SELECT 1 FROM matter WHERE low BETWEEN ?1 AND"
                                                 " ?2 AND kind = 1 LIMIT ?3)",
                                                 BLOB(low, 16), BLOB(high, 16), INT(limit)),
                                   &result, fault);
    if (result != JOURNAL_DONE)
        return result;
    sqlite3_stmt *walk =
        journal_query(j, fault,
                      count < limit ? "SELECT seen_ms, id FROM matter INDEXED BY matter_low"
                                      " WHERE kind = 1 AND low BETWEEN ?1 AND ?2 ORDER BY seen_ms DESC"
                                    : "SELECT seen_ms, id FROM matter INDEXED BY matter_seen"
                                      " WHERE kind = 1 AND low BETWEEN ?1 AND ?2 ORDER BY seen_ms DESC",
                      BLOB(low, 16), BLOB(high, 16));
    /* Ends once `most` are as late as the next address, because no observation is later than its address's seen_ms. */
    enum journal_result found = JOURNAL_DONE;
    int64_t bar = INT64_MIN;
    while (journal_step(j, walk, &result, fault)) {
        if (sqlite3_column_int64(walk, 0) > bar)
            found = find_of_row(j, sqlite3_column_int64(walk, 1), bar, most, out, fault);
        if (sqlite3_column_int64(walk, 0) <= bar || found != JOURNAL_DONE) {
            sqlite3_reset(walk);
            break;
        }
        if (out->count >= (bar == INT64_MIN ? most : 2 * most)) {
            truncate_to_newest(out, most);
            bar = out->at[most - 1].last_ms;
        }
    }
    truncate_to_newest(out, most);
    return found != JOURNAL_DONE ? found : result;
}

bool
journal_history(struct journal *j, const struct resource *resource, size_t most, journal_observations *out,
                struct fault *fault)
{
    /* Observations in which level 3 lists the AS while another AS announces the address have an index of their own. */
    static const char *const of_asn[] = {
        "SELECT last_ms, id FROM observation WHERE asn = ?1 ORDER BY last_ms DESC, id DESC LIMIT ?2",
        "SELECT last_ms, id FROM observation WHERE score_asn = ?1 AND score_asn IS NOT NULL AND score_asn IS NOT asn"
        " ORDER BY last_ms DESC, id DESC LIMIT ?2",
    };
    enum journal_result result = JOURNAL_DONE;
    found_list found = {0};
    bool held;
    if (most == 0)
        return true;
    if (!journal_read_begin(j, &held, fault))
        return false;
    if (resource->kind == RESOURCE_NET) {
        result = find_of_prefix(j, &resource->prefix, most, &found, fault);
    } else if (resource->kind == RESOURCE_ASN) {
        for (size_t i = 0; i < 2 && result == JOURNAL_DONE; i++)
            result =
                append(j, journal_query(j, fault, of_asn[i], INT(resource->asn), INT((int64_t)most)), &found, fault);
        truncate_to_newest(&found, most);
    } else {
        int64_t id = journal_resource_id(j, resource, false, &result, fault);
        if (id != 0)
            result = find_of_row(j, id, INT64_MIN, most, &found, fault);
    }
    for (size_t i = 0; i < found.count && result == JOURNAL_DONE; i++) {
        struct observation o;
        int64_t id;
        sqlite3_stmt *row = journal_query(j, fault, JOURNAL_OBSERVATIONS "WHERE o.id = ?1", INT(found.at[i].id));
        result = journal_observation_find(j, row, &id, &o, fault);
        if (result == JOURNAL_DONE && id != 0)
            vec_push(out, o);
    }
    journal_read_end(j, held);
    vec_free(&found);
    return result == JOURNAL_DONE;
}

void
journal_observations_fini(journal_observations *observations)
{
    for (size_t i = 0; i < observations->count; i++)
        observation_fini(&observations->at[i]);
    vec_free(observations);
}

enum { RECENT_MOST = 8 /* groups of rejections */ };

bool
journal_seen(struct journal *j, const struct addr *address, struct seen *out, struct fault *fault)
{
    struct resource resource = resource_of_address(address);
    enum journal_result result;
    seen_fini(out);
    int64_t since_ms = clock_wall_ms() - SEEN_REJECTIONS_DAYS * INT64_C(86400000);
    if (!journal_rejections_seen(j, address, since_ms, RECENT_MOST, &out->rejections, fault))
        return false;
    int64_t id = journal_resource_id(j, &resource, false, &result, fault);
    sqlite3_stmt *rows = journal_query(j, fault,
                                       "SELECT first_ms, last_ms, lists, results FROM observation WHERE matter = ?1"
                                       " ORDER BY first_ms, last_ms, id",
                                       INT(id));
    while (id != 0 && journal_step(j, rows, &result, fault)) {
        observed_lists lists = {0};
        result = journal_lists_read(j, rows, 2, 3, &lists, fault);
        if (result == JOURNAL_DONE)
            observation_add_seen(out, &lists, sqlite3_column_int64(rows, 0), sqlite3_column_int64(rows, 1));
        out->changes++;
        observed_lists_fini(&lists);
        if (result != JOURNAL_DONE) {
            sqlite3_reset(rows);
            break;
        }
    }
    return result == JOURNAL_DONE && outside_add_seen(j, address, out, fault);
}

/* ---- the timeline ---- */

enum { COUNTS_MOST = 1000, REJECTIONS_MOST = 100, NEIGHBOURS_FROM = 24 /* because wider prefixes have too many */ };

static void
add(struct history *h, int64_t at_ms, enum history_kind kind, size_t index, size_t number)
{
    vec_push(&h->items, ((struct history_item){at_ms, kind, index, number, HISTORY_NONE}));
}

static bool
read_observations(struct history *h, struct journal *j, size_t most, size_t behind, struct fault *fault)
{
    if (!journal_history(j, &h->resource, most + behind, &h->observations, fault))
        return false;
    h->more = h->observations.count > most;
    h->shown = h->more ? most : h->observations.count;
    for (size_t i = h->shown; i-- > 0;) {
        const struct observation *all = h->observations.at;
        size_t before = i + 1;
        while (before < h->observations.count && !addr_equal(&all[before].address, &all[i].address))
            before++;
        add(h, all[i].first_ms, HISTORY_OBSERVATION, i, 0);
        if (before < h->observations.count)
            h->items.at[h->items.count - 1].before = (int)before;
    }
    return true;
}

static int
by_first(const void *a, const void *b)
{
    const struct journal_neighbour *x = a, *y = b;
    return x->first_ms != y->first_ms ? (x->first_ms < y->first_ms ? -1 : 1) : (x->address > y->address) * 2 - 1;
}

static int
by_last(const void *a, const void *b)
{
    const struct journal_neighbour *x = a, *y = b;
    return x->last_ms != y->last_ms ? (x->last_ms < y->last_ms ? -1 : 1) : (x->address > y->address) * 2 - 1;
}

/* Sorts the neighbours, and adds an item for all of the same time. */
static void
add_neighbours(struct history *h, enum history_kind kind, journal_neighbours *all)
{
    const struct journal_neighbour *n = all->at;
    if (all->count > 1)
        qsort(all->at, all->count, sizeof *all->at, kind == HISTORY_LISTED ? by_first : by_last);
    for (size_t i = 0, end; i < all->count; i = end) {
        int64_t at_ms = kind == HISTORY_LISTED ? n[i].first_ms : n[i].last_ms;
        for (end = i + 1; end < all->count && (kind == HISTORY_LISTED ? n[end].first_ms : n[end].last_ms) == at_ms;)
            end++;
        add(h, at_ms, kind, i, end - i);
    }
}

static bool
read_counts_and_neighbours(struct history *h, struct journal *j, struct fault *fault)
{
    const struct prefix *prefix = &h->resource.prefix;
    if (h->resource.kind == RESOURCE_ADDRESS)
        return true;
    if (!journal_counts_of(j, &h->resource, COUNTS_MOST, &h->counts, fault))
        return false;
    for (size_t i = 0; i < h->counts.count; i++)
        add(h, h->counts.at[i].at_ms, HISTORY_COUNT, i, 0);
    if (h->resource.kind != RESOURCE_NET || prefix->length < NEIGHBOURS_FROM || prefix->addr.family != ADDR_V4)
        return true;
    if (!journal_neighbours_of(j, prefix, &h->came, fault))
        return false;
    for (size_t i = 0; i < h->came.count; i++)
        if (h->came.at[i].absent_ms > h->came.at[i].last_ms)
            vec_push(&h->left, h->came.at[i]);
    add_neighbours(h, HISTORY_LISTED, &h->came);
    add_neighbours(h, HISTORY_DELISTED, &h->left);
    return true;
}

static bool
read_rejections(struct history *h, struct journal *j, struct fault *fault)
{
    if (h->resource.kind != RESOURCE_ADDRESS)
        return true;
    if (!journal_rejections_seen(j, &h->resource.prefix.addr, 0, REJECTIONS_MOST, &h->rejections, fault))
        return false;
    for (size_t i = 0; i < h->rejections.count; i++)
        add(h, h->rejections.at[i].last_ms, HISTORY_REJECTIONS, i, 0);
    return true;
}

static bool
read_outside(struct history *h, struct journal *j, struct fault *fault)
{
    if (!outside_of(j, &h->resource, &h->outside, fault))
        return false;
    for (size_t i = 0; i < h->outside.count; i++)
        add(h, h->outside.at[i].from_ms, HISTORY_OUTSIDE, i, 0);
    return true;
}

/* A case has the time when each field was last set, but no earlier values. */
static bool
read_cases(struct history *h, struct journal *j, struct fault *fault)
{
    if (!journal_cases_of(j, &h->resource, &h->cases, fault))
        return false;
    for (size_t i = 0; i < h->cases.count; i++) {
        const struct journal_case *c = &h->cases.at[i];
        add(h, c->opened_ms, HISTORY_CASE_OPENED, i, 0);
        if (c->state != CASE_OPEN || c->state_ms > c->opened_ms)
            add(h, c->state_ms, HISTORY_CASE_STATE, i, 0);
        if (c->ticket_ms)
            add(h, c->ticket_ms, HISTORY_CASE_TICKET, i, 0);
        if (c->tags_ms)
            add(h, c->tags_ms, HISTORY_CASE_TAGS, i, 0);
        if (c->due_set_ms)
            add(h, c->due_set_ms, HISTORY_CASE_FOLLOW_UP, i, 0);
        if (c->due_ms > c->due_set_ms && c->due_ms <= clock_wall_ms() && c->state != CASE_CLOSED)
            add(h, c->due_ms, HISTORY_CASE_DUE, i, 0);
        for (size_t n = 0; n < c->notes.count; n++)
            if (*c->notes.at[n].text)
                add(h, c->notes.at[n].at_ms, HISTORY_NOTE, i, n);
        for (size_t n = 0; n < c->contacts.count; n++)
            add(h, c->contacts.at[n].at_ms, HISTORY_CONTACT, i, n);
    }
    return true;
}

/* Puts the last added item first among items of the same time. */
static int
newest_item_first(const void *a, const void *b)
{
    const struct history_item *const *x = a, *const *y = b;
    if ((*x)->at_ms != (*y)->at_ms)
        return (*x)->at_ms > (*y)->at_ms ? -1 : 1;
    return *x > *y ? -1 : *x < *y;
}

bool
history_read(struct history *h, struct journal *j, const struct resource *resource, size_t most, size_t behind,
             struct fault *fault)
{
    bool held;
    *h = (struct history){.resource = *resource};
    fault->text[0] = '\0';
    if (!journal_read_begin(j, &held, fault))
        return false;
    bool done = read_observations(h, j, most, behind, fault) && read_counts_and_neighbours(h, j, fault) &&
                read_rejections(h, j, fault) && read_outside(h, j, fault) && read_cases(h, j, fault);
    journal_read_end(j, held);
    if (!done) {
        history_fini(h);
        return false;
    }
    VEC(const struct history_item *) order = {0};
    for (size_t i = 0; i < h->items.count; i++)
        vec_push(&order, &h->items.at[i]);
    if (order.count > 1)
        qsort(order.at, order.count, sizeof *order.at, newest_item_first);
    history_items sorted = {0};
    for (size_t i = 0; i < order.count; i++)
        vec_push(&sorted, *order.at[i]);
    vec_free(&order);
    vec_free(&h->items);
    h->items = sorted;
    return true;
}

void
history_fini(struct history *h)
{
    journal_observations_fini(&h->observations);
    journal_cases_fini(&h->cases);
    vec_free(&h->counts);
    vec_free(&h->came);
    vec_free(&h->left);
    seen_rejections_fini(&h->rejections);
    outside_periods_fini(&h->outside);
    vec_free(&h->items);
    *h = (struct history){0};
}
