/* What the journal knows of an address, a net or an ASN over time. */
#include "journal.h"
#include "journal_db.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

/* ---- which ---- */

struct moment {
    int64_t last_ms, id;
};
typedef VEC(struct moment) moments;

static int
newest_first(const void *a, const void *b)
{
    const struct moment *x = a, *y = b;
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
        vec_push(out, ((struct moment){sqlite3_column_int64(find, 0), sqlite3_column_int64(find, 1)}));
    return result;
}

static enum journal_result
find_of_row(struct journal *j, int64_t matter_id, size_t most, moments *out, struct fault *fault)
{
    sqlite3_stmt *find = journal_statement(
        j, "SELECT last_ms, id FROM observation WHERE matter = ?1 ORDER BY last_ms DESC, id DESC LIMIT ?2", fault);
    if (!find)
        return j->last;
    sqlite3_bind_int64(find, 1, matter_id);
    sqlite3_bind_int64(find, 2, (int64_t)most);
    return gather(j, find, out, fault);
}

static enum journal_result
find_of_address(struct journal *j, const struct matter *matter, size_t most, moments *out, struct fault *fault)
{
    enum journal_result result;
    int64_t id = journal_matter_id(j, matter, false, &result, fault);
    return id == 0 ? result : find_of_row(j, id, most, out, fault);
}

/* Those that name it in level 3 while another ASN announces the address have an index of their own. */
static enum journal_result
find_of_asn(struct journal *j, const struct matter *matter, size_t most, moments *out, struct fault *fault)
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
        sqlite3_bind_int64(find, 1, matter->asn);
        sqlite3_bind_int64(find, 2, (int64_t)most);
        result = gather(j, find, out, fault);
    }
    keep_newest(out, most);
    return result;
}

/* The addresses of a net: all that are in it, or the newest of all, whichever is the shorter walk. */
enum { ADDRESSES_GATHERED = 3000 };

static enum journal_result
count_addresses(struct journal *j, const uint8_t *low, const uint8_t *high, int64_t *out, struct fault *fault)
{
    sqlite3_stmt *count = journal_statement(
        j, "SELECT count(*) FROM (SELECT 1 FROM matter WHERE low BETWEEN ?1 AND ?2 AND kind = 1 LIMIT ?3)", fault);
    enum journal_result result;
    *out = 0;
    if (!count)
        return j->last;
    sqlite3_bind_blob(count, 1, low, 16, SQLITE_TRANSIENT);
    sqlite3_bind_blob(count, 2, high, 16, SQLITE_TRANSIENT);
    sqlite3_bind_int(count, 3, ADDRESSES_GATHERED + 1);
    if (journal_step(j, count, &result, fault)) {
        *out = sqlite3_column_int64(count, 0);
        sqlite3_reset(count);
    }
    return result;
}

static enum journal_result
gather_net(struct journal *j, const uint8_t *low, const uint8_t *high, size_t most, moments *out, struct fault *fault)
{
    sqlite3_stmt *find = journal_statement(j,
                                           "SELECT o.last_ms, o.id FROM matter m JOIN observation o ON o.matter = m.id"
                                           " WHERE m.low BETWEEN ?1 AND ?2 AND m.kind = 1"
                                           " ORDER BY o.last_ms DESC, o.id DESC LIMIT ?3",
                                           fault);
    if (!find)
        return j->last;
    sqlite3_bind_blob(find, 1, low, 16, SQLITE_TRANSIENT);
    sqlite3_bind_blob(find, 2, high, 16, SQLITE_TRANSIENT);
    sqlite3_bind_int64(find, 3, (int64_t)most);
    return gather(j, find, out, fault);
}

/* No observation of an address is later than its matter was seen: once `most` are as late as the next matter, there can
 * be none among those that follow. */
