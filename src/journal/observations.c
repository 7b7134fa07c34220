/* Looks at addresses: keeping them, and reading them back by address, net and ASN.
 *
 * The newest observation of an address is the one that was true last, whatever the order in which they came: a zone
 * file tells what was true when it was made. */
#include "journal/db.h"
#include "journal/journal.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

/* ---- one ---- */

enum journal_result
journal_observation_find(struct journal *j, sqlite3_stmt *find, int64_t *id, struct observation *out,
                         struct fault *fault)
{
    enum journal_result result;
    *id = 0;
    if (!journal_step(j, find, &result, fault))
        return result;
    result = journal_observation_read(j, find, out, fault);
    if (result == JOURNAL_DONE)
        *id = sqlite3_column_int64(find, 0);
    sqlite3_reset(find);
    return result;
}

/* What is known of an address: its matter, and the newest observation there is of it. */
struct known {
    int64_t resource, id; /* rows; 0 = none */
    bool made;            /* the matter was made just now, for the look that is kept */
    struct observation newest;
};

enum { COLUMN_OF_RESOURCE = 24 };

static enum journal_result
find_known(struct journal *j, const struct addr *address, struct known *out, struct fault *fault)
{
    uint8_t key[16];
    enum journal_result result;
    sqlite3_stmt *find = journal_statement(j,
                                           "SELECT " JOURNAL_OBSERVATION ", m.id FROM matter m"
                                           " LEFT JOIN observation o ON o.id = m.newest LEFT JOIN org ON org.id = o.org"
                                           " WHERE m.low = ?1 AND m.kind = ?2 AND m.high = ?1",
                                           fault);
    *out = (struct known){0};
    if (!find)
        return j->last;
    journal_address_key(address, key);
    sqlite3_bind_blob(find, 1, key, sizeof key, SQLITE_TRANSIENT);
    sqlite3_bind_int(find, 2, RESOURCE_ADDRESS);
    if (!journal_step(j, find, &result, fault))
        return result;
    out->resource = sqlite3_column_int64(find, COLUMN_OF_RESOURCE);
    if (sqlite3_column_type(find, 0) != SQLITE_NULL)
        result = journal_observation_read(j, find, &out->newest, fault);
    if (result == JOURNAL_DONE)
        out->id = sqlite3_column_int64(find, 0);
    sqlite3_reset(find);
    return result;
}

bool
journal_newest(struct journal *j, const struct addr *address, struct observation *out, struct fault *fault)
{
    struct known known;
    fault->text[0] = '\0';
    if (find_known(j, address, &known, fault) == JOURNAL_DONE && known.id != 0)
        *out = known.newest;
    return known.id != 0;
}

/* ---- keeping ---- */

/* What was seen is the same as in the row: its end moves, or, when it was seen before that row began and nothing else
 * was between, its beginning. */
static enum journal_result
extend(struct journal *j, int64_t id, const struct observation *then, const struct observation *now,
       struct fault *fault)
{
    sqlite3_stmt *set =
        now->last_ms >= then->last_ms
            ? journal_statement(j,
                                "UPDATE observation SET last_ms = ?2, times = min(times + ?3, 4294967295),"
                                " source = ?4, resolver = ?5, serial = ?6, headline = ?7 WHERE id = ?1",
                                fault)
            : journal_statement(j,
                                "UPDATE observation SET times = min(times + ?3, 4294967295), first_ms = CASE WHEN"
                                " first_ms > ?8 AND NOT EXISTS (SELECT 1 FROM observation o WHERE o.matter ="
                                " observation.matter AND o.id != ?1 AND o.last_ms >= ?8) THEN ?8 ELSE first_ms END"
                                " WHERE id = ?1",
                                fault);
    if (!set)
        return j->last;
    sqlite3_bind_int64(set, 1, id);
    sqlite3_bind_int64(set, 3, now->times);
    if (now->last_ms >= then->last_ms) {
        sqlite3_bind_int64(set, 2, now->last_ms);
        journal_bind_words(set, 4, journal_source_name(now->source));
        journal_bind_text(set, 5, now->resolver);
        if (now->serial > 0)
            sqlite3_bind_int64(set, 6, now->serial);
        journal_bind_words(set, 7, (observation_says_less(then, now) ? then : now)->headline);
    } else {
        sqlite3_bind_int64(set, 8, now->first_ms);
    }
    return journal_run(j, set, fault);
}

/* A country that was not known yet, of the same ASN, is no change. */
static enum journal_result
learn_country(struct journal *j, int64_t id, const struct observation *then, const struct observation *now,
              struct fault *fault)
{
    if (*then->country || !*now->country || then->asn != now->asn)
        return JOURNAL_DONE;
    sqlite3_stmt *set = journal_statement(j, "UPDATE observation SET country = ?2 WHERE id = ?1", fault);
    if (!set)
        return j->last;
    sqlite3_bind_int64(set, 1, id);
    journal_bind_words(set, 2, now->country);
    return journal_run(j, set, fault);
}

