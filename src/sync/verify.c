#include "sync/verify.h"

#include "asn/allocations.h"
#include "asn/asn_table.h"
#include "asn/asndb.h"
#include "base/text.h"
#include "lists/listing_text.h"
#include "zones/zone_file.h"
#include "zones/zone_health.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { TEST_RECORD = 0x7F000002 };

/* Sets the fault to a doubt without its cure, and frees it. */
static bool
refuse(char *doubt, struct fault *fault)
{
    char *cure = strstr(doubt, DATA_DATE_CURE);
    if (cure)
        *cure = '\0';
    fault_set(fault, "%s", doubt);
    free(doubt);
    return false;
}

static struct zone_file *
read_zone(const char *path, struct fault *fault)
{
    struct zone_file *zone = zone_file_new(path);
    if (zone_file_step(zone, INT64_MAX, fault) == ZONE_FILE_READY)
        return zone;
    zone_file_free(zone);
    return NULL;
}

/* Whether the test record names this list: its level, or its zone. */
static bool
names_list(const struct zone_file *zone, const struct list *list)
{
    struct zone_file_row rows[4];
    size_t count = zone_file_answer(zone, TEST_RECORD, rows, 4);
    bool found = false;
    for (size_t i = 0; i < count && i < 4 && !found; i++) {
        struct buf text = {0};
        struct listing listing;
        zone_file_text(zone, &rows[i], TEST_RECORD, &text);
        char *clean = text_clean_copy(buf_string(&text), text.count);
        listing_parse(clean, &listing);
        for (char *at = clean; *at; at++)
            *at = (char)tolower((unsigned char)*at);
        found = listing.level > 0 ? listing.level == list->level : strstr(clean, list->zone) != NULL;
        free(clean);
        buf_free(&text);
    }
    return found;
}

/* ---- rows that came and went ---- */

static int
compare_rows(struct zone_file_row a, struct zone_file_row b)
{
    uint32_t one = addr_to_v4(&a.prefix.addr), other = addr_to_v4(&b.prefix.addr);
    return one != other ? (one < other ? -1 : 1) : (int)a.prefix.length - (int)b.prefix.length;
}

/* Counts what one of two sorted sequences has and the other has not. */
static void
count_changes(const struct zone_file *fresh, const struct zone_file *old, struct verify_content *content)
{
    size_t new_count, old_count, n = 0, o = 0;
    const uint32_t *new_at = zone_file_addresses(fresh, &new_count), *old_at = zone_file_addresses(old, &old_count);
    while (n < new_count || o < old_count) {
        bool came = o == old_count || (n < new_count && new_at[n] < old_at[o]);
        bool went = n == new_count || (o < old_count && old_at[o] < new_at[n]);
        content->in += came;
        content->out += went;
        n += !went;
        o += !came;
    }
    new_count = zone_file_row_count(fresh);
    old_count = zone_file_row_count(old);
    for (n = o = 0; n < new_count || o < old_count;) {
        int order = n == new_count   ? 1
                    : o == old_count ? -1
                                     : compare_rows(zone_file_row_at(fresh, n), zone_file_row_at(old, o));
        content->in += order < 0;
        content->out += order > 0;
        n += order <= 0;
        o += order >= 0;
    }
}

/* ---- zone files ---- */

/* Compares serials as RFC 1982 does. An old file that is dated in the future proves nothing. */
static bool
is_older(const struct zone_file *fresh, const struct zone_file *old)
{
    uint32_t serial = zone_file_serial(fresh), had = zone_file_serial(old);
    return serial > 0 && had > 0 && (int32_t)(serial - had) < 0 && data_date_age(zone_file_date(old)) != DATA_FUTURE;
}

static bool
compare_zone(const struct zone_file *fresh, const struct zone_file *old, bool may_shrink, struct fault *fault)
{
    if (is_older(fresh, old))
        return fault_set(fault, "its serial %u is older than %u of the file that is here", zone_file_serial(fresh),
                         zone_file_serial(old));
    if (zone_file_quality(old).has_soa && !zone_file_quality(fresh).has_soa)
        return fault_set(fault, "its zone file has lost its $SOA, so it is only half written");
    char *shrunk = may_shrink ? NULL : zone_health_shrunk(zone_health_entries(fresh), zone_health_entries(old));
    return !shrunk || refuse(shrunk, fault);
}

