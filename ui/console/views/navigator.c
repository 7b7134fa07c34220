#include "console/views/navigator.h"

#include "base/text.h"
#include "check/sweep_store.h"
#include "console/views/case_menu.h"
#include "console/views/view_history.h"
#include "console/views/view_journal.h"
#include "console/views/view_note.h"
#include "console/views/view_provider.h"
#include "console/views/view_range.h"
#include "console/views/view_world.h"
#include "session/paths.h"

#include <stdlib.h>
#include <string.h>

enum { BLOCK = 24, ADDRESS = 32 };

void
navigator_to_range(struct nav *nav, const struct prefix *prefix, const struct addr *here)
{
    view_range_open(nav, prefix, here, NULL);
}

void
navigator_to_asn(struct nav *nav, uint32_t asn)
{
    view_provider_open(nav, asn, NULL);
}

void
navigator_to_world(struct nav *nav, uint32_t asn)
{
    view_world_open(nav, asn);
}

/* ---- the journal ---- */

struct journal *
navigator_journal(const struct nav *nav)
{
    return nav->recorder ? recorder_journal(nav->recorder) : NULL;
}

struct journal *
navigator_keeps(const struct nav *nav)
{
    struct journal *journal = navigator_journal(nav);
    if (journal && !journal_is_read_only(journal))
        return journal;
    if (journal)
        app_message(nav->app, "%s can only be read: nothing is kept in it", journal_path(journal));
    else
        app_message(nav->app, "%s", nav->no_journal ? nav->no_journal : "there is no journal to keep it in");
    return NULL;
}

void
navigator_to_history(struct nav *nav, const struct resource *resource)
{
    view_history_open(nav, resource);
}

/* ---- up ---- */

static bool
is_wider(const struct prefix *candidate, const struct prefix *than)
{
    return candidate->length < than->length && prefix_covers(candidate, than);
}

/* Takes the candidate if it is wider than the prefix and narrower than what was found. */
static void
consider(const struct prefix *candidate, const struct prefix *prefix, struct prefix *found)
{
    if (is_wider(candidate, prefix) && (found->addr.family == ADDR_NONE || candidate->length > found->length))
        *found = *candidate;
}

/* The narrowest published net, record or /24 around it; its family is ADDR_NONE when there is none. */
static struct prefix
find_wider(const struct nav *nav, const struct prefix *prefix, const struct prefix *record)
{
    struct prefix found = {0}, block = prefix_around(&prefix->addr, BLOCK);
    density_nets nets = {0};
    consider(&block, prefix, &found);
    if (record)
        consider(record, prefix, &found);
    if (dataset_zone(&nav->engine->dataset, LIST_LEVEL2))
        density_nets_around(&nets, nav->engine->dataset.zones, &nav->engine->dataset.policy, prefix);
    else
        dns_facts_nets(&nav->dns_facts, prefix, &nets);
    for (size_t i = 0; i < nets.count; i++)
        consider(&nets.at[i].prefix, prefix, &found);
    vec_free(&nets);
    return found;
}

static void
leave_widest(struct nav *nav, const struct prefix *prefix, const struct asndb_record *record, const struct prefix *from)
{
    char text[PREFIX_TEXT];
    prefix_text(prefix, text);
    const struct dns_facts_network *told = dns_facts_network(&nav->dns_facts, from);
    if (record && record->asn != 0) {
        view_provider_open(nav, record->asn, from);
    } else if (!nav->engine->dataset.asndb && told) {
        view_provider_open(nav, told->asn, from);
        app_message(nav->app, "AS%u announces it, by %s", told->asn,
                    told->by_level3 ? "the text of level 3" : "Team Cymru");
    } else if (!nav->engine->dataset.asndb) {
        app_message(nav->app, "who announces %s is not known without an ASN database (--asn-db FILE)", text);
    } else {
        app_message(nav->app, "nobody announces %s, says the ASN database", text);
    }
}

