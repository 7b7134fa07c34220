/* The newest observation of an address is the one with the latest time, not the one that was stored last, because a
 * zone file gives states of the time when it was made. */
#include "journal/observations.h"

#include "base/text.h"
#include "journal/journal.h"
#include "journal/list_table.h"
#include "journal/resources.h"
#include "journal/words.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

/* ---- writing rows ---- */

/* Returns the row of an organisation, made when it is missing; 0: NULL or "", or a failure (then *result says so). */
static int64_t
org_id(struct journal *j, const char *org, enum journal_result *result, struct fault *fault)
{
    *result = JOURNAL_DONE;
    if (!org || !*org)
        return 0;
    int64_t id =
        journal_number(j, journal_query(j, fault, "SELECT id FROM org WHERE name = ?1", TEXT(org)), result, fault);
    if (id != 0 || *result != JOURNAL_DONE)
        return id;
    *result = journal_execute(j, fault, "INSERT INTO org(name) VALUES(?1)", TEXT(org));
    return *result == JOURNAL_DONE ? sqlite3_last_insert_rowid(j->db) : 0;
}

static enum journal_result
write_row(struct journal *j, const struct observation *o, int64_t resource_id, int64_t id, int64_t *made,
          struct fault *fault)
{
    enum journal_result result;
    int64_t org = org_id(j, o->org, &result, fault);
    struct buf results = {0};
    int64_t lists = result == JOURNAL_DONE ? journal_lists_write(j, &o->lists, &results, fault) : 0;
    if (lists == 0) {
        buf_free(&results);
        return j->last;
    }
    result = journal_execute(
        j, fault,
        "INSERT INTO observation VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17,"
        " ?18, ?19, ?20, ?21, ?22)",
        INT_OR_NULL(id, id > 0), UUID(&o->uuid), INT(resource_id), INT(o->first_ms), INT(o->last_ms), INT(o->times),
        TEXT(journal_source_name(o->source)), journal_text_or_null(o->resolver), INT_OR_NULL(o->serial, o->serial > 0),
        TEXT(verdict_state_name(o->verdict)), INT(o->causes), TEXT(o->headline), INT(lists),
        journal_text_or_null(buf_string(&results)), INT(observed_lists_levels(&o->lists, STATE_LISTED)),
        INT(observed_lists_levels(&o->lists, STATE_CLEAR)), INT_OR_NULL(o->asn, o->asn > 0), INT_OR_NULL(org, org > 0),
        journal_text_or_null(o->country), INT_OR_NULL(o->score_asn, o->score_asn > 0),
        o->score >= 0 ? REAL(o->score) : (struct journal_binding){0}, journal_text_or_null(o->name));
    *made = sqlite3_last_insert_rowid(j->db);
    buf_free(&results);
    return result;
}

enum journal_result
journal_observation_write(struct journal *j, const struct observation *o, int64_t resource_id, int64_t id,
                          int64_t *made, struct fault *fault)
{
    int64_t row = 0;
    enum journal_result result = JOURNAL_DONE;
    if (id > 0)
        result = journal_execute(j, fault, "DELETE FROM observation WHERE id = ?1", INT(id));
    if (result == JOURNAL_DONE)
        result = write_row(j, o, resource_id, id, &row, fault);
    for (size_t i = 0; i < o->nets.count && result == JOURNAL_DONE; i++) {
        const struct listed_net *net = &o->nets.at[i];
        char prefix[PREFIX_TEXT];
        int64_t org = org_id(j, net->holder.org, &result, fault);
        if (result != JOURNAL_DONE)
            break;
        result = journal_execute(j, fault,
                                 "INSERT INTO observation_net VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
                                 INT(row), TEXT(prefix_text(&net->prefix, prefix)), TEXT(net_kind_name(net->kind)),
                                 INT(net->permanent), INT(net->from_zone), INT_OR_NULL(net->impacts, net->impacts >= 0),
                                 INT_OR_NULL(net->abusers, net->abusers >= 0), INT(net->limit),
                                 INT_OR_NULL(net->holder.asn, net->holder.asn > 0), INT_OR_NULL(org, org > 0),
                                 journal_text_or_null(net->holder.country));
    }
    if (made)
        *made = row;
    return result;
}