static enum journal_result
walk_net(struct journal *j, const uint8_t *low, const uint8_t *high, size_t most, moments *out, struct fault *fault)
{
    sqlite3_stmt *walk = journal_statement(j,
                                           "SELECT seen_ms, id FROM matter INDEXED BY matter_seen"
                                           " WHERE kind = 1 AND low BETWEEN ?1 AND ?2 ORDER BY seen_ms DESC",
                                           fault);
    enum journal_result result;
    if (!walk)
        return j->last;
    sqlite3_bind_blob(walk, 1, low, 16, SQLITE_TRANSIENT);
    sqlite3_bind_blob(walk, 2, high, 16, SQLITE_TRANSIENT);
    size_t sorted = 0;
    while (journal_step(j, walk, &result, fault)) {
        if (out->count >= most && out->count >= 2 * sorted) {
            keep_newest(out, most);
            sorted = out->count;
        }
        if (sorted >= most && out->at[most - 1].last_ms > sqlite3_column_int64(walk, 0)) {
            sqlite3_reset(walk);
            break;
        }
        result = find_of_row(j, sqlite3_column_int64(walk, 1), most, out, fault);
        if (result != JOURNAL_DONE) {
            sqlite3_reset(walk);
            break;
        }
    }
    keep_newest(out, most);
    return result;
}

/* Observations that name a net as published are of addresses in it. */
static enum journal_result
find_of_net(struct journal *j, const struct matter *matter, size_t most, moments *out, struct fault *fault)
{
    uint8_t low[16], high[16];
    int64_t addresses;
    journal_prefix_keys(&matter->prefix, low, high);
    enum journal_result result = count_addresses(j, low, high, &addresses, fault);
    if (result != JOURNAL_DONE)
        return result;
    return addresses <= ADDRESSES_GATHERED ? gather_net(j, low, high, most, out, fault)
                                           : walk_net(j, low, high, most, out, fault);
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
        return result; /* another program has just forgotten it */
    result = journal_observation_read(j, find, &o, fault);
    sqlite3_reset(find);
    if (result == JOURNAL_DONE)
        vec_push(out, o);
    return result;
}

bool
journal_history(struct journal *j, const struct matter *matter, size_t most, journal_observations *out,
                struct fault *fault)
{
    moments found = {0};
    enum journal_result result = JOURNAL_DONE;
    if (matter->kind == MATTER_ADDRESS)
        result = find_of_address(j, matter, most, &found, fault);
    else if (matter->kind == MATTER_NET)
        result = find_of_net(j, matter, most, &found, fault);
    else if (matter->kind == MATTER_ASN)
        result = find_of_asn(j, matter, most, &found, fault);
    for (size_t i = 0; i < found.count && result == JOURNAL_DONE; i++)
        result = read_moment(j, found.at[i].id, out, fault);
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
add_to_past(struct journal *j, sqlite3_stmt *looks, struct past *out, struct fault *fault)
{
    enum journal_result result;
    while (journal_step(j, looks, &result, fault)) {
        enum state states[LIST_COUNT];
        for (int list = 0; list < LIST_COUNT; list++) {
            const char *word = (const char *)sqlite3_column_text(looks, 2 + list);
            if (!word || !journal_state_parse(word, &states[list])) {
                result = journal_odd(j, looks, 2 + list, "the state of a list", fault);
                sqlite3_reset(looks);
                return result;
            }
        }
        past_add(out, states, sqlite3_column_int64(looks, 0), sqlite3_column_int64(looks, 1));
        out->changes++;
    }
    return result;
}

bool
journal_past(struct journal *j, const struct addr *address, struct past *out, struct fault *fault)
{
    struct matter matter = matter_of_address(address);
    enum journal_result result;
    *out = (struct past){0};
    int64_t id = journal_matter_id(j, &matter, false, &result, fault);
    if (id == 0)
        return result == JOURNAL_DONE;
    sqlite3_stmt *looks = journal_statement(j,
                                            "SELECT first_ms, last_ms, level1, level2, level3, exemption, backscatterer"
                                            " FROM observation WHERE matter = ?1 ORDER BY first_ms, last_ms, id",
                                            fault);
    if (!looks)
        return false;
    sqlite3_bind_int64(looks, 1, id);
    result = add_to_past(j, looks, out, fault);
    return result == JOURNAL_DONE;
}
