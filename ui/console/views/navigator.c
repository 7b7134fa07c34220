#include "console/views/navigator.h"

#include "base/clock.h"
#include "base/text.h"
#include "session/paths.h"
#include "targets/target.h"

#include <string.h>

enum { BLOCK = 24, ADDRESS = 32 };

/* ---- the journal ---- */

struct journal *
navigator_journal(const struct nav *nav)
{
    return nav->engine->recorder ? recorder_journal(nav->engine->recorder) : NULL;
}

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

unsigned
navigator_journal_version(const struct nav *nav)
{
    return nav->engine->recorder ? recorder_version(nav->engine->recorder) : 0;
}

/* ---- up ---- */

/* Takes the candidate if it is wider than the prefix and narrower than what was found. */
static void
consider(const struct prefix *candidate, const struct prefix *prefix, struct prefix *found)
{
    if (candidate->length < prefix->length && prefix_covers(candidate, prefix) &&
        (found->addr.family == ADDR_NONE || candidate->length > found->length))
        *found = *candidate;
}

/* Returns the narrowest published net, record or /24 around the prefix; its family is ADDR_NONE when there is none. */
static struct prefix
find_wider(const struct engine *engine, const struct prefix *prefix, const struct prefix *record)
{
    const struct dataset *dataset = &engine->dataset;
    struct prefix found = {0}, block = prefix_around(&prefix->addr, BLOCK);
    density_nets nets = {0};
    consider(&block, prefix, &found);
    if (record)
        consider(record, prefix, &found);
    if (dataset_level(dataset, 2))
        density_nets_around(&nets, dataset->zones, &dataset->policy, prefix);
    else
        dns_facts_nets(&engine->dns_facts, prefix, &nets);
    for (size_t i = 0; i < nets.count; i++)
        consider(&nets.at[i].prefix, prefix, &found);
    vec_free(&nets);
    return found;
}

/* Sets the reason why the AS of an address or prefix is not known; returns false. */
static bool
set_unannounced(struct fault *fault, const char *text, const struct asndb *asndb)
{
    char built[CLOCK_TEXT];
    if (!asndb)
        return fault_set(fault, "the AS of %s is unknown without an ASN database (--asn-db FILE)", text);
    clock_rfc3339(asndb_built_ms(asndb), built);
    return fault_set(fault, "%s is not announced (ASN database of %.10s)", text, built);
}

/* From the widest prefix to the AS that announces it; `from` is the row to mark there. */
static void
open_provider(struct nav *nav, const struct prefix *prefix, uint32_t asn, const struct prefix *from)
{
    char text[PREFIX_TEXT];
    struct place place = {.kind = PLACE_PROVIDER, .came_from = resource_of_net(from)};
    const struct dns_facts_network *network = dns_facts_network(&nav->engine->dns_facts, from);
    const struct asndb *asndb = nav->engine->dataset.asndb;
    struct fault fault;
    prefix_text(prefix, text);
    if (asn != 0) {
        place.resource = resource_of_asn(asn);
        navigate(nav, &place);
    } else if (!asndb && network) {
        place.resource = resource_of_asn(network->asn);
        navigate(nav, &place);
        app_message(nav->app, "AS%u announces it (%s)", network->asn, network->by_level3 ? "level 3" : "Team Cymru");
    } else {
        set_unannounced(&fault, text, asndb);
        app_message(nav->app, "%s", fault.text);
    }
}

void
navigator_up(struct nav *nav, const struct prefix *prefix, const struct addr *here)
{
    struct asndb_record record;
    struct fault fault;
    struct place place = {.kind = PLACE_RANGE, .came_from = here ? resource_of_address(here) : resource_of_net(prefix)};
    const struct asndb *asndb = nav->engine->dataset.asndb;
    bool known = asndb && asndb_find(asndb, here ? here : &prefix->addr, &record, &fault);
    struct prefix wider = prefix->length == ADDRESS ? prefix_around(&prefix->addr, BLOCK)
                                                    : find_wider(nav->engine, prefix, known ? &record.record : NULL);
    place.resource = resource_of_net(&wider);
    if (prefix->length == ADDRESS)
        place.came_from = resource_of_address(&prefix->addr);
    if (wider.addr.family != ADDR_NONE)
        navigate(nav, &place);
    else
        open_provider(nav, prefix, known ? record.asn : 0, &place.came_from.prefix);
}

/* ---- the app's guide ---- */

/* Returns the AS of the place where the user is; 0 = not known. */
static uint32_t
find_asn(const struct nav *nav, const struct app_place *place)
{
    struct asndb_record record;
    struct fault fault;
    if (place->resource && place->resource->kind == RESOURCE_ASN)
        return place->resource->asn;
    const struct prefix *prefix = place->about ? place->about : place->resource ? &place->resource->prefix : NULL;
    const struct asndb *asndb = nav->engine->dataset.asndb;
    return prefix && asndb && asndb_find(asndb, &prefix->addr, &record, &fault) ? record.asn : 0;
}

static bool
can_go(void *arg, enum action action, const struct app_place *place)
{
    const struct nav *nav = arg;
    const struct prefix *about = place->about;
    switch (action) {
    case ACTION_WIDER:
        return about && about->addr.family == ADDR_V4 && about->length > 0;
    case ACTION_WORLD:
        return !about || about->length > 0; /* all of it is the world already */
    case ACTION_JOURNAL:
        return nav->engine->recorder || nav->no_journal;
    case ACTION_HISTORY:
    case ACTION_NOTE:
    case ACTION_STATE:
        return place->resource && nav->engine->recorder;
    default:
        return false;
    }
}