/* ---- reading rows ---- */

/* A row; the first invalid column sets `failed`. */
struct reading {
    struct journal *journal;
    sqlite3_stmt *row;
    struct fault *fault;
    bool failed;
};

static void
fail(struct reading *r, int column, const char *what)
{
    if (!r->failed)
        journal_report_corrupt(r->journal, r->row, column, what, r->fault);
    r->failed = true;
}

static int64_t
read_number(struct reading *r, int column, int64_t least, int64_t most, const char *what)
{
    int64_t number = sqlite3_column_int64(r->row, column);
    if (number >= least && number <= most)
        return number;
    fail(r, column, what);
    return least;
}

static int64_t
read_or_unknown(struct reading *r, int column, const char *what)
{
    bool known = sqlite3_column_type(r->row, column) != SQLITE_NULL;
    return known ? read_number(r, column, 0, INT64_MAX, what) : LISTING_UNKNOWN;
}

static void
read_country(struct reading *r, int column, char out[static 3])
{
    const char *word = journal_column_word(r->row, column);
    bool two = strlen(word) == 2 && word[0] > ' ' && word[0] < 0x7f && word[1] > ' ' && word[1] < 0x7f;
    if (*word && !two)
        fail(r, column, "a country");
    memcpy(out, two ? word : "", two ? 3 : 1);
}

/* Leaves out nets around other addresses, which no version of the program writes: an import refuses them, and half a
 * million of them took hours to sort. */
static enum journal_result
read_nets(struct journal *j, int64_t id, const struct addr *address, density_nets *out, struct fault *fault)
{
    sqlite3_stmt *nets = journal_query(j, fault,
                                       "SELECT n.net, n.kind, n.permanent, n.from_zone, n.impacts, n.abusers,"
                                       " n.net_limit, n.asn, org.name, n.country FROM observation_net n"
                                       " LEFT JOIN org ON org.id = n.org WHERE n.observation = ?1",
                                       INT(id));
    struct reading r = {.journal = j, .row = nets, .fault = fault};
    enum journal_result result;
    while (journal_step(j, nets, &result, fault)) {
        struct listed_net net = {
            .permanent = sqlite3_column_int(nets, 2) != 0,
            .from_zone = sqlite3_column_int(nets, 3) != 0,
            .impacts = read_or_unknown(&r, 4, "impacts"),
            .abusers = read_or_unknown(&r, 5, "abusers"),
            .limit = read_number(&r, 6, 0, INT64_MAX, "a limit"),
            .holder = {.asn = (uint32_t)read_number(&r, 7, 0, UINT32_MAX, "an AS number")},
        };
        if (!prefix_parse(journal_column_word(nets, 0), &net.prefix, NULL))
            fail(&r, 0, "a net");
        if (!journal_net_kind_parse(journal_column_word(nets, 1), &net.kind))
            fail(&r, 1, "the kind of a net");
        const char *org = journal_column_word(nets, 8);
        text_clean_into(net.holder.org, sizeof net.holder.org, org, strlen(org));
        read_country(&r, 9, net.holder.country);
        if (r.failed) {
            sqlite3_reset(nets);
            return JOURNAL_FAILED;
        }
        if (prefix_holds(&net.prefix, address))
            vec_push(out, net);
    }
    return result;
}

