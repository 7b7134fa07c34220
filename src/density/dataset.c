#include "density/dataset.h"

#include "base/clock.h"
#include "base/mem.h"

#include <stdlib.h>

enum { SLICE_US = 2000 };

struct dataset {
    struct loop *loop;
    const struct policy *policy;
    const struct asndb *asndb;
    const struct zone_set *zones;
    bool zone_set_awaited;
    struct asn_table *map;
    enum asn_table_progress progress;
    struct fault fault; /* why the map failed */
    struct world *world;
    struct world *counting; /* the world, as far as it is counted */
    bool wants_world;       /* somebody asked for it */
    struct timer slice;
    unsigned version;
    void (*changed)(void *arg);
    void *arg;
};

static void
change(struct dataset *dataset)
{
    dataset->version++;
    if (dataset->changed)
        dataset->changed(dataset->arg);
}

static void
go_on(struct dataset *dataset)
{
    loop_timer_set(dataset->loop, &dataset->slice, clock_now_ms());
}

static void
begin_count(struct dataset *dataset)
{
    if (!dataset->map || dataset->progress != ASN_TABLE_READY || !dataset->wants_world || *dataset_lacks_zones(dataset))
        return;
    dataset->counting = density_world_new(dataset->zones, dataset->map, dataset->policy);
    go_on(dataset);
}

static void
walk(struct dataset *dataset)
{
    dataset->progress = asn_table_step(dataset->map, SLICE_US, &dataset->fault);
    if (dataset->progress == ASN_TABLE_WALKING) {
        go_on(dataset);
        return;
    }
    begin_count(dataset);
    change(dataset);
}

static void
count(struct dataset *dataset)
{
    if (!density_world_step(dataset->counting, SLICE_US)) {
        go_on(dataset);
        return;
    }
    dataset->world = dataset->counting;
    dataset->counting = NULL;
    change(dataset);
}

static void
work(void *arg)
{
    struct dataset *dataset = arg;
    if (dataset->counting)
        count(dataset);
    else if (dataset->progress == ASN_TABLE_WALKING)
        walk(dataset);
}

static void
forget_world(struct dataset *dataset)
{
    density_world_free(dataset->world);
    density_world_free(dataset->counting);
    dataset->world = dataset->counting = NULL;
}

struct dataset *
dataset_new(struct loop *loop, const struct policy *policy, const struct asndb *asndb)
{
    struct dataset *dataset = mem_zero(sizeof *dataset);
    dataset->loop = loop;
    dataset->policy = policy;
    dataset->asndb = asndb;
    dataset->slice = (struct timer){.fire = work, .arg = dataset};
    return dataset;
}

void
dataset_free(struct dataset *dataset)
{
    if (!dataset)
        return;
    loop_timer_clear(dataset->loop, &dataset->slice);
    forget_world(dataset);
    asn_table_free(dataset->map);
    free(dataset);
}

void
dataset_on_change(struct dataset *dataset, void (*changed)(void *arg), void *arg)
{
    dataset->changed = changed;
    dataset->arg = arg;
}

void
dataset_await_zones(struct dataset *dataset)
{
    dataset->zone_set_awaited = true;
    change(dataset);
}

void
dataset_set_zones(struct dataset *dataset, const struct zone_set *zones)
{
    dataset->zone_set_awaited = false;
    dataset->zones = zones;
    forget_world(dataset);
    begin_count(dataset);
    change(dataset);
}

const struct policy *
dataset_policy(const struct dataset *dataset)
{
    return dataset->policy;
}

const struct asndb *
dataset_asndb(const struct dataset *dataset)
{
    return dataset->asndb;
}

const struct zone_set *
dataset_zones(const struct dataset *dataset)
{
    return dataset->zones;
}

const struct zone_file *
dataset_zone(const struct dataset *dataset, enum list_id id)
{
    return dataset->zones ? zone_set_at(dataset->zones, id) : NULL;
}

const struct asn_table *
dataset_map(struct dataset *dataset)
{
    if (!dataset->map && dataset->asndb) {
        dataset->map = asn_table_new(dataset->asndb);
        go_on(dataset);
    }
    return dataset->map && dataset->progress == ASN_TABLE_READY ? dataset->map : NULL;
}

const struct world *
dataset_world(struct dataset *dataset)
{
    dataset_map(dataset);
    if (!dataset->wants_world) {
        dataset->wants_world = true;
        begin_count(dataset);
    }
    return dataset->world;
}

const char *
dataset_lacks_map(const struct dataset *dataset)
{
    if (!dataset->asndb)
        return "There is no ASN database: name one with --asn-db FILE (GeoLite2 ASN, DB-IP ASN Lite or IPinfo Lite, "
               "as .mmdb).";
    if (dataset->progress == ASN_TABLE_FAILED)
        return dataset->fault.text;
    return dataset->progress == ASN_TABLE_WALKING ? "Reading the ASN database ..." : "";
}

const char *
dataset_lacks_zones(const struct dataset *dataset)
{
    if (dataset->zone_set_awaited)
        return "Reading the zone files ...";
    if (!dataset->zones)
        return "There are no zone files: fetch them with rsync (rsync-mirrors.uceprotect.net::RBLDNSD-ALL/) and name "
               "their directory with --zones DIR.";
    if (!dataset_zone(dataset, LIST_LEVEL1))
        return "The zone file of level 1, dnsbl-1.uceprotect.net, is not among the zone files.";
    if (!dataset_zone(dataset, LIST_LEVEL2))
        return "The zone file of level 2, dnsbl-2.uceprotect.net, is not among the zone files.";
    return "";
}

const char *
dataset_lacks_world(const struct dataset *dataset)
{
    return dataset->counting ? "Counting what is listed of each ASN ..." : "";
}

unsigned
dataset_version(const struct dataset *dataset)
{
    return dataset->version;
}
