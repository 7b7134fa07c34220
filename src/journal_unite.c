/* Observations of another journal, taken into this one. Whatever the order, the same comes of it. */
#include "journal.h"
#include "journal_db.h"

#include <sqlite3.h>
#include <string.h>

enum journal_result
journal_matter_refresh(struct journal *j, int64_t matter_id, struct fault *fault)
{
    sqlite3_stmt *set = journal_statement(
        j,
        "UPDATE matter SET newest = (SELECT id FROM observation WHERE matter = ?1 ORDER BY last_ms DESC, id DESC"
        " LIMIT 1), seen_ms = max(seen_ms, ifnull((SELECT max(last_ms) FROM observation WHERE matter = ?1), seen_ms))"
        " WHERE id = ?1",
        fault);
    if (!set)
        return j->last;
    sqlite3_bind_int64(set, 1, matter_id);
    enum journal_result result = journal_run(j, set, fault);
    return result == JOURNAL_DONE ? journal_index_matter(j, matter_id, fault) : result;
}

/* All that can differ between two of the same uid, but for the times: what is written then decides. */
static void
put_content(struct buf *out, const struct observation *o)
{
    char text[PREFIX_TEXT];
    buf_format(out, "%s|%d|%s|%u|%d|%u|%s|", addr_text(&o->address, text), o->source, o->resolver ? o->resolver : "",
               o->serial, o->verdict, o->causes, o->headline);
    for (int list = 0; list < LIST_COUNT; list++)
        buf_format(out, "%d|", o->states[list]);
    buf_format(out, "%u|%s|%s|%u|%a|%s|", o->asn, o->org ? o->org : "", o->country, o->score_asn, o->score,
               o->name ? o->name : "");
    for (size_t i = 0; i < o->nets.count; i++) {
        const struct net *n = &o->nets.at[i];
        buf_format(out, "%s|%d|%d|%d|%lld|%lld|%lld|%u|%s|%s|", prefix_text(&n->prefix, text), n->kind, n->permanent,
                   n->from_zone, (long long)n->impacts, (long long)n->abusers, (long long)n->limit, n->holder.asn,
                   n->holder.org, n->holder.country);
    }
    for (size_t i = 0; i < o->texts.count; i++)
        buf_format(out, "%d|%s|", o->texts.at[i].list, o->texts.at[i].text);
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

static enum journal_result
add(struct journal *j, const struct observation *o, int64_t id, struct fault *fault)
{
    struct matter matter = matter_of_address(&o->address);
    enum journal_result result;
    int64_t matter_id = journal_matter_id(j, &matter, true, &result, fault);
    if (result == JOURNAL_DONE)
        result = journal_observation_write(j, o, matter_id, id, NULL, fault);
    return result == JOURNAL_DONE ? journal_matter_refresh(j, matter_id, fault) : result;
}

static enum journal_result
refresh_address(struct journal *j, const struct addr *address, struct fault *fault)
{
    struct matter matter = matter_of_address(address);
    enum journal_result result;
    int64_t id = journal_matter_id(j, &matter, false, &result, fault);
    return id != 0 ? journal_matter_refresh(j, id, fault) : result;
}

/* What was seen later tells more; of two of the same time one is taken by its content. */
static enum journal_result
unite(struct journal *j, int64_t id, const struct observation *here, const struct observation *there,
      enum journal_change *change, struct fault *fault)
{
    int order = compare_content(here, there);
    bool later = there->last_ms > here->last_ms || (there->last_ms == here->last_ms && order < 0);
    struct observation both = later ? *there : *here;
    both.first_ms = here->first_ms < there->first_ms ? here->first_ms : there->first_ms;
    both.times = here->times > there->times ? here->times : there->times;
    bool same = both.first_ms == here->first_ms && both.last_ms == here->last_ms && both.times == here->times &&
                (!later || order == 0);
    *change = same ? JOURNAL_UNCHANGED : JOURNAL_CHANGED;
    enum journal_result result = same ? JOURNAL_DONE : add(j, &both, id, fault);
    /* Two addresses of one uid is what only a file changed by hand has. */
    return result == JOURNAL_DONE && !addr_equal(&here->address, &there->address)
               ? refresh_address(j, &here->address, fault)
               : result;
}

static enum journal_result
find_uid(struct journal *j, const struct uid *uid, int64_t *id, struct observation *out, struct fault *fault)
{
    sqlite3_stmt *find = journal_statement(j, JOURNAL_OBSERVATIONS "WHERE o.uid = ?1", fault);
    enum journal_result result;
    *id = 0;
    if (!find)
        return j->last;
    journal_bind_uid(find, 1, uid);
    if (!journal_step(j, find, &result, fault))
        return result;
    result = journal_observation_read(j, find, out, fault);
    if (result == JOURNAL_DONE)
        *id = sqlite3_column_int64(find, 0);
    sqlite3_reset(find);
    return result;
}

enum journal_result
journal_unite_observation(struct journal *j, const struct observation *there, enum journal_change *change,
                          struct fault *fault)
{
    struct observation here = {0};
    bool own;
    int64_t id;
    enum journal_result result = journal_enter(j, &own, fault);
    if (result != JOURNAL_DONE)
        return result;
    result = find_uid(j, &there->uid, &id, &here, fault);
    if (result == JOURNAL_DONE && id != 0) {
        result = unite(j, id, &here, there, change, fault);
    } else if (result == JOURNAL_DONE) {
        *change = JOURNAL_ADDED;
        result = add(j, there, 0, fault);
    }
    observation_fini(&here);
    return journal_end(j, own, result, fault);
}