/* A matter that was made for the look was seen at its time. */
static enum journal_result
set_newest(struct journal *j, const struct known *known, int64_t id, int64_t last_ms, struct fault *fault)
{
    sqlite3_stmt *set =
        journal_statement(j,
                          known->made ? "UPDATE matter SET newest = ?2 WHERE id = ?1"
                                      : "UPDATE matter SET newest = ?2, seen_ms = max(seen_ms, ?3) WHERE id = ?1",
                          fault);
    if (!set)
        return j->last;
    sqlite3_bind_int64(set, 1, known->resource);
    sqlite3_bind_int64(set, 2, id);
    if (!known->made)
        sqlite3_bind_int64(set, 3, last_ms);
    return journal_run(j, set, fault);
}

/* It is the newest of its address unless that was seen later. */
static bool
is_late(const struct known *known, const struct observation *o)
{
    return known->id != 0 && o->last_ms < known->newest.last_ms;
}

static enum journal_result
add(struct journal *j, const struct known *known, const struct observation *o, struct fault *fault)
{
    struct observation named = *o;
    int64_t id;
    named.uuid = uuid_new(o->first_ms);
    enum journal_result result = journal_observation_write(j, &named, known->resource, 0, &id, fault);
    if (result == JOURNAL_DONE && !is_late(known, o))
        result = set_newest(j, known, id, o->last_ms, fault);
    return result == JOURNAL_DONE ? journal_index_added(j, id, fault) : result;
}

/* The last one that had begun at that time. */
static enum journal_result
find_before(struct journal *j, int64_t resource_id, int64_t at_ms, int64_t *id, struct observation *out,
            struct fault *fault)
{
    sqlite3_stmt *find = journal_statement(
        j, JOURNAL_OBSERVATIONS "WHERE o.matter = ?1 AND o.first_ms <= ?2 ORDER BY o.first_ms DESC, o.id DESC LIMIT 1",
        fault);
    *id = 0;
    if (!find)
        return j->last;
    sqlite3_bind_int64(find, 1, resource_id);
    sqlite3_bind_int64(find, 2, at_ms);
    return journal_observation_find(j, find, id, out, fault);
}

static bool
is_of_answers(const struct observation *o)
{
    for (size_t i = 0; i < LIST_COUNT; i++)
        if (o->answered_ms[i] > 0)
            return true;
    return false;
}

/* Extends the row when it holds the same, as far as the answers go that the look is made of; *taken tells. */
static enum journal_result
try_to_extend(struct journal *j, int64_t id, const struct observation *then, const struct observation *now, bool *taken,
              struct fault *fault)
{
    struct observation confirmed = *now;
    confirmed.last_ms = observation_confirmed_ms(now);
    confirmed.first_ms = confirmed.last_ms < now->first_ms ? confirmed.last_ms : now->first_ms;
    *taken = observation_same(then, now);
    if (!*taken || (is_of_answers(now) && confirmed.last_ms <= then->last_ms))
        return JOURNAL_DONE;
    enum journal_result result = extend(j, id, then, &confirmed, fault);
    return result == JOURNAL_DONE ? learn_country(j, id, then, now, fault) : result;
}

/* A look that is older than the newest one, as an old zone file gives it each time. */
static enum journal_result
keep_late(struct journal *j, int64_t resource_id, const struct observation *o, bool *taken, struct fault *fault)
{
    struct observation then = {0};
    int64_t id;
    enum journal_result result = find_before(j, resource_id, o->first_ms, &id, &then, fault);
    if (result == JOURNAL_DONE && id != 0)
        result = try_to_extend(j, id, &then, o, taken, fault);
    observation_fini(&then);
    return result;
}

static enum journal_result
keep_known(struct journal *j, const struct known *known, const struct observation *o, bool *taken, struct fault *fault)
{
    bool late = is_late(known, o);
    enum journal_result result = JOURNAL_DONE;
    if (known->id != 0)
        result = try_to_extend(j, known->id, &known->newest, o, taken, fault);
    if (result == JOURNAL_DONE && *taken && !late)
        result = journal_resource_seen(j, known->resource, observation_confirmed_ms(o), fault);
    if (result == JOURNAL_DONE && !*taken && late)
        result = keep_late(j, known->resource, o, taken, fault);
    if (result == JOURNAL_DONE && known->id != 0 && !*taken)
        *taken = observation_is_behind(&known->newest, o);
    return result == JOURNAL_DONE && !*taken ? add(j, known, o, fault) : result;
}

static enum journal_result
keep_new(struct journal *j, struct known *known, const struct observation *o, struct fault *fault)
{
    struct resource resource = resource_of_address(&o->address);
    enum journal_result result;
    known->resource = journal_resource_make(j, &resource, o->last_ms, &result, fault);
    known->made = true;
    return result == JOURNAL_DONE ? add(j, known, o, fault) : result;
}

static enum journal_result
keep(struct journal *j, const struct observation *o, bool *taken, struct fault *fault)
{
    struct known known;
    enum journal_result result = find_known(j, &o->address, &known, fault);
    if (result == JOURNAL_DONE)
        result = known.resource != 0 ? keep_known(j, &known, o, taken, fault) : keep_new(j, &known, o, fault);
    observation_fini(&known.newest);
    return result;
}

enum journal_result
journal_observe(struct journal *j, const struct observation *o, bool *changed, struct fault *fault)
{
    bool own, taken = false;
    enum journal_result result = journal_enter(j, &own, fault);
    if (result == JOURNAL_DONE)
        result = journal_end(j, own, keep(j, o, &taken, fault), fault);
    if (changed)
        *changed = !taken && result == JOURNAL_DONE;
    return result;
}