enum journal_result
journal_observation_read(struct journal *j, sqlite3_stmt *row, struct observation *out, struct fault *fault)
{
    struct reading r = {.journal = j, .row = row, .fault = fault};
    *out = (struct observation){
        .first_ms = sqlite3_column_int64(row, 3),
        .last_ms = sqlite3_column_int64(row, 4),
        .times = (uint32_t)read_number(&r, 5, 1, UINT32_MAX, "how often something was seen"),
        .resolver = journal_column_text(row, 7),
        .serial = (uint32_t)read_number(&r, 8, 0, UINT32_MAX, "a zone's serial"),
        .causes = (unsigned)read_number(&r, 10, 0, CAUSE_ADDRESS | CAUSE_ALLOCATION | CAUSE_PROVIDER, "the causes"),
        .headline = journal_column_text(row, 11),
        .asn = (uint32_t)read_number(&r, 14, 0, UINT32_MAX, "an AS number"),
        .org = journal_column_text(row, 15),
        .score_asn = (uint32_t)read_number(&r, 17, 0, UINT32_MAX, "an AS number"),
        .score = sqlite3_column_type(row, 18) == SQLITE_NULL ? LISTING_UNKNOWN : sqlite3_column_double(row, 18),
        .name = journal_column_text(row, 19),
    };
    if (!out->headline)
        out->headline = mem_copy("");
    if (!journal_column_uuid(row, 1, &out->uuid))
        fail(&r, 1, "the name of an observation");
    if (!addr_parse(journal_column_word(row, 2), &out->address))
        fail(&r, 2, "an address");
    if (!journal_source_parse(journal_column_word(row, 6), &out->source))
        fail(&r, 6, "a source");
    if (!journal_verdict_parse(journal_column_word(row, 9), &out->verdict))
        fail(&r, 9, "a verdict");
    read_country(&r, 16, out->country);
    int64_t id = sqlite3_column_int64(row, 0);
    enum journal_result result = r.failed ? JOURNAL_FAILED : journal_lists_read(j, row, 12, 13, &out->lists, fault);
    if (result == JOURNAL_DONE)
        result = read_nets(j, id, &out->address, &out->nets, fault);
    if (result == JOURNAL_DONE)
        observation_order(out);
    else
        observation_fini(out);
    return result;
}

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

/* ---- the newest observation of an address ---- */

struct known {
    int64_t resource, id; /* rows; 0 = none */
    bool made;            /* the resource was made just now, for the observation that is stored */
    bool late;            /* the newest observation is later than the one that is stored */
    struct observation newest;
};

