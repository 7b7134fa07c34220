#include "journal/outside.h"

#include "base/clock.h"
#include "journal/resources.h"
#include "lists/catalogue.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

enum { SHORTEST = 8 /* the length of the widest prefix around an address that is looked up */ };

/* RIPEstat looks every eight hours: a listing that it saw this long before our first look may be the same. */
static const int64_t between_looks_ms = INT64_C(9) * 60 * 60 * 1000;

static const char *const sources[] = {"RIPEstat", "level 3 chart"};

void
outside_periods_fini(outside_periods *periods)
{
    for (size_t i = 0; i < periods->count; i++) {
        free(periods->at[i].list);
        free(periods->at[i].detail);
    }
    vec_free(periods);
}

enum journal_result
outside_store(struct journal *j, const struct outside_period *p, bool *is_new, struct fault *fault)
{
    struct journal_key key;
    enum journal_result result;
    journal_resource_key(&key, &p->resource);
    *is_new = journal_number(j,
                             journal_query(j, fault,
                                           "SELECT count(*) FROM outside WHERE low = ?1 AND kind = ?2 AND high = ?3"
                                           " AND source = ?4 AND list = ?5 AND from_ms = ?6",
                                           key.low, INT(p->resource.kind), key.high, TEXT(p->source), TEXT(p->list),
                                           INT(p->from_ms)),
                             &result, fault) == 0;
    if (result != JOURNAL_DONE)
        return result;
    return journal_execute(j, fault,
                           "INSERT INTO outside(low, kind, high, source, list, level, from_ms, until_ms, detail,"
                           " imported_ms) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"
                           " ON CONFLICT DO UPDATE SET until_ms = max(until_ms, excluded.until_ms),"
                           " detail = excluded.detail, imported_ms = excluded.imported_ms",
                           key.low, INT(p->resource.kind), key.high, TEXT(p->source), TEXT(p->list), INT(p->level),
                           INT(p->from_ms), INT(p->until_ms), journal_text_or_null(p->detail), INT(p->imported_ms));
}

static const char *
static_source(const char *word)
{
    size_t i = 0;
    while (i + 1 < sizeof sources / sizeof sources[0] && strcmp(sources[i], word) != 0)
        i++;
    return sources[i];
}

static enum journal_result
read_of(struct journal *j, const struct resource *resource, outside_periods *out, struct fault *fault)
{
    struct journal_key key;
    enum journal_result result;
    journal_resource_key(&key, resource);
    sqlite3_stmt *rows = journal_query(j, fault,
                                       "SELECT source, list, level, from_ms, until_ms, detail, imported_ms FROM outside"
                                       " WHERE low = ?1 AND kind = ?2 AND high = ?3",
                                       key.low, INT(resource->kind), key.high);
    while (journal_step(j, rows, &result, fault))
        vec_push(out, ((struct outside_period){
                          .resource = *resource,
                          .source = static_source(journal_column_word(rows, 0)),
                          .list = journal_column_text(rows, 1),
                          .level = (unsigned)sqlite3_column_int64(rows, 2),
                          .from_ms = sqlite3_column_int64(rows, 3),
                          .until_ms = sqlite3_column_int64(rows, 4),
                          .detail = journal_column_text(rows, 5),
                          .imported_ms = sqlite3_column_int64(rows, 6),
                      }));
    return result;
}

static int
oldest_first(const void *a, const void *b)
{
    const struct outside_period *x = a, *y = b;
    return x->from_ms < y->from_ms ? -1 : x->from_ms > y->from_ms;
}

bool
outside_of(struct journal *j, const struct resource *resource, outside_periods *out, struct fault *fault)
{
    enum journal_result result = read_of(j, resource, out, fault);
    for (unsigned length = resource->prefix.length;
         resource->kind != RESOURCE_ASN && result == JOURNAL_DONE && length-- > SHORTEST;) {
        struct resource net = {.kind = RESOURCE_NET, .prefix = prefix_around(&resource->prefix.addr, length)};
        result = read_of(j, &net, out, fault);
    }
    if (out->count > 1)
        qsort(out->at, out->count, sizeof *out->at, oldest_first);
    return result == JOURNAL_DONE;
}

bool
outside_add_seen(struct journal *j, const struct addr *address, struct seen *seen, struct fault *fault)
{
    struct resource resource = resource_of_address(address);
    outside_periods periods = {0};
    bool done = outside_of(j, &resource, &periods, fault);
    for (size_t i = 0; i < seen->lists.count && done; i++) {
        struct seen_list *list = &seen->lists.at[i];
        int64_t since_ms = list->since_ms;
        for (size_t k = periods.count; k-- > 0 && list->state == STATE_LISTED && list->other_ms == 0;) {
            const struct outside_period *p = &periods.at[k];
            const struct list *level = p->level ? catalogue_level(catalogue_builtin(), p->level) : NULL;
            if (level && strcmp(level->zone, list->zone) == 0 && p->from_ms < since_ms &&
                p->until_ms + between_looks_ms >= since_ms) {
                list->outside = p->source;
                list->outside_ms = since_ms = p->from_ms;
            }
        }
    }
    outside_periods_fini(&periods);
    return done;
}
