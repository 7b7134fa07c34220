#include "console/views/navigator.h"

#include "base/clock.h"
#include "check/comparison.h"
#include "session/paths.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 24, ADDRESS = 32 };

/* ---- the way ---- */

enum { PLACE_TEXT = RESOURCE_TEXT + 12 };

static const char *
place_text(const struct place *place, char out[static PLACE_TEXT])
{
    char resource[RESOURCE_TEXT];
    snprintf(out, PLACE_TEXT, "%d %s", (int)place->kind, resource_text(&place->resource, resource));
    return out;
}

void
navigator_name(struct nav *nav, const struct place *place)
{
    char name[PLACE_TEXT];
    app_name(nav->app, place_text(place, name));
}

void
navigator_here(const struct nav *nav, struct place *out, struct buf *title)
{
    const struct layer *page = app_page(nav->app);
    struct buf rest = {0};
    struct view_subject subject = {.title = title, .detail = &rest, .status = &rest};
    *out = (struct place){.kind = page && page->name ? (enum place_kind)atoi(page->name) : PLACE_START};
    if (page)
        page->view->subject(page->self, VIEW_ANY_ROW, &subject);
    out->resource = subject.resource;
    buf_free(&rest);
}

void
navigator_show(struct nav *nav, const struct place *place)
{
    char name[PLACE_TEXT];
    void *open = app_named(nav->app, place_text(place, name));
    if (open && place->came_from.kind == RESOURCE_NONE) {
        app_raise(nav->app, open);
        return;
    }
    navigate(nav, place);
    if (open)
        app_close(nav->app, open);
}

/* ---- a fleet ---- */

static void
on_fleet_report(void *arg, const char *sentence)
{
    struct fleet_place *place = arg;
    if (place->problems++ == 0)
        fault_set(&place->problem, "%s", sentence);
}

bool
navigator_read_fleet(struct fleet_place *place, const char *name, const char *text, const struct catalogue *catalogue,
                     struct fault *fault)
{
    const char *slash = strrchr(name, '/'), *base = slash ? slash + 1 : name, *dot = strrchr(base, '.');
    place->name = mem_copy_bytes(base, dot && dot > base ? (size_t)(dot - base) : strlen(base));
    place->path = text ? NULL : mem_copy(name);
    bool ok = text || fleet_read(&place->fleet, name, catalogue, on_fleet_report, place, fault);
    if (text)
        fleet_read_text(&place->fleet, name, text, strlen(text), catalogue, on_fleet_report, place);
    if (ok && place->fleet.targets.count > 0)
        return true;
    if (ok)
        fault_set(fault, "%s has no target%s%s", name, place->problems > 0 ? ": " : "; write one a line",
                  place->problem.text);
    fleet_place_fini(place);
    return false;
}

void
fleet_place_fini(struct fleet_place *place)
{
    fleet_fini(&place->fleet);
    free(place->name);
    free(place->path);
    *place = (struct fleet_place){0};
}

/* Returns the view of the fleet that is open, or NULL. */
static void *
open_fleet(const struct nav *nav)
{
    char name[PLACE_TEXT];
    return app_named(nav->app, place_text(&(struct place){.kind = PLACE_FLEET}, name));
}

void
navigator_open_fleet(struct nav *nav, struct fleet_place *fleet)
{
    void *open = open_fleet(nav);
    navigate(nav, &(struct place){.kind = PLACE_FLEET, .fleet = fleet});
    if (open)
        app_close(nav->app, open);
}

const char *
navigator_label(const struct nav *nav, const char *target)
{
    struct hashtable_entry *entry =
        nav->fleet ? hashtable_find(&nav->fleet->fleet.by_text, target, strlen(target)) : NULL;
    return entry ? mem_container(entry, struct fleet_target, entry)->label : "";
}

bool
navigator_reread_fleet(struct nav *nav)
{
    struct fleet_place fleet = {0};
    struct fault fault;
    size_t before = nav->fleet ? nav->fleet->fleet.targets.count : 0;
    if (!nav->fleet || !nav->fleet->path || !fleet_is_changed(&nav->fleet->fleet))
        return false;
    if (!navigator_read_fleet(&fleet, nav->fleet->path, NULL, nav->engine->dataset.catalogue, &fault)) {
        app_message(nav->app, "%s; these are the targets read before", fault.text);
        return true;
    }
    app_message(nav->app, "%s has changed and was read again: targets %zu -> %zu", fleet.name, before,
                fleet.fleet.targets.count);
    navigator_open_fleet(nav, &fleet);
    return true;
}

