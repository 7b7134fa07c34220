/* The rows of resources, and the index of words: host names and organisations of the newest observations.
 *
 * Indexing one resource costs more than all else that an observation costs, and many at once little more than one. So
 * the index lags behind: observations later than matter_text_upto are indexed once there are JOURNAL_INDEX_LAG. The row
 * of a resource holds the words with which it was indexed, because FTS5 needs them to remove it. */
#include "journal/resources.h"

#include <sqlite3.h>
#include <string.h>

void
journal_address_key(const struct addr *address, uint8_t out[static 16])
{
    static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
    if (address->family == ADDR_V4) {
        memcpy(out, mapped, sizeof mapped);
        memcpy(out + sizeof mapped, address->bytes, 4);
    } else {
        memcpy(out, address->bytes, 16);
    }
}

void
journal_prefix_keys(const struct prefix *prefix, uint8_t low[static 16], uint8_t high[static 16])
{
    unsigned length = prefix->length + (prefix->addr.family == ADDR_V4 ? 96 : 0);
    journal_address_key(&prefix->addr, low);
    memcpy(high, low, 16);
    for (unsigned bit = length; bit < 128; bit++)
        high[bit / 8] |= (uint8_t)(0x80 >> bit % 8);
}

void
journal_resource_key(struct journal_key *key, const struct resource *resource)
{
    if (resource->kind == RESOURCE_ASN) {
        key->low = key->high = INT(resource->asn);
        return;
    }
    journal_prefix_keys(&resource->prefix, key->bytes[0], key->bytes[1]);
    key->low = BLOB(key->bytes[0], 16);
    key->high = BLOB(key->bytes[1], 16);
}

int64_t
journal_resource_make(struct journal *j, const struct resource *resource, int64_t seen_ms, enum journal_result *result,
                      struct fault *fault)
{
    char text[RESOURCE_TEXT];
    struct journal_key key;
    journal_resource_key(&key, resource);
    *result = journal_execute(j, fault,
                              "INSERT INTO matter(low, kind, high, text, asn, seen_ms) VALUES(?1, ?2, ?3, ?4, ?5, ?6)",
                              key.low, INT(resource->kind), key.high, TEXT(resource_text(resource, text)),
                              INT_OR_NULL(resource->asn, resource->kind == RESOURCE_ASN), INT(seen_ms));
    return *result == JOURNAL_DONE ? sqlite3_last_insert_rowid(j->db) : 0;
}

int64_t
journal_resource_id(struct journal *j, const struct resource *resource, bool make, enum journal_result *result,
                    struct fault *fault)
{
    struct journal_key key;
    journal_resource_key(&key, resource);
    int64_t id =
        journal_number(j,
                       journal_query(j, fault, "SELECT id FROM matter WHERE low = ?1 AND kind = ?2 AND high = ?3",
                                     key.low, INT(resource->kind), key.high),
                       result, fault);
    return id == 0 && make && *result == JOURNAL_DONE ? journal_resource_make(j, resource, 0, result, fault) : id;
}

enum journal_result
journal_resource_seen(struct journal *j, int64_t resource_id, int64_t at_ms, struct fault *fault)
{
    return journal_execute(j, fault, "UPDATE matter SET seen_ms = ?2 WHERE id = ?1 AND seen_ms < ?2", INT(resource_id),
                           INT(at_ms));
}

enum journal_result
journal_resource_refresh(struct journal *j, int64_t resource_id, struct fault *fault)
{
    enum journal_result result = journal_execute(
        j, fault,
        "UPDATE matter SET newest = (SELECT id FROM observation WHERE matter = ?1 ORDER BY last_ms DESC, id DESC"
        " LIMIT 1), seen_ms = max(seen_ms, ifnull((SELECT max(last_ms) FROM observation WHERE matter = ?1), seen_ms))"
        " WHERE id = ?1",
        INT(resource_id));
    return result == JOURNAL_DONE ? journal_index_resource(j, resource_id, fault) : result;
}

/* ---- the index of words ---- */

enum { MOST = 1024 /* observations indexed at once: an import leaves more */ };

/* Removes the old words, adds the new ones and stores them: for resources whose words changed, of those that `which`
 * selects. */
#define WORDS "nullif(trim(ifnull(o.name, '') || ' ' || ifnull(org.name, '')), '')"
#define CHANGED(which)                                                                                                 \
    " FROM matter m LEFT JOIN observation o ON o.id = m.newest LEFT JOIN org ON org.id = o.org"                        \
    " WHERE m.id " which " AND m.words IS NOT " WORDS
#define UPDATE(which)                                                                                                  \
    {                                                                                                                  \
        "INSERT INTO matter_text(matter_text, rowid, words) SELECT 'delete', m.id, m.words" CHANGED(                   \
            which) " AND m.words IS NOT NULL",                                                                         \
            "INSERT INTO matter_text(rowid, words) SELECT m.id, " WORDS CHANGED(which) " AND " WORDS " IS NOT NULL",   \
            "UPDATE matter SET words = new.words FROM (SELECT m.id, " WORDS                                            \
            " AS words" CHANGED(which) ") new"                                                                         \
                                       " WHERE matter.id = new.id",                                                    \
    }

enum { STEPS = 3 };
static const char *const of_resource[STEPS] = UPDATE("= ?1");
static const char *const of_observations[STEPS] =
    UPDATE("IN (SELECT matter FROM observation WHERE id BETWEEN ?1 AND ?2)");

/* A damaged index of words fails searches for words, but no other change. */
static enum journal_result
update(struct journal *j, const char *const steps[static STEPS], int64_t first, int64_t last, struct fault *fault)
{
    enum journal_result result = JOURNAL_DONE;
    for (size_t i = 0; i < STEPS && result == JOURNAL_DONE; i++)
        result = journal_execute(j, fault, steps[i], INT(first), INT(last));
    bool of_index = result == JOURNAL_FAILED && sqlite3_extended_errcode(j->db) == SQLITE_CORRUPT_VTAB;
    return of_index ? JOURNAL_DONE : result;
}

enum journal_result
journal_index_resource(struct journal *j, int64_t resource_id, struct fault *fault)
{
    return update(j, of_resource, resource_id, 0, fault);
}

enum journal_result
journal_resource_remove(struct journal *j, int64_t resource_id, struct fault *fault)
{
    enum journal_result result =
        journal_execute(j, fault,
                        "INSERT INTO matter_text(matter_text, rowid, words) SELECT 'delete', id, words FROM matter"
                        " WHERE id = ?1 AND words IS NOT NULL",
                        INT(resource_id));
    return result == JOURNAL_DONE ? journal_execute(j, fault, "DELETE FROM matter WHERE id = ?1", INT(resource_id))
                                  : result;
}

/* The numbers of observations begin again when the last ones were purged. */
enum journal_result
journal_index_added(struct journal *j, int64_t observation_id, struct fault *fault)
{
    enum journal_result result;
    int64_t last = observation_id - 1,
            upto = journal_number(j, journal_statement(j, "SELECT observation FROM matter_text_upto", fault), &result,
                                  fault);
    if (result != JOURNAL_DONE)
        return result;
    if (observation_id > upto) {
        if (observation_id - upto < JOURNAL_INDEX_LAG)
            return JOURNAL_DONE;
        last = observation_id - upto <= MOST ? observation_id : upto + MOST;
        result = update(j, of_observations, upto + 1, last, fault);
    }
    return result == JOURNAL_DONE ? journal_execute(j, fault, "UPDATE matter_text_upto SET observation = ?1", INT(last))
                                  : result;
}
