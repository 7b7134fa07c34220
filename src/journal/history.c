#include "journal/history.h"

#include "base/clock.h"
#include "journal/db.h"

#include <math.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

/* ---- which ---- */

struct date {
    int64_t last_ms, id;
};
typedef VEC(struct date) moments;

static int
newest_first(const void *a, const void *b)
{
    const struct date *x = a, *y = b;
    if (x->last_ms != y->last_ms)
        return x->last_ms < y->last_ms ? 1 : -1;
    return x->id < y->id ? 1 : x->id > y->id ? -1 : 0;
}

static void
keep_newest(moments *found, size_t most)
{
    if (found->count > 1)
        qsort(found->at, found->count, sizeof *found->at, newest_first);
    if (found->count > most)
        found->count = most;
}

/* A statement that gives last_ms and id. */
static enum journal_result
gather(struct journal *j, sqlite3_stmt *find, moments *out, struct fault *fault)
{
    enum journal_result result;
    while (journal_step(j, find, &result, fault))
        vec_push(out, ((struct date){sqlite3_column_int64(find, 0), sqlite3_column_int64(find, 1)}));
    return result;
}

/* Those of one matter that are later than `after_ms`. */
static enum journal_result
find_of_row(struct journal *j, int64_t resource_id, int64_t after_ms, size_t most, moments *out, struct fault *fault)
{
    sqlite3_stmt *find = journal_statement(j,
                                           "SELECT last_ms, id FROM observation WHERE matter = ?1 AND last_ms > ?2"
                                           " ORDER BY last_ms DESC, id DESC LIMIT ?3",
                                           fault);
    if (!find)
        return j->last;
    sqlite3_bind_int64(find, 1, resource_id);
    sqlite3_bind_int64(find, 2, after_ms);
    sqlite3_bind_int64(find, 3, (int64_t)most);
    return gather(j, find, out, fault);
}

static enum journal_result
find_of_address(struct journal *j, const struct resource *resource, size_t most, moments *out, struct fault *fault)
{
    enum journal_result result;
    int64_t id = journal_resource_id(j, resource, false, &result, fault);
    return id == 0 ? result : find_of_row(j, id, INT64_MIN, most, out, fault);
}

/* Those that name it in level 3 while another ASN announces the address have an index of their own. */
static enum journal_result
find_of_asn(struct journal *j, const struct resource *resource, size_t most, moments *out, struct fault *fault)
{
    static const char *const texts[] = {
        "SELECT last_ms, id FROM observation WHERE asn = ?1 ORDER BY last_ms DESC, id DESC LIMIT ?2",
        "SELECT last_ms, id FROM observation WHERE score_asn = ?1 AND score_asn IS NOT NULL AND score_asn IS NOT asn"
        " ORDER BY last_ms DESC, id DESC LIMIT ?2",
    };
    enum journal_result result = JOURNAL_DONE;
    for (size_t i = 0; i < 2 && result == JOURNAL_DONE; i++) {
        sqlite3_stmt *find = journal_statement(j, texts[i], fault);
        if (!find)
            return j->last;
        sqlite3_bind_int64(find, 1, resource->asn);
        sqlite3_bind_int64(find, 2, (int64_t)most);
        result = gather(j, find, out, fault);
    }
    keep_newest(out, most);
    return result;
}

/* Which addresses of a net come first: those that were seen last. Their order is that of an index of all addresses, or
 * they are put in order. The second takes a step for each of C, the first, until it has met `most` of them among N,
 * most
 * * N / C shorter ones when they are spread evenly, but nearly N when all were seen long ago: so the second is taken of
 * few in any case. */
enum { STEP_RATIO = 10, FEW = 8192 };

static sqlite3_stmt *
net_statement(struct journal *j, const char *sql, const uint8_t *low, const uint8_t *high, struct fault *fault)
{
    sqlite3_stmt *find = journal_statement(j, sql, fault);
    if (find) {
        sqlite3_bind_blob(find, 1, low, 16, SQLITE_TRANSIENT);
        sqlite3_bind_blob(find, 2, high, 16, SQLITE_TRANSIENT);
    }
    return find;
}

static enum journal_result
read_count(struct journal *j, sqlite3_stmt *find, size_t *out, struct fault *fault)
{
    enum journal_result result = find ? JOURNAL_DONE : j->last;
    *out = 0;
    if (find && journal_step(j, find, &result, fault)) {
        *out = (size_t)sqlite3_column_int64(find, 0);
        sqlite3_reset(find);
    }
    return result;
}

