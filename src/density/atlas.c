#include "density/atlas.h"

#include "base/clock.h"
#include "base/mem.h"

#include <stdlib.h>

enum { SLICE_US = 2000 };

struct atlas {
    struct loop *loop;
    const struct policy *policy;
    const struct asndb *asndb;
    const struct zones *zones;
    bool zones_awaited;
    struct asnmap *map;
    enum asnmap_progress progress;
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
change(struct atlas *atlas)
{
    atlas->version++;
    if (atlas->changed)
        atlas->changed(atlas->arg);
}

static void
go_on(struct atlas *atlas)
{
    loop_timer_set(atlas->loop, &atlas->slice, clock_now_ms());
}

static void
begin_count(struct atlas *atlas)
{
    if (!atlas->map || atlas->progress != ASNMAP_READY || !atlas->wants_world || *atlas_lacks_zones(atlas))
        return;
    atlas->counting = density_world_new(atlas->zones, atlas->map, atlas->policy);
    go_on(atlas);
}

static void
walk(struct atlas *atlas)
{
    atlas->progress = asnmap_step(atlas->map, SLICE_US, &atlas->fault);
    if (atlas->progress == ASNMAP_WALKING) {
        go_on(atlas);
        return;
    }
    begin_count(atlas);
    change(atlas);
}

static void
count(struct atlas *atlas)
{
    if (!density_world_step(atlas->counting, SLICE_US)) {
        go_on(atlas);
        return;
    }
    atlas->world = atlas->counting;
    atlas->counting = NULL;
    change(atlas);
}

static void
work(void *arg)
{
    struct atlas *atlas = arg;
    if (atlas->counting)
        count(atlas);
    else if (atlas->progress == ASNMAP_WALKING)
        walk(atlas);
}

static void
forget_world(struct atlas *atlas)
{
    density_world_free(atlas->world);
    density_world_free(atlas->counting);
    atlas->world = atlas->counting = NULL;
}

struct atlas *
atlas_new(struct loop *loop, const struct policy *policy, const struct asndb *asndb)
{
    struct atlas *atlas = mem_zero(sizeof *atlas);
    atlas->loop = loop;
    atlas->policy = policy;
    atlas->asndb = asndb;
    atlas->slice = (struct timer){.fire = work, .arg = atlas};
    return atlas;
}

void
atlas_free(struct atlas *atlas)
{
    if (!atlas)
        return;
    loop_timer_clear(atlas->loop, &atlas->slice);
    forget_world(atlas);
    asnmap_free(atlas->map);
    free(atlas);
}

void
atlas_on_change(struct atlas *atlas, void (*changed)(void *arg), void *arg)
{
    atlas->changed = changed;
    atlas->arg = arg;
}

void
atlas_await_zones(struct atlas *atlas)
{
    atlas->zones_awaited = true;
    change(atlas);
}

void
atlas_set_zones(struct atlas *atlas, const struct zones *zones)
{
    atlas->zones_awaited = false;
    atlas->zones = zones;
    forget_world(atlas);
    begin_count(atlas);
    change(atlas);
}

const struct policy *
atlas_policy(const struct atlas *atlas)
{
    return atlas->policy;
}

const struct asndb *
atlas_asndb(const struct atlas *atlas)
{
    return atlas->asndb;
}

const struct zones *
atlas_zones(const struct atlas *atlas)
{
    return atlas->zones;
}

const struct zonefile *
atlas_zone(const struct atlas *atlas, enum list_id id)
{
    return atlas->zones ? zones_at(atlas->zones, id) : NULL;
}

const struct asnmap *
atlas_map(struct atlas *atlas)
{
    if (!atlas->map && atlas->asndb) {
        atlas->map = asnmap_new(atlas->asndb);
        go_on(atlas);
    }
    return atlas->map && atlas->progress == ASNMAP_READY ? atlas->map : NULL;
}

const struct world *
atlas_world(struct atlas *atlas)
{
    atlas_map(atlas);
    if (!atlas->wants_world) {
        atlas->wants_world = true;
        begin_count(atlas);
    }
    return atlas->world;
}

const char *
atlas_lacks_map(const struct atlas *atlas)
{
    if (!atlas->asndb)
        return "There is no ASN database: name one with --asn-db FILE (GeoLite2 ASN, DB-IP ASN Lite or IPinfo Lite, "
               "as .mmdb).";
    if (atlas->progress == ASNMAP_FAILED)
        return atlas->fault.text;
    return atlas->progress == ASNMAP_WALKING ? "Reading the ASN database ..." : "";
}

const char *
atlas_lacks_zones(const struct atlas *atlas)
{
    if (atlas->zones_awaited)
        return "Reading the zone files ...";
    if (!atlas->zones)
        return "There are no zone files: fetch them with rsync (rsync-mirrors.uceprotect.net::RBLDNSD-ALL/) and name "
               "their directory with --zones DIR.";
    if (!atlas_zone(atlas, LIST_LEVEL1))
        return "The zone file of level 1, dnsbl-1.uceprotect.net, is not among the zone files.";
    if (!atlas_zone(atlas, LIST_LEVEL2))
        return "The zone file of level 2, dnsbl-2.uceprotect.net, is not among the zone files.";
    return "";
}

const char *
atlas_lacks_world(const struct atlas *atlas)
{
    return atlas->counting ? "Counting what is listed of each ASN ..." : "";
}

unsigned
atlas_version(const struct atlas *atlas)
{
    return atlas->version;
}