static void
go(void *arg, enum action action, const struct app_place *from)
{
    struct nav *nav = arg;
    struct place place = {.kind = action == ACTION_WORLD     ? PLACE_WORLD
                                  : action == ACTION_JOURNAL ? PLACE_JOURNAL
                                  : action == ACTION_HISTORY ? PLACE_HISTORY
                                  : action == ACTION_NOTE    ? PLACE_NOTE
                                                             : PLACE_CASE_MENU};
    if (action == ACTION_WIDER) {
        navigator_up(nav, from->about, NULL);
        return;
    }
    if (place.kind == PLACE_WORLD)
        place.came_from = resource_of_asn(find_asn(nav, from));
    else if (from->resource)
        place.resource = *from->resource;
    navigate(nav, &place);
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
}

static void
on_change(void *arg, unsigned change)
{
    const struct nav *nav = arg;
    app_changed(nav->app, change);
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
    nav->engine->changed = on_change;
    nav->engine->changed_arg = nav;
    nav->engine->dataset.changed = on_data;
    nav->engine->dataset.arg = nav->engine;
}

/* ---- what the user types ---- */

/* "AS64500", in any case, or the number alone. */
static bool
read_asn(const char *text, int64_t *asn)
{
    const char *digits = strncasecmp(text, "as", 2) == 0 ? text + 2 : text;
    size_t taken = text_read_integer(digits, UINT32_MAX, asn);
    return taken > 0 && digits[taken] == '\0';
}

bool
navigator_is_place(const char *text)
{
    int64_t asn;
    return strchr(text, '/') || read_asn(text, &asn);
}

static bool
read_prefix(const char *text, struct place *out, struct fault *fault)
{
    struct prefix prefix;
    bool host_bits = false;
    char suggested[PREFIX_TEXT];
    if (!prefix_parse(text, &prefix, &host_bits)) {
        if (host_bits)
            return fault_set(fault, "%s has bits set beyond its length; did you mean %s?", text,
                             prefix_text(&prefix, suggested));
        return fault_set(fault, "%s is not a prefix; write one such as 203.0.113.0/24", text);
    }
    if (prefix.addr.family != ADDR_V4)
        return fault_set(fault, "the UCEPROTECT lists cover only IPv4, and %s is IPv6", text);
    if (prefix.length > 0 && prefix.length < POLICY_SHORTEST)
        return fault_set(fault, "the widest prefix is a /%d; W shows the world", POLICY_SHORTEST);
    *out = (struct place){prefix.length > 0 ? PLACE_RANGE : PLACE_WORLD, .resource = resource_of_net(&prefix)};
    return true;
}

static bool
read_target(const struct nav *nav, const char *text, struct place *out, struct fault *fault)
{
    int64_t asn;
    struct target target;
    (void)nav;
    if (read_asn(text, &asn))
        *out = (struct place){PLACE_PROVIDER, .resource = resource_of_asn((uint32_t)asn)};
    else if (strchr(text, '/'))
        return read_prefix(text, out, fault);
    else if (target_parse(text, &target, fault))
        *out = (struct place){PLACE_ADDRESS, .resource = resource_of_address(&target.address)};
    else
        return !target_is_name(text) &&
               fault_set(fault,
                         "'%.80s' is not an address (203.0.113.77), a prefix (203.0.113.0/24) or an AS number "
                         "(AS64500)",
                         target.text);
    return true;
}

/* The /24 of an address. */
static bool
read_range(const struct nav *nav, const char *text, struct place *out, struct fault *fault)
{
    if (!read_target(nav, text, out, fault))
        return false;
    if (out->kind == PLACE_ADDRESS && out->resource.prefix.addr.family == ADDR_V4) {
        struct prefix block = prefix_around(&out->resource.prefix.addr, BLOCK);
        *out = (struct place){PLACE_RANGE, .resource = resource_of_net(&block), .came_from = out->resource};
    }
    return true;
}

/* The AS that announces an address. */
static bool
read_provider(const struct nav *nav, const char *text, struct place *out, struct fault *fault)
{
    struct asndb_record record;
    const struct asndb *asndb = nav->engine->dataset.asndb;
    char address[ADDR_TEXT];
    if (!read_target(nav, text, out, fault))
        return false;
    if (out->kind != PLACE_ADDRESS)
        return true;
    addr_text(&out->resource.prefix.addr, address);
    if (!asndb)
        return set_unannounced(fault, address, asndb);
    if (!asndb_find(asndb, &out->resource.prefix.addr, &record, fault))
        return false;
    *out = (struct place){PLACE_PROVIDER, .resource = resource_of_asn(record.asn)};
    return record.asn != 0 || set_unannounced(fault, address, asndb);
}

static bool
read_world(const struct nav *nav, const char *text, struct place *out, struct fault *fault)
{
    (void)nav;
    *out = (struct place){.kind = PLACE_WORLD};
    return *text == '\0' || fault_set(fault, "top takes no argument here; in the world, s sorts and f filters");
}

bool
navigator_to_text(struct nav *nav, const char *text, struct fault *fault)
{
    static const struct {
        const char *word;
        bool (*read)(const struct nav *, const char *text, struct place *, struct fault *);
    } commands[] = {{"check", read_target}, {"range", read_range}, {"asn", read_provider}, {"top", read_world}};
    struct place place;
    size_t word = strcspn(text, " "), command = 0;
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
        if (strlen(commands[i].word) == word && strncmp(text, commands[i].word, word) == 0) {
            command = i;
            text += word + strspn(text + word, " ");
            break;
        }
    if (!commands[command].read(nav, text, &place, fault))
        return false;
    navigate(nav, &place);
    return true;
}