/* Shows the fleet that is open, or that of the configuration. */
static void
show_fleet(struct nav *nav)
{
    struct fleet_place fleet = {0};
    struct fault fault;
    void *open = open_fleet(nav);
    if (open) {
        app_raise(nav->app, open);
        navigator_reread_fleet(nav);
        return;
    }
    if (navigator_read_fleet(&fleet, nav->fleet_file, NULL, nav->engine->dataset.catalogue, &fault))
        navigator_open_fleet(nav, &fleet);
    else
        app_message(nav->app, "%s", fault.text);
}

/* ---- the journal ---- */

struct journal *
navigator_writable_journal(const struct nav *nav)
{
    struct journal *journal = navigator_journal(nav);
    if (journal && !journal_is_read_only(journal))
        return journal;
    if (journal)
        app_message(nav->app, "%s is read-only: nothing is saved", journal_path(journal));
    else
        app_message(nav->app, "%s", nav->no_journal ? nav->no_journal : "there is no journal");
    return NULL;
}

/* ---- up ---- */

/* Returns the narrowest published net around the prefix; its family is ADDR_NONE when there is none. */
static struct prefix
find_wider(const struct engine *engine, const struct prefix *prefix)
{
    const struct dataset *dataset = &engine->dataset;
    struct prefix found = {0};
    density_nets nets = {0};
    if (dataset_level(dataset, 2))
        density_nets_around(&nets, dataset->zones, &dataset->policy, prefix);
    else
        dns_facts_nets(&engine->dns_facts, prefix, &nets);
    for (size_t i = 0; i < nets.count; i++) {
        const struct prefix *net = &nets.at[i].prefix;
        if (net->length < prefix->length && prefix_covers(net, prefix) &&
            (found.addr.family == ADDR_NONE || net->length > found.length))
            found = *net;
    }
    vec_free(&nets);
    return found;
}

/* Sets the reason why the AS of an address or prefix is not known; returns false. */
static bool
set_unannounced(struct fault *fault, const char *text, const struct asn_data *source)
{
    char dated[CLOCK_TEXT];
    if (!source->path)
        return fault_set(fault, "the AS of %s is unknown without an ASN database (--asn-db FILE)", text);
    clock_rfc3339(source->dated_ms, dated);
    return fault_set(fault, "%s is not announced (%s of %.10s)", text,
                     source->is_announced ? source->type : "ASN database", dated);
}

bool
navigator_open_provider(struct nav *nav, const struct prefix *prefix, struct fault *fault)
{
    struct asndb_record record;
    char text[PREFIX_TEXT];
    const struct dataset *dataset = &nav->engine->dataset;
    struct asn_data source = dataset_asn_source(dataset);
    const struct dns_facts_network *network = dns_facts_network(&nav->engine->dns_facts, prefix);
    uint32_t asn = dataset_find_as(dataset, &prefix->addr, &record, fault) ? record.asn : 0;
    bool by_dns = !source.path && network;
    if (*fault->text)
        return false;
    if (asn == 0 && !by_dns)
        return set_unannounced(fault, prefix_text(prefix, text), &source);
    navigator_show(nav, &(struct place){.kind = PLACE_PROVIDER,
                                        .resource = resource_of_asn(by_dns ? network->asn : asn),
                                        .came_from = resource_of_net(prefix)});
    if (by_dns)
        app_message(nav->app, "AS%u announces it (%s)", network->asn, network->by_level3 ? "level 3" : "Team Cymru");
    return true;
}

void
navigator_up(struct nav *nav, const struct prefix *prefix, const struct addr *here)
{
    struct fault fault = {""};
    struct prefix wider = find_wider(nav->engine, prefix), from = *prefix;
    struct resource came_from = here                        ? resource_of_address(here)
                                : prefix->length == ADDRESS ? resource_of_address(&prefix->addr)
                                                            : resource_of_net(prefix);
    if (here)
        from = prefix_around(here, ADDRESS);
    if (wider.addr.family == ADDR_NONE && navigator_open_provider(nav, &from, &fault))
        return;
    if (wider.addr.family == ADDR_NONE && prefix->length == ADDRESS)
        wider = prefix_around(&prefix->addr, BLOCK);
    if (wider.addr.family != ADDR_NONE)
        navigate(nav, &(struct place){PLACE_RANGE, .resource = resource_of_net(&wider), .came_from = came_from});
    if (*fault.text)
        app_message(nav->app, "%s", fault.text);
}

void
navigator_open(struct nav *nav, const struct resource *resource)
{
    static const enum place_kind kinds[] = {
        [RESOURCE_ADDRESS] = PLACE_ADDRESS, [RESOURCE_NET] = PLACE_RANGE, [RESOURCE_ASN] = PLACE_PROVIDER};
    navigate(nav, &(struct place){kinds[resource->kind], .resource = *resource});
}

