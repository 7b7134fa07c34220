/* What the journal knows of an address, a net or an ASN over time. */
#include "journal/db.h"
#include "journal/journal.h"

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
        seen_add(out, states, sqlite3_column_int64(looks, 0), sqlite3_column_int64(looks, 1));
        out->changes++;
    }
    return result;
}

bool
journal_seen(struct journal *j, const struct addr *address, struct seen *out, struct fault *fault)
{
    struct resource resource = resource_of_address(address);
    enum journal_result result;
    *out = (struct seen){0};
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