/* Checks a file by itself. */
static bool
check_zone(const struct zone_file *zone, const struct list *list, struct fault *fault)
{
    char *doubt = zone_health_doubt(zone, list);
    struct buf age = {0};
    if (!doubt)
        doubt = zone_health_outdated(zone, 0);
    if (doubt)
        return refuse(doubt, fault);
    if (!names_list(zone, list))
        return fault_set(fault, "its test record does not name this list, so it is another zone under this name");
    if (data_date_age(zone_file_date(zone)) != DATA_FUTURE)
        return true;
    data_date_put(&age, zone_file_date(zone));
    fault_set(fault, "its zone file is %s; check the clock of this machine", buf_string(&age));
    buf_free(&age);
    return false;
}

bool
verify_zone(const struct list *list, const char *fresh_path, const char *old_path, bool may_shrink,
            struct verify_content *content, struct fault *fault)
{
    struct fault ignored;
    struct zone_file *fresh = read_zone(fresh_path, fault), *old = old_path ? read_zone(old_path, &ignored) : NULL;
    bool ok = fresh && check_zone(fresh, list, fault);
    if (old && !check_zone(old, list, &ignored)) {
        zone_file_free(old);
        old = NULL;
    }
    ok = ok && (!old || compare_zone(fresh, old, may_shrink, fault));
    if (ok) {
        struct data_date date = zone_file_date(fresh);
        *content = (struct verify_content){.rows = (int64_t)zone_health_entries(fresh),
                                           .serial = zone_file_serial(fresh),
                                           .dated_ms = date.by == DATED_UNKNOWN ? 0 : date.at_ms,
                                           .serial_before = old ? zone_file_serial(old) : 0,
                                           .compared = old != NULL};
        if (old)
            count_changes(fresh, old, content);
    }
    zone_file_free(fresh);
    zone_file_free(old);
    return ok;
}

/* ---- ASN data ---- */

/* Compares with the content of the old file, whose rows are 0 if it has none. */
static bool
compare(const struct verify_content *fresh, const struct verify_content *old, bool may_shrink, struct fault *fault)
{
    if (fresh->dated_ms > 0 && fresh->dated_ms < old->dated_ms)
        return fault_set(fault, "it is older than the file that is here");
    return may_shrink || fresh->rows >= old->rows / 2 ||
           fault_set(fault, "it has only %lld rows, and the file that is here has %lld", (long long)fresh->rows,
                     (long long)old->rows);
}

bool
verify_mmdb(const char *path, const struct verify_content *old, struct verify_content *content, struct fault *fault)
{
    struct asndb *db = asndb_open(path, fault);
    *content = (struct verify_content){.dated_ms = db ? asndb_built_ms(db) : 0};
    bool ok = db && compare(content, old, true, fault);
    asndb_close(db);
    return ok;
}

bool
verify_table(const struct asn_built *built, const struct verify_content *old, bool may_shrink,
             struct verify_content *content, struct fault *fault)
{
    *content = (struct verify_content){.dated_ms = built->dated_ms,
                                       .rows = (int64_t)built->rows,
                                       .skipped = built->skipped,
                                       .skipped_first = built->skipped_first};
    if (content->rows == 0)
        return fault_set(fault, "it has no rows");
    return compare(content, old, may_shrink, fault);
}

bool
verify_built(const char *path, bool is_announced, struct verify_content *content, struct fault *fault)
{
    struct asn_table *table = is_announced ? asn_table_open(path, fault) : NULL;
    struct allocations *blocks = is_announced ? NULL : allocations_open(path, fault);
    bool ok = table && asn_table_step(table, INT64_MAX, fault) == ASN_TABLE_READY;
    if (blocks) {
        while (allocations_step(blocks, fault))
            ;
        ok = !*fault->text;
    }
    *content = (struct verify_content){.dated_ms = !ok     ? 0
                                                   : table ? asn_table_source(table).dated_ms
                                                           : allocations_dated_ms(blocks)};
    asn_table_free(table);
    allocations_free(blocks);
    return ok;
}

void
verify_put_skipped(struct buf *out, const struct verify_content *content)
{
    if (content->skipped > 0)
        buf_format(out, "%zu %s skipped, the first: %s", content->skipped, content->skipped == 1 ? "line" : "lines",
                   content->skipped_first.text);
}