void
navigator_compare(struct nav *nav, const struct resource *resources, size_t count)
{
    char text[RESOURCE_TEXT];
    for (size_t i = 0; i < count; i++)
        if (resources[i].prefix.addr.family == ADDR_V6) {
            app_message(nav->app, "%s is IPv6, and the UCEPROTECT lists cover only IPv4",
                        resource_text(&resources[i], text));
            return;
        }
    if (count < COMPARISON_LEAST)
        app_message(nav->app, "nothing to compare with: Space marks rows, = compares them");
    else
        navigate(nav, &(struct place){.kind = PLACE_COMPARE, .compared = resources, .compared_count = count});
}

void
navigator_compare_rows(struct nav *nav, const struct table *table, enum resource_kind kind)
{
    uint64_t keys[COMPARISON_MOST];
    struct resource resources[COMPARISON_MOST];
    size_t count = table_compared(table, keys, COMPARISON_MOST);
    for (size_t i = 0; i < count; i++) {
        if (kind == RESOURCE_ASN) {
            resources[i] = resource_of_asn((uint32_t)(keys[i] - 1));
            continue;
        }
        struct prefix prefix = table_model_prefix(keys[i]);
        bool whole = prefix.length == ADDRESS;
        resources[i] = whole ? resource_of_address(&prefix.addr) : resource_of_net(&prefix);
    }
    navigator_compare(nav, resources, count);
    if (table->marks.count > COMPARISON_MOST)
        app_message(nav->app, "%zu rows are marked; these are the first %d", table->marks.count, COMPARISON_MOST);
}

/* ---- the app's guide ---- */

/* Returns the last look at the address of a place before this run; NULL = there is none. */
static const struct last_look *
last_look_at(const struct nav *nav, const struct app_place *place)
{
    bool is_address = place->resource && place->resource->kind == RESOURCE_ADDRESS && nav->engine->recorder;
    const struct last_look *last =
        is_address ? recorder_last_look(nav->engine->recorder, &place->resource->prefix.addr) : NULL;
    return last && last->known ? last : NULL;
}

/* Whether a place is about an IPv4 address. */
static bool
has_address(const struct app_place *place)
{
    return place->resource && place->resource->kind == RESOURCE_ADDRESS &&
           place->resource->prefix.addr.family == ADDR_V4;
}

/* Whether a place is about a net or an AS, of which the journal keeps counts. */
static bool
counts_of(const struct app_place *place)
{
    return place->resource && (place->resource->kind == RESOURCE_NET || place->resource->kind == RESOURCE_ASN);
}

/* Shows what changed since the last look, or the history without one. */
static void
show_changes(struct nav *nav, const struct app_place *from, const struct resource *resource)
{
    const struct last_look *last = last_look_at(nav, from);
    if (last)
        navigate(nav, &(struct place){PLACE_THEN_NOW, .resource = *resource, .observation = &last->then});
    else
        navigator_show(nav, &(struct place){PLACE_HISTORY, .resource = *resource});
}

static bool
can_go(void *arg, enum action action, const struct app_place *place)
{
    const struct nav *nav = arg;
    const struct prefix *about = place->about;
    switch (action) {
    case ACTION_AGAIN: /* where nothing is asked */
        return nav->engine->reread;
    case ACTION_MAP: /* where there is none yet */
        return has_address(place);
    case ACTION_WIDER:
        return about && about->addr.family == ADDR_V4 && about->length > 0;
    case ACTION_PROVIDER:
        return place->resource || (about && about->length > 0);
    case ACTION_WORLD:
        return !about || about->length > 0; /* all of it is the world already */
    case ACTION_LISTS:
        return true;
    case ACTION_FLEET:
        return nav->fleet_file || open_fleet(nav);
    case ACTION_JOURNAL:
        return nav->engine->recorder || nav->no_journal;
    case ACTION_CHANGES:
        return last_look_at(nav, place) || (counts_of(place) && nav->engine->recorder);
    case ACTION_COMPLAIN:
        return place->resource;
    case ACTION_HISTORY:
    case ACTION_NOTE:
    case ACTION_STATE:
        return place->resource && nav->engine->recorder;
    default:
        return false;
    }
}

/* Returns the AS of a place; 0 = not known. */
static uint32_t
asn_of(const struct nav *nav, const struct app_place *place)
{
    struct asndb_record record;
    struct fault fault;
    const struct resource *resource = place->resource;
    const struct prefix *prefix = place->about ? place->about : resource ? &resource->prefix : NULL;
    if (resource && resource->kind == RESOURCE_ASN)
        return resource->asn;
    return prefix && dataset_find_as(&nav->engine->dataset, &prefix->addr, &record, &fault) ? record.asn : 0;
}