static enum journal_result
are_few(struct journal *j, const uint8_t *low, const uint8_t *high, size_t most, bool *few, struct fault *fault)
{
    size_t all, inside = 0;
    enum journal_result result = read_count(j, journal_statement(j, "SELECT max(id) FROM matter", fault), &all, fault);
    size_t even = (size_t)sqrt((double)most * (double)all / STEP_RATIO), limit = even > FEW ? even : FEW;
    sqlite3_stmt *find = result == JOURNAL_DONE
                             ? net_statement(j,
                                             "SELECT count(*) FROM (SELECT 1 FROM matter WHERE low BETWEEN ?1 AND ?2"
                                             " AND kind = 1 LIMIT ?3)",
                                             low, high, fault)
                             : NULL;
    if (!find)
        return j->last;
    sqlite3_bind_int64(find, 3, (int64_t)limit);
    result = read_count(j, find, &inside, fault);
    *few = inside < limit;
    return result;
}

/* No observation of an address is later than it was seen: once there are `most` that are as late as the next address,
 * it is done. */
static enum journal_result
walk_net(struct journal *j, sqlite3_stmt *walk, size_t most, moments *out, struct fault *fault)
{
    enum journal_result result, found = JOURNAL_DONE;
    int64_t bar = INT64_MIN;
    while (journal_step(j, walk, &result, fault)) {
        if (sqlite3_column_int64(walk, 0) > bar)
            found = find_of_row(j, sqlite3_column_int64(walk, 1), bar, most, out, fault);
        if (sqlite3_column_int64(walk, 0) <= bar || found != JOURNAL_DONE) {
            sqlite3_reset(walk);
            break;
        }
        if (out->count >= (bar == INT64_MIN ? most : 2 * most)) {
            keep_newest(out, most);
            bar = out->at[most - 1].last_ms;
        }
    }
    keep_newest(out, most);
    return found != JOURNAL_DONE ? found : result;
}

/* Observations that name a net as published are of addresses in it. */
static enum journal_result
find_of_net(struct journal *j, const struct resource *resource, size_t most, moments *out, struct fault *fault)
{
    uint8_t low[16], high[16];
    bool few = false;
    journal_prefix_keys(&resource->prefix, low, high);
    enum journal_result result = are_few(j, low, high, most, &few, fault);
    if (result != JOURNAL_DONE)
        return result;
    sqlite3_stmt *walk = net_statement(j,
                                       few ? "SELECT seen_ms, id FROM matter INDEXED BY matter_low"
                                             " WHERE kind = 1 AND low BETWEEN ?1 AND ?2 ORDER BY seen_ms DESC"
                                           : "SELECT seen_ms, id FROM matter INDEXED BY matter_seen"
                                             " WHERE kind = 1 AND low BETWEEN ?1 AND ?2 ORDER BY seen_ms DESC",
                                       low, high, fault);
    return walk ? walk_net(j, walk, most, out, fault) : j->last;
}

/* ---- reading them ---- */

static enum journal_result
read_moment(struct journal *j, int64_t id, journal_observations *out, struct fault *fault)
{
    sqlite3_stmt *find = journal_statement(j, JOURNAL_OBSERVATIONS "WHERE o.id = ?1", fault);
    enum journal_result result;
    struct observation o;
    if (!find)
        return j->last;
    sqlite3_bind_int64(find, 1, id);
    if (!journal_step(j, find, &result, fault))
        return result;
    result = journal_observation_read(j, find, &o, fault);
    sqlite3_reset(find);
    if (result == JOURNAL_DONE)
        vec_push(out, o);
    return result;
}

static enum journal_result
find(struct journal *j, const struct resource *resource, size_t most, moments *out, struct fault *fault)
{
    switch (resource->kind) {
    case RESOURCE_ADDRESS:
        return find_of_address(j, resource, most, out, fault);
    case RESOURCE_NET:
        return find_of_net(j, resource, most, out, fault);
    case RESOURCE_ASN:
        return find_of_asn(j, resource, most, out, fault);
    case RESOURCE_NONE:
        break;
    }
    return JOURNAL_DONE;
}