void
navigator_up(struct nav *nav, const struct prefix *prefix, const struct addr *here)
{
    struct asndb_record record;
    struct fault fault;
    const struct asndb *asndb = nav->engine->dataset.asndb;
    struct prefix host = here ? prefix_around(here, ADDRESS) : *prefix;
    bool known = asndb && asndb_find(asndb, here ? here : &prefix->addr, &record, &fault);
    if (prefix->length == ADDRESS) {
        struct prefix block = prefix_around(&prefix->addr, BLOCK);
        navigator_to_range(nav, &block, &prefix->addr);
        return;
    }
    struct prefix wider = find_wider(nav, prefix, known ? &record.record : NULL);
    if (wider.addr.family != ADDR_NONE)
        view_range_open(nav, &wider, here, prefix);
    else
        leave_widest(nav, prefix, known ? &record : NULL, &host);
}

/* ---- the app's guide ---- */

/* Of where the user is, as far as one is known; 0 = none. */
static uint32_t
asn_of(const struct nav *nav, const struct app_place *place)
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
        return nav->recorder || nav->no_journal;
    case ACTION_HISTORY:
    case ACTION_NOTE:
    case ACTION_STATE:
        return place->resource && nav->recorder;
    default:
        return false;
    }
}

static void
go(void *arg, enum action action, const struct app_place *place)
{
    struct nav *nav = arg;
    switch (action) {
    case ACTION_WIDER:
        navigator_up(nav, place->about, NULL);
        break;
    case ACTION_WORLD:
        navigator_to_world(nav, asn_of(nav, place));
        break;
    case ACTION_JOURNAL:
        view_journal_open(nav);
        break;
    case ACTION_HISTORY:
        navigator_to_history(nav, place->resource);
        break;
    case ACTION_NOTE:
        view_note_open(nav, place->resource);
        break;
    default:
        case_menu_open(nav, place->resource);
        break;
    }
}

static void
on_change(void *arg)
{
    const struct nav *nav = arg;
    app_touch(nav->app);
}

static void
tell(void *arg, struct buf *out)
{
    const struct nav *nav = arg;
    const struct journal *journal = navigator_journal(nav);
    if (journal) {
        paths_shorten(out, journal_path(journal));
        buf_text(out, journal_is_read_only(journal) ? " is a journal that can only be read"
                                                    : " is the journal: what is asked about is kept in it");
    } else if (nav->no_journal) {
        buf_text(out, nav->no_journal);
    }
}

/* Without a journal. */
static void
explain_missing(void *arg, enum action action, const struct app_place *place, struct buf *out)
{
    const struct nav *nav = arg;
    bool of_journal = action == ACTION_HISTORY || action == ACTION_NOTE || action == ACTION_STATE;
    if (of_journal && place->resource && !nav->recorder && nav->no_journal)
        buf_text(out, nav->no_journal);
}

void
navigator_start(struct nav *nav)
{
    app_on_actions(nav->app,
                   &(struct app_actions){
                       .can = can_go, .act = go, .describe = tell, .explain_missing = explain_missing, .arg = nav});
    nav->engine->dataset.changed = on_change;
    nav->engine->dataset.arg = nav;
}

void
navigator_end(struct nav *nav)
{
    sweep_store_free_all(nav);
    dns_facts_fini(&nav->dns_facts);
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

bool
navigator_to_text(struct nav *nav, const char *text, struct fault *fault)
{
    int64_t asn;
    struct prefix prefix;
    bool host_bits = false;
    char suggested[PREFIX_TEXT];
    if (read_asn(text, &asn)) {
        navigator_to_asn(nav, (uint32_t)asn);
        return true;
    }
    if (!prefix_parse(text, &prefix, &host_bits)) {
        if (host_bits)
            return fault_set(fault, "%s has bits set beyond its length; perhaps %s", text,
                             prefix_text(&prefix, suggested));
        return fault_set(fault, "%s is no prefix; one looks like 203.0.113.0/24", text);
    }
    if (prefix.addr.family != ADDR_V4)
        return fault_set(fault, "the UCEPROTECT lists know IPv4 only, and %s is IPv6", text);
    if (prefix.length == 0) {
        navigator_to_world(nav, 0);
        return true;
    }
    if (prefix.length < POLICY_SHORTEST)
        return fault_set(fault, "no net is wider than a /%d; W shows the world", POLICY_SHORTEST);
    navigator_to_range(nav, &prefix, NULL);
    return true;
}
