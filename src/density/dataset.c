#include "density/dataset.h"

#include "base/clock.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

enum { SLICE_US = 2000 };

static void
report_change(struct dataset *d, bool zones)
{
    d->zones_revision += zones;
    if (d->changed)
        d->changed(d->arg, zones);
}

static void
start_count(struct dataset *d)
{
    if (!d->asn_table || !d->wants_ranking || *dataset_lacks_zones(d))
        return;
    d->counting = ranking_new(d->zones, d->asn_table, &d->policy);
    loop_timer_set(d->loop, &d->slice, clock_now_ms());
}

/* Reads one slice of the ASN database; returns whether it was the last. */
static bool
read_slice(struct dataset *d, int64_t slice_us)
{
    enum asn_table_progress progress = asn_table_step(d->reading, slice_us, &d->fault);
    if (progress == ASN_TABLE_WALKING)
        return false;
    if (progress == ASN_TABLE_READY)
        d->asn_table = d->reading;
    else
        asn_table_free(d->reading);
    d->reading = NULL;
    return true;
}

static void
on_slice(void *arg)
{
    struct dataset *d = arg;
    if (!d->counting && !d->reading) /* dropped meanwhile */
        return;
    if (d->counting ? !ranking_step(d->counting, SLICE_US) : !read_slice(d, SLICE_US)) {
        loop_timer_set(d->loop, &d->slice, clock_now_ms());
        return;
    }
    if (d->counting) {
        d->ranking = d->counting;
        d->counting = NULL;
    } else {
        start_count(d);
    }
    report_change(d, false);
}

static void
drop(struct dataset *d, bool asn_table_too)
{
    ranking_free(d->ranking);
    ranking_free(d->counting);
    d->ranking = d->counting = NULL;
    provider_fini(&d->provider);
    d->provider = (struct provider){0};
    if (asn_table_too) {
        asn_table_free(d->reading);
        if (d->asn_table != d->announced)
            asn_table_free(d->asn_table);
        d->reading = d->asn_table = NULL;
    }
}

void
dataset_init(struct dataset *d, struct loop *loop, const struct catalogue *catalogue)
{
    *d = (struct dataset){.loop = loop, .catalogue = catalogue, .slice = {.fire = on_slice, .arg = d}};
    policy_default(&d->policy);
}

void
dataset_fini(struct dataset *d)
{
    if (!d->loop)
        return;
    loop_timer_clear(d->loop, &d->slice);
    drop(d, true);
    asn_table_free(d->announced);
    allocations_free(d->allocations);
    free(d->kept);
    d->announced = NULL;
    d->allocations = NULL;
    d->kept = NULL;
}

void
dataset_await_zones(struct dataset *d)
{
    d->zones_awaited = true;
    report_change(d, true);
}

void
dataset_set_zones(struct dataset *d, struct zone_set *zones)
{
    d->zones_awaited = false;
    d->zones = zones;
    drop(d, false);
    start_count(d);
    report_change(d, true);
}

void
dataset_set_asndb(struct dataset *d, struct asndb *asndb)
{
    if (!d->announced)
        drop(d, true);
    asndb_close(d->asndb);
    d->asndb = asndb;
    d->asndb_awaited = false;
    d->asndb_revision++;
    d->fault.text[0] = '\0';
    report_change(d, false);
}

void
dataset_set_announced(struct dataset *d, struct asn_table *table)
{
    drop(d, true);
    asn_table_free(d->announced);
    d->announced = d->asn_table = table;
    d->asndb_revision++;
    start_count(d);
    report_change(d, false);
}

void
dataset_set_allocations(struct dataset *d, struct allocations *allocations)
{
    allocations_free(d->allocations);
    d->allocations = allocations;
    d->asndb_revision++;
    report_change(d, false);
}

struct asn_data
dataset_asn_source(const struct dataset *d)
{
    return d->announced                ? asn_table_source(d->announced)
           : d->asndb || !d->asn_table ? asndb_source(d->asndb)
                                       : asn_table_source(d->asn_table);
}

bool
dataset_find_as(const struct dataset *d, const struct addr *address, struct asndb_record *out, struct fault *fault)
{
    struct asn_announced found;
    fault->text[0] = '\0';
    if (!d->announced || !asn_table_announced(d->announced, address, &found))
        return d->asndb && asndb_find(d->asndb, address, out, fault);
    *out = (struct asndb_record){
        .asn = found.origins[0], .record = found.prefix, .announced_ms = asn_table_source(d->announced).dated_ms};
    memcpy(out->org, found.org, sizeof out->org);
    return true;
}

bool
dataset_read_asn_table(struct dataset *d, struct asn_table *table, struct fault *fault)
{
    d->reading = table ? table : asn_table_new(d->asndb, d->kept);
    read_slice(d, INT64_MAX);
    *fault = d->fault;
    return d->asn_table != NULL;
}

const struct asn_table *
dataset_asn_table(struct dataset *d)
{
    if (!d->asn_table && !d->reading && d->asndb && !*d->fault.text) {
        d->reading = asn_table_new(d->asndb, d->kept);
        loop_timer_set(d->loop, &d->slice, clock_now_ms());
    }
    return d->asn_table;
}

const struct ranking *
dataset_ranking(struct dataset *d)
{
    dataset_asn_table(d);
    if (!d->wants_ranking && !d->ranking) {
        d->wants_ranking = true;
        start_count(d);
    }
    return d->ranking;
}

bool
dataset_count_ranking(struct dataset *d)
{
    struct fault ignored;
    if (!d->ranking && !*dataset_lacks_zones(d) &&
        (d->asn_table || (d->asndb && dataset_read_asn_table(d, NULL, &ignored))))
        d->ranking = ranking_of(d->zones, d->asn_table, &d->policy);
    return d->ranking;
}

const struct provider *
dataset_provider(struct dataset *d, uint32_t asn)
{
    const struct ranking *ranking = *dataset_lacks_zones(d) ? NULL : dataset_ranking(d);
    if (ranking && (!d->provider.counted || d->provider.asn != asn))
        provider_gather(&d->provider, asn, d->asn_table, ranking, d->zones, &d->policy);
    return ranking ? &d->provider : NULL;
}

const char *
dataset_lacks_asn_table(const struct dataset *d)
{
    if (d->asn_table)
        return "";
    if (d->asndb_awaited)
        return "Reading the ASN database ...";
    if (!d->asndb)
        return "There is no ASN database: name one with --asn-db FILE (GeoLite2 ASN, DB-IP ASN Lite or IPinfo Lite, "
               "as .mmdb).";
    return *d->fault.text ? d->fault.text : "Reading the ASN database ...";
}

const char *
dataset_lacks_zones(const struct dataset *d)
{
    static const char *const missing[] = {
        "The zone file of level 1, dnsbl-1.uceprotect.net, is not among the zone files.",
        "The zone file of level 2, dnsbl-2.uceprotect.net, is not among the zone files.",
    };
    static const char *const in_doubt[] = {
        "The zone file of level 1, dnsbl-1.uceprotect.net, is not used; the page of an address says why.",
        "The zone file of level 2, dnsbl-2.uceprotect.net, is not used; the page of an address says why.",
    };
    if (d->zones_awaited)
        return "Reading the zone files ...";
    if (!d->zones)
        return "There are no zone files: " DATA_DATE_FETCH ", or name their directory with --zones DIR.";
    for (unsigned level = 1; level <= 2; level++)
        if (!dataset_level(d, level))
            return (zone_set_doubt(d->zones, catalogue_level(d->catalogue, level)) ? in_doubt : missing)[level - 1];
    return "";
}