static void
go(void *arg, enum action action, const struct app_place *from)
{
    struct nav *nav = arg;
    struct fault fault;
    struct prefix block;
    struct place place = {.resource = from->resource ? *from->resource : (struct resource){0}};
    switch (action) {
    case ACTION_AGAIN:
        nav->engine->reread(nav->engine->reread_arg);
        app_message(nav->app, "%s; the files are read again if they have changed",
                    nav->engine->resolver ? "there is nothing to ask here" : "offline: nothing is asked");
        break;
    case ACTION_MAP:
        place = (struct place){PLACE_RANGE, .came_from = place.resource};
        block = prefix_around(&from->resource->prefix.addr, BLOCK);
        place.resource = resource_of_net(&block);
        navigator_show(nav, &place);
        break;
    case ACTION_WIDER:
        navigator_up(nav, from->about, NULL);
        break;
    case ACTION_PROVIDER:
        place.kind = PLACE_PROVIDER;
        if (place.resource.kind == RESOURCE_ASN)
            navigate(nav, &place);
        else if (!navigator_open_provider(nav, from->resource ? &from->resource->prefix : from->about, &fault))
            app_message(nav->app, "%s", fault.text);
        break;
    case ACTION_WORLD: /* marks the AS of this place there */
        navigator_show(nav, &(struct place){PLACE_WORLD, .came_from = resource_of_asn(asn_of(nav, from))});
        break;
    case ACTION_FLEET:
        show_fleet(nav);
        break;
    case ACTION_JOURNAL:
        navigator_show(nav, &(struct place){.kind = PLACE_JOURNAL});
        break;
    case ACTION_LISTS: /* of the address, where there is one */
        place.kind = PLACE_LISTS;
        if (place.resource.kind != RESOURCE_ADDRESS)
            place.resource = (struct resource){0};
        navigator_show(nav, &place);
        break;
    case ACTION_CHANGES:
        show_changes(nav, from, &place.resource);
        break;
    case ACTION_HISTORY:
        place.kind = PLACE_HISTORY;
        navigator_show(nav, &place);
        break;
    default:
        place.kind = action == ACTION_COMPLAIN ? PLACE_LETTER : action == ACTION_NOTE ? PLACE_NOTE : PLACE_CASE;
        navigate(nav, &place);
        break;
    }
}

static void
put_help(void *arg, struct buf *out)
{
    const struct nav *nav = arg;
    const struct journal *journal = navigator_journal(nav);
    if (journal && !journal_is_in_memory(journal)) {
        paths_shorten(out, journal_path(journal));
        buf_text(out, journal_is_read_only(journal) ? " is a read-only journal"
                                                    : " is the journal: lookups are saved in it");
    } else if (nav->no_journal) {
        buf_text(out, nav->no_journal);
    }
}

static void
explain_missing(void *arg, enum action action, const struct app_place *place, struct buf *out)
{
    const struct nav *nav = arg;
    bool needs_journal = action == ACTION_HISTORY || action == ACTION_NOTE || action == ACTION_STATE;
    if (needs_journal && place->resource && !nav->engine->recorder && nav->no_journal)
        buf_text(out, nav->no_journal);
    else if (action == ACTION_FLEET)
        buf_text(out, "there is no fleet: set fleet = FILE in the configuration, or paste several targets here");
    else if (action == ACTION_CHANGES && place->resource && place->resource->kind == RESOURCE_ADDRESS)
        buf_text(out, "there was no look at this address before");
    else if (action == ACTION_MAP && place->resource && place->resource->kind == RESOURCE_NET)
        buf_text(out, "a map needs the zone file of level 1 (--zones DIR) or, in a /24, a sweep (r)");
    else if (action == ACTION_MAP && place->resource && place->resource->kind == RESOURCE_ASN)
        buf_text(out, "each range has a map: select one and press Enter");
}

static void
on_data(void *arg, bool zones)
{
    engine_report_change(arg, zones ? CHANGED_ZONES : CHANGED_WORLD);
}

void
navigator_start(struct nav *nav)
{
    app_on_actions(nav->app,
                   &(struct app_actions){
                       .can = can_go, .act = go, .describe = put_help, .explain_missing = explain_missing, .arg = nav});
    nav->engine->changed = app_changed;
    nav->engine->changed_arg = nav->app;
    nav->engine->dataset.changed = on_data;
    nav->engine->dataset.arg = nav->engine;
}