static enum journal_result
find_known(struct journal *j, const struct addr *address, struct known *out, struct fault *fault)
{
    uint8_t key[16];
    enum journal_result result;
    journal_address_key(address, key);
    *out = (struct known){0};
    sqlite3_stmt *find = journal_query(j, fault,
                                       "SELECT " JOURNAL_OBSERVATION ", m.id FROM matter m"
                                       " LEFT JOIN observation o ON o.id = m.newest LEFT JOIN org ON org.id = o.org"
                                       " WHERE m.low = ?1 AND m.kind = ?2 AND m.high = ?1",
                                       BLOB(key, sizeof key), INT(RESOURCE_ADDRESS));
    if (!journal_step(j, find, &result, fault))
        return result;
    out->resource = sqlite3_column_int64(find, JOURNAL_OBSERVATION_COLUMNS);
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

/* ---- storing one ---- */

static enum journal_result
add(struct journal *j, const struct known *known, const struct observation *o, struct fault *fault)
{
    struct observation named = *o;
    int64_t id;
    named.uuid = uuid_new(o->first_ms);
    enum journal_result result = journal_observation_write(j, &named, known->resource, 0, &id, fault);
    if (result == JOURNAL_DONE && known->made) /* has that seen_ms already */
        result =
            journal_execute(j, fault, "UPDATE matter SET newest = ?2 WHERE id = ?1", INT(known->resource), INT(id));
    else if (result == JOURNAL_DONE && !known->late)
        result = journal_execute(j, fault, "UPDATE matter SET newest = ?2, seen_ms = max(seen_ms, ?3) WHERE id = ?1",
                                 INT(known->resource), INT(id), INT(o->last_ms));
    return result == JOURNAL_DONE ? journal_index_added(j, id, fault) : result;
}

/* Extends the row if it contains the same, as far as the observation's answers confirm it; *taken reports it. Moves the
 * row's end, or its beginning, if the observation is from before that and no other is in between. */
static enum journal_result
try_to_extend(struct journal *j, int64_t id, const struct observation *then, const struct observation *now, bool *taken,
              struct fault *fault)
{
    int64_t last_ms = observation_confirmed_ms(now), first_ms = last_ms < now->first_ms ? last_ms : now->first_ms;
    bool answered = false;
    enum journal_result result;
    for (size_t i = 0; i < now->lists.count; i++)
        answered = answered || now->lists.at[i].answered_ms > 0;
    *taken = observation_same(then, now);
    if (!*taken || (answered && last_ms <= then->last_ms))
        return JOURNAL_DONE;
    if (last_ms < then->last_ms)
        result = journal_execute(j, fault,
                                 "UPDATE observation SET times = min(times + ?2, 4294967295), first_ms = CASE WHEN"
                                 " first_ms > ?3 AND NOT EXISTS (SELECT 1 FROM observation o WHERE o.matter ="
                                 " observation.matter AND o.id != ?1 AND o.last_ms >= ?3) THEN ?3 ELSE first_ms END"
                                 " WHERE id = ?1",
                                 INT(id), INT(now->times), INT(first_ms));
    else
        result =
            journal_execute(j, fault,
                            "UPDATE observation SET last_ms = ?2, times = min(times + ?3, 4294967295), source = ?4,"
                            " resolver = ?5, serial = ?6, headline = ?7 WHERE id = ?1",
                            INT(id), INT(last_ms), INT(now->times), TEXT(journal_source_name(now->source)),
                            journal_text_or_null(now->resolver), INT_OR_NULL(now->serial, now->serial > 0),
                            TEXT((observation_says_less(then, now) ? then : now)->headline));
    /* A country that was not known yet, of the same AS, is no change. */
    if (result == JOURNAL_DONE && !*then->country && *now->country && then->asn == now->asn)
        result =
            journal_execute(j, fault, "UPDATE observation SET country = ?2 WHERE id = ?1", INT(id), TEXT(now->country));
    return result;
}

static enum journal_result
store_known(struct journal *j, const struct known *known, const struct observation *o, bool *taken, struct fault *fault)
{
    enum journal_result result = JOURNAL_DONE;
    if (known->id != 0)
        result = try_to_extend(j, known->id, &known->newest, o, taken, fault);
    if (result == JOURNAL_DONE && *taken && !known->late)
        result = journal_resource_seen(j, known->resource, observation_confirmed_ms(o), fault);
    if (result == JOURNAL_DONE && !*taken && known->late) {
        /* Extend the row before it: an old zone file gives the same old observation each time. */
        struct observation then = {0};
        int64_t id;
        sqlite3_stmt *find = journal_query(j, fault,
                                           JOURNAL_OBSERVATIONS "WHERE o.matter = ?1 AND o.first_ms <= ?2"
                                                                " ORDER BY o.first_ms DESC, o.id DESC LIMIT 1",
                                           INT(known->resource), INT(o->first_ms));
        result = journal_observation_find(j, find, &id, &then, fault);
        if (result == JOURNAL_DONE && id != 0)
            result = try_to_extend(j, id, &then, o, taken, fault);
        observation_fini(&then);
    }
    if (result == JOURNAL_DONE && known->id != 0 && !*taken)
        *taken = observation_is_behind(&known->newest, o);
    return result == JOURNAL_DONE && !*taken ? add(j, known, o, fault) : result;
}

enum journal_result
journal_observe(struct journal *j, const struct observation *o, bool *changed, struct fault *fault)
{
    struct resource resource = resource_of_address(&o->address);
    struct known known = {0};
    bool own, taken = false;
    enum journal_result result = journal_enter(j, false, &own, fault);
    if (result == JOURNAL_DONE) {
        result = find_known(j, &o->address, &known, fault);
        known.late = known.id != 0 && o->last_ms < known.newest.last_ms;
        if (result == JOURNAL_DONE && known.resource == 0) {
            known.resource = journal_resource_make(j, &resource, o->last_ms, &result, fault);
            known.made = true;
        }
        if (result == JOURNAL_DONE)
            result = known.made ? add(j, &known, o, fault) : store_known(j, &known, o, &taken, fault);
        observation_fini(&known.newest);
        result = journal_end(j, own, result, fault);
    }
    if (changed)
        *changed = !taken && result == JOURNAL_DONE;
    return result;
}