bool
journal_history(struct journal *j, const struct resource *resource, size_t most, journal_observations *out,
                struct fault *fault)
{
    moments found = {0};
    bool held;
    if (most == 0)
        return true;
    if (!journal_read_begin(j, &held, fault))
        return false;
    enum journal_result result = find(j, resource, most, &found, fault);
    for (size_t i = 0; i < found.count && result == JOURNAL_DONE; i++)
        result = read_moment(j, found.at[i].id, out, fault);
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

/* ---- the past ---- */

static enum journal_result
add_to_seen(struct journal *j, sqlite3_stmt *looks, struct seen *out, struct fault *fault)
{
    enum journal_result result;
    while (journal_step(j, looks, &result, fault)) {
        enum list_state states[LIST_COUNT];
        for (int list = 0; list < LIST_COUNT; list++) {
            const char *word = (const char *)sqlite3_column_text(looks, 2 + list);
            if (!word || !journal_state_parse(word, &states[list])) {
                result = journal_report_corrupt(j, looks, 2 + list, "the state of a list", fault);
                sqlite3_reset(looks);
                return result;
            }
        }
        for (int list = 0; list < LIST_COUNT; list++)
            seen_add(out, catalogue_at((enum list_id)list)->zone, states[list], sqlite3_column_int64(looks, 0),
                     sqlite3_column_int64(looks, 1));
        out->changes++;
    }
    return result;
}

bool
journal_seen(struct journal *j, const struct addr *address, struct seen *out, struct fault *fault)
{
    struct resource resource = resource_of_address(address);
    enum journal_result result;
    seen_fini(out);
    int64_t id = journal_resource_id(j, &resource, false, &result, fault);
    if (id == 0)
        return result == JOURNAL_DONE;
    sqlite3_stmt *looks = journal_statement(j,
                                            "SELECT first_ms, last_ms, level1, level2, level3, exemption, backscatterer"
                                            " FROM observation WHERE matter = ?1 ORDER BY first_ms, last_ms, id",
                                            fault);
    if (!looks)
        return false;
    sqlite3_bind_int64(looks, 1, id);
    result = add_to_seen(j, looks, out, fault);
    return result == JOURNAL_DONE;
}

/* ---- the timeline ---- */

enum { COUNTS_MOST = 1000, NEIGHBOURS_FROM = 24 /* of wider prefixes there would be too many */ };

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

static bool
read_counts(struct history *h, struct journal *j, struct fault *fault)
{
    if (h->resource.kind == RESOURCE_ADDRESS)
        return true;
    if (!journal_counts_of(j, &h->resource, COUNTS_MOST, &h->counts, fault))
        return false;
    for (size_t i = 0; i < h->counts.count; i++)
        add(h, h->counts.at[i].at_ms, HISTORY_COUNT, i, 0);
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

/* Adds an item for all neighbours of the same time. */
static void
add_neighbours(struct history *h, enum history_kind kind, const journal_neighbours *sorted)
{
    for (size_t i = 0, end; i < sorted->count; i = end) {
        const struct journal_neighbour *n = sorted->at;
        int64_t at_ms = kind == HISTORY_LISTED ? n[i].first_ms : n[i].last_ms;
        for (end = i + 1; end < sorted->count && (kind == HISTORY_LISTED ? n[end].first_ms : n[end].last_ms) == at_ms;)
            end++;
        add(h, at_ms, kind, i, end - i);
    }
}

static bool
read_came_and_left(struct history *h, struct journal *j, struct fault *fault)
{
    const struct prefix *prefix = &h->resource.prefix;
    if (h->resource.kind != RESOURCE_NET || prefix->length < NEIGHBOURS_FROM || prefix->addr.family != ADDR_V4)
        return true;
    if (!journal_neighbours_of(j, prefix, &h->came, fault))
        return false;
    for (size_t i = 0; i < h->came.count; i++)
        if (h->came.at[i].absent_ms > h->came.at[i].last_ms)
            vec_push(&h->left, h->came.at[i]);
    if (h->came.count > 1)
        qsort(h->came.at, h->came.count, sizeof *h->came.at, by_first);
    if (h->left.count > 1)
        qsort(h->left.at, h->left.count, sizeof *h->left.at, by_last);
    add_neighbours(h, HISTORY_LISTED, &h->came);
    add_neighbours(h, HISTORY_DELISTED, &h->left);
    return true;
}

/* A case knows of each field only when it was last set: what it was before is not known. */
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

/* Newest first; of the same time, what was added last comes first. */
static int
newest_item_first(const void *a, const void *b)
{
    const struct history_item *const *x = a, *const *y = b;
    if ((*x)->at_ms != (*y)->at_ms)
        return (*x)->at_ms > (*y)->at_ms ? -1 : 1;
    return *x > *y ? -1 : *x < *y;
}

static void
sort_items(struct history *h)
{
    history_items sorted = {0};
    VEC(const struct history_item *) order = {0};
    for (size_t i = 0; i < h->items.count; i++)
        vec_push(&order, &h->items.at[i]);
    if (order.count > 1)
        qsort(order.at, order.count, sizeof *order.at, newest_item_first);
    for (size_t i = 0; i < order.count; i++)
        vec_push(&sorted, *order.at[i]);
    vec_free(&order);
    vec_free(&h->items);
    h->items = sorted;
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
    bool done = read_observations(h, j, most, behind, fault) && read_counts(h, j, fault) &&
                read_came_and_left(h, j, fault) && read_cases(h, j, fault);
    journal_read_end(j, held);
    if (!done)
        history_fini(h);
    sort_items(h);
    return done;
}

void
history_fini(struct history *h)
{
    journal_observations_fini(&h->observations);
    journal_cases_fini(&h->cases);
    vec_free(&h->counts);
    vec_free(&h->came);
    vec_free(&h->left);
    vec_free(&h->items);
    *h = (struct history){0};
}
